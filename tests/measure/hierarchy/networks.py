"""Small random networks, and the slow sure ways to ask them what the hierarchy answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.hierarchy.times import FAR

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Network:
    """A directed multigraph: links may be parallel, lead nowhere or leave parts unjoined."""

    size: int
    tail: Ints
    head: Ints

    @property
    def links(self) -> int:
        """How many links."""
        return len(self.tail)

    def skeleton(self) -> Skeleton:
        """Its hierarchy."""
        return Skeleton.of(self.size, self.tail, self.head)

    def spread(self, best: Array, along: Any, over: Any, weight: Array) -> Array:
        """(size, lanes) the best over all ways, carried link by link until nothing changes.

        ``best`` (size, lanes) what each node has with no link walked; ``weight`` (links, lanes).
        """
        found = best.copy()
        for _ in range(self.size + 1):
            before = found.copy()
            for link in range(self.links):
                tail, head = self.tail[link], self.head[link]
                found[tail] = over(found[tail], along(found[head], weight[link]))
            if np.array_equal(before, found):
                break
        return found

    def dijkstra(self, cost: Array, goals: Array) -> Array:
        """(size,) least cost to the nearest goal by scipy, `FAR` without; costs above 0."""
        open_ = np.flatnonzero(cost < FAR)
        least: dict[tuple[int, int], int] = {}
        for link in open_.tolist():
            pair = int(self.head[link]), int(self.tail[link])
            least[pair] = min(least.get(pair, FAR), int(cost[link]))
        if not len(goals):
            return np.full(self.size, FAR, np.int32)
        ends = np.array(list(least), np.int64).reshape(-1, 2)
        weight = np.array(list(least.values()), float)
        inward = csr_array((weight, (ends[:, 0], ends[:, 1])), shape=(self.size, self.size))
        found = dijkstra(inward, indices=np.unique(goals), min_only=True)
        return np.minimum(found, FAR).astype(np.int32)


@st.composite
def networks(draw: st.DrawFn, most: int = 14) -> Network:
    """Networks of up to ``most`` nodes."""
    size = draw(st.integers(1, most))
    node = st.integers(0, size - 1)
    ends = draw(st.lists(st.tuples(node, node), max_size=3 * size))
    pairs = np.array(ends, np.int64).reshape(-1, 2)
    return Network(size, pairs[:, 0].copy(), pairs[:, 1].copy())


def nodes(draw: st.DrawFn, network: Network, least: int = 0) -> Ints:
    """Some nodes of a network, perhaps one of them twice."""
    node = st.integers(0, network.size - 1)
    return np.array(draw(st.lists(node, min_size=least, max_size=5)), np.int64)


def lattice(side: int, seed: int) -> Network:
    """A town of side × side crossings with streets both ways, some of them gone, and a loop."""
    number = np.arange(side * side).reshape(side, side)
    across, along = number[:, :-1].ravel(), number[:-1].ravel()
    one = np.concatenate([across, along])
    other = np.concatenate([across + 1, along + side])
    tail, head = np.concatenate([one, other, [5]]), np.concatenate([other, one, [5]])
    stays = np.random.default_rng(seed).random(len(tail)) < 0.9
    return Network(side * side, tail[stays], head[stays])
