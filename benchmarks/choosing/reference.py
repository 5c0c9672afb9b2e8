"""The reference instance: 500 roads and 100 stations that might be built, money for 6 % of them.

A nearly planar network of roads at five speeds (``../shared/prototype/kernels/graph.py`` and
``b_prog.py`` draw the same one, number by number). A road work lifts the shortest way between two
places near each other to 30 km/h at 3 billion đồng a kilometre; a station is a further place to go
to, for 8 billion. 1,441 villages count by people times a weight of equity, up to ten hours.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from hoaban.measure.hierarchy.times import Change
from hoaban.plan.choice.bare import Bare

Array = npt.NDArray[Any]
Random = np.random.Generator

SHARE = 0.06  # of all costs that there is money for
_SIZE_M = (99_000.0, 90_000.0)
_KMH, _OF = (4, 12, 20, 30, 45), (0.15, 0.25, 0.3, 0.2, 0.1)
_BUILT_KMH, _KM_COST, _STATION_COST = 30, 3_000_000_000, 8_000_000_000
_NEAR_M, _LIMIT = 6_000, 40_000  # metres between the ends of a road work; ticks of its way
_CAP, _HOUR = 360_000, 36_000  # ticks of 0.1 s


@dataclass(frozen=True)
class Size:
    """How large the instance is."""

    nodes: int
    edges: int
    seats: int
    villages: int
    roads: int
    stations: int


FULL = Size(20_000, 26_000, 45, 1441, 500, 100)
SMALL = Size(1_500, 1_950, 6, 120, 40, 10)


@dataclass(frozen=True, eq=False)
class Roads:
    """Coordinates (nodes, 2) in metres; of each edge its ends (edges, 2), ticks and metres."""

    xy: Array
    ends: Array
    ticks: Array
    metres: Array


@dataclass(frozen=True, eq=False)
class Reference:
    """The network with its works, what each costs (đồng) and the money there is (đồng)."""

    bare: Bare
    cost: list[int]
    money: int


def draw(size: Size, *, seed: int = 11, second: int = 5) -> Reference:
    """The instance: ``seed`` draws the network, ``second`` who lives where and the works."""
    roads = _roads(size, np.random.default_rng(seed))
    random = np.random.default_rng(second)
    seats = random.choice(size.nodes, size.seats, replace=False)
    villages = random.choice(size.nodes, size.villages, replace=False)
    people = random.lognormal(np.log(400), 0.6, size.villages)
    equity = random.choice([1, 2, 3], size.villages, p=[0.5, 0.3, 0.2])
    works, cost = _works(roads, size, random)
    bare = Bare(
        size=size.nodes,
        tail=roads.ends.T.reshape(-1),
        head=roads.ends.T[::-1].reshape(-1),
        cost=np.concatenate([roads.ticks, roads.ticks]),
        goals=np.unique(seats),
        villages=villages,
        weight=people * equity,
        cap=_CAP,
        hour=_HOUR,
        works=works,
    )
    return Reference(bare, cost, round(sum(cost) * SHARE))


def _roads(size: Size, random: Random) -> Roads:
    xy = random.random((size.nodes, 2)) * np.array(_SIZE_M)
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]], axis=0)
    ends = np.unique(np.sort(sides, axis=1), axis=0)
    metres = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    chosen = _joined(ends, metres, size, random)
    ends, metres = ends[chosen], metres[chosen] * 1.3
    kmh = random.choice(_KMH, len(ends), p=_OF)
    return Roads(xy, ends.astype(np.int64), _ticks(metres, kmh), metres)


def _joined(ends: Array, metres: Array, size: Size, random: Random) -> Array:
    """The edges of the least tree, then short ones by the luck of the draw."""
    among = (size.nodes, size.nodes)
    tree = minimum_spanning_tree(coo_array((metres, tuple(ends.T)), shape=among)).tocoo()
    low, high = np.minimum(*tree.coords), np.maximum(*tree.coords)
    inside = np.isin(ends[:, 0] * size.nodes + ends[:, 1], low.astype(np.int64) * size.nodes + high)
    rest = np.flatnonzero(~inside)
    luck = metres[rest] * random.uniform(0.5, 1.5, len(rest))
    more = rest[np.argsort(luck)[: size.edges - int(inside.sum())]]
    return np.concatenate([np.flatnonzero(inside), more])


def _ticks(metres: Array, kmh: Array | int) -> Array:
    return np.maximum((metres / (np.asarray(kmh) / 3.6) * 10).round().astype(np.int32), 1)


def _works(roads: Roads, size: Size, random: Random) -> tuple[list[Change], list[int]]:
    xy, ends, ticks, metres = roads.xy, roads.ends, roads.ticks, roads.metres
    both = np.concatenate([ends, ends[:, ::-1]]).T
    links = csr_array(
        (np.concatenate([ticks, ticks]).astype(float), tuple(both)), shape=(size.nodes,) * 2
    )
    edge = {(int(a), int(b)): n for n, (a, b) in enumerate(ends)}
    near, built = cKDTree(xy), _ticks(metres, _BUILT_KMH)
    none = np.empty(0, np.int64)
    works: list[Change] = []
    cost: list[int] = []
    while len(works) < size.roads:
        way = _way(near, xy, links, random)
        some = np.array([edge[min(a, b), max(a, b)] for a, b in way], np.int64)
        some = some[built[some] < ticks[some]] if way else some
        if len(some) < 3:
            continue
        two_way = np.concatenate([some, some + len(ends)])
        works.append((two_way, np.concatenate([built[some], built[some]]), none))
        cost.append(round(float(metres[some].sum()) / 1000 * _KM_COST))
    for node in random.choice(size.nodes, size.stations, replace=False):
        works.append((none, none.astype(np.int32), np.array([node], np.int64)))
        cost.append(_STATION_COST)
    return works, cost


def _way(near: cKDTree, xy: Array, links: csr_array, random: Random) -> list[tuple[int, int]]:
    """The shortest way between two places near each other; none where it is too long."""
    start = random.integers(len(xy))
    end = int(random.choice(near.query_ball_point(xy[start], _NEAR_M)))
    ticks, before = dijkstra(links, indices=start, return_predecessors=True, limit=_LIMIT)
    way: list[tuple[int, int]] = []
    if not np.isfinite(ticks[end]):
        return way
    while end != start:
        way.append((int(before[end]), end))
        end = int(before[end])
    return way
