"""Travel-time surfaces of the whole province: one for each means, season and kind of facility.

For maps and the self-check only; every reported minute comes from the network. People walk
everywhere inside the province (off the path at a share of the pace on it: Tobler 1993 gives
0.6) and ride where a road carries their means in that season. A road cell costs what the
register's speed says over the road's own length, which winds more than its drawn line.
"""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from affine import Affine
from rasterio import features

from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.measure import access, network, off_path
from hoaban.measure.network import (
    METRES,
    METRIC,
    MODES,
    SEASONS,
    Flags,
    Floats,
    Ground,
    Ints,
    floats,
    metres,
)
from hoaban.measure.surface import grid as grids
from hoaban.measure.surface import slope
from hoaban.measure.surface.grid import Grid
from hoaban.measure.surface.travel import Surface, Times, prepare, travel
from hoaban.measure.tables import Tables, weakest

METHOD = "surface-1"
TABLES = ["road_nodes", "roads", "facilities"]
HELD = [*TABLES, "paths"]  # paths weigh in the check
LAYERS = ["elevation", "landcover"]
PARAMETERS = (
    "surface.walking_kmh",
    "surface.off_path",
    "surface.land_cover",
    "surface.neighbours",
    "surface.cut_off_minutes",
)
_MARGIN_M = 1000.0
_THREADS = 2
_PREVIEW = 900  # cells across, at most


class NoElevation(Problem):
    vi = (
        "Bản chốt số liệu {snapshot} không có lớp độ cao nên không lập được bản đồ thời gian đi; "
        "hãy chạy “hoaban import elevation TỆP”, rồi “hoaban freeze”."
    )
    en = (
        "Snapshot {snapshot} has no elevation layer, so no travel-time map can be made; run "
        "“hoaban import elevation FILE”, then “hoaban freeze”."
    )
    status = 409


@dataclass(frozen=True, eq=False)
class Land:
    """The province as a grid: heights in metres (nan outside), and which cells are inside."""

    grid: Grid
    heights: Any  # float32 (rows, columns)
    inside: Flags  # (rows, columns)
    covered: float  # share of the province that the elevation covers, 0-1


@dataclass(frozen=True, slots=True)
class Made:
    """One surface as it stands on disk. ``at_villages`` minutes, inf where not reached."""

    mode: str
    season: str
    kind: str
    file: str
    preview: str
    at_villages: Floats


def land(tables: Tables, within: shapely.Geometry, cell_m: float | None) -> Land:
    """The snapshot's elevation on a grid of ``cell_m`` (its own when None), cut to the province.

    A kilometre around it stays in, for roads that run along the border and come back.
    ``within`` is the province in lon/lat degrees. Raises `NoElevation`, and what
    `surface.grid.read` raises of a layer in another reference system.
    """
    file = tables.layer("elevation")
    if file is None:
        raise NoElevation(snapshot=tables.name)
    shape = shapely.buffer(shapely.transform(within, _to_metres, interleaved=False), _MARGIN_M)
    grid, heights = grids.read(file, epsg=METRIC, cell_m=cell_m, bounds=shape.bounds)
    inside = features.geometry_mask([shape], heights.shape, grid.affine, invert=True)
    inside &= np.isfinite(heights)
    covered = float(np.count_nonzero(inside)) * grid.cell_m**2 / shape.area
    return Land(grid, heights, inside, round(min(covered, 1.0), 4))


def digest(
    tables: Tables,
    law: Law,
    within: shapely.Geometry,
    villages: pa.Table,
    *,
    at: date,
    cell_m: float,
) -> str:
    """The first 12 of the sha256 of all that the surfaces and their check stand on.

    Rows that hold on the day count, not the day itself.
    """
    found = hashlib.sha256()
    for name in LAYERS:
        if (file := tables.layer(name)) is not None:
            found.update(name.encode() + file.read_bytes())
    held = [tables.valid(name, at, tables.arrow(name).column_names) for name in HELD]
    for table in [*held, villages.select(["area", "lon", "lat", "node"])]:
        with pa.ipc.new_stream(into := pa.BufferOutputStream(), table.schema) as out:
            out.write_table(table.combine_chunks())
        found.update(into.getvalue())
    parameters = [law.number(name, at) for name in PARAMETERS]
    found.update(shapely.to_wkb(within))
    found.update(json.dumps([METHOD, cell_m, parameters], sort_keys=True).encode())
    return found.hexdigest()[:12]


def paces(
    tables: Tables, law: Law, area: Land, *, mode: str, season: str, at: date
) -> tuple[Any, Any]:
    """(walk, roll) seconds a metre of every cell, float32, for one means in one season.

    ``walk`` changes with the slope, ``roll`` does not; a cell of a road that carries the means
    rolls, any other cell is walked. Nan outside the province and where nobody walks.
    """
    walk = off_path.walk(tables, law, area.grid, season=season, at=at)
    roll = np.zeros_like(walk)
    ground = network.lay(tables, at)
    ends = ground.metres
    on_foot = _burnt(area.grid, ground, ends, _pace(ground, ends, "foot", season))
    walk = np.where(on_foot > 0, on_foot, walk)
    if mode != "foot":
        ridden = _burnt(area.grid, ground, ends, _pace(ground, ends, mode, season))
        roll = np.where(ridden > 0, ridden, roll)
        walk = np.where(ridden > 0, np.float32(0), walk)
    outside = ~area.inside
    walk[outside] = np.nan
    roll[outside] = np.nan
    return walk, roll


def _pace(ground: Ground, ends: Floats, mode: str, season: str) -> Floats:
    """(roads,) seconds a metre of the drawn line; 0 where the means cannot pass."""
    speed = ground.speed_kmh[mode, season]
    straight = np.hypot(*(ends[ground.head] - ends[ground.tail]).T)
    winding = ground.length_m / np.clip(straight, 1.0, None)
    on = speed > 0
    return np.where(on, 3.6 / np.where(on, speed, 1.0) * np.maximum(winding, 1.0), 0.0)


def _burnt(grid: Grid, ground: Ground, ends: Floats, pace: Floats) -> Any:
    """(rows, columns) float32: the pace of the fastest road through a cell, 0 off the roads."""
    on = np.flatnonzero(pace > 0)
    order = on[np.argsort(-pace[on], kind="stable")]  # the fastest is drawn last
    lines = shapely.linestrings(np.stack([ends[ground.tail], ends[ground.head]], axis=1)[order])
    shape = (grid.rows, grid.columns)
    if not len(order):
        return np.zeros(shape, np.float32)
    drawn = zip(lines, pace[order].tolist(), strict=True)
    return features.rasterize(drawn, shape, transform=grid.affine, dtype=np.float32)


def build(
    tables: Tables,
    law: Law,
    area: Land,
    *,
    at: date,
    folder: Path,
    villages: Floats,
    said: Callable[[str], None],
) -> list[Made]:
    """Every surface as a GeoTIFF of whole minutes in ``folder``, rounded up; 65535 not reached.

    ``villages`` (k, 2) metric coordinates of the places to read the minutes at. Surfaces of one
    means and season share their ground and are drawn by two threads; the bytes are the same
    for any number of threads.
    """
    cells_of = goals(tables, area, at).cells
    cells = area.grid.cells_of(villages[:, 0], villages[:, 1])
    limit = 60.0 * law.number("surface.cut_off_minutes", at)
    made: list[Made] = []
    for mode in MODES:
        for season in SEASONS:
            said(f"{mode}, {season}")
            surface = _surface(tables, law, area, mode=mode, season=season, at=at)

            def one(kind: str, surface: Surface = surface, name: str = f"{mode}_{season}") -> Any:
                times = travel(surface, cells_of[kind], toward=True, cut_off_s=limit)
                return _keep(area.grid, times, folder, f"{name}_{kind}"), times.seconds_at(
                    cells
                ) / 60

            kinds = [kind for kind in access.KINDS if len(cells_of[kind])]
            with ThreadPoolExecutor(_THREADS) as pool:
                done = list(pool.map(one, kinds))
            made += [
                Made(mode, season, kind, file, preview, minutes)
                for kind, ((file, preview), minutes) in zip(kinds, done, strict=True)
            ]
    return made


def _surface(tables: Tables, law: Law, area: Land, *, mode: str, season: str, at: date) -> Surface:
    walk, roll = paces(tables, law, area, mode=mode, season=season, at=at)
    return prepare(
        area.grid,
        heights=area.heights,
        walk=walk,
        roll=roll,
        slope=slope.TOBLER,
        neighbours=law.number("surface.neighbours", at),
        barrier=~(area.inside & np.isfinite(walk)),
    )


def _keep(grid: Grid, times: Times, folder: Path, name: str) -> tuple[str, str]:
    """Write the surface and a coarse preview of it; the names of the two files."""
    minutes = times.minutes()
    step = max(1, grid.columns // _PREVIEW)
    coarse = minutes[step // 2 :: step, step // 2 :: step]
    small = Grid(grid.epsg, grid.affine @ Affine.scale(step), *coarse.shape)
    files = f"{name}.tif", f"{name}_preview.tif"
    grids.write_minutes(folder / files[0], grid, minutes)
    grids.write_minutes(folder / files[1], small, coarse)
    return files


def origin(tables: Tables, law: Law, at: date) -> str:
    """The weakest origin of what the surfaces are made from."""
    assumed = {"assumed" for name in PARAMETERS if law.at(name, at).assumed}
    layers = {tables.layer_origin(name) for name in LAYERS if tables.layer(name) is not None}
    return weakest({tables.origin(*TABLES)} | assumed | layers)


def village_points(villages: pa.Table) -> Floats:
    """(villages, 2) metric coordinates; nan where a village has none."""
    return metres(floats(villages["lon"]), floats(villages["lat"]))


@dataclass(frozen=True, slots=True)
class Goals:
    """The cells of the facilities in service, by kind, and how many of each lie off the surface."""

    cells: dict[str, Ints]
    off: dict[str, int]


def goals(tables: Tables, area: Land, at: date) -> Goals:
    """Where each kind of facility stands on the surface."""
    ground = network.lay(tables, at)
    found = Goals({}, {})
    nodes = access.facilities(tables, ground, at)
    for kind in access.KINDS:
        here = nodes.get(kind, np.empty(0, np.int64))
        cells = area.grid.cells_of(*ground.metres[here[here >= 0]].T)
        on = (cells >= 0) & area.inside.ravel()[cells]
        found.cells[kind] = np.unique(cells[on])
        if not on.all():
            found.off[kind] = int(np.count_nonzero(~on))
    return found


def _to_metres(lon: Any, lat: Any) -> Any:
    return np.stack(METRES.transform(lon, lat))
