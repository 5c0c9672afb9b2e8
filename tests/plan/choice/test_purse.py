"""Paying: whole or not at all, from allowed pools, upkeep from recurrent money, old works first."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.instance import Instance, Item
from hoaban.plan.choice.purse import Purse

YEARS = (2026, 2027, 2028)


def purse(**money: tuple[int, int, int]) -> Purse:
    """Money of three years by kind and source, like ``investment_local=(5, 5, 5)``."""
    pools: dict[tuple[int, str, str], int] = {}
    for name, amounts in money.items():
        kind, source = name.split("_")
        pools |= {(y, kind, source): v for y, v in zip(YEARS, amounts, strict=True)}
    return Purse(Instance((), pools, YEARS))


def item(cost: int, name: str = "w", **more: Any) -> Item:
    """An investment from local money."""
    return Item(id=name, cost=cost, **{"money": "investment", "sources": ("local",), **more})


def test_the_sources_pay_in_their_order_and_only_those_allowed() -> None:
    here = purse(investment_local=(10, 0, 0), investment_central=(10, 0, 0))

    paid = here.pay(item(14, sources=("central", "local")), 2026)

    assert paid is not None
    assert paid.built == {(2026, "investment", "central"): 10, (2026, "investment", "local"): 4}
    assert here.pay(item(7, sources=("local", "oda")), 2026) is None


def test_a_build_that_does_not_fit_its_years_waits_and_one_that_never_fits_changes_nothing() -> (
    None
):
    here = purse(investment_local=(4, 9, 9))
    before = dict(here.left)

    assert here.pay(item(19, build_years=2), 2026) is None
    assert here.left == before
    later = here.pay(item(12, build_years=2), 2026)
    assert later is not None
    assert (later.year, later.finished) == (2026, 2027)


def test_upkeep_comes_from_recurrent_money_of_each_later_year() -> None:
    here = purse(investment_local=(5, 0, 0), recurrent_central=(0, 2, 3))

    assert here.pay(item(5, upkeep=3), 2026) is None
    paid = here.pay(item(5, upkeep=2), 2026)

    assert paid is not None
    assert paid.kept_up == {(2027, "recurrent", "central"): 2, (2028, "recurrent", "central"): 2}


def test_works_under_way_are_paid_over_all_years() -> None:
    here = purse(investment_local=(4, 4, 4))
    assert here.pay(item(12), 2026) is None
    assert here.pay(item(12, carry_over=True), 2026) is not None


def test_works_paid_together_start_after_what_they_require_or_none_is_paid() -> None:
    here = purse(investment_local=(5, 12, 0))
    far = item(3, "far", requires=("near",))

    paid = here.pay_all([item(8, "near"), far], {})
    assert paid is not None
    assert paid["far"].year == 2027
    before = dict(here.left)
    assert here.pay_all([item(1, "more"), item(40, "most")], {}) is None
    assert here.left == before


def test_a_quick_look_sees_money_that_two_works_can_only_spend_once() -> None:
    here = purse(investment_local=(5, 0, 0), investment_central=(9, 0, 0))
    local, both = item(4, "a"), item(8, "b", sources=("local", "central"))

    assert here.could_pay([local, both])
    assert not here.could_pay([local, item(4, "c")])
    assert here.pay(both, 2026) is not None
    assert not here.could_pay([local])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(1, 3), st.booleans()),
        max_size=6,
    ),
)
def test_what_is_paid_and_what_is_left_is_the_money_and_giving_back_restores_it(
    money: list[int], asked: list[tuple[int, int, int, bool]]
) -> None:
    first, second, third = money
    here = purse(investment_local=(first, second, third), recurrent_local=(third, first, second))
    before = dict(here.left)

    paid = [
        here.pay(
            item(cost, upkeep=upkeep, build_years=years, carry_over=old),
            YEARS[0],
        )
        for cost, upkeep, years, old in asked
    ]
    taken = sum(one.spent for one in paid if one is not None)

    assert min(here.left.values()) >= 0
    assert sum(here.left.values()) + taken == sum(before.values())
    for one in paid:
        if one is not None:
            here.give_back(one)
    assert here.left == before
