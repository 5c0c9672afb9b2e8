"""Absorption: how far money has come from the plan to a verified result, and where it is stuck.

Four stages, sums since the start of the budget year: planned, allocated to the commune, disbursed
by the treasury, verified on the ground. A later stage never holds more than the one before it;
a row that says so is refused by name. Nothing here is a verdict on a commune: money that came
late stands still too, which is why every halt asks for its cause.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from hoaban.account.spending.investment import Past
from hoaban.base.problems import Problem
from hoaban.measure.tables import Tables

STAGES = ("planned", "allocated", "disbursed", "verified")
# A closed list: what is none of these is `other`, and what nobody said is None.
CAUSES = ("land", "procurement", "design", "weather", "contractor", "capital_late", "other")
PROGRAMME = "programme"
_MONTHS = 12
_COLUMNS = (
    *("id", "area", "year", "month", "fund", "kind"),
    *(f"{stage}_vnd" for stage in STAGES),
    "cause",
)


class StageGrows(Problem):
    vi = (
        "Bảng absorption, {n} dòng có khâu sau nhiều tiền hơn khâu trước: dòng “{row}” ghi "
        "{later} {more} đồng, {earlier} {less} đồng; hãy sửa."
    )
    en = (
        "Table absorption, {n} rows have more money in a later stage: row “{row}” says "
        "{later} {more} đồng, {earlier} {less} đồng; mend them."
    )


class SaidTwice(Problem):
    vi = "Bảng absorption: dòng “{row}” và “{other}” cùng xã, nguồn, loại chi, tháng; bỏ một dòng."
    en = "Table absorption: rows “{row}” and “{other}” are of one commune, fund, kind and month."


@dataclass(frozen=True, slots=True)
class Row:
    """One commune's money of one fund and kind to the end of a month, whole đồng since January.

    ``month`` 13 is the time after the year in which its accounts are settled. ``cause`` is one
    of `CAUSES`, None where nothing was said.
    """

    id: str
    commune: str  # area path
    year: int
    month: int
    fund: str
    kind: str  # investment, recurrent
    planned: int
    allocated: int
    disbursed: int
    verified: int
    cause: str | None = None

    @property
    def amounts(self) -> tuple[int, int, int, int]:
        """The four stages in order."""
        return self.planned, self.allocated, self.disbursed, self.verified

    @property
    def flow(self) -> tuple[str, str, str]:
        """Whose money it is: commune, fund, kind."""
        return self.commune, self.fund, self.kind


@dataclass(frozen=True, slots=True)
class Standing:
    """Four sums, whole đồng. Shares are of the stage before, None where that is nothing."""

    planned: int
    allocated: int
    disbursed: int
    verified: int

    @property
    def absorbed(self) -> float | None:
        """Disbursed as a share of the plan, 0–1: what is usually called the rate."""
        return self.disbursed / self.planned if self.planned else None

    @property
    def shares(self) -> dict[str, float | None]:
        """Each later stage as a share of the one before it, 0–1."""
        return {
            stage: (after / before if before else None)
            for stage, (before, after) in zip(
                STAGES[1:],
                pairwise((self.planned, self.allocated, self.disbursed, self.verified)),
                strict=True,
            )
        }


@dataclass(frozen=True, slots=True)
class Fallen:
    """A sum that went down from one month to the next: taken back, or a mistake."""

    row: str
    stage: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Money that waits before a stage and has not moved for ``months`` months.

    ``stage`` is the one it has not come to; ``cause`` None: nobody has said why.
    """

    row: str
    commune: str
    fund: str
    kind: str
    stage: str
    vnd: int
    months: int
    cause: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the register and the treasury's extract say of one fund, kind and month, đồng."""

    fund: str
    kind: str
    month: int
    here: int
    treasury: int


def read(tables: Tables, at: date) -> list[Row]:
    """The rows of the list ``absorption`` in force on a day, checked; months that were over then.

    Empty where the snapshot has no such list. Raises `StageGrows`, `SaidTwice`.
    """
    if "absorption" not in tables:
        return []
    rows = [
        Row(
            id=said["id"],
            commune=said["area"],
            year=said["year"],
            month=said["month"],
            fund=said["fund"],
            kind=said["kind"],
            planned=said["planned_vnd"],
            allocated=said["allocated_vnd"],
            disbursed=said["disbursed_vnd"],
            verified=said["verified_vnd"],
            cause=said["cause"],
        )
        for said in tables.valid("absorption", at, list(_COLUMNS)).to_pylist()
        if (said["year"] * _MONTHS + said["month"]) < (at.year * _MONTHS + at.month)
    ]
    return checked(rows)


def checked(rows: Iterable[Row]) -> list[Row]:
    """The rows in order of year, commune, fund, kind, month. Raises `StageGrows`, `SaidTwice`."""
    listed = sorted(rows, key=lambda row: (row.year, *row.flow, row.month, row.id))
    for one, two in pairwise(listed):
        if (one.year, *one.flow, one.month) == (two.year, *two.flow, two.month):
            raise SaidTwice(row=one.id, other=two.id)
    grown = [(row, number) for row in listed if (number := _grows(row)) is not None]
    if grown:
        row, number = grown[0]
        raise StageGrows(
            n=len(grown),
            row=row.id,
            earlier=STAGES[number],
            later=STAGES[number + 1],
            less=row.amounts[number],
            more=row.amounts[number + 1],
        )
    return listed


def _grows(row: Row) -> int | None:
    """The place of the first stage that has less than the next; None where none has."""
    pairs = enumerate(pairwise(row.amounts))
    return next((number for number, (before, after) in pairs if after > before), None)


def fallen(rows: Iterable[Row]) -> list[Fallen]:
    """Sums that went down within a year, allocated to verified (a plan may be cut by decision)."""
    found = []
    for flow in _flows(rows).values():
        for before, after in pairwise(flow):
            found += [
                Fallen(after.id, stage, before.amounts[number], after.amounts[number])
                for number, stage in enumerate(STAGES)
                if number and after.amounts[number] < before.amounts[number]
            ]
    return found


def latest(rows: Iterable[Row], *, year: int, month: int | None = None) -> list[Row]:
    """The last row of each flow of a year, to the end of a month at most."""
    return [
        flow[-1]
        for flow in _flows(
            row for row in rows if row.year == year and (month is None or row.month <= month)
        ).values()
    ]


def standing(rows: Iterable[Row]) -> Standing:
    """The sums of rows of different flows (see `latest`); zeros for none."""
    sums = [sum(stage) for stage in zip(*(row.amounts for row in rows), strict=True)]
    return Standing(*(sums or [0] * len(STAGES)))


def by(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Any, Standing]:
    """The sums of `latest` rows by a key (commune, fund, …), in order of the key."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: standing(groups[name]) for name in sorted(groups)}


def compared(rows: Iterable[Row]) -> dict[str, Standing]:
    """The national programmes beside other investment and other recurrent money."""
    return by(rows, lambda row: PROGRAMME if row.fund == PROGRAMME else row.kind)


def curve(rows: Iterable[Row], *, year: int) -> dict[int, Standing]:
    """The sums of a year by month. A flow without a row in a month stands where it stood."""
    listed = [row for row in rows if row.year == year]
    months = sorted({row.month for row in listed})
    return {month: standing(latest(listed, year=year, month=month)) for month in months}


def stuck(rows: Iterable[Row], *, year: int, months: int) -> list[Stuck]:
    """Money that has waited ``months`` months or more before a stage, the most money first.

    The stage's own sum has not moved for so long, and what waits is what the stage before held
    so long ago and has not come through (first in, first out); money that has only just come is
    not stuck. A month without a row is a month without news: it counts as waiting.
    """
    listed = [row for row in rows if row.year == year]
    last = max((row.month for row in listed), default=0)
    found = []
    for flow in _flows(listed).values():
        row = flow[-1]
        then = next((one for one in reversed(flow) if one.month <= last - months), None)
        for number, stage in enumerate(STAGES[1:], start=1):
            still = last - _since(flow, number)
            waiting = (then.amounts[number - 1] if then else 0) - row.amounts[number]
            if waiting > 0 and still >= months:
                found.append(Stuck(row.id, *row.flow, stage, waiting, still, row.cause))
    return sorted(found, key=lambda one: (-one.vnd, one.row, one.stage))


def _since(flow: list[Row], number: int) -> int:
    """The first month since which a stage's sum has stood as it stands now."""
    now = flow[-1].amounts[number]
    moved = [row.month for row in flow if row.amounts[number] != now]
    return next(row.month for row in flow if row.month > max(moved, default=0))


def causes(found: Iterable[Stuck]) -> dict[str, int]:
    """Stuck đồng by cause, the most first; "" where nobody has said why."""
    sums: dict[str, int] = {}
    for one in found:
        sums[one.cause or ""] = sums.get(one.cause or "", 0) + one.vnd
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def reconciled(
    rows: Iterable[Row], treasury: Mapping[tuple[str, str, int], int], *, year: int
) -> list[Difference]:
    """Where the register's disbursed sums and the treasury's differ, to the đồng.

    ``treasury``: sums since January by fund, kind and month. What only one side has is 0 on the
    other. Empty when both say the same.
    """
    listed = [row for row in rows if row.year == year]
    here: dict[tuple[str, str, int], int] = {}
    for month in {row.month for row in listed}:
        sums = by(latest(listed, year=year, month=month), lambda row: (row.fund, row.kind))
        here |= {(fund, kind, month): one.disbursed for (fund, kind), one in sums.items()}
    return [
        Difference(fund, kind, month, ours, theirs)
        for fund, kind, month in sorted({*here, *treasury})
        if (ours := here.get((fund, kind, month), 0))
        != (theirs := treasury.get((fund, kind, month), 0))
    ]


def past(rows: Iterable[Row], *, year: int) -> dict[str, Past]:
    """Each commune's investment of a year, for next year's proposal (`investment.propose`)."""
    found = by(
        (row for row in latest(rows, year=year) if row.kind == "investment"),
        lambda row: row.commune,
    )
    return {
        commune: Past(allocated_vnd=sums.allocated, disbursed_vnd=sums.disbursed)
        for commune, sums in found.items()
    }


def as_json(rows: Collection[Row], *, year: int, months: int) -> dict[str, Any]:
    """Everything of a year ready for JSON: total, by commune and fund, the curve, what is stuck."""
    last, halted = latest(rows, year=year), stuck(rows, year=year, months=months)
    return {
        "year": year,
        "month": max((row.month for row in last), default=None),
        "total": _said(standing(last)),
        "compared": {name: _said(one) for name, one in compared(last).items()},
        "communes": {name: _said(one) for name, one in by(last, lambda row: row.commune).items()},
        "funds": {name: _said(one) for name, one in by(last, lambda row: row.fund).items()},
        "curve": [{"month": m, **_said(one)} for m, one in curve(rows, year=year).items()],
        "stuck": [
            {
                "row": one.row,
                "commune": one.commune,
                "fund": one.fund,
                "kind": one.kind,
                "stage": one.stage,
                "vnd": one.vnd,
                "months": one.months,
                "cause": one.cause,
            }
            for one in halted
        ],
        "causes": causes(halted),
        "fallen": [one.row for one in fallen(row for row in rows if row.year == year)],
    }


def _said(one: Standing) -> dict[str, Any]:
    absorbed = one.absorbed
    return {
        **{f"{stage}_vnd": getattr(one, stage) for stage in STAGES},
        "absorbed": None if absorbed is None else round(absorbed, 6),
    }


def _flows(rows: Iterable[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """Rows of one year, commune, fund and kind, in order of month."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.year, *row.flow, row.month)):
        found.setdefault((row.year, *row.flow), []).append(row)
    return found
