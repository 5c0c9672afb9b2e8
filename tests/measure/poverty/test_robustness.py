"""Which orderings survive, by brute force over fractions; what a halved dimension weighs."""

import math
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from hoaban.measure.poverty.patterns import Patterns
from hoaban.measure.poverty.robustness import NotDimensions, halved, rescaled, robustness

SIX = [(2 * i, 2 * i + 1) for i in range(6)]


def test_a_halved_dimension_holds_half_of_all_points() -> None:
    points, cutoff = rescaled(halved(np.ones(12, np.int64), (0, 1)), 3, 12)
    assert points.tolist() == [5, 5, *[1] * 10]
    assert cutoff == 5  # a quarter of 20, as 3 is of 12
    uneven = halved(np.array([3, 3, 1, 1, 1]), (0, 1))
    assert uneven[:2].sum() * 2 == uneven.sum()
    assert halved(np.array([2, 0]), (1,)).tolist() == [2, 0]


def test_a_third_is_kept_to_the_letter() -> None:
    points, cutoff = rescaled(halved(np.ones(12, np.int64), (0, 1)), 2, 12)
    assert points.tolist() == [15, 15, *[3] * 10]
    assert cutoff == 10


def test_orderings_by_hand() -> None:
    """Two indicators in two dimensions; a lacks only the first, b only the second and more often.

    With points as they are b is worse at k = 1; at k = 2 nobody is poor and all tie.
    """
    patterns = Patterns.count(list("aaabbb"), [1, 0, 0, 2, 2, 0])
    found = robustness(patterns, [1, 1], 1, [(0,), (1,)], cutoffs=[1])
    assert (found.pairs, found.kept, found.tau_min) == (1, 1, 1)
    also_two = robustness(patterns, [1, 1], 1, [(0,), (1,)], cutoffs=[1, 2])
    assert (also_two.pairs, also_two.kept, also_two.tau_min) == (1, 0, 1)
    assert also_two.H[:, -1].tolist() == [0.5, 0]
    assert also_two.as_json() == {
        "cutoffs": {"1": {"H": 0.5, "M0": 0.25}, "2": {"H": 0, "M0": 0}},
        "orderings_kept": 0,
        "pairs": 1,
        "tau_min": 1,
    }


def test_one_group_has_no_order() -> None:
    found = robustness(Patterns.count(["a"], [1]), [1, 1], 1, [(0,), (1,)]).as_json()
    assert (found["orderings_kept"], found["pairs"], found["tau_min"]) == (None, 0, None)


def test_dimensions_divide_the_indicators() -> None:
    with pytest.raises(NotDimensions):
        robustness(Patterns.count(["a"], [1]), [1, 1], 1, [(0,)])


def brute_m0(masks: list[int], weights: list[Fraction], k: Fraction) -> Fraction:
    scores = [sum((w for j, w in enumerate(weights) if m >> j & 1), Fraction(0)) for m in masks]
    return sum((s for s in scores if s >= k), Fraction(0)) / len(masks)


@st.composite
def communes(draw: st.DrawFn) -> dict[str, Any]:
    d = draw(st.sampled_from([4, 6]))
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    masks = [[draw(st.integers(0, 2**d - 1)) for _ in range(n)] for n in sizes]
    points = draw(st.lists(st.integers(1, 3), min_size=d, max_size=d))
    return {"masks": masks, "points": points, "k": draw(st.integers(1, sum(points)))}


@settings(max_examples=40, deadline=None)
@given(communes())
def test_brute_force(case: dict[str, Any]) -> None:
    masks, points, k = case["masks"], case["points"], case["k"]
    d, total = len(points), sum(points)
    dimensions = [(j, j + 1) for j in range(0, d, 2)]
    cutoffs = [1, 2, 3]
    group = [i for i, own in enumerate(masks) for _ in own]
    patterns = Patterns.count(group, [m for own in masks for m in own])
    found = robustness(patterns, points, k, dimensions, cutoffs=cutoffs)
    equal = [Fraction(p, total) for p in points]
    weights = [equal]
    for dimension in dimensions:
        own = sum(equal[j] for j in dimension)
        weights.append(
            [w / own / 2 if j in dimension else w / (1 - own) / 2 for j, w in enumerate(equal)]
        )
    base = [brute_m0(own, equal, Fraction(k, total)) for own in masks]
    tried = [
        [brute_m0(own, w, Fraction(c, total)) for own in masks] for w in weights for c in cutoffs
    ]
    pairs = [(a, b) for a, b in combinations(range(len(masks)), 2) if base[a] != base[b]]
    kept = [
        (a, b)
        for a, b in pairs
        if all(m[a] != m[b] and (m[a] > m[b]) == (base[a] > base[b]) for m in tried)
    ]
    assert (found.pairs, found.kept) == (len(pairs), len(kept))
    floats = [float(m) for m in base]
    varied = [[float(x) for x in m] for m in tried if len(set(m)) > 1]
    taus = [kendalltau(floats, m).statistic for m in varied] if len(set(base)) > 1 else []
    if taus:
        assert found.tau_min == pytest.approx(min(taus))
    else:
        assert math.isnan(found.tau_min)
