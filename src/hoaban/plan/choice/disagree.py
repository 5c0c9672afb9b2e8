"""Choices that survive disagreement: the programme under many weights and many costs.

Nobody knows the weights that a council will agree on, nor what a contract will cost. Each draw
takes weights around those given (a Dirichlet distribution, whose mean they are) and the cost of
each work between its low and its high (triangular, its mode the likely cost), and the choice is
made anew with the same money and rules. What is chosen in every draw is never regretted; what is
chosen in none is not worth an argument. Robust decision-making of this kind: Lempert, Popper and
Bankes, Shaping the next one hundred years, RAND MR-1626, 2003.

Costs are drawn by the work's own id and the draw's number, so that a work more or less moves no
other draw. Where a draw makes what is forced in, or a commune's least, impossible to pay, there is
no choice to learn from: it is kept, says why, and counts in no share.
"""

import gc
import hashlib
import math
import multiprocessing
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from hoaban.plan.choice import rules
from hoaban.plan.choice.instance import Chosen, Instance, Item, Joint
from hoaban.plan.choice.orders import Orders, sorted_by_need
from hoaban.plan.choice.purse import Purse
from hoaban.plan.choice.search import solve

Weights = Mapping[str, float]
_FIRM = 20.0  # how near drawn weights lie to those given: a part of .1 varies by about .065
_TOO_DEAR = (rules.NoAffordablePlan, rules.LeastCannotBeMet, rules.ForcedAboveMost)


@dataclass(frozen=True, slots=True)
class Range:
    """What a work may cost, whole đồng: low <= likely <= high."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: its weights, the ids chosen, its worth and what the plan asked about gets there.

    ``plan_worth`` is the worth, by this draw's weights, of the works of the plan; None where no
    way is found to pay them all at this draw's costs. ``reached`` is the worth of those that the
    money pays, taken in the plan's order; None where no plan is asked about. ``refused`` is the
    code of the problem where nothing can be chosen at these costs, empty otherwise.
    """

    weights: Weights
    chosen: tuple[str, ...]
    worth: float
    plan_worth: float | None
    reached: float | None = None
    refused: str = ""

    @property
    def regret(self) -> float | None:
        """Share of this draw's worth that the plan misses, >= 0; None where it cannot be paid."""
        return self._missed(self.plan_worth)

    @property
    def shortfall(self) -> float | None:
        """The same where the plan is done in its order as far as the money reaches."""
        return self._missed(self.reached)

    def _missed(self, got: float | None) -> float | None:
        if got is None or self.worth <= 0:
            return None
        return max(0.0, 1 - got / self.worth)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """All draws. ``often`` is the share of draws that choose each work, 0-1, by id.

    Draws that are refused count in no share.
    """

    draws: tuple[Draw, ...]
    often: Mapping[str, float]

    @property
    def refused(self) -> int:
        """In how many draws nothing could be chosen."""
        return sum(1 for one in self.draws if one.refused)

    @property
    def never_regretted(self) -> list[str]:
        """Works that every draw chooses, in order of id."""
        return sorted(name for name, share in self.often.items() if share == 1.0)

    @property
    def worst_regret(self) -> float | None:
        """The greatest regret of the plan in any draw in which it can be paid; None in none."""
        return max((one.regret for one in self.draws if one.regret is not None), default=None)

    @property
    def worst_shortfall(self) -> float | None:
        """The greatest shortfall of the plan in any draw; None where no plan is asked about."""
        return max((o.shortfall for o in self.draws if o.shortfall is not None), default=None)


@dataclass(frozen=True, eq=False)
class _Task:
    """What every process is given once."""

    instance: Instance
    weighted: Callable[[Weights], Joint]
    weights: Weights
    costs: Mapping[str, Range]
    plan: tuple[str, ...]
    seed: int


_TASK: list[_Task] = []  # of a drawing process


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
    stop: Callable[[], bool] = lambda: False,
    said: Callable[[int, int], None] = lambda done, of: None,
) -> Disagreement:
    """The choice made anew under many weights and costs.

    weighted
        The joint worth for some weights, by criterion; 0 and above.
    costs
        Of the items that may cost more or less; works owed or under way cost what they cost.
    plan
        Ids of the works of the plan that is looked at, in the order in which they are done.
    stop
        Asked after each draw; when it says True the draws made so far stand.
    said
        Told after each draw how many are made, of how many.

    Equal arguments give equal draws, for any number of ``processes``. Raises the problems of
    `hoaban.plan.choice.rules` that the instance has whatever its works cost.
    """
    rules.check(instance)
    task = _Task(instance, weighted, weights, costs, tuple(plan), seed)
    found: list[Draw] = []
    with closing(_run(task, draws, processes)) as made:
        for one in made:
            found.append(one)
            said(len(found), draws)
            if stop():
                break
    count = Counter(name for one in found for name in one.chosen)
    answered = sum(1 for one in found if not one.refused)
    often = {item.id: count[item.id] / max(answered, 1) for item in instance.items}
    return Disagreement(tuple(found), often)


def _run(task: _Task, draws: int, processes: int) -> Generator[Draw, None, None]:
    if processes < 2 or draws < 2:
        yield from (_draw(task, number) for number in range(draws))
        return
    fork = multiprocessing.get_context("fork")  # the worth's caches are shared, not copied
    with ProcessPoolExecutor(
        processes, mp_context=fork, initializer=_begin, initargs=(task,)
    ) as pool:
        yield from pool.map(_drawn, range(draws))


def _begin(task: _Task) -> None:
    gc.freeze()  # what was there before the fork is looked through no more
    _TASK[:] = [task]


def _drawn(number: int) -> Draw:
    return _draw(_TASK[0], number)


def _draw(task: _Task, number: int) -> Draw:
    weights = drawn_weights(task.weights, task.seed, number)
    items = tuple(_priced(task, item, number) for item in task.instance.items)
    instance = replace(task.instance, items=items)
    joint = task.weighted(weights)
    try:
        result = solve(instance, joint, drops=0)
    except _TOO_DEAR as problem:
        return Draw(weights, (), 0.0, None, refused=problem.code)
    whole, reached = _of_plan(instance, joint, task.plan)
    return Draw(
        weights=weights,
        chosen=tuple(sorted(one.id for one in result.chosen)),
        worth=result.worth,
        plan_worth=reached if whole else None,
        reached=reached,
    )


def _priced(task: _Task, item: Item, number: int) -> Item:
    if item.id not in task.costs or item.owed or item.carry_over:
        return item
    return replace(item, cost=drawn_cost(task.costs[item.id], task.seed, number, item.id))


def _of_plan(instance: Instance, joint: Joint, plan: Sequence[str]) -> tuple[bool, float | None]:
    """Whether all works of the plan can be paid, and the worth of those that are."""
    if not plan:
        return False, None
    place = {item.id: n for n, item in enumerate(instance.items)}
    items = [instance.items[place[name]] for name in plan]
    items = sorted_by_need(sorted(items, key=lambda i: (not i.owed, not i.carry_over)))
    purse = Purse(instance)
    paid = Orders(purse, {}).pay(tuple(items), every=False)
    whole = paid is not None
    if paid is None:
        paid = _as_far(purse, items)
    return whole, float(joint.start(sorted(place[name] for name in paid)).worth)


def _as_far(purse: Purse, items: Sequence[Item]) -> dict[str, Chosen]:
    """The items in their order as far as the money reaches, none without what it requires."""
    paid: dict[str, Chosen] = {}
    for item in items:
        if all(name in paid for name in item.requires):
            one = purse.pay(item, purse.earliest(item, paid))
            if one is not None:
                paid[item.id] = one
    return paid


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
