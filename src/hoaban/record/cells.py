"""Cells grown from points: what a map draws until real boundaries are imported.

Each place gets a region round its point, about as large as its stated area; together they
cover one connected outline without gaps or overlaps. The outline is not given: it emerges.
Nothing is drawn at random, so equal points give equal cells.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import shapes
from scipy import ndimage
from scipy.sparse.csgraph import minimum_spanning_tree
from shapely.geometry import shape

from hoaban.base.problems import Problem

Point = tuple[str, float, float, float]  # code, lon, lat, area in km²
_ROUNDS = 40
_NEAR_ENOUGH = 0.02  # of the wanted area


class NoArea(Problem):
    vi = "Đơn vị {code} có diện tích {area} km²; hãy ghi diện tích lớn hơn 0."
    en = "Unit {code} has an area of {area} km²; give an area above 0."


def utm(lons: Sequence[float]) -> int:
    """The EPSG code of the northern UTM zone in which the middle of these longitudes lies."""
    return 32601 + int((float(np.mean(lons)) + 180) // 6)


def grow(points: Sequence[Point], *, across: int = 200) -> dict[str, shapely.Geometry]:
    """One polygon a code, lon/lat, grown from points with areas in km².

    Every region holds its own point and has about its area (within some per cent on the
    whole, and a pixel's size at worst); neighbours share their edges exactly.
    ``across`` is the number of pixels along the side of a square as large as the whole.
    The method: distances divided by a radius of each place's own (a multiplicatively weighted
    Voronoi diagram), the radii mended in rounds until the areas fit. Raises `NoArea`.
    """
    for code, _, _, area in points:
        if not area > 0:
            raise NoArea(code=code, area=area)
    if not points:
        return {}
    to_metres = Transformer.from_crs(4326, utm([p[1] for p in points]), always_xy=True)
    x, y = to_metres.transform([p[1] for p in points], [p[2] for p in points])
    areas = np.array([p[3] for p in points]) * 1e6
    labels, transform = _labels(np.asarray(x), np.asarray(y), areas, across)
    pieces = _polygons(labels, transform, len(points))
    lonlat = Transformer.from_crs(to_metres.target_crs, 4326, always_xy=True)
    return {point[0]: _turn(piece, lonlat) for point, piece in zip(points, pieces, strict=True)}


def _labels(
    x: NDArray[np.float64], y: NDArray[np.float64], areas: NDArray[np.float64], across: int
) -> tuple[NDArray[np.int32], Affine]:
    """Which place each pixel belongs to (its position), -1 outside."""
    pixel = float(np.ceil(np.sqrt(areas.sum()) / across))  # whole metres: corners meet exactly
    reach = float(2 * np.sqrt(areas.max() / np.pi) + 0.15 * np.sqrt(areas.sum()))
    left, top = np.floor((x.min() - reach) / pixel) * pixel, np.ceil((y.max() + reach) / pixel)
    top = top * pixel
    wide = int((x.max() + reach - left) / pixel) + 1
    high = int((top - y.min() + reach) / pixel) + 1
    across_x = left + (np.arange(wide) + 0.5) * pixel
    down_y = top - (np.arange(high) + 0.5) * pixel
    distance = np.sqrt(
        (across_x[None, None, :] - x[:, None, None]) ** 2
        + (down_y[None, :, None] - y[:, None, None]) ** 2
    ).astype(np.float32)
    own = (np.floor((top - y) / pixel).astype(int), np.floor((x - left) / pixel).astype(int))
    wanted = areas / pixel**2
    radius, best, size = np.sqrt(areas), (np.inf, np.empty(0, np.int32)), float(wanted.sum())
    for _ in range(_ROUNDS):
        labels = _whole(*_nearest(distance, radius, round(size)), own)
        got = np.bincount(labels[labels >= 0], minlength=len(x))
        miss = float(np.abs(got / wanted - 1).max())
        if miss < best[0]:
            best = (miss, labels)
        if miss < _NEAR_ENOUGH:
            break
        radius = radius * np.clip(wanted / np.maximum(got, 1), 0.5, 2.0) ** 0.35
        size *= float(wanted.sum() / got.sum())  # filling holes and bays adds a little
    return best[1], Affine(pixel, 0, left, 0, -pixel, top)


def _nearest(
    distance: NDArray[np.float32], radius: NDArray[np.float64], size: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The nearest place of each pixel, and the `size` pixels that lie nearest of all."""
    weighed = distance / radius[:, None, None].astype(np.float32)
    owner = weighed.argmin(axis=0).astype(np.int32)
    least = np.take_along_axis(weighed, owner[None], axis=0)[0]
    limit = np.partition(least.ravel(), min(size, least.size) - 1)[min(size, least.size) - 1]
    return owner, least <= limit


def _whole(
    owner: NDArray[np.int32],
    inside: NDArray[np.bool_],
    own: tuple[NDArray[np.int_], NDArray[np.int_]],
) -> NDArray[np.int32]:
    """One outline without holes, and every region in one piece round its own point."""
    inside = inside.copy()
    inside[own] = True
    if ndimage.label(inside)[1] > 1:
        inside |= _corridors(own, inside.shape)
    outline = ndimage.binary_fill_holes(inside)
    labels = np.full(owner.shape, -1, dtype=np.int32)
    owner[own] = np.arange(len(own[0]))
    boxes = ndimage.find_objects(np.where(outline, owner + 1, 0), max_label=len(own[0]))
    for place, box in enumerate(boxes):
        part, _ = ndimage.label(outline[box] & (owner[box] == place))
        at = part[own[0][place] - box[0].start, own[1][place] - box[1].start]
        labels[box][part == at] = place
    loose = outline & (labels < 0)
    if loose.any():  # pieces cut off from their own point go to the region beside them
        near = ndimage.distance_transform_edt(
            labels < 0, return_distances=False, return_indices=True
        )
        labels[loose] = labels[tuple(near)][loose]
    return labels


def _corridors(
    own: tuple[NDArray[np.int_], NDArray[np.int_]], size: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Strips between the points (along their shortest tree) that join places far apart."""
    at = np.column_stack(own)
    tree = minimum_spanning_tree(np.hypot(*(at[:, None] - at[None]).T) + 1e-9).tocoo()
    strip = np.zeros(size, dtype=bool)
    for one, other in zip(tree.row, tree.col, strict=True):
        steps = int(np.abs(at[one] - at[other]).max()) + 1
        line = np.round(np.linspace(at[one], at[other], steps)).astype(int)
        strip[line[:, 0], line[:, 1]] = True
    return np.asarray(ndimage.binary_dilation(strip, iterations=max(2, max(size) // 60)))


def _polygons(labels: NDArray[np.int32], transform: Affine, count: int) -> list[shapely.Geometry]:
    """The regions as a coverage, the stairs of the pixels smoothed away edge by edge."""
    parts: list[list[shapely.Geometry]] = [[] for _ in range(count)]
    for outline, place in shapes(labels, mask=labels >= 0, transform=transform):
        parts[int(place)].append(shape(outline))
    pixel = transform.a  # a corner of one region must be a corner of its neighbour too
    stairs = [shapely.segmentize(shapely.union_all(part), pixel) for part in parts]
    whole = [shapely.transform(part, np.round) for part in stairs]
    smooth = shapely.coverage_simplify(whole, tolerance=1.2 * pixel)
    return list(smooth)


def _turn(piece: shapely.Geometry, lonlat: Transformer) -> shapely.Geometry:
    def turn(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(lonlat.transform(at[:, 0], at[:, 1])), 6)

    return shapely.transform(piece, turn)
