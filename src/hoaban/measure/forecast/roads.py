"""How weak each road is in the rain, and where it lies: what the draws need of it."""

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.measure.forecast.prior import Prior
from hoaban.measure.network import Flags, Floats, Ground, Ints, flags, floats
from hoaban.measure.tables import Tables

Words = npt.NDArray[np.uint64]

COLUMNS = ["id", "class", "surface", "drain", "ford", "length_m", "susceptibility"]
_KM_A_DEGREE = 111.195  # of a great circle


class UnknownWeakness(Problem):
    vi = (
        "Đoạn đường {road}: cột “{column}” là {found}, không tính được nguy cơ tắc; "
        "hãy bổ sung (0 trở lên)."
    )
    en = (
        "Road {road}: column “{column}” is {found}, so its risk of closing is unknown; "
        "fill it in (0 or more)."
    )


class UnknownRoadKind(Problem):
    vi = "Đoạn đường {road}: “{found}” không có trong closures.{name}; gần nhất là “{nearest}”."
    en = "Road {road}: “{found}” is not in closures.{name}; the nearest is “{nearest}”."


@dataclass(frozen=True, eq=False)
class Roads:
    """The roads of a ground, in its order. Every array is (roads,).

    ``key`` a hash of the road's id, which its draws hang on; ``x``, ``y`` its middle in km east
    and north of the network's own middle; ``weakness`` ≥ 0, expected closures in a storm of
    strength 1 at rate 1 (km × susceptibility × surface × drains); ``grade`` its number in
    ``classes``; ``ford`` whether it crosses water by a ford. ``box`` west, south, east, north in
    km: where storms may be.
    """

    key: Words
    x: Floats
    y: Floats
    weakness: Floats
    grade: Ints
    classes: tuple[str, ...]
    ford: Flags
    box: tuple[float, float, float, float]


def read(tables: Tables, ground: Ground, prior: Prior, at: date) -> Roads:
    """The roads of a day's network. Raises `UnknownWeakness`, `UnknownRoadKind`."""
    table = tables.valid("roads", at, COLUMNS)
    table = table.take(pc.index_in(ground.roads, value_set=table["id"].combine_chunks()))
    east, north = _km(*ground.degrees.T)
    x = (east[ground.tail] + east[ground.head]) / 2
    y = (north[ground.tail] + north[ground.head]) / 2
    return of(table, prior, x=x, y=y)


def of(table: pa.Table, prior: Prior, *, x: Floats, y: Floats) -> Roads:
    """The roads of a table with `COLUMNS`; ``x``, ``y`` (roads,) where they lie, in km.

    A missing drain or ford flag reads as none. Raises `UnknownWeakness`, `UnknownRoadKind`.
    """
    km = _weighed(table, "length_m") / 1000
    classes = tuple(prior.hours)
    order = {name: number for number, name in enumerate(classes)}
    grade = _looked_up(table, "class", order, "hours")
    surface = _looked_up(table, "surface", prior.surface, "surface")
    drained = np.where(flags(table["drain"], False), 1.0, prior.undrained)
    ids = table["id"].to_pylist()
    return Roads(
        key=np.array([_key(code) for code in ids], np.uint64),
        x=x,
        y=y,
        weakness=km * _weighed(table, "susceptibility") * surface * drained,
        grade=grade.astype(np.int64),
        classes=classes,
        ford=flags(table["ford"], False),
        box=_box(x, y, prior.storm_km),
    )


def _km(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Kilometres east and north of a point that a road more or less does not move.

    A plane is good enough for rain: the error is under 1 % over 200 km.
    """
    if not len(lon):
        return lon, lat
    west, south = np.floor(lon.min()), np.floor(lat.min())
    east = (lon - west) * np.cos(np.radians(south + 0.5)) * _KM_A_DEGREE
    return east, (lat - south) * _KM_A_DEGREE


def _box(x: Floats, y: Floats, step: float) -> tuple[float, float, float, float]:
    """Round all roads, out to whole multiples of ``step``: a new road seldom moves it."""
    if not len(x):
        return 0.0, 0.0, step, step
    low = [float(np.floor(at.min() / step)) * step for at in (x, y)]
    high = [float(np.floor(at.max() / step) + 1) * step for at in (x, y)]
    return low[0], low[1], high[0], high[1]


def _weighed(table: pa.Table, column: str) -> Floats:
    found = floats(table[column])
    bad = np.flatnonzero(~(found >= 0) | np.isinf(found))
    if len(bad):
        road = table["id"][int(bad[0])].as_py()
        raise UnknownWeakness(road=road, column=column, found=table[column][int(bad[0])].as_py())
    return found


def _looked_up(table: pa.Table, column: str, values: object, name: str) -> Floats:
    known = dict(values)  # type: ignore[call-overload]
    kinds = table[column].to_pylist()
    for place, kind in enumerate(kinds):
        if kind not in known:
            road = table["id"][place].as_py()
            close = nearest(str(kind), list(known))
            raise UnknownRoadKind(road=road, found=kind, name=name, nearest=close)
    return np.array([known[kind] for kind in kinds], np.float64)


def _key(code: str) -> int:
    return int.from_bytes(hashlib.blake2b(code.encode(), digest_size=8).digest(), "little")
