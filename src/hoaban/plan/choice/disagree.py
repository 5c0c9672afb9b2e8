"""Choices that survive disagreement: the programme under many weights and many costs.

Nobody knows the weights that a council will agree on, nor what a contract will cost. Each draw
takes weights around those given (a Dirichlet distribution, whose mean they are) and the cost of
each work between its low and its high (triangular, its mode the likely cost), and the choice is
made anew with the same money and rules. What is chosen in every draw is never regretted; what is
chosen in none is not worth an argument. Robust decision-making of this kind: Lempert, Popper and
Bankes, Shaping the next one hundred years, RAND MR-1626, 2003.

Costs are drawn by the work's own id and the draw's number, so that a work more or less moves no
other draw.
"""

import hashlib
import math
import multiprocessing
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from hoaban.plan.choice.instance import Instance, Joint
from hoaban.plan.choice.search import solve

Weights = Mapping[str, float]
_FIRM = 20.0  # how near drawn weights lie to those given: a part of .1 varies by about .065


@dataclass(frozen=True, slots=True)
class Range:
    """What a work may cost, whole đồng: low <= likely <= high."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: its weights, the ids chosen, its worth and what the plan asked about gets there.

    ``plan_worth`` is the worth, by this draw's weights, of the works of the plan; None where this
    draw's costs make the plan too dear for its money.
    """

    weights: Weights
    chosen: tuple[str, ...]
    worth: float
    plan_worth: float | None

    @property
    def regret(self) -> float | None:
        """Share of this draw's worth that the plan misses, >= 0; None where it cannot be paid."""
        if self.plan_worth is None or self.worth <= 0:
            return None
        return max(0.0, 1 - self.plan_worth / self.worth)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """All draws. ``often`` is the share of draws that choose each work, 0-1, by id."""

    draws: tuple[Draw, ...]
    often: Mapping[str, float]

    @property
    def never_regretted(self) -> list[str]:
        """Works that every draw chooses, in order of id."""
        return sorted(name for name, share in self.often.items() if share == 1.0)

    @property
    def worst_regret(self) -> float | None:
        """The greatest regret of the plan in any draw in which it can be paid; None in none."""
        known = [one.regret for one in self.draws if one.regret is not None]
        return max(known, default=None)


@dataclass(frozen=True, eq=False)
class _Task:
    """What every process is given once."""

    instance: Instance
    weighted: Callable[[Weights], Joint]
    weights: Weights
    costs: Mapping[str, Range]
    plan: frozenset[str]
    seed: int


_TASK: list[_Task] = []


def disagree(
    instance: Instance,
    weighted: Callable[[Weights], Joint],
    weights: Weights,
    *,
    costs: Mapping[str, Range],
    plan: Sequence[str] = (),
    draws: int = 200,
    seed: int = 1,
    processes: int = 2,
    said: Callable[[int, int], None] = lambda done, of: None,
) -> Disagreement:
    """The choice made anew under many weights and costs.

    weighted
        The joint worth for some weights, by criterion; 0 and above.
    costs
        Of the items that may cost more or less; works owed or under way cost what they cost.
    plan
        Ids of the works of the plan that is looked at.

    Equal arguments give equal draws, for any number of ``processes``.
    """
    task = _Task(instance, weighted, weights, costs, frozenset(plan), seed)
    found: list[Draw] = []
    for one in _run(task, draws, processes):
        found.append(one)
        said(len(found), draws)
    count = Counter(name for one in found for name in one.chosen)
    often = {item.id: count[item.id] / max(len(found), 1) for item in instance.items}
    return Disagreement(tuple(found), often)


def _run(task: _Task, draws: int, processes: int) -> list[Draw]:
    if processes < 2 or draws < 2:
        _begin(task)
        return [_draw(number) for number in range(draws)]
    fork = multiprocessing.get_context("fork")  # the worth's caches are shared, not copied
    _begin(task)
    with ProcessPoolExecutor(processes, mp_context=fork) as pool:
        return list(pool.map(_draw, range(draws), chunksize=max(1, draws // (4 * processes))))


def _begin(task: _Task) -> None:
    _TASK[:] = [task]


def _draw(number: int) -> Draw:
    task = _TASK[0]
    weights = drawn_weights(task.weights, task.seed, number)
    items = tuple(
        replace(item, cost=drawn_cost(task.costs[item.id], task.seed, number, item.id))
        if item.id in task.costs and not (item.owed or item.carry_over)
        else item
        for item in task.instance.items
    )
    instance = replace(task.instance, items=items)
    joint = task.weighted(weights)
    result = solve(instance, joint, drops=0)
    return Draw(
        weights=weights,
        chosen=tuple(sorted(one.id for one in result.chosen)),
        worth=result.worth,
        plan_worth=_of_plan(instance, joint, task.plan),
    )


def _of_plan(instance: Instance, joint: Joint, plan: frozenset[str]) -> float | None:
    """The worth of the plan's works by these weights; None where the money does not reach."""
    if not plan:
        return None
    place = [n for n, item in enumerate(instance.items) if item.id in plan]
    for kind in {pool[1] for pool in instance.pools}:
        money = sum(amount for pool, amount in instance.pools.items() if pool[1] == kind)
        if sum(instance.items[n].cost for n in place if instance.items[n].money == kind) > money:
            return None
    return float(joint.start(place).worth)


def drawn_weights(weights: Weights, seed: int, number: int) -> dict[str, float]:
    """Weights around those given, with the same sum; draw 0 is those given."""
    names = sorted(name for name, weight in weights.items() if weight > 0)
    total = sum(weights[name] for name in names)
    if number == 0 or not names:
        return dict(weights)
    random = np.random.default_rng([seed, number])
    parts = random.dirichlet([_FIRM * weights[name] / total for name in names])
    found = dict(zip(names, (parts * total).tolist(), strict=True))
    return {name: found.get(name, 0.0) for name in weights}


def drawn_cost(cost: Range, seed: int, number: int, name: str) -> int:
    """A cost between low and high, triangular with the likely one as its mode, whole đồng.

    Draw 0 is the likely cost.
    """
    low, mode, high = cost.low, cost.likely, cost.high
    if number == 0 or high <= low:
        return mode
    chance, rise = uniform(seed, number, name), (mode - low) / (high - low)
    if chance < rise:
        return round(low + math.sqrt((high - low) * (mode - low) * chance))
    return round(high - math.sqrt((high - low) * (high - mode) * (1 - chance)))


def uniform(seed: int, number: int, name: str) -> float:
    """A number in [0, 1) that belongs to a seed, a draw and a name alone."""
    digest = hashlib.blake2b(f"{seed}/{number}/{name}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56
