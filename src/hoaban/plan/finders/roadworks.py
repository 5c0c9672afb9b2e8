"""The network with all that works could do to it, and a link written down as one work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.text import Text
from hoaban.measure import network
from hoaban.measure.network import Ground
from hoaban.plan.facts import Facts
from hoaban.plan.finders.draft import Site, whole
from hoaban.plan.finders.links import Link
from hoaban.plan.finders.repairs import Repairs, closed_days, ids, in_force, repairs
from hoaban.plan.works import ASSUMED, Effect, Work, WorkKind
from hoaban.record.roads import RoadRules

SINGLE = 0.1  # of a commune's share of T2, what its works earn one by one
# T2 counts communes, so only a pass moves it: what need adds up is this and not the gains.
MOVES_NOTHING = {"T2": 0.0}


@dataclass(frozen=True, eq=False)
class RoadPlan:
    """The network with all that works could do to it; ``roads`` are ids in its order."""

    ground: Ground
    table: pa.Table
    ids: list[str]
    repairs: Repairs
    centre: int
    seats: dict[str, int]  # node of the seat by the path of its commune


def road_plan(facts: Facts, kinds: Sequence[WorkKind], rules: RoadRules) -> RoadPlan:
    """The network on the day of the facts, with what the link works of ``kinds`` could do."""
    ground = network.lay(facts.tables, facts.at)
    table = in_force(facts.tables, facts.at)
    closed = closed_days(facts.tables, facts.at)
    price = {kind.id: facts.price(kind) for kind in kinds}
    seats = facts.tables.valid("facilities", facts.at, ["area", "kind", "node"])
    seats = seats.filter(pa.compute.equal(seats["kind"], "seat"))
    by_commune = dict(
        zip(
            seats["area"].to_pylist(),
            ground.numbers(seats["node"], "facilities").tolist(),
            strict=True,
        )
    )
    return RoadPlan(
        ground=ground,
        table=table,
        ids=ids(table),
        repairs=repairs(table, closed, kinds, rules, price),
        centre=by_commune[facts.place.centre_path],
        seats=by_commune,
    )


def tests(facts: Facts) -> list[dict[str, Any]]:
    """One row a commune: what T2 found of its three tests."""
    rows: list[dict[str, Any]] = facts.targets["T2"]["parts"]["by_commune"]
    return rows


def part(facts: Facts, row: dict[str, Any]) -> float:
    """The share of T2 that one failed test of a commune is worth."""
    failed = sum(not row[test] for test in ("a", "b", "c"))
    return 1.0 / len(tests(facts)) / failed


def link_work(
    facts: Facts,
    roads: RoadPlan,
    link: Link,
    site: Site,
    *,
    gain: float,
    why: Text,
    rival: str = "",
) -> Work:
    """One work over all the roads of a link, named after the kind that costs most of it."""
    parts, kinds = _parts(roads, link)
    costs = {
        name: _cost(facts, kind, roads.ground.length_m[parts[name]]) for name, kind in kinds.items()
    }
    main = kinds[max(costs, key=lambda name: (costs[name][1], name))]
    low, likely, high, upkeep = (whole(sum(c[i] for c in costs.values())) for i in range(4))
    effects = tuple(
        Effect("link", kinds[name].effect("link") or {}, tuple(roads.ids[r] for r in parts[name]))
        for name in sorted(parts)
    )
    return Work(
        id=site.id,
        kind=main.id,
        pack=main.pack,
        label=main.label,
        commune=site.commune,
        village=site.village,
        cost_vnd=likely,
        cost_low_vnd=low,
        cost_high_vnd=high,
        upkeep_vnd=upkeep,
        money=main.money,
        sources=main.sources,
        proposed_by="generated",
        carry_over=False,
        effects=effects,
        gains={"T2": gain} if gain > 0 else {},
        why=why,
        cost_source=_source(main, kinds.values()),
        people=int(facts.people[np.array(site.villages, np.int64)].sum()),
        build_years=max(kind.build_years for kind in kinds.values()),
        requires=link.requires,
        rival=rival,
        facts=_facts(roads, link, site, main),
    )


def _source(main: WorkKind, kinds: Iterable[WorkKind]) -> str:
    """Where the price is from: assumed as soon as one part of it is."""
    return ASSUMED if any(kind.cost.assumed for kind in kinds) else main.cost.source


def _facts(roads: RoadPlan, link: Link, site: Site, main: WorkKind) -> dict[str, Any]:
    return {
        "price_year": main.cost.year,
        "moves": MOVES_NOTHING,
        "villages": site.villages,
        "roads": tuple(roads.ids[r] for r in sorted(link.mends)),
    }


def _cost(facts: Facts, kind: WorkKind, metres: network.Floats) -> tuple[float, ...]:
    units = float(metres.sum()) / 1000 if kind.cost.unit == "km" else len(metres)
    scale = facts.price(kind) * units
    cost = kind.cost
    return tuple(amount * scale for amount in (cost.low, cost.likely, cost.high, cost.upkeep))


def _parts(roads: RoadPlan, link: Link) -> tuple[dict[str, list[int]], dict[str, WorkKind]]:
    """The roads that each kind of work mends, and the kinds, by the kind's id."""
    parts: dict[str, list[int]] = {}
    kinds: dict[str, WorkKind] = {}
    for road, by in sorted(link.mends.items()):
        for kind in roads.repairs.sets[by]:
            kinds[kind.id] = kind
            parts.setdefault(kind.id, []).append(road)
    return parts, kinds


def said(roads: RoadPlan, link: Link) -> Text:
    """What a link mends, in words: each kind with its kilometres or its number."""
    parts, kinds = _parts(roads, link)
    vi, en = [], []
    for name, numbers in parts.items():
        label, km = kinds[name].label, roads.ground.length_m[numbers].sum() / 1000
        by_km = kinds[name].cost.unit == "km"
        text = f"{km:.1f}" if by_km else f"{len(numbers)}"
        vi.append(f"{_small(label.vi)} ({text.replace('.', ',')}{' km' if by_km else ' chỗ'})")
        en.append(f"{_small(label.en)} ({text}{' km' if by_km else ''})")
    return Text(", ".join(vi), ", ".join(en))


def _small(text: str) -> str:
    """The text with a small first letter, to stand inside a sentence."""
    return text[:1].lower() + text[1:]


def code_of(path: str) -> str:
    """The last code of a path."""
    return path.rstrip("/").rsplit("/", 1)[-1]
