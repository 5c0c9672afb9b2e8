"""A made-up network of roads: nearly planar, times by speed, dearer one way than the other.

Files of the province-wide one: tail, head, ticks (tenths of a second), sources. Of the smaller
one also: seats, own (the nearest seat of each node), open (uint64 words, a bit a scenario),
villages, and programmes of works (links, ticks, extra goals, and where each begins).
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree, reverse_cuthill_mckee
from scipy.spatial import Delaunay, cKDTree

from hoaban.measure.compiled import kernel

CLOSED = 0.015  # mean chance that a road is shut in a scenario
WORKS, PER_PROGRAMME = 400, 30
_SIZE_M = (99_000.0, 90_000.0)

Array = npt.NDArray[Any]


def draw_wide(folder: Path, nodes: int, edges: int, *, sources: int, seed: int) -> None:
    """The network for the many-to-all row."""
    random = np.random.default_rng(seed)
    _, tail, head, ticks, _ = _roads(nodes, edges, random)
    np.save(folder / "sources.npy", np.sort(random.choice(nodes, sources, replace=False)))
    _keep(folder, tail=tail, head=head, ticks=ticks)


def draw_closing(
    folder: Path, nodes: int, edges: int, *, seats: int, villages: int, scenarios: int, seed: int
) -> None:
    """The network for closures and programmes; link i + edges is link i the other way."""
    random = np.random.default_rng(seed)
    xy, tail, head, ticks, metres = _roads(nodes, edges, random)
    goals = np.sort(random.choice(nodes, seats, replace=False))
    danger = random.lognormal(0, 1, edges) * metres
    chance = np.minimum(danger / danger.mean() * CLOSED, 0.5)
    words = _open(chance, -(-scenarios // 64), seed)
    _keep(
        folder,
        tail=tail,
        head=head,
        ticks=ticks,
        seats=goals,
        own=goals[cKDTree(xy[goals]).query(xy)[1]],
        villages=np.sort(random.choice(nodes, villages, replace=False)),
        open=np.concatenate([words, words]),
        scenarios=np.array(scenarios),
    )
    works = _works(xy, tail, head, ticks=ticks, metres=metres, random=random)
    _programmes(folder / "one.npz", works, programmes=2048, size=1, random=random)
    _programmes(folder / "many.npz", works, programmes=512, size=PER_PROGRAMME, random=random)


def _keep(folder: Path, **arrays: Array) -> None:
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)


def _roads(
    nodes: int, edges: int, random: np.random.Generator
) -> tuple[Array, Array, Array, Array, Array]:
    """Places (m), links there and then back, their ticks, and metres of the links there.

    Nodes are numbered so that neighbours lie near each other in memory, for everyone's good.
    """
    xy = random.random((nodes, 2)) * _SIZE_M
    corners = Delaunay(xy).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    tree = minimum_spanning_tree(coo_array((length, pairs.T), shape=(nodes, nodes))).tocoo()
    wanted = length * random.uniform(0.5, 1.5, len(pairs))
    number = pairs[:, 0].astype(np.int64) * nodes + pairs[:, 1]
    wanted[np.isin(number, tree.coords[0].astype(np.int64) * nodes + tree.coords[1])] = 0
    chosen = np.sort(np.argsort(wanted, kind="stable")[:edges])
    pairs, metres = pairs[chosen].astype(np.int64), length[chosen] * 1.3
    ones = np.ones(2 * edges, np.int8)
    both = (np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]]))
    order = reverse_cuthill_mckee(coo_array((ones, both), shape=(nodes, nodes)).tocsr(), True)
    place = np.empty(nodes, np.int64)
    place[order] = np.arange(nodes)
    kmh = random.choice([4, 12, 20, 30, 45], edges, p=[0.15, 0.25, 0.3, 0.2, 0.1])
    seconds = metres / (kmh / 3.6)
    back = seconds * random.uniform(0.8, 1.25, edges)
    ticks = np.maximum(np.rint(np.concatenate([seconds, back]) * 10), 1).astype(np.int32)
    return xy[order], place[both[0]], place[both[1]], ticks, metres


@kernel
def _open(chance: Array, words: int, seed: int) -> Array:
    """(roads, words) bits, 1 where open; closures are rare, so jump from one to the next."""
    np.random.seed(seed)
    found = np.full((len(chance), words), ~np.uint64(0))
    for road in range(len(chance)):
        scale = np.log1p(-chance[road])
        scenario = np.int64(np.log(1 - np.random.random()) / scale)
        while scenario < words * 64:
            found[road, scenario >> 6] &= ~(np.uint64(1) << np.uint64(scenario & 63))
            scenario += 1 + np.int64(np.log(1 - np.random.random()) / scale)
    return found


def matrix(tail: Array, head: Array, weight: Array, nodes: int) -> csr_array:
    """The network as scipy takes it, every link with an entry."""
    return coo_array((weight.astype(float), (tail, head)), shape=(nodes, nodes)).tocsr()


def _works(
    xy: Array,
    tail: Array,
    head: Array,
    *,
    ticks: Array,
    metres: Array,
    random: np.random.Generator,
) -> list[tuple[Array, Array, Array]]:
    """Roads made good for 30 km/h between nodes near each other, and some new stations."""
    nodes, edges = len(xy), len(metres)
    graph = matrix(tail, head, ticks, nodes)
    link = {pair: i for i, pair in enumerate(zip(tail.tolist(), head.tolist(), strict=True))}
    near = cKDTree(xy)
    none = np.zeros(0, np.int64)
    works: list[tuple[Array, Array, Array]] = []
    while len(works) < WORKS * 5 // 6:
        start = int(random.integers(nodes))
        end = int(random.choice(near.query_ball_point(xy[start], 6000)))
        before = dijkstra(graph, indices=start, return_predecessors=True, limit=40_000)[1]
        way = [end]
        while before[way[-1]] >= 0:
            way.append(int(before[way[-1]]))
        there = [link[b, a] % edges for a, b in pairwise(way)]
        links = np.array([*there, *(i + edges for i in there)], np.int64)
        faster = np.rint(metres[links % edges] / (30 / 3.6) * 10).astype(np.int32)
        better = np.maximum(faster, 1) < ticks[links] if len(links) else none.astype(bool)
        if better.sum() >= 6:
            works.append((links[better], np.maximum(faster, 1)[better], none))
    stations = random.choice(nodes, WORKS - len(works), replace=False)
    return [*works, *((none, none.astype(np.int32), node) for node in stations[:, np.newaxis])]


def _programmes(
    file: Path,
    works: list[tuple[Array, Array, Array]],
    *,
    programmes: int,
    size: int,
    random: np.random.Generator,
) -> None:
    """Random sets of works: all parts one after another, and where each programme's begin."""
    links, ticks, extra = [], [], []
    for _ in range(programmes):
        chosen = [works[i] for i in random.choice(len(works), size, replace=False)]
        joined, first = np.unique(np.concatenate([w[0] for w in chosen]), return_index=True)
        links.append(joined)
        ticks.append(np.concatenate([w[1] for w in chosen])[first])
        extra.append(np.unique(np.concatenate([w[2] for w in chosen])))
    np.savez(
        file,
        links=np.concatenate(links),
        ticks=np.concatenate(ticks),
        extra=np.concatenate(extra),
        link_from=np.cumsum([0, *map(len, links)]),
        extra_from=np.cumsum([0, *map(len, extra)]),
    )


def programmes(file: Path) -> list[tuple[Array, Array, Array]]:
    """Links, their ticks and the extra goals of each programme."""
    kept = np.load(file)
    link_at, extra_at = kept["link_from"], kept["extra_from"]
    links, ticks, extra = kept["links"], kept["ticks"], kept["extra"]
    return [
        (
            links[link_at[i] : link_at[i + 1]],
            ticks[link_at[i] : link_at[i + 1]],
            extra[extra_at[i] : extra_at[i + 1]],
        )
        for i in range(len(link_at) - 1)
    ]
