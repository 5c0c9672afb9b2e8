"""Travel under any set of works is what is measured once they are built: bit for bit."""

import random
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from hoaban.base.law import Law
from hoaban.measure import access, services
from hoaban.measure.network import SEASONS
from hoaban.measure.reach import survey
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.travel import Travel, Travelled
from hoaban.plan.works import Work
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.joint import scenes
from tests.plan.joint.ready import column, disagreements, same
from tests.plan.joint.scenes import CHANGES, work

BRIDGE, DRAINS, GRAVEL, _ = CHANGES
KINDS = ("station", "satellite_point", "boarding", "digital_point", "market", *access.SCHOOLS)
INF = float("inf")


def place(name: str, kind: str, *on: str) -> Work:
    """A work that brings places of a kind up to their standard."""
    return work(name, ({"kind": kind, "standard_met": True}, on), kind="service")


def checked(travel: Travel, here: Basis, chosen: Collection[int]) -> Travelled:
    """The state, held to what is measured of the tables with the works built in."""
    tables, law = scenes.built(here, chosen), here.law
    mode, season = law.number("access.mode", AT), law.number("access.season", AT)
    reach = survey(tables, PLACE, at=AT, villages=here.villages["node"], season=season)
    there = here.nodes >= 0
    for (kind, when), found in travel.every([chosen]).items():
        wanted = np.where(there, reach.minutes[kind, mode, when][here.nodes], INF)
        assert found[:, 0].tolist() == wanted.tolist(), (kind, when)
    state, has = travel.start(chosen), services.reached(law, reach, here.nodes, at=AT)
    assert state.health.tolist() == has["health"].tolist()
    assert state.education.tolist() == has["education"].tolist()
    wanted = np.where(there, reach.minutes["health", mode, season][here.nodes], INF)
    assert state.minutes.tolist() == wanted.tolist()
    return state


def valley() -> Basis:
    """The province of `tests.plan.small`, with r2 shut by its bridge and r3 by a slide today."""
    closures = [
        {**world.closure("r2", "2026-11-01", None), "kind": "bridge"},
        world.closure("r3", "2026-11-20", None),
        world.closure("r1", "2026-02-01", "2026-02-03"),
    ]
    works = [
        work("bridge", (BRIDGE, ("r2",))),
        work("drains", (DRAINS, ("r3",))),
        work("gravel", (GRAVEL, ("r2", "r3"))),
        place("raise", "station", "F2"),
        place("mend", "station", "11/00002/"),
        place("point", "satellite_point", "0004"),
        place("again", "satellite_point", "0004", "0003"),
        place("seat", "school_primary", "11/00002/"),
        work("course", ({"course": "language"}, ("S1",)), kind="trains"),
        work("power", ({"kind": "grid_power"}, ("0004",)), kind="service"),
        work("nowhere", (DRAINS, ("no such road",))),
    ]
    tables = small.tables(closures=world.table("closures", closures))
    return scenes.basis(tables, works)


def drawn(seed: int) -> Basis:
    """A random province with places of every kind, and works on roads and places."""
    lot, here = random.Random(seed), scenes.drawn(seed)  # noqa: S311
    villages, areas = (here.tables.arrow("villages")[n].to_pylist() for n in ("id", "area"))
    rows = here.tables.arrow("facilities").to_pylist()
    for n in range(16):
        where = lot.randrange(8)
        one = world.facility(
            lot.choice(KINDS),
            f"N{where}",
            f"0000{1 + where % 2}",
            standard_met=lot.choice((True, True, False)),
            functioning=lot.choice((True, True, None, False)),
        )
        rows.append({**one, "id": f"F{n}"} | ({"node": None} if n == 5 else {}))
        if lot.random() < 0.5:  # it may stand away from the village it is for
            rows[-1]["area"] = lot.choice(areas)
    works = [*here.works]
    for n in range(14):
        on = lot.choice(([f"F{lot.randrange(16)}"], villages, ["11/00001/", "11/00002/"]))
        works.append(place(f"P{n}", lot.choice(KINDS), *lot.sample(on, 1)))
    facilities = world.table("facilities", rows)
    return scenes.basis(here.tables.replace(facilities=facilities), works)


def test_a_bridge_opens_a_way_that_was_shut_on_the_day_and_drains_shorten_a_slide() -> None:
    here = valley()
    travel = Travel(here)

    states = [checked(travel, here, chosen) for chosen in ((), (0,), (0, 1), (0, 1, 2), (2,))]

    # Muong has a station. By motorbike in the rains r2 carries only what comes with a bridge.
    assert [np.isfinite(state.minutes).tolist() for state in states] == [
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
        [True, True, True, True],
        [True, True, False, False],
    ]
    assert states[3].minutes[3] < states[2].minutes[3]  # gravel is quicker than earth


@pytest.mark.parametrize("chosen", [(3,), (4,), (3, 4), (5,), (6,), (5, 6), (7,), (0, 6, 7)])
def test_places_open_once_are_mended_where_they_fail_and_stand_at_the_seat(
    chosen: tuple[int, ...],
) -> None:
    here = valley()

    state = checked(Travel(here), here, chosen)

    if 3 in chosen or 4 in chosen:  # the station of Na Tau, whichever way it is named
        assert state.minutes[1] == 0
    if 6 in chosen:
        assert state.minutes[2:].tolist() == [0, 0]


def test_only_works_on_roads_and_places_that_count_touch_travel() -> None:
    travel = Travel(valley())
    state = travel.start((0,))

    # A raised station and a mended one, points, a school; not courses, power or no road at all.
    assert travel.touches.tolist() == [True] * 8 + [False] * 3
    assert travel.after(state, (0,), [(8,), (9, 10), ()]) == [state] * 3
    assert travel.after(state, (0,), []) == []


@pytest.mark.parametrize("seed", range(12))
def test_any_works_together_are_what_is_measured(seed: int) -> None:
    here, lot = drawn(seed), random.Random(seed)  # noqa: S311
    travel, size = Travel(here), len(here.works)

    for count in (0, 1, 2, 3, 5, 8, 12, size):
        checked(travel, here, lot.sample(range(size), count))


def test_a_province_may_count_on_foot_and_in_the_dry_season() -> None:
    """Walkers go up more slowly than down, so that both directions of a road count."""
    other = {"access.mode": "foot", "access.season": "dry"}
    values = {n: (replace(LAW.at(n, AT), value=value),) for n, value in other.items()}
    here = replace(drawn(4), law=Law({**LAW.values, **values}))

    for chosen in ((), (0, 3, 9), range(len(here.works))):
        checked(Travel(here), here, chosen)


def test_pupils_walk_to_school_where_the_rains_let_them() -> None:
    """Nobody wades r3 in the rains, as the register has it; drained, it follows the rule."""
    here = valley()
    old = here.tables.arrow("roads")
    wades = pa.array([True, True, False], pa.bool_())
    roads = old.set_column(old.column_names.index("passable_foot_wet"), "passable_foot_wet", wades)
    schools = [world.facility(kind, "Che", "00002") for kind in access.SCHOOLS]
    rows = [*here.tables.arrow("facilities").to_pylist(), *schools]
    places = {"facilities": world.table("facilities", rows)}
    tables = here.tables.replace(roads=roads, closures=world.table("closures", []), **places)
    here = scenes.basis(tables, here.works)

    before, after = (checked(Travel(here), here, chosen) for chosen in ((), (1,)))

    assert (before.education[3], after.education[3]) == (False, True)


@pytest.mark.parametrize("seed", range(3))
def test_steps_come_to_the_whole_and_order_does_not_matter(seed: int) -> None:
    here = drawn(seed)

    assert disagreements(Travel(here), len(here.works), seed) == []


def test_sets_of_many_works_are_tried_on_what_they_share() -> None:
    """More works in common than a set may differ by, so that another base is made."""
    here, lot = drawn(5), random.Random(5)  # noqa: S311
    many = [replace(one, id=f"{one.id}:{n}") for n in range(4) for one in here.works]
    here = scenes.basis(here.tables, many)
    travel, size = Travel(here), len(many)
    common = frozenset(lot.sample(range(size), size // 2))
    rest = [n for n in range(size) if n not in common]

    for chosen in (common, common | {rest[0]}, frozenset(rest)):
        moves = [tuple(lot.sample(range(size), 2)) for _ in range(20)]
        tried = travel.after(travel.start(chosen), chosen, moves)
        for move, state in zip(moves, tried, strict=True):
            assert same(state, Travel(here).start({*chosen, *move}))
    checked(travel, here, common)


def test_the_figures_are_those_of_the_villages_measured() -> None:
    here = drawn(2)
    chosen = tuple(range(0, len(here.works), 2))

    found, told = Travel(here).every([chosen, ()]), scenes.truth(here, chosen)

    assert {kind for kind, _ in found} == set(access.KINDS)
    mode = LAW.number("access.mode", AT)
    for season in SEASONS:
        minutes = column(told, f"minutes_health_{mode}_{season}")
        assert found["health", season][:, 0].tolist() == [INF if m is None else m for m in minutes]


def test_no_sets_have_no_figures() -> None:
    travel = Travel(valley())

    ticks, minutes = travel.ticks([]), travel.every([])

    assert {some.shape for some in ticks.values()} == {(4, 0)}
    assert {some.shape for some in minutes.values()} == {(4, 0)}
