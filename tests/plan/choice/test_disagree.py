"""Many weights, many costs: the same draws for the same seed, and what every draw chooses."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.plan.choice.disagree import (
    Disagreement,
    Draw,
    Range,
    disagree,
    drawn_cost,
    drawn_weights,
    uniform,
)
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.rules import TwoWorksOneId
from tests.plan.choice.tables import Table, Term, instance, item

WEIGHTS = {"near": 0.6, "water": 0.4, "unused": 0.0}
AMOUNTS = {"near": (3.0, 1.0, 2.0, 0.0, 9.0), "water": (0.0, 2.0, 1.0, 3.0, 9.0)}
GIVEN = instance(*(item(f"w{n}", 60) for n in range(4)), item("best", 50))
COSTS = {work.id: Range(work.cost // 2, work.cost, 2 * work.cost) for work in GIVEN.items}


def weighted(weights: Mapping[str, float]) -> Table:
    """Each work worth what its amounts weigh."""
    return Table(
        *(
            Term(weights[name] * amount, (frozenset({n}),))
            for name, amounts in AMOUNTS.items()
            for n, amount in enumerate(amounts)
        )
    )


def asked(given_: Instance = GIVEN, *, draws: int = 24, processes: int = 1) -> Disagreement:
    """The draws of a plan of w1 and the best."""
    return disagree(
        given_,
        weighted,
        WEIGHTS,
        costs=COSTS,
        plan=["best", "w1"],
        draws=draws,
        seed=7,
        processes=processes,
    )


def test_one_seed_gives_one_answer_for_one_process_and_for_two() -> None:
    alone, two = asked(), asked(processes=2)

    assert alone == two
    assert alone.draws[:5] == asked(draws=5).draws
    assert len({one.chosen for one in alone.draws}) > 1


def test_the_first_draw_is_the_plans_own_weights_and_costs() -> None:
    first = asked(draws=1).draws[0]

    assert first.weights == WEIGHTS
    assert first.chosen == ("best", "w0")
    assert first.worth == pytest.approx(9 + 1.8)
    assert first.plan_worth == first.reached == pytest.approx(9 + 1.4)
    assert first.regret == pytest.approx(1 - 10.4 / 10.8)
    assert drawn_cost(Range(1, 5, 30), 7, 0, "w0") == 5


def test_a_work_more_moves_no_other_draw() -> None:
    more = replace(GIVEN, items=(item("free", 0), *GIVEN.items))
    costs = {work.id: Range(60, 60, 90) for work in GIVEN.items}

    assert [drawn_cost(one, 7, 3, name) for name, one in COSTS.items()] == [
        drawn_cost(COSTS[name], 7, 3, name) for name in reversed(COSTS)
    ][::-1]
    plain = disagree(GIVEN, _by_id, WEIGHTS, costs=costs, draws=12, seed=7, processes=1)
    found = disagree(more, _by_id, WEIGHTS, costs=costs, draws=12, seed=7, processes=1)
    assert [one.weights for one in found.draws] == [one.weights for one in plain.draws]
    assert [[n for n in one.chosen if n != "free"] for one in found.draws] == [
        list(one.chosen) for one in plain.draws
    ]


def _by_id(weights: Mapping[str, float]) -> Table:
    """As many of the works as can be had; the same for any numbering."""
    return Table(*(Term(sum(weights.values()), (frozenset({n}),)) for n in range(6)))


def test_drawn_weights_lie_around_those_given_with_the_same_sum() -> None:
    drawn = [drawn_weights(WEIGHTS, 1, number) for number in range(1, 2001)]

    assert all(sum(one.values()) == pytest.approx(1.0) for one in drawn)
    assert all(one["unused"] == 0 for one in drawn)
    means = {name: np.mean([one[name] for one in drawn]) for name in WEIGHTS}
    assert means == pytest.approx(WEIGHTS, abs=0.01)
    assert np.std([one["near"] for one in drawn]) == pytest.approx((0.24 / 21) ** 0.5, rel=0.1)
    assert drawn_weights({"a": 0.0}, 1, 5) == {"a": 0.0}


def test_drawn_costs_are_triangular() -> None:
    cost = Range(100, 400, 1000)
    drawn = np.array([drawn_cost(cost, 1, number, "w") for number in range(1, 4001)])

    assert drawn.min() >= 100
    assert drawn.max() <= 1000
    assert drawn.mean() == pytest.approx(1500 / 3, rel=0.02)
    assert (drawn < 400).mean() == pytest.approx(1 / 3, abs=0.03)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 99))
def test_a_cost_stays_between_its_low_and_its_high(a: int, b: int, c: int, number: int) -> None:
    low, likely, high = sorted((a, b, c))

    assert low <= drawn_cost(Range(low, likely, high), 3, number, "w") <= high
    assert 0 <= uniform(3, number, "w") < 1


def test_regret_is_never_below_nothing_and_the_worst_is_told() -> None:
    found = asked()
    regrets = [one.regret for one in found.draws if one.regret is not None]

    assert all(0 <= regret < 1 for regret in regrets)
    assert found.worst_regret == max(regrets)
    assert Draw({}, (), 1.0, 2.0).regret == 0.0
    assert Draw({}, (), 0.0, 0.0).regret is None
    assert Disagreement((), {}).worst_regret is None


def test_a_plan_that_costs_too_much_is_followed_as_far_as_the_money_goes() -> None:
    given_ = instance(item("a", 80), item("b", 80), investment=(80, 80))
    both = {name: Range(80, 80, 200) for name in ("a", "b")}

    found = disagree(
        given_, _by_id, WEIGHTS, costs=both, plan=["a", "b"], draws=12, seed=1, processes=1
    )

    assert (found.draws[0].plan_worth, found.draws[0].regret) == (2.0, 0.0)
    assert {one.plan_worth for one in found.draws[1:]} == {None}
    assert found.worst_regret == 0.0
    assert all(one.reached == pytest.approx(one.worth) for one in found.draws[1:])
    assert found.worst_shortfall == pytest.approx(0.0)


def test_the_plan_is_paid_from_its_own_sources_year_by_year_with_its_upkeep() -> None:
    pools = {(2026, "investment", "local"): 100, (2026, "investment", "central"): 100}
    works = (item("a", 80), item("b", 60))  # local money alone may pay, and there is too little
    found = disagree(
        Instance(works, pools, (2026,)),
        _by_id,
        WEIGHTS,
        costs={},
        plan=["a", "b"],
        draws=1,
        processes=1,
    )
    assert found.draws[0].plan_worth is None
    assert found.draws[0].reached == pytest.approx(1.0)


def test_what_every_draw_chooses_is_never_regretted() -> None:
    found = asked()

    assert found.never_regretted == ["best"]
    assert all("best" in one.chosen for one in found.draws)
    share = sum("w1" in one.chosen for one in found.draws) / 24
    assert 0 < found.often["w1"] == share < 1
    assert set(found.often) == {work.id for work in GIVEN.items}


def test_a_draw_that_cannot_pay_what_is_forced_in_is_told_and_counts_in_no_share() -> None:
    given_ = instance(item("must", 90, forced=True), item("good", 10), investment=(100, 0))
    costs = {"must": Range(60, 90, 180)}

    found = disagree(given_, _by_id, WEIGHTS, costs=costs, draws=20, seed=2, processes=2)

    assert 0 < found.refused < 20
    assert {one.refused for one in found.draws} == {"", "plan.choice.rules.NoAffordablePlan"}
    assert found.often["must"] == 1.0
    assert found.never_regretted == ["must"]
    assert 0 < found.often["good"] < 1


def test_works_under_way_cost_what_they_cost() -> None:
    begun = item("begun", 100, carry_over=True)
    found = disagree(
        instance(begun, item("a", 90)),
        _by_id,
        WEIGHTS,
        costs={"begun": Range(1, 100, 500)},
        draws=8,
        processes=1,
    )
    assert {one.chosen for one in found.draws} == {("a", "begun")}


def test_what_contradicts_at_any_cost_is_refused_at_once() -> None:
    with pytest.raises(TwoWorksOneId):
        disagree(instance(item("a", 1), item("a", 1)), weighted, WEIGHTS, costs={}, draws=2)


@pytest.mark.parametrize("processes", [1, 2])
def test_each_draw_is_told_and_a_stop_keeps_those_made(processes: int) -> None:
    told: list[tuple[int, int]] = []

    found = disagree(
        GIVEN,
        weighted,
        WEIGHTS,
        costs=COSTS,
        draws=40,
        seed=7,
        processes=processes,
        stop=lambda: len(told) == 3,
        said=lambda done, of: told.append((done, of)),
    )

    assert told == [(1, 40), (2, 40), (3, 40)]
    assert [one.chosen for one in found.draws] == [one.chosen for one in asked(draws=3).draws]
