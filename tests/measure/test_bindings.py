"""What binds a village, told in two languages."""

import re
from typing import Any

import pytest

from hoaban.measure import bindings
from tests.measure.world import AT, LAW

# A village that lacks nothing.
WELL: dict[str, Any] = {
    **{f"isolated_{m}_wet": False for m in ("foot", "motorbike", "car")},
    "cut_off_days_motorbike": 0.0,
    "minutes_health_motorbike_wet": 20.0,
    **{f"km_school_{s}": 1.0 for s in ("primary", "lower", "upper")},
    "has_education": True,
    "reviewed_people": 100,
    "reviewed_households": 20,
    "hygienic_people": 100,
    "standard_water_people": 100,
    "poor_old": 0,
    "poor_new": 20,
    "staff": 3,
    "staff_trained": 3,
    "has_speaker": True,
    "procedures_basic": 86,
    "procedures_live": 86,
    "grid_power": True,
    "mobile_4g": True,
}


def binds(**changed: Any) -> list[tuple[str, str, float]]:
    """Code, target and shortfall of what binds a village."""
    found = bindings.binds({**WELL, **changed}, LAW, AT)
    return [(item["code"], item["target"], item["shortfall"]) for item in found]


def test_nothing_binds_a_village_that_lacks_nothing() -> None:
    assert binds() == []


@pytest.mark.parametrize(
    ("fact", "value", "found"),
    [
        ("isolated_motorbike_wet", True, ("isolated_motorbike", "T2", 1.0)),
        ("isolated_car_wet", True, ("isolated_car", "T2", 1.0)),
        ("cut_off_days_motorbike", 73.0, ("cut_off_days", "T2", 0.2)),
        ("minutes_health_motorbike_wet", 80.0, ("health_far", "T3", 0.25)),
        ("minutes_health_motorbike_wet", None, ("health_far", "T3", 1.0)),
        ("hygienic_people", 70, ("water_not_hygienic", "T3", 0.3)),
        ("standard_water_people", 0, ("water_not_standard", "T3", 1.0)),
        ("poor_old", 5, ("poverty", "T1", 0.25)),
        ("staff_trained", 0, ("staff_untrained", "T4", 1.0)),
        ("has_speaker", False, ("no_speaker", "T4", 1.0)),
        ("procedures_live", 43, ("procedures_few", "T5", 0.5)),
        ("grid_power", False, ("no_power", "", 1.0)),
        ("mobile_4g", False, ("no_4g", "", 1.0)),
    ],
)
def test_each_shortfall_binds_by_how_far_it_falls_short(
    fact: str, value: Any, found: tuple[str, str, float]
) -> None:
    assert binds(**{fact: value}) == [found]


@pytest.mark.parametrize(
    "known",
    [
        {"cut_off_days_motorbike": 6.9},
        {"minutes_health_motorbike_wet": 60.0},
        {"hygienic_people": 80},
        {"poor_old": 2},
        {"procedures_live": 61},
        {"km_school_upper": None},  # a boarding place is near
        {"cut_off_days_motorbike": None},
        {"poor_old": None},
        {"reviewed_people": None, "hygienic_people": None},
        {"grid_power": None},
        {"staff": 0, "staff_trained": 0, "has_speaker": False},
    ],
)
def test_what_meets_its_mark_or_is_not_known_binds_nothing(known: dict[str, Any]) -> None:
    assert binds(**known) == []


def test_schools_bind_by_the_legal_distance_when_no_boarding_place_is_near() -> None:
    far = {"has_education": False, "km_school_primary": 4.0, "km_school_lower": 14.0}

    assert binds(**far, km_school_upper=None) == [
        ("school_upper_far", "T3", 1.0),
        ("school_lower_far", "T3", 0.5),
        ("school_primary_far", "T3", 0.0),
    ]


def test_the_greatest_shortfall_stands_first() -> None:
    found = binds(cut_off_days_motorbike=36.5, standard_water_people=10, poor_old=10)

    assert [code for code, _, _ in found] == ["water_not_standard", "poverty", "cut_off_days"]


def test_the_lightest_mode_that_cannot_pass_is_named_and_not_the_heavier_ones() -> None:
    cut = {f"isolated_{m}_wet": True for m in ("foot", "motorbike", "car")}

    assert binds(**cut) == [("isolated_foot", "T2", 1.0)]


def test_sentences_carry_the_numbers_as_each_language_writes_them() -> None:
    (item,) = bindings.binds({**WELL, "cut_off_days_motorbike": 12.46}, LAW, AT)

    assert item["vi"] == "Trong 365 ngày qua bị chia cắt 12,5 ngày (xe máy)."
    assert item["en"] == "Cut off for 12.5 of the last 365 days (motorbike)."
    assert item["facts"] == {"days": 12.5}
    assert not re.search(r"[{}]", item["vi"] + item["en"])
