"""A register that an office already keeps (CSV or XLSX) → a list. All of it or nothing.

The columns are ``key``, ``area`` (the code or path of the place), the list's properties by
name, and if wanted ``label``, ``valid_from`` and ``valid_to``. A property that may be missing
may be left out. Every fault names file, row and column, rows counted as a spreadsheet shows them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import python_calamine as calamine
from django.db import transaction
from django.db.models import Q

from hoaban.base import scope
from hoaban.base.csvfile import Column, NotReadable, UnknownCode, read_rows
from hoaban.base.models import Area, User
from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile, nearest
from hoaban.base.text import nfc
from hoaban.record import batches, checks
from hoaban.record.lists import ListSpec, Property, find, schema
from hoaban.record.models import Entity
from hoaban.record.package import sha256_of

SUFFIXES = (".csv", ".xlsx")  # how a table is told from a map
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_KINDS = {
    "integer": "integer",
    "decimal": "decimal",
    "flag": "flag",
    "answer": "flag",
    "date": "date",
}
_OPTIONAL = {
    "label": Column(required=False),
    "valid_from": Column("date", required=False),
    "valid_to": Column("date", required=False),
}


class UnknownFormat(Problem):
    vi = "Tệp {file}: chỉ nhận tệp .csv hoặc .xlsx; hãy lưu lại theo một trong hai dạng đó."
    en = "File {file}: only .csv and .xlsx are taken; save it as one of these."


class NotUtf8(Problem):
    vi = "Tệp {file} không phải UTF-8 (có thể là TCVN3 hoặc VNI); hãy lưu lại dạng CSV UTF-8."
    en = "File {file} is not UTF-8 (TCVN3 or VNI perhaps); save it again as CSV UTF-8."


class NotAWorkbook(Problem):
    vi = "Tệp {file} không mở được như bảng tính; hãy mở và lưu lại dạng .xlsx."
    en = "File {file} cannot be opened as a workbook; open it and save it again as .xlsx."


class NoRows(Problem):
    vi = "Tệp {file} không có dòng số liệu nào; hãy kiểm tra lại tệp."
    en = "File {file} has no rows of data; check the file."


class NotAnOption(Problem):
    vi = "Tệp {file}, dòng {row}, cột “{column}”: “{value}” không thuộc: {allowed}; hãy sửa ô này."
    en = "File {file}, row {row}, column “{column}”: “{value}” is none of: {allowed}; mend it."


class KnownAlready(Problem):
    vi = "Tệp {file}, dòng {row}: mã “{value}” đã có trong danh sách “{list}”; hãy bỏ dòng này."
    en = "File {file}, row {row}: “{value}” is already in the list “{list}”; drop this row."


class OutsideYourArea(Problem):
    vi = "Tệp {file}, dòng {row}: địa bàn “{value}” ngoài phạm vi của bạn; hãy bỏ dòng này."
    en = "File {file}, row {row}: the area “{value}” is outside yours; drop this row."
    status = 403


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cell stands, for the problems that name it."""

    file: str
    row: int

    def refuse(
        self, problem: Callable[..., Problem], column: str, value: object, **more: object
    ) -> Problem:
        return problem(file=self.file, row=self.row, column=column, value=value, **more)


@transaction.atomic
def import_register(
    file: Path,
    name: str,
    lists: Mapping[str, ListSpec],
    *,
    at: datetime,
    actor: User | None,
    origin: str = "imported",
    source: str = "",
) -> int:
    """Append the file's rows to the list ``name``; returns how many.

    One `record.imported` event carries the file's name and sha256. An actor may bring
    rows of the own area only, and none without an area. Raises the problems of this module, of
    `base.csvfile` and of `checks`; after any of them the register is as it was.
    """
    spec = find(lists, name)
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    numbers: list[int] = []
    rows = read_rows(file.name, *_prepared(file, spec, numbers))
    if not rows:
        raise NoRows(file=file.name)
    places = [_Place(file.name, number) for number in numbers]
    _refuse_known(spec, rows, places)
    _to_paths(rows, places, at.astimezone(_LOCAL).date(), actor)
    for item in spec.properties.values():
        _read_property(spec, item, rows, places)
    for row in rows:
        row["origin"], row["source"] = origin, source or file.name
    table = pa.Table.from_pylist(rows, schema=schema(spec))
    facts = {"file": file.name, "file_sha256": sha256_of(file)}
    batches.store(spec, checks.fit(table, spec), seed=None, at=at, actor=actor, **facts)
    return len(rows)


def _prepared(
    file: Path, spec: ListSpec, numbers: list[int]
) -> tuple[Iterator[list[Any]], dict[str, Column]]:
    """The file's lines and the columns to read from them; notes the number of each full row."""
    read = iter(lines(file))
    header = [nfc(str(name)) for name in next(read, [])]
    own = {p.name: p for p in spec.properties.values() if p.name in header or not p.missing}
    columns = {
        "key": Column(unique=True),
        "area": Column(),
        **{name: column for name, column in _OPTIONAL.items() if name in header},
        **{name: _column(item) for name, item in own.items()},
    }
    return chain([header], counted(read, numbers)), columns


def counted(body: Iterator[list[Any]], numbers: list[int]) -> Iterator[list[Any]]:
    """The lines under a header as they are; notes in ``numbers`` the number of each full row."""
    for number, line in enumerate(body, start=2):
        if any(str(cell).strip() for cell in line):  # as `read_rows` tells empty lines
            numbers.append(number)
        yield line


def _column(item: Property) -> Column:
    kind = _KINDS.get(item.type, "text")
    return Column(kind, required=not item.missing, low=item.low, high=item.high)


def lines(file: Path) -> Iterable[list[Any]]:
    """The cells of a CSV or XLSX file (its first sheet), as a person would type them.

    Raises `NotUtf8`, `NotAWorkbook`, `UnknownFormat`.
    """
    if file.suffix.lower() == ".csv":
        try:
            text = file.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise NotUtf8(file=file.name) from None
        if "\0" in text:  # UTF-16 that passes for UTF-8
            raise NotUtf8(file=file.name)
        first = text.partition("\n")[0]
        mark = ";" if first.count(";") > first.count(",") else ","  # as Excel in Vietnamese saves
        return csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    if file.suffix.lower() == ".xlsx":
        try:
            sheet = calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0)
        except calamine.CalamineError:
            raise NotAWorkbook(file=file.name) from None
        return [[_cell(value) for value in line] for line in sheet.to_python(skip_empty_area=False)]
    raise UnknownFormat(file=file.name)


def _cell(value: Any) -> str:
    """A spreadsheet's cell as a person would type it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _refuse_known(spec: ListSpec, rows: list[dict[str, Any]], places: list[_Place]) -> None:
    known = set(Entity.objects.filter(list=spec.name).values_list("key", flat=True))
    for row, place in zip(rows, places, strict=True):
        if row["key"] in known:
            raise place.refuse(KnownAlready, "key", row["key"], list=spec.name)


def _to_paths(
    rows: list[dict[str, Any]], places: list[_Place], day: date, actor: User | None
) -> None:
    standing = Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    paths = {code: path for path, code in standing.values_list("path", "code")}
    paths |= {path: path for path in paths.values()}
    top = "" if actor is None or actor.area is None else actor.area.path
    for row, place in zip(rows, places, strict=True):
        path = paths.get(row["area"])
        if path is None:
            near = nearest(row["area"], paths)
            raise place.refuse(UnknownCode, "area", row["area"], nearest=near)
        if actor is not None and not (top and scope.inside(path, top)):
            raise place.refuse(OutsideYourArea, "area", row["area"])
        row["area"] = path


def _read_property(
    spec: ListSpec, item: Property, rows: list[dict[str, Any]], places: list[_Place]
) -> None:
    """Turn what a cell says into what the list holds, where a bare type is not enough."""
    read: Callable[[Any, _Place], Any]
    if item.type == "answer":
        read = _answer
    elif item.type == "choice":
        read = partial(_option, item)
    elif item.type == "instant":
        read = partial(_instant, item)
    elif item.type == "ref":
        read = partial(_reference, item, _known_keys(spec, item, rows))
    else:
        return
    for row, place in zip(rows, places, strict=True):
        value = row.get(item.name)
        if value is not None:
            row[item.name] = read(value, place)


def _known_keys(spec: ListSpec, item: Property, rows: list[dict[str, Any]]) -> set[str]:
    """What a reference may name: rows stored, and of its own list also rows that come with it."""
    stored = set(Entity.objects.filter(list=item.list).values_list("key", flat=True))
    return stored | {row["key"] for row in rows} if item.list == spec.name else stored


def _answer(value: bool, _: _Place) -> int:
    return int(value)


def _option(item: Property, value: str, place: _Place) -> str:
    if value not in item.options:
        raise place.refuse(NotAnOption, item.name, value, allowed=", ".join(item.options))
    return value


def _reference(item: Property, known: set[str], value: str, place: _Place) -> str:
    if value not in known:
        raise place.refuse(UnknownCode, item.name, value, nearest=nearest(value, known))
    return value


def _instant(item: Property, value: str, place: _Place) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        kind, kind_en = "một thời điểm dạng 2026-11-24 06:00", "a time like 2026-11-24 06:00"
        raise place.refuse(NotReadable, item.name, value, kind=kind, kind_en=kind_en) from None
    return read if read.tzinfo else read.replace(tzinfo=_LOCAL)
