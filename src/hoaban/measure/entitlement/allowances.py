"""Monthly social assistance (Decree 20/2021) and the social pension (Decree 176/2025)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from hoaban.base.law import Law
from hoaban.measure.entitlement import rules as kernel
from hoaban.measure.entitlement.conditions import PENSION, Facts, Whole
from hoaban.measure.entitlement.rules import Entitled, Fits, Rule

FILE = "allowances.yaml"
BASE = "allowance.base_vnd"
ASSISTANCE, SOCIAL_PENSION = "allowance.rules", "pension.rules"


def groups(law: Law, on: date) -> tuple[Rule, ...]:
    """The groups of social assistance on a day, worth a coefficient. Raises as `rules.read`."""
    return kernel.read(law, ASSISTANCE, on, file=FILE, worth="coefficient")


def pension_groups(law: Law, on: date) -> tuple[Rule, ...]:
    """The groups of the social pension on a day, worth what it tops up to, VND a month."""
    return kernel.read(law, SOCIAL_PENSION, on, file=FILE, worth="up_to")


def base(law: Law, on: date) -> Fraction | None:
    """What a coefficient of 1 is worth, VND a month; None where none is published."""
    value = law.find(BASE, on)
    return None if value is None else Fraction(str(value.value))


def assisted(facts: Facts, rules: Sequence[Rule], base_vnd: Fraction | None = None) -> Entitled:
    """Who is entitled to social assistance, and to how much: base × the highest coefficient.

    A group with ``adds_to`` (the single parent) is added to the highest of those clauses, or
    stands alone, whichever is more; ``each`` multiplies it by that number of the person's.
    """
    fits = kernel.fit(rules, facts)
    owed = [kernel.dong((base_vnd or Fraction(0)) * rule.worth) for rule in fits.rules]
    best = kernel.highest(
        fits, [0 if r.adds_to else v for r, v in zip(fits.rules, owed, strict=True)]
    )
    for bit, rule in enumerate(fits.rules):
        if rule.adds_to:
            more = kernel.belongs(fits.certain, bit) * owed[bit] * _times(facts, rule)
            best = np.maximum(best, more + _of_clauses(fits, owed, rule.adds_to) * (more > 0))
    return Entitled(fits, best)


def pensioned(facts: Facts, rules: Sequence[Rule]) -> Entitled:
    """Who is entitled to the social pension, and to how much: the difference to their own."""
    fits = kernel.fit(rules, facts)
    top = kernel.highest(fits, [kernel.dong(rule.worth) for rule in fits.rules])
    own = facts.ranges[PENSION][1] if PENSION in facts.ranges else np.zeros(facts.count, np.int64)
    return Entitled(fits, np.where(top > 0, np.maximum(top - own, 0), 0))


def _times(facts: Facts, rule: Rule) -> Whole:
    return facts.ranges[rule.each][0] if rule.each else np.ones(facts.count, np.int64)


def _of_clauses(fits: Fits, owed: Sequence[int], clauses: Sequence[int]) -> Whole:
    among = [v if r.clause in clauses else 0 for r, v in zip(fits.rules, owed, strict=True)]
    return kernel.highest(fits, among)
