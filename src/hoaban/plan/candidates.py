"""Every work that a province could do: those under way, those applied for, those found.

Works under way come from the register (``works``). All others are found by the verbs of the
packs' ``where``, from what was measured. Works ``on_application`` are never found: a house or
a resettlement is there only because a household asked for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hoaban.base import scope
from hoaban.base.money import format_vnd
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.plan import connect, desks, homes, sites, staffing
from hoaban.plan.draft import Site, Terms, draft
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.works import Effect, Work, WorkKind
from hoaban.record.roads import RoadRules


class NoCandidates(Problem):
    vi = "Không tìm thấy công trình, nhiệm vụ nào để chọn; hãy kiểm tra gói và bản chốt số liệu."
    en = "No work was found to choose from; check the packs and the snapshot."


class UnknownWork(Problem):
    vi = "Bảng works, mã {id}: không gói nào có loại “{kind}”; gần nhất là “{nearest}”."
    en = "Table works, id {id}: no pack has the kind “{kind}”; the nearest is “{nearest}”."


Finder = Callable[[Facts, WorkKind], list[Work]]

# Verbs whose works are found kind by kind; the other verbs need all their kinds at once.
_EACH: dict[str, Finder] = {
    "lacking": homes.lacking,
    "broken": homes.broken,
    "without": homes.without,
    "poor_villages": homes.poor_villages,
    "undeployed": desks.undeployed,
    "far_villages": desks.far_villages,
    "undigitised": desks.undigitised,
}


def generate(
    facts: Facts, begun: Sequence[Work], kinds: Mapping[str, WorkKind], rules: RoadRules
) -> list[Work]:
    """All candidates, works under way first, then in order of id. Ids are stable between runs.

    ``facts`` are those of the province with the works under way finished; ``begun`` is from
    `registered`. Raises `NoCandidates` when there is none.
    """
    works = _after([*begun, *_found(facts, kinds, rules)], kinds)
    if not works:
        raise NoCandidates
    return sorted(works, key=lambda work: (not work.carry_over, work.id))


def _found(facts: Facts, kinds: Mapping[str, WorkKind], rules: RoadRules) -> list[Work]:
    by_verb: dict[str, list[WorkKind]] = {}
    for kind in kinds.values():
        by_verb.setdefault(kind.verb, []).append(kind)
    works = [
        work
        for verb, find in _EACH.items()
        for kind in by_verb.get(verb, ())
        for work in find(facts, kind)
    ]
    mended, stocked = by_verb.get("weak_links", []), by_verb.get("weak_exits", [])
    if mended or stocked:
        works += connect.connect(facts, mended, stocked, rules)
    raised, opened = by_verb.get("below_standard", []), by_verb.get("beyond_station", [])
    if raised or opened:
        works += sites.stations(facts, raised, opened)
    if "beyond_school" in by_verb:
        works += sites.schools(facts, by_verb["beyond_school"])
    legs = {str(kind.where["leg"]): kind for kind in by_verb.get("untrained", ())}
    return works + staffing.untrained(facts, legs)


def registered(facts: Facts, kinds: Mapping[str, WorkKind]) -> list[Work]:
    """Works of the register that still need money: under way, or approved on application.

    What is left to pay is the cost less what was spent, never below 0; finished, settled and
    suspended works are left out. Raises `UnknownWork`.
    """
    columns = ["id", "area", "work", "status", "cost_vnd", "spent_vnd", "fund", "targets"]
    table = facts.tables.valid("works", facts.at, [*columns, "village"]).sort_by("id")
    found = []
    for row in table.to_pylist():
        if row["status"] not in ("under_way", "approved"):
            continue
        if row["work"] not in kinds:
            near = nearest(row["work"], kinds)
            raise UnknownWork(id=row["id"], kind=row["work"], nearest=near)
        found.append(_registered(facts, kinds[row["work"]], row))
    return found


def _registered(facts: Facts, kind: WorkKind, row: Mapping[str, Any]) -> Work:
    begun = row["status"] == "under_way"
    left = max(0, (row["cost_vnd"] or 0) - (row["spent_vnd"] or 0))
    commune = scope.commune_of(row["area"])
    place = facts.place_of()
    here = place.get(row["village"] or "", -1)
    villages = (here,) if here >= 0 else tuple(facts.in_commune(commune).tolist())
    targets = tuple(t for t in (row["targets"] or "").split(";") if t)
    site = Site(row["id"], commune, facts.path(here) if here >= 0 else None, villages)
    why = _why(facts.village_name(here) if here >= 0 else commune_name(facts, commune), left, begun)
    at = targets or ((str(facts.code[here]),) if here >= 0 else (commune,))
    made = draft(
        facts,
        kind,
        site,
        quantity=0,
        gains=_gains(facts, kind, villages),
        effects=[Effect(effect.kind, effect.given, at) for effect in kind.effects],
        why=why,
        terms=Terms(facts={"register": row["id"]}),
    )
    sources = (row["fund"], *(s for s in kind.sources if s != row["fund"])) if row["fund"] else ()
    return replace(
        made,
        cost_vnd=left,
        cost_low_vnd=left,
        cost_high_vnd=left,
        cost_source="register",
        upkeep_vnd=(row["cost_vnd"] or 0) * kind.cost.upkeep // max(1, kind.cost.likely),
        facts={**made.facts, "price_year": None},
        sources=sources or kind.sources,
        proposed_by="province" if begun else "village",
        carry_over=begun,
        build_years=5 if begun else kind.build_years,
    )


def _why(name: str, left: int, begun: bool) -> Text:
    if not begun:
        return Text(
            "Đã được phê duyệt theo đơn của người dân.",
            "Approved on the application of the people concerned.",
        )
    return Text(
        f"Công trình chuyển tiếp ở {name}: đã làm một phần, còn {format_vnd(left)} đồng; "
        "xong việc dở rồi mới mở việc mới.",
        f"A work under way in {name}: part is done and {left // 10**6} million đồng remain; "
        "what was begun is finished before anything new is opened.",
    )


def _gains(facts: Facts, kind: WorkKind, villages: tuple[int, ...]) -> dict[str, float]:
    """What a registered work adds, where a simple sum can say it: water in one village."""
    if len(villages) != 1:
        return {}
    here = np.array(villages)
    return {"T3": homes.take_up(kind, "water_standard") * sites.leg(facts, "water", here)}


def _after(works: list[Work], kinds: Mapping[str, WorkKind]) -> list[Work]:
    """The works with what their kind says must come first in the same village."""
    first: dict[tuple[str, str | None], str] = {
        (work.kind, work.village): work.id for work in works if work.village
    }
    found = []
    for work in works:
        needed = tuple(
            first[name, work.village]
            for name in (kinds[work.kind].after if work.kind in kinds else ())
            if (name, work.village) in first and not work.carry_over
        )
        found.append(replace(work, requires=(*work.requires, *needed)) if needed else work)
    return found
