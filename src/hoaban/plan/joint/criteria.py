"""What counts when works are chosen: each thing in its own units, with a weight that is printed.

A criterion is what a set of works brings (people newly reached, households lifted, person-hours
saved), its need (what the target lacks today, or all there is to save), and a weight. Up to the
need every unit counts alike; beyond it ``plan.beyond`` of that, so that a target which is met stops
drawing money from those that are not. The worth of a plan is the sum. A cleared deprivation earns
nothing for T1 by itself: T1 counts income, and the fall of the adjusted headcount beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from hoaban.base.law import Law
from hoaban.plan.joint.connection import Connected
from hoaban.plan.joint.desks import Desked
from hoaban.plan.joint.homes import Homes
from hoaban.plan.joint.parts import Flags, Floats, Ints
from hoaban.plan.joint.posts import Trained
from hoaban.plan.joint.travel import Travelled

BEYOND = "plan.beyond"
NAMES = (
    "T1_income",
    "T1_M0",
    "T2_communes",
    "T2_people",
    "T2_tests",
    "T3_joint",
    "T3_health",
    "T3_education",
    "T3_water",
    "T4_staff",
    "T4_legs",
    "T5_pairs",
    "hours",
    "isolation",
    "worst",
    "equity",
)
# Which part of the province each criterion hangs on.
OF_PARTS: Mapping[str, tuple[str, ...]] = {
    "income": ("homes",),
    "connected": ("connection",),
    "served": ("homes", "travel"),
    "near": ("travel",),
    "trained": ("posts",),
    "desked": ("desks",),
}
TENTH = 0.1
_LEAST = 1e-6  # of a unit: a need below it is what rounding leaves of a target that is met

Weights = Mapping[str, float]
Amounts = dict[str, float]


@dataclass(frozen=True, eq=False)
class States:
    """The state of every part with some works done."""

    homes: Homes
    connection: Connected
    travel: Travelled
    posts: Trained
    desks: Desked


@dataclass(frozen=True, eq=False)
class Ground:
    """What does not change: people and places. (villages,) unless said otherwise.

    ``extra`` is the village's weight less 1 (border, poverty, zone); ``longest`` the minutes at
    which a trip is capped; ``marks`` the five targets, shares.
    """

    people: Ints
    reviewed: Ints
    highland: Flags
    extra: Floats
    communes: int
    posts: int
    pairs: int
    households: int
    longest: float
    marks: Mapping[str, float]


def capped(ground: Ground, state: Travelled) -> Floats:
    """(villages,) minutes to the nearest health point, no more than the longest shown."""
    return np.minimum(state.minutes, ground.longest)


def worst_tenth(ground: Ground, state: Travelled) -> float:
    """The mean capped minutes of the tenth of the people who travel longest."""
    minutes = capped(ground, state)
    order = np.argsort(-minutes, kind="stable")
    people = ground.people[order]
    wanted = TENTH * people.sum()
    taken = np.minimum(people, np.maximum(wanted - (np.cumsum(people) - people), 0.0))
    return float((taken * minutes[order]).sum() / wanted) if wanted > 0 else 0.0


def measured(ground: Ground, part: str, states: States) -> Amounts:
    """The criteria that hang on one group of parts, as they stand in some states."""
    found: Amounts = {}
    if part == "income":
        found = {"T1_income": -float(states.homes.poor.sum()), "T1_M0": -_lacks(states.homes)}
    elif part == "connected":
        c = states.connection
        isolated = float(np.nansum(ground.people * c.days))
        linked = ground.people * c.link
        found = {
            "T2_communes": float(c.met.sum()),
            "T2_people": float(linked.sum()),
            "T2_tests": float(c.tests.sum()),
            "isolation": -isolated,
            "equity_T2": float(ground.extra @ linked),
        }
    elif part == "served":
        h, t = states.homes, states.travel
        joint = h.standard * (t.health & t.education & ground.highland)
        found = {
            "T3_joint": float(joint.sum()),
            "T3_water": float((h.standard * ground.highland).sum()),
            "equity_T3": float(ground.extra @ joint),
        }
    elif part == "near":
        t = states.travel
        here = ground.reviewed * ground.highland
        found = {
            "T3_health": float((here * t.health).sum()),
            "T3_education": float((here * t.education).sum()),
            "hours": -float((ground.people * capped(ground, t)).sum()) / 60,
            "worst": -worst_tenth(ground, t),
        }
    elif part == "trained":
        found = {"T4_staff": float(states.posts.both), "T4_legs": float(states.posts.legs)}
    elif part == "desked":
        live = states.desks.live
        found = {"T5_pairs": float(live.sum()), "equity_T5": float(ground.extra @ live)}
    return found


def _lacks(homes: Homes) -> float:
    return float(homes.lacks.sum())


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a criterion is needed, and how much could be had at all; both >= 0."""

    need: float
    whole: float


def rooms(ground: Ground, before: Amounts) -> dict[str, Room]:
    """The room of each criterion before any work."""
    of = float((ground.reviewed * ground.highland).sum())
    people = float(ground.people.sum())
    marks = ground.marks

    def room(need: float, whole: float) -> Room:
        return Room(need if need > _LEAST else 0.0, max(0.0, whole))

    def to(mark: float, whole: float, had: float) -> Room:
        return room(mark * whole - had, whole - had)

    poor = -before["T1_income"]
    found = {
        "T1_income": room(poor - marks["T1"] * ground.households, poor),
        "T2_communes": to(marks["T2"], ground.communes, before["T2_communes"]),
        "T3_joint": to(marks["T3"], of, before["T3_joint"]),
        "T4_staff": to(marks["T4"], ground.posts, before["T4_staff"]),
        "T5_pairs": to(marks["T5"], ground.pairs, before["T5_pairs"]),
        "T2_people": to(1.0, people, before["T2_people"]),
        "T2_tests": to(1.0, 3.0 * ground.communes, before["T2_tests"]),
        "T4_legs": to(1.0, 2.0 * ground.posts, before["T4_legs"]),
    }
    for leg in ("T3_health", "T3_education", "T3_water"):
        found[leg] = Room(of - before[leg], of - before[leg])
    for name in ("T1_M0", "hours", "isolation", "worst"):
        found[name] = Room(-before[name], -before[name])
    return found


def gained(name: str, before: Amounts, after: Amounts) -> float:
    """By how much a criterion rose."""
    return after[name] - before[name]


def filled(room: Room, amount: float, beyond: float) -> float:
    """What an amount counts: its share of the need up to 1; past it a part, of all there is.

    Never more than 1 + ``beyond``, however near a target is to being met.
    """
    if room.whole <= 0:
        return 0.0
    if room.need <= 0:
        return beyond * amount / room.whole
    return min(amount / room.need, 1.0) + beyond * max(amount - room.need, 0.0) / room.whole


EQUITY = {"equity_T2": "T2_people", "equity_T3": "T3_joint", "equity_T5": "T5_pairs"}


def counted(rooms_: Mapping[str, Room], before: Amounts, after: Amounts, beyond: float) -> Amounts:
    """What each criterion counts, 1 where its need is just met; ``equity`` is a sum of three."""
    found = {
        name: filled(room, gained(name, before, after), beyond) for name, room in rooms_.items()
    }
    found["equity"] = sum(
        gained(name, before, after) / rooms_[of].whole
        for name, of in EQUITY.items()
        if rooms_[of].whole > 0
    )
    return found


def worth(weights: Weights, counts: Amounts) -> float:
    """The weighted sum, in a fixed order."""
    return sum(weights.get(name, 0.0) * counts[name] for name in NAMES)


class Scale:
    """What amounts are worth, asked many thousand times: `counted` and `worth` in one.

    Criteria that weigh nothing are not looked at. ``rooms_`` and ``before`` as for `counted`.
    """

    def __init__(
        self, weights: Weights, rooms_: Mapping[str, Room], before: Amounts, beyond: float
    ) -> None:
        self._beyond = beyond
        some = [(name, weights.get(name, 0.0)) for name in NAMES]
        self._terms = [
            (name, weight, rooms_.get(name), before.get(name, 0.0))
            for name, weight in some
            if weight
        ]
        self._equity = [
            (name, before[name], rooms_[of].whole)
            for name, of in EQUITY.items()
            if rooms_[of].whole > 0
        ]

    def worth(self, amounts: Amounts) -> float:
        """The worth of amounts as they stand."""
        found = 0.0
        for name, weight, room, before in self._terms:
            if room is None:
                found += weight * sum((amounts[n] - was) / of for n, was, of in self._equity)
            elif amounts[name] != before:
                found += weight * filled(room, amounts[name] - before, self._beyond)
        return found


def weights(law: Law, at: date) -> dict[str, float]:
    """The weights in force on a day: those of the parts of targets times their targets' own."""
    found = {}
    for name in NAMES:
        weight = float(law.number(f"plan.criterion_{name}", at))
        target = name.partition("_")[0]
        own = law.number(f"plan.weight_{target}", at) if target.startswith("T") else 1.0
        found[name] = weight * float(own)
    return found


def cited(law: Law, at: date) -> dict[str, dict[str, Any]]:
    """Every weight with its source, to be printed beside the plan."""
    named = [law.at(f"plan.criterion_{name}", at) for name in NAMES] + [law.at(BEYOND, at)]
    return {
        value.name.removeprefix("plan."): {
            "value": value.value,
            "source": value.source,
            "assumed": value.assumed,
        }
        for value in named
    }
