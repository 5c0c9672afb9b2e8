"""A real map takes the place of the synthetic network, and of the map before it.

C1 ---- C2 ---- C3      the small province's communes, joined by two roads
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection

from hoaban.base.models import Event
from hoaban.base.reading import NoSuchFile
from hoaban.record import ground
from hoaban.record.freeze import freeze
from hoaban.record.models import Boundary, Entity
from hoaban.record.package import sha256_of
from hoaban.record.road_files.found import NoRoadHere
from hoaban.record.road_files.tagging import ClassRule
from hoaban.record.road_import import import_roads
from tests.record import registered
from tests.record.brought import (
    NETWORK,
    bring,
    dangling,
    joined,
    keys_of,
)
from tests.record.registered import communes_m, declared, drawn
from tests.record.small import AT

pytestmark = pytest.mark.slow


@pytest.fixture
def var(tmp_path: Path, db: None) -> Path:
    registered.load()
    return tmp_path


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
