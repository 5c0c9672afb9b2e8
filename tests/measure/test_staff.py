"""T4: both legs of training, and whose they are."""

from datetime import date
from typing import Any

from hoaban.measure import staff
from tests.measure import world
from tests.measure.world import AT, LAW, village

VILLAGES = [
    village("0001", "A", languages="tai"),
    village("0002", "A", languages="hmn;kjg"),
    village("0003", "A", languages="vi"),
    village("0004", "A", "00002", languages=""),
]


def post(name: str, place: str, **more: Any) -> dict[str, Any]:
    """A post-holder of a village (by its code) or of a commune (by its path)."""
    base: dict[str, Any] = {"id": name, "native": False, "languages": "vi"}
    if "/" in place:
        return {**base, "role": "commune", "title": "expert", "area": place, **more}
    at = next(v["area"] for v in VILLAGES if v["id"] == place)
    return {**base, "role": "village", "title": "head", "village": place, "area": at, **more}


def course(name: str, what: str = "social_governance", **more: Any) -> dict[str, Any]:
    """A course that somebody passed in March."""
    language = None if what == "social_governance" else what
    kind = "language" if language else what
    row = {"staff": name, "course": kind, "language": language, "on": date(2026, 3, 1)}
    return {**row, "passed": True, **more}


def counted(posts: list[dict[str, Any]], courses: list[dict[str, Any]]) -> dict[str, Any]:
    """T4 of some posts and courses: its parts and value."""
    tables = world.tables(villages=VILLAGES, staff=posts, training=courses)
    target = staff.target(staff.count(tables, LAW, AT))
    return {**target["parts"], "value": target["value"]}


def legs(posts: list[dict[str, Any]], courses: list[dict[str, Any]]) -> list[int]:
    """How many pass governance, the language, and both."""
    found = counted(posts, courses)
    return [found[k] for k in ("governance", "language", "both")]


def test_both_legs_are_needed() -> None:
    posts = [post("mai", "0001"), post("an", "0001"), post("pao", "0001")]
    courses = [course("mai"), course("mai", "tai"), course("an"), course("pao", "tai")]

    found = counted(posts, courses)

    assert legs(posts, courses) == [2, 2, 1]
    assert (found["value"], found["village"]["share"]) == (1 / 3, 1 / 3)


def test_the_language_is_that_of_the_village_served_and_one_of_several_is_enough() -> None:
    mai, pao = post("mai", "0001"), post("pao", "0002")

    assert legs([mai], [course("mai", "hmn")]) == [0, 0, 0]
    assert legs([pao], [course("pao", "kjg")]) == [0, 1, 0]


def test_commune_staff_serve_the_languages_of_all_its_villages() -> None:
    an = post("an", "11/00001/")

    assert legs([an], [course("an", "hmn")]) == [0, 1, 0]
    assert legs([an], [course("an", "lao")]) == [0, 0, 0]


def test_a_native_speaker_of_the_village_passes_by_assessment() -> None:
    native = post("mai", "0001", native=True, languages="vi;tai")
    elsewhere = post("pao", "0001", native=True, languages="vi;hmn")
    learned = post("an", "0001", languages="vi;tai")

    found = counted([native, elsewhere, learned], [])

    assert (found["language"], found["language_as_native"]) == (1, 1)


def test_where_no_minority_language_is_recorded_none_is_needed() -> None:
    posts = [post("mai", "0003"), post("an", "0004"), post("pao", "11/00002/")]

    assert legs(posts, []) == [0, 3, 0]


def test_a_course_failed_or_passed_later_does_not_count() -> None:
    posts = [post("mai", "0001"), post("an", "0001")]
    courses = [course("mai", passed=False), course("an", on=date(2026, 11, 25))]

    assert legs(posts, courses) == [0, 0, 0]


def test_who_has_left_is_not_counted() -> None:
    posts = [post("mai", "0001", valid_to=date(2026, 10, 1)), post("an", "0001")]

    assert counted(posts, [])["staff"] == 1


def test_the_two_roles_and_the_vacant_titles_stand_apart() -> None:
    posts = [post("mai", "0001"), post("an", "11/00001/"), post("pao", "0001", title="secretary")]

    found = counted(posts, [course("an")])

    assert (found["commune"]["staff"], found["village"]["staff"]) == (1, 2)
    assert found["commune"]["governance"] == 1
    # three paid titles in each of four villages, two of them held
    assert (found["village_titles"], found["village_titles_vacant"]) == (12, 10)


def test_a_village_without_a_speaker_is_one_where_no_post_holder_masters_its_language() -> None:
    posts = [
        post("mai", "0001", languages="vi;tai"),
        post("an", "0001"),
        post("pao", "0002"),
        post("linh", "0003"),
    ]

    assert counted(posts, [])["villages_without_speaker"] == 1


def test_without_staff_nothing_is_known() -> None:
    assert counted([], [])["value"] is None
