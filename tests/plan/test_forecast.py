"""T1 of a forecast: income counts, fewer deprivations do not; also for works under way.

In each of the four villages three households were reviewed and one is poor: 1,900,000 đồng a
head a month, and lacking water, toilet and telecom. The line of 2027 is 2,200,000 in the country.
"""

from dataclasses import replace

import pytest

from hoaban.measure.targets import Measured, measure
from hoaban.plan.facts import Facts
from hoaban.plan.finders import candidates
from hoaban.plan.planning import begun, forecast
from hoaban.plan.works import Effect, Work
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.effects.test_applying import work
from tests.plan.small import KINDS, RULES, UNTIL

VILLAGES = ("0001", "0002", "0003", "0004")
TOILETS = [work("clears", *VILLAGES, answer=a, take_up=1.0) for a in ("water", "toilet")]


def income(likely: int, *villages: str) -> Work:
    """Work that adds an income to all the poor of some villages."""
    case = {"low": 0, "likely": likely, "high": 900_000, "take_up": 1.0, "source": "test"}
    return work("earns", *villages, **case)


def seen(*works: Work) -> Measured:
    """What is foreseen with works done."""
    return forecast(small.facts(), list(works), RULES)


def under_way(*kinds_and_villages: tuple[str, str]) -> Facts:
    """The facts once works of the register, under way in some villages, are finished."""
    rows = [{"work": kind, "village": v, "cost_vnd": 10} for kind, v in kinds_and_villages]
    known = small.facts(small.tables(works=small.works(*rows)))
    # Everybody takes part, so that nothing hangs on who is drawn.
    going = [
        replace(one, effects=tuple(_everybody(e) for e in one.effects))
        for one in candidates.registered(known, KINDS)
    ]
    return begun(known, going, RULES)


def _everybody(effect: Effect) -> Effect:
    return replace(effect, given={**effect.given, "take_up": 1.0})


def test_clearing_what_households_lack_lifts_nobody_out_of_poverty() -> None:
    t1 = seen(*TOILETS).targets["T1"]

    assert t1["value"] == small.facts().targets["T1"]["value"] == pytest.approx(1 / 3)
    assert t1["met"] is False
    assert t1["parts"]["only_fewer_deprivations"] == {"households": 4, "rate_if_counted": 0.0}


def test_income_above_the_line_counts_and_income_at_the_line_does_not() -> None:
    assert seen(income(300_001, "0003")).targets["T1"]["value"] == pytest.approx(3 / 12)
    assert seen(income(300_000, "0003")).targets["T1"]["value"] == pytest.approx(4 / 12)


def test_the_target_is_met_by_income_only_when_the_rate_is_under_it() -> None:
    """Under 15 % of 12 households: one poor household is 8.3 %, two are 16.7 %."""
    assert seen(income(300_001, "0001", "0002")).targets["T1"]["met"] is False
    assert seen(income(300_001, "0001", "0002", "0003")).targets["T1"]["met"] is True


def test_a_household_with_both_counts_for_its_income_once() -> None:
    t1 = seen(income(300_001, "0003"), *TOILETS).targets["T1"]
    assert t1["value"] == pytest.approx(3 / 12)
    assert t1["parts"]["only_fewer_deprivations"]["households"] == 3


def test_water_under_way_takes_nobody_off_the_poor_that_the_plan_looks_for() -> None:
    """All four schemes are under way; every household then lacks one thing less."""
    known = small.facts()
    found = under_way(*(("water_scheme", v) for v in VILLAGES))

    assert found.whole("standard_households").tolist() == [3, 3, 3, 3]
    assert found.gaps["T1"] == known.gaps["T1"] > 0
    assert found.whole("poor_new").tolist() == known.whole("poor_new").tolist() == [1, 1, 1, 1]
    assert found.equity.tolist() == known.equity.tolist()


def test_a_livelihood_is_worth_the_same_beside_water_under_way() -> None:
    kind = KINDS["livelihood_model"]
    case = {"low": 0, "likely": 300_001, "high": 300_001, "take_up": 0.5, "source": "test"}
    kind = replace(
        kind,
        where={**kind.where, "households_min": 1},
        effects=(replace(kind.effects[0], given=case),),
    )
    facts = under_way(*(("water_scheme", v) for v in VILLAGES))

    found = candidates.generate(facts, [], {kind.id: kind}, RULES)

    assert [w.gains["T1"] for w in found] == [pytest.approx(0.5 / 12)] * 4


def test_income_under_way_is_known_to_the_plan_before_it_chooses() -> None:
    """A livelihood under way in Che: three poor households are left for others."""
    known = small.facts()
    going = [replace(income(300_001, "0003"), carry_over=True)]

    found = begun(known, going, RULES)

    assert found.targets["T1"]["value"] == pytest.approx(3 / 12)
    assert found.whole("poor_new").tolist() == [1, 1, 0, 1]


def test_nothing_done_is_foreseen_as_nothing_changed() -> None:
    now = measure(small.tables(), LAW, PLACE, at=AT, standard_at=UNTIL)
    for name, target in seen().targets.items():
        assert target["value"] == now.targets[name]["value"], name
