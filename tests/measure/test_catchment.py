"""Two-step floating catchment areas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hoaban.measure import catchment
from hoaban.measure.catchment import BadCatchment
from hoaban.measure.network import Floats

HOUR = [(60.0, 1.0)]
FAR = np.inf


def array(*values: float) -> Floats:
    return np.array(values, float)


def test_a_place_in_two_catchments_has_the_sum_of_both_ratios() -> None:
    """
    In the manner of the figure in Luo and Wang (2003): one doctor in each of two stations, and
    households of one person. Eight can reach the first, four the second, one of them both.
    """
    first, second, both = [50.0, FAR], [FAR, 50.0], [50.0, 50.0]
    minutes = np.array([first] * 7 + [both] + [second] * 3)

    found = catchment.find(minutes, np.ones(11), array(1, 1), HOUR)

    assert found.demand.tolist() == [8, 4]
    assert found.ratio.tolist() == [1 / 8, 1 / 4]
    assert found.access.tolist() == [1 / 8] * 7 + [3 / 8] + [1 / 4] * 3
    assert found.stations.tolist() == [1] * 7 + [2] + [1] * 3


def test_who_can_reach_a_station_is_asked_from_the_place_to_the_station() -> None:
    """
    The trap of PySAL access, issue 18: from the third town the others are 20 minutes down, from
    them it is 60 up. Within half an hour only its own 10 people reach its 100 doctors.
    """
    minutes = np.array([[1.0, 120, 60], [120, 1, 60], [20, 20, 1]])
    people, doctors = array(100, 50, 10), array(1, 1, 100)

    found = catchment.find(minutes, people, doctors, [(30, 1)])
    turned = catchment.find(minutes.T.copy(), people, doctors, [(30, 1)])

    assert found.demand.tolist() == [110, 60, 10]
    assert found.access.tolist() == [1 / 110, 1 / 60, pytest.approx(10 + 1 / 110 + 1 / 60)]
    assert turned.demand.tolist() == [100, 50, 160]


def test_an_hour_means_at_most_an_hour() -> None:
    found = catchment.find(np.array([[60.0], [60.01]]), array(10, 10), array(1), HOUR)

    assert found.access.tolist() == [0.1, 0]


def test_weights_fall_with_time_in_both_steps() -> None:
    """
    The zones and slow decay of Luo and Qi (2009): 1, 0.68 and 0.22 in 10, 20 and 30 minutes.
    Demand 100 + 0.68 · 100 + 0.22 · 100 = 190; 19 beds give 0.1 each, less by the weight again.
    """
    steps = [(10, 1.0), (20, 0.68), (30, 0.22)]

    found = catchment.find(
        np.array([[10.0], [20], [30], [31]]), np.full(4, 100.0), array(19), steps
    )

    assert found.demand.tolist() == [pytest.approx(190)]
    assert found.access.tolist() == pytest.approx([0.1, 0.068, 0.022, 0])


def test_a_capacity_that_nobody_knows_is_not_a_capacity_of_nothing() -> None:
    minutes = np.array([[10.0, FAR], [10, 10], [FAR, 10], [FAR, FAR]])

    found = catchment.find(minutes, np.full(4, 50.0), array(10, np.nan), HOUR)

    assert np.isnan(found.ratio).tolist() == [False, True]
    assert found.demand.tolist() == [100, 100]
    assert found.access[[0, 3]].tolist() == [0.1, 0]
    assert np.isnan(found.access[[1, 2]]).all()
    assert found.least.tolist() == [0.1, 0.1, 0, 0]
    assert catchment.find(minutes, np.full(4, 50.0), array(10, 0), HOUR).access[2] == 0


def test_a_village_of_unknown_size_leaves_the_ratio_of_its_station_unknown() -> None:
    minutes = np.array([[10.0, FAR], [10, 10], [FAR, 10]])

    found = catchment.find(minutes, array(np.nan, 50, 50), array(10, 10), HOUR)

    assert np.isnan(found.demand).tolist() == [True, False]
    assert np.isnan(found.access).tolist() == [True, True, False]
    assert found.least.tolist() == [0, 0.1, 0.1]


def test_a_station_that_nobody_reaches_gives_nothing_to_anybody() -> None:
    found = catchment.find(np.array([[FAR], [FAR]]), array(10, 10), array(5), HOUR)

    assert np.isnan(found.ratio[0])
    assert found.access.tolist() == [0, 0]
    assert found.stations.tolist() == [0, 0]


def test_no_stations_and_no_places_are_no_error() -> None:
    assert catchment.find(np.empty((2, 0)), array(1, 1), array(), HOUR).access.tolist() == [0, 0]
    assert catchment.find(np.empty((0, 2)), array(), array(1, 1), HOUR).demand.tolist() == [0, 0]


@settings(deadline=None)
@given(
    minutes=arrays(float, (6, 4), elements=st.one_of(st.floats(0, 120), st.just(np.inf))),
    people=arrays(float, 6, elements=st.floats(1, 1000)),
    capacity=arrays(float, 4, elements=st.floats(0, 100)),
)
def test_what_people_have_adds_up_to_what_stations_in_reach_hold(
    minutes: Floats, people: Floats, capacity: Floats
) -> None:
    found = catchment.find(minutes, people, capacity, [(30, 1.0), (60, 0.5)])

    held = capacity[(minutes <= 60).any(axis=0)].sum()
    assert found.access @ people == pytest.approx(held)


@pytest.mark.parametrize(
    ("minutes", "people", "capacity", "steps", "said"),
    [
        (np.zeros((2, 2)), array(1, 1), array(1), HOUR, "shape"),
        (np.array([[-1.0]]), array(1), array(1), HOUR, "-1"),
        (np.array([[np.nan]]), array(1), array(1), HOUR, "nan"),
        (np.array([[1.0]]), array(-5), array(1), HOUR, "-5"),
        (np.array([[1.0]]), array(1), array(np.inf), HOUR, "inf"),
        (np.array([[1.0]]), array(1), array(1), [], "rise"),
        (np.array([[1.0]]), array(1), array(1), [(60, 1.0), (30, 0.5)], "rise"),
        (np.array([[1.0]]), array(1), array(1), [(60, 1.5)], "weights"),
    ],
)
def test_nonsense_is_refused_and_named(
    minutes: Floats,
    people: Floats,
    capacity: Floats,
    steps: list[tuple[float, float]],
    said: str,
) -> None:
    with pytest.raises(BadCatchment) as refusal:
        catchment.find(minutes, people, capacity, steps)

    assert said in refusal.value.text("en")
