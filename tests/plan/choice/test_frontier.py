"""What fairness costs and what a đồng ends of isolation: only choices that no other one beats."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.curve import scaled
from hoaban.plan.choice.frontier import equity, operational, pareto, removed
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import solve
from hoaban.plan.joint.province import Province
from tests.plan.choice.tables import (
    Standing,
    Table,
    Term,
    alone,
    broken,
    instance,
    item,
    names,
    problems,
)
from tests.plan.effects.test_applying import BRIDGE, DRAINS, work
from tests.plan.joint.ready import known, numbered
from tests.plan.small import RULES

MORE = {"low": 0, "likely": 200_000, "high": 9, "take_up": 1.0, "source": "test"}


@dataclass(frozen=True)
class Amounts:
    """What each criterion comes to."""

    amounts: Mapping[str, float]


class Weighed:
    """A joint worth that is a weighted sum of tables, one for each criterion."""

    def __init__(self, weights: Mapping[str, float], tables: Mapping[str, Table]) -> None:
        self.weights, self.tables = weights, tables

    def weighted(self, weights: Mapping[str, float]) -> "Weighed":
        """By other weights."""
        return Weighed(weights, self.tables)

    def start(self, chosen: Collection[int]) -> Standing:
        """A set to add to."""
        terms = [
            Term(self.weights.get(name, 0.0) * term.amount, term.groups)
            for name, table in self.tables.items()
            for term in table.terms
        ]
        return Table(*terms).start(chosen)

    def outcome(self, chosen: Collection[int]) -> Amounts:
        """The tables' own worths; the worst tenth starts with 100 minutes, isolation with 50."""
        found = {name: table.of(chosen) for name, table in self.tables.items()}
        return Amounts(
            {**found, "worst": found["worst"] - 100, "isolation": found.get("isolation", 0) - 50}
        )


# One work of many people, one of the poorest, one between: there is money for one.
THREE = instance(*(item(n, 90) for n in ("many", "poor", "both")), investment=(100, 0))
JOINT = Weighed(
    {"hours": 0.6, "equity": 0.2, "worst": 0.2},
    {"hours": alone(10, 0, 8), "equity": alone(0, 10, 8), "worst": alone(0, 10, 4)},
)


def test_by_hand_fairness_goes_from_the_most_people_to_the_poorest() -> None:
    told: list[float] = []
    found = equity(THREE, JOINT, parts=(0.0, 0.5, 1.0), said=told.append)

    assert [list(names(one.result)) for one in found] == [["many"], ["both"], ["poor"]]
    assert [one.total for one in found] == pytest.approx([6.0, 4.8, 0.0])
    assert [one.fair for one in found] == pytest.approx([0.0, 2.4, 4.0])
    assert [one.worst_minutes for one in found] == [100, 96, 90]
    assert told == pytest.approx([1 / 3, 2 / 3, 1])


def test_what_another_choice_beats_is_no_point() -> None:
    given_ = instance(item("all", 90), item("poor", 90), investment=(100, 0))
    tables = {"hours": alone(10, 9), "equity": alone(5, 4), "worst": alone(1, 1)}

    found = equity(given_, Weighed({"hours": 1.0, "equity": 0.1, "worst": 0.1}, tables))

    assert [list(names(one.result)) for one in found] == [["all"]]


def test_weights_without_fairness_give_it_one_each() -> None:
    found = equity(THREE, JOINT.weighted({"hours": 1.0}), parts=(0.0, 1.0))

    assert [list(names(one.result)) for one in found] == [["many"], ["poor"]]
    assert [one.fair for one in found] == pytest.approx([0.0, 20.0])


def test_a_stop_compares_what_is_there() -> None:
    done: list[float] = []
    found = equity(THREE, JOINT, parts=(0.0, 0.5, 1.0), stop=lambda: bool(done), said=done.append)

    assert len(found) == len(done) == 1


def test_by_hand_the_cheapest_days_of_isolation_come_first() -> None:
    works = (item("ford", 20), item("bridge", 90), item("school", 10))
    joint = Weighed(
        {"hours": 1.0, "isolation": 0.1},
        {"hours": alone(0, 0, 99), "worst": alone(), "isolation": alone(10, 25, 0)},
    )
    given_ = instance(*works, investment=(120, 0))
    shares = (0.1, 0.2, 0.8, 1.0)

    found = operational(given_, joint, shares=shares)

    assert [(one.vnd, one.people_days) for one in found] == [
        *((0, 0), (20, 10), (90, 25), (110, 35)),
    ]
    assert [one.share for one in found] == list(shares)
    plan = solve(given_, joint)
    assert removed(given_, joint, plan) == 35
    assert plan.spent == 120  # the school ends no isolation: the plan lies off the frontier


@given(problems(least=2, most=5), st.data())
@settings(max_examples=60, deadline=None)
def test_no_point_beats_another_and_all_are_allowed(
    problem: tuple[Instance, Table], data: st.DataObject
) -> None:
    given_, hours = problem
    count = len(given_.items)
    amounts = st.lists(st.integers(0, 9).map(float), min_size=count, max_size=count)
    tables = {n: alone(*data.draw(amounts)) for n in ("equity", "worst", "isolation")}
    joint = Weighed({"hours": 1.0, "equity": 0.5, "worst": 0.5}, {"hours": hours, **tables})

    fair, days = equity(given_, joint), operational(given_, joint)

    assert [broken(given_, one.result) for one in fair] == [[]] * len(fair)
    assert [broken(scaled(given_, one.share), one.result) for one in days] == [[]] * len(days)
    assert fair
    assert all(a.fair < b.fair and a.total > b.total for a, b in pairwise(fair))
    assert all(a.vnd < b.vnd and a.people_days < b.people_days for a, b in pairwise(days))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_the_points_are_those_that_nothing_beats(points: list[tuple[int, int]]) -> None:
    found = pareto(points, lambda one: one)

    def beaten(a: tuple[int, int]) -> bool:
        return any(b != a and b[0] >= a[0] and b[1] >= a[1] for b in points)

    assert found == sorted({one for one in points if not beaten(one)})


def test_both_frontiers_of_the_small_province() -> None:
    """By hand: a bridge links 100 people, drains behind it 100 more."""
    works = numbered(BRIDGE, DRAINS, work("earns", "0001", **MORE))
    joint = Province(known(), works, RULES)
    given_ = instance(*(item(one.id, 50) for one in works), investment=(50, 50))

    days = operational(given_, joint, shares=(0.4, 0.5, 1.0))
    fair = equity(given_, joint, parts=(0.0, 1.0))

    assert [sorted(names(one.result)) for one in days][-1] == [works[0].id, works[1].id]
    assert days[-1].people_days == removed(given_, joint, days[-1].result) > 0
    assert days[-1].people_days == pytest.approx(
        joint.outcome((0, 1)).amounts["isolation"] - joint.before["isolation"]
    )
    assert all(broken(given_, one.result) == [] for one in fair)
    assert fair[-1].amounts["equity_T2"] > joint.before["equity_T2"]
