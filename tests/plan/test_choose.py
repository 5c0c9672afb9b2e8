"""Choosing: paid from the right money, in order, and never better than the bound."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choose import solve
from hoaban.plan.instance import Instance, Item, Result

YEARS = (2026, 2027)


def item(name: str, cost: int, t2: float = 0.0, **more: Any) -> Item:
    """An investment from local money that closes a share of T2's gap."""
    given = {"shares": {"T2": t2}, "money": "investment", "sources": ("local",), **more}
    return Item(id=name, cost=cost, **given)


def instance(
    *items: Item, investment: tuple[int, int] = (100, 100), recurrent: tuple[int, int] = (50, 50)
) -> Instance:
    """Local money of two years."""
    pools = {(y, "investment", "local"): m for y, m in zip(YEARS, investment, strict=True)}
    pools |= {(y, "recurrent", "local"): m for y, m in zip(YEARS, recurrent, strict=True)}
    return Instance(items, pools, YEARS, {"T2": 1.0, "T3": 1.0})


def names(found: Result) -> dict[str, int]:
    """The year in which each chosen work starts."""
    return {one.id: one.year for one in found.chosen}


def test_the_most_worth_per_dong_comes_first_and_years_fill_in_order() -> None:
    found = solve(instance(item("a", 100, 0.2), item("b", 100, 0.4), item("c", 100, 0.1)))

    assert names(found) == {"b": 2026, "a": 2027}
    assert found.spent == 200
    assert found.objective == pytest.approx(0.6)
    assert found.gap == pytest.approx(0, abs=1e-5)


def test_works_under_way_come_before_anything_better() -> None:
    found = solve(instance(item("old", 150, carry_over=True), item("new", 60, 0.9)))

    assert names(found) == {"old": 2026}
    assert found.chosen[0].built == {
        (2026, "investment", "local"): 100,
        (2027, "investment", "local"): 50,
    }


def test_works_under_way_that_cannot_be_paid_are_named() -> None:
    found = solve(instance(item("old", 500, carry_over=True), item("new", 60, 0.9)))
    assert found.unpaid == ("old",)
    assert names(found) == {"new": 2026}


def test_a_dear_work_may_be_paid_over_its_years_of_building() -> None:
    assert names(solve(instance(item("bridge", 150, 0.5)))) == {}
    assert names(solve(instance(item("bridge", 150, 0.5, build_years=2)))) == {"bridge": 2026}


def test_investment_money_pays_for_no_recurrent_work() -> None:
    training = Item("t", 60, {"T2": 0.5}, "recurrent", ("local",))
    assert names(solve(instance(training))) == {}


def test_money_of_a_source_that_is_not_allowed_is_not_taken() -> None:
    works = Item("w", 60, {"T2": 0.5}, "investment", ("central",))
    assert names(solve(instance(works))) == {}


def test_upkeep_is_counted_against_the_recurrent_money_of_later_years() -> None:
    found = solve(instance(item("a", 10, 0.5, upkeep=40), item("b", 10, 0.4, upkeep=40)))

    assert names(found) == {"a": 2026, "b": 2027}
    assert found.chosen[0].kept_up == {(2027, "recurrent", "local"): 40}
    assert found.chosen[1].kept_up == {}
    assert found.spent == 60


def test_a_work_brings_along_what_it_requires() -> None:
    far = item("far", 10, 0.9, requires=("near",))
    found = solve(instance(far, item("near", 90, 0.0), item("other", 100, 0.3)))

    assert names(found) == {"near": 2026, "far": 2026, "other": 2027}


def test_a_work_that_requires_something_unknown_is_left_out() -> None:
    assert names(solve(instance(item("far", 10, 0.9, requires=("gone",))))) == {}


def test_of_rivals_one_is_chosen_and_the_better_one_where_money_is_left() -> None:
    cheap, good = item("cheap", 10, 0.2, rival="x"), item("good", 100, 0.5, rival="x")

    assert names(solve(instance(cheap, good))) == {"good": 2026}
    assert names(solve(instance(cheap, good, investment=(50, 50)))) == {"cheap": 2026}


def test_what_a_target_does_not_need_earns_nothing() -> None:
    found = solve(instance(item("a", 10, 1.0), item("b", 10, 0.8)))
    assert names(found) == {"a": 2026}
    assert found.objective == pytest.approx(1.0)


def test_ties_go_to_the_smaller_id_whatever_the_seed() -> None:
    works = [item("b", 200, 0.2, build_years=2), item("a", 200, 0.2, build_years=2)]
    assert names(solve(instance(*works))) == {"a": 2026}
    assert solve(instance(*works), seed=7) == solve(instance(*works[::-1]))


def test_a_stop_keeps_what_was_chosen_before() -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    found = solve(instance(item("a", 10, 0.3), item("b", 10, 0.2)), stop=stop)
    assert names(found) == {"a": 2026}


@st.composite
def problems(draw: st.DrawFn) -> Instance:
    """Up to seven works with every rule there is, and two years of little money."""
    count = draw(st.integers(1, 7))
    items = []
    for n in range(count):
        earlier = [f"w{m}" for m in range(n)]
        items.append(
            Item(
                id=f"w{n}",
                cost=draw(st.integers(0, 60)),
                shares={
                    t: draw(st.floats(0, 0.8)) for t in draw(st.sets(st.sampled_from(["T2", "T3"])))
                },
                money=draw(st.sampled_from(["investment", "recurrent"])),
                sources=draw(st.sampled_from([("local",), ("central", "local")])),
                equity=draw(st.sampled_from([1.0, 1.25, 1.5])),
                upkeep=draw(st.integers(0, 10)),
                carry_over=draw(st.booleans()) and draw(st.booleans()),
                build_years=draw(st.integers(1, 2)),
                rival=draw(st.sampled_from(["", "", "x", "y"])),
            )
        )
        requires = (
            tuple(sorted(draw(st.sets(st.sampled_from(earlier), max_size=2)))) if earlier else ()
        )
        if not items[-1].carry_over:
            items[-1] = replace(items[-1], requires=requires)
    pools = {
        (year, kind, source): draw(st.integers(0, 80))
        for year in YEARS
        for kind in ("investment", "recurrent")
        for source in ("central", "local")
    }
    return Instance(tuple(items), pools, YEARS, {"T2": 1.0, "T3": 2.0}, {"T3": 0.9})


def best(problem: Instance, unpaid: Iterable[str]) -> float:
    """The best sum of any set that keeps all rules, the money of a kind taken together."""
    begun = {i.id for i in problem.items if i.carry_over} - set(unpaid)
    free = [i for i in problem.items if not i.carry_over]
    found = 0.0
    for size in range(len(free) + 1):
        for some in combinations(free, size):
            names = begun | {one.id for one in some}
            chosen = [one for one in problem.items if one.id in names]
            if _allowed(problem, chosen, names):
                found = max(found, problem.worth(chosen))
    return found


def _allowed(problem: Instance, chosen: list[Item], names: set[str]) -> bool:
    groups = [one.rival for one in chosen if one.rival]
    ordered = all(set(one.requires) <= names for one in chosen)
    return ordered and len(groups) == len(set(groups)) and _affordable(problem, chosen)


def _affordable(problem: Instance, chosen: list[Item]) -> bool:
    return all(
        sum(one.cost for one in chosen if one.money == kind)
        <= sum(m for pool, m in problem.pools.items() if pool[1] == kind)
        for kind in ("investment", "recurrent")
    )


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_choice_keeps_every_rule_and_nothing_beats_the_bound(problem: Instance) -> None:
    found = solve(problem)

    by_id = {one.id: one for one in problem.items}
    chosen = [by_id[one.id] for one in found.chosen]
    used = dict.fromkeys(problem.pools, 0)
    for one in found.chosen:
        work = by_id[one.id]
        assert sum(one.built.values()) == work.cost
        later = [year for year in YEARS if year > one.finished]
        assert sum(one.kept_up.values()) == work.upkeep * len(later)
        for pool, amount in [*one.built.items(), *one.kept_up.items()]:
            used[pool] += amount
        for pool in one.built:
            assert pool[1] == work.money
            assert pool[2] in work.sources
    assert all(used[pool] <= problem.pools[pool] for pool in used)
    assert found.left == {pool: problem.pools[pool] - used[pool] for pool in used}
    assert found.spent == sum(used.values())
    assert all({*one.requires} <= {c.id for c in chosen} for one in chosen)
    groups = [one.rival for one in chosen if one.rival]
    assert len(groups) == len(set(groups))
    assert {i.id for i in problem.items if i.carry_over} <= {c.id for c in chosen} | set(
        found.unpaid
    )
    assert found.objective == pytest.approx(problem.worth(chosen))
    assert found.objective <= found.bound
    assert best(problem, found.unpaid) <= found.bound + 1e-9
