"""Another body looks again at a tenth, drawn after the findings are locked; its word stands."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.checks import counter
from hoaban.account.checks.counter import FindingsChanged, Overturned, Pair

FINDINGS = {f"2027-00104/linked/{n:04}": n % 3 > 0 for n in range(200)}


@pytest.mark.parametrize(("n", "size"), [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (200, 20)])
def test_a_tenth_is_drawn_and_at_least_one(n: int, size: int) -> None:
    some = dict(list(FINDINGS.items())[:n])
    drawn = counter.draw(some, seed=5, share=0.1)
    assert len(drawn) == size
    assert drawn == sorted(set(drawn) & set(some))


@settings(deadline=None)
@given(st.integers(0, 2**60))
def test_the_same_seed_draws_the_same_in_any_order(seed: int) -> None:
    mixed = list(FINDINGS.items())
    random.Random(seed).shuffle(mixed)  # noqa: S311
    drawn = counter.draw(FINDINGS, seed=seed, share=0.1)
    assert counter.draw(dict(mixed), seed=seed, share=0.1) == drawn


def test_seeds_draw_differently_and_every_finding_about_as_often() -> None:
    some = dict(list(FINDINGS.items())[:20])
    drawn = [counter.draw(some, seed=seed, share=0.1) for seed in range(1000)]
    times = {claim: sum(claim in one for one in drawn) for claim in some}
    assert sum(times.values()) == 2000
    assert all(60 < count < 145 for count in times.values())  # 100 ± 4.5 standard deviations


def test_findings_changed_after_their_lock_are_not_drawn() -> None:
    digest = counter.lock(FINDINGS)
    first = next(iter(FINDINGS))
    assert counter.draw(FINDINGS, seed=1, share=0.1, digest=digest)
    with pytest.raises(FindingsChanged):
        counter.draw({**FINDINGS, first: True}, seed=1, share=0.1, digest=digest)


def pairs(first: bool, *second: bool, body: str = "A") -> list[Pair]:
    return [Pair(f"{body}{first}{n}", body, first, said) for n, said in enumerate(second)]


def test_the_body_overturned_most_comes_first_with_its_interval() -> None:
    seen = [*pairs(True, True, False, body="A"), *pairs(True, True, body="B")]
    assert counter.overturned({"A": 2, "B": 1, "C": 4}, seen) == [
        Overturned("A", 2, 2, 1, 0.5, 0.5),
        Overturned("B", 1, 1, 0, 0.0, 0.0),
        Overturned("C", 4, 0, 0, 0.0, 1.0),
    ]


def test_the_error_rate_is_put_right_by_double_sampling() -> None:
    # 100 seen, 20 found wrong. Of 8 found right the second body found 2 wrong, of 4 found wrong 3:
    # (80 · 2/8 + 20 · 3/4) / 100 = 35 %
    both = [*pairs(True, *[True] * 6, *[False] * 2), *pairs(False, *[False] * 3, True)]
    assert counter.corrected(100, 20, both) == pytest.approx(0.35)


def test_without_pairs_the_first_word_stands() -> None:
    assert counter.corrected(100, 20, []) == pytest.approx(0.20)
    assert counter.corrected(0, 0, []) is None
