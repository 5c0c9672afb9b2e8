"""The bridge story, told of any province: what closing a bridge changes, and nothing else.

Everything is worked out a second time by networkx, from the tables themselves:

- a village becomes isolated exactly when every route by that mode in that season used the
  bridge, and its cut-off days grow by exactly the stretches in which it was so;
- T2 changes only in communes of places (villages, seats, old seats) whose isolation changed;
- minutes and kilometres change only where a shortest route used the bridge;
- every other figure, fact and target is the same, byte for byte.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import networkx as nx

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure import what_if
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure

MODES, SEASONS = ("foot", "motorbike", "car"), ("dry", "wet")
HEAVY = {"none": 0, "foot": 1, "motorbike": 2, "car": 3}
SCHOOLS = ("school_primary", "school_lower", "school_upper")
KINDS = (
    "seat",
    "old_seat",
    "station",
    "satellite_point",
    *SCHOOLS,
    "boarding",
    "market",
    "digital_point",
    "health",
)
ALWAYS_THE_SAME = ("poverty.", "staff.", "procedures.", "services.water_")
ROUTED = (
    *("isolated_", "cut_off_days_", "all_season_link", "minutes_", "km_", "has_health"),
    *("has_education", "health_people", "education_people", "joint_people"),
    *("joint_hygienic_people", "near_all_season_"),
)
TICKS = {"minutes": 60_000, "metres": 10}  # whole units in which routes are added up


@dataclass
class Told:
    """What closing one bridge changed: paths of places by mode and season, and of communes."""

    bridge: str
    isolated: dict[str, list[str]] = field(default_factory=dict)
    longer_cut_off: list[str] = field(default_factory=list)
    slower: list[str] = field(default_factory=list)
    communes: list[str] = field(default_factory=list)
    figures: int = 0


def tell(
    tables: Tables,
    law: Law,
    place: Place,
    *,
    at: date,
    bridges: Sequence[str],
    kinds: Sequence[str] = KINDS,
    stretches: int | None = None,
) -> list[Told]:
    """Close each bridge in turn and assert the whole story; returns what each one changed.

    ``kinds`` of facility whose minutes networkx works out again; ``stretches`` how many of
    the year's stretches between closures are searched again for each mode (None: all, and
    then the days must come out exactly; else no day may contradict them).
    """
    before = measure(tables, law, place, at=at)
    world = World(tables, place, at, kinds)
    return [_one(world, law, before, bridge, stretches) for bridge in bridges]


def _one(world: "World", law: Law, before: Measured, bridge: str, stretches: int | None) -> Told:
    after = measure(what_if.closed(world.tables, bridge, world.at), law, world.place, at=world.at)
    facts = what_if.village_differences(before, after)
    told = Told(bridge)
    _isolation(world, before, after, told)
    _days(world, before, after, told, stretches)
    _minutes(world, before, after, told)
    _near_a_road(world, before, after, told)
    _connection(before, after, facts, told)
    _everything_else(before, after, facts, told)
    return told


class World:
    """The province as networkx sees it, straight from the tables."""

    def __init__(self, tables: Tables, place: Place, at: date, kinds: Sequence[str]) -> None:
        self.tables, self.place, self.at, self.kinds = tables, place, at, kinds
        self.roads = self._rows("roads")
        self.paths = self._rows("paths")
        self.where = {n["id"]: (n["lon"], n["lat"]) for n in self._rows("road_nodes")}
        self.villages = {v["area"]: v["node"] for v in self._rows("villages") if v["node"]}
        facilities = self._rows("facilities")
        self.seats = [f for f in facilities if f["kind"] in ("seat", "old_seat") and f["node"]]
        self.centre = next(
            f["node"]
            for f in sorted(self.seats, key=lambda f: str(f["id"]))
            if f["kind"] == "seat" and f["area"].startswith(place.centre_path)
        )
        self.goals = {kind: self._goals(kind, facilities) for kind in kinds}
        self.closures = tables.arrow("closures").to_pylist()
        self.end = datetime(at.year, at.month, at.day, 17, tzinfo=UTC)  # midnight in Viet Nam
        self.links = {(m, s): list(self._links(m, s)) for m in MODES for s in SEASONS}
        self._graphs: dict[Any, Any] = {}
        self._costs: dict[Any, Any] = {}

    def _rows(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.tables.arrow(name).to_pylist()
        return [
            row
            for row in rows
            if (row["valid_from"] is None or row["valid_from"] <= self.at)
            and (row["valid_to"] is None or row["valid_to"] > self.at)
        ]

    def _goals(self, kind: str, facilities: list[dict[str, Any]]) -> set[str]:
        kinds = {"health": ("station", "satellite_point")}.get(kind, (kind,))
        must_meet = kind in ("health", "boarding")
        return {
            f["node"]
            for f in facilities
            if f["kind"] in kinds
            and f["node"]
            and f["functioning"] in (True, None)
            and (f["opened"] is None or f["opened"] <= self.at)
            and (f["closed"] is None or f["closed"] > self.at)
            and (f["standard_met"] or not must_meet)
        }

    def _links(self, mode: str, season: str) -> Iterator[tuple[str, str, str, dict[str, int]]]:
        """Links turned round: head, tail, id, cost."""
        for road in self.roads:
            speed = road[f"speed_{mode}_{season}_kmh"]
            if not (road[f"passable_{mode}_{season}"] and speed):
                continue
            length, rise = road["length_m"], road["rise_m"] or 0.0
            for tail, head, up in ((road["from"], road["to"], 1), (road["to"], road["from"], -1)):
                if up == 1 or road["two_way"]:
                    pace = speed * (_tobler(up * rise / length) if mode == "foot" else 1)
                    yield head, tail, road["id"], _whole(length / pace * 0.06, length)
        for path in self.paths if mode == "foot" else ():
            low, high = path["from"], path["to"]
            metres = _metres(self.where[low], self.where[high])
            yield high, low, path["id"], _whole(path["minutes_up"], metres)
            yield low, high, path["id"], _whole(path["minutes_down"], metres)

    def shut(self, mode: str, moment: datetime | None = None) -> set[str]:
        """Roads closed to a mode at a moment, or just before the end of the day."""
        return {
            row["road"]
            for row in self.closures
            if HEAVY[row["passable_by"]] < HEAVY[mode] and self._stands(row, moment)
        }

    def _stands(self, row: dict[str, Any], moment: datetime | None) -> bool:
        start, end = row["started_at"], row["ended_at"]
        if moment is None:
            return bool(start < self.end and (end is None or end >= self.end))
        return bool(start <= moment and (end is None or end > moment))

    def inward(self, mode: str, season: str, shut: Iterable[str]) -> Any:
        """Every link turned round but those of some roads; kept while there are not too many."""
        gone = frozenset(shut)
        key = (mode, season, gone)
        if key not in self._graphs:
            if len(self._graphs) > 100:
                self._graphs.clear()
            graph = nx.MultiDiGraph()
            graph.add_nodes_from(self.where)
            graph.add_edges_from(link for link in self.links[mode, season] if link[2] not in gone)
            self._graphs[key] = graph
        return self._graphs[key]

    def reaching(self, graph: Any) -> set[str]:
        """Nodes with a route to the centre."""
        return set(nx.descendants(graph, self.centre)) | {self.centre}

    def costs(self, graph: Any, kind: str, weight: str) -> dict[str, int]:
        """Cost from each node that has a way to the nearest facility of a kind."""
        goals = self.goals[kind]
        found: dict[str, int] = (
            nx.multi_source_dijkstra_path_length(graph, goals, weight=weight) if goals else {}
        )
        return found

    def costs_before(self, mode: str, season: str, kind: str, weight: str) -> dict[str, int]:
        """`costs` with the closures of the day, worked out once."""
        key = (mode, season, kind, weight)
        if key not in self._costs:
            graph = self.inward(mode, season, self.shut(mode))
            self._costs[key] = self.costs(graph, kind, weight)
        found: dict[str, int] = self._costs[key]
        return found


@contextmanager
def closed(graph: Any, bridge: str) -> Iterator[Any]:
    """The graph without a bridge; it is put back after."""
    links = [link for link in graph.edges(keys=True, data=True) if link[2] == bridge]
    graph.remove_edges_from([link[:3] for link in links])
    yield graph
    graph.add_edges_from(links)


def _whole(minutes: float, metres: float) -> dict[str, int]:
    """A link's costs in whole ticks, as the measures add them."""
    both = {"minutes": minutes, "metres": metres}
    return {name: max(1, round(cost * TICKS[name])) for name, cost in both.items()}


def _tobler(slope: float) -> float:
    return math.exp(-3.5 * abs(slope + 0.05)) / math.exp(-3.5 * 0.05)


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = math.radians(b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return max(6_371_008.8 * math.hypot(east, math.radians(b[1] - a[1])), 0.1)


def _column(measured: Measured, name: str) -> dict[str, Any]:
    table = measured.villages
    return dict(zip(table["area"].to_pylist(), table[name].to_pylist(), strict=True))


def _isolation(world: World, before: Measured, after: Measured, told: Told) -> None:
    """Exactly those become isolated whose every route used the bridge."""
    for mode in MODES:
        for season in SEASONS:
            had, has = _parted(world, mode, season, world.shut(mode), told.bridge)
            lost = {path for path, node in world.villages.items() if node in had - has}
            was, now = (_column(m, f"isolated_{mode}_{season}") for m in (before, after))
            assert {path for path in was if was[path] != now[path]} == lost
            assert {p for p, flag in was.items() if flag is False} == {
                p for p, node in world.villages.items() if node in had
            }
            told.isolated[f"{mode}_{season}"] = sorted(lost)


def _parted(
    world: World, mode: str, season: str, shut: set[str], bridge: str
) -> tuple[set[str], set[str]]:
    """Nodes with a route to the centre with the bridge, and without it."""
    graph = world.inward(mode, season, shut)
    had = world.reaching(graph)
    with closed(graph, bridge):
        return had, world.reaching(graph)


def _days(world: World, before: Measured, after: Measured, told: Told, some: int | None) -> None:
    """Cut-off days grow by the stretches in which only the bridge joined a village or seat."""
    longer: set[str] = set()
    for mode in MODES:
        expected = _lost(world, mode, told.bridge, some)
        was, now = (_column(m, f"cut_off_days_{mode}") for m in (before, after))
        grown = {(path, node): now[path] - was[path] for path, node in world.villages.items()}
        longer |= {path for path, _ in grown if now[path] != was[path]}
        if mode == "car":
            grown |= _seats_grown(world, before, after)
        for (path, node), added in grown.items():
            if some is None:
                assert math.isclose(added, expected.get(node, 0.0), abs_tol=2e-6), (mode, path)
            assert added >= expected.get(node, 0.0) - 2e-6, (mode, path)
    told.longer_cut_off = sorted(longer)


def _lost(world: World, mode: str, bridge: str, some: int | None) -> dict[str, float]:
    """Days that nodes lose to the closing, from all or some of the year's stretches."""
    found: dict[str, float] = {}
    every = _stretches(world)
    step = 1 if some is None else max(1, len(every) // some)
    for start, end in every[::step]:
        month = (start + timedelta(hours=7)).month
        season = "wet" if month in world.place.wet_months else "dry"
        shut = world.shut(mode, start)
        if bridge not in shut and _carries(world, mode, season, bridge):
            had, has = _parted(world, mode, season, shut, bridge)
            for node in had - has:
                found[node] = found.get(node, 0.0) + (end - start) / timedelta(days=1)
    return found


def _seats_grown(world: World, before: Measured, after: Measured) -> dict[tuple[str, str], float]:
    """How many cut-off days each commune's seat gained, by commune and node."""
    node = {s["area"]: s["node"] for s in world.seats if s["kind"] == "seat"}
    rows = [m.targets["T2"]["parts"]["by_commune"] for m in (before, after)]
    return {
        (was["commune"], node[was["commune"]]): now["seat_days_cut_off"] - was["seat_days_cut_off"]
        for was, now in zip(*rows, strict=True)
        if was["commune"] in node
    }


def _stretches(world: World) -> list[tuple[datetime, datetime]]:
    """The stretches of the last 365 days in which nothing changes."""
    first = world.end - timedelta(days=365)
    cuts = {first, world.end}
    for month in range(25):
        year, of = divmod(world.at.year * 12 - 12 + month, 12)
        cuts.add(datetime(year, of + 1, 1, tzinfo=UTC) - timedelta(hours=7))
    for row in world.closures:
        cuts |= {row["started_at"], row["ended_at"] or world.end}
    return list(pairwise(sorted(c for c in cuts if first <= c <= world.end)))


def _carries(world: World, mode: str, season: str, bridge: str) -> bool:
    road = next(r for r in world.roads if r["id"] == bridge)
    return bool(road[f"passable_{mode}_{season}"])


def _minutes(world: World, before: Measured, after: Measured, told: Told) -> None:
    """Minutes and kilometres change only where networkx finds that the shortest route does."""
    slower: set[str] = set()
    for mode in MODES:
        for season in SEASONS:
            graph = world.inward(mode, season, world.shut(mode))
            asked = [(k, "minutes", f"minutes_{k}_{mode}_{season}") for k in world.kinds]
            if (mode, season) == ("foot", _season_of_schools(before)):
                asked += [(k, "metres", f"km_{k}") for k in SCHOOLS if k in world.kinds]
            for kind, weight, name in asked:
                costs = [world.costs_before(mode, season, kind, weight)]
                with closed(graph, told.bridge):
                    costs.append(world.costs(graph, kind, weight))
                slower |= _same_way(world, name, (before, after), costs)
    told.slower = sorted(slower)


def _season_of_schools(measured: Measured) -> str:
    parameters = measured.targets["T3"]["parameters"]
    return next(str(p["value"]) for p in parameters if p["name"] == "access.season")


def _same_way(
    world: World, name: str, both: tuple[Measured, Measured], costs: list[dict[str, int]]
) -> set[str]:
    """The villages whose fact changed, each of them one whose cost changed; all facts agree."""
    was, now = (_column(measured, name) for measured in both)
    scale = TICKS["metres"] * 1000 if name.startswith("km_") else TICKS["minutes"]
    changed = set()
    for path, node in world.villages.items():
        for found, cost in ((was[path], costs[0].get(node)), (now[path], costs[1].get(node))):
            assert (found is None) == (cost is None), (name, path)
            if found is not None and cost is not None:
                assert math.isclose(found, cost / scale, rel_tol=1e-12), (name, path)
        if was[path] != now[path]:
            assert costs[0].get(node) != costs[1].get(node), (name, path)
            changed.add(path)
    return changed


def _near_a_road(world: World, before: Measured, after: Measured, told: Told) -> None:
    """A village loses its all-season road only where the closed one was within reach."""
    road = next(r for r in world.roads if r["id"] == told.bridge)
    ends = [world.where[road[end]] for end in ("from", "to")]
    for days in (3, 7, 30):
        was, now = (_column(m, f"near_all_season_{days}") for m in (before, after))
        for path in (p for p, near in was.items() if near != now[p]):
            assert was[path]
            far = min(_metres(world.where[world.villages[path]], end) for end in ends)
            assert far <= 2000 + road["length_m"]


def _connection(
    before: Measured, after: Measured, facts: dict[str, dict[str, Any]], told: Told
) -> None:
    """T2 changes only in communes of places whose isolation changed."""
    moved = {
        scope.commune_of(path)
        for path, changed in facts.items()
        if any(name.startswith(("isolated_", "cut_off_days_")) for name in changed)
    }
    was, now = (m.targets["T2"]["parts"] for m in (before, after))
    for old, new in zip(was["by_commune"], now["by_commune"], strict=True):
        if old != new:
            told.communes.append(old["commune"])
            if old["seat_days_cut_off"] != new["seat_days_cut_off"]:
                moved.add(old["commune"])
            for name in ("ways_out", "four_on_the_spot", "c"):
                assert old[name] == new[name], (old, new)
    assert set(told.communes) <= moved
    if not moved:
        assert before.targets["T2"]["value"] == after.targets["T2"]["value"]


def _everything_else(
    before: Measured, after: Measured, facts: dict[str, dict[str, Any]], told: Told
) -> None:
    """Nothing changes but what hangs on routes, and there only where a route changed."""
    for path, changed in facts.items():
        loose = [name for name in changed if not name.startswith(ROUTED)]
        assert loose == [], (path, loose)
    for name in ("T1", "T4", "T5"):
        assert before.targets[name] == after.targets[name]
    above = {scope.commune_of(path) for path in facts} | set(told.communes)
    allowed = {*facts, *above, before.province["path"]}
    for row in what_if.differences(before, after):
        assert not row["indicator"].startswith(ALWAYS_THE_SAME), row
        assert row["area"] in allowed, row
        told.figures += 1
