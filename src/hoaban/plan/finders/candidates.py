"""Every work that a province could do: those under way, those asked for, those found.

Works under way and owed come from the register (``works``), villages' wishes from their meetings
(``proposals``). All others are found by the verbs of the packs' ``where``, from what was measured.
Works ``on_application`` are never found: a house or a resettlement is there only because a
household asked for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hoaban.base.problems import Problem
from hoaban.plan import safeguards
from hoaban.plan.facts import Facts
from hoaban.plan.finders import connect, desks, homes, proposals, sites, staffing
from hoaban.plan.finders.register import UnknownWork, registered
from hoaban.plan.money.sources import Sources
from hoaban.plan.works import Work, WorkKind
from hoaban.record.roads import RoadRules

__all__ = ["NoCandidates", "UnknownWork", "generate", "registered"]


class NoCandidates(Problem):
    vi = "Không tìm thấy công trình, nhiệm vụ nào để chọn; hãy kiểm tra gói và bản chốt số liệu."
    en = "No work was found to choose from; check the packs and the snapshot."


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
    """All candidates, works owed and under way first, then in order of id. Ids are stable.

    ``facts`` are those of the province with the works under way finished; ``begun`` is from
    `registered`. Each work keeps those of its sources that may pay for it. Raises `NoCandidates`
    when there is none, `hoaban.plan.money.sources.SourceMayNotPay` for a kind that no source of its
    pack may pay for, and the problems of `hoaban.plan.finders.proposals.read`.
    """
    found = safeguards.with_hazards([*begun, *_found(facts, kinds, rules)], facts)
    asked = proposals.read(facts, kinds)
    works = _after(_paid_by(proposals.join(facts, found, asked, kinds), facts, kinds), kinds)
    if not works:
        raise NoCandidates
    return sorted(works, key=lambda work: (not work.owed, not work.carry_over, work.id))


def _paid_by(works: Sequence[Work], facts: Facts, kinds: Mapping[str, WorkKind]) -> list[Work]:
    """The works with those of their sources that may pay for them, in their order."""
    sources, may = Sources.of(facts.law, facts.at), {}
    for kind in kinds.values():
        where = f"{kind.pack}/plan.yaml, works.{kind.id}"
        may[kind.id] = sources.allowed(kind.sources, kind.pack, kind.money, where=where)
        if kind.sources and not may[kind.id]:
            sources.check(kind.sources[0], kind.pack, kind.money, where=where)
    return [
        work
        if work.kind not in may or work.sources == may[work.kind]
        else replace(work, sources=sources.allowed(work.sources, work.pack, work.money))
        for work in works
    ]


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
