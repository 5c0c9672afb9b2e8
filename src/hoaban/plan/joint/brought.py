"""Who gains what from a work of a plan: what the plan would lose without it, exact.

The work alone is taken out and everything measured again with the rest of the plan standing, so
what two works bring only together is told of both, and what either brings alone of none. These
figures do not add up to the plan.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from hoaban.plan.joint import criteria
from hoaban.plan.joint.criteria import Amounts, Ground, States
from hoaban.plan.joint.parts import Floats
from hoaban.plan.joint.province import Province

_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class Brought:
    """What one work brings on top of the others.

    ``worth`` and ``amounts`` are what is lost without it, the criteria in natural units, those
    that do not change left out. ``villages`` (villages,) is the same by village for the criteria
    that have villages: households lifted (T1_income), people linked (T2_people) and fully served
    (T3_joint), pairs (T5_pairs), person-hours a trip (hours), people-days (isolation).
    """

    worth: float
    amounts: Amounts
    villages: dict[str, Floats]

    def where(self, name: str) -> list[int]:
        """The villages, by position, that gain in a criterion, most first."""
        gains = self.villages.get(name, np.zeros(0))
        return [int(n) for n in np.argsort(-gains, kind="stable") if gains[n] > _LEAST]


def brought(
    joint: Province, chosen: Collection[int], asked: Collection[int] | None = None
) -> dict[int, Brought]:
    """What each of some works of a plan brings, by number.

    ``asked`` are works of ``chosen``; all of them without.
    """
    standing = joint.start(chosen)
    whole = by_village(joint.ground, States(**standing.states))
    found = {}
    for work in sorted(chosen if asked is None else asked):
        less = standing.without((work,))
        rest = by_village(joint.ground, States(**less.states))
        amounts = {name: standing.amounts[name] - less.amounts[name] for name in standing.amounts}
        gains = {name: whole[name] - rest[name] for name in whole}
        found[work] = Brought(
            worth=standing.worth - less.worth,
            amounts={name: amount for name, amount in amounts.items() if abs(amount) > _LEAST},
            villages={name: some for name, some in gains.items() if np.abs(some).max() > _LEAST},
        )
    return found


def by_village(ground: Ground, states: States) -> dict[str, Floats]:
    """(villages,) the criteria that have villages, as they stand in some states; more is better.

    Days that are not known count as none.
    """
    homes, linked, travel = states.homes, states.connection, states.travel
    served = travel.health & travel.education & ground.highland
    return {
        "T1_income": -homes.poor.astype(np.float64),
        "T2_people": (ground.people * linked.link).astype(np.float64),
        "T3_joint": (homes.standard * served).astype(np.float64),
        "T5_pairs": states.desks.live.astype(np.float64),
        "hours": -(ground.people * criteria.capped(ground, travel)) / 60,
        "isolation": -np.nan_to_num(ground.people * linked.days),
    }
