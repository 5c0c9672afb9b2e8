"""Tags and columns → class, surface, width and what may pass; nothing is guessed silently."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from hoaban.base.problems import Problem
from hoaban.base.reading import MissingKey, UnknownKey
from hoaban.record.road_files.tagging import BadTable, Kind, TagTable
from hoaban.record.roads import RoadRules
from tests.record.road_files.land import NHO, table

ROOT = NHO.parents[2]


def kind(notes: Counter[str] | None = None, **tags: str) -> Kind:
    found = table().kind_of(tags, Counter() if notes is None else notes)
    assert found is not None
    return found[0]


def test_what_the_map_says_goes_before_what_is_assumed_of_the_class() -> None:
    bare = kind(highway="tertiary")
    said = kind(highway="tertiary", surface="dirt", width="4,5 m", bridge="yes")

    assert (bare.road_class, bare.surface, bare.width_m, bare.bridge) == (
        "commune",
        "asphalt",
        3.5,
        False,
    )
    assert (said.surface, said.width_m, said.bridge, said.apart) == ("earth", 4.5, True, True)
    assert kind(highway="track", tracktype="grade2").surface == "gravel"
    assert kind(highway="primary", lanes="2").width_m == 5.5


@pytest.mark.parametrize(
    ("tags", "two_way", "against"),
    [
        ({}, True, False),
        ({"oneway": "yes"}, False, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "T"}, False, True),
        ({"oneway": "B"}, True, False),
        ({"junction": "roundabout"}, False, False),
        ({"junction": "roundabout", "oneway": "no"}, True, False),
    ],
)
def test_directions_are_read(tags: dict[str, str], two_way: bool, against: bool) -> None:
    found = table().kind_of({"highway": "primary", **tags}, Counter())
    assert found is not None
    assert (found[0].two_way, found[1]) == (two_way, against)


def test_a_motorway_is_one_way_unless_it_says_otherwise() -> None:
    assert not kind(highway="motorway").two_way
    assert kind(highway="motorway", oneway="no").two_way


def test_a_road_number_goes_before_the_mappers_class() -> None:
    assert kind(highway="secondary", ref="QL.12").road_class == "national"
    assert kind(highway="tertiary", ref="ĐT139").road_class == "provincial"
    assert kind(highway="tertiary", ref="139").road_class == "commune"


def test_who_may_not_enter_cannot_pass() -> None:
    assert not kind(highway="track", motorcar="no").car
    assert kind(highway="track", motor_vehicle="no").road_class == "footpath"
    assert kind(highway="track", motor_vehicle="no", motorcycle="yes").road_class == "village"
    assert kind(highway="path").road_class == "footpath"


@pytest.mark.parametrize(
    ("tags", "road_class", "car"),
    [
        ({"motor_vehicle": "no", "motorcycle": "yes"}, "village", False),
        ({"vehicle": "private", "motorcycle": "designated"}, "village", False),
        ({"access": "no", "motorcycle": "yes"}, "village", False),
        ({"access": "no", "foot": "yes"}, "footpath", False),
        ({"access": "no", "motor_vehicle": "yes"}, "village", True),
        ({"motor_vehicle": "no", "motorcar": "yes"}, "village", True),
        ({"motorcycle": "no"}, "village", True),
        ({"highway": "path", "motorcycle": "yes"}, "village", False),
        ({"highway": "path", "motorcycle": "designated"}, "village", False),
        ({"highway": "path", "motorcycle": "no"}, "footpath", False),
        ({"highway": "footway", "motor_vehicle": "no", "motorcycle": "yes"}, "village", False),
    ],
)
def test_the_nearest_word_says_who_may_enter(
    tags: dict[str, str], road_class: str, car: bool
) -> None:
    found = kind(None, **{"highway": "track", **tags})
    assert (found.road_class, found.car) == (road_class, car)


@pytest.mark.parametrize(
    ("said", "road_class"),
    [
        ("Quốc lộ", "national"),
        ("QUỐC LỘ", "national"),
        (unicodedata.normalize("NFD", "Đường tỉnh"), "provincial"),
        ("Tỉnh lộ", "provincial"),
        ("Đường xã", "commune"),
        ("đường thôn bản", "village"),
        ("Tertiary", "commune"),
    ],
)
def test_words_of_offices_are_known_in_any_case(said: str, road_class: str) -> None:
    found = kind(highway=said, surface="Bê tông")
    assert (found.road_class, found.surface) == (road_class, "concrete")


def test_what_is_left_out_or_not_understood_is_counted() -> None:
    notes: Counter[str] = Counter()

    assert table().kind_of({"highway": "construction"}, notes) is None
    assert table().kind_of({"highway": "trail"}, notes) is None
    assert table().kind_of({"highway": "service", "access": "private"}, notes) is None
    assert kind(notes, highway="track", surface="lava", width="rộng").surface == "earth"

    assert notes == {
        "left out: highway=construction": 1,
        "unknown: highway=trail": 1,
        "left out: highway=service, access or area": 1,
        "unknown: surface=lava": 1,
        "unknown: width=rộng": 1,
    }


def test_columns_of_an_office_count_as_tags() -> None:
    row = {"CAP_DUONG": "commune", "mat_duong": "gravel", "be_rong": 3.5, "Ranh": True, "x": None}
    found = table().kind_of(table().tags_of(row), Counter())

    assert found is not None
    assert (found[0].road_class, found[0].surface, found[0].width_m) == ("commune", "gravel", 3.5)
    assert found[0].drain


def test_both_provinces_have_the_same_sound_table_for_their_surfaces() -> None:
    for folder in (NHO, ROOT / "provinces/dien_bien"):
        read, known = (
            TagTable.read(folder / "osm.yaml"),
            RoadRules.read(folder / "roads.yaml").surfaces,
        )
        used = {*read.surfaces.values(), *read.tracktypes.values()}
        used |= {rule.surface for rule in read.classes.values()}
        assert used <= set(known)


@pytest.mark.parametrize(
    ("old", "new", "problem", "said"),
    [
        ("snap_m: 8.0", "snap_m: -1", BadTable, "snap_m"),
        ("snap_m: 8.0", "", MissingKey, "snap_m"),
        ("track: {class: village", "track: {class: valley", BadTable, "classes.track"),
        ("track: {class: village,", "track: {class: village, wide: 3,", UnknownKey, "wide"),
        ("QL: national", "QL: state", BadTable, "refs"),
        ("village: 0.10}", "village: 0}", BadTable, "grade_typical.village"),
    ],
)
def test_a_table_at_fault_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, problem: type[Problem], said: str
) -> None:
    text = (NHO / "osm.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "osm.yaml").write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(problem, match=said):
        TagTable.read(tmp_path / "osm.yaml")
