"""Travel time from or toward some cells, over all of a surface."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure import memory
from hoaban.measure.surface import integers
from hoaban.measure.surface.grid import UNREACHABLE
from hoaban.measure.surface.prepared import BadSetting, OffGrid, Surface, prepare
from hoaban.measure.surface.rates import LIMIT, limit_of, queue, rates
from hoaban.measure.surface.spread import FAR, Queue, spread

__all__ = ["FAR", "UNREACHABLE", "OffGrid", "Surface", "Times", "prepare", "travel"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.int32]
Minutes = npt.NDArray[np.uint16]

_COARSEST = 10_000  # ticks a second
_FINER = (1_000_000, 500_000, 200_000, 100_000, 50_000, 20_000)
_QUEUE, _QUEUED = 2**26, 64  # bytes a run takes beside its times at most, and for a cell


class NoSources(Problem):
    vi = "Không có điểm xuất phát nào; hãy cho ít nhất một ô."
    en = "There are no sources; give at least one cell."


class ShutSources(Problem):
    vi = "{count} điểm nằm trên vật cản hoặc ô thiếu số liệu; ô đầu tiên là {first}. Hãy dời đi."
    en = "{count} sources are on a barrier or a cell without data, first {first}; move them."


class TooFar(Problem):
    vi = (
        "Thời gian đi vượt quá {hours} giờ, hơn mức lưu được; hãy đặt giới hạn thời gian "
        "(cut_off_s) hoặc bước thời gian 0,0001 s."
    )
    en = (
        "Travel times pass {hours} hours, more than can be kept; set a cut-off (cut_off_s) or "
        "a tick of 0.0001 s."
    )


@dataclass(eq=False)
class Times:
    """Travel times over a surface, in ticks of 1/``per_second`` s.

    ``field`` is flat, with the surface's border of two cells: ticks, `FAR` where nothing has
    arrived, -1 at barriers. Beyond ``cut_off_s`` (None: no cut-off) nothing has arrived.
    `update.improve` changes it in place.
    """

    rows: int
    columns: int
    per_second: int
    toward: bool
    cut_off_s: float | None
    field: Words
    edition: int  # of the surface
    improved: int = 0  # how often it was improved

    @property
    def ticks(self) -> Words:
        """A copy, int32 (rows, columns); `FAR` where unreachable."""
        found = self._inside().copy()
        found[found < 0] = FAR
        return found

    def seconds(self) -> Floats:
        """float64 (rows, columns), inf where unreachable."""
        return seconds(self._inside(), self.per_second)

    def seconds_at(self, cells: npt.ArrayLike) -> Floats:
        """(k,) seconds at flat cell numbers; inf where unreachable, and at -1."""
        asked = np.asarray(cells, np.int64)
        row, column = np.divmod(np.maximum(asked, 0), self.columns)
        found = seconds(self.field[(row + 2) * (self.columns + 4) + column + 2], self.per_second)
        return np.where(asked >= 0, found, np.inf)

    def minutes(self) -> Minutes:
        """uint16 (rows, columns), rounded up; `UNREACHABLE` (65535) where unreachable."""
        return integers.whole_minutes(self.field, self.rows, self.columns, 60 * self.per_second)

    def _inside(self) -> Words:
        square = self.field.reshape(self.rows + 4, self.columns + 4)
        return square[2:-2, 2:-2]


def seconds(ticks: Words, per_second: int) -> Floats:
    """Ticks as seconds, inf where nothing has arrived."""
    return np.where((ticks < 0) | (ticks == FAR), np.inf, ticks / per_second)


def travel(
    surface: Surface, sources: npt.ArrayLike, *, toward: bool = True, cut_off_s: float | None = None
) -> Times:
    """Least time from every cell to its nearest source, or from the nearest source to it.

    sources
        flat cell numbers, any order, repeats allowed.
    toward
        True: people go to the sources; False: from them. Uphill is not downhill.
    cut_off_s
        where it takes longer is unreachable, and the run stops there: exact up to it.

    The tick is 0.0001 s; with a cut-off the finest that holds it, down to 0.000001 s. A single
    move of more than 2**29 ticks (15 hours) need not count as a way: it is a cliff. Raises
    `NoSources`, `OffGrid`, `ShutSources`, `TooFar`, `memory.TooLarge`.
    """
    per_second = _ticks(surface, cut_off_s)
    seeds = starts(surface, sources)
    cells = len(surface.shut)
    memory.ask(4 * cells + min(_QUEUE, _QUEUED * cells))
    field = integers.blank(surface.shut)
    field[seeds] = 0
    times = Times(
        surface.rows, surface.columns, per_second, toward, cut_off_s, field, surface.edition
    )
    limit = limit_of(per_second, cut_off_s)
    beyond, *_ = run(surface, times, seeds, queue(surface, per_second, limit, log=False))
    if beyond:
        check_range(surface, times)
    return times


def check_range(surface: Surface, times: Times) -> None:
    """Raises `TooFar` when a cell was not reached only because its time cannot be held."""
    if times.cut_off_s is None and integers.stranded(times.field, surface.stride):
        raise TooFar(hours=LIMIT // times.per_second // 3600)


def run(
    surface: Surface, times: Times, seeds: Ints, buckets: Queue
) -> tuple[bool, int, npt.NDArray[np.uint32], Words]:
    """Spread the times of some places; what comes back is the kernel's (`spread.spread`)."""
    fixed = rates(surface, times.per_second, times.toward)
    return spread(
        times.field,
        surface.heights,
        surface.walk,
        surface.roll,
        fixed.around,
        fixed.knights,
        fixed.table,
        fixed.level,
        fixed.scale,
        fixed.down,
        seeds.astype(np.uint64),
        buckets,
    )


def starts(surface: Surface, sources: npt.ArrayLike) -> Ints:
    """Bordered places of sources that can be started from."""
    places = surface.places(sources)
    if not len(places):
        raise NoSources
    shut = surface.shut[places]
    if shut.any():
        first = int(surface.cells(places[shut][:1])[0])
        raise ShutSources(count=int(shut.sum()), first=first)
    return np.unique(places)


def _ticks(surface: Surface, cut_off_s: float | None) -> int:
    if cut_off_s is not None and not 0 < cut_off_s < np.inf:
        raise BadSetting(
            name="cut_off_s", given=cut_off_s, wanted="số giây > 0", wanted_en="seconds > 0"
        )
    if surface.tick_s is not None:
        per_second = round(1 / surface.tick_s)
    elif cut_off_s is None:
        return _COARSEST
    else:
        finest = (ticks for ticks in _FINER if cut_off_s * ticks <= LIMIT)
        per_second = next(finest, _COARSEST)
    if cut_off_s is not None and cut_off_s * per_second > LIMIT:
        raise TooFar(hours=LIMIT // per_second // 3600)
    return per_second
