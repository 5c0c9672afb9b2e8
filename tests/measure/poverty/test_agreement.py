"""Re-interviews: textbook κ, Rogan and Gladen, and shares that come back through Q."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.measure.poverty import agreement


def pairs(*table: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """(first, second, how many) as two columns."""
    first = np.repeat([t[0] for t in table], [t[2] for t in table])
    second = np.repeat([t[1] for t in table], [t[2] for t in table])
    return first, second


def test_kappa_by_hand() -> None:
    # 20 both yes, 5 and 10 apart, 15 both no: 0.70 agree, 0.50 would by chance
    found = agreement.kappa("water", *pairs((1, 1, 20), (1, 0, 5), (0, 1, 10), (0, 0, 15)))
    assert (found.item, found.pairs, found.agree) == ("water", 50, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_of_answers_that_never_vary_says_nothing() -> None:
    assert agreement.kappa("a", [0, 0], [0, 0]) == agreement.Agreement("a", 2, 1.0, None)
    assert agreement.kappa("a", [np.nan, 1], [1, np.nan]) == agreement.Agreement("a", 0, None, None)


def test_only_what_both_asked_is_compared() -> None:
    first = {"water": [1, 0], "toilet": [1, 1], "waste": [0, 0]}
    found = agreement.items(first, {"toilet": [1, 0], "water": [1, 0]})
    assert [(one.item, one.agree) for one in found] == [("water", 1.0), ("toilet", 0.5)]


def test_the_share_confirmed_has_an_exact_interval() -> None:
    found = agreement.confirmed([3, 3, 2, 0], [3, 3, 3, 0])
    assert (found.pairs, found.confirmed, found.share) == (4, 3, 0.75)
    assert found.low == pytest.approx(0.19412, abs=1e-5)  # Clopper–Pearson of 3 in 4
    assert found.high == pytest.approx(0.99369, abs=1e-5)
    assert agreement.confirmed([], []).share is None


def test_columns_of_the_matrix_are_what_becomes_of_each_true_state() -> None:
    first, second = pairs((1, 1, 9), (0, 1, 1), (1, 0, 2), (0, 0, 8))
    q = agreement.misclassification(first, second, (0, 1))
    assert q == pytest.approx(np.array([[0.8, 0.1], [0.2, 0.9]]))


def test_two_states_are_rogan_and_gladens() -> None:
    first, second = pairs((1, 1, 9), (0, 1, 1), (1, 0, 2), (0, 0, 8))
    observed = np.repeat([1, 0], [38, 62])
    found = agreement.corrected(observed, first, second, (0, 1))
    assert agreement.rogan_gladen(0.38, 0.9, 0.8) == pytest.approx(0.18 / 0.7)
    assert found.share == pytest.approx([1 - 0.18 / 0.7, 0.18 / 0.7])
    assert found.observed == pytest.approx([0.62, 0.38])
    assert found.low[1] <= found.share[1] <= found.high[1]
    more = agreement.corrected(observed, np.tile(first, 50), np.tile(second, 50), (0, 1))
    assert more.share == pytest.approx(found.share)
    assert more.high[1] - more.low[1] < (found.high[1] - found.low[1]) / 3


def test_states_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(agreement.CannotTellApart, match="0, 1"):
        agreement.corrected([0, 1], *pairs((1, 1, 5), (0, 1, 5), (1, 0, 5), (0, 0, 5)), (0, 1))
    with pytest.raises(agreement.CannotTellApart):
        agreement.corrected([0, 1], *pairs((1, 1, 5), (0, 1, 5)), (0, 1))


def test_no_error_seen_is_no_proof_that_there_is_none() -> None:
    found = agreement.corrected([0, 1, 1], [0, 1], [0, 1], (0, 1))
    assert found.share == pytest.approx([1 / 3, 2 / 3])
    assert np.isnan([*found.low, *found.high]).all()


def test_a_correction_below_zero_is_brought_back() -> None:
    first, second = pairs((1, 1, 9), (0, 1, 1), (1, 0, 2), (0, 0, 8))
    found = agreement.corrected(np.repeat([1, 0], [10, 90]), first, second, (0, 1))
    assert found.share.tolist() == [1, 0]  # fewer than the false alarms alone would make
    assert agreement.rogan_gladen(0.1, 0.9, 0.8) == 0


@given(
    st.lists(st.integers(1, 50), min_size=3, max_size=3),
    st.lists(st.integers(1, 20), min_size=6, max_size=6),
)
def test_three_states_come_back_through_the_matrix(true: list[int], wrong: list[int]) -> None:
    states = (0, 1, 2)
    table = np.zeros((3, 3), int)
    table[~np.eye(3, dtype=bool)] = wrong
    table[np.eye(3, dtype=bool)] = 60  # mostly right
    first, second = pairs(*((i, j, int(table[i, j])) for i in states for j in states))
    q = agreement.misclassification(first, second, states)
    share = np.array(true) / sum(true)
    seen = np.round(q @ share * 1_000_000).astype(int)
    found = agreement.corrected(np.repeat(states, seen), first, second, states, draws=50)
    assert found.share == pytest.approx(share, abs=1e-4)
    assert q.sum(axis=0) == pytest.approx(1)
