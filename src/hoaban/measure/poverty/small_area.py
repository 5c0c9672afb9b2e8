"""What a sample says of areas with few or no households in it (Fay and Herriot 1979).

Direct estimates y_i with known error variances D_i are drawn towards what covariates foretell:
y_i = x_i'β + v_i + e_i with variances A and D_i. A is found by restricted maximum likelihood
with Fisher scoring; errors after Prasad and Rao (1990) and Datta and Lahiri (2000).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure.poverty.survey import Bools, Floats

_STEPS = 500
_NORMAL = 1.959963984540054


class AreasDoNotFit(Problem):
    vi = "Có {areas} vùng có số liệu cho {covariates} biến giải thích; cần nhiều vùng hơn biến."
    en = "{areas} areas have data, for {covariates} covariates; there must be more areas."


class CovariatesRepeat(Problem):
    vi = "Các biến giải thích trùng lặp nhau ở những vùng có số liệu; hãy bỏ bớt."
    en = "Where there are data the covariates say the same twice over; leave some out."


class NotAnArea(Problem):
    vi = "Vùng ở dòng {row} có {name} = “{value}”; cần {wanted}."
    en = "The area in row {row} has {name} = “{value}”; {wanted_en} is wanted."


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Estimates of m areas, from the model.

    estimate, error
        (m,) the estimate and the root of its mean squared error.
    shrinkage
        (m,) how much the direct estimate counts, γ = A / (A + D); 0 without one.
    between
        A, the variance between areas that covariates do not explain.
    beta
        (p,) coefficients.
    """

    estimate: Floats
    error: Floats
    shrinkage: Floats
    between: float
    beta: Floats


def fay_herriot(direct: npt.ArrayLike, variance: npt.ArrayLike, covariates: npt.ArrayLike) -> Areas:
    """The best estimate of each area.

    direct, variance
        (m,) direct estimates and their error variances, positive. NaN in either: nobody was
        sampled there, and the estimate is what the covariates foretell.
    covariates
        (m, p), a column of ones among them for a constant.

    Raises `AreasDoNotFit`, `CovariatesRepeat`, `NotAnArea`.
    """
    y, d, x = (np.asarray(a, np.float64) for a in (direct, variance, covariates))
    seen: Bools = np.isfinite(y) & np.isfinite(d)
    _refuse(
        np.asarray(~np.isfinite(x).all(axis=1)), x[:, 0], "x", ("một số hữu hạn", "a finite number")
    )
    _refuse(seen & (d <= 0), d, "D", ("một số dương", "a positive number"))
    if seen.sum() <= x.shape[1]:
        raise AreasDoNotFit(areas=int(seen.sum()), covariates=x.shape[1])
    if np.linalg.matrix_rank(x[seen]) < x.shape[1]:
        raise CovariatesRepeat()
    between = _between(y[seen], d[seen], x[seen])
    beta, spread, _ = _regression(y[seen], between + d[seen], x[seen])
    foretold = x @ beta
    known = np.where(seen, d, np.inf)
    gamma = np.where(seen, between / (between + known), 0)
    estimate = foretold + np.where(seen, gamma * (np.where(seen, y, 0) - foretold), 0)
    within = np.where(seen, gamma * np.where(seen, d, 0), between)
    by_beta = (1 - gamma) ** 2 * np.einsum("ip,pq,iq->i", x, spread, x)
    noise = np.where(seen, (1 - gamma) ** 2 / (between + known), 0)
    by_between = noise * 2 / np.sum((between + d[seen]) ** -2.0)
    return Areas(estimate, np.sqrt(within + by_beta + 2 * by_between), gamma, between, beta)


def _between(y: Floats, d: Floats, x: Floats) -> float:
    """A by Fisher scoring on the restricted likelihood; 0 where its top lies below 0."""
    between = float(np.median(d))
    for _ in range(_STEPS):
        _, spread, off = _regression(y, between + d, x)
        weight = 1 / (between + d)
        square = spread @ (x.T @ (x * weight[:, None] ** 2))
        cube = spread @ (x.T @ (x * weight[:, None] ** 3))
        slope = np.sum(off**2) - (weight.sum() - np.trace(square))
        bend = np.sum(weight**2) - 2 * np.trace(cube) + np.trace(square @ square)
        new = max(between + float(slope / bend), 0.0)
        if abs(new - between) <= 1e-13 * (between + float(d.min())):
            return new
        between = new
    return between


def _regression(y: Floats, total: Floats, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted least squares: coefficients, their covariance, weighted residuals V⁻¹(y − xβ)."""
    weighted = x / total[:, None]
    spread = np.linalg.inv(x.T @ weighted)
    beta = spread @ (weighted.T @ y)
    return beta, np.asarray(spread, np.float64), (y - x @ beta) / total


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Rates of m areas between 0 and 1 with 95 % intervals, and the model behind them.

    The model is on the arcsine-√ scale.
    """

    estimate: Floats
    low: Floats
    high: Floats
    model: Areas


def rates(direct: npt.ArrayLike, households: npt.ArrayLike, covariates: npt.ArrayLike) -> Rates:
    """Small-area estimates of rates, through the arcsine of the square root.

    direct
        (m,) direct rates, 0…1; NaN where nobody was sampled.
    households
        (m,) effective sample sizes (households divided by the design effect), so that the
        error variance on the scale of the model is 1 / 4n. 0 or NaN: nobody was sampled.
    covariates
        (m, p) as in `fay_herriot`, whose problems it raises too.

    The estimate is the mean of sin² over what the model leaves open, not sin² of the mean
    (Hadam, Würz, Kreutzmann and Schmid 2024); an interval is that of the model, transformed.
    """
    p, n = np.asarray(direct, np.float64), np.asarray(households, np.float64)
    seen = np.isfinite(p) & (n > 0)
    _refuse(seen & ((p < 0) | (p > 1)), p, "p", ("một tỷ lệ từ 0 đến 1", "a rate from 0 to 1"))
    y = np.arcsin(np.sqrt(np.where(seen, p, np.nan)))
    d = 1 / (4 * np.where(seen, n, np.nan))
    found = fay_herriot(y, d, covariates)
    left = np.where(seen, found.shrinkage * d, found.between)
    middle = np.clip(found.estimate, 0, np.pi / 2)
    estimate = (1 - np.exp(-2 * left) * np.cos(2 * middle)) / 2
    reach = _NORMAL * found.error
    low, high = (
        np.sin(np.clip(found.estimate + side, 0, np.pi / 2)) ** 2 for side in (-reach, reach)
    )
    return Rates(estimate, low, high, found)


def benchmarked(estimate: Floats, size: npt.ArrayLike, overall: float) -> Floats:
    """Rates scaled so that they add up to the direct rate of all.

    estimate, size
        (m,) rates and how many people or households each area has.
    overall
        The rate of all areas together, 0…1, as estimated directly.

    One factor for all; a rate that would pass 1 is 1, and the others make up for it. Raises
    `NotAnArea` when all rates are 0 and ``overall`` is not.
    """
    counts = np.asarray(size, np.float64)
    target, full = overall * counts.sum(), np.zeros(len(estimate), bool)
    scaled = np.array(estimate, np.float64)
    while True:
        rest = np.sum((counts * scaled)[~full])
        missing = target - counts[full].sum()
        if rest <= 0:
            _refuse(np.array([missing > 1e-12 * target]), scaled, "p", ("một tỷ lệ", "a rate"))
            return np.asarray(np.where(full, 1.0, scaled))
        scaled = np.where(full, 1.0, scaled * (missing / rest))
        over = scaled > 1 + 1e-12
        if not over.any():
            return scaled
        full |= over


def _refuse(bad: Bools, values: Floats, name: str, wanted: tuple[str, str]) -> None:
    if bad.any():
        row = int(bad.argmax())
        raise NotAnArea(
            row=row + 1,
            name=name,
            value=f"{values[row]:g}",
            wanted=wanted[0],
            wanted_en=wanted[1],
        )
