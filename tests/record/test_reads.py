"""Looking at households and persons: scoped, with a purpose, remembered."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from hoaban.base.models import Area, Event, User
from hoaban.record import reads
from hoaban.record.lists import PURPOSES, ListSpec
from hoaban.record.models import Entity
from tests import highland
from tests.record.small import AT, CHE, HON

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


def test_a_household_may_be_read_without_its_people(mai: User, lists: Lists) -> None:
    found = reads.household(lists, "H1", user=mai, purpose="casework", at=AT, parts=("reviews",))
    assert found.people == []
    assert Event.objects.get(name="record.read").subject == "households:H1"


def test_looks_at_its_people_are_looks_at_a_household(
    an: User, mai: User, pao: User, lists: Lists
) -> None:
    reads.one(lists["people"], "P1", user=mai, purpose="casework", at=AT)
    reads.one(lists["people"], "P3", user=pao, purpose="casework", at=AT)
    reads.bulk(lists["people"], user=None, purpose="statutory", at=AT + timedelta(hours=1))
    found = reads.who_looked_at_household(lists, "H1", user=an)
    assert [(look.by, look.list) for look in found.newest] == [("", "people"), ("mai", "people")]
    fewer = reads.who_looked_at_household(lists, "H1", user=an, limit=1)
    assert (len(fewer.newest), fewer.total) == (1, 2)
    assert reads.who_looked_at_household(lists, "H1", user=pao) == reads.Looks([], 0)


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


def test_a_whole_list_is_read_at_once_and_remembered_once(an: User, lists: Lists) -> None:
    found = reads.bulk(lists["people"], user=an, purpose="statutory", at=AT)
    assert found["key"].to_pylist() == ["P1", "P2"]  # the next commune's P3 is not theirs
    assert found["area"].to_pylist() == [CHE, CHE]
    assert found["household"].to_pylist() == ["H1", "H1"]
    event = Event.objects.get(name="record.read")
    assert (event.actor, event.subject, event.area.path) == (an, "people:*", "11/00104/")
    assert event.data == {"purpose": "statutory", "rows": 2}


def test_the_system_reads_the_whole_province_as_nobody(
    loaded: dict[str, int], lists: Lists
) -> None:
    found = reads.bulk(lists["people"], user=None, purpose="statutory", at=AT)
    assert sorted(found["key"].to_pylist()) == ["P1", "P2", "P3"]
    event = Event.objects.get(name="record.read")
    assert (event.actor, event.area.path, event.data["rows"]) == (None, "11/", 3)
    narrow = reads.bulk(lists["people"], user=None, purpose="statutory", at=AT, within=HON)
    assert narrow["key"].to_pylist() == ["P3"]


@pytest.mark.parametrize("purpose", ["", "curious"])
@pytest.mark.parametrize("somebody", [True, False])
def test_a_bulk_read_needs_a_purpose_too(
    an: User, lists: Lists, purpose: str, somebody: bool
) -> None:
    with pytest.raises(reads.PurposeNeeded):
        reads.bulk(lists["people"], user=an if somebody else None, purpose=purpose, at=AT)
    assert not Event.objects.filter(name="record.read").exists()


@pytest.mark.parametrize(("purpose", "kept"), [("statutory", True), ("casework", False)])
def test_a_bulk_read_leaves_out_what_is_kept_for_another_purpose(
    an: User, lists: Lists, purpose: str, kept: bool
) -> None:
    found = reads.bulk(lists["households"], user=an, purpose=purpose, at=AT)
    assert ("ethnicity" in found.column_names) == kept


def test_a_bulk_read_may_ask_for_less(an: User, lists: Lists) -> None:
    found = reads.bulk(
        lists["households"],
        user=an,
        purpose="casework",
        at=AT,
        only=("members", "ethnicity"),
        where=("members", 5),
    )
    assert found.column_names == ["key", "area", "origin", "valid_from", "valid_to", "members"]
    assert found["key"].to_pylist() == ["H2"]


def test_rows_cannot_be_chosen_by_what_may_not_be_seen(an: User, lists: Lists) -> None:
    with pytest.raises(reads.PurposeNeeded, match="statutory"):
        reads.bulk(
            lists["households"], user=an, purpose="casework", at=AT, where=("ethnicity", "a")
        )


def test_a_bulk_read_stays_inside_the_own_area(an: User, pao: User, lists: Lists) -> None:
    spec = lists["people"]
    one: dict[str, Any] = {"purpose": "casework", "at": AT}
    assert len(reads.bulk(spec, user=pao, within=CHE, **one)) == 0
    assert len(reads.bulk(spec, user=an, within=CHE, **one)) == 2
    assert len(reads.bulk(spec, user=an, within="11/", **one)) == 2
    assert len(reads.bulk(spec, user=User.objects.create(username="loose"), **one)) == 0
    areas = Event.objects.filter(name="record.read").values_list("area__path", flat=True)
    assert sorted(areas) == ["11/00104/", CHE]


def test_a_bulk_read_of_places_and_things_is_not_logged(an: User, lists: Lists) -> None:
    assert reads.bulk(lists["roads"], user=an, purpose="", at=AT)["key"].to_pylist() == ["R1"]
    assert not Event.objects.filter(name="record.read").exists()


def test_the_person_is_shown_who_read_the_whole_list(
    an: User, mai: User, pao: User, lists: Lists
) -> None:
    spec, later = lists["people"], AT + timedelta(hours=1)
    reads.one(spec, "P1", user=mai, purpose="casework", at=AT)
    reads.bulk(spec, user=an, purpose="statutory", at=later)
    reads.bulk(spec, user=pao, purpose="named_benefit", at=later)  # of the next commune
    reads.bulk(spec, user=None, purpose="named_benefit", at=later + timedelta(hours=1))
    reads.bulk(lists["households"], user=an, purpose="statutory", at=later)
    looks = reads.who_looked(spec, "P1", user=mai)
    assert [(look.by, look.purpose) for look in looks] == [
        ("", "named_benefit"),
        ("an", "statutory"),
        ("mai", "casework"),
    ]
    assert reads.who_looked(spec, "P1", user=pao) == []
