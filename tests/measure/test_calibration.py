"""Timed walks beside the model, and the speeds they ask for."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml
from scipy import stats

from hoaban.measure import calibration
from hoaban.measure.calibration import BadMinutes, Factor, Walks
from hoaban.measure.network import Floats
from hoaban.measure.tables import Tables
from hoaban.record.roads import RoadRules
from tests.measure import world
from tests.measure.world import AT, ROOT, facility, village

RULES = RoadRules.read(ROOT / "provinces/dien_bien/roads.yaml")


def walks(reported: Floats, modelled: Floats, **kinds: Any) -> Walks:
    """Walks of one kind: on foot, in the dry season, without a load, unless said."""
    size = len(reported)
    mode = np.full(size, kinds.get("mode", "foot"))
    season = np.full(size, kinds.get("season", "dry"))
    loaded = np.full(size, kinds.get("loaded", False))
    return Walks(reported, modelled, mode, season, loaded)


def evenly(count: int, ratio: float, spread: float) -> Floats:
    """Ratios at the quantiles of a lognormal with this median and spread."""
    shares = (np.arange(count) + 0.5) / count
    return ratio * np.exp(spread * stats.norm.ppf(shares))


def test_664_reports_like_those_of_rwanda_give_its_factor_and_interval() -> None:
    """
    PMC7266844: 1.49, 95 % 1.40-1.57. A spread of 0.6 gives an error of 1.2533 · 0.6 / √664 =
    0.0292, so exp(ln 1.49 ± 1.96 · 0.0292) = 1.407-1.578; the prior of ln 2 moves it by 1/2000.
    """
    modelled = np.linspace(10, 200, 664)

    found = calibration.fit(walks(modelled * evenly(664, 1.49, 0.6), modelled))

    assert found[0].walks == 664
    assert found[0].clear
    span = (found[0].factor, found[0].low, found[0].high)
    assert span == pytest.approx((1.49, 1.407, 1.578), abs=0.002)


def test_reports_that_are_an_hour_or_a_point_out_do_not_move_the_factor() -> None:
    reported = 100 * evenly(21, 1.3, 0.1)
    wrong = reported.copy()
    wrong[[17, 18, 19, 20]] = [9000, 6000, 3000, 1500]

    right = calibration.factor(reported, np.full(21, 100.0))
    found = calibration.factor(wrong, np.full(21, 100.0))

    assert found[0] == pytest.approx(right[0], rel=1e-3)
    assert right[0] == pytest.approx(1.3, abs=0.005)


def test_few_and_scattered_walks_are_drawn_towards_one() -> None:
    modelled = np.full(40, 60.0)
    few = calibration.factor(60 * evenly(5, 2.0, 0.8), modelled[:5])
    many = calibration.factor(60 * evenly(40, 2.0, 0.8), modelled)

    assert 1.2 < few[0] < 1.75 < many[0] < 2
    assert few[1] < many[1] < many[0] < many[2] < few[2]


def test_fewer_than_five_walks_say_nothing_and_it_is_said() -> None:
    found = calibration.fit(walks(np.full(4, 90.0), np.full(4, 30.0)))[0]

    assert (found.factor, found.walks, found.enough, found.clear) == (1.0, 4, False, False)
    assert found.low < 0.3
    assert found.high > 3
    assert "too few" in found.text().en
    assert "quá ít" in found.text().vi
    assert calibration.speeds(RULES, [found]) == []


def test_the_interval_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    draws = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        ratios = 1.3 * np.exp(draws.normal(0, 0.3, 12))
        _, low, high = calibration.factor(60 * ratios, np.full(12, 60.0))
        held += low <= 1.3 <= high

    assert 0.91 <= held / 400 <= 0.99


def test_each_mode_season_and_load_has_a_factor_of_its_own() -> None:
    minutes = np.full(6, 60.0)
    parts = [
        walks(1.5 * minutes, minutes),
        walks(2.0 * minutes, minutes, loaded=True),
        walks(1.2 * minutes, minutes, mode="motorbike", season="wet"),
    ]
    names = ("reported", "modelled", "mode", "season", "loaded")
    all_ = Walks(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))

    found = calibration.fit(all_)

    assert [(f.mode, f.season, f.loaded, round(f.factor, 1)) for f in found] == [
        ("foot", "dry", False, 1.5),
        ("foot", "dry", True, 2.0),
        ("motorbike", "wet", False, 1.2),
    ]


def test_walks_that_the_model_has_no_way_for_are_left_out_and_counted() -> None:
    modelled = np.array([60.0] * 6 + [np.inf, 0.0])

    found = calibration.fit(walks(np.full(8, 60.0), modelled))[0]

    assert (found.walks, found.left_out) == (6, 2)
    assert found.factor == pytest.approx(1)


@pytest.mark.parametrize("minutes", [0.0, -20.0, np.nan, np.inf])
def test_a_report_that_is_no_time_is_refused_by_its_number(minutes: float) -> None:
    with pytest.raises(BadMinutes, match="Chuyến đi 2"):
        calibration.fit(walks(np.array([60.0, minutes]), np.full(2, 60.0)))


def test_speeds_fall_by_the_factor_and_are_written_as_roads_yaml_has_them() -> None:
    slow = Factor("foot", "wet", False, 40, 0, 1.25, 1.1, 1.4)
    unclear = Factor("foot", "dry", False, 40, 0, 1.05, 0.95, 1.15)
    loaded = Factor("foot", "wet", True, 40, 0, 2.0, 1.8, 2.2)
    rides = Factor("car", "dry", False, 40, 0, 0.8, 0.7, 0.9)

    found = calibration.speeds(RULES, [slow, unclear, loaded, rides])
    written = yaml.safe_load(calibration.as_yaml(found))

    before, after = {s.season for s in found if s.mode == "foot"}, written["modes"]
    assert before == {"wet"}
    assert after["foot"]["speed_kmh"]["earth"] == {"wet": round(2.3 / 1.25, 1)}
    assert after["car"]["speed_kmh"]["asphalt"] == {"dry": 50.0}
    assert set(after["car"]["speed_kmh"]) == set(RULES.surfaces)
    assert calibration.as_yaml([]) == ""


def test_no_speed_is_ever_nought_and_none_is_said_where_nobody_passes() -> None:
    foot = replace(
        RULES.modes["foot"], speed_kmh=np.array([[0.04, 3.0], [0.0, 3.0], [3, 3], [3, 3]])
    )
    rules = replace(RULES, modes={**RULES.modes, "foot": foot})
    crawling = Factor("foot", "dry", False, 40, 0, 90.0, 50.0, 100.0)

    found = calibration.speeds(rules, [crawling])

    assert [speed.surface for speed in found] == [s for i, s in enumerate(RULES.surfaces) if i != 1]
    assert {speed.after for speed in found} == {0.1}


def test_the_speeds_say_that_roads_must_be_loaded_again() -> None:
    found = calibration.as_yaml([calibration.Speed("foot", "earth", "dry", 3.0, 2.5)])

    assert "import or load the roads again" in found
    assert "nạp lại đường" in found
    assert all(line.startswith("#") for line in found.splitlines()[:2])


def timed(*rows: dict[str, Any]) -> Tables:
    """
    Ban --6 km, 100 m up-- Tram        Xa has no road node; on foot at 4 km/h on the flat.
    """
    drawn = world.drawn("Ban --r1 6km rise=100-- Tram")
    tables = world.tables(
        **drawn,
        villages=[village("0001", "Ban"), village("0002", None)],  # type: ignore[arg-type]
        facilities=[facility("station", "Tram", id="tram")],
    )
    base: dict[str, Any] = {
        "from_village": "0001",
        "to_facility": "tram",
        "mode": "foot",
        "season": "dry",
    }
    base |= {"valid_from": world.START, "origin": "surveyed"}
    words = ("id", "from_village", "to_facility", "mode", "season", "origin", "source", "area")
    schema = pa.schema(
        [
            *((name, pa.string()) for name in words),
            ("minutes", pa.float64()),
            ("day", pa.date32()),
            ("load", pa.bool_()),
            ("valid_from", pa.date32()),
            ("valid_to", pa.date32()),
        ]
    )
    table = pa.Table.from_pylist([{**base, **row} for row in rows], schema=schema)
    return tables.replace(timed_walks=table)


def test_the_register_is_read_beside_the_minutes_of_the_network() -> None:
    tables = timed(
        {"minutes": 120.0},
        {"minutes": 30.0, "mode": "car", "load": True},
        {"minutes": 60.0, "from_village": "0002"},
        {"minutes": 60.0, "to_facility": "gone"},
        {"minutes": 60.0, "valid_to": AT},
    )

    found = calibration.read(tables, AT)

    up = 90 * np.exp(3.5 * 100 / 6000)  # Tobler, of a slope of 1/60
    assert found.modelled.tolist() == pytest.approx([up, 9.0, np.inf, np.inf], abs=0.001)
    assert found.reported.tolist() == [120, 30, 60, 60]
    assert found.loaded.tolist() == [False, True, False, False]
    assert [f.left_out for f in calibration.fit(found)] == [0, 2]


def test_a_register_without_walks_has_no_factors() -> None:
    assert calibration.fit(calibration.read(timed(), AT)) == []
    assert calibration.fit(calibration.read(world.tables(), AT)) == []
