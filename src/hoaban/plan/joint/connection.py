"""T2 and isolation under any set of works: cut-off days, all-season links, the three tests.

Every instant at which some road opens or shuts, in any state that works can give it, cuts the last
365 days into intervals; a bit of a link says whether it is open in one. One sweep of the hierarchy
tells for all intervals at once who has a way to the centre (`measure.hierarchy.words`). Two bits
more stand for the network as built, in the dry and in the rains. Lengths are whole microseconds, so
days are those of `measure.isolation` to the last digit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.measure import connection, isolation, network
from hoaban.measure.compiled import kernel
from hoaban.measure.hierarchy import words
from hoaban.measure.isolation import Closures
from hoaban.measure.network import SEASONS, Ground, Ways
from hoaban.measure.reach import Reach
from hoaban.plan.effects import STOCKED
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.joint.road_states import RoadStates
from hoaban.plan.works import Work

Bits = npt.NDArray[np.uint64]
_DAY = 86_400_000_000
_CAR = "car"


@dataclass(frozen=True, eq=False)
class Connected:
    """Who is connected. (villages,) ``link`` an all-season link, ``days`` cut off by the
    prevailing mode in the last 365 days (nan without a node); (communes,) the tests ``a``, ``b``,
    ``c`` and ``met``, all three, ``linked`` people with a link.
    """

    link: Flags
    days: Floats
    linked: Ints
    a: Flags
    b: Flags
    c: Flags

    @property
    def met(self) -> Flags:
        """(communes,) which pass all three tests."""
        return self.a & self.b & self.c

    @property
    def tests(self) -> Ints:
        """(communes,) how many of the three tests are passed."""
        return self.a.astype(np.int64) + self.b + self.c


@dataclass(frozen=True, eq=False)
class _Mode:
    """One mode: bits (links, words) as built and closed today's way, and those of each state.

    ``lasting`` (64 x words,) microseconds of each interval, 0 for the last two used bits, which
    are the network as built, dry and wet. ``state`` (states, words) bits of a road in a state.
    """

    bits: Bits
    state: Bits
    lasting: Ints
    wet_word: int
    wet_bit: int

    def found(
        self, roads: RoadStates, states: tuple[int, ...], centre: int, at: Ints
    ) -> tuple[Ints, Flags]:
        """(at,) microseconds without a way to the centre, and whether there is one in the rains."""
        bits = self.bits
        if states:
            links, state = roads.links(states)
            bits = bits.copy()
            bits[links] = self.state[state]
        reach = words.reaching(roads.ground.skeleton, bits, np.array([centre]), at=at)
        wet = (reach[:, self.wet_word] >> np.uint64(self.wet_bit)) & np.uint64(1)
        return _lost(reach, self.lasting), wet.astype(bool)


class Connection:
    """The part of the province that roads and stocked plans connect. See `parts.Part`."""

    batched = True

    def __init__(self, basis: Basis) -> None:
        self._basis, self._roads = basis, basis.roads
        law, at = basis.law, basis.at
        self._most = law.number("connection.closed_days_max", at)
        self._share = law.number("connection.people_share_min", at)
        self._least = law.number("connection.ways_out_min", at)
        self._mode = str(law.number("connection.prevailing_mode", at))
        self._seats = _seats(basis.reach, basis.communes)
        asked = np.concatenate([basis.nodes, self._seats])
        self._asked = np.unique(asked[asked >= 0])
        self._modes = {mode: _prepared(basis, mode) for mode in {self._mode, _CAR}}
        self._ways = _WaysOut(basis, self._seats, self._least)
        stocked = sorted(connection.plans(basis.tables, at))
        self._plan = np.isin(np.array(basis.communes), stocked)
        self._stocks = _stocks(basis.works, basis.communes)
        self.touches: Flags = basis.roads.touches.copy()
        self.touches[list(self._stocks)] = True
        self._known: dict[tuple[int, ...], tuple[Flags, Floats, Ints, Flags, Flags, Ints]] = {}

    def start(self, chosen: Collection[int]) -> Connected:
        """The state with some works done."""
        states = self._roads.states(chosen)
        if states not in self._known:
            self._known[states] = self._connect(states)
        link, days, linked, a, b, ways = self._known[states]
        plan = self._plan
        stocked = [c for work in chosen for c in self._stocks.get(work, ())]
        if stocked:
            plan = plan.copy()
            plan[stocked] = True
        return Connected(link, days, linked, a, b, (ways >= self._least) | plan)

    def after(
        self, state: Connected, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Connected]:
        """The states with each move on top of ``chosen``."""
        return [
            self.start({*chosen, *move}) if self.touches[list(move)].any() else state
            for move in moves
        ]

    def without(self, state: Connected, rest: Collection[int], gone: Collection[int]) -> Connected:
        """The state with ``rest`` done."""
        return self.start(rest)

    def groups(self) -> list[tuple[int, ...]]:
        """Works that a place may hang on together: those of one road, those of one stock."""
        stocks: dict[tuple[int, ...], list[int]] = {}
        for work, communes in self._stocks.items():
            stocks.setdefault(communes, []).append(work)
        return [*self._roads.groups(), *(tuple(some) for some in stocks.values())]

    def isolation(self, state: Connected) -> float:
        """People-days cut off in the last 365 days by the prevailing mode, all villages."""
        return float(np.nansum(self._basis.people * state.days))

    def _connect(self, states: tuple[int, ...]) -> tuple[Flags, Floats, Ints, Flags, Flags, Ints]:
        basis = self._basis
        days, wet = self._at_nodes(self._mode, states, basis.nodes)
        car, built = self._at_nodes(_CAR, states, self._seats)
        with np.errstate(invalid="ignore"):
            link, a = wet & (days < self._most), built & (car < self._most)
        here, size = basis.commune >= 0, len(basis.communes)
        of = basis.commune[here]
        people, linked = (
            np.bincount(of, some[here], size).astype(np.int64)
            for some in (basis.people, basis.people * link)
        )
        share = np.full(size, np.nan)
        np.divide(linked, people, out=share, where=people > 0)
        with np.errstate(invalid="ignore"):
            b = share >= self._share
        return link, days, linked, a, b, self._ways.of(states)

    def _at_nodes(self, mode: str, states: tuple[int, ...], nodes: Ints) -> tuple[Floats, Flags]:
        lost, wet = self._modes[mode].found(
            self._roads, states, self._basis.reach.centre, self._asked
        )
        place = np.searchsorted(self._asked, np.maximum(nodes, 0))
        place = np.minimum(place, len(self._asked) - 1)
        there = nodes >= 0
        return np.where(there, lost[place] / _DAY, np.nan), wet[place] & there


def _seats(reach: Reach, communes: Sequence[str]) -> Ints:
    seats = reach.seats
    of = {
        area: node
        for area, kind, node in zip(seats.areas, seats.kinds, seats.nodes.tolist(), strict=True)
        if kind == "seat"
    }
    return np.array([of.get(commune, -1) for commune in communes], np.int64)


def _stocks(works: list[Work], communes: Sequence[str]) -> dict[int, tuple[int, ...]]:
    """The communes, by number, whose plan a work stocks."""
    place = {commune: n for n, commune in enumerate(communes)}
    found = {}
    for n, work in enumerate(works):
        on = [
            place[area]
            for effect in work.effects
            if effect.kind == "service" and effect.given["kind"] == STOCKED
            for area in effect.on
            if area in place
        ]
        if on:
            found[n] = tuple(on)
    return found


def _prepared(basis: Basis, mode: str) -> _Mode:
    """The bits of one mode: of every link as things are, and of every state of a road."""
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
    size = len(wet)
    season = np.concatenate([wet, [False, True]])  # the last two: as built, dry and wet
    ways = {name: network.ways(tables, at, mode, name) for name in SEASONS}
    links = np.zeros((len(ground.skeleton.link_arc), len(season)), bool)
    for name, some in ways.items():
        now = season == (name == "wet")
        links[np.ix_(some.link, now)] = True
    shut = _shut(recorded, len(ground.roads), moments, size)
    backward = len(ground.roads) + np.flatnonzero(ground.two_way)
    links[: len(ground.roads)] &= ~shut
    links[backward] &= ~shut[ground.two_way]
    passes = np.stack([roads.speed_kmh[mode, name] > 0 for name in SEASONS], axis=1)
    state = passes[:, season.astype(np.int64)] & ~_shut(other, len(roads.road), moments, size)
    lasting = np.zeros(-(-len(season) // 64) * 64, np.int64)
    lasting[:size] = np.diff(moments)
    word, bit = divmod(size + 1, 64)
    return _Mode(_pack(links), _pack(state), lasting, word, bit)


def _stopping(closures: Closures, mode: str) -> Closures:
    return closures.only(closures.shuts(mode))


def _shut(closures: Closures, roads: int, moments: Ints, size: int) -> Flags:
    """(roads, size + 2) which roads are shut in which interval; never as built."""
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
    padded = np.zeros((len(open_), -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


@kernel
def _lost(reach: Bits, lasting: Ints) -> Ints:
    """(places,) the length of all intervals in which a place reaches nothing."""
    lost = np.zeros(len(reach), np.int64)
    for i in range(len(reach)):
        total = np.int64(0)
        for w in range(reach.shape[1]):
            left = ~reach[i, w]
            if left == np.uint64(0):
                continue
            for b in range(64):
                if (left >> np.uint64(b)) & np.uint64(1):
                    total += lasting[64 * w + b]
        lost[i] = total
    return lost


class _WaysOut:
    """Ways by car that share no road, remembered by which roads works open to cars in the rains."""

    def __init__(self, basis: Basis, seats: Ints, least: int) -> None:
        roads = self._roads = basis.roads
        self._ways = network.ways(basis.tables, basis.at, _CAR, "wet")
        self._centre, self._seats, self._least = basis.reach.centre, seats, least
        speed = roads.ground.speed_kmh[_CAR, "wet"]
        self._opens = (roads.speed_kmh[_CAR, "wet"] > 0) & ~(speed[roads.road] > 0)
        self._opens &= roads.ground.two_way[roads.road]  # a way one cannot come back by is none
        self._known: dict[tuple[int, ...], Ints] = {}

    def of(self, states: tuple[int, ...]) -> Ints:
        """(seats,) ways out with roads in some states, counted up to the number needed."""
        opened = tuple(sorted({int(self._roads.road[s]) for s in states if self._opens[s]}))
        if opened not in self._known:
            ways = _with(self._ways, self._roads.ground, np.array(opened, np.int64))
            self._known[opened] = connection.ways_out(ways, self._centre, self._seats, self._least)
        return self._known[opened]


def _with(ways: Ways, ground: Ground, roads: Ints) -> Ways:
    """The ways with some two-way roads open as well, there and back."""
    tail, head = ground.tail[roads], ground.head[roads]
    metres = ground.length_m[roads]
    more: Mapping[str, Sequence[npt.NDArray[np.generic]]] = {
        "tail": (tail, head),
        "head": (head, tail),
        "minutes": (metres, metres),  # nobody asks how long they take
        "metres": (metres, metres),
        "road": (roads, roads),
        "two_way": (np.ones(len(roads), bool),) * 2,
        "link": (roads, len(ground.roads) + roads),
    }
    joined = {name: np.concatenate([getattr(ways, name), *parts]) for name, parts in more.items()}
    return Ways(size=ways.size, skeleton=ways.skeleton, **joined)
