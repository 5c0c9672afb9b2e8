"""Roads that works open where the rest of the network is left as it was.

A road opened to a village off the network makes a branch. Where a branch joins the network at one
spot alone, nobody already on the network gains a way by it, and whoever is on it waits for the
spot or for the branch, whichever is longer. So only the branch is swept, in place of everything.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.measure.compiled import kernel
from hoaban.measure.forecast.storms import Quarters
from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.hierarchy.waits import waits
from hoaban.plan.joint.moments import LEFT, Moments
from hoaban.plan.joint.parts import Flags, Ints
from hoaban.plan.joint.spots import Chains


@dataclass(frozen=True, eq=False)
class Branch:
    """``spots`` of a branch, the ``chains`` on it, and the spot ``foot`` where it joins."""

    spots: Ints
    chains: Ints
    foot: int


def joined(chains: Chains, open_: Flags, centre: int) -> Flags:
    """(spots,) which hang together with the centre by open chains, whatever their direction."""
    part = _parts(chains, open_)
    found: Flags = part == part[centre]
    return found


def branches(chains: Chains, before: Flags, after: Flags, on: Flags) -> list[Branch] | None:
    """What opening chains adds to the network, None where it is not only branches.

    before, after
        (chains,) which are open; all that are open before are open after.
    on
        (spots,) which are on the network before, as `joined` has it.
    """
    tail, head = on[chains.tail], on[chains.head]
    if (after & ~before & tail & head).any():
        return None
    part = _parts(chains, after & ~tail & ~head)
    joins = np.flatnonzero(after & (tail != head))
    foot = np.where(tail[joins], chains.tail[joins], chains.head[joins])
    off = part[np.where(tail[joins], chains.head[joins], chains.tail[joins])]
    feet = np.unique(np.stack([off, foot]), axis=1).T
    if len(np.unique(feet[:, 0])) < len(feet):
        return None
    found = []
    for one, at in feet.tolist():
        here = (part == one) & ~on
        ends = here[chains.tail] | here[chains.head]
        found.append(Branch(np.flatnonzero(here), np.flatnonzero(after & ends), at))
    return found


def _parts(chains: Chains, open_: Flags) -> Ints:
    size = chains.skeleton.size
    ends = (chains.tail[open_], chains.head[open_])
    graph = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def waiting(chains: Chains, moments: Moments, branch: Branch, items: Ints, link: Ints) -> Quarters:
    """(spots of the branch, storms) quarter-hours until there is a way to its foot.

    items
        The item that each road is, (roads,).
    link
        (items of ``moments``, 2) the chains of each, -1 for none.
    """
    number = np.full(chains.skeleton.size, -1)
    number[branch.spots] = np.arange(len(branch.spots))
    number[branch.foot] = len(branch.spots)
    tail, head = (number[end[branch.chains]] for end in (chains.tail, chains.head))
    skeleton = Skeleton.of(len(branch.spots) + 1, tail, head)
    own = np.full(len(chains.tail) + 1, -1)
    own[branch.chains] = np.arange(len(branch.chains))
    here = own[link[items]]  # -1 reads the last, which is none
    some = (here >= 0).any(axis=1)
    wait = np.zeros((len(branch.chains), len(moments)), np.uint16)
    _fill(items[some], here[some], *moments.by_item, wait)
    goal = np.array([len(branch.spots)])
    found: Quarters = waits(skeleton, wait, goal, at=np.arange(len(branch.spots)))
    return found


@kernel
def _fill(items: Ints, link: Ints, code: Ints, begin: Ints, wait: Quarters) -> None:
    """Raises the wait of the links (items, 2) of each item in every storm that shuts it."""
    for i in range(len(items)):
        for c in range(begin[items[i]], begin[items[i] + 1]):
            storm, left = code[c] >> LEFT, code[c] & ((1 << LEFT) - 1)
            for k in link[i]:
                if k >= 0:
                    wait[k, storm] = max(np.int64(wait[k, storm]), left)
