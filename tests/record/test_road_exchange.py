"""What gives way to a map of roads, what stays, ends or returns, and what leaned on it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hoaban.base.models import Area, User
from hoaban.base.text import Text
from hoaban.record import imports, operations, road_exchange, road_leaning
from hoaban.record.lists import ListSpec, Property
from hoaban.record.models import Change, Entity
from tests import highland
from tests.record import registered
from tests.record.brought import (
    bring,
    dangling,
    ended_but_named,
    ends_of,
    joined,
    keys_of,
    middle_of,
    mixed,
    record_closure,
    road_near,
    table_road,
)
from tests.record.registered import communes_m, declared, drawn
from tests.record.small import AT

pytestmark = pytest.mark.slow


@pytest.fixture
def var(tmp_path: Path, db: None) -> Path:
    registered.load()
    return tmp_path


@pytest.fixture
def lists() -> dict[str, ListSpec]:
    return declared()


@pytest.fixture
def clerk(var: Path) -> User:
    return highland.user("linh", "province", Area.objects.get(kind="province"))


def test_a_correction_made_by_hand_outlives_the_same_map(
    var: Path, lists: dict[str, ListSpec], clerk: User
) -> None:
    bring(joined(var), var)
    road = Entity.objects.filter(list="roads").earliest("key")
    operations.correct(lists["roads"], road.key, {"surface": "earth"}, base=1, user=clerk, at=AT)

    report = bring(joined(var), var)

    kept = Entity.objects.get(list="roads", key=road.key)
    assert (kept.data["surface"], kept.valid_to) == ("earth", None)
    assert report.ended_rows == 0
    assert Change.objects.count() == 1
    assert dangling() == []


def test_a_corrected_road_that_the_map_no_longer_has_is_ended(
    var: Path, lists: dict[str, ListSpec], clerk: User
) -> None:
    operations.correct(lists["roads"], "R00001", {"surface": "earth"}, base=1, user=clerk, at=AT)

    report = bring(joined(var), var)

    ended = Entity.objects.get(list="roads", key="R00001")
    assert ended.valid_to == date(2026, 11, 24)
    assert report.ended_rows == 3  # with its two nodes
    assert "were ended (corrected by hand" in report.text()
    assert dangling() == []
    assert ended_but_named() == []


def test_a_corrected_road_that_a_later_map_has_again_is_in_force_again(
    var: Path, lists: dict[str, ListSpec], clerk: User
) -> None:
    one, two, three = communes_m()
    bring(joined(var), var)
    road = road_near(one)
    operations.correct(lists["roads"], road.key, {"surface": "earth"}, base=1, user=clerk, at=AT)
    away = bring(drawn(var / "b.gpkg", [two, three], [one + 900, two + 900]), var)
    assert Entity.objects.get(list="roads", key=road.key).valid_to == date(2026, 11, 24)

    back = bring(joined(var), var)

    row = Entity.objects.get(list="roads", key=road.key)
    assert (row.valid_to, row.data["surface"]) == (None, "earth")
    assert away.ended_rows == back.returned_rows == 3
    assert "in force" in back.text()
    assert ended_but_named() == []


def test_nodes_under_a_road_brought_as_a_table_stay_in_force(
    var: Path, lists: dict[str, ListSpec], clerk: User
) -> None:
    nodes = [Entity.objects.get(list="road_nodes", key=key) for key in ends_of("R00001")]
    table_road(var, lists, clerk, nodes)

    report = bring(joined(var), var)

    for node in nodes:
        assert Entity.objects.get(list="road_nodes", key=node.key).valid_to is None
    assert Entity.objects.get(list="roads", key="X1").valid_to is None
    assert report.ended_rows == 0
    assert ended_but_named() == []


def test_edits_of_peoples_rows_leave_their_change(var: Path, lists: dict[str, ListSpec]) -> None:
    surveyed = Entity.objects.filter(list="villages").earliest("key")
    Entity.objects.filter(pk=surveyed.pk).update(origin="surveyed")

    bring(joined(var), var)

    change = Change.objects.get()
    assert (change.entity_id, change.base, change.by) == (surveyed.pk, 1, None)
    assert change.fields == {"node": [surveyed.data["node"], None]}
    assert Entity.objects.get(pk=surveyed.pk).version == 2


def test_a_map_of_a_part_does_not_replace_the_whole_unasked(var: Path) -> None:
    one, two, _ = communes_m()
    bring(joined(var), var)
    keys = keys_of("roads")
    part = drawn(var / "phan.gpkg", [one, two])

    with pytest.raises(road_exchange.LeftBare, match="--all") as caught:
        bring(part, var)
    assert caught.value.status == 409
    assert Area.objects.filter(kind="commune").latest("path").name in str(caught.value)
    assert keys_of("roads") == keys

    bring(part, var, replace_all=True)
    assert {row.source for row in Entity.objects.filter(list="roads")} == {"phan.gpkg"}


def test_a_closure_far_from_every_new_road_is_ended_where_it_was(
    var: Path, lists: dict[str, ListSpec]
) -> None:
    one, two, three = communes_m()
    bring(joined(var), var)
    road = road_near(one)
    record_closure(var, lists, road)
    apart = drawn(var / "xa.gpkg", [two, three])

    report = bring(apart, var, replace_all=True)

    assert (report.moved_closures, report.ended_closures) == (0, ("C9",))
    assert "no new segment near by and were ended: C9" in report.text()
    closure = Entity.objects.get(list="closures", key="C9")
    assert (closure.valid_to, closure.data["road"]) == (date(2026, 11, 24), road.key)
    assert Entity.objects.get(list="roads", key=road.key).valid_to == date(2026, 11, 24)
    change = Change.objects.get(entity=closure)
    assert (change.base, closure.version) == (1, 2)
    assert change.fields == {"valid_to": [None, "2026-11-24"]}
    assert dangling() == []
    again = bring(apart, var)
    assert (again.ended_closures, dangling()) == ((), [])


def test_a_closure_moves_to_a_road_of_its_own_class_rather(
    var: Path, lists: dict[str, ListSpec]
) -> None:
    one, two, _ = communes_m()
    bring(joined(var), var)
    record_closure(var, lists, road_near(one))
    like, other = var / "xa.gpkg", var / "quoc_lo.gpkg"

    both = {"tertiary": 150, "primary": 60}
    across = np.array([two[1] - one[1], one[0] - two[0]]) / np.hypot(*(two - one))
    mixed(like, [(name, one + across * m, two + across * m) for name, m in both.items()])
    bring(like, var, replace_all=True)
    closure = Entity.objects.get(list="closures", key="C9")
    road = Entity.objects.get(list="roads", key=closure.data["road"])
    assert road.data["class"] == "commune"

    mixed(other, [("primary", one + across * 60, two + across * 60)])
    assert bring(other, var, replace_all=True).moved_closures == 1


def test_closures_that_people_recorded_move_to_the_nearest_segment(
    var: Path, lists: dict[str, ListSpec]
) -> None:
    one, two, three = communes_m()
    bring(drawn(var / "cu.gpkg", [one, two], [two, three]), var)
    road = Entity.objects.filter(list="roads").earliest("key")
    middle = middle_of(road)
    record_closure(var, lists, road)

    report = bring(drawn(var / "moi.gpkg", [one + 20, two + 20], [two + 20, three + 20]), var)

    assert report.moved_closures == 1
    closure = Entity.objects.get(list="closures", key="C9")
    now = Entity.objects.get(list="roads", key=closure.data["road"])
    assert np.hypot(*(middle_of(now) - middle)) < 0.0005  # about 50 m
    assert dangling() == []


def test_roads_brought_as_a_table_stay(var: Path, lists: dict[str, ListSpec]) -> None:
    code = Area.objects.filter(kind="commune").earliest("code").code
    rows = [f"X{n},{code},103.{n},21.4,junction" for n in (1, 2)]
    (var / "nut.csv").write_text("\n".join(["key,area,lon,lat,kind", *rows]), "utf-8")
    imports.import_register(var / "nut.csv", "road_nodes", lists, at=AT, actor=None)

    bring(joined(var), var)

    assert Entity.objects.filter(list="road_nodes", key__in=["X1", "X2"]).count() == 2


def test_a_row_that_cannot_do_without_a_node_refuses_the_map(
    var: Path, lists: dict[str, ListSpec]
) -> None:
    needed = Property("node", "ref", Text("nút", "node"), list="road_nodes")
    spec = lists["facilities"]
    strict = replace(spec, properties={**spec.properties, "node": needed})
    Entity.objects.filter(list="facilities").update(origin="surveyed")

    with pytest.raises(road_leaning.StillNeeded, match="facilities"):
        bring(joined(var), var, {**lists, "facilities": strict})

    assert Entity.objects.filter(list="roads", origin="synthetic").exists()
