"""The links of a mode, and how long each stays shut just after a storm."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.measure.compiled import kernel
from hoaban.measure.forecast.storms import Narrow, Quarters, Ranks, Storms
from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.network import RANK, Ints, Ways

_REST = 30_000  # quarter-hours after the last storm of a year: no closure lasts as long


@dataclass(frozen=True, eq=False)
class Passage:
    """The links of one mode alone, in a hierarchy of their own: it is swept for every storm.

    Links that a mode cannot use, such as footpaths for cars, would tangle the hierarchy and
    slow every sweep; so would ways there and back that no drawn closure ever shuts, whose ends
    are therefore one ``spot`` (nodes,). The links of road r are ``link[begin[r]:begin[r + 1]]``;
    a closure stops the mode if its rank is under ``rank``.
    """

    skeleton: Skeleton
    spot: Ints
    begin: Ints
    link: Ints
    rank: int


def passage(ways: Ways, mode: str, shut: Ints) -> Passage:
    """The links of a mode, given how long each road is ever shut to it, (roads,)."""
    steady = ~(np.append(shut, 0)[ways.road] > 0)  # a footpath's -1 reads the last
    ends = (ways.tail[steady], ways.head[steady])
    graph = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(ways.size, ways.size))
    spots, spot = connected_components(graph, directed=True, connection="strong")
    own = np.flatnonzero(ways.road >= 0)
    own = own[np.argsort(ways.road[own], kind="stable")]
    begin = np.searchsorted(ways.road[own], np.arange(len(shut) + 1)).astype(np.int64)
    skeleton = Skeleton.of(spots, spot[ways.tail], spot[ways.head])
    return Passage(skeleton, spot.astype(np.int64), begin, own, RANK[mode])


def waiting(storms: Storms, passage: Passage, lanes: Ints, first: Ints, skip: int = -1) -> Quarters:
    """(links, lanes) quarter-hours until each link opens, just after each storm of ``lanes``.

    first
        (lanes,) the first storm of each one's year.
    skip
        A road that never shuts; -1 for none.
    """
    wait = np.zeros((passage.skeleton.links, len(lanes)), np.uint16)
    _fill(
        lanes, first, storms.when, storms.begin, storms.road, storms.lasts, storms.passes,
        passage.begin, passage.link, passage.rank, skip, wait,
    )  # fmt: skip
    return wait


def shut(storms: Storms, mode: str, roads: int) -> Ints:
    """(roads,) quarter-hours each road is shut to a mode over all years, overlaps once."""
    return _shut(
        storms.first, storms.when, storms.begin, storms.road, storms.lasts, storms.passes,
        RANK[mode], roads,
    )  # fmt: skip


def gaps(storms: Storms) -> Narrow:
    """(storms,) quarter-hours from each storm to the next of its year; long after the last."""
    gap = np.append(np.diff(storms.when), 0).astype(np.int32)
    last = storms.first[1:][storms.first[1:] > storms.first[:-1]] - 1
    gap[last] = _REST
    return gap


@kernel
def _fill(  # noqa: PLR0917
    lanes: Ints,
    first: Ints,
    when: Narrow,
    begin: Ints,
    road: Narrow,
    lasts: Quarters,
    passes: Ranks,
    link_begin: Ints,
    link: Ints,
    rank: int,
    skip: int,
    wait: Quarters,
) -> None:
    """Raises each link's wait to what is left, after a storm, of the closures so far."""
    for lane in range(len(lanes)):
        for storm in range(first[lane], lanes[lane] + 1):
            ago = when[lanes[lane]] - when[storm]
            for c in range(begin[storm], begin[storm + 1]):
                left = np.int64(lasts[c]) - ago
                r = road[c]
                if left <= 0 or passes[c] >= rank or r == skip:
                    continue
                for k in range(link_begin[r], link_begin[r + 1]):
                    wait[link[k], lane] = max(np.int64(wait[link[k], lane]), left)


@kernel
def _shut(  # noqa: PLR0917
    first: Ints,
    when: Narrow,
    begin: Ints,
    road: Narrow,
    lasts: Quarters,
    passes: Ranks,
    rank: int,
    roads: int,
) -> Ints:
    """What `shut` returns."""
    total, until = np.zeros(roads, np.int64), np.zeros(roads, np.int64)
    for year in range(len(first) - 1):
        until[:] = 0
        for storm in range(first[year], first[year + 1]):
            for c in range(begin[storm], begin[storm + 1]):
                r = road[c]
                end = np.int64(when[storm]) + np.int64(lasts[c])
                if passes[c] < rank and end > until[r]:
                    total[r] += end - max(np.int64(when[storm]), until[r])
                    until[r] = end
    return total
