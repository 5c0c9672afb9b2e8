"""Law as data: which value held on which day, and by which document."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base import law
from hoaban.base.reading import MissingKey, NotOfKind, UnknownKey

ROOT = Path(__file__).resolve().parents[2]
NATIONAL = law.read(ROOT / "law")
LAST_DAY, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)


def write(folder: Path, text: str) -> Path:
    (folder / "a.yaml").write_text(text, "utf-8")
    return folder


def item(value: int, first: str, last: str | None = None, place: str = "") -> str:
    end = f", valid_to: {last}" if last else ""
    where = f', territory: "{place}"' if place else ""
    return (
        f"  - {{value: {value}, unit: đồng, valid_from: {first}{end}{where}, "
        f"source: NĐ 1, confidence: high}}\n"
    )


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("poverty.standard", "2022-2026", "2027-2030"),
        ("poverty.income_line_rural_vnd", 1_500_000, 2_200_000),
        ("poverty.income_line_urban_vnd", 2_000_000, 2_800_000),
        ("poverty.deprivations_needed", 3, 3),
    ],
)
def test_the_poverty_standard_flips_on_new_year_2027(name: str, before: Any, after: Any) -> None:
    assert NATIONAL.number(name, LAST_DAY) == before
    assert NATIONAL.number(name, NEW_YEAR) == after


def test_the_new_standard_counts_waste_and_no_devices_and_still_twelve() -> None:
    old = NATIONAL.number("poverty.indicators", LAST_DAY)
    new = NATIONAL.number("poverty.indicators", NEW_YEAR)
    assert len(set(old)) == len(set(new)) == 12
    assert set(old) - set(new) == {"devices"}
    assert set(new) - set(old) == {"waste"}


def test_the_middle_line_ends_with_the_old_standard_and_says_so() -> None:
    assert NATIONAL.number("poverty.middle_line_rural_vnd", LAST_DAY) == 2_250_000
    assert NATIONAL.number("poverty.middle_line_urban_vnd", LAST_DAY) == 3_000_000
    with pytest.raises(law.NotInForce) as refused:
        NATIONAL.at("poverty.middle_line_rural_vnd", NEW_YEAR)
    assert "2027-01-01" in refused.value.text("vi")


def test_every_value_is_cited_and_none_of_the_law_is_certain_without_a_source() -> None:
    for values in NATIONAL.values.values():
        for value in values:
            assert value.source.strip()
            assert value.confidence in ("high", "medium", "low", "assumed")


def test_school_distances_are_those_of_the_decree() -> None:
    levels = ("primary", "lower", "upper")
    found = [NATIONAL.number(f"school.distance_km_{level}", NEW_YEAR) for level in levels]
    assert found == [4, 7, 10]


def test_allocation_of_dien_bien_adds_up_to_the_worked_points() -> None:
    # 923 × 1 + 38 × 50 + 5 × 40 + 2 × 30 = 3,083
    points = {
        name: NATIONAL.number(f"allocation.points_{name}", NEW_YEAR)
        for name in ("zone_I", "zone_II", "zone_III", "difficult_village")
    }
    assert (
        923 * points["difficult_village"]
        + 38 * points["zone_III"]
        + 5 * points["zone_II"]
        + 2 * points["zone_I"]
        == 3083
    )


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(law.NoSuchParameter) as refused:
        NATIONAL.at("poverty.standrad", LAST_DAY)
    assert refused.value.facts["nearest"] == "poverty.standard"


@pytest.mark.parametrize("second", ["2026-12-31", "2027-01-02"])
def test_values_that_overlap_or_leave_a_gap_are_refused(tmp_path: Path, second: str) -> None:
    text = "line:\n" + item(1, "2022-01-01", "2026-12-31") + item(2, second)
    with pytest.raises(law.DatesClash) as refused:
        law.read(write(tmp_path, text))
    assert refused.value.facts["later"] == date.fromisoformat(second)


def test_a_value_after_an_open_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(law.DatesClash):
        law.read(write(tmp_path, "line:\n" + item(1, "2022-01-01") + item(2, "2027-01-01")))


def test_a_value_without_source_or_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    bare = "line:\n  - {value: 1, unit: đồng, valid_from: 2022-01-01, confidence: high}\n"
    with pytest.raises(MissingKey, match="source"):
        law.read(write(tmp_path, bare))
    with pytest.raises(UnknownKey, match="valid_form"):
        law.read(write(tmp_path, bare.replace("valid_from", "valid_form")))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.b: 3\n", "a.b"),
        ("- a\n", "—"),
        ("a.b:\n  - 5\n", "a.b"),
        ("? 7\n: []\n", "7"),
        ("a.b:\n" + item(1, "'2022'"), "a.b.valid_from"),
        ("a.b:\n" + item(1, "2022-01-01 08:00:00"), "a.b.valid_from"),
        ("a.b:\n" + item(1, "2022-01-01", "soon"), "a.b.valid_to"),
        ("a.b:\n" + item(1, "2022-01-01").replace("đồng", "5"), "a.b.unit"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(
    tmp_path: Path, text: str, path: str
) -> None:
    with pytest.raises(NotOfKind) as refused:
        law.read(write(tmp_path, text))
    assert (refused.value.facts["file"], refused.value.facts["path"]) == ("a.yaml", path)


def test_a_value_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(law.EndsBeforeItBegins, match="2022-01-02"):
        law.read(write(tmp_path, "a.b:\n" + item(1, "2022-01-02", "2022-01-01")))


def test_a_province_s_own_value_stands_beside_the_national_ones(tmp_path: Path) -> None:
    found = law.read(ROOT / "law", write(tmp_path, "own.line:\n" + item(7, "2025-07-01")))
    assert found.number("own.line", NEW_YEAR) == 7
    assert found.number("poverty.deprivations_needed", NEW_YEAR) == 3


LOCAL = (
    item(22, "2027-01-01", "2030-12-31")
    + item(25, "2028-01-01", "2028-12-31", "11")
    + item(26, "2029-01-01", None, "11")
)


@pytest.mark.parametrize(
    ("at", "here", "nation"),
    [
        ("2027-12-31", 22, 22),
        ("2028-01-01", 25, 22),
        ("2028-12-31", 25, 22),
        ("2029-01-01", 26, 22),
    ],
)
def test_a_province_s_own_value_goes_before_the_national_one_while_it_holds(
    tmp_path: Path, at: str, here: int, nation: int
) -> None:
    book = law.read(write(tmp_path, "line:\n" + LOCAL))
    day = date.fromisoformat(at)
    assert book.number("line", day) == book.number("line", day, "11") == here
    assert book.number("line", day, "VN") == book.number("line", day, "14") == nation


def test_a_province_s_own_value_holds_where_the_national_one_has_ended(tmp_path: Path) -> None:
    book = law.read(write(tmp_path, "line:\n" + LOCAL))
    assert book.number("line", date(2031, 1, 1)) == 26
    with pytest.raises(law.NotInForce):
        book.at("line", date(2031, 1, 1), "VN")
    assert book.find("line", date(2031, 1, 1), "VN") is None
    assert book.find("nothing", NEW_YEAR) is None


def test_national_values_come_first_and_each_place_is_in_order_of_date(tmp_path: Path) -> None:
    book = law.read(write(tmp_path, "line:\n" + LOCAL))
    assert [v.value for v in book.values["line"]] == [22, 25, 26]


@pytest.mark.parametrize("second", ["2028-12-31", "2029-01-02"])
def test_values_of_one_territory_may_not_overlap_or_leave_a_gap(
    tmp_path: Path, second: str
) -> None:
    text = item(22, "2027-01-01") + item(25, "2028-01-01", "2028-12-31", "11")
    with pytest.raises(law.DatesClash) as refused:
        law.read(write(tmp_path, "line:\n" + text + item(26, second, None, "11")))
    assert refused.value.facts["later"] == date.fromisoformat(second)


def test_a_province_s_file_adds_to_a_national_name_and_may_not_state_it_again(
    tmp_path: Path,
) -> None:
    nation, province = tmp_path / "law", tmp_path / "own"
    nation.mkdir()
    province.mkdir()
    write(nation, "line:\n" + item(22, "2027-01-01"))
    write(province, "line:\n" + item(25, "2028-01-01", None, "11"))
    book = law.read(nation, province)
    assert [book.number("line", date(year, 1, 1)) for year in (2027, 2028)] == [22, 25]
    write(province, "line:\n" + item(25, "2028-01-01"))
    with pytest.raises(law.DatesClash):
        law.read(nation, province)


def test_two_places_with_their_own_value_ask_which_is_meant(tmp_path: Path) -> None:
    text = item(1, "2027-01-01", None, "11") + item(2, "2027-01-01", None, "14")
    book = law.read(write(tmp_path, "line:\n" + text))
    with pytest.raises(law.WhichTerritory, match="11, 14"):
        book.at("line", NEW_YEAR)
    assert book.number("line", NEW_YEAR, "14") == 2


@given(
    lengths=st.lists(st.integers(min_value=1, max_value=400), min_size=1, max_size=5),
    offset=st.integers(min_value=-5, max_value=2100),
)
def test_a_day_finds_the_one_value_whose_span_holds_it(lengths: list[int], offset: int) -> None:
    start = date(2022, 1, 1)
    values, first = [], start
    for number, length in enumerate(lengths):
        last = first + timedelta(days=length - 1)
        values.append(law.Value("line", number, "", first, last, "NĐ 1", "high"))
        first = last + timedelta(days=1)
    book = law.Law({"line": tuple(values)})
    # Brute force: walk the days one by one.
    days = [number for number, length in enumerate(lengths) for _ in range(length)]
    at = start + timedelta(days=offset)
    if 0 <= offset < len(days):
        assert book.number("line", at) == days[offset]
    else:
        with pytest.raises(law.NotInForce):
            book.number("line", at)
