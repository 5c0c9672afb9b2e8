"""T4: commune and village staff trained on both legs, social governance and the language served.

The denominator is everyone who holds a post of commune staff or a paid title of a village;
titles that nobody holds are shown as vacant. The language leg is passed by a course in a
language of the people served, or by a native speaker of one (by assessment). The people
served are the village's; for commune staff, those of the commune's villages. Where no
minority language is recorded, none is needed and the leg is passed.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure.poverty import share
from hoaban.measure.tables import Tables

METHOD = "t4-legs-1"
TABLES = ["staff", "training", "villages"]
PARAMETERS = ("training.courses", "staff.village_titles")
NATIONAL = "vi"  # the language every post-holder has


@dataclass
class Count:
    """Staff of one place: how many, with which legs, and how many were passed as natives."""

    staff: int = 0
    governance: int = 0
    language: int = 0
    native: int = 0
    both: int = 0
    speakers: int = 0  # who master a language of the people served

    def add(self, *, governance: bool, course: bool, native: bool, speaks: bool) -> None:
        """Count one post-holder."""
        self.staff += 1
        self.governance += governance
        self.language += course or native
        self.native += native and not course
        self.both += governance and (course or native)
        self.speakers += speaks or course or native

    def parts(self) -> dict[str, Any]:
        """Counts and the share with both legs (None without staff)."""
        return {
            "staff": self.staff,
            "governance": self.governance,
            "language": self.language,
            "language_as_native": self.native,
            "both": self.both,
            "share": share(self.both, self.staff),
        }


@dataclass
class Staff:
    """Who is trained, by village code, by commune path and by role."""

    villages: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    communes: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    roles: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    titles_held: int = 0
    titles: int = 0


def count(tables: Tables, law: Law, at: date) -> Staff:
    """The training of everyone in post on a day; courses passed later do not count."""
    course = law.number("training.courses", at)["governance"]
    titles = tuple(law.number("staff.village_titles", at))

    def make(course: str, titles: tuple[str, ...], at: date) -> Staff:
        return _count(tables, course, titles, at)

    return tables.once("staff.count", TABLES, make, course, titles, at)


def _count(tables: Tables, course: str, titles: tuple[str, ...], at: date) -> Staff:
    served, by_commune = _languages(tables, at)
    governed, learned = passed(tables, course, at)
    found = Staff(titles=len(served) * len(titles))
    held = set()
    columns = ["id", "area", "role", "title", "village", "languages", "native"]
    for row in tables.valid("staff", at, columns).to_pylist():
        commune = scope.commune_of(row["area"])
        in_village = row["role"] == "village"
        if in_village and row["title"] in titles:
            held.add((row["village"], row["title"]))
        need = served.get(row["village"], set()) if in_village else by_commune[commune]
        mastered = codes(row["languages"])
        legs = {
            "governance": row["id"] in governed,
            "course": bool(learned[row["id"]] & need),
            "native": not need or (bool(row["native"]) and bool(mastered & need)),
            "speaks": bool(mastered & need),
        }
        places = [found.communes[commune], found.roles[row["role"]]]
        for place in [*places, found.villages[row["village"]]] if in_village else places:
            place.add(**legs)
    found.titles_held = len(held)
    return found


def target(found: Staff) -> dict[str, Any]:
    """T4's value (share of staff with both legs; None without staff) and its parts."""
    whole = Count()
    for counted in found.roles.values():
        for name in vars(whole):
            setattr(whole, name, getattr(whole, name) + getattr(counted, name))
    return {
        "value": share(whole.both, whole.staff),
        "unit": "share of staff",
        "parts": {
            **whole.parts(),
            "commune": found.roles.get("commune", Count()).parts(),
            "village": found.roles.get("village", Count()).parts(),
            "village_titles": found.titles,
            "village_titles_vacant": found.titles - found.titles_held,
            "villages_without_speaker": without_speaker(found),
        },
    }


def without_speaker(found: Staff) -> int:
    """Villages with staff of whom nobody masters the village's language."""
    return sum(1 for c in found.villages.values() if c.staff and not c.speakers)


def _languages(tables: Tables, at: date) -> tuple[dict[str, set[str]], Mapping[str, set[str]]]:
    """The minority languages of each village, and of each commune's villages together."""
    villages: dict[str, set[str]] = {}
    communes: dict[str, set[str]] = defaultdict(set)
    for row in tables.valid("villages", at, ["id", "area", "languages"]).to_pylist():
        villages[row["id"]] = codes(row["languages"]) - {NATIONAL}
        communes[scope.commune_of(row["area"])] |= villages[row["id"]]
    return villages, communes


def passed(tables: Tables, course: str, at: date) -> tuple[set[str], Mapping[str, set[str]]]:
    """Who passed the governance course, and which languages each has passed, by a day."""
    governed: set[str] = set()
    learned: dict[str, set[str]] = defaultdict(set)
    columns = ["staff", "course", "language", "on", "passed"]
    for row in tables.arrow("training", columns).to_pylist():
        if not row["passed"] or row["on"] > at:
            continue
        if row["course"] == course:
            governed.add(row["staff"])
        elif row["language"]:
            learned[row["staff"]].add(row["language"])
    return governed, learned


def codes(joined: str | None) -> set[str]:
    """The language codes of a column that joins them with ``;``; none for a missing value."""
    return {code for code in (joined or "").split(";") if code}
