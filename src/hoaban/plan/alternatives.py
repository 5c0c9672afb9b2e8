"""What else could be chosen: with more money, by other weights and costs, fairer, for isolation."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hoaban.plan.choice import frontier
from hoaban.plan.choice.curve import Point, scaled
from hoaban.plan.choice.disagree import Disagreement, Range, disagree
from hoaban.plan.choice.frontier import Fair, Operational
from hoaban.plan.choice.instance import Instance, Result
from hoaban.plan.choice.search import solve
from hoaban.plan.joint.province import Province
from hoaban.plan.money.counterpart import OWN

SATED = 0.95  # of the whole plan's worth: at a smaller budget money still has to be fought over

Said = Callable[[float], None]
Stop = Callable[[], bool]
Targets = Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Frontiers:
    """What fairness costs at the budget ``at``, and how much isolation each đồng ends.

    ``before`` and ``plan`` are people-days of isolation a year: those of today, and those that
    the plan ends for what its works take.
    """

    at: Point
    fair: Sequence[Fair]
    operational: Sequence[Operational]
    before: float
    plan: float

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON; a share is of the new money."""
        return {
            "equity": {
                "share": self.at.share,
                "budget_vnd": self.at.budget,
                "points": [
                    {
                        "part": one.part,
                        "total": one.total,
                        "fair": one.fair,
                        "worst_minutes": one.worst_minutes,
                        "spent_vnd": one.result.spent,
                        "works": len(one.result.chosen),
                    }
                    for one in self.fair
                ],
            },
            "isolation": {
                "before": self.before,
                "plan": self.plan,
                "points": [
                    {
                        "share": one.share,
                        "vnd": one.vnd,
                        "people_days": one.people_days,
                        "works": len(one.result.chosen),
                    }
                    for one in self.operational
                ],
            },
        }


def frontiers(
    instance: Instance,
    joint: Province,
    result: Result,
    points: Sequence[Point],
    *,
    said: Said,
    stop: Stop,
) -> Frontiers:
    """Both frontiers of a plan: `hoaban.plan.choice.frontier`.

    Fairness is asked about at the largest budget of ``points`` whose choice is worth no more than
    `SATED` of the whole plan; the smallest where none is.
    """
    poor = [one for one in points if one.result.worth <= SATED * points[-1].result.worth]
    at = poor[-1] if poor else points[0]
    fair = frontier.equity(
        scaled(instance, at.share), joint, stop=stop, said=lambda done: said(0.8 * done)
    )
    ends = frontier.operational(
        instance, joint, stop=stop, said=lambda done: said(0.8 + 0.2 * done)
    )
    return Frontiers(
        at=at,
        fair=fair,
        operational=ends,
        before=-joint.before[frontier.ISOLATION],
        plan=frontier.removed(instance, joint, result),
    )


def kept_more(instance: Instance, joint: Province, part: float) -> tuple[Point, Targets] | None:
    """The choice if the province kept ``part`` more of its own revenue; None for 0."""
    if part <= 0:
        return None
    pools = {
        pool: amount + int(amount * part) if pool[2] == OWN else amount
        for pool, amount in instance.pools.items()
    }
    more = replace(instance, pools=pools)
    result = solve(more, joint, bound=joint.bound(more))
    share = sum(pools.values()) / max(sum(instance.pools.values()), 1)
    point = Point(share, sum(pools.values()), result)
    return point, joint.outcome(numbers(instance, result)).targets


def robust(
    instance: Instance, result: Result, joint: Province, draws: int, *, said: Said, stop: Stop
) -> Disagreement | None:
    """The choice under so many weights and costs; None for 0."""
    if draws <= 0:
        return None
    return disagree(
        instance,
        joint.weighted,
        joint.weights,
        costs={
            work.id: Range(work.cost_low_vnd, work.cost_vnd, work.cost_high_vnd)
            for work in joint.basis.works
        },
        plan=[one.id for one in result.chosen],
        draws=draws,
        said=lambda done, of: said(done / of),
        stop=stop,
    )


def numbers(instance: Instance, result: Result) -> list[int]:
    """The items chosen, by number."""
    place = {item.id: n for n, item in enumerate(instance.items)}
    return [place[one.id] for one in result.chosen]


def named(instance: Instance, ids: Collection[str]) -> list[int]:
    """The items of some ids, by number; ids of no item are passed over."""
    return [n for n, item in enumerate(instance.items) if item.id in ids]
