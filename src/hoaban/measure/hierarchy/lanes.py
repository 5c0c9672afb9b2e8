"""Kernels that sweep rows of lanes over the hierarchy, whatever the lanes are.

First up: every goal's lanes are carried to the nodes above it. Then down: every node takes the
best of what its higher neighbours have. Both go by rank, so each arc is looked at once.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hoaban.measure.compiled import kernel
from hoaban.measure.hierarchy.rows import BYTES, TIMES, Lanes, along, over, put, spread, take, worst

Ints = npt.NDArray[np.int64]
Narrow = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Marks = npt.NDArray[np.uint8]

MADE_WITH = "b7a4d8fb321a"  # of rows.py: changes there must change this file


class Shape(NamedTuple):
    """What kernels read of a `skeleton.Skeleton`, under the names it has there."""

    start: Ints
    up: Narrow
    triangles: Narrow
    under: Ints
    link_arc: Narrow
    link_climbs: Flags
    first_on: Ints
    on_arc: Narrow


class Path(NamedTuple):
    """The nodes of a sweep by rank: up through ``above``, down through ``order``.

    ``row`` the row of each answer, as `skeleton.Visit` has it.
    """

    above: Narrow
    order: Narrow
    row: Narrow


class Target(NamedTuple):
    """Where answers go, whole rows of lanes: ``out[row, at:at + width]``."""

    out: Lanes
    at: int
    width: int


class Memory(NamedTuple):
    """The lanes of the nodes, (size, lanes), and which nodes a goal has reached, (size,)."""

    here: Lanes
    seeded: Marks


@kernel
def join(shape: Shape, given: Lanes, at: int, arcs: Lanes) -> None:
    """Customises ``arcs`` (2 · arcs, lanes): a row up each arc, then one down it.

    An arc is as good as the best of its links, ``given[link, at:]``, and of the ways round by
    the lower nodes (its lower triangles), which were done before it.
    """
    first_on, on_arc = shape.first_on, shape.on_arc
    under, triangles = shape.under, shape.triangles
    lanes, step = arcs.shape[1], np.int64(BYTES // arcs.itemsize)
    for a in range(len(under) - 1):
        for c in range(0, lanes, step):
            climb, descend = worst(arcs), worst(arcs)
            for i in range(first_on[2 * a], first_on[2 * a + 1]):
                climb = over(climb, take(given, on_arc[i], at + c))
            for i in range(first_on[2 * a + 1], first_on[2 * a + 2]):
                descend = over(descend, take(given, on_arc[i], at + c))
            for t in range(under[a], under[a + 1]):
                near, far = 2 * np.int64(triangles[t, 0]), 2 * np.int64(triangles[t, 1])
                climb = over(climb, along(take(arcs, near + 1, c), take(arcs, far, c)))
                descend = over(descend, along(take(arcs, far + 1, c), take(arcs, near, c)))
            put(arcs, 2 * a, c, climb)
            put(arcs, 2 * a + 1, c, descend)


@kernel
def climb(shape: Shape, above: Narrow, arcs: Lanes, here: Lanes) -> None:
    """Carries the goals' lanes up the arcs through ``above``.

    ``here`` (size, lanes) holds the goals' rows and the worst at the rest of ``above``.
    """
    start, up = shape.start, shape.up
    step = np.int64(BYTES // here.itemsize)
    for v in above:
        for c in range(0, here.shape[1], step):
            low = take(here, v, c)
            for a in range(start[v], start[v + 1]):
                high = over(take(here, up[a], c), along(low, take(arcs, 2 * a + 1, c)))
                put(here, up[a], c, high)


@kernel
def fall(shape: Shape, path: Path, arcs: Lanes, memory: Memory, target: Target) -> None:
    """Answers at the nodes of the path, once the goals' lanes are carried up."""
    start, up, here, seeded = shape.start, shape.up, memory.here, memory.seeded
    order, row, out = path.order, path.row, target.out
    step = np.int64(BYTES // here.itemsize)
    for p in range(len(order)):
        v, answers = np.int64(order[p]), row[p]
        first, end, old = start[v], start[v + 1], seeded[v]
        for c in range(0, target.width, step):
            best = worst(here)
            if old:
                best = take(here, v, c)
            for a in range(first, end):
                best = over(best, along(take(here, up[a], c), take(arcs, 2 * a, c)))
            put(here, v, c, best)
            if answers >= 0:
                put(out, answers, target.at + c, best)


@kernel
def climb_times(shape: Shape, descend: Narrow, goals: Ints, lane: Ints, memory: Memory) -> None:
    """Least times from the goals' ancestors to the goals, each goal in its lane.

    ``descend`` (arcs,) time down each arc, the same in every lane. Rows it reaches are marked as
    seeded; nothing is before, and other rows are left as they are.
    """
    start, up, here, seeded = shape.start, shape.up, memory.here, memory.seeded
    for s in range(len(goals)):
        v, own = goals[s], lane[s]
        if not seeded[v]:
            _clear(here, seeded, v)
        here[v, own] = 0
        while start[v] < start[v + 1]:
            for a in range(start[v], start[v + 1]):
                x = up[a]
                if not seeded[x]:
                    _clear(here, seeded, x)
                here[x, own] = min(here[x, own], here[v, own] + descend[a])
            v = np.int64(up[start[v]])


@kernel
def _clear(here: Lanes, seeded: Marks, v: int) -> None:
    seeded[v] = 1
    for c in range(0, here.shape[1], np.int64(TIMES)):
        put(here, v, c, worst(here))


@kernel
def fall_times(shape: Shape, path: Path, climb: Narrow, memory: Memory, target: Target) -> None:
    """Least times at the nodes of the path; ``climb`` (arcs,) time up each arc in any lane."""
    start, up, here, seeded = shape.start, shape.up, memory.here, memory.seeded
    order, row, out = path.order, path.row, target.out
    step = np.int64(TIMES)
    for p in range(len(order)):
        v, answers = np.int64(order[p]), row[p]
        first, end, old = start[v], start[v + 1], seeded[v]
        for c in range(0, target.width, step):
            best = worst(here)
            if old:
                best = take(here, v, c)
            for a in range(first, end):
                best = over(best, along(take(here, up[a], c), spread(climb[a])))
            put(here, v, c, best)
            if answers >= 0:
                put(out, answers, target.at + c, best)
