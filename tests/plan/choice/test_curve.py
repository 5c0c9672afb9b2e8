"""The plan at every budget: exact money, never less worth for more of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.problems import Problem
from hoaban.plan.choice import rules
from hoaban.plan.choice.curve import curve, scaled, until
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import solve
from tests.plan.choice.tables import Table, alone, broken, instance, item, names, problems

TENTHS = tuple(n / 10 for n in range(1, 11))


def test_new_money_is_scaled_to_the_dong_and_old_works_keep_theirs() -> None:
    begun = item("begun", 105, carry_over=True, upkeep=7)
    given_ = instance(begun, item("new", 50), investment=(100, 101), recurrent=(33, 33))

    little = scaled(given_, 0.1)

    assert little.pools == {
        (2026, "investment", "local"): 100,  # all of it goes to the work under way
        (2027, "investment", "local"): 5 + 9,
        (2026, "recurrent", "local"): 3,
        (2027, "recurrent", "local"): 3,
    }
    assert scaled(given_, 1) == given_
    assert names(solve(little, alone(1.0))) == {"begun": 2026}


def test_tenths_are_tenths() -> None:
    given_ = Instance((), {(2026, "investment", "local"): 10**15 + 10}, (2026,))

    found = [sum(scaled(given_, share).pools.values()) for share in TENTHS]

    assert found[2] == 300_000_000_000_003
    assert found[6] == 700_000_000_000_007


def test_each_budget_is_chosen_in_its_own_right() -> None:
    works = [item("good", 90), *(item(f"w{n}", 10) for n in range(13))]
    given_ = instance(*works, investment=(100, 0))
    worth = alone(1000.0, *[50.0 + n for n in range(13)])

    points = curve(given_, worth, shares=(1.0, 0.5, 0.9, 0.2))

    assert [point.share for point in points] == [0.2, 0.5, 0.9, 1.0]
    assert [point.budget for point in points] == [40, 100, 180, 200]
    assert [sorted(names(point.result)) for point in points] == [
        ["w11", "w12"],
        ["w10", "w11", "w12", "w8", "w9"],
        ["good"],
        ["good", "w12"],
    ]


def test_where_less_money_found_more_its_choice_is_carried_on() -> None:
    given_ = instance(*(item(f"w{n}", 50) for n in range(14)), investment=(100, 0))
    worth = alone(*range(1, 15))
    poor = solve(scaled(given_, 0.1), worth)  # a poor answer, as of a search that was stopped

    points = curve(given_, worth, whole=poor, shares=(0.5, 1.0))

    assert points[0].result.worth == pytest.approx(14)
    assert points[1].result.worth == pytest.approx(27)
    assert broken(given_, points[1].result) == []


def test_a_budget_too_small_for_what_is_forced_in_has_no_point_and_this_is_told() -> None:
    given_ = instance(item("a", 60, forced=True), item("b", 20), investment=(100, 0))
    told: list[tuple[float, Problem]] = []

    points = curve(
        given_, alone(1.0, 2.0), shares=(0.5, 1.0), refused=lambda *one: told.append(one)
    )

    assert [point.share for point in points] == [1.0]
    assert [share for share, _ in told] == [0.5]
    assert isinstance(told[0][1], rules.NoAffordablePlan)
    with pytest.raises(rules.NoAffordablePlan):
        curve(instance(item("a", 600, forced=True)), alone(1.0))


def test_choices_that_begin_alike_are_evaluated_once() -> None:
    works = [item(f"w{n}", 10 + n) for n in range(40)]
    given_ = instance(*works, investment=(150, 150))
    apart, memory = alone(*range(40)), alone(*range(40))

    single = [solve(scaled(given_, share), apart, drops=0) for share in TENTHS]
    points = curve(given_, memory, drops=0, shares=TENTHS)

    assert [point.result.worth for point in points] == pytest.approx([s.worth for s in single])
    assert memory.asked < apart.asked / 2


def test_a_stop_leaves_the_plan_itself_and_progress_is_told() -> None:
    given_ = instance(*(item(f"w{n}", 50) for n in range(14)))
    told: list[float] = []

    points = curve(
        given_,
        alone(*range(14)),
        shares=TENTHS,
        said=told.append,
        stop=lambda: len(told) == 2,
    )

    assert [point.share for point in points] == [0.1, 0.2, 1.0]
    assert told == pytest.approx([0.1, 0.2, 1.0])


def test_each_budget_has_its_own_bound() -> None:
    given_ = instance(item("a", 50), item("b", 100))

    points = curve(
        given_,
        alone(1.0, 4.0),
        shares=(0.5, 1.0),
        bound_of=lambda one: lambda unpaid: sum(one.pools.values()) / 20,
    )

    assert [point.result.bound for point in points] == [7.5, 15.0]


def test_the_smallest_budget_that_is_enough_is_found_on_the_curve() -> None:
    given_ = instance(*(item(f"w{n}", 20) for n in range(10)))
    points = curve(given_, alone(*[1.0] * 10), shares=TENTHS)

    enough = until(points, lambda result: result.worth >= 4)

    assert enough is not None
    assert enough.share == 0.4
    assert until(points, lambda result: result.worth > 10) is None


@settings(max_examples=60, deadline=None)
@given(problems(most=8), st.integers(0, 12))
def test_more_money_is_never_worth_less_and_every_point_keeps_the_rules(
    problem: tuple[Instance, Table], few: int
) -> None:
    given_, table = problem
    points = curve(given_, table, shares=(0.2, 0.4, 0.6, 0.8, 1.0))

    worth = [point.result.worth for point in points]
    assert worth == sorted(worth)
    for point in points:
        assert broken(scaled(given_, point.share), point.result) == []
