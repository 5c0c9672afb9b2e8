"""The small province in a database: its areas, cells, and the lists that lean on its network."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray

from hoaban.record import boundaries, cells, lists, operations
from hoaban.record.lists import ListSpec
from hoaban.record.road_files.tagging import TagTable
from hoaban.record.road_import import Place
from hoaban.record.synthetic import carry_over, closures, facilities, generate, places
from tests.record.nho import FOLDER, small
from tests.record.small import AT

EPSG = 32648


def declared() -> dict[str, ListSpec]:
    """The lists of the real packs."""
    return lists.read_lists(FOLDER.parents[2] / "packs")


def load() -> None:
    """Areas, grown cells, villages, network, facilities, closures and works; seed 1."""
    made = small()
    province, net, where = made.province, made.network, made.places
    operations.load_areas(province, at=AT, actor=None)
    points = [(c.code, c.lon, c.lat, c.area_km2) for c in province.communes]
    boundaries.keep(cells.grow(points), origin="synthetic", source="cells")
    people = np.full(len(where.code), 100, dtype=np.int64)
    assumed = generate.assumptions(province)["people"]
    homes = generate.homes(province, where)
    tables: list[tuple[str, Any]] = [
        ("villages", places.table(where, net.village_node, people, 1, province)),
        ("road_nodes", net.road_nodes),
        ("roads", net.roads),
        ("paths", net.paths),
        ("facilities", facilities.build(where, net, province, made.spec, 1)),
        ("closures", closures.build(net, province, made.spec, 1, assumed["as_of"])),
        ("works", carry_over.works_table(1, province, homes, net.roads, assumed)),
    ]
    operations.load_tables(tables, declared(), seed=1, at=AT, actor=None)


def place(var: Path) -> Place:
    """What the import takes from the province's folder."""
    table = TagTable.read(FOLDER / "osm.yaml")
    return Place(EPSG, table, small().rules, var / "layers", var)


def communes_m() -> NDArray[np.float64]:
    """(communes, 2) metres: the points that the cells are grown from."""
    turn = pyproj.Transformer.from_crs(4326, EPSG, always_xy=True)
    return np.array([turn.transform(c.lon, c.lat) for c in small().province.communes])


def drawn(file: Path, *lines: Any, highway: str = "tertiary") -> Path:
    """A GeoPackage of lines in metres, all of one class."""
    shapes = [shapely.LineString(line) for line in lines]
    pyogrio.raw.write(
        file,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array([highway] * len(lines), dtype=object)],
        fields=["highway"],
        geometry_type="LineString",
        crs=f"EPSG:{EPSG}",
        layer="roads",
    )
    return file
