"""Worked cases as a lawyer writes them: read in order, refused with the place when misspelt."""

from datetime import date
from pathlib import Path

import pytest

from hoaban.base.law import Case, SameName, cases
from hoaban.base.reading import MissingKey, NotOfKind, UnknownKey

ONE = """
- name: Cụ già bảy mươi lăm tuổi
  given: {age: 75, pension: false}
  on: 2026-07-01
  expect: {entitled: true}
  article: "khoản 1 Điều 2"
"""
TWO = ONE.replace("Cụ già", "Cụ bà").replace("  on:", "  standard: Chuẩn cũ\n  on:")


def read(folder: Path, text: str, must: tuple[str, ...] = ()) -> tuple[Case, ...]:
    file = folder / "vi-du.yaml"
    file.write_text(text, "utf-8")
    return cases(file, given=("age", "pension"), expect=("entitled", "amount"), must=must)


def test_cases_are_read_in_order_with_their_day_and_article(tmp_path: Path) -> None:
    first, second = read(tmp_path, ONE + TWO)
    assert first.name == "Cụ già bảy mươi lăm tuổi"
    assert (first.given, first.expect) == ({"age": 75, "pension": False}, {"entitled": True})
    assert (first.on, first.article, first.standard) == (date(2026, 7, 1), "khoản 1 Điều 2", None)
    assert second.standard == "Chuẩn cũ"


@pytest.mark.parametrize(
    ("right", "wrong", "where", "nearest"),
    [
        ("{age", "{agee", "Cụ già bảy mươi lăm tuổi › given", "age"),
        ("{entitled", "{entiteld", "Cụ già bảy mươi lăm tuổi › expect", "entitled"),
        ("article", "artcle", "Cụ già bảy mươi lăm tuổi", "article"),
    ],
)
def test_an_unknown_key_names_the_file_the_case_and_the_nearest_key(
    tmp_path: Path, right: str, wrong: str, where: str, nearest: str
) -> None:
    with pytest.raises(UnknownKey) as refused:
        read(tmp_path, ONE.replace(right, wrong))
    facts = refused.value.facts
    assert (facts["file"], facts["path"], facts["nearest"]) == ("vi-du.yaml", where, nearest)


def test_what_every_case_must_name_is_asked_for(tmp_path: Path) -> None:
    assert len(read(tmp_path, ONE, must=("age", "entitled"))) == 1
    with pytest.raises(MissingKey, match="pension"):
        read(tmp_path, ONE.replace(", pension: false", ""), must=("pension",))
    with pytest.raises(MissingKey, match="article"):
        read(tmp_path, ONE.replace('  article: "khoản 1 Điều 2"\n', ""))


@pytest.mark.parametrize(
    "text",
    [
        "- chỉ là chữ\n",
        ONE.replace("{age: 75, pension: false}", "bảy mươi lăm"),
        ONE.replace("2026-07-01", "tháng bảy"),
        ONE.replace('"khoản 1 Điều 2"', "2"),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotOfKind) as refused:
        read(tmp_path, text)
    assert refused.value.facts["file"] == "vi-du.yaml"


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SameName, match="Cụ già"):
        read(tmp_path, ONE + ONE)


def test_a_file_without_cases_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, "# chưa có\n") == ()
