"""The network beside the raster."""

import json

import numpy as np
import pytest

from hoaban.measure import self_check
from hoaban.measure.network import Floats
from hoaban.measure.self_check import NotComparable

NO_WAY, NOWHERE = np.inf, np.nan


def minutes(*values: float) -> Floats:
    return np.array(values, float)


def test_the_distribution_of_ratios_is_of_the_network_over_the_surface() -> None:
    """Ratios 0.8, 0.9, 1.0, 1.1, 1.3: the percentiles of five lie at or between them."""
    found = self_check.compare(minutes(80, 90, 100, 110, 130), np.full(5, 100.0))

    assert found.places == 5
    assert found.ratios == pytest.approx((0.82, 0.9, 1.0, 1.1, 1.26))
    assert (found.within_10, found.within_25) == (0.6, 0.8)
    assert (found.only_network, found.only_surface, found.neither) == (0, 0, 0)


def test_what_one_method_alone_reaches_is_counted_and_not_averaged() -> None:
    network = minutes(10, NO_WAY, 30, NO_WAY, NOWHERE, 60)
    surface = minutes(10, 20, NO_WAY, NO_WAY, 50, 60)

    found = self_check.compare(network, surface)

    assert found.places == 2
    assert found.ratios == (1, 1, 1, 1, 1)
    assert (found.only_network, found.only_surface, found.neither) == (1, 2, 1)


def test_a_village_at_the_door_is_equal_in_both() -> None:
    found = self_check.compare(minutes(0, 0.2, 3), minutes(0.7, 0, 1))

    assert found.ratios is not None
    assert found.ratios[2] == 1
    assert found.within_10 == pytest.approx(2 / 3)


def test_nothing_to_compare_is_said_and_is_no_number() -> None:
    found = self_check.compare(minutes(NO_WAY), minutes(5))

    assert (found.places, found.ratios, found.within_10, found.within_25) == (0, None, None, None)
    assert found.text.en.startswith("Both reach no place.")
    assert found.as_json["ratio"] is None
    assert self_check.compare(minutes(), minutes()).places == 0


def test_it_is_told_in_two_languages_and_as_json() -> None:
    found = self_check.compare(minutes(115, 115, NO_WAY), minutes(100, 100, 9))

    assert "1.15 times" in found.text.en
    assert "0 % are within 10 %, 100 % within 25 %" in found.text.en
    assert "1,15 lần" in found.text.vi
    assert "chỉ bản đồ: 1" in found.text.vi
    told = json.loads(json.dumps(found.as_json))
    assert told["ratio"] == {"p5": 1.15, "p25": 1.15, "median": 1.15, "p75": 1.15, "p95": 1.15}
    assert told["only_surface"] == 1


@pytest.mark.parametrize(
    ("network", "surface"), [(minutes(1, 2), minutes(1)), (minutes(-1), minutes(1))]
)
def test_other_places_and_negative_minutes_are_refused(network: Floats, surface: Floats) -> None:
    with pytest.raises(NotComparable):
        self_check.compare(network, surface)
