"""The cheapest way to give a place an all-season link: which roads to mend, and by what.

Least-cost upgrade paths from the province's centre (Dijkstra on what each road would cost to
open), in the spirit of link upgrading for all-season access (Murawski & Church 2009, SEPS 43).
Places are taken from the cheapest on: a place mends what nobody before it mends, and requires
the works it passes through, so that no road is paid for twice among the places of one search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hoaban.measure.network import Flags, Floats, Ground, Ints
from hoaban.plan.finders.repairs import Repairs

_NEVER = 1e15  # đồng: more than any road costs


Claims = dict[int, tuple[int, str]]  # road -> the set of works that mends it, and for whom


@dataclass(frozen=True, slots=True)
class Link:
    """What one place has to mend: ``mends`` road number -> number of the set of works.

    ``requires`` names other places whose link must come first. ``mends`` is empty when the
    works for others are enough.
    """

    name: str
    mends: Mapping[int, int]
    requires: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Roads:
    """(roads,) each: whether it must be mended, days shut now, at what least cost.

    ``by`` the cheapest set that opens the road and ``after`` the days shut then; ``lasting_by``
    and ``lasting`` the same of the set that leaves fewest.
    """

    must: Flags
    shut: Floats
    price: Floats
    by: Ints
    after: Floats
    lasting_by: Ints
    lasting: Floats
    days_max: float

    @classmethod
    def of(cls, ground: Ground, repairs: Repairs, mode: str, days_max: float) -> "_Roads":
        price, by = repairs.cheapest(mode, days_max)
        lasting_by = repairs.most_lasting(mode)
        shut, place = repairs.now[mode], np.arange(len(by))
        after, lasting = (
            repairs.days[mode][one, place] if repairs.sets else shut for one in (by, lasting_by)
        )
        must = (ground.speed_kmh[mode, "wet"] <= 0) | (shut >= days_max)
        return cls(must, shut, price, by, after, lasting_by, lasting, days_max)

    @property
    def weight(self) -> Floats:
        """Million đồng to open each road; a road that is shut on few days weighs a little."""
        some = np.minimum(self.price, _NEVER) * self.shut / self.days_max / 4
        return np.where(self.must, self.price, some) / 1e6

    def to_mend(self, way: Sequence[int]) -> dict[int, int]:
        """The roads of a way to mend, and by which set, so that it is shut on few enough days.

        First the roads that must be; then those that are shut longest; then by more lasting
        works. Empty when nothing has to be mended, or nothing helps.
        """
        mends = {road: int(self.by[road]) for road in way if self.must[road]}
        left = sum(self.after[r] if r in mends else self.shut[r] for r in way)
        open_ = [r for r in way if np.isfinite(self.price[r])]
        steps = [(r, self.by, self.shut[r] - self.after[r]) for r in open_ if r not in mends]
        steps.sort(key=lambda step: -step[2])
        better = [(r, self.lasting_by, self.after[r] - self.lasting[r]) for r in open_]
        for road, by, days in [*steps, *sorted(better, key=lambda step: -step[2])]:
            if left < self.days_max:
                break
            if days > 0 and int(by[road]) != mends.get(road):
                mends[road] = int(by[road])
                left -= days
        return mends if left < self.days_max else {}


@dataclass(frozen=True, eq=False)
class _Graph:
    """An undirected graph that keeps the cheapest of parallel roads, and knows which it is."""

    weight: csr_array
    road: Ints  # of each stored link, in the order of the matrix

    def between(self, one: int, other: int) -> int:
        first, past = self.weight.indptr[one], self.weight.indptr[one + 1]
        at = first + int(np.searchsorted(self.weight.indices[first:past], other))
        return int(self.road[at])


def links(
    ground: Ground,
    repairs: Repairs,
    *,
    mode: str,
    centre: int,
    targets: Mapping[str, int],
    days_max: float,
    claims: Claims,
    barred: Flags | None = None,
) -> list[Link]:
    """The cheapest link of each target to the centre, for a mode, in the wet season.

    targets
        Node numbers by the place's name; -1 is left out.
    days_max
        A link shut on this many days a year or more is none.
    claims
        Roads mended for places of an earlier search; those of this one are added. A road that
        is to be mended by the same works is not mended twice.
    barred
        (roads,) roads that may not be used at all.

    Returns at most one link a target, the cheapest first: only targets that can be linked by
    the works known, and that need some work.
    """
    roads = _Roads.of(ground, repairs, mode, days_max)
    weight = roads.weight + ground.length_m / 1e6
    if barred is not None:
        weight = np.where(barred, np.inf, weight)
    graph = _graph(ground, weight)
    near, before = dijkstra(
        graph.weight, directed=False, indices=np.array([centre]), return_predecessors=True
    )
    reachable = [n for n, node in targets.items() if node >= 0 and np.isfinite(near[0][node])]
    found: list[Link] = []
    for name in sorted(reachable, key=lambda n: (near[0][targets[n]], n)):
        mends = roads.to_mend(_way(graph, before[0], targets[name]))
        if mends:
            found.append(_claim(name, mends, claims))
    return found


def _claim(name: str, mends: Mapping[int, int], claims: Claims) -> Link:
    """A link that mends what nobody mends yet by the same works, and requires the others."""
    taken = {r: claims[r][1] for r, by in mends.items() if r in claims and claims[r][0] == by}
    new = {road: by for road, by in mends.items() if road not in taken}
    for road, by in new.items():
        claims.setdefault(road, (by, name))
    return Link(name, new, tuple(sorted(set(taken.values()))))


def _graph(ground: Ground, weight: Floats) -> _Graph:
    size = len(ground.nodes)
    use = np.flatnonzero(np.isfinite(weight) & ground.two_way & (ground.tail != ground.head))
    row = np.concatenate([ground.tail[use], ground.head[use]])
    column = np.concatenate([ground.head[use], ground.tail[use]])
    road = np.concatenate([use, use])
    order = np.lexsort((road, weight[road], column, row))
    row, column, road = row[order], column[order], road[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    row, column, road = row[first], column[first], road[first]
    starts = np.searchsorted(row, np.arange(size + 1))
    return _Graph(csr_array((weight[road], column, starts), shape=(size, size)), road)


def _way(graph: _Graph, previous: Ints, node: int) -> list[int]:
    """The roads from a node back to the centre, nearest to the centre first."""
    way = []
    while previous[node] >= 0:
        before = int(previous[node])
        way.append(graph.between(before, node))
        node = before
    return way[::-1]
