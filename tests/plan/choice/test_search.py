"""Choosing by joint worth: old works first, in order, together what helps only together."""

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.problems import Problem
from hoaban.plan.choice.instance import Instance, Result
from hoaban.plan.choice.search import further, solve
from tests.plan.choice.tables import (
    Table,
    Term,
    alone,
    best,
    broken,
    every,
    instance,
    item,
    names,
    problems,
    tables,
)

BOTH = pytest.mark.parametrize("few", [0, 12])


def together(amount: float, *some: int) -> Term:
    """Worth something when all are there."""
    return Term(amount, tuple(frozenset({n}) for n in some))


@BOTH
def test_the_most_worth_per_dong_comes_first_and_years_fill_in_order(few: int) -> None:
    given_ = instance(item("a", 100), item("b", 100), item("c", 100))

    found = solve(given_, alone(0.2, 0.4, 0.1), few=few)

    assert names(found) == {"b": 2026, "a": 2027}
    assert found.spent == 200
    assert found.worth == pytest.approx(0.6)
    assert [step.items for step in found.steps] == [("b",), ("a",)]
    assert found.steps[-1].worth == pytest.approx(found.worth)


@BOTH
def test_debts_come_before_works_under_way_and_these_before_anything_better(few: int) -> None:
    begun, debt = item("begun", 150, carry_over=True), item("debt", 90, owed=True)

    found = solve(instance(item("new", 60), begun, debt), alone(9.0), few=few)

    assert names(found) == {"debt": 2026, "new": 2027}
    assert found.unpaid == ("begun",)
    alone_ = solve(instance(item("new", 60), begun), alone(9.0), few=few)
    assert names(alone_) == {"begun": 2026}


@BOTH
def test_a_work_under_way_may_be_forced_out_but_not_a_debt(few: int) -> None:
    begun, debt = (
        item("begun", 50, carry_over=True, forced=False),
        item("debt", 50, owed=True, forced=False),
    )
    found = solve(instance(begun, debt), alone(5.0), few=few)

    assert names(found) == {"debt": 2026}
    assert found.unpaid == ()


@BOTH
def test_what_is_forced_in_is_in_with_what_it_requires_and_what_is_forced_out_is_not(
    few: int,
) -> None:
    poor = item("poor", 100, forced=True, requires=("first",))
    given_ = instance(poor, item("first", 60), item("good", 60), item("best", 10, forced=False))

    found = solve(given_, alone(0.0, 0.0, 5.0, 9.0), few=few)

    assert names(found) == {"first": 2026, "poor": 2027}


@BOTH
def test_what_is_forced_in_is_paid_in_the_order_in_which_it_can_be(few: int) -> None:
    pools = {(2026, "investment", "local"): 60, (2026, "investment", "central"): 60}
    either = item("either", 60, sources=("local", "central"), forced=True)
    given_ = Instance((either, item("only", 60, forced=True)), pools, (2026,))

    assert names(solve(given_, alone(1.0, 1.0), few=few)) == {"either": 2026, "only": 2026}


@BOTH
def test_works_that_gain_only_together_are_taken_together(few: int) -> None:
    given_ = instance(item("road", 60), item("bridge", 60), item("other", 90), bundles=((0, 1),))

    found = solve(given_, Table(together(9.0, 0, 1), together(2.0, 2)), few=few)

    assert names(found).keys() == {"road", "bridge"}


@BOTH
def test_a_gain_that_others_bring_already_is_not_counted_twice(few: int) -> None:
    given_ = instance(item("a", 90), item("b", 90), item("c", 90), investment=(180, 0))
    same = Table(Term(5.0, (frozenset({0, 1}),)), together(1.0, 2))

    found = solve(given_, same, few=few)

    assert names(found).keys() == {"a", "c"}
    assert found.worth == pytest.approx(6.0)


@BOTH
def test_each_commune_gets_its_least_and_no_more_than_its_most(few: int) -> None:
    good = [item(f"a{n}", 50, commune="A") for n in range(4)]
    poor = [item(f"b{n}", 40, commune="B") for n in range(3)]
    worth = alone(9, 9, 9, 9, 0, 1, 0)

    found = solve(instance(*good, *poor, least={"B": 80}), worth, few=few)
    assert sorted(names(found)) == ["a0", "a1", "b0", "b1"]
    found = solve(instance(*good, *poor, most={"A": 60}), worth, few=few)
    assert sorted(names(found)) == ["a0", "b1"]


@BOTH
def test_small_works_do_not_keep_a_commune_from_its_least(few: int) -> None:
    small, large = item("small", 40, commune="A"), item("large", 90, commune="A")
    given_ = instance(small, large, least={"A": 80}, most={"A": 100})

    assert names(solve(given_, alone(9.0, 1.0), few=few)) == {"large": 2026}


@BOTH
def test_of_rivals_one_is_chosen_the_better_one_where_money_is_left(few: int) -> None:
    rivals = (item("cheap", 10, rival="x"), item("good", 90, rival="x"))

    assert names(solve(instance(*rivals), alone(2.0, 5.0), few=few)) == {"good": 2026}
    little = instance(*rivals, investment=(50, 50))
    assert names(solve(little, alone(2.0, 5.0), few=few)) == {"cheap": 2026}


@BOTH
def test_upkeep_is_paid_by_the_recurrent_money_of_later_years(few: int) -> None:
    given_ = instance(item("a", 10, upkeep=40), item("b", 10, upkeep=40))

    found = solve(given_, alone(5.0, 4.0), few=few)

    assert names(found) == {"a": 2026, "b": 2027}
    assert found.spent == 60


@BOTH
def test_what_gains_nothing_is_not_bought(few: int) -> None:
    assert names(solve(instance(item("a", 10), item("b", 10)), alone(1.0, 0.0), few=few)) == {
        "a": 2026
    }


def test_nothing_to_choose_is_an_answer() -> None:
    found = solve(instance(), Table(), bound=lambda unpaid: 0.0)

    assert (found.chosen, found.worth, found.gap) == ((), 0.0, 0.0)


def test_a_gain_that_grows_from_nothing_is_found_when_all_else_is_done() -> None:
    # Neither gains alone, and no bundle says so: "a" is bought for another gain, then "b" helps.
    table = Table(together(1.0, 0), together(5.0, 0, 1), together(0.5, 2))

    found = solve(instance(item("a", 50), item("b", 50), item("c", 20)), table, few=0)

    assert names(found).keys() == {"a", "b", "c"}


def test_ties_go_to_the_first_whatever_the_seed() -> None:
    works = [item(f"w{n}", 60) for n in range(14)]
    found = solve(instance(*works), alone(*[1.0] * 14))

    assert names(found) == {"w0": 2026, "w1": 2027}
    assert solve(instance(*works), alone(*[1.0] * 14), seed=7) == found


def test_a_stop_keeps_what_was_chosen_and_progress_is_told() -> None:
    works = [item(f"w{n}", 10) for n in range(20)]
    told: list[tuple[int, int, float]] = []

    found = solve(
        instance(*works, least={}),
        alone(*range(20)),
        stop=lambda: len(told) == 3,
        said=lambda *now: told.append(now),
    )

    assert sorted(names(found)) == ["w17", "w18", "w19"]
    assert told == [(10, 300, 19.0), (20, 300, 37.0), (30, 300, 54.0)]


def test_a_choice_is_carried_on_with_more_money() -> None:
    works = [item(f"w{n}", 60) for n in range(14)]
    little, table = instance(*works, investment=(60, 0)), alone(*range(14))
    first = solve(little, table)

    more = further(instance(*works), table, first)

    assert names(first) == {"w13": 2026}
    assert names(more) == {"w13": 2026, "w12": 2027}
    assert broken(instance(*works), more) == []


@settings(max_examples=150, deadline=None)
@given(problems(most=5))
def test_few_works_are_chosen_as_if_every_set_in_every_order_had_been_tried(
    problem: tuple[Instance, Table],
) -> None:
    given_, table = problem

    found = solve(given_, table)

    assert broken(given_, found) == []
    assert found.worth == pytest.approx(best(given_, table))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_twelve_works_with_every_interaction_are_chosen_as_if_every_set_had_been_tried(
    data: st.DataObject,
) -> None:
    costs = data.draw(st.lists(st.integers(0, 60), min_size=12, max_size=12))
    table, money = data.draw(tables(12)), data.draw(st.integers(0, 300))
    given_ = Instance(
        tuple(item(f"w{n}", cost) for n, cost in enumerate(costs)),
        {(2026, "investment", "local"): money},
        (2026,),
    )

    found = solve(given_, table)
    tried = max(table.of(s) for s in every(12) if sum(costs[n] for n in s) <= money)

    assert found.worth == pytest.approx(tried)
    assert broken(given_, found) == []
    assert solve(given_, table, few=0).worth <= tried + 1e-9


@settings(max_examples=150, deadline=None)
@given(problems(most=5), st.sampled_from([0, 24]))
def test_the_search_breaks_no_rule_and_never_beats_the_best(
    problem: tuple[Instance, Table], drops: int
) -> None:
    given_, table = problem

    found = solve(given_, table, few=0, drops=drops)
    ceiling = best(given_, table)

    assert broken(given_, found) == []
    assert ceiling is not None
    assert found.worth <= ceiling + 1e-9
    assert found.worth == pytest.approx(table.of([int(one.id[1:]) for one in found.chosen]))
    totals = list(accumulate(step.gain for step in found.steps))
    assert totals == [] or totals[-1] <= found.worth + 1e-9


@settings(max_examples=150, deadline=None)
@given(problems(most=5), st.integers(0, 60))
def test_a_least_is_met_or_refused_and_a_refusal_of_few_works_is_true(
    problem: tuple[Instance, Table], least: int
) -> None:
    given_, table = problem
    given_ = replace(given_, least={given_.items[0].commune: least})
    answers = {few: _answer(given_, table, few) for few in (0, 12)}

    for answer in answers.values():
        assert answer is None or broken(given_, answer) == []
    if answers[12] is None:
        assert best(given_, table) is None


def _answer(given_: Instance, table: Table, few: int) -> Result | None:
    try:
        return solve(given_, table, few=few)
    except Problem:
        return None
