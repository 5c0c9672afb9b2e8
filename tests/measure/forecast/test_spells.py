from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure.forecast import spells
from hoaban.measure.forecast.spells import DAY, Forecast, NoPlaceToReach, WrongPeople
from hoaban.measure.forecast.storms import Storms
from hoaban.measure.network import MODES, Ways
from tests.measure.forecast import scenes
from tests.measure.forecast.scenes import storms

LINE = "Che --r0 5km-- X --r1 5km-- Muong"
RING = LINE + "\nChe --r2 20km-- Muong"
NODES = {"Che": 0, "X": 1, "Muong": 2}


def ask(drawing: str, drawn: Storms, places: tuple[int, ...] = (0,), **more: Any) -> Forecast:
    ground, ways = scenes.ground(drawing)
    centre = ground.nodes.to_pylist().index("Muong")
    people = np.full(len(places), 100)
    at = np.array(places)
    base: dict[str, Any] = {"centre": centre, "places": at, "people": people}
    return spells.forecast(ways, drawn, **{**base, "roads": len(ground.roads), **more})


def test_that_closures_which_overlap_count_once_worked_by_hand() -> None:
    # r0 shuts for 40 quarters at 0; at 20 both shut: r0's rest is 20, r1 waits 100. 0 to 120.
    year = [(0, [(0, 40, "none")]), (20, [(1, 100, "none")])]

    found = ask(LINE, storms(year)).modes["car"]

    assert found.quarters.tolist() == [[120]]
    assert found.days == pytest.approx([120 / 96])
    assert found.longest_days == pytest.approx([120 / 96])
    assert found.probability.tolist() == [1.0]
    assert found.shut_days == pytest.approx([40 / 96, 100 / 96])
    assert found.lost.tolist() == [20 * 100, 100 * 100]


def test_that_a_closure_within_another_of_the_same_road_adds_nothing() -> None:
    year = [(0, [(0, 90, "none")]), (20, [(0, 10, "none")]), (50, [(0, 50, "none")])]

    found = ask(LINE, storms(year)).modes["foot"]

    assert found.quarters.tolist() == [[100]]
    assert found.shut_days == pytest.approx([100 / 96, 0])


def test_that_spells_run_on_only_while_nothing_is_open_between() -> None:
    on = [(0, [(0, 20, "none")]), (20, [(1, 30, "none")])]  # one opens as the other shuts
    off = [(0, [(0, 19, "none")]), (20, [(1, 30, "none")])]

    found = ask(LINE, storms(on, off)).modes["car"]

    assert found.quarters.tolist() == [[50, 49]]
    assert found.longest_days == pytest.approx([(50 + 30) / 2 / 96])


def test_that_storms_at_one_moment_are_one_moment() -> None:
    year = [(0, [(0, 20, "none")]), (20, []), (20, [(1, 30, "none")]), (20, [(0, 10, "none")])]

    found = ask(LINE, storms(year)).modes["car"]

    assert found.quarters.tolist() == [[50]]
    assert found.longest_days == pytest.approx([50 / 96])


def test_that_a_year_ends_its_own_spells() -> None:
    found = ask(LINE, storms([(14_000, [(0, 9_600, "none")])], [])).modes["car"]

    assert found.quarters.tolist() == [[9_600, 0]]
    assert found.probability.tolist() == [0.5]
    assert found.days == pytest.approx([50])


def test_that_a_day_counts_from_twenty_four_hours() -> None:
    drawn = storms([(0, [(0, DAY, "none")])], [(0, [(0, DAY - 1, "none")])])

    assert ask(LINE, drawn).modes["car"].probability.tolist() == [0.5]


def test_that_a_closure_with_a_way_round_it_cuts_nobody_off() -> None:
    one = storms([(0, [(0, 96, "none")])])
    both = storms([(0, [(0, 96, "none"), (2, 50, "none")])])

    assert ask(RING, one).modes["car"].days.tolist() == [0]
    assert ask(RING, both).modes["car"].quarters.tolist() == [[50]]


def test_that_walkers_and_motorbikes_pass_where_cars_do_not() -> None:
    year = [
        (0, [(0, 100, "motorbike")]),
        (200, [(0, 60, "foot")]),
        (400, [(1, 30, "none")]),
    ]

    found = ask(LINE, storms(year))

    assert [found.modes[mode].quarters[0, 0] for mode in MODES] == [30, 90, 190]
    assert found.by_motorbike == pytest.approx([100 / 96])
    assert found.on_foot == pytest.approx([60 / 96])
    assert found.by_none == pytest.approx([30 / 96])


def test_that_a_footpath_never_shuts() -> None:
    path = LINE + "\nChe ~~p 300/300~~ Muong"

    found = ask(path, storms([(0, [(0, 96, "none")])]))

    assert found.modes["foot"].days.tolist() == [0]
    assert found.on_foot == pytest.approx([1])


def test_that_a_place_without_a_way_or_a_node_says_so_and_no_figure() -> None:
    drawing = "Che --r0 5km motorbike-- Muong\nHon --r1 5km-- Lai"
    drawn = storms([(0, [(0, 96, "none")])])
    ground, _ = scenes.ground(drawing)
    at = {name: i for i, name in enumerate(ground.nodes.to_pylist())}

    found = ask(drawing, drawn, (at["Che"], at["Hon"], -1, at["Muong"]))

    bike, car = found.modes["motorbike"], found.modes["car"]
    assert bike.joined.tolist() == [True, False, False, True]
    assert car.joined.tolist() == [False, False, False, True]
    for name in ("probability", "days", "longest_days"):
        assert np.isnan(getattr(bike, name)).tolist() == [False, True, True, False], name
    assert np.isnan(found.by_motorbike).tolist() == [True, True, True, False]
    assert bike.quarters.tolist() == [[96], [0], [0], [0]]
    assert bike.lost.tolist() == [96 * 100]


def test_that_people_at_one_node_are_added_and_answered_alike() -> None:
    drawn = storms([(0, [(0, 96, "none")])])

    found = ask(LINE, drawn, (1, 0, 0), people=np.array([1, 20, 300])).modes["car"]

    assert found.days.tolist() == [0, 1, 1]
    assert found.lost.tolist() == [320 * 96]
    assert found.people.tolist() == [320, 321]
    assert found.people_days.tolist() == [320, 0]


def test_that_the_interval_takes_out_what_chance_explains() -> None:
    rng = np.random.default_rng(5)
    level = rng.gamma(4, 25, size=100)
    years = np.arange(10_000)
    steady = np.tile(np.round(level), (1, 100)).astype(np.uint16)
    noisy = rng.poisson(100, size=(1, len(years))).astype(np.uint16)
    both = rng.exponential(level[years % 100])[None, :].round().astype(np.uint16)

    lows, highs = zip(*(spells.interval(q, 100) for q in (steady, noisy, both)), strict=True)

    low, high = np.quantile(np.round(level), (0.05, 0.95)) / DAY
    assert (lows[0][0], highs[0][0]) == pytest.approx((low, high))
    assert highs[1][0] - lows[1][0] < 0.5 * 3.3 * 10 / 10 / DAY  # nothing but chance
    assert highs[2][0] - lows[2][0] == pytest.approx(high - low, rel=0.15)


def test_that_one_world_has_no_interval() -> None:
    low, high = spells.interval(np.ones((2, 5), np.uint16), 1)

    assert np.isnan([low, high]).all()


def test_that_a_wrong_centre_or_wrong_people_are_refused() -> None:
    drawn = storms([])

    with pytest.raises(NoPlaceToReach) as refused:
        ask(LINE, drawn, centre=7)
    assert "7" in refused.value.text("vi")
    assert "7" in refused.value.text("en")
    for people in (np.array([-1]), np.array([1, 2])):
        with pytest.raises(WrongPeople):
            ask(LINE, drawn, people=people)


@st.composite
def scenes_(draw: st.DrawFn) -> tuple[dict[str, Ways], Storms, int]:
    """Random one-way links of up to 6 nodes for each mode, and two years of storms on them."""
    size = draw(st.integers(2, 6))
    node = st.integers(0, size - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=9))
    roads = len(ends)
    number = [draw(st.integers(-1, roads - 1)) for _ in ends]  # some two-way, some footpaths
    closing = st.tuples(
        st.integers(0, roads - 1),
        st.integers(1, 40),
        st.sampled_from(["none", "foot", "motorbike", "car"]),
    )
    storm = st.tuples(st.integers(0, 60), st.lists(closing, max_size=4))
    years = [sorted(draw(st.lists(storm, max_size=4)), key=lambda s: s[0]) for _ in range(2)]
    ways = {}
    for mode in MODES:
        kept = [i for i in range(roads) if draw(st.integers(0, 9)) < 9]
        ways[mode] = scenes.links(size, [ends[i] for i in kept], [number[i] for i in kept])
    return ways, storms(*years), roads


@settings(max_examples=100, deadline=None)
@given(scenes_())
def test_that_every_quarter_hour_searched_one_by_one_gives_the_same(
    scene: tuple[dict[str, Ways], Storms, int],
) -> None:
    ways, drawn, roads = scene
    size = ways["car"].size
    places = np.arange(size)

    found = spells.forecast(
        ways, drawn, centre=0, places=places, people=places + 1, roads=roads, threads=1
    )

    for place in range(size):
        joint = np.zeros(3)
        by_year: dict[str, list[int]] = {mode: [] for mode in MODES}
        longest = dict.fromkeys(MODES, 0)
        joined = {mode: scenes.reaches(ways[mode], set(), place, 0) for mode in MODES}
        for year in range(2):
            cut = scenes.cut_off(ways, drawn, year, centre=0, place=place, until=101)
            for mode in MODES:
                by_year[mode].append(sum(cut[mode]) * joined[mode])
                longest[mode] += scenes.longest(cut[mode])
            begun = drawn.when[drawn.first[year] : drawn.first[year + 1]][:1]
            stormy = np.arange(101) >= (begun[0] if len(begun) else 101)
            car, bike, foot = (np.array(cut[m]) & stormy for m in ("car", "motorbike", "foot"))
            joint += [(car & ~bike).sum(), (car & bike & ~foot).sum(), (car & bike & foot).sum()]
        for mode in MODES:
            one = found.modes[mode]
            assert one.joined[place] == joined[mode]
            assert one.quarters[place].tolist() == by_year[mode]
            if joined[mode]:
                assert one.longest_days[place] == pytest.approx(longest[mode] / 2 / DAY)
        if joined["car"]:
            shares = (found.by_motorbike[place], found.on_foot[place], found.by_none[place])
            assert shares == pytest.approx(joint / 2 / DAY)
            assert sum(shares) == pytest.approx(found.modes["car"].days[place])
    for mode in MODES:
        heads = (places + 1) * found.modes[mode].joined
        assert found.modes[mode].lost.sum() == (heads @ found.modes[mode].quarters).sum()


def test_that_threads_change_no_byte() -> None:
    rng = np.random.default_rng(1)
    years = [
        [
            (when, [(int(r), int(rng.integers(1, 900)), "none") for r in rng.integers(0, 3, 2)])
            for when in sorted(rng.integers(0, 14_000, 14).tolist())
        ]
        for _ in range(60)
    ]
    drawn = replace(storms(*years), worlds=6)

    one, two, many = (ask(RING, drawn, (0, 1), threads=n) for n in (1, 2, 5))

    for mode in MODES:
        for f in fields(one.modes[mode]):
            first = np.asarray(getattr(one.modes[mode], f.name)).tobytes()
            assert first == np.asarray(getattr(two.modes[mode], f.name)).tobytes(), f.name
            assert first == np.asarray(getattr(many.modes[mode], f.name)).tobytes(), f.name
