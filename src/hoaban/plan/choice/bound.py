"""What no plan can exceed: a linear program over what must be there for anything to be gained.

The worth is a sum over *buyers*: a village that would be linked, a commune that would pass, a post
that would be trained, each with what it adds to a criterion when everything is built. For a buyer
and a group of works let s be the share of its gain that is lost when everything but that group is
built. The worth never falls when works are added, so a plan without any work of the group gains
at most 1 - s of it; and one with parts of the group that sum to y at most
``1 - s + s * min(1, y)``: that is one row of the program for each group that is known. Up to its
need a criterion counts in full, beyond it a part. Money is limited by kind over all years; which
source may pay for what, years, build times and upkeep are left out. Works need what they require,
rivals are at most one together, communes keep their most, what is forced is in or out. Every plan
that can be paid is a point of this program, so its optimum (HiGHS) is an upper bound of every
plan's worth.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from hoaban.plan.choice.instance import Instance, Item

_MARGIN = 1e-6  # HiGHS is exact to 1e-7; the margin keeps the bound a bound


@dataclass(frozen=True, slots=True)
class Cut:
    """At most ``1 - share`` is gained without any of these works; ``share`` in (0, 1]."""

    share: float
    works: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """``amount`` > 0 that everything built adds to a criterion, 1 being its need."""

    criterion: str
    amount: float
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class Ceilings:
    """Weights by criterion; what counts past the need; which criteria count in full for ever.

    ``met`` are criteria without a need left: they count ``beyond`` only.
    """

    weights: Mapping[str, float]
    beyond: float
    endless: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()


def merged(buyers: Iterable[Buyer]) -> list[Buyer]:
    """Buyers with the same criterion and cuts as one."""
    found: dict[tuple[str, tuple[Cut, ...]], float] = {}
    for one in buyers:
        if one.amount > 0:
            key = (one.criterion, one.cuts)
            found[key] = found.get(key, 0.0) + one.amount
    return [Buyer(name, amount, cuts) for (name, cuts), amount in found.items()]


class _Program:
    """Rows of a linear program: sum of coefficients x variables <= limit."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.places: list[int] = []
        self.values: list[float] = []
        self.limits: list[float] = []

    def limit(self, terms: Iterable[tuple[int, float]], most: float) -> None:
        """One row more."""
        for place, value in terms:
            self.rows.append(len(self.limits))
            self.places.append(place)
            self.values.append(value)
        self.limits.append(most)

    def most(self, gains: Mapping[int, float], low: list[float], high: list[float]) -> float:
        """The greatest sum of gains x variables between low and high."""
        cost = np.zeros(len(low))
        for place, gain in gains.items():
            cost[place] = -gain
        shape = (len(self.limits), len(low))
        matrix = csr_array((self.values, (self.rows, self.places)), shape=shape)
        rules = LinearConstraint(matrix, ub=np.array(self.limits))
        found = milp(cost, constraints=rules, bounds=Bounds(np.array(low), np.array(high)))
        if found.fun is None:  # no answer: nothing but everything bounds the sum
            return float(sum(gain * high[place] for place, gain in gains.items()))
        return float(-found.fun)


def bound(
    instance: Instance,
    buyers: Iterable[Buyer],
    ceilings: Ceilings,
    unpaid: frozenset[str] = frozenset(),
) -> float:
    """At least the worth of every plan that money and rules allow: see the module's first lines.

    ``unpaid`` are works owed or under way that the money does not finish: no plan has them.
    """
    items = instance.items
    weights = ceilings.weights
    some = [one for one in buyers if weights.get(one.criterion, 0.0) > 0]
    names = sorted({one.criterion for one in some})
    first, total = len(items), len(items) + len(some) + 2 * len(names)
    low, high = [0.0] * total, [1.0] * total
    _fixed(items, unpaid, low, high)
    program = _Program()
    _money(program, instance)
    _order(program, items)
    _communes(program, instance)
    for place, one in enumerate(some, start=first):
        for cut in one.cuts:
            terms = [(place, 1.0), *((work, -cut.share) for work in cut.works)]
            program.limit(terms, 1.0 - cut.share)
    gains: dict[int, float] = {}
    for n, name in enumerate(names):
        full = first + len(some) + 2 * n
        own = [(place, one) for place, one in enumerate(some, start=first) if one.criterion == name]
        whole = sum(one.amount for _, one in own)
        high[full] = 0.0 if name in ceilings.met else min(whole, 1.0)
        high[full + 1] = whole
        if name in ceilings.endless:
            high[full] = whole
        program.limit(
            [(full, 1.0), (full + 1, 1.0), *((place, -one.amount) for place, one in own)], 0.0
        )
        gains[full], gains[full + 1] = weights[name], weights[name] * ceilings.beyond
    return program.most(gains, low, high) * (1 + _MARGIN)


def _fixed(
    items: tuple[Item, ...], unpaid: frozenset[str], low: list[float], high: list[float]
) -> None:
    for n, item in enumerate(items):
        if item.id in unpaid or item.forced is False:
            high[n] = 0.0
        elif item.owed or item.carry_over or item.forced is True:
            low[n] = 1.0


def _money(program: _Program, instance: Instance) -> None:
    """One limit per kind of money over all years, in million đồng; what must be in is not in it."""
    for kind in sorted({pool[1] for pool in instance.pools} | {i.money for i in instance.items}):
        money = sum(amount for pool, amount in instance.pools.items() if pool[1] == kind)
        costs = [
            (n, item.cost / 1e6)
            for n, item in enumerate(instance.items)
            if item.money == kind and not (item.owed or item.carry_over) and item.forced is None
        ]
        program.limit(costs, money / 1e6)


def _order(program: _Program, items: tuple[Item, ...]) -> None:
    """Works after those they require, and at most one of each group of rivals."""
    place = {item.id: n for n, item in enumerate(items)}
    groups: dict[str, list[int]] = {}
    for n, item in enumerate(items):
        for one in item.requires:
            if one in place and not (item.owed or item.carry_over):
                program.limit([(n, 1.0), (place[one], -1.0)], 0.0)
        if item.rival:
            groups.setdefault(item.rival, []).append(n)
    for members in groups.values():
        if len(members) > 1:
            program.limit([(n, 1.0) for n in members], 1.0)


def _communes(program: _Program, instance: Instance) -> None:
    for commune, most in sorted(instance.most.items()):
        costs = [
            (n, item.cost / 1e6)
            for n, item in enumerate(instance.items)
            if item.commune == commune and not (item.owed or item.carry_over)
        ]
        program.limit(costs, most / 1e6)
