"""Next year's investment gathered from absorption, by hand; a counterpart only when asked."""

from datetime import date
from functools import cache

import pytest
from django.conf import settings as house
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.spending import investment, nextyear
from hoaban.account.spending.absorption import Row
from hoaban.account.spending.investment import Past
from hoaban.base import law as laws
from hoaban.base.law import Law
from tests.account.spending.test_absorption import PHANG, TAU, YEAR, row

AT = date(2026, 12, 10)
BASE = [
    row(10, 1000, 1000, 1000, 0),
    row(10, 400, 400, 200, 0, commune=TAU),
    row(10, 100, 100, 60, 0, commune=TAU, fund="local"),
    row(10, 900, 900, 900, 0, commune=TAU, kind="recurrent"),
]


@cache
def law() -> Law:
    """Central support is 85.1 %: 5 in a hundred of the programme's money is asked for."""
    return laws.read(house.LAW, house.HOME / "provinces/dien_bien/parameters")


def test_the_proposal_by_hand() -> None:
    found = nextyear.propose(
        BASE, {PHANG: 50, TAU: 50}, law(), AT, year=2026, pool_vnd=1500, deduct=False
    )

    # Tấu disbursed 260 of 500, 52 %. By 50 : 26 it would have 513; its floor is 475
    assert found.past == {PHANG: Past(1000, 1000), TAU: Past(500, 260)}
    assert {path: one.amount_vnd for path, one in found.next.proposals.items()} == {
        PHANG: 987,
        TAU: 513,
    }
    assert (found.next.proposals[TAU].disbursed, found.next.reserve_vnd) == (5200, 0)


def test_a_limit_that_decides_is_named() -> None:
    points = {PHANG: 50, TAU: 5}
    low = nextyear.propose(BASE, points, law(), AT, year=2026, pool_vnd=1500)
    high = nextyear.propose(BASE, {PHANG: 50, TAU: 500}, law(), AT, year=2026, pool_vnd=1650)

    assert [low.next.proposals[p].held for p in (PHANG, TAU)] == ["", investment.FLOOR]
    assert low.next.proposals[TAU].amount_vnd == 475
    assert [high.next.proposals[p].held for p in (PHANG, TAU)] == ["", investment.CEILING]
    assert high.next.proposals[TAU].amount_vnd == 650


def test_the_missing_counterpart_is_what_is_asked_less_own_money() -> None:
    # Phăng: 5 % of 1000 and nothing of its own; Tấu: 20 asked, 100 there
    assert nextyear.missing(BASE, law(), AT, year=2026) == {PHANG: 50}


def test_a_counterpart_is_deducted_only_when_asked() -> None:
    found = nextyear.propose(
        BASE, {PHANG: 50, TAU: 50}, law(), AT, year=2026, pool_vnd=1500, deduct=True
    )

    assert found.next.proposals[PHANG].deducted_vnd == found.next.reserve_vnd == 50
    assert found.next.proposals[PHANG].amount_vnd == 937
    assert sum(one.amount_vnd for one in found.next.proposals.values()) == 1450


def test_without_the_share_of_support_a_counterpart_is_refused() -> None:
    national = laws.read(house.LAW)
    with pytest.raises(laws.NoSuchParameter, match="central_support_share"):
        nextyear.missing(YEAR, national, AT, year=2026)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([PHANG, TAU]),
            st.sampled_from(["programme", "local", "oda"]),
            st.integers(0, 10**9),
            st.integers(0, 100),
        ),
        max_size=6,
        unique_by=lambda t: t[:2],
    ),
    st.integers(1, 10**10),
    st.booleans(),
)
def test_proposals_and_what_is_held_back_are_the_pool(
    flows: list[tuple[str, str, int, int]], pool: int, deduct: bool
) -> None:
    rows: list[Row] = [
        row(9, had, had, had * share // 100, 0, commune=commune, fund=fund)
        for commune, fund, had, share in flows
    ]
    found = nextyear.propose(
        rows, {PHANG: 50, TAU: 41}, law(), AT, year=2026, pool_vnd=pool, deduct=deduct
    ).next

    assert sum(one.amount_vnd for one in found.proposals.values()) + found.reserve_vnd == pool
    assert deduct or found.reserve_vnd == 0
