"""Rules as data: read with care, and true for whoever they are applied to."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.base.reading import MissingKey, UnknownKey
from hoaban.measure.entitlement import allowances, insurance
from hoaban.measure.entitlement.conditions import CHOICES, FLAGS, PAPERS, Facts, NotACondition
from hoaban.measure.entitlement.rules import CodeTwice, Entitled, NotAGroup, NotAnAmount, fit
from hoaban.measure.poverty.classes import CLASSES
from tests.measure.entitlement.persons import LAW, TODAY, facts

RULES = insurance.groups(LAW, TODAY)
LOWER = ["not_poor", "average", "near_poor", "poor"]

one = st.fixed_dictionaries(
    {
        "birth_year": st.integers(1930, 2026),
        "class": st.sampled_from(LOWER),
        "zone": st.sampled_from(list(CHOICES["zone"])),
        "disability": st.sampled_from(list(CHOICES["disability"])),
        "allowance": st.sampled_from(list(CHOICES["allowance"])),
        "pension_vnd": st.sampled_from([0, 300_000, 500_000, 4_000_000]),
        "papers": st.lists(st.sampled_from(PAPERS), max_size=3),
        "unknown": st.lists(st.sampled_from(["class", "zone", "minority", "merit"]), max_size=2),
        **{flag: st.booleans() for flag in FLAGS},
    }
)
people = st.lists(one, min_size=1, max_size=8)


def assisted(known: Facts) -> Entitled:
    """Social assistance by the law of the facts' day."""
    on = known.on
    return allowances.assisted(known, allowances.groups(LAW, on), allowances.base(LAW, on))


def pensioned(known: Facts) -> Entitled:
    """The social pension by the law of the facts' day."""
    return allowances.pensioned(known, allowances.pension_groups(LAW, known.on))


def law(folder: Path, **rule: Any) -> Law:
    """A law with one state-paid group, given some of its keys."""
    whole = {
        "code": "all",
        "label": {"vi": "Mọi người", "en": "Everybody"},
        "when": {"age_from": 0},
        "share": 1,
        "article": "Điều 1",
    }
    whole = {key: value for key, value in {**whole, **rule}.items() if value is not None}
    value = {"value": [whole], "unit": "groups", "valid_from": "2025-07-01"}
    text = {"insurance.state_paid": [{**value, "source": "test", "confidence": "assumed"}]}
    (folder / "insurance.yaml").write_text(
        str(text).replace("'2025-07-01'", "2025-07-01").replace("True", "true"), "utf-8"
    )
    return laws.read(folder)


@given(people)
def test_the_highest_share_wins(given: list[Mapping[str, Any]]) -> None:
    found = insurance.entitled(facts(given), RULES)
    for at in range(len(given)):
        held = [float(r.worth) for b, r in enumerate(RULES) if found.fits.certain[at] >> b & 1]
        assert found.share is not None
        assert found.share[at] == max(held, default=0.0)


@given(people, st.permutations(range(len(RULES))))
def test_the_order_of_the_groups_changes_no_share(
    given: list[Mapping[str, Any]], order: list[int]
) -> None:
    known = facts(given)
    before = insurance.entitled(known, RULES)
    after = insurance.entitled(known, [RULES[i] for i in order])
    assert np.array_equal(before.share, after.share)  # type: ignore[arg-type]
    assert np.array_equal(before.status, after.status)
    for at in range(len(given)):
        codes = [
            {group["code"] for group in found.trace(at)["groups"]} for found in (before, after)
        ]
        assert codes[0] == codes[1]


@given(people, st.sampled_from([date(2025, 6, 30), TODAY]))
def test_a_lower_class_never_loses(given: list[dict[str, Any]], on: date) -> None:
    known = [{**person, "unknown": []} for person in given]
    lower = [
        {**person, "class": LOWER[min(3, LOWER.index(person["class"]) + 1)]} for person in known
    ]
    richer, poorer = facts(known, on), facts(lower, on)
    rules = insurance.groups(LAW, on)
    shares = [insurance.entitled(one, rules).share for one in (richer, poorer)]
    assert (shares[0] <= shares[1]).all()  # type: ignore[operator]
    for decide in (assisted, pensioned):
        assert (decide(richer).monthly <= decide(poorer).monthly).all()


@given(people)
def test_what_is_unknown_only_opens_a_question(given: list[dict[str, Any]]) -> None:
    """Whatever the missing facts turn out to be, a certain answer stays."""
    open_ = insurance.entitled(facts(given), RULES)
    told = insurance.entitled(facts([{**person, "unknown": []} for person in given]), RULES)
    sure = open_.status != -1
    assert np.array_equal(open_.status[sure], told.status[sure])
    assert (open_.share <= told.share).all()  # type: ignore[operator]


@given(people)
def test_ethnicity_enters_only_where_the_law_names_it(given: list[dict[str, Any]]) -> None:
    papers = [{**person, "papers": []} for person in given]
    turned = [{**person, "minority": not person["minority"]} for person in papers]
    before, after = (insurance.entitled(facts(some), RULES).fits for some in (papers, turned))
    named = [i for i, rule in enumerate(RULES) if "minority" in rule.needs]
    assert {RULES[i].code for i in named} == {"minority_in_difficult_area", "left_list"}
    mask = ~np.int64(sum(1 << i for i in named))
    assert np.array_equal(before.certain & mask, after.certain & mask)
    assert np.array_equal(before.possible & mask, after.possible & mask)
    for decide in (assisted, pensioned):
        some = [decide(facts(each)) for each in (papers, turned)]
        assert np.array_equal(some[0].monthly, some[1].monthly)
        assert np.array_equal(some[0].status, some[1].status)


def test_many_at_once_are_decided_as_each_alone() -> None:
    many = [
        {"birth_year": year, "class": cls, "zone": zone}
        for year in (1940, 1951, 1990, 2020, 2024)
        for cls in LOWER
        for zone in CHOICES["zone"]
    ]
    together = insurance.entitled(facts(many), RULES, insurance.premium(LAW, TODAY))
    for at, person in enumerate(many):
        alone = insurance.entitled(facts([person]), RULES, insurance.premium(LAW, TODAY))
        assert alone.trace(0) == together.trace(at)


def test_the_premium_is_exact_to_the_dong() -> None:
    assert insurance.premium(LAW, TODAY) == 105_300
    found = insurance.entitled(
        facts([{"class": "near_poor"}]), RULES, insurance.premium(LAW, TODAY)
    )
    assert found.monthly.tolist() == [73_710]
    assert insurance.premium(LAW, date(2025, 6, 30)) is None


def test_a_group_that_asks_for_what_is_not_recorded_is_named_and_left_out() -> None:
    known = facts([{"class": "near_poor", "papers": ["poor_commune"]}])
    codes = {name: code for name, code in known.codes.items() if name not in PAPERS}
    register = type(known)(known.on, known.count, codes, known.ranges)
    found = fit(RULES, register)
    assert "near_poor_in_poor_commune" in {rule.code for rule in found.unchecked}
    assert insurance.entitled(register, RULES).trace(0)["first"] == "near_poor"


def test_an_unknown_condition_is_refused_with_file_key_and_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey) as refused:
        insurance.groups(law(tmp_path, when={"zones": ["III"]}), TODAY)
    assert refused.value.facts["file"] == "insurance.yaml"
    assert refused.value.facts["path"] == "insurance.state_paid › all › when"
    assert (refused.value.facts["key"], refused.value.facts["nearest"]) == ("zones", "zone")


def test_an_unknown_key_of_a_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match="article"):
        insurance.groups(law(tmp_path, artcle="Điều 1"), TODAY)
    with pytest.raises(MissingKey, match="article"):
        insurance.groups(law(tmp_path, article=None), TODAY)


@pytest.mark.parametrize(
    ("when", "near"),
    [
        ({"class": ["near_por"]}, "near_poor"),
        ({"zone": "IV"}, "I"),
        ({"paper": "deputi"}, "deputy"),
        ({"minority": "yes"}, "—"),
        ({"age_below": -1}, "—"),
        ({"any": [{"class": ["poorr"]}]}, "poor"),
        ({"any": []}, "—"),
        ({}, "—"),
    ],
)
def test_a_value_no_condition_takes_is_refused(
    tmp_path: Path, when: dict[str, Any], near: str
) -> None:
    with pytest.raises(NotACondition) as refused:
        insurance.groups(law(tmp_path, when=when), TODAY)
    assert refused.value.facts["file"] == "insurance.yaml"
    assert refused.value.facts["near"] == near


@pytest.mark.parametrize(
    ("rule", "key"),
    [({"each": "cows"}, "each"), ({"label": "all"}, "label"), ({"article": 3}, "article")],
)
def test_a_group_of_another_shape_is_refused(
    tmp_path: Path, rule: dict[str, Any], key: str
) -> None:
    with pytest.raises(NotAGroup) as refused:
        insurance.groups(law(tmp_path, **rule), TODAY)
    assert refused.value.facts["key"] == key


def test_a_share_above_one_and_a_share_that_is_no_number_are_refused(tmp_path: Path) -> None:
    with pytest.raises(insurance.ShareAboveOne, match="70"):
        insurance.groups(law(tmp_path, share=70), TODAY)
    with pytest.raises(NotAnAmount, match="-1"):
        insurance.groups(law(tmp_path, share=-1), TODAY)


def test_a_code_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = law(tmp_path)
    value = twice.values["insurance.state_paid"][0]
    value.value.append(value.value[0])
    with pytest.raises(CodeTwice, match="all"):
        insurance.groups(twice, TODAY)


def test_the_council_of_a_province_may_raise_a_share(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        "insurance.state_share_near_poor:\n  - {value: 1.0, unit: share, valid_from: 2026-01-01,"
        ' source: test, confidence: assumed, territory: "11"}\n',
        "utf-8",
    )
    raised = laws.read(Path(__file__).resolve().parents[3] / "law", tmp_path)
    near_poor = facts([{"class": "near_poor"}])
    shares = [
        insurance.entitled(near_poor, insurance.groups(raised, on)).share
        for on in (date(2025, 12, 31), TODAY)
    ]
    assert [share.tolist() for share in shares if share is not None] == [[0.7], [1.0]]


def test_the_codes_of_classes_are_those_of_the_poverty_rule() -> None:
    assert CHOICES["class"] == {name: code for code, name in CLASSES.items() if code >= 0}
