"""Lines of a map → a network: split where they share points, loose ends tied.

Two lines meet where they share a point, or where one ends within a tolerance of the other.
Lines that only cross do not meet (one may pass over the other), as in OpenStreetMap; such
crossings are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.record.road_files.edges import (
    Edges,
    cut_at,
    divided,
    joined,
    without_duplicates,
    without_points,
)
from hoaban.record.road_files.tagging import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GRID_M = 0.01  # points closer than this are one point
_BEND_M = 1.0  # lines nowhere farther apart than this are one line drawn twice


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What cleaning did, in numbers of edges or ends."""

    points: int = 0  # of no length, dropped
    duplicates: int = 0  # drawn twice, dropped
    tied: int = 0  # loose ends tied to a road nearby
    crossings: int = 0  # where roads cross without a common point; left as they are


def clean(
    lines: Sequence[Any], kinds: Sequence[Kind], *, snap_m: float, longest_m: float
) -> tuple[Edges, Cleaning]:
    """The network of lines (in metres) and what was done to them.

    ``kinds`` has one item a line. Loose ends within ``snap_m`` of another line are tied to it;
    no edge is longer than ``longest_m``. Equal input gives an equal network.
    """
    edges, _ = without_points(split(lines, kinds), _GRID_M)
    edges, twice = without_duplicates(edges, _BEND_M)
    edges, tied = tie(edges, snap_m)
    edges, points = without_points(edges, snap_m)
    edges, again = without_duplicates(edges, _BEND_M)
    edges = joined(edges)
    crossings = _crossings(edges)
    edges = divided(edges, longest_m).compact()
    return edges, Cleaning(points, twice + again, tied, crossings)


def split(lines: Sequence[Any], kinds: Sequence[Kind]) -> Edges:
    """Edges between the points that lines share and their ends."""
    xy, line = shapely.get_coordinates(np.array(lines, dtype=object), return_index=True)
    grid = np.round(xy / _GRID_M).astype(np.int64)
    still = np.r_[False, (line[1:] == line[:-1]) & (grid[1:] == grid[:-1]).all(axis=1)]
    xy, line, grid = xy[~still], line[~still], grid[~still]
    place_key = (grid[:, 0] << 32) + grid[:, 1]
    _, first, node = np.unique(place_key, return_index=True, return_inverse=True)
    begins = np.r_[True, line[1:] != line[:-1]]
    ends = np.r_[begins[1:], True]
    stop = (np.bincount(node)[node] > 1) | begins | ends
    at = np.flatnonzero(stop)
    start, end = at[:-1], at[1:]
    real = line[start] == line[end]
    start, end = start[real], end[real]
    known = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    numbers = np.array([known[kind] for kind in kinds], dtype=np.int64)
    place = xy[first]
    xy = place[node]  # equal points have equal places
    shapes = [shapely.LineString(xy[a : b + 1]) for a, b in zip(start, end, strict=True)]
    shape = np.array(shapes, dtype=object)
    return Edges(place, node[start], node[end], shape, numbers[line[start]], tuple(known))


def tie(edges: Edges, snap_m: float) -> tuple[Edges, int]:
    """Loose ends within ``snap_m`` of another edge tied to it; how many.

    Near a node of that edge the two become one node; elsewhere the edge is split and the
    loose end moved onto it. Bridges and tunnels are tied at their ends only.
    """
    loose = np.flatnonzero(edges.degree() == 1)
    if not len(loose):
        return edges, 0
    tree = shapely.STRtree(edges.line)
    end, near = tree.query(shapely.points(edges.xy[loose]), predicate="dwithin", distance=snap_m)
    start = _other_end(edges)[loose[end]]  # a short stub beside its own road is no loose end of it
    beside = np.stack([edges.tail[near], edges.head[near]])
    other = ((beside != loose[end]) & (beside != start)).all(axis=0)
    end, near = end[other], near[other]
    apart = shapely.distance(shapely.points(edges.xy[loose[end]]), edges.line[near])
    order = np.lexsort((near, apart, end))
    end, near = end[order], near[order]
    nearest = np.r_[True, end[1:] != end[:-1]] if len(end) else np.zeros(0, dtype=bool)
    return _tied(edges, loose[end[nearest]], near[nearest], snap_m)


def _other_end(edges: Edges) -> Ints:
    """(nodes,) for a node with one edge, the node at that edge's other end."""
    found = np.zeros(len(edges.xy), dtype=np.int64)
    found[edges.tail], found[edges.head] = edges.head, edges.tail
    return found


def _tied(edges: Edges, loose: Ints, near: Ints, snap_m: float) -> tuple[Edges, int]:
    """Ties each loose node to its edge."""
    along = shapely.line_locate_point(edges.line[near], shapely.points(edges.xy[loose]))
    length = edges.length_m()[near]
    at_tail, at_head = along <= snap_m, along >= length - snap_m
    at_tail &= ~at_head | (along <= length / 2)
    at_node = at_tail | at_head
    onto = ~at_node & ~edges.of("apart")[near]
    ties = [
        (loose[at_node], np.where(at_tail, edges.tail[near], edges.head[near])[at_node]),
        _meeting(loose[onto], near[onto], along[onto]),
    ]
    where = shapely.get_coordinates(shapely.line_interpolate_point(edges.line[near], along))
    place = edges.xy.copy()
    place[loose[onto]] = where[onto]
    opened = _opened(replace(edges, xy=place), loose[onto], near[onto], along[onto])
    merged = _one_number(len(edges.xy), ties)
    return _renumbered(opened, merged, moved=loose), int(at_node.sum() + onto.sum())


def _meeting(node: Ints, edge: Ints, along: Floats) -> tuple[Ints, Ints]:
    """Pairs of nodes that come to lie at one place of one edge."""
    order = np.lexsort((along, edge))
    node, edge, along = node[order], edge[order], along[order]
    same = (edge[1:] == edge[:-1]) & (along[1:] - along[:-1] < _GRID_M)
    return node[1:][same], node[:-1][same]


def _one_number(size: int, ties: list[tuple[Ints, Ints]]) -> Ints:
    """For each node the least of the nodes it is tied to, itself among them."""
    same = np.arange(size)
    one, two = (np.concatenate([tie[side] for tie in ties]) for side in (0, 1))
    links = coo_array((np.ones(len(one)), (one, two)), shape=(size, size))
    _, group = connected_components(links, directed=False)
    least = np.full(group.max() + 1, size)
    np.minimum.at(least, group, same)
    return least[group]


def _opened(edges: Edges, node: Ints, edge: Ints, along: Floats) -> Edges:
    """Edges split where nodes lie on them."""
    if not len(node):
        return edges
    order = np.lexsort((along, edge))
    node, edge, along = node[order], edge[order], along[order]
    tail, head, line, kind = [], [], [], []
    for number in np.unique(edge).tolist():
        mine = np.flatnonzero(edge == number)
        marks, first = along[mine], np.arange(len(mine))
        apart = np.r_[True, np.diff(marks) >= _GRID_M]
        marks, first = marks[apart], first[apart]
        pieces = cut_at(edges.line[number], marks)
        stops = [int(edges.tail[number]), *node[mine[first]].tolist(), int(edges.head[number])]
        tail += stops[:-1]
        head += stops[1:]
        line += pieces
        kind += [int(edges.kind[number])] * len(pieces)
    rest = edges.keep(np.setdiff1d(np.arange(len(edges)), edge))
    return replace(
        rest,
        tail=np.r_[rest.tail, tail].astype(np.int64),
        head=np.r_[rest.head, head].astype(np.int64),
        line=np.r_[rest.line, np.array(line, dtype=object)],
        kind=np.r_[rest.kind, kind].astype(np.int64),
    )


def _renumbered(edges: Edges, number: Ints, moved: Ints) -> Edges:
    """Nodes under one number, the ends of lines at moved nodes drawn to where those lie now."""
    tail, head = number[edges.tail], number[edges.head]
    touched = np.isin(edges.tail, moved) | np.isin(edges.head, moved)
    touched |= (tail != edges.tail) | (head != edges.head)
    line = edges.line.copy()
    for edge in np.flatnonzero(touched).tolist():
        xy = shapely.get_coordinates(line[edge])
        xy[0], xy[-1] = edges.xy[tail[edge]], edges.xy[head[edge]]
        line[edge] = shapely.LineString(xy)
    return replace(edges, tail=tail, head=head, line=line)


def _crossings(edges: Edges) -> int:
    """Pairs of edges that cross on level ground without a common point."""
    level = edges.keep(~edges.of("apart"))
    one, two = shapely.STRtree(level.line).query(level.line, predicate="crosses")
    first = one < two
    one, two = one[first], two[first]
    ends = [level.tail, level.head]
    meet = np.zeros(len(one), dtype=bool)
    for a in ends:
        for b in ends:
            meet |= a[one] == b[two]
    return int((~meet).sum())
