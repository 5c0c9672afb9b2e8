"""Where to open a service so that villages without one have it near: disjoint sites.

Greedy cover: the site that reaches most people nobody reaches yet, then the next. Each village
is counted at one site only, so the gains of the sites add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.text import Text
from hoaban.measure import access, network
from hoaban.measure.network import Ints, Ways
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders.draft import Site, Terms, at_village, draft, in_commune, on
from hoaban.plan.works import Work, WorkKind


@dataclass(frozen=True, slots=True)
class Cover:
    """One site, by the number of its goal, and the villages it is counted for, by position."""

    goal: int
    villages: tuple[int, ...]


def cover(ways: Ways, goals: Ints, villages: Ints, people: Ints, limit: float) -> list[Cover]:
    """Sites among ``goals`` that together serve every village that any of them can.

    ways
        The links that may be travelled.
    goals, villages
        Node numbers; -1 is nowhere.
    people
        (villages,) people of each.
    limit
        The most minutes at which a village is served.

    Returns the sites in the order in which they were found; ties go to the first goal.
    """
    near = limit >= ways.matrix(goals, villages).T
    left = np.ones(len(villages), bool)
    found: list[Cover] = []
    while True:
        reached = near @ (people * left)
        if not len(reached) or reached.max() <= 0:
            return found
        best = int(reached.argmax())
        served = near[best] & left
        found.append(Cover(best, tuple(np.flatnonzero(served).tolist())))
        left &= ~served


def leg(facts: Facts, name: str, villages: Ints) -> float:
    """What giving some villages one leg of T3 (health, education, water) adds, in shares of T3."""
    return float(facts.deficits[name][villages].sum())


def stations(facts: Facts, raised: Sequence[WorkKind], opened: Sequence[WorkKind]) -> list[Work]:
    """Stations to raise to the criteria, then points to open for villages still too far.

    ``raised`` are the kinds of verb ``below_standard``, ``opened`` those of ``beyond_station``;
    of several kinds that could open a site, a rival of each is proposed.
    """
    mode, season = facts.number("access.mode"), facts.number("access.season")
    ways = network.ways(facts.tables, facts.at, mode, season)
    nodes = network.lay(facts.tables, facts.at).numbers(facts.villages["node"])
    limit = float(facts.number("access.station_minutes_max"))
    unserved = np.flatnonzero(~facts.flag("has_health"))
    works: list[Work] = []
    for kind in raised:
        rows = _failing(facts, kind)
        goals = network.lay(facts.tables, facts.at).numbers(_column(rows, "node"), "facilities")
        found = cover(ways, goals, nodes[unserved], facts.people[unserved], limit)
        works += [_raise(facts, kind, rows[c.goal], unserved[list(c.villages)]) for c in found]
        served = [v for c in found for v in c.villages]
        unserved = np.delete(unserved, served)
    found = cover(ways, nodes[unserved], nodes[unserved], facts.people[unserved], limit)
    for site in found:
        works += _rivals(facts, opened, unserved, site, leg_name="health", limit=limit)
    return works


def schools(facts: Facts, kinds: Sequence[WorkKind]) -> list[Work]:
    """Boarding places for villages beyond the legal distances; a school where it is enough.

    A boarding site that would serve one village which lacks a school of one stage only gives
    way to that school.
    """
    by_stage = {str(kind.where["stage"]): kind for kind in kinds}
    lacking = np.flatnonzero(~facts.flag("has_education"))
    ground = network.lay(facts.tables, facts.at)
    nodes = ground.numbers(facts.villages["node"])
    mode, season = facts.number("access.mode"), facts.number("access.season")
    ways = network.ways(facts.tables, facts.at, mode, season)
    limit = float(max(facts.number("access.minutes_shown")))
    found = cover(ways, nodes[lacking], nodes[lacking], facts.people[lacking], limit)
    works: list[Work] = []
    for site in found:
        stages = _stages(facts, int(lacking[site.goal]))
        alone = len(site.villages) == 1 and len(stages) == 1 and stages[0] in by_stage
        kind = by_stage.get(stages[0] if alone else "boarding")
        if kind is not None:
            works += _rivals(facts, [kind], lacking, site, leg_name="education", limit=limit)
    return works


def _stages(facts: Facts, village: int) -> list[str]:
    """The stages whose school is too far from a village on foot."""
    km = {s: facts.decimals(f"km_school_{s}")[village] for s in ("primary", "lower", "upper")}
    return [s for s, d in km.items() if not d < facts.number(f"school.distance_km_{s}")]


def _failing(facts: Facts, kind: WorkKind) -> list[dict[str, Any]]:
    """Facilities in service of the kind that do not meet their standard, in order of id."""
    columns = ["id", "area", "kind", "node", "standard_met", "functioning", "opened", "closed"]
    table = facts.tables.valid("facilities", facts.at, columns)
    table = table.filter(access.in_service(table, facts.at)).sort_by("id")
    return [
        row
        for row in table.to_pylist()
        if row["kind"] == kind.where["kind"] and row["standard_met"] is False and row["node"]
    ]


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> Any:
    return pa.array([row[name] for row in rows], pa.string())


def _raise(facts: Facts, kind: WorkKind, row: Mapping[str, Any], villages: Ints) -> Work:
    commune = row["area"]
    name, people = commune_name(facts, commune), int(facts.people[villages].sum())
    site = in_commune(facts, commune, villages, kind)
    return draft(
        facts,
        kind,
        Site(f"{kind.id}:{row['id']}", site.commune, None, site.villages),
        quantity=1,
        gains={"T3": leg(facts, "health", villages)},
        effects=on(kind, row["id"]),
        why=Text(
            f"Trạm y tế ở {name} chưa đạt tiêu chí quốc gia; nâng lên thì {people} người ở "
            f"{len(villages)} bản gần đó có trạm đạt chuẩn.",
            f"The station in {name} does not meet the national criteria; raising it gives "
            f"{people} people in {len(villages)} villages near it a standard station.",
        ),
    )


_WORDS = {
    "health": (
        "trạm y tế đạt tiêu chí trong {limit} phút",
        "a standard station in {limit} minutes",
    ),
    "education": (
        "trường trong khoảng cách quy định hoặc chỗ bán trú trong {limit} phút",
        "a school within the legal distance or a boarding place in {limit} minutes",
    ),
}


def _rivals(
    facts: Facts,
    kinds: Sequence[WorkKind],
    positions: Ints,
    site: Cover,
    *,
    leg_name: str,
    limit: float,
) -> list[Work]:
    """One candidate of each kind that fits the number of people, for one site."""
    here, villages = int(positions[site.goal]), positions[list(site.villages)]
    people, name = int(facts.people[villages].sum()), facts.village_name(here)
    vi, en = (words.format(limit=round(limit)) for words in _WORDS[leg_name])
    why = Text(
        f"{people} người ở {len(villages)} bản quanh {name} chưa có {vi}; mở ở đây thì có.",
        f"{people} people in {len(villages)} villages around {name} do not have {en}; "
        "opening one here gives it.",
    )
    works = []
    for kind in kinds:
        least, most = kind.where.get("people_min", 0), kind.where.get("people_max", people)
        if not least <= people <= most:
            continue
        at = at_village(facts, here, kind)
        served = Site(at.id, at.commune, at.village, tuple(villages.tolist()))
        works.append(
            draft(
                facts,
                kind,
                served,
                quantity=1,
                gains={"T3": leg(facts, leg_name, villages)},
                effects=on(kind, str(facts.code[here])),
                why=why,
                terms=Terms(rival=f"{leg_name}:{facts.code[here]}"),
            )
        )
    return works
