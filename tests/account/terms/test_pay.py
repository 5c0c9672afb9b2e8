"""Pay by result: to the đồng, never under base, never at another's cost."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.account.terms import pay, projection
from hoaban.account.terms.pay import Payment, Settlement, Terms
from hoaban.account.terms.scores import Found, Goal
from hoaban.base.text import Text

NAMES = ("linked", "services", "register", "staff", "desks")


def goal(name: str = "linked", points: int = 20, lasts_months: int = 12, **change: Any) -> Goal:
    label = Text("Kết quả", "Result")
    made = Goal(name, "roads", label, points, "visit", lasts_months, 0.5, 5, 10, 0.6, False)
    return replace(made, **change)


GOALS = (goal("linked", 25), goal("services", 20), goal("register", 15, 0), *map(goal, NAMES[3:]))


def terms(name: str = "2027-00104", **change: Any) -> Terms:
    given_: dict[str, Any] = {
        "id": name,
        "commune": f"11/{name[5:]}/",
        "mode": "pilot",
        "base_vnd": 800,
        "equity_vnd": 50,
        "stake": Fraction(301, 2),
        "goals": GOALS,
        "conditions": {"measurable": "QĐ 1"},
        "gates": {"accounts": "BC 2"},
    }
    return Terms(**{**given_, **change})


def full() -> dict[str, Found]:
    return {name: Found(1.0, 0.0) for name in NAMES}


def test_pay_is_the_formula_of_the_commune_alone() -> None:
    # 150.5 đ: linked half the way (12.5), register with 8 % wrong (15 · 0.84 = 12.6), rest nothing
    found = {"linked": Found(0.55, 0.0), "register": Found(0.9, 0.08)}
    assert pay.pay(terms(), found) == Payment("results", 850 + 37, 113)  # ⌊150.5 · .251⌋
    assert pay.pay(terms(), full()).paid_vnd == 850 + 150  # ⌊150.5⌋


def test_the_floor_is_of_the_whole_product() -> None:
    # ⌊⌊1.9⌋ · 0.6⌋ would be 0; ⌊1.9 · 0.6⌋ is 1
    lasting = {n: Found(1.0, 0.0) for n in ("linked", "services", "register")}
    assert pay.pay(terms(stake=Fraction(19, 10)), lasting).earned_vnd == 850 + 1


def test_a_shut_gate_pays_no_performance_and_leaves_base_alone() -> None:
    shut = terms(gates={"accounts": "BC 2", "disclosure": " "})
    assert pay.pay(shut, full()) == Payment("results", 850, 150)
    assert pay.missing(shut.gates) == ["disclosure"]


def test_without_the_legal_conditions_money_follows_inputs() -> None:
    for change in ({"mode": "shadow"}, {"conditions": {"measurable": ""}}):
        assert pay.pay(terms(**change), {}) == Payment("inputs", 1000, 0)


def test_payment_by_result_is_refused_without_the_four_papers() -> None:
    papers = {"measurable": "QĐ 1", "cost_basis": "", "written_agreement": " "}
    with pytest.raises(pay.ConditionsMissing, match=r"2 điều kiện .*cost_basis, written_agreement"):
        pay.require_results(papers)
    assert pay.missing({"measurable": "QĐ 1"}) == []


def test_a_tranche_is_held_until_the_result_has_lasted_a_wet_season() -> None:
    # of 100 points 15 need not last; 30 % of the other 85 is held: 25.5 points of 150.5 đ
    part = Fraction(3, 10)
    held = pay.pay(terms(), full(), tranche=part)
    assert held == Payment("results", 850 + 112, 0, 38)
    # seen again: linked lost, services half of it left, the others not seen yet
    again = {"linked": Found(0.4, 0.0), "services": Found(0.55, 0.0)}
    after = pay.pay(terms(), full(), tranche=part, again=again)
    # lost 7.5 + 3 points, settled 3 more now: ⌊150.5 · .775⌋, ⌊150.5 · .895⌋
    assert after == Payment("results", 850 + 116, 16, 18)
    lasted = pay.pay(terms(), full(), tranche=part, again=full())
    assert lasted == pay.pay(terms(), full())


def test_what_is_seen_again_never_pays_more_than_what_was_found() -> None:
    found = {"linked": Found(0.55, 0.0)}
    first = pay.pay(terms(), found, tranche=Fraction(1, 2)).earned_vnd
    later = pay.pay(terms(), found, tranche=Fraction(1, 2), again=full())
    assert (later.earned_vnd, later.held_vnd) == (first, 0)


def test_more_promised_than_the_pool_is_refused() -> None:
    with pytest.raises(pay.MoreThanThePool, match="2000"):
        pay.settle([terms(), terms("2027-00105")], {}, pool_vnd=1999)


# --- properties -----------------------------------------------------------------------------------

shares = st.decimals(0, 1, places=3).map(float)
finding = st.builds(Found, shares, st.decimals(0, "0.3", places=3).map(float))
findings = st.dictionaries(st.sampled_from(NAMES), finding)
parts = st.fractions(0, 1, max_denominator=100)


@st.composite
def worlds(draw: Any) -> tuple[list[Terms], dict[str, dict[str, Found]], int]:
    """Agreements that share a pool by need, and what was found of each."""
    need = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
    pool = draw(st.integers(0, 10**12))
    by_part = projection.split(pool, {"base": 80, "performance": 15, "equity": 5})
    names = [f"2027-{n:05}" for n in range(len(need))]
    base, equity = (
        projection.split(by_part[part], dict(zip(names, need, strict=True)))
        for part in ("base", "equity")
    )
    made = [
        terms(
            name,
            base_vnd=base[name],
            equity_vnd=equity[name],
            stake=Fraction(by_part["performance"] * weight, sum(need)),
            mode=draw(st.sampled_from(("pilot", "pilot", "shadow"))),
            gates={"accounts": draw(st.sampled_from(("BC 2", "BC 2", "")))},
            goals=GOALS[: draw(st.integers(0, len(GOALS)))],
        )
        for name, weight in zip(names, need, strict=True)
    ]
    return made, {name: draw(findings) for name in names}, pool


def sums(settled: Settlement) -> int:
    return settled.help_vnd + sum(one.earned_vnd for one in settled.payments.values())


@given(worlds(), parts, st.dictionaries(st.sampled_from(NAMES), finding))
def test_everything_adds_up_to_the_pool(
    world: tuple[list[Terms], dict[str, dict[str, Found]], int],
    tranche: Fraction,
    seen: dict[str, Found],
) -> None:
    made, found, pool = world
    again = {made[0].id: seen}
    settled = pay.settle(made, found, pool_vnd=pool, tranche=tranche, again=again)
    assert sums(settled) == pool
    assert 0 <= settled.rounding_vnd < len(made) + 1
    for one in made:
        paid = settled.payments[one.id]
        assert paid.paid_vnd >= one.base_vnd + one.equity_vnd  # nobody falls below base
        assert paid.held_vnd >= 0
        assert paid.unearned_vnd >= 0
        most = one.base_vnd + one.equity_vnd + one.performance_vnd
        assert paid.earned_vnd + paid.unearned_vnd == most


@given(worlds(), parts, st.sampled_from(NAMES), finding, shares)
def test_raising_ones_own_value_lowers_nobodys_pay(
    world: tuple[list[Terms], dict[str, dict[str, Found]], int],
    tranche: Fraction,
    name: str,
    seen: Found,
    more: float,
) -> None:
    made, found, pool = world
    mine = made[0].id
    worse = {**found, mine: {**found[mine], name: seen}}
    raised = Found(max(seen.value, more), seen.discrepancy)
    better = {**found, mine: {**found[mine], name: raised}}
    before, after = (
        pay.settle(made, one, pool_vnd=pool, tranche=tranche).payments for one in (worse, better)
    )
    assert after[mine].paid_vnd >= before[mine].paid_vnd
    assert after[mine].earned_vnd >= before[mine].earned_vnd
    assert {n: p for n, p in after.items() if n != mine} == {
        n: p for n, p in before.items() if n != mine
    }


@given(worlds(), parts, st.randoms())
def test_the_order_of_agreements_does_not_matter(
    world: tuple[list[Terms], dict[str, dict[str, Found]], int], tranche: Fraction, random: Any
) -> None:
    made, found, pool = world
    mixed = list(made)
    random.shuffle(mixed)
    first, second = (
        pay.settle(one, found, pool_vnd=pool, tranche=tranche) for one in (made, mixed)
    )
    assert dict(first.payments) == dict(second.payments)
    assert first.help_vnd == second.help_vnd


@given(findings, parts, st.integers(1, 1000))
def test_pay_grows_with_the_pool(found: dict[str, Found], tranche: Fraction, times: int) -> None:
    one = terms()
    many = replace(one, base_vnd=800 * times, equity_vnd=50 * times, stake=one.stake * times)
    small, large = (pay.pay(t, found, tranche=tranche) for t in (one, many))
    for name in ("paid_vnd", "earned_vnd"):
        before, after = getattr(small, name), getattr(large, name)
        assert times * before <= after < times * (before + 1)


@given(findings, st.decimals(0, "0.3", places=3).map(float))
def test_more_claims_found_wrong_never_pay_more(found: dict[str, Found], wrong: float) -> None:
    worse = {n: Found(f.value, max(f.discrepancy, wrong)) for n, f in found.items()}
    assert pay.pay(terms(), worse).paid_vnd <= pay.pay(terms(), found).paid_vnd
