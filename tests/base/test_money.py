"""Amounts people type, and amounts people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.money import MoneyMustBePositive, NotMoney, format_vnd, number, parse_vnd


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200ty", 1_200_000_000_000),
        ("1.200.000", 1_200_000),
        ("1200 tỷ", 1_200_000_000_000),
        ("850tr", 850_000_000),
        ("2,5ty", 2_500_000_000),
        ("2.5 tỷ", 2_500_000_000),
        ("1 nghìn tỷ", 1_000_000_000_000),
        ("1.500.000 đ", 1_500_000),
        ("1_500_000", 1_500_000),
        ("1,500", 1_500),  # without a unit the comma groups thousands
    ],
)
def test_typed_amounts_are_whole_dong(text: str, amount: int) -> None:
    assert parse_vnd(text) == amount


@pytest.mark.parametrize("text", ["", "ty", "nhiều", "1200 usd", "1e9", "1,2,3ty"])
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotMoney) as refused:
        parse_vnd(text)
    assert "1200ty" in refused.value.text("vi")
    assert "1200ty" in refused.value.text("en")


@pytest.mark.parametrize("text", ["0", "0ty", "-5ty", "-1"])
def test_nothing_and_less_is_refused(text: str) -> None:
    with pytest.raises(MoneyMustBePositive, match=text):
        parse_vnd(text)


def test_a_part_of_a_dong_is_refused() -> None:
    with pytest.raises(NotMoney):
        parse_vnd("0,0000000001ty")


@given(st.integers(min_value=1, max_value=10**15))
def test_a_written_number_reads_back_as_itself(amount: int) -> None:
    assert parse_vnd(number(amount)) == amount
    assert parse_vnd(f"{amount}") == amount
    assert parse_vnd(f"{amount}ty") == amount * 10**9


@given(st.integers(min_value=1, max_value=10**6))
def test_a_short_reading_of_whole_billions_reads_back_as_itself(billions: int) -> None:
    # Short readings group thousands, which a unit's decimal mark would misread.
    assert parse_vnd(format_vnd(billions * 10**9).replace(".", "")) == billions * 10**9


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1_200_000_000_000, "1.200 tỷ"),
        (3_500_000_000, "3,5 tỷ"),
        (850_000_000, "850 triệu"),
        (1_500, "1.500 đ"),
        (-3_500_000_000, "-3,5 tỷ"),
        (0, "0 đ"),
    ],
)
def test_amounts_are_written_as_vietnamese_reads_them(amount: int, text: str) -> None:
    assert format_vnd(amount) == text


def test_numbers_use_the_vietnamese_marks_without_idle_zeros() -> None:
    assert number(9539.27, 2) == "9.539,27"
    assert number(9539.5, 2) == "9.539,5"
    assert number(100.0, 1) == "100"
    assert number(100) == "100"
