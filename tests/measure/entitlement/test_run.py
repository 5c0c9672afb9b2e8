"""From the live register to kept counts: read once a list, counted, told, shown by area."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from hoaban.base import law as laws
from hoaban.base.models import Area, Event, User
from hoaban.measure import run
from hoaban.measure.models import GapCount, Measuring
from hoaban.measure.tables import Tables
from hoaban.record import reads
from hoaban.record.answers import ANSWERS
from hoaban.record.lists import ListSpec, read_lists
from hoaban.record.models import Entity
from tests.conftest import ROOT
from tests.measure.entitlement.register import HOUSEHOLDS, ON, ONE, PEOPLE, TWO

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
LAW = laws.read(ROOT / "law", ROOT / "provinces/dien_bien/parameters")
INCOME = {"H1": 1_400_000, "H2": 9_000_000, "H3": 1_400_000}
TABLES = Tables.of(
    {"reviews": pa.table({"round": [2025], "completed_on": [date(2025, 12, 14)]})}, "hand-made"
)


@pytest.fixture(scope="module")
def lists() -> dict[str, ListSpec]:
    return read_lists(ROOT / "packs")


@pytest.fixture
def register(db: None) -> None:
    """The register of `tests.measure.entitlement.register`, in the database."""
    kinds = {1: "province", 2: "commune", 3: "village"}
    zones = {"11/00001/": "II", "11/00002/": "I"}
    areas = {}
    for path in ("11/", "11/00001/", "11/00002/", ONE, TWO):
        areas[path] = Area.objects.create(
            code=path.split("/")[-2],
            name=path,
            kind=kinds[path.count("/")],
            path=path,
            valid_from=date(2025, 7, 1),
            facts={"zone": zones[path]} if path in zones else {},
            origin="synthetic",
        )
    rows: list[tuple[str, str, str, dict[str, Any]]] = [
        ("villages", "0001", ONE, {"rural": True, "special_difficulty": False}),
        ("villages", "0002", TWO, {"rural": True, "special_difficulty": True}),
    ]
    for home in HOUSEHOLDS:
        key, area = home["key"], home["area"]
        rows.append(("households", key, area, {"ethnicity": home["ethnicity"]}))
        lacks = 1 if key == "H3" else 0
        answers = {"household": key, "income_per_head_vnd": INCOME[key], "members": 1}
        answers |= dict.fromkeys(ANSWERS, lacks)
        rows.append(("reviews", f"{key}-2025", area, {"round": 2025, **answers}))
        wrong = {"round": 2024, **answers, "income_per_head_vnd": 99_000_000}
        rows.append(("reviews", f"{key}-2024", area, wrong))
    for person in PEOPLE:
        data = {k: v.isoformat() if isinstance(v, date) else v for k, v in person.items()}
        rows.append(("people", data.pop("key"), data.pop("area"), data))
    Entity.objects.bulk_create(
        Entity(
            list=name,
            key=key,
            area=areas[area],
            data=data,
            origin="synthetic",
            valid_from=date(2025, 7, 1),
        )
        for name, key, area, data in rows
    )


def count(lists: dict[str, ListSpec], on: date = ON) -> dict[str, Any]:
    """The gaps of a day, counted and kept with a measuring."""
    kept, _ = Measuring.objects.get_or_create(
        area=Area.objects.get(path="11/"),
        snapshot="hand-made",
        at=on,
        standard_at=on,
        defaults={"origin": "synthetic", "targets": {"targets": {}}, "measured_at": AT},
    )
    return run.entitlements(TABLES, kept, lists, LAW, at=AT)


def test_the_live_register_gives_the_counts_made_by_hand(
    register: None, lists: dict[str, ListSpec]
) -> None:
    found = count(lists)
    total = GapCount.objects.get(area__path="11/", benefit="insurance", at=ON)
    counts = (total.people, total.entitled, total.without, total.expiring, total.cannot_tell)
    assert counts == (7, 6, 2, 1, 1)
    assert (total.households, total.monthly_vnd) == (2, 210_600)
    assert (total.purpose, total.origin, total.method) == ("named_benefit", "synthetic", "gaps-2")
    assert found["insurance"]["without_card"] is None  # two households are too few to publish
    assert found["people"] == 7
    kept = Measuring.objects.get()
    assert kept.targets == {"targets": {}, "entitlements": found}


def test_each_list_is_read_once_for_the_purpose_and_the_person_can_see_it(
    register: None, lists: dict[str, ListSpec]
) -> None:
    count(lists)
    read = Event.objects.filter(name="record.read").order_by("subject")
    assert [(event.subject, event.data["purpose"], event.actor) for event in read] == [
        ("households:*", "named_benefit", None),
        ("people:*", "named_benefit", None),
        ("reviews:*", "named_benefit", None),
    ]
    mai = User.objects.create(username="mai", area=Area.objects.get(path=ONE))
    assert [look.at for look in reads.who_looked(lists["people"], "A", user=mai)] == [AT]
    told = Event.objects.get(name="measure.gaps_counted")
    assert (told.at, told.area.path, told.data["day"]) == (AT, "11/", "2026-11-24")


def test_counted_again_for_the_same_day_takes_the_place_of_the_first(
    register: None, lists: dict[str, ListSpec]
) -> None:
    count(lists)
    count(lists)
    count(lists, date(2026, 11, 25))
    assert GapCount.objects.filter(at=ON).count() == 3 * 5
    assert GapCount.objects.count() == 2 * 3 * 5


def test_an_official_sees_the_gaps_of_the_own_area_alone(
    register: None, lists: dict[str, ListSpec]
) -> None:
    count(lists)
    pao = User.objects.create(username="pao", area=Area.objects.get(path="11/00002/"))
    seen = set(GapCount.objects.seen_by(pao).values_list("area__path", flat=True))
    assert seen == {"11/00002/", TWO}


def test_a_commune_has_the_zone_of_the_day_looked_at(
    register: None, lists: dict[str, ListSpec]
) -> None:
    """Zone II until the end of November, zone I after: A, near-poor, is then owed 70 % alone."""
    old = Area.objects.get(path="11/00001/")
    Area.objects.filter(pk=old.pk).update(valid_to=date(2026, 12, 1))
    new = Area.objects.create(
        code=old.code,
        name=old.name,
        kind=old.kind,
        path=old.path,
        valid_from=date(2026, 12, 1),
        facts={"zone": "I"},
        origin="synthetic",
    )
    last, first = date(2026, 11, 30), date(2026, 12, 1)
    count(lists, last)
    count(lists, first)
    before, after = (
        GapCount.objects.get(area__path="11/00001/", benefit="insurance", at=day)
        for day in (last, first)
    )
    assert (before.monthly_vnd, before.area) == (105_300, old)
    assert (after.monthly_vnd, after.area) == (73_710, new)


def test_before_the_tree_of_areas_starts_a_zone_cannot_be_told(
    register: None, lists: dict[str, ListSpec]
) -> None:
    Entity.objects.update(valid_from=date(2024, 1, 1))
    early = date(2025, 6, 30)
    found = count(lists, early)
    one = GapCount.objects.get(area__path=ONE, benefit="insurance", at=early)
    assert (one.entitled, one.without, one.cannot_tell, one.monthly_vnd) == (0, 0, 2, None)
    assert set(found["not_counted"]) == {"pension"}
    assert all(found["not_counted"]["pension"][language] for language in ("vi", "en"))
    assert "pension" not in found
    assert not GapCount.objects.filter(benefit="pension", at=early).exists()


def test_a_day_before_every_rule_is_told_and_not_refused(
    register: None, lists: dict[str, ListSpec]
) -> None:
    found = count(lists, date(2023, 12, 2))
    assert set(found["not_counted"]) == {"insurance", "pension"}
    assert (found["expiring_days"], found["premium_vnd"]) == (None, None)
    assert "allowances" in found


def test_without_a_completed_review_classes_are_unknown(
    register: None, lists: dict[str, ListSpec]
) -> None:
    early = date(2025, 12, 1)
    count(lists, early)
    one = GapCount.objects.get(area__path=ONE, benefit="insurance", at=early)
    assert (one.entitled, one.without, one.cannot_tell) == (2, 1, 1)  # C may be poor
