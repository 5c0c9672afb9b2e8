"""Metric grids, and GeoTIFF in and out of them. A wrong reference system is refused."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.warp import reproject

from hoaban.base.problems import Problem
from hoaban.measure import memory

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Minutes = npt.NDArray[np.uint16]

UNREACHABLE = 65535


class NotARaster(Problem):
    vi = "Không đọc được “{file}” như một tệp raster; hãy kiểm tra tệp."
    en = "“{file}” cannot be read as a raster; check the file."


class NoReference(Problem):
    vi = "“{file}” không có hệ tọa độ; hãy gán hệ tọa độ đúng rồi nhập lại (cần EPSG:{epsg})."
    en = "“{file}” has no reference system; assign the right one and import again (EPSG:{epsg})."


class GeographicReference(Problem):
    vi = "“{file}” dùng kinh vĩ độ ({found}), không tính mét được; hãy chuyển sang EPSG:{epsg}."
    en = "“{file}” is in degrees ({found}), metres cannot be taken; reproject it to EPSG:{epsg}."


class OtherReference(Problem):
    vi = "“{file}” dùng hệ tọa độ {found}, cần EPSG:{epsg}; hãy chuyển hệ tọa độ rồi nhập lại."
    en = "“{file}” is in {found}, EPSG:{epsg} is needed; reproject it and import again."


class CrookedGrid(Problem):
    vi = "Lưới của “{file}” bị xoay, lật hoặc có ô không vuông; hãy lấy mẫu lại theo ô vuông."
    en = "The grid of “{file}” is turned, flipped or not square; resample it to square cells."


class NotCovered(Problem):
    vi = "“{file}” không phủ hết vùng cần tính; hãy nhập tệp phủ toàn vùng."
    en = "“{file}” does not cover the whole area; import a file that does."


class OffTheRaster(Problem):
    vi = "“{file}” không phủ phần nào của vùng cần tính; hãy kiểm tra vùng và hệ tọa độ."
    en = "“{file}” covers no part of the area; check the area and the reference system."


@dataclass(frozen=True)
class Grid:
    """A north-up grid of square cells in a metric reference system, row 0 in the north.

    Cells are numbered along the rows from 0: ``row * columns + column``.
    """

    epsg: int
    affine: Affine
    rows: int
    columns: int

    def __post_init__(self) -> None:
        if not _square(self.affine):
            raise CrookedGrid(file=f"EPSG:{self.epsg}")

    @property
    def cell_m(self) -> float:
        """The side of a cell in metres."""
        return float(self.affine.a)

    def cells_of(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Ints:
        """Cell numbers of points in the grid's own metres; -1 off the grid or not finite."""
        across = (np.asarray(x, np.float64) - self.affine.c) / self.cell_m
        down = (self.affine.f - np.asarray(y, np.float64)) / self.cell_m
        on = (across >= 0) & (across < self.columns) & (down >= 0) & (down < self.rows)
        column = np.where(on, across, 0).astype(np.int64)
        row = np.where(on, down, 0).astype(np.int64)
        cells: Ints = np.where(on, row * self.columns + column, -1)
        return cells

    def centre(self, cell: npt.ArrayLike) -> tuple[Floats, Floats]:
        """x and y of the middle of cells."""
        row, column = np.divmod(np.asarray(cell, np.int64), self.columns)
        return (
            self.affine.c + (column + 0.5) * self.cell_m,
            self.affine.f - (row + 0.5) * self.cell_m,
        )


def read(
    file: Path,
    *,
    epsg: int,
    cell_m: float | None = None,
    bounds: tuple[float, float, float, float] | None = None,
) -> tuple[Grid, Floats32]:
    """The first band of a GeoTIFF: its grid and its values, NaN where missing.

    ``bounds`` are left, bottom, right, top in metres (all of the file when None). With
    ``cell_m`` it is resampled bilinearly to cells whose edges are whole multiples of it, so
    that layers of one size fall together; without, its own cells are kept. Raises
    `NotARaster`, `NoReference`, `GeographicReference`, `OtherReference`, `CrookedGrid`,
    `OffTheRaster`, `memory.TooLarge`.
    """
    with _opened(file, epsg) as raster:
        if not _square(raster.transform):
            raise CrookedGrid(file=file.name)
        left, bottom, right, top = _overlap(file, raster.bounds, bounds)
        size = cell_m or raster.transform.a
        x0, y0 = (0.0, 0.0) if cell_m else (raster.transform.c, raster.transform.f)
        west, north = _down(left - x0, size) * size + x0, _up(top - y0, size) * size + y0
        rows, columns = _up(north - bottom, size), _up(right - west, size)
        grid = Grid(epsg, Affine(size, 0, west, 0, -size, north), rows, columns)
        return grid, _resampled(raster, grid, Resampling.bilinear)


def read_onto(file: Path, grid: Grid, *, nearest: bool) -> npt.NDArray[Any]:
    """Another layer on a grid that is there: (rows, columns).

    ``nearest`` for classes, in the file's own type, with the file's nodata value (0 when it
    has none) where missing; else bilinear float32, NaN where missing. Raises as `read`, and
    `NotCovered` when the file leaves more than half a cell of the grid's edge out.
    """
    with _opened(file, grid.epsg) as raster:
        left, bottom, right, top = raster.bounds
        west, north = grid.affine.c, grid.affine.f
        slack = grid.cell_m / 2
        covered = (
            left <= west + slack
            and top >= north - slack
            and right >= west + grid.columns * grid.cell_m - slack
            and bottom <= north - grid.rows * grid.cell_m + slack
        )
        if not covered:
            raise NotCovered(file=file.name)
        return _resampled(raster, grid, Resampling.nearest if nearest else Resampling.bilinear)


def write_minutes(file: Path, grid: Grid, minutes: Minutes) -> None:
    """A GeoTIFF of whole minutes, tiled and compressed; 65535 is nodata (unreachable)."""
    with rasterio.open(
        file,
        "w",
        driver="GTiff",
        width=grid.columns,
        height=grid.rows,
        count=1,
        dtype="uint16",
        nodata=UNREACHABLE,
        crs=CRS.from_epsg(grid.epsg),
        transform=grid.affine,
        tiled=True,
        compress="deflate",
        predictor=2,
        bigtiff="if_safer",
    ) as raster:
        raster.write(minutes, 1)


@contextmanager
def _opened(file: Path, epsg: int) -> Iterator[Any]:
    """An open raster in the reference system asked for."""
    try:
        raster = rasterio.open(file)
    except (RasterioError, OSError):
        raise NotARaster(file=file.name) from None
    with raster:
        found, wanted = raster.crs, CRS.from_epsg(epsg)
        if not found:
            raise NoReference(file=file.name, epsg=epsg)
        code = found.to_epsg()
        name = f"EPSG:{code}" if code else found.to_wkt().split('"')[1]
        if found.is_geographic:
            raise GeographicReference(file=file.name, found=name, epsg=epsg)
        if code != epsg and found != wanted:
            raise OtherReference(file=file.name, found=name, epsg=epsg)
        yield raster


def _square(affine: Affine) -> bool:
    even = abs(affine.a + affine.e) <= 1e-6 * abs(affine.a)
    return bool(affine.a > 0 and even and affine.b == 0 and affine.d == 0)


def _overlap(
    file: Path,
    whole: tuple[float, float, float, float],
    bounds: tuple[float, float, float, float] | None,
) -> tuple[float, float, float, float]:
    wanted = bounds or whole
    left, bottom = max(whole[0], wanted[0]), max(whole[1], wanted[1])
    right, top = min(whole[2], wanted[2]), min(whole[3], wanted[3])
    if not (left < right and bottom < top):
        raise OffTheRaster(file=file.name)
    return left, bottom, right, top


def _down(length: float, size: float) -> int:
    return math.floor(length / size + 1e-6)


def _up(length: float, size: float) -> int:
    return math.ceil(length / size - 1e-6)


def _resampled(raster: Any, grid: Grid, how: Resampling) -> npt.NDArray[Any]:
    classes = how == Resampling.nearest
    kind = raster.dtypes[0] if classes else "float32"
    missing = (raster.nodata or 0) if classes else np.nan
    memory.ask(grid.rows * grid.columns * np.dtype(kind).itemsize * 2)
    values = np.full((grid.rows, grid.columns), missing, kind)
    reproject(
        rasterio.band(raster, 1),
        values,
        src_crs=raster.crs,
        dst_crs=raster.crs,
        dst_transform=grid.affine,
        dst_nodata=missing,
        init_dest_nodata=True,
        resampling=how,
    )
    return values
