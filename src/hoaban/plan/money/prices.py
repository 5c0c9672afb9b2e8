"""Prices of different years made comparable by a named deflator."""

from datetime import date

from hoaban.base.law import Law

DEFLATOR = "prices.consumer_growth"


def last_known(law: Law, by: date) -> int:
    """The last year not after ``by`` for which the deflator is published.

    Raises `hoaban.base.law.NotInForce` or `NoSuchParameter` when there is none.
    """
    known = [v.valid_from.year for v in law.values.get(DEFLATOR, ()) if v.valid_from <= by]
    return max(known) if known else law.at(DEFLATOR, by).valid_from.year


def factor(law: Law, from_year: int, to_year: int) -> float:
    """What one đồng of ``from_year`` is in prices of ``to_year``; 1 when that is not later.

    The product of one plus the yearly growth of ``prices.consumer_growth`` over the years after
    ``from_year`` up to ``to_year``; years nobody has published count as no growth.
    """
    found = 1.0
    for value in law.values.get(DEFLATOR, ()):
        if from_year < value.valid_from.year <= to_year:
            found *= 1 + float(value.value)
    return found
