"""No affordable set of works is ever worth more than the bound, whatever the prices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice import shared_prices
from hoaban.plan.choice.bare import Bare
from hoaban.plan.choice.shared_prices import Bounded
from tests.plan.choice.bare_networks import networks, worth
from tests.plan.choice.tables import every

NONE = np.empty(0, np.int64)


@settings(max_examples=120, deadline=None)
@given(networks(), st.data())
def test_the_bound_is_never_below_the_best_set(bare: Bare, data: st.DataObject) -> None:
    count = len(bare.works)
    cost = data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    money = data.draw(st.integers(0, sum(cost)))
    guess = data.draw(st.sampled_from([0.0, 0.5, 1.0]))

    best = max(
        worth(bare, chosen) for chosen in every(count) if sum(cost[n] for n in chosen) <= money
    )
    found = shared_prices.bound(bare, cost, money, worth=guess * best, rounds=25)

    assert found.bound >= best - 1e-9
    assert np.all(np.diff(found.bounds) <= 0)
    assert found.bound <= found.free * (1 + 1e-8)


@settings(max_examples=60, deadline=None)
@given(networks())
def test_with_money_for_everything_the_bound_is_everything(bare: Bare) -> None:
    every_work = range(len(bare.works))

    found = shared_prices.bound(bare, [3] * len(every_work), 3 * len(every_work), rounds=5)

    assert found.bound >= worth(bare, every_work) - 1e-9
    assert found.free == pytest.approx(worth(bare, every_work), abs=1e-9)


def star(villages: int) -> Bare:
    """Villages each at the end of a slow road of their own; a quick one costs as much for each."""
    ends = np.arange(1, villages + 1)
    return Bare(
        size=villages + 1,
        tail=ends,
        head=np.zeros(villages, np.int64),
        cost=np.full(villages, 100, np.int32),
        goals=np.array([0]),
        villages=ends,
        weight=np.ones(villages),
        cap=1000,
        hour=1,
        works=[(np.array([n]), np.array([20], np.int32), NONE) for n in range(villages)],
    )


def test_roads_that_share_nothing_are_bounded_by_what_the_money_pays_for() -> None:
    found = shared_prices.bound(star(10), [7] * 10, 21, worth=240.0, rounds=200)

    assert found.free == 800
    assert 240 <= found.bound < 240 * 1.01
    assert found.gap(240.0) < 0.01


def test_works_that_the_money_cannot_pay_alone_save_nothing() -> None:
    found = shared_prices.bound(star(3), [7, 8, 9], 6)

    assert (found.bound, found.free, found.gap(0.0)) == (0, 0, 0)


def test_it_stops_when_told_and_the_bound_holds() -> None:
    found = shared_prices.bound(star(4), [5] * 4, 10, stop=lambda: True)

    assert (found.free, len(found.bounds)) == (320, 1)
    assert found.bound >= 160


def test_equal_input_gives_equal_bytes() -> None:
    first, second = (shared_prices.bound(star(9), [5] * 9, 17, rounds=40) for _ in range(2))

    assert first.bound == second.bound
    assert first.bounds.tobytes() == second.bounds.tobytes()


def test_the_gap_is_the_share_of_the_bound_not_reached() -> None:
    some = Bounded(200.0, 300.0, np.array([300.0, 200.0]))

    assert some.gap(150.0) == 0.25
    assert some.gap(200.0) == 0
