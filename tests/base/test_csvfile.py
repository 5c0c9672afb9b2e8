"""Tables that people keep: each fault names file, row, column and what to do."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from hoaban.base.csvfile import (
    Column,
    DuplicateCode,
    EmptyCell,
    MissingColumn,
    NotReadable,
    OutOfRange,
    UnknownColumn,
    read_csv,
    read_rows,
)
from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile

COLUMNS = {
    "code": Column(unique=True),
    "people": Column("integer", low=0, high=100),
    "area": Column("decimal", required=False),
    "border": Column("flag"),
    "from": Column("date", required=False),
}
HEAD = "code,people,area,border,from\n"


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "communes.csv"
    file.write_text(text, encoding)
    return file


def refused(folder: Path, text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        read_csv(table(folder, text), COLUMNS)
    return caught.value


def test_cells_are_typed_and_an_empty_optional_cell_is_none(tmp_path: Path) -> None:
    rows = read_csv(table(tmp_path, HEAD + "001,7,1.5,1,2025-07-01\n002,8.0,,0,\n"), COLUMNS)
    assert rows == [
        {"code": "001", "people": 7, "area": 1.5, "border": True, "from": date(2025, 7, 1)},
        {"code": "002", "people": 8, "area": None, "border": False, "from": None},
    ]


def test_a_spreadsheet_s_byte_mark_and_blank_rows_do_no_harm(tmp_path: Path) -> None:
    text = HEAD + "001,7,,1,\n,,,,\n\n002,8,,1,\n"
    rows = read_csv(table(tmp_path, text, "utf-8-sig"), COLUMNS)
    assert [row["code"] for row in rows] == ["001", "002"]


def test_text_is_composed_in_header_and_cells() -> None:
    loose = unicodedata.normalize("NFD", "tên")
    value = unicodedata.normalize("NFD", "Mường Chà")
    assert read_rows("f", [[loose], [value]], {"tên": Column()}) == [{"tên": "Mường Chà"}]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"none\.csv"):
        read_csv(tmp_path / "none.csv", COLUMNS)


@pytest.mark.parametrize(
    ("text", "kind", "row", "column"),
    [
        ("code,people,area,from\n001,7,,\n", MissingColumn, None, "border"),
        ("", MissingColumn, None, "code"),
        ("code,people,area,border,from,note\n", UnknownColumn, None, "note"),
        (HEAD + "001,7,,1,\n002,bảy,,1,\n", NotReadable, 3, "people"),
        (HEAD + "001,7.5,,1,\n", NotReadable, 2, "people"),
        (HEAD + "001,7,nan,1,\n", NotReadable, 2, "area"),
        (HEAD + "001,7,,có,\n", NotReadable, 2, "border"),
        (HEAD + "001,7,,1,1/7/2025\n", NotReadable, 2, "from"),
        (HEAD + ",7,,1,\n", EmptyCell, 2, "code"),
        (HEAD + "001,,,1,\n", EmptyCell, 2, "people"),
        (HEAD + "001,-1,,1,\n", OutOfRange, 2, "people"),
        (HEAD + "001,101,,1,\n", OutOfRange, 2, "people"),
        (HEAD + "001,7,,1,\n\n001,8,,1,\n", DuplicateCode, 4, "code"),
    ],
)
def test_each_fault_names_its_place(
    tmp_path: Path, text: str, kind: type[Problem], row: int | None, column: str
) -> None:
    problem = refused(tmp_path, text)
    assert type(problem) is kind
    assert problem.facts["file"] == "communes.csv"
    assert problem.facts["column"] == column
    assert problem.facts.get("row") == row
    for language in ("vi", "en"):
        assert column in problem.text(language)
        assert "communes.csv" in problem.text(language)


def test_a_duplicate_names_the_first_row(tmp_path: Path) -> None:
    problem = refused(tmp_path, HEAD + "001,7,,1,\n002,7,,1,\n001,8,,1,\n")
    assert problem.facts["first"] == 2


def test_columns_that_are_not_named_may_stand_when_allowed() -> None:
    lines = [["code", "note"], ["001", "x"]]
    assert read_rows("f", lines, {"code": Column()}, more=True) == [{"code": "001"}]
