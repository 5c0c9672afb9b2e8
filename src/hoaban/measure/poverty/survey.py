"""What a survey or a register hands in for a poverty count: answers, whole points, columns.

Arrays and tables of any make are taken. Points and cut-offs are whole numbers: with shares the
cut-off itself goes wrong (in floating point eight tenths add up to less than 0.8, and a
household that is poor to the letter is not counted).
"""

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class NotWholePoints(Problem):
    vi = (
        "Điểm và ngưỡng nghèo phải là số nguyên không âm, và có ít nhất một điểm; "
        "đã nhận “{value}”."
    )
    en = (
        "Points and the cut-off must be whole numbers, none negative, some point at least 1; "
        "got “{value}”."
    )


class PointsDoNotFit(Problem):
    vi = "Có {points} điểm cho {indicators} chỉ số thiếu hụt; phải khớp từng chỉ số ({names})."
    en = "{points} points are given for {indicators} indicators; each needs its own ({names})."


class NotAnAnswer(Problem):
    vi = "Chỉ số “{name}” ở dòng {row} có giá trị “{value}”; chỉ nhận 0, 1 hoặc bỏ trống."
    en = "Indicator “{name}” in row {row} holds “{value}”; it must be 0, 1 or missing."


class RowsDoNotFit(Problem):
    vi = "“{name}” có {found} dòng, còn số liệu có {rows} dòng."
    en = "“{name}” has {found} rows, the answers have {rows}."


class NotAColumn(Problem):
    vi = "“{name}” phải là một cột, mỗi dòng một giá trị, hoặc tên một cột; đã nhận “{value}”."
    en = "“{name}” must be a column, one value a row, or the name of one; got “{value}”."


class GroupsNotNamed(Problem):
    vi = "Các nhóm phải có tên: mỗi tên một cột, như {{“xa”: cột}}; đã nhận “{value}”."
    en = "Groups need names, each with its column, as in {{“commune”: column}}; got “{value}”."


class NoSuchColumn(Problem):
    vi = "Số liệu không có cột “{name}”; gần nhất là “{nearest}”."
    en = "The answers have no column “{name}”; the nearest is “{nearest}”."


class NotAWeight(Problem):
    vi = (
        "Quyền số ở dòng {row} là “{value}”; phải là số hữu hạn không âm, và có ít nhất "
        "một số dương."
    )
    en = (
        "The weight in row {row} is “{value}”; weights are finite, not negative and some are "
        "positive."
    )


class NotInDesign(Problem):
    vi = "Dòng {row} không có “{name}”; mọi hộ trả lời đủ đều phải có tầng và địa bàn mẫu."
    en = "Row {row} has no “{name}”; a household that answered needs its stratum and cluster."


class NobodyToCount(Problem):
    vi = "Không có hộ nào trả lời đủ cả {indicators} chỉ số."
    en = "No household has answered all {indicators} indicators."


def whole(value: Any) -> int:
    """A whole number of points from an int, a numpy int or a float without a fraction.

    Raises `NotWholePoints`, also for a negative number and for true and false.
    """
    found = None
    if isinstance(value, float | np.floating) and float(value).is_integer():
        found = int(value)
    elif not isinstance(value, bool | np.bool_):
        try:
            found = operator.index(value)
        except TypeError:
            found = None
    if found is None or found < 0:
        raise NotWholePoints(value=value)
    return found


def whole_points(points: Mapping[str, Any] | Iterable[Any], names: Sequence[str]) -> Ints:
    """Points in the order of ``names``, (d,). Raises `NotWholePoints`, `PointsDoNotFit`."""
    if not isinstance(points, Iterable):
        raise NotWholePoints(value=points)
    if isinstance(points, Mapping):
        if set(points) != set(names):
            raise _misfit(len(points), names)
        points = [points[name] for name in names]
    found = np.array([whole(p) for p in points], np.int64)
    if len(found) != len(names):
        raise _misfit(len(found), names)
    if not found.any():
        raise NotWholePoints(value=", ".join(map(str, found)))
    return found


def _misfit(points: int, names: Sequence[str]) -> PointsDoNotFit:
    return PointsDoNotFit(points=points, indicators=len(names), names=", ".join(names))


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The indicators of n households, and whatever other columns came with them.

    names
        (d,) the indicators.
    values
        (n, d) float64, NaN = not answered.
    others
        All columns of the table that was handed in; none for an array.
    """

    names: tuple[str, ...]
    values: Floats
    others: Mapping[str, Any]

    def column(self, given: Any, name: str) -> Any:
        """A column given as such, or by the name it has in the table.

        Raises `NoSuchColumn`, `NotAColumn`, `RowsDoNotFit`.
        """
        if isinstance(given, str):
            if given not in self.others:
                raise NoSuchColumn(name=given, nearest=nearest(given, list(self.others)) or "—")
            given = self.others[given]
        one_row_each = hasattr(given, "__len__") and getattr(given, "ndim", 1) == 1
        if not one_row_each or isinstance(given, Mapping):
            raise NotAColumn(name=name, value=str(given)[:40])
        if len(given) != len(self.values):
            raise RowsDoNotFit(name=name, found=len(given), rows=len(self.values))
        return given

    def weights(self, given: Any) -> Floats:
        """Survey weights, (n,); 1 for every row when not given. Raises `NotAWeight`."""
        if given is None:
            return np.ones(len(self.values))
        column = self.column(given, "weight")
        found = _numbers(column)
        bad = np.ones(len(self.values), bool)
        if found is not None:
            bad = ~((found >= 0) & np.isfinite(found))
        if found is None or bad.any() or not found.any():
            row = int(bad.argmax())
            raise NotAWeight(row=row + 1, value=_at(column, row))
        return found


def named_groups(groups: Any) -> dict[str, Any]:
    """Groupings by name, none when not given. Raises `GroupsNotNamed`."""
    if groups is None:
        return {}
    if not isinstance(groups, Mapping):
        raise GroupsNotNamed(value=str(groups)[:40])
    return {str(name): column for name, column in groups.items()}


def read(
    given: Any,
    points: Mapping[str, Any] | Iterable[Any],
    *,
    aside: Iterable[Any] = (),
    yes_no: bool = True,
) -> tuple[Answers, Ints]:
    """The answers and the points of their indicators.

    given
        An (n, d) array, or a table: a mapping from name to column, a data frame, an Arrow
        table. NaN and None are answers that are missing.
    points
        (d,) whole points by name or in the order of the columns. By name they also say which
        columns of a table are indicators; otherwise all are but those named in ``aside``.
        By name beside an array, in the order of its columns, they name the indicators.
    yes_no
        Whether answers must be 0 or 1.

    Raises `NotWholePoints`, `PointsDoNotFit`, `NotAnAnswer`, `RowsDoNotFit`.
    """
    columns = _columns(given)
    if isinstance(points, Mapping):
        points = {str(name): worth for name, worth in points.items()}
    if columns is None:
        values = _matrix(given)
        named = isinstance(points, Mapping) and len(points) == values.shape[1]
        own = points if named else [f"d_{j + 1}" for j in range(values.shape[1])]
        names = tuple(own)
        worth = whole_points(
            list(points.values()) if isinstance(points, Mapping) else points, names
        )
    else:
        kept = {name for name in aside if isinstance(name, str)}
        by_name = isinstance(points, Mapping) and set(points) <= set(columns)
        names = tuple(points if by_name else [name for name in columns if name not in kept])
        worth = whole_points(points, names)
        values = _stacked(columns, names)
    if yes_no:
        _only_yes_no(values, names)
    return Answers(names, values, columns or {}), worth


def _columns(given: Any) -> dict[str, Any] | None:
    """The columns of anything that has named ones; None for an array."""
    if isinstance(given, Mapping):
        names: Iterable[Any] = given
    elif hasattr(given, "column_names"):
        names = given.column_names
    elif hasattr(given, "columns"):
        names = given.columns
    else:
        names = getattr(getattr(given, "dtype", None), "names", None) or ()
        if not names:
            return None
    return {str(name): given[name] for name in names}


def _matrix(given: Any) -> Floats:
    try:
        values = np.ma.filled(np.ma.asarray(given).astype(np.float64), np.nan)
    except (TypeError, ValueError):
        raise NotAnAnswer(name="—", row="—", value=str(given)[:40]) from None
    if values.ndim not in (1, 2):
        raise NotAnAnswer(name="—", row="—", value=str(given)[:40])
    return values if values.ndim == 2 else values[:, None]


def _stacked(columns: Mapping[str, Any], names: tuple[str, ...]) -> Floats:
    for name in names:
        if not hasattr(columns[name], "__len__") or isinstance(columns[name], str):
            raise NotAColumn(name=name, value=str(columns[name])[:40])
    rows = len(columns[names[0]])
    values = np.empty((rows, len(names)))
    for j, name in enumerate(names):
        if len(columns[name]) != rows:
            raise RowsDoNotFit(name=name, found=len(columns[name]), rows=rows)
        found = _numbers(columns[name])
        if found is None:
            raise NotAnAnswer(name=name, **_first(columns[name]))
        values[:, j] = found
    return values


def _only_yes_no(values: Floats, names: tuple[str, ...]) -> None:
    bad = ~(np.isnan(values) | (values == 0) | (values == 1))
    if bad.any():
        row, j = np.argwhere(bad)[0].tolist()
        raise NotAnAnswer(name=names[j], row=row + 1, value=f"{values[row, j]:g}")


def _numbers(column: Any) -> Floats | None:
    """A column as float64 with NaN for missing; None when it holds something else."""
    found = arrow(column)
    if pa.types.is_boolean(found.type):
        found = found.cast(pa.int8())
    kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
    if not any(is_kind(found.type) for is_kind in kinds):
        return None
    return np.array(found.cast(pa.float64()).to_numpy(zero_copy_only=False))


def arrow(column: Any) -> pa.Array:
    """Any column as Arrow, missing as null; values of several kinds as strings."""
    if hasattr(column, "to_arrow"):
        column = column.to_arrow()
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    try:
        found = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        found = pa.array([None if _is_missing(v) else _said(v) for v in column], pa.string())
    if pa.types.is_dictionary(found.type):
        found = found.dictionary_decode()
    if pa.types.is_floating(found.type):
        found = pc.if_else(pc.is_nan(found), None, found)
    return found


def _at(column: Any, row: int) -> Any:
    """A column's value by position: a data frame's own index may begin anywhere."""
    return arrow(column)[row].as_py()


def _first(column: Any) -> dict[str, Any]:
    """The first value of a column that is there, and its row from 1."""
    row = int(np.asarray(arrow(column).is_valid()).argmax())
    return {"row": row + 1, "value": _at(column, row)}


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN alone differs from itself


def coded(column: Any) -> tuple[Ints, list[str]]:
    """A column's values as positions in their sorted names, (n,); −1 = missing.

    Whole floats are named as whole numbers.
    """
    found = arrow(column)
    if pa.types.is_null(found.type):
        return np.full(len(found), -1, np.int64), []
    found = found.dictionary_encode()
    values = found.dictionary.to_pylist()
    said = [_said(value) for value in values]
    order = sorted(range(len(values)), key=lambda i: values[i])
    names = list(dict.fromkeys(said[i] for i in order))
    rank = {name: i for i, name in enumerate(names)}
    place = np.array([rank[name] for name in said] or [-1], np.int64)
    at = found.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.where(at < 0, -1, place[at]), names


def _said(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
