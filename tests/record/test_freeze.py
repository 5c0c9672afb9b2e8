"""Database → snapshot: pseudonymous, sorted, reproducible, whole or absent."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.models import Area, User, tell
from hoaban.record import operations, package, reads
from hoaban.record.freeze import LayerChanged, NothingToFreeze, freeze, pseudonyms, secret_of
from hoaban.record.lists import ListSpec
from hoaban.record.models import Entity
from tests.record.small import AT, CHE, HON, Tables, register, rows, villages

KEY = b"a key of this province"
Lists = dict[str, ListSpec]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def table(snapshot: Path, name: str) -> pa.Table:
    return pq.read_table(snapshot / f"tables/{name}.parquet")


def test_a_snapshot_is_named_by_day_and_hash(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    found = freeze(folder, lists, key=KEY)
    paper = json.loads((found / "datapackage.json").read_text("utf-8"))
    assert found.name == f"2026-11-24-{paper['sha256'][:12]}"
    assert paper["sha256"] == package.digest_of(paper["resources"])
    assert paper["province"] == "11/"
    assert [f.name for f in folder.iterdir()] == [found.name]


def test_every_list_has_a_table_also_an_empty_one(
    load: Callable[[Tables], dict[str, int]], lists: Lists, folder: Path
) -> None:
    load(villages())
    found = freeze(folder, lists, key=KEY)
    names = sorted(f.stem for f in (found / "tables").iterdir())
    assert names == sorted([*lists, "areas", "succession"])
    empty = table(found, "households")
    assert len(empty) == 0
    assert empty.schema.field("water").type == pa.int8()


def test_columns_come_in_order_and_without_what_stays_behind(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    found = table(freeze(folder, lists, key=KEY), "households")
    assert found.column_names == [
        *("id", "area", "origin", "source", "valid_from", "valid_to"),
        *("village", "members", "income_per_head_vnd", "water", "reviewed_on"),
    ]
    assert found["reviewed_on"].to_pylist() == [date(2025, 12, 14), date(2025, 12, 14), None]
    assert found["income_per_head_vnd"].to_pylist() == [1_400_000, 1_400_000, None]
    assert found["valid_from"].to_pylist() == [date(2025, 7, 1)] * 3
    assert found["valid_to"].null_count == 3


def test_places_and_things_keep_their_key_and_their_values(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    found = freeze(folder, lists, key=KEY)
    road = table(found, "roads").to_pylist()[0]
    closure = table(found, "closures").to_pylist()[0]
    assert (road["id"], road["from"], road["length_m"]) == (
        "R1",
        "cầu “Nậm Rốm”, \\ đầu 1",
        1234.1,
    )
    assert road["bridge"] is True
    assert closure["road"] == "R1"
    assert closure["started_at"] == datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    assert closure["ended_at"] is None
    assert [v["id"] for v in table(found, "villages").to_pylist()] == ["0001", "0002"]


def test_households_and_persons_carry_pseudonyms_and_so_do_references_to_them(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    found = freeze(folder, lists, key=KEY)
    households = table(found, "households").to_pylist()
    people = table(found, "people").to_pylist()
    expected = pseudonyms_of("households", ["H1", "H2", "H3"])
    assert {h["id"] for h in households} == set(expected)
    assert sorted(p["household"] for p in people) == sorted([expected[0]] * 2 + [expected[2]])
    for file in (found / "tables").iterdir():
        content = str(pq.read_table(file).to_pylist())
        assert not [key for key in ("H1", "H2", "H3", "P1", "P2", "P3") if f"'{key}'" in content]


def pseudonyms_of(name: str, keys: list[str]) -> list[str]:
    secret = pa.chunked_array([pa.array(keys)])
    return list(pseudonyms(secret_of(KEY), name, secret).to_pylist())


def test_tables_are_sorted_by_area_then_id(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    found = freeze(folder, lists, key=KEY)
    for file in (found / "tables").iterdir():
        order = [(r["area"], r["id"]) for r in pq.read_table(file).to_pylist()]
        assert order == sorted(order)
        assert len(set(order)) == len(order)


def test_areas_of_the_snapshot_have_names_and_villages_their_communes_zone(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    commune = Area.objects.get(path="11/00104/")
    commune.facts = {"zone": "III", "border": True, "rural": True, "population": 9000}
    commune.save()
    found = {a["id"]: a for a in table(freeze(folder, lists, key=KEY), "areas").to_pylist()}
    assert list(found) == ["11/", "11/00104/", CHE, "11/00105/", HON]
    assert (found[CHE]["name"], found[CHE]["kind"], found[CHE]["unit"]) == (
        "Bản Che",
        "village",
        "bản",
    )
    assert (found[CHE]["zone"], found[CHE]["border"], found[CHE]["population"]) == (
        "III",
        True,
        None,
    )
    assert found["11/00104/"]["population"] == 9000
    assert found[HON]["zone"] is None


def test_freezing_twice_gives_the_same_name_and_leaves_the_first_untouched(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    first = freeze(folder, lists, key=KEY)
    (first / "kept").touch()
    again = freeze(folder, lists, key=KEY)
    elsewhere = freeze(folder.parent / "other", lists, key=KEY)
    assert again == first
    assert (first / "kept").exists()
    (first / "kept").unlink()
    assert elsewhere.name == first.name
    assert content(elsewhere) == content(first)


def content(snapshot: Path) -> dict[str, bytes]:
    """The bytes of every file of a snapshot, by its path."""
    return {
        f.relative_to(snapshot).as_posix(): f.read_bytes()
        for f in snapshot.rglob("*")
        if f.is_file()
    }


def test_the_order_of_loading_does_not_matter(
    load: Callable[[Tables], dict[str, int]], loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    first = freeze(folder, lists, key=KEY)
    whole = [*villages(), *register()]
    Entity.objects.all().delete()
    Area.objects.filter(kind="village").delete()
    load([(name, t.take(list(range(len(t)))[::-1])) for name, t in whole])
    assert freeze(folder, lists, key=KEY) == first


def test_permuting_ethnicity_leaves_the_snapshot_byte_identical(
    load: Callable[[Tables], dict[str, int]], areas: Any, lists: Lists, folder: Path
) -> None:
    load(villages() + register(ethnicity=("a", "b", "c")))
    first = content(freeze(folder, lists, key=KEY))
    permuted = {"H1": "c", "H2": "a", "H3": "b"}
    for household in Entity.objects.filter(list="households"):
        household.data["ethnicity"] = permuted[household.key]
        household.save()
    second = freeze(folder.parent / "permuted", lists, key=KEY)
    assert content(second) == first
    assert b"ethnicity" not in b"".join(first.values())


def test_a_correction_gives_another_name_and_reading_does_not(
    an: User, lists: Lists, folder: Path
) -> None:
    first = freeze(folder, lists, key=KEY)
    later = AT + timedelta(days=3)
    reads.one(lists["households"], "H1", user=an, purpose="casework", at=later)
    assert freeze(folder, lists, key=KEY) == first
    operations.correct(lists["households"], "H1", {"members": 6}, base=1, user=an, at=later)
    second = freeze(folder, lists, key=KEY)
    assert second.name.startswith("2026-11-27-")
    assert second.name[11:] != first.name[11:]
    assert len(list(folder.iterdir())) == 2


def test_the_date_is_the_vietnamese_calendar_day(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    evening = datetime(2026, 12, 31, 18, tzinfo=UTC)  # 1 January in Điện Biên
    area = Area.objects.get(path="11/")
    tell("record.received", at=evening, actor=None, area=area, subject="x")
    assert freeze(folder, lists, key=KEY).name.startswith("2027-01-01-")


def test_another_key_gives_other_pseudonyms_and_another_name(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    first, second = freeze(folder, lists, key=KEY), freeze(folder, lists, key=b"another")
    assert first.name != second.name
    ids = [{r["id"] for r in table(s, "households").to_pylist()} for s in (first, second)]
    assert not ids[0] & ids[1]


def test_the_data_package_validates_and_notices_a_changed_file(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    layer(folder, b"a grid")
    found = freeze(folder, lists, key=KEY)
    report = frictionless.validate(str(found / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert report.stats["tasks"] == len(lists) + 3
    file = found / "tables/roads.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert not frictionless.validate(str(found / "datapackage.json")).valid


def test_the_data_package_says_types_units_and_origins(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    paper = json.loads((freeze(folder, lists, key=KEY) / "datapackage.json").read_text("utf-8"))
    resource = next(r for r in paper["resources"] if r["name"] == "households")
    fields = {f["name"]: f for f in resource["schema"]["fields"]}
    assert resource["count"] == 3
    assert resource["origins"] == ["synthetic"]
    assert list(fields) == table(next(folder.iterdir()), "households").column_names
    assert fields["income_per_head_vnd"]["type"] == "integer"
    assert fields["income_per_head_vnd"]["unit"] == "VND/month"
    assert fields["water"]["constraints"] == {"minimum": 0, "maximum": 1}
    assert fields["members"]["constraints"] == {"required": True, "minimum": 1, "maximum": 40}


def layer(folder: Path, grid: bytes) -> Path:
    """A grid beside the snapshots, noted in the register."""
    file = folder.parent / "layers/elevation.tif"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(grid)
    operations.keep_layer("elevation", file, origin="synthetic", source="tests", at=AT, actor=None)
    return file


def test_grids_go_in_byte_for_byte_and_change_the_name(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    bare = freeze(folder, lists, key=KEY)
    file = layer(folder, b"a grid")
    found = freeze(folder, lists, key=KEY)
    assert found != bare
    assert (found / "layers/elevation.tif").read_bytes() == file.read_bytes()


def test_a_grid_that_changed_since_it_was_loaded_stops_the_freeze(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    layer(folder, b"a grid").write_bytes(b"another")
    with pytest.raises(LayerChanged, match="elevation"):
        freeze(folder, lists, key=KEY)
    assert list(folder.iterdir()) == []


def test_a_freeze_cut_short_leaves_no_folder(
    loaded: dict[str, int], lists: Lists, folder: Path
) -> None:
    with connection.cursor() as cursor:  # one row that no longer fits its list
        cursor.execute("UPDATE record_entity SET data = %s WHERE key = 'R1'", ['{"length_m": "x"}'])
    with pytest.raises(pa.ArrowInvalid):
        freeze(folder, lists, key=KEY)
    assert list(folder.iterdir()) == []


def test_an_empty_database_has_nothing_to_freeze(db: None, lists: Lists, folder: Path) -> None:
    with pytest.raises(NothingToFreeze):
        freeze(folder, lists, key=KEY)
    assert list(folder.iterdir()) == []


@given(st.lists(st.text(min_size=1), unique=True, max_size=30), st.binary(max_size=80))
def test_pseudonyms_keep_rows_apart_and_depend_on_list_key_andsecret_of(
    keys: list[str], secret: bytes
) -> None:
    column = pa.chunked_array([pa.array(keys, pa.string())])
    hidden = pseudonyms(secret_of(secret), "people", column).to_pylist()
    assert len(set(hidden)) == len(keys)
    assert hidden == pseudonyms(secret_of(secret), "people", column).to_pylist()
    assert not set(hidden) & set(pseudonyms(secret_of(secret), "staff", column).to_pylist())
    assert not set(hidden) & set(pseudonyms(secret_of(secret + b"x"), "people", column).to_pylist())


def test_a_longer_history_of_rows_fits_in_several_chunks(
    load: Callable[[Tables], dict[str, int]],
    loaded: dict[str, int],
    lists: Lists,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hoaban.record.rows.CHUNK", 7)
    many = [
        {
            "key": f"R{i}",
            "area": "11/00105/",
            "from": str(i),
            "length_m": i / 3,
            "bridge": i % 2 == 0,
        }
        for i in range(10, 60)
    ]
    load([("roads", rows(*many))])
    found = table(freeze(folder, lists, key=KEY), "roads").to_pylist()
    assert [(r["id"], r["length_m"], r["bridge"]) for r in found if r["id"] != "R1"] == [
        (r["key"], r["length_m"], r["bridge"]) for r in many
    ]
