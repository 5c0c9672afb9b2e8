"""The snapshot's tables with every village and facility that stands off the network joined to it.

A place within the snapping distance of a road node stands at it, for every means. Any other
is joined by walking links (`measure.attach`), so that it has a way on foot only: a vehicle
does not drive to a door without a road. Only the piece of network that holds the province's
centre is joined to. Links are walked at the pace of the slower season over what covers the
ground, and water is not crossed. A place that reaches nothing stays without a node, and
everything measured of it is missing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from hoaban.base.law import Law
from hoaban.measure import attach, network, off_path
from hoaban.measure.attach import Limits, Links, Terrain
from hoaban.measure.network import METRIC, Flags, Floats, Ground, Ints, Ways, floats, metres
from hoaban.measure.surface import grid as grids
from hoaban.measure.tables import Tables

PLACES = ("villages", "facilities")
SOURCE = "attached by walking"
METHOD = "links-2"  # of the kept links: another method walks them anew
_LAYERS = ("elevation", "landcover")
_PARAMETERS = tuple(
    f"surface.{name}" for name in ("walking_kmh", "off_path", "land_cover", "neighbours")
)
_FIELDS = ("point", "node", "metres", "minutes_out", "minutes_back", "surface", "unattached")


@dataclass(frozen=True, eq=False)
class _Lost:
    """Places without a node: the rows of their table, and where they lie in metres."""

    table: str
    rows: Ints
    at: Floats


@dataclass(frozen=True, eq=False)
class _Network:
    """What places are joined to: nodes (size, 2) in metres, the ways on foot, the centre's node."""

    ends: Floats
    ways: Ways
    centre: int | None


def joined(
    tables: Tables, law: Law, at: date, *, centre_path: str | None = None, keep: Path | None = None
) -> Tables:
    """The same tables when every place has a node; else with the places joined.

    ``centre_path`` is the path of the central commune (`reach.Place.centre_path`): places are
    joined to the piece of network that holds its seat, or the largest when it is None or the
    seat stands nowhere.

    ``keep`` is a folder in which the walked links are kept by the hash of what they rest on,
    since walking the ground round each place takes some hundredths of a second.
    """
    lost = [one for name in PLACES if len((one := _lost(tables, name)).rows)]
    ground = network.lay(tables, at)
    if not lost or not len(ground.nodes):
        return tables
    ways = network.ways(tables, at, "foot", "dry")
    ends = ground.metres
    points, which = np.unique(np.concatenate([one.at for one in lost]), axis=0, return_inverse=True)
    snap_m = law.number("network.snap_m", at)
    centre = None
    if centre_path is not None:
        centre = _centre(tables, ground, centre_path, at, ways=ways, snap_m=snap_m)
    main = np.flatnonzero(attach.component(ways, centre))
    near, nearest = (np.asarray(found) for found in cKDTree(ends[main]).query(points))
    snapped = near <= snap_m
    onto = _Network(ends, ways, centre)
    links = _links(tables, law, points[~snapped], onto, at=at, keep=keep)
    far = np.flatnonzero(~snapped)
    names = np.full(len(points), None, dtype=object)
    names[snapped] = ground.nodes.to_numpy(zero_copy_only=False)[main[nearest[snapped]]]
    new = far[np.unique(links.point)]
    names[new] = [f"join:{x:.0f}:{y:.0f}" for x, y in points[new]]
    changed = {
        "road_nodes": _with_nodes(tables.arrow("road_nodes"), points[new], names[new], at),
        "paths": _with_paths(tables, links, names[far], ground.nodes.to_pylist(), at),
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


def _centre(
    tables: Tables, ground: Ground, path: str, at: date, *, ways: Ways, snap_m: float
) -> int | None:
    """The node of the central commune's seat, as `reach` takes it; of one without a node the
    node it would be snapped to. None where no seat stands anywhere.
    """
    table = tables.valid("facilities", at, ["id", "area", "kind", "node", "lon", "lat"])
    ours = pc.and_(pc.equal(table["kind"], "seat"), pc.starts_with(table["area"], path))
    seats = table.filter(ours).sort_by("id")
    number = ground.numbers(seats["node"], "facilities")
    if (number >= 0).any():
        return int(number[number >= 0][0])
    where = metres(floats(seats["lon"]), floats(seats["lat"]))
    where = where[np.isfinite(where).all(axis=1)]
    return _beside(where[0], ground.metres, attach.component(ways), snap_m) if len(where) else None


def _beside(point: Floats, ends: Floats, largest: Flags, snap_m: float) -> int:
    """The nearest node; of those in snapping distance one of the largest component goes first,
    so that a stray piece of road in the seat's yard does not stand for the network.
    """
    away = np.hypot(*(ends - point).T)
    here = np.where(largest & (away <= snap_m), away, np.inf)
    return int(np.argmin(here if np.isfinite(here).any() else away))


def _links(
    tables: Tables, law: Law, points: Floats, onto: _Network, *, at: date, keep: Path | None
) -> Links:
    """The walking links of the points, from the kept file when there is one."""
    kmh = law.number("surface.walking_kmh", at)
    limits = Limits(
        within_minutes=tuple(law.number("network.walk_minutes", at)),
        flat_kmh=float(kmh[off_path.slower(law, at)]),
    )
    digest = _digest(tables, law, points, onto, limits=limits, at=at)
    file = keep / f"links-{digest}.npz" if keep is not None else None
    if file is not None and file.is_file():
        with np.load(file) as kept:
            return Links(**{name: kept[name] for name in _FIELDS})
    found = attach.attach(
        points,
        onto.ends,
        onto.ways,
        terrain=_terrain(tables, law, at),
        centre=onto.centre,
        limits=limits,
    )
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez(part, **{name: getattr(found, name) for name in _FIELDS})
        part.replace(file)
    return found


def _digest(
    tables: Tables, law: Law, points: Floats, onto: _Network, *, limits: Limits, at: date
) -> str:
    """The first 12 of the sha256 of all that the links rest on."""
    ways = onto.ways
    arrays = (points, onto.ends, ways.tail, ways.head, ways.minutes, ways.link)
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.shape}".encode() + array.tobytes())
    for name in _LAYERS:
        if (layer := tables.layer(name)) is not None:
            digest.update(name.encode() + layer.read_bytes())
    parameters = {name: law.number(name, at) for name in _PARAMETERS}
    rest = [METHOD, onto.centre, asdict(limits), parameters]
    digest.update(json.dumps(rest, sort_keys=True).encode())
    return digest.hexdigest()[:12]


def _terrain(tables: Tables, law: Law, at: date) -> Terrain | None:
    file = tables.layer("elevation")
    if file is None:
        return None
    grid, heights = grids.read(file, epsg=METRIC)
    walk = off_path.walk(tables, law, grid, season=off_path.slower(law, at), at=at)
    walk[~np.isfinite(heights)] = np.nan
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
