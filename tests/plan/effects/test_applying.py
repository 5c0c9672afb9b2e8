"""What works make of the tables, each effect alone and all together."""

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from hoaban.base.text import Text
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan.effects.applying import apply, with_income
from hoaban.plan.effects.on_people import drawn
from hoaban.plan.works import Effect, Work
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.small import RULES, UNTIL


def work(effect: str, *on: str, **given: Any) -> Work:
    """A work with one effect on some things."""
    return Work(
        id=f"{effect}:{','.join(on)}",
        kind="test",
        pack="test",
        label=Text("Thử", "Test"),
        commune="11/00002/",
        village=None,
        cost_vnd=0,
        cost_low_vnd=0,
        cost_high_vnd=0,
        upkeep_vnd=0,
        money="investment",
        sources=("local",),
        proposed_by="generated",
        carry_over=False,
        effects=(Effect(effect, given, on),),
        gains={},
        why=Text("Thử.", "Test."),
    )


def after(*works: Work, tables: Tables | None = None) -> Tables:
    """The small province with works done."""
    given = small.tables() if tables is None else tables
    return apply(given, works, RULES, LAW, at=AT, until=UNTIL)


def measured(tables: Tables) -> Measured:
    """What is measured of tables under the standard of 2030."""
    return measure(tables, LAW, PLACE, at=AT, standard_at=UNTIL)


def rows(tables: Tables, name: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by id."""
    return {row["id"]: row for row in tables.arrow(name).to_pylist()}


BRIDGE = work("link", "r2", bridge=True, ford=False)
DRAINS = work("link", "r3", drain=True, susceptibility_share=0.5)


def test_a_link_sets_the_road_and_who_passes_it() -> None:
    before, found = rows(small.tables(), "roads"), rows(after(BRIDGE), "roads")

    assert (found["r2"]["bridge"], found["r2"]["ford"]) == (True, False)
    assert not before["r2"]["passable_motorbike_wet"]
    assert found["r2"]["passable_motorbike_wet"]
    assert found["r2"]["speed_motorbike_wet_kmh"] == 16
    assert {i: r for i, r in found.items() if i != "r2"} == {
        i: r for i, r in before.items() if i != "r2"
    }


def test_links_together_open_what_neither_opens_alone() -> None:
    def linked(*works: Work) -> list[bool]:
        found: list[bool] = measured(after(*works)).villages["all_season_link"].to_pylist()
        return found

    assert linked(BRIDGE) == [True, True, True, False]
    assert linked(DRAINS) == [True, True, False, False]
    assert linked(BRIDGE, DRAINS) == [True, True, True, True]


def test_closures_of_a_mended_road_last_their_share_and_a_new_bridge_ends_its_own() -> None:
    given = small.tables(
        closures=world.table(
            "closures",
            [
                world.closure("r3", "2026-08-01", "2026-08-05"),
                {**world.closure("r2", "2026-08-01", "2026-08-05"), "kind": "bridge"},
                world.closure("r1", "2026-08-01", "2026-08-05"),
            ],
        )
    )
    found = {r["road"]: r for r in rows(after(BRIDGE, DRAINS, tables=given), "closures").values()}

    assert sorted(found) == ["r1", "r3"]
    assert found["r3"]["ended_at"] == world.moment("2026-08-03")
    assert found["r1"]["ended_at"] == world.moment("2026-08-05")


def test_a_service_raises_a_facility_or_opens_a_new_one() -> None:
    raised = work("service", "F2", kind="station", standard_met=True)
    opened = work("service", "0003", kind="satellite_point", capacity=1, standard_met=True)
    found = rows(after(raised, opened), "facilities")

    assert found["F2"]["standard_met"]
    new = found["plan:satellite_point:0003"]
    assert (new["node"], new["area"], new["origin"]) == ("Che", "11/00002/0003/", "assumed")
    villages = measured(after(opened)).villages
    assert villages["has_health"].to_pylist() == [True, True, True, False]


def test_a_facility_that_is_closed_for_good_is_not_mended_but_one_opened() -> None:
    """The point at Che was closed in 2020: mending its row would serve nobody."""
    closed = {"id": "OLD", "area": "11/00002/0003/", "closed": date(2020, 1, 1)}
    old = world.facility("satellite_point", "Che", "00002", functioning=False, **closed)
    given = small.tables().arrow("facilities")
    given = pa.concat_tables([given, world.table("facilities", [old])])
    opened = work("service", "0003", kind="satellite_point", capacity=1, standard_met=True)
    found = after(opened, tables=small.tables(facilities=given))

    assert rows(found, "facilities")["OLD"]["functioning"] is False
    assert "plan:satellite_point:0003" in rows(found, "facilities")
    assert measured(found).villages["has_health"].to_pylist() == [True, True, True, False]


def test_two_works_that_bring_the_same_to_a_village_open_it_once() -> None:
    one = work("service", "0003", kind="water_point")
    found = after(one, replace(one, id="again")).arrow("facilities")["id"].to_pylist()
    assert found.count("plan:water_point:0003") == 1


def test_power_and_signal_become_facts_of_the_village() -> None:
    found = rows(after(work("service", "0004", kind="mobile_4g")), "villages")
    assert found["0004"]["mobile_4g"]


def test_a_stocked_plan_passes_the_third_test_of_its_commune() -> None:
    stock = work("service", "11/00002/", kind="four_on_the_spot")
    row = measured(after(stock)).targets["T2"]["parts"]["by_commune"][1]
    assert (row["c"], row["four_on_the_spot"]) == (True, True)


def test_clearing_reaches_its_share_of_the_households_that_lack_and_no_other() -> None:
    """Two households of each village lack water; all answers are drawn by the household."""
    found = after(work("clears", "0003", answer="water", take_up=1.0))
    lacking = {i for i, r in rows(found, "reviews").items() if r["water"] == 1}
    assert lacking == {f"{v}-{n}-2025" for v in ("0001", "0002", "0004") for n in (1, 2)}

    none = after(work("clears", "0003", answer="water", take_up=0.0))
    assert none.arrow("reviews") == small.tables().arrow("reviews")


def test_who_gets_standard_water_gets_hygienic_water_too() -> None:
    both = [work("clears", "0003", answer=a, take_up=0.5) for a in ("water", "water_standard")]
    for row in rows(after(*both), "reviews").values():
        if row["village"] == "0003" and row["water_standard"] == 1:
            assert row["water"] == 0


def test_cleared_deprivations_do_not_touch_the_tables_that_t1_is_measured_on() -> None:
    clearing = work("clears", "0003", answer="water", take_up=1.0)
    given = small.tables()
    assert with_income(given, [clearing], small.facts().standard(), at=AT) is given


def test_income_lifts_the_poor_of_the_reached_villages_by_the_likely_amount() -> None:
    """Each village has one poor household with 1,900,000; the line of 2027 is 2,200,000."""
    given = small.tables()
    earns = work("earns", "0003", low=0, likely=300_001, high=9, take_up=1.0, source="test")
    rule = small.facts().standard()

    found = with_income(given, [earns], rule, at=AT)

    assert measured(given).targets["T1"]["parts"]["poor"] == 4
    assert measured(found).targets["T1"]["parts"]["poor"] == 3
    changed = [r for r in rows(found, "reviews").values() if r["income_per_head_vnd"] == 2_200_001]
    assert [r["id"] for r in changed] == ["0003-1-2025"]
    none = work("earns", "0003", low=0, likely=0, high=500_000, take_up=1.0, source="test")
    assert with_income(given, [none], rule, at=AT) is given
    assert with_income(given, [none], rule, at=AT, case="high") is not given


def test_training_gives_the_leg_in_the_language_of_the_people_served() -> None:
    courses = [
        work("trains", "S1", "S2", course="social_governance", pass_share=1.0),
        work("trains", "S1", course="language", pass_share=1.0),
    ]
    found = after(*courses)

    assert measured(found).targets["T4"]["value"] == 1.0
    spoken = [r["language"] for r in rows(found, "training").values() if r["course"] == "language"]
    assert spoken == ["hmn"]


def test_procedures_go_live_in_the_villages_and_count_once_they_are_digitised() -> None:
    desk = work("deploys", "0002", "0003", form="helped", take_up=1.0)
    online = work("deploys", "death", form="self", take_up=0.0, digital=True)

    assert measured(after(desk)).targets["T5"]["parts"]["live"] == 2
    assert measured(after(desk, online)).targets["T5"]["parts"]["live"] == 4
    assert measured(after(online)).targets["T5"]["parts"]["live"] == 0


def test_a_procedure_in_use_is_not_deployed_again() -> None:
    desk = work("deploys", "0002", form="helped", take_up=1.0)
    once = after(desk)
    assert len(after(desk, tables=once).arrow("deployments")) == len(once.arrow("deployments"))


def test_visits_change_nothing_that_is_measured() -> None:
    given = small.tables()
    found = after(work("visits", "0004", rounds_a_year=4), tables=given)
    assert all(found.arrow(name) == given.arrow(name) for name in given)


def test_draws_belong_to_the_thing_and_its_purpose() -> None:
    assert drawn(["a", "b"], "home").tolist() == drawn(["b", "a"], "home").tolist()[::-1]
    assert drawn(["a"], "home") != drawn(["a"], "desk")
    many = drawn([str(n) for n in range(2000)], "home")
    assert many.mean() == pytest.approx(0.5, abs=0.03)


def test_tables_keep_their_schemas() -> None:
    works = [BRIDGE, work("service", "0003", kind="boarding", capacity=1, standard_met=True)]
    works += [work("service", "11/00002/", kind="four_on_the_spot"), DRAINS]
    before, found = small.tables(), after(*works)
    for name in before:
        table: pa.Table = found.arrow(name)
        assert table.schema == before.arrow(name).schema
