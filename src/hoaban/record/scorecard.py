"""Form B1 (or any other scorecard): a household's points are the sum over its answers.

Rows are those of the lists ``scorecard`` (the point table, see `scorecard_import`) and
``scorecard_answers``. Every item takes one answer; a household that leaves one open has no score.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest


class NoTable(Problem):
    vi = (
        "Chưa có bảng điểm của vùng “{region}” cho ngày {at}; vùng gần nhất là “{nearest}”. "
        "Hãy nhập: hoaban import scorecard TỆP."
    )
    en = (
        "There is no point table of region “{region}” for {at}; the nearest region is "
        "“{nearest}”. Import one: hoaban import scorecard FILE."
    )


class NoSuchItem(Problem):
    vi = "Hộ “{household}”: bảng điểm không có mục “{item}”; gần nhất là “{nearest}”."
    en = "Household “{household}”: the point table has no item “{item}”; nearest is “{nearest}”."


class NoSuchOption(Problem):
    vi = "Hộ “{household}”, mục “{item}”: không có phương án “{option}”; gần nhất là “{nearest}”."
    en = "Household “{household}”, item “{item}”: no option “{option}”; nearest is “{nearest}”."


class AnsweredTwice(Problem):
    vi = "Hộ “{household}” có hai câu trả lời cho mục “{item}”; hãy bỏ một."
    en = "Household “{household}” answers item “{item}” twice; drop one answer."


def score(answers: pa.Table, table: pa.Table, region: str, on: date) -> pa.Table:
    """The points of every household by the table of a region that holds on a day.

    answers
        Columns ``household``, ``item``, ``option`` (text), one row an answer, one round.
    table
        Rows of the list ``scorecard``: ``region``, ``item``, ``option``, ``points``,
        ``valid_from``, ``valid_to``.

    Returns columns ``household``, ``points`` (int64) and ``missing`` (list of items), one row a
    household in order of its first answer. A household that leaves an item unanswered has no
    points. Raises `NoTable`, `NoSuchItem`, `NoSuchOption`, `AnsweredTwice`.
    """
    rules = _in_force(table, region, on)
    items = pc.unique(rules["item"])
    household = answers["household"].combine_chunks().dictionary_encode()
    homes, at = household.dictionary, household.indices.to_numpy(zero_copy_only=False)
    item = pc.index_in(answers["item"], value_set=items)
    _refuse_item(answers, item, items)
    points = _points(answers, rules)
    column = item.to_numpy()
    cell = at.astype(np.int64) * len(items) + column
    answered = np.bincount(cell, minlength=len(homes) * len(items)).reshape(-1, len(items))
    if (answered > 1).any():
        home, twice = np.argwhere(answered > 1)[0]
        raise AnsweredTwice(household=homes[int(home)].as_py(), item=items[int(twice)].as_py())
    total = np.zeros(len(homes), np.int64)
    np.add.at(total, at, points)
    lacking = answered == 0
    return pa.table(
        {
            "household": homes,
            "points": pa.array(total, mask=lacking.any(axis=1)),
            "missing": _lists(lacking, items),
        }
    )


def fill_points(
    reviews: pa.Table, answers: pa.Table, table: pa.Table, region: str | Sequence[str]
) -> pa.ChunkedArray:
    """``points_a`` of every review: as recorded, else the sum of the form's answers, else null.

    reviews
        Columns ``household``, ``round``, ``completed_on`` and ``points_a``; a round that is not
        completed yet is scored on its last day of the year.
    answers
        The list ``scorecard_answers``: ``household``, ``round``, ``item``, ``option``.
    region
        One for all, or one a review (the table of rural communes differs from that of wards).

    What an office recorded is never overwritten. Raises the problems of `score`.
    """
    found = reviews["points_a"].to_pylist()
    homes = _joined(reviews, "household", "round").combine_chunks()
    at = pc.index_in(_joined(answers, "household", "round"), value_set=homes)
    asked = [row for row in pc.unique(at.drop_null()).to_pylist() if found[row] is None]
    parts: dict[tuple[int, str, date], list[int]] = {}
    starts: dict[tuple[str, date], date] = {}
    for row in sorted(asked):
        year = reviews["round"][row].as_py()
        where = region if isinstance(region, str) else region[row]
        day = reviews["completed_on"][row].as_py() or date(year, 12, 31)
        if (where, day) not in starts:
            starts[where, day] = _in_force(table, where, day)["valid_from"][0].as_py()
        parts.setdefault((year, where, starts[where, day]), []).append(row)
    for (_, where, start), rows in parts.items():
        own = answers.filter(pc.is_in(at, value_set=pa.array(rows, at.type)))
        scored = score(own, table, where, start)
        place = pc.index_in(reviews["household"].take(rows), value_set=scored["household"])
        points = scored["points"].take(place).to_pylist()
        for row, one in zip(rows, points, strict=True):
            found[row] = one
    return pa.chunked_array([pa.array(found, pa.int64())])


def _in_force(table: pa.Table, region: str, on: date) -> pa.Table:
    day = pa.scalar(on, pa.date32())
    begun = pc.less_equal(table["valid_from"], day)
    lasts = pc.fill_null(pc.greater(table["valid_to"], day), True)
    here = pc.equal(table["region"], region)
    rules = table.filter(pc.and_(pc.and_(begun, lasts), here)).combine_chunks()
    if not len(rules):
        near = nearest(region, pc.unique(table["region"]).to_pylist())
        raise NoTable(region=region, at=on.isoformat(), nearest=near)
    return rules


def _refuse_item(answers: pa.Table, item: Any, items: pa.Array) -> None:
    row = pc.index(pc.is_null(item), True).as_py()
    if row >= 0:
        strange = answers["item"][row].as_py()
        raise NoSuchItem(
            household=answers["household"][row].as_py(),
            item=strange,
            nearest=nearest(str(strange), items.to_pylist()),
        )


def _points(answers: pa.Table, rules: pa.Table) -> npt.NDArray[np.int64]:
    """(answers,) the points of each answer. Raises `NoSuchOption`."""
    at = pc.index_in(
        _joined(answers, "item", "option"),
        value_set=_joined(rules, "item", "option").combine_chunks(),
    )
    row = pc.index(pc.is_null(at), True).as_py()
    if row >= 0:
        item, option = (answers[name][row].as_py() for name in ("item", "option"))
        options = rules.filter(pc.equal(rules["item"], item))["option"].to_pylist()
        raise NoSuchOption(
            household=answers["household"][row].as_py(),
            item=item,
            option=option,
            nearest=nearest(str(option), options),
        )
    points: npt.NDArray[np.int64] = rules["points"].take(at).to_numpy()
    return points


def _joined(table: pa.Table, first: str, second: str) -> pa.ChunkedArray:
    """Two columns as one text, to find pairs by."""
    return pc.binary_join_element_wise(table[first], table[second].cast(pa.string()), "\x1f")


def _lists(lacking: npt.NDArray[np.bool_], items: pa.Array) -> pa.ListArray:
    """For each household the items it lacks, in the table's order."""
    ends = np.append(0, np.cumsum(lacking.sum(axis=1))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), items.take(pa.array(np.nonzero(lacking)[1])))
