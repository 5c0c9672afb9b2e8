"""What an agreement pays: the performance part by verified results, base and equity always.

    pay = ⌊B_perf · need share · gate · Σ score · verified · weight⌋

depends on the commune alone: what one earns no other loses, and what nobody earned goes to the
help line, never silently back. A result that has to last (``lasts_months`` above 0) is paid in
two: a tranche is held until it has been seen again after a wet season, and what has not lasted
by then goes to the help line too. The law allows payment by result only where its four
conditions are documented (NĐ 163/2016/NĐ-CP art. 11); otherwise, and in shadow, money follows
inputs. Model: Brazil's IGD-M (index × gates, non-competitive), with B3's verification factor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from hoaban.account.terms.scores import ALL_POINTS, DEFAULT, Found, Goal, Trust, believed
from hoaban.base.problems import Problem

RESULTS, INPUTS = "results", "inputs"
PILOT = "pilot"


class ConditionsMissing(Problem):
    vi = "Chưa lập hồ sơ {n} điều kiện chi theo kết quả (NĐ 163/2016/NĐ-CP điều 11): {missing}."
    en = "{n} conditions of payment by result (NĐ 163/2016/NĐ-CP art. 11) lack papers: {missing}."
    status = 409


class MoreThanThePool(Problem):
    vi = "Các cam kết cộng lại {shared} đồng, nhiều hơn tổng vốn {pool} đồng; hãy kiểm tra lại."
    en = "The agreements come to {shared} đồng, more than the pool of {pool}; check them."


@dataclass(frozen=True, slots=True)
class Terms:
    """What payment depends on. ``stake`` is B_perf · need share, exact and not rounded, đồng.

    ``conditions`` (the law's) and ``gates`` (accounts filed, disclosure, register refreshed) map
    a name to the paper that documents it, empty when there is none.
    """

    id: str
    commune: str  # area path
    mode: str  # pilot, shadow
    base_vnd: int
    equity_vnd: int
    stake: Fraction
    goals: tuple[Goal, ...]
    conditions: Mapping[str, str] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """Whether money follows results or inputs."""
        return RESULTS if self.mode == PILOT and not missing(self.conditions) else INPUTS

    @property
    def open(self) -> bool:
        """Whether every gate is documented; one that is not shuts the performance part."""
        return not missing(self.gates)

    @property
    def performance_vnd(self) -> int:
        """The most that the performance part can come to, whole đồng."""
        return int(self.stake)


@dataclass(frozen=True, slots=True)
class Payment:
    """What an agreement comes to. The three amounts make up base, equity and performance part.

    ``paid_vnd`` is paid now (base and equity always in it), ``held_vnd`` waits until results
    have lasted, ``unearned_vnd`` goes to the help line.
    """

    by: str  # results, inputs
    paid_vnd: int
    unearned_vnd: int
    held_vnd: int = 0

    @property
    def earned_vnd(self) -> int:
        """Paid and held together."""
        return self.paid_vnd + self.held_vnd


@dataclass(frozen=True, slots=True)
class Settlement:
    """A year's payments by agreement id, and what is left of the pool for technical help.

    ``rounding_vnd`` is what whole đồng left of the performance part. Everything adds up:
    paid + held + unearned + rounding = the pool, in đồng.
    """

    pool_vnd: int
    payments: Mapping[str, Payment]
    rounding_vnd: int

    @property
    def help_vnd(self) -> int:
        """The help line: all that nobody earned."""
        return self.rounding_vnd + sum(one.unearned_vnd for one in self.payments.values())


def missing(papers: Mapping[str, str]) -> list[str]:
    """The names that no paper documents, in order."""
    return sorted(name for name, paper in papers.items() if not paper.strip())


def require_results(conditions: Mapping[str, str]) -> None:
    """Refuse payment by result (`ConditionsMissing`) until every legal condition has its paper."""
    lacking = missing(conditions)
    if lacking:
        raise ConditionsMissing(n=len(lacking), missing=", ".join(lacking))


def points_of(
    terms: Terms,
    found: Mapping[str, Found],
    *,
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Found] | None = None,
    trust: Trust = DEFAULT,
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Points by goal that are payable now, and those with what is still held.

    Score · verified · points, 0 where nobody verified; the name "" has the points not at stake
    here. See `pay` for ``tranche``, ``again`` and ``trust``.
    """
    idle = Fraction(ALL_POINTS - sum(goal.points for goal in terms.goals))
    now, all_in = {"": idle}, {"": idle}
    for goal in terms.goals:
        first = _points(goal, found, trust)
        held = first * tranche if goal.lasts_months else Fraction(0)
        settled = goal.name in (again or {})
        lasted = (
            min(first, _points(goal, again or {}, trust)) * tranche if settled and held else held
        )
        now[goal.name] = first - held + (lasted if settled else 0)
        all_in[goal.name] = first - held + lasted
    return now, all_in


def _points(goal: Goal, found: Mapping[str, Found], trust: Trust) -> Fraction:
    seen = found.get(goal.name)
    return Fraction(0) if seen is None else goal.points * believed(seen, goal, trust)


def pay(
    terms: Terms,
    found: Mapping[str, Found],
    *,
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Found] | None = None,
    trust: Trust = DEFAULT,
) -> Payment:
    """What an agreement comes to for what verification found.

    Points of 100 that are no goal here (nobody to serve) are paid. ``tranche`` (0–1) is the part
    of every lasting result that is held until it has been seen again; ``again`` is what was seen
    then, goal by goal: the lower of both counts for the held part, and a result is settled once
    it is in there. ``trust`` says what wrong claims leave of a score (`scores.Trust`). A higher
    value never pays less, now or in all.
    """
    if terms.by == INPUTS:
        return Payment(INPUTS, terms.base_vnd + terms.equity_vnd + terms.performance_vnd, 0)
    if not terms.open:
        return Payment(RESULTS, terms.base_vnd + terms.equity_vnd, terms.performance_vnd)
    now, all_in = points_of(terms, found, tranche=tranche, again=again, trust=trust)
    paid, earned = (
        int(terms.stake * sum(points.values()) / ALL_POINTS) for points in (now, all_in)
    )
    return Payment(
        RESULTS,
        terms.base_vnd + terms.equity_vnd + paid,
        terms.performance_vnd - earned,
        earned - paid,
    )


def settle(
    agreements: Iterable[Terms],
    found: Mapping[str, Mapping[str, Found]],
    *,
    pool_vnd: int,
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Mapping[str, Found]] | None = None,
    trust: Trust = DEFAULT,
) -> Settlement:
    """Everybody's payment from one pool; ``found`` and ``again`` by agreement id, then goal.

    See `pay` for ``tranche`` and ``trust``. Raises `MoreThanThePool` when the agreements promise
    more than there is.
    """
    listed = list(agreements)
    shared = sum(one.base_vnd + one.equity_vnd + one.performance_vnd for one in listed)
    if shared > pool_vnd:
        raise MoreThanThePool(shared=shared, pool=pool_vnd)
    later = again or {}
    payments = {
        one.id: pay(
            one, found.get(one.id, {}), tranche=tranche, again=later.get(one.id), trust=trust
        )
        for one in listed
    }
    return Settlement(pool_vnd, payments, pool_vnd - shared)
