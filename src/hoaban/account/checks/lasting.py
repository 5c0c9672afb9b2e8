"""Results that must last: when somebody looks again, what was lost, and what that leaves.

A drain that runs in March says nothing of August. A result with ``lasts_months`` above 0 is
looked at a second time, on the first day on which a whole wet season that began after the first
finding is over and the months have passed; until then a tranche of its money is held
(`pay.pay`). What has gone by then is lost, and its tranche goes to the help line.
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hoaban.account.terms.scores import Found, exact

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Look:
    """A claim that stood once and is looked at again. ``lasted`` is None until somebody did."""

    claim: str
    agreement: str
    promise: str
    due_on: date
    lasted: bool | None = None


def due_on(found_on: date, *, lasts_months: int, wet_months: Collection[int]) -> date:
    """The first day on which a result found on a day may be looked at again.

    ``wet_months``: months of the wet season, 1–12; it may run over the new year. A season that
    had begun before the first finding does not count. Without wet months, or with nothing but
    wet months, only ``lasts_months`` counts.
    """
    passed = _later(found_on, lasts_months)
    wet = set(wet_months)
    if not wet or len(wet) == MONTHS:
        return passed
    first = date(found_on.year, found_on.month, 1)
    month = first if first == found_on else _later(first, 1)
    while not (month.month in wet and _later(month, -1).month not in wet):
        month = _later(month, 1)
    while month.month in wet:
        month = _later(month, 1)
    return max(passed, month)


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    count = day.year * MONTHS + day.month - 1 + months
    year, month = count // MONTHS, count % MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def overdue(looks: Iterable[Look], on: date) -> list[Look]:
    """The looks that are due by a day and not taken, the longest waiting first."""
    waiting = [one for one in looks if one.lasted is None and one.due_on <= on]
    return sorted(waiting, key=lambda one: (one.due_on, one.claim))


def lost(looks: Iterable[Look]) -> list[Look]:
    """The results that stood once and are gone, in order of claim."""
    return sorted((one for one in looks if one.lasted is False), key=lambda one: one.claim)


def again(
    found: Mapping[str, Mapping[str, Found]],
    lasting: Mapping[str, Collection[str]],
    looks: Iterable[Look],
) -> dict[str, dict[str, Found]]:
    """What `pay.pay` takes for ``again``: by agreement and goal, the value that was left.

    ``found`` is what the first findings gave, ``lasting`` the goals of each agreement that have
    to last. The value left is the first one times the share of looks that still stood. A goal
    stays held (is not in it) while one of its looks is open. A goal without a look of its own
    takes the share of its agreement's other goals, an agreement without any the share 1, once
    nothing is open there any more, or nowhere.
    """
    listed = list(looks)
    result: dict[str, dict[str, Found]] = {}
    for agreement, goals in found.items():
        here = [one for one in listed if one.agreement == agreement]
        settled = {}
        for goal in lasting.get(agreement, ()):
            own = [one for one in here if one.promise == goal]
            counted = own or here
            if goal in goals and _closed(counted or listed):
                settled[goal] = _left(goals[goal], counted)
        if settled:
            result[agreement] = settled
    return result


def _closed(looks: Iterable[Look]) -> bool:
    return all(one.lasted is not None for one in looks)


def _left(first: Found, looks: Collection[Look]) -> Found:
    stood = sum(one.lasted is True for one in looks)
    share = Fraction(stood, len(looks)) if looks else Fraction(1)
    return Found(value=float(exact(first.value) * share), discrepancy=first.discrepancy)
