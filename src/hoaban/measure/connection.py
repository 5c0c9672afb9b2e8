"""T2: which communes are connected all year, by three tests, each shown by itself.

(a) the seat is reached by car in the wet season and was cut off on fewer days than allowed;
(b) enough of the commune's people have an all-season link by the prevailing means;
(c) there is a second way out by car, or an approved and stocked four-on-the-spot plan.
The roads of (a)'s first half and of (c) are taken as built; closures count as days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from hoaban.base.law import Law
from hoaban.measure import network
from hoaban.measure.compiled import kernel
from hoaban.measure.network import Flags, Floats, Ints, Ways
from hoaban.measure.reach import Reach
from hoaban.measure.tables import Tables

METHOD = "t2-network-2"
TABLES = ["road_nodes", "roads", "closures", "facilities", "villages", "four_on_the_spot"]
PARAMETERS = (
    "connection.closed_days_max",
    "connection.closed_days_shown",
    "connection.people_share_min",
    "connection.prevailing_mode",
    "connection.ways_out_min",
)


@dataclass(frozen=True, eq=False)
class Connection:
    """The three tests for each commune, (k,) each, and for each seat of before the merger.

    ``days`` cut-off days of the seat by car; ``share`` of people with an all-season link
    (nan where nobody lives); ``ways`` counted up to the number needed; ``a``, ``b``, ``c``
    the tests; ``met`` all three.
    """

    communes: list[str]
    days: Floats
    built: Flags
    share: Floats
    people: Ints
    linked: Ints
    ways: Ints
    plan: Flags
    a: Flags
    b: Flags
    c: Flags

    @property
    def met(self) -> Flags:
        """(k,) communes that pass all three tests."""
        return self.a & self.b & self.c


def connect(
    tables: Tables,
    law: Law,
    reach: Reach,
    villages: pa.Table,
    communes: Sequence[str],
    *,
    at: date,
) -> Connection:
    """The three tests for every commune.

    ``villages`` needs ``commune``, ``people`` and ``all_season_link``. A commune without a
    seat on the network fails (a) and has no way out.
    """
    most = law.number("connection.closed_days_max", at)
    least = law.number("connection.ways_out_min", at)
    seats = {a: n for a, k, n in _each_seat(reach) if k == "seat"}
    node = np.array([seats.get(c, -1) for c in communes], np.int64)
    days = np.where(node >= 0, reach.days["car"][node], np.nan)
    built = (node >= 0) & reach.built["car", "wet"][node]
    people, linked = by_group(villages, "commune", communes)
    share = _share(linked, people)
    ways = ways_out(network.ways(tables, at, "car", "wet"), reach.centre, node, least)
    plan = np.isin(np.array(communes), sorted(plans(tables, at)))
    return Connection(
        communes=list(communes),
        days=days,
        built=built,
        share=share,
        people=people,
        linked=linked,
        ways=ways,
        plan=plan,
        a=built & (days < most),
        b=share >= law.number("connection.people_share_min", at),
        c=(ways >= least) | plan,
    )


def by_group(villages: pa.Table, column: str, groups: Sequence[str]) -> tuple[Ints, Ints]:
    """(g,) people, and people with an all-season link, of the villages of each group."""
    place = np.asarray(
        pc.fill_null(pc.index_in(villages[column], value_set=pa.array(groups, pa.string())), -1)
    )
    people = np.asarray(pc.fill_null(villages["people"], 0), np.int64)
    link = network.flags(villages["all_season_link"], False)
    here = place >= 0
    all_ = np.bincount(place[here], people[here], len(groups)).astype(np.int64)
    linked = np.bincount(place[here], (people * link)[here], len(groups)).astype(np.int64)
    return all_, linked


def ways_out(ways: Ways, centre: int, nodes: Ints, least: int) -> Ints:
    """(nodes,) ways to the centre that share no road, counted up to ``least``.

    Only two-way roads count: a way out one cannot come back by is not one. The centre itself
    has all it needs; -1 has none. Two ways exist where no single road parts node and centre
    (Menger); more than two are counted by maximum flow.
    """
    road, first = np.unique(ways.road[ways.two_way], return_index=True)
    first = first[road >= 0]
    tail, head = ways.tail[ways.two_way][first], ways.head[ways.two_way][first]
    once, twice = _joined(tail, head, ways.size, centre)
    found = np.minimum(once[nodes].astype(np.int64) + twice[nodes], least)
    if least > 2:
        ends, count = np.unique(np.stack([tail, head]), axis=1, return_counts=True)
        both = np.concatenate([ends, ends[::-1]], axis=1)
        shape = (ways.size, ways.size)
        graph = csr_array((np.tile(count, 2).astype(np.int32), tuple(both)), shape=shape)
        for i in np.flatnonzero((found == 2) & (nodes != centre)):
            found[i] = min(least, maximum_flow(graph, int(nodes[i]), centre).flow_value)
    found[nodes == centre] = least
    found[nodes < 0] = 0
    return found


@kernel
def _joined(tail: Ints, head: Ints, size: int, centre: int) -> tuple[Flags, Flags]:
    """(size,) nodes joined to the centre, and those that no single road would part from it.

    Depth first from the centre, with the lowest node that each branch can climb back to
    (Tarjan, Inf. Process. Lett. 2, 1974, doi 10.1016/0020-0190(74)90003-9).
    """
    first, beside, road = _incident(tail, head, size)
    next_ = first[:-1].copy()
    seen, low = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    above, came_by = np.full(size, centre, np.int64), np.full(size, -1, np.int64)
    order, stack = np.empty(size, np.int64), np.empty(size, np.int64)
    order[0] = stack[0] = centre
    seen[centre] = 0
    found, deep = 1, 1
    while deep > 0:
        node = stack[deep - 1]
        if next_[node] == first[node + 1]:
            deep -= 1
            low[above[node]] = min(low[above[node]], low[node])
            continue
        other, by = beside[next_[node]], road[next_[node]]
        next_[node] += 1
        if by == came_by[node]:
            continue
        if seen[other] >= 0:
            low[node] = min(low[node], seen[other])
            continue
        seen[other] = low[other] = found
        above[other], came_by[other] = node, by
        order[found] = stack[deep] = other
        found, deep = found + 1, deep + 1
    once, twice = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for node in order[:found]:  # a child that cannot climb past its link hangs on a bridge
        over = above[node]
        once[node] = True
        twice[node] = node == centre or (twice[over] and low[node] <= seen[over])
    return once, twice


@kernel
def _incident(tail: Ints, head: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """Where each node's roads begin, (size + 1,), the node at their other end, and the road."""
    first = np.zeros(size + 2, np.int64)
    for r in range(len(tail)):
        first[tail[r] + 2] += 1
        first[head[r] + 2] += 1
    for v in range(size):
        first[v + 2] += first[v + 1]
    beside, road = np.empty(2 * len(tail), np.int64), np.empty(2 * len(tail), np.int64)
    for r in range(len(tail)):
        for v, other in ((tail[r], head[r]), (head[r], tail[r])):
            beside[first[v + 1]], road[first[v + 1]] = other, r
            first[v + 1] += 1
    return first[:-1], beside, road


def plans(tables: Tables, at: date) -> set[str]:
    """Communes whose four-on-the-spot plan is approved and stocked beyond the day."""
    table = tables.valid("four_on_the_spot", at, ["area", "approved_on", "stocked_until"])
    approved = pc.fill_null(pc.less_equal(table["approved_on"], pa.scalar(at)), False)
    stocked = pc.fill_null(pc.greater_equal(table["stocked_until"], pa.scalar(at)), False)
    return set(table.filter(pc.and_(approved, stocked))["area"].to_pylist())


def _each_seat(reach: Reach) -> list[tuple[str, str, int]]:
    seats = reach.seats
    return list(zip(seats.areas, seats.kinds, seats.nodes.tolist(), strict=True))


def old_seats(
    tables: Tables, law: Law, reach: Reach, villages: pa.Table, *, at: date
) -> dict[str, Any]:
    """Tests (a) and (c) at every seat of before the merger, (b) over every old commune."""
    nodes = reach.seats.nodes
    car = reach.days["car"][nodes]
    built = reach.built["car", "wet"][nodes] & (nodes >= 0)
    least = law.number("connection.ways_out_min", at)
    ways = ways_out(network.ways(tables, at, "car", "wet"), reach.centre, nodes, least)
    olds = sorted(pc.unique(pc.drop_null(villages["old_commune"])).to_pylist())
    people, linked = by_group(villages, "old_commune", olds)
    enough = _share(linked, people) >= law.number("connection.people_share_min", at)
    most = law.number("connection.closed_days_max", at)
    return {
        "seats": len(nodes),
        "a_met": int((built & (car < most)).sum()),
        "a_shown": shown(law, built, car, at),
        "c_ways_met": int((ways >= least).sum()),
        "old_communes": len(olds),
        "b_met": int(enough.sum()),
    }


def shown(law: Law, built: Flags, days: Floats, at: date) -> dict[str, int]:
    """How many would pass (a) under each number of days that is shown beside."""
    limits = law.number("connection.closed_days_shown", at)
    return {str(limit): int((built & (days < limit)).sum()) for limit in limits}


def target(found: Connection, law: Law, old: dict[str, Any], *, at: date) -> dict[str, Any]:
    """T2's value (share of communes that pass all three tests; None without communes), parts."""
    of = len(found.communes)
    tests = {"a": found.a, "b": found.b, "c": found.c}
    rows = [
        {
            "commune": commune,
            "met": bool(found.met[i]),
            **{name: bool(test[i]) for name, test in tests.items()},
            "seat_days_cut_off": _number(found.days[i]),
            "people_share_linked": _number(found.share[i]),
            "ways_out": int(found.ways[i]),
            "four_on_the_spot": bool(found.plan[i]),
        }
        for i, commune in enumerate(found.communes)
    ]
    return {
        "value": found.met.sum().item() / of if of else None,
        "unit": "share of communes",
        "parts": {
            "communes": of,
            "connected": int(found.met.sum()),
            "a": {"met": int(found.a.sum()), "shown": shown(law, found.built, found.days, at)},
            "b": {"met": int(found.b.sum()), **_people(found)},
            "c": {
                "met": int(found.c.sum()),
                "ways": int((found.ways >= law.number("connection.ways_out_min", at)).sum()),
                "plans": int(found.plan.sum()),
            },
            "old": old,
            "by_commune": rows,
        },
    }


def _people(found: Connection) -> dict[str, Any]:
    people, linked = int(found.people.sum()), int(found.linked.sum())
    return {"people": people, "linked": linked, "share": linked / people if people else None}


def _share(part: Ints, whole: Ints) -> Floats:
    found: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return found


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
