import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hoaban.measure.forecast import fit, storms
from hoaban.measure.forecast.fit import Recorded
from hoaban.measure.forecast.prior import KINDS
from tests.measure.forecast.scenes import PRIOR, certain, roads
from tests.measure.world import moment

HOUR = 3_600_000_000
LIST = pa.schema(
    [
        *((name, pa.string()) for name in ("road", "kind", "passable_by", "source")),
        *((name, pa.timestamp("us", "UTC")) for name in ("started_at", "ended_at")),
    ]
)


def listed(*rows: tuple[str, str, str | None], **more: Any) -> pa.Table:
    """Landslides that nothing passes: road, start, end."""
    base = {"kind": "landslide", "passable_by": "none", "source": "test", **more}
    filled = [
        {**base, "road": r, "started_at": moment(s), "ended_at": moment(e) if e else None}
        for r, s, e in rows
    ]
    return pa.Table.from_pylist(filled, schema=LIST)


def record(hours: list[float], *, apart: int = 1000, **more: Any) -> Recorded:
    """Landslides of road 0, ``apart`` hours apart, that lasted so long."""
    started = np.arange(len(hours), dtype=np.int64) * apart * HOUR
    none = np.zeros(len(hours), np.int64)
    base: dict[str, Any] = {"road": none, "kind": none, "passes": none, "years": 1.0}
    ended = started + np.round(np.array(hours) * HOUR).astype(np.int64)
    return Recorded(**{**base, "started": started, "ended": ended, **more})


IDS = pa.array(["r1", "r2"])
AT = date(2026, 11, 24)


def test_that_with_nothing_recorded_the_assumptions_stand() -> None:
    for nothing in (None, record([])):
        found = fit.fit(PRIOR, roads([1.0]), nothing)

        assert found.rate == pytest.approx(PRIOR.rate)
        assert found.rate_shape == pytest.approx(1 / PRIOR.rate_spread**2)
        assert np.exp(found.mean) == pytest.approx([PRIOR.hours["commune"]])
        assert np.array_equal(found.passes, [PRIOR.passes[kind] for kind in KINDS])
        assert found.flood_at_ford == pytest.approx(PRIOR.flood_at_ford)
        assert found.closures == 0


def test_that_the_rate_is_gamma_worked_by_hand() -> None:
    # Ten storms a year of strength 1, five years, roads of 3 in all: 150 units of exposure.
    prior = replace(PRIOR, storms_a_year=10.0, storm_spread=0.0, rate=0.1, rate_spread=0.5)
    gentle = roads([1e-6, 2e-6])

    found = fit.fit(prior, gentle, record([1.0, 1.0, 1.0], years=5.0))

    assert found.rate_shape == pytest.approx(4 + 3)
    assert found.rate_weight == pytest.approx(40 + 150e-6, rel=1e-9)
    assert found.witnesses == pytest.approx(3)


def test_that_twice_the_storms_close_as_much_at_half_the_rate() -> None:
    # Of the weight of 40 + 150, what was recorded grows with the storms and the rest does not.
    prior = replace(PRIOR, storms_a_year=10.0, storm_spread=0.0, rate=0.1, rate_spread=0.5)
    gentle = roads([1e-6, 2e-6])

    found = fit.fit(prior, gentle, record([1.0, 1.0, 1.0], years=5e6))

    assert found.weights(np.array([1.0, 2.0, 0.5])) == pytest.approx([190, 340, 115], rel=1e-4)
    assert fit.fit(prior, gentle, None).weights(np.array([2.0])) == pytest.approx([40])


def test_that_the_number_of_storms_is_believed_by_the_chance_it_gives_the_record() -> None:
    # Ten times as many closures as assumed: where the rate is sure, there were more storms.
    marks = (np.arange(1000) + 0.5) / 1000
    gentle = roads([1e-6, 2e-6])
    seen = record([1.0] * 100, years=1e6 / 3)
    sure, wide = (
        replace(PRIOR, storms_a_year=10.0, storms_spread=0.5, storm_spread=0.0, rate=1.0,
                rate_spread=spread)
        for spread in (0.05, 10.0)
    )  # fmt: skip

    nothing = fit.fit(sure, gentle, None).storms(marks)
    by_sure, by_wide = (fit.fit(p, gentle, seen).storms(marks) for p in (sure, wide))

    assert nothing.mean() == pytest.approx(1, rel=0.01)
    assert np.log(nothing).std() == pytest.approx(0.5, rel=0.02)
    assert by_sure.mean() > 5
    assert by_wide.mean() == pytest.approx(1, rel=0.05)


def test_that_closures_of_one_night_are_one_witness() -> None:
    prior = replace(PRIOR, storms_a_year=10.0, storm_spread=0.0)
    started = np.array([0, 500, 501, 511], np.int64) * HOUR  # sizes 1 and 3

    found = fit.fit(prior, roads([1e-6]), record([1.0] * 4, started=started))

    assert fit.cluster(started) == pytest.approx(2.5)
    assert found.witnesses == pytest.approx(4 / 2.5)
    assert found.closures == 4


def test_that_a_road_which_every_storm_closes_is_exposed_once_a_storm() -> None:
    prior = replace(PRIOR, storms_a_year=10.0, storm_spread=0.0)

    assert fit.exposure(prior, roads([1e9]), 0.5) == pytest.approx(10 / 0.5)


def test_that_exposure_is_the_mean_over_strength_and_place() -> None:
    prior = replace(PRIOR, storms_a_year=1.0, storm_spread=0.8, storm_km=10.0)
    away = roads([1e-6], x=np.array([30.0]), y=np.array([35.0]), box=(0.0, 0.0, 60.0, 60.0))

    rain = 2 * math.pi * 10**2 / 60**2  # a whole bell inside the box, but for 3 sigma tails
    tails = math.erf(3 / math.sqrt(2)) * (
        math.erf(3.5 / math.sqrt(2)) + math.erf(2.5 / math.sqrt(2))
    )
    expected = 1e-6 * math.exp(0.8**2 / 2) * rain * tails / 2

    assert fit.exposure(prior, away, 0.1) == pytest.approx(expected, rel=0.003)


def test_that_hours_to_clear_are_normal_inverse_gamma_worked_by_hand() -> None:
    prior = replace(PRIOR, worth=2.0, hours_spread=1.0, hours={"commune": 1.0})

    found = fit.fit(prior, roads([1.0]), record([math.e, math.e**3]))

    # Logs 1 and 3: mean 2, squares about it 2; (2·0 + 2·2)/4 = 1; 1 + (2 + 2·2/4 · 2²)/2 = 4.
    assert found.mean == pytest.approx([1])
    assert found.worth == pytest.approx([4])
    assert found.shape == pytest.approx([3])
    assert found.scale == pytest.approx([4])


def test_that_each_class_of_road_learns_from_its_own() -> None:
    two = roads([1.0, 1.0], grade=np.array([0, 1]), classes=("commune", "village"))
    seen = record([200.0], road=np.array([1]))

    found = fit.fit(PRIOR, two, seen)

    assert np.exp(found.mean[0]) == pytest.approx(PRIOR.hours["commune"])
    assert np.exp(found.mean[1]) > PRIOR.hours["village"]


def test_that_what_passes_and_what_floods_are_counted_beside_the_assumptions() -> None:
    flat = np.full(4, 0.25)
    prior = replace(PRIOR, worth=4.0, flood_at_ford=0.5, passes=dict.fromkeys(KINDS, flat))
    three: dict[str, Any] = {
        "kind": np.array([0, 1, 1]),
        "passes": np.array([0, 1, 1]),
        "road": np.array([0, 1, 1]),
    }
    ford = roads([1.0, 1.0], ford=np.array([False, True]))

    found = fit.fit(prior, ford, record([1.0] * 3, **three))

    assert found.passes[0] == pytest.approx([2 / 5, 1 / 5, 1 / 5, 1 / 5])
    assert found.passes[1] == pytest.approx([1 / 6, 3 / 6, 1 / 6, 1 / 6])
    assert found.flood_at_ford == pytest.approx((2 + 2) / (4 + 2))


def test_that_only_rain_counts_and_never_a_what_if() -> None:
    row = ("r1", "2026-06-01", "2026-06-02")
    tables = [
        listed(row),
        listed(("r2", "2026-06-01", "2026-06-03"), kind="flood", passable_by="foot"),
        listed(row, kind="works"),
        listed(row, kind="bridge"),
        listed(row, source="what-if"),
        listed(("gone", "2026-06-01", "2026-06-02")),
        listed(("r1", "2026-12-01", "2026-12-02")),
    ]

    found = fit.recorded(pa.concat_tables(tables), IDS, AT)

    assert sorted(found.road.tolist()) == [0, 1]
    assert sorted(found.kind.tolist()) == [0, 1]
    assert sorted(found.passes.tolist()) == [0, 1]
    assert found.years == 1


def test_that_overlapping_reports_of_a_road_are_one_closure() -> None:
    table = listed(
        ("r1", "2026-06-02", "2026-06-06"),
        ("r1", "2026-06-01", "2026-06-03"),
        ("r1", "2026-06-04", "2026-06-05"),
        ("r1", "2026-06-07", "2026-06-08"),
        ("r2", "2026-06-02", "2026-06-04"),
    )

    found = fit.recorded(table, IDS, AT)

    hours = (found.ended - found.started) / HOUR
    assert list(zip(found.road.tolist(), hours.tolist(), strict=True)) == [
        (0, 120),
        (1, 48),
        (0, 24),
    ]


def test_that_a_closure_still_open_counts_but_not_its_hours() -> None:
    found = fit.fit(PRIOR, roads([1.0]), fit.recorded(listed(("r1", "2026-06-01", None)), IDS, AT))

    assert found.closures == 1
    assert found.worth == pytest.approx([PRIOR.worth])


def test_that_years_recorded_are_whole_and_may_be_given() -> None:
    table = listed(("r1", "2022-06-01", "2022-06-02"), ("r1", "2026-06-01", "2026-06-02"))

    assert fit.recorded(table, IDS, AT).years == 5
    short = fit.recorded(table, IDS, AT, years=2)
    assert (len(short.road), short.years) == (1, 2)


def drawn_record(rate: float, seed: int) -> Recorded:
    """Twelve years of closures drawn at a known rate, as if somebody had written them down."""
    posterior = certain(SHORT, ["commune"], rate)
    drawn = storms.draw(posterior, MANY, years=12, seed=seed, wet_days=153)
    year = np.repeat(np.arange(12), np.diff(drawn.first))
    storm = np.repeat(np.arange(len(drawn.when)), np.diff(drawn.begin))
    started = (year * 8766 * 4 + drawn.when)[storm].astype(np.int64) * (HOUR // 4)
    ended = started + drawn.lasts.astype(np.int64) * (HOUR // 4)
    none = np.zeros(len(started), np.int64)
    return Recorded(drawn.road.astype(np.int64), started, ended, none, none, 12.0)


SHORT = replace(PRIOR, rate=0.3, storm_spread=0.9, hours_spread=0.5, hours={"commune": 6.0})
MANY = roads([0.5] * 200)


def test_that_intervals_hold_the_rate_that_made_the_record_nine_times_in_ten() -> None:
    found = [fit.fit(SHORT, MANY, drawn_record(0.06, seed)) for seed in range(20)]

    held = [low < 0.06 < high for low, high in (one.rate_interval for one in found)]
    assert sum(held) >= 15
    assert np.mean([one.rate for one in found]) == pytest.approx(0.06, rel=0.1)


def test_that_the_fit_finds_the_hours_that_made_the_record() -> None:
    found = fit.fit(SHORT, MANY, drawn_record(0.06, 1))

    assert np.exp(found.mean) == pytest.approx([6.0], rel=0.1)
    assert np.sqrt(found.scale / (found.shape - 1)) == pytest.approx([0.5], rel=0.1)
