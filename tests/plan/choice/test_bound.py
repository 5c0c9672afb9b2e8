"""The linear program's bound is never below the best plan, and is tight where it should be."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.bound import Buyer, Ceilings, Cut, bound, merged
from hoaban.plan.choice.instance import Instance
from tests.plan.choice.tables import Table, Term, best, instance, item, problems, tables

CRITERIA = ("T1", "T2")


class Judged(Table):
    """A worth by criteria: what tables give to each, up to a need of 1 in full, beyond it less."""

    def __init__(self, parts: list[tuple[str, Table]], ceilings: Ceilings) -> None:
        super().__init__()
        self.parts, self.ceilings = parts, ceilings

    def of(self, chosen: Collection[int]) -> float:
        """The worth of a set."""
        given_, total = self.ceilings, 0.0
        for name, weight in given_.weights.items():
            amount = sum(table.of(chosen) for one, table in self.parts if one == name)
            full = 0.0 if name in given_.met else min(amount, 1.0)
            full = amount if name in given_.endless else full
            total += weight * (full + given_.beyond * (amount - full))
        return total


def buyer(name: str, table: Table, groups: list[frozenset[int]], count: int) -> Buyer:
    """Who a table stands for, with the shares lost when a group is left out of everything."""
    every = frozenset(range(count))
    whole = table.of(every)
    cuts = [
        Cut(1 - table.of(every - group) / whole, tuple(sorted(group)))
        for group in groups
        if whole > 0 and table.of(every - group) < whole
    ]
    return Buyer(name, whole, tuple(cuts))


@st.composite
def judged(draw: st.DrawFn) -> tuple[Instance, Judged, list[Buyer]]:
    """An instance of up to five works, its worth by criteria, and the buyers in it."""
    some, _ = draw(problems(most=5))
    count = len(some.items)
    ceilings = Ceilings(
        weights={name: draw(st.sampled_from([0.0, 0.5, 2.0])) for name in CRITERIA},
        beyond=draw(st.sampled_from([0.0, 0.1, 1.0])),
        endless=frozenset(draw(st.sets(st.sampled_from(CRITERIA), max_size=1))),
        met=frozenset(draw(st.sets(st.sampled_from(CRITERIA), max_size=1))),
    )
    ceilings = replace(ceilings, met=ceilings.met - ceilings.endless)
    group = st.frozensets(st.integers(0, count - 1), min_size=1)
    parts, buyers = [], []
    for _ in range(draw(st.integers(1, 4))):
        name, drawn = draw(st.sampled_from(CRITERIA)), draw(tables(count))
        table = Table(*(Term(term.amount / 60, term.groups) for term in drawn.terms))
        parts.append((name, table))
        buyers.append(buyer(name, table, draw(st.lists(group, max_size=4)), count))
    return some, Judged(parts, ceilings), buyers


@settings(max_examples=100, deadline=None)
@given(judged())
def test_the_bound_is_never_below_the_best_plan(case: tuple[Instance, Judged, list[Buyer]]) -> None:
    some, worth, buyers = case

    most = best(some, worth)

    if most is not None:
        assert bound(some, buyers, worth.ceilings) >= most - 1e-9
        assert bound(some, merged(buyers), worth.ceilings) >= most - 1e-9


@settings(max_examples=60, deadline=None)
@given(judged())
def test_it_is_never_above_everything_built(case: tuple[Instance, Judged, list[Buyer]]) -> None:
    some, worth, buyers = case

    everything = worth.of(range(len(some.items)))

    assert bound(some, buyers, worth.ceilings) <= everything * (1 + 1e-5) + 1e-9


def alone(*amounts: float) -> list[Buyer]:
    """A buyer for each work, who gains nothing without it."""
    return [Buyer("T1", amount, (Cut(1.0, (n,)),)) for n, amount in enumerate(amounts)]


ALL = Ceilings({"T1": 1.0}, 0.0, endless=frozenset({"T1"}))


def test_works_alone_are_bounded_by_the_fractional_knapsack() -> None:
    some = instance(item("a", 100), item("b", 100), item("c", 100), investment=(150, 0))

    assert bound(some, alone(6, 4, 2), ALL) == pytest.approx(8, rel=1e-5)


def test_past_the_need_only_a_part_counts() -> None:
    some = instance(item("a", 10), item("b", 10))

    assert bound(some, alone(0.8, 0.8), Ceilings({"T1": 2.0}, 0.1)) == pytest.approx(2.12, rel=1e-5)
    met = Ceilings({"T1": 2.0}, 0.1, met=frozenset({"T1"}))
    assert bound(some, alone(0.8, 0.8), met) == pytest.approx(0.32, rel=1e-5)


def test_rules_lower_the_bound() -> None:
    rivals = instance(item("a", 10, rival="x"), item("b", 10, rival="x"))
    assert bound(rivals, alone(3, 2), ALL) == pytest.approx(3, rel=1e-5)

    after = instance(item("a", 190), item("b", 10, requires=("a",)), investment=(100, 0))
    assert bound(after, alone(0, 2), ALL) == pytest.approx(1, rel=1e-5)

    out = instance(item("a", 10, forced=False), item("b", 10))
    assert bound(out, alone(3, 2), ALL) == pytest.approx(2, rel=1e-5)

    most = instance(item("a", 10, commune="K"), item("b", 10, commune="K"), most={"K": 10})
    assert bound(most, alone(3, 2), ALL) == pytest.approx(3, rel=1e-5)

    owed = instance(item("a", 10, carry_over=True), item("b", 10))
    assert bound(owed, alone(3, 2), ALL, frozenset({"a"})) == pytest.approx(2, rel=1e-5)


def test_money_of_one_kind_does_not_pay_for_the_other() -> None:
    some = instance(
        item("a", 100), item("b", 100, money="recurrent"), investment=(50, 50), recurrent=(0, 50)
    )

    assert bound(some, alone(4, 4), ALL) == pytest.approx(6, rel=1e-5)


def test_buyers_with_the_same_cuts_are_one() -> None:
    cuts = (Cut(1.0, (0,)),)

    found = merged([Buyer("T1", 1.0, cuts), Buyer("T1", 2.0, cuts), Buyer("T2", 0.0, cuts)])

    assert found == [Buyer("T1", 3.0, cuts)]
