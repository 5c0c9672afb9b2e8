"""A network contracted to what can change: ends of links that are always open are one spot.

Most roads are never shut and never mended, so a whole valley is one spot, and a sweep over all
intervals or storms looks at some hundred links in place of thousands. Answers are the same: who
can always go from one node to another and back reaches what it reaches.
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
