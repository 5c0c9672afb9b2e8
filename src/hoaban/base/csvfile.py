"""Reading tables that people keep (CSV): every fault names file, row, column and what to do.

Rows are numbered as a spreadsheet shows them: the header is row 1, the first data row is 2.
Nothing is returned until the whole file is sound, so nothing can be half-loaded.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile
from hoaban.base.text import nfc


class MissingColumn(Problem):
    vi = "Tệp {file}: thiếu cột “{column}”; hãy thêm cột này vào dòng tiêu đề."
    en = "File {file}: the column “{column}” is missing; add it to the header row."


class UnknownColumn(Problem):
    vi = "Tệp {file}: có cột lạ “{column}”; hãy đổi tên hoặc bỏ cột này."
    en = "File {file}: there is an unknown column “{column}”; rename it or take it out."


class NotReadable(Problem):
    vi = "Tệp {file}, dòng {row}, cột “{column}”: “{value}” không phải {kind}; hãy sửa ô này."
    en = "File {file}, row {row}, column “{column}”: “{value}” is not {kind_en}; mend this cell."


class EmptyCell(Problem):
    vi = "Tệp {file}, dòng {row}, cột “{column}”: ô để trống; hãy điền giá trị."
    en = "File {file}, row {row}, column “{column}”: the cell is empty; fill it in."


class OutOfRange(Problem):
    vi = "Tệp {file}, dòng {row}, cột “{column}”: {value} nằm ngoài {low}…{high}; hãy sửa ô này."
    en = "File {file}, row {row}, column “{column}”: {value} is outside {low}…{high}; mend it."


class DuplicateCode(Problem):
    vi = "Tệp {file}, dòng {row}: mã “{value}” ở cột “{column}” đã có ở dòng {first}; hãy bỏ một."
    en = "File {file}, row {row}: “{value}” in “{column}” stands in row {first} too; drop one."


class UnknownCode(Problem):
    vi = "Tệp {file}, dòng {row}, cột “{column}”: không có mã “{value}”; gần nhất là “{nearest}”."
    en = "File {file}, row {row}, column “{column}”: no code “{value}”; nearest is “{nearest}”."


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: ``kind`` is text, integer, decimal, flag or date."""

    kind: str = "text"
    required: bool = True  # an empty cell is refused; else it reads as None
    low: float | None = None
    high: float | None = None
    unique: bool = False


_KINDS = {
    "integer": ("một số nguyên", "a whole number"),
    "decimal": ("một số", "a number"),
    "flag": ("0 hoặc 1", "0 or 1"),
    "date": ("một ngày dạng năm-tháng-ngày", "a date like 2026-11-24"),
}


def read_csv(
    file: Path, columns: Mapping[str, Column], *, more: bool = False
) -> list[dict[str, Any]]:
    """The rows of a CSV file, typed; an empty optional cell is None.

    ``more`` lets columns stand that are not named; they are not returned.
    Raises one of this module's problems at the first fault, naming its place.
    """
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return read_rows(file.name, csv.reader(lines), columns, more=more)


def read_rows(
    file: str, lines: Any, columns: Mapping[str, Column], *, more: bool = False
) -> list[dict[str, Any]]:
    """As `read_csv`, from any iterable of lists of cells whose first item is the header."""
    cells = iter(lines)
    header = _header(file, next(cells, []), columns, more=more)
    rows: list[dict[str, Any]] = []
    seen: dict[str, dict[Any, int]] = {n: {} for n, c in columns.items() if c.unique}
    for number, line in enumerate(cells, start=2):
        if not any(str(cell).strip() for cell in line):
            continue
        given = dict(zip(header, line, strict=False))
        row = {n: _read(file, number, n, given.get(n, ""), c) for n, c in columns.items()}
        for name, first in seen.items():
            value, before = row[name], first.setdefault(row[name], number)
            if before != number:
                raise DuplicateCode(file=file, row=number, column=name, value=value, first=before)
        rows.append(row)
    return rows


def _header(file: str, cells: Any, columns: Mapping[str, Column], *, more: bool) -> list[str]:
    header = [nfc(str(name)) for name in cells]
    for name in columns:
        if name not in header:
            raise MissingColumn(file=file, column=name)
    for name in header:
        if name not in columns and not more:
            raise UnknownColumn(file=file, column=name)
    return header


def _read(file: str, row: int, name: str, cell: Any, column: Column) -> Any:
    text = nfc(str(cell))
    if not text:
        if column.required:
            raise EmptyCell(file=file, row=row, column=name)
        return None
    try:
        value = _PARSERS[column.kind](text)
    except ValueError:
        kind, kind_en = _KINDS[column.kind]
        raise NotReadable(
            file=file, row=row, column=name, value=text, kind=kind, kind_en=kind_en
        ) from None
    low, high = column.low, column.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise OutOfRange(
            file=file,
            row=row,
            column=name,
            value=text,
            low="-∞" if low is None else low,
            high="∞" if high is None else high,
        )
    return value


def _flag(text: str) -> bool:
    if text.lower() not in ("0", "1", "false", "true"):
        raise ValueError(text)
    return text.lower() in ("1", "true")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


_PARSERS: dict[str, Any] = {
    "text": str,
    "integer": lambda text: int(text.removesuffix(".0")),
    "decimal": _number,
    "flag": _flag,
    "date": date.fromisoformat,
}
