"""Roads of a GeoPackage (or another file of features: Shapefile, GeoJSON), cut to the zone."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from hoaban.base.problems import Problem
from hoaban.record.road_files.found import Found, NotARoadMap
from hoaban.record.road_files.tagging import TagTable
from hoaban.record.road_files.zone import Zone, moved

_ROADS = re.compile("road|duong|highway|line", re.IGNORECASE)
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


class NoProjection(Problem):
    vi = "Tệp {file}: hệ toạ độ “{crs}” không rõ; hãy xuất lại kèm hệ toạ độ, ví dụ EPSG:4326."
    en = (
        "File {file}: the coordinate system “{crs}” is unknown; export it with one, e.g. EPSG:4326."
    )


class NoLines(Problem):
    vi = "Tệp {file}: không có lớp đường nét nào (các lớp: {layers}); hãy xuất lớp đường."
    en = "File {file}: no layer holds lines (layers: {layers}); export the layer of roads."


def read(file: Path, zone: Zone, table: TagTable) -> Found:
    """Every line of the layer of roads inside the zone, its columns as tags.

    Of several layers of lines the one named after roads is taken, else the first. Raises
    `NotARoadMap`, `NoProjection` or `NoLines`.
    """
    try:
        layer = _layer(file)
        info = pyogrio.read_info(file, layer=layer, force_feature_count=True)
        given = _projection(file, info["crs"])
        there = pyproj.Transformer.from_crs(4326, given, always_xy=True)
        box = there.transform_bounds(*zone.bounds)
        meta, _, shapes, data = pyogrio.raw.read(file, layer=layer, bbox=box, force_2d=True)
    except (DataSourceError, DataLayerError) as fault:
        raise NotARoadMap(file=file.name, fault=str(fault)[:80]) from None
    found = Found(layer=layer)
    lines, of = _lines(shapely.from_wkb(shapes))
    names = [str(name) for name in meta["fields"]]
    rows = [_tags(table, dict(zip(names, row, strict=True))) for row in zip(*data, strict=True)]
    back = pyproj.Transformer.from_crs(given, 4326, always_xy=True)
    found.take(zone, moved(lines, back), [rows[at] if rows else {} for at in of.tolist()])
    found.elsewhere += int(info["features"]) - len(shapes)
    return found


def _layer(file: Path) -> str:
    layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(file)]
    lines = [name for name, kind in layers if "LineString" in kind or kind == "Unknown"]
    if not lines:
        raise NoLines(file=file.name, layers=", ".join(name for name, _ in layers) or "–")
    return next((name for name in lines if _ROADS.search(name)), lines[0])


def _projection(file: Path, crs: str | None) -> pyproj.CRS:
    try:
        given = pyproj.CRS.from_user_input(crs)
        pyproj.Transformer.from_crs(4326, given)  # a local system has no place on Earth
    except (pyproj.exceptions.CRSError, pyproj.exceptions.ProjError):
        raise NoProjection(file=file.name, crs=(crs or "–")[:60]) from None
    return given


def _lines(shapes: Any) -> tuple[Any, Any]:
    """The single lines of all shapes, and the row each is of."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    good = (shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)
    return parts[good], np.asarray(of)[good]


def _tags(table: TagTable, row: dict[str, Any]) -> dict[str, str]:
    """The row's columns; tags packed into one column ("other_tags") come first."""
    packed = str(row.pop("other_tags", None) or "")
    return table.tags_of({**row, **dict(_PAIR.findall(packed))})
