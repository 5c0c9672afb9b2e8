"""Safeguards of works: land, consultation and its language, grievances, hazard. What is missing?

On record are the columns of the list ``works``, the meeting that proposed a work, and for roads
what closed them before. What is not on record counts as missing, never as done.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hoaban.base.text import Text
from hoaban.measure.tables import Tables
from hoaban.plan.facts import Facts
from hoaban.plan.works import Work

COLUMNS = (
    "land_given",  # not_needed, given, pending
    "consultation_held_on",
    "consultation_language",
    "grievance_channel",  # village_head, commune_office, community_board, hotline
    "hazard",  # none, landslide, flood, flash_flood, erosion
)
_CAUSES = ("landslide", "flood")  # of closures, that are a hazard of the place
_LABELS = {
    "land": Text("Đất cho công trình", "Land for the work"),
    "consultation": Text("Họp lấy ý kiến người dân", "Consultation held"),
    "language": Text("Họp bằng tiếng của bản", "Held in the language of the village"),
    "grievance": Text("Nơi nhận kiến nghị, khiếu nại", "Grievance channel"),
    "hazard": Text("Nguy cơ thiên tai tại chỗ", "Hazard at the place"),
}
_NOT_NEEDED = Text("Không cần", "Not needed")
_NOT_ON_RECORD = Text("Chưa có hồ sơ", "Nothing on record")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist.

    ``value`` is what is on record in ``column`` of the list ``works`` (a code, whose words are in
    the pack, or an ISO day); None where nothing is, and then ``note`` says what that means.
    """

    id: str
    label: Text
    done: bool
    column: str
    value: str | None
    note: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "id": self.id,
            "done": self.done,
            "label": {"vi": self.label.vi, "en": self.label.en},
            "column": self.column,
            "value": self.value,
            "note": self.note and {"vi": self.note.vi, "en": self.note.en},
        }


def columns(tables: Tables) -> list[str]:
    """The safeguard columns that a snapshot's list of works has: older ones have none."""
    has = tables["works"].columns
    return [name for name in COLUMNS if name in has]


def recorded(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of the register says of safeguards; an empty cell is left out."""
    return {name: row[name] for name in COLUMNS if row.get(name) is not None}


def with_hazards(works: Iterable[Work], facts: Facts) -> list[Work]:
    """The works, those on roads with the hazard that closed these roads most often before.

    ``none`` where nothing on record closed them; what a work says of itself stays.
    """
    causes: dict[str, Counter[str]] = {}
    closures = facts.tables.arrow("closures", ["road", "kind"])
    for road, kind in zip(closures["road"].to_pylist(), closures["kind"].to_pylist(), strict=True):
        if kind in _CAUSES:
            causes.setdefault(road, Counter())[kind] += 1
    found = []
    for work in works:
        roads = [r for e in work.effects if e.kind == "link" for r in e.on]
        if roads and "hazard" not in work.safeguards:
            count = sum((causes.get(road, Counter()) for road in set(roads)), Counter[str]())
            worst = max(_CAUSES, key=lambda cause: count[cause]) if count else "none"
            work = replace(work, safeguards={**work.safeguards, "hazard": worst})
        found.append(work)
    return found


def spoken(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The languages of each village by its code, the main one first."""
    table = facts.tables.valid("villages", facts.at, ["id", "languages"])
    pairs = zip(table["id"].to_pylist(), table["languages"].to_pylist(), strict=True)
    return {code: tuple(filter(None, (said or "").split(";"))) for code, said in pairs}


def checklist(
    work: Work, facts: Facts, languages: Mapping[str, tuple[str, ...]]
) -> tuple[Check, ...]:
    """The five lines for a work. ``languages`` is from `spoken`.

    What builds nothing (recurrent money) needs no land and no look at hazards; what concerns a
    whole commune and builds nothing needs no meeting of a village.
    """
    said, builds = work.safeguards, work.money == "investment"
    meets = builds or work.village is not None
    own = {
        one
        for place in work.facts.get("villages", ())
        for one in languages.get(str(facts.code[place]), ())
    }
    here = {
        "land": (builds, said.get("land_given") in ("given", "not_needed")),
        "consultation": (meets, "consultation_held_on" in said),
        "language": (meets, said.get("consultation_language") in own),
        "grievance": (True, "grievance_channel" in said),
        "hazard": (builds, "hazard" in said),
    }
    return tuple(
        _check(name, column, said.get(column), needed=here[name][0], done=here[name][1])
        for name, column in zip(here, COLUMNS, strict=True)
    )


def missing(work: Work, facts: Facts, languages: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The ids of the lines that are not done: land, consultation, language, grievance, hazard."""
    return tuple(one.id for one in checklist(work, facts, languages) if not one.done)


def _check(name: str, column: str, value: object, *, needed: bool, done: bool) -> Check:
    kept = None if value is None else str(value)
    note = None if kept else _NOT_ON_RECORD if needed else _NOT_NEEDED
    return Check(name, _LABELS[name], done or not needed, column, kept, note)
