"""Choose works year by year under the money, with a bound on what any choice could reach.

First cut: the shares of targets that works close add up (``method: additive``), each target up
to its gap. Works under way come first; then the work, or a work with all that it requires,
which gives most per đồng and can still be paid; then a cheap work gives way to a better rival
of its own where the money left allows. The bound is the optimum of the linear relaxation: see
`hoaban.plan.bound`. It bounds the sum, not the true joint effect.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping

from hoaban.plan.bound import bound
from hoaban.plan.instance import Chosen, Instance, Item, Result
from hoaban.plan.purse import Purse

_SAME = 1e-12


class _Choice:
    """What is chosen so far, what is left of the money and of each target's gap."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.by_id = {item.id: item for item in instance.items}
        self.purse = Purse(instance)
        self.room = {target: instance.cap(target) for target in instance.weights}
        self.chosen: dict[str, Chosen] = {}
        self.holder: dict[str, str] = {}  # which work stands for each group of rivals

    def credit(self, items: Iterable[Item]) -> float:
        """What some works would add now."""
        left, found = dict(self.room), 0.0
        for item in items:
            for target, share in item.shares.items():
                counted = min(share, max(left.get(target, 0.0), 0.0))
                found += self.instance.weights.get(target, 0.0) * item.equity * counted
                left[target] = left.get(target, 0.0) - counted
        return found

    def bundle(self, item: Item) -> list[Item]:
        """The work after all it requires that is not chosen; empty when one does not exist."""
        found: dict[str, Item] = {}

        def visit(one: Item) -> bool:
            if one.id in found or one.id in self.chosen:
                return True
            if not all(n in self.by_id and visit(self.by_id[n]) for n in one.requires):
                return False
            found[one.id] = one
            return True

        return list(found.values()) if visit(item) else []

    def take(self, bundle: list[Item]) -> bool:
        """Pay every work of a bundle, or none of them."""
        groups = [item.rival for item in bundle if item.rival]
        if self.holder.keys() & set(groups) or len(groups) != len(set(groups)):
            return False
        before, paid = dict(self.purse.left), dict[str, Chosen]()
        for item in bundle:
            starts = [(self.chosen | paid)[one].year for one in item.requires]
            found = self.purse.pay(item, max(starts, default=self.purse.years[0]))
            if found is None:
                self.purse.left = before
                return False
            paid[item.id] = found
        self.chosen |= paid
        for item in bundle:
            self._count(item, -1)
        return True

    def _count(self, item: Item, sign: int) -> None:
        if item.rival and sign < 0:
            self.holder[item.rival] = item.id
        for target, share in item.shares.items():
            if target in self.room:
                self.room[target] += sign * share

    def swap(self, old: Item, new: Item) -> bool:
        """Put a work in its rival's place, if nothing hangs on either and it adds more."""
        needed = {one for name in self.chosen for one in self.by_id[name].requires}
        if old.id in {*needed, *new.requires} or not set(new.requires) <= self.chosen.keys():
            return False
        before, paid, room = dict(self.purse.left), self.chosen.pop(old.id), dict(self.room)
        self.purse.give_back(paid)
        self._count(old, 1)
        gains = self.credit([new]) > self.credit([old]) + _SAME
        starts = [self.chosen[one].year for one in new.requires]
        found = self.purse.pay(new, max(starts, default=self.purse.years[0])) if gains else None
        if found is None:
            self.purse.left, self.room, self.chosen[old.id] = before, room, paid
            return False
        self.chosen[new.id] = found
        self._count(new, -1)
        return True


def solve(instance: Instance, *, seed: int = 0, stop: Callable[[], bool] | None = None) -> Result:
    """Works under way, then the best worth per đồng that can still be paid, and the bound.

    Deterministic: ties go to the smaller id, and ``seed`` (kept for the interface of all
    optimisers) changes nothing. ``stop`` is asked before each choice; when it says True the
    works chosen so far stand.
    """
    del seed
    choice = _Choice(instance)
    begun = sorted((i for i in instance.items if i.carry_over), key=lambda i: i.id)
    unpaid = [item.id for item in begun if not choice.take([item])]
    stopped = False
    for bundle in _Queue(choice).run():
        stopped = stop is not None and stop()
        if stopped:
            break
        choice.take(bundle)
    if not stopped:
        _improve(choice)
    objective = instance.worth(choice.by_id[one] for one in choice.chosen)
    return Result(
        chosen=tuple(sorted(choice.chosen.values(), key=lambda c: (c.year, c.id))),
        spent=sum(one.spent for one in choice.chosen.values()),
        objective=objective,
        bound=max(objective, bound(instance, frozenset(unpaid))),
        unpaid=tuple(unpaid),
        left=choice.purse.left,
    )


def _improve(choice: _Choice) -> None:
    """Give a chosen work's place to its better rival, the most worth for the more money first."""
    better = []
    for item in choice.instance.items:
        old = choice.by_id.get(choice.holder.get(item.rival, ""))
        if old is None or item.id in choice.chosen or old.carry_over:
            continue
        more = choice.instance.worth([item]) - choice.instance.worth([old])
        if more > 0:
            better.append((-more / max(item.cost - old.cost, 1), item.id))
    for _, name in sorted(better):
        item = choice.by_id[name]
        choice.swap(choice.by_id[choice.holder[item.rival]], item)


class _Queue:
    """Bundles in order of worth per đồng, each work once more whenever its bundle has shrunk."""

    def __init__(self, choice: _Choice) -> None:
        self.choice = choice
        self.last = len(choice.instance.years) - 1
        self.heap: list[tuple[float, str, int]] = []
        self.needed_by: dict[str, list[str]] = {}
        for item in choice.instance.items:
            for one in item.requires:
                self.needed_by.setdefault(one, []).append(item.id)
            self.push(item)

    def ratio(self, bundle: list[Item]) -> float:
        """Worth per đồng of works together, as things stand now."""
        cost = sum(one.cost + one.upkeep * self.last for one in bundle)
        return self.choice.credit(bundle) / max(cost, 1)

    def push(self, item: Item) -> None:
        """Put a work in line with all that it still requires."""
        bundle = self.choice.bundle(item)
        ratio = self.ratio(bundle)
        if ratio > 0:
            heapq.heappush(self.heap, (-ratio, item.id, len(bundle)))

    def run(self) -> Iterator[list[Item]]:
        """The next best bundle, until none is left; what the caller chose is looked at."""
        while self.heap:
            told, name, size = heapq.heappop(self.heap)
            item = self.choice.by_id[name]
            bundle = self.choice.bundle(item)
            if name in self.choice.chosen or len(bundle) != size:
                continue  # done, or a fresher entry stands in the heap
            if self.ratio(bundle) < -told * (1 - 1e-9):
                self.push(item)  # the target is fuller than when it was put in line
                continue
            before = set(self.choice.chosen)
            yield bundle
            for new in sorted(set(self.choice.chosen) - before):
                self._freshen(new)

    def _freshen(self, name: str) -> None:
        for other in _above(name, self.needed_by):
            if other not in self.choice.chosen:
                self.push(self.choice.by_id[other])


def _above(name: str, needed_by: Mapping[str, list[str]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(needed_by.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += needed_by.get(one, ())
    return sorted(found)
