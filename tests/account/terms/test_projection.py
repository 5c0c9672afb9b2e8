"""Sharing to the đồng: by weight, and by weight between floors and ceilings."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hoaban.account.terms import projection
from hoaban.account.terms.projection import Between, bounds, concentration, project, split

weights = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10**6), min_size=1)


def test_split_gives_what_is_left_to_the_largest_remainders() -> None:
    # 100 by 1:1:1 is 33 each and one left; by 50:30:25 it is 47.6, 28.5, 23.8
    assert split(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert split(100, {"a": 50, "b": 30, "c": 25}) == {"a": 48, "b": 28, "c": 24}
    assert split(7, {"a": 0, "b": 0}) == {"a": 4, "b": 3}
    assert split(7, {}) == {}


@given(st.integers(0, 10**13), weights)
def test_split_sums_exactly_and_stays_within_one(total: int, given_: dict[str, int]) -> None:
    parts = split(total, given_)
    assert sum(parts.values()) == total
    whole = sum(given_.values())
    if whole:
        assert all(abs(parts[n] - Fraction(total * w, whole)) < 1 for n, w in given_.items())


@given(st.integers(0, 10**13), weights, st.integers(1, 10**6))
def test_more_weight_never_earns_less(total: int, given_: dict[str, int], more: int) -> None:
    name = min(given_)
    before = split(total, given_)[name]
    if any(given_.values()):
        assert split(total, {**given_, name: given_[name] + more})[name] >= before


@given(st.integers(0, 10**13), weights, st.randoms())
def test_split_does_not_look_at_order(total: int, given_: dict[str, int], random: Any) -> None:
    names = list(given_)
    random.shuffle(names)
    assert split(total, {n: given_[n] for n in names}) == split(total, given_)


@st.composite
def asked(draw: Any) -> tuple[dict[str, int], dict[str, Between], int]:
    """Amounts, limits and a total that fits between all floors and all ceilings."""
    wanted = draw(weights)
    limits = {}
    for name in wanted:
        low = draw(st.integers(0, 10**6))
        limits[name] = Between(low, draw(st.none() | st.integers(low, 2 * 10**6)))
    low = sum(one.low for one in limits.values())
    tops = [one.high for one in limits.values()]
    high = 10**8 if None in tops else sum(top for top in tops if top is not None)
    assume(low <= high)
    return wanted, limits, draw(st.integers(low, high))


def test_a_projection_by_hand() -> None:
    # 100 by 1 : 1 : 2 is 25, 25, 50; c may have 40 at most, a must have 35: b is left 25
    held = {"a": Between(35), "c": Between(0, 40)}
    assert project({"a": 1, "b": 1, "c": 2}, held, 100) == {"a": 35, "b": 25, "c": 40}
    assert project({"a": 1, "b": 1, "c": 2}, {}, 100) == {"a": 25, "b": 25, "c": 50}
    assert project({}, {}, 0) == {}
    # who wants nothing gets the floor, and more only when all others are full
    assert project({"a": 0, "b": 1}, {"a": Between(5)}, 20) == {"a": 5, "b": 15}
    assert project({"a": 0, "b": 1}, {"b": Between(0, 12)}, 20) == {"a": 8, "b": 12}


@given(asked())
def test_a_projection_sums_exactly_inside_its_limits(
    given_: tuple[dict[str, int], dict[str, Between], int],
) -> None:
    wanted, limits, total = given_
    found = project(wanted, limits, total)
    assert sum(found.values()) == total
    for name, amount in found.items():
        high = limits[name].high
        assert limits[name].low <= amount <= (total if high is None else high)


def _away(amount: int, given_: Between, wanted: int) -> bool:
    """Whether an amount is more than a rounding away from both limits."""
    top = amount + 2 if given_.high is None else given_.high
    return wanted > 0 and given_.low + 1 < amount < top - 1


@given(asked())
def test_a_projection_is_one_factor_cut_at_the_limits(
    given_: tuple[dict[str, int], dict[str, Between], int],
) -> None:
    wanted, limits, total = given_
    found = project(wanted, limits, total)
    free = [name for name, amount in found.items() if _away(amount, limits[name], wanted[name])]
    for one in free:  # amounts away from both limits are in proportion, to a đồng of rounding
        for two in free:
            share = Fraction(found[one] * wanted[two] - found[two] * wanted[one])
            assert abs(share) <= wanted[one] + wanted[two]


@given(asked(), st.integers(2, 1000))
def test_scaling_what_is_wanted_changes_nothing(
    given_: tuple[dict[str, int], dict[str, Between], int], times: int
) -> None:
    wanted, limits, total = given_
    more = {name: amount * times for name, amount in wanted.items()}
    assert project(more, limits, total) == project(wanted, limits, total)


@given(asked(), st.randoms())
def test_a_projection_does_not_look_at_order(
    given_: tuple[dict[str, int], dict[str, Between], int], random: Any
) -> None:
    wanted, limits, total = given_
    names = list(wanted)
    random.shuffle(names)
    assert project({n: wanted[n] for n in names}, limits, total) == project(wanted, limits, total)


@given(weights, st.integers(0, 10**9), st.integers(1, 10**6))
def test_wanting_more_never_gets_less(wanted: dict[str, int], total: int, more: int) -> None:
    assume(any(wanted.values()))
    name = min(wanted)
    before = project(wanted, {}, total)[name]
    assert project({**wanted, name: wanted[name] + more}, {}, total)[name] >= before


def test_limits_that_cannot_hold_are_refused() -> None:
    with pytest.raises(projection.DoesNotFit, match="30"):
        project({"a": 1}, {"a": Between(0, 20)}, 30)
    with pytest.raises(projection.DoesNotFit, match="10"):
        project({"a": 1}, {"a": Between(20)}, 10)
    with pytest.raises(projection.FloorOverCeiling, match="a"):
        project({"a": 1}, {"a": Between(20, 10)}, 15)


H, RISE = Fraction(5, 100), Fraction(30, 100)


def test_bounds_by_hand() -> None:
    found = bounds({"a": 1000, "b": 101}, {"b": 200, "c": 7}, 5000, harmless=H, rise=RISE)
    # b's floor for the poor is above 95 % and above 130 % of last year's
    assert found == {"a": Between(950, 1300), "b": Between(200, 200), "c": Between(7, None)}
    shrunk = bounds({"a": 1000, "b": 1000}, {}, 1000, harmless=H, rise=RISE)
    assert shrunk == {"a": Between(500, 1300), "b": Between(500, 1300)}
    grown = bounds({"a": 1000, "b": 3000}, {}, 10_000, harmless=H, rise=RISE)
    assert grown == {"a": Between(950, 2500), "b": Between(2850, 7500)}


@given(weights, weights, st.integers(0, 10**8))
def test_bounds_always_leave_a_projection(
    had: dict[str, int], least: dict[str, int], total: int
) -> None:
    held = bounds(had, least, total, harmless=H, rise=RISE)
    wanted = dict.fromkeys(held, 1)
    assert sum(project(wanted, held, total).values()) == total
    if sum(-int(-(1 - H) * n // 1) for n in had.values()) + sum(least.values()) <= total:
        assert all(held[n].low >= (1 - H) * had[n] for n in had)


def test_concentration_by_hand() -> None:
    people, burden = {"a": 10, "b": 10}, {"a": 30, "b": 10}
    # all with the poorer half: 2 · 0.25 − 1; all with the other: 2 · 0.75 − 1; equal: 0
    assert concentration({"a": 8, "b": 0}, people, burden) == Fraction(-1, 2)
    assert concentration({"a": 0, "b": 8}, people, burden) == Fraction(1, 2)
    assert concentration({"a": 4, "b": 4}, people, burden) == 0
    # equal burden a head is one place in the ranking, whoever gets it
    assert concentration({"a": 8, "b": 0}, people, {"a": 3, "b": 3}) == 0
    assert concentration({"a": 0}, {"a": 1}, {}) is None
