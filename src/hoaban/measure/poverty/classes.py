"""The legal class of a household from its raw answers: the one rule kernel.

A household is poor when its income is at most the line of its area and it lacks at least as
many things of the standard's list as the standard needs; near-poor when its income is at most
the line and it lacks fewer; else it lives at or above the average (Decrees 07/2021 art. 3 and
351/2025). The same raw answers are judged under any standard. Ethnicity is no input.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.measure.poverty.standards import Standard
from hoaban.record.answers import ANSWERS

CANNOT, NOT_POOR, AVERAGE, NEAR_POOR, POOR = -1, 0, 1, 2, 3
CLASSES = {
    POOR: "poor",
    NEAR_POOR: "near_poor",
    AVERAGE: "average",
    NOT_POOR: "not_poor",
    CANNOT: "cannot_classify",
}
LABELS = {
    "poor": Text("hộ nghèo", "poor household"),
    "near_poor": Text("hộ cận nghèo", "near-poor household"),
    "average": Text("hộ có mức sống trung bình", "household of average living standard"),
    "not_poor": Text("hộ không nghèo", "household that is not poor"),
    "cannot_classify": Text("chưa đủ thông tin để xếp hạng", "not enough is known to classify"),
}
BY_INCOME, BY_POINTS, BY_NOTHING = 0, 1, -1
MISSING = -1

Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


class AnswerOutOfRange(Problem):
    vi = "Cột {column}, dòng {row}: “{value}” không phải 0, 1 hoặc để trống."
    en = "Column {column}, row {row}: “{value}” is not 0, 1 or empty."


class NotWhole(Problem):
    vi = "Cột {column}, dòng {row}: “{value}” không phải là số nguyên."
    en = "Column {column}, row {row}: “{value}” is not a whole number."


class ColumnDoesNotFit(Problem):
    vi = "Cột {column} có {found} dòng, còn danh sách có {rows} dòng; mỗi hộ một giá trị."
    en = "Column {column} has {found} rows, the list has {rows}; give one value a household."


class NegativeIncome(Problem):
    vi = "Cột {column}, dòng {row}: {value} nhỏ hơn 0; hãy sửa, hoặc để trống nếu chưa biết."
    en = "Column {column}, row {row}: {value} is below 0; mend it, or leave it empty if unknown."


class HouseholdOfNobody(Problem):
    vi = "Dòng {row}: hộ có {value} người; hộ phải có ít nhất một người."
    en = "Row {row}: a household of {value} people; a household has at least one."


class HouseholdTwice(Problem):
    vi = "Hộ “{household}” có hai lần, lần sau ở dòng {row}; hãy bỏ một dòng."
    en = "Household “{household}” stands twice, again at row {row}; remove one of the rows."


class NoSuchAnswer(Problem):
    vi = "Không có câu trả lời “{name}”; gần nhất là “{nearest}”."
    en = "There is no answer “{name}”; the nearest is “{nearest}”."


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Raw answers, one row a household (or a cell of a histogram), all of shape (n,).

    lacking, missing
        Bit masks over `ANSWERS`: deprived; not answered.
    income
        VND a head a month, -1 missing.
    points
        Score A of form B1, -1 missing.
    rural
        Whose line holds: the commune's (xã), else the ward's (phường).
    """

    lacking: Whole
    missing: Whole
    income: Whole
    points: Whole
    rural: Flags

    def __len__(self) -> int:
        return len(self.lacking)

    def only(self, at: int) -> "Answers":
        """One row alone, as answers of one household."""
        return Answers(
            self.lacking[[at]],
            self.missing[[at]],
            self.income[[at]],
            self.points[[at]],
            self.rural[[at]],
        )

    @classmethod
    def of(cls, columns: Mapping[str, Any], rural: Any, *, ids: Any = None) -> "Answers":
        """From columns (arrays, lists or Arrow) of equal length.

        columns
            The 13 answers (1 deprived, 0 not, missing), ``income_per_head_vnd``, ``points_a``
            and ``members``; a column that is absent is missing for all, others are not read.
        rural
            One flag a row; a missing one is rural (a village nobody knows), as is the case
            for nearly all of them.
        ids
            One name a row, to be refused when it stands twice.

        Raises `AnswerOutOfRange`, `NotWhole`, `NegativeIncome`, `HouseholdOfNobody`,
        `HouseholdTwice`, `ColumnDoesNotFit`; rows are counted from 1.
        """
        area, unknown = _whole("rural", rural, AnswerOutOfRange)
        n = len(area)
        _nobody(columns, n)
        if ids is not None:
            _twice(ids, n)
        lacking, missing = pack(columns, n)
        income = _amount(columns, "income_per_head_vnd", n)
        points = _amount(columns, "points_a", n)
        return cls(lacking, missing, income, points, (area != 0) | unknown)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The class of every household under one standard, and its trace; all of shape (n,).

    cls
        `CANNOT`, `NOT_POOR`, `AVERAGE`, `NEAR_POOR` or `POOR`.
    below
        1 income at most the line, 0 above it, -1 cannot be told.
    basis
        What told so: 0 income per head, 1 the form's score, -1 neither.
    lacks, open
        How many things of the standard's list are lacking for certain; how many more may be.
    counted, undecided
        Bit masks over `ANSWERS` of those two.
    """

    rule: Standard
    cls: Small
    below: Small
    basis: Small
    lacks: Small
    open: Small
    counted: Whole
    undecided: Whole


def mask_of(names: Collection[str], among: Sequence[str] = ANSWERS) -> int:
    """The bit mask of some answers. Raises `NoSuchAnswer`, naming the nearest."""
    for name in names:
        if name not in among:
            raise NoSuchAnswer(name=name, nearest=nearest(name, among))
    return sum(1 << bit for bit, name in enumerate(among) if name in names)


def names_of(mask: int, among: Sequence[str] = ANSWERS) -> tuple[str, ...]:
    """The answers whose bit is set, in order of their bits."""
    return tuple(name for bit, name in enumerate(among) if mask >> bit & 1)


def pack(columns: Mapping[str, Any], n: int) -> tuple[Whole, Whole]:
    """The 13 answers of n rows as two masks (lacking, missing).

    Raises `AnswerOutOfRange`, `ColumnDoesNotFit`.
    """
    lacking, missing = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for bit, name in enumerate(ANSWERS):
        if name not in columns:
            missing |= 1 << bit
            continue
        value, unknown = _whole(name, columns[name], AnswerOutOfRange, n)
        _refuse(AnswerOutOfRange, name, value, (value != 0) & (value != 1))
        lacking |= value << bit
        missing |= unknown.astype(np.int64) << bit
    return lacking, missing


def judge(answers: Answers, rule: Standard) -> Judged:
    """The class of every household under a standard, with its trace.

    The form's score decides the income leg where the household has one and the standard
    publishes its threshold, else income per head against the line; exactly at either is at
    most the line. A household is classified whenever its missing answers cannot change its
    class, else it is `CANNOT`. Above the line it is `AVERAGE` when its income is known, above
    the line and at most the published ceiling, else `NOT_POOR`: the average is found by the
    income survey (Phụ lục VIII) alone, never by the score. Where the score is above its
    threshold and a known income is at most the line, the two disagree: the score says not
    poor, and such an income is no average one, so `NOT_POOR`.
    """
    below, basis = _income_leg(answers, rule)
    listed, yes, no = _masks(rule)
    unanswered = answers.missing & listed
    counted = (answers.lacking & listed & ~unanswered) | (unanswered & yes)
    undecided = unanswered & ~(yes | no)
    lacks = np.bitwise_count(counted).astype(np.int8)
    still = np.bitwise_count(undecided).astype(np.int8)

    ceiling = ceilings(rule, answers.rural)
    above = (answers.income != MISSING) & (answers.income > lines(rule, answers.rural))
    average = above & (answers.income <= ceiling)
    cls = np.full(len(answers), CANNOT, np.int8)
    cls[below == 0] = NOT_POOR
    cls[(below == 0) & average] = AVERAGE
    cls[(below == 1) & (lacks >= rule.needed)] = POOR
    cls[(below == 1) & (lacks + still < rule.needed)] = NEAR_POOR
    return Judged(rule, cls, below, basis, lacks, still, counted, undecided)


def lines(rule: Standard, rural: Flags) -> Whole:
    """The income line of each household's area, VND a head a month."""
    return _by_area(rural, rule.line_rural_vnd, rule.line_urban_vnd)


def ceilings(rule: Standard, rural: Flags) -> Whole:
    """The ceiling of the average living standard in each household's area, -1: not published."""
    return _by_area(rural, rule.middle_rural_vnd, rule.middle_urban_vnd)


def thresholds(rule: Standard, rural: Flags) -> Whole:
    """The highest score A at most the line in each household's area, -1: not published."""
    return _by_area(rural, rule.points_rural, rule.points_urban)


def _income_leg(answers: Answers, rule: Standard) -> tuple[Small, Small]:
    threshold, line = thresholds(rule, answers.rural), lines(rule, answers.rural)
    by_points = (answers.points != MISSING) & (threshold != MISSING)
    by_income = ~by_points & (answers.income != MISSING)
    assumed = {"deprived": 1, "not_deprived": 0}.get(rule.missing("income"), -1)
    below = np.full(len(answers), assumed, np.int8)
    below[by_income] = (answers.income <= line)[by_income]
    below[by_points] = (answers.points <= threshold)[by_points]
    basis = np.where(by_points, BY_POINTS, np.where(by_income, BY_INCOME, BY_NOTHING))
    return below, basis.astype(np.int8)


def _masks(rule: Standard) -> tuple[int, int, int]:
    """The standard's list, and of it what counts as lacking or not lacking when missing."""
    listed = mask_of(rule.indicators)
    yes = mask_of([i for i in rule.indicators if rule.missing(i) == "deprived"])
    no = mask_of([i for i in rule.indicators if rule.missing(i) == "not_deprived"])
    return listed, yes, no


def _by_area(rural: Flags, in_commune: int | None, in_ward: int | None) -> Whole:
    figures = [MISSING if f is None else f for f in (in_ward, in_commune)]
    return np.array(figures, np.int64)[rural.astype(np.intp)]


def _amount(columns: Mapping[str, Any], name: str, n: int) -> Whole:
    if name not in columns:
        return np.full(n, MISSING, np.int64)
    value, unknown = _whole(name, columns[name], NotWhole, n)
    _refuse(NegativeIncome, name, value, value < 0)
    return np.where(unknown, MISSING, value)


def _nobody(columns: Mapping[str, Any], n: int) -> None:
    if "members" in columns:
        value, unknown = _whole("members", columns["members"], NotWhole, n)
        _refuse(HouseholdOfNobody, "members", value, (value < 1) & ~unknown)


def _twice(ids: Any, n: int) -> None:
    seen = set()
    names = ids.to_pylist() if hasattr(ids, "to_pylist") else list(ids)
    if len(names) != n:
        raise ColumnDoesNotFit(column="ids", found=len(names), rows=n)
    for row, household in enumerate(names, 1):
        if household in seen:
            raise HouseholdTwice(household=household, row=row)
        seen.add(household)


def _refuse(problem: type[Problem], column: str, value: npt.NDArray[Any], wrong: Flags) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise problem(column=column, row=row + 1, value=value[row].item())


def _whole(
    name: str, column: Any, problem: type[Problem], n: int | None = None
) -> tuple[Whole, Flags]:
    """Whole numbers of a column (0 where missing), n when told, and where it is missing.

    Raises the problem for what is no whole number, `ColumnDoesNotFit`.
    """
    plain = _plain(column)
    if plain is None or plain[0].ndim != 1:
        raise _not_numbers(name, column, problem)
    value, unknown = plain
    if n is not None and len(value) != n:
        raise ColumnDoesNotFit(column=name, found=len(value), rows=n)
    if value.dtype.kind == "f":
        unknown = unknown | np.isnan(value)
        _refuse(problem, name, value, np.isinf(value))
    value = np.where(unknown, 0, value)
    whole = value.astype(np.int64)
    _refuse(problem, name, value, whole != value)
    return whole, unknown


def _plain(column: Any) -> tuple[npt.NDArray[Any], Flags] | None:
    """The values and where they are missing; None for a column of something but numbers."""
    if isinstance(column, np.ma.MaskedArray):
        numbers = column.dtype.kind in "biuf"
        return (column.filled(0), np.ma.getmaskarray(column)) if numbers else None
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        try:
            value = np.asarray(column)
        except ValueError:  # rows of unequal length
            return None
        if value.dtype != object:
            return (value, np.zeros(value.shape, np.bool_)) if value.dtype.kind in "biuf" else None
        try:
            column = pa.array(value.tolist(), from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            return None
    return _plain_arrow(column)


def _plain_arrow(column: pa.Array | pa.ChunkedArray) -> tuple[npt.NDArray[Any], Flags] | None:
    unknown = np.asarray(column.is_null())
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.int64), unknown
    kinds = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if not any(is_kind(column.type) for is_kind in kinds):
        return None
    filled = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    return filled.to_numpy(zero_copy_only=False), unknown


def _not_numbers(name: str, column: Any, problem: type[Problem]) -> Problem:
    """The problem of the first row that reads as no number, else of the first text."""
    if np.ndim(column) == 0:
        return problem(column=name, row="—", value=str(column)[:40])
    held = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    said = [(row, value) for row, value in enumerate(held, 1) if value is not None]
    row, value = next((one for one in said if not _reads(one[1])), said[0])
    return problem(column=name, row=row, value=str(value)[:40])


def _reads(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
