"""All parts together: what single works are worth by hand, and what they are worth jointly.

The small province by hand (see `tests.plan.small`): a bridge links 100 people of 200 without a
link, drains behind it the other 100, but only once there is the bridge.
"""

from collections.abc import Collection
from functools import cache
from math import inf

import pytest

from hoaban.plan.choice.bound import Buyer
from hoaban.plan.joint import criteria
from hoaban.plan.joint.province import Province
from hoaban.plan.planning import forecast
from hoaban.plan.works import Work
from tests.measure import world
from tests.measure.world import AT, LAW
from tests.plan import small
from tests.plan.effects.test_applying import BRIDGE, DRAINS, work
from tests.plan.joint.ready import column, dice, known, numbered
from tests.plan.small import RULES

BRIDGED, DRAINED = 0, 1
STOCK = work("service", "11/00002/", kind="four_on_the_spot")
WORKS = numbered(
    BRIDGE,
    DRAINS,
    STOCK,
    work("service", "0003", kind="satellite_point", capacity=1, standard_met=True),
    work("service", "0004", kind="boarding", capacity=40, standard_met=True),
    work("service", "0002", kind="school_primary", capacity=90, standard_met=True),
    work("clears", "0002", "0003", answer="water_standard", take_up=0.9),
    work("clears", "0003", "0004", answer="water_standard", take_up=0.6),
    work("clears", "0001", "0004", answer="telecom", take_up=1.0),
    work("earns", "0001", "0003", low=0, likely=200_000, high=9, take_up=1.0, source="test"),
    work("earns", "0003", "0004", low=0, likely=150_000, high=9, take_up=1.0, source="test"),
    work("trains", "S1", "S2", course="social_governance", pass_share=1.0),
    work("trains", "S1", course="language", pass_share=1.0),
    work("deploys", "0002", "0003", form="helped", take_up=0.6),
    work("deploys", "0003", "0004", form="helped", take_up=0.7),
    work("deploys", "death", form="self", take_up=0.0, digital=True),
    work("visits", "0004", rounds_a_year=4),
)
NOTHING = len(WORKS) - 1  # the last one changes nothing that is measured


@cache
def province() -> Province:
    """The small province with its works."""
    return Province(known(), WORKS, RULES)


def worth(chosen: Collection[int]) -> float:
    return province().outcome(chosen).worth


def test_nothing_is_worth_nothing_and_is_what_is_measured() -> None:
    outcome = province().outcome(())

    assert outcome.worth == 0
    assert set(outcome.counts.values()) == {0.0}
    assert outcome.targets == {name: one["value"] for name, one in known().targets.items()}


def test_what_the_bridge_brings_by_hand() -> None:
    one, both = province().outcome((BRIDGED,)), province().outcome((BRIDGED, DRAINED))
    alone, before = province().outcome((DRAINED,)), province().before

    gained = [
        criteria.gained("T2_people", before, outcome.amounts) for outcome in (alone, one, both)
    ]
    assert gained == [0, 100, 200]
    assert (one.counts["T2_people"], both.counts["T2_people"]) == (0.5, 1.0)
    # Two of three tests passed: no more than one commune in two, until there is a plan beside.
    assert (both.targets["T2"], both.counts["T2_communes"]) == (0.5, 0.0)
    assert province().outcome((BRIDGED, DRAINED, 2)).targets["T2"] == 1.0


def test_works_that_need_each_other_are_worth_more_together() -> None:
    assert worth((BRIDGED, DRAINED)) > worth((BRIDGED,)) + worth((DRAINED,))
    water = worth((6,)), worth((7,))
    assert worth((6, 7)) < sum(water)


def test_incomes_count_for_t1_and_cleared_deprivations_do_not() -> None:
    before = province().outcome(()).targets["T1"]

    assert province().outcome((8,)).targets["T1"] == before
    assert province().outcome((9,)).targets["T1"] == before
    assert province().outcome((9, 10)).targets["T1"] == pytest.approx(3 / 12)
    assert province().outcome((8,)).counts["T1_M0"] == 0.5
    assert province().outcome((9, 10)).counts["T1_income"] > 0


def test_any_set_comes_to_what_its_forecast_says() -> None:
    drawn, targets = dice(1), set()
    for _ in range(12):
        chosen = sorted(drawn.sample(range(len(WORKS)), drawn.randint(1, len(WORKS))))
        outcome = province().outcome(chosen)
        told = forecast(known(), [WORKS[n] for n in chosen], RULES)
        states = outcome.states

        assert outcome.targets == {name: one["value"] for name, one in told.targets.items()}
        assert states.connection.link.tolist() == column(told, "all_season_link")
        assert states.travel.health.tolist() == column(told, "has_health")
        assert states.travel.education.tolist() == column(told, "has_education")
        minutes = column(told, "minutes_health_motorbike_wet")
        assert states.travel.minutes.tolist() == [inf if m is None else m for m in minutes]
        assert states.homes.standard.tolist() == column(told, "standard_water_people")
        targets.add(tuple(outcome.targets.values()))
    assert len(targets) > 8


def test_a_step_gains_what_the_whole_is_worth_more() -> None:
    drawn, standing, chosen = dice(2), province().start(()), set[int]()
    for _ in range(6):
        moves = [tuple(drawn.sample(range(len(WORKS)), drawn.randint(1, 3))) for _ in range(8)]
        gains = standing.gains(moves)
        assert gains == pytest.approx([worth({*chosen, *m}) - worth(chosen) for m in moves])
        assert (gains >= -1e-12).all()
        standing.add(moves[0])
        chosen |= set(moves[0])
        assert standing.worth == pytest.approx(worth(chosen))
    less = standing.without(tuple(sorted(chosen)[:3]))
    assert less.worth == pytest.approx(worth(sorted(chosen)[3:]))
    assert standing.worth == pytest.approx(worth(chosen))


def test_a_work_that_changes_nothing_gains_nothing() -> None:
    assert province().start((BRIDGED,)).gains([(NOTHING,), ()]).tolist() == [0, 0]


def test_other_weights_judge_the_same_states() -> None:
    only = province().weighted({"T2_people": 2.0})

    assert only.outcome((BRIDGED,)).worth == 2 * 0.5
    assert only.outcome((11, 12)).worth == 0
    assert province().weights == criteria.weights(LAW, AT)
    assert worth((11, 12)) > 0


def test_buyers_hold_all_that_can_be_gained() -> None:
    here, after = province(), province().outcome(range(len(WORKS))).amounts
    for name in ("T2_people", "T4_staff", "T5_pairs", "T3_water", "T1_income", "hours"):
        room = here.rooms[name]
        whole = sum(one.amount for one in here.buyers if one.criterion == name)
        gained = criteria.gained(name, here.before, after)
        assert gained > 0
        assert whole == pytest.approx(gained / (room.need or room.whole))


def allowed(buyer: Buyer, chosen: set[int]) -> float:
    """What a buyer gains at most where some works are chosen."""
    missed = (1 - cut.share for cut in buyer.cuts if chosen.isdisjoint(cut.works))
    return buyer.amount * min(missed, default=1.0)


@pytest.mark.parametrize("seed", range(4))
def test_no_set_gains_more_than_its_buyers_allow(seed: int) -> None:
    """Without any work of a cut at most 1 - share of the buyer's amount is gained."""
    drawn, here = dice(seed), province()
    for _ in range(10):
        chosen = set(drawn.sample(range(len(WORKS)), drawn.randint(0, len(WORKS))))
        amounts = here.outcome(chosen).amounts
        for name, room in here.rooms.items():
            most = sum(allowed(one, chosen) for one in here.buyers if one.criterion == name)
            gained = criteria.gained(name, here.before, amounts)
            assert gained <= most * (room.need or room.whole) + 1e-6


def test_without_households_staff_or_procedures_a_target_is_unknown() -> None:
    empty = {name: world.table(name, []) for name in ("reviews", "staff", "procedures")}
    facts = small.facts(small.tables(**empty))
    works: list[Work] = [WORKS[BRIDGED], WORKS[6], WORKS[11], WORKS[13]]
    outcome = Province(facts, works, RULES).outcome(range(4))

    assert [outcome.targets[name] for name in ("T1", "T3", "T4", "T5")] == [None] * 4
    assert outcome.worth > 0
