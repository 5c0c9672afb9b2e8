"""What each road becomes under each combination of works that can meet on it.

A road mended by several works keeps the best of each (`plan.on_ground.roads`). Few works meet on
one road, so all their combinations are made once, by the very functions that build works into the
tables: each combination is a road of its own there, called a state.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure import isolation, network
from hoaban.measure.isolation import Closures
from hoaban.measure.network import MODES, SEASONS, Ground
from hoaban.measure.tables import Tables
from hoaban.plan.effects import on_ground
from hoaban.plan.joint.parts import Flags, Floats, Ints
from hoaban.plan.works import Effect, Work
from hoaban.record.roads import RoadRules

_Key = tuple[tuple[str, Any], ...]  # one change of roads, as a work's effect gives it
Changes = Mapping[int, frozenset[_Key]]  # by road


@dataclass(frozen=True, eq=False)
class RoadStates:
    """States are numbered from 0; (states,) each.

    ``road`` its road among those of ``ground``; ``speed_kmh[mode, season]`` 0 where it cannot be
    passed; ``closures`` their recorded closures, whose ``road`` is the number of a state.
    ``touches`` (works,) which works mend a road at all. ``table`` the roads as they are in each
    state, like ``roads``, but for ``id``.
    """

    ground: Ground
    road: Ints
    speed_kmh: Mapping[tuple[str, str], Floats]
    closures: Closures
    touches: Flags
    table: pa.Table
    _number: Mapping[tuple[int, frozenset[_Key]], int]
    _does: Mapping[int, Mapping[int, frozenset[_Key]]]  # work -> road -> its changes

    @classmethod
    def of(cls, tables: Tables, works: list[Work], rules: RoadRules, at: date) -> "RoadStates":
        """All states that any set of the works can bring about."""
        ground = network.lay(tables, at)
        place = {road: n for n, road in enumerate(ground.roads.to_pylist())}
        does = {n: found for n, work in enumerate(works) if (found := _does(work, place))}
        keys: dict[int, set[_Key]] = {}
        for roads in does.values():
            for road, some in roads.items():
                keys.setdefault(road, set()).update(some)
        states = [
            (road, frozenset(some))
            for road in sorted(keys)
            for size in range(1, len(keys[road]) + 1)
            for some in combinations(sorted(keys[road], key=str), size)
        ]
        table, speed, closures = _built(tables, ground, states, rules, at)
        touches = np.zeros(len(works), bool)
        touches[list(does)] = True
        return cls(
            ground=ground,
            road=np.array([road for road, _ in states], np.int64),
            speed_kmh=speed,
            closures=closures,
            touches=touches,
            table=table,
            _number={state: n for n, state in enumerate(states)},
            _does=does,
        )

    def states(self, chosen: Collection[int]) -> tuple[int, ...]:
        """The states of the roads that some works mend together, in order."""
        return self.numbered(self.changes(chosen, {}))

    def changes(self, more: Collection[int], had: Changes) -> dict[int, frozenset[_Key]]:
        """What is done to the roads that ``more`` works mend, on top of what ``had`` been done."""
        keys: dict[int, frozenset[_Key]] = {}
        for work in more:
            for road, some in self._does.get(work, {}).items():
                keys[road] = keys.get(road, had.get(road, frozenset())) | some
        return keys

    def numbered(self, changes: Changes) -> tuple[int, ...]:
        """The states that changes of roads come to, in order."""
        return tuple(sorted(self._number[one] for one in changes.items()))

    def groups(self) -> list[tuple[int, ...]]:
        """The works that mend each road."""
        found: dict[int, list[int]] = {}
        for work, roads in self._does.items():
            for road in roads:
                found.setdefault(road, []).append(work)
        return [tuple(works) for _, works in sorted(found.items())]

    def links(self, states: tuple[int, ...]) -> tuple[Ints, Ints]:
        """The links of the ground's hierarchy that states change, and the state of each."""
        given = np.array(states, np.int64)
        road = self.road[given]
        back = self.ground.two_way[road]
        size = len(self.ground.roads)
        return np.concatenate([road, size + road[back]]), np.concatenate([given, given[back]])


def _does(work: Work, place: Mapping[str, int]) -> dict[int, frozenset[_Key]]:
    found: dict[int, frozenset[_Key]] = {}
    for effect in work.effects:
        if effect.kind == "link":
            key: _Key = tuple(sorted(effect.given.items()))
            for road in effect.on:
                if road in place:
                    number = place[road]
                    found[number] = found.get(number, frozenset()) | {key}
    return found


def _built(
    tables: Tables,
    ground: Ground,
    states: list[tuple[int, frozenset[_Key]]],
    rules: RoadRules,
    at: date,
) -> tuple[pa.Table, dict[tuple[str, str], Floats], Closures]:
    """Each state built into a table of its own road, its speeds and its closures."""
    table = tables.arrow("roads")
    last = {road: n for n, road in enumerate(table["id"].to_pylist())}
    rows = np.array([last[road] for road in ground.roads.to_pylist()], np.int64)
    number = np.array([road for road, _ in states], np.int64)
    names = [f"state:{n}" for n in range(len(states))]
    some = table.take(pa.array(rows[number], pa.int64()))
    column = some.column_names.index("id")
    some = some.set_column(column, some.schema.field("id"), pa.array(names, pa.string()))
    effects: dict[_Key, list[str]] = {}
    for name, (_, keys) in zip(names, states, strict=True):
        for key in keys:
            effects.setdefault(key, []).append(name)
    done = [Effect("link", dict(key), tuple(on)) for key, on in effects.items()]
    after, stays = on_ground.roads(some, done, rules)
    speed = {
        (mode, season): network.speed_of(after, mode, season)
        for mode in MODES
        for season in SEASONS
    }
    return after, speed, _closures(tables, ground, number, stays, at)


def _closures(
    tables: Tables,
    ground: Ground,
    number: Ints,
    stays: Mapping[str, tuple[float, bool]],
    at: date,
) -> Closures:
    """The closures of each state's road, as they would have been in that state."""
    table, names = tables.arrow("closures"), [f"state:{n}" for n in range(len(number))]
    closed = np.asarray(
        pc.fill_null(pc.index_in(table["road"], value_set=ground.roads), -1), np.int64
    )
    order = np.argsort(number, kind="stable")
    first = np.searchsorted(number[order], closed)
    past = np.searchsorted(number[order], closed, side="right")
    count = past - first
    rows = np.repeat(np.arange(len(closed)), count)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    state = order[np.repeat(first, count) + offset] if len(rows) else np.zeros(0, np.int64)
    some = table.take(pa.array(rows, pa.int64()))
    column = some.column_names.index("road")
    road = pa.array([names[n] for n in state.tolist()], pa.string())
    some = some.set_column(column, some.schema.field("road"), road)
    return isolation.of_table(on_ground.closures(some, stays, at), pa.array(names, pa.string()))
