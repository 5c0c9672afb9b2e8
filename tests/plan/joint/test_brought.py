"""Who gains what from a work of a plan, by hand in the small province.

A bridge links the 100 people of Che; drains behind it the 100 of Hon, but only with the bridge.
"""

from functools import cache

import numpy as np
import pytest

from hoaban.plan.joint.brought import brought, by_village
from hoaban.plan.joint.province import Province
from tests.plan.effects.test_applying import BRIDGE, DRAINS, work
from tests.plan.joint.ready import known, numbered
from tests.plan.small import RULES

EARNS = {"low": 0, "likely": 900_000, "high": 900_000, "take_up": 1.0, "source": "test"}
WORKS = numbered(
    BRIDGE,
    DRAINS,
    work("clears", "0002", answer="water_standard", take_up=0.9),
    work("clears", "0002", answer="water_standard", take_up=0.9),
    work("visits", "0004", rounds_a_year=4),
    work("earns", "0001", **EARNS),
)
BRIDGED, DRAINED, WATER, AGAIN, IDLE, EARNED = range(len(WORKS))
CHE, HON = 2, 3


@cache
def province() -> Province:
    return Province(known(), WORKS, RULES)


def test_what_helps_only_together_is_told_of_both() -> None:
    found = brought(province(), (BRIDGED, DRAINED))

    assert found[BRIDGED].amounts["T2_people"] == 200  # without it the drains link nobody
    assert found[DRAINED].amounts["T2_people"] == 100
    assert found[BRIDGED].where("T2_people") == [CHE, HON]
    assert found[DRAINED].where("T2_people") == [HON]
    assert found[DRAINED].where("T5_pairs") == []


def test_what_another_brings_too_is_told_of_none() -> None:
    both, one = brought(province(), (WATER, AGAIN)), brought(province(), (WATER,))

    assert both[WATER].worth == pytest.approx(0)
    assert both[WATER].amounts == both[AGAIN].amounts == {}
    assert one[WATER].amounts["T3_water"] > 0


def test_each_is_what_the_plan_loses_without_it() -> None:
    chosen = (BRIDGED, WATER, IDLE, EARNED)
    found, whole = brought(province(), chosen), province().outcome(chosen)

    assert list(found) == sorted(chosen)
    for number, one in found.items():
        rest = province().outcome([n for n in chosen if n != number])
        assert one.worth == pytest.approx(whole.worth - rest.worth)
        for name, amount in whole.amounts.items():
            assert one.amounts.get(name, 0) == pytest.approx(amount - rest.amounts[name])
    assert (found[IDLE].worth, found[IDLE].amounts, found[IDLE].villages) == (0, {}, {})
    assert found[EARNED].where("T1_income") == [0]


def test_the_villages_add_up_to_the_province() -> None:
    standing = province().start((BRIDGED, DRAINED, WATER))
    outcome = province().outcome_of(standing)
    found = by_village(province().ground, outcome.states)

    for name in ("T1_income", "T2_people", "T3_joint", "T5_pairs", "hours", "isolation"):
        assert found[name].sum() == pytest.approx(outcome.amounts[name])
        assert np.isfinite(found[name]).all()


def test_only_works_asked_about_are_told() -> None:
    assert list(brought(province(), (BRIDGED, DRAINED), asked=(DRAINED,))) == [DRAINED]
