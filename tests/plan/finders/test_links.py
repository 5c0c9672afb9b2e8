"""The cheapest links, drawn; and what works make of single roads."""

import numpy as np
import pytest

from hoaban.measure import network
from hoaban.plan.finders import repairs
from hoaban.plan.finders.links import Claims, Link, links
from hoaban.plan.finders.repairs import Repairs, closed_days
from tests.measure import world
from tests.measure.world import AT
from tests.plan import small
from tests.plan.small import KINDS, RULES

BILLION = 10**9


def fixed(cost: list[float], opens: bool = True, now: list[float] | None = None) -> Repairs:
    """One set of works with a cost a road in tỷ, that opens every road and leaves no closure."""
    shape = (1, len(cost))
    return Repairs(
        sets=((KINDS["regravel"],),),
        cost=np.array([cost]) * BILLION,
        opens={m: np.full(shape, opens) for m in network.MODES},
        days={m: np.zeros(shape) for m in network.MODES},
        now={m: np.array(now or [0.0] * len(cost)) for m in network.MODES},
    )


def found(
    drawing: str,
    works: Repairs,
    *targets: str,
    centre: str = "Muong",
    claims: Claims | None = None,
    **more: object,
) -> list[tuple[str, set[str], tuple[str, ...]]]:
    """Name, roads mended and links required of each link, for motorbikes."""
    ground = network.lay(world.tables(**world.drawn(drawing)), AT)
    place = {node: n for n, node in enumerate(ground.nodes.to_pylist())}
    got: list[Link] = links(
        ground,
        works,
        mode="motorbike",
        centre=place[centre],
        targets={name: place[name] for name in targets},
        days_max=7,
        claims={} if claims is None else claims,
        **more,  # type: ignore[arg-type]
    )
    roads = ground.roads.to_pylist()
    return [(link.name, {roads[r] for r in link.mends}, link.requires) for link in got]


def test_the_way_that_costs_least_to_mend_is_mended() -> None:
    """
    Muong --r1 dry, 5--> X --r2 dry, 5--> Che     together 10
    Muong --------r3 dry, 9-------------> Che     9, though longer
    """
    drawing = """
        Muong --r1 1km dry-- X --r2 1km dry-- Che
        Muong --r3 8km dry-- Che
    """
    assert found(drawing, fixed([5, 5, 9]), "Che") == [("Che", {"r3"}, ())]


def test_a_farther_village_pays_for_its_own_part_and_requires_the_nearer_one() -> None:
    drawing = "Muong --r1 2km dry-- Che --r2 2km dry-- Hon"
    assert found(drawing, fixed([5, 3]), "Hon", "Che") == [
        ("Che", {"r1"}, ()),
        ("Hon", {"r2"}, ("Che",)),
    ]


def test_a_village_behind_another_one_s_works_needs_none_of_its_own() -> None:
    drawing = """
        Muong --r1 2km dry-- X --r2 1km-- Che
        X --r3 1km-- Hon
    """
    assert found(drawing, fixed([5, 1, 1]), "Che", "Hon") == [
        ("Che", {"r1"}, ()),
        ("Hon", set(), ("Che",)),
    ]


def test_roads_that_an_earlier_search_mends_are_not_mended_twice() -> None:
    claims: Claims = {0: (0, "seat")}
    drawing = "Muong --r1 2km dry-- Che --r2 2km dry-- Hon"
    assert found(drawing, fixed([5, 3]), "Hon", claims=claims) == [("Hon", {"r2"}, ("seat",))]


def test_a_village_with_an_open_way_needs_no_works() -> None:
    assert found("Muong --r1 2km-- Che", fixed([5]), "Che") == []


def test_what_no_work_can_open_is_left_out() -> None:
    assert found("Muong --r1 2km dry-- Che", fixed([5], opens=False), "Che") == []


def test_closures_along_a_way_are_mended_the_longest_first_until_few_enough() -> None:
    """4 + 5 days: over 7. Mending the 5 leaves 4."""
    drawing = "Muong --r1 2km-- X --r2 2km-- Che"
    assert found(drawing, fixed([5, 5], now=[4.0, 5.0]), "Che") == [("Che", {"r2"}, ())]


def test_barred_roads_are_not_used() -> None:
    drawing = """
        Muong --r1 2km-- Che
        Muong --r2 2km dry-- Che
    """
    barred = np.array([True, False])
    assert found(drawing, fixed([1, 5]), "Che", barred=barred) == [("Che", {"r2"}, ())]


def test_of_parallel_roads_the_cheaper_one_is_mended() -> None:
    drawing = """
        Muong --r1 2km dry-- Che
        Muong --r2 2km dry-- Che
    """
    assert found(drawing, fixed([6, 5]), "Che") == [("Che", {"r2"}, ())]


def of_small(*names: str) -> tuple[Repairs, list[str]]:
    """What some kinds do to the roads of the small province."""
    given = small.tables()
    table = repairs.in_force(given, AT)
    closed = closed_days(given, AT)
    some = [KINDS[name] for name in names]
    made = repairs.repairs(table, closed, some, RULES, dict.fromkeys(names, 1.0))
    return made, [" + ".join(kind.id for kind in group) for group in made.sets]


def test_a_bridge_opens_a_ford_and_costs_one_bridge() -> None:
    made, sets = of_small("build_bridge")
    assert sets == ["build_bridge"]
    assert made.cost[0].tolist() == [np.inf, 2.5 * BILLION, np.inf]
    assert made.opens["motorbike"][0].tolist() == [True, True, False]


def test_drains_open_steep_earth_to_motorbikes_but_not_to_cars() -> None:
    made, _ = of_small("repair_drains")
    assert made.cost[0].tolist() == [np.inf, np.inf, pytest.approx(0.8 * BILLION)]
    assert made.opens["motorbike"][0, 2]
    assert not made.opens["car"][0, 2]


def test_works_that_change_different_things_go_together_and_others_do_not() -> None:
    _, sets = of_small("repair_drains", "build_bridge", "regravel")
    assert sets == [
        *("repair_drains", "build_bridge", "regravel"),
        *("repair_drains + build_bridge", "build_bridge + regravel"),
    ]


def test_a_kind_works_on_roads_of_its_own_classes_only() -> None:
    made, _ = of_small("concrete_road")
    assert np.isfinite(made.cost[0]).tolist() == [False, False, True]


def test_overlapping_closures_of_a_road_count_once_and_bridges_apart() -> None:
    rows = [
        world.closure("r2", "2026-08-01", "2026-08-03"),
        world.closure("r2", "2026-08-02", "2026-08-05"),
        world.closure("r2", "2026-08-10", "2026-08-11", passes="motorbike"),
        {**world.closure("r2", "2026-09-01", "2026-09-04"), "kind": "bridge"},
    ]
    given = small.tables(closures=world.table("closures", rows))
    table = repairs.in_force(given, AT)
    at = list(table["id"].to_pylist()).index("r2")

    slides, bridges = closed_days(given, AT)["motorbike"]
    assert (slides[at], bridges[at]) == (4, 3)
    slides, bridges = closed_days(given, AT)["car"]
    assert (slides[at], bridges[at]) == (5, 3)


def test_nothing_gets_worse_by_a_work() -> None:
    table = repairs.in_force(small.tables(), AT)
    after = repairs.state(
        table, [{"surface": "gravel", "width_m": 1.0, "susceptibility_share": 0.5}]
    )
    assert after["surface"].tolist() == ["asphalt", "gravel", "gravel"]
    assert after["width_m"].tolist() == [5.5, 3.5, 2.0]
    assert after["susceptibility"].tolist() == [0.1, 0.1, 0.1]


def test_where_the_cheapest_works_leave_a_way_shut_too_long_more_lasting_ones_are_taken() -> None:
    """12 days on each of two roads: drains leave 5 + 5, a wall on one of them 1 + 5."""
    cheap, lasting = fixed([1, 1], now=[12.0, 12.0]), fixed([9, 9])
    both = Repairs(
        sets=((KINDS["repair_drains"],), (KINDS["hold_slope"],)),
        cost=np.concatenate([cheap.cost, lasting.cost]),
        opens={m: np.ones((2, 2), bool) for m in network.MODES},
        days={m: np.array([[5.0, 5.0], [1.0, 1.0]]) for m in network.MODES},
        now=cheap.now,
    )
    tables = world.tables(**world.drawn("Muong --r1 2km-- X --r2 2km-- Che"))
    ground = network.lay(tables, AT)

    [link] = links(ground, both, mode="car", centre=0, targets={"Che": 2}, days_max=7, claims={})

    assert sorted(link.mends.values()) == [0, 1]
