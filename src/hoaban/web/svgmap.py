"""An SVG map of the communes: small enough to stand in the page, readable without script.

Pure: polygons and classes in, text out. Shapes are simplified together, so that neighbours
keep one common border; colours are CSS classes, never attributes, so that one style sheet
serves screen, print and people who do not tell red from green.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
import shapely

WIDTH = 640  # units of the drawing; it scales to the width it is given


@dataclass(frozen=True, slots=True)
class Unit:
    """How one commune is drawn: its class, what a reader is told, where it leads.

    ``css`` is ``c0`` … ``c4``, ``suppressed`` or ``unknown``.
    """

    code: str
    css: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the map: its ends in lon/lat degrees, its class and what a reader is told."""

    ends: tuple[tuple[float, float], tuple[float, float]]
    css: str
    title: str


@dataclass(frozen=True, slots=True)
class Legend:
    """One entry of the legend: a class and its words."""

    css: str
    vi: str
    en: str


def bounds(polygons: Mapping[str, str]) -> tuple[float, float, float, float]:
    """West, south, east and north of what `draw` draws, in degrees."""
    shapes = shapely.from_geojson([_geometry(text) for text in polygons.values()])
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west, south, east, north


def shape(text: str) -> shapely.Geometry:
    """The geometry of a GeoJSON geometry or feature, in its own degrees."""
    return shapely.from_geojson(_geometry(text))


def draw(
    polygons: Mapping[str, str],
    units: Iterable[Unit],
    *,
    title: str,
    ident: str,
    picture: str = "",
    lines: Iterable[Line] = (),
) -> str:
    """An ``<svg>`` with one link a commune, in the order of ``units``.

    ``picture`` is the address of an image of the same `bounds` to be laid under the communes,
    ``lines`` are drawn over them.

    ``polygons``: GeoJSON geometries (lon/lat degrees) by commune code; a unit without one is
    left out of the drawing and must be read in the table beside it. ``ident`` is the element's
    id, unique in the page. Returns "" when there is nothing to draw.
    """
    listed = [unit for unit in units if unit.code in polygons]
    if not listed:
        return ""
    shapes = shapely.from_geojson([_geometry(polygons[unit.code]) for unit in listed])
    paths, height = _paths(shapes)
    links = "".join(
        f'<a href="{escape(unit.href)}" class="{unit.css}" data-code="{escape(unit.code)}">'
        f'<title>{escape(unit.title)}</title><path d="{path}"{_FILLS.get(unit.css, "")}/></a>'
        for unit, path in zip(listed, paths, strict=True)
    )
    under = (
        f'<image href="{escape(picture)}" x="4" y="4" width="{WIDTH - 8}" height="{height - 8}" '
        'preserveAspectRatio="none"/>'
        if picture
        else ""
    )
    return (
        f'<svg class="map" id="{ident}" viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">'
        f"{_PATTERNS}{under}{links}{_over(shapes, lines)}</svg>"
    )


_PATTERNS = (
    '<defs><pattern id="hb-dots" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="7" height="7"/><circle class="dot" cx="3.5" cy="3.5" r="1.4"/>'
    '</pattern><pattern id="hb-lines" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="7" height="7"/><path class="line" d="M0 7L7 0"/></pattern></defs>'
)
_FILLS = {"suppressed": ' fill="url(#hb-dots)"', "unknown": ' fill="url(#hb-lines)"'}


def _geometry(text: str) -> str:
    """The geometry of a GeoJSON geometry or feature, as text."""
    found = json.loads(text)
    return json.dumps(found["geometry"]) if found.get("type") == "Feature" else text


def _paths(shapes: np.ndarray) -> tuple[list[str], int]:
    """Path data of each shape in drawing units, and the height of the drawing."""
    place, height = _placing(shapes)
    flat = shapely.coverage_simplify(shapely.transform(shapes, place), 3.5)
    return [_path(shape) for shape in flat], height


def _placing(shapes: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], int]:
    """How (n, 2) degrees become drawing units, and the height of the drawing."""
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 8) / ((east - west) * squeeze)

    def place(points: np.ndarray) -> np.ndarray:
        return np.column_stack(
            ((points[:, 0] - west) * squeeze * scale + 4, (north - points[:, 1]) * scale + 4)
        )

    return place, round((north - south) * scale) + 8


def _over(shapes: np.ndarray, lines: Iterable[Line]) -> str:
    place, _ = _placing(shapes)
    drawn = []
    for line in lines:
        (x, y), (x2, y2) = np.rint(place(np.array(line.ends))).astype(int).tolist()
        drawn.append(
            f'<g class="{line.css}"><title>{escape(line.title)}</title>'
            f'<path d="M{x} {y}L{x2} {y2}"/></g>'
        )
    return "".join(drawn)


def _path(shape: shapely.Geometry) -> str:
    """SVG path data in whole units, relative after each start."""
    rings = [
        ring
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
        if not part.is_empty
    ]
    return "".join(_ring(np.rint(shapely.get_coordinates(ring)).astype(int)) for ring in rings)


def _ring(points: np.ndarray) -> str:
    steps = [
        f"{dx} {dy}"
        for (x0, y0), (x1, y1) in pairwise(points[:-1].tolist())
        if (dx := x1 - x0) | (dy := y1 - y0)
    ]
    x, y = points[0]
    return f"M{x} {y}l{' '.join(steps).replace(' -', '-')}z" if len(steps) > 1 else ""
