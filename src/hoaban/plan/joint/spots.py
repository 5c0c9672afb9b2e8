"""A network contracted to what can change: ends of links that are always open are one spot.

Most roads are never shut and never mended, so a whole valley is one spot, and a sweep over all
intervals or storms looks at some hundred links in place of thousands. Answers are the same: who
can always go from one node to another and back reaches what it reaches. Where waits are asked for
and not times, roads in a row are one link too: it waits for the worst of them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.network import Ground
from hoaban.plan.joint.parts import Flags, Ints


@dataclass(frozen=True, eq=False)
class Spots:
    """``spot`` (nodes,) the spot of each node; ``link`` (kept,) the ground's links that are left.

    ``skeleton`` is over the spots and the links left, in their order.
    """

    spot: Ints
    link: Ints
    skeleton: Skeleton

    @classmethod
    def of(cls, size: int, ends: tuple[Ints, Ints], always: Flags, never: Flags) -> "Spots":
        """From which links are open ``always``, whatever happens, and which ``never``, (links,).

        size
            How many nodes there are.
        ends
            (links,) the node each link leads from, and the one it leads to.
        """
        tail, head = ends
        steady = (tail[always], head[always])
        graph = coo_array((np.ones(int(always.sum()), np.int8), steady), shape=(size, size))
        spots, found = connected_components(graph, directed=True, connection="strong")
        spot = found.astype(np.int64)
        link = np.flatnonzero(~never & (spot[tail] != spot[head]))
        return cls(spot, link, Skeleton.of(spots, spot[tail[link]], spot[head[link]]))

    def place(self, links: Ints) -> Ints:
        """The number of each link among those left, -1 for one that is not."""
        where = np.minimum(np.searchsorted(self.link, links), max(len(self.link) - 1, 0))
        if not len(self.link):
            return np.full(len(links), -1)
        return np.where(self.link[where] == links, where, -1)


def ends(ground: Ground) -> tuple[Ints, Ints]:
    """Where each link of a ground's hierarchy leads from and to, in its order."""
    tail = np.concatenate([ground.tail, ground.head, ground.low, ground.high])
    head = np.concatenate([ground.head, ground.tail, ground.high, ground.low])
    return tail, head


@dataclass(frozen=True, eq=False)
class Chains:
    """Links in a row as one: ``chain`` (links left,) the chain of each, -1 for one that leads
    nowhere; ``tail``, ``head`` (chains,) the spots it leads from and to, ``skeleton`` over them.
    """

    chain: Ints
    tail: Ints
    head: Ints
    skeleton: Skeleton

    @classmethod
    def of(cls, spots: Spots, ends_: tuple[Ints, Ints], pairs: Ints, keep: Ints) -> "Chains":
        """From roads that are equally open there and back.

        ends_
            As `Spots.of` takes them.
        pairs
            (roads, 2) the two links of each such road, as numbered among those left.
        keep
            Spots that are asked for: no chain passes over them.
        """
        tail, head = (spots.spot[end[spots.link]] for end in ends_)
        size = spots.skeleton.size
        spot, road = np.concatenate([tail[pairs[:, 0]], head[pairs[:, 0]]]), np.arange(len(pairs))
        of = np.concatenate([road, road])
        alone = np.ones(len(tail), bool)
        alone[pairs.reshape(-1)] = False
        inner = np.bincount(spot, minlength=size) == 2  # ends of roads, and of nothing else
        inner[np.concatenate([keep, tail[alone], head[alone]])] = False
        meet = inner[spot]
        next_to = of[meet][np.argsort(spot[meet], kind="stable")].reshape(-1, 2).T
        shape = (len(pairs), len(pairs))
        graph = coo_array((np.ones(next_to.shape[1], np.int8), tuple(next_to)), shape=shape)
        group = connected_components(graph, directed=False)[1].astype(np.int64)
        own = group[of[~meet]]
        outer = spot[~meet][np.argsort(own, kind="stable")].reshape(-1, 2)
        number = np.full(len(pairs), -1)  # a ring of inner spots has no end
        number[np.unique(own)] = np.arange(len(outer))
        chain = np.full(len(tail), -1)
        singles = int(alone.sum())
        chain[alone] = np.arange(singles)
        there = np.where(number[group] >= 0, singles + number[group], -1)
        chain[pairs[:, 0]] = there
        chain[pairs[:, 1]] = np.where(there >= 0, there + len(outer), -1)
        tails = np.concatenate([tail[alone], outer[:, 0], outer[:, 1]])
        heads = np.concatenate([head[alone], outer[:, 1], outer[:, 0]])
        return cls(chain, tails, heads, Skeleton.of(size, tails, heads))
