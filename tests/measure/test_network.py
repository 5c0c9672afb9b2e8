"""Roads and footpaths as graphs."""

import numpy as np
import pytest

from hoaban.measure import network
from hoaban.measure.network import UnknownPlace
from tests.measure import world
from tests.measure.world import AT


def links(drawing: str, mode: str, season: str) -> dict[tuple[str, str], float]:
    """Minutes of every link of a drawing, rounded to a hundredth."""
    tables = world.tables(**world.drawn(drawing))
    names = network.lay(tables, AT).nodes.to_pylist()
    ways = network.ways(tables, AT, mode, season)
    ends = zip(ways.tail.tolist(), ways.head.tolist(), ways.minutes.tolist(), strict=True)
    return {(names[a], names[b]): round(m, 2) for a, b, m in ends}


def test_a_two_way_road_is_a_link_each_way_at_the_speed_of_the_register() -> None:
    assert links("A --r1 6km-- B --r2 4km oneway-- C", "car", "dry") == {
        ("A", "B"): 9.0,
        ("B", "A"): 9.0,
        ("B", "C"): 6.0,
    }


def test_a_mode_finds_only_the_roads_it_can_pass_in_the_season() -> None:
    drawing = """
    A --r1 2km motorbike-- B
    B --r2 2km dry-- C
    """
    assert set(links(drawing, "car", "dry")) == {("B", "C"), ("C", "B")}
    assert links(drawing, "car", "wet") == {}
    assert set(links(drawing, "motorbike", "wet")) == {("A", "B"), ("B", "A")}
    assert len(links(drawing, "foot", "wet")) == 4


def test_walking_is_as_fast_as_tobler_says_relative_to_the_flat() -> None:
    """
    Flat: 4 km/h, a kilometre in 15 minutes. Up a slope of 0.2: exp(-3.5 (0.25 - 0.05)) of the
    pace, 15 / 0.496585 = 30.21 minutes; down it exp(-3.5 (0.15 - 0.05)), 15 / 0.704688 = 21.29.
    """
    found = links("A --r1 1km rise=200-- B --r2 1km-- C", "foot", "dry")

    assert found == {("A", "B"): 30.21, ("B", "A"): 21.29, ("B", "C"): 15.0, ("C", "B"): 15.0}
    assert links("A --r1 1km rise=200-- B", "car", "dry") == {("A", "B"): 1.5, ("B", "A"): 1.5}
    assert network.walking_pace(np.array([-0.05]), np.array([1.0]))[0] > 1


def test_footpaths_are_walked_at_their_own_minutes_and_by_nobody_else() -> None:
    assert links("A ~~p1 30/20~~ B", "foot", "wet") == {("A", "B"): 30.0, ("B", "A"): 20.0}
    assert links("A ~~p1 30/20~~ B", "motorbike", "wet") == {}


def test_of_two_roads_between_the_same_places_the_quicker_counts() -> None:
    tables = world.tables(**world.drawn("A --r1 6km-- B\nA --r2 4km-- B"))

    inward = network.ways(tables, AT, "car", "dry").inward()

    assert inward.toarray().tolist() == [[0, 6], [6, 0]]


def test_without_takes_out_closed_roads_and_leaves_footpaths() -> None:
    tables = world.tables(**world.drawn("A --r1 6km-- B\nA ~~p1 30/20~~ B"))
    ways = network.ways(tables, AT, "foot", "dry")

    left = ways.without(np.array([True]))

    assert sorted(left.minutes.tolist()) == [20.0, 30.0]
    assert ways.without(np.array([False])) is ways


def test_a_road_to_nowhere_is_a_problem_that_names_it() -> None:
    drawn = world.drawn("A --r1 6km-- B")
    drawn["roads"][0]["to"] = "Z"

    with pytest.raises(UnknownPlace, match="“Z”"):
        network.lay(world.tables(**drawn), AT)


def test_a_cliff_is_no_way_and_never_a_wrong_number() -> None:
    """
    A --20 m of road that rise 100 m-- B        Tobler's pace there is millions of minutes
    """
    tables = world.tables(**world.drawn("A --r1 0.02km rise=100-- B"))

    found = network.ways(tables, AT, "foot", "dry").nearest([np.array([0])])[:, 0]

    assert found.tolist() == [0, np.inf]


def test_a_speed_below_zero_is_refused_by_the_road_s_name() -> None:
    drawn = world.drawn("A --r1 1km-- B")
    drawn["roads"][0]["speed_car_wet_kmh"] = -40.0

    with pytest.raises(network.BadSpeed, match="r1"):
        network.lay(world.tables(**drawn), AT)


@pytest.mark.parametrize("minutes", [None, -1.0])
def test_a_footpath_without_minutes_is_refused_by_its_name(minutes: float | None) -> None:
    drawn = world.drawn("A ~~p1 30/20~~ B")
    drawn["paths"][0]["minutes_up"] = minutes

    with pytest.raises(network.BadMinutes, match="p1"):
        network.lay(world.tables(**drawn), AT)
