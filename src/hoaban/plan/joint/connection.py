"""T2 and isolation under any set of works: cut-off days, all-season links, the three tests.

Days and links come from `plan.joint.intervals`, ways out from `measure.connection.ways_out`, so
both are those that would be measured, to the last digit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.measure import connection, network
from hoaban.measure.network import Ground, Ways
from hoaban.measure.reach import Reach
from hoaban.plan.effects.applying import STOCKED
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.intervals import Intervals
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.works import Work

_DAY = 86_400_000_000
_CAR = "car"
_TOGETHER = 16  # sets in a sweep
_KEPT = 8_000  # sets of states remembered


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
        self._modes = {mode: Intervals.of(basis, mode, self._asked) for mode in {self._mode, _CAR}}
        self._here = basis.commune >= 0
        self._of, self._people = basis.commune[self._here], basis.people
        size = len(basis.communes)
        self._heads = np.bincount(self._of, basis.people[self._here], size).astype(np.int64)
        self._ways = _WaysOut(basis, self._seats, self._least)
        stocked = sorted(connection.plans(basis.tables, at))
        self._plan = np.isin(np.array(basis.communes), stocked)
        self._stocks = _stocks(basis.works, basis.communes)
        self.touches: Flags = basis.roads.touches.copy()
        self.touches[list(self._stocks)] = True
        self._known: dict[tuple[int, ...], _Links] = {}

    def start(self, chosen: Collection[int]) -> Connected:
        """The state with some works done."""
        return self._all([chosen])[0]

    def after(
        self, state: Connected, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Connected]:
        """The states with each move on top of ``chosen``, several in a sweep."""
        touched = [bool(self.touches[list(move)].any()) for move in moves]
        some = [{*chosen, *move} for move, yes in zip(moves, touched, strict=True) if yes]
        found = iter(self._all(some))
        return [next(found) if yes else state for yes in touched]

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

    def _all(self, sets: Sequence[Collection[int]]) -> list[Connected]:
        states = [self._roads.states(chosen) for chosen in sets]
        if len(self._known) > _KEPT:
            self._known.clear()
        new = [one for one in dict.fromkeys(states) if one not in self._known]
        for first in range(0, len(new), _TOGETHER):
            some = new[first : first + _TOGETHER]
            self._known.update(zip(some, self._links(some), strict=True))
        return [
            self._connected(self._known[one], chosen)
            for one, chosen in zip(states, sets, strict=True)
        ]

    def _connected(self, found: "_Links", chosen: Collection[int]) -> Connected:
        plan = self._plan
        stocked = [c for work in chosen for c in self._stocks.get(work, ())]
        if stocked:
            plan = plan.copy()
            plan[stocked] = True
        c = (found.ways >= self._least) | plan
        return Connected(found.link, found.days, found.linked, found.a, found.b, c)

    def _links(self, sets: Sequence[tuple[int, ...]]) -> list["_Links"]:
        """What roads in some states give, for several sets of states."""
        days, wet = self._at_nodes(self._mode, sets, self._basis.nodes)
        car, built = self._at_nodes(_CAR, sets, self._seats)
        with np.errstate(invalid="ignore"):
            link, a = wet & (days < self._most), built & (car < self._most)
        return [
            _Links(link[n], days[n], *self._share_of(link[n]), a[n], self._ways.of(states))
            for n, states in enumerate(sets)
        ]

    def _share_of(self, link: Flags) -> tuple[Ints, Flags]:
        """(communes,) people with a link, and whether they are enough for test (b)."""
        linked = np.bincount(self._of, (self._people * link)[self._here], len(self._heads))
        share = np.full(len(self._heads), np.nan)
        np.divide(linked, self._heads, out=share, where=self._heads > 0)
        with np.errstate(invalid="ignore"):
            return linked.astype(np.int64), share >= self._share

    def _at_nodes(
        self, mode: str, sets: Sequence[tuple[int, ...]], nodes: Ints
    ) -> tuple[Floats, Flags]:
        """(sets, nodes) days cut off, nan at -1, and whether there is a way in the rains."""
        lost, wet = self._modes[mode].found(sets)
        place = np.searchsorted(self._asked, np.maximum(nodes, 0))
        place = np.minimum(place, len(self._asked) - 1)
        there = nodes >= 0
        return np.where(there, lost.T[:, place] / _DAY, np.nan), wet.T[:, place] & there


@dataclass(frozen=True, eq=False)
class _Links:
    """What roads alone decide, as in `Connected`; (communes,) ``ways`` out by car."""

    link: Flags
    days: Floats
    linked: Ints
    b: Flags
    a: Flags
    ways: Ints


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
