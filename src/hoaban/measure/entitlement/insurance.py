"""Health insurance whose premium the state pays or supports (Decrees 146/2018 and 188/2025)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from hoaban.base.law import Law
from hoaban.measure.entitlement import rules as kernel
from hoaban.measure.entitlement.conditions import Facts
from hoaban.measure.entitlement.rules import CodeTwice, Entitled, Rule

FILE = "insurance.yaml"
PARAMETERS = ("insurance.state_paid", "insurance.supported")
EXPIRING = "insurance.expiring_days"


class ShareAboveOne(kernel.NotAnAmount):
    vi = "Tệp {file}, mục {path}: tỷ lệ {value} lớn hơn 1; hãy viết 0,7 cho 70 %."
    en = "File {file}, at {path}: the share {value} is above 1; write 0.7 for 70 %."


def groups(law: Law, on: date) -> tuple[Rule, ...]:
    """The groups of a day in the order of law: state-paid first, then supported.

    Raises what `rules.read` raises, and `ShareAboveOne`.
    """
    found: dict[str, Rule] = {}
    for name in PARAMETERS:
        for rule in kernel.read(law, name, on, file=FILE, worth="share"):
            if rule.worth > 1:
                path = f"{name} › {rule.code} › share"
                raise ShareAboveOne(file=FILE, path=path, value=float(rule.worth))
            if rule.code in found:
                raise CodeTwice(file=FILE, path=name, code=rule.code)
            found[rule.code] = rule
    return tuple(found.values())


def premium(law: Law, on: date) -> Fraction | None:
    """The premium of these groups, VND a month, exactly; None where none is published."""
    share, salary = (
        law.find(name, on) for name in ("insurance.premium_share", "insurance.base_salary_vnd")
    )
    if share is None or salary is None:
        return None
    return Fraction(str(share.value)) * Fraction(str(salary.value))


def entitled(facts: Facts, rules: Sequence[Rule], premium_vnd: Fraction | None = None) -> Entitled:
    """Who is entitled to a free or supported card, by which groups, at which share.

    Who is in several groups takes the highest share; the order decides the first group alone.
    ``monthly`` is the state's part of ``premium_vnd`` (0 where it is not given).
    """
    fits = kernel.fit(rules, facts)
    share = np.zeros(facts.count)
    for bit, rule in enumerate(fits.rules):
        np.maximum(share, kernel.belongs(fits.certain, bit) * float(rule.worth), out=share)
    owed = [kernel.dong((premium_vnd or Fraction(0)) * rule.worth) for rule in fits.rules]
    return Entitled(fits, kernel.highest(fits, owed), share)
