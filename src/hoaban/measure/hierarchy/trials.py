"""Kernels that try 16 programmes at once on a network whose times are known.

Only what a programme changes is computed again: changed arcs, arcs that they help to go round,
nodes below those, and so on while anything comes out other than it was.
"""

from typing import NamedTuple

import numpy as np

from hoaban.measure.compiled import kernel
from hoaban.measure.hierarchy.lanes import Ints, Marks, Narrow, Path, Shape, Target
from hoaban.measure.hierarchy.rows import FAR, Lanes, along, over, put, same, spread, take, worst

MADE_WITH = "b7a4d8fb321a"  # of rows.py: changes there must change this file
# What programmes do to an arc or a node: nothing, perhaps something, something.
CLEAN, TOUCHED, CHANGED = np.uint8(0), np.uint8(1), np.uint8(2)


class Costs(NamedTuple):
    """New costs of links: those of lane s are numbers ``lane_from[s]`` to ``lane_from[s + 1]``."""

    lane_from: Ints
    link: Ints
    cost: Narrow


class Before(NamedTuple):
    """A network before any programme.

    ``built``, ``joined`` (2 · arcs,) costs up and down each arc by turns, by its own links and
    as customised; ``base`` (size,) times. ``tops[over_from[a]:over_from[a + 1]]`` the arcs that
    arc a helps to go round, ``foot[a]`` its lower node; ``below[below_from[v]:below_from[v + 1]]``
    the nodes with an arc up to v.
    """

    cost: Narrow
    built: Narrow
    joined: Narrow
    base: Narrow
    over_from: Ints
    tops: Narrow
    foot: Narrow
    below_from: Ints
    below: Narrow


class Desk(NamedTuple):
    """The memory programmes are tried in; between tries it is as before any programme.

    ``trial`` (links,) costs; ``arcs`` (2 · arcs, 16), ``here`` (size, 16) times; ``dirty`` (arcs,)
    and ``moved`` (size,) what has changed; ``seeds`` (size, 16) times up to where ``seeded``.
    """

    trial: Narrow
    arcs: Lanes
    here: Lanes
    seeds: Lanes
    dirty: Marks
    moved: Marks
    seeded: Marks


@kernel
def spread_rows(values: Narrow, rows: Lanes) -> None:
    """Every value into all lanes of its row, (rows, 16)."""
    for i in range(len(values)):
        put(rows, i, 0, spread(values[i]))


@kernel
def change_links(shape: Shape, costs: Costs, before: Before, desk: Desk) -> int:
    """Puts each lane's new link costs into the rows of their arcs; returns the lowest such arc."""
    lane_from, links, cost = costs.lane_from, costs.link, costs.cost
    trial, arcs, dirty, built = desk.trial, desk.arcs, desk.dirty, before.built
    link_arc, first_on, on_arc = shape.link_arc, shape.first_on, shape.on_arc
    lowest = len(dirty)
    for lane in range(len(lane_from) - 1):
        some = range(lane_from[lane], lane_from[lane + 1])
        for k in some:
            trial[links[k]] = cost[k]
        for k in some:
            a = int(link_arc[links[k]])
            if a < 0:
                continue
            if dirty[a] == CLEAN:
                dirty[a] = CHANGED
                lowest = min(lowest, a)
                put(arcs, 2 * a, 0, spread(built[2 * a]))
                put(arcs, 2 * a + 1, 0, spread(built[2 * a + 1]))
            side = 2 * a + (not shape.link_climbs[links[k]])
            least = FAR
            for i in range(first_on[side], first_on[side + 1]):
                least = min(least, trial[on_arc[i]])
            arcs[side, lane] = least
        for k in some:
            trial[links[k]] = before.cost[links[k]]
    return lowest


@kernel
def mend_arcs(lowest: int, shape: Shape, before: Before, desk: Desk) -> None:
    """Customises again the arcs that a changed arc touches, from the lowest one up.

    An arc that comes out as it was is clean again, so changes stop where they cease to matter;
    for others the lower node is marked as touched.
    """
    under, triangles, over_from, tops = shape.under, shape.triangles, before.over_from, before.tops
    built, joined, arcs, dirty = before.built, before.joined, desk.arcs, desk.dirty
    for a in range(lowest, len(dirty)):
        if dirty[a] == CLEAN:
            continue
        climb, descend = spread(built[2 * a]), spread(built[2 * a + 1])
        if dirty[a] == CHANGED:
            climb, descend = take(arcs, 2 * a, 0), take(arcs, 2 * a + 1, 0)
        for t in range(under[a], under[a + 1]):
            near, far = 2 * np.int64(triangles[t, 0]), 2 * np.int64(triangles[t, 1])
            climb = over(climb, along(take(arcs, near + 1, 0), take(arcs, far, 0)))
            descend = over(descend, along(take(arcs, far + 1, 0), take(arcs, near, 0)))
        put(arcs, 2 * a, 0, climb)
        put(arcs, 2 * a + 1, 0, descend)
        if same(climb, spread(joined[2 * a])) and same(descend, spread(joined[2 * a + 1])):
            dirty[a] = CLEAN
            continue
        dirty[a] = CHANGED
        desk.moved[before.foot[a]] = TOUCHED
        for i in range(over_from[a], over_from[a + 1]):
            dirty[tops[i]] = max(dirty[tops[i]], TOUCHED)


@kernel
def seed_programmes(goals: Ints, extra: Ints, lane: Ints, above: Narrow, desk: Desk) -> None:
    """Marks ``above`` and sets the goals of all lanes and the ``extra`` goals of one there."""
    for v in above:
        put(desk.seeds, v, 0, worst(desk.seeds))
        desk.seeded[v] = 1
    for v in goals:
        put(desk.seeds, v, 0, spread(np.int32(0)))
    for s in range(len(extra)):
        desk.seeds[extra[s], lane[s]] = 0


@kernel
def fall_programmes(shape: Shape, path: Path, before: Before, desk: Desk, target: Target) -> None:
    """Least times at the nodes of the path; those that nothing touches keep their base."""
    start, up, order, row, out = shape.start, shape.up, path.order, path.row, target.out
    base, below_from, below = before.base, before.below_from, before.below
    arcs, here, moved, seeded = desk.arcs, desk.here, desk.moved, desk.seeded
    for p in range(len(order)):
        v = order[p]
        best = spread(base[v])
        if seeded[v] or moved[v] != CLEAN:
            best = worst(here)
            if seeded[v]:
                best = take(desk.seeds, v, 0)
            for a in range(start[v], start[v + 1]):
                best = over(best, along(take(here, up[a], 0), take(arcs, 2 * a, 0)))
            if not same(best, spread(base[v])):
                moved[v] = CHANGED
                put(here, v, 0, best)
                for i in range(below_from[v], below_from[v + 1]):
                    moved[below[i]] = TOUCHED
        if row[p] >= 0:
            put(out, row[p], target.at, best)


@kernel
def restore(before: Before, desk: Desk) -> None:
    """Puts back what the last programmes changed."""
    dirty, moved = desk.dirty, desk.moved
    for a in range(len(dirty)):
        if dirty[a] == CHANGED:
            put(desk.arcs, 2 * a, 0, spread(before.joined[2 * a]))
            put(desk.arcs, 2 * a + 1, 0, spread(before.joined[2 * a + 1]))
        dirty[a] = CLEAN
    for v in range(len(moved)):
        if moved[v] == CHANGED:
            put(desk.here, v, 0, spread(before.base[v]))
        moved[v] = CLEAN
        desk.seeded[v] = 0
