"""Travel to services under any set of works: minutes, kilometres, and who is near enough.

Works on roads change links of the day's network, openings add goals; sixteen sets are tried in one
sweep, and only what they change is computed again (`measure.hierarchy.times.Programmes`). Times are
the whole ticks of `measure.network`, so every figure is the one that would be measured.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hoaban.measure import access, isolation, network
from hoaban.measure.hierarchy import times
from hoaban.measure.hierarchy.times import FAR, Programmes
from hoaban.measure.network import SEASONS, TICKS, Ways
from hoaban.measure.services import STAGES
from hoaban.plan.choice.bound import Cut
from hoaban.plan.joint import openings
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.joint.road_states import Changes

Ticks = npt.NDArray[np.int32]
_NEAR = 24  # works by which a set may differ from the one that it is tried on
_BASES = 8  # such sets remembered
_TOLD = 4_000  # answers remembered on each of them
_SCHOOLS = tuple(f"school_{stage}" for stage in STAGES)


@dataclass(frozen=True, eq=False)
class Travelled:
    """(villages,) who is near enough: ``health``, ``education`` as T3 counts them.

    ``minutes`` to the nearest health point by the province's means and season; inf without a way.
    """

    health: Flags
    education: Flags
    minutes: Floats


@dataclass(frozen=True, eq=False)
class _Net:
    """One means in one season, in one unit: the day's links, what states make of them, trials."""

    metric: times.Metric
    state: tuple[Ticks, Ticks]  # (states,) ticks of a road in a state, there and back
    tries: Mapping[str, Programmes]  # by kind of goal
    unit: str

    def costs(self, links: Ints, state: Ints, roads: int) -> Ticks:
        """Ticks of links whose roads are in given states."""
        found: Ticks = np.where(links < roads, self.state[0][state], self.state[1][state])
        return found

    def on(self, links: Ints, state: Ints, roads: int) -> times.Metric:
        """The day's links with those in given states."""
        cost = self.metric.cost.copy()
        cost[links] = self.costs(links, state, roads)
        return times.customise(self.metric.skeleton, cost)


_More = tuple[Ints, Ints, Mapping[str, list[int]]]  # links, their states, goals by kind


@dataclass(frozen=True, eq=False)
class _Base:
    """Some works done, on which sets that hold them are tried."""

    works: frozenset[int]
    changes: Changes
    nets: Mapping[str, _Net]
    _told: dict[tuple[str, str, frozenset[int]], Ticks] = field(default_factory=dict)

    def ticks(
        self, net: str, kind: str, works: Sequence[frozenset[int]], changes: Sequence[times.Change]
    ) -> Ticks:
        """(villages, sets) ticks to the nearest goal of a kind with further works.

        ``works`` are those of each set that change roads or open this kind; ``changes`` what they
        change. The same works are evaluated once.
        """
        if not works:
            return self.nets[net].tries[kind].evaluate([])
        new = {s: n for n, s in enumerate(works) if (net, kind, s) not in self._told}
        if new:
            if len(self._told) > _TOLD:
                self._told.clear()
                new = {s: n for n, s in enumerate(works)}
            found = self.nets[net].tries[kind].evaluate([changes[n] for n in new.values()])
            for column, some in enumerate(new):
                self._told[net, kind, some] = found[:, column]
        return np.stack([self._told[net, kind, some] for some in works], axis=1)


class Travel:
    """The part of the province that roads and places of service bring near. See `parts.Part`."""

    batched = True

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        law, at = basis.law, basis.at
        self._mode, self._season = law.number("access.mode", at), law.number("access.season", at)
        self._limit = law.number("access.station_minutes_max", at)
        self._longest = max(law.number("access.minutes_shown", at))
        self._km = [law.number(f"school.distance_km_{stage}", at) for stage in STAGES]
        self._goals = openings.goals(basis.tables, basis.roads.ground, basis.works, at)
        self._there = basis.nodes >= 0
        self._at = np.maximum(basis.nodes, 0)
        self.touches: Flags = basis.roads.touches.copy()
        kinds = {"health", "boarding", *_SCHOOLS}
        self.touches[[n for n, some in self._goals.items() if kinds & some.keys()]] = True

    @cached_property
    def _nets(self) -> dict[str, _Net]:
        """By what is asked: minutes to health and boarding, metres on foot to schools."""
        return {
            "minutes": self._net(self._mode, self._season, "minutes", ("health", "boarding")),
            "metres": self._net("foot", self._season, "metres", _SCHOOLS),
        }

    @cached_property
    def _facilities(self) -> dict[str, Ints]:
        ground = self._basis.roads.ground
        found = access.facilities(self._basis.tables, ground, self._basis.at)
        return {kind: np.unique(nodes[nodes >= 0]) for kind, nodes in found.items()}

    def _net(self, mode: str, season: str, unit: str, kinds: Sequence[str]) -> _Net:
        basis, roads = self._basis, self._basis.roads
        ground = roads.ground
        moment = isolation.micro(isolation.end_of(basis.at))
        shut = isolation.read(basis.tables, ground).shut_at(moment, mode, len(ground.roads))
        today: Ways = network.ways(basis.tables, basis.at, mode, season).without(shut)
        metric = today.metric(unit)
        closed = roads.closures.shut_at(moment, mode, len(roads.road))
        kmh = np.where(closed, 0.0, roads.speed_kmh[mode, season])
        tries = {kind: self._tries(metric, kind, ()) for kind in kinds}
        return _Net(
            metric, (self._along(kmh, mode, unit, 1), self._along(kmh, mode, unit, -1)), tries, unit
        )

    def _along(self, kmh: Floats, mode: str, unit: str, direction: int) -> Ticks:
        """(states,) ticks along the road of each state, `FAR` where it cannot be passed."""
        roads = self._basis.roads
        length, rise = roads.ground.length_m[roads.road], roads.ground.rise_m[roads.road]
        pace = np.where(kmh > 0, kmh, 1.0)
        weight = (
            length
            if unit == "metres"
            else network.minutes_along(length, rise, pace, mode, direction)
        )
        return np.where(kmh > 0, network.ticks(weight, unit), np.int32(FAR)).astype(np.int32)

    def groups(self) -> list[tuple[int, ...]]:
        """The works of one road, and each opening."""
        return [*self._basis.roads.groups(), *((work,) for work in sorted(self._goals))]

    def near(self, everything: Collection[int]) -> dict[str, list[tuple[Cut, ...]]]:
        """By criterion, for each village: the openings that could serve it on the best roads.

        Where what stands already could serve it on better roads, all works on roads as well.
        """
        roads = [work for work in everything if self._basis.roads.touches[work]]
        alone, now = self._all([frozenset(roads), frozenset()])
        links, state = self._basis.roads.links(self._basis.roads.states(roads))
        found: dict[str, list[tuple[Cut, ...]]] = {}
        for name, flag in (("T3_health", "health"), ("T3_education", "education")):
            works, near = self._within(flag, links, state)
            had, more = getattr(now, flag), getattr(alone, flag)
            found[name] = [
                ()
                if had[v]
                else _cut([works[w] for w in np.flatnonzero(row)], roads if more[v] else [])
                for v, row in enumerate(near)
            ]
        pairs = zip(found["T3_health"], found["T3_education"], strict=True)
        found["T3_joint"] = [(*one, *other) for one, other in pairs]
        return {**found, "equity_T3": found["T3_joint"]}

    def _within(self, flag: str, links: Ints, state: Ints) -> tuple[list[int], Flags]:
        """Openings for a service, and (villages, openings) which are near enough on given links."""
        kinds = [("health", "minutes", self._limit)]
        if flag == "education":
            schools = zip(_SCHOOLS, self._km, strict=True)
            kinds = [("boarding", "minutes", self._longest)]
            kinds += [(kind, "metres", km) for kind, km in schools]
        works: list[int] = []
        columns: list[Flags] = []
        for kind, unit, limit in kinds:
            net = self._nets[unit]
            metric = net.on(links, state, len(self._basis.roads.ground.roads))
            some = [(w, node) for w, g in sorted(self._goals.items()) for node in g.get(kind, ())]
            if not some:
                continue
            ends = np.array([node for _, node in some], np.int64)
            far = self._units(times.matrix(metric, ends, toward=True, at=self._at), unit)
            far = far / 1000 if unit == "metres" else far
            works += [work for work, _ in some]
            columns.append(far <= limit)
        size = (len(self._at), 0)
        return works, np.concatenate([np.zeros(size, bool), *columns], axis=1)

    def start(self, chosen: Collection[int]) -> Travelled:
        """The state with some works done."""
        return self._all([frozenset(chosen)])[0]

    def after(
        self, state: Travelled, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Travelled]:
        """The states with each move on top of ``chosen``, sixteen in a sweep."""
        touched = [bool(self.touches[list(move)].any()) for move in moves]
        some = [
            frozenset({*chosen, *move}) for move, yes in zip(moves, touched, strict=True) if yes
        ]
        found = iter(self._all(some))
        return [next(found) if yes else state for yes in touched]

    def without(self, state: Travelled, rest: Collection[int], gone: Collection[int]) -> Travelled:
        """The state with ``rest`` done."""
        return self.start(rest)

    def _all(self, sets: Sequence[frozenset[int]]) -> list[Travelled]:
        if not sets:
            return []
        ticks = self.ticks(sets)
        minutes = {kind: self._units(ticks[kind], "minutes") for kind in ("health", "boarding")}
        boarding = minutes["boarding"] <= self._longest
        education = np.ones_like(boarding)
        for kind, km in zip(_SCHOOLS, self._km, strict=True):
            education &= (self._units(ticks[kind], "metres") / 1000 < km) | boarding
        health = minutes["health"] <= self._limit
        rows = (health.T.copy(), education.T.copy(), minutes["health"].T.copy())
        return [Travelled(*row) for row in zip(*rows, strict=True)]

    def ticks(self, sets: Sequence[Collection[int]]) -> dict[str, Ticks]:
        """(villages, sets) ticks to the nearest goal of each kind that T3 asks for."""
        found = self._evaluated(self._bases, sets)
        return {kind: ticks for some in found.values() for kind, ticks in some.items()}

    def _evaluated(
        self, bases: list[_Base], sets: Sequence[Collection[int]]
    ) -> dict[str, dict[str, Ticks]]:
        """(villages, sets) ticks by net and kind."""
        given = [frozenset(chosen) for chosen in sets]
        common = frozenset.intersection(*given) if given else frozenset()
        base = self._base(bases, common)
        more = [chosen - base.works for chosen in given]
        told = [self._given(some, base.changes) for some in more]
        found: dict[str, dict[str, Ticks]] = {}
        for name, net in base.nets.items():
            costs = [
                (links, net.costs(links, state, len(self._basis.roads.ground.roads)))
                for links, state, _ in told
            ]
            found[name] = {}
            for kind in net.tries:
                works = [some & self._changing[kind] for some in more]
                opened = [np.array(some.get(kind, ()), np.int64) for _, _, some in told]
                changes = [(*cost, some) for cost, some in zip(costs, opened, strict=True)]
                found[name][kind] = base.ticks(name, kind, works, changes)
        return found

    @cached_property
    def _changing(self) -> dict[str, frozenset[int]]:
        """By kind: the works that change a road or open a place of this kind."""
        roads = np.flatnonzero(self._basis.roads.touches).tolist()
        opens = {
            kind: {w for w, some in self._goals.items() if kind in some} for kind in access.KINDS
        }
        return {kind: frozenset(roads) | works for kind, works in opens.items()}

    def _base(self, bases: list[_Base], common: frozenset[int]) -> _Base:
        """What the works that all sets have come to; the largest one known that is near enough.

        A new one is made on the first of ``bases``, where nothing is done, and joins them.
        """
        known = max((one for one in bases if one.works <= common), key=lambda b: len(b.works))
        if len(common) - len(known.works) < _NEAR:
            return known
        links, state, goals = self._given(common, {})
        roads = len(self._basis.roads.ground.roads)
        nets = {}
        for name, net in bases[0].nets.items():
            metric = net.on(links, state, roads)
            tries = {kind: self._tries(metric, kind, goals.get(kind, ())) for kind in net.tries}
            nets[name] = _Net(metric, net.state, tries, net.unit)
        found = _Base(common, self._basis.roads.changes(common, {}), nets)
        bases[1:] = [*bases[1:], found][-_BASES:]
        return found

    def _tries(self, metric: times.Metric, kind: str, more: Sequence[int]) -> Programmes:
        own = self._facilities.get(kind, np.empty(0, np.int64))
        return Programmes(metric, np.union1d(own, np.array(more, np.int64)), at=self._at)

    @cached_property
    def _bases(self) -> list[_Base]:
        """Sets on which others are tried: nothing done first, then the last few."""
        return [_Base(frozenset(), {}, self._nets)]

    def _given(self, more: Collection[int], had: Changes) -> _More:
        """What works change on top of what had been done to roads."""
        roads = self._basis.roads
        links, state = roads.links(roads.numbered(roads.changes(more, had)))
        goals: dict[str, list[int]] = {}
        for work in more:
            for kind, nodes in self._goals.get(work, {}).items():
                goals.setdefault(kind, []).extend(nodes)
        return links, state, goals

    def _units(self, ticks: Ticks, unit: str) -> Floats:
        found = np.full(ticks.shape, np.inf)
        known = (ticks < FAR) & self._there[:, np.newaxis]
        np.divide(ticks, TICKS[unit], out=found, where=known)
        return found

    def every(self, sets: Sequence[Collection[int]]) -> dict[tuple[str, str], Floats]:
        """(villages, sets) minutes by kind and season, by the province's means: `access.KINDS`."""
        return {
            (kind, season): self._units(ticks, "minutes")
            for season, some in self._evaluated(self._whole, sets).items()
            for kind, ticks in some.items()
        }

    @cached_property
    def _whole(self) -> list[_Base]:
        """The same as `_bases` for every kind, by season."""
        nets = {s: self._net(self._mode, s, "minutes", access.KINDS) for s in SEASONS}
        return [_Base(frozenset(), {}, nets)]


def _cut(openings_: Collection[int], roads: Collection[int]) -> tuple[Cut, ...]:
    works = {*openings_, *roads}
    return (Cut(1.0, tuple(sorted(works))),) if works else ()
