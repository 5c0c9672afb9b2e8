"""Land, consultation, language, grievances, hazard: what is on record and what is missing."""

from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.plan import safeguards
from hoaban.plan.finders.candidates import generate, registered
from hoaban.plan.works import Work
from tests.measure import world
from tests.plan import small
from tests.plan.asked import guarded
from tests.plan.small import KINDS, RULES

FULL = {
    "work": "build_bridge",
    "cost_vnd": 900,
    "targets": "r2",
    "village": "0003",
    "land_given": "given",
    "consultation_held_on": date(2024, 3, 1),
    "consultation_language": "hmn",
    "grievance_channel": "village_head",
    "hazard": "flood",
}


def missing(**changes: Any) -> tuple[str, ...]:
    """What is missing of a bridge at Che with everything on record but some changes."""
    facts = small.facts(small.tables(works=guarded({**FULL, **changes})))
    work = registered(facts, KINDS)[0]
    return safeguards.missing(work, facts, safeguards.spoken(facts))


def test_what_is_on_record_is_done() -> None:
    assert missing() == ()
    assert missing(land_given="not_needed", hazard="none") == ()


def test_what_is_not_on_record_is_missing() -> None:
    names = dict.fromkeys(safeguards.COLUMNS)
    assert missing(**names) == ("land", "consultation", "language", "grievance", "hazard")
    assert missing(land_given="pending") == ("land",)


def test_a_meeting_in_another_language_than_the_villages_does_not_count() -> None:
    assert missing(consultation_language="vi") == ("language",)


def test_an_older_snapshot_has_nothing_on_record() -> None:
    facts = small.facts(small.tables(works=small.works({"work": "build_bridge", "cost_vnd": 9})))
    work = registered(facts, KINDS)[0]
    assert work.safeguards == {}
    assert len(safeguards.missing(work, facts, safeguards.spoken(facts))) == 5


def test_what_builds_nothing_needs_no_land() -> None:
    facts = small.facts()
    found = generate(facts, [], small.kinds("train_governance"), RULES)
    lines = {c.id: c for c in safeguards.checklist(found[0], facts, safeguards.spoken(facts))}
    assert [name for name, line in lines.items() if not line.done] == ["grievance"]
    land, grievance = lines["land"].as_json(), lines["grievance"].as_json()
    assert land["note"] == {"vi": "Không cần", "en": "Not needed"}
    assert (grievance["column"], grievance["value"]) == ("grievance_channel", None)


def test_a_road_has_the_hazard_that_closed_it_most_often() -> None:
    def closed(road: str, kind: str, day: int) -> dict[str, Any]:
        return {**world.closure(road, f"2026-08-{day:02d}", f"2026-08-{day + 1:02d}"), "kind": kind}

    rows = [closed("r2", "flood", 1), closed("r2", "flood", 4), closed("r2", "landslide", 8)]
    closures = world.table("closures", [*rows, closed("r3", "bridge", 12)])
    facts = small.facts(small.tables(closures=closures))
    found: dict[str, Work] = {w.id: w for w in generate(facts, [], KINDS, RULES)}

    assert found["link:0003"].safeguards["hazard"] == "flood"
    assert found["link:0004"].safeguards["hazard"] == "none"
    assert "hazard" not in found["satellite_point:0003"].safeguards


def test_the_columns_are_those_of_the_list() -> None:
    facts = small.facts(small.tables(works=guarded(FULL)))
    assert set(safeguards.columns(facts.tables)) == set(safeguards.COLUMNS)
    assert facts.tables.arrow("works", ["hazard"])["hazard"].type == pa.string()
