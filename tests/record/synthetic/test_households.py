"""Sizes that hold the people, classes that are counted, incomes and answers that agree."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.law import Law
from hoaban.record.answers import ANSWERS
from hoaban.record.province import Province
from hoaban.record.synthetic import calibrate, households, people
from hoaban.record.synthetic.generate import rounds
from hoaban.record.synthetic.households import Frame, Homes, SizesCannotFit

YEARS = (2022, 2023, 2024, 2025, 2026)
TWELVE = [name for name in ANSWERS if name != "waste"]


@pytest.fixture(scope="module")
def reviewed(nho: Province, frame: Frame, assumed: dict[str, Any], rules_of_law: Law) -> Any:
    persons = people.build(1, nho, frame, assumed["persons"])
    classes = calibrate.classes(nho, assumed)
    found = rounds(1, frame, persons, classes, law=rules_of_law, spec=assumed)
    return {one.year: (one, said) for _, one, said in found}


def test_that_untilted_sizes_are_those_of_the_census() -> None:
    # 10 households of 1, 2, 3 people in parts 1:2:1 hold 20 people as they are.
    found = households.size_counts(np.array([1.0, 2.0, 1.0]), 8, 16, "Suối Nhỏ")
    assert found.tolist() == [2, 4, 2]


@given(
    st.lists(st.integers(0, 30), min_size=3, max_size=12),
    st.integers(1, 300),
    st.floats(0.0, 1.0),
)
def test_that_households_and_people_both_come_out(
    weights: list[int], count: int, full: float
) -> None:
    people_ = round(count * (1 + full * (len(weights) - 1)))
    found = households.size_counts(np.array(weights, dtype=np.float64), count, people_, "x")
    assert int(found.sum()) == count
    assert int((found * np.arange(1, len(weights) + 1)).sum()) == people_
    assert (found >= 0).all()


def test_that_more_people_than_the_largest_households_hold_are_refused() -> None:
    with pytest.raises(SizesCannotFit):
        households.size_counts(np.ones(3), 10, 31, "Suối Nhỏ")


def test_that_the_open_class_has_the_mean_the_census_leaves(nho: Province) -> None:
    # Núi Cao: 260 households, 1,340 people; the 206 below seven hold 895, so 54 hold 445 (8.2).
    sizes = households.census_sizes(nho, "90007", 60)
    assert sizes[:6].tolist() == [8, 18, 30, 50, 55, 45]
    assert sizes.sum() == pytest.approx(260)
    held = 1340 - (8 + 36 + 90 + 200 + 275 + 270)
    mean = float((sizes[6:] * np.arange(7, 61)).sum() / sizes[6:].sum())
    assert mean == pytest.approx(held / 54, abs=0.05)


def test_that_people_sum_to_each_population(nho: Province, frame: Frame) -> None:
    held = np.bincount(frame.commune, frame.members)
    assert held.tolist() == [c.population for c in nho.communes]


def test_that_the_order_of_villages_moves_no_household(
    nho: Province, twelve: Homes, assumed: dict[str, Any], frame: Frame
) -> None:
    back = list(range(12))[::-1]
    turned = Homes(
        code=tuple(twelve.code[i] for i in back),
        path=tuple(twelve.path[i] for i in back),
        languages=tuple(twelve.languages[i] for i in back),
        number=twelve.number[back],
        commune=twelve.commune[back],
        households=twelve.households[back],
        remoteness=twelve.remoteness[back],
        difficult=twelve.difficult[back],
    )
    other = households.frame(1, nho, turned, assumed)
    assert dict(zip(other.key.tolist(), other.members.tolist(), strict=True)) == dict(
        zip(frame.key.tolist(), frame.members.tolist(), strict=True)
    )


@pytest.mark.parametrize("year", YEARS)
def test_that_the_rule_gives_the_counted_classes(
    nho: Province, frame: Frame, assumed: dict[str, Any], reviewed: Any, year: int
) -> None:
    classes = calibrate.classes(nho, assumed)
    one, said = reviewed[year]
    line = np.where(frame.rural, 1_500_000, 2_000_000)
    lacks = np.sum([said[name] for name in TWELVE], axis=0)
    poor = (one.income <= line) & (lacks >= 3)
    near = (one.income <= line) & (lacks < 3)
    assert np.bincount(frame.commune[poor], minlength=3).tolist() == classes.poor[year].tolist()
    assert (
        np.bincount(frame.commune[near], minlength=3).tolist() == classes.near_poor[year].tolist()
    )


def test_that_mean_income_over_people_comes_out(
    frame: Frame, assumed: dict[str, Any], reviewed: Any
) -> None:
    one, _ = reviewed[2025]
    for at, kind in enumerate(frame.kinds):
        here = frame.kind == at
        mean = np.average(one.income[here], weights=frame.members[here])
        assert mean == pytest.approx(assumed["income"][kind]["means"][2025], abs=2_000)


def test_that_water_has_its_published_shares(frame: Frame, reviewed: Any) -> None:
    _, said = reviewed[2025]
    rural = frame.rural
    assert int(said["water"][rural].sum()) == round(0.0735 * int(rural.sum()))
    assert int(said["water_standard"][rural].sum()) == round(0.1462 * int(rural.sum()))
    assert not (said["water"] & said["water_standard"]).any()


def test_that_most_households_keep_their_class(reviewed: Any) -> None:
    before, now = reviewed[2024][0].standing, reviewed[2025][0].standing
    poor, other = before == households.POOR, before == households.OTHER
    assert 0.5 < (now[poor] == households.POOR).mean() < 0.95
    assert (now[other] == households.OTHER).mean() > 0.85


def test_that_another_seed_gives_other_households(
    nho: Province, twelve: Homes, assumed: dict[str, Any], frame: Frame
) -> None:
    other = households.frame(2, nho, twelve, assumed)
    assert not np.array_equal(other.members, frame.members)
