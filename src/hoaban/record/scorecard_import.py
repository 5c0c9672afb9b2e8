"""Bringing in the point table of form B1 (or another scorecard); the format is in `docs/data.md`.

The table is never typed in here and none is shipped. One table of a region holds from
``valid_from`` to the day before ``valid_to``, all its rows alike; a newer one begins where it ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction

from hoaban.base.csvfile import Column, read_rows
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile
from hoaban.base.text import nfc
from hoaban.record import batches, checks, imports
from hoaban.record.lists import ListSpec, find, schema
from hoaban.record.models import Entity
from hoaban.record.package import sha256_of

LIST = "scorecard"
COLUMNS = {
    "item": Column(),
    "item_label": Column(),
    "option": Column(),
    "option_label": Column(),
    "points": Column("integer", low=-1000, high=1000),
    "region": Column(),
    "valid_from": Column("date"),
    "valid_to": Column("date"),
    "source": Column(),
}


class EndsBeforeItBegins(Problem):
    vi = "Tệp {file}, dòng {row}: valid_to {end} không sau valid_from {start}; hãy sửa ngày."
    en = "File {file}, row {row}: valid_to {end} is not after valid_from {start}; mend the dates."


class OptionTwice(Problem):
    vi = (
        "Tệp {file}, dòng {row}: phương án “{option}” của mục “{item}”, vùng “{region}”, đã "
        "có ở dòng {first}; hãy bỏ một dòng."
    )
    en = (
        "File {file}, row {row}: option “{option}” of item “{item}”, region “{region}”, "
        "stands in row {first} too; drop one."
    )


class TablesOverlap(Problem):
    vi = (
        "Tệp {file}, dòng {row}: bảng điểm vùng “{region}” từ {start} đến {end} chồng lên "
        "{other}; hãy sửa ngày để không ngày nào có hai bảng."
    )
    en = (
        "File {file}, row {row}: the table of region “{region}” from {start} to {end} "
        "overlaps {other_en}; mend the dates so that no day has two tables."
    )


class GapBetweenTables(Problem):
    vi = (
        "Tệp {file}, dòng {row}: bảng điểm vùng “{region}” bắt đầu {start}, bảng trước hết "
        "hiệu lực {end}; valid_to là ngày đầu tiên bảng không còn hiệu lực."
    )
    en = (
        "File {file}, row {row}: the table of region “{region}” begins {start}, the one "
        "before ends {end}; valid_to is the first day on which a table no longer holds."
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """A table of a region: the days it holds, and a row of the file (None: stored already)."""

    start: date
    end: date | None
    row: int | None


@transaction.atomic
def import_scorecard(
    file: Path, lists: Mapping[str, ListSpec], *, at: datetime, actor: User | None
) -> int:
    """Append a table's rows to the list ``scorecard``; returns how many. All or none.

    Raises the problems of this module, of `base.csvfile`, `record.imports` and `checks`.
    """
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    numbers: list[int] = []
    read = iter(imports.lines(file))
    header = [nfc(str(name)) for name in next(read, [])]
    rows = read_rows(file.name, chain([header], imports.counted(read, numbers)), COLUMNS)
    if not rows:
        raise imports.NoRows(file=file.name)
    _check_rows(file.name, rows, numbers)
    _check_spans(file.name, rows, numbers)
    spec, top = find(lists, LIST), batches.province().path
    table = pa.Table.from_pylist([_stored(row, top) for row in rows], schema=schema(spec))
    facts = {"file": file.name, "file_sha256": sha256_of(file)}
    batches.store(spec, checks.fit(table, spec), seed=None, at=at, actor=actor, **facts)
    return len(rows)


def _stored(row: Mapping[str, Any], top: str) -> dict[str, Any]:
    place = "/".join(row[name] for name in ("region", "item", "option"))
    return {  # codes may be long, a key may not
        "key": f"{row['valid_from']}/{blake2b(place.encode(), digest_size=12).hexdigest()}",
        "area": top,
        "label": f"{row['item_label']}: {row['option_label']}",
        "origin": "imported",
        **{name: row[name] for name in ("source", "valid_from", "valid_to")},
        **{name: row[name] for name in ("region", "item", "option", "points")},
    }


def _check_rows(file: str, rows: Sequence[Mapping[str, Any]], numbers: Sequence[int]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row, number in zip(rows, numbers, strict=True):
        start, end = row["valid_from"], row["valid_to"]
        if end <= start:
            raise EndsBeforeItBegins(file=file, row=number, start=start, end=end)
        place = (row["region"], row["item"], row["option"])
        first = seen.setdefault((*place, start), number)
        if first != number:
            region, item, option = place
            raise OptionTwice(
                file=file, row=number, first=first, region=region, item=item, option=option
            )


def _check_spans(file: str, rows: Sequence[Mapping[str, Any]], numbers: Sequence[int]) -> None:
    """Each region's tables follow each other: no day with two, no day between two with none."""
    fresh: dict[tuple[str, date, date], int] = {}
    for row, number in zip(rows, numbers, strict=True):
        fresh.setdefault((row["region"], row["valid_from"], row["valid_to"]), number)
    stored = Entity.objects.filter(list=LIST).values_list("data__region", "valid_from", "valid_to")
    for region in {place[0] for place in fresh}:
        tables = [
            _Span(start, end, row) for (own, start, end), row in fresh.items() if own == region
        ]
        tables += [
            _Span(start, end, None)
            for own, start, end in set(stored)
            if own == region and start is not None
        ]
        _check_order(file, region, sorted(tables, key=lambda table: table.start))


def _check_order(file: str, region: str, tables: Sequence[_Span]) -> None:
    for before, after in pairwise(tables):
        named = after if after.row is not None else before
        if named.row is None:
            continue  # both stored: checked when they came
        if before.end is None or after.start < before.end:
            other = before if named is after else after
            raise TablesOverlap(
                file=file,
                row=named.row,
                region=region,
                start=named.start,
                end=named.end,
                **_other(other),
            )
        if after.start > before.end:
            raise GapBetweenTables(
                file=file, row=named.row, region=region, start=after.start, end=before.end
            )


def _other(table: _Span) -> dict[str, str]:
    days = f"{table.start} – {table.end or '…'}"
    if table.row is None:
        return {
            "other": f"bảng đã nhập ({days})",
            "other_en": f"the table imported before ({days})",
        }
    return {"other": f"dòng {table.row} ({days})", "other_en": f"row {table.row} ({days})"}
