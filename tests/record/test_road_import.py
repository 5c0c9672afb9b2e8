"""A real map takes the place of the synthetic network, and of the map before it.

C1 ---- C2 ---- C3      the small province's communes, joined by two roads
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio.raw
import pyproj
import pytest
import shapely
from django.db import connection
from numpy.typing import NDArray

from hoaban.base.models import Area, Event, User
from hoaban.base.reading import NoSuchFile
from hoaban.base.text import Text
from hoaban.record import ground, imports, operations, road_exchange, road_leaning
from hoaban.record.freeze import freeze
from hoaban.record.lists import ListSpec, Property
from hoaban.record.models import Boundary, Change, Entity
from hoaban.record.package import sha256_of
from hoaban.record.road_files.found import NoRoadHere
from hoaban.record.road_files.report import Report
from hoaban.record.road_files.tagging import ClassRule
from hoaban.record.road_import import import_roads
from tests import highland
from tests.record import registered
from tests.record.registered import communes_m, declared, drawn
from tests.record.small import AT

pytestmark = pytest.mark.slow

NETWORK = ("road_nodes", "roads", "paths")


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


def bring(
    file: Path,
    var: Path,
    lists: dict[str, ListSpec] | None = None,
    *,
    replace_all: bool = False,
) -> Report:
    place = registered.place(var)
    return import_roads(
        file, lists or declared(), place, at=AT, actor=None, replace_all=replace_all
    )


def joined(var: Path, name: str = "duong.gpkg") -> Path:
    one, two, three = communes_m()
    return drawn(var / name, [one, two], [two, three])


REFERENCES = [
    ("roads", "from", "road_nodes"),
    ("roads", "to", "road_nodes"),
    ("paths", "from", "road_nodes"),
    ("paths", "to", "road_nodes"),
    ("villages", "node", "road_nodes"),
    ("facilities", "node", "road_nodes"),
    ("closures", "road", "roads"),
]


def keys_of(name: str) -> set[str]:
    return set(Entity.objects.filter(list=name).values_list("key", flat=True))


def dangling() -> list[str]:
    """References of the network and its neighbours to rows that are not there."""
    return [
        f"{name} {row.key} {item}"
        for name, item, target in REFERENCES
        for row in Entity.objects.filter(list=name)
        if row.data[item] is not None and row.data[item] not in keys_of(target)
    ]


def ended_but_named() -> list[str]:
    """References of rows in force to rows of the network that are not: no measure could stand."""
    in_force = Entity.objects.filter(valid_to=None)
    return [
        f"{row.list} {row.key} {item}"
        for name, item, target in REFERENCES
        for row in in_force.filter(list=name).exclude(**{f"data__{item}": None})
        if not in_force.filter(list=target, key=row.data[item]).exists()
    ]


def ends_of(road: str) -> list[str]:
    data = Entity.objects.get(list="roads", key=road).data
    return [data["from"], data["to"]]


def road_near(place: NDArray[np.float64]) -> Entity:
    """The road whose middle is nearest to a place in metres."""
    turn = pyproj.Transformer.from_crs(registered.EPSG, 4326, always_xy=True)
    at = turn.transform(*place)
    return min(
        Entity.objects.filter(list="roads"), key=lambda road: np.hypot(*(middle_of(road) - at))
    )


def table_road(var: Path, lists: dict[str, ListSpec], clerk: User, nodes: list[Entity]) -> None:
    """A road X1 of an office's table between nodes of the synthetic network, one of them
    corrected by hand."""
    data = Entity.objects.get(list="roads", key="R00001").data
    row = {**data, "key": "X1", "area": nodes[0].area.path.split("/")[1]}
    cells = {name: "" if value is None else str(value) for name, value in row.items()}
    cells |= {name: str(int(value)) for name, value in row.items() if isinstance(value, bool)}
    (var / "bang.csv").write_text("\n".join([",".join(cells), ",".join(cells.values())]), "utf-8")
    imports.import_register(var / "bang.csv", "roads", lists, at=AT, actor=None)
    key = nodes[0].key
    operations.correct(lists["road_nodes"], key, {"kind": "village"}, base=1, user=clerk, at=AT)


def record_closure(var: Path, lists: dict[str, ListSpec], road: Entity) -> None:
    """C9, a landslide on a road."""
    (var / "tac.csv").write_text(
        "key,area,road,started_at,kind,passable_by\n"
        f"C9,{road.area.code},{road.key},2026-08-02 05:30,landslide,foot\n",
        "utf-8",
    )
    imports.import_register(var / "tac.csv", "closures", lists, at=AT, actor=None)


def mixed(file: Path, roads: list[tuple[str, Any, Any]]) -> None:
    """Straight roads, each of a class of its own."""
    shapes = [shapely.LineString(ends) for _, *ends in roads]
    pyogrio.raw.write(
        file,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array([name for name, *_ in roads], dtype=object)],
        fields=["highway"],
        geometry_type="LineString",
        crs=f"EPSG:{registered.EPSG}",
        layer="roads",
    )


def middle_of(road: Entity) -> NDArray[np.float64]:
    """Half way between a road's ends, lon/lat."""
    ends = Entity.objects.filter(list="road_nodes", key__in=[road.data["from"], road.data["to"]])
    found: NDArray[np.float64] = np.mean(
        [(node.data["lon"], node.data["lat"]) for node in ends], axis=0
    )
    return found


def test_the_synthetic_network_gives_way_and_what_leaned_on_it(var: Path) -> None:
    before = {n: Entity.objects.filter(list=n).count() for n in (*NETWORK, "closures")}

    report = bring(joined(var), var)

    rows = Entity.objects.filter(list__in=NETWORK)
    assert {row.origin for row in rows} == {"imported"}
    assert {row.source for row in rows} == {"duong.gpkg"}
    assert report.roads == Entity.objects.filter(list="roads").count() > 2
    assert {name: report.replaced[name] for name in before} == before
    assert not Entity.objects.filter(list="closures").exists()
    works = Entity.objects.filter(list="works").values_list("data__targets", flat=True)
    assert not [targets for targets in works if "R00" in (targets or "")]
    villages = Entity.objects.filter(list="villages")
    assert villages.count() == 12
    assert {(row.data["node"], row.version) for row in villages} == {(None, 2)}
    assert report.freed == 12 + Entity.objects.filter(list="facilities").count()
    assert dangling() == []


def test_one_event_tells_the_file_and_what_was_done(var: Path) -> None:
    file = joined(var)
    told = Event.objects.count()

    report = bring(file, var)

    assert Event.objects.count() == told + 1
    event = Event.objects.latest("pk")
    assert (event.name, event.subject) == ("record.imported", "map:roads")
    assert event.data["file"] == "duong.gpkg"
    assert event.data["file_sha256"] == sha256_of(file)
    assert event.data["roads"] == report.roads
    assert event.data["grown_cells"] is True
    assert "boundary is grown cells" in report.text()


def test_the_register_freezes_with_the_real_roads(var: Path) -> None:
    report = bring(joined(var), var)

    snapshot = freeze(var / "snapshots", declared(), key=b"k", layers=var / "layers")

    roads = pq.read_table(snapshot / "tables/roads.parquet")
    assert len(roads) == report.roads
    assert set(roads["origin"].to_pylist()) == {"imported"}
    assert set(roads["class"].to_pylist()) == {"commune"}
    assert pq.read_table(snapshot / "tables/closures.parquet").num_rows == 0
    assert pq.read_table(snapshot / "tables/villages.parquet")["node"].null_count == 12


def test_a_file_without_a_road_here_changes_nothing(var: Path) -> None:
    rows, told = Entity.objects.count(), Event.objects.count()
    away = communes_m()[0] + 200_000

    with pytest.raises(NoRoadHere, match="8 km"):
        bring(drawn(var / "xa.gpkg", [away, away + 900]), var)
    with pytest.raises(NoSuchFile):
        bring(var / "absent.osm.pbf", var)

    assert (Entity.objects.count(), Event.objects.count()) == (rows, told)


def test_without_boundaries_there_is_nothing_to_cut_to(var: Path) -> None:
    Boundary.objects.all().delete()
    with pytest.raises(ground.NoBoundary):
        bring(joined(var), var)


def test_the_same_map_again_leaves_keys_and_references_as_they_were(var: Path) -> None:
    bring(joined(var), var)
    keys = keys_of("roads")
    village = Entity.objects.filter(list="villages").first()
    assert village is not None
    village.data["node"] = Entity.objects.filter(list="road_nodes").latest("key").key
    village.save()

    report = bring(joined(var), var)

    assert keys_of("roads") == keys
    assert report.replaced["roads"] == len(keys)
    assert report.freed == 0
    assert dangling() == []


def test_a_newer_map_takes_the_place_of_the_one_before(var: Path) -> None:
    bring(joined(var), var)
    one, _, three = communes_m()

    bring(drawn(var / "moi.gpkg", [one, three]), var, replace_all=True)

    assert set(Entity.objects.filter(list="roads").values_list("source", flat=True)) == {"moi.gpkg"}
    assert dangling() == []


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


def test_the_map_is_read_before_the_database_is_locked(var: Path) -> None:
    depths = []

    class Watched(dict[str, ClassRule]):
        def get(self, *key: Any) -> Any:
            depths.append(len(connection.atomic_blocks))
            return super().get(*key)

    place = registered.place(var)
    table = replace(place.table, classes=Watched(place.table.classes))
    outside = len(connection.atomic_blocks)

    import_roads(joined(var), declared(), replace(place, table=table), at=AT, actor=None)

    assert set(depths) == {outside}


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
