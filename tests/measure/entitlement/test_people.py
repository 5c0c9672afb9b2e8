"""What the register tells of everybody, and what it leaves open."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hoaban.base import law as laws
from hoaban.measure.entitlement import people
from hoaban.measure.entitlement.conditions import AGE, CHOICES, PENSION, YEAR_AGE
from hoaban.measure.poverty.standards import in_force
from hoaban.record.answers import ANSWERS
from tests.measure.entitlement.persons import LAW
from tests.measure.entitlement.register import ON, ONE, TWO, person, register, table


def test_the_year_of_birth_leaves_one_year_open() -> None:
    facts = people.facts(register([person("A", "H1", ONE, birth_year=1951)]), ON)
    assert [ends.tolist() for ends in facts.ranges[AGE]] == [[74], [75]]
    assert [ends.tolist() for ends in facts.ranges[YEAR_AGE]] == [[75], [75]]


def test_on_the_last_day_of_the_year_every_birthday_is_past() -> None:
    last = date(2026, 12, 31)
    facts = people.facts(register([person("A", "H1", ONE, birth_year=1951)]), last)
    assert [ends.tolist() for ends in facts.ranges[AGE]] == [[75], [75]]


def test_a_child_of_this_year_is_not_less_than_nothing() -> None:
    facts = people.facts(register([person("A", "H1", ONE, birth_year=2026)]), ON)
    assert [ends.tolist() for ends in facts.ranges[AGE]] == [[0], [0]]


def test_area_class_and_ethnicity_come_from_household_and_village() -> None:
    facts = people.facts(register(), ON)
    assert facts.codes["zone"].tolist() == [2, 2, 2, 1, 1, 1, 1]
    assert facts.codes["specially_difficult_village"].tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert facts.codes["class"].tolist() == [2, 2, 0, 3, 3, 3, 3]
    assert facts.codes["minority"].tolist() == [1, 1, 0, 0, 0, 0, 0]


def test_what_is_missing_is_unknown() -> None:
    lost = person("A", "H9", ONE, allowance=None, merit=None, pension_vnd=None, school_stage=None)
    known = person("B", "H1", ONE)
    facts = people.facts(register([lost, known]), ON)
    for name in ("class", "minority", "allowance", "merit", "pupil"):
        assert facts.codes[name][0] == -1, name
    assert [ends.tolist() for ends in facts.ranges[PENSION]] == [[0, 0], [people.RICHEST, 0]]


def test_an_ethnicity_that_is_not_recorded_is_unknown() -> None:
    facts = people.facts(register(ethnicity=(None, " kinh ", "Thái")), ON)
    assert facts.codes["minority"].tolist() == [-1, -1, 0, 1, 1, 1, 1]


def test_a_list_without_a_property_does_not_record_it() -> None:
    bare = register([person("A", "H1", ONE)])
    bare = people.Register(
        people=bare.people.drop_columns(["disability", "merit", "pension_vnd"]),
        households=bare.households,
        villages=bare.villages,
        classes=bare.classes,
        zones=bare.zones,
        majority=bare.majority,
    )
    facts = people.facts(bare, ON)
    assert not facts.has(["disability"])
    assert not facts.has([PENSION])
    assert facts.has(["allowance", "class", AGE])


def test_the_class_is_the_decided_one_else_the_rules_own() -> None:
    reviews = table(
        [
            {
                "key": f"{home}-2025",
                "area": area,
                "household": home,
                "income_per_head_vnd": income,
                "decided": decided,
                **dict.fromkeys(ANSWERS, 0),
            }
            for home, area, income, decided in (
                ("H1", ONE, 1_600_000, None),  # above the rural line: average
                ("H3", TWO, 1_600_000, None),  # at most the urban line, lacks nothing: near-poor
                ("H2", ONE, 1_600_000, "poor"),
            )
        ]
    )
    reg = register()
    found = people.standing(reg.households, reviews, reg.villages, in_force(LAW, ON))
    assert found.tolist() == [CHOICES["class"][n] for n in ("average", "poor", "near_poor")]
    none = people.standing(reg.households, reviews.slice(0, 0), reg.villages, in_force(LAW, ON))
    assert none.tolist() == [-1, -1, -1]


def test_only_rows_that_hold_on_the_day_are_counted() -> None:
    rows = table(
        [
            {"key": "past", "valid_to": ON},
            {"key": "now", "valid_to": date(2026, 11, 25)},
            {"key": "coming", "valid_from": date(2026, 11, 25)},
            {"key": "open"},
        ]
    )
    assert people.holding(rows, ON)["key"].to_pylist() == ["now", "open"]


def test_a_list_of_communes_stands_for_the_paper(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "insurance.communes_named:\n  - {value: {poor_commune: ['00001']}, unit: codes,"
        " valid_from: 2025-07-01, source: test, confidence: assumed}\n",
        "utf-8",
    )
    named = people.communes_named(laws.read(tmp_path), ON, "11/")
    assert named == {"poor_commune": frozenset({"11/00001/"})}
    assert people.communes_named(LAW, ON, "11/") == {}
    reg = register()
    facts = people.facts(
        people.Register(
            reg.people, reg.households, reg.villages, reg.classes, reg.zones, "Kinh", named
        ),
        ON,
    )
    assert facts.codes["poor_commune"].tolist() == [1, 1, 1, 0, 0, 0, 0]


def test_a_paper_nobody_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "insurance.communes_named:\n  - {value: {poor_comune: []}, unit: codes,"
        " valid_from: 2025-07-01, source: test, confidence: assumed}\n",
        "utf-8",
    )
    with pytest.raises(people.NoSuchPaper, match="poor_commune"):
        people.communes_named(laws.read(tmp_path), ON, "11/")


def test_villages_are_sorted_and_everybody_is_in_one() -> None:
    mixed = register([person("A", "H3", TWO), person("B", "H1", ONE)])
    paths, at = people.villages_of(mixed)
    assert paths == (ONE, TWO)
    assert at.tolist() == [1, 0]
    assert isinstance(mixed.people, pa.Table)
    assert np.array_equal(mixed.household(), [2, 0])
