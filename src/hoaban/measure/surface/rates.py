"""What moves cost in the ticks of one run, as the kernel wants it."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.measure.surface.prepared import Surface, grades
from hoaban.measure.surface.spread import FAR, Queue

_STRAIGHT = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
_KNIGHTS = [(-2, -1), (-2, 1), (-1, -2), (-1, 2), (1, -2), (1, 2), (2, -1), (2, 1)]
# A move longer than this could pass from below the limit to beyond what 32 bits hold.
_LONGEST = 2**29
LIMIT = FAR - 1 - _LONGEST
_BUCKETS = 2**12  # so many stay in the fast caches
_NARROWEST = 8  # as a shift: so that free moves do not mean endless buckets


@dataclass(frozen=True, eq=False)
class Rates:
    """The kernel's constants (`spread.spread` says what each is)."""

    per_second: int  # ticks
    around: npt.NDArray[np.uint64]
    knights: npt.NDArray[np.uint64] | None
    table: npt.NDArray[np.uint32]
    level: npt.NDArray[np.int64]
    scale: npt.NDArray[np.int64]
    down: int
    ends: list[tuple[int, int, int]]  # for each length of move: scale, least and most of table


def limit_of(per_second: int, cut_off_s: float | None) -> int:
    """The most ticks a time may have."""
    return LIMIT if cut_off_s is None else int(cut_off_s * per_second + 1e-6)


def rates(surface: Surface, per_second: int, toward: bool) -> Rates:
    """The constants of a run. They are kept with the surface, for its slopes do not change."""
    key = (per_second, toward)
    if key not in surface.rates:
        surface.rates[key] = _make(surface, per_second, toward)
    found: Rates = surface.rates[key]
    return found


def queue(surface: Surface, per_second: int, limit: int, *, log: bool) -> Queue:
    """Buckets no wider than the least move, and as many as the longest move needs or fewer."""
    least = surface.least * surface.cell_m * per_second
    longest = surface.most * surface.cell_m * math.sqrt(5) * per_second
    width = max(int(math.log2(max(least - 1, 1))), _NARROWEST)
    wanted = (min(math.ceil(longest) + 2, limit) >> width) + 1
    return Queue(width, min(1 << wanted.bit_length(), _BUCKETS), limit, log)


def _make(surface: Surface, per_second: int, toward: bool) -> Rates:
    moves = (_STRAIGHT + _KNIGHTS)[: surface.neighbours]
    run = np.array([math.hypot(*move) for move in moves]) * surface.cell_m
    taken = np.where(np.arange(len(moves)) < 8, 2, 4)  # cells whose paces are averaged
    ticks = run / taken * per_second / surface.units  # for one unit of each of them
    grade = {one: grades(surface, one) for one in set(run.tolist())}
    steepest = max(float(g.max()) for g in grade.values()) if surface.walk is not None else 1.0
    room = math.log2(float(ticks.max()) * max(steepest, 1.0))
    down = min(max(int(31.9 - room), 1), 60)
    table, level = np.zeros(1, np.uint32), np.zeros(len(moves), np.int64)
    if surface.heights is not None:
        paid = ticks * 2.0**down if surface.walk is not None else run * per_second
        table, level = _table(surface, grade, run, paid, toward)
    scale = np.rint(ticks * 2.0**down).astype(np.int64)
    return Rates(
        per_second,
        _offsets(surface.stride, moves),
        _between(surface.stride) if surface.neighbours == 16 else None,
        table,
        level,
        scale,
        down,
        _ends(surface, table, level, scale),
    )


def _ends(
    surface: Surface,
    table: npt.NDArray[np.uint32],
    level: npt.NDArray[np.int64],
    scale: npt.NDArray[np.int64],
) -> list[tuple[int, int, int]]:
    step = surface.highest_step if surface.heights is not None else 0
    found = {}
    for middle, ticks in zip(level.tolist(), scale.tolist(), strict=True):
        stretch = table[middle - step : middle + step + 1]
        found[middle, ticks] = (ticks, int(stretch.min()), int(stretch.max()))
    return list(found.values())


def _table(
    surface: Surface,
    grade: dict[float, npt.NDArray[np.float64]],
    run: npt.NDArray[np.float64],
    paid: npt.NDArray[np.float64],
    toward: bool,
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """What a move costs for each rise, one stretch for each length of move, and where in it
    no rise stands for each move. Rises are from the settled cell to the one reached.
    """
    stretches: dict[float, tuple[int, npt.NDArray[np.uint32]]] = {}
    at = 0
    for length, pay in zip(run.tolist(), paid.tolist(), strict=True):
        if length not in stretches:
            cost = grade[length]
            if surface.walk is None:
                walk, roll = surface.uniform
                cost = cost * (walk or 0.0) + (roll or 0.0)
            cost = np.minimum(np.rint(cost * pay), 2.0**32 - 1).astype(np.uint32)
            stretches[length] = (at + len(cost) // 2, cost[::-1] if toward else cost)
            at += len(cost)
    level = np.array([stretches[length][0] for length in run.tolist()], np.int64)
    return np.concatenate([cost for _, cost in stretches.values()]), level


def _offsets(stride: int, moves: list[tuple[int, int]]) -> npt.NDArray[np.uint64]:
    flat = [row * stride + column for row, column in moves]
    return np.array(flat, np.int64).astype(np.uint64)


def _between(stride: int) -> npt.NDArray[np.uint64]:
    """The two cells a knight passes between, at ``2 * move``: straight ahead and diagonal."""
    cells = [(0, 0)] * 16
    for row, column in _KNIGHTS:
        ahead = (row // 2, 0) if abs(row) == 2 else (0, column // 2)
        cells += [ahead, (int(np.sign(row)), int(np.sign(column)))]
    return _offsets(stride, cells)
