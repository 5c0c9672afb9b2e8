"""Who is cut off from the province's centre: on the day, and for how long in the last year.

A place is isolated for a mode and a season when no way by that mode leads from it to the
seat of the province's central commune, the roads that are closed on the day left out.
Its cut-off days are the days of the last 365 on which no way led there: every moment is
judged on the network of its own season less the closures then in force, so two closures
at one time count once, and one closure with a way round it counts nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.hierarchy import words
from hoaban.measure.network import RANK, SEASONS, Flags, Floats, Ground, Ints, Ways, numbers
from hoaban.measure.tables import Tables

Bits = npt.NDArray[np.uint64]

VIETNAM = timezone(timedelta(hours=7))  # no summer time since 1975
DAYS = 365
_DAY = 86_400_000_000  # microseconds; whole numbers, so that no sum depends on its order


@dataclass(frozen=True, eq=False)
class Closures:
    """Recorded closures, (k,) each: road number, first and last instant, what still passes.

    Instants are microseconds since 1970 in UTC; ``ended`` is exclusive and far off for a
    closure that is still open. ``passes`` is the rank of the heaviest mode that gets through,
    ``bridge`` whether it is the bridge that is broken.
    """

    road: Ints
    started: Ints
    ended: Ints
    passes: Ints
    bridge: Flags

    def only(self, some: Flags) -> "Closures":
        """Those marked in ``some`` (k,)."""
        parts = (self.road, self.started, self.ended, self.passes, self.bridge)
        return Closures(*(part[some] for part in parts))  # type: ignore[arg-type]

    def shuts(self, mode: str) -> Flags:
        """(k,) which closures stop a mode."""
        return self.passes < RANK[mode]

    def shut_at(self, instant: int, mode: str, roads: int) -> Flags:
        """(roads,) which roads are closed to a mode just before an instant."""
        shut = np.zeros(roads, bool)
        on = (self.started < instant) & (self.ended >= instant) & self.shuts(mode)
        shut[self.road[on]] = True
        return shut


def end_of(at: date) -> datetime:
    """The instant at which a calendar day of Viet Nam ends."""
    return datetime(at.year, at.month, at.day, tzinfo=VIETNAM) + timedelta(days=1)


def read(tables: Tables, ground: Ground) -> Closures:
    """Every recorded closure of a road that the network still has."""
    columns = ["road", "started_at", "ended_at", "kind", "passable_by"]
    return of_table(tables.arrow("closures", columns), ground.roads)


def of_table(table: pa.Table, roads: pa.Array) -> Closures:
    """The rows of a table like ``closures`` whose road is among ``roads``, numbered as there."""
    table = table.filter(pc.is_in(table["road"], value_set=roads))
    ranks = pa.array([RANK[p] for p in table["passable_by"].to_pylist()], pa.int64())
    return Closures(
        road=numbers(table["road"], roads, table="closures", column="road", other="roads"),
        started=_instants(table["started_at"], np.iinfo(np.int64).min),
        ended=_instants(table["ended_at"], np.iinfo(np.int64).max),
        passes=np.asarray(ranks),
        bridge=np.asarray(pc.fill_null(pc.equal(table["kind"], "bridge"), False), bool),
    )


def cut_off_days(
    built: dict[str, Ways],
    closures: Closures,
    *,
    mode: str,
    centre: int,
    places: Ints,
    at: date,
    wet_months: tuple[int, ...],
) -> Floats:
    """(places,) days of the 365 up to the end of ``at`` without a way to the centre, 0–365.

    built
        The network of the mode as built, by season.
    places
        Node numbers; -1 (a place without a node) gives nan.
    """
    stops = closures.shuts(mode)
    road, started, ended = (a[stops] for a in (closures.road, closures.started, closures.ended))
    moments, season = intervals(started, ended, at, wet_months)
    lost = np.zeros(len(places), np.int64)
    for name in SEASONS:
        now = np.flatnonzero(season == (name == "wet"))
        if len(now):
            closed, shut = _closed(road, started, ended, moments, now)
            lasting = np.diff(moments)[now]
            lost += _lost(built[name], closed, shut, centre=centre, places=places, lasting=lasting)
    return np.where(places >= 0, lost / _DAY, np.nan)


def closed_days(closures: Closures, *, mode: str, at: date, roads: int) -> Floats:
    """(roads,) days of the 365 up to the end of ``at`` on which each road was shut to a mode.

    Closures of one road at one time count once.
    """
    stops = closures.shuts(mode)
    road, started, ended = (a[stops] for a in (closures.road, closures.started, closures.ended))
    moments, _ = intervals(started, ended, at, ())
    every = np.arange(len(moments) - 1)
    some, shut = _closed(road, started, ended, moments, every)
    days = np.zeros(roads)
    days[some] = (shut @ np.diff(moments)) / _DAY
    return days


def intervals(
    started: Ints, ended: Ints, at: date, wet_months: tuple[int, ...]
) -> tuple[Ints, Flags]:
    """The moments between which nothing changes, (m + 1,), and which of them are wet, (m,).

    They run over the 365 days up to the end of ``at`` and are cut where a closure starts or
    ends and where the season turns.
    """
    end = end_of(at)
    first, last = micro(end - timedelta(days=DAYS)), micro(end)
    turns = [micro(day) for day in _months(end - timedelta(days=DAYS), end)]
    inner = np.concatenate([started, ended, np.array(turns, np.int64)])
    inner = inner[(inner > first) & (inner < last)]
    moments = np.unique(np.concatenate([[first], inner, [last]])).astype(np.int64)
    months = np.array(turns, np.int64)
    wet = np.array([datetime.fromtimestamp(t // 10**6, VIETNAM).month in wet_months for t in turns])
    return moments, wet[np.searchsorted(months, moments[:-1], side="right") - 1]


def micro(instant: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _months(first: datetime, last: datetime) -> Iterator[datetime]:
    """The first instant of each month from the one that holds ``first`` to ``last``."""
    year, month = first.year, first.month
    while (start := datetime(year, month, 1, tzinfo=VIETNAM)) < last:
        yield start
        year, month = year + month // 12, month % 12 + 1


def _closed(
    road: Ints, started: Ints, ended: Ints, moments: Ints, now: Ints
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The roads closed in any of the intervals ``now``, and in which: (r,), (r, len(now))."""
    first = np.searchsorted(moments, np.maximum(started, moments[0]))
    past = np.searchsorted(moments, np.minimum(ended, moments[-1]))
    some = first < past
    roads, row = np.unique(road[some], return_inverse=True)
    change = np.zeros((len(roads), len(moments)), np.int32)
    np.add.at(change, (row, first[some]), 1)
    np.add.at(change, (row, past[some]), -1)
    shut = (np.cumsum(change, axis=1) > 0)[:, now]
    any_ = shut.any(axis=1)
    return roads[any_], shut[any_]


def _lost(
    ways: Ways, closed: Ints, shut: Flags, *, centre: int, places: Ints, lasting: Ints
) -> Ints:
    """(places,) microseconds without a way: all intervals are searched at once, a bit each."""
    row = np.full(int(max(ways.road.max(initial=-1), closed.max(initial=-1))) + 2, len(closed))
    row[closed] = np.arange(len(closed))
    always = np.ones((1, len(lasting)), bool)
    opened = np.concatenate([_pack(~shut), _pack(always)])
    links = np.zeros((len(ways.skeleton.link_arc), opened.shape[1]), np.uint64)
    links[ways.link] = opened[row[ways.road]]  # a footpath's -1 reads the last, never closed
    there = np.maximum(places, 0)  # the caller blanks a place without a node
    reach = words.reaching(ways.skeleton, links, np.array([centre]), at=there)
    bits = np.unpackbits(
        np.ascontiguousarray(reach).view(np.uint8), axis=1, count=len(lasting), bitorder="little"
    )
    lost: Ints = (1 - bits.astype(np.int64)) @ lasting
    return lost


def _pack(open_: Flags) -> Bits:
    """Booleans (r, m) as bits in whole words (r, ceil(m / 64))."""
    bits = np.packbits(open_, axis=1, bitorder="little")
    padded = np.zeros((len(open_), -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


def _instants(column: pa.ChunkedArray, missing: int) -> Ints:
    micros = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(micros, missing), np.int64)
