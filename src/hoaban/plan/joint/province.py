"""The whole province under any set of works, as the choice asks for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hoaban.measure.network import flags
from hoaban.plan.choice import bound as bounds
from hoaban.plan.choice.bound import Buyer, Ceilings
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import Bound
from hoaban.plan.facts import TARGETS, Facts
from hoaban.plan.joint import buyers as buying
from hoaban.plan.joint import criteria
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.connection import Connection
from hoaban.plan.joint.criteria import Amounts, Ground, Room, States, Weights
from hoaban.plan.joint.desks import DesksPart
from hoaban.plan.joint.homes import HomesPart
from hoaban.plan.joint.parts import Floats, Move, Part
from hoaban.plan.joint.posts import PostsPart
from hoaban.plan.joint.travel import Travel
from hoaban.plan.works import Work
from hoaban.record.roads import RoadRules

_KEPT = 8_000  # network states remembered
_NETWORK = ("connection", "travel")

Looks = dict[Move, Amounts]  # by move: the criteria that it may change, as they would stand


@dataclass(frozen=True, eq=False)
class Outcome:
    """What some works come to together: every part's state, and the criteria.

    ``amounts`` in natural units, ``counts`` as they enter the worth, ``targets`` T1 to T5 as they
    would be measured (None where nothing can be).
    """

    states: States
    amounts: Amounts
    counts: Amounts
    worth: float
    targets: Mapping[str, float | None]


class Province:
    """Exact joint worth of sets of works: `hoaban.plan.choice.instance.Joint`."""

    def __init__(self, known: Facts, works: list[Work], rules: RoadRules) -> None:
        basis = self.basis = Basis.of(known, works, rules)
        homes, posts, desks = HomesPart(basis), PostsPart(basis), DesksPart(basis)
        self.parts: dict[str, Part[Any]] = {
            "homes": homes,
            "connection": Connection(basis),
            "travel": Travel(basis),
            "posts": posts,
            "desks": desks,
        }
        law, at = basis.law, basis.at
        self._elsewhere = homes.elsewhere
        self.ground = Ground(
            people=basis.people,
            reviewed=homes.reviewed,
            highland=flags(basis.villages["highland"], False),
            extra=known.equity - 1.0,
            communes=len(basis.communes),
            posts=posts.size,
            pairs=desks.pairs,
            households=int(homes.households.sum()) + self._elsewhere[1],
            longest=float(max(law.number("access.minutes_shown", at))),
            marks={name: float(law.number(f"target.{name}", at)) for name in TARGETS},
        )
        self.beyond = float(law.number(criteria.BEYOND, at))
        self.weights: Weights = criteria.weights(law, at)
        self._states = {name: part.start(()) for name, part in self.parts.items()}
        self.before = self.measured(self._states)
        self.rooms: dict[str, Room] = criteria.rooms(self.ground, self.before)
        self._scale = criteria.Scale(self.weights, self.rooms, self.before, self.beyond)
        self._looks: dict[frozenset[int], Looks] = {}
        self._kept: dict[tuple[str, frozenset[int]], Any] = {}
        self._touches = {
            name: frozenset(np.flatnonzero(part.touches).tolist())
            for name, part in self.parts.items()
        }

    def weighted(self, weights: Weights) -> "Province":
        """The same province judged by other weights; what was evaluated is shared."""
        other = object.__new__(Province)
        other.__dict__.update(self.__dict__)
        other.weights = dict(weights)
        other._scale = criteria.Scale(other.weights, self.rooms, self.before, self.beyond)
        return other

    def start(self, chosen: Collection[int]) -> "Standing":
        """Some works done."""
        own = {name: self.own(name, chosen) for name in self.parts}
        states = {name: self._started(name, own[name]) for name in self.parts}
        return Standing(self, own, states, self._looks.setdefault(frozenset(chosen), {}))

    def own(self, name: str, works: Collection[int]) -> frozenset[int]:
        """Those of some works that touch a part."""
        touches = self._touches[name]
        return frozenset(work for work in works if work in touches)

    def _started(self, name: str, own: frozenset[int]) -> Any:
        if not own:
            return self._states[name]
        if name not in _NETWORK:
            return self.parts[name].start(own)
        return self._remembered(name, [own])[0]

    def _remembered(self, name: str, sets: Sequence[frozenset[int]]) -> list[Any]:
        """Network states of sets, those evaluated before taken from memory."""
        new = list(dict.fromkeys(one for one in sets if (name, one) not in self._kept))
        if new:
            if len(self._kept) > _KEPT:
                self._kept.clear()
                new = list(dict.fromkeys(sets))
            first = self._states[name]
            moves = [tuple(sorted(one)) for one in new]
            found = self.parts[name].after(first, (), moves)
            self._kept.update({(name, one): s for one, s in zip(new, found, strict=True)})
        return [self._kept[name, one] for one in sets]

    def after(self, name: str, state: Any, own: frozenset[int], moves: Sequence[Move]) -> list[Any]:
        """A part's states with each move on top; one that touches nothing there gives ``state``.

        ``own`` are the works done that touch the part.
        """
        touches = self._touches[name]
        some = [n for n, move in enumerate(moves) if not touches.isdisjoint(move)]
        found = [state] * len(moves)
        if not some:
            return found
        if name in _NETWORK:
            new = self._remembered(name, [own | self.own(name, moves[n]) for n in some])
        else:
            new = self.parts[name].after(state, own, [moves[n] for n in some])
        for n, one in zip(some, new, strict=True):
            found[n] = one
        return found

    def without(self, name: str, state: Any, rest: frozenset[int], gone: frozenset[int]) -> Any:
        """A part's state with ``rest`` done, where ``state`` has ``gone`` done as well."""
        if name in _NETWORK or not rest:
            return self._started(name, rest)
        return self.parts[name].without(state, rest, gone)

    def measured(self, states: Mapping[str, Any]) -> Amounts:
        """Every criterion as it stands in some states, in natural units."""
        given = States(**states)
        found: Amounts = {}
        for group in criteria.OF_PARTS:
            found |= criteria.measured(self.ground, group, given)
        return found

    def outcome(self, chosen: Collection[int]) -> Outcome:
        """Everything about some works done together."""
        standing = self.start(chosen)
        return self.outcome_of(standing)

    def outcome_of(self, standing: "Standing") -> Outcome:
        """Everything about a standing."""
        counts = criteria.counted(self.rooms, self.before, standing.amounts, self.beyond)
        return Outcome(
            states=States(**standing.states),
            amounts=dict(standing.amounts),
            counts=counts,
            worth=standing.worth,
            targets=self._targets(standing.amounts),
        )

    def _targets(self, amounts: Amounts) -> dict[str, float | None]:
        of = int((self.ground.reviewed * self.ground.highland).sum())
        poor = -amounts["T1_income"] + self._elsewhere[0]
        pairs = {
            "T1": (poor, self.ground.households),
            "T2": (amounts["T2_communes"], self.ground.communes),
            "T3": (amounts["T3_joint"], of),
            "T4": (amounts["T4_staff"], self.ground.posts),
            "T5": (amounts["T5_pairs"], self.ground.pairs),
        }
        return {name: some / whole if whole else None for name, (some, whole) in pairs.items()}

    def bound(self, instance: Instance) -> Bound:
        """At least the worth of every plan of an instance: `hoaban.plan.choice.bound`."""
        met = {name for name, room in self.rooms.items() if room.need <= 0}
        ceilings = Ceilings(self.weights, self.beyond, frozenset({"equity"}), frozenset(met))
        return lambda unpaid: bounds.bound(instance, self.buyers, ceilings, unpaid)

    @cached_property
    def buyers(self) -> list[Buyer]:
        """Everyone who would gain, for the bound."""
        return buying.buyers(self.parts, self.ground, self.rooms)

    def worth(self, amounts: Amounts) -> float:
        """The worth of amounts as they stand."""
        return self._scale.worth(amounts)


class Standing:
    """Some works done, to which moves may be added: `hoaban.plan.choice.instance.Standing`."""

    def __init__(
        self,
        province: Province,
        own: Mapping[str, frozenset[int]],
        states: Mapping[str, Any],
        looks: Looks | None = None,
    ) -> None:
        """``looks``: what moves are known to change while nothing was added yet, kept up here."""
        self._province = province
        self._own, self.states = dict(own), dict(states)
        self._looks = looks
        self.amounts = province.measured(states)
        self._worth = province.worth(self.amounts)

    @property
    def worth(self) -> float:
        """The joint worth of what is chosen."""
        return self._worth

    def gains(self, moves: Sequence[Move]) -> Floats:
        """(moves,) by how much each would raise the worth if it were added now."""
        found = np.zeros(len(moves))
        for n, changed in enumerate(self._look(moves)):
            if changed:
                found[n] = self._province.worth(self.amounts | changed) - self._worth
        return found

    def _look(self, moves: Sequence[Move]) -> list[Amounts]:
        """What each move would change, by the criteria that it may change."""
        if self._looks is None:
            return self._changes(moves)
        new = [move for move in dict.fromkeys(moves) if move not in self._looks]
        self._looks.update(zip(new, self._changes(new), strict=True))
        return [self._looks[move] for move in moves]

    def _changes(self, moves: Sequence[Move]) -> list[Amounts]:
        states = {
            name: self._province.after(name, self.states[name], own, moves)
            for name, own in self._own.items()
        }
        found: list[Amounts] = []
        for n in range(len(moves)):
            here = {name: some[n] for name, some in states.items()}
            changed = {name for name, state in here.items() if state is not self.states[name]}
            found.append(self._amounts(here, changed) if changed else {})
        return found

    def _amounts(self, states: Mapping[str, Any], changed: set[str]) -> Amounts:
        """The criteria that hang on parts that changed."""
        given, found = States(**states), Amounts()
        for group, parts in criteria.OF_PARTS.items():
            if not changed.isdisjoint(parts):
                found |= criteria.measured(self._province.ground, group, given)
        return found

    def add(self, move: Move) -> None:
        """Add a move for good."""
        after = {
            name: self._province.after(name, self.states[name], own, [move])[0]
            for name, own in self._own.items()
        }
        changed = {name for name, state in after.items() if state is not self.states[name]}
        self.amounts = self.amounts | self._amounts(after, changed)
        self.states, self._looks = after, None
        for name, own in self._own.items():
            if more := self._province.own(name, move):
                self._own[name] = own | more
        self._worth = self._province.worth(self.amounts)

    def without(self, move: Move) -> "Standing":
        """The same without some works; this one stays as it is."""
        province, own, states = self._province, dict(self._own), dict(self.states)
        for name, had in self._own.items():
            if gone := had & frozenset(move):
                own[name] = had - gone
                states[name] = province.without(name, states[name], own[name], gone)
        return Standing(province, own, states)
