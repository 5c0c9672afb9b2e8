"""Gaps by village: counted by hand, added up, and published with care."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.law import NotInForce
from hoaban.measure.entitlement import allowances, gaps, insurance, people, publication
from tests.measure.entitlement.persons import LAW
from tests.measure.entitlement.register import ON, ONE, TWO, person, register


def row(found: gaps.Gaps, benefit: str, area: str) -> dict[str, Any]:
    """One area's counts."""
    table = found.everywhere(("11/", "11/00001/", "11/00002/")).to_pylist()
    (only,) = [r for r in table if (r["benefit"], r["area"]) == (benefit, area)]
    return {name: only[name] for name in gaps.COLUMNS}


@pytest.fixture(scope="module")
def found() -> gaps.Gaps:
    return gaps.by_village(register(), LAW, ON)


def test_insurance_by_hand(found: gaps.Gaps) -> None:
    """A (Mông, zone II) and E (lapsed) go without; C is in no group; G cannot be told."""
    assert row(found, "insurance", ONE) == {
        "people": 3,
        "entitled": 2,
        "without": 1,
        "expiring": 0,
        "cannot_tell": 0,
        "households": 1,
        "monthly_vnd": 105_300,
    }
    assert row(found, "insurance", TWO) == {
        "people": 4,
        "entitled": 4,
        "without": 1,
        "expiring": 1,
        "cannot_tell": 1,
        "households": 1,
        "monthly_vnd": 105_300,
    }


def test_the_social_pension_by_hand(found: gaps.Gaps) -> None:
    assert row(found, "pension", ONE) == {
        "people": 3,
        "entitled": 1,
        "without": 1,
        "expiring": 0,
        "cannot_tell": 0,
        "households": 1,
        "monthly_vnd": 500_000,
    }


def test_communes_and_the_province_are_the_sums_of_their_villages(found: gaps.Gaps) -> None:
    for benefit in gaps.BENEFITS:
        villages = [row(found, benefit, area) for area in (ONE, TWO)]
        total = {name: sum(v[name] for v in villages) for name in gaps.COLUMNS}
        assert row(found, benefit, "11/") == total
        assert row(found, benefit, "11/00002/") == villages[1]


def test_a_person_without_a_household_is_a_household_of_one() -> None:
    some = [person(k, None, TWO, insured=False, insured_until=None) for k in "AB"]
    assert row(gaps.by_village(register(some), LAW, ON), "insurance", TWO)["households"] == 2


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        ({"insured": False, "insured_until": None}, "without"),
        ({"insured": True, "insured_until": date(2026, 11, 23)}, "without"),
        ({"insured": None, "insured_until": date(2026, 11, 23)}, "without"),
        ({"insured": True, "insured_until": ON}, "expiring"),
        ({"insured": True, "insured_until": date(2027, 1, 23)}, "expiring"),
        ({"insured": None, "insured_until": date(2027, 1, 23)}, "expiring"),
        ({"insured": True, "insured_until": date(2027, 1, 24)}, ""),
        ({"insured": True, "insured_until": None}, ""),
        ({"insured": None, "insured_until": None}, "cannot_tell"),
    ],
)
def test_a_card_is_in_force_on_its_last_day_and_expires_within_sixty(
    card: dict[str, Any], kind: str
) -> None:
    counted = gaps.by_village(register([person("A", "H3", TWO, **card)]), LAW, ON)
    one = row(counted, "insurance", TWO)
    assert {n for n in ("without", "expiring", "cannot_tell") if one[n]} == ({kind} - {""})


def test_who_may_be_entitled_but_has_a_card_is_no_question() -> None:
    lost = person("A", "H9", ONE)  # no household: neither class nor ethnicity is known
    counted = gaps.by_village(
        register([lost, {**lost, "key": "B", "insured": False, "insured_until": None}]), LAW, ON
    )
    one = row(counted, "insurance", ONE)
    assert (one["entitled"], one["without"], one["cannot_tell"]) == (0, 0, 1)


def test_who_receives_either_allowance_does_not_go_without() -> None:
    some = [
        person(f"{key}", "H3", TWO, birth_year=1940, allowance=allowance)
        for key, allowance in enumerate(("none", "social_assistance", "social_pension", None))
    ]
    one = row(gaps.by_village(register(some), LAW, ON), "pension", TWO)
    assert (one["entitled"], one["without"], one["cannot_tell"]) == (4, 1, 1)


def test_permuting_ethnicity_changes_only_the_benefit_that_names_it(found: gaps.Gaps) -> None:
    turned = gaps.by_village(register(ethnicity=("Kinh", "Thái", "Mông")), LAW, ON)
    for benefit in ("pension", "allowances"):
        assert np.array_equal(turned.found[benefit].counts, found.found[benefit].counts)
    before, after = (
        {g.rule.code: g.entitled for g in each.found["insurance"].groups}
        for each in (found, turned)
    )
    assert before == {"minority_in_difficult_area": 2, "poor": 4}
    assert after == {"near_poor": 2, "minority_in_difficult_area": 1, "poor": 4}
    assert row(turned, "insurance", TWO) == row(found, "insurance", TWO)


def test_before_a_law_holds_nobody_is_entitled_by_it() -> None:
    early = gaps.by_village(register(), LAW, date(2025, 7, 1))
    assert row(early, "pension", ONE)["entitled"] == 1
    with pytest.raises(NotInForce):  # no term of expiry is in force yet
        gaps.by_village(register(), LAW, date(2025, 6, 30))


some = st.lists(
    st.fixed_dictionaries(
        {
            "household": st.sampled_from(["H1", "H2", "H3", None]),
            "area": st.sampled_from([ONE, TWO]),
            "birth_year": st.integers(1930, 2026),
            "insured": st.sampled_from([True, False, None]),
            "insured_until": st.sampled_from([None, date(2026, 9, 30), date(2026, 12, 31)]),
            "allowance": st.sampled_from(["none", "social_pension", None]),
            "pension_vnd": st.sampled_from([0, 300_000, None]),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(some)
def test_the_counts_are_those_of_going_from_person_to_person(given: list[dict[str, Any]]) -> None:
    rows = [person(str(i), **one) for i, one in enumerate(given)]
    counted = gaps.by_village(register(rows), LAW, ON)
    facts = people.facts(register(rows), ON)
    rules, premium = insurance.groups(LAW, ON), insurance.premium(LAW, ON)
    wanted = {area: dict.fromkeys(gaps.COLUMNS, 0) for area in (ONE, TWO)}
    homes: dict[str, set[str]] = {ONE: set(), TWO: set()}
    for at, one in enumerate(given):
        trace = insurance.entitled(facts, rules, premium).trace(at)
        last = one["insured_until"]
        has = one["insured"] if last is None else one["insured"] is not False and last >= ON
        here = wanted[one["area"]]
        here["people"] += 1
        sure = trace["status"] == "entitled"
        here["entitled"] += sure
        if sure and has is False:
            here["without"] += 1
            here["monthly_vnd"] += trace["monthly_vnd"]
            homes[one["area"]].add(one["household"] or str(at))
        here["expiring"] += bool(sure and has and last)
        here["cannot_tell"] += (trace["status"] != "not" and has is None) or (
            trace["status"] == "cannot_tell" and has is False
        )
    for area in counted.villages:
        one = row(counted, "insurance", area)
        home = one.pop("households")
        assert one == {n: v for n, v in wanted[area].items() if n != "households"}
        if len({(g["household"], g["area"]) for g in given if g["household"]}) == len(
            {g["household"] for g in given if g["household"]}
        ):  # a household of two villages is counted in one of them
            assert home == len(homes[area])


def _many(count: int, area: str, **more: Any) -> list[dict[str, Any]]:
    return [person(f"{area}{i}", None, area, **more) for i in range(count)]


def test_few_households_are_not_published_nor_what_would_tell_on_them() -> None:
    none = {"insured": False, "insured_until": None}
    third = "11/00003/0003/"
    people_ = [*_many(40, ONE, **none), *_many(3, TWO, **none), *_many(25, third, **none)]
    reg = register(people_)
    zones = {**reg.zones, "11/00001/": "III", "11/00002/": "III", "11/00003/": "III"}
    counted = gaps.by_village(
        people.Register(reg.people, reg.households, reg.villages, reg.classes, zones, "Kinh"),
        LAW,
        ON,
    )
    shown = publication.as_json(counted, "11/", least=10)
    assert shown["insurance"]["without_card"] == 68
    by = {path: c["insurance"] for path, c in shown["communes"].items()}
    assert by["11/00001/"]["without_card"] == 40
    for path in ("11/00002/", "11/00003/"):  # one alone would follow from the sum
        assert by[path]["without_card"] is by[path]["monthly_vnd"] is by[path]["households"] is None
    everything = publication.as_json(counted, "11/", least=1)
    assert everything["communes"]["11/00002/"]["insurance"]["without_card"] == 3


def test_a_small_group_is_not_published(found: gaps.Gaps) -> None:
    babies = _many(30, ONE, birth_year=2025, insured=False, insured_until=None)
    few = _many(4, ONE, merit=True, insured=False, insured_until=None)
    old = _many(20, ONE, birth_year=1930, allowance="social_pension")
    counted = gaps.by_village(register([*babies, *few, *old]), LAW, ON)
    by_group = publication.as_json(counted, "11/", least=10)["insurance"]["by_group"]
    assert by_group["merit"]["entitled"] is None
    assert by_group["monthly_allowance"]["entitled"] is None  # the smallest that hides it
    assert by_group["child_under_6"]["entitled"] == 30
    assert "khoản 7 Điều 3" in by_group["child_under_6"]["article"]


def test_the_published_object_says_on_what_it_rests(found: gaps.Gaps) -> None:
    shown = publication.as_json(found, "11/", least=1)
    assert (shown["at"], shown["purpose"], shown["source"]) == (
        "2026-11-24",
        "named_benefit",
        "register",
    )
    assert shown["origin"] == "synthetic"
    assert (shown["people"], shown["premium_vnd"], shown["expiring_days"]) == (7, 105_300, 60)
    assert shown["insurance"]["without_card"] == 2
    unchecked = {rule["code"] for rule in shown["insurance"]["not_checked"]}
    assert {"left_list", "near_poor_in_poor_commune", "safe_zone"} <= unchecked
    assert {r["code"] for r in shown["allowances"]["not_checked"]} == {
        "single_parent",
        "elderly_community_care",
    }
    assert "expiring" not in shown["pension"]


def test_nobody_is_a_register_too() -> None:
    empty = register()
    none = people.Register(
        empty.people.slice(0, 0),
        empty.households,
        empty.villages,
        empty.classes,
        empty.zones,
        "Kinh",
    )
    shown = publication.as_json(gaps.by_village(none, LAW, ON), "11/", least=10)
    assert (shown["people"], shown["insurance"]["entitled"], shown["communes"]) == (0, 0, {})
    assert allowances.groups(LAW, date(2020, 1, 1)) == ()
