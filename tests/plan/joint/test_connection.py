import random
from collections.abc import Collection
from itertools import combinations

import numpy as np
import pytest

from hoaban.measure import connection, network
from hoaban.measure.network import Floats
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.connection import Connected, Connection
from tests.measure import world
from tests.measure.world import AT
from tests.plan import small
from tests.plan.joint import scenes
from tests.plan.joint.scenes import CHANGES, STOCKED, work

BRIDGE, DRAINS, GRAVEL, _ = CHANGES
WORKS = [
    work("bridge", (BRIDGE, ("r2",))),
    work("drains", (DRAINS, ("r3",))),
    work("gravel", (GRAVEL, ("r2", "r3"))),
    work("stock", (STOCKED, ("11/00002/",)), kind="service"),
    work("course", ({"course": "language"}, ("S1",)), kind="trains"),
]


def valley() -> Basis:
    """The province of `tests.plan.small` with closures on every road, one still open."""
    closures = [
        world.closure("r1", "2026-02-01", "2026-02-03T05", passes="motorbike"),
        {**world.closure("r2", "2026-07-01", "2026-07-20"), "kind": "bridge"},
        world.closure("r2", "2026-08-01", "2026-08-09"),
        world.closure("r3", "2026-08-05", "2026-08-30"),
        world.closure("r3", "2026-11-20", None),
    ]
    tables = small.tables(closures=world.table("closures", closures))
    return scenes.basis(tables, WORKS)


def same(found: Connected, here: Basis, chosen: Collection[int]) -> None:
    """As measured on the tables with the works built in, to the last bit."""
    truth = scenes.truth(here, chosen)
    mode = here.law.number("connection.prevailing_mode", AT)
    link = [bool(flag) for flag in truth.villages["all_season_link"].to_pylist()]
    assert found.link.tolist() == link
    assert np.array_equal(
        found.days, network.floats(truth.villages[f"cut_off_days_{mode}"]), equal_nan=True
    )
    rows = truth.targets["T2"]["parts"]["by_commune"]
    for test in ("a", "b", "c", "met"):
        assert getattr(found, test).tolist() == [row[test] for row in rows]
    people = np.array(truth.villages["people"].to_pylist())
    communes = truth.villages["commune"].to_pylist()
    assert found.linked.tolist() == [
        sum(people[[c == row["commune"] and yes for c, yes in zip(communes, link, strict=True)]])
        for row in rows
    ]


def test_that_every_set_of_the_small_province_is_as_measured() -> None:
    here = valley()
    part = Connection(here)
    sets = [set(s) for size in range(5) for s in combinations(range(4), size)]

    found = [part.start(chosen) for chosen in sets]

    for state, chosen in zip(found, sets, strict=True):
        same(state, here, chosen)
    assert len({tuple(state.days.tolist()) for state in found}) > 4
    assert {bool(state.c[1]) for state in found} == {False, True}


@pytest.mark.parametrize("seed", range(8))
def test_that_random_provinces_are_as_measured(seed: int) -> None:
    here = scenes.drawn(seed)
    part, lot = Connection(here), random.Random(seed)  # noqa: S311
    numbers = range(len(here.works))

    for _ in range(3):
        chosen = set(lot.sample(numbers, lot.randint(0, len(numbers))))
        same(part.start(chosen), here, chosen)


def test_that_moves_on_top_are_the_sets_from_the_start() -> None:
    here = scenes.drawn(3, works=30)
    part, moves = Connection(here), [(n, n + 1) for n in range(8, 30)]
    chosen = {1, 4, 7}

    after = part.after(part.start(chosen), chosen, moves)

    for state, move in zip(after, moves, strict=True):
        afresh = Connection(here).start({*chosen, *move})
        assert np.array_equal(state.days, afresh.days, equal_nan=True)
        assert (state.met == afresh.met).all()
        rest = part.without(state, chosen, move)
        assert np.array_equal(rest.days, part.start(chosen).days, equal_nan=True)


def test_that_a_move_elsewhere_leaves_the_state_alone() -> None:
    part = Connection(valley())

    before = part.start({0})

    assert part.touches.tolist() == [True, True, True, True, False]
    assert part.after(before, {0}, [(4,)])[0] is before


def test_that_people_days_fall_as_roads_are_mended() -> None:
    part = Connection(valley())
    sets = [(), (0,), (0, 1), (0, 1, 2)]

    days = [part.isolation(part.start(chosen)) for chosen in sets]

    assert days == sorted(days, reverse=True)
    assert days[0] == pytest.approx(float(_people_days(valley())))
    assert days[-1] < days[0]


def _people_days(here: Basis) -> Floats:
    days = network.floats(scenes.truth(here, ()).villages["cut_off_days_motorbike"])
    return np.asarray(np.nansum(days * here.people))


def test_that_a_province_without_a_single_road_has_no_way() -> None:
    tables = small.tables(roads=small.roads().slice(0, 0))
    here = scenes.basis(tables, WORKS)

    found = Connection(here).start({0, 1, 2, 3})

    same(found, here, {0, 1, 2, 3})
    assert found.link.tolist() == [True, False, False, False]


def test_that_three_ways_out_are_counted_when_the_province_wants_three() -> None:
    law = world.with_value(world.LAW, "connection.ways_out_min", 3)
    found = 0
    for seed in range(6):
        drawn = scenes.drawn(seed)
        here = Basis(
            drawn.tables,
            law,
            drawn.place,
            AT,
            drawn.until,
            drawn.standard,
            drawn.works,
            drawn.rules,
        )
        state = Connection(here).start({0, 1, 2})
        reach = here.reach
        ways = network.ways(scenes.built(here, {0, 1, 2}), AT, "car", "wet")
        seats = reach.ground.numbers(["N0", "N1"])
        truth = connection.ways_out(ways, reach.centre, seats, 3) >= 3
        assert state.c.tolist() == truth.tolist()
        found += int(truth.sum())
    assert found >= 6
