"""The snapshot's tables with every village and facility that stands off the network joined to it.

A place within the snapping distance of a road node stands at it, for every means. Any other
is joined by walking links (`measure.attach`), so that it has a way on foot only: a vehicle
does not drive to a door without a road. A place that reaches nothing stays without a node,
and everything measured of it is missing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from hoaban.base.law import Law
from hoaban.measure import attach, network
from hoaban.measure.attach import Links, Terrain
from hoaban.measure.network import METRIC, Floats, Ints, Ways, floats, metres
from hoaban.measure.surface import grid as grids
from hoaban.measure.tables import Tables

PLACES = ("villages", "facilities")
SOURCE = "attached by walking"
_FIELDS = ("point", "node", "metres", "minutes_out", "minutes_back", "surface", "unattached")


@dataclass(frozen=True, eq=False)
class _Lost:
    """Places without a node: the rows of their table, and where they lie in metres."""

    table: str
    rows: Ints
    at: Floats


def joined(tables: Tables, law: Law, at: date, *, keep: Path | None = None) -> Tables:
    """The same tables when every place has a node; else with the places joined.

    ``keep`` is a folder in which the walked links are kept by the hash of what they rest on,
    since walking the ground round each place takes some hundredths of a second.
    """
    lost = [one for name in PLACES if len((one := _lost(tables, name)).rows)]
    nodes = tables.valid("road_nodes", at, ["id", "lon", "lat"])
    if not lost or not len(nodes):
        return tables
    ways = network.ways(tables, at, "foot", "dry")
    ends = metres(floats(nodes["lon"]), floats(nodes["lat"]))
    points, which = np.unique(np.concatenate([one.at for one in lost]), axis=0, return_inverse=True)
    main = np.flatnonzero(attach.component(ways))
    near, nearest = (np.asarray(found) for found in cKDTree(ends[main]).query(points))
    snapped = near <= law.number("network.snap_m", at)
    links = _links(tables, law, points[~snapped], ends, ways, at=at, keep=keep)
    far = np.flatnonzero(~snapped)
    names = np.full(len(points), None, dtype=object)
    names[snapped] = nodes["id"].to_numpy(zero_copy_only=False)[main[nearest[snapped]]]
    new = far[np.unique(links.point)]
    names[new] = [f"join:{x:.0f}:{y:.0f}" for x, y in points[new]]
    changed = {
        "road_nodes": _with_nodes(tables.arrow("road_nodes"), points[new], names[new], at),
        "paths": _with_paths(tables, links, names[far], nodes["id"].to_pylist(), at),
    }
    first = 0
    for one in lost:
        mine = names[which[first : first + len(one.rows)]]
        changed[one.table] = _standing(tables.arrow(one.table), one.rows, mine)
        first += len(one.rows)
    return tables.replace(**changed)


def _lost(tables: Tables, name: str) -> _Lost:
    table = tables.arrow(name, ["node", "lon", "lat"])
    at = metres(floats(table["lon"]), floats(table["lat"]))
    bare = np.asarray(pc.is_null(table["node"])) & np.isfinite(at).all(axis=1)
    rows = np.flatnonzero(bare)
    return _Lost(name, rows, np.round(at[rows]))


def _links(
    tables: Tables,
    law: Law,
    points: Floats,
    ends: Floats,
    ways: Ways,
    *,
    at: date,
    keep: Path | None,
) -> Links:
    """The walking links of the points, from the kept file when there is one."""
    digest = hashlib.sha256(b"".join(a.tobytes() for a in (points, ends, ways.minutes, ways.link)))
    if (layer := tables.layer("elevation")) is not None:
        digest.update(layer.read_bytes())
    file = keep / f"links-{digest.hexdigest()[:12]}.npz" if keep is not None else None
    if file is not None and file.is_file():
        with np.load(file) as kept:
            return Links(**{name: kept[name] for name in _FIELDS})
    found = attach.attach(points, ends, ways, terrain=_terrain(tables, law, at))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez(part, **{name: getattr(found, name) for name in _FIELDS})
        part.replace(file)
    return found


def _terrain(tables: Tables, law: Law, at: date) -> Terrain | None:
    file = tables.layer("elevation")
    if file is None:
        return None
    grid, heights = grids.read(file, epsg=METRIC)
    kmh = law.number("surface.walking_kmh", at)["dry"] * law.number("surface.off_path", at)
    walk = np.where(np.isfinite(heights), np.float32(3.6 / kmh), np.float32(np.nan))
    return Terrain(grid, heights, walk, neighbours=law.number("surface.neighbours", at))


def _with_nodes(table: pa.Table, points: Floats, names: Any, at: date) -> pa.Table:
    lon, lat = degrees(points)
    rows = [
        {**_made(name, at), "lon": x, "lat": y, "kind": "village"}
        for name, x, y in zip(names, lon.tolist(), lat.tolist(), strict=True)
    ]
    return _appended(table, rows)


def _with_paths(tables: Tables, links: Links, names: Any, nodes: list[str], at: date) -> pa.Table:
    rows = [
        {
            **_made(f"{names[point]}-{nodes[node]}", at),
            "from": names[point],
            "to": nodes[node],
            "minutes_up": float(out),
            "minutes_down": float(back),
        }
        for point, node, out, back in zip(
            links.point, links.node, links.minutes_out, links.minutes_back, strict=True
        )
    ]
    return _appended(tables.arrow("paths"), rows)


def _made(name: str, at: date) -> Mapping[str, Any]:
    return {"id": name, "area": "", "origin": "assumed", "source": SOURCE, "valid_from": at}


def _appended(table: pa.Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])


def _standing(table: pa.Table, rows: Ints, names: Any) -> pa.Table:
    """The table with some rows' nodes."""
    nodes = np.asarray(table["node"].to_pylist(), dtype=object)
    nodes[rows] = names
    place = table.column_names.index("node")
    field = table.schema.field("node")
    return table.set_column(place, field, pa.array(nodes.tolist(), field.type))


def degrees(points: Floats) -> tuple[Floats, Floats]:
    """lon and lat of (n, 2) metres."""
    lon, lat = network.METRES.transform(points[:, 0], points[:, 1], direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)
