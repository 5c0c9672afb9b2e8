"""What each set of link works would do to each road: its cost, who passes, how long it shuts.

A set is one kind of link work, or two that change different things of a road (a bridge and
gravel). Whether a mode passes afterwards is the register's own rule (`record.roads`).
Closed days after the work: those of landslides and floods times ``susceptibility_share``; a
closure of the bridge itself ends with a new bridge. Both are assumptions of the first cut.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure import isolation, network
from hoaban.measure.network import MODES, Flags, Floats, flags, floats
from hoaban.measure.tables import Tables
from hoaban.plan.works import WorkKind
from hoaban.record.roads import RoadRules, passability

ROADS = [
    *("id", "area", "surface", "drain", "ford", "bridge", "width_m"),
    *("class", "length_m", "rise_m", "susceptibility"),
]


@dataclass(frozen=True, eq=False)
class Repairs:
    """Arrays are (sets, roads). ``cost`` in đồng, inf where the set cannot be used.

    ``opens`` whether the mode passes in the wet season afterwards; ``days`` the days in a
    year that the road would still be shut to the mode; ``now`` (roads,) those it is shut today.
    """

    sets: tuple[tuple[WorkKind, ...], ...]
    cost: Floats
    opens: Mapping[str, Flags]
    days: Mapping[str, Floats]
    now: Mapping[str, Floats]

    def cheapest(self, mode: str, days_max: float) -> tuple[Floats, np.ndarray[Any, Any]]:
        """(roads,) the least cost that opens each road to a mode for good, and by which set.

        Shut on fewer than ``days_max`` days afterwards; inf where no set does it.
        """
        good = self.opens[mode] & (self.days[mode] < days_max)
        cost = np.where(good, self.cost, np.inf)
        if not len(self.sets):
            none = np.zeros(self.cost.shape[1], np.int64)
            return np.full(self.cost.shape[1], np.inf), none
        best = cost.argmin(axis=0)
        return cost[best, np.arange(cost.shape[1])], best

    def most_lasting(self, mode: str) -> np.ndarray[Any, Any]:
        """(roads,) the set that opens each road and leaves it shut on fewest days, the cheapest."""
        if not len(self.sets):
            return np.zeros(self.cost.shape[1], np.int64)
        usable = self.opens[mode] & np.isfinite(self.cost)
        days = np.where(usable, self.days[mode], np.inf)
        fewest = usable & (days <= days.min(axis=0))
        best: np.ndarray[Any, Any] = np.where(fewest, self.cost, np.inf).argmin(axis=0)
        return best


def repairs(
    roads: pa.Table,
    closed: Mapping[str, tuple[Floats, Floats]],
    kinds: Iterable[WorkKind],
    rules: RoadRules,
    price: Mapping[str, float],
) -> Repairs:
    """Every set of link works on every road.

    ``roads`` has the columns `ROADS`; ``closed`` is from `closed_days`; ``price`` is what one
    đồng of a kind's price year is now, by kind.
    """
    links = [kind for kind in kinds if kind.effect("link") is not None]
    sets = tuple((kind,) for kind in links) + tuple(
        pair for pair in combinations(links, 2) if not _changes(pair[0]) & _changes(pair[1])
    )
    shape = (len(sets), len(roads))
    cost, opens, days = np.full(shape, np.inf), {}, {}
    for mode in MODES:
        opens[mode], days[mode] = np.zeros(shape, bool), np.zeros(shape)
    for n, group in enumerate(sets):
        cost[n] = sum(_cost(kind, roads, closed, price[kind.id]) for kind in group)
        after = state(roads, [dict(kind.effect("link") or {}) for kind in group])
        passes = passability(rules, *_arguments(roads, after))
        for mode in MODES:
            slides, bridges = closed[mode]
            opens[mode][n] = passes[f"passable_{mode}_wet"]
            days[mode][n] = slides * after["share"] + bridges * (not after["new_bridge"])
    return Repairs(sets, cost, opens, days, {m: sum(closed[m], np.zeros(shape[1])) for m in MODES})


def state(roads: pa.Table, changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The roads' own columns after works that each set some of them; nothing gets worse.

    Besides the columns: ``share`` of closed days that stays, ``new_bridge`` whether a bridge
    is built.
    """
    found: dict[str, Any] = {
        "surface": np.asarray(roads["surface"].to_pylist(), dtype=object),
        "width_m": floats(roads["width_m"]),
        "susceptibility": floats(roads["susceptibility"]),
        "share": 1.0,
        "new_bridge": False,
    }
    for name in ("drain", "ford", "bridge"):
        found[name] = flags(roads[name], False)
    for change in changes:
        _change(found, change)
    return found


SURFACES = ("earth", "gravel", "concrete", "asphalt")  # from the worst to the best


def _change(found: dict[str, Any], change: Mapping[str, Any]) -> None:
    if "surface" in change:
        better = SURFACES[SURFACES.index(change["surface"]) :]
        kept = np.isin(found["surface"].astype(str), better)
        found["surface"] = np.where(kept, found["surface"], change["surface"])
    if "width_m" in change:
        found["width_m"] = np.maximum(found["width_m"], change["width_m"])
    for name in ("drain", "bridge"):
        found[name] = found[name] | bool(change.get(name, False))
    if not change.get("ford", True):
        found["ford"] = np.zeros_like(found["ford"])
    share = float(change.get("susceptibility_share", 1.0))
    found["susceptibility"] = np.minimum(
        found["susceptibility"] * share, change.get("susceptibility", 1.0)
    )
    found["share"] *= share
    found["new_bridge"] |= bool(change.get("bridge", False))


def _arguments(roads: pa.Table, after: Mapping[str, Any]) -> tuple[Any, ...]:
    gradient = floats(roads["rise_m"]) / np.maximum(floats(roads["length_m"]), 1.0)
    names = ("surface", "drain", "ford", "bridge", "width_m")
    return (*(after[name] for name in names), np.nan_to_num(gradient))


def passes(roads: pa.Table, after: Mapping[str, Any], rules: RoadRules) -> dict[str, Any]:
    """The twelve columns of passability and speed of roads in a state of `state`."""
    return passability(rules, *_arguments(roads, after))


def _changes(kind: WorkKind) -> set[str]:
    return set(kind.effect("link") or {}) - {"susceptibility_share"}


def _cost(
    kind: WorkKind, roads: pa.Table, closed: Mapping[str, tuple[Floats, Floats]], price: float
) -> Floats:
    """(roads,) đồng for this kind on each road; inf where it has nothing to do."""
    change = kind.effect("link") or {}
    length = floats(roads["length_m"]) / 1000 if kind.cost.unit == "km" else 1.0
    cost = np.full(len(roads), kind.cost.likely * price) * length
    fits = np.ones(len(roads), bool)
    classes = kind.where.get("classes")
    if classes:
        named = (classes,) if isinstance(classes, str) else classes
        fits &= np.isin(np.asarray(roads["class"].to_pylist(), dtype=str), list(named))
    if change.get("bridge"):
        broken = np.max([bridges for _, bridges in closed.values()], axis=0) > 0
        fits &= (flags(roads["ford"], False) & ~flags(roads["bridge"], False)) | broken
    if set(change) <= {"drain", "susceptibility_share"}:
        slides = np.max([days for days, _ in closed.values()], axis=0) > 0
        fits &= ~flags(roads["drain"], False) | slides
    return np.where(fits, cost, np.inf)


def closed_days(tables: Tables, at: date) -> dict[str, tuple[Floats, Floats]]:
    """By mode: (roads,) days of the last 365 shut by slides and floods, and by the bridge.

    Roads in the order of `in_force`. Overlapping closures of one road and cause count once.
    Closures that are still open count to ``at``.
    """
    ground = network.lay(tables, at)
    every = isolation.read(tables, ground)
    causes = every.only(~every.bridge), every.only(every.bridge)

    def days(mode: str, some: isolation.Closures) -> Floats:
        return isolation.closed_days(some, mode=mode, at=at, roads=len(ground.roads))

    return {mode: (days(mode, causes[0]), days(mode, causes[1])) for mode in MODES}


def in_force(tables: Tables, at: date) -> pa.Table:
    """The roads that hold on a day, in the order of `measure.network.lay`, with `ROADS`."""
    return tables.valid("roads", at, ROADS)


def ids(table: pa.Table) -> list[str]:
    """The ids of a table's rows."""
    found: list[str] = pc.cast(table["id"], pa.string()).to_pylist()
    return found
