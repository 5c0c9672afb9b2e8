"""Which links of the ground carry roads: trunk roads, commune roads, village roads, second ways.

Seats are joined by the cheapest ways over the ground (a minimum spanning tree of the ways
between neighbouring seats: Mehlhorn, Information Processing Letters 27, 1988) and by loops where
the way round is long. Old seats and then villages are led to the nearest road, along ways that
run together. The busiest trunk roads are national, up to the published length.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

from hoaban.record.synthetic import draws
from hoaban.record.synthetic.places import Places
from hoaban.record.synthetic.ways import Ways, chain

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
CLASSES = ("national", "provincial", "commune", "village")


@dataclass(slots=True)
class Routes:
    """Links with a road: (square, square) in order of number -> (class, owner).

    The class is a position in `CLASSES`; the owner is the number on the ground of the square
    for whose sake the road was led there, and stretches of one owner are alike.
    """

    links: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    footpaths: list[tuple[int, int]] = field(default_factory=list)

    def lead(self, squares: Sequence[int], kind: int, owner: int) -> None:
        """A road along a chain of squares; a link keeps the higher class it has."""
        for one, two in pairwise(squares):
            link = (min(one, two), max(one, two))
            if link not in self.links or self.links[link][0] > kind:
                self.links[link] = (kind, owner)

    def squares(self) -> Whole:
        """Every square on a road."""
        return np.unique(np.array(list(self.links), dtype=np.int64))


def routes(places: Places, spec: Mapping[str, Any], centre: str, seed: int) -> Routes:
    """All roads and footpaths between the seats, old seats and villages of a province."""
    ground, found = places.ways, Routes()
    _trunk(places, spec, centre, found)
    _lead_to(ground, found, list(places.old_seats.values()), places, CLASSES.index("commune"))
    on_foot = _without_road(places, spec, seed)
    villages = [int(v) for v in places.square[~on_foot]]
    _lead_to(ground, found, villages, places, CLASSES.index("village"))
    _second_ways(places, spec, seed, found)
    _last_footpaths(places, found)
    return found


def link_m(ground: Ways, rules: Mapping[str, Any], one: Any, two: Any) -> Floats:
    """Length of a road along links: its bends, or more where the grade is limited."""
    level = ground.level_m(one, two)
    climb = np.abs(ground.z[one] - ground.z[two])
    return np.asarray(np.maximum(level * rules["bends"], climb / rules["grade_max"]))


def _trunk(places: Places, spec: Mapping[str, Any], centre: str, found: Routes) -> None:
    """Roads between seats, their class by how many people use them to reach the centre."""
    ground = places.ways
    seats = np.unique(list(places.seats.values()))
    if len(seats) < 2:
        found.lead([int(seats[0]), int(ground.links.indices[ground.links.indptr[seats[0]]])], 0, 0)
        return
    cost, before, source = ground.spread(seats)
    pairs = _neighbours(ground, cost, source, seats)
    kept = _joined(pairs, len(seats), spec["loop_detour"])
    people = np.array([places.households[places.commune == c].sum() for c in places.seats])
    at = {int(square): place for place, square in enumerate(seats)}
    weight = np.zeros(len(seats))
    np.add.at(weight, [at[square] for square in places.seats.values()], people)
    flow = _flow(kept, weight, at[places.seats[centre]])
    traced = {
        key: [*chain(before, way[1])[::-1], *chain(before, way[2])] for key, way in kept.items()
    }
    for key, kind in _ranked(ground, spec, traced, flow).items():
        found.lead(traced[key], kind, int(ground.key[seats[max(key)]]))


Ways_ = dict[tuple[int, int], tuple[float, int, int]]  # seats -> cost, link where ways meet


def _neighbours(ground: Ways, cost: Floats, source: Whole, seats: Whole) -> Ways_:
    """The cheapest way between every two seats whose grounds touch."""
    table = sparse.triu(ground.links).tocoo()
    one, two = table.row, table.col
    meet = (source[one] != source[two]) & (source[one] >= 0) & (source[two] >= 0)
    one, two, total = one[meet], two[meet], (cost[one] + table.data + cost[two])[meet]
    a, b = np.searchsorted(seats, source[one]), np.searchsorted(seats, source[two])
    swap = a > b
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    one, two = np.where(swap, two, one), np.where(swap, one, two)
    order = np.lexsort((total, b, a))
    first = np.r_[True, (np.diff(a[order]) != 0) | (np.diff(b[order]) != 0)]
    best = order[first]
    return {(int(a[i]), int(b[i])): (float(total[i]), int(one[i]), int(two[i])) for i in best}


def _graph(pairs: Ways_, count: int) -> Any:
    ends = np.array(list(pairs)).reshape(-1, 2)
    return sparse.csr_array(
        ([way[0] for way in pairs.values()], (ends[:, 0], ends[:, 1])), shape=(count, count)
    )


def _joined(pairs: Ways_, count: int, detour: float) -> Ways_:
    """The spanning tree, then one loop after another, the longest way round first."""
    tree = minimum_spanning_tree(_graph(pairs, count)).tocoo()
    kept = {
        (int(a), int(b)): pairs[int(a), int(b)] for a, b in zip(tree.row, tree.col, strict=True)
    }
    while True:
        round_ = dijkstra(_graph(kept, count), directed=False)
        ratio = {k: round_[k] / way[0] for k, way in pairs.items() if k not in kept}
        worst = max(ratio, key=lambda k: (ratio[k], k), default=None)
        if worst is None or ratio[worst] < detour:
            return dict(sorted(kept.items()))
        kept[worst] = pairs[worst]


def _flow(kept: Ways_, weight: Floats, centre: int) -> dict[tuple[int, int], float]:
    """How many households use each way to reach the centre, by the cheapest ways."""
    start: Any = centre
    tree: Any = dijkstra(
        _graph(kept, len(weight)), directed=False, indices=start, return_predecessors=True
    )
    before = tree[1]
    flow = dict.fromkeys(kept, 0.0)
    for seat, households in enumerate(weight):
        at = seat
        while before[at] >= 0:
            step = int(before[at])
            flow[min(at, step), max(at, step)] += float(households)
            at = step
    return flow


def _ranked(
    ground: Ways,
    spec: Mapping[str, Any],
    traced: Mapping[tuple[int, int], Sequence[int]],
    flow: Mapping[tuple[int, int], float],
) -> dict[tuple[int, int], int]:
    """National, provincial, then commune class, the busiest first, to the given lengths."""
    left = [float(spec["national_km"]), float(spec["provincial_km"])]
    ranks: dict[tuple[int, int], int] = {}
    for key in sorted(flow, key=lambda k: (-flow[k], k)):
        line = np.array(traced[key])
        for kind in range(3):
            km = link_m(ground, spec["classes"][CLASSES[kind]], line[:-1], line[1:]).sum() / 1000
            if kind == 2 or km / 2 < left[kind]:
                break
        ranks[key] = kind
        if kind < 2:
            left[kind] -= float(km)
    return ranks


def _lead_to(
    ground: Ways, found: Routes, squares: Iterable[int], places: Places, kind: int
) -> None:
    """Roads from squares to the nearest road there is; their ways run together."""
    _, before, _ = ground.spread(found.squares())
    for square in squares:
        found.lead(chain(before, square), kind, int(ground.key[square]))


def _without_road(places: Places, spec: Mapping[str, Any], seed: int) -> NDArray[np.bool_]:
    """Villages that only a footpath reaches: some of the most remote third."""
    far = (places.remoteness > 2 / 3) & places.rural
    far &= ~np.isin(places.square, [*places.seats.values(), *places.old_seats.values()])
    share = spec["without_road"] * 3
    return np.asarray(far & draws.chance(seed, "no road", places.code, share))


def _second_ways(places: Places, spec: Mapping[str, Any], seed: int, found: Routes) -> None:
    """Between neighbouring villages far apart by road: a road for some, a footpath for some."""
    ground = places.ways
    one, two, direct = _close(places, float(spec["path_m_max"]))
    by_road = _by_road(ground, found, one, two, 3 * float(spec["path_m_max"]))
    far = by_road > spec["second_detour"] * direct
    pair = (ground.key[one], ground.key[two])
    roads = far & draws.chance(seed, "second way", pair, spec["second_ways"])
    paths = far & ~roads & draws.chance(seed, "footpath", pair, spec["path_share"])
    for a, b in zip(one[roads].tolist(), two[roads].tolist(), strict=True):
        before = ground.way_from(a, 10 * float(spec["path_m_max"]))
        if before[b] >= 0:
            found.lead(chain(before, b), CLASSES.index("village"), int(ground.key[b]))
    found.footpaths += list(zip(one[paths].tolist(), two[paths].tolist(), strict=True))


def _close(places: Places, longest: float) -> tuple[Whole, Whole, Floats]:
    """Neighbouring villages (Delaunay) up to ``longest`` metres apart: squares, metres."""
    try:
        mesh = Delaunay(np.column_stack([places.x, places.y])).simplices
    except (QhullError, ValueError):  # fewer than three villages, or all in a line
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    ends = np.sort(np.concatenate([mesh[:, [0, 1]], mesh[:, [1, 2]], mesh[:, [0, 2]]]), axis=1)
    ends = np.unique(ends, axis=0)
    gap_x, gap_y = (np.diff(at[ends], axis=1)[:, 0] for at in (places.x, places.y))
    apart = np.hypot(gap_x, gap_y)
    ends, apart = ends[apart <= longest], apart[apart <= longest]
    return places.square[ends[:, 0]], places.square[ends[:, 1]], apart


def _by_road(ground: Ways, found: Routes, one: Whole, two: Whole, limit: float) -> Floats:
    """Metres on the level by road between squares, inf beyond the limit or without a road."""
    used = found.squares()
    ends = np.searchsorted(used, np.array(list(found.links), dtype=np.int64))
    graph = sparse.csr_array(
        (ground.level_m(used[ends[:, 0]], used[ends[:, 1]]), (ends[:, 0], ends[:, 1])),
        shape=(len(used), len(used)),
    )
    metres = np.full(len(one), np.inf)
    known = np.isin(one, used) & np.isin(two, used)
    starts = np.unique(one[known])
    for some in np.array_split(starts, max(1, len(starts) // 150)):  # bounds the memory
        rows = dijkstra(graph, directed=False, indices=np.searchsorted(used, some), limit=limit)
        own = np.flatnonzero(known & np.isin(one, some))
        metres[own] = rows[np.searchsorted(some, one[own]), np.searchsorted(used, two[own])]
    return metres


def _last_footpaths(places: Places, found: Routes) -> None:
    """A footpath to the nearest road for every village without one."""
    used = found.squares()
    ground = places.ways
    ends = np.unique(np.concatenate([places.square, list(places.seats.values())]))
    ends = ends[np.isin(ends, used)]
    for square in places.square[~np.isin(places.square, used)].tolist():
        apart = np.hypot(ground.x[ends] - ground.x[square], ground.y[ends] - ground.y[square])
        found.footpaths.append((square, int(ends[np.argmin(apart)])))
    found.footpaths = sorted({(min(p), max(p)) for p in found.footpaths})
