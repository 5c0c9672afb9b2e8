"""Least times and distances over the hierarchy: (min, +), 16 goals or programmes at once.

Times are whole ticks of any unit, int32, below `FAR`, which stands for no way at all; a way
that would add up to `FAR` ticks or more counts as none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure.compiled import kernel
from hoaban.measure.hierarchy import lanes, rows, trials
from hoaban.measure.hierarchy.lanes import Memory, Path, Shape, Target
from hoaban.measure.hierarchy.skeleton import (
    Ints,
    Narrow,
    NotWholeNumbers,
    Skeleton,
    UnequalLengths,
    Visit,
    numbers,
)
from hoaban.measure.hierarchy.sweeps import in_threads, room, whole_rows

# Of a programme: links, their costs and further goals.
Change = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]

FAR = int(rows.FAR)
_CACHED = 64 << 20  # bytes of times that a block may fill
_ROWS = 4  # of lanes in a block at most


class BadCost(Problem):
    vi = "Chi phí của liên kết {link} là {found}; phải từ 0 đến dưới {far}, hoặc {far} nếu đóng."
    en = "The cost of link {link} is {found}; it must be 0 to below {far}, or {far} when closed."


@dataclass(frozen=True, eq=False)
class Metric:
    """A hierarchy with costs.

    ``cost`` (links,) of each link; in rank space ``built`` (2 · arcs,) the least link up and
    down each arc, by turns; ``climb``, ``descend`` (arcs,) the least way up and down it.
    """

    skeleton: Skeleton
    cost: Narrow
    built: Narrow
    climb: Narrow
    descend: Narrow


def customise(skeleton: Skeleton, cost: npt.NDArray[Any]) -> Metric:
    """The hierarchy with the links' costs, which may differ by direction.

    cost
        (links,) whole ticks, 0 to below `FAR`; `FAR` closes a link. Of parallel links the least
        counts.

    Raises `NotWholeNumbers`, `UnequalLengths`, `BadCost`.
    """
    given = _costs("cost", cost)
    if len(given) != skeleton.links:
        raise UnequalLengths(name="cost", found=len(given), wanted=skeleton.links)
    return Metric(skeleton, given, *_customised(skeleton.shape, given))


def to_nearest(
    metric: Metric,
    goals: Sequence[npt.NDArray[Any]],
    *,
    at: npt.NDArray[Any] | None = None,
    threads: int = 1,
) -> Narrow:
    """(size, len(goals)) ticks from every node to the nearest goal of each set, `FAR` without.

    goals
        Sets of node numbers; of an empty one every node is `FAR`.
    at
        Node numbers to answer for, in place of every node: (len(at), len(goals)).

    The same bytes for any number of ``threads``. Raises `NotWholeNumbers`, `OutOfRange`,
    `memory.TooLarge`.
    """
    skeleton = metric.skeleton
    ends = [skeleton.rank[numbers("goals", some, skeleton.size)] for some in goals]
    return _swept(skeleton, ends, (metric.climb, metric.descend), skeleton.visit(at), threads)


def matrix(
    metric: Metric,
    ends: npt.NDArray[Any],
    *,
    toward: bool,
    at: npt.NDArray[Any] | None = None,
    threads: int = 1,
) -> Narrow:
    """(size, len(ends)) ticks between every node and every end, `FAR` without a way.

    ends
        Node numbers; one may stand there more than once.
    toward
        From the nodes to the ends, or else from the ends to the nodes.
    at
        Node numbers to answer for, in place of every node: (len(at), len(ends)).

    The same bytes for any number of ``threads``. Raises `NotWholeNumbers`, `OutOfRange`,
    `memory.TooLarge`.
    """
    skeleton = metric.skeleton
    ranks = list(skeleton.rank[numbers("ends", ends, skeleton.size)][:, np.newaxis])
    costs = (metric.climb, metric.descend) if toward else (metric.descend, metric.climb)
    return _swept(skeleton, ranks, costs, skeleton.visit(at), threads)


class Programmes:
    """What programmes of works would do to the times to the nearest goal, 16 in one sweep.

    Only what a programme changes is computed again, and exactly: where nothing changes, times
    are those of ``metric``. So a programme of a few roads is quick, and one of many as quick
    as a whole run. To try works on top of others, customise with the others' costs first.
    """

    def __init__(
        self, metric: Metric, goals: npt.NDArray[Any], *, at: npt.NDArray[Any] | None = None
    ) -> None:
        """Programmes on a network with costs.

        goals
            Node numbers that every programme has; there may be none.
        at
            Node numbers to answer for, in place of every node.

        Raises `NotWholeNumbers`, `OutOfRange`.
        """
        self._skeleton = metric.skeleton
        self._goals = np.unique(self._ranks("goals", goals))
        self._visit = metric.skeleton.visit(at)
        self._before = _before(metric, to_nearest(metric, [goals])[metric.skeleton.node, 0])
        self._spare: list[trials.Desk] = []

    def evaluate(self, changes: Sequence[Change], *, threads: int = 1) -> Narrow:
        """(size or len(at), len(changes)) ticks to the nearest goal under each, `FAR` without.

        changes
            A programme each: link numbers, their costs in it (as `customise` takes them, dearer
            or cheaper; of a link named twice the last counts), and node numbers of further
            goals. Any of them may be empty.

        The same bytes for any number of ``threads``. Raises `NotWholeNumbers`, `UnequalLengths`,
        `BadCost`, `OutOfRange`, `memory.TooLarge`.
        """
        links, cost, extra = ([change[part] for change in changes] for part in range(3))
        for some, their in zip(links, cost, strict=True):
            if len(some) != len(their):
                raise UnequalLengths(name="costs", found=len(their), wanted=len(some))
        numbered = numbers("links", _joined(links), self._skeleton.links)
        costs = _costs("costs", _joined(cost), numbered)
        ranks, links_from = self._ranks("extra", _joined(extra)), _bounds(links)
        goals_from = _bounds(extra)
        found = room(self._visit.rows, len(changes), np.int32)

        def work(blocks: range) -> None:
            try:  # a look before the leap could lose the desk to another thread
                desk = self._spare.pop()
            except IndexError:
                desk = _desk(self._before)
            for at in blocks:
                until = min(at + rows.TIMES, len(changes))
                goals = goals_from[at : until + 1]
                lane = np.repeat(np.arange(until - at), np.diff(goals))
                with whole_rows(found, at, until - at) as target:
                    given = trials.Costs(links_from[at : until + 1], numbered, costs)
                    self._try(desk, given, ranks[goals[0] : goals[-1]], lane, target)
            self._spare.append(desk)

        in_threads(work, range(0, len(changes), rows.TIMES), threads)
        return self._visit.answers(found)

    def _try(
        self,
        desk: trials.Desk,
        costs: trials.Costs,
        extra: Ints,
        lane: Ints,
        target: Target,
    ) -> None:
        """Up to 16 programmes: their links' costs and, each in its lane, further goals."""
        skeleton, before = self._skeleton, self._before
        above = skeleton.above(np.concatenate([self._goals, extra]))
        path = Path(above, self._visit.order, self._visit.row)
        lowest = trials.change_links(skeleton.shape, costs, before, desk)
        trials.mend_arcs(lowest, skeleton.shape, before, desk)
        trials.seed_programmes(self._goals, extra, lane, above, desk)
        lanes.climb(skeleton.shape, above, desk.arcs, desk.seeds)
        trials.fall_programmes(skeleton.shape, path, before, desk, target)
        trials.restore(before, desk)

    def _ranks(self, name: str, nodes: npt.NDArray[Any]) -> Ints:
        return self._skeleton.rank[numbers(name, nodes, self._skeleton.size)].astype(np.int64)


def _before(metric: Metric, base: Narrow) -> trials.Before:
    """What programmes start from: ``base`` (size,) ticks to the nearest goal, by rank."""
    tops, foot, below = _around(metric.skeleton)
    joined = np.stack([metric.climb, metric.descend], axis=1).reshape(-1)
    return trials.Before(metric.cost, metric.built, joined, base, *tops, foot, *below)


@lru_cache(maxsize=4)
def _around(skeleton: Skeleton) -> tuple[tuple[Ints, Narrow], Narrow, tuple[Ints, Narrow]]:
    """Of each arc those it helps to go round and its lower node; of each node those below it.

    They hang on the skeleton alone, and many programmes start from one.
    """
    foot = np.repeat(np.arange(skeleton.size, dtype=np.int32), np.diff(skeleton.start))
    sides, top = skeleton.triangles[:, :2], skeleton.triangles[:, [2, 2]]
    tops = _lists(sides.reshape(-1), top.reshape(-1), skeleton.arcs)
    return tops, foot, _lists(skeleton.up, foot, skeleton.size)


def _desk(before: trials.Before) -> trials.Desk:
    """Memory for one thread to try programmes in."""
    arcs = rows.aligned(len(before.joined), rows.TIMES, np.int32)
    here = rows.aligned(len(before.base), rows.TIMES, np.int32)
    trials.spread_rows(before.joined, arcs)
    trials.spread_rows(before.base, here)
    seeds = rows.aligned(len(before.base), rows.TIMES, np.int32)
    dirty, moved = (np.zeros(len(some), np.uint8) for some in (before.foot, before.base))
    return trials.Desk(before.cost.copy(), arcs, here, seeds, dirty, moved, moved.copy())


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    filled = [np.asarray(part) for part in parts if len(part)]
    return np.concatenate(filled) if filled else np.zeros(0, np.int64)


def _bounds(parts: Sequence[npt.NDArray[Any]]) -> Ints:
    """Where each part begins when they are joined, and the end."""
    return np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)


def _lists(key: Narrow, value: Narrow, size: int) -> tuple[Ints, Narrow]:
    """The values of each key 0 to size - 1: where its list begins, (size + 1,), and all lists."""
    first = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(key, minlength=size), out=first[1:])
    return first, value[np.argsort(key, kind="stable")]


def _swept(
    skeleton: Skeleton,
    sets: list[Narrow],
    costs: tuple[Narrow, Narrow],
    visit: Visit,
    threads: int,
) -> Narrow:
    """A lane for each set of goals (ranks); costs up and down the arcs, as walked to a goal."""
    shape, total = skeleton.shape, len(sets)
    deep = min(_ROWS, max(1, _CACHED // (rows.BYTES * max(skeleton.size, 1))))
    width = rows.TIMES * min(deep, max(1, -(-total // rows.TIMES)))
    path = Path(visit.order[:0], visit.order, visit.row)
    found = room(visit.rows, total, np.int32)

    def work(blocks: range) -> None:
        here = rows.aligned(skeleton.size, width, np.int32)
        memory = Memory(here, np.empty(skeleton.size, np.uint8))
        for at in blocks:
            block = sets[at : at + width]
            memory.seeded[:] = 0
            lanes.climb_times(shape, costs[1], *_seeds(block), memory)
            with whole_rows(found, at, len(block)) as target:
                lanes.fall_times(shape, path, costs[0], memory, target)

    in_threads(work, range(0, total, width), threads)
    return visit.answers(found)


def _seeds(sets: Sequence[npt.NDArray[Any]]) -> tuple[Ints, Ints]:
    """All goals of some sets and the lane of each."""
    count = [len(some) for some in sets]
    goals = np.concatenate([np.zeros(0, np.int64), *sets]).astype(np.int64)
    return goals, np.repeat(np.arange(len(sets)), count)


def _costs(name: str, given: npt.NDArray[Any], links: Ints | None = None) -> Narrow:
    found = np.asarray(given)
    if found.ndim != 1 or not (np.issubdtype(found.dtype, np.integer) or found.size == 0):
        raise NotWholeNumbers(name=name, found=f"{found.dtype} {found.shape}")
    bad = (found < 0) | (found > FAR)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        link = first if links is None else int(links[first])
        raise BadCost(link=link, found=int(found[first]), far=FAR)
    return found.astype(np.int32)


@kernel
def _customised(shape: Shape, cost: Narrow) -> tuple[Narrow, Narrow, Narrow]:
    """Least links of the arcs, and least ways up and down them, the lowest arcs first."""
    first_on, on_arc = shape.first_on, shape.on_arc
    under, triangles = shape.under, shape.triangles
    arcs = len(under) - 1
    built = np.full(2 * arcs, FAR, np.int32)
    climb, descend = np.empty(arcs, np.int32), np.empty(arcs, np.int32)
    for side in range(2 * arcs):
        for i in range(first_on[side], first_on[side + 1]):
            built[side] = min(built[side], cost[on_arc[i]])
    for a in range(arcs):
        up, down = built[2 * a], built[2 * a + 1]
        for t in range(under[a], under[a + 1]):
            near, far = triangles[t, 0], triangles[t, 1]
            up = min(up, descend[near] + climb[far])
            down = min(down, descend[far] + climb[near])
        climb[a], descend[a] = up, down
    return built, climb, descend
