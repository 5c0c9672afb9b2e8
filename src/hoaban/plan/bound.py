"""What no choice of works can exceed: the linear relaxation, solved by HiGHS.

A part between 0 and 1 of each work is chosen, and of each share it closes at most as much is
counted. Limits: the money of each kind over all years together; no work further than one that
it requires; rivals at most one together; each target's shares up to its cap. Years, sources,
build times and upkeep are left out. Every plan that can be paid is one of these points, so no
plan can be worth more.
"""

from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from hoaban.plan.instance import Instance, Item

_MARGIN = 1e-6  # HiGHS is exact to 1e-7; the margin keeps the bound a bound


class _Program:
    """Rows of a linear program: sum of coefficients x variables <= limit."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
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

    def most(self, gains: list[float]) -> float:
        """The greatest sum of gains x variables, with variables from 0 to 1."""
        shape = (len(self.limits), self.columns)
        matrix = csr_array((self.values, (self.rows, self.places)), shape=shape)
        found = milp(
            -np.array(gains),
            constraints=LinearConstraint(matrix, ub=np.array(self.limits)),
            bounds=Bounds(0, 1),
        )
        if found.fun is None:
            return float(sum(gains))  # no answer: nothing but everything bounds the sum
        return float(-found.fun)


def bound(instance: Instance, unpaid: frozenset[str] = frozenset()) -> float:
    """The most that any choice can be worth: see the module's first lines.

    ``unpaid`` works under way count for nothing; the others are in the plan whatever it costs.
    """
    items = [item for item in instance.items if item.id not in unpaid]
    counted = [
        (n, target, share, instance.weights[target] * item.equity * share)
        for n, item in enumerate(items)
        for target, share in sorted(item.shares.items())
        if share > 0 and instance.weights.get(target, 0.0) > 0
    ]
    scale = max((gain for *_, gain in counted), default=0.0)
    if scale <= 0:
        return 0.0
    program = _Program(len(items) + len(counted))
    _money(program, instance, items)
    _order(program, items)
    for place, (n, *_) in enumerate(counted, start=len(items)):
        program.limit([(place, 1.0), (n, -1.0)], 0.0)
    for target in sorted({target for _, target, *_ in counted}):
        of = [
            (place, share)
            for place, (_, name, share, _) in enumerate(counted, start=len(items))
            if name == target
        ]
        program.limit(of, instance.cap(target))
    gains = [0.0] * len(items) + [gain / scale for *_, gain in counted]
    return program.most(gains) * scale * (1 + _MARGIN)


def _money(program: _Program, instance: Instance, items: list[Item]) -> None:
    """One limit per kind of money over all years, in million đồng; works under way are free."""
    for kind in sorted({pool[1] for pool in instance.pools} | {item.money for item in items}):
        money = sum(amount for pool, amount in instance.pools.items() if pool[1] == kind)
        money -= sum(item.cost for item in items if item.carry_over and item.money == kind)
        costs = [
            (n, item.cost / 1e6)
            for n, item in enumerate(items)
            if item.money == kind and not item.carry_over
        ]
        program.limit(costs, max(money, 0) / 1e6)


def _order(program: _Program, items: list[Item]) -> None:
    """Works after those they require, and at most one of each group of rivals."""
    place = {item.id: n for n, item in enumerate(items)}
    groups: dict[str, list[int]] = {}
    for n, item in enumerate(items):
        for one in item.requires:
            if one in place:
                program.limit([(n, 1.0), (place[one], -1.0)], 0.0)
        if item.rival:
            groups.setdefault(item.rival, []).append(n)
    for members in groups.values():
        program.limit([(n, 1.0) for n in members], 1.0)
