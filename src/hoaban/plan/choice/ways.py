"""Kernels for `shared_prices`: what part of a network each village may use, and its best way.

A heap is two arrays, keys and items, of which the first ``size`` entries count; the least is first.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hoaban.measure.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Arcs(NamedTuple):
    """A network as arcs out of nodes: those of node v are ``first[v]`` to ``first[v + 1]``.

    ``head``, ``ticks`` and ``work`` (arcs,), the work it takes, -1 for none.
    """

    first: Ints
    head: Ints
    ticks: Ints
    work: Ints


class Heap(NamedTuple):
    """Room for as many entries as there are arcs, and one."""

    keys: Floats
    items: Ints


class Seen(NamedTuple):
    """What a search has seen: (nodes,) ticks, inf where not; its number, -1; nodes by number."""

    ticks: Floats
    place: Ints
    order: Ints


class Looking(NamedTuple):
    """A search for ways to the last node: the network, ticks from each node, and room."""

    arcs: Arcs
    best: Floats
    seen: Seen
    heap: Heap


class Balls(NamedTuple):
    """The part of a network that each village may use, by nodes and arcs of its own.

    ``nodes_from`` (villages + 1,) its nodes, of which the first is where it lies and the second
    the goal; ``first`` (nodes + 1,) the arcs of each; ``head`` a node, counted within the village;
    ``ticks``, ``work`` of an arc, -1 for none, and its ``village``.
    """

    nodes_from: Ints
    first: Ints
    head: Ints
    ticks: Ints
    work: Ints
    village: Ints


class Priced(NamedTuple):
    """`Balls` where it costs: ``cost`` (arcs,) weighted time and ``price`` the number of the arc's
    price, -1 for none; ``limit`` (villages,) weighted time at which a way is of no use.
    """

    nodes_from: Ints
    first: Ints
    head: Ints
    cost: Floats
    price: Ints
    limit: Floats


class Way(NamedTuple):
    """Room to look for a village's way: of its nodes the cost, the arc there and the node before.

    Costs are inf except where the last village left them.
    """

    cost: Floats
    arc: Ints
    before: Ints


@kernel
def push(heap: Heap, size: int, key: float, item: int) -> int:
    """Puts an item into a heap; returns how many there are then."""
    keys, items = heap
    at = size
    while at > 0:
        above = (at - 1) // 2
        if keys[above] <= key:
            break
        keys[at], items[at] = keys[above], items[above]
        at = above
    keys[at], items[at] = key, item
    return size + 1


@kernel
def pop(heap: Heap, size: int) -> int:
    """Takes away the first item; returns how many are left."""
    keys, items = heap
    size -= 1
    key, item = keys[size], items[size]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], items[at] = keys[below], items[below]
        at = below
    keys[at], items[at] = key, item
    return size


@kernel
def times(arcs: Arcs, start: int) -> Floats:
    """(nodes,) ticks from one node to all; inf without a way. Dijkstra's method."""
    best = np.full(len(arcs.first) - 1, np.inf)
    heap = Heap(np.empty(len(arcs.head) + 1), np.empty(len(arcs.head) + 1, np.int64))
    best[start] = 0.0
    size = push(heap, 0, 0.0, start)
    while size > 0:
        key, here = heap.keys[0], heap.items[0]
        size = pop(heap, size)
        if key > best[here]:
            continue
        for a in range(arcs.first[here], arcs.first[here + 1]):
            ticks = key + arcs.ticks[a]
            if ticks < best[arcs.head[a]]:
                best[arcs.head[a]] = ticks
                size = push(heap, size, ticks, arcs.head[a])
    return best


@kernel
def longest(bounds: Ints) -> int:
    """How long the longest of some lists is that lie between bounds."""
    most = 0
    for n in range(len(bounds) - 1):
        most = max(most, bounds[n + 1] - bounds[n])
    return most


@kernel
def search(at: Looking, start: int, limit: float) -> int:
    """Numbers the nodes on ways from ``start`` to the last node below a limit; returns how many."""
    arcs, best, seen, heap = at
    goal, count = len(best) - 1, 2
    seen.order[0], seen.order[1] = start, goal
    seen.place[start], seen.place[goal] = 0, 1
    seen.ticks[start] = 0.0
    size = push(heap, 0, 0.0, start)
    while size > 0:
        key, here = heap.keys[0], heap.items[0]
        size = pop(heap, size)
        if key > seen.ticks[here]:
            continue
        for a in range(arcs.first[here], arcs.first[here + 1]):
            to, ticks = arcs.head[a], key + arcs.ticks[a]
            if ticks >= seen.ticks[to] or ticks + best[to] >= limit:
                continue
            seen.ticks[to] = ticks
            if seen.place[to] < 0:
                seen.place[to], seen.order[count] = count, to
                count += 1
            size = push(heap, size, ticks, to)
    return count


@kernel
def usable(at: Looking, node: int, limit: float, out: Ints) -> int:
    """The arcs out of a node that lie on ways below a limit, into ``out``; returns how many."""
    arcs, best, seen, _ = at
    count = 0
    for a in range(arcs.first[node], arcs.first[node + 1]):
        if seen.ticks[node] + arcs.ticks[a] + best[arcs.head[a]] < limit:
            out[count] = a
            count += 1
    return count


@kernel
def balls(arcs: Arcs, best: Floats, villages: Ints, limit: Floats) -> Balls:
    """For each village the nodes and arcs on ways to the goal below its limit.

    ``best`` (nodes,) ticks to the goal, the last node.
    """
    size = len(best)
    heap = Heap(np.empty(len(arcs.head) + 1), np.empty(len(arcs.head) + 1, np.int64))
    seen = Seen(np.full(size, np.inf), np.full(size, -1), np.empty(size, np.int64))
    at = Looking(arcs, best, seen, heap)
    nodes_from, first = np.zeros(len(villages) + 1, np.int64), np.zeros(1024, np.int64)
    rows = np.empty((1024, 4), np.int64)  # head, ticks, work, village
    some = np.empty(longest(arcs.first), np.int64)
    nodes = total = 0
    for v in range(len(villages)):
        count = search(at, villages[v], limit[v])
        if nodes + count + 1 > len(first):
            first = np.concatenate((first, np.empty(len(first) + count, np.int64)))
        for i in range(count):
            found = usable(at, seen.order[i], limit[v], some)
            if total + found > len(rows):
                rows = np.concatenate((rows, np.empty((len(rows) + found, 4), np.int64)))
            for a in some[:found]:
                row = rows[total]
                row[0], row[1] = seen.place[arcs.head[a]], arcs.ticks[a]
                row[2], row[3] = arcs.work[a], v
                total += 1
            first[nodes + i + 1] = total
        for node in seen.order[:count]:
            seen.ticks[node], seen.place[node] = np.inf, -1
        nodes += count
        nodes_from[v + 1] = nodes
    head, ticks = rows[:total, 0].copy(), rows[:total, 1].copy()
    work, village = rows[:total, 2].copy(), rows[:total, 3].copy()
    return Balls(nodes_from, first[: nodes + 1].copy(), head, ticks, work, village)


@kernel
def best_way(given: Priced, prices: Floats, village: int, way: Way, heap: Heap) -> float:
    """The least cost of a village's way with its prices, at most its limit."""
    base = given.nodes_from[village]
    best = float(given.limit[village])
    way.cost[: given.nodes_from[village + 1] - base] = np.inf
    way.cost[0] = 0.0
    size = push(heap, 0, 0.0, 0)
    while size > 0:
        key, here = heap.keys[0], heap.items[0]
        size = pop(heap, size)
        if key > way.cost[here]:
            continue
        for a in range(given.first[base + here], given.first[base + here + 1]):
            to, price, cost = given.head[a], given.price[a], key + given.cost[a]
            if price >= 0:
                cost += prices[price]
            if cost < way.cost[to] and cost < best:
                way.cost[to], way.arc[to], way.before[to] = cost, a, here
                if to == 1:
                    best = cost
                size = push(heap, size, cost, to)
    return best


@kernel
def best_ways(given: Priced, prices: Floats, asked: Floats, saved: Floats) -> None:
    """(villages,) what each saves at most after the prices on its way; 1 in ``asked`` if paid."""
    most = longest(given.nodes_from)
    way = Way(np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64))
    heap = Heap(np.empty(len(given.head) + 1), np.empty(len(given.head) + 1, np.int64))
    for v in range(len(given.limit)):
        best = best_way(given, prices, v, way, heap)
        saved[v] = given.limit[v] - best
        here = 1 if best < given.limit[v] else 0
        while here != 0:
            price = given.price[way.arc[here]]
            if price >= 0:
                asked[price] = 1.0
            here = way.before[here]
