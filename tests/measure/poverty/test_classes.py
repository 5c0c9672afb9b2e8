"""The kernel that classes a household: against the definitions, by hand and by brute force."""

import inspect
import itertools
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.problems import Problem
from hoaban.measure.poverty import classes
from hoaban.measure.poverty.classes import (
    AVERAGE,
    CANNOT,
    CLASSES,
    NEAR_POOR,
    NOT_POOR,
    POOR,
    Answers,
    judge,
    mask_of,
    names_of,
)
from hoaban.measure.poverty.standards import Standard, in_force, standards
from hoaban.record.answers import ANSWERS
from tests.measure.world import LAW

OLD, NEW = standards(LAW)
THREE = ("water", "toilet", "telecom")
Household = dict[str, Any]  # the 13 answers, income, points (None = missing), rural


def household(lacks: Any = (), *, rural: bool = True, **more: Any) -> Household:
    base: Household = {name: int(name in lacks) for name in ANSWERS}
    return {**base, "income_per_head_vnd": None, "points_a": None, "rural": rural, **more}


def answers(*households: Household) -> Answers:
    columns = {k: [h[k] for h in households] for k in households[0] if k != "rural"}
    return Answers.of(columns, [h["rural"] for h in households])


def cls(one: Household, rule: Standard) -> int:
    return int(judge(answers(one), rule).cls[0])


# Hand-worked: the test vectors of the review form (score A, score B).


@pytest.mark.parametrize(
    ("rural", "a", "b", "expected"),
    [
        (True, 140, 30, POOR),
        (True, 140, 20, NEAR_POOR),
        (True, 141, 120, NOT_POOR),
        (True, 0, 0, NEAR_POOR),
        (False, 175, 30, POOR),
        (False, 176, 30, NOT_POOR),
    ],
)
def test_the_form_s_scores_give_the_classes_of_the_circular(
    rural: bool, a: int, b: int, expected: int
) -> None:
    lacks = OLD.indicators[: b // 10]
    assert cls(household(lacks, rural=rural, points_a=a), OLD) == expected


def test_the_form_s_score_goes_before_the_income_and_only_where_a_threshold_is_published() -> None:
    low_score = household(THREE, points_a=140, income_per_head_vnd=2_250_001)
    assert [cls(low_score, rule) for rule in (OLD, NEW)] == [POOR, NOT_POOR]
    high_score = household(THREE, points_a=141, income_per_head_vnd=1_000_000)
    assert [cls(high_score, rule) for rule in (OLD, NEW)] == [NOT_POOR, POOR]
    between = household(THREE, points_a=141, income_per_head_vnd=1_500_001)
    assert cls(between, OLD) == AVERAGE
    judged = [judge(answers(low_score), rule).basis[0] for rule in (OLD, NEW)]
    assert judged == [classes.BY_POINTS, classes.BY_INCOME]


@pytest.mark.parametrize(
    ("rural", "income", "old", "new"),
    [
        (True, 1_500_000, POOR, POOR),
        (True, 1_500_001, AVERAGE, POOR),
        (True, 2_200_000, AVERAGE, POOR),
        (True, 2_200_001, AVERAGE, NOT_POOR),
        (True, 2_250_000, AVERAGE, NOT_POOR),
        (True, 2_250_001, NOT_POOR, NOT_POOR),
        (False, 2_000_000, POOR, POOR),
        (False, 2_000_001, AVERAGE, POOR),
        (False, 2_800_001, AVERAGE, NOT_POOR),
        (False, 3_000_001, NOT_POOR, NOT_POOR),
    ],
)
def test_exactly_at_a_line_is_at_most_the_line(
    rural: bool, income: int, old: int, new: int
) -> None:
    one = household(THREE, rural=rural, income_per_head_vnd=income)
    assert [cls(one, rule) for rule in (OLD, NEW)] == [old, new]


def test_the_trace_says_what_counted_and_what_is_open() -> None:
    one = household(
        ("water", "devices"), income_per_head_vnd=1, toilet=None, waste=None, nutrition=None
    )
    old, new = (judge(answers(one), rule) for rule in (OLD, NEW))
    assert (old.lacks[0], old.open[0], old.cls[0]) == (2, 2, CANNOT)
    assert names_of(int(old.counted[0])) == ("water", "devices")
    assert names_of(int(old.undecided[0])) == ("nutrition", "toilet")
    assert (new.lacks[0], new.open[0], new.cls[0]) == (1, 3, CANNOT)
    assert names_of(int(new.undecided[0])) == ("nutrition", "toilet", "waste")
    assert (old.below[0], old.basis[0]) == (1, classes.BY_INCOME)


def test_an_answer_that_cannot_change_the_class_leaves_it_certain() -> None:
    rich = {**household(income_per_head_vnd=2_250_001), **dict.fromkeys(ANSWERS)}
    enough = household(THREE, income_per_head_vnd=0, nutrition=None)
    few = household(("water",), income_per_head_vnd=0, nutrition=None)
    doubtful = household(("water",), income_per_head_vnd=0, nutrition=None, toilet=None)
    found = [cls(one, OLD) for one in (rich, enough, few, doubtful)]
    assert found == [NOT_POOR, POOR, NEAR_POOR, CANNOT]


def test_the_law_may_settle_a_missing_answer() -> None:
    one = household(("water", "toilet"), income_per_head_vnd=0, nutrition=None)
    unknown_income = household(THREE)
    lacking = replace(OLD, unknown={"nutrition": "deprived", "income": "deprived"})
    having = replace(OLD, unknown={"nutrition": "not_deprived", "income": "not_deprived"})
    assert [cls(one, rule) for rule in (OLD, lacking, having)] == [CANNOT, POOR, NEAR_POOR]
    found = [cls(unknown_income, rule) for rule in (OLD, lacking, having)]
    assert found == [CANNOT, POOR, NOT_POOR]
    assert judge(answers(unknown_income), lacking).basis[0] == classes.BY_NOTHING


def test_a_class_flips_with_the_standard_on_new_year_2027() -> None:
    one = household((*THREE[:2], "devices"), income_per_head_vnd=1_400_000)
    two = household((*THREE[:2], "waste"), income_per_head_vnd=2_000_000)
    days = date(2026, 12, 31), date(2027, 1, 1)
    assert [cls(one, in_force(LAW, at)) for at in days] == [POOR, NEAR_POOR]
    assert [cls(two, in_force(LAW, at)) for at in days] == [AVERAGE, POOR]


def test_ethnicity_is_no_input() -> None:
    assert list(inspect.signature(judge).parameters) == ["answers", "rule"]
    names = {f.name for f in fields(Answers)}
    assert names == {"lacking", "missing", "income", "points", "rural"}
    one = household(THREE, income_per_head_vnd=1_000_000)
    for people in ("Thái", "Mông", "Kinh", None):
        told = answers({**one, "ethnicity": people})
        assert judge(told, OLD).cls.tolist() == [POOR]


# Brute force: every completion of what is missing.


def reference(one: Household, rule: Standard) -> int:
    """The class by the definitions: certain when all completions agree, else CANNOT."""
    area = "rural" if one["rural"] else "urban"
    line = getattr(rule, f"line_{area}_vnd")
    ceiling = getattr(rule, f"middle_{area}_vnd")
    threshold = getattr(rule, f"points_{area}")
    scored = one["points_a"] is not None and threshold is not None
    known = one["income_per_head_vnd"] is not None
    incomes = [one["income_per_head_vnd"]]
    if not known and not scored:
        incomes = [0, line, line + 1, line * 10]
    asked = [i for i in rule.indicators if one[i] is None]
    sure = sum(one[i] or 0 for i in rule.indicators)
    found = set()
    for income in incomes:
        poor = one["points_a"] <= threshold if scored else income <= line
        for completed in itertools.product((0, 1), repeat=len(asked)):
            if poor:
                found.add(POOR if sure + sum(completed) >= rule.needed else NEAR_POOR)
            elif ceiling is not None and income is not None and line < income <= ceiling:
                found.add(AVERAGE)
            else:
                found.add(NOT_POOR)
    return found.pop() if len(found) == 1 else CANNOT


EDGES = [
    figure + step
    for rule in (OLD, NEW)
    for figure in (
        rule.line_rural_vnd,
        rule.line_urban_vnd,
        rule.middle_rural_vnd or 0,
        rule.middle_urban_vnd or 0,
    )
    for step in (0, 1)
]
INCOMES = st.sampled_from(EDGES) | st.integers(0, 5_000_000)
POINTS = st.none() | st.sampled_from([0, 140, 141, 175, 176])


@st.composite
def drawn(draw: Any, *, complete: bool = False) -> Household:
    unasked = [] if complete else draw(st.lists(st.sampled_from(ANSWERS), max_size=5))
    lacks = draw(st.lists(st.sampled_from(ANSWERS), max_size=6))
    return household(
        lacks,
        rural=draw(st.booleans()),
        income_per_head_vnd=draw(INCOMES if complete else st.none() | INCOMES),
        points_a=None if complete else draw(POINTS),
        **dict.fromkeys(unasked),
    )


RULES = st.sampled_from([OLD, NEW, replace(OLD, needed=1), replace(NEW, indicators=THREE)])


@given(st.lists(drawn(), min_size=1, max_size=8), RULES)
def test_a_class_is_certain_exactly_when_every_completion_agrees(
    households: list[Household], rule: Standard
) -> None:
    judged = judge(answers(*households), rule)
    assert judged.cls.tolist() == [reference(one, rule) for one in households]
    listed = mask_of(rule.indicators)
    assert (judged.counted & judged.undecided == 0).all()
    assert ((judged.counted | judged.undecided) & ~listed == 0).all()
    assert judged.lacks.tolist() == [len(names_of(int(m))) for m in judged.counted]
    assert judged.open.tolist() == [len(names_of(int(m))) for m in judged.undecided]


@given(drawn(), RULES, INCOMES, INCOMES)
def test_a_lower_income_never_loses_the_class_of_poor_or_near_poor(
    one: Household, rule: Standard, first: int, second: int
) -> None:
    less, more = sorted((first, second))
    poorer, richer = (cls({**one, "income_per_head_vnd": i}, rule) for i in (less, more))
    assert poorer == richer or richer not in (POOR, NEAR_POOR)


@given(drawn(complete=True), RULES, st.sampled_from(ANSWERS))
def test_one_deprivation_more_never_lowers_the_class(
    one: Household, rule: Standard, name: str
) -> None:
    assert cls({**one, name: 1}, rule) >= cls({**one, name: 0}, rule)


@given(st.lists(drawn(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_households_changes_no_class(households: list[Household], by: Any) -> None:
    order = list(range(len(households)))
    by.shuffle(order)
    there = judge(answers(*households), OLD).cls
    here = judge(answers(*(households[i] for i in order)), OLD).cls
    assert here.tolist() == [there[i] for i in order]


@given(st.sets(st.sampled_from(ANSWERS)))
def test_a_mask_names_what_it_was_made_of(names: set[str]) -> None:
    assert set(names_of(mask_of(names))) == names


def test_an_unknown_answer_names_the_nearest() -> None:
    with pytest.raises(classes.NoSuchAnswer) as refused:
        mask_of(["toilets"])
    assert refused.value.facts["nearest"] == "toilet"


# What comes in: the same answers from every kind of column.


def test_columns_of_every_kind_give_the_same_answers() -> None:
    given_, missing = [1, 0, 1], [False, True, False]
    with_none = [1, None, 1]
    kinds = [
        with_none,
        np.array(with_none, object),
        np.array([1, np.nan, 1]),
        np.ma.array(given_, mask=missing),
        pa.array(with_none, pa.int8()),
        pa.chunked_array([[1], [None, 1]]),
        pa.array([True, None, True]),
        pa.array([1.0, float("nan"), None]).fill_null(1.0),
    ]
    for column in kinds:
        found = Answers.of({"water": column, "income_per_head_vnd": column}, [True] * 3)
        water = mask_of(["water"])
        assert (found.lacking & water != 0).tolist() == [True, False, True]
        assert (found.missing & water != 0).tolist() == missing
        assert found.income.tolist() == [1, -1, 1]
        assert len(found) == 3


def test_a_column_that_is_absent_is_missing_for_all_and_an_unknown_place_is_rural() -> None:
    found = Answers.of({"water": [0, 0]}, [None, False])
    assert (found.missing | mask_of(["water"])).tolist() == [mask_of(ANSWERS)] * 2
    assert found.income.tolist() == found.points.tolist() == [-1, -1]
    assert found.rural.tolist() == [True, False]


def test_no_households_have_no_classes() -> None:
    found = judge(Answers.of({"water": []}, np.zeros(0, np.bool_)), OLD)
    assert len(found.cls) == 0


def test_large_incomes_are_whole() -> None:
    big = 2**53 + 1
    found = Answers.of({"income_per_head_vnd": pa.array([big, None])}, [True, True])
    assert found.income.tolist() == [big, -1]


@pytest.mark.parametrize(
    ("columns", "problem", "said"),
    [
        ({"water": [0, 2]}, classes.AnswerOutOfRange, "water, row 2: “2”"),
        ({"water": [0, -1]}, classes.AnswerOutOfRange, "“-1”"),
        ({"water": [0, 0.5]}, classes.AnswerOutOfRange, "row 2: “0.5”"),
        ({"water": np.array([0, np.inf])}, classes.AnswerOutOfRange, "“inf”"),
        ({"water": [0, "có"]}, classes.AnswerOutOfRange, "row 2: “có”"),
        ({"water": pa.array([None, "1"])}, classes.AnswerOutOfRange, "row 2: “1”"),
        ({"water": np.array([None, "x"], object)}, classes.AnswerOutOfRange, "row 2: “x”"),
        ({"water": 1}, classes.AnswerOutOfRange, "“1”"),
        ({"water": [1]}, classes.ColumnDoesNotFit, "water has 1 rows, the list has 2"),
        ({"points_a": [1]}, classes.ColumnDoesNotFit, "points_a"),
        ({"members": [1, 2, 3]}, classes.ColumnDoesNotFit, "members"),
        ({"income_per_head_vnd": [1, 1.5]}, classes.NotWhole, "row 2: “1.5”"),
        ({"income_per_head_vnd": [1, "1 triệu"]}, classes.NotWhole, "row 2: “1 triệu”"),
        ({"income_per_head_vnd": [5, -5]}, classes.NegativeIncome, "row 2: -5"),
        ({"points_a": [5, -1]}, classes.NegativeIncome, "points_a"),
        ({"members": [3, 0]}, classes.HouseholdOfNobody, "Row 2: a household of 0 people"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    columns: dict[str, Any], problem: type[Problem], said: str
) -> None:
    with pytest.raises(problem) as refused:
        Answers.of(columns, [True, True])
    assert said in refused.value.text("en")


def test_a_household_that_stands_twice_is_refused() -> None:
    assert len(Answers.of({"members": [3, None]}, [True, True], ids=["a", "b"])) == 2
    with pytest.raises(classes.ColumnDoesNotFit):
        Answers.of({}, [True, True], ids=["a"])
    with pytest.raises(classes.AnswerOutOfRange):
        Answers.of({}, True)
    for ids in (["a", "a"], pa.array(["a", "a"])):
        with pytest.raises(classes.HouseholdTwice, match="“a”"):
            Answers.of({}, [True, True], ids=ids)


def test_every_class_has_a_name_and_words() -> None:
    assert set(CLASSES.values()) == set(classes.LABELS)
    assert sorted(CLASSES) == [CANNOT, NOT_POOR, AVERAGE, NEAR_POOR, POOR]
