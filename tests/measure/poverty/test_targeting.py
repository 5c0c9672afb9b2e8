"""The targeting audit: eight households by hand, a naive count of others, its identities."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.measure.poverty import group_gaps, targeting

LEAST = 10  # households that may be shown

# Eight households: score, poor, income; selected at a score of at most 140.
SCORE = [100, 120, 130, 140, 140, 150, 160, 170]
POOR = [1, 1, 0, 1, 0, 1, 0, 0]
INCOME = [600, 900, 1600, 1200, 1700, 750, 2000, 3000]
LINE = 1500


def audit(score: Any, poor: Any, **more: Any) -> targeting.Audit:
    return targeting.audit(score, poor, least=LEAST, **more)


def test_eight_households_by_hand() -> None:
    found = audit(SCORE, POOR, cutoff=140, welfare=INCOME, line=LINE)
    line = found.at_line
    # selected: 100 P, 120 P, 130 -, 140 P, 140 -; missed: 150 P
    assert (line.true_positives, line.false_positives) == (3, 2)
    assert (line.false_negatives, line.true_negatives) == (1, 2)
    assert line.exclusion == 1 / 4
    assert line.inclusion == 2 / 5
    assert line.false_positive_rate == 2 / 4
    assert line.total_error == 3 / 8
    assert line.cgh_ratio == pytest.approx((3 / 5) / (4 / 8))
    assert line.differential == pytest.approx(3 / 4 - 2 / 4)
    # gaps of the poor: 900, 600, 300, 750 of 1500: the missed hold 750 of 2550
    assert line.poverty_weighted_exclusion == pytest.approx(750 / 2550)


def test_the_budget_takes_the_lowest_scores_and_says_how_ties_were_broken() -> None:
    ids = ["a", "b", "c", "e", "d", "f", "g", "h"]
    found = audit(SCORE, POOR, cutoff=140, ids=ids)  # four are poor: four places
    # 100 P, 120 P, 130 -, then d of the two at 140, who is not poor
    assert found.budget == 1 / 2
    assert found.at_budget.true_positives == 2
    assert found.at_budget.exclusion == found.at_budget.inclusion == 1 / 2
    assert found.ties == targeting.Ties(140, 2, 1)
    assert audit(SCORE, POOR, cutoff=140, budget=0).ties is None


def test_the_curve_passes_every_cut_off_that_makes_a_difference() -> None:
    curve = audit(SCORE, POOR, cutoff=140).curve
    assert curve.cutoff[1:].tolist() == [100, 120, 130, 140, 150, 160, 170]
    assert curve.true_positive_rate.tolist() == [0, 0.25, 0.5, 0.5, 0.75, 1, 1, 1]
    assert curve.false_positive_rate.tolist() == [0, 0, 0, 0.25, 0.5, 0.5, 0.75, 1]
    assert curve.precision[4] == 3 / 5
    # pairs (poor, not) of 16 in which the poor one has the lower score; a tie counts half:
    # 100: 4, 120: 4, 140: 2 and a tie, 150: 2
    assert curve.area == pytest.approx(12.5 / 16)


def test_a_household_without_a_score_is_left_out_and_counted() -> None:
    found = audit([100, None, 150], [1, 1, 0], cutoff=140)
    assert (found.households, found.unscored) == (2, 1)
    assert found.at_line.exclusion == 0


@pytest.mark.parametrize(
    ("problem", "score", "more"),
    [
        (targeting.NothingToAudit, [np.nan], {}),
        (targeting.BudgetOutOfRange, [1.0], {"budget": 1.5}),
        (targeting.LengthsDiffer, [1.0], {"groups": ["a", "b"]}),
    ],
)
def test_what_cannot_be_audited_is_refused(
    problem: type[Exception], score: list[float], more: dict[str, Any]
) -> None:
    with pytest.raises(problem):
        audit(score, [1], cutoff=1, **more)


HOUSEHOLDS = st.lists(
    st.tuples(st.integers(0, 6), st.booleans(), st.integers(1, 3)), min_size=1, max_size=30
)


@given(HOUSEHOLDS, st.integers(-1, 7), st.booleans())
def test_it_equals_a_naive_count(
    homes: list[tuple[int, bool, int]], cutoff: int, low: bool
) -> None:
    score, poor, weight = (list(part) for part in zip(*homes, strict=True))
    found = audit(score, poor, cutoff=cutoff, low_is_poor=low, weight=weight)

    def count(at: float, taken: bool, is_poor: bool) -> int:
        return sum(
            w for s, p, w in homes if ((s <= at) if low else (s >= at)) == taken and p == is_poor
        )

    line = found.at_line
    assert line.true_positives == count(cutoff, True, True)
    assert line.false_positives == count(cutoff, True, False)
    assert line.false_negatives == count(cutoff, False, True)
    assert line.true_negatives == count(cutoff, False, False)
    poor_n = line.poor
    assert line.exclusion == (pytest.approx(line.false_negatives / poor_n) if poor_n else None)
    curve = found.curve
    assert sorted(curve.cutoff[1:], reverse=not low) == curve.cutoff[1:].tolist()
    for at, tpr, fpr, selected in zip(
        curve.cutoff[1:],
        curve.true_positive_rate[1:],
        curve.false_positive_rate[1:],
        curve.selected[1:],
        strict=True,
    ):
        tp, fp = count(at, True, True), count(at, True, False)
        assert selected == pytest.approx((tp + fp) / sum(weight))
        assert not poor_n or tpr == pytest.approx(tp / poor_n)
        assert poor_n == sum(weight) or fpr == pytest.approx(fp / (sum(weight) - poor_n))
    for rate in (curve.true_positive_rate, curve.false_positive_rate):
        assert np.isnan(rate).all() or (np.diff(rate) >= 0).all()


@given(HOUSEHOLDS)
def test_with_as_many_places_as_poor_households_exclusion_equals_inclusion(
    homes: list[tuple[int, bool, int]],
) -> None:
    found = audit([h[0] for h in homes], [h[1] for h in homes], cutoff=3).at_budget
    assert found.selected == found.poor
    assert found.exclusion == found.inclusion


@given(HOUSEHOLDS, st.floats(0, 1))
def test_a_budget_is_never_overdrawn(homes: list[tuple[int, bool, int]], budget: float) -> None:
    score, poor, weight = (list(part) for part in zip(*homes, strict=True))
    found = audit(score, poor, cutoff=3, weight=weight, budget=budget)
    assert found.at_budget.selected <= budget * sum(weight) + 1e-6
    if found.ties is not None:
        assert 1 <= found.ties.selected <= found.ties.households


def planted(n: int = 400) -> dict[str, Any]:
    """Group b's scores stand 30 points higher at equal welfare; clusters of ten."""
    rng = np.random.default_rng(3)
    group = np.where(np.arange(n) % 2, "b", "a")
    income = rng.uniform(500, 2500, n)
    score = income / 10 + 30 * (group == "b")
    return {
        "score": score,
        "poor": income <= 1400,
        "groups": group,
        "clusters": np.arange(n) // 10,
        "cutoff": 140,
        "near": 20,
    }


def test_a_score_that_is_harder_on_one_group_is_found_out() -> None:
    a, b = audit(**planted()).groups
    assert (a.group, b.group, a.households) == ("a", "b", 200)
    assert a.exclusion == 0
    assert b.exclusion is not None
    assert b.exclusion > 0.2
    gap = b.taken_gap
    assert gap is not None
    assert gap.low is not None
    assert gap.high is not None
    assert gap.low < gap.value < gap.high < 0
    assert gap.value == pytest.approx(a.exclusion - b.exclusion)
    assert a.taken_gap is not None
    assert a.taken_gap.value == pytest.approx(-gap.value)
    # at one score they are not equally poor: b's at 120–160 points have 30 points less income
    assert a.near is not None
    assert b.near is not None
    assert a.near.poor_share is not None
    assert b.near.poor_share is not None
    assert a.near.poor_share < b.near.poor_share
    # no cut-off is far from it where only the order of rows changes
    shuffled = np.random.default_rng(1).permutation(400)
    same: dict[str, Any] = {
        k: v[shuffled] if isinstance(v, np.ndarray) else v for k, v in planted().items()
    }
    again = audit(**same).groups[1].taken_gap
    assert again is not None
    assert again.low == pytest.approx(gap.low, abs=1e-12)


def test_intervals_widen_when_households_of_a_cluster_err_together() -> None:
    n, rng = 600, np.random.default_rng(5)
    village = np.arange(n) // 20
    hard = rng.normal(0, 40, 30)[village]  # the score is off by village
    poor = rng.random(n) < 0.5
    common: dict[str, Any] = {
        "score": 140 + hard + rng.normal(0, 10, n),
        "poor": poor,
        "cutoff": 140,
        "groups": np.where(village < 15, "x", "y"),
    }
    alone = audit(**common).groups[0].taken_gap
    together = audit(**common, clusters=village).groups[0].taken_gap
    assert alone is not None
    assert together is not None
    assert alone.value == together.value
    assert alone.low is not None
    assert alone.high is not None
    assert together.low is not None
    assert together.high is not None
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_a_small_group_is_not_shown_and_cannot_be_reckoned_from_the_rest() -> None:
    group = np.repeat(["big", "mid", "small"], [40, 12, 9])
    poor = np.arange(61) % 3 == 0
    big, mid, small = audit(np.arange(61), poor, cutoff=20, groups=group).groups
    assert small == group_gaps.GroupErrors("small", None)
    assert mid == group_gaps.GroupErrors("mid", None)
    assert big.households == 40


def test_calibration_tells_how_many_are_poor_in_each_band() -> None:
    score = np.arange(200) % 20
    found = audit(score, score < 5, cutoff=4).bands
    assert [band.poor_share for band in found] == [1, 1, 0.5, 0, 0, 0, 0, 0, 0, 0]
    assert [(band.low, band.high, band.households) for band in found][:2] == [
        (0, 1, 20),
        (2, 3, 20),
    ]


def test_the_area_is_the_chance_of_the_right_order() -> None:
    rng = np.random.default_rng(2)
    score, poor = rng.integers(0, 9, 60), rng.random(60) < 0.4
    pairs = [(p, o) for p in score[poor] for o in score[~poor]]
    right = sum((p < o) + (p == o) / 2 for p, o in pairs) / len(pairs)
    assert audit(score, poor, cutoff=4).curve.area == pytest.approx(right)


def test_the_json_keeps_the_ends_of_the_curve() -> None:
    found = audit(np.arange(1000), np.arange(1000) < 100, cutoff=140).as_json()
    assert len(found["curve"]["selected"]) <= 102
    assert (found["curve"]["selected"][0], found["curve"]["selected"][-1]) == (0, 1)
    assert found["curve"]["cutoff"][0] is None
    assert found["at_line"]["exclusion"] == 0
