"""Signs that answers were bent to a threshold: bunching beside it, and figures too round.

A jump of the density at the threshold is sought as McCrary did (Journal of Econometrics 142(2),
2008): a histogram with no bin across it, a local line on each side, the difference of the logs.
The lines are weighted sums Σ a_j n_j of the bins' counts, which vary as Poisson numbers, so
their variances are Σ a_j² n_j; with many narrow bins that is McCrary's 24 / (5 n h f).
A finding says that somebody should look, not that anybody cheated; the law's own rounding, or
an item that jumps there, does the same.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

FEWEST = 30  # values under which no jump is sought
_KAPPA = 3.348  # McCrary's, for the triangle kernel
_LEAST_BINS = 6  # on a side, for the bandwidth to be found from the data


@dataclass(frozen=True, slots=True)
class Bunching:
    """A jump of the density at ``cutoff``, whose own value lies on the lower side.

    ``jump`` is the log of the density just at most the cut-off less that just above: above 0
    when too many stand at most the cut-off, and ``error`` its standard error; both None where
    a side's line ends at nothing. ``p`` tests that the two densities are one (by their
    difference, which exists then too); None where a side has too few values to say.
    ``below`` and ``above`` count the two bins (``width`` wide) beside the cut-off, and
    ``adjacent_p`` is the exact binomial test that either is as likely: for discrete scores,
    where the density is about flat.
    """

    cutoff: float
    values: int
    width: float
    bandwidth: float
    jump: float | None
    error: float | None
    p: float | None
    below: int
    above: int
    adjacent_p: float | None


@dataclass(frozen=True, slots=True)
class Heaping:
    """How many values are multiples of a round number, beside how many would be by chance.

    ``share`` and ``expected`` in 0…1; ``ratio`` of the two; ``p`` of the exact binomial test
    that no more are round than chance has it. None where there are no values.
    """

    multiple: int
    values: int
    round: int
    share: float | None
    expected: float
    ratio: float | None
    p: float | None


def bunching(
    values: Any, cutoff: float, *, step: float | None = None, bandwidth: float | None = None
) -> Bunching:
    """Whether values (n,) heap on one side of a cut-off; NaN are left out.

    step
        Distance between possible values (1 for points); found when not given, 0 for values
        that may lie anywhere.
    bandwidth
        How far from the cut-off values still count; McCrary's rule when not given.
    """
    given = np.asarray(values, float)
    v = given[np.isfinite(given)]
    unit = _step(v) if step is None else step
    width = _width(v, unit)
    edge = cutoff + unit / 2
    at = np.ceil((v - edge) / width).astype(np.int64) - 1  # -1: just at most the cut-off
    below, above = int((at == -1).sum()), int((at == 0).sum())
    sides = _side(at, width, left=True), _side(at, width, left=False)
    reach = _bandwidth(sides, width) if bandwidth is None else bandwidth
    lines = [_density(*side, reach) for side in sides]
    jump, error, p = _jump(*lines) if len(v) >= FEWEST else (None, None, None)
    return Bunching(
        cutoff=float(cutoff),
        values=len(v),
        width=float(width),
        bandwidth=float(reach),
        jump=jump,
        error=error,
        p=p,
        below=below,
        above=above,
        adjacent_p=_even(below, below + above, 0.5, "two-sided"),
    )


def heaping(values: Any, multiple: int, *, step: int | None = None) -> Heaping:
    """Whether whole values (n,) are multiples of ``multiple`` too often; NaN are left out.

    ``step`` is the distance between possible values (found when not given): by chance one
    in ``multiple / step`` is round. Values that are all multiples of it say nothing more.
    """
    given = np.asarray(values, float)
    v = given[np.isfinite(given)].astype(np.int64)
    unit = max(1, int(_step(v.astype(float)) if step is None else step))
    expected = min(1.0, unit / multiple)
    found = int((v % multiple == 0).sum())
    share = found / len(v) if len(v) else None
    return Heaping(
        multiple=multiple,
        values=len(v),
        round=found,
        share=share,
        expected=expected,
        ratio=None if share is None else share / expected,
        p=_even(found, len(v), expected, "greater"),
    )


def _even(part: int, whole: int, share: float, alternative: Any) -> float | None:
    return float(stats.binomtest(part, whole, share, alternative).pvalue) if whole else None


def _step(v: Floats) -> float:
    """The greatest number that all values are multiples of; 0 when one is not whole."""
    if not len(v) or (v != np.round(v)).any():
        return 0.0
    return float(np.gcd.reduce(np.abs(v).astype(np.int64)))


def _width(v: Floats, step: float) -> float:
    """McCrary's first bin, 2 sd / √n, in whole steps where there are steps."""
    wide = 2 * float(v.std()) / np.sqrt(len(v)) if len(v) else 0.0
    if step > 0:
        return float(max(1.0, np.round(wide / step)) * step)
    return wide or 1.0


def _side(at: npt.NDArray[np.int64], width: float, *, left: bool) -> tuple[Floats, Floats]:
    """Bins of one side from the cut-off outwards: distance of their middle, how many are in it."""
    place = -1 - at[at < 0] if left else at[at >= 0]
    count: Floats = np.bincount(place).astype(np.float64)
    middle: Floats = (np.arange(len(count), dtype=np.float64) + 0.5) * width
    return middle, count


def _bandwidth(sides: tuple[tuple[Floats, Floats], ...], width: float) -> float:
    """McCrary's rule: the mean over the sides of κ (σ² range / Σ f''²)^(1/5)."""
    found = []
    for middle, count in sides:
        if len(count) < _LEAST_BINS:
            return 3 * width
        span = float(middle[-1] + width / 2)
        fit = np.polynomial.Polynomial.fit(middle, count, 4)
        spread = float(((count - fit(middle)) ** 2).mean())
        bent = float((fit.deriv(2)(middle) ** 2).sum())
        wide = _KAPPA * (spread * span / bent) ** 0.2 if bent > 0 else span
        found.append(min(wide, span))
    return max(3 * width, float(np.mean(found)))


def _density(middle: Floats, count: Floats, reach: float) -> tuple[float, float]:
    """A local line's value at the cut-off, in values a bin, and its variance; NaN: too few bins."""
    kernel = np.clip(1 - middle / reach, 0, None)
    near = kernel > 0
    if near.sum() < 2:
        return np.nan, np.nan
    x, w, n = middle[near], kernel[near], count[near]
    design = np.column_stack([np.ones(len(x)), x])
    weights = np.linalg.solve(design.T @ (design * w[:, None]), (design * w[:, None]).T)[0]
    return float(weights @ n), float(weights**2 @ n)


def _jump(
    left: tuple[float, float], right: tuple[float, float]
) -> tuple[float | None, float | None, float | None]:
    (f, f_var), (g, g_var) = left, right
    if not f_var + g_var > 0:  # too few bins, or nobody near
        return None, None, None
    p = float(2 * stats.norm.sf(abs(f - g) / np.sqrt(f_var + g_var)))
    if min(f, g) <= 0:
        return None, None, p
    return float(np.log(f / g)), float(np.sqrt(f_var / f**2 + g_var / g**2)), p
