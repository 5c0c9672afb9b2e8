"""Who depends on a road: those whose every way to the centre uses it."""

import numpy as np

from hoaban.measure.hierarchy.words import reaching
from hoaban.measure.network import Ints, Ways

_WORD = 64
_WORDS = 64  # roads tried in one sweep: 4,096


def depend(ways: Ways, roads: int, centre: int, places: Ints, people: Ints) -> Ints:
    """(roads,) how many people lose every way to the centre when the road alone is shut.

    ``places`` (places,) node numbers and ``people`` who live there. People who have no way with
    every road open depend on none. Each road is one scenario, so a single search finds them all.
    """
    found = np.zeros(roads, np.int64)
    used = np.unique(ways.road[ways.road >= 0])
    open_ = np.zeros((ways.skeleton.links, 1), np.uint64)
    open_[ways.link] = np.uint64(2**64 - 1)
    goal = np.array([centre])
    joined = reaching(ways.skeleton, open_, goal, at=places)[:, 0] > 0
    for start in range(0, len(used), _WORD * _WORDS):
        tried = used[start : start + _WORD * _WORDS]
        lanes = np.repeat(open_, -(-len(tried) // _WORD), axis=1)
        on = np.flatnonzero(np.isin(ways.road, tried))
        lane = np.searchsorted(tried, ways.road[on])
        bit = np.uint64(1) << (lane % _WORD).astype(np.uint64)
        lanes[ways.link[on], lane // _WORD] &= ~bit
        words = np.ascontiguousarray(reaching(ways.skeleton, lanes, goal, at=places))
        bits = np.unpackbits(words.view(np.uint8), axis=1, count=len(tried), bitorder="little")
        found[tried] = np.where(joined, people, 0) @ (1 - bits.astype(np.int64))
    return found
