"""Days cut off in drawn years under any set of works: the forecast, as it would be drawn again.

What closes a road in a storm hangs on that road and the storm alone (`measure.forecast.storms`), so
the roads are drawn once in every state that works can give them (`moments`), and a set of works
picks which draws count. Only moments at which a road that changes is shut are judged again, and
roads that are opened to places off the network are judged by themselves (`branches`). Figures equal
those of `measure.forecast.outlook` on the tables with the works built in, for the same years, seed
and posterior.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hoaban.measure import network
from hoaban.measure.compiled import kernel
from hoaban.measure.expected import SEED
from hoaban.measure.forecast import outlook
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.spells import DAY
from hoaban.measure.forecast.storms import Narrow, Quarters
from hoaban.measure.hierarchy.waits import NEVER, waits
from hoaban.plan.joint import spots
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.branches import Branch, branches, joined, waiting
from hoaban.plan.joint.moments import Moments, blocks
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.joint.spots import Chains, Spots

YEARS = 1024
_MOST = 1 << 27  # bytes of what is remembered of the set that moves are tried on
_KEPT = 8_000  # sets of states remembered
_States = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Expected:
    """What a year is expected to bring.

    ``days`` (villages,) cut off by the prevailing mode, nan where there is no way in the rains with
    every road open: closures do not decide there. ``drawn`` people-days a year that closures cut
    off; ``people_days`` with the whole wet season of everyone who has no way in it.
    """

    days: Floats
    drawn: float
    people_days: float


@dataclass(frozen=True, eq=False)
class _Judged:
    """A set of states: quarter-hours (places, storms) cut off after each storm, and their sums.

    ``on`` (spots,) which hang together with the centre.
    """

    states: _States
    cut: Quarters = field(repr=False)
    total: Ints
    on: Flags


class StormsPart:
    """The part of the province that rain may cut off. See `parts.Part`."""

    batched = True

    def __init__(
        self,
        basis: Basis,
        *,
        years: int = YEARS,
        seed: int = SEED,
        posterior: Posterior | None = None,
        threads: int = 2,
    ) -> None:
        """Draws ``years`` ≥ 1 once, for the roads as they are and in every state.

        posterior
            What is believed of closures; None: learnt of the snapshot's own roads and record.
        threads
            How many work at once; the result does not depend on it.

        Raises what `forecast.outlook` raises.
        """
        self._basis, self._roads, self._years = basis, basis.roads, years
        self._threads = max(1, threads)
        law, at = basis.law, basis.at
        mode = str(law.number("connection.prevailing_mode", at))
        self._days = outlook.wet_days(basis.place.wet_months)
        believed = posterior or outlook.learnt(basis.tables.base(), law, at)
        self._moments = Moments.drawn(basis, believed, mode, years=years, seed=seed)
        self._opens = basis.roads.speed_kmh[mode, "wet"] > 0
        found, self._shut = _contracted(basis, mode, self._moments.shut)
        there = basis.nodes >= 0
        spot = found.spot[np.maximum(basis.nodes, 0)]
        self._centre = found.spot[[basis.reach.centre]]
        asked = np.unique(np.concatenate([spot[there], self._centre]))
        self._chains, self._link = _chained(basis, found, asked)
        self._skeleton = self._chains.skeleton
        self._places = np.union1d(asked, self._feet())
        self._place = np.where(there, np.searchsorted(self._places, spot), -1)
        self.touches: Flags = basis.roads.touches
        self._gap = self._moments.gap.astype(np.uint16)
        self._none = np.zeros(len(self._places), np.int64)
        self._spare: list[Quarters] = []
        self._known: dict[_States, Expected] = {}
        self._on: _Judged | None = None

    def start(self, chosen: Collection[int]) -> Expected:
        """The state with some works done."""
        return self._expected(self._roads.states(chosen), None)

    def after(
        self, state: Expected, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Expected]:
        """The states with each move on top of ``chosen``."""
        touched = [bool(self.touches[list(move)].any()) for move in moves]
        on = self._judged(self._roads.states(chosen)) if any(touched) else None
        return [
            self._expected(self._roads.states({*chosen, *move}), on) if yes else state
            for move, yes in zip(moves, touched, strict=True)
        ]

    def without(self, state: Expected, rest: Collection[int], gone: Collection[int]) -> Expected:
        """The state with ``rest`` done."""
        return self.start(rest)

    def _expected(self, states: _States, on: _Judged | None) -> Expected:
        if states not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[states] = self._figures(states, self._total(states, on))
        return self._known[states]

    def _figures(self, states: _States, total: Ints) -> Expected:
        joined = np.append(self._waiting(states, np.array([-1]))[:, 0] < NEVER, False)[self._place]
        days = np.where(joined, np.append(total, 0)[self._place] / (self._years * DAY), np.nan)
        people = self._basis.people
        drawn = float(np.nansum(people * days))
        apart = int(people[~joined & (self._place >= 0)].sum()) * self._days
        return Expected(days, drawn, drawn + apart)

    def _feet(self) -> Ints:
        """Spots at which works could open a road."""
        size = len(self._roads.ground.roads)
        opened = size + np.flatnonzero(self._shut[self._roads.road] & ~self._shut[size:])
        chain = self._link[opened].reshape(-1)
        chain = chain[chain >= 0]
        return np.concatenate([self._chains.tail[chain], self._chains.head[chain]])

    def _total(self, states: _States, on: _Judged | None) -> Ints:
        """(places,) quarter-hours cut off in all years; of no meaning where there is no way."""
        added = None if on is None else self._branches(on, states)
        if on is None or added is None:
            cuts = self._cuts(states, blocks(np.arange(len(self._moments))))
            return sum((cut.sum(axis=1, dtype=np.int64) for _, cut in cuts), self._none)
        total = on.total.copy()
        foot = {one.foot: on.cut[self._rows(one.foot)].copy() for one in added}
        for lanes, cut in self._cuts(states, blocks(self._apart(on.states, states))):
            total += (cut.astype(np.int64) - on.cut[:, lanes]).sum(axis=1)
            for spot, row in foot.items():
                row[lanes] = cut[self._rows(spot)]
        for one in added:
            waited = waiting(self._chains, self._moments, one, self._items(states), self._link)
            known = np.isin(one.spots, self._places)
            cut = np.minimum(np.maximum(waited[known], foot[one.foot]), self._gap)
            total[self._rows(one.spots[known])] = cut.sum(axis=1, dtype=np.int64)
        return total

    def _rows(self, spot: Any) -> Any:
        """The rows of spots that are asked for."""
        return np.searchsorted(self._places, spot)

    def _branches(self, on: _Judged, states: _States) -> list[Branch] | None:
        """What is opened beside the network of ``on``; None where all must be judged again."""
        before, after = self._open(on.states), self._open(states)
        if (before & ~after).any():
            return None
        found = [] if (before == after).all() else branches(self._chains, before, after, on.on)
        most = max((len(one.chains) for one in found or ()), default=0)
        return None if 2 * most * len(self._moments) > _MOST else found

    def _open(self, states: _States) -> Flags:
        """(chains,) which can be passed with every closure cleared."""
        items, found = self._items(states), np.ones(self._skeleton.links + 1, bool)
        found[self._link[items[self._shut[items]]]] = False  # -1 marks the last, which is none
        return found[:-1]

    def _judged(self, states: _States) -> _Judged | None:
        """A set of states to try moves on; None where it would fill too much memory."""
        shape, on = (len(self._places), len(self._moments)), self._on
        if shape[0] * shape[1] * 2 > _MOST:
            return None
        if on is not None and on.states == states:
            return on
        open_ = self._open(states)
        if on is None or (self._open(on.states) != open_).any():
            cut, change = np.zeros(shape, np.uint16), np.arange(shape[1])
        else:
            cut, change = on.cut.copy(), self._apart(on.states, states)
        for lanes, some in self._cuts(states, blocks(change)):
            cut[:, lanes] = some
        there = joined(self._chains, open_, int(self._centre[0]))
        self._on = _Judged(states, cut, cut.sum(axis=1, dtype=np.int64), there)
        return self._on

    def _apart(self, one: _States, other: _States) -> Ints:
        """The storms after which two sets of states differ in what is shut, of what both pass."""
        items = self._items(one), self._items(other)
        shut = self._shut[items[0]] | self._shut[items[1]]
        roads = np.flatnonzero((items[0] != items[1]) & ~shut)
        parts = [self._moments.apart(int(items[0][r]), int(items[1][r])) for r in roads]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))

    def _items(self, states: _States) -> Ints:
        """(roads,) the item that each road is."""
        size = len(self._roads.ground.roads)
        items = np.arange(size)
        given = np.array(states, np.int64)
        items[self._roads.road[given]] = size + given
        return items

    def _cuts(self, states: _States, parts: Iterable[Ints]) -> Iterator[tuple[Ints, Quarters]]:
        """Parts of the storms, and `_cut` for each."""
        given = list(parts)
        if self._threads == 1 or len(given) == 1:
            yield from ((lanes, self._cut(states, lanes)) for lanes in given)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            found = pool.map(lambda lanes: self._cut(states, lanes), given)
            yield from zip(given, found, strict=True)

    def _cut(self, states: _States, lanes: Ints) -> Quarters:
        """(places, lanes) quarter-hours cut off after some storms and before the next ones."""
        return np.minimum(self._waiting(states, lanes), self._gap[lanes])

    def _waiting(self, states: _States, lanes: Ints) -> Quarters:
        """(places, lanes) quarter-hours until there is a way, just after some storms.

        -1 is a moment at which no road is shut.
        """
        items, moments = self._items(states), self._moments
        active = np.zeros(moments.items, bool)
        active[items] = True
        links = self._skeleton.links
        try:  # a look before the leap could lose the memory to another thread
            spare = self._spare.pop()
        except IndexError:
            spare = np.zeros(0, np.uint16)
        if len(spare) < links * len(lanes):
            spare = np.zeros(links * len(lanes), np.uint16)
        wait = spare[: links * len(lanes)].reshape(links, len(lanes))  # all 0 between uses
        never = self._link[items[self._shut[items]]].reshape(-1)
        never = never[never >= 0]
        given = (lanes, moments.first, moments.item, moments.left, active, self._link)
        _fill(*given, wait, False)
        wait[never] = NEVER
        found = waits(self._skeleton, wait, self._centre, at=self._places)
        wait[never] = 0
        _fill(*given, wait, True)
        self._spare.append(spare)
        return found


def _contracted(basis: Basis, mode: str, ever: Flags) -> tuple[Spots, Flags]:
    """The network contracted to what may shut or open, and (items,) which cannot be passed.

    ever
        (items,) which are shut after some storm.
    """
    roads = basis.roads
    ground, size = roads.ground, len(roads.ground.roads)
    shut = np.concatenate([ground.speed_kmh[mode, "wet"], roads.speed_kmh[mode, "wet"]]) <= 0
    now = np.zeros(len(ground.skeleton.link_arc), bool)
    now[network.ways(basis.tables, basis.at, mode, "wet").link] = True
    steady, open_ = now.copy(), now.copy()
    for links in (np.arange(size), size + np.arange(size)):
        steady[links] &= ~ever[:size]
    links, state = roads.links(tuple(range(len(roads.road))))
    np.logical_and.at(steady, links, ~shut[size + state] & ~ever[size + state])
    np.logical_or.at(open_, links, ~shut[size + state])
    return Spots.of(len(ground.nodes), spots.ends(ground), steady, ~open_), shut


def _chained(basis: Basis, found: Spots, asked: Ints) -> tuple[Chains, Ints]:
    """The network of chains, and (items, 2) the chains of each item, there and back; -1: none."""
    ground, size = basis.roads.ground, len(basis.roads.ground.roads)
    there = found.place(np.arange(size))
    back = np.where(ground.two_way, found.place(size + np.arange(size)), -1)
    both = np.stack([there, back], axis=1)
    two_way = (both >= 0).all(axis=1)
    chains = Chains.of(found, spots.ends(ground), both[two_way], asked)
    of = np.append(chains.chain, -1)[both]
    return chains, np.concatenate([of, of[basis.roads.road]])


@kernel
def _fill(  # noqa: PLR0917
    lanes: Ints,
    first: Ints,
    item: Narrow,
    left: Quarters,
    active: Flags,
    link: Ints,
    wait: Quarters,
    undo: bool,
) -> None:
    """Raises the wait of the links of every active item that is shut after a lane's storm.

    Or, to ``undo`` that, puts it back to 0.
    """
    for lane in range(len(lanes)):
        if lanes[lane] < 0:
            continue
        for e in range(first[lanes[lane]], first[lanes[lane] + 1]):
            if active[item[e]]:
                for k in link[item[e]]:
                    if k >= 0:
                        wait[k, lane] = 0 if undo else max(wait[k, lane], left[e])
