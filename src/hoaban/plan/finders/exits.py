"""Works for T2 (c): a second way out of a commune, or a stocked plan where there is none."""

from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from hoaban.base.text import Text
from hoaban.measure import network
from hoaban.measure.network import Flags, Ints
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders.draft import Site, Terms, draft, in_commune, on
from hoaban.plan.finders.links import Link, links
from hoaban.plan.finders.roadworks import (
    MOVES_NOTHING,
    SINGLE,
    RoadPlan,
    code_of,
    link_work,
    part,
    said,
    tests,
)
from hoaban.plan.works import Work, WorkKind

_ALWAYS = 400.0  # days: more than a year has, so that closures do not matter


def stocked_plans(facts: Facts, kind: WorkKind) -> list[Work]:
    """An approved and stocked four-on-the-spot plan for each commune without a second way."""
    works = []
    for row in tests(facts):
        if row["c"]:
            continue
        commune = row["commune"]
        name = commune_name(facts, commune)
        works.append(
            draft(
                facts,
                kind,
                in_commune(facts, commune, facts.in_commune(commune), kind),
                quantity=1,
                gains={"T2": SINGLE * part(facts, row)},
                effects=on(kind, commune),
                why=Text(
                    f"{name} chỉ có một lối ra; phương án bốn tại chỗ đã phê duyệt và dự trữ đủ "
                    "giữ được dân khi lối đó bị cắt.",
                    f"{name} has one way out only; an approved and stocked four-on-the-spot plan "
                    "carries people through when it is cut.",
                ),
                terms=Terms(rival=f"exit:{commune}", facts={"moves": MOVES_NOTHING}),
            )
        )
    return works


def second_ways(facts: Facts, roads: RoadPlan) -> list[Work]:
    """For each commune with one way out by car, the cheapest way that shares no road with it."""
    ways = network.ways(facts.tables, facts.at, "car", "wet")
    _, previous = dijkstra(
        ways.inward(), indices=np.array([roads.centre]), return_predecessors=True
    )
    works = []
    for row in tests(facts):
        commune = row["commune"]
        seat = roads.seats.get(commune, -1)
        if row["c"] or seat < 0 or previous[0][seat] < 0:
            continue
        barred = _along(ways, previous[0], seat, len(roads.ids))
        found = links(
            roads.ground,
            roads.repairs,
            mode="car",
            centre=roads.centre,
            targets={f"second:{code_of(commune)}": seat},
            days_max=_ALWAYS,
            claims={},
            barred=barred,
        )
        works += [_second(facts, roads, link, row) for link in found]
    return works


def _second(facts: Facts, roads: RoadPlan, link: Link, row: dict[str, Any]) -> Work:
    commune = row["commune"]
    name, what = commune_name(facts, commune), said(roads, link)
    why = Text(
        f"{name} chỉ có một lối ra bằng ô tô trong mùa mưa; lối thứ hai không chung đoạn nào: "
        f"{what.vi}.",
        f"{name} has one way out by car in the rains; a second one that shares no road with it: "
        f"{what.en}.",
    )
    site = Site(link.name, commune, None, tuple(facts.in_commune(commune).tolist()))
    return link_work(
        facts, roads, link, site, gain=SINGLE * part(facts, row), why=why, rival=f"exit:{commune}"
    )


def _along(ways: network.Ways, previous: Ints, node: int, roads: int) -> Flags:
    """(roads,) the roads of the quickest way from a node to the centre."""
    used = np.zeros(roads, bool)
    while previous[node] >= 0:
        towards = int(previous[node])
        same = np.flatnonzero((ways.tail == node) & (ways.head == towards) & (ways.road >= 0))
        used[ways.road[same[np.argmin(ways.minutes[same])]]] = True
        node = towards
    return used
