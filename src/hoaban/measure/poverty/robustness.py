"""Whether the order of communes hangs on where the cut-off lies and on what counts how much.

After Alkire and Santos (2014): one measure under many plausible cut-offs and weights, and the
share of pairwise comparisons that all of them agree on.
"""

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoaban.base.problems import Problem
from hoaban.measure.poverty.patterns import Patterns, Weight, index
from hoaban.measure.poverty.survey import Bools, Floats, Ints, whole, whole_points

CUTOFFS = (2, 3, 4, 5)  # of 12: from every sixth of all points to five twelfths


class NotDimensions(Problem):
    vi = "Các chiều phải chia hết {indicators} chỉ số, mỗi chỉ số thuộc đúng một chiều."
    en = "Dimensions must divide the {indicators} indicators, each in exactly one of them."


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """How a measure moves with the cut-off, and how firm the order of groups is.

    groups
        The g groups that hold anybody.
    cutoffs
        (c,) every cut-off from 1 to all points.
    H, M0
        (c, g + 1) at each cut-off, with the points as they are; the last column is everybody.
    pairs
        How many pairs of groups differ in M0 at the points and cut-off as they are.
    kept
        How many of those are in the same strict order under every cut-off and weight tried.
    tau_min
        The smallest Kendall τ-b between the order as it is and one that was tried; NaN when
        nothing can be ordered.
    """

    groups: tuple[Hashable, ...]
    cutoffs: Ints
    H: Floats
    M0: Floats
    pairs: int
    kept: int
    tau_min: float

    def as_json(self) -> dict[str, Any]:
        """The whole's curves by cut-off, the share of orderings kept, the smallest τ."""
        curves = zip(self.cutoffs.tolist(), self.H[:, -1], self.M0[:, -1], strict=True)
        return {
            "cutoffs": {str(k): {"H": _plain(h), "M0": _plain(m0)} for k, h, m0 in curves},
            "orderings_kept": self.kept / self.pairs if self.pairs else None,
            "pairs": self.pairs,
            "tau_min": _plain(self.tau_min),
        }


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def robustness(
    patterns: Patterns,
    points: Iterable[Any],
    cutoff: int,
    dimensions: Sequence[Sequence[int]],
    *,
    cutoffs: Iterable[int] = CUTOFFS,
    weight: Weight = "households",
    among: Bools | None = None,
) -> Robustness:
    """Curves over all cut-offs, and how far the order of groups by M0 survives.

    points, cutoff, weight, among
        As in `patterns.index`.
    dimensions
        The positions of each dimension's indicators; every indicator in one.
    cutoffs
        Those tried, in points; each of them with the points as they are and with every
        dimension in turn at half of all points (`halved`).

    Raises `NotWholePoints`, `NotDimensions`, `MaskTooWide`.
    """
    values = list(points)
    worth, least = whole_points(values, [str(j) for j in range(len(values))]), whole(cutoff)
    if sorted(j for d in dimensions for j in d) != list(range(len(worth))):
        raise NotDimensions(indicators=len(worth))
    every = np.arange(1, int(worth.sum()) + 1)
    curves = [index(patterns, worth, int(k), weight=weight, among=among) for k in every]
    base = index(patterns, worth, least, weight=weight, among=among)
    tried = [
        index(patterns, p, k, weight=weight, among=among).M0[:-1]
        for p, k in variants(worth, [whole(k) for k in cutoffs], dimensions)
    ]
    held = base.size[:-1] > 0
    pairs, kept, tau_min = _orderings(base.M0[:-1][held], [m[held] for m in tried])
    shown = np.append(held, True)
    return Robustness(
        tuple(name for name, is_held in zip(patterns.groups, held, strict=True) if is_held),
        every,
        np.array([found.H[shown] for found in curves]),
        np.array([found.M0[shown] for found in curves]),
        pairs,
        kept,
        tau_min,
    )


def variants(
    worth: Ints, cutoffs: Sequence[int], dimensions: Sequence[Sequence[int]]
) -> Iterator[tuple[Ints, int]]:
    """Points and cut-offs to try: all cut-offs, times the points as they are and `halved`."""
    weights = [worth, *(halved(worth, dimension) for dimension in dimensions)]
    for points in weights:
        for k in cutoffs:
            yield rescaled(points, k, int(worth.sum()))


def halved(worth: Ints, dimension: Sequence[int]) -> Ints:
    """Points with half of all on one dimension; inside it and outside it in proportion.

    As they are where the dimension has no points or has them all.
    """
    inside = np.zeros(len(worth), bool)
    inside[list(dimension)] = True
    own, rest = int(worth[inside].sum()), int(worth[~inside].sum())
    if not own or not rest:
        return worth
    return worth * np.where(inside, rest, own)


def rescaled(points: Ints, cutoff: int, of: int) -> tuple[Ints, int]:
    """Whole points and a whole cut-off that stand for ``cutoff / of`` of these points."""
    scaled, least = points * of, cutoff * int(points.sum())
    common = math.gcd(least, *scaled.tolist())
    return scaled // common, least // common


def _orderings(base: Floats, tried: Sequence[Floats]) -> tuple[int, int, float]:
    """Pairs that differ, pairs in the same strict order throughout, the smallest τ-b."""
    upper = np.triu_indices(len(base), 1)
    order = np.sign(base[upper[0]] - base[upper[1]])
    same, taus = order != 0, []
    for other in tried:
        theirs = np.sign(other[upper[0]] - other[upper[1]])
        same &= theirs == order
        ordered = np.sqrt(np.count_nonzero(order) * np.count_nonzero(theirs))
        taus.append(float(order @ theirs / ordered) if ordered else math.nan)
    known = [tau for tau in taus if not math.isnan(tau)]
    return int(np.count_nonzero(order)), int(same.sum()), min(known, default=math.nan)
