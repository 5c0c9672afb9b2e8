"""The facts of a province: read whole or not at all, and agreeing with their stated totals."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from hoaban.base import law
from hoaban.base.csvfile import (
    DuplicateCode,
    EmptyCell,
    MissingColumn,
    NotReadable,
    OutOfRange,
    UnknownCode,
    UnknownColumn,
)
from hoaban.base.problems import Problem
from hoaban.base.reading import MissingKey, NoSuchFile, NotOfKind, UnknownKey
from hoaban.record.province import (
    NoCentroid,
    NoSource,
    NotAnAmount,
    UnknownChoice,
    read_procedures,
    read_province,
)
from hoaban.record.province_check import check_law, check_province, errors

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests/provinces/nho"
DIEN_BIEN = ROOT / "provinces/dien_bien"
PROVINCES = pytest.mark.parametrize("folder", [SMALL, DIEN_BIEN], ids=["nho", "dien_bien"])

Change = Callable[[list[list[str]]], object]  # changes the rows in place


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The small province, to be spoilt."""
    return Path(shutil.copytree(SMALL, tmp_path / "nho"))


def spoil(file: Path, change: Change) -> None:
    """Change a CSV file as a list of rows, the header first."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


def cell(row: int, column: str, value: str) -> Change:
    """Set one cell, the row numbered as a spreadsheet shows it."""

    def change(rows: list[list[str]]) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


def without(column: str) -> Change:
    """Take a column out."""

    def change(rows: list[list[str]]) -> None:
        place = rows[0].index(column)
        for line in rows:
            del line[place]

    return change


def respell(file: Path, old: str, new: str) -> None:
    """Replace the first of a text in a file that must hold it."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def refused(folder: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        read_province(folder)
    return caught.value


def faults(folder: Path) -> list[str]:
    return [finding.text.en for finding in errors(check_province(read_province(folder)))]


@PROVINCES
def test_the_facts_of_both_provinces_agree(folder: Path) -> None:
    assert faults(folder) == []


@PROVINCES
def test_law_and_parameters_are_complete_for_the_plan_years(folder: Path) -> None:
    findings = check_law(law.read(ROOT / "law", folder / "parameters"))
    assert errors(findings) == []
    assert [f.text.en.split()[0] for f in findings if f.severity == "note"] == [
        "poverty.middle_line_rural_vnd",
        "poverty.middle_line_urban_vnd",
    ]


def test_dien_bien_is_what_was_published() -> None:
    province = read_province(DIEN_BIEN)
    assert (province.code, province.path, province.centre) == ("11", "11/", "03127")
    assert len(province.communes) == 45
    assert len(province.old_communes) == 129
    assert {unit.new_code for unit in province.old_communes} == {c.code for c in province.communes}
    assert sum(commune.population for commune in province.communes) == 673_091
    assert round(sum(commune.area_km2 for commune in province.communes), 2) == 9539.27
    assert sum(unit.population_2019 for unit in province.old_communes) == 598_856
    assert sum(unit.households_2019 for unit in province.old_communes) == 134_273
    zones = [commune.zone for commune in province.communes]
    assert [zones.count(zone) for zone in ("I", "II", "III")] == [2, 5, 38]
    assert sum(commune.border for commune in province.communes) == 15
    assert province.total("poor_households") + province.total("near_poor_households") == 44_289


def test_the_code_of_thanh_xuong_is_now_muong_thanh() -> None:
    province = read_province(DIEN_BIEN)
    old = next(unit for unit in province.old_communes if unit.old_code == "03334")
    new = next(unit for unit in province.communes if unit.code == "03334")
    assert (old.name, new.name) == ("Xã Thanh Xương", "Phường Mường Thanh")
    notes = [f.text.en for f in check_province(province) if f.severity == "note"]
    assert any(note.startswith("21 codes named another place") for note in notes)


def test_series_tell_the_poverty_standards_apart() -> None:
    rows = [row for row in read_province(DIEN_BIEN).statistics if row.geography == "11"]
    series = {r.period: r.series for r in rows if r.indicator == "poor_household_rate"}
    assert series == {
        "2015-12": "poverty-2016-2020",
        "2018-12": "poverty-2016-2020",
        "2019-12": "poverty-2016-2020",
        "2021-12": "poverty-2022-2026",
        "2023-12": "poverty-2022-2026",
        "2024-12": "poverty-2022-2026",
        "2025-12": "poverty-2022-2026",
    }


def test_a_statistic_is_found_by_place_and_period_or_not_at_all() -> None:
    province = read_province(DIEN_BIEN)
    rate = province.statistic("multidim_poverty_rate", "2025-12", "03162")
    assert rate is not None
    assert rate.value == 74.66
    assert province.statistic("multidim_poverty_rate", "1999") is None


def test_envelopes_are_assumed_and_a_part_of_the_published_plan() -> None:
    province = read_province(DIEN_BIEN)
    plan = province.statistic("public_investment_plan", "2025")
    assert plan is not None
    assert {row.confidence for row in province.envelopes} == {"assumed"}
    assert {row.year for row in province.envelopes} == set(range(2026, 2031))
    for year in range(2026, 2031):
        money = [e for e in province.envelopes if e.year == year and e.kind == "investment"]
        assert 0 < sum(row.amount_vnd for row in money) < plan.value * 10**9


def test_the_86_procedures_have_unique_codes_and_sources() -> None:
    rows = read_procedures(ROOT / "law/procedures.csv")
    assert len({row["code"] for row in rows}) == len(rows) == 86
    days = {row["code"]: (row["deadline_days"], row["deadline_kind"]) for row in rows}
    assert days["1.001193"] == (1, "wd")
    assert days["1.013978"] == (27, "wd")  # the longest over the channels
    assert days["1.011606"] == (None, "none")
    assert days["2.001159"] == (pytest.approx(1 / 24, abs=1e-4), "h")
    assert all(row["basic"] for row in rows)


@pytest.mark.parametrize(
    ("file", "change", "place"),
    [
        ("communes.csv", without("population"), (MissingColumn, None, "population")),
        ("communes.csv", cell(1, "zone", "khu_vuc"), (MissingColumn, None, "zone")),
        ("communes.csv", cell(3, "population", "nhiều"), (NotReadable, 3, "population")),
        ("communes.csv", cell(3, "population", "-4"), (OutOfRange, 3, "population")),
        ("communes.csv", cell(3, "area_km2", "-1"), (OutOfRange, 3, "area_km2")),
        ("communes.csv", cell(3, "code", "90001"), (DuplicateCode, 3, "code")),
        ("communes.csv", cell(3, "zone", "IV"), (UnknownCode, 3, "zone")),
        ("communes.csv", cell(3, "kind", "thị trấn"), (UnknownCode, 3, "kind")),
        ("communes.csv", cell(3, "source", ""), (EmptyCell, 3, "source")),
        ("communes.csv", cell(3, "confidence", "sure"), (UnknownCode, 3, "confidence")),
        ("centroids.csv", cell(2, "code", "90002"), (UnknownCode, 2, "code")),
        ("centroids.csv", cell(2, "lon", "21.40"), (OutOfRange, 2, "lon")),
        ("old_communes.csv", cell(4, "new_code", "90005"), (UnknownCode, 4, "new_code")),
        ("old_communes.csv", cell(4, "share", "1.2"), (OutOfRange, 4, "share")),
        ("old_communes.csv", cell(4, "date", "hôm qua"), (NotReadable, 4, "date")),
        ("old_communes.csv", cell(3, "old_code", "90001"), (DuplicateCode, 3, "old_code")),
        ("ages.csv", cell(2, "area_type", "city"), (UnknownCode, 2, "area_type")),
        ("statistics.csv", cell(5, "source", ""), (EmptyCell, 5, "source")),
        ("statistics.csv", cell(5, "series", ""), (EmptyCell, 5, "series")),
        ("statistics.csv", cell(5, "value", "330 hộ"), (NotReadable, 5, "value")),
        ("statistics.csv", cell(1, "url", "link"), (MissingColumn, None, "url")),
    ],
)
def test_a_spoilt_table_is_refused_at_its_place(
    copy: Path, file: str, change: Change, place: tuple[type[Problem], int | None, str]
) -> None:
    kind, row, column = place
    spoil(copy / file, change)
    problem = refused(copy)
    assert type(problem) is kind
    assert (problem.facts["file"], problem.facts["column"]) == (file, column)
    assert problem.facts.get("row") == row
    assert file in problem.text("vi")
    assert file in problem.text("en")


def test_an_unknown_column_is_refused(copy: Path) -> None:
    def widen(rows: list[list[str]]) -> None:
        for line in rows:
            line.append("ghi chú")

    spoil(copy / "communes.csv", widen)
    assert type(refused(copy)) is UnknownColumn


def test_an_unknown_code_names_the_nearest(copy: Path) -> None:
    spoil(copy / "old_communes.csv", cell(4, "new_code", "90014"))
    assert refused(copy).facts["nearest"] in ("90001", "90004")


@pytest.mark.parametrize("file", ["province.yaml", "communes.csv", "totals.yaml", "money.yaml"])
def test_a_missing_file_is_named(copy: Path, file: str) -> None:
    (copy / file).unlink()
    problem = refused(copy)
    assert type(problem) is NoSuchFile
    assert problem.facts["file"] == file


@pytest.mark.parametrize("file", ["province.yaml", "totals.yaml", "money.yaml"])
def test_an_empty_yaml_file_is_refused(copy: Path, file: str) -> None:
    (copy / file).write_text("# trống\n", "utf-8")
    problem = refused(copy)
    assert type(problem) is NotOfKind
    assert problem.facts["file"] == file


def test_a_commune_without_a_point_is_named(copy: Path) -> None:
    spoil(copy / "centroids.csv", lambda rows: rows.pop(2))
    problem = refused(copy)
    assert type(problem) is NoCentroid
    assert problem.facts["code"] == "90004"


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("money.yaml", "amount_vnd: 30000000000", "amount_vnd: -1", NotAnAmount),
        ("money.yaml", "amount_vnd: 30000000000", "amount_vnd: 1.5", NotAnAmount),
        ("money.yaml", "amount_vnd: 30000000000", "amount_vnd: nhiều", NotAnAmount),
        ("money.yaml", "kind: investment", "kind: gift", UnknownChoice),
        ("money.yaml", "cite: test", "cite: ''", NoSource),
        ("money.yaml", "cite: test, ", "", MissingKey),
        ("money.yaml", "amount_vnd", "amout_vnd", UnknownKey),
        ("totals.yaml", "value: 5370", "value: -5370", NotAnAmount),
        ("totals.yaml", "source: test", "source: ''", NoSource),
        ("totals.yaml", "confidence: assumed", "confidence: sure", UnknownChoice),
        ("province.yaml", 'centre: "90001"', 'centre: "90002"', UnknownCode),
        ("province.yaml", 'code: "99"', "code: 99", NotOfKind),
        ("province.yaml", "2025-07-01", "hôm nay", NotOfKind),
        ("province.yaml", "en: Small province", "eng: Small province", UnknownKey),
        ("province.yaml", "[5, 6, 7, 8, 9]", "[5, 13]", UnknownChoice),
        ("province.yaml", "seasons:", "season:", UnknownKey),
        ("province.yaml", "share: 0.3, source: test", "share: 0.3, source: ''", NoSource),
    ],
)
def test_a_spoilt_yaml_file_is_refused(
    copy: Path, file: str, old: str, new: str, kind: type[Problem]
) -> None:
    respell(copy / file, old, new)
    problem = refused(copy)
    assert type(problem) is kind
    assert problem.facts["file"] == file


def test_an_old_commune_that_was_lost_is_an_error(copy: Path) -> None:
    spoil(copy / "old_communes.csv", lambda rows: rows.pop(5))
    found = faults(copy)
    assert "Commune 90007 Xã Núi Nhỏ follows no old unit." in found
    assert "The sum of old_communes is 4, the stated total 5." in found
    assert "The sum of census_population is 3555, the stated total 4895." in found


def test_shares_of_a_divided_unit_must_add_up(copy: Path) -> None:
    def divide(rows: list[list[str]]) -> None:
        share, code = rows[0].index("share"), rows[0].index("new_code")
        twin = list(rows[3])
        rows[3][share], twin[share], twin[code] = "0.6", "0.4", "90007"
        rows.insert(4, twin)

    spoil(copy / "old_communes.csv", divide)
    assert faults(copy) == []  # 0.6 + 0.4, the unit counted once
    spoil(copy / "old_communes.csv", cell(5, "share", "0.3"))
    assert faults(copy) == ["Old unit 90004: the shares that went on add up to 0.9, not 1."]


def test_a_sum_that_is_off_is_an_error(copy: Path) -> None:
    spoil(copy / "communes.csv", cell(2, "population", "2241"))
    assert faults(copy) == ["The sum of population is 5371, the stated total 5370."]


def test_a_printed_total_that_differs_must_be_explained(copy: Path) -> None:
    totals = yaml.safe_load((copy / "totals.yaml").read_text("utf-8"))
    totals["area_km2"]["published"] = 340.5
    (copy / "totals.yaml").write_text(yaml.safe_dump(totals), "utf-8")
    assert faults(copy) == ["Total area_km2 differs from the published 340.5, unexplained."]
    totals["area_km2"]["explained"] = {"vi": "Làm tròn.", "en": "Rounding."}
    (copy / "totals.yaml").write_text(yaml.safe_dump(totals), "utf-8")
    assert faults(copy) == []


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("old_communes.csv", cell(2, "size_1", "31"), "Old unit 90001: household sizes"),
        ("old_communes.csv", cell(2, "date", "2025-06-30"), "Old unit 90001 is dated"),
        ("ages.csv", cell(2, "age_0_4", "97"), "ages.csv (urban): the former districts"),
        ("statistics.csv", cell(2, "value", "1161"), "Total households is 1160"),
        ("statistics.csv", cell(2, "geography", "90002"), "statistics.csv: households_total names"),
        ("statistics.csv", cell(2, "source", "tset"), "statistics.csv households_total: source"),
    ],
)
def test_facts_that_disagree_are_errors(copy: Path, file: str, change: Change, fault: str) -> None:
    spoil(copy / file, change)
    assert any(line.startswith(fault) for line in faults(copy))


def test_a_figure_given_twice_in_a_series_is_an_error(copy: Path) -> None:
    spoil(copy / "statistics.csv", lambda rows: rows.append(rows[1]))
    assert "households_total 99 2025-12 stands 2 times" in faults(copy)[0]


def test_an_envelope_given_twice_is_an_error(copy: Path) -> None:
    respell(copy / "money.yaml", "source: central", "source: programme")
    assert faults(copy) == ["money.yaml: 2026 programme investment stands 2 times."]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("target.T1:", "target.T9:", "Parameter target.T1 is missing."),
        ("valid_from: 2025-07-01", "valid_from: 2027-01-01", "target.T1 has no value from 2026"),
        (
            "valid_from: 2025-07-01",
            "valid_from: 2025-07-01, valid_to: 2029-12-31",
            "target.T1 ends on 2029-12-31; there is no value after it.",
        ),
        ("source: test", "source: ''", "Parameter target.T1 from 2025-07-01 has no source"),
    ],
)
def test_a_parameter_that_is_missing_or_ends_is_an_error(
    copy: Path, old: str, new: str, fault: str
) -> None:
    respell(copy / "parameters/targets.yaml", old, new)
    found = errors(check_law(law.read(ROOT / "law", copy / "parameters")))
    assert len(found) == 1
    assert found[0].text.en.startswith(fault)
    assert str(found[0]) == found[0].text.vi


def test_an_unknown_deadline_kind_is_refused(tmp_path: Path) -> None:
    file = Path(shutil.copy(ROOT / "law/procedures.csv", tmp_path))
    spoil(file, cell(2, "deadline_kind", "weeks"))
    with pytest.raises(UnknownCode, match="weeks"):
        read_procedures(file)
