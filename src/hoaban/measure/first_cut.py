"""The method of the first cut, kept so that its figures stay comparable: scipy's Dijkstra.

Minutes are floats here, where the network's own search adds whole milliseconds; a way of a
hundred links may differ by some hundredths of a second.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hoaban.measure.network import Floats, Ints, Ways

METHOD = "t3-scipy-1"


@dataclass(frozen=True, slots=True)
class Differences:
    """How far two methods are apart: greatest and mean difference in minutes, over how many.

    ``one_sided`` counts the places that only one of them reaches.
    """

    places: int
    greatest: float
    mean: float
    one_sided: int


def nearest(inward: csr_array, goals: Ints) -> Floats:
    """(n,) cost from every node to the goal that costs least; inf where no way exists.

    inward
        (n, n) sparse, directed and turned round: ``inward[j, i]`` > 0 is the cost from i to j.
    goals
        (k,) node numbers; -1 (a facility without a node) is left out; k may be 0.
    """
    known = np.unique(goals[goals >= 0])
    if len(known) == 0:
        return np.full(inward.shape[0], np.inf)
    found: Floats = dijkstra(inward, indices=known, min_only=True)
    return found


def differences(ways: Ways, goals: Ints, places: Ints) -> Differences:
    """The network's minutes at some places (node numbers) beside the first cut's."""
    here = places[places >= 0]
    now = ways.nearest([goals])[here, 0]
    before = nearest(ways.inward(), goals)[here]
    both = np.isfinite(now) & np.isfinite(before)
    apart = np.abs(now[both] - before[both])
    return Differences(
        places=int(both.sum()),
        greatest=float(apart.max(initial=0.0)),
        mean=float(apart.mean()) if len(apart) else 0.0,
        one_sided=int((np.isfinite(now) != np.isfinite(before)).sum()),
    )
