"""The ground as a graph: squares with neighbours, what it costs to build a way over them.

Villages are set on its squares and roads run along its links, so both follow the valleys.
Squares lie on whole multiples of their size and carry a number of their place on the ground
(``key``), to which draws belong whatever the window.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import rasterize
from scipy import ndimage, sparse
from scipy.sparse.csgraph import breadth_first_order, dijkstra, minimum_spanning_tree
from shapely import transform

from hoaban.record.synthetic import draws
from hoaban.record.synthetic.terrain import Land

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))  # every pair of neighbours once
_STEEP = 0.10  # a slope at which a way costs twice that on the level; assumed
_DEAREST = 10.0  # no link costs more than so many times its length; assumed


@dataclass(frozen=True, slots=True)
class Ways:
    """Squares of a province (one item each) and the links between neighbours."""

    size_m: float
    epsg: int
    x: Floats
    y: Floats
    z: Floats  # metres above the sea
    hollow: Floats  # metres above (below: negative) the ground 1.5 km around
    slope: Floats  # rise over run
    commune: Whole  # position in `codes`
    codes: tuple[str, ...]
    key: Whole  # number of the square on the ground
    drains_to: Whole  # the square downstream, itself at an outlet
    upstream: Whole  # squares that drain through this one, itself included
    links: Any  # sparse matrix: cost in metres on the level, both ways

    def lonlat(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        """Degrees from metres."""
        back = Transformer.from_crs(self.epsg, 4326, always_xy=True)
        lon, lat = back.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def metres(self, lon: Any, lat: Any) -> tuple[Floats, Floats]:
        """Metres from degrees."""
        x, y = Transformer.from_crs(4326, self.epsg, always_xy=True).transform(lon, lat)
        return np.asarray(x), np.asarray(y)

    def level_m(self, one: Any, two: Any) -> Floats:
        """Metres on the level between the middles of squares."""
        down = self.key[one] // 1_000_000 - self.key[two] // 1_000_000
        right = self.key[one] % 1_000_000 - self.key[two] % 1_000_000
        return np.asarray(np.hypot(down, right) * self.size_m)

    def spread(self, sources: Any, within: bool = False) -> tuple[Floats, Whole, Whole]:
        """Cost from the nearest source, the square before on the way, and that source.

        ``within`` keeps every way inside its own commune. Unreached: inf, -1, -1.
        """
        links = self.links
        if within:
            table = links.tocoo()
            same = self.commune[table.row] == self.commune[table.col]
            links = sparse.csr_array(
                (table.data[same], (table.row[same], table.col[same])), shape=table.shape
            )
        found: Any = dijkstra(
            links, indices=np.unique(sources), min_only=True, return_predecessors=True
        )
        cost, before, source = found
        reached = np.isfinite(cost)
        before = np.where(before < 0, -1, before).astype(np.int64)
        return cost, before, np.where(reached, source, -1).astype(np.int64)

    def way_from(self, square: int, limit: float) -> Whole:
        """The square before on the way from one square to every other within a cost; else -1."""
        start: Any = square
        found: Any = dijkstra(self.links, indices=start, return_predecessors=True, limit=limit)
        return np.where(found[1] < 0, -1, found[1]).astype(np.int64)


def chain(before: Whole, end: int) -> list[int]:
    """The squares from ``end`` back to its source."""
    found = [end]
    while before[found[-1]] >= 0:
        found.append(int(before[found[-1]]))
    return found


def ways(land: Land, codes: tuple[str, ...], size_m: float, seed: int) -> Ways:
    """The graph over a province's cells, in squares of about ``size_m`` (a whole multiple of
    the cells of the grid of heights). The point of a square lies a drawn step off its middle,
    so that nothing stands in rows."""
    block = max(1, round(size_m / land.affine.a))
    size = block * land.affine.a
    z, affine = _blocks(land, block)
    commune = _communes(land, codes, z.shape, affine)
    inside = commune >= 0
    number = np.full(z.shape, -1, dtype=np.int64)
    number[inside] = np.arange(inside.sum())
    rows, columns = np.nonzero(inside)
    x, y = affine.c + (columns + 0.5) * size, affine.f - (rows + 0.5) * size
    key = np.round(y / size - 0.5).astype(np.int64) * 1_000_000
    key += np.round(x / size - 0.5).astype(np.int64)
    x = x + (draws.uniform(seed, "step east", key) - 0.5) * size / 2
    y = y + (draws.uniform(seed, "step north", key) - 0.5) * size / 2
    down, east = (np.asarray(part, dtype=np.float64) for part in np.gradient(z, size))
    hollow = z - ndimage.uniform_filter(z, size=max(3, round(3_000 / size) | 1))
    links = _links(number, z[inside], size)
    drains_to, upstream = _drainage(number, z[inside])
    return Ways(
        size_m=size,
        epsg=land.epsg,
        x=np.asarray(x, dtype=np.float64),
        y=np.asarray(y, dtype=np.float64),
        z=z[inside],
        hollow=hollow[inside],
        slope=np.hypot(down, east)[inside],
        commune=commune[inside],
        codes=codes,
        key=key,
        drains_to=drains_to,
        upstream=upstream,
        links=links,
    )


def _blocks(land: Land, block: int) -> tuple[Floats, Affine]:
    """Mean height of blocks of cells, and where they lie (on whole multiples of their size)."""
    cell = land.affine.a
    skip_right = round(-land.affine.c / cell) % block
    skip_down = round(land.affine.f / cell) % block
    heights = land.elevation[skip_down:, skip_right:]
    rows, columns = heights.shape[0] // block, heights.shape[1] // block
    heights = heights[: rows * block, : columns * block]
    means = heights.reshape(rows, block, columns, block).mean(axis=(1, 3), dtype=np.float64)
    left, top = land.affine.c + skip_right * cell, land.affine.f - skip_down * cell
    return means, Affine(block * cell, 0, left, 0, -block * cell, top)


def _communes(land: Land, codes: tuple[str, ...], shape: tuple[int, int], affine: Affine) -> Whole:
    """The position of the commune of each square, -1 outside or cut off from the rest."""
    to_metres = Transformer.from_crs(4326, land.epsg, always_xy=True)

    def turn(at: Floats) -> Floats:
        return np.column_stack(to_metres.transform(at[:, 0], at[:, 1]))

    drawn = [(transform(land.cells[code], turn), place + 1) for place, code in enumerate(codes)]
    raster = rasterize(drawn, out_shape=shape, transform=affine, dtype="int32").astype(np.int64)
    parts, _ = ndimage.label(raster > 0, structure=np.ones((3, 3)))
    largest = np.bincount(parts[parts > 0]).argmax()
    return np.asarray(np.where(parts == largest, raster - 1, -1))


def _pairs(number: Whole) -> tuple[Whole, Whole, Floats]:
    """Every pair of neighbours once, and how many sides of a square they lie apart."""
    starts, ends, apart = [], [], []
    high, wide = number.shape
    for down, right in _AROUND:
        own = (slice(0, high - down), slice(max(0, -right), wide - max(0, right)))
        other = (slice(down, high), slice(max(0, right), wide + min(0, right)))
        both = (number[own] >= 0) & (number[other] >= 0)
        starts.append(number[own][both])
        ends.append(number[other][both])
        apart.append(np.full(int(both.sum()), np.hypot(down, right)))
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(apart)


def _links(number: Whole, z: Floats, size: float) -> Any:
    """Cost of a link: its length, dearer by the square of its slope."""
    one, two, apart = _pairs(number)
    slope = np.abs(z[one] - z[two]) / (apart * size)
    cost = apart * size * np.minimum(1 + (slope / _STEEP) ** 2, _DEAREST)
    return sparse.csr_array(
        (np.r_[cost, cost], (np.r_[one, two], np.r_[two, one])), shape=(len(z), len(z))
    )


def _drainage(number: Whole, z: Floats) -> tuple[Whole, Whole]:
    """Where each square drains (over the lowest sill out of any hollow) and from how many.

    Water takes the way out whose highest sill is lowest; all such ways lie on the minimum
    spanning tree of the links weighed by their higher end, with the edge of the map as root.
    """
    edge = ndimage.binary_dilation(np.pad(number, 1, constant_values=-1) < 0, np.ones((3, 3), bool))
    outlets = number[(number >= 0) & edge[1:-1, 1:-1]]
    one, two, _ = _pairs(number)
    root = np.full(len(outlets), len(z))
    starts, ends = np.r_[one, outlets], np.r_[two, root]
    tall = np.r_[z, -np.inf]
    sill = np.maximum(tall[starts], tall[ends])
    lower = np.minimum(tall[starts], tall[ends])
    # among ways over one sill the steepest down; a link needs a weight above 0
    weight = sill - z.min() + 1 + 1e-6 * np.maximum(lower, z.min() - 1)
    tree = minimum_spanning_tree(
        sparse.csr_array((weight, (starts, ends)), shape=(len(tall), len(tall)))
    )
    order, before = breadth_first_order(tree, len(z), directed=False)
    drains_to = np.where(before == len(z), np.arange(len(tall)), before)[:-1].astype(np.int64)
    upstream = np.ones(len(tall), dtype=np.int64).tolist()
    for square in order[:0:-1].tolist():
        upstream[before[square]] += upstream[square]
    return drains_to, np.array(upstream[:-1], dtype=np.int64)
