"""Gaps by village: counted by hand, added up, and published with care."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.law import Law, NoSuchParameter
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


def test_a_benefit_without_rules_is_left_out_with_the_reason() -> None:
    early = gaps.by_village(register(), LAW, date(2025, 7, 1))
    assert row(early, "pension", ONE)["entitled"] == 1
    assert early.not_counted == {}
    before = gaps.by_village(register(), LAW, date(2025, 6, 30))
    assert tuple(before.found) == ("insurance", "allowances")
    assert "30/06/2025" in before.not_counted["pension"].vi
    assert before.premium_vnd is None  # not sourced for that day: counted without money
    one = row(before, "insurance", ONE)
    assert (one["without"], one["monthly_vnd"]) == (1, None)
    assert tuple(gaps.by_village(register(), LAW, date(2023, 12, 2)).found) == ("allowances",)


def test_before_every_law_nothing_is_counted_and_everybody_is_named() -> None:
    never = gaps.by_village(register(), LAW, date(2015, 1, 1))
    shown = publication.as_json(never, "11/", least=1)
    assert set(shown["not_counted"]) == set(gaps.BENEFITS)
    assert not set(gaps.BENEFITS) & set(shown)
    assert (shown["people"], shown["communes"]["11/00001/"]) == (7, {})
    assert never.everywhere(("11/",)).num_rows == 0


@pytest.mark.parametrize("name", ["insurance.expiring_days", "insurance.state_share_pupil"])
def test_a_benefit_that_lacks_a_value_is_left_out_alone(name: str) -> None:
    late = tuple(replace(v, valid_from=date(2027, 1, 1)) for v in LAW.values[name][-1:])
    counted = gaps.by_village(register(), Law({**LAW.values, name: late}), ON)
    assert tuple(counted.found) == ("pension", "allowances")
    assert name in counted.not_counted["insurance"].vi
    assert name in counted.not_counted["insurance"].en


def test_a_name_that_no_law_has_is_refused() -> None:
    law = Law({k: v for k, v in LAW.values.items() if k != "insurance.state_share_pupil"})
    with pytest.raises(NoSuchParameter):
        gaps.by_village(register(), law, ON)


@pytest.mark.parametrize(
    ("old", "benefit", "vnd"),
    [
        ({}, "pension", 500_000),  # 500,000 both: the social pension
        ({"pension_vnd": 300_000}, "allowances", 500_000),  # a difference of 200,000 is lower
        ({"disability": "severe"}, "allowances", 1_000_000),
    ],
)
def test_one_persons_gap_counts_under_the_higher_benefit_alone(
    old: dict[str, Any], benefit: str, vnd: int
) -> None:
    """A poor person of 76 or 77 in a specially difficult village fits clause 5b and the pension."""
    one = person("A", "H3", TWO, birth_year=1949, **old)
    counted = gaps.by_village(register([one]), LAW, ON)
    for name in ("pension", "allowances"):
        here, mine = row(counted, name, TWO), name == benefit
        assert here["entitled"] == 1
        assert (here["without"], here["households"]) == (mine, mine)
        assert here["monthly_vnd"] == (vnd if mine else 0)
        assert [g.without for g in counted.found[name].groups] == [mine]
    unknown = gaps.by_village(register([{**one, "allowance": None}]), LAW, ON)
    asked = [row(unknown, name, TWO)["cannot_tell"] for name in ("pension", "allowances")]
    assert asked == [benefit == "pension", benefit == "allowances"]


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


@settings(deadline=None)
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
