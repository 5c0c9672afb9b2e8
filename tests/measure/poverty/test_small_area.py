"""Fay–Herriot equals R sae on the milk data; rates and benchmarks do what they say."""

from pathlib import Path

import numpy as np
import pytest

from hoaban.base.problems import Problem
from hoaban.measure.poverty.small_area import (
    AreasDoNotFit,
    CovariatesRepeat,
    NotAnArea,
    benchmarked,
    fay_herriot,
    rates,
)
from hoaban.measure.poverty.survey import Floats

MILK = Path(__file__).parent / "data/milk.csv"


@pytest.fixture(scope="module")
def milk() -> tuple[Floats, Floats, Floats]:
    """Direct estimates, variances, and dummies of the major areas beside a constant."""
    d = np.genfromtxt(MILK, delimiter=",", names=True)
    x = (d["major_area"][:, None] == [1, 2, 3, 4]).astype(float)
    x[:, 0] = 1
    return d["direct_est"], d["std_error"] ** 2, x


def test_equals_sae_on_the_milk_data(milk: tuple[Floats, Floats, Floats]) -> None:
    found = fay_herriot(*milk)
    assert found.between == pytest.approx(0.018550334763, abs=1e-12)
    beta = [0.96818897, 0.13278014, 0.22694622, -0.24130108]
    assert found.beta.tolist() == pytest.approx(beta, rel=0, abs=1e-6)
    first = [1.021970342, 1.047601824, 1.067951258, 0.760817049, 0.846157357]
    assert found.estimate[:5].tolist() == pytest.approx(first, rel=0, abs=1e-6)
    errors = [0.01346022, 0.00537288, 0.00570199, 0.00854174, 0.00957959]
    assert (found.error[:5] ** 2).tolist() == pytest.approx(errors, rel=0, abs=1e-6)


def test_the_restricted_likelihood_is_at_its_top(milk: tuple[Floats, Floats, Floats]) -> None:
    y, d, x = milk

    def log_likelihood(between: float) -> float:
        v = np.diag(1 / (between + d))
        cross = x.T @ v @ x
        p = v - v @ x @ np.linalg.inv(cross) @ x.T @ v
        return float(np.log(between + d).sum() + np.linalg.slogdet(cross)[1] + y @ p @ y) / -2

    top = fay_herriot(y, d, x).between
    assert log_likelihood(top) > max(log_likelihood(top * 0.99), log_likelihood(top * 1.01))


def test_an_area_without_a_sample_gets_what_covariates_foretell(
    milk: tuple[Floats, Floats, Floats],
) -> None:
    y, d, x = milk
    direct = y.copy()
    direct[3] = np.nan
    found = fay_herriot(direct, d, x)
    seen = np.arange(43) != 3
    alone = fay_herriot(y[seen], d[seen], x[seen])
    assert found.between == alone.between
    np.testing.assert_allclose(found.estimate[seen], alone.estimate)
    np.testing.assert_allclose(found.error[seen], alone.error)
    assert found.estimate[3] == pytest.approx(x[3] @ alone.beta)
    assert found.error[3] ** 2 > found.between
    assert found.shrinkage[3] == 0


def test_no_difference_between_areas_means_pooling() -> None:
    found = fay_herriot([0.2, 0.2, 0.2001, 0.1999], [1, 1, 1, 1], np.ones((4, 1)))
    assert found.between == 0
    np.testing.assert_allclose(found.estimate, 0.2)


def test_rates_are_drawn_together_and_stay_rates() -> None:
    direct = [0.1, 0.5, 0.3, np.nan, 0.0, 1.0]
    found = rates(direct, [30, 20, 10, 0, 12, 50], np.ones((6, 1)))
    assert ((found.low >= 0) & (found.low <= found.estimate)).all()
    assert ((found.estimate <= found.high) & (found.high <= 1)).all()
    assert found.estimate[4] > 0
    assert found.estimate[5] < 1


def test_rates_with_much_data_are_left_alone() -> None:
    direct = np.array([0.1, 0.4, 0.25, 0.7])
    found = rates(direct, np.full(4, 1e7), np.ones((4, 1)))
    np.testing.assert_allclose(found.estimate, direct, atol=1e-5)


def test_back_transform_is_the_mean_over_what_is_left_open() -> None:
    found = rates([0.2, 0.4, 0.3], [20, 30, 10], np.ones((3, 1)))
    left = found.model.shrinkage / (4 * np.array([20, 30, 10]))
    draws = np.random.default_rng(5).standard_normal((200_000, 3)) * np.sqrt(left)
    mean = (np.sin(found.model.estimate + draws) ** 2).mean(axis=0)
    np.testing.assert_allclose(found.estimate, mean, atol=1e-3)


def test_benchmark_adds_up_and_passes_nothing_over_one() -> None:
    np.testing.assert_allclose(benchmarked(np.array([0.2, 0.4]), [3, 1], 0.5), [0.4, 0.8])
    held = benchmarked(np.array([0.9, 0.5, 0.1]), [1, 1, 1], 0.7)
    np.testing.assert_allclose(held, [1, 0.55 / 0.6, 0.11 / 0.6])
    assert held.mean() == pytest.approx(0.7)
    assert benchmarked(np.zeros(2), [1, 1], 0).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("problem", "direct", "variance", "covariates"),
    [
        (AreasDoNotFit, [1, 2, np.nan], [1, 1, 1], [[1, 1], [1, 2], [1, 3]]),
        (CovariatesRepeat, [1, 2, 3], [1, 1, 1], [[1, 2], [1, 2], [1, 2]]),
        (NotAnArea, [1, 2, 3], [1, 0, 1], [[1], [1], [1]]),
        (NotAnArea, [1, 2, 3], [1, 1, 1], [[1], [np.nan], [1]]),
    ],
)
def test_refusals(
    problem: type[Problem],
    direct: list[float],
    variance: list[float],
    covariates: list[list[float]],
) -> None:
    with pytest.raises(problem) as told:
        fay_herriot(direct, variance, covariates)
    assert told.value.text("vi") != told.value.text("en")


def test_impossible_rates_and_benchmarks_are_refused() -> None:
    with pytest.raises(NotAnArea):
        rates([1.2, 0.1, 0.2], [5, 5, 5], np.ones((3, 1)))
    with pytest.raises(NotAnArea):
        benchmarked(np.zeros(2), [1, 1], 0.5)
