"""T3: highland people with health, education and water, each and jointly."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure.tables import Tables
from hoaban.measure.targets import measure
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, communes, facility, review, village, with_value

SCHOOLS = ("school_primary", "school_lower", "school_upper")


def province(reviews: list[dict[str, Any]], **more: Any) -> Tables:
    """
    Tấu (zone III) with everything; Che 3 km on and Hon 30 km on, both in Tấu
    Mường (zone I): the village 0001 is not highland, 0002 is specially difficult
    """
    drawing = "Muong --r1 9km-- Tau --r2 3km-- Che --r3 27km-- Hon"
    rows: dict[str, Any] = {
        "areas": communes("00001", "00003", c00003="III"),
        "facilities": [
            facility("seat", "Muong"),
            facility("station", "Muong", standard_met=False),
            facility("station", "Tau", "00003"),
            *(facility(kind, "Tau", "00003") for kind in SCHOOLS),
        ],
        "villages": [
            village("0001", "Muong"),
            village("0002", "Muong", special_difficulty=True),
            village("0003", "Tau", "00003"),
            village("0004", "Che", "00003"),
            village("0005", "Hon", "00003"),
        ],
        "reviews": reviews,
    }
    return world.tables(**world.drawn(drawing), **{**rows, **more})


def parts(tables: Tables, law: Any = LAW) -> dict[str, Any]:
    """T3's parts and its value."""
    target = measure(tables, law, PLACE, at=AT).targets["T3"]
    return {**target["parts"], "value": target["value"], "met": target["met"]}


ONE_EACH = [
    # household, village, members: hygienic? to standard?
    review("a", "0001", 2025, members=50, water=0, water_standard=1),
    review("b", "0002", 2025, members=10, water=0, water_standard=1),
    review("c", "0003", 2025, members=10, water=0, water_standard=0),
    review("d", "0004", 2025, members=20, water=0, water_standard=1),
    review("e", "0005", 2025, members=60, water=1, water_standard=0),
]


def test_the_denominator_is_people_of_zone_three_and_of_specially_difficult_villages() -> None:
    found = parts(province(ONE_EACH))

    assert (found["highland_people"], found["highland_villages"]) == (100, 4)


def test_each_service_is_counted_by_itself_and_water_in_two_figures() -> None:
    """
    Health: Tấu, Che at once; Mường 9 km = 27 minutes; Hon 30 km = 90 minutes by motorbike.
    School: Che 3 km is near for all; Mường 9 km is near for upper school alone; Hon for none.
    """
    found = parts(province(ONE_EACH))

    assert found["health"] == {
        "people": 40,
        "share": 0.4,
        "within_minutes": {"30": 0.4, "60": 0.4, "120": 1.0},
    }
    assert found["education"] == {
        "people": 30,
        "share": 0.3,
        "by_distance": 0.3,
        "primary": 0.3,
        "lower": 0.3,
        "upper": 0.4,
        "pupils_beyond": 0,
        "boarding_places": 0,
    }
    assert found["water_hygienic"] == {"people": 40, "share": 0.4}
    assert found["water_standard"] == {"people": 30, "share": 0.3}


def test_the_target_counts_people_with_all_three_and_water_to_standard() -> None:
    found = parts(province(ONE_EACH))

    # Tấu has no water to standard, 0002 no school near, Hon nothing: Che's 20 are left.
    assert (found["joint"]["people"], found["value"], found["met"]) == (20, 0.2, False)
    assert found["joint_hygienic"] == {"people": 30, "share": 0.3}


def test_a_boarding_place_reaches_those_whose_school_is_far() -> None:
    tables = province(ONE_EACH)
    boards = [
        facility("boarding", "Hon", "00003"),
        facility("boarding", "Muong", standard_met=None),
    ]
    rows = tables.arrow("facilities").to_pylist()

    found = parts(tables.replace(facilities=world.table("facilities", [*rows, *boards])))

    # 30 km from Hon to Tấu is 90 minutes and 39 km to Mường 117: all within 120.
    assert found["education"]["share"] == 1.0
    assert found["education"]["by_distance"] == 0.3


def test_pupils_whose_school_is_far_and_boarding_places_stand_side_by_side() -> None:
    tables = province(ONE_EACH)
    boards = [
        facility("boarding", "Hon", "00003", capacity=40),
        facility("boarding", "Tau", "00003", capacity=30, standard_met=False),
    ]
    rows = [*tables.arrow("facilities").to_pylist(), *boards]
    homes = {"tau": "11/00003/0003/", "hon": "11/00003/0005/", "low": "11/00001/0001/"}
    people = [
        *({"area": homes["hon"], "school_stage": "lower"} for _ in range(3)),
        *({"area": homes["hon"], "school_stage": "done"} for _ in range(5)),
        {"area": homes["tau"], "school_stage": "primary"},
        {"area": homes["low"], "school_stage": "primary"},
    ]

    found = parts(
        tables.replace(
            facilities=world.table("facilities", rows), people=world.table("people", people)
        )
    )

    assert found["education"]["pupils_beyond"] == 3
    assert found["education"]["boarding_places"] == 40


def test_a_crossing_nobody_wades_in_the_rains_is_no_way_to_school() -> None:
    tables = province(ONE_EACH)
    drawn = world.drawn("Muong --r1 9km-- Tau --r2 3km nofoot_wet-- Che --r3 27km-- Hon")

    found = parts(tables.replace(roads=world.table("roads", drawn["roads"])))

    assert found["education"]["primary"] == 0.1
    assert found["health"]["share"] == 0.4


def test_the_limit_of_the_law_is_already_far() -> None:
    tables = province(ONE_EACH)

    assert parts(tables, with_value(LAW, "school.distance_km_primary", 3))["education"][
        "primary"
    ] == pytest.approx(0.1)


def test_a_water_answer_not_given_counts_for_neither_and_is_shown() -> None:
    rows = [*ONE_EACH[1:], review("f", "0003", 2025, members=5, water=None, water_standard=None)]

    found = parts(province(rows))

    assert (found["highland_people"], found["water_unknown_people"]) == (105, 5)
    assert found["water_hygienic"]["people"] == 40


def test_without_highland_people_nothing_is_known() -> None:
    found = parts(province(ONE_EACH[:1]))

    assert (found["value"], found["met"]) == (None, None)


homes = st.tuples(
    st.sampled_from(["0002", "0003", "0004", "0005"]),
    st.integers(1, 9),
    st.sampled_from([0, 1, None]),
    st.sampled_from([0, 1, None]),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(homes, min_size=1, max_size=12))
def test_joint_is_never_more_than_its_smallest_part(
    rows: list[tuple[str, int, int | None, int | None]],
) -> None:
    reviews = [
        review(f"h{i}", code, 2025, members=members, water=water, water_standard=standard)
        for i, (code, members, water, standard) in enumerate(rows)
    ]

    found = parts(province(reviews))

    whole = min(found[p]["people"] for p in ("health", "education"))
    assert found["joint"]["people"] <= min(whole, found["water_standard"]["people"])
    assert found["joint_hygienic"]["people"] <= min(whole, found["water_hygienic"]["people"])
