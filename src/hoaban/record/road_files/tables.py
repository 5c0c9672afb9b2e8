"""A clean network → the lists ``road_nodes``, ``roads`` and ``paths``.

Keys are drawn from where a thing lies, so the same road has the same key in the next import and
another road never gets it. Rises come from the elevation layer; a road is never steeper than
its class may be (the ground beside a cut road is). Where no height is known the rise is 0, but
what passes is judged by the typical gradient of the class: assumed. Susceptibility to landslides is
1 − exp(−(slope / scale)^power) of the mean slope of the ground along the segment: assumed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from hoaban.record.road_files.edges import Edges
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.tagging import FOOTPATH, TagTable
from hoaban.record.road_files.zone import Zone
from hoaban.record.roads import RoadRules, passability

Floats = NDArray[np.float64]
Names = NDArray[np.str_]

_AT_FORD_M = 1.0  # a marked point belongs to the segment that passes so near
_SAMPLES = (0.1, 0.3, 0.5, 0.7, 0.9)  # where along a segment the ground's slope is read


@dataclass(frozen=True, slots=True)
class Origin:
    """What the rows say of where they come from."""

    source: str
    valid_from: date


@dataclass(frozen=True, eq=False)
class Made:
    """The three tables, and what their columns rest on."""

    road_nodes: pa.Table
    roads: pa.Table
    paths: pa.Table
    middle: Floats  # (roads, 2) metres, in the order of `roads`
    eased: int  # segments whose rise was limited to what their class may be
    no_height: int  # segments with an end off the heights, where there are heights
    typical: int  # roads whose passability rests on the typical gradient of their class


def tables(
    edges: Edges,
    zone: Zone,
    table: TagTable,
    rules: RoadRules,
    *,
    heights: Heights | None,
    fords: Sequence[tuple[float, float]],
    origin: Origin,
) -> Made:
    """Rows in the register's own terms. ``fords`` are lon/lat of points marked as fords."""
    lonlat = zone.lonlat(edges.xy)
    node = keys("N", [f"{lon:.6f},{lat:.6f}" for lon, lat in lonlat.tolist()])
    z = np.full(len(node), np.nan) if heights is None else heights.at(edges.xy)
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(edges.line, 0.5, normalized=True)
    )
    length = np.maximum(np.round(edges.length_m(), 1), 0.1)
    rise, eased = _rise(edges, table, length, z)
    named = _named(edges, node, zone.lonlat(middle), length)
    area = np.array(zone.paths)[zone.commune_of(middle)]
    on_foot = edges.of("road_class") == FOOTPATH
    common = (edges, node, named, area, length, np.nan_to_num(rise))
    made = _segments(
        common, ~on_foot, rules, gradient=_gradient(edges, table, length, rise),
        ford=_fords(edges, zone, fords), risk=_susceptibility(edges, table, heights), origin=origin,
    )  # fmt: skip
    return Made(
        road_nodes=_nodes(zone, edges.xy, node, lonlat=lonlat, z=z, origin=origin),
        roads=made,
        paths=_footpaths(common, on_foot, rules, origin),
        middle=middle[~on_foot],
        eased=int(eased.sum()),
        no_height=0 if heights is None else int(np.isnan(rise).sum()),
        typical=int((np.isnan(rise) & ~on_foot).sum()),
    )


Common = tuple[Edges, Names, Names, Names, Floats, Floats]


def keys(letter: str, places: Sequence[str]) -> Names:
    """A key of 13 characters for each text, which numbers those that stand twice."""
    seen: Counter[str] = Counter()
    found = []
    for place in places:
        seen[place] += 1
        text = place if seen[place] == 1 else f"{place}#{seen[place]}"
        found.append(letter + blake2b(text.encode(), digest_size=6).hexdigest())
    return np.array(found, dtype=np.str_)


def _named(edges: Edges, node: Names, middle: Floats, length: Floats) -> Names:
    ends = np.sort(np.stack([node[edges.tail], node[edges.head]]), axis=0)
    foot = edges.of("road_class") == FOOTPATH
    return keys(
        "R",
        [
            f"{one} {two} {lon:.5f},{lat:.5f} {metres:.0f} {path}"
            for one, two, (lon, lat), metres, path in zip(
                *ends.tolist(), middle.tolist(), length.tolist(), foot.tolist(), strict=True
            )
        ],
    )


def _rise(
    edges: Edges, table: TagTable, length: Floats, z: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Metres from tail to head, NaN where a height is missing; and which were limited."""
    steepest = np.array([table.grade_max[kind.road_class] for kind in edges.kinds])[edges.kind]
    rise = z[edges.head] - z[edges.tail]
    most = steepest * length
    limited = np.clip(rise, -most, most)
    return np.round(limited, 1), np.abs(rise) > most


def _gradient(edges: Edges, table: TagTable, length: Floats, rise: Floats) -> Floats:
    """(edges,) rise over length; where the rise is unknown, what is typical of the class."""
    typical = np.array([table.grade_typical.get(kind.road_class, 0.0) for kind in edges.kinds])
    return np.where(np.isnan(rise), typical[edges.kind], np.abs(rise) / length)


def _fords(edges: Edges, zone: Zone, fords: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """(edges,) which hold a ford: said of the whole, or of a point on it."""
    found = edges.of("ford").astype(bool)
    if len(fords):
        xy = np.column_stack(zone.to_metres.transform(*np.array(fords).T))
        _, edge = shapely.STRtree(edges.line).query(
            shapely.points(xy), predicate="dwithin", distance=_AT_FORD_M
        )
        found[edge] = True
    return np.asarray(found & ~edges.of("bridge").astype(bool))


def _susceptibility(edges: Edges, table: TagTable, heights: Heights | None) -> Floats:
    if heights is None:
        return np.full(len(edges), table.susceptibility_unknown)
    points = [
        shapely.line_interpolate_point(edges.line, share, normalized=True) for share in _SAMPLES
    ]
    slopes = np.stack([heights.slope(shapely.get_coordinates(point)) for point in points])
    known = np.isfinite(slopes)
    mean = np.where(known, slopes, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    risk: Floats = 1 - np.exp(-((mean / table.slope_scale) ** table.slope_power))
    found: Floats = np.where(known.any(axis=0), risk, table.susceptibility_unknown)
    return np.round(found, 3)


def _nodes(
    zone: Zone, xy: Floats, node: Names, *, lonlat: Floats, z: Floats, origin: Origin
) -> pa.Table:
    area = np.array(zone.paths)[zone.commune_of(xy)]
    return _table(
        node, area, np.full(len(node), ""), origin,
        lon=pa.array(lonlat[:, 0]), lat=pa.array(lonlat[:, 1]),
        elevation_m=_numbers(np.round(z, 1)), kind=pa.repeat("junction", len(node)),
    )  # fmt: skip


def _segments(
    common: Common,
    which: NDArray[np.bool_],
    rules: RoadRules,
    *,
    gradient: Floats,
    ford: NDArray[np.bool_],
    risk: Floats,
    origin: Origin,
) -> pa.Table:
    whole, node, named, area, length, rise = common
    edges = whole.keep(which)
    length, rise, ford = length[which], rise[which], ford[which]
    columns: dict[str, Any] = passability(
        rules, surface=edges.of("surface"), drain=edges.of("drain"), ford=ford,
        bridge=edges.of("bridge"), width_m=edges.of("width_m"), gradient=gradient[which],
    )  # fmt: skip
    _without_cars(columns, edges.of("car").astype(bool))
    return _table(
        named[which], area[which], edges.of("label"), origin,
        **{"from": pa.array(node[edges.tail].tolist(), pa.string())},
        to=pa.array(node[edges.head].tolist(), pa.string()),
        length_m=pa.array(length), rise_m=pa.array(rise),
        **{"class": pa.array(edges.of("road_class").tolist(), pa.string())},
        surface=pa.array(edges.of("surface").tolist(), pa.string()),
        width_m=pa.array(edges.of("width_m").astype(np.float64)),
        bridge=_flags(edges.of("bridge")), ford=pa.array(ford), drain=_flags(edges.of("drain")),
        susceptibility=pa.array(risk[which]), two_way=_flags(edges.of("two_way")),
        **{n: _numbers(c) if c.dtype.kind == "f" else _flags(c) for n, c in columns.items()},
    )  # fmt: skip


def _without_cars(columns: dict[str, NDArray[Any]], car: NDArray[np.bool_]) -> None:
    for season in ("dry", "wet"):
        columns[f"passable_car_{season}"] &= car
        columns[f"speed_car_{season}_kmh"][~car] = np.nan


def _footpaths(
    common: Common, which: NDArray[np.bool_], rules: RoadRules, origin: Origin
) -> pa.Table:
    """From the lower end to the upper; Tobler's walking function (1993) scaled so that the
    level speed is that of the province's rules on earth in the dry season."""
    edges, node, named, area, length, rise = common
    tail, head = edges.tail[which], edges.head[which]
    length, climb = length[which], rise[which]
    lower, upper = np.where(climb < 0, head, tail), np.where(climb < 0, tail, head)
    level = rules.modes["foot"].speed_kmh[rules.surfaces.index("earth"), 0] * 1000 / 60
    slope = np.abs(climb) / length
    minutes = [
        np.round(length / (level * np.exp(-3.5 * (np.abs(way * slope + 0.05) - 0.05))), 1)
        for way in (1, -1)
    ]
    return _table(
        named[which], area[which], edges.keep(which).of("label"), origin,
        **{"from": pa.array(node[lower].tolist(), pa.string())},
        to=pa.array(node[upper].tolist(), pa.string()),
        minutes_up=pa.array(minutes[0]), minutes_down=pa.array(minutes[1]),
    )  # fmt: skip


def _table(key: Names, area: Names, label: NDArray[Any], origin: Origin, **own: Any) -> pa.Table:
    size = len(key)
    common: Mapping[str, Any] = {
        "key": pa.array(key.tolist(), pa.string()),
        "area": pa.array(area.tolist(), pa.string()),
        "label": pa.array(label.tolist(), pa.string()),
        "origin": pa.repeat("imported", size),
        "source": pa.repeat(origin.source, size),
        "valid_from": pa.array([origin.valid_from] * size, pa.date32()),
        "valid_to": pa.nulls(size, pa.date32()),
    }
    return pa.table({**common, **own})


def _numbers(values: Floats) -> Any:
    return pa.array(values, mask=np.isnan(values))


def _flags(values: NDArray[Any]) -> Any:
    return pa.array(values.astype(bool))
