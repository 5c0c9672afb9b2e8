"""The road network of the demonstration as tables: nodes, segments with passability, footpaths.

Roads follow `routes`, segments `segments`; what they are made of is drawn by class and by how
remote they lie, alike along a road led for one village. What may pass is the rule of
`hoaban.record.roads`, nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hoaban.record.province import Province
from hoaban.record.roads import RoadRules, passability
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.places import Places
from hoaban.record.synthetic.routes import CLASSES, Routes, routes
from hoaban.record.synthetic.segments import Segments, class_rules, cut

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Network:
    """Three tables, and where places stand in them."""

    road_nodes: pa.Table
    roads: pa.Table
    paths: pa.Table
    village_node: Names  # one item a village, in the order of `Places`
    node_of: Mapping[int, str]  # square of ground -> key of its node
    seat_node: Mapping[str, str]  # commune -> node
    old_seat_node: Mapping[str, str]  # old commune -> node
    road_x: Floats  # metres, the middle of each road in the order of `roads`
    road_y: Floats
    road_draw: Whole  # what draws about a road belong to, in the order of `roads`


def build(
    places: Places, province: Province, spec: Mapping[str, Any], rules: RoadRules, seed: int
) -> Network:
    """The network of a province. ``spec`` is what `places.read_spec` returns."""
    net, ground = spec["network"], places.ways
    found = routes(places, net, province.centre, seed)
    stops = {*places.square.tolist(), *places.seats.values(), *places.old_seats.values()}
    parts = cut(found, ground, stops, net)
    ends = {square for path in found.footpaths for square in path}
    squares = np.unique(np.r_[parts.start, parts.end, list(stops | ends)].astype(np.int64))
    squares = squares[np.lexsort((ground.key[squares], ground.commune[squares]))]
    nodes = [f"N{number:05d}" for number in range(1, len(squares) + 1)]
    node_of = dict(zip(squares.tolist(), nodes, strict=True))
    key = np.array([f"R{number:05d}" for number in range(1, len(parts.kind) + 1)])
    return Network(
        road_nodes=_nodes(places, province, squares, nodes, seed),
        roads=_roads(places, province, spec, rules, seed, parts=parts, node_of=node_of, key=key),
        paths=_paths(places, province, found, rules, seed, node_of=node_of),
        village_node=np.array([node_of[square] for square in places.square.tolist()]),
        node_of=node_of,
        seat_node={code: node_of[square] for code, square in places.seats.items()},
        old_seat_node={code: node_of[square] for code, square in places.old_seats.items()},
        road_x=ground.x[parts.middle],
        road_y=ground.y[parts.middle],
        road_draw=_draw_key(places, parts),
    )


def area(places: Places, province: Province, squares: Any) -> Any:
    """The path of the commune of each square."""
    paths = [f"{province.code}/{code}/" for code in places.ways.codes]
    return columns.taken(paths, places.ways.commune[squares])


def _draw_key(places: Places, parts: Segments) -> Whole:
    """A number for each segment that depends on the ground at its ends and middle only."""
    ground = places.ways.key
    with np.errstate(over="ignore"):
        words = draws.words(
            0, "road", (ground[parts.start], ground[parts.end], ground[parts.middle])
        )
    return np.asarray(words >> np.uint64(1)).astype(np.int64)


def _nodes(
    places: Places, province: Province, squares: Whole, nodes: list[str], seed: int
) -> pa.Table:
    ground = places.ways
    lon, lat = ground.lonlat(ground.x[squares], ground.y[squares])
    kind = np.zeros(len(squares), dtype=np.int64)
    kind[np.isin(squares, places.square)] = 2
    kind[np.isin(squares, list(places.seats.values()))] = 1
    return columns.table(
        key=pa.array(nodes),
        area=area(places, province, squares),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "lon": pa.array(np.round(lon, 6)),
            "lat": pa.array(np.round(lat, 6)),
            "elevation_m": pa.array(np.round(ground.z[squares], 1)),
            "kind": columns.taken(("junction", "seat", "village"), kind),
        },
    )


def _roads(
    places: Places,
    province: Province,
    spec: Mapping[str, Any],
    rules: RoadRules,
    seed: int,
    *,
    parts: Segments,
    node_of: Mapping[int, str],
    key: Names,
) -> pa.Table:
    made = _made(places, spec["network"], seed, parts)
    rise = np.round(places.ways.z[parts.end] - places.ways.z[parts.start], 1)
    passable = passability(
        rules,
        surface=made["surface"],
        drain=made["drain"],
        ford=made["ford"],
        bridge=made["bridge"],
        width_m=made["width_m"],
        gradient=rise / made["length_m"],
    )
    return columns.table(
        key=pa.array(key.tolist()),
        area=area(places, province, parts.middle),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "from": pa.array([node_of[square] for square in parts.start.tolist()]),
            "to": pa.array([node_of[square] for square in parts.end.tolist()]),
            "length_m": pa.array(made["length_m"]),
            "rise_m": pa.array(rise),
            "class": columns.taken(CLASSES, parts.kind),
            "surface": pa.array(made["surface"].tolist()),
            **{name: pa.array(made[name]) for name in _MADE},
            "two_way": pa.array(np.ones(len(key), dtype=bool)),
            **{name: _column(values) for name, values in passable.items()},
        },
    )


_MADE = ("width_m", "bridge", "ford", "drain", "susceptibility")


def _column(values: NDArray[Any]) -> Any:
    return pa.array(values, mask=np.isnan(values)) if values.dtype.kind == "f" else pa.array(values)


def _made(
    places: Places, net: Mapping[str, Any], seed: int, parts: Segments
) -> dict[str, NDArray[Any]]:
    """What each segment is made of: class and remoteness give the odds, its owner the draw."""
    own, ground = _draw_key(places, parts), places.ways
    remote = places.remote[parts.middle]
    apart = np.hypot(
        ground.x[parts.start] - ground.x[parts.end], ground.y[parts.start] - ground.y[parts.end]
    )
    length = parts.level_m * class_rules(net, "bends", parts.kind)
    length *= 0.95 + 0.15 * draws.uniform(seed, "bends", own)
    length = np.maximum(length, parts.climb_m / class_rules(net, "grade_max", parts.kind))
    odd = draws.chance(seed, "unlike its road", own, net["unlike_share"])
    lot = np.where(
        odd, draws.uniform(seed, "surface", own), draws.uniform(seed, "surface", parts.owner)
    )
    surface, width, drain = _built(net, parts, remote, lot, draws.uniform(seed, "drain", own))
    bridge, ford = _crossings(net, parts, draws.uniform(seed, "crossing", own))
    steep = 1 - np.exp(-((parts.slope / net["slope_scale"]) ** 1.5))
    risk = draws.lognormal(seed, "susceptibility", own, steep, net["susceptibility_spread"])
    return {
        "length_m": np.round(np.maximum(length, 1.02 * apart), 1),
        "surface": surface,
        "width_m": width,
        "drain": drain,
        "bridge": bridge,
        "ford": ford,
        "susceptibility": np.round(np.clip(risk, 0.0, 1.0), 3),
    }


def _built(
    net: Mapping[str, Any], parts: Segments, remote: Floats, lot: Floats, drain_lot: Floats
) -> tuple[Names, Floats, Flags]:
    """Surface, width and drains. Good lots bring the better surface and the wider road."""
    surface = np.full(len(lot), "", dtype="U8")
    width, drain = np.zeros(len(lot)), np.zeros(len(lot), dtype=bool)
    for kind, name in enumerate(CLASSES):
        own, rules = parts.kind == kind, net["classes"][name]
        odds = np.array(list(rules["surfaces"].values()), dtype=np.float64)
        table = odds[:, :1] * (1 - remote[own]) + odds[:, 1:] * remote[own]
        edges = np.cumsum(table / table.sum(axis=0), axis=0)
        place = np.minimum((lot[own] >= edges).sum(axis=0), len(odds) - 1)
        surface[own] = np.array(list(rules["surfaces"]))[place]
        widths = np.array(rules["width_m"], dtype=np.float64)
        good = 1 - 0.6 * lot[own] - 0.4 * remote[own]
        width[own] = widths[np.minimum((good * len(widths)).astype(int), len(widths) - 1)]
        near, far = rules["drain"]
        drain[own] = drain_lot[own] < near * (1 - remote[own]) + far * remote[own]
    return surface, width, drain


def _crossings(net: Mapping[str, Any], parts: Segments, lot: Floats) -> tuple[Flags, Flags]:
    """Bridges and fords where a segment crosses a stream; the rest are culverts."""
    bridged = class_rules(net, "bridge", parts.kind)
    large = (parts.stream >= net["river_squares"]) & (parts.kind < 2)
    bridge = (parts.stream > 0) & ((lot < bridged) | large)
    ford = (parts.stream > 0) & ~bridge & (lot < bridged + class_rules(net, "ford", parts.kind))
    return bridge, ford


def _paths(
    places: Places,
    province: Province,
    found: Routes,
    rules: RoadRules,
    seed: int,
    *,
    node_of: Mapping[int, str],
) -> pa.Table:
    """Footpaths from the lower end to the upper, by Tobler's walking function (1993) scaled so
    that the level speed is that of the province's rules on earth."""
    ground = places.ways
    ends = np.array(found.footpaths, dtype=np.int64).reshape(-1, 2)
    swap = ground.z[ends[:, 0]] > ground.z[ends[:, 1]]
    lower, upper = (np.where(swap, ends[:, 1 - i], ends[:, i]) for i in (0, 1))
    metres = 1.2 * np.hypot(ground.x[lower] - ground.x[upper], ground.y[lower] - ground.y[upper])
    climb = ground.z[upper] - ground.z[lower]
    metres = np.maximum(metres, climb / 0.3)  # no path climbs steeper for long
    level = rules.modes["foot"].speed_kmh[rules.surfaces.index("earth"), 0] * 1000 / 60
    minutes = [
        metres / (level * np.exp(-3.5 * (np.abs(s * climb / metres + 0.05) - 0.05)))
        for s in (1, -1)
    ]
    return columns.table(
        key=pa.array([f"T{number:05d}" for number in range(1, len(ends) + 1)], pa.string()),
        area=area(places, province, lower),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "from": pa.array([node_of[square] for square in lower.tolist()], pa.string()),
            "to": pa.array([node_of[square] for square in upper.tolist()], pa.string()),
            "minutes_up": pa.array(np.round(minutes[0], 1)),
            "minutes_down": pa.array(np.round(minutes[1], 1)),
        },
    )
