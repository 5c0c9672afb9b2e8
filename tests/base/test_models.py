"""Areas, users and the event log, on whichever database the tests run."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base import scope
from hoaban.base.models import Area, Event, Succession, User, tell
from tests import highland

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CODES = st.lists(st.text("0129", min_size=1, max_size=5), min_size=1, max_size=3)


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    return highland.build()


def area(path: str) -> Area:
    return Area.objects.create(
        path=path,
        code=path.rstrip("/").rsplit("/")[-1],
        name=path,
        kind="commune",
        valid_from=date(2025, 7, 1),
        origin="synthetic",
    )


def test_a_user_sees_their_area_and_everything_below_it(areas: dict[str, Area]) -> None:
    an = highland.user("an", "commune", areas["11/00104/"])
    mai = highland.user("mai", "village", areas["11/00104/0001/"])
    linh = highland.user("linh", "province", areas["11/"])
    assert [a.path for a in Area.objects.seen_by(an).order_by("path")] == [
        "11/00104/",
        "11/00104/0001/",
    ]
    assert [a.path for a in Area.objects.seen_by(mai)] == ["11/00104/0001/"]
    assert Area.objects.seen_by(linh).count() == 5


def test_a_code_that_begins_like_anothers_is_another_place(areas: dict[str, Area]) -> None:
    for path in ("11/001/", "11/0010/", "11/001040/", "110/", "11/00104/00011/"):
        area(path)
    pao = highland.user("pao", "commune", Area.objects.get(path="11/001/"))
    assert [a.path for a in Area.objects.seen_by(pao)] == ["11/001/"]
    assert {a.path for a in Area.objects.within("11/00104/")} == {
        "11/00104/",
        "11/00104/0001/",
        "11/00104/00011/",
    }


def test_nobody_and_a_user_without_area_see_nothing(areas: dict[str, Area]) -> None:
    assert list(Area.objects.seen_by(AnonymousUser())) == []
    assert list(Area.objects.seen_by(User.objects.create(username="loose"))) == []


@pytest.mark.django_db
def test_paths_are_ordered_byte_by_byte_in_the_database() -> None:
    paths = ["11/", "11/0/", "11/00/", "11/0/1/", "11/00/1/", "110/", "11/01/", "1/", "2/"]
    for path in paths:
        area(path)
    assert list(Area.objects.order_by("path").values_list("path", flat=True)) == sorted(paths)


@given(CODES, CODES)
def test_the_range_of_paths_is_exactly_what_lies_below(top: list[str], other: list[str]) -> None:
    above, path = ("".join(f"{code}/" for code in codes) for codes in (top, other))
    assert scope.inside(path, above) == (other[: len(top)] == top)


def test_one_area_may_not_stand_twice_from_the_same_day(areas: dict[str, Area]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        area("11/00104/")


def test_successions_and_events_are_scoped_like_their_area(areas: dict[str, Area]) -> None:
    for path in ("11/00104/", "11/00105/"):
        Succession.objects.create(
            old_code="03000",
            old_name="cũ",
            area=areas[path],
            date=date(2025, 7, 1),
            act="NQ 1661",
            share="0.5",
            origin="official",
        )
        tell("record.received", at=AT, actor=None, area=areas[path], subject=path)
    pao = highland.user("pao", "commune", areas["11/00105/"])
    assert [s.area.code for s in Succession.objects.seen_by(pao)] == ["00105"]
    assert [e.subject for e in Event.objects.seen_by(pao)] == ["11/00105/"]


def test_an_event_says_who_what_where_and_about_what(areas: dict[str, Area]) -> None:
    an = highland.user("an", "commune", areas["11/00104/"])
    event = tell(
        "act.moved", at=AT, actor=an, area=areas["11/00104/"], subject=areas["11/"], step="survey"
    )
    kept = Event.objects.get()
    assert kept == event
    assert kept.subject == f"Area:{areas['11/'].pk}"
    assert (kept.name, kept.at, kept.actor, kept.data) == ("act.moved", AT, an, {"step": "survey"})


def test_an_event_cannot_be_replaced_by_another_of_its_number(areas: dict[str, Area]) -> None:
    event = tell("record.received", at=AT, actor=None, area=areas["11/"], subject="x")
    if connection.vendor == "sqlite":  # PostgreSQL has no REPLACE
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT OR REPLACE INTO base_event (id, name, at, actor_id, area_id, subject, data)"
                " SELECT id, name, at, actor_id, area_id, 'y', data FROM base_event"
            )
    assert Event.objects.get(pk=event.pk).subject == "x"


def test_an_event_can_be_neither_changed_nor_deleted_by_any_road(areas: dict[str, Area]) -> None:
    event = tell("record.received", at=AT, actor=None, area=areas["11/"], subject="x")
    event.subject = "y"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(subject="y")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE base_event SET subject = 'y'")
    assert Event.objects.get().subject == "x"


def test_an_event_is_undone_with_the_work_it_tells_of(areas: dict[str, Area]) -> None:
    @transaction.atomic
    def fail() -> None:
        tell("record.received", at=AT, actor=None, area=areas["11/"], subject="x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert Event.objects.count() == 0
