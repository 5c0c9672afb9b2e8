"""Who has a way in which part of the last 365 days, with roads in any of their states.

Every instant at which some road opens or shuts, in any state that works can give it, cuts the last
365 days into intervals; a bit of a link says whether it is open in one. Intervals in which the same
roads are open are one, however far apart. One sweep of the hierarchy tells for all of them at once
who has a way to the centre (`measure.hierarchy.words`), on the network contracted to what can
change. Two bits more stand for the network as built, in the dry and in the rains. Lengths are whole
microseconds, so days are those of `measure.isolation` to the last digit. The one difference from
what is measured: a way as built counts however long it takes, where `measure.reach` gives up after
12 days (`hierarchy.times.FAR`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.measure import isolation, network
from hoaban.measure.compiled import kernel
from hoaban.measure.hierarchy import words
from hoaban.measure.isolation import Closures
from hoaban.measure.network import SEASONS
from hoaban.plan.joint import spots
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Ints
from hoaban.plan.joint.road_states import RoadStates
from hoaban.plan.joint.spots import Spots

Bits = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Intervals:
    """One mode. ``bits`` (links left, words) as things are, ``state`` (states, words) of a road.

    ``lasting`` (64 x words,) microseconds of each interval. Bit ``wet_bit`` of word ``wet_word`` is
    the network as built in the rains. ``at`` (asked,) the spots of the nodes asked for.
    """

    roads: RoadStates
    spots: Spots
    bits: Bits
    state: Bits
    lasting: Ints
    wet_word: int
    wet_bit: int
    centre: Ints
    at: Ints

    @classmethod
    def of(cls, basis: Basis, mode: str, asked: Ints) -> "Intervals":
        """All intervals of a mode, to be asked at some nodes."""
        roads = basis.roads
        links, state, length = _columns(basis, mode)
        first, same = _alike(np.concatenate([links, state]))
        lasting = np.zeros(-(-len(first) // 64) * 64, np.int64)
        np.add.at(lasting, same, length)
        links, state = links[:, first], state[:, first]
        open_, shut = links.copy(), links.copy()
        changed, by = roads.links(tuple(range(len(roads.road))))
        np.logical_and.at(open_, changed, state[by])
        np.logical_or.at(shut, changed, state[by])
        ground = roads.ground
        found = Spots.of(len(ground.nodes), spots.ends(ground), _every(open_), _every(~shut))
        word, bit = divmod(int(same[-1]), 64)
        return cls(
            roads=roads,
            spots=found,
            bits=_pack(links[found.link]),
            state=_pack(state),
            lasting=lasting,
            wet_word=word,
            wet_bit=bit,
            centre=found.spot[[basis.reach.centre]],
            at=found.spot[asked],
        )

    def found(self, sets: Sequence[tuple[int, ...]]) -> tuple[Ints, Flags]:
        """With roads in some states, several sets of states at once: two arrays (asked, sets).

        Microseconds without a way to the centre, and whether there is one as built in the rains.
        """
        wide = self.bits.shape[1]
        bits = np.tile(self.bits, len(sets))
        for n, states in enumerate(sets):
            links, state = self.roads.links(states)
            place = self.spots.place(links)
            left = place >= 0
            bits[place[left], n * wide : (n + 1) * wide] = self.state[state[left]]
        rows, row = np.unique(self.at, return_inverse=True)
        reach = words.reaching(self.spots.skeleton, bits, self.centre, at=rows)
        reach = reach.reshape(len(rows), len(sets), wide)
        wet = (reach[:, :, self.wet_word] >> np.uint64(self.wet_bit)) & np.uint64(1)
        return _lost(reach, self.lasting)[row], wet.astype(bool)[row]


def _columns(basis: Basis, mode: str) -> tuple[Flags, Flags, Ints]:
    """(links, m) and (states, m) open in each interval, and (m,) how long it lasts.

    The last two intervals last nothing: the network as built in the dry and in the rains.
    """
    roads, tables, at = basis.roads, basis.tables, basis.at
    ground = roads.ground
    recorded = _stopping(isolation.read(tables, ground), mode)
    other = _stopping(roads.closures, mode)
    moments, wet = isolation.intervals(
        np.concatenate([recorded.started, other.started]),
        np.concatenate([recorded.ended, other.ended]),
        at,
        basis.place.wet_months,
    )
    season = np.concatenate([wet, [False, True]])
    links = np.zeros((len(ground.skeleton.link_arc), len(season)), bool)
    for name in SEASONS:
        now = season == (name == "wet")
        links[np.ix_(network.ways(tables, at, mode, name).link, now)] = True
    shut = _shut(recorded, len(ground.roads), moments)
    backward = len(ground.roads) + np.flatnonzero(ground.two_way)
    links[: len(ground.roads)] &= ~shut
    links[backward] &= ~shut[ground.two_way]
    passes = np.stack([roads.speed_kmh[mode, name] > 0 for name in SEASONS], axis=1)
    state = passes[:, season.astype(np.int64)] & ~_shut(other, len(roads.road), moments)
    return links, state, np.concatenate([np.diff(moments), [0, 0]])


def _alike(open_: Flags) -> tuple[Ints, Ints]:
    """The first interval of each kind, and (m,) the kind of each of them: the same rows open."""
    one = np.ones((open_.shape[1], 1), bool)  # a network may have no links at all
    packed = np.ascontiguousarray(np.packbits(np.hstack([one, open_.T]), axis=1))
    whole = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, first, same = np.unique(whole, return_index=True, return_inverse=True)
    return first.astype(np.int64), same.reshape(-1).astype(np.int64)


def _every(some: Flags) -> Flags:
    """(r,) which rows are true throughout."""
    found: Flags = np.logical_and.reduce(some, axis=1)
    return found


def _stopping(closures: Closures, mode: str) -> Closures:
    return closures.only(closures.shuts(mode))


def _shut(closures: Closures, roads: int, moments: Ints) -> Flags:
    """(roads, intervals + 2) which roads are shut in which interval; never as built."""
    size = len(moments) - 1
    first = np.searchsorted(moments, np.maximum(closures.started, moments[0]))
    past = np.searchsorted(moments, np.minimum(closures.ended, moments[-1]))
    some = first < past
    change = np.zeros((roads, size + 3), np.int32)
    np.add.at(change, (closures.road[some], first[some]), 1)
    np.add.at(change, (closures.road[some], past[some]), -1)
    found: Flags = np.cumsum(change, axis=1)[:, : size + 2] > 0
    found[:, size:] = False
    return found


def _pack(open_: Flags) -> Bits:
    """Booleans (r, m) as bits in whole words (r, ceil(m / 64))."""
    bits = np.packbits(open_, axis=1, bitorder="little")
    padded = np.zeros((len(open_), -(-open_.shape[1] // 64) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


@kernel
def _lost(reach: npt.NDArray[np.uint64], lasting: Ints) -> Ints:
    """(places, sets) the length of all intervals in which a place reaches nothing."""
    places, sets, wide = reach.shape
    lost = np.zeros((places, sets), np.int64)
    for i in range(places):
        for s in range(sets):
            total = np.int64(0)
            for w in range(wide):
                left = ~reach[i, s, w]
                if left == np.uint64(0):
                    continue
                for b in range(64):
                    if (left >> np.uint64(b)) & np.uint64(1):
                        total += lasting[64 * w + b]
            lost[i, s] = total
    return lost
