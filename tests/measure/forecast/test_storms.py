from dataclasses import fields, replace

import numpy as np
import pytest

from hoaban.measure.forecast import storms
from hoaban.measure.forecast.fit import Recorded, fit
from hoaban.measure.forecast.prior import KINDS, Prior
from hoaban.measure.forecast.roads import Roads
from hoaban.measure.forecast.storms import Storms
from hoaban.measure.network import Floats
from tests.measure.forecast.scenes import PRIOR, certain, roads

SPREAD_OUT = roads(
    [0.2, 1.0, 3.0, 0.0, 0.5, 1.0],
    x=np.array([5.0, 15.0, 30.0, 35.0, 50.0, 55.0]),
    y=np.array([5.0, 35.0, 20.0, 10.0, 50.0, 5.0]),
    box=(0.0, 0.0, 60.0, 60.0),
)


def draw(
    given: Roads, *, seed: int = 1, years: int = 60, threads: int = 2, prior: Prior = PRIOR
) -> Storms:
    posterior = fit(prior, given, None)
    return storms.draw(posterior, given, years=years, seed=seed, wet_days=153, threads=threads)


def same(one: Storms, other: Storms) -> bool:
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
    return all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in pairs)


def closings(drawn: Storms, given: Roads) -> dict[tuple[int, int], tuple[int, int]]:
    """Hours and what passes, by storm and the key of the road."""
    storm = np.repeat(np.arange(len(drawn.when)), np.diff(drawn.begin)).tolist()
    keys = given.key[drawn.road].tolist()
    found = zip(drawn.lasts.tolist(), drawn.passes.tolist(), strict=True)
    return dict(zip(zip(storm, keys, strict=True), found, strict=True))


def some(given: Roads, rows: list[int]) -> Roads:
    names = ("key", "x", "y", "weakness", "grade", "ford")
    return replace(given, **{name: getattr(given, name)[rows] for name in names})


def chances(drawn: Storms, given: Roads, storm_km: float) -> Floats:
    """(storms, roads) the chance that each storm closes each road."""
    off = (given.x - drawn.east[:, None]) ** 2 + (given.y - drawn.north[:, None]) ** 2
    near = np.exp(-off / storm_km**2 / 2) * (off <= 16 * storm_km**2)
    return np.asarray(-np.expm1(-(drawn.rate * drawn.strength)[:, None] * given.weakness * near))


def test_that_equal_seeds_give_equal_bytes_for_any_number_of_threads() -> None:
    first = draw(SPREAD_OUT, years=200, threads=1)

    assert len(first.road) > 100
    assert same(first, draw(SPREAD_OUT, years=200, threads=1))
    assert same(first, draw(SPREAD_OUT, years=200, threads=2))
    assert same(first, draw(SPREAD_OUT, years=200, threads=5))
    assert not same(first, draw(SPREAD_OUT, years=200, seed=2))


def test_that_mending_or_dropping_or_moving_a_road_moves_no_other_draw() -> None:
    before = closings(draw(SPREAD_OUT), SPREAD_OUT)
    key = int(SPREAD_OUT.key[2])
    weakness = SPREAD_OUT.weakness.copy()
    weakness[2] = 0.3
    mended = replace(SPREAD_OUT, weakness=weakness)
    turned = some(SPREAD_OUT, [5, 4, 3, 1, 0])
    others = {at: found for at, found in before.items() if at[1] != key}

    after = closings(draw(mended), mended)
    dropped = closings(draw(turned), turned)

    assert {at: found for at, found in after.items() if at[1] != key} == others
    assert dropped == others
    weaker = {at for at in after if at[1] == key}
    assert weaker < {at for at in before if at[1] == key}  # what still closes closed before


def test_that_more_years_leave_the_first_ones_as_they_were() -> None:
    short, long = draw(SPREAD_OUT, years=40), draw(SPREAD_OUT, years=49)

    kept = len(short.when)
    assert np.array_equal(long.when[:kept], short.when)
    assert np.array_equal(long.road[: len(short.road)], short.road)
    assert np.array_equal(long.lasts[: len(short.road)], short.lasts)


def test_that_storms_come_in_order_in_the_season_as_often_as_said() -> None:
    drawn = draw(SPREAD_OUT, years=1000, prior=replace(PRIOR, storms_spread=0.0))

    count = np.diff(drawn.first)
    assert count.mean() == pytest.approx(PRIOR.storms_a_year, abs=4 * np.sqrt(14 / 1000))
    assert count.var() == pytest.approx(PRIOR.storms_a_year, rel=0.25)  # Poisson
    year = np.repeat(np.arange(1000), count)
    assert (np.diff(drawn.when)[np.diff(year) == 0] >= 0).all()
    assert 0 <= drawn.when.min() < drawn.when.max() < 153 * 96
    assert np.log(drawn.strength).std() == pytest.approx(PRIOR.storm_spread, rel=0.05)


def test_that_roads_close_as_often_as_rain_and_weakness_say() -> None:
    drawn = draw(SPREAD_OUT, years=3000)
    chance = chances(drawn, SPREAD_OUT, PRIOR.storm_km)

    seen = np.bincount(drawn.road, minlength=6)

    spread = np.sqrt((chance * (1 - chance)).sum(axis=0))
    assert seen[3] == 0  # no weakness, no closure
    assert (np.abs(seen - chance.sum(axis=0)) <= 4 * spread).all()
    assert seen[2] > 5 * seen[0] > 0


def test_that_neighbours_close_together_and_roads_far_apart_do_not() -> None:
    given = roads(
        [1.0, 1.0, 1.0],
        x=np.array([10.0, 12.0, 190.0]),
        y=np.array([10.0, 10.0, 190.0]),
        box=(0.0, 0.0, 200.0, 200.0),
    )
    drawn = draw(given, years=4000)
    storm = np.repeat(np.arange(len(drawn.when)), np.diff(drawn.begin))
    shut = np.zeros((len(drawn.when), 3), bool)
    shut[storm, drawn.road] = True

    together = np.corrcoef(shut.T.astype(float))

    assert together[0, 1] > 0.1
    assert abs(together[0, 2]) < 0.02


def test_that_hours_and_what_passes_follow_their_laws() -> None:
    prior = replace(PRIOR, hours={"commune": 36.0}, hours_spread=1.0, hours_most=500.0)
    one = roads([1.0, 1.0], ford=np.array([False, True]))
    drawn = storms.draw(certain(prior, ["commune"], 0.5), one, years=1000, seed=1, wet_days=153)

    hours = drawn.lasts / 4
    assert np.median(hours) == pytest.approx(36, rel=0.05)
    below = (hours <= 36 * np.exp(1)).mean()
    assert below == pytest.approx(0.841, abs=0.015)
    assert hours.max() == 500
    slide, flood = (prior.passes[kind] for kind in KINDS)
    at_ford = 0.6 * flood + 0.4 * slide
    for road, odds in ((0, slide), (1, at_ford)):
        share = np.bincount(drawn.passes[drawn.road == road], minlength=4) / sum(drawn.road == road)
        assert share == pytest.approx(odds, abs=0.03)


def test_that_each_world_has_parameters_of_its_own() -> None:
    drawn = draw(SPREAD_OUT, years=200)

    assert drawn.worlds == 20
    year = np.repeat(np.arange(200), np.diff(drawn.first))
    assert len(np.unique(drawn.rate)) == 20
    for world in range(20):
        assert len(np.unique(drawn.rate[year % 20 == world])) == 1


def test_that_the_number_of_storms_is_in_doubt_from_world_to_world() -> None:
    drawn = draw(SPREAD_OUT, years=20_000, prior=replace(PRIOR, storms_spread=0.5))

    means = np.diff(drawn.first).reshape(-1, drawn.worlds).mean(axis=0)
    assert means.mean() == pytest.approx(PRIOR.storms_a_year, rel=0.15)
    assert np.log(means).std() == pytest.approx(0.5, rel=0.2)


def test_that_doubt_of_the_storms_widens_the_closures_unless_they_are_recorded() -> None:
    given = roads([1e-3] * 50)
    started = np.arange(400, dtype=np.int64) * 72 * 3_600_000_000
    none = np.zeros(400, np.int64)
    record = Recorded(none, started, started + 3_600_000_000, none, none, 10.0)

    def spread(prior: Prior, recorded: Recorded | None) -> float:
        posterior = fit(prior, given, recorded)
        often, rate, *_ = storms._parameters(posterior, 2000, seed=1)
        return float(np.log(often * rate).std())

    sure, doubtful = replace(PRIOR, storms_spread=0.0), replace(PRIOR, storms_spread=1.0)
    assert spread(doubtful, None) > 1.1 * spread(sure, None)
    assert spread(doubtful, record) == pytest.approx(spread(sure, record), rel=0.2)


def test_that_without_roads_nothing_closes() -> None:
    none = roads([])

    drawn = draw(none)

    assert len(drawn.road) == 0
    assert drawn.begin[-1] == 0
    assert len(drawn.when) > 0
