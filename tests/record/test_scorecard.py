"""A made-up point table: brought in whole or refused by row, and summed household by household."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base import csvfile
from hoaban.base.models import Event
from hoaban.base.problems import Problem
from hoaban.record import imports, scorecard, scorecard_import
from hoaban.record.lists import ListSpec
from hoaban.record.models import Entity
from tests.record import registered
from tests.record.small import AT
from tests.record.test_imports import workbook

SAMPLE = Path(__file__).with_name("scorecard_sample.csv")
TEXT = SAMPLE.read_text("utf-8")


@pytest.fixture
def real(areas: dict[str, Any]) -> dict[str, ListSpec]:
    """The lists of the real packs, in a database that holds a province."""
    return registered.declared()


def bring(file: Path, lists: dict[str, ListSpec]) -> int:
    return scorecard_import.import_scorecard(file, lists, at=AT, actor=None)


def test_a_table_comes_in_with_its_dates_and_its_source(real: dict[str, ListSpec]) -> None:
    assert bring(SAMPLE, real) == 7
    row = Entity.objects.get(list="scorecard", data__points=-3)
    assert row.data == {"region": "vung_gia", "item": "thu_2", "option": "b", "points": -3}
    assert (str(row.valid_from), str(row.valid_to)) == ("2022-01-01", "2024-01-01")
    assert row.source == "MẪU GIẢ – không dùng để xếp hạng"
    assert row.label.endswith("mục thứ hai: phương án b")
    event = Event.objects.get(name="record.imported", data__list="scorecard")
    assert event.data["file"] == "scorecard_sample.csv"


FAULTS: list[tuple[str, str, type[Problem], list[str]]] = [
    (",7,vung", ",7.5,vung", csvfile.NotReadable, ["dòng 2", "“points”", "7.5"]),
    (",1000,", ",1001,", csvfile.OutOfRange, ["dòng 4", "“points”"]),
    ("a,7,vung", "a,,vung", csvfile.EmptyCell, ["dòng 2", "“points”"]),
    (",2024-01-01,MẪU GIẢ – không dùng để xếp hạng\nthu_1", ",2024-01-01,\nthu_1",
     csvfile.EmptyCell, ["dòng 2", "“source”"]),
    ("points,region", "points,vung", csvfile.MissingColumn, ["“region”"]),
    ("nhất,b,phương án b,0", "nhất,a,phương án b,0",
     scorecard_import.OptionTwice, ["dòng 3", "dòng 2", "“thu_1”", "“a”"]),
    # the second table of the region begins a day early, and a day late
    ("1,vung_gia,2024-01-01,2027", "1,vung_gia,2023-12-31,2027",
     scorecard_import.TablesOverlap, ["dòng 8", "dòng 2"]),
    ("2022-01-01,2027-01-01", "2027-01-01,2022-01-01",
     scorecard_import.EndsBeforeItBegins, ["dòng 9", "2022-01-01"]),
    # one row of a table has dates of its own
    ("-3,vung_gia,2022-01-01,2024", "-3,vung_gia,2022-01-01,2023",
     scorecard_import.TablesOverlap, ["vung_gia"]),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} → {fault[1]}")
def test_a_fault_names_its_row_and_loads_nothing(
    real: dict[str, ListSpec], tmp_path: Path, fault: tuple[str, str, type[Problem], list[str]]
) -> None:
    old, new, problem, named = fault
    assert old in TEXT
    file = tmp_path / "bang.csv"
    file.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(problem) as refused:
        bring(file, real)
    for words in ["bang.csv", *named]:
        assert words in str(refused.value)
    assert not Entity.objects.filter(list="scorecard").exists()


def test_a_day_without_a_table_is_refused(real: dict[str, ListSpec], tmp_path: Path) -> None:
    file = tmp_path / "bang.csv"
    file.write_text(TEXT.replace("vung_gia,2024-01-01,2027", "vung_gia,2024-01-02,2027"), "utf-8")
    with pytest.raises(scorecard_import.GapBetweenTables, match=r"dòng 7.*2024-01-02.*2024-01-01"):
        bring(file, real)


def test_a_newer_table_closes_nothing_silently(real: dict[str, ListSpec], tmp_path: Path) -> None:
    bring(SAMPLE, real)
    header = TEXT.partition("\n")[0]
    file = tmp_path / "moi.csv"
    row = "thu_1,mục,a,phương án,9,vung_gia,{},2030-01-01,MẪU GIẢ"
    for start, problem in (
        ("2026-06-01", scorecard_import.TablesOverlap),
        ("2024-01-01", scorecard_import.TablesOverlap),
        ("2027-02-01", scorecard_import.GapBetweenTables),
    ):
        file.write_text(f"{header}\n{row.format(start)}\n", "utf-8")
        with pytest.raises(problem, match=r"moi\.csv, dòng 2: .*vung_gia"):
            bring(file, real)
    with pytest.raises(scorecard_import.TablesOverlap, match="bảng đã nhập"):
        bring(SAMPLE, real)
    file.write_text(f"{header}\n{row.format('2027-01-01')}\n", "utf-8")
    assert bring(file, real) == 1
    assert Entity.objects.filter(list="scorecard").count() == 8


def test_a_workbook_is_read_too(real: dict[str, ListSpec], tmp_path: Path) -> None:
    file = tmp_path / "bang.xlsx"
    lines: list[list[str | float]] = [list(TEXT.splitlines()[0].split(","))]
    lines.append(["m", "MẪU GIẢ", "a", "a", 12.0, "v", "2022-01-01", "2027-01-01", "MẪU GIẢ"])
    workbook(file, lines)
    assert bring(file, real) == 1
    workbook(file, lines[:1])
    with pytest.raises(imports.NoRows):
        bring(file, real)


FROM, TO = date(2022, 1, 1), date(2027, 1, 1)


def points(*rows: tuple[str, str, str, int], start: date = FROM, end: date | None = TO) -> pa.Table:
    """A point table of (region, item, option, points)."""
    names = ("region", "item", "option", "points")
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    days = pa.array([start] * len(rows), pa.date32()), pa.array([end] * len(rows), pa.date32())
    return table.append_column("valid_from", days[0]).append_column("valid_to", days[1])


def said(*rows: tuple[str, str, str], year: int = 2025) -> pa.Table:
    """Answers of (household, item, option)."""
    names = ("household", "item", "option")
    found = [{**dict(zip(names, row, strict=True)), "round": year} for row in rows]
    kinds = [(name, pa.string()) for name in names]
    return pa.Table.from_pylist(found, schema=pa.schema([*kinds, ("round", pa.int64())]))


TABLE = points(
    ("a", "roof", "tile", 10),
    ("a", "roof", "straw", 0),
    ("a", "tv", "yes", 5),
    ("a", "tv", "no", -1),
    ("b", "roof", "tile", 99),
)
DAY = date(2025, 12, 14)


def test_points_are_summed_over_the_items_of_the_regions_table() -> None:
    answers = said(("H2", "tv", "no"), ("H1", "roof", "tile"), ("H1", "tv", "yes"))
    found = scorecard.score(answers, TABLE, "a", DAY).to_pylist()
    assert found == [
        {"household": "H2", "points": None, "missing": ["roof"]},
        {"household": "H1", "points": 15, "missing": []},
    ]
    other = scorecard.score(said(("H1", "roof", "tile")), TABLE, "b", DAY)
    assert other["points"].to_pylist() == [99]


def test_another_day_another_table() -> None:
    newer = points(("b", "roof", "tile", 1), start=TO, end=None)
    both = pa.concat_tables([TABLE, newer])
    answers = said(("H1", "roof", "tile"))
    for day, wanted in ((FROM, 99), (date(2026, 12, 31), 99), (TO, 1)):
        assert scorecard.score(answers, both, "b", day)["points"].to_pylist() == [wanted]


@pytest.mark.parametrize(
    ("answer", "problem", "words"),
    [
        (("H1", "rooof", "tile"), scorecard.NoSuchItem, ["“H1”", "“rooof”", "“roof”"]),
        (("H1", "roof", "tiles"), scorecard.NoSuchOption, ["“H1”", "“tiles”", "“tile”"]),
        (("H0", "roof", "straw"), scorecard.AnsweredTwice, ["“H0”", "“roof”"]),
    ],
)
def test_an_answer_that_the_table_does_not_know_is_refused(
    answer: tuple[str, str, str], problem: type[Problem], words: list[str]
) -> None:
    with pytest.raises(problem) as refused:
        scorecard.score(said(("H0", "roof", "tile"), answer), TABLE, "a", DAY)
    assert all(word in str(refused.value) for word in words)


def test_a_day_or_a_region_without_a_table_is_refused() -> None:
    for region, day in (("a", date(2021, 1, 1)), ("aa", DAY), ("a", TO)):
        with pytest.raises(scorecard.NoTable, match=f"“{region}”.*{day}"):
            scorecard.score(said(("H0", "tv", "no")), TABLE, region, day)


OPTIONS = {"roof": {"tile": 10, "straw": 0}, "tv": {"yes": 5, "no": -1}}
ANSWER = st.fixed_dictionaries(
    {item: st.sampled_from([None, *options]) for item, options in OPTIONS.items()}
)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), ANSWER, max_size=8))
def test_it_equals_a_plain_loop(homes: dict[str, dict[str, str | None]]) -> None:
    rows = [(h, i, o) for h, answers in homes.items() for i, o in answers.items() if o]
    found = scorecard.score(said(*rows), TABLE, "a", DAY).to_pylist()
    assert {row["household"] for row in found} == {home for home, _, _ in rows}
    for row in found:
        given_ = homes[row["household"]]
        lacking = [item for item in OPTIONS if given_[item] is None]
        total = sum(OPTIONS[item][option] for item, option in given_.items() if option)
        assert row["missing"] == lacking
        assert row["points"] == (None if lacking else total)


def test_what_an_office_recorded_is_kept_and_the_rest_is_filled_by_round_and_region() -> None:
    reviews = pa.table(
        {
            "household": ["H1", "H2", "H3", "H1", "H4"],
            "round": [2025, 2025, 2025, 2024, 2025],
            "completed_on": pa.array([DAY, DAY, DAY, None, DAY], pa.date32()),
            "points_a": pa.array([None, 77, None, None, None], pa.int64()),
        }
    )
    answers = pa.concat_tables(
        [
            said(("H1", "roof", "tile"), ("H1", "tv", "no"), ("H2", "roof", "tile")),
            said(("H3", "roof", "tile")),
            said(("H1", "roof", "straw"), ("H1", "tv", "yes"), year=2024),
        ]
    )
    regions = ["a", "a", "b", "a", "a"]
    found = scorecard.fill_points(reviews, answers, TABLE, regions)
    assert found.to_pylist() == [9, 77, 99, 5, None]
    nothing = scorecard.fill_points(reviews, answers.slice(0, 0), TABLE, "a")
    assert nothing.to_pylist() == [None, 77, None, None, None]
