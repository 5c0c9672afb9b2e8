"""What counts: needs, the part beyond them, weights; figures by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.plan.joint import criteria
from hoaban.plan.joint.criteria import Ground, Room
from hoaban.plan.joint.travel import Travelled
from tests.measure.world import AT, LAW

SHARES = st.floats(0, 1e6)
GROUND = Ground(
    people=np.array([100, 300, 600]),
    reviewed=np.array([90, 280, 630]),
    highland=np.array([False, True, True]),
    extra=np.array([0.0, 0.5, 1.0]),
    communes=4,
    posts=10,
    pairs=50,
    households=200,
    longest=120.0,
    marks={"T1": 0.15, "T2": 1.0, "T3": 0.8, "T4": 1.0, "T5": 0.7},
)
NOTHING = {
    "T1_income": -80.0,
    "T1_M0": -240.0,
    "isolation": -1000.0,
    "equity_T2": 200.0,
    "T2_communes": 4.0,
    "T2_people": 400.0,
    "T2_tests": 12.0,
    "T3_joint": 28.0,
    "T3_water": 280.0,
    "T3_health": 630.0,
    "T3_education": 910.0,
    "hours": -700.0,
    "worst": -90.0,
    "equity_T3": 0.0,
    "equity_T5": 0.0,
    "T4_staff": 6.0,
    "T4_legs": 15.0,
    "T5_pairs": 10.0,
}


def travelled(*minutes: float) -> Travelled:
    there = np.array(minutes) <= 60
    return Travelled(health=there, education=there, minutes=np.array(minutes))


def test_a_unit_counts_in_full_up_to_the_need_and_a_part_of_it_beyond() -> None:
    room = Room(need=20.0, whole=50.0)

    assert criteria.filled(room, 10.0, 0.1) == 0.5
    assert criteria.filled(room, 20.0, 0.1) == 1.0
    assert criteria.filled(room, 50.0, 0.1) == pytest.approx(1.06)


def test_a_target_that_is_met_counts_the_part_beyond_of_what_is_left() -> None:
    assert criteria.filled(Room(0.0, 40.0), 10.0, 0.1) == pytest.approx(0.025)
    assert criteria.filled(Room(0.0, 0.0), 0.0, 0.1) == 0.0


@given(st.just(0.0) | st.floats(1e-3, 1e6), st.floats(1e-3, 1e6), SHARES, SHARES, st.floats(0, 1))
def test_what_counts_never_falls_and_never_grows_faster(
    need: float, whole: float, some: float, more: float, beyond: float
) -> None:
    room = Room(need, max(need, whole))
    one = criteria.filled(room, some, beyond)
    two = criteria.filled(room, some + more, beyond)
    four = criteria.filled(room, some + 2 * more, beyond)

    assert 0 <= one <= two <= four
    assert four - two <= (two - one) * (1 + 1e-9) + 1e-6


def test_needs_are_what_the_targets_lack() -> None:
    rooms = criteria.rooms(GROUND, NOTHING)

    assert rooms["T1_income"] == Room(80 - 0.15 * 200, 80)
    assert rooms["T1_M0"] == Room(240, 240)
    assert rooms["T2_communes"] == Room(0, 0)
    assert rooms["T2_people"] == Room(600, 600)
    assert rooms["T3_joint"] == Room(0.8 * 910 - 28, 910 - 28)
    assert rooms["T3_health"] == Room(280, 280)
    assert rooms["T3_education"] == Room(0, 0)
    assert rooms["T4_staff"] == Room(4, 4)
    assert rooms["T4_legs"] == Room(5, 5)
    assert rooms["T5_pairs"] == Room(25, 40)
    assert rooms["hours"] == Room(700, 700)


def test_what_rounding_leaves_of_a_target_that_is_met_is_no_need() -> None:
    """0.55 x 100 is a little more than 55, of which a need must not be made."""
    marks = {**GROUND.marks, "T5": 0.55}
    rooms = criteria.rooms(replace(GROUND, pairs=100, marks=marks), {**NOTHING, "T5_pairs": 55.0})

    assert 0.55 * 100 > 55
    assert rooms["T5_pairs"] == Room(0, 45)


def test_a_gain_where_lives_weigh_more_counts_beside_the_gain() -> None:
    rooms = criteria.rooms(GROUND, NOTHING)
    after = {**NOTHING, "T2_people": 700.0, "equity_T2": 350.0, "T5_pairs": 20.0, "equity_T5": 5.0}

    counts = criteria.counted(rooms, NOTHING, after, 0.1)

    assert counts["T2_people"] == 300 / 600
    assert counts["T5_pairs"] == 10 / 25
    assert counts["equity"] == pytest.approx(0.375)  # of all there is to reach, not of the need
    assert {n for n, c in counts.items() if c} == {"T2_people", "T5_pairs", "equity"}
    weights = {"T2_people": 0.4, "equity": 0.25}
    assert criteria.worth(weights, counts) == pytest.approx(0.4 * 0.5 + 0.25 * 0.375)


def test_the_worst_tenth_is_told_by_people_and_not_by_villages() -> None:
    """Of 1,000 people 100 count: all of the first village, or a sixth of the third."""
    assert criteria.worst_tenth(GROUND, travelled(90, 30, 10)) == 90
    assert criteria.worst_tenth(GROUND, travelled(5, 30, 50)) == 50
    some = replace(GROUND, people=np.array([50, 350, 600]))
    assert criteria.worst_tenth(some, travelled(90, 30, 10)) == pytest.approx((90 + 30) / 2)


def test_no_trip_counts_longer_than_the_longest_shown() -> None:
    state = travelled(np.inf, 119, 500)

    assert criteria.capped(GROUND, state).tolist() == [120, 119, 120]
    assert criteria.worst_tenth(GROUND, state) == 120


def test_where_nobody_lives_nobody_is_worst_off() -> None:
    empty = replace(GROUND, people=np.zeros(3, np.int64))
    assert criteria.worst_tenth(empty, travelled(1, 2, 3)) == 0


def test_weights_of_the_parts_are_shares_of_their_target() -> None:
    weights, cited = criteria.weights(LAW, AT), criteria.cited(LAW, AT)

    for target in ("T1", "T2", "T3", "T4", "T5"):
        own = sum(weight for name, weight in weights.items() if name.startswith(target))
        assert own == pytest.approx(float(LAW.number(f"plan.weight_{target}", AT)))
    assert tuple(weights) == criteria.NAMES
    assert set(cited) == {*(f"criterion_{name}" for name in criteria.NAMES), "beyond"}
    assert all(value["source"] and value["assumed"] is True for value in cited.values())
