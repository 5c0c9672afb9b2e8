"""Kernels that lay rasters out as whole numbers, inside a border of two cells.

Rasters come as float32 (rows, columns); what is laid is flat, (rows + 4) * (columns + 4).
"""

import numpy as np
import numpy.typing as npt

from hoaban.measure.compiled import kernel

Raster = npt.NDArray[np.float32]
Words = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Minutes = npt.NDArray[np.uint16]
Places = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

_BORDER = 2
_FAR = 2**31 - 1
_SHUT = -1
_MISSING = -(2**31)
_NEVER = 65535


@kernel
def close_missing(values: Raster, shut: Flags) -> tuple[int, float]:
    """Shut the cells without a finite value. ``shut`` is the bordered layer, changed in place.

    Returns how many open cells are negative and their greatest value (-inf when there is none).
    """
    rows, columns = values.shape
    negative, most = 0, np.float32(-np.inf)
    for row in range(rows):
        start = (row + _BORDER) * (columns + 2 * _BORDER) + _BORDER
        for column in range(columns):
            if shut[start + column]:
                continue
            value = values[row, column]
            if not np.isfinite(value):
                shut[start + column] = True
                continue
            negative += value < 0
            most = max(most, value)
    return negative, float(most)


@kernel
def span(values: Raster) -> tuple[float, float]:
    """The least and the greatest finite value, of barriers too; inf and -inf without any."""
    least, most = np.float32(np.inf), np.float32(-np.inf)
    for row in range(values.shape[0]):
        for value in values[row]:
            if np.isfinite(value):
                least, most = min(least, value), max(most, value)
    return float(least), float(most)


@kernel
def lay_pace(values: Raster, shut: Flags, units: float, laid: Words) -> None:
    """Whole numbers of ``units`` a second per metre; 0 at barriers."""
    rows, columns = values.shape
    for row in range(rows):
        start = (row + _BORDER) * (columns + 2 * _BORDER) + _BORDER
        for column in range(columns):
            if not shut[start + column]:
                laid[start + column] += np.int32(np.rint(values[row, column] * units))


@kernel
def lay_heights(values: Raster, laid: Words) -> None:  # noqa: C901
    """Heights in whole centimetres. Missing ones and the border take a neighbour's height,
    so that no move ever meets a difference that is not of the ground.
    """
    rows, columns = values.shape
    stride = columns + 2 * _BORDER
    for row in range(rows):
        start = (row + _BORDER) * stride
        held = np.int32(_MISSING)
        for column in range(columns):
            value = values[row, column]
            if np.isfinite(value):
                height = np.int32(np.rint(np.float64(value) * 100))
                if held == _MISSING:
                    laid[start : start + _BORDER + column] = height
                held = height
            laid[start + _BORDER + column] = held
        laid[start + _BORDER + columns : start + stride] = held
    first = -1
    for row in range(rows + 2 * _BORDER):
        start = row * stride
        if row < _BORDER or row >= rows + _BORDER or laid[start + _BORDER] == _MISSING:
            if first >= 0:
                laid[start : start + stride] = laid[start - stride : start]
            continue
        if first < 0:
            first = row
    for row in range(first):
        laid[row * stride : (row + 1) * stride] = laid[first * stride : (first + 1) * stride]


@kernel
def steepest(laid: Words, rows: int, columns: int, reach: int) -> int:
    """The greatest difference of height between two cells a move of ``reach`` can join."""
    stride = columns + 2 * _BORDER
    most = np.int32(0)
    for row in range(rows + 2 * _BORDER - reach):
        for down in range(reach + 1):
            for across in range(-reach, reach + 1):
                if down + abs(across) > reach + 1:
                    continue
                start = row * stride + _BORDER
                step = down * stride + across
                for place in range(start, start + columns):
                    most = max(most, abs(laid[place + step] - laid[place]))
    return int(most)


@kernel
def extremes(
    walk: Words, roll: Words, shut: Flags, gentle: float, steep: float
) -> tuple[float, float]:
    """The least and the greatest of ``walk * slope + roll`` over the open cells, in units.

    ``walk`` may be a single number for all cells.
    """
    least, most = np.inf, 0.0
    level = len(walk) == 1
    for place in range(len(shut)):
        if not shut[place]:
            walked = np.float64(walk[0] if level else walk[place])
            least = min(least, walked * gentle + roll[place])
            most = max(most, walked * steep + roll[place])
    return least, most


@kernel
def blank(shut: Flags) -> Words:
    """A field where nothing has arrived yet."""
    field = np.empty(len(shut), np.int32)
    for place in range(len(shut)):
        field[place] = _SHUT if shut[place] else _FAR
    return field


@kernel
def stranded(field: Words, stride: int) -> bool:
    """Whether an open cell without a time touches one with a time, so that only what the
    numbers hold kept it from being reached.
    """
    around = (-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1)
    for place in range(stride + 1, len(field) - stride - 1):
        if field[place] == _FAR:
            for step in around:
                if 0 <= field[place + step] < _FAR:
                    return True
    return False


@kernel
def whole_minutes(field: Words, rows: int, columns: int, a_minute: int) -> Minutes:
    """Minutes rounded up, `_NEVER` where nothing has arrived."""
    found = np.full((rows, columns), np.uint16(_NEVER))
    for row in range(rows):
        start = (row + _BORDER) * (columns + 2 * _BORDER) + _BORDER
        for column in range(columns):
            time = np.int64(field[start + column])
            if 0 <= time < _FAR:
                found[row, column] = (time + a_minute - 1) // a_minute
    return found


@kernel
def first_writes(
    field: Words, written: Places, before: Words, count: int
) -> tuple[Places, Words, Words]:
    """Each cell of a log of writes once: the cell, its time before the first write and now."""
    places, old, new = (
        np.empty(count, np.uint32),
        np.empty(count, np.int32),
        np.empty(count, np.int32),
    )
    found = 0
    for entry in range(count):
        place = written[entry]
        if field[place] < 0:
            continue
        places[found], old[found], new[found] = place, before[entry], field[place]
        field[place] = ~field[place]
        found += 1
    for entry in range(found):
        field[places[entry]] = new[entry]
    return places[:found].copy(), old[:found].copy(), new[:found].copy()
