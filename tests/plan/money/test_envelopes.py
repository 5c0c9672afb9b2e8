"""The money of a plan: its years, its shape, to the đồng."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.money import MoneyMustBePositive
from hoaban.plan.money.envelopes import (
    NoMoney,
    NotYears,
    YearOutsidePlan,
    of_budget,
    of_province,
    read_years,
)


@dataclass(frozen=True)
class Row:
    year: int
    source: str
    kind: str
    amount_vnd: int


ROWS = [
    Row(year, source, kind, amount)
    for year in (2026, 2027, 2028)
    for source, kind, amount in (
        ("programme", "investment", 700),
        ("local", "investment", 200),
        ("local", "recurrent", 100),
    )
]


@pytest.mark.parametrize(
    ("text", "years"),
    [("2026-2028", (2026, 2027, 2028)), (" 2027 ", (2027,)), ("2027–2028", (2027, 2028))],
)
def test_years_are_read_as_people_write_them(text: str, years: tuple[int, ...]) -> None:
    assert read_years(text, ROWS) == years


@pytest.mark.parametrize("text", ["", "26", "2028-2026", "2026-2028-2030", "năm 2026"])
def test_other_texts_are_not_years(text: str) -> None:
    with pytest.raises(NotYears):
        read_years(text, ROWS)


@pytest.mark.parametrize("text", ["2025-2028", "2028-2029", "2031"])
def test_years_beyond_the_province_s_plan_are_refused(text: str) -> None:
    with pytest.raises(YearOutsidePlan, match="2026–2028"):
        read_years(text, ROWS)


def test_a_province_without_money_is_told_so() -> None:
    with pytest.raises(NoMoney):
        read_years("2026", [])


def test_the_province_s_own_money_is_taken_year_by_year_and_kind_by_kind() -> None:
    found = of_province(ROWS, (2026, 2027))

    assert found.budget_vnd == 2000
    assert not found.given
    assert found.by(year=2026, kind="investment") == 900
    assert found.by(kind="recurrent") == 200


def test_a_total_is_spread_in_the_same_shape() -> None:
    found = of_budget(500, ROWS, (2026, 2027))

    assert found.given
    assert found.by(year=2026) == found.by(year=2027) == 250
    assert found.pools[2026, "investment", "programme"] == 175
    assert found.by(kind="recurrent") == 50


@given(st.integers(1, 10**15))
def test_a_total_is_spread_to_the_dong(budget: int) -> None:
    assert of_budget(budget, ROWS, (2026, 2027, 2028)).budget_vnd == budget


@pytest.mark.parametrize("budget", [0, -1])
def test_nothing_and_less_than_nothing_is_no_budget(budget: int) -> None:
    with pytest.raises(MoneyMustBePositive):
        of_budget(budget, ROWS, (2026,))
