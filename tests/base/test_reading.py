"""YAML that people write: what is wrong, in which file, at which place."""

import unicodedata
from pathlib import Path

import pytest

from hoaban.base.problems import Problem
from hoaban.base.reading import (
    MissingKey,
    NoSuchFile,
    NotYaml,
    UnknownKey,
    check_keys,
    nearest,
    read_yaml,
)
from hoaban.base.text import Text, nfc


def test_a_yaml_file_reads_as_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("tên: bản\nnăm: [2026, 2027]\n", "utf-8")
    assert read_yaml(tmp_path / "a.yaml") == {"tên": "bản", "năm": [2026, 2027]}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"money\.yaml"):
        read_yaml(tmp_path / "money.yaml")


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nb: [1, 2\nc: 3\n", "utf-8")
    with pytest.raises(NotYaml) as refused:
        read_yaml(tmp_path / "a.yaml")
    assert refused.value.facts["line"] in (2, 3)


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: !!python/object/apply:os.getcwd []\n", "utf-8")
    with pytest.raises(NotYaml):
        read_yaml(tmp_path / "a.yaml")


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(UnknownKey) as refused:
        check_keys({"yaer": 1}, required=("year",), file="money.yaml", path="envelopes[0]")
    assert refused.value.facts["nearest"] == "year"
    assert "envelopes[0]" in refused.value.text("en")


def test_a_missing_key_is_named_and_an_optional_one_is_not() -> None:
    with pytest.raises(MissingKey, match="source"):
        check_keys({"a": 1}, required=("a", "source"), optional=("b",), file="f", path="p")
    allowed = {"a": 1, "b": 2}
    check_keys(allowed, required=("a",), optional=("b",), file="f", path="p")
    check_keys({"a": 1}, required=("a",), optional=("b",), file="f", path="p")


def test_nothing_alike_is_a_dash() -> None:
    assert nearest("zzzz", ["year", "source"]) == "—"


def test_a_problem_has_a_code_a_status_and_two_languages() -> None:
    problem = NoSuchFile(file="x.yaml")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.status) == ("base.reading.NoSuchFile", 404)
    assert problem.text("vi").startswith("Không có tệp")
    assert problem.text("en").startswith("There is no file")


def test_text_is_composed_and_trimmed() -> None:
    loose = " " + unicodedata.normalize("NFD", "Điện Biên") + " "
    assert nfc(loose) == "Điện Biên"
    assert Text.read({"vi": loose, "en": "x"}) == Text("Điện Biên", "x")
    assert str(Text("bản", "village")) == "bản"
