"""Lines → a network. Coordinates are metres."""

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.record.road_files import components
from hoaban.record.road_files.edges import Edges, divided
from hoaban.record.road_files.tagging import Kind
from hoaban.record.road_files.topology import Cleaning, clean, split
from tests.record.road_files.land import CORNER, ROAD, line, zone

WIDE = replace(ROAD, width_m=6.0)
ONE_WAY = replace(ROAD, two_way=False)
BRIDGE = replace(ROAD, bridge=True, apart=True)


def net(
    *lines: Any, kinds: list[Kind] | None = None, snap: float = 5.0, longest: float = 1e6
) -> tuple[Edges, Cleaning]:
    return clean(lines, kinds or [ROAD] * len(lines), snap_m=snap, longest_m=longest)


def ends(edges: Edges) -> set[tuple[tuple[float, float], tuple[float, float]]]:
    """The ends of every edge, in metres from the corner, smaller first."""
    xy = np.round(edges.xy - CORNER, 1) + 0.0
    pairs = zip(xy[edges.tail].tolist(), xy[edges.head].tolist(), strict=True)
    return {tuple(sorted((tuple(one), tuple(two)))) for one, two in pairs}  # type: ignore[misc]


def test_lines_are_split_where_they_share_a_point() -> None:
    #      (100,100)
    #          |
    # 0 ----- 100 ----- 200
    edges, _ = net(line((0, 0), (100, 0), (200, 0)), line((100, 0), (100, 100)))

    assert ends(edges) == {((0, 0), (100, 0)), ((100, 0), (200, 0)), ((100, 0), (100, 100))}


def test_lines_that_only_cross_do_not_meet_and_are_counted() -> None:
    edges, done = net(line((0, 0), (200, 0)), line((100, -100), (100, 100)))
    over, bridged = net(line((0, 0), (200, 0)), line((100, -100), (100, 100)), kinds=[ROAD, BRIDGE])

    assert (len(edges), done.crossings) == (2, 1)
    assert (len(over), bridged.crossings) == (2, 0)


def test_a_loose_end_near_a_road_is_tied_to_it() -> None:
    edges, done = net(line((0, 0), (200, 0)), line((100, 3), (100, 100)))
    far, undone = net(line((0, 0), (200, 0)), line((100, 6), (100, 100)))

    assert ends(edges) == {((0, 0), (100, 0)), ((100, 0), (200, 0)), ((100, 0), (100, 100))}
    assert done.tied == 1
    assert (len(far), undone.tied) == (2, 0)


def test_two_loose_ends_that_miss_each_other_become_one_point() -> None:
    edges, done = net(line((0, 0), (100, 0)), line((103, 1), (200, 0)))

    assert ends(edges) == {((0, 0), (200, 0))}
    assert done.tied == 2
    assert abs(edges.length_m()[0] - 200) < 5


def test_both_sides_of_a_broken_crossing_are_tied_at_one_place() -> None:
    edges, done = net(
        line((0, 0), (200, 0)), line((100, 2), (100, 80)), line((100, -2), (100, -80))
    )

    assert done.tied == 2
    assert len(edges) == 4
    assert sorted(edges.degree().tolist()) == [1, 1, 1, 1, 4]


def test_a_loose_end_is_not_tied_to_the_middle_of_a_bridge() -> None:
    edges, done = net(line((0, 0), (200, 0)), line((100, 3), (100, 100)), kinds=[BRIDGE, ROAD])

    assert (len(edges), done.tied) == (2, 0)


def test_a_road_drawn_twice_counts_once_and_the_wider_stays() -> None:
    edges, done = net(
        line((0, 0), (50, 9), (100, 0)), line((100, 0), (50, 9.4), (0, 0)), kinds=[ROAD, WIDE]
    )
    beside, undone = net(line((0, 0), (50, 9), (100, 0)), line((0, 0), (50, -9), (100, 0)))

    assert (len(edges), done.duplicates) == (1, 1)
    assert edges.of("width_m").tolist() == [6.0]
    assert (len(beside), undone.duplicates) == (2, 0)


def test_opposite_one_way_lanes_are_both_kept() -> None:
    edges, done = net(line((0, 0), (100, 0)), line((100, 0), (0, 0)), kinds=[ONE_WAY, ONE_WAY])

    assert (len(edges), done.duplicates) == (2, 0)


def test_a_chain_is_one_edge_where_nothing_changes_along_it() -> None:
    parts = (line((0, 0), (10, 0)), line((20, 0), (10, 0)), line((20, 0), (30, 0)))
    same, _ = net(*parts)
    changed, _ = net(*parts, kinds=[ROAD, WIDE, WIDE])

    assert ends(same) == {((0, 0), (30, 0))}
    assert same.length_m().tolist() == [30.0]
    assert ends(changed) == {((0, 0), (10, 0)), ((10, 0), (30, 0))}


def test_one_way_chains_keep_their_direction() -> None:
    onward, _ = net(line((20, 0), (10, 0)), line((10, 0), (0, 0)), kinds=[ONE_WAY] * 2)
    facing, _ = net(line((20, 0), (10, 0)), line((0, 0), (10, 0)), kinds=[ONE_WAY] * 2)

    assert len(onward) == 1
    assert (onward.xy[onward.tail[0]] - CORNER).tolist() == [20, 0]
    assert len(facing) == 2


def test_no_edge_is_longer_than_asked_and_none_ends_where_it_begins() -> None:
    edges, _ = net(line((0, 0), (1000, 0), (1000, 500)), longest=400)
    ring, _ = net(line((0, 0), (100, 0), (100, 100), (0, 100), (0, 0)))

    assert np.allclose(edges.length_m(), 375)
    assert len(ring) == 2
    assert (ring.tail != ring.head).all()
    assert ring.length_m().sum() == 400


def test_lines_of_no_length_are_dropped() -> None:
    edges, _ = net(line((0, 0), (100, 0)), line((50, 50), (50, 50)))
    assert len(edges) == 1


def test_parts_apart_are_kept_and_told_with_their_gap() -> None:
    edges, _ = net(line((0, 0), (500, 0)), line((0, 40), (100, 40)), line((900, 0), (930, 0)))

    found = components.strays(edges, components.parts(edges), zone())

    assert [(s.edges, s.km, s.gap_m) for s in found] == [(1, 0.1, 40.0), (1, 0.03, 400.0)]
    assert components.strays(edges.keep(np.array([0])), np.zeros(1, np.int64), zone()) == ()


places = st.tuples(st.integers(0, 6), st.integers(0, 6))
drawings = st.lists(st.lists(places, min_size=2, max_size=5), min_size=1, max_size=8)


@given(drawings)
@settings(max_examples=60, deadline=None)
def test_cleaning_keeps_every_point_and_what_hangs_together(
    drawn: list[list[tuple[int, int]]],
) -> None:
    lines = [line(*((100.0 * x, 100.0 * y) for x, y in one)) for one in drawn]
    if not any(shapely.length(one) > 0 for one in lines):
        return
    whole = shapely.union_all(lines)

    edges, _ = net(*lines, longest=130)
    again, _ = net(*lines, longest=130)

    assert (edges.line == again.line).all()
    assert edges.length_m().max() <= 130 + 1e-6
    assert shapely.hausdorff_distance(shapely.union_all(edges.line), whole) < 1e-6
    assert (edges.tail != edges.head).all()
    tails = shapely.get_coordinates(shapely.get_point(edges.line, 0))
    heads = shapely.get_coordinates(shapely.get_point(edges.line, -1))
    assert np.allclose(tails, edges.xy[edges.tail])
    assert np.allclose(heads, edges.xy[edges.head])
    touching = len(shapely.get_parts(shapely.buffer(whole, 0.01)))
    assert touching <= parts_of(edges) <= parts_of(split(lines, [ROAD] * len(lines)))


def parts_of(edges: Edges) -> int:
    """In how many parts a network falls."""
    used = edges.compact()
    size = len(used.xy)
    links = coo_array((np.ones(len(used)), (used.tail, used.head)), shape=(size, size))
    return int(connected_components(links, directed=False)[0])


def test_dividing_leaves_the_line_where_it_was() -> None:
    edges = split([line((0, 0), (30, 40), (100, 40))], [ROAD])
    cut = divided(edges, 25)

    assert np.allclose(cut.length_m(), 24)
    assert shapely.hausdorff_distance(shapely.union_all(cut.line), edges.line[0]) < 1e-9
