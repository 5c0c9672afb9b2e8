"""What the travel page keeps from a reader: border communes not theirs, and few people.

Pure. Inside a border commune nothing finer than the commune is published until the province
clears it; a link is inside when any part of its straight line is. The people of a few
households are nobody's to tell, as everywhere in what is published.
"""

from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import Any

import shapely

from hoaban.base import scope
from hoaban.web import published

# Fewer people who depend on a link are not told to strangers: the least number of households
# that is published anywhere here, taken to be four people each (assumed, no official figure).
PEOPLE = 4 * published.LEAST


def communes(border: Iterable[str], own: str) -> set[str]:
    """The paths of the border communes that are not below ``own``, the reader's area or ""."""
    return {path for path in border if not (own and scope.inside(path, own))}


def ends(row: Mapping[str, Any]) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The ends of a link in lon/lat degrees; None when one is not known.

    Measurings of before the ends were kept have none.
    """
    given = row.get("ends") or []
    flat = [value for point in given for value in point]
    if len(flat) != 4 or not all(value is not None and isfinite(value) for value in flat):
        return None
    west, south, east, north = map(float, flat)
    return (west, south), (east, north)


def links(
    rows: Iterable[Mapping[str, Any]],
    *,
    own: str,
    blank: Collection[str],
    shapes: Collection[shapely.Geometry],
) -> list[Mapping[str, Any]]:
    """The weak links as one reader may see them, in their order.

    ``blank``: paths of the withheld communes; ``shapes``: their polygons in degrees. A link
    whose ends are not known may lie in any of them, so it is shown only when there is none.
    """
    return [
        row
        for row in rows
        if not _few(row, own) and row["commune"] not in blank and not _within(row, blank, shapes)
    ]


def _few(row: Mapping[str, Any], own: str) -> bool:
    answers = bool(own) and scope.inside(row["commune"], own)
    return not answers and row["people"] < PEOPLE


def _within(
    row: Mapping[str, Any], blank: Collection[str], shapes: Collection[shapely.Geometry]
) -> bool:
    placed = ends(row)
    if placed is None:
        return bool(blank)
    line = shapely.LineString(placed)
    return any(line.intersects(shape) for shape in shapes)
