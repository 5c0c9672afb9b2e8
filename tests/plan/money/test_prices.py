"""Prices of one year in another's."""

from datetime import date

import pytest

from hoaban.base.law import Law, NoSuchParameter, Value
from hoaban.plan.money import prices


def law(**growth: float) -> Law:
    """A deflator from growth by year, like ``y2021=0.1``."""
    return Law(
        {
            prices.DEFLATOR: tuple(
                Value(
                    name=prices.DEFLATOR,
                    value=rate,
                    unit="share a year",
                    valid_from=date(int(year[1:]), 1, 1),
                    valid_to=date(int(year[1:]), 12, 31),
                    source="test",
                    confidence="assumed",
                )
                for year, rate in growth.items()
            )
        }
    )


def test_growth_of_the_years_after_the_price_is_compounded() -> None:
    found = prices.factor(law(y2020=0.5, y2021=0.1, y2022=0.2), 2020, 2022)
    assert found == pytest.approx(1.1 * 1.2)


def test_a_price_of_the_same_or_a_later_year_stays() -> None:
    assert prices.factor(law(y2021=0.1), 2021, 2021) == 1
    assert prices.factor(law(y2021=0.1), 2025, 2021) == 1


def test_the_last_known_year_is_not_after_the_day() -> None:
    assert prices.last_known(law(y2024=0.1, y2025=0.1, y2026=0.1), date(2025, 6, 1)) == 2025


def test_a_law_without_a_deflator_is_told_so() -> None:
    with pytest.raises(NoSuchParameter):
        prices.last_known(Law({}), date(2026, 1, 1))
