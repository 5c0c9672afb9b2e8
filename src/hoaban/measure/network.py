"""Roads and footpaths as graphs: one for each mode and season, less what is closed.

Modes are ranked foot < motorbike < car. Walking pace follows Tobler's hiking function
(Tobler 1993, NCGIA TR 93-1) relative to its pace on the flat, so that the register's foot
speed is the speed on level ground; motor speeds are taken as the register has them.
Ways are searched through a hierarchy that is built once for the ground (`measure.hierarchy`):
a closure, a season or an upgrade only changes weights. Weights are whole milliseconds and
decimetres, so that every sum is exact and the same on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import Transformer
from scipy.sparse import csr_array

from hoaban.base.problems import Problem
from hoaban.measure.hierarchy import times
from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.surface.slope import TOBLER
from hoaban.measure.tables import Tables

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MODES = ("foot", "motorbike", "car")  # from the lightest to the heaviest
SEASONS = ("dry", "wet")
RANK = {"none": 0, "foot": 1, "motorbike": 2, "car": 3}
NETWORK = ["road_nodes", "roads", "paths"]
_LEAST_MINUTES = 1e-6  # a link is never free: a zero would vanish from a sparse matrix
TICKS = {"minutes": 60_000, "metres": 10}  # whole units of a weight that the hierarchy adds
_EARTH_M = 6_371_008.8
METRIC = 32648  # EPSG: the metres in which distances are computed
METRES = Transformer.from_crs(4326, METRIC, always_xy=True)


class UnknownPlace(Problem):
    vi = "Bảng {table}: “{code}” ở cột “{column}” không có trong bảng {other}; hãy sửa dữ liệu."
    en = "Table {table}: “{code}” in column “{column}” is not in table {other}; mend the data."


class BadSpeed(Problem):
    vi = "Đoạn đường {road}: tốc độ “{column}” là {found} km/h; phải từ 0 trở lên, hãy sửa dữ liệu."
    en = "Road {road}: the speed “{column}” is {found} km/h; it must be 0 or more, mend the data."


class BadMinutes(Problem):
    vi = "Đường mòn {path}: “{column}” là {found}; phải là số phút từ 0 trở lên, hãy sửa dữ liệu."
    en = "Footpath {path}: “{column}” is {found}; it must be minutes of 0 or more, mend the data."


@dataclass(frozen=True, eq=False)
class Ground:
    """The network as built, before modes and seasons. Nodes and roads are numbered from 0.

    ``tail``, ``head`` (roads,) node numbers; ``length_m`` (roads,) > 0; ``rise_m`` (roads,)
    from tail to head; ``speed_kmh[mode, season]`` (roads,) is 0 where the road cannot be
    passed. Footpaths: ``low``, ``high`` (paths,) node numbers, minutes each way.
    """

    nodes: pa.Array  # ids
    degrees: Floats  # (nodes, 2) lon and lat
    roads: pa.Array  # ids
    tail: Ints
    head: Ints
    length_m: Floats
    rise_m: Floats
    two_way: Flags
    speed_kmh: dict[tuple[str, str], Floats]
    low: Ints
    high: Ints
    path_m: Floats
    minutes_up: Floats
    minutes_down: Floats

    def numbers(self, codes: object, table: str = "villages", column: str = "node") -> Ints:
        """Node numbers of node ids, -1 where the id is missing. Raises `UnknownPlace`."""
        return numbers(codes, self.nodes, table=table, column=column, other="road_nodes")

    @cached_property
    def metres(self) -> Floats:
        """(nodes, 2) metres east and north (`METRIC`); nan where a node has no place."""
        return metres(*self.degrees.T)

    @cached_property
    def skeleton(self) -> Skeleton:
        """The hierarchy over every link that any mode might use: roads there and back, then paths.

        Grounds with the same nodes and ends share one, whatever their speeds.
        """
        tail = np.concatenate([self.tail, self.head, self.low, self.high])
        head = np.concatenate([self.head, self.tail, self.high, self.low])
        return _skeleton(len(self.nodes), tail.tobytes(), head.tobytes())


@dataclass(frozen=True, eq=False)
class Ways:
    """Directed links that can be travelled by one mode in one season.

    ``tail``, ``head`` (links,) node numbers; ``minutes``, ``metres`` (links,) > 0;
    ``road`` (links,) road number, -1 for a footpath. A two-way road is two links. ``link``
    (links,) the number of each among the links of the ground's hierarchy ``skeleton``.
    """

    size: int  # nodes
    tail: Ints
    head: Ints
    minutes: Floats
    metres: Floats
    road: Ints
    two_way: Flags
    link: Ints
    skeleton: Skeleton = field(repr=False)

    def inward(self, weight: str = "minutes") -> csr_array:
        """The links turned round, (size, size): searched from a goal, it finds ways to it.

        Of parallel links the lightest counts.
        """
        return _lightest(self.head, self.tail, getattr(self, weight), self.size)

    def metric(self, weight: str = "minutes") -> times.Metric:
        """The hierarchy with these links' weights (`TICKS` to the unit); all others closed.

        A link of more than `times.FAR` ticks (12 days of walking: a cliff) is no way.
        """
        cost = np.full(len(self.skeleton.link_arc), times.FAR, np.int32)
        cost[self.link] = ticks(getattr(self, weight), weight)
        return times.customise(self.skeleton, cost)

    def nearest(self, goals: Sequence[Ints], weight: str = "minutes") -> Floats:
        """(size, sets) weight of the way from every node to the nearest goal of each set.

        inf where no way leads to any; -1 (a facility without a node) is no goal.
        """
        known = [np.unique(some[some >= 0]) for some in goals]
        return _units(times.to_nearest(self.metric(weight), known), weight)

    def matrix(self, goals: Ints, places: Ints, weight: str = "minutes") -> Floats:
        """(places, goals) weight of the way from each place to each goal, inf without one.

        Node numbers; -1 on either side has no way.
        """
        found = np.full((len(places), len(goals)), np.inf)
        here, there = np.flatnonzero(places >= 0), np.flatnonzero(goals >= 0)
        if len(here) and len(there):
            metric = self.metric(weight)
            ticks = times.matrix(metric, goals[there], toward=True, at=places[here])
            found[np.ix_(here, there)] = _units(ticks, weight)
        return found

    def reaching(self, goal: int) -> Flags:
        """(size,) whether each node has a way to the node ``goal``."""
        found: Flags = np.isfinite(self.nearest([np.array([goal])])[:, 0])
        return found

    def without(self, shut: Flags) -> "Ways":
        """The same without the roads marked in ``shut`` (roads,); footpaths stay."""
        if not shut.any():
            return self
        keep = ~(np.append(shut, False)[self.road])
        names = ("tail", "head", "minutes", "metres", "road", "two_way", "link")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})


def _units(ticks: npt.NDArray[np.int32], weight: str) -> Floats:
    return np.where(ticks >= times.FAR, np.inf, ticks / TICKS[weight])


@lru_cache(maxsize=4)
def _skeleton(size: int, tail: bytes, head: bytes) -> Skeleton:
    """Ends as bytes, so that grounds with the same ends find the same hierarchy."""
    return Skeleton.of(size, np.frombuffer(tail, np.int64), np.frombuffer(head, np.int64))


def lay(tables: Tables, at: date) -> Ground:
    """The network in force on a day."""
    return tables.once("network.lay", NETWORK, lambda day: _lay(tables, day), at)


def ways(tables: Tables, at: date, mode: str, season: str) -> Ways:
    """Every link open to a mode in a season, as built: closures are not taken out."""

    def make(day: date) -> Ways:
        return _ways(lay(tables, day), mode, season)

    return tables.once(("network.ways", mode, season), NETWORK, make, at)


def walking_pace(rise: Floats, run: Floats) -> Floats:
    """Walking speed on a slope as a share of that on the flat (1 at slope 0; up or down).

    Tobler's speed is 6·exp(-3.5·|slope + 0.05|) km/h: fastest on a gentle descent.
    """
    return 1 / TOBLER.seconds_per_metre(np.clip(rise / run, -10, 10))  # beyond is a cliff


def numbers(codes: object, ids: pa.Array, *, table: str, column: str, other: str) -> Ints:
    """Where each code stands in ``ids``; -1 for a missing code. Raises `UnknownPlace`."""
    found = pc.index_in(codes, value_set=ids)
    lost = pc.and_(pc.is_null(found), pc.is_valid(codes))
    if pc.any(lost).as_py():
        code = pc.filter(codes, lost)[0].as_py()
        raise UnknownPlace(table=table, code=code, column=column, other=other)
    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def _lay(tables: Tables, at: date) -> Ground:
    nodes = tables.valid("road_nodes", at, ["id", "lon", "lat"])
    speeds = [f"{kind}" for m in MODES for s in SEASONS for kind in _speed_columns(m, s)]
    columns = ["id", "from", "to", "length_m", "rise_m", "two_way", *speeds]
    roads = tables.valid("roads", at, columns)
    paths = tables.valid("paths", at, ["id", "from", "to", "minutes_up", "minutes_down"])
    ids = nodes["id"].combine_chunks()

    def ends(table: pa.Table, name: str, column: str) -> Ints:
        return numbers(table[column], ids, table=name, column=column, other="road_nodes")

    low, high = ends(paths, "paths", "from"), ends(paths, "paths", "to")
    lon, lat = floats(nodes["lon"]), floats(nodes["lat"])
    return Ground(
        nodes=ids,
        degrees=np.column_stack([lon, lat]),
        roads=roads["id"].combine_chunks(),
        tail=ends(roads, "roads", "from"),
        head=ends(roads, "roads", "to"),
        length_m=np.maximum(floats(roads["length_m"]), 0.1),
        rise_m=np.nan_to_num(floats(roads["rise_m"])),
        two_way=flags(roads["two_way"], True),
        speed_kmh={(m, s): speed_of(roads, m, s) for m in MODES for s in SEASONS},
        low=low,
        high=high,
        path_m=_metres_between(lon[low], lat[low], lon[high], lat[high]),
        minutes_up=_walked(paths, "minutes_up"),
        minutes_down=_walked(paths, "minutes_down"),
    )


def _speed_columns(mode: str, season: str) -> tuple[str, str]:
    return f"passable_{mode}_{season}", f"speed_{mode}_{season}_kmh"


def speed_of(roads: pa.Table, mode: str, season: str) -> Floats:
    """(roads,) km/h of a mode in a season, 0 where it cannot pass. Raises `BadSpeed`."""
    passable, speed = _speed_columns(mode, season)
    kmh = np.nan_to_num(floats(roads[speed]))
    if len(bad := np.flatnonzero(kmh < 0)):
        road = roads["id"][int(bad[0])].as_py()
        raise BadSpeed(road=road, column=speed, found=kmh[bad[0]])
    return np.where(flags(roads[passable], False), kmh, 0.0)


def _walked(paths: pa.Table, column: str) -> Floats:
    """(paths,) minutes one way. Raises `BadMinutes` for one that is missing or below 0."""
    found = floats(paths[column])
    if len(bad := np.flatnonzero(~(found >= 0))):
        path = paths["id"][int(bad[0])].as_py()
        raise BadMinutes(path=path, column=column, found=paths[column][int(bad[0])].as_py())
    return np.maximum(found, _LEAST_MINUTES)


def _ways(ground: Ground, mode: str, season: str) -> Ways:
    speed = ground.speed_kmh[mode, season]
    on = np.flatnonzero(speed > 0)
    back = on[ground.two_way[on]]
    roads = len(ground.roads)
    minutes = [_minutes(ground, on, speed, mode, 1), _minutes(ground, back, speed, mode, -1)]
    tail = [ground.tail[on], ground.head[back]]
    head = [ground.head[on], ground.tail[back]]
    metres = [ground.length_m[on], ground.length_m[back]]
    road, two_way = [on, back], [ground.two_way[on], ground.two_way[back]]
    link = [on, roads + back]
    if mode == "foot":
        none, both = np.full(len(ground.low), -1), np.ones(len(ground.low), bool)
        tail += [ground.low, ground.high]
        head += [ground.high, ground.low]
        minutes += [ground.minutes_up, ground.minutes_down]
        metres += [ground.path_m, ground.path_m]
        road, two_way = [*road, none, none], [*two_way, both, both]
        link.append(2 * roads + np.arange(2 * len(ground.low)))
    return Ways(
        size=len(ground.nodes),
        tail=np.concatenate(tail),
        head=np.concatenate(head),
        minutes=np.concatenate(minutes),
        metres=np.concatenate(metres),
        road=np.concatenate(road),
        two_way=np.concatenate(two_way),
        link=np.concatenate(link),
        skeleton=ground.skeleton,
    )


def minutes_along(
    length_m: Floats, rise_m: Floats, kmh: Floats, mode: str, direction: int
) -> Floats:
    """(n,) minutes along roads at speeds > 0; ``direction`` is 1 from tail to head, else -1."""
    pace = kmh
    if mode == "foot":
        pace = pace * walking_pace(direction * rise_m, length_m)
    return np.maximum(length_m / pace * 0.06, _LEAST_MINUTES)


def ticks(weight: Floats, unit: str) -> npt.NDArray[np.int32]:
    """Weights as the whole ticks that the hierarchy adds (`TICKS`); too long is no way."""
    return np.clip(np.rint(weight * TICKS[unit]), 1, times.FAR).astype(np.int32)


def _minutes(ground: Ground, on: Ints, speed: Floats, mode: str, direction: int) -> Floats:
    return minutes_along(ground.length_m[on], ground.rise_m[on], speed[on], mode, direction)


def _lightest(row: Ints, column: Ints, weight: Floats, size: int) -> csr_array:
    """A sparse matrix of links that keeps the lightest of parallel ones (scipy would add)."""
    order = np.lexsort((weight, column, row))
    row, column, weight = row[order], column[order], weight[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    starts = np.searchsorted(row[first], np.arange(size + 1))
    return csr_array((weight[first], column[first], starts), shape=(size, size))


def _metres_between(lon: Floats, lat: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Straight metres over the ground: a footpath's least length, for it carries none itself."""
    east = np.radians(lon2 - lon) * np.cos(np.radians((lat + lat2) / 2))
    metres: Floats = np.maximum(_EARTH_M * np.hypot(east, np.radians(lat2 - lat)), 0.1)
    return metres


def metres(lon: Floats, lat: Floats) -> Floats:
    """(n, 2) metres east and north of lon/lat degrees; nan where either is missing."""
    known = np.isfinite(lon) & np.isfinite(lat)
    found = np.full((len(lon), 2), np.nan)
    found[known] = np.column_stack(METRES.transform(lon[known], lat[known]))
    return found


def floats(column: pa.ChunkedArray) -> Floats:
    """A number column as float64; a missing value is nan."""
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def flags(column: pa.ChunkedArray, missing: bool) -> Flags:
    """A flag column as booleans; a missing value reads as ``missing``."""
    return np.asarray(pc.fill_null(column, missing).to_numpy(zero_copy_only=False), bool)
