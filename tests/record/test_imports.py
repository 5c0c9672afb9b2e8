"""Registers that offices keep, as CSV and XLSX: every fault names file, row and column."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from hoaban.base import csvfile
from hoaban.base.models import Event, User
from hoaban.base.problems import Problem
from hoaban.base.reading import NoSuchFile
from hoaban.record import imports
from hoaban.record.lists import ListSpec
from hoaban.record.models import Change, Entity
from hoaban.record.package import sha256_of
from tests.record.small import AT, CHE

Lists = dict[str, ListSpec]
GOOD = """key,area,village,members,income_per_head_vnd,water,reviewed_on
H10,0001,0001,4,1400000,1,2025-12-14
H11,0002,0002,2,,,

H12,11/00104/0001/,0001,3,0,0,2025-12-15
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ho.csv"


def bring(file: Path, lists: Lists, name: str = "households", actor: User | None = None) -> int:
    return imports.import_register(file, name, lists, at=AT, actor=actor, source="UBND xã")


def test_a_file_becomes_rows_and_one_event(
    loaded: dict[str, int], lists: Lists, file: Path
) -> None:
    file.write_text(GOOD, "utf-8")
    assert bring(file, lists) == 3
    row = Entity.objects.select_related("area").get(key="H10")
    assert (row.area.path, row.version, row.origin, row.source) == (CHE, 1, "imported", "UBND xã")
    assert row.uuid.version == 4
    assert row.data == {
        "village": "0001",
        "members": 4,
        "income_per_head_vnd": 1_400_000,
        "water": 1,
        "reviewed_on": "2025-12-14",
        "ethnicity": None,
    }
    assert Entity.objects.get(key="H11").data["water"] is None
    assert Entity.objects.get(key="H12").area.path == CHE
    event = Event.objects.filter(name="record.imported").latest("pk")
    assert (event.data["rows"], event.data["file"]) == (3, "ho.csv")
    assert event.data["file_sha256"] == sha256_of(file)
    assert Change.objects.count() == 0


FAULTS = [
    ("members", "people", csvfile.MissingColumn, ["“members”"]),
    ("water,", "watr,", csvfile.UnknownColumn, ["“watr”"]),
    ("0001,4,", "0001,bốn,", csvfile.NotReadable, ["dòng 2", "“members”", "“bốn”"]),
    ("0002,2,", "0002,,", csvfile.EmptyCell, ["dòng 3", "“members”"]),
    ("0001,3,", "0001,41,", csvfile.OutOfRange, ["dòng 5", "“members”", "41"]),
    ("0001,3,0", "0001,3,-1", csvfile.OutOfRange, ["dòng 5", "“income_per_head_vnd”"]),
    ("3,0,0", "3,0,2", csvfile.NotReadable, ["dòng 5", "“water”", "“2”"]),
    ("2025-12-15", "15/12/2025", csvfile.NotReadable, ["dòng 5", "“reviewed_on”"]),
    ("H12", "H10", csvfile.DuplicateCode, ["dòng 5", "“H10”", "dòng 2"]),
    ("H12", "H1", imports.KnownAlready, ["dòng 5", "“H1”", "households"]),
    ("H11,0002", "H11,0009", csvfile.UnknownCode, ["dòng 3", "“area”", "“0009”"]),
    ("/0001/,0001", "/0001/,0007", csvfile.UnknownCode, ["dòng 5", "“village”", "“0007”"]),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} → {fault[1]}")
def test_a_bad_cell_anywhere_names_its_place_and_loads_nothing(
    loaded: dict[str, int],
    lists: Lists,
    file: Path,
    fault: tuple[str, str, type[Problem], list[str]],
) -> None:
    old, new, problem, named = fault
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(problem) as refused:
        bring(file, lists)
    for words in ["ho.csv", *named]:
        assert words in str(refused.value)
    assert Entity.objects.filter(list="households").count() == 3


def test_an_officer_brings_rows_of_their_own_area_only(an: User, lists: Lists, file: Path) -> None:
    file.write_text(GOOD, "utf-8")
    with pytest.raises(imports.OutsideYourArea, match="dòng 3"):
        bring(file, lists, actor=an)
    file.write_text(GOOD.replace("H11,0002,0002,2,,,\n", ""), "utf-8")
    assert bring(file, lists, actor=an) == 2


def test_semicolons_and_a_byte_order_mark_are_read_as_excel_writes_them(
    loaded: dict[str, int], lists: Lists, file: Path
) -> None:
    file.write_text("\ufeff" + GOOD.replace(",", ";"), "utf-8")
    assert bring(file, lists) == 3


def test_text_of_an_old_encoding_is_refused(
    loaded: dict[str, int], lists: Lists, file: Path
) -> None:
    file.write_bytes(GOOD.encode() + b"H13,0001,0001,4,\xb8,,")
    with pytest.raises(imports.NotUtf8, match="UTF-8"):
        bring(file, lists)
    file.write_bytes(GOOD.encode("utf-16-le"))
    with pytest.raises(imports.NotUtf8, match="UTF-8"):
        bring(file, lists)


def test_choices_and_instants_are_checked_cell_by_cell(
    loaded: dict[str, int], lists: Lists, file: Path
) -> None:
    file.write_text("key,area,household,sex\nP9,0001,H1,nam\n", "utf-8")
    with pytest.raises(imports.NotAnOption, match=r"dòng 2, cột “sex”: “nam”.*f, m"):
        bring(file, lists, "people")
    file.write_text("key,area,road,started_at\nC9,00104,R1,hôm qua\n", "utf-8")
    with pytest.raises(csvfile.NotReadable, match=r"dòng 2, cột “started_at”"):
        bring(file, lists, "closures")
    file.write_text("key,area,road,started_at\nC9,00104,R1,2026-07-04 05:30\n", "utf-8")
    assert bring(file, lists, "closures") == 1
    started = Entity.objects.get(key="C9").data["started_at"]
    assert started == "2026-07-03T22:30:00.000000Z"  # Vietnamese time, kept as UTC


def test_files_that_are_no_tables_are_refused(
    loaded: dict[str, int], lists: Lists, tmp_path: Path
) -> None:
    with pytest.raises(NoSuchFile):
        bring(tmp_path / "absent.csv", lists)
    for name, problem in (("a.pdf", imports.UnknownFormat), ("a.xlsx", imports.NotAWorkbook)):
        (tmp_path / name).write_bytes(b"%PDF")
        with pytest.raises(problem, match=name):
            bring(tmp_path / name, lists)
    (tmp_path / "a.csv").write_text(GOOD.splitlines()[0] + "\n", "utf-8")
    with pytest.raises(imports.NoRows):
        bring(tmp_path / "a.csv", lists)


def workbook(file: Path, lines: list[list[str | float]]) -> None:
    """The smallest XLSX with one sheet of text and numbers."""
    body = "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            if isinstance(cell, str)
            else f"<c><v>{cell}</v></c>"
            for cell in line
        )
        + "</row>"
        for line in lines
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Hộ" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    with zipfile.ZipFile(file, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)


def test_a_workbook_is_read_like_a_csv_file(
    loaded: dict[str, int], lists: Lists, tmp_path: Path
) -> None:
    file = tmp_path / "ho.xlsx"
    header: list[str | float] = ["key", "area", "village", "members", "income_per_head_vnd"]
    workbook(file, [header, ["H10", "0001", "0001", 4, 1400000.0], ["H11", "0002", "0002", 2, ""]])
    assert bring(file, lists) == 2
    assert Entity.objects.get(key="H10").data["income_per_head_vnd"] == 1_400_000
    workbook(file, [header, ["H12", "0001", "0001", 4, ""], ["H13", 2, "0002", 2, ""]])
    with pytest.raises(csvfile.UnknownCode, match=r"ho.xlsx, dòng 3, cột “area”: .*“2”.*0002"):
        bring(file, lists)


def test_an_actor_without_an_area_brings_nothing(
    loaded: dict[str, int], lists: Lists, tmp_path: Path
) -> None:
    nobody = User.objects.create(username="nobody", role="province")
    file = tmp_path / "ho.csv"
    file.write_text(GOOD, "utf-8")

    with pytest.raises(imports.OutsideYourArea):
        bring(file, lists, actor=nobody)
