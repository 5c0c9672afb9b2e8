"""A GeoTIFF of heights, people or land cover → a layer in the province's metric coordinates.

The layer covers the province and a margin, at the file's own resolution; a file that is in the
province's coordinates already keeps its own cells. Heights are interpolated between cells,
counts of people are shared out by area so that their sum stays, classes of land are taken from
the nearest cell. Work goes window by window, so memory stays small whatever the file.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError  # what GDAL says where rasterio has no error of its own
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.features import geometry_mask
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform, transform_bounds
from rasterio.windows import Window

from hoaban.base.money import number
from hoaban.base.problems import Problem
from hoaban.record.road_files.zone import Zone

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NODATA = -32768
_SIDE = 512  # cells along a window
_CELLS_MAX = 400_000_000  # finer than 5 m over a province: a wrong unit or a whole country
_ASTRAY = 5.0  # people may differ so many times from the official number, no more


class NotAGrid(Problem):
    vi = "Tệp {file} không đọc được như lưới GeoTIFF ({fault}); hãy xuất lại dạng GeoTIFF."
    en = "File {file} cannot be read as a GeoTIFF grid ({fault}); export it again as GeoTIFF."


class NoCrs(Problem):
    vi = "Tệp {file}: không ghi hệ toạ độ; hãy xuất lại kèm hệ toạ độ, ví dụ EPSG:4326 hoặc {epsg}."
    en = "File {file}: it names no coordinate system; export it with one, e.g. EPSG:4326 or {epsg}."


class LocalCrs(Problem):
    vi = (
        "Tệp {file}: hệ toạ độ “{crs}” là hệ cục bộ, không rõ nằm ở đâu trên Trái Đất; hãy "
        "xuất lại theo EPSG:4326 hoặc {epsg}."
    )
    en = (
        "File {file}: the coordinate system “{crs}” is a local one, its place on Earth is unknown; "
        "export it in EPSG:4326 or {epsg}."
    )


class NotHere(Problem):
    vi = "Tệp {file} phủ {covers} (kinh độ, vĩ độ), không chạm tỉnh ({wanted}); hãy kiểm tra tệp."
    en = "File {file} covers {covers} (lon, lat), nothing of the province ({wanted}); check it."


class NothingKnown(Problem):
    vi = "Tệp {file}: trong tỉnh chỉ có ô trống (nodata); hãy kiểm tra vùng của tệp."
    en = "File {file}: all cells in the province are empty (nodata); check the file's region."


class TooLittle(Problem):
    vi = (
        "Tệp {file}: độ cao chỉ phủ {covered}% tỉnh, cần ít nhất {least}%; hãy ghép các mảnh thành "
        "một tệp rồi nhập lại (ví dụ gdalwarp a.tif b.tif ca_tinh.tif)."
    )
    en = (
        "File {file}: heights cover {covered_en}% of the province only, at least {least}% are "
        "needed; mosaic the tiles into one file first (e.g. gdalwarp a.tif b.tif whole.tif)."
    )


class Absurd(Problem):
    vi = (
        "Tệp {file}: giá trị từ {low} đến {high}, ngoài {allowed} ({unit}); hãy kiểm tra đơn vị và "
        "giá trị trống (nodata)."
    )
    en = (
        "File {file}: values run from {low} to {high}, beyond {allowed} ({unit_en}); check unit "
        "and value of empty cells (nodata)."
    )


class NotWhole(Problem):
    vi = "Tệp {file}: lớp phủ đất phải là mã nguyên 0–255, nhưng có {value}; hãy kiểm tra tệp."
    en = "File {file}: land cover must be whole codes 0–255, but there is {value}; check the file."


class StrangeTotal(Problem):
    vi = (
        "Tệp {file}: trong tỉnh có {total} người, dân số chính thức là {official}; có lẽ là mật độ "
        "chứ không phải số người mỗi ô. Hãy kiểm tra tệp."
    )
    en = (
        "File {file}: {total_en} people in the province, the official number is {official_en}; "
        "perhaps these are densities, not people a cell. Check the file."
    )


class TooFine(Problem):
    vi = "Tệp {file}: {cells} ô trên tỉnh, nhiều hơn {most}; hãy giảm độ phân giải trước khi nhập."
    en = (
        "File {file}: {cells_en} cells over the province, more than {most_en}; make it coarser "
        "first."
    )


@dataclass(frozen=True, slots=True)
class GridKind:
    """One kind of layer: how it is resampled, and which values make sense."""

    resampling: Resampling
    low: float
    high: float
    unit: str
    unit_en: str
    whole: bool = False
    least: float = 0.0  # share of the province that must have values


KINDS = {
    "elevation": GridKind(Resampling.bilinear, -500, 9000, "mét", "metres", least=0.95),
    "population": GridKind(Resampling.sum, 0, 1_000_000, "người mỗi ô", "people a cell"),
    "landcover": GridKind(Resampling.nearest, 0, 255, "mã", "code", whole=True),
}


@dataclass(frozen=True)
class Brought:
    """What a layer holds of the province. ``covered`` 0–1, the share of its ground with values;
    ``total`` the sum over it; ``shares`` of land by code (land cover only)."""

    cell_m: float
    rows: int
    columns: int
    given_crs: str
    covered: float
    low: float
    high: float
    total: float
    shares: dict[int, float]


def bring(file: Path, target: Path, zone: Zone, *, kind: str, people: int = 0) -> Brought:
    """Write the layer ``target`` (a GeoTIFF) from a file; returns what it holds.

    ``kind`` is one of `KINDS`; ``people`` is the official population, 0 when unknown. Values are
    judged where they lie in the zone; heights must cover 95 % of it. Raises this module's problems.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            source = rasterio.open(file)
        with source:
            _check_place(file.name, source, zone)
            brought = _warp(file.name, source, target, zone, KINDS[kind])
    except (RasterioError, CRSError, CPLE_BaseError) as fault:
        raise NotAGrid(file=file.name, fault=str(fault)[:80]) from None
    _check_whole(file.name, brought, KINDS[kind], people if kind == "population" else 0)
    return brought


def _check_whole(file: str, brought: Brought, kind: GridKind, people: int) -> None:
    """Raises `TooLittle` or `StrangeTotal`; ``people`` 0 when unknown or not asked."""
    if brought.covered < kind.least:
        share = brought.covered * 100
        raise TooLittle(file=file, covered=number(share, 1), covered_en=f"{share:.1f}",
                        least=f"{kind.least * 100:.0f}")  # fmt: skip
    if not people or brought.covered <= 0.9:
        return
    if not 1 / _ASTRAY <= brought.total / people <= _ASTRAY:
        raise StrangeTotal(
            file=file, total=number(brought.total), total_en=f"{brought.total:,.0f}",
            official=number(people), official_en=f"{people:,}",
        )  # fmt: skip


def _check_place(file: str, source: Any, zone: Zone) -> None:
    if source.crs is None or source.transform == Affine.identity():
        raise NoCrs(file=file, epsg=f"EPSG:{zone.epsg}")
    if not (source.crs.is_geographic or source.crs.is_projected):
        name = source.crs.to_wkt().split('"')[1]
        raise LocalCrs(file=file, crs=name[:60], epsg=f"EPSG:{zone.epsg}")
    west, south, east, north = transform_bounds(source.crs, CRS.from_epsg(4326), *source.bounds)
    left, bottom, right, top = zone.bounds
    if not (west < right and east > left and south < top and north > bottom):
        raise NotHere(
            file=file,
            covers=f"{west:.2f}–{east:.2f}, {south:.2f}–{north:.2f}",
            wanted=f"{left:.2f}–{right:.2f}, {bottom:.2f}–{top:.2f}",
        )


def _warp(file: str, source: Any, target: Path, zone: Zone, kind: GridKind) -> Brought:
    affine, rows, columns = _frame(source, zone)
    if rows * columns > _CELLS_MAX:
        raise TooFine(
            file=file, cells=number(rows * columns), cells_en=f"{rows * columns:,}",
            most=number(_CELLS_MAX), most_en=f"{_CELLS_MAX:,}",
        )  # fmt: skip
    dtype = _stored_type(source, kind)
    crs = CRS.from_epsg(zone.epsg)
    tally = _Tally(file, kind)
    warped = WarpedVRT(
        source, crs=crs, transform=affine, width=columns, height=rows, dtype="float64",
        nodata=np.nan, resampling=kind.resampling,
    )  # fmt: skip
    stored = rasterio.open(
        target, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=dtype, crs=crs,
        transform=affine, nodata=NODATA, compress="deflate",
        predictor=3 if dtype == "float32" else 2, tiled=True,
    )  # fmt: skip
    with warped as grid, stored as out:
        for window in _windows(rows, columns):
            held = grid.read(1, window=window, masked=True).filled(np.nan)
            held = tally.add(held, *_inside(zone, window, affine))
            known = np.where(np.isnan(held), NODATA, held)
            if dtype != "float32":
                known = np.round(known)
            out.write(known.astype(dtype), 1, window=window)
    return tally.done(affine.a, rows, columns, source.crs.to_string())


def _stored_type(source: Any, kind: GridKind) -> str:
    """Whole heights and codes stay whole; the rest is kept as float32."""
    whole = np.issubdtype(np.dtype(source.dtypes[0]), np.integer)
    return "int16" if kind.whole or (whole and kind.resampling != Resampling.sum) else "float32"


def _frame(source: Any, zone: Zone) -> tuple[Affine, int, int]:
    """The layer's own grid: affine, rows, columns. Edges lie on whole cells of its lattice."""
    crs, given = CRS.from_epsg(zone.epsg), source.transform
    left, bottom, right, top = shapely.bounds(zone.outer).tolist()
    east, north = 0.0, 0.0  # where the lattice of cells begins
    if source.crs == crs and given.b == given.d == 0 and abs(given.a + given.e) < 1e-6:
        cell, east, north = given.a, given.c, given.f
    else:
        cell = _cell_m(source, crs, (left + right) / 2, (bottom + top) / 2)
    first = np.floor((left - east) / cell), np.ceil((top - north) / cell)
    last = np.ceil((right - east) / cell), np.floor((bottom - north) / cell)
    affine = Affine(cell, 0, east + first[0] * cell, 0, -cell, north + first[1] * cell)
    return affine, int(first[1] - last[1]), int(last[0] - first[0])


def _cell_m(source: Any, crs: CRS, x: float, y: float) -> float:
    """The side of a square of the size that a cell of the source has at a place, in metres."""
    there = transform(crs, source.crs, [x], [y])
    column, row = ~source.transform @ (there[0][0], there[1][0])
    corners = [
        source.transform @ at for at in ((column, row), (column + 1, row), (column, row + 1))
    ]
    east, north = transform(source.crs, crs, *map(list, zip(*corners, strict=True)))
    area = (east[1] - east[0]) * (north[2] - north[0]) - (east[2] - east[0]) * (north[1] - north[0])
    side = float(np.sqrt(abs(area)))
    return round(side, 1 if side >= 2 else 3)


def _windows(rows: int, columns: int) -> Iterator[Window]:
    for row in range(0, rows, _SIDE):
        for column in range(0, columns, _SIDE):
            yield Window(column, row, min(_SIDE, columns - column), min(_SIDE, rows - row))


def _inside(zone: Zone, window: Window, affine: Affine) -> tuple[Flags, Flags]:
    """Which cells of a window have their centre in the province, and in its margin too."""
    here = affine @ Affine.translation(window.col_off, window.row_off)
    shape = (window.height, window.width)
    inner, outer = (
        geometry_mask([ground], shape, here, invert=True) for ground in (zone.inner, zone.outer)
    )
    return inner, outer


class _Tally:
    """Judges the values as they come by, and adds up what there is to say."""

    def __init__(self, file: str, kind: GridKind) -> None:
        self.file, self.kind = file, kind
        self.cells = self.known = 0
        self.low, self.high, self.total = np.inf, -np.inf, 0.0
        self.codes: Counter[int] = Counter()

    def add(self, held: Floats, inner: Flags, outer: Flags) -> Floats:
        """The window without values that make no sense, which may lie outside the zone only."""
        kind = self.kind
        with np.errstate(invalid="ignore"):
            strange = ~np.isnan(held) & ~((held >= kind.low) & (held <= kind.high))
        if (strange & outer).any():
            wrong = held[strange & outer]
            raise Absurd(file=self.file, low=f"{wrong.min():g}", high=f"{wrong.max():g}",
                         allowed=f"{kind.low:g} … {kind.high:g}", unit=kind.unit,
                         unit_en=kind.unit_en)  # fmt: skip
        held = np.where(strange, np.nan, held)
        values = held[inner & ~np.isnan(held)]
        self.cells += int(inner.sum())
        self.known += len(values)
        if len(values):
            self.low = min(self.low, float(values.min()))
            self.high = max(self.high, float(values.max()))
            self.total += float(values.sum())
        if kind.whole:
            self._count(values)
        return held

    def _count(self, values: Floats) -> None:
        broken = values[values != np.round(values)]
        if len(broken):
            raise NotWhole(file=self.file, value=f"{broken[0]:g}")
        codes, number = np.unique(values.astype(np.int64), return_counts=True)
        self.codes.update(dict(zip(codes.tolist(), number.tolist(), strict=True)))

    def done(self, cell_m: float, rows: int, columns: int, given_crs: str) -> Brought:
        """Raises `NothingKnown` when no cell of the province has a value."""
        if not self.known:
            raise NothingKnown(file=self.file)
        shares = {code: round(n / self.known, 4) for code, n in sorted(self.codes.items())}
        return Brought(
            cell_m, rows, columns, given_crs,
            covered=round(self.known / self.cells, 4),
            low=self.low, high=self.high, total=round(self.total, 3), shares=shares,
        )  # fmt: skip
