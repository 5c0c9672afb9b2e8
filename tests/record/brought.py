"""Maps brought into the small province, and what its register says then."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray

from hoaban.base.models import User
from hoaban.record import imports, operations
from hoaban.record.lists import ListSpec
from hoaban.record.models import Entity
from hoaban.record.road_files.report import Report
from hoaban.record.road_import import import_roads
from tests.record import registered
from tests.record.registered import communes_m, declared, drawn
from tests.record.small import AT

NETWORK = ("road_nodes", "roads", "paths")


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
