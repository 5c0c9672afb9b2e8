"""What is published comes out, to the household."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.reading import read_yaml
from hoaban.record.province import Province, read_province
from hoaban.record.synthetic import calibrate
from hoaban.record.synthetic.calibrate import CannotCalibrate, Classes

FOLDER = Path(__file__).resolve().parents[3] / "provinces/dien_bien"


@pytest.fixture(scope="module")
def real() -> Province:
    return read_province(FOLDER)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return dict(read_yaml(FOLDER / "synthetic.yaml")["people"])


@pytest.fixture(scope="module")
def found(real: Province, spec: dict[str, Any]) -> Classes:
    return calibrate.classes(real, spec)


def percent(part: Any, whole: Any) -> float:
    return round(100 * int(np.sum(part)) / int(np.sum(whole)), 2)


def test_that_largest_remainders_get_what_is_left() -> None:
    # 10 by 3:3:1 is 4.29, 4.29, 1.43: one household is left and 1.43 has most after the point.
    assert calibrate.largest_remainder(np.array([3.0, 3.0, 1.0]), 10).tolist() == [4, 4, 2]


def test_that_no_share_passes_its_limit() -> None:
    limits = np.array([1, 9])
    assert calibrate.largest_remainder(np.array([1.0, 1.0]), 6, limits).tolist() == [1, 5]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=9), st.integers(0, 400))
def test_that_parts_sum_to_the_total_and_are_within_one_of_exact(
    weights: list[int], total: int
) -> None:
    parts = calibrate.largest_remainder(np.array(weights, dtype=np.float64), total)
    exact = np.array(weights) * total / sum(weights)
    assert parts.sum() == total
    assert (np.abs(parts - exact) < 1).all()


def test_that_a_count_moves_only_as_far_as_its_rate_needs() -> None:
    # A third of 10 is 3 or 4 households, 30 or 40 %; of 9 it is 3 (33.33 %), and so it is of 12.
    assert calibrate.reachable(10, 33.33) == 9
    assert calibrate.reachable(11, 33.33) == 12
    assert calibrate.reachable(100, 25.0) == 100


def test_that_rates_rounded_apart_still_meet_their_sum() -> None:
    # 21.29 + 11.96 is 33.25, printed 33.24: each gives a third of the difference.
    target = {"poor_percent": 21.29, "near_poor_percent": 11.96, "both_percent": 33.24}
    poor, near = calibrate.published_counts(143_650, target)
    assert (percent(poor, 143_650), percent(near, 143_650)) == (21.29, 11.96)
    assert percent(poor + near, 143_650) == 33.24


def test_that_rates_that_contradict_each_other_are_refused() -> None:
    target = {"poor_percent": 20.0, "near_poor_percent": 10.0, "both_percent": 35.0}
    with pytest.raises(CannotCalibrate):
        calibrate.published_counts(143_650, target)


def test_that_shifted_shares_sum_and_keep_their_order() -> None:
    size = np.array([100, 200, 300])
    shares = calibrate.shares_that_sum(np.array([1.0, 0.0, -1.0]), size, 150.0)
    assert float((shares * size).sum()) == pytest.approx(150)
    assert shares[0] > shares[1] > shares[2] > 0


def test_that_the_small_province_meets_its_totals(nho: Province, assumed: dict[str, Any]) -> None:
    classes = calibrate.classes(nho, assumed)
    assert classes.households.tolist()[0] == 560
    assert int(classes.households.sum()) == 1160
    assert (classes.poor[2025][0], classes.near_poor[2025][0]) == (6, 14)
    assert (classes.poor[2025].sum(), classes.near_poor[2025].sum()) == (180, 150)
    assert (classes.poor[2024].sum(), classes.near_poor[2024].sum()) == (210, 140)
    both = classes.poor[2025] + classes.near_poor[2025]
    assert percent(both[2], classes.households[2]) == 65.0


def test_that_no_class_outgrows_its_commune(found: Classes) -> None:
    for year in (2022, 2023, 2024, 2025, 2026):
        assert (found.poor[year] >= 0).all()
        assert (found.near_poor[year] >= 0).all()
        assert (found.poor[year] + found.near_poor[year] <= found.households).all()


def test_that_dien_bien_has_its_households(real: Province, found: Classes) -> None:
    wards = np.array([c.kind == "phường" for c in real.communes])
    assert int(found.households[wards].sum()) == 22_650
    assert int(found.households[~wards].sum()) == 121_000


def test_that_dien_bien_has_its_poor_of_2025(real: Province, found: Classes) -> None:
    wards = np.array([c.kind == "phường" for c in real.communes])
    poor, near, all_ = found.poor[2025], found.near_poor[2025], found.households
    assert (int(poor.sum()), int(near.sum())) == (25_541, 18_748)
    assert int((poor + near)[wards].sum()) == 770
    assert int((poor + near)[~wards].sum()) == 43_519
    assert percent((poor + near)[wards], all_[wards]) == 3.40
    assert percent((poor + near)[~wards], all_[~wards]) == 35.97
    assert percent(poor[~wards], all_[~wards]) == 20.67
    assert percent(near[~wards], all_[~wards]) == 15.30


@pytest.mark.parametrize(
    ("code", "poor", "near"), [("03127", 0, 4), ("03334", 2, 4), ("03151", None, None)]
)
def test_that_the_wards_of_dien_bien_have_their_counts(
    found: Classes, code: str, poor: int | None, near: int | None
) -> None:
    at = found.codes.index(code)
    counts = int(found.poor[2025][at]), int(found.near_poor[2025][at])
    assert counts == (poor, near) if poor is not None else sum(counts) == 760


@pytest.mark.parametrize(("code", "rate"), [("03162", 74.66), ("03176", 73.18), ("03163", 64.71)])
def test_that_named_communes_have_their_rates(found: Classes, code: str, rate: float) -> None:
    at = found.codes.index(code)
    both = found.poor[2025] + found.near_poor[2025]
    assert percent(both[at], found.households[at]) == rate
    assert (
        rate
        >= 64.71
        > max(
            percent(both[i], found.households[i])
            for i, other in enumerate(found.codes)
            if other not in ("03162", "03176", "03163")
        )
    )


@pytest.mark.parametrize(
    ("year", "poor", "near", "both"),
    [(2025, 17.78, 13.05, 30.83), (2024, 21.29, 11.96, 33.24), (2023, 25.68, 11.29, 36.97)],
)
def test_that_every_published_year_has_its_rates(
    found: Classes, year: int, poor: float, near: float, both: float
) -> None:
    all_ = found.households
    assert percent(found.poor[year], all_) == poor
    assert percent(found.near_poor[year], all_) == near
    assert percent(found.poor[year] + found.near_poor[year], all_) == both
