"""The money still missing, in the small province: by hand, and held to trying everything."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.instance import Instance, Item
from hoaban.plan.choice.search import solve
from hoaban.plan.joint.province import Province
from hoaban.plan.need import STOPPED, Missing, Need, missing
from hoaban.plan.works import Work
from tests.measure import world
from tests.plan import small
from tests.plan.effects.test_applying import BRIDGE, DRAINS, work
from tests.plan.joint.ready import known, numbered
from tests.plan.small import RULES

EARNS = {"low": 0, "likely": 900_000, "high": 900_000, "take_up": 1.0, "source": "test"}
STOCK = work("service", "11/00002/", kind="four_on_the_spot")


def priced(of: Work, cost: int, **more: Any) -> Work:
    """The work for so many đồng: half of it at least, twice at most, a tenth of it a year."""
    costs: dict[str, Any] = {
        "cost_vnd": cost,
        "cost_low_vnd": cost // 2,
        "cost_high_vnd": 2 * cost,
    }
    return replace(of, upkeep_vnd=cost // 10, **costs, **more)


def _province(works: tuple[Work, ...]) -> Province:
    return Province(known(), list(works), RULES)


def asked(
    *works: Work,
    money: int = 0,
    marks: Mapping[str, float] | None = None,
    joint: Province | None = None,
    stop: bool = False,
    **items: Mapping[str, Any],
) -> Missing:
    """What is missing when so much money is there each year; ``marks`` are targets not met."""
    here = joint or _province(works)
    pools = {(y, k, "local"): money for y in (2026, 2027) for k in ("investment", "recurrent")}
    made = Instance(
        tuple(
            Item(
                w.id, w.cost_vnd, w.money, w.sources, w.commune, requires=w.requires, rival=w.rival
            )
            for w in works
        ),
        pools,
        (2026, 2027),
    )
    made = replace(
        made, items=tuple(replace(item, **items.get(item.id, {})) for item in made.items)
    )
    after = {t: {"target": 0.0, "met": True} for t in ("T1", "T2", "T3", "T4", "T5")}
    after |= {t: {"target": mark, "met": False} for t, mark in (marks or {}).items()}
    return missing(made, here, solve(made, here), after, stop=lambda: stop)


def of_t2(*works: Work, **more: Any) -> Need:
    """What is missing for every commune to pass."""
    return asked(*works, marks={"T2": 1.0}, **more).by_target["T2"]


LINKS = (priced(BRIDGE, 200), priced(DRAINS, 300), priced(STOCK, 50))


def test_a_target_that_is_met_lacks_nothing() -> None:
    found = asked(*LINKS)

    assert {need.vnd for need in found.by_target.values()} == {0}
    assert found.together is None


def test_the_works_that_close_the_gap_are_counted_by_what_they_do_together() -> None:
    found = of_t2(*LINKS, priced(work("visits", "0004", rounds_a_year=4), 7))

    assert (found.low_vnd, found.vnd, found.high_vnd, found.upkeep_vnd) == (275, 550, 1100, 55)
    assert set(found.works) == {one.id for one in LINKS}
    assert found.reaches == found.measured == 1.0
    assert "duy tu 55 đ mỗi năm" in found.why.vi


def test_what_the_plan_has_already_is_not_counted_again() -> None:
    found = of_t2(*LINKS, money=60)  # it pays for the stocked plan alone

    assert (found.vnd, len(found.works)) == (500, 2)


def test_what_a_work_requires_is_counted_with_it() -> None:
    bridge, drains, stock = LINKS
    base = priced(work("visits", "0004", rounds_a_year=4), 100)
    found = of_t2(bridge, replace(drains, requires=(base.id,)), stock, base)

    assert found.vnd == 650


def test_what_turns_out_not_to_be_needed_is_taken_out_again() -> None:
    """The cheap one gains most per đồng, but the other brings all of it and more."""
    little = priced(work("deploys", "0002", form="helped", take_up=0.6), 10)
    whole = priced(work("deploys", "0001", "0002", form="helped", take_up=0.6), 90)
    joint = _province((little, whole))
    mark = joint.outcome((1,)).targets["T5"]
    assert mark is not None
    found = asked(little, whole, marks={"T5": mark}).by_target["T5"]

    assert (found.vnd, found.works) == (90, (whole.id,))


def test_a_better_rival_takes_the_place_of_a_work_of_the_plan() -> None:
    little = priced(work("deploys", "0002", form="helped", take_up=0.6), 10, rival="desk")
    whole = priced(work("deploys", "0001", "0002", form="helped", take_up=0.6), 90, rival="desk")
    mark = _province((little, whole)).outcome((1,)).targets["T5"]
    assert mark is not None
    found = asked(little, whole, money=10, marks={"T5": mark})
    need = found.by_target["T5"]

    assert (need.vnd, need.works, need.instead) == (80, (whole.id,), (little.id,))
    assert "thay 1 việc của kế hoạch" in need.why.vi
    assert found.together is not None
    assert (found.together.vnd, found.together.works) == (80, 1)


def test_what_is_under_way_and_not_paid_can_be_bought() -> None:
    bridge = LINKS[0]
    found = of_t2(*LINKS, **{bridge.id: {"carry_over": True}})

    assert found.vnd == 550
    assert bridge.id in found.works


def test_where_the_works_known_are_not_enough_no_sum_is_said_but_why() -> None:
    found = of_t2(priced(STOCK, 20 * 10**9), priced(BRIDGE, 10**9))

    assert (found.vnd, found.reaches) == (None, 0.5)
    assert "thêm 21 tỷ" in found.why.vi
    assert "50,0 %" in found.why.vi
    assert "50.0 %" in found.why.en


def test_where_no_work_is_left_no_sum_of_0_is_told() -> None:
    found = of_t2(priced(work("visits", "0004", rounds_a_year=4), 7))

    assert found.vnd is None
    assert "thêm 0" not in found.why.vi
    assert "không còn việc nào" in found.why.vi


def test_a_target_that_was_not_measured_has_no_sum() -> None:
    facts = small.facts(small.tables(procedures=world.table("procedures", [])))
    joint = Province(facts, [], RULES)

    assert asked(joint=joint, marks={"T5": 0.7}).by_target["T5"].reaches is None


def test_t1_counts_income_alone() -> None:
    clears = priced(work("clears", "0001", answer="telecom", take_up=1.0), 20)
    earns = priced(work("earns", "0001", **EARNS), 40)
    none = asked(clears, marks={"T1": 0.15}).by_target["T1"]
    some = asked(
        clears, earns, priced(work("earns", "0003", **EARNS), 60), marks={"T1": 0.2}
    ).by_target["T1"]

    assert (none.vnd, none.works) == (None, ())
    assert "thu nhập" in none.why.vi
    assert (some.vnd, len(some.works)) == (100, 2)


def test_at_its_mark_a_target_that_must_be_under_it_lacks_something_still() -> None:
    earns = priced(work("earns", "0001", "0003", **EARNS), 40)
    value = _province((earns,)).outcome(()).targets["T1"]
    assert value is not None

    assert (
        asked(marks={"T1": value}, joint=Province(known(), [], RULES)).by_target["T1"].vnd is None
    )


def test_a_search_that_was_ended_says_so_and_no_sum() -> None:
    found = of_t2(*LINKS, stop=True)

    assert (found.vnd, found.why) == (None, STOPPED)


SOME = numbered(
    priced(BRIDGE, 200),
    priced(DRAINS, 300),
    priced(STOCK, 50),
    priced(work("deploys", "0002", "0003", form="helped", take_up=0.6), 30),
    priced(work("deploys", "0003", "0004", form="helped", take_up=0.7), 20),
    priced(work("clears", "0002", "0003", answer="water_standard", take_up=0.9), 40),
    priced(work("service", "0003", kind="satellite_point", capacity=1, standard_met=True), 60),
    priced(work("trains", "S1", "S2", course="social_governance", pass_share=1.0), 25),
)


@cache
def some() -> Province:
    """The small province with works of every kind."""
    return _province(tuple(SOME))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(("T2", "T3", "T4", "T5")),
    st.floats(0.05, 1.0),
    st.sampled_from((0, 30, 120, 400)),
)
def test_what_is_said_to_suffice_does_and_what_is_said_not_to_cannot(
    target: str, mark: float, money: int
) -> None:
    works = tuple(SOME)
    joint = some()
    found = asked(*works, money=money, marks={target: mark}, joint=joint).by_target[target]
    most = joint.outcome(range(len(works))).targets[target]

    assert most is not None
    if found.vnd is None:
        assert most < mark
    else:
        assert found.reaches is not None
        assert found.reaches >= mark
        assert found.vnd == sum(one.cost_vnd for one in works if one.id in found.works)


def test_ready_for_json() -> None:
    told = of_t2(*LINKS).as_json()

    assert (told["vnd"], told["works"], told["reaches_measured"]) == (550, 3, 1.0)
    assert len(told["first_works"]) == 3
    assert told["instead"] == 0
    assert pytest.approx(1.0) == told["reaches"]
