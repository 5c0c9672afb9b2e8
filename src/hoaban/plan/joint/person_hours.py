"""Person-hours saved by works on a bare network: one season, one means, one kind of place.

A village's time to the nearest goal counts up to a cap; the worth of a set of works is the weighted
time that it saves. Nothing else of a province is in it: this is the problem on which the choice is
measured (``benchmarks/choose.py``), and the one that `hoaban.plan.choice.shared_prices` bounds.
"""

from collections.abc import Collection, Sequence

import numpy as np

from hoaban.measure.hierarchy.times import Change, Programmes, customise
from hoaban.plan.choice.bare import Bare, Ints, Ticks
from hoaban.plan.choice.instance import Floats, Move

_NONE: Change = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))


class PersonHours:
    """The weighted hours saved by sets of works. See `hoaban.plan.choice.instance.Joint`."""

    def __init__(self, bare: Bare) -> None:
        """Raises what `Skeleton.of`, `customise` and `Programmes` raise."""
        self.bare = bare
        self._nothing = self._tries(bare.cost, bare.goals)
        self._before = float(self.hours(self._nothing, [_NONE])[0])

    def start(self, chosen: Collection[int]) -> "Standing":
        """Some works done."""
        return Standing(self, frozenset(chosen))

    def tries(self, chosen: frozenset[int]) -> tuple[Programmes, Ticks]:
        """Programmes on top of some works, and the (links,) costs that they start from."""
        if not chosen:
            return self._nothing, self.bare.cost
        cost, goals = self.bare.built(chosen)
        return self._tries(cost, goals), cost

    def hours(self, tries: Programmes, changes: Sequence[Change]) -> Floats:
        """(changes,) weighted hours of travel under each, the same whatever stands beside it."""
        ticks = np.minimum(tries.evaluate(changes).T, self.bare.cap)
        each = np.ascontiguousarray(ticks) * (self.bare.weight / self.bare.hour)
        hours: Floats = each.sum(axis=1)
        return hours

    def saved(self, hours: float) -> float:
        """What a number of hours is less than those without any works."""
        return self._before - hours

    def _tries(self, cost: Ticks, goals: Ints) -> Programmes:
        metric = customise(self.bare.skeleton, cost)
        return Programmes(metric, goals, at=self.bare.villages)


class Standing:
    """A set of works done, with others tried on top. See `choice.instance.Standing`."""

    def __init__(self, joint: PersonHours, chosen: frozenset[int]) -> None:
        self._joint = joint
        self._stand(chosen)

    def _stand(self, chosen: frozenset[int]) -> None:
        self._chosen = chosen
        self._tries, self._cost = self._joint.tries(chosen)
        self._hours = float(self._joint.hours(self._tries, [_NONE])[0])

    @property
    def worth(self) -> float:
        """Weighted hours saved."""
        return self._joint.saved(self._hours)

    def gains(self, moves: Sequence[Move]) -> Floats:
        """(moves,) further hours saved by each move."""
        changes = [self._change(move) for move in moves]
        return self._hours - self._joint.hours(self._tries, changes)

    def add(self, move: Move) -> None:
        """Do a move for good."""
        self._stand(self._chosen.union(move))

    def without(self, move: Move) -> "Standing":
        """Another standing without some works."""
        return Standing(self._joint, self._chosen.difference(move))

    def _change(self, move: Move) -> Change:
        """A move as `Programmes` takes it: of a link changed twice the least cost counts."""
        given = [self._joint.bare.works[work] for work in move]
        links, ticks, goals = (
            np.concatenate([_NONE[n], *(one[n] for one in given)]) for n in range(3)
        )
        distinct, place = np.unique(links, return_inverse=True)
        least = self._cost[distinct]
        np.minimum.at(least, place, ticks)
        return distinct, least, goals
