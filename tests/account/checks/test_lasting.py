"""A result counts as lasting once a whole wet season is over; what has gone by then is lost."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.checks import lasting
from hoaban.account.checks.lasting import Look
from hoaban.account.terms import pay
from hoaban.account.terms.pay import Terms
from hoaban.account.terms.scores import Found, Goal
from hoaban.base.text import Text

WET = (5, 6, 7, 8, 9)


@pytest.mark.parametrize(
    ("found_on", "months", "due"),
    [
        (date(2027, 12, 15), 0, date(2028, 10, 1)),  # the rains of 2028
        (date(2028, 5, 1), 0, date(2028, 10, 1)),  # found on their first day
        (date(2028, 5, 2), 0, date(2029, 10, 1)),  # those had begun: the next ones
        (date(2027, 12, 15), 12, date(2028, 12, 15)),  # the months take longer
        (date(2027, 12, 31), 14, date(2029, 2, 28)),  # a shorter month
    ],
)
def test_a_result_is_looked_at_after_a_whole_wet_season(
    found_on: date, months: int, due: date
) -> None:
    assert lasting.due_on(found_on, lasts_months=months, wet_months=WET) == due


def test_a_wet_season_may_run_over_the_new_year() -> None:
    over = lasting.due_on(date(2027, 11, 20), lasts_months=0, wet_months=(12, 1, 2))
    assert over == date(2028, 3, 1)


def test_without_a_wet_season_only_the_months_count() -> None:
    for wet in ((), tuple(range(1, 13))):
        assert lasting.due_on(date(2028, 1, 31), lasts_months=1, wet_months=wet) == date(
            2028, 2, 29
        )


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)), st.integers(0, 36), st.integers(1, 12))
def test_a_whole_season_lies_between_finding_and_looking_again(
    found_on: date, months: int, first: int
) -> None:
    wet = {(first + n - 1) % 12 + 1 for n in range(5)}
    due = lasting.due_on(found_on, lasts_months=months, wet_months=wet)
    begins = [date(year, first, 1) for year in range(found_on.year, due.year + 1)]
    assert any(found_on <= day and (due - day).days >= 150 for day in begins)


def look(claim: str, lasted: bool | None, due: date = date(2028, 10, 1)) -> Look:
    agreement, promise, _ = claim.split("/")
    return Look(claim, agreement, promise, due, lasted)


LOOKS = [
    look("a/water/1", True),
    look("a/water/2", False),
    look("a/road/1", None),
    look("b/water/1", None, date(2028, 11, 1)),
]


def test_what_is_due_and_not_seen_is_listed_with_the_longest_waiting_first() -> None:
    assert lasting.overdue(LOOKS, date(2028, 9, 30)) == []
    assert lasting.overdue(LOOKS, date(2028, 10, 1)) == [LOOKS[2]]
    assert lasting.overdue(LOOKS, date(2028, 11, 1)) == [LOOKS[2], LOOKS[3]]


def test_what_stood_once_and_is_gone_is_lost() -> None:
    assert [one.claim for one in lasting.lost(LOOKS)] == ["a/water/2"]


FIRST = {"a": {"water": Found(0.8, 0.02), "road": Found(0.5, 0.0)}, "b": {"water": Found(1.0, 0)}}
GOALS = {"a": ["water", "road"], "b": ["water"]}


def test_a_goal_is_settled_once_all_its_looks_are_taken() -> None:
    assert lasting.again(FIRST, GOALS, LOOKS) == {"a": {"water": Found(0.4, 0.02)}}


def test_a_goal_without_a_look_takes_its_agreement_s_share() -> None:
    looks = LOOKS[:2]
    assert lasting.again({"a": FIRST["a"]}, GOALS, looks) == {
        "a": {"water": Found(0.4, 0.02), "road": Found(0.25, 0.0)}
    }


def test_an_agreement_without_a_look_is_settled_in_full_when_nothing_is_open_anywhere() -> None:
    assert "b" not in lasting.again(FIRST, GOALS, LOOKS[:3])
    assert lasting.again(FIRST, GOALS, LOOKS[:2])["b"] == {"water": Found(1.0, 0)}


def test_a_goal_that_need_not_last_is_never_held_nor_settled() -> None:
    assert lasting.again(FIRST, {"a": ["water"]}, LOOKS[:2]).keys() == {"a"}
    assert lasting.again(FIRST, {}, LOOKS) == {}


def test_the_held_tranche_of_a_lost_result_goes_to_the_help_line() -> None:
    goal = Goal("water", "water", Text("Nước", "Water"), 100, "visit", 12, 0.0, 0, 10, 1.0, False)
    terms = Terms("a", "11/00104/", "pilot", 0, 0, Fraction(1000), (goal,))
    first = {"water": Found(1.0, 0.0)}
    held = pay.pay(terms, first, tranche=Fraction(3, 10))
    gone = lasting.again({"a": first}, {"a": ["water"]}, [look("a/water/1", False)])["a"]

    after = pay.pay(terms, first, tranche=Fraction(3, 10), again=gone)

    assert (held.paid_vnd, held.held_vnd, held.unearned_vnd) == (700, 300, 0)
    assert (after.paid_vnd, after.held_vnd, after.unearned_vnd) == (700, 0, 300)
