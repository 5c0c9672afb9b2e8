"""Next year's investment follows what was disbursed, as a proposal exact to the đồng."""

from datetime import date
from functools import cache

import pytest
from django.conf import settings as house
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.spending import investment
from hoaban.account.spending.investment import Past, propose
from hoaban.base import law as laws
from hoaban.base.law import Law

AT = date(2026, 11, 24)


@cache
def law() -> Law:
    return laws.read(house.LAW, house.HOME / "provinces/dien_bien/parameters")


def test_a_proposal_by_hand() -> None:
    past = {"a": Past(1000, 1000), "b": Past(1000, 600), "c": Past(1000, 1000, owed_vnd=30)}
    found = propose(3000, {"a": 50, "b": 50, "c": 50}, past, law(), AT)
    # by 50 : 30 : 50 b would have 692; hold-harmless keeps 950; the others share 2050
    assert {p: one.amount_vnd for p, one in found.proposals.items()} == {
        "a": 1025,
        "b": 950,
        "c": 995,
    }
    assert (found.reserve_vnd, found.proposals["b"].disbursed) == (30, 6000)
    assert "đề xuất" in found.principle.vi


def test_more_disbursed_than_allocated_is_refused() -> None:
    with pytest.raises(investment.DisbursedMoreThanAllocated, match="a: giải ngân 11"):
        propose(10, {"a": 1}, {"a": Past(10, 11)}, law(), AT)


pasts = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(st.integers(0, 10**9), st.integers(0, 100), st.integers(0, 10**8)).map(
        lambda t: Past(t[0], t[0] * t[1] // 100, t[2])
    ),
)


@settings(deadline=None)
@given(pasts, st.integers(0, 10**10))
def test_proposals_and_reserve_are_the_pool(past: dict[str, Past], pool: int) -> None:
    found = propose(pool, dict.fromkeys("abcde", 40), past, law(), AT)
    assert sum(one.amount_vnd for one in found.proposals.values()) + found.reserve_vnd == pool
    assert all(one.amount_vnd >= 0 for one in found.proposals.values())


@settings(deadline=None)
@given(pasts, st.integers(0, 10**10), st.integers(0, 100))
def test_disbursing_more_never_gets_less(past: dict[str, Past], pool: int, share: int) -> None:
    had = 10**8
    least = {**past, "a": Past(had, had * share // 100)}
    most = {**past, "a": Past(had, had)}
    less, more = (
        propose(pool, dict.fromkeys("abcde", 40), one, law(), AT).proposals["a"].amount_vnd
        for one in (least, most)
    )
    assert more >= less
