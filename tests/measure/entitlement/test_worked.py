"""The worked persons of the law folder, through the rules that hold on their day."""

from datetime import date

import pytest

from hoaban.base.law import Case, cases
from hoaban.measure.entitlement import allowances, insurance
from hoaban.measure.entitlement.conditions import Facts
from hoaban.measure.entitlement.rules import Entitled
from tests.conftest import ROOT
from tests.measure.entitlement.persons import GIVEN, LAW, facts

OUTCOMES = ("status", "share", "monthly_vnd", "first", "groups")


def _insured(one: Facts, on: date) -> Entitled:
    return insurance.entitled(one, insurance.groups(LAW, on), insurance.premium(LAW, on))


def _assisted(one: Facts, on: date) -> Entitled:
    return allowances.assisted(one, allowances.groups(LAW, on), allowances.base(LAW, on))


def _pensioned(one: Facts, on: date) -> Entitled:
    return allowances.pensioned(one, allowances.pension_groups(LAW, on))


BENEFITS = {"insurance": _insured, "allowances": _assisted, "pension": _pensioned}
CASES = [
    (name, case)
    for name in BENEFITS
    for case in cases(
        ROOT / f"law/worked/{name}.yaml", given=GIVEN, expect=OUTCOMES, must=("zone", "status")
    )
]


@pytest.mark.parametrize(
    ("benefit", "case"), CASES, ids=[f"{name}: {case.name}" for name, case in CASES]
)
def test_a_worked_person_is_decided_as_the_law_folder_says(benefit: str, case: Case) -> None:
    found = BENEFITS[benefit](facts([case.given], case.on), case.on).trace(0)
    found["groups"] = [group["code"] for group in found["groups"]]
    assert {name: found[name] for name in case.expect} == case.expect


def test_every_group_that_can_be_recorded_is_worked() -> None:
    worked = {case.expect.get("first") for _, case in CASES}
    on = date(2026, 11, 24)
    for rule in (*insurance.groups(LAW, on), *allowances.pension_groups(LAW, on)):
        papers = {asked for key, asked in rule.when if key == "paper"}
        assert papers or rule.code in worked, rule.code
