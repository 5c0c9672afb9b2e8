"""A surface made ready for many runs: heights and paces as whole numbers, laid out once.

What is laid depends on what was given: only paces, only heights over uniform ground, or
both; the kernel has a form for each. Nothing here depends on the length of a tick.
"""

import math
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure import memory
from hoaban.measure.surface import integers
from hoaban.measure.surface.grid import Grid
from hoaban.measure.surface.slope import FLAT, TOBLER, Slope
from hoaban.measure.surface.spread import BORDER

Floats = npt.NDArray[np.float64] | npt.NDArray[np.float32]
Words = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_PACE_BITS = 27  # the greatest pace takes so many bits; a faster one has its last place there
_LOWEST_M, _HIGHEST_M = -500, 9000  # no ground of the Earth lies beyond
editions = count(1)


class NothingGiven(Problem):
    vi = "Mặt phẳng chi phí thiếu số liệu: hãy cho độ cao (heights), walk hoặc roll."
    en = "The surface has nothing to travel by: give heights, walk or roll."


class BadSize(Problem):
    vi = "Lớp “{name}” có kích thước {shape}, cần {wanted}; hãy đưa các lớp về cùng một lưới."
    en = "Layer “{name}” is {shape}, {wanted} is needed; bring the layers onto one grid."


class NegativePace(Problem):
    vi = "Lớp “{name}” có {count} ô âm; giây trên mét phải ≥ 0, hãy sửa số liệu."
    en = "Layer “{name}” has {count} negative cells; seconds per metre must be ≥ 0, mend it."


class AbsurdHeight(Problem):
    vi = (
        "Độ cao từ {least} đến {most} m là vô lý (cần từ {lowest} đến {highest} m); có lẽ tệp "
        "chưa khai báo giá trị thiếu (nodata): hãy khai báo rồi nhập lại."
    )
    en = (
        "Heights from {least} to {most} m make no sense ({lowest} to {highest} m are taken); the "
        "file may not declare its nodata value: declare it and import again."
    )


class AllBarrier(Problem):
    vi = "Không ô nào đi được: cả {cells} ô đều là vật cản hoặc thiếu số liệu."
    en = "No cell can be passed: all {cells} cells are barriers or lack a value."


class BadSetting(Problem):
    vi = "Giá trị {name} = {given} không dùng được; cần {wanted}."
    en = "The value {name} = {given} cannot be used; {wanted_en} is needed."


class OffGrid(Problem):
    vi = "{count} ô nằm ngoài lưới {rows} × {columns}; ô đầu tiên là {first}."
    en = "{count} cells are off the grid of {rows} × {columns}; the first is {first}."


@dataclass(eq=False)
class Surface:
    """What `prepare` made. Runs only read it, so many may share it, from several threads;
    `update.improve` changes it in place and must be alone.

    ``shut`` and the layers are flat with a border of two cells. Layers that are None are
    uniform, with the values in ``uniform`` (walk, roll; seconds per metre).
    """

    rows: int
    columns: int
    cell_m: float
    neighbours: int
    slope: Slope
    tick_s: float | None
    shut: Flags
    uniform: tuple[float | None, float | None]
    heights: Words | None = None
    walk: Words | None = None
    roll: Words | None = None
    units: float = 1.0  # whole numbers of walk and roll to one second per metre
    highest_step: int = 0  # cm between the two ends of any move
    least: float = 0.0  # s/m of the fastest open ground on its best slope
    most: float = 0.0  # s/m of the slowest on its worst
    gentle: float = 1.0  # the least and the greatest a slope makes of a metre
    steep: float = 1.0
    no_height: Flags | None = None  # bordered; None when every cell has its height
    edition: int = field(default_factory=lambda: next(editions))  # no two surfaces share one
    rates: dict[tuple[int, bool], Any] = field(default_factory=dict, repr=False)

    @property
    def stride(self) -> int:
        """Cells in a bordered row."""
        return self.columns + 2 * BORDER

    def places(self, cells: npt.ArrayLike) -> Ints:
        """Bordered places of flat cell numbers. Raises `OffGrid`."""
        wanted = np.atleast_1d(np.asarray(cells, np.int64)).ravel()
        off = wanted[(wanted < 0) | (wanted >= self.rows * self.columns)]
        if len(off):
            raise OffGrid(count=len(off), rows=self.rows, columns=self.columns, first=int(off[0]))
        row, column = np.divmod(wanted, self.columns)
        places: Ints = (row + BORDER) * self.stride + column + BORDER
        return places

    def cells(self, places: npt.NDArray[Any]) -> Ints:
        """Flat cell numbers of bordered places inside the grid."""
        row, column = np.divmod(places.astype(np.int64), self.stride)
        cells: Ints = (row - BORDER) * self.columns + column - BORDER
        return cells

    def inside(self, bordered: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A bordered layer as (rows, columns), without a copy."""
        square = bordered.reshape(self.rows + 2 * BORDER, self.stride)
        return square[BORDER:-BORDER, BORDER:-BORDER]

    def passable(self, cells: npt.ArrayLike) -> Flags:
        """Whether each cell can be passed; a cell off the grid (-1) cannot."""
        wanted = np.asarray(cells, np.int64)
        on = (wanted >= 0) & (wanted < self.rows * self.columns)
        found: Flags = on & ~self.shut[self.places(np.where(on, wanted, 0))].reshape(on.shape)
        return found


def prepare(
    grid: Grid | float,
    *,
    heights: Floats | None = None,
    walk: Floats | float | None = None,
    roll: Floats | float | None = None,
    slope: Slope = TOBLER,
    neighbours: int = 16,
    tick_s: float | None = None,
    barrier: Flags | None = None,
) -> Surface:
    """Lay out a surface. A move of length L costs ``L * (mean(walk) * g + mean(roll))`` s.

    grid
        the grid, or the size of a cell in metres.
    heights
        (rows, columns) metres from -500 to 9,000, NaN where missing, barriers included; whole
        centimetres are kept; None: flat.
    walk, roll
        (rows, columns) or one number, seconds per metre >= 0. ``walk`` is multiplied by
        ``g``, what ``slope`` gives for the move; ``roll`` is not. Means are over the two
        ends; for a knight's move also the two cells between. None: ``walk`` is 1 where
        heights are given, else 0; ``roll`` is 0. They are taken as float32 and kept to one
        part in 2**27 of the greatest. Uniform ground takes less memory and time but cannot
        be improved.
    neighbours
        8 or 16 (with the knight's moves, legal where both cells between are passable).
    tick_s
        the tick of every run, at most 0.0001 s and a whole number of them to a second;
        None: chosen for each run.
    barrier
        (rows, columns) true where nothing passes. A cell without a finite value in any
        layer is a barrier too.

    Costs on slopes are capped at 2**14 times the flat one. Raises `NothingGiven`, `BadSize`,
    `NegativePace`, `AbsurdHeight`, `AllBarrier`, `BadSetting`, `memory.TooLarge`.
    """
    cell_m = grid.cell_m if isinstance(grid, Grid) else float(grid)
    _check_settings(cell_m, neighbours, tick_s)
    if walk is None:
        walk = 0.0 if heights is None else 1.0
    if roll is None:
        roll = 0.0
    shape = _shape(grid, heights=heights, walk=walk, roll=roll, barrier=barrier)
    rasters = sum(isinstance(layer, np.ndarray) for layer in (heights, walk, roll))
    size = (shape[0] + 2 * BORDER) * (shape[1] + 2 * BORDER)
    memory.ask(size * (1 + 8 * rasters))
    shut = np.ones(size, bool)
    walk, roll = _single(walk), _single(roll)
    uniform = (_number(walk), _number(roll))
    surface = Surface(*shape, cell_m, neighbours, slope, tick_s, shut, uniform)
    surface.inside(shut)[...] = False if barrier is None else barrier
    greatest = [_close(surface, *layer) for layer in (("walk", walk), ("roll", roll))]
    if heights is not None:
        _lay_heights(surface, heights)
    if shut.all():
        raise AllBarrier(cells=shape[0] * shape[1])
    _lay_paces(surface, walk, roll, *greatest)
    return surface


def grades(surface: Surface, run_m: float) -> npt.NDArray[np.float64]:
    """What the slope makes of a metre, for every rise a move of ``run_m`` can have.

    (2 * highest_step + 1,) for rises from -highest_step to highest_step centimetres.
    """
    step = surface.highest_step if surface.heights is not None else 0
    rise = np.arange(-step, step + 1) / 100
    with np.errstate(over="ignore"):  # on a cliff; it is capped
        cost = surface.slope.seconds_per_metre(rise / run_m)
    flat = surface.slope.seconds_per_metre(np.zeros(1))[0]
    capped: npt.NDArray[np.float64] = np.minimum(cost, flat * 2**14)
    return capped


def _check_settings(cell_m: float, neighbours: int, tick_s: float | None) -> None:
    if not (0 < cell_m < np.inf):
        raise BadSetting(name="cell_m", given=cell_m, wanted="số mét > 0", wanted_en="metres > 0")
    if neighbours not in (8, 16):
        raise BadSetting(
            name="neighbours", given=neighbours, wanted="8 hoặc 16", wanted_en="8 or 16"
        )
    if tick_s is not None and not (0 < tick_s <= 1e-4 and _whole(1 / tick_s)):
        raise BadSetting(
            name="tick_s",
            given=tick_s,
            wanted="một phần nguyên của giây, không quá 0,0001 s",
            wanted_en="a whole part of a second, at most 0.0001 s",
        )


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6 * number


def _shape(grid: Grid | float, **layers: Any) -> tuple[int, int]:
    given = {name: np.shape(layer) for name, layer in layers.items() if np.ndim(layer) > 0}
    if isinstance(grid, Grid):
        shape = (grid.rows, grid.columns)
    elif given:
        shape = next(iter(given.values()))
    else:
        raise NothingGiven
    for name, size in given.items():
        if size != shape or len(size) != 2 or 0 in size:
            raise BadSize(name=name, shape=_times(size), wanted=_times(shape))
    return shape


def _times(size: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in size)


def _single(layer: Floats | float) -> Floats | float:
    """A uniform pace as a raster of it would have it, so that both give the same ticks."""
    return layer if isinstance(layer, np.ndarray) else float(np.float32(layer))


def _number(layer: Floats | float) -> float | None:
    return None if isinstance(layer, np.ndarray) else float(layer)


def _raster(layer: Any) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(layer, np.float32)


def _close(surface: Surface, name: str, layer: Floats | float) -> float:
    """Shut what is missing in a layer of paces; gives the greatest pace on open ground."""
    if isinstance(layer, np.ndarray):
        negative, most = integers.close_missing(_raster(layer), surface.shut)
    else:
        negative, most = int(not 0 <= layer < np.inf), float(layer)
    if negative:
        raise NegativePace(name=name, count=negative)
    return max(float(most), 0.0)


def _lay_heights(surface: Surface, heights: Floats) -> None:
    raster = _raster(heights)
    integers.close_missing(raster, surface.shut)
    least, most = integers.span(raster)
    if least < _LOWEST_M or most > _HIGHEST_M:
        raise AbsurdHeight(
            least=f"{least:.0f}", most=f"{most:.0f}", lowest=_LOWEST_M, highest=_HIGHEST_M
        )
    if surface.slope is FLAT or not np.isfinite(least):
        return
    unknown = ~np.isfinite(raster)
    if unknown.any():
        surface.no_height = np.zeros(len(surface.shut), bool)
        surface.inside(surface.no_height)[...] = unknown
    surface.heights = np.zeros(len(surface.shut), np.int32)
    integers.lay_heights(raster, surface.heights)
    reach = 1 if surface.neighbours == 8 else 2
    surface.highest_step = integers.steepest(surface.heights, surface.rows, surface.columns, reach)


def _lay_paces(
    surface: Surface, walk: Floats | float, roll: Floats | float, most_walk: float, most_roll: float
) -> None:
    grade = grades(surface, surface.cell_m)
    surface.gentle, surface.steep = gentle, steep = float(grade.min()), float(grade.max())
    flat_walk, flat_roll = surface.uniform
    if surface.heights is not None and flat_walk is not None and flat_roll is not None:
        surface.least, surface.most = (flat_walk * g + flat_roll for g in (gentle, steep))
        return
    level = surface.heights is None
    greatest = most_walk * gentle + most_roll if level else max(most_walk, most_roll)
    surface.units = 2.0 ** (_PACE_BITS - math.ceil(math.log2(max(greatest, 1e-9))))
    surface.roll = np.zeros(len(surface.shut), np.int32)
    _lay(surface, roll, 1.0, surface.roll)
    if level:
        _lay(surface, walk, gentle, surface.roll)
        walked = np.zeros(1, np.int32)
    else:
        walked = surface.walk = np.zeros(len(surface.shut), np.int32)
        _lay(surface, walk, 1.0, surface.walk)
    found = integers.extremes(walked, surface.roll, surface.shut, gentle, steep)
    surface.least, surface.most = (float(pace) / surface.units for pace in found)


def _lay(surface: Surface, layer: Floats | float, times: float, laid: Words) -> None:
    if isinstance(layer, np.ndarray):
        integers.lay_pace(_raster(layer), surface.shut, times * surface.units, laid)
    elif layer:
        laid += np.where(surface.shut, 0, np.int32(np.rint(layer * times * surface.units)))
