"""The plan at every budget, not at one: what the next đồng would do, and where it stops paying.

Each budget is a choice in its own right. What is owed and under way keeps its money at all of
them; the rest of each pool is scaled. With more money the worth never falls: where the search
finds less than at the budget before, that choice stands, carried on with the new money.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hoaban.base.problems import Problem
from hoaban.plan.choice import rules, swaps
from hoaban.plan.choice.instance import Instance, Joint, Pool, Result
from hoaban.plan.choice.purse import Purse
from hoaban.plan.choice.remembered import Remembered
from hoaban.plan.choice.search import Bound, further, solve
from hoaban.plan.choice.state import begun

SHARES = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """The choice at one budget: ``share`` of the new money, ``budget`` đồng in all pools."""

    share: float
    budget: int
    result: Result


def curve(
    instance: Instance,
    joint: Joint,
    *,
    whole: Result | None = None,
    shares: Sequence[float] = SHARES,
    bound_of: Callable[[Instance], Bound] | None = None,
    drops: int = swaps.DROPS,
    stop: Callable[[], bool] | None = None,
    said: Callable[[float], None] = lambda done: None,
    refused: Callable[[float, Problem], None] = lambda share, problem: None,
) -> list[Point]:
    """The choice at each budget, from small to large.

    whole
        The choice for the instance itself (share 1), when it is known already.
    shares
        Of the new money, above 0; more than 1 asks what more money would do.
    bound_of
        Gives for an instance what bounds its choices.
    stop
        When it says True, budgets not begun are left out, all but the instance's own.
    said
        Told how far it is, 0-1.
    refused
        Told of each budget too small for what is forced in or for a commune's least: it has no
        point.

    The joint is asked through a memory, for choices begin alike; one that is `Remembered` keeps
    what it knows from before. Raises as `hoaban.plan.choice.search.solve` for other reasons.
    """
    memory = joint if isinstance(joint, Remembered) else Remembered(joint)
    rules.check(instance)
    points: list[Point] = []
    wanted = sorted(set(shares))
    for place, share in enumerate(wanted):
        if share != 1 and stop is not None and stop():
            continue
        smaller = scaled(instance, share)
        bound = None if bound_of is None else bound_of(smaller)
        try:
            own = whole if share == 1 else None
            if own is None:
                own = solve(smaller, memory, stop=stop, bound=bound, drops=drops)
        except _TOO_SMALL as problem:
            if share >= 1:
                raise
            refused(share, problem)
            continue
        if points:
            own = _no_less(smaller, memory, own, points[-1].result, bound)
        points.append(Point(share, sum(smaller.pools.values()), own))
        said((place + 1) / len(wanted))
    return points


_TOO_SMALL = (rules.NoAffordablePlan, rules.LeastCannotBeMet, rules.LeastAboveMoney)


def _no_less(
    instance: Instance, joint: Joint, own: Result, before: Result, bound: Bound | None
) -> Result:
    """The better of a budget's own choice and the smaller budget's, carried on."""
    if before.worth <= own.worth or before.unpaid != own.unpaid:
        return own
    return further(instance, joint, before, bound=bound)


def scaled(instance: Instance, share: float) -> Instance:
    """The same with that share of the new money, each pool rounded down to the đồng.

    What is owed and what is under way, as far as the money pays it, is paid at every budget.
    """
    if share == 1:
        return instance
    part = Fraction(str(share))
    left = _new_money(instance)
    pools = {
        pool: amount - left[pool] + int(left[pool] * part)
        for pool, amount in instance.pools.items()
    }
    return replace(instance, pools=pools)


def _new_money(instance: Instance) -> dict[Pool, int]:
    purse = Purse(instance)
    for item in begun(instance.items):
        purse.pay(item, purse.years[0])
    return purse.left


def until(points: Sequence[Point], met: Callable[[Result], bool]) -> Point | None:
    """The smallest budget of a curve whose choice is as wished; None when none is."""
    return next((point for point in points if met(point.result)), None)
