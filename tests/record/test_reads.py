"""Looking at households and persons: scoped, with a purpose, remembered."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from hoaban.base.models import Area, Event, User
from hoaban.record import reads
from hoaban.record.lists import PURPOSES, ListSpec
from hoaban.record.models import Entity
from tests import highland
from tests.record.small import AT, CHE

Lists = dict[str, ListSpec]


def test_a_read_is_remembered_with_who_when_and_why(an: User, lists: Lists) -> None:
    row = reads.one(lists["households"], "H1", user=an, purpose="casework", at=AT)
    event = Event.objects.get(name="record.read")
    assert (row.key, row.area, row.version, row.data["members"]) == ("H1", CHE, 1, 4)
    assert (event.actor, event.at, event.subject) == (an, AT, "households:H1")
    assert event.data == {"purpose": "casework"}
    assert event.area.path == CHE


def test_the_person_can_be_shown_who_looked(an: User, mai: User, pao: User, lists: Lists) -> None:
    spec = lists["people"]
    reads.one(spec, "P1", user=an, purpose="casework", at=AT)
    reads.one(spec, "P1", user=mai, purpose="own_record", at=AT + timedelta(hours=1))
    reads.one(spec, "P2", user=mai, purpose="casework", at=AT)
    looks = reads.who_looked(spec, "P1", user=an)
    assert [(look.by, look.purpose) for look in looks] == [
        ("mai", "own_record"),
        ("an", "casework"),
    ]
    assert reads.who_looked(spec, "P1", user=pao) == []


@pytest.mark.parametrize("purpose", ["", "curious"])
def test_without_a_purpose_nobody_sees_a_household(an: User, lists: Lists, purpose: str) -> None:
    with pytest.raises(reads.PurposeNeeded) as refused:
        reads.one(lists["households"], "H1", user=an, purpose=purpose, at=AT)
    assert refused.value.status == 403
    assert not Event.objects.filter(name="record.read").exists()


def test_the_next_commune_does_not_see_it_and_learns_nothing(pao: User, lists: Lists) -> None:
    with pytest.raises(reads.NotInYourArea) as there:
        reads.one(lists["households"], "H1", user=pao, purpose="casework", at=AT)
    with pytest.raises(reads.NotInYourArea) as nowhere:
        reads.one(lists["households"], "H9", user=pao, purpose="casework", at=AT)
    assert str(there.value).replace("H1", "H9") == str(nowhere.value)
    assert reads.fetch(lists["people"], user=pao, purpose="casework", at=AT, within=CHE) == []
    assert [r.key for r in reads.fetch(lists["people"], user=pao, purpose="casework", at=AT)] == [
        "P3"
    ]


def test_nobody_and_a_user_without_area_see_nothing(loaded: dict[str, int]) -> None:
    loose = User.objects.create(username="loose")
    assert Entity.objects.seen_by(AnonymousUser()).count() == 0
    assert Entity.objects.seen_by(loose).count() == 0


@pytest.mark.parametrize("purpose", sorted(reads.PURPOSES))
def test_ethnicity_comes_only_under_the_purposes_its_pack_names(
    an: User, lists: Lists, purpose: str
) -> None:
    row = reads.one(lists["households"], "H1", user=an, purpose=purpose, at=AT)
    assert ("ethnicity" in row.data) == (purpose in ("language_need", "statutory"))


def test_every_purpose_a_pack_may_name_can_be_stated() -> None:
    assert set(PURPOSES) <= set(reads.PURPOSES)


def test_a_household_comes_with_its_people(mai: User, lists: Lists) -> None:
    found = reads.household(lists, "H1", user=mai, purpose="casework", at=AT)
    assert found.row.key == "H1"
    assert [p.key for p in found.people] == ["P1", "P2"]
    assert found.reviews == []
    subjects = set(Event.objects.filter(name="record.read").values_list("subject", flat=True))
    assert subjects == {"households:H1", "people:P1", "people:P2"}


def test_rows_come_page_by_page(loaded: dict[str, int], lists: Lists) -> None:
    linh = highland.user("linh", "province", Area.objects.get(path="11/"))
    spec = lists["people"]
    first = reads.fetch(spec, user=linh, purpose="casework", at=AT, limit=2)
    rest = reads.fetch(spec, user=linh, purpose="casework", at=AT, after=first[-1].key)
    assert [r.key for r in first] == ["P1", "P2"]
    assert [r.key for r in rest] == ["P3"]
    assert Event.objects.filter(name="record.read").count() == 3


def test_rows_about_places_and_things_are_not_logged(an: User, lists: Lists) -> None:
    assert [r.key for r in reads.fetch(lists["roads"], user=an, purpose="", at=AT)] == ["R1"]
    assert not Event.objects.filter(name="record.read").exists()
