"""Places off the road and the walking links that join them to it."""

import itertools

import numpy as np
import pytest
from affine import Affine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hoaban.measure import attach, network
from hoaban.measure.attach import Limits, Links, Terrain
from hoaban.measure.network import Floats, Ways
from hoaban.measure.surface.grid import Grid
from hoaban.measure.surface.slope import TOBLER
from hoaban.measure.surface.travel import prepare, travel
from tests.measure import world
from tests.measure.world import AT

ANY = Limits(within_minutes=(600.0,), most=99)


def roads(*lines: list[tuple[float, float]]) -> tuple[Floats, Ways]:
    """Nodes (metres) and the network on foot of two-way roads at 4 km/h, by their corners.

    Lines share the corners at the same place.
    """
    names: dict[tuple[float, float], str] = {}
    drawn = ""
    for number, line in enumerate(lines):
        for step, (here, there) in enumerate(itertools.pairwise(line)):
            tail, head = (names.setdefault(c, f"n{len(names)}") for c in (here, there))
            km = np.hypot(there[0] - here[0], there[1] - here[1]) / 1000
            drawn += f"\n{tail} --r{number}-{step} {km:.4f}km-- {head}"
    ways = network.ways(world.tables(**world.drawn(drawn)), AT, "foot", "dry")
    return np.array(list(names), float), ways


def ends(links: Links, point: int = 0) -> list[int]:
    """The nodes a point is joined to, in order."""
    found: list[int] = links.node[links.point == point].tolist()
    return found


def xy(*points: tuple[float, float]) -> Floats:
    return np.array(points, float)


def hillside(rise: float = 0.0, size: int = 61, cell_m: float = 30.0) -> Terrain:
    """A square of ground that rises to the east by so many metres a metre, 1 s/m on the flat."""
    heights = np.tile(np.arange(size) * cell_m * rise, (size, 1)).astype(np.float32)
    grid = Grid(32648, Affine(cell_m, 0, 0, 0, -cell_m, size * cell_m), size, size)
    return Terrain(grid, heights, np.ones_like(heights))


def test_a_village_beside_one_road_is_joined_to_its_nearest_node_alone() -> None:
    """
    n0 --1 km-- n1 --1 km-- n2 --1 km-- n3        the village is 200 m north of n1

    260 m walked at 3.3 km/h are 4.73 minutes, and 15 along the road to n0 or n2; straight there
    it would be 1,020 m, 24.1 minutes.
    """
    nodes, ways = roads([(0, 0), (1000, 0), (2000, 0), (3000, 0)])

    found = attach.attach(xy((1000, 200)), nodes, ways)

    assert ends(found) == [1]
    assert found.metres.tolist() == [260]
    assert found.minutes_out.tolist() == [pytest.approx(4.727, abs=1e-3)]
    assert found.minutes_back.tolist() == found.minutes_out.tolist()
    assert found.surface.tolist() == [False]
    assert found.unattached.tolist() == []


def test_a_village_between_two_roads_is_joined_to_both() -> None:
    """
    The roads meet only 20 km to the east::

        n0 --- n1 ---------------------- n2
               . 800 m                    |
               V                          |
               . 900 m                    |
        n5 --- n4 ---------------------- n3
    """
    north, south = [(-2e3, 1700.0), (0.0, 1700.0), (2e4, 1700.0)], [(2e4, 0.0), (0.0, 0.0)]
    nodes, ways = roads([*north, *south, (-2e3, 0.0)])

    found = attach.attach(xy((0, 900)), nodes, ways)

    assert ends(found) == [1, 4]
    assert found.metres.tolist() == [1040, 1170]


def test_no_more_than_three_links_and_the_quickest_first() -> None:
    """Five roads that lead away from the village and meet only far from it."""
    near = [(1000 * np.cos(a), 900 * np.sin(a)) for a in np.linspace(0, 5, 5)]
    far = [(30 * x, 30 * y) for x, y in near]
    nodes, ways = roads(*map(list, zip(near, far, strict=True)), far)

    found = attach.attach(xy((0, 0)), nodes, ways)
    every = attach.attach(xy((0, 0)), nodes, ways, limits=Limits(most=99))

    assert len(ends(every)) == 5
    assert ends(found) == ends(every)[:3]
    assert (np.diff(every.minutes_out) >= 0).all()


def test_a_stray_piece_of_road_is_never_joined_to() -> None:
    """
    The villages stand at the door of a piece of road that leads nowhere; the network is 2 km off.
    """
    nodes, ways = roads([(0, 2000), (2000, 2000), (4000, 2000)], [(0, 10), (2000, 10)])

    found = attach.attach(xy((0, 0), (2000, 0)), nodes, ways)
    of_centre = attach.attach(xy((0, 0)), nodes, ways, centre=3)

    assert (ends(found, 0), ends(found, 1)) == ([0], [1])
    assert ends(of_centre) == [3]


def test_a_street_that_can_only_be_entered_is_no_way_out() -> None:
    drawing = "n0 --m 1km-- n1\nn1 --o 1km oneway-- n2"
    ways = network.ways(world.tables(**world.drawn(drawing)), AT, "foot", "dry")

    found = attach.attach(xy((2000, 100)), xy((0, 0), (1000, 0), (2000, 0)), ways)

    assert attach.component(ways).tolist() == [True, True, False]
    assert ends(found) == [1]


def test_a_village_that_reaches_nothing_is_said_to_be_unattached() -> None:
    nodes, ways = roads([(0, 0), (5000, 0)])

    found = attach.attach(xy((0, 500), (0, 90_000), (np.nan, np.nan)), nodes, ways)

    assert found.point.tolist() == [0]
    assert found.unattached.tolist() == [1, 2]


def test_an_hour_is_searched_first_and_three_only_when_there_is_nothing() -> None:
    """At 3.3 km/h and 1.3 m walked a metre, an hour is 2,538 m of straight line."""
    nodes, ways = roads([(0, 0), (20_000, 0), (20_000, 5000), (0, 5000)])

    found = attach.attach(xy((0, 2400), (0, 2600), (-4000, 2500)), nodes, ways)

    assert ends(found, 0) == [0]
    assert ends(found, 1) == [3]
    assert ends(found, 2) == [0, 3]
    assert ends(attach.attach(xy((0, 2400)), nodes, ways, limits=ANY)) == [0, 3]


def test_down_to_the_road_and_up_again_take_their_own_time() -> None:
    """
    The other node is 30 km along a road and out of reach. 900 m on a slope of 0.1: 900 s on the
    flat, exp(3.5 (0.05 - 0.05)) = 1 of it down and exp(3.5 · 0.1) = 1.419 of it up.
    """
    nodes, ways = roads([(15, 915), (15, -30_000)])

    found = attach.attach(xy((915, 915)), nodes, ways, terrain=hillside(0.1))

    assert ends(found) == [0]
    assert found.surface.tolist() == [True]
    assert found.minutes_out.tolist() == [pytest.approx(15, rel=1e-4)]
    assert found.minutes_back.tolist() == [pytest.approx(15 * np.exp(0.35), rel=1e-4)]
    assert found.metres.tolist() == [1170]


def test_a_river_that_nobody_crosses_is_walked_round_or_leaves_the_village_unattached() -> None:
    """
    Column 30 is a river, with a crossing in the last row; village and road face each other.
    """
    nodes, ways = roads([(615, 1515), (615, 1815)])
    ground = hillside()
    ground.walk[:60, 30] = np.nan

    round_ = attach.attach(xy((1215, 1515)), nodes, ways, terrain=ground, limits=ANY)
    ground.walk[60, 30] = np.nan
    none = attach.attach(xy((1215, 1515)), nodes, ways, terrain=ground, limits=ANY)

    assert round_.minutes_out[0] > 3 * 10
    assert none.unattached.tolist() == [0]


def test_off_the_ground_lines_are_straight_and_say_so() -> None:
    nodes, ways = roads([(15, 915), (15, 15)])
    ground = hillside()
    ground.heights[0, 0] = np.nan

    found = attach.attach(xy((-500, 915), (10, 1820), (45, 915)), nodes, ways, terrain=ground)

    assert found.surface.tolist() == [False, False, True]


def test_a_node_in_the_same_cell_is_not_at_no_distance() -> None:
    nodes, ways = roads([(2, 910), (2, 400)])

    found = attach.attach(xy((27, 910)), nodes, ways, terrain=hillside())

    assert found.minutes_out[0] == pytest.approx(25 * np.exp(-3.5 * 0.05) / 60)


def rough(seed: int) -> Terrain:
    """Uneven ground with patches that nobody walks."""
    draws = np.random.default_rng(seed)
    flat = hillside(size=81)
    waves = np.cumsum(np.cumsum(draws.normal(0, 0.3, (81, 81)), axis=0), axis=1)
    heights = (waves + draws.normal(0, 2, (81, 81))).astype(np.float32)
    walk = draws.uniform(0.8, 2, (81, 81)).astype(np.float32)
    walk[draws.random((81, 81)) < 0.1] = np.nan
    return Terrain(flat.grid, heights, walk)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
@example(seed=84622)  # a node in the next cell
def test_cropping_the_ground_changes_no_minute(seed: int) -> None:
    draws = np.random.default_rng(seed)
    ground = rough(seed)
    corners = [tuple(xy) for xy in draws.uniform(0, 2430, (30, 2))]
    nodes, ways = roads(corners)
    point = draws.uniform(900, 1500, 2)
    cell = ground.grid.cells_of(point[:1], point[1:])
    ground.walk.flat[cell] = 1

    found = attach.attach(
        point[None], nodes, ways, terrain=ground, limits=Limits((12,), most=99, slack=-1)
    )

    whole = prepare(
        ground.grid, heights=ground.heights, walk=ground.walk, slope=TOBLER, neighbours=16
    )
    cells = ground.grid.cells_of(nodes[:, 0], nodes[:, 1])
    out = travel(whole, cell, toward=False).seconds().ravel()[cells] / 60
    back = travel(whole, cell, toward=True).seconds().ravel()[cells] / 60
    # The whole ground counts from middle to middle of a cell: a node in the next one can lie
    # further off than that, and nobody is there sooner than straight ahead at the fastest.
    straight = np.hypot(*(nodes - point).T) * ground.fastest / 60
    out, back = np.maximum(out, straight), np.maximum(back, straight)
    far = cells != cell
    near = np.flatnonzero(far & (out <= 12) & (back <= 12))
    kept = found.node[far[found.node]]
    assert sorted(kept.tolist()) == near.tolist()
    assert found.minutes_out[far[found.node]] == pytest.approx(out[kept], rel=1e-5, abs=1e-5)
    assert found.minutes_back[far[found.node]] == pytest.approx(back[kept], rel=1e-5, abs=1e-5)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_is_left_out_costs_no_more_than_the_slack(seed: int) -> None:
    draws = np.random.default_rng(seed)
    corners = [tuple(c) for c in draws.uniform(0, 8000, (14, 2))]
    nodes, ways = roads(corners, [corners[0], corners[9]], [corners[3], corners[12]])
    points = draws.uniform(0, 8000, (4, 2))

    few = attach.attach(points, nodes, ways, limits=Limits((600,), most=99))
    every = attach.attach(points, nodes, ways, limits=Limits((600,), most=99, slack=-1))

    assert len(every.node) == 4 * 14
    between = ways.matrix(np.arange(14), np.arange(14))
    for point in range(4):
        best = _onward(few, point, between)
        assert (best <= 1.05 * _onward(every, point, between) + 1e-3).all()


def _onward(links: Links, point: int, between: Floats) -> Floats:
    here = links.point == point
    found: Floats = (links.minutes_out[here, None] + between[links.node[here]]).min(axis=0)
    return found


def test_the_number_of_threads_changes_no_byte() -> None:
    ground = rough(7)
    nodes, ways = roads([(100, 100), (700, 700), (1300, 500), (2300, 2300)])
    points = np.random.default_rng(1).uniform(0, 2430, (12, 2))

    found = [attach.attach(points, nodes, ways, terrain=ground, threads=n) for n in (1, 2)]

    for name in Links.__dataclass_fields__:
        assert getattr(found[0], name).tobytes() == getattr(found[1], name).tobytes()


def test_nobody_to_attach_and_nothing_to_attach_to_are_no_errors() -> None:
    nodes, ways = roads([(0, 0), (500, 0)])
    empty = network.ways(world.tables(), AT, "foot", "dry")

    nobody = attach.attach(np.empty((0, 2)), nodes, ways)
    nothing = attach.attach(xy((0, 0)), np.empty((0, 2)), empty)

    assert (len(nobody.point), len(nobody.unattached)) == (0, 0)
    assert (len(nothing.point), nothing.unattached.tolist()) == (0, [0])
