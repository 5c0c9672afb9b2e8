"""Paying: whole or not at all, from allowed pools, upkeep from recurrent money, old works first."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choose import solve
from hoaban.plan.instance import Instance, Item
from hoaban.plan.purse import Purse

YEARS = (2026, 2027, 2028)


def purse(**money: tuple[int, int, int]) -> Purse:
    """Money of three years by kind and source, like ``investment_local=(5, 5, 5)``."""
    pools = {
        (year, *name.split("_")): amount
        for name, amounts in money.items()
        for year, amount in zip(YEARS, amounts, strict=True)
    }
    return Purse(Instance((), pools, YEARS, {}))  # type: ignore[arg-type]


def item(cost: int, **more: Any) -> Item:
    """An investment from local money."""
    given = {"id": "w", "shares": {}, "money": "investment", "sources": ("local",), **more}
    return Item(cost=cost, **given)


def test_a_work_starts_in_the_first_year_that_can_pay_it_whole() -> None:
    found = purse(investment_local=(5, 10, 10)).pay(item(8), 2026)
    assert found is not None
    assert (found.year, found.built) == (2027, {(2027, "investment", "local"): 8})


def test_a_work_of_two_years_is_paid_over_both_and_finished_in_the_last() -> None:
    found = purse(investment_local=(5, 10, 10)).pay(item(8, build_years=2), 2026)
    assert found is not None
    assert (found.year, found.finished) == (2026, 2027)
    assert list(found.built.values()) == [5, 3]


def test_sources_are_tried_in_the_order_in_which_the_work_names_them() -> None:
    money = purse(investment_local=(5, 0, 0), investment_central=(5, 0, 0))
    found = money.pay(item(7, sources=("local", "central")), 2026)
    assert found is not None
    assert found.built == {(2026, "investment", "local"): 5, (2026, "investment", "central"): 2}


def test_a_work_whose_upkeep_cannot_be_paid_is_not_started_and_takes_nothing() -> None:
    """3 a year of upkeep, but 2027 has 2 only: it can start once 2028 alone is left to keep up."""
    money = purse(investment_local=(9, 9, 9), recurrent_local=(3, 2, 3))
    found = money.pay(item(9, upkeep=3), 2026)
    assert found is not None
    assert (found.year, found.kept_up) == (2027, {(2028, "recurrent", "local"): 3})
    assert money.left[2026, "investment", "local"] == 9

    none = purse(investment_local=(9, 9, 0), recurrent_local=(3, 2, 2))
    before = dict(none.left)
    assert none.pay(item(9, upkeep=3), 2026) is None
    assert none.left == before


def test_what_is_given_back_can_be_spent_again() -> None:
    money = purse(investment_local=(9, 0, 0), recurrent_local=(0, 3, 3))
    before = dict(money.left)
    paid = money.pay(item(9, upkeep=3), 2026)
    assert paid is not None
    assert sum(money.left.values()) == 0

    money.give_back(paid)

    assert money.left == before


@st.composite
def payments(draw: st.DrawFn) -> tuple[Instance, list[Item]]:
    """Up to six works, some under way, and little money of two kinds and sources."""
    pools = {
        (year, kind, source): draw(st.integers(0, 30))
        for year in YEARS
        for kind in ("investment", "recurrent")
        for source in ("central", "local")
    }
    items = [
        Item(
            id=f"w{n}",
            cost=draw(st.integers(0, 50)),
            shares={"T2": draw(st.floats(0, 0.5))},
            money=draw(st.sampled_from(["investment", "recurrent"])),
            sources=draw(st.sampled_from([("local",), ("central", "local"), ("gone",)])),
            upkeep=draw(st.integers(0, 8)),
            carry_over=draw(st.booleans()),
            build_years=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    return Instance(tuple(items), pools, YEARS, {"T2": 1.0}), items


@settings(max_examples=100, deadline=None)
@given(payments())
def test_a_payment_goes_through_whole_or_changes_nothing(
    given_: tuple[Instance, list[Item]],
) -> None:
    instance, items = given_
    money = Purse(instance)
    for one in items:
        before = dict(money.left)
        paid = money.pay(one, YEARS[0])
        taken = sum(before.values()) - sum(money.left.values())
        assert all(amount >= 0 for amount in money.left.values())
        if paid is None:
            assert money.left == before
            continue
        assert taken == paid.spent == one.cost + one.upkeep * (YEARS[-1] - paid.finished)
        assert all(kind == "recurrent" and year > paid.finished for year, kind, _ in paid.kept_up)
        assert all(paid.year <= year <= paid.finished for year, _, _ in paid.built)


@settings(max_examples=100, deadline=None)
@given(payments())
def test_works_under_way_are_paid_as_if_nothing_new_were_there(
    given_: tuple[Instance, list[Item]],
) -> None:
    """A new work, however good, neither delays nor displaces one that was begun."""
    instance, items = given_
    begun = tuple(one for one in items if one.carry_over)
    alone = Instance(begun, instance.pools, instance.years, instance.weights)

    found, only = solve(instance), solve(alone)

    old = {one.id for one in begun}
    assert [one for one in found.chosen if one.id in old] == list(only.chosen)
    assert found.unpaid == only.unpaid


@settings(max_examples=60, deadline=None)
@given(payments(), st.randoms(use_true_random=False), st.integers(0, 99))
def test_the_choice_hangs_neither_on_the_order_of_the_works_nor_on_the_seed(
    given_: tuple[Instance, list[Item]], shuffle: Any, seed: int
) -> None:
    instance, items = given_
    mixed = list(items)
    shuffle.shuffle(mixed)
    other = Instance(tuple(mixed), instance.pools, instance.years, instance.weights)

    one, two = solve(instance), solve(other, seed=seed)

    assert (one.chosen, one.left, one.unpaid) == (two.chosen, two.left, two.unpaid)
