"""Sites of services, drawn."""

import numpy as np

from hoaban.measure import network
from hoaban.plan.facts import Facts
from hoaban.plan.finders import sites
from tests.measure import world
from tests.measure.world import AT
from tests.plan import small
from tests.plan.small import KINDS


def covered(drawing: str, limit: float, **people: int) -> list[tuple[str, list[str]]]:
    """Each site's village and the villages it is counted for, by motorbike at 20 km/h."""
    tables = world.tables(**world.drawn(drawing))
    ground = network.lay(tables, AT)
    ways = network.ways(tables, AT, "motorbike", "wet")
    names = list(people)
    nodes = ground.numbers(np.array(names).tolist())
    found = sites.cover(ways, nodes, nodes, np.array(list(people.values())), limit)
    return [(names[one.goal], [names[v] for v in one.villages]) for one in found]


def test_one_site_in_the_middle_serves_both_sides() -> None:
    """Che --15 min-- Hon --15 min-- Lai"""
    drawing = "Che --r1 5km-- Hon --r2 5km-- Lai"
    assert covered(drawing, 20, Che=10, Hon=10, Lai=10) == [("Hon", ["Che", "Hon", "Lai"])]


def test_sites_share_no_village_and_the_largest_comes_first() -> None:
    """Che --15-- Hon --30-- Lai: Lai is too far from Hon."""
    drawing = "Che --r1 5km-- Hon --r2 10km-- Lai"
    assert covered(drawing, 20, Che=10, Hon=10, Lai=50) == [
        ("Lai", ["Lai"]),
        ("Che", ["Che", "Hon"]),
    ]


def test_a_village_that_nothing_reaches_has_a_site_of_its_own() -> None:
    drawing = "Che --r1 5km dry-- Hon"
    assert covered(drawing, 20, Che=10, Hon=5) == [("Che", ["Che"]), ("Hon", ["Hon"])]


def test_the_legs_of_t3_add_up_to_what_is_missing() -> None:
    facts: Facts = small.facts()
    everyone = np.arange(4)
    legs = sum(sites.leg(facts, name, everyone) for name in ("health", "education", "water"))
    assert legs == 1 - facts.targets["T3"]["value"]


def test_a_station_below_the_criteria_is_raised_before_a_new_point_is_opened() -> None:
    """Na Tau's station fails; it is near Na Tau alone in the rains. Che and Hon get points."""
    found = sites.stations(
        small.facts(), [KINDS["station_raise"]], [KINDS["station"], KINDS["satellite_point"]]
    )
    assert [work.id for work in found] == ["satellite_point:0003", "satellite_point:0004"]
    assert all(work.rival for work in found)


def test_one_missing_stage_in_one_village_asks_for_a_school_and_else_for_boarding() -> None:
    found = sites.schools(small.facts(), [KINDS[k] for k in ("school", "school_lower", "boarding")])
    assert [work.id for work in found] == ["school:0002", "boarding:0003", "boarding:0004"]
