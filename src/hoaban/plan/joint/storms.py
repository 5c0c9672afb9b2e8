"""Days cut off in drawn years under any set of works: the forecast, as it would be drawn again.

What closes a road in a storm hangs on that road and the storm alone (`measure.forecast.storms`), so
every state of a road is drawn once, as a road of its own with the key of the road that it is: a
mended road shuts in storms in which it shut before, only in fewer of them. A set of works then
picks which draws count. Only moments at which a road that changes is shut are judged again; a work
that opens a road in the rains changes all of them. Figures equal those of
`measure.forecast.outlook` on the tables with the works built in, for the same years, seed and
posterior. Limits are those of the forecast.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from hoaban.measure import network
from hoaban.measure.compiled import kernel
from hoaban.measure.expected import SEED
from hoaban.measure.forecast import outlook, passage, storms
from hoaban.measure.forecast import roads as exposure
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.roads import Roads
from hoaban.measure.forecast.spells import DAY
from hoaban.measure.forecast.storms import Narrow, Quarters, Ranks
from hoaban.measure.hierarchy.waits import NEVER, waits
from hoaban.measure.network import RANK
from hoaban.plan.joint import spots
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.joint.spots import Spots

YEARS = 1024
_TOGETHER = 512  # moments judged together
_MOST = 1 << 27  # bytes of what is remembered of the set that moves are tried on
_States = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Expected:
    """What a year is expected to bring.

    ``days`` (villages,) cut off by the prevailing mode, nan where there is no way in the rains with
    every road open: closures do not decide there. ``drawn`` people-days a year that closures cut
    off; ``people_days`` with the whole wet season of everyone who has no way in it: never more
    with more works.
    """

    days: Floats
    drawn: float
    people_days: float


@dataclass(frozen=True, eq=False)
class _Moments:
    """Just after each storm: what is shut and for how long yet.

    The items (roads and, after them, states) shut after storm s are ``item[first[s]:first[s + 1]]``
    for ``left`` quarter-hours; ``gap`` (storms,) until the next storm.
    """

    first: Ints
    item: Ints
    left: Quarters
    gap: Narrow


@dataclass(frozen=True, eq=False)
class _Judged:
    """A set of states with the quarter-hours (places, storms) cut off after each storm."""

    states: _States
    cut: Quarters = field(repr=False)


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
    ) -> None:
        """Draws the years once, for the roads as they are and in every state.

        posterior
            What is believed of closures; None: learnt of the snapshot's own roads and record.

        Raises what `forecast.outlook` raises.
        """
        self._basis, self._roads, self._years = basis, basis.roads, years
        law, at = basis.law, basis.at
        self._mode = str(law.number("connection.prevailing_mode", at))
        self._days = outlook.wet_days(basis.place.wet_months)
        believed = posterior or outlook.learnt(basis.tables.base(), law, at)
        drawn = storms.draw(
            believed, _exposed(basis, believed), years=years, seed=seed, wet_days=self._days
        )
        self._moments = _moments(drawn, RANK[self._mode])
        self._size = len(basis.roads.ground.roads)
        self._open = self._passes()
        self._spots = self._contracted()
        self._link = self._links()
        there = basis.nodes >= 0
        at_spot = np.where(there, self._spots.spot[np.maximum(basis.nodes, 0)], -1)
        self._rows = np.unique(at_spot[there])
        self._row = np.where(there, np.searchsorted(self._rows, at_spot), -1)
        self._centre = self._spots.spot[[basis.reach.centre]]
        self.touches: Flags = basis.roads.touches.copy()
        self._known: dict[_States, Expected] = {}
        self._on: _Judged | None = None

    def start(self, chosen: Collection[int]) -> Expected:
        """The state with some works done."""
        return self._of(self._roads.states(chosen))

    def after(
        self, state: Expected, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Expected]:
        """The states with each move on top of ``chosen``."""
        touched = [bool(self.touches[list(move)].any()) for move in moves]
        on = self._judged(self._roads.states(chosen)) if any(touched) else None
        return [
            self._of(self._roads.states({*chosen, *move}), on) if yes else state
            for move, yes in zip(moves, touched, strict=True)
        ]

    def without(self, state: Expected, rest: Collection[int], gone: Collection[int]) -> Expected:
        """The state with ``rest`` done."""
        return self.start(rest)

    def _of(self, states: _States, on: _Judged | None = None) -> Expected:
        if states not in self._known:
            self._known[states] = self._expected(states, self._lost(states, on))
        return self._known[states]

    def _expected(self, states: _States, lost: Ints) -> Expected:
        """From the quarter-hours (places,) cut off in all years together."""
        none = np.zeros(0, np.int64)
        joined = np.append(self._cut(states, none, spare=1)[:, 0] < NEVER, False)[self._row]
        days = np.append(lost, 0)[self._row] / (self._years * DAY)
        people = self._basis.people
        drawn = float((people * np.where(joined, days, 0.0)).sum())
        apart = float(people[~joined & (self._row >= 0)].sum()) * self._days
        return Expected(np.where(joined, days, np.nan), drawn, drawn + apart)

    def _lost(self, states: _States, on: _Judged | None) -> Ints:
        """(places,) quarter-hours cut off in all years, whatever that is for a place unjoined."""
        every = len(self._moments.gap)
        lost = np.zeros(len(self._rows), np.int64)
        if on is None:
            for lanes in _blocks(np.arange(every)):
                lost += self._cut(states, lanes).sum(axis=1, dtype=np.int64)
            return lost
        lost += self._total
        for lanes in _blocks(self._differ(on.states, states)):
            lost += self._cut(states, lanes).sum(axis=1, dtype=np.int64)
            lost -= on.cut[:, lanes].sum(axis=1, dtype=np.int64)
        return lost

    def _judged(self, states: _States) -> _Judged | None:
        """A set of states to try moves on; None where it would fill too much memory."""
        shape = (len(self._rows), len(self._moments.gap))
        if 2 * shape[0] * shape[1] > _MOST:
            return None
        if self._on is None or self._on.states != states:
            before = self._on
            cut = np.zeros(shape, np.uint16) if before is None else before.cut
            change = np.arange(shape[1]) if before is None else self._differ(before.states, states)
            for lanes in _blocks(change):
                cut[:, lanes] = self._cut(states, lanes)
            self._on = _Judged(states, cut)
            self._total = cut.sum(axis=1, dtype=np.int64)
        return self._on
