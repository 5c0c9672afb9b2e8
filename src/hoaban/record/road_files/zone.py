"""The ground a map is cut to: the communes, and a margin round them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Zone:
    """Communes in metres (EPSG ``epsg``) and the ground within ``margin_m`` of them."""

    epsg: int
    margin_m: float
    paths: tuple[str, ...]  # of the communes, in the order of `shapes`
    shapes: Shapes  # (communes,) polygons in metres
    inner: Any  # the province, in metres
    outer: Any  # the same with the margin
    bounds: tuple[float, float, float, float]  # of `outer`: west, south, east, north in degrees

    @classmethod
    def of(cls, communes: Mapping[str, Any], *, epsg: int, margin_m: float) -> "Zone":
        """From lon/lat polygons by the path of their commune; at least one."""
        turn = Transformer.from_crs(4326, epsg, always_xy=True)
        shapes = moved(np.array(list(communes.values()), dtype=object), turn)
        shapes = shapely.make_valid(shapes)
        inner = shapely.union_all(shapes)
        outer = shapely.buffer(inner, margin_m)
        back = Transformer.from_crs(epsg, 4326, always_xy=True)
        bounds = back.transform_bounds(*shapely.bounds(outer).tolist())
        shapely.prepare(outer)
        return cls(epsg, margin_m, tuple(communes), shapes, inner, outer, bounds)

    @property
    def to_metres(self) -> Transformer:
        return Transformer.from_crs(4326, self.epsg, always_xy=True)

    def lonlat(self, xy: Floats) -> Floats:
        """(n, 2) metres → (n, 2) degrees, rounded to six decimals (a decimetre)."""
        turn = Transformer.from_crs(self.epsg, 4326, always_xy=True)
        return np.round(np.column_stack(turn.transform(xy[:, 0], xy[:, 1])), 6)

    def cut(self, lines: Shapes) -> tuple[Shapes, Ints, int]:
        """Lines in metres → the parts inside the zone, the line each is of, how many were cut."""
        inside = shapely.contains_properly(self.outer, lines)
        crossing = np.flatnonzero(~inside & shapely.intersects(self.outer, lines))
        whole = np.flatnonzero(inside)
        parts, of = shapely.get_parts(
            shapely.intersection(lines[crossing], self.outer), return_index=True
        )
        straight = shapely.get_type_id(parts) == 1
        found = np.r_[lines[whole], parts[straight]]
        return found, np.r_[whole, crossing[of[straight]]], len(crossing)

    def commune_of(self, xy: Floats) -> Ints:
        """(n,) the commune that holds each point; where none does, the nearest."""
        tree = shapely.STRtree(self.shapes)
        point, near = tree.query_nearest(shapely.points(xy))
        found = np.zeros(len(xy), dtype=np.int64)
        found[point[::-1]] = near[::-1]  # of several equally near, the first
        return found


def moved(shapes: Shapes, turn: Transformer) -> Shapes:
    """Shapes in other coordinates."""

    def each(xy: Floats) -> Floats:
        return np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))

    return np.atleast_1d(shapely.transform(shapes, each))
