"""A register of reviews as cells: what its poverty counts need, grouped by the engine.

Households of one village and round that no rule can tell apart make one cell: they lack the
same things, left the same things unanswered, and their income and score pass the same legal
lines. A cell's income is the highest that passes no more lines, so that `classes.judge` on the
cells says what it would say of each household. Cells of two registers are merged by adding.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import add
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.problems import Problem
from hoaban.measure.poverty import patterns
from hoaban.measure.poverty.classes import Answers, Judged, judge
from hoaban.measure.poverty.standards import Standard
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS

TABLES = ["reviews", "villages"]
KEY = ("lacking", "missing", "income", "points")
_MAY_LACK = (*ANSWERS, "income_per_head_vnd", "points_a")
_AMOUNTS = {"income_per_head_vnd": 0, "points_a": 0, "members": 1}  # and the least that may be

Whole = npt.NDArray[np.int64]


class NotAReview(Problem):
    vi = (
        "Kết quả rà soát năm {round} của hộ {household}: {column} = {value} không hợp lệ; "
        "hãy sửa trong danh sách rà soát rồi chốt lại số liệu."
    )
    en = (
        "The review of {round} of household {household}: {column} = {value} cannot be; "
        "mend it in the list of reviews and freeze again."
    )


class ReviewedTwice(Problem):
    vi = (
        "Hộ {household} có {count} kết quả rà soát trong cùng kỳ {round}; hãy giữ lại một kết quả "
        "rồi chốt lại số liệu."
    )
    en = (
        "Household {household} has {count} reviews in the one round {round}; keep one of them and "
        "freeze again."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of every completed round, all of shape (c,).

    village, commune
        Code of the village, and the path of its commune ("" for a village nobody knows).
    round
        Year of the review.
    answers
        What one household of the cell said, as `classes.judge` takes it.
    households, people
        How many there are.
    """

    village: npt.NDArray[np.object_]
    commune: npt.NDArray[np.object_]
    round: Whole
    answers: Answers
    households: Whole
    people: Whole
    _judged: dict[Standard, Judged] = field(default_factory=dict)

    def under(self, rule: Standard) -> Judged:
        """The class of each cell under a standard; judged once."""
        if rule not in self._judged:
            self._judged[rule] = judge(self.answers, rule)
        return self._judged[rule]


def rounds(tables: Tables, at: date) -> list[tuple[int, date]]:
    """The review rounds completed on or before a day, oldest first, and when each was.

    A round is completed with its last review; one of which no day is known is not.
    """

    def make() -> list[tuple[int, date]]:
        reviews = tables["reviews"]
        ended = reviews.group_by("round").agg(completed_on=reviews.completed_on.max())
        return [(row["round"], row["completed_on"]) for row in tables.run(ended).to_pylist()]

    ended = tables.once("poverty.rounds", ["reviews"], make)
    return sorted((number, day) for number, day in ended if day is not None and day <= at)


def of(tables: Tables, rules: tuple[Standard, ...], at: date) -> Cells:
    """The cells of the rounds completed by a day, for some standards.

    Raises `NotAReview` for an answer that is neither 0 nor 1, an income or score below 0 and a
    household of nobody; `ReviewedTwice` for a household reviewed twice in a round.
    """

    def make(rules: tuple[Standard, ...], at: date) -> Cells:
        check(tables)
        by = ["village", "round", *KEY[1:]]
        counted = patterns.histogram(coded(tables, rules, at), by, mask="lacking", people="members")
        found = tables.run(counted)
        numbers = {name: np.asarray(found[name], np.int64) for name in found.column_names[1:]}
        rural, commune = _where(tables, found["village"])
        return Cells(
            village=found["village"].to_numpy(zero_copy_only=False),
            commune=commune,
            round=numbers["round"],
            answers=answers(numbers, rural, rules),
            households=numbers["households"],
            people=numbers["people"],
        )

    return tables.once("poverty.cells", TABLES, make, rules, at)


def _where(
    tables: Tables, villages: pa.ChunkedArray
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.object_]]:
    """Whether each village is rural, and its commune; a village nobody knows is rural."""
    known = places(tables)
    at = pc.index_in(villages, value_set=known["place"].combine_chunks())
    at = np.asarray(pc.fill_null(at, len(known)), np.int64)
    rural = np.append(known["rural"].to_numpy(zero_copy_only=False), True)
    commune = np.append(known["commune"].to_numpy(zero_copy_only=False), "")
    return rural[at].astype(np.bool_), commune.astype(np.object_)[at]


def check(tables: Tables) -> None:
    """Refuse what cannot be a review. Raises `NotAReview`, `ReviewedTwice`.

    One such row stops the whole measure: that is a decision. The import of a register already
    refuses these rows, so one that is met here came by another way, and counts that left it
    out, or guessed at it, would differ from the register without a word.
    """
    tables.once("poverty.checked", ["reviews"], lambda: _checked(tables))


def _checked(tables: Tables) -> bool:
    t = tables["reviews"]
    wrong = {name: _wrong(t, name) for name in (*ANSWERS, *_AMOUNTS) if name in t.columns}
    counted = t.agg(**{name: it.ifelse(1, 0).sum() for name, it in wrong.items()})
    for name, count in tables.run(counted).to_pylist()[0].items():
        if count:
            some = t.filter(wrong[name]).select("household", "round", value=t[name])
            row = tables.run(some.order_by("household", "round").limit(1)).to_pylist()[0]
            raise NotAReview(column=name, **row)
    each = t.group_by("household", "round").agg(count=t.count())
    again = each.filter(each["count"] > 1).order_by("household", "round").limit(1)
    for row in tables.run(again).to_pylist():
        raise ReviewedTwice(**row)
    return True


def _wrong(t: ir.Table, name: str) -> ir.BooleanColumn:
    if name in _AMOUNTS:
        return (t[name] < _AMOUNTS[name]).fill_null(False)
    if t[name].type().is_boolean():
        return ibis.literal(False)
    return ((t[name] != 0) & (t[name] != 1)).fill_null(False)


def coded(tables: Tables, rules: Sequence[Standard], at: date) -> ir.Table:
    """The reviews of completed rounds with `KEY`: two masks over `ANSWERS` and two buckets.

    ``income`` and ``points`` say how many of the standards' lines (`lines`) a household's
    income and score pass, -1 where it is not known. A column that the reviews do not have is
    missing for all.
    """
    t = tables["reviews"]
    absent = {name: ibis.null("int64") for name in _MAY_LACK if name not in t.columns}
    t = t.mutate(**absent) if absent else t
    done = [number for number, _ in rounds(tables, at)]
    t = t.filter(t["round"].isin(done)) if done else t.limit(0)
    incomes, scores = lines(rules)
    return t.mutate(
        lacking=patterns.mask(t, ANSWERS),
        missing=patterns.missing(t, ANSWERS),
        income=_bucket(t.income_per_head_vnd, incomes),
        points=_bucket(t.points_a, scores),
    )


def _bucket(column: ir.IntegerColumn, limits: Sequence[int]) -> ir.IntegerColumn:
    passed = reduce(add, [(column > limit).ifelse(1, 0) for limit in limits], ibis.literal(0))
    return column.isnull().ifelse(-1, passed).cast("int64")


def lines(rules: Iterable[Standard]) -> tuple[list[int], list[int]]:
    """Every income line and ceiling of some standards, and every limit of the score; rising."""
    rules = list(rules)
    incomes = {
        limit
        for r in rules
        for limit in (r.line_rural_vnd, r.line_urban_vnd, r.middle_rural_vnd, r.middle_urban_vnd)
    }
    scores = {limit for r in rules for limit in (r.points_rural, r.points_urban)}
    return _known(incomes), _known(scores)


def _known(limits: Iterable[int | None]) -> list[int]:
    return sorted(limit for limit in limits if limit is not None)


def answers(coded: Mapping[str, Whole], rural: Any, rules: Iterable[Standard]) -> Answers:
    """What one household of each cell said, from the columns of `KEY`."""
    incomes, scores = lines(rules)
    return Answers(
        lacking=coded["lacking"],
        missing=coded["missing"],
        income=_highest(coded["income"], incomes),
        points=_highest(coded["points"], scores),
        rural=np.asarray(rural, np.bool_),
    )


def _highest(bucket: Whole, limits: Sequence[int]) -> Whole:
    """The most that passes so many lines; above the last, one more than it; -1 is unknown."""
    top = limits[-1] + 1 if limits else 0
    return np.array([*limits, top, -1], np.int64)[bucket]


def places(tables: Tables) -> pa.Table:
    """Every village: ``place`` (code), ``rural`` (missing counts as rural), ``commune`` (path)."""

    def make() -> pa.Table:
        listed = tables.arrow("villages", ["id", "area", "rural", "valid_from"])
        rows = listed.sort_by([("valid_from", "ascending")]).to_pylist()
        newest = {row["id"]: row for row in rows}
        return pa.table(
            {
                "place": pa.array(list(newest), pa.string()),
                "rural": pa.array([r["rural"] is not False for r in newest.values()], pa.bool_()),
                "commune": pa.array(
                    [scope.commune_of(r["area"]) for r in newest.values()], pa.string()
                ),
            }
        )

    return tables.once("poverty.places", ["villages"], make)
