"""The money of a plan: by year, by kind (investment, recurrent) and by source.

Money does not move between kinds, nor from one year to another.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hoaban.base.money import MoneyMustBePositive
from hoaban.base.problems import Problem
from hoaban.plan.works import MONEY

Pool = tuple[int, str, str]  # year, kind, source


class NotYears(Problem):
    vi = "“{text}” không phải là các năm của kế hoạch; hãy viết như 2026-2030 hoặc 2027."
    en = "“{text}” is not the years of a plan; write them like 2026-2030 or 2027."


class YearOutsidePlan(Problem):
    vi = "Năm {year} nằm ngoài kỳ kế hoạch {first}–{last} của tỉnh; hãy chọn năm trong kỳ này."
    en = "The year {year} is outside the province's plan {first}–{last}; choose a year inside it."


class NoMoney(Problem):
    vi = "Tệp money.yaml của tỉnh chưa có nguồn vốn nào; hãy điền nguồn vốn theo năm."
    en = "The province's money.yaml holds no money yet; fill in its money by year."


class EnvelopeLike(Protocol):
    """What is read of one row of the province's ``money.yaml``."""

    @property
    def year(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def amount_vnd(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Envelopes:
    """The pools of a plan in whole đồng. ``given`` is True when one total was spread over them."""

    years: tuple[int, ...]
    pools: Mapping[Pool, int]
    given: bool

    @property
    def budget_vnd(self) -> int:
        """All the money of all the years."""
        return sum(self.pools.values())

    def by(self, *, year: int | None = None, kind: str | None = None) -> int:
        """The money of a year, of a kind, or of both."""
        return sum(
            amount
            for (y, k, _), amount in self.pools.items()
            if (year is None or y == year) and (kind is None or k == kind)
        )


def read_years(text: str, envelopes: Iterable[EnvelopeLike]) -> tuple[int, ...]:
    """The years of ``2026-2030`` or ``2027``, checked against the years the province has money for.

    Raises `NotYears` for anything else and for years in reverse, `YearOutsidePlan` beyond the
    province's own horizon.
    """
    found = re.fullmatch(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*", text)
    if found is None:
        raise NotYears(text=text)
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise NotYears(text=text)
    years = tuple(range(first, last + 1))
    check_years(years, envelopes)
    return years


def check_years(years: Iterable[int], envelopes: Iterable[EnvelopeLike]) -> None:
    """Refuse years for which the province has no envelope. Raises as `read_years`."""
    horizon = sorted({envelope.year for envelope in envelopes})
    if not horizon:
        raise NoMoney
    for year in years:
        if year not in horizon:
            raise YearOutsidePlan(year=year, first=horizon[0], last=horizon[-1])


def of_province(envelopes: Iterable[EnvelopeLike], years: tuple[int, ...]) -> Envelopes:
    """The province's own money in the years asked for."""
    rows = list(envelopes)
    check_years(years, rows)
    pools: dict[Pool, int] = {}
    for row in rows:
        if row.year in years and row.kind in MONEY:
            key = (row.year, row.kind, row.source)
            pools[key] = pools.get(key, 0) + row.amount_vnd
    return Envelopes(years, pools, given=False)


def of_budget(
    budget_vnd: int, envelopes: Iterable[EnvelopeLike], years: tuple[int, ...]
) -> Envelopes:
    """One total spread over years, kinds and sources in the shape of the province's own money.

    Exact to the đồng: what is left by rounding down goes to the largest remainders.
    Raises `MoneyMustBePositive` for 0 and below.
    """
    if budget_vnd <= 0:
        raise MoneyMustBePositive(text=str(budget_vnd))
    shape = of_province(envelopes, years)
    total = shape.budget_vnd
    if total <= 0:
        raise NoMoney
    exact = {pool: budget_vnd * amount for pool, amount in sorted(shape.pools.items())}
    pools = {pool: part // total for pool, part in exact.items()}
    short = budget_vnd - sum(pools.values())
    for pool in sorted(exact, key=lambda p: (-(exact[p] % total), p))[:short]:
        pools[pool] += 1
    return Envelopes(years, pools, given=True)
