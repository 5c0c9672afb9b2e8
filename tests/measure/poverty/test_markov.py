"""Closed forms of Markov chains by hand and by identity, shrinkage, and draws that belong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gamma

from hoaban.measure.poverty import markov
from hoaban.measure.poverty.markov import Luck

# Two states by hand: leaves the poor with 0.2 a year, falls back with 0.05.
TWO = [[0.8, 0.2], [0.05, 0.95]]
CHAINS = st.integers(2, 5).flatmap(
    lambda m: arrays(np.float64, (m, m), elements=st.floats(0.05, 1.0))
)


def test_a_chain_of_two_states_by_hand() -> None:
    """In the long run 0.05 of 0.25 are poor; five years to leave; mobility is the sum of moves."""
    assert markov.stationary(TWO) == pytest.approx([0.2, 0.8])
    assert markov.years_to_exit(TWO, [0]) == pytest.approx([5.0])
    assert markov.shorrocks(TWO) == pytest.approx(0.25)


def test_years_to_leave_two_states_solve_their_equations() -> None:
    """x = 1 + 0.5x + 0.3y and y = 1 + 0.2x + 0.6y: x = 0.7/0.14 = 5 and y = 5."""
    p = [[0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.0, 0.0, 1.0]]
    assert markov.years_to_exit(p, [0, 1]) == pytest.approx([5.0, 5.0])


def test_who_can_never_leave_takes_for_ever() -> None:
    assert np.isinf(markov.years_to_exit(np.eye(2), [0])).all()


@given(CHAINS)
def test_rows_sum_to_one_and_a_year_leaves_the_stationary_as_it_is(counts: markov.Floats) -> None:
    p = markov.rows(counts)
    settled = markov.stationary(p)

    assert p.sum(axis=1) == pytest.approx(np.ones(len(p)))
    assert settled @ p == pytest.approx(settled, abs=1e-9)
    assert settled.sum() == pytest.approx(1.0)


@given(CHAINS)
def test_years_to_exit_are_one_and_those_of_where_the_year_leads(counts: markov.Floats) -> None:
    p, inside = markov.rows(counts), list(range(len(counts) - 1))
    found = markov.years_to_exit(p, inside)
    assert found == pytest.approx(1 + p[np.ix_(inside, inside)] @ found)


def test_mobility_is_none_when_all_stay_and_one_when_all_forget() -> None:
    assert markov.shorrocks(np.eye(4)) == 0.0
    assert markov.shorrocks(np.full((4, 4), 0.25)) == pytest.approx(1.0)


def test_no_household_is_no_share() -> None:
    assert markov.rows([[0, 0], [1, 3]]).tolist() == [[0.0, 0.0], [0.25, 0.75]]


def test_shrinkage_goes_from_a_communes_own_row_to_its_provinces() -> None:
    own, province = np.array([[8.0, 2.0]]), np.array([0.5, 0.5])

    assert markov.shrunk(own, province, 0.0)[0] == pytest.approx([0.8, 0.2])
    assert markov.shrunk(own, province, 10.0)[0] == pytest.approx([0.65, 0.35])
    assert markov.shrunk(own, province, 1e12)[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("true", [5.0, 50.0, 500.0])
def test_the_precision_of_drawn_communes_is_found_again(true: float) -> None:
    luck, mean = np.random.default_rng(1), np.array([0.6, 0.3, 0.1])
    rows = luck.dirichlet(true * mean, 400)
    counts = np.array([luck.multinomial(2000, row) for row in rows])
    assert markov.precision(counts, mean) == pytest.approx(true, rel=0.15)


def test_rows_that_only_counting_makes_differ_have_no_spread() -> None:
    counts = np.tile([60, 30, 10], (20, 1))
    assert markov.precision(counts, [0.6, 0.3, 0.1]) == markov.MOST
    assert markov.precision(np.zeros((3, 2)), [0.5, 0.5]) == markov.MOST


def test_the_precision_is_the_same_in_any_order() -> None:
    counts = np.array([[9, 1], [2, 8], [5, 5], [7, 3]])
    found = markov.precision(counts, [0.5, 0.5])
    assert markov.precision(counts[::-1], [0.5, 0.5]) == pytest.approx(found, rel=1e-6)


def test_luck_belongs_to_its_owner_and_to_the_seed() -> None:
    both = markov.luck(1, ["11/1/", "11/2/"], (2, 3))
    alone = markov.luck(1, ["11/2/"], (5, 3))

    assert (both.normal[1] == alone.normal[0, :2]).all()
    assert (both.exponential[1] == alone.exponential[0, :2]).all()
    assert (both.normal[0] != both.normal[1]).all()
    assert (markov.luck(2, ["11/2/"], (2, 3)).normal != both.normal[1]).all()


@pytest.mark.parametrize("shape", [0.05, 0.3, 1.0, 3.0, 40.0, 5000.0])
def test_gammas_are_distributed_as_gammas(shape: float) -> None:
    drawn = np.sort(markov.gammas(shape, markov.luck(1, ["x"], (400_000,)))[0])
    whole = np.arange(1, drawn.size + 1) / drawn.size
    assert np.abs(gamma.cdf(drawn, shape) - whole).max() < 0.01


def test_shares_sum_to_one_and_one_with_no_shape_gets_none() -> None:
    luck = markov.luck(1, ["x"], (1000, 3))
    found = markov.dirichlet(np.array([2.0, 0.0, 0.1]), luck)

    assert found.sum(axis=-1) == pytest.approx(np.ones((1, 1000)))
    assert (found[..., 1] == 0).all()
    assert (markov.dirichlet(np.zeros(3), luck) == 0).all()


def test_shares_too_small_to_tell_apart_are_their_means() -> None:
    bad = Luck(np.zeros(2, np.float32), np.full(2, 50.0, np.float32))
    assert markov.dirichlet([1e-3, 3e-3], bad) == pytest.approx([0.25, 0.75])


@settings(max_examples=20)
@given(st.floats(0.5, 200.0), st.floats(0.05, 0.95))
def test_drawn_shares_have_the_mean_and_spread_of_a_dirichlet(size: float, mean: float) -> None:
    luck = markov.luck(3, ["x"], (40_000, 2))
    found = markov.dirichlet(np.array([size * mean, size * (1 - mean)]), luck)[0, :, 0]

    assert found.mean() == pytest.approx(mean, abs=0.012)
    assert found.var() == pytest.approx(mean * (1 - mean) / (size + 1), rel=0.08, abs=1e-4)
