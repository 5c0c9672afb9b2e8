"""Payment statements: what a commune declared, what was found, and how the money follows.

A statement is JSON-ready and bilingual; every number in it can be worked out again by hand from
the others. The help line is the published sum of what nobody earned.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from hoaban.account.terms import pay
from hoaban.account.terms.pay import Payment, Settlement, Terms
from hoaban.account.terms.projection import split
from hoaban.account.terms.scores import DEFAULT, Found, Goal, Trust, score
from hoaban.base.money import number
from hoaban.base.text import Text

FORMULA = Text(
    "Phần kết quả = ⌊vốn kết quả × tỷ trọng nhu cầu × cổng điều kiện × "
    "Σ điểm đạt × hệ số kiểm chứng × trọng số⌋",
    "Performance = ⌊performance pool × need share × gate × Σ score × verified × weight⌋",
)
BASIS = {
    pay.RESULTS: Text("Chi theo kết quả đã kiểm chứng", "Paid by verified results"),
    pay.INPUTS: Text("Chi theo dự toán đầu vào", "Paid by inputs"),
}
HELP = Text(
    "Phần chưa đạt chuyển vào dòng hỗ trợ kỹ thuật công khai, không thu hồi, không chuyển xã khác",
    "What nobody earned goes to a published line of technical help, not back and to no other",
)


def statement(
    terms: Terms,
    paid: Payment,
    *,
    declared: Mapping[str, float],
    found: Mapping[str, Found],
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Found] | None = None,
    trust: Trust = DEFAULT,
    name: str = "",
    year: int | None = None,
) -> dict[str, Any]:
    """One commune's statement. ``declared`` is what it said it reached, goal by goal (0–1).

    ``trust`` are the marks by which ``paid`` was worked out (`scores.Trust`).
    ``results`` has a row for each goal; their ``earned_vnd`` and that of points not at stake add
    up to what was earned of the performance part (largest remainders), when paid by results.
    """
    earned = paid.earned_vnd - terms.base_vnd - terms.equity_vnd
    _, points = pay.points_of(terms, found, tranche=tranche, again=again, trust=trust)
    by_goal = _shared(earned, points) if paid.by == pay.RESULTS else {}
    later = again or {}
    rows = [
        {
            **_row(goal, declared, found.get(goal.name), trust),
            "found_again": None if (seen := later.get(goal.name)) is None else seen.value,
            "earned_vnd": by_goal.get(goal.name, 0),
        }
        for goal in terms.goals
    ]
    return {
        "agreement": terms.id,
        "commune": terms.commune,
        "name": name,
        "year": year,
        "by": paid.by,
        "basis": _both(BASIS[paid.by]),
        "base_vnd": terms.base_vnd,
        "equity_vnd": terms.equity_vnd,
        "performance_max_vnd": terms.performance_vnd,
        "performance_earned_vnd": earned,
        "paid_vnd": paid.paid_vnd,
        "held_vnd": paid.held_vnd,
        "unearned_vnd": paid.unearned_vnd,
        "not_at_stake_vnd": by_goal.get("", 0),
        "gates_missing": pay.missing(terms.gates),
        "conditions_missing": pay.missing(terms.conditions),
        "results": rows,
        "formula": _both(FORMULA),
        "lines": [_both(line) for line in _lines(terms, paid, earned)],
    }


def help_line(settled: Settlement) -> dict[str, Any]:
    """What nobody earned of a pool, commune by commune, and what whole đồng left over."""
    return {
        "vnd": settled.help_vnd,
        "rounding_vnd": settled.rounding_vnd,
        "from": {
            name: one.unearned_vnd for name, one in settled.payments.items() if one.unearned_vnd
        },
        "use": _both(HELP),
    }


def totals(settled: Settlement) -> dict[str, int]:
    """Paid, held and help line of a settlement; they add up to the pool."""
    payments = settled.payments.values()
    return {
        "pool_vnd": settled.pool_vnd,
        "paid_vnd": sum(one.paid_vnd for one in payments),
        "held_vnd": sum(one.held_vnd for one in payments),
        "help_vnd": settled.help_vnd,
    }


def _shared(earned: int, points: Mapping[str, Fraction]) -> dict[str, int]:
    """Đồng by goal; the name "" holds the points that are not at stake here."""
    unit = lcm(*(one.denominator for one in points.values()))
    weights = {name: int(one * unit) for name, one in points.items()}
    return split(earned, weights) if any(weights.values()) else {}


def _row(
    goal: Goal, declared: Mapping[str, float], seen: Found | None, trust: Trust
) -> dict[str, Any]:
    return {
        "goal": goal.name,
        "label": _both(goal.label),
        "points": goal.points,
        "baseline": None if goal.hidden else goal.baseline,
        "target": goal.target,
        "declared": declared.get(goal.name),
        "found": None if seen is None else seen.value,
        "over_declared": _over(declared.get(goal.name), seen),
        "discrepancy": None if seen is None else seen.discrepancy,
        "score": None if seen is None else round(float(score(seen.value, goal)), 6),
        "trust": None if seen is None else round(float(trust.left(seen.discrepancy)), 6),
        "audited_twice": seen is not None and trust.twice(seen.discrepancy),
        "lasts_months": goal.lasts_months,
    }


def _over(declared: float | None, found: Found | None) -> float | None:
    """Declared less verified, percentage points as a share; None when either is not known."""
    if declared is None or found is None:
        return None
    return round(declared - found.value, 6)


def _lines(terms: Terms, paid: Payment, earned: int) -> list[Text]:
    lines = [
        BASIS[paid.by],
        _line("Phần cơ bản", "Base", terms.base_vnd),
        _line("Phần công bằng", "Equity", terms.equity_vnd),
        _line("Phần kết quả được hưởng", "Performance earned", earned),
        _line("Chi đợt này", "Paid now", paid.paid_vnd),
    ]
    if paid.held_vnd:
        lines.append(_line("Giữ đến sau mùa mưa", "Held until after a wet season", paid.held_vnd))
    if paid.unearned_vnd:
        lines.append(_line("Chuyển dòng hỗ trợ kỹ thuật", "To the help line", paid.unearned_vnd))
    if paid.by == pay.RESULTS and not terms.open:
        names = ", ".join(pay.missing(terms.gates))
        lines.append(Text(f"Cổng điều kiện chưa mở: {names}", f"Gates not open: {names}"))
    return lines


def _line(vi: str, en: str, amount: int) -> Text:
    return Text(f"{vi}: {number(amount)} đ", f"{en}: {amount:,} đồng")


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
