"""Bunching and heaping: nothing found where nothing was bent, found where it was planted."""

import numpy as np
import pytest

from hoaban.measure.poverty import thresholds

CUT = 140


def points(seed: int, n: int = 4000) -> np.ndarray:
    """Scores of nobody's making: 60 to 220, even."""
    return np.random.default_rng(seed).integers(60, 221, n)


def bent(seed: int, n: int = 4000) -> np.ndarray:
    """A third of those up to five points above the cut-off were written down to it."""
    score = points(seed, n)
    near = (score > CUT) & (score <= CUT + 5)
    moved = near & (np.random.default_rng(seed + 100).random(n) < 1 / 3)
    return np.where(moved, CUT - score % 3, score)


def test_nothing_is_found_in_even_scores() -> None:
    alarms = [(thresholds.bunching(points(seed), CUT).p or 0) < 0.01 for seed in range(60)]
    assert sum(alarms) <= 3


def test_scores_written_down_to_the_threshold_are_found() -> None:
    for seed in range(10):
        found = thresholds.bunching(bent(seed), CUT)
        assert found.jump is not None
        assert found.jump > 0.3
        assert found.p is not None
        assert found.p < 0.01
        assert found.below > found.above


def test_the_value_at_the_cut_off_counts_as_below_it() -> None:
    found = thresholds.bunching([139, 140, 140, 140, 141], 140, step=1)
    assert (found.width, found.below, found.above) == (1, 3, 1)
    assert found.adjacent_p == pytest.approx(2 * (1 + 4) / 16)  # 3 or 4 heads of 4, both tails
    assert found.jump is None  # five values say nothing


def test_the_error_is_mccrarys_where_bins_are_many() -> None:
    values = np.random.default_rng(1).uniform(0, 1, 200_000)
    found = thresholds.bunching(values, 0.5, bandwidth=0.2)
    asymptotic = np.sqrt(2 * 24 / (5 * 200_000 * 0.2))  # density 1 on both sides
    assert found.error == pytest.approx(asymptotic, rel=0.05)
    assert found.p is not None
    assert found.p > 0.01


def test_a_slope_is_no_jump_but_fools_the_adjacent_bins() -> None:
    value = np.floor(1000 * np.sqrt(np.random.default_rng(4).random(500_000)))
    found = thresholds.bunching(value, 20, step=1, bandwidth=18)  # density rises by 5 % a point
    assert found.p is not None
    assert found.p > 0.01
    wide = thresholds.bunching(np.repeat([1, 2, 3, 4, 5, 6], [10, 30, 90, 270, 810, 2430]), 3)
    assert wide.adjacent_p is not None
    assert wide.adjacent_p < 1e-6


def test_a_step_of_the_register_is_found_from_the_values() -> None:
    income = 1000 * np.random.default_rng(2).integers(500, 3000, 3000)
    found = thresholds.bunching(income, 1_500_000)
    assert found.width % 1000 == 0
    assert found.p is not None
    assert found.p > 0.01
    moved = np.where((income > 1_500_000) & (income <= 1_600_000), 1_500_000, income)
    again = thresholds.bunching(moved, 1_500_000)
    assert again.p is not None
    assert again.p < 1e-6


def test_empty_answers_are_left_out() -> None:
    found = thresholds.bunching([np.nan, 140.0], 140, step=1)
    assert (found.values, found.below) == (1, 1)
    nothing = thresholds.bunching([], 140)
    assert (nothing.values, nothing.jump, nothing.adjacent_p) == (0, None, None)
    assert thresholds.heaping([], 5).share is None


def test_round_figures_are_counted_against_chance() -> None:
    even = thresholds.heaping(np.arange(1000), 5)
    assert (even.values, even.round, even.expected, even.ratio) == (1000, 200, 0.2, 1.0)
    assert even.p is not None
    assert even.p > 0.4
    heaped = thresholds.heaping([100] * 30 + list(range(100)), 10)
    assert (heaped.round, heaped.expected) == (40, 0.1)
    assert heaped.p is not None
    assert heaped.p < 1e-6
    thousands = thresholds.heaping(1000 * np.arange(1, 1001), 100_000)
    assert (thousands.round, thousands.expected) == (10, 0.01)
