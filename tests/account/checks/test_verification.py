"""Sizes, draws and intervals against hand-worked numbers and brute force."""

from datetime import date
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.checks import verification
from hoaban.account.checks.verification import Claim, Claimed
from hoaban.base.law import Law, Value

AT = date(2027, 12, 15)


def law(**given: float) -> Law:
    values = {"error": 0.05, "z": 1.96, "share_expected": 0.5, "risk_share": 0.2, **given}
    return Law(
        {
            f"verification.{name}": (
                Value(f"verification.{name}", value, "", date(2025, 7, 1), None, "x", "assumed"),
            )
            for name, value in values.items()
        }
    )


def claim(number: int, stake: int = 1000) -> Claim:
    village = f"11/00104/{number:04}/"
    return Claim(f"2027-00104/linked/{number:04}", "2027-00104", "linked", "c", village, stake)


@pytest.mark.parametrize(
    ("size", "n"),
    # n0 = 1.96² · 0.25 / 0.05² = 384.16; 384.16 / (1 + 383.16 / 400) = 196.2
    [(0, 0), (1, 1), (400, 197), (10**9, 385)],
)
def test_the_size_of_a_sample_is_that_of_the_textbook(size: int, n: int) -> None:
    assert verification.sample_size(size, error=0.05, z=1.96, share=0.5) == n


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_more_claims_never_need_a_smaller_sample(first: int, second: int) -> None:
    few, many = sorted((first, second))
    sizes = [verification.sample_size(n, error=0.05, z=1.96, share=0.5) for n in (few, many)]
    assert sizes[0] <= sizes[1] <= many


def test_a_draw_has_a_random_and_a_risk_stratum() -> None:
    claims = [claim(n) for n in range(400)]
    drawn = verification.sample(claims, seed=7, law=law(), at=AT)
    assert (len(drawn.random), len(drawn.risk), drawn.size) == (197, 40, 400)
    assert not set(drawn.random) & set(drawn.risk)
    assert verification.draw(claims, seed=7, law=law(), at=AT) == drawn.ids
    assert len(drawn.ids) == 237


@given(st.permutations(range(30)), st.integers(0, 2**32))
def test_the_order_of_claims_does_not_matter(order: list[int], seed: int) -> None:
    rules = law(error=0.2)
    straight = verification.sample([claim(n) for n in range(30)], seed=seed, law=rules, at=AT)
    mixed = verification.sample([claim(n) for n in order], seed=seed, law=rules, at=AT)
    assert straight == mixed


def test_one_claim_less_moves_no_other_draw() -> None:
    claims = [claim(n) for n in range(400)]
    whole = set(verification.sample(claims, seed=7, law=law(), at=AT).random)
    gone = next(c for c in claims if c.id not in whole)
    fewer = verification.sample([c for c in claims if c != gone], seed=7, law=law(), at=AT)
    assert set(fewer.random) <= whole


def test_another_seed_draws_another_sample() -> None:
    claims = [claim(n) for n in range(400)]
    one, two = (verification.draw(claims, seed=seed, law=law(), at=AT) for seed in (1, 2))
    assert one != two


def test_every_claim_is_drawn_about_as_often() -> None:
    claims = [claim(n) for n in range(10)]
    rules = law(error=0.49)  # four of ten
    times = dict.fromkeys((c.id for c in claims), 0)
    for seed in range(1000):
        for drawn in verification.sample(claims, seed=seed, law=rules, at=AT).random:
            times[drawn] += 1
    assert all(330 < count < 470 for count in times.values())  # 400 ± 4.5 standard deviations
    assert sum(times.values()) == 4000


def test_more_money_at_stake_is_drawn_more_often_by_risk() -> None:
    claims = [claim(0, stake=9000), *(claim(n, stake=1000) for n in range(1, 10))]
    rules = law(error=0.98, risk_share=1.0)  # one by chance, one by risk
    by_risk = [verification.sample(claims, seed=s, law=rules, at=AT).risk for s in range(400)]
    assert {len(drawn) for drawn in by_risk} == {1}
    rich = sum(drawn == (claims[0].id,) for drawn in by_risk)
    assert 140 < rich < 240  # about 9/10 · 9/18 of the time and a little more


def test_a_commune_audited_twice_has_as_many_claims_again_by_risk() -> None:
    places = ("11/00104/", "11/00105/")
    claims = [
        Claim(f"{place}{n}", "a", "linked", place, f"{place}{n:04}/", 1000)
        for place in places
        for n in range(50)
    ]
    rules = law(error=0.2)
    once = verification.sample(claims, seed=3, law=rules, at=AT)
    twice = verification.sample(claims, seed=3, law=rules, at=AT, twice=[places[0]])

    here, there = (
        [sum(claim.startswith(place) for claim in one.ids) for one in (once, twice)]
        for place in places
    )
    assert here[1] == 2 * here[0] > 0
    assert there[1] == there[0] > 0
    assert twice.random == once.random
    assert set(once.risk) < set(twice.risk)


def test_a_commune_that_is_all_drawn_has_no_more_to_draw() -> None:
    claims = [claim(n) for n in range(5)]
    drawn = verification.sample(claims, seed=1, law=law(), at=AT, twice=["c"])
    assert len(drawn.ids) == 5


def test_a_public_seed_hangs_on_the_lottery_and_on_what_was_locked() -> None:
    seed = verification.public_seed("04 17 23", "abc")
    assert seed == verification.public_seed("041723", "abc")
    assert 0 <= seed < 2**60
    others = {verification.public_seed("041724", "abc"), verification.public_seed("041723", "abd")}
    assert len({seed, *others}) == 3


def test_locked_claims_cannot_be_changed_before_the_draw() -> None:
    claims = [claim(n) for n in range(10)]
    digest = verification.lock(claims)
    assert digest == verification.lock(claims[::-1])
    verification.sample(claims, seed=1, law=law(), at=AT, digest=digest)
    with pytest.raises(verification.ClaimsChanged):
        verification.sample(
            [*claims[1:], claim(0, stake=1)], seed=1, law=law(), at=AT, digest=digest
        )


def test_claims_are_one_per_result_and_village_and_hold_their_points_of_the_money() -> None:
    agreed = Claimed(
        id="2027-00104",
        commune="11/00104/",
        performance_vnd=1_000_001,
        points={"linked": 25, "register": 15},
        villages=("11/00104/0001/", "11/00104/0002/", "11/00104/0003/"),
    )
    claims = verification.claims_of([agreed])
    assert [c.id for c in claims][:2] == ["2027-00104/linked/0001", "2027-00104/linked/0002"]
    assert len(claims) == 6
    # 25 + 15 of 100 points are at stake: 250,000 and 150,000 (one đồng is left to the rest)
    assert sum(c.stake_vnd for c in claims if c.promise == "linked") == 250_000
    assert sum(c.stake_vnd for c in claims) == 400_000


def test_a_lot_passes_as_often_as_counting_every_sample_says() -> None:
    # 3 wrong of 10, 2 drawn, none allowed: C(7,2)/C(10,2) = 21/45
    assert verification.pass_probability(10, 3, 2, 0) == pytest.approx(21 / 45)
    samples = list(combinations([True] * 4 + [False] * 5, 3))
    passed = sum(sum(sample) <= 1 for sample in samples)
    assert verification.pass_probability(9, 4, 3, 1) == pytest.approx(passed / len(samples))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.data())
def test_the_interval_is_that_of_trying_every_number(size: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, size))
    wrong = data.draw(st.integers(0, drawn))

    def ways(bad: int, seen: int) -> int:
        return comb(bad, seen) * comb(size - bad, drawn - seen)

    possible = [
        bad
        for bad in range(wrong, size - (drawn - wrong) + 1)
        if 40 * sum(ways(bad, k) for k in range(wrong, drawn + 1)) > comb(size, drawn)
        and 40 * sum(ways(bad, k) for k in range(wrong + 1)) > comb(size, drawn)
    ]
    low, high = verification.error_interval(size, drawn, wrong)
    assert (low, high) == (min(possible) / size, max(possible) / size)


def test_all_seen_is_all_known_and_nothing_seen_is_nothing_known() -> None:
    assert verification.error_interval(10, 10, 3) == (0.3, 0.3)
    assert verification.error_interval(10, 0, 0) == (0.0, 1.0)
    with pytest.raises(verification.SampleTooLarge):
        verification.error_interval(10, 11, 3)
