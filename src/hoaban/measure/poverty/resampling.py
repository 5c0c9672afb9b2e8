"""Bootstrap draws that belong to a cluster: whoever else is drawn moves none of them.

The Bayesian bootstrap (Rubin, Annals of Statistics 9(1), 1981) over clusters: each cluster
takes an exponential weight. No draw loses a cluster, so a ratio that exists in the data exists
in every draw. Draws are counter-based: a hash of seed, the cluster's name and the draw's number.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.record.synthetic import draws as keyed

Floats = npt.NDArray[np.float64]

LOW, HIGH = 2.5, 97.5  # percentiles of an interval
_PIECE = 8_000_000  # numbers held at a time


def multipliers(seed: int, clusters: Any, draws: int) -> Iterator[Floats]:
    """Weights of the clusters, (clusters, some draws) a piece until ``draws`` are out; mean 1."""
    names = keyed.words(seed, "cluster", clusters).astype(np.int64)
    step = max(1, _PIECE // max(1, len(names)))
    for start in range(0, draws, step):
        number = np.arange(start, min(start + step, draws))
        yield -np.log1p(-keyed.uniform(seed, "draw", (names[:, None], number[None, :])))


def interval(values: Floats) -> tuple[Any, Any]:
    """The 95 % percentile interval along the last axis; draws that are not a number are left out.

    NaN where no draw is a number.
    """
    kept = np.where(np.isfinite(values).any(axis=-1, keepdims=True), values, 0.0)
    low, high = np.nanpercentile(kept, [LOW, HIGH], axis=-1)
    nothing = ~np.isfinite(values).any(axis=-1)
    return np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)
