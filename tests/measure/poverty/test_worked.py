"""The worked households of the law folder, through the kernel."""

from typing import Any

import pytest

from hoaban.base.law import Case, cases
from hoaban.measure.poverty.classes import BY_POINTS, CLASSES, Answers, judge
from hoaban.measure.poverty.standards import Standard, in_force, named
from hoaban.record.answers import ANSWERS
from tests.measure.world import LAW, ROOT

GIVEN = ("area", "income_per_head_vnd", "points_a", "lacks", "unanswered")
EXPECT = ("class", "lacks", "open", "basis", "under")
NAMES = ("2022-2026", "2027-2030")
WORKED = {
    name: cases(
        ROOT / f"law/worked/poverty-{name}.yaml",
        given=GIVEN,
        expect=EXPECT,
        must=("area", "class"),
    )
    for name in NAMES
}
ALL = [(name, case) for name in NAMES for case in WORKED[name]]


def answers(case: Case) -> Answers:
    """One household from plain facts; whatever is not named was answered “no”."""
    given = case.given
    open_ = set(given.get("unanswered", ()))
    assert set(given.get("lacks", ())) | open_ <= {*ANSWERS, "income"}
    assert ("income_per_head_vnd" in given) != ("income" in open_)
    columns: dict[str, Any] = {
        name: [None if name in open_ else int(name in given.get("lacks", ()))] for name in ANSWERS
    }
    for name in ("income_per_head_vnd", "points_a"):
        columns[name] = [given.get(name)]
    return Answers.of(columns, [{"rural": True, "urban": False}[given["area"]]])


@pytest.mark.parametrize(("name", "case"), ALL, ids=[c.name for _, c in ALL])
def test_a_worked_household_has_the_class_the_law_gives_it(name: str, case: Case) -> None:
    rule: Standard = named(LAW, case.standard) if case.standard else in_force(LAW, case.on)
    judged = judge(answers(case), rule)
    found = {
        "class": CLASSES[int(judged.cls[0])],
        "lacks": int(judged.lacks[0]),
        "open": int(judged.open[0]),
        "basis": "points" if judged.basis[0] == BY_POINTS else "income",
        "under": {
            other: CLASSES[int(judge(answers(case), named(LAW, other)).cls[0])]
            for other in case.expect.get("under", ())
        },
    }
    assert rule.name == name
    assert {key: found[key] for key in case.expect} == dict(case.expect)
    assert found["open"] == case.expect.get("open", 0)


@pytest.mark.parametrize("name", NAMES)
def test_eight_kinds_of_household_stand_for_each_standard(name: str) -> None:
    worked, rule = WORKED[name], named(LAW, name)
    assert len(worked) >= 8
    incomes = {case.given.get("income_per_head_vnd") for case in worked}
    assert {rule.line_rural_vnd, rule.line_rural_vnd + 1} <= incomes
    assert {case.given["area"] for case in worked} == {"rural", "urban"}
    classes = {case.expect["class"] for case in worked}
    assert {"poor", "near_poor", "cannot_classify"} <= classes
    disagreeing = [c for c in worked if {*c.expect.get("under", {}).values()} - {c.expect["class"]}]
    assert disagreeing
    assert all(case.article for case in worked)
