"""What verification found, as money: the share not upheld, how sure it is, and what it takes.

The share of claims that do not stand is estimated from the random stratum alone, with the exact
hypergeometric interval (`verification.error_interval`); a wrong claim that the risk stratum
turned up is certain and lifts the low end. A goal has few claims in the sample, so one of fewer
than ``verification.least_claims`` is judged with all claims of its agreement.
``verification.discrepancy_at`` says which end takes money: ``low``, only what has been shown (one
chance finding takes nothing), or ``estimate``. The value that counts is what was declared less
that share, and `scores.Trust` cuts the score once more: B3's verification factor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from hoaban.account.checks.verification import error_interval
from hoaban.account.terms import pay
from hoaban.account.terms.pay import Terms
from hoaban.account.terms.scores import DEFAULT, Found, Trust, exact
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest

LOW, ESTIMATE = "low", "estimate"
ENDS = (LOW, ESTIMATE)


class NoSuchEnd(Problem):
    vi = "Tham số verification.discrepancy_at: “{end}” không dùng được; gần nhất là “{nearest}”."
    en = "Parameter verification.discrepancy_at: “{end}” cannot be used; nearest: “{nearest}”."


@dataclass(frozen=True, slots=True)
class Finding:
    """The last word on one drawn claim: the counter-verifier's where one went, else the first."""

    claim: str
    agreement: str
    promise: str
    stratum: str  # random, risk
    upheld: bool


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """How many claims do not stand, of ``size``. Shares are 0–1.

    ``seen`` and ``wrong`` count the random stratum, ``known`` the claims found wrong in either
    stratum. ``estimate`` is None where nothing was seen; ``low`` and ``high`` are the exact 95 %
    interval, never against what is certain.
    """

    size: int
    seen: int
    wrong: int
    known: int
    estimate: float | None
    low: float
    high: float

    def at(self, end: str) -> float:
        """The share that takes money: ``low`` or ``estimate`` (at least what is certain)."""
        return self.low if end == LOW else max(self.estimate or 0.0, self.certain)

    @property
    def certain(self) -> float:
        """The share of all claims that were found wrong."""
        return self.known / self.size if self.size else 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How findings take money: from which end, how many claims a goal needs, by which marks."""

    end: str = LOW
    least: int = 1
    trust: Trust = DEFAULT

    def __post_init__(self) -> None:
        if self.end not in ENDS:
            raise NoSuchEnd(end=self.end, nearest=nearest(self.end, list(ENDS)))


@dataclass(frozen=True, slots=True)
class Effect:
    """What verification does to one agreement's performance part, whole đồng.

    ``declared_vnd`` would be earned if everything declared stood, ``earned_vnd`` is; ``worst_vnd``
    to ``best_vnd`` are what it would be at the two ends of the interval. ``taken_vnd`` goes to
    the help line. ``twice``: so much is wrong that next year's sample is doubled here.
    """

    agreement: str
    commune: str
    declared_vnd: int
    earned_vnd: int
    best_vnd: int
    worst_vnd: int
    twice: bool
    goals: Mapping[str, Discrepancy]

    @property
    def taken_vnd(self) -> int:
        """What verification takes of the declared."""
        return self.declared_vnd - self.earned_vnd


def discrepancy(size: int, findings: Iterable[Finding]) -> Discrepancy:
    """The share not upheld of ``size`` claims, of which these were looked at.

    Raises `verification.SampleTooLarge` when more were seen than there are.
    """
    listed = list(findings)
    random = [one for one in listed if one.stratum == "random"]
    wrong = sum(not one.upheld for one in random)
    known = sum(not one.upheld for one in listed)
    low, high = error_interval(size, len(random), wrong)
    if size:
        low = max(low, known / size)
        high = max(low, min(high, (size - (len(listed) - known)) / size))
    return Discrepancy(
        size=size,
        seen=len(random),
        wrong=wrong,
        known=known,
        estimate=wrong / len(random) if random else None,
        low=low,
        high=high,
    )


def discrepancies(
    sizes: Mapping[str, int], findings: Iterable[Finding], *, least: int = 1
) -> dict[str, Discrepancy]:
    """The discrepancy of each goal of one agreement.

    ``sizes``: claims by goal. A goal of which fewer than ``least`` claims were seen by chance,
    and not all, shares the pooled rate of the agreement (random stratum), but never falls under
    what was found wrong of its own.
    """
    listed = list(findings)
    by_chance = [one for one in listed if one.stratum == "random"]
    pooled = discrepancy(sum(sizes.values()), by_chance)
    found = {}
    for goal, size in sizes.items():
        own = discrepancy(size, (one for one in listed if one.promise == goal))
        alone = own.seen >= min(least, size)
        found[goal] = own if alone else _together(own, pooled)
    return found


def _together(own: Discrepancy, pooled: Discrepancy) -> Discrepancy:
    low = max(own.certain, pooled.low)
    return Discrepancy(
        size=own.size,
        seen=own.seen,
        wrong=own.wrong,
        known=own.known,
        estimate=pooled.estimate,
        low=low,
        high=max(low, pooled.high),
    )


def found(
    declared: Mapping[str, float], shares: Mapping[str, Discrepancy], rules: Rules
) -> dict[str, Found]:
    """What `pay.pay` counts with, by goal: declared (0–1) less what does not stand.

    A goal that nobody declared is not in it, and earns nothing.
    """
    return {
        goal: _found(declared[goal], one.at(rules.end))
        for goal, one in shares.items()
        if goal in declared
    }


def _found(declared: float, share: float) -> Found:
    kept = exact(declared) * (1 - exact(share))
    return Found(value=float(kept), discrepancy=share)


def effect(
    terms: Terms,
    declared: Mapping[str, float],
    shares: Mapping[str, Discrepancy],
    rules: Rules,
) -> Effect:
    """What verification takes from one agreement, and how sure that is. More wrong, never more."""
    used = {goal: one.at(rules.end) for goal, one in shares.items()}
    ends = ({goal: getattr(one, end) for goal, one in shares.items()} for end in ("low", "high"))
    best, worst = (_performance(terms, declared, share, rules.trust) for share in ends)
    return Effect(
        agreement=terms.id,
        commune=terms.commune,
        declared_vnd=_performance(terms, declared, dict.fromkeys(shares, 0.0), rules.trust),
        earned_vnd=_performance(terms, declared, used, rules.trust),
        best_vnd=best,
        worst_vnd=worst,
        twice=any(rules.trust.twice(share) for share in used.values()),
        goals=shares,
    )


def _performance(
    terms: Terms, declared: Mapping[str, float], shares: Mapping[str, float], trust: Trust
) -> int:
    """What the performance part earns with these shares not upheld, đồng; held money counts."""
    seen = {
        goal: _found(declared[goal], share) for goal, share in shares.items() if goal in declared
    }
    paid = pay.pay(terms, seen, tranche=Fraction(0), trust=trust)
    return paid.earned_vnd - terms.base_vnd - terms.equity_vnd


def as_json(one: Effect) -> dict[str, Any]:
    """An effect ready for JSON; shares rounded to six places."""
    said = asdict(one)
    said["taken_vnd"] = one.taken_vnd
    for goal in said["goals"].values():
        for name in ("estimate", "low", "high"):
            goal[name] = None if goal[name] is None else round(goal[name], 6)
    return said
