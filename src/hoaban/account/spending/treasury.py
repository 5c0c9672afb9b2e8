"""The treasury's extract of a year beside the register: where they differ, to the đồng.

A file has a row for each fund, kind and month: what was disbursed since January. Nothing is
corrected by it; the register stays as it is, and the treasury's books stay the books of record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.account.spending import absorption
from hoaban.account.spending.absorption import Difference, Row
from hoaban.base.csvfile import Column, UnknownCode, read_rows
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest

KINDS = ("investment", "recurrent")
_MOST_VND = 10**15  # of one sum: more is a mistake of units
COLUMNS = {
    "fund": Column(),
    "kind": Column(),
    "year": Column("integer", low=2000, high=2100),
    "month": Column("integer", low=1, high=13),
    "disbursed_vnd": Column("integer", low=0, high=_MOST_VND),
}


class EmptyExtract(Problem):
    vi = "Tệp {file} không có dòng số liệu nào; hãy kiểm tra lại tệp."
    en = "File {file} has no rows of data; check the file."


class AnotherYear(Problem):
    vi = (
        "Tệp {file}, dòng {row}, cột “year”: năm {year}, các dòng trên là năm {first}; mỗi tệp "
        "chỉ ghi một năm, hãy tách tệp."
    )
    en = (
        "File {file}, row {row}, column “year”: the year {year}, the rows above say {first}; one "
        "file is one year, split it."
    )


class SumTwice(Problem):
    vi = (
        "Tệp {file}, dòng {row}, cột “disbursed_vnd”: nguồn {fund}, loại {kind}, tháng {month} đã "
        "có ở dòng {first}; hãy bỏ một dòng."
    )
    en = (
        "File {file}, row {row}, column “disbursed_vnd”: fund {fund}, kind {kind}, month {month} "
        "stands in row {first} too; drop one."
    )


@dataclass(frozen=True, slots=True)
class Extract:
    """Disbursed since January of one year, whole đồng by fund, kind and month."""

    year: int
    sums: Mapping[tuple[str, str, int], int]

    @property
    def months(self) -> list[int]:
        """The months the file speaks of, in order."""
        return sorted({month for _, _, month in self.sums})


def read(file: str, lines: Iterable[list[Any]]) -> Extract:
    """The extract in the lines of a table; ``file`` is its name, the first line its header.

    The whole file or nothing: every fault names row and column, rows counted as a spreadsheet
    shows them. Raises `EmptyExtract`, `AnotherYear`, `SumTwice` and what `csvfile` raises.
    """
    listed = list(lines)
    full = (n for n, line in enumerate(listed[1:], 2) if any(str(cell).strip() for cell in line))
    first: dict[tuple[str, str, int], int] = {}
    sums: dict[tuple[str, str, int], int] = {}
    year: int | None = None
    for number, row in zip(full, read_rows(file, listed, COLUMNS), strict=True):
        year = row["year"] if year is None else year
        if row["year"] != year:
            raise AnotherYear(file=file, row=number, year=row["year"], first=year)
        _require_kind(file, number, row["kind"])
        key = (row["fund"], row["kind"], row["month"])
        if first.setdefault(key, number) != number:
            fund, kind, month = key
            raise SumTwice(
                file=file, row=number, fund=fund, kind=kind, month=month, first=first[key]
            )
        sums[key] = row["disbursed_vnd"]
    if year is None:
        raise EmptyExtract(file=file)
    return Extract(year, sums)


def _require_kind(file: str, row: int, kind: str) -> None:
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        raise UnknownCode(file=file, row=row, column="kind", value=kind, nearest=near)


def differences(rows: Iterable[Row], extract: Extract) -> list[Difference]:
    """Where the register and the extract differ in the months that the extract speaks of.

    What only one side has is 0 on the other. Empty when both say the same.
    """
    found = absorption.reconciled(rows, extract.sums, year=extract.year)
    return [one for one in found if one.month in extract.months]
