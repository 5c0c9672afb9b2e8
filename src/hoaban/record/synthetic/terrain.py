"""Terrain from a handful of parameters: a smooth trend with a fractal residual.

A province carries the parameters (``terrain.yaml``), never a grid. The trend is a sum of
cosines fitted by least squares to a coarse published grid; the residual is band-limited noise
whose size and roughness (Hurst exponent) are those of what the trend leaves over, carried on to
finer scales by the same power law (Mandelbrot 1983; Musgrave et al., SIGGRAPH 1989). Valley
floors are flattened. Noise is drawn on lattices fixed to the ground, so that a larger or
shifted window shows the same hills.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import yaml
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from scipy import ndimage, sparse
from shapely import get_coordinates

from hoaban.base.reading import check_keys, read_yaml
from hoaban.record import cells
from hoaban.record.province import Province
from hoaban.record.synthetic import draws

Floats = NDArray[np.float64]
Heights = NDArray[np.float32]
Bounds = tuple[float, float, float, float]  # left, bottom, right, top in metres

NODATA = -32768
_KEYS = (
    "epsg", "bounds_m", "cosines_m", "floor_m", "relief_m", "hurst", "seen_m", "longest_m",
    "shortest_m", "source",
)  # fmt: skip
_SPLINE = 151 / 315  # what cubic B-spline weights leave of the standard deviation, in 2-D


@dataclass(frozen=True, slots=True)
class Terrain:
    """What ``terrain.yaml`` holds. Lengths and heights in metres."""

    epsg: int  # metric coordinates
    bounds_m: Bounds  # where the cosines run from 0 to half a turn
    cosines_m: Floats  # coefficient [i, j] of cos(i pi u) cos(j pi v), u east and v north
    floor_m: float  # nothing lies much lower
    relief_m: float  # standard deviation of the residual at the scales that were seen
    hurst: float  # roughness 0 (rough) … 1 (smooth)
    seen_m: float  # shortest wavelength the fitted grid could show
    longest_m: float  # wavelengths of the residual
    shortest_m: float
    source: str

    @classmethod
    def read(cls, file: Path) -> "Terrain":
        """From a terrain.yaml. Raises the problems of `hoaban.base.reading`."""
        given = read_yaml(file)
        check_keys(given, required=_KEYS, file=file.name, path="/")
        left, bottom, right, top = map(float, given["bounds_m"])
        cosines = np.array(given["cosines_m"], dtype=np.float64)
        own = {**given, "bounds_m": (left, bottom, right, top), "cosines_m": cosines}
        return cls(**own)

    def write(self, file: Path, heading: str = "") -> None:
        """Into a terrain.yaml, numbers rounded to a decimetre, under a comment."""
        rows = [[round(float(c), 1) for c in row] for row in self.cosines_m]
        values: dict[str, Any] = {key: getattr(self, key) for key in _KEYS}
        values |= {"bounds_m": list(self.bounds_m), "cosines_m": rows}
        text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=95)
        file.write_text(heading + text, "utf-8")

    def trend(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """The smooth part at metric coordinates, in metres; level beyond the bounds."""
        return np.asarray(
            np.einsum(
                "...i,...j,ij->...", *_waves(self, x, y, self.cosines_m.shape), self.cosines_m
            )
        )


def fit(
    lon: ArrayLike, lat: ArrayLike, elevation_m: ArrayLike, *, epsg: int, order: int, source: str
) -> Terrain:
    """The parameters that a grid of heights (points about evenly spaced) calls for.

    ``order`` is the number of cosines along each side. Least squares for the trend, with a
    light ridge; the roughness from how the difference of two residuals grows with distance.
    """
    x, y = map(np.asarray, Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat))
    z = np.asarray(elevation_m, dtype=np.float64)
    left, bottom, right, top = (
        float(np.round(edge, -2)) for edge in (x.min(), y.min(), x.max(), y.max())
    )
    bounds = (left, bottom, right, top)
    spacing = float(np.sqrt((right - left) * (top - bottom) / len(z)))
    seen = float(np.round(2 * spacing, -2))
    level = Terrain(epsg, bounds, np.zeros((order, order)), float(z.min()), 0.0, 0.5, seen,
                    2 * seen, 400.0, source)  # fmt: skip
    east, north = _waves(level, x, y, (order, order))
    design = np.einsum("ni,nj->nij", east, north).reshape(len(z), -1)
    ridge = np.eye(order * order) * 1e-3 * len(z)
    ridge[0, 0] = 0.0
    cosines = np.linalg.solve(design.T @ design + ridge, design.T @ z).reshape(order, order)
    rest = z - (design @ cosines.ravel())
    return Terrain(epsg, level.bounds_m, cosines.round(1), float(z.min().round()),
                   float(rest.std().round(1)), _hurst(x, y, rest, spacing), seen, 2 * seen,
                   400.0, source)  # fmt: skip


def grid(terrain: Terrain, bounds_m: Bounds, cell_m: float, seed: int) -> tuple[Heights, Affine]:
    """Heights in metres (rows from north to south) at the centres of cells that cover
    ``bounds_m``, whose edges lie on whole multiples of ``cell_m``, and the affine."""
    left, bottom = (np.floor(edge / cell_m) * cell_m for edge in bounds_m[:2])
    right, top = (np.ceil(edge / cell_m) * cell_m for edge in bounds_m[2:])
    x = left + (np.arange(round((right - left) / cell_m)) + 0.5) * cell_m
    y = top - (np.arange(round((top - bottom) / cell_m)) + 0.5) * cell_m
    east, north = _waves(terrain, x, y, terrain.cosines_m.shape)
    trend = (north @ terrain.cosines_m.T @ east.T).astype(np.float32)
    broad, fine = _residual(terrain, x, y, seed)
    # a valley is where the broad residual is low: its floor is filled and its hummocks smoothed
    sigma = np.float32(max(terrain.relief_m, 1e-6))
    depth = broad / sigma + np.float32(0.9)
    flat = np.logaddexp(0, 4 * depth).astype(np.float32) / 4 - np.float32(0.9)
    height = trend + flat * sigma + fine / (1 + np.exp(-4 * depth - 1))
    floor, soft = np.float32(terrain.floor_m), np.float32(25.0)
    height = floor + soft * np.logaddexp(0, (height - floor) / soft)
    return height.astype(np.float32), Affine(cell_m, 0, left, 0, -cell_m, top)


def _residual(terrain: Terrain, x: Floats, y: Floats, seed: int) -> tuple[Heights, Heights]:
    """The noise of wavelengths that make valleys, and the finer noise, in metres."""
    count = int(np.log2(terrain.longest_m / terrain.shortest_m)) + 1
    waves = terrain.longest_m / 2.0 ** np.arange(count)
    sizes = (waves / waves[0]) ** terrain.hurst
    seen = sizes[waves >= terrain.seen_m - 1] if (waves >= terrain.seen_m - 1).any() else sizes[:1]
    sizes = sizes * terrain.relief_m / np.sqrt((seen**2).sum())
    shape = (len(y), len(x))
    broad, fine = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for number, (wave, size) in enumerate(zip(waves, sizes, strict=True)):
        part = _noise(seed, number, wave / 2, x, y) * np.float32(size)
        if wave > 4_000:
            broad += part
        else:
            fine += part
    return broad, fine


def _noise(seed: int, octave: int, step: float, x: Floats, y: Floats) -> Heights:
    """Smooth noise of mean 0 and spread 1 from normal draws on a lattice of ``step`` metres."""
    (across, columns), (down, rows) = _spline(x / step), _spline(y / step)
    lattice = draws.normal(seed, "terrain", (octave, rows[:, None], columns[None, :]))
    return np.asarray(down @ (across @ lattice.T).T / _SPLINE, dtype=np.float32)


def _spline(at: Floats) -> tuple[Any, NDArray[np.int64]]:
    """The sparse matrix of cubic B-spline weights and the lattice numbers of its columns."""
    whole = np.floor(at).astype(np.int64)
    part = at - whole
    weights = np.stack(
        [
            (1 - part) ** 3 / 6,
            (3 * part**3 - 6 * part**2 + 4) / 6,
            (-3 * part**3 + 3 * part**2 + 3 * part + 1) / 6,
            part**3 / 6,
        ],
        axis=1,
    )
    lattice = np.arange(whole.min() - 1, whole.max() + 3)
    columns = (whole[:, None] + np.arange(-1, 3)) - lattice[0]
    rows = np.repeat(np.arange(len(at)), 4)
    shape = (len(at), len(lattice))
    return sparse.csr_array((weights.ravel(), (rows, columns.ravel())), shape=shape), lattice


def _waves(
    terrain: Terrain, x: ArrayLike, y: ArrayLike, shape: tuple[int, ...]
) -> tuple[Floats, Floats]:
    """cos(i pi u) for every x and cos(j pi v) for every y."""
    left, bottom, right, top = terrain.bounds_m
    u = np.clip((np.asarray(x, dtype=np.float64) - left) / (right - left), 0, 1)
    v = np.clip((np.asarray(y, dtype=np.float64) - bottom) / (top - bottom), 0, 1)
    turns = [
        np.cos(np.pi * w[..., None] * np.arange(n)) for w, n in zip((u, v), shape, strict=True)
    ]
    return turns[0], turns[1]


def _hurst(x: Floats, y: Floats, rest: Floats, spacing: float) -> float:
    """Half the slope of log mean squared difference over log distance, within 0.4 … 0.9."""
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    squares = (rest[:, None] - rest) ** 2
    marks = spacing * np.array([0.7, 1.3, 1.8, 2.4])
    bins = [(apart > a) & (apart <= b) for a, b in pairwise(marks)]
    points = [(np.log(apart[b].mean()), np.log(squares[b].mean())) for b in bins if b.any()]
    if len(points) < 2 or not np.isfinite(points).all():
        return 0.6
    slope = np.polyfit([p[0] for p in points], [p[1] for p in points], 1)[0]
    return float(np.clip(slope / 2, 0.4, 0.9).round(2))


@dataclass(frozen=True, slots=True)
class Land:
    """A grid of heights on the ground."""

    epsg: int
    elevation: Heights  # metres, rows from north to south
    affine: Affine
    cells: dict[str, Any]  # code of a commune -> its cell, lon/lat

    def heights(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Height in metres at metric coordinates, between cells by straight lines."""
        column = (np.asarray(x, dtype=np.float64) - self.affine.c) / self.affine.a - 0.5
        row = (np.asarray(y, dtype=np.float64) - self.affine.f) / self.affine.e - 0.5
        found = ndimage.map_coordinates(self.elevation, [row, column], order=1, mode="nearest")
        return np.asarray(found, dtype=np.float64)

    def write(self, file: Path) -> Path:
        """As a GeoTIFF of whole metres (int16, nodata -32768, compressed)."""
        file.parent.mkdir(parents=True, exist_ok=True)
        rows, columns = self.elevation.shape
        with rasterio.open(
            file, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="int16",
            crs=f"EPSG:{self.epsg}", transform=self.affine, nodata=NODATA, compress="deflate",
            predictor=2, tiled=True,
        ) as out:  # fmt: skip
            out.write(np.round(self.elevation).astype(np.int16), 1)
        return file


def land(province: Province, seed: int, cell_m: float = 90.0) -> Land:
    """The ground of a province: its cells, and heights over them and 2 km around."""
    terrain = Terrain.read(province.folder / "terrain.yaml")
    grown = cells.grow([(c.code, c.lon, c.lat, c.area_km2) for c in province.communes])
    to_metres = Transformer.from_crs(4326, terrain.epsg, always_xy=True)
    at = np.concatenate([get_coordinates(cell) for cell in grown.values()])
    x, y = to_metres.transform(at[:, 0], at[:, 1])
    bounds = (min(x) - 2_000, min(y) - 2_000, max(x) + 2_000, max(y) + 2_000)
    heights, affine = grid(terrain, bounds, cell_m, seed)
    return Land(terrain.epsg, heights, affine, grown)
