"""What villages asked for at a meeting, put to the works that were found, and what came of it.

A proposal that its meeting carried marks the work that does what it asks: the same kind of work
for the same village, or on the same roads. What no generator found becomes a work of its own, at
the price of its pack. Votes raise no work above another: the plan prints what share was funded.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.plan.facts import Facts
from hoaban.plan.finders.draft import Site, Terms, draft
from hoaban.plan.finders.register import check_roads, kind_of
from hoaban.plan.works import Effect, Work, WorkKind

_VOTES = ("women_for", "women_against", "men_for", "men_against")
_COLUMNS = [
    *("id", "area", "village", "work", "targets", "held_on", "minutes", "language", *_VOTES),
    *("labour_days", "poor_exempt", "beneficiaries"),
]
NOT_CARRIED, NO_PLACE, NOT_CHOSEN = "not_carried", "no_place", "not_chosen"


class NotForVillages(Problem):
    vi = (
        "Bảng proposals, mã {id}: “{kind}” không do bản đề xuất (plan.yaml ghi: {who}); "
        "hãy chuyển cho xã hoặc tỉnh."
    )
    en = (
        "Table proposals, id {id}: “{kind}” is not for a village to propose (plan.yaml says: "
        "{who}); hand it to the commune or the province."
    )


class VillageUnknown(Problem):
    vi = "Bảng proposals, mã {id}: không có bản “{village}” vào ngày {at}; hãy sửa cột village."
    en = "Table proposals, id {id}: there is no village “{village}” on {at}; mend the column."


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of the list ``proposals``: what a village's meeting of ``held_on`` asked for.

    ``village`` is its position among the facts' villages, ``kind`` a kind of work. Votes are
    counted heads, ``labour_days`` days offered, ``beneficiaries`` households.
    """

    id: str
    commune: str
    village: int
    kind: str
    targets: tuple[str, ...]
    held_on: date
    minutes: str
    language: str | None
    women_for: int
    women_against: int
    men_for: int
    men_against: int
    labour_days: int
    poor_exempt: bool
    beneficiaries: int

    @property
    def carried(self) -> bool:
        """Whether more voted for it than against it."""
        return self.women_for + self.men_for > self.women_against + self.men_against

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        found = {**asdict(self), "held_on": self.held_on.isoformat(), "carried": self.carried}
        del found["village"]
        return found


def read(facts: Facts, kinds: Mapping[str, WorkKind]) -> tuple[Proposal, ...]:
    """The proposals in force whose meeting was held by the day of the facts, in order of id.

    None in a snapshot that has no such list. Raises `NotForVillages`, `VillageUnknown`,
    `hoaban.plan.finders.register.UnknownWork` and `WorkOutsideNetwork`, each naming the row.
    """
    if "proposals" not in facts.tables:
        return ()
    table = facts.tables.valid("proposals", facts.at, _COLUMNS)
    table = table.filter(pc.less_equal(table["held_on"], facts.at)).sort_by("id")
    place = facts.place_of()
    roads = set(facts.tables.arrow("roads", ["id"])["id"].to_pylist()) if len(table) else set()
    found = []
    for row in table.to_pylist():
        kind = kind_of("proposals", row["id"], row["work"], kinds)
        if "village" not in kind.proposed_by:
            raise NotForVillages(id=row["id"], kind=kind.id, who=", ".join(kind.proposed_by))
        if row["village"] not in place:
            at = facts.at.isoformat()
            raise VillageUnknown(id=row["id"], village=row["village"], at=at)
        targets = tuple(t for t in (row["targets"] or "").split(";") if t)
        check_roads("proposals", row["id"], kind, targets, roads)
        found.append(_proposal(row, place[row["village"]], targets))
    return tuple(found)


def _proposal(row: Mapping[str, Any], village: int, targets: tuple[str, ...]) -> Proposal:
    return Proposal(
        id=row["id"],
        commune=scope.commune_of(row["area"]),
        village=village,
        kind=row["work"],
        targets=targets,
        held_on=row["held_on"],
        minutes=row["minutes"],
        language=row["language"],
        **{name: row[name] or 0 for name in _VOTES},
        labour_days=row["labour_days"] or 0,
        poor_exempt=bool(row["poor_exempt"]),
        beneficiaries=row["beneficiaries"] or 0,
    )


def join(
    facts: Facts,
    works: Sequence[Work],
    asked: Iterable[Proposal],
    kinds: Mapping[str, WorkKind],
) -> list[Work]:
    """The works, each with the proposals it answers, then those that only a village asked for.

    A marked work has ``proposed_by`` village (one of the register keeps its own) and in ``facts``
    the ``proposals`` as JSON; the meeting is its consultation where none is on record. A road
    asked for without naming it is the village's link, whatever mends it; where there is none the
    proposal finds no place.
    """
    index = _Index(works)
    answers: dict[str, list[Proposal]] = {}
    own: list[Work] = []
    for one in asked:
        if not one.carried:
            continue
        kind = kinds[one.kind]
        work = index.answering(one, kind)
        if work is not None:
            answers.setdefault(work.id, []).append(one)
        elif kind.effect("link") is None or one.targets:
            own.append(_marked(_own(facts, one, kind), [one]))
    return [*(_marked(w, answers[w.id]) if w.id in answers else w for w in works), *own]


class _Index:
    """The works by what a proposal may name: a kind in a village, roads, the village's link."""

    def __init__(self, works: Sequence[Work]) -> None:
        self.by_kind: dict[tuple[str, int], list[Work]] = {}
        self.links: dict[int, list[Work]] = {}
        self.by_road: dict[str, list[Work]] = {}
        for work in (one for one in works if not one.owed):
            here = work.facts.get("villages", ())
            for village in here:
                self.by_kind.setdefault((work.kind, village), []).append(work)
            roads = {r for e in work.effects if e.kind == "link" for r in e.on}
            if roads and len(here) == 1:
                self.links.setdefault(here[0], []).append(work)
            for road in roads:
                self.by_road.setdefault(road, []).append(work)

    def answering(self, one: Proposal, kind: WorkKind) -> Work | None:
        """The work that does what is asked: begun, then of the village itself, then cheapest."""
        change = kind.effect("link")
        if change is None:
            found = self.by_kind.get((one.kind, one.village), [])
        elif one.targets:
            near = self.by_road.get(one.targets[0], [])
            found = [work for work in near if _does(work, change, one.targets)]
        else:
            found = self.links.get(one.village, [])
            found = [work for work in found if work.kind == one.kind] or found
        return min(
            found,
            key=lambda w: (not w.carry_over, w.village is None, w.cost_vnd, w.id),
            default=None,
        )


def _does(work: Work, change: Mapping[str, Any], roads: Sequence[str]) -> bool:
    """Whether a work makes a change on all of some roads."""
    on = {r for e in work.effects if e.kind == "link" and e.given == change for r in e.on}
    return on.issuperset(roads)


def _marked(work: Work, asked: Sequence[Proposal]) -> Work:
    last = max(asked, key=lambda one: (one.held_on, one.id))
    meeting: dict[str, Any] = {"consultation_held_on": last.held_on}
    if last.language:
        meeting["consultation_language"] = last.language
    held = "consultation_held_on" in work.safeguards
    return replace(
        work,
        proposed_by=work.proposed_by if "register" in work.facts else "village",
        facts={**work.facts, "proposals": tuple(one.as_json() for one in asked)},
        safeguards=work.safeguards if held else {**work.safeguards, **meeting},
    )


def _own(facts: Facts, one: Proposal, kind: WorkKind) -> Work:
    """A work that only the village asked for. What it adds, only the joint evaluation can say."""
    path, code = facts.path(one.village), str(facts.code[one.village])
    name, minutes = facts.village_name(one.village), one.minutes
    votes = (one.women_for, one.men_for)
    return draft(
        facts,
        kind,
        Site(f"proposal:{one.id}", one.commune, path, (one.village,)),
        quantity=_quantity(facts, one, kind),
        gains={},
        effects=[Effect(e.kind, e.given, one.targets or (code,)) for e in kind.effects],
        why=Text(
            f"{name} đề xuất tại cuộc họp bản (biên bản {minutes}): {votes[0]} nữ, {votes[1]} nam "
            "đồng ý.",
            f"{name} asked for it at a village meeting (minutes {minutes}): {votes[0]} women and "
            f"{votes[1]} men for.",
        ),
        terms=Terms(),
    )


def _quantity(facts: Facts, one: Proposal, kind: WorkKind) -> float:
    """How many units of the kind's price the proposal asks for."""
    unit = kind.cost.unit
    if unit == "household":
        return float(facts.households[one.village])
    if unit == "person":
        return float(facts.people[one.village])
    if unit == "km":
        roads = facts.tables.arrow("roads", ["id", "length_m"])
        mine = roads.filter(pc.is_in(roads["id"], pa.array(one.targets, pa.string())))
        return float(pc.sum(mine["length_m"]).as_py() or 0.0) / 1000
    return float(max(1, len(one.targets)))


@dataclass(frozen=True, slots=True)
class Funded:
    """What came of the proposals. ``share`` is funded / carried; None where none was carried.

    ``left`` by id: ``not_carried``, ``no_place`` (no work could be made of it), ``not_chosen``.
    ``women_share`` is women's part of all votes cast; None where nobody voted.
    """

    proposals: int
    carried: int
    funded: int
    labour_days: int
    women_share: float | None
    by_commune: Mapping[str, tuple[int, int]]  # carried, funded
    left: Mapping[str, str]

    @property
    def share(self) -> float | None:
        """The share of the carried proposals that the plan funds, 0-1."""
        return self.funded / self.carried if self.carried else None

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        rows = [
            {"commune": commune, "carried": counts[0], "funded": counts[1]}
            for commune, counts in sorted(self.by_commune.items())
        ]
        return {**asdict(self), "share": self.share, "by_commune": rows}


def funded(asked: Sequence[Proposal], works: Iterable[Work], chosen: Collection[str]) -> Funded:
    """What came of the proposals. ``works`` are from `join`, ``chosen`` ids of works."""
    of = {row["id"]: work.id for work in works for row in work.facts.get("proposals", ())}
    by_commune: dict[str, tuple[int, int]] = {}
    left: dict[str, str] = {}
    labour = 0
    for one in asked:
        if not one.carried:
            left[one.id] = NOT_CARRIED
            continue
        paid = of.get(one.id) in chosen
        if not paid:
            left[one.id] = NOT_CHOSEN if one.id in of else NO_PLACE
        labour += one.labour_days * paid
        before = by_commune.get(one.commune, (0, 0))
        by_commune[one.commune] = (before[0] + 1, before[1] + paid)
    women = sum(one.women_for + one.women_against for one in asked)
    votes = women + sum(one.men_for + one.men_against for one in asked)
    return Funded(
        proposals=len(asked),
        carried=sum(counts[0] for counts in by_commune.values()),
        funded=sum(counts[1] for counts in by_commune.values()),
        labour_days=labour,
        women_share=women / votes if votes else None,
        by_commune=by_commune,
        left=left,
    )
