"""Whether a table is what its list declares: types, ranges, options, keys and references.

Set-wise, for batches of any size. A fault is a `Problem` that names list, row (by its key),
column and value; nothing is mended silently.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.record import rows
from hoaban.record.lists import ListSpec, Property, schema

ORIGINS = ("official", "compiled", "surveyed", "imported", "synthetic", "assumed")
_TEXT = pa.string()
_LONGEST = {"key": 64, "source": 300}  # characters; only PostgreSQL would refuse more itself
_EMPTY = {"label": "", "source": ""}  # common columns that may stand empty


class ColumnMissing(Problem):
    vi = "Danh sách “{list}”: thiếu cột “{column}”; hãy thêm cột này."
    en = "List “{list}”: the column “{column}” is missing; add it."


class ColumnUnknown(Problem):
    vi = "Danh sách “{list}”: có cột lạ “{column}”; gần nhất là “{nearest}”."
    en = "List “{list}”: there is an unknown column “{column}”; the nearest is “{nearest}”."


class WrongType(Problem):
    vi = "Danh sách “{list}”, cột “{column}”: không đọc được thành kiểu {type}; {fault}."
    en = "List “{list}”, column “{column}”: cannot be read as {type}; {fault}."


class ValueMissing(Problem):
    vi = "Danh sách “{list}”, dòng “{key}”: cột “{column}” để trống; hãy điền giá trị."
    en = "List “{list}”, row “{key}”: the column “{column}” is empty; fill it in."


class ValueNotAllowed(Problem):
    vi = "Danh sách “{list}”, dòng “{key}”, cột “{column}”: “{value}” không hợp lệ ({allowed})."
    en = "List “{list}”, row “{key}”, column “{column}”: “{value}” is not allowed ({allowed})."


class TooLong(Problem):
    vi = "Danh sách “{list}”, cột “{column}”: “{value}” dài hơn {most} ký tự; hãy rút ngắn."
    en = "List “{list}”, column “{column}”: “{value}” is longer than {most} characters; shorten it."


class KeyTwice(Problem):
    vi = "Danh sách “{list}”: mã “{key}” xuất hiện hai lần; hãy bỏ một dòng."
    en = "List “{list}”: the key “{key}” stands twice; drop one row."


class NoSuchRow(Problem):
    vi = "Danh sách “{list}”, cột “{column}”: không có “{value}” trong danh sách “{target}”."
    en = "List “{list}”, column “{column}”: there is no “{value}” in the list “{target}”."


def fit(table: pa.Table, spec: ListSpec) -> pa.Table:
    """The table with exactly the declared columns, types and order. Raises this module's problems.

    Text that stands empty in a required column is a fault like a missing value.
    """
    wanted = schema(spec)
    for name in wanted.names:
        if name not in table.column_names:
            raise ColumnMissing(list=spec.name, column=name)
    for name in table.column_names:
        if name not in wanted.names:
            raise ColumnUnknown(list=spec.name, column=name, nearest=nearest(name, wanted.names))
    fitted = pa.table({f.name: _cast(spec, table[f.name], f) for f in wanted}, schema=wanted)
    _check_common(spec, fitted)
    for item in spec.properties.values():
        _check(spec, fitted, item)
    return fitted


class References:
    """Which keys a batch has brought and which it leans on; checked once all have come."""

    def __init__(self) -> None:
        self.keys: dict[str, list[pa.Array]] = {}
        self.used: dict[tuple[str, str, str], list[pa.Array]] = {}

    def note(self, spec: ListSpec, table: pa.Table) -> None:
        """Remember a table's keys and the distinct keys it refers to."""
        self.keys.setdefault(spec.name, []).extend(table["key"].chunks)
        for item in spec.properties.values():
            if item.type == "ref":
                place = (spec.name, item.name, item.list)
                self.used.setdefault(place, []).append(pc.unique(table[item.name]))

    def check(self, stored: Callable[[str], pa.Array]) -> None:
        """Raises `NoSuchRow` for a reference neither in the batch nor among ``stored(list)``."""
        for (name, column, target), pieces in self.used.items():
            values = pc.unique(pa.chunked_array(pieces)).drop_null()
            lost = _without(values, pa.chunked_array(self.keys.get(target, []), _TEXT))
            if len(lost):
                lost = _without(lost, stored(target))
            if len(lost):
                raise NoSuchRow(list=name, column=column, value=lost[0].as_py(), target=target)


def _without(values: pa.Array, known: pa.ChunkedArray | pa.Array) -> pa.Array:
    return pc.filter(values, pc.invert(pc.is_in(values, value_set=known)))


def check_value(spec: ListSpec, item: Property, key: str, value: Any) -> Any:
    """One value of a row as the register stores it (dates and instants as ISO text).

    Raises the same problems as `fit`.
    """
    field = schema(spec).field(item.name)
    try:
        given = pa.chunked_array([pa.array([value])])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        raise WrongType(
            list=spec.name, column=item.name, type=str(field.type), fault=str(fault)[:120]
        ) from None
    one = pa.table({"key": [key], item.name: _cast(spec, given, field)})
    _check(spec, one, item)
    return rows.stored_form(one[item.name], field.type)[0].as_py()


def _cast(spec: ListSpec, column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    if field.name in _EMPTY:
        column = pc.fill_null(column.cast(pa.string()), _EMPTY[field.name])
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise WrongType(
            list=spec.name, column=field.name, type=str(field.type), fault=str(fault)[:120]
        ) from None


def _check_common(spec: ListSpec, table: pa.Table) -> None:
    for name in ("key", "area", "origin"):
        _check_present(spec, table, name)
    counts = table["key"].value_counts()
    if len(counts) < len(table):
        twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        raise KeyTwice(list=spec.name, key=twice[0].as_py())
    _check_among(spec, table, "origin", ORIGINS)
    longest = {**_LONGEST, "key": 8, "label": 120} if spec.name == "villages" else _LONGEST
    for name, most in longest.items():
        row = pc.index(pc.greater(pc.utf8_length(table[name]), most), True).as_py()
        if row >= 0:
            value = table[name][row].as_py()
            raise TooLong(list=spec.name, column=name, value=value[:40], most=most)


def _check(spec: ListSpec, table: pa.Table, item: Property) -> None:
    if not item.missing:
        _check_present(spec, table, item.name)
    if item.type == "decimal":
        strange = pc.invert(pc.is_finite(table[item.name]))
        _refuse(spec, table, item.name, strange, "hữu hạn / finite")
    if item.options:
        _check_among(spec, table, item.name, item.options)
    low, high = (0, 1) if item.type == "answer" else (item.low, item.high)
    if low is not None:
        _refuse(spec, table, item.name, pc.less(table[item.name], low), f"≥ {low}")
    if high is not None:
        _refuse(spec, table, item.name, pc.greater(table[item.name], high), f"≤ {high}")


def _check_present(spec: ListSpec, table: pa.Table, name: str) -> None:
    column = table[name]
    if column.null_count or (
        pa.types.is_string(column.type) and pc.any(pc.equal(column, "")).as_py()
    ):
        text = column.cast(pa.string())
        empty = pc.fill_null(pc.equal(text, ""), True)
        key = table["key"][pc.index(empty, True).as_py()].as_py()
        raise ValueMissing(list=spec.name, key=key, column=name)


def _check_among(spec: ListSpec, table: pa.Table, name: str, allowed: tuple[str, ...]) -> None:
    column = table[name]
    strange = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, pa.array(allowed))))
    _refuse(spec, table, name, strange, " · ".join(allowed))


def _refuse(spec: ListSpec, table: pa.Table, name: str, mask: Any, allowed: str) -> None:
    row = pc.index(mask, True).as_py()
    if row >= 0:
        raise ValueNotAllowed(
            list=spec.name,
            key=table["key"][row].as_py(),
            column=name,
            value=table[name][row].as_py(),
            allowed=allowed,
        )
