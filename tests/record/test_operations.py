"""Writing to the registers: whole or not at all, versioned, told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection, transaction

from hoaban.base.models import Area, Event, Succession, User
from hoaban.record import batches, checks, operations
from hoaban.record.lists import ListSpec, NoSuchList
from hoaban.record.models import Change, Entity
from hoaban.record.province import read_province
from hoaban.record.rows import drawn_uuids
from tests.record.small import AT, CHE, Tables, register, rows, villages

NHO = Path(__file__).resolve().parents[1] / "provinces/nho"

Load = Callable[[Tables], dict[str, int]]


def test_a_load_writes_every_row_at_version_1_without_changes(loaded: dict[str, int]) -> None:
    assert loaded == {"villages": 2, "households": 3, "people": 3, "closures": 1, "roads": 1}
    household = Entity.objects.select_related("area").get(list="households", key="H1")
    assert household.area.path == CHE
    assert household.version == 1
    assert household.origin == "synthetic"
    assert household.valid_from == date(2025, 7, 1)
    assert household.data == {
        "village": "0001",
        "members": 4,
        "income_per_head_vnd": 1_400_000,
        "water": 1,
        "reviewed_on": "2025-12-14",
        "ethnicity": "a",
    }
    assert Change.objects.count() == 0


def test_text_and_instants_are_kept_to_the_letter(loaded: dict[str, int]) -> None:
    road = Entity.objects.get(list="roads")
    closure = Entity.objects.get(list="closures")
    assert road.data == {"from": "cầu “Nậm Rốm”, \\ đầu 1", "length_m": 1234.1, "bridge": True}
    assert closure.data["started_at"] == "2026-07-03T22:30:00.000000Z"
    assert closure.data["ended_at"] is None


def test_a_long_name_of_the_law_is_kept_whole(loaded: dict[str, int], load: Load) -> None:
    name = "Chứng thực bản sao từ bản chính " * 20
    row = {"key": "R2", "area": "11/00104/", "label": name, "from": "x", "length_m": 1.0}
    load([("roads", rows({**row, "bridge": False}))])
    assert Entity.objects.get(key="R2").label == name


def test_rows_of_villages_become_areas(loaded: dict[str, int]) -> None:
    che = Area.objects.get(path=CHE)
    assert (che.code, che.name, che.kind) == ("0001", "Bản Che", "village")
    assert che.facts["rural"] is True


def test_one_event_per_table_carries_its_hash(loaded: dict[str, int]) -> None:
    events = Event.objects.filter(name="record.imported").order_by("pk")
    assert [(e.data["list"], e.data["rows"]) for e in events] == list(loaded.items())
    assert {len(e.data["sha256"]) for e in events} == {64}
    assert {e.data["seed"] for e in events} == {1}


def test_a_uuid_is_version_4_and_drawn_from_seed_list_and_key_alone(loaded: dict[str, int]) -> None:
    kept = {e.key: e.uuid for e in Entity.objects.filter(list="households")}
    assert all(
        found.version == 4 and found.variant == "specified in RFC 4122" for found in kept.values()
    )
    again = drawn_uuids(1, "households", ["H3"])
    assert again == [kept["H3"].hex]
    assert drawn_uuids(2, "households", ["H3"]) != again
    assert drawn_uuids(1, "people", ["H3"]) != again


def broken(name: str, edit: Callable[[pa.Table], pa.Table]) -> Tables:
    """The register with one table spoilt."""
    return [(n, edit(t) if n == name else t) for n, t in villages() + register()]


def with_value(column: str, row: int, value: Any) -> Callable[[pa.Table], pa.Table]:
    """The same table with one cell replaced."""

    def edit(table: pa.Table) -> pa.Table:
        found = table.to_pylist()
        found[row][column] = value
        return pa.Table.from_pylist(found)

    return edit


FAULTS = [
    ("households", with_value("members", 1, 0), checks.ValueNotAllowed, "H2"),
    ("households", with_value("members", 1, None), checks.ValueMissing, "H2"),
    ("households", with_value("water", 2, 2), checks.ValueNotAllowed, "H3"),
    ("households", with_value("key", 1, "H1"), checks.KeyTwice, "H1"),
    ("households", with_value("village", 1, "0009"), checks.NoSuchRow, "0009"),
    ("households", with_value("area", 1, "11/00104/0009/"), batches.UnknownArea, "0009"),
    ("households", with_value("area", 1, "11/00104/"), batches.WrongLevel, "11/00104/"),
    ("people", with_value("sex", 2, "x"), checks.ValueNotAllowed, "P3"),
    ("people", with_value("household", 2, "H9"), checks.NoSuchRow, "H9"),
    ("people", with_value("origin", 0, "guessed"), checks.ValueNotAllowed, "guessed"),
    ("people", with_value("key", 0, "P" * 65), checks.TooLong, "64"),
    ("people", with_value("source", 0, "ế" * 301), checks.TooLong, "300"),
    ("villages", with_value("label", 0, "Bản " * 31), checks.TooLong, "120"),
    ("roads", lambda t: t.drop_columns(["bridge"]), checks.ColumnMissing, "bridge"),
    ("roads", lambda t: t.append_column("lenght", t["length_m"]), checks.ColumnUnknown, "length_m"),
    ("roads", with_value("length_m", 0, float("nan")), checks.ValueNotAllowed, "nan"),
    ("roads", with_value("length_m", 0, float("inf")), checks.ValueNotAllowed, "inf"),
    ("roads", with_value("length_m", 0, "dài"), checks.WrongType, "length_m"),
    ("closures", with_value("road", 0, "R9"), checks.NoSuchRow, "R9"),
    ("villages", with_value("area", 1, "11/00105/0003/"), batches.UnknownArea, "0003"),
]


@pytest.mark.parametrize(("name", "edit", "problem", "named"), FAULTS)
def test_a_fault_anywhere_loads_nothing(
    load: Load,
    name: str,
    edit: Callable[[pa.Table], pa.Table],
    problem: type[Exception],
    named: str,
) -> None:
    with pytest.raises(problem, match=named):
        load(broken(name, edit))
    assert Entity.objects.count() == 0
    assert Event.objects.count() == 0
    assert not Area.objects.filter(kind="village").exists()


def test_a_list_that_no_pack_declares_is_refused(load: Load) -> None:
    with pytest.raises(NoSuchList, match="roads"):
        load([("road", rows({"key": "R1", "area": "11/00104/"}))])


def test_a_key_that_is_there_already_is_refused(loaded: dict[str, int], load: Load) -> None:
    with pytest.raises(checks.KeyTwice, match="P1"):
        load([("people", rows({"key": "P1", "area": CHE, "household": "H2", "sex": "f"}))])


def test_a_later_batch_may_refer_to_rows_of_an_earlier_one(
    loaded: dict[str, int], load: Load
) -> None:
    (_, households), *_ = register()
    one_more = with_value("key", 0, "H4")(households.slice(0, 1))
    people = rows(
        {"key": "P4", "area": CHE, "household": "H2", "sex": "f"},
        {"key": "P5", "area": CHE, "household": "H4", "sex": "m"},
    )
    assert load([("people", people), ("households", one_more)]) == {"people": 2, "households": 1}
    assert Entity.objects.filter(list="people").count() == 5


def test_one_list_may_come_in_several_tables_of_a_batch(load: Load) -> None:
    (_, households), *_ = register()
    halves = [("households", households.slice(0, 2)), ("households", households.slice(2))]
    assert load(villages() + halves) == {"villages": 2, "households": 3}


def test_a_key_that_comes_twice_in_several_tables_is_refused(load: Load) -> None:
    (_, households), *_ = register()
    with pytest.raises(checks.KeyTwice, match="H3"):
        load([*villages(), ("households", households), ("households", households.slice(2))])
    assert Entity.objects.count() == 0


def test_a_register_without_a_province_is_refused(db: None, lists: dict[str, ListSpec]) -> None:
    with pytest.raises(batches.NoProvince):
        operations.load_tables(villages(), lists, seed=1, at=AT, actor=None)


def test_load_areas_writes_province_communes_and_succession(db: None) -> None:
    province = read_province(NHO)
    top = operations.load_areas(province, at=AT, actor=None)
    assert top.path == f"{province.code}/"
    communes = Area.objects.filter(kind="commune")
    assert {c.code for c in communes} == {c.code for c in province.communes}
    assert top.facts["population"] == sum(c.population for c in province.communes)
    assert Succession.objects.count() == len(province.old_communes)
    assert Event.objects.get().data["rows"] == len(province.communes) + 1


def test_a_second_province_needs_a_database_of_its_own(db: None) -> None:
    province = read_province(NHO)
    operations.load_areas(province, at=AT, actor=None)
    with pytest.raises(operations.AlreadyLoaded, match=province.name.vi):
        operations.load_areas(province, at=AT, actor=None)


def test_a_correction_leaves_old_and_new_and_a_new_version(
    an: User, lists: dict[str, ListSpec]
) -> None:
    spec = lists["households"]
    edits = {"members": 5, "water": 1, "reviewed_on": date(2026, 11, 20)}
    found = operations.correct(spec, "H1", edits, base=1, user=an, at=AT, device="tablet 7")
    change = Change.objects.get()
    event = Event.objects.get(name="record.corrected")
    assert Entity.objects.get(key="H1").data["members"] == 5
    assert found.version == 2
    assert change.fields == {"members": [4, 5], "reviewed_on": ["2025-12-14", "2026-11-20"]}
    assert (change.base, change.trunk, change.by, change.device) == (1, 1, an, "tablet 7")
    assert change.received_at == AT
    assert event.data["fields"] == ["members", "reviewed_on"]
    assert "2026-11-20" not in str(event.data)


def test_an_edit_on_an_old_version_is_a_conflict(an: User, lists: dict[str, ListSpec]) -> None:
    spec = lists["households"]
    operations.correct(spec, "H1", {"members": 5}, base=1, user=an, at=AT)
    with pytest.raises(operations.ChangedMeanwhile) as conflict:
        operations.correct(spec, "H1", {"members": 6}, base=1, user=an, at=AT)
    assert conflict.value.status == 409
    assert Entity.objects.get(key="H1").data["members"] == 5
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"members": 4}, operations.NothingChanged),
        ({"member": 5}, operations.NoSuchProperty),
        ({"members": "năm"}, checks.WrongType),
        ({"members": 4.5}, checks.WrongType),
        ({"members": [4]}, checks.WrongType),
        ({"members": None}, checks.ValueMissing),
        ({"members": 41}, checks.ValueNotAllowed),
        ({"village": "0009"}, checks.NoSuchRow),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    an: User, lists: dict[str, ListSpec], values: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        operations.correct(lists["households"], "H1", values, base=1, user=an, at=AT)
    assert Entity.objects.get(key="H1").version == 1
    assert Change.objects.count() == 0


def test_who_cannot_see_a_row_cannot_correct_it(
    pao: User, mai: User, lists: dict[str, ListSpec]
) -> None:
    with pytest.raises(operations.NoSuchRow):
        operations.correct(lists["households"], "H1", {"members": 5}, base=1, user=pao, at=AT)
    with pytest.raises(operations.NoSuchRow):
        operations.correct(lists["households"], "H3", {"members": 5}, base=1, user=mai, at=AT)


def test_an_accepted_edit_can_be_neither_changed_nor_deleted(
    an: User, lists: dict[str, ListSpec]
) -> None:
    operations.correct(lists["households"], "H1", {"members": 5}, base=1, user=an, at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Change.objects.update(device="another")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Change.objects.all().delete()
    assert Change.objects.get().device == ""


def test_entities_and_changes_are_seen_in_ones_own_area_only(
    mai: User, an: User, pao: User, lists: dict[str, ListSpec]
) -> None:
    operations.correct(lists["households"], "H1", {"members": 5}, base=1, user=mai, at=AT)
    households = Entity.objects.filter(list="households")
    assert sorted(e.key for e in households.seen_by(mai)) == ["H1", "H2"]
    assert sorted(e.key for e in households.seen_by(an)) == ["H1", "H2"]
    assert [e.key for e in households.seen_by(pao)] == ["H3"]
    assert [c.by for c in Change.objects.seen_by(an)] == [mai]
    assert list(Change.objects.seen_by(pao)) == []


def test_a_first_filling_leaves_every_rule_of_the_database_standing(load: Load) -> None:
    def rules() -> dict[str, Any]:
        with connection.cursor() as cursor:
            return connection.introspection.get_constraints(cursor, "record_entity")

    before = rules()
    load(villages() + register())
    assert rules() == before
    row = Entity.objects.get(key="H1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entity.objects.create(list="households", key="H1", area=row.area, origin="synthetic")
    with pytest.raises(IntegrityError):
        stray_row()


@transaction.atomic
def stray_row() -> None:
    Entity.objects.create(list="households", key="H9", area_id=0, origin="synthetic")
    connection.check_constraints()
