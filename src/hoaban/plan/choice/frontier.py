"""Two frontiers: how much total worth fairness costs, and how much isolation each đồng ends.

The equity frontier chooses anew while fairness (the criteria ``equity`` and ``worst``) takes a
rising share of all the weight, and sets what everything else is worth against what fairness is.
Each choice is at least as good by its own weights as the one before it, exchanged and carried on.
The operational frontier chooses for isolation alone at rising budgets. Only points that no other
one beats are given (weighted sums find none that lie in a hollow between two others: Das and
Dennis, Structural Optimization 14, 1997); each is a choice that the money and the rules allow.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hoaban.plan.choice import swaps
from hoaban.plan.choice.curve import curve
from hoaban.plan.choice.instance import Instance, Joint, Result
from hoaban.plan.choice.remembered import Remembered
from hoaban.plan.choice.search import further, solve

FAIR = ("equity", "worst")  # the criteria that look at who gains, not only at how much
ISOLATION = "isolation"
PARTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
FEW = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # isolation ends for a part of a budget for all

Weights = Mapping[str, float]
_Point = TypeVar("_Point")


class Outcome(Protocol):
    """What is read of an outcome: every criterion in natural units, more being better."""

    @property
    def amounts(self) -> Mapping[str, float]: ...


class Weighable(Joint, Protocol):
    """A joint worth that can be judged by other weights: `hoaban.plan.joint.province.Province`."""

    @property
    def weights(self) -> Weights: ...

    def weighted(self, weights: Weights) -> "Weighable": ...

    def outcome(self, chosen: Collection[int]) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Fair:
    """A choice with fairness holding ``part`` (0-1) of all the weight.

    ``total`` is the worth of everything else and ``fair`` that of fairness, both by the weights
    given (fairness 1 each where they give it none); ``result.worth`` is by the weights of this
    point. ``amounts`` are the criteria in natural units.
    """

    part: float
    result: Result
    total: float
    fair: float
    amounts: Mapping[str, float]

    @property
    def worst_minutes(self) -> float:
        """The mean capped minutes to a health point of the tenth who travel longest."""
        return -self.amounts["worst"]


@dataclass(frozen=True, slots=True)
class Operational:
    """A choice for isolation alone: the đồng it takes, the people-days a year that it ends."""

    share: float
    result: Result
    vnd: int
    people_days: float


def equity(
    instance: Instance,
    joint: Weighable,
    *,
    parts: Sequence[float] = PARTS,
    drops: int = swaps.DROPS,
    stop: Callable[[], bool] = lambda: False,
    said: Callable[[float], None] = lambda done: None,
) -> list[Fair]:
    """What fairness costs, from the choice that asks for none of it to the fairest.

    parts
        Of all the weight that fairness holds, 0-1.
    drops
        As `hoaban.plan.choice.search.solve`.
    stop
        Asked before each choice; when it says True those made so far are compared.
    said
        Told how far it is, 0-1.

    Raises the problems of `hoaban.plan.choice.rules`.
    """
    fair = {name: joint.weights.get(name, 0.0) for name in FAIR}
    if not any(fair.values()):
        fair = dict.fromkeys(FAIR, 1.0)
    rest = {name: weight for name, weight in joint.weights.items() if name not in FAIR}
    found: list[Fair] = []
    for number, part in enumerate(parts):
        if stop():
            break
        judged = joint.weighted(_mixed(rest, fair, part))
        result = solve(instance, judged, drops=drops, stop=stop)
        if found:
            other = further(instance, judged, found[-1].result, drops=drops, stop=stop)
            result = max(result, other, key=lambda one: one.worth)
        place = _numbers(instance, result)
        found.append(
            Fair(
                part=part,
                result=result,
                total=joint.weighted(rest).start(place).worth,
                fair=joint.weighted(fair).start(place).worth,
                amounts=joint.outcome(place).amounts,
            )
        )
        said((number + 1) / len(parts))
    return pareto(found, lambda one: (one.fair, one.total))


def _mixed(rest: Weights, fair: Weights, part: float) -> dict[str, float]:
    """The weights with the same sum where fairness holds a part of it."""
    total = sum(rest.values()) + sum(fair.values())
    return _to(rest, (1 - part) * total) | _to(fair, part * total)


def _to(weights: Weights, wanted: float) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight * wanted / total if total else 0.0 for name, weight in weights.items()}


def operational(
    instance: Instance,
    joint: Weighable,
    *,
    shares: Sequence[float] = FEW,
    drops: int = 0,
    stop: Callable[[], bool] | None = None,
    said: Callable[[float], None] = lambda done: None,
) -> list[Operational]:
    """How many people-days of isolation end for how many đồng, from the least money to the most.

    ``shares`` and the rest are as in `hoaban.plan.choice.curve.curve`. What is owed or under way is
    paid at every budget and counts among the đồng.
    """
    alone = dict.fromkeys(joint.weights, 0.0) | {ISOLATION: 1.0}
    points = curve(
        instance,
        Remembered(joint.weighted(alone)),
        shares=shares,
        drops=drops,
        stop=stop,
        said=said,
    )
    found = [
        Operational(p.share, p.result, p.result.spent, removed(instance, joint, p.result))
        for p in points
    ]
    return pareto(found, lambda one: (-one.vnd, one.people_days))[::-1]


def removed(instance: Instance, joint: Weighable, result: Result) -> float:
    """The people-days of isolation a year that a choice ends; any plan may be set beside these."""
    before = joint.outcome(()).amounts[ISOLATION]
    return joint.outcome(_numbers(instance, result)).amounts[ISOLATION] - before


def pareto(points: Iterable[_Point], of: Callable[[_Point], tuple[float, float]]) -> list[_Point]:
    """The points that no other one beats, by rising first figure; of equal ones the first.

    ``of`` gives two figures of a point, more being better. One point beats another when it has no
    less of either and more of one.
    """
    best: float | None = None
    found: list[_Point] = []
    for point in sorted(points, key=lambda one: tuple(-figure for figure in of(one))):
        second = of(point)[1]
        if best is None or second > best:
            found.append(point)
            best = second
    return found[::-1]


def _numbers(instance: Instance, result: Result) -> list[int]:
    place = {item.id: n for n, item in enumerate(instance.items)}
    return [place[one.id] for one in result.chosen]
