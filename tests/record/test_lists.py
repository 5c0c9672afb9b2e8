"""Lists as packs declare them, and what no pack may declare."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from hoaban.base.problems import Problem
from hoaban.base.reading import MissingKey, UnknownKey
from hoaban.record import lists as declared
from hoaban.record.lists import TYPES, ListSpec

PACKS = Path(__file__).resolve().parents[2] / "packs"
LABEL = {"vi": "Nhãn", "en": "Label"}


def pack(folder: Path, name: str, lists: dict[str, Any]) -> Path:
    """A pack with one record.yaml; returns the folder of packs."""
    file = folder / name / "record.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({"lists": lists}, allow_unicode=True, sort_keys=False), "utf-8")
    return folder


def springs(**properties: dict[str, Any]) -> dict[str, Any]:
    """A list with these properties, each given a label."""
    return {
        "label": LABEL,
        "about": "thing",
        "level": "village",
        "properties": {n: {"label": LABEL, **p} for n, p in properties.items()},
    }


def test_a_list_is_read_with_its_types_units_and_limits(tmp_path: Path) -> None:
    depth = {"type": "decimal", "unit": "m", "low": 0, "missing": "allowed"}
    folder = pack(tmp_path, "water", {"springs": springs(depth_m=depth, wet={"type": "flag"})})
    spec = declared.read_lists(folder)["springs"]
    assert (spec.pack, spec.about, spec.level, spec.personal) == (
        "water",
        "thing",
        "village",
        False,
    )
    found = spec.properties["depth_m"]
    assert (found.unit, found.low, found.high, found.missing) == ("m", 0, None, True)
    assert spec.properties["wet"].missing is False
    assert declared.schema(spec).names[-2:] == ["depth_m", "wet"]
    assert declared.schema(spec).field("depth_m").type == pa.float64()


def test_every_type_has_an_arrow_type(tmp_path: Path) -> None:
    extra: dict[str, dict[str, Any]] = {"choice": {"options": ["a"]}, "ref": {"list": "springs"}}
    every = {f"p_{t}": {"type": t, **extra.get(t, {})} for t in TYPES}
    spec = declared.read_lists(pack(tmp_path, "water", {"springs": springs(**every)}))["springs"]
    assert [f.type for f in declared.schema(spec)][7:] == list(TYPES.values())


FAULTS: list[tuple[dict[str, Any], type[Problem], str]] = [
    ({"typ": "text", "type": "text"}, UnknownKey, "type"),
    ({}, MissingKey, "type"),
    ({"type": "txt"}, declared.NotOneOf, "txt"),
    ({"type": "choice"}, MissingKey, "options"),
    ({"type": "text", "options": ["a"]}, UnknownKey, "options"),
    ({"type": "ref"}, MissingKey, "list"),
    ({"type": "ref", "list": "rivers"}, declared.NotOneOf, "rivers"),
    ({"type": "text", "missing": "yes"}, declared.NotOneOf, "allowed"),
    ({"type": "text", "freeze": False, "purpose": ["gossip"]}, declared.NotOneOf, "gossip"),
    ({"type": "text", "purpose": ["statutory"]}, declared.MustNotBeFrozen, "spring"),
]


@pytest.mark.parametrize(("given", "problem", "named"), FAULTS)
def test_a_fault_names_file_and_place(
    tmp_path: Path, given: dict[str, Any], problem: type[Problem], named: str
) -> None:
    folder = pack(tmp_path, "water", {"springs": springs(spring=given)})
    with pytest.raises(problem, match=named) as refused:
        declared.read_lists(folder)
    assert "water/record.yaml" in str(refused.value)
    assert "spring" in str(refused.value)


@pytest.mark.parametrize("name", ["id", "key", "area", "origin", "valid_to"])
def test_the_common_columns_cannot_be_declared_again(tmp_path: Path, name: str) -> None:
    folder = pack(tmp_path, "water", {"springs": springs(**{name: {"type": "text"}})})
    with pytest.raises(declared.NotOneOf, match=name):
        declared.read_lists(folder)


@pytest.mark.parametrize(
    ("about", "level"), [("village", "village"), ("thing", "district"), ("person", "")]
)
def test_a_list_is_about_something_known_at_a_known_level(
    tmp_path: Path, about: str, level: str
) -> None:
    folder = pack(tmp_path, "water", {"springs": {**springs(), "about": about, "level": level}})
    with pytest.raises(declared.NotOneOf):
        declared.read_lists(folder)


def test_two_packs_cannot_declare_one_list(tmp_path: Path) -> None:
    pack(tmp_path, "forest", {"springs": springs()})
    folder = pack(tmp_path, "water", {"springs": springs()})
    with pytest.raises(declared.ListDeclaredTwice, match=r"forest.*water"):
        declared.read_lists(folder)


DENIED = [
    *("religion", "religious_group", "belief", "faith", "political_view", "opinion", "suspect"),
    *("is_suspicious", "movement_history", "location_history", "gps_track", "loyalty"),
    *("ton_giao", "tin_nguong", "quan_diem", "doi_tuong", "lich_su_di_chuyen", "password"),
]


@pytest.mark.parametrize("name", DENIED)
def test_what_must_never_be_known_about_people_is_refused(tmp_path: Path, name: str) -> None:
    folder = pack(tmp_path, "watch", {"villagers": springs(**{name: {"type": "text"}})})
    with pytest.raises(declared.MustNotBeRecorded, match=name):
        declared.read_lists(folder)


@pytest.mark.parametrize("words", ["Tôn giáo", "Tín ngưỡng của hộ", "Quan điểm chính trị"])
def test_a_label_or_an_option_does_not_get_round_the_deny_list(tmp_path: Path, words: str) -> None:
    labelled = {"type": "text", "label": {"vi": words, "en": "Group"}}
    folder = pack(tmp_path / "label", "watch", {"villagers": springs(group=labelled)})
    with pytest.raises(declared.MustNotBeRecorded):
        declared.read_lists(folder)
    choice = {"type": "choice", "options": ["x", words]}
    folder = pack(tmp_path / "option", "watch", {"villagers": springs(group=choice)})
    with pytest.raises(declared.MustNotBeRecorded):
        declared.read_lists(folder)


@pytest.mark.parametrize("words", ["Giảm nghèo", "Người thụ hưởng", "Nhóm đối tượng bảo hiểm y tế"])
def test_ordinary_words_are_not_denied(tmp_path: Path, words: str) -> None:
    labelled = {"type": "text", "label": {"vi": words, "en": "Relief and services"}}
    folder = pack(tmp_path, "poverty", {"rows": springs(group=labelled)})
    assert declared.read_lists(folder)["rows"].properties["group"].label.vi == words


@pytest.mark.parametrize("name", ["phone", "so_cccd", "full_name", "ho_ten"])
def test_what_identifies_a_person_never_reaches_a_snapshot(tmp_path: Path, name: str) -> None:
    folder = pack(tmp_path, "people", {"members": springs(**{name: {"type": "text"}})})
    with pytest.raises(declared.MustNotBeFrozen, match=name):
        declared.read_lists(folder)


def test_ethnicity_needs_a_purpose_and_stays_behind(tmp_path: Path) -> None:
    kept = {"type": "text", "freeze": False}
    folder = pack(tmp_path, "people", {"members": springs(ethnicity=kept)})
    with pytest.raises(declared.NeedsPurpose, match="ethnicity"):
        declared.read_lists(folder)
    folder = pack(
        tmp_path, "people", {"members": springs(ethnicity={**kept, "purpose": ["statutory"]})}
    )
    assert declared.read_lists(folder)["members"].properties["ethnicity"].purpose == ("statutory",)


def test_find_names_the_nearest_list(lists: dict[str, ListSpec]) -> None:
    assert declared.find(lists, "roads").name == "roads"
    with pytest.raises(declared.NoSuchList, match="roads"):
        declared.find(lists, "road")


def test_our_own_packs_can_be_read_and_declare_the_tables_of_the_contract() -> None:
    found = declared.read_lists(PACKS)
    expected = {
        *("villages", "households", "reviews", "people", "road_nodes", "roads", "paths"),
        *("facilities", "closures", "four_on_the_spot", "staff", "training", "procedures"),
        *("deployments", "works", "money", "contracts", "verifications"),
    }
    assert expected <= set(found)
    assert {n for n, spec in found.items() if spec.personal} == {
        *("households", "reviews", "people", "staff", "training"),
        *("reinterviews", "scorecard_answers"),
    }
