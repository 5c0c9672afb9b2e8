"""The whole plan of the small province, by hand and by its own rules."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hoaban.base.money import parse_vnd
from hoaban.measure.tables import Tables
from hoaban.measure.what_if import closed
from hoaban.plan import compare
from hoaban.plan.money.envelopes import Envelopes
from hoaban.plan.planned import Planned, as_json
from hoaban.plan.planning import plan
from hoaban.plan.works import WorkKind
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.small import KINDS, RULES

YEARS = (2026, 2027)
LINKS = ("repair_drains", "build_bridge", "four_on_the_spot")


def money(investment: str, recurrent: str = "1ty") -> Envelopes:
    """The same money in each of two years, from one source that all works may use."""
    pools = {}
    for year in YEARS:
        pools[year, "investment", "local"] = parse_vnd(investment)
        pools[year, "recurrent", "local"] = parse_vnd(recurrent)
    return Envelopes(YEARS, pools, given=True)


def made(
    investment: str = "3ty",
    kinds: dict[str, WorkKind] | None = None,
    tables: Tables | None = None,
) -> Planned:
    """The plan of the small province for two years."""
    return plan(
        small.tables() if tables is None else tables,
        LAW,
        PLACE,
        kinds=KINDS if kinds is None else kinds,
        rules=RULES,
        envelopes=money(investment),
        at=AT,
    )


def chosen(found: dict[str, Any]) -> dict[str, int]:
    """The year of each work chosen."""
    return {row["work"]: row["year"] for row in found["chosen"]}


def test_by_hand_the_commune_passes_with_a_bridge_drains_and_a_stocked_plan() -> None:
    found = as_json(made(kinds=small.kinds(*LINKS)))

    # 3 tỷ a year pay for the bridge at once, and for the drains the year after.
    assert chosen(found) == {"four_on_the_spot:00002": 2026, "link:0003": 2026, "link:0004": 2027}
    assert found["targets"]["before"]["T2"]["value"] == 0.5
    assert found["targets"]["after"]["T2"]["value"] == 1.0
    assert found["targets"]["after"]["T2"]["met"]
    assert found["missing"]["T2"]["vnd"] == 0
    assert found["gap"] == pytest.approx(0, abs=1e-5)


def test_with_too_little_money_the_rest_is_named_as_missing() -> None:
    """Two years of 1.4 tỷ buy the bridge, built over both, and no drains."""
    found = as_json(made("1,4ty", kinds=small.kinds(*LINKS)))

    assert "link:0004" not in chosen(found)
    assert found["targets"]["after"]["T2"]["met"] is False
    missing = found["missing"]["T2"]
    assert missing["vnd"] == 800_000_000
    assert missing["reaches_measured"] == 1.0


def test_the_money_adds_up_and_keeps_apart() -> None:
    found = as_json(made())

    assert found["spent_vnd"] == sum(row["cost_vnd"] for row in found["chosen"])
    assert found["spent_vnd"] == sum(pool["spent_vnd"] for pool in found["money"])
    assert found["spent_vnd"] <= found["budget_vnd"] == 8 * 10**9
    for row in found["chosen"]:
        assert row["cost_vnd"] == row["build_vnd"] + row["upkeep_vnd"]
        assert row["cost_vnd"] == sum(payment["vnd"] for payment in row["payments"])
        for payment in row["payments"]:
            wanted = row["money"] if payment["for"] == "build" else "recurrent"
            assert payment["kind"] == wanted
    for pool in found["money"]:
        assert 0 <= pool["spent_vnd"] <= pool["budget_vnd"]


def test_both_measurings_use_the_standard_of_the_last_plan_year_and_one_is_a_forecast() -> None:
    found = as_json(made())

    assert found["standard_at"] == "2027-12-31"
    for side in ("before", "after"):
        assert found["targets"][side]["T1"]["standard"] == "2027-2030"
    assert all(target["forecast"] for target in found["targets"]["after"].values())
    assert "dự báo" in found["targets"]["after_label"]["vi"]


def test_fewer_deprivations_alone_do_not_move_t1_and_are_shown_beside_it() -> None:
    scheme = replace(KINDS["water_scheme"], where={"answer": "water_standard", "households_min": 1})
    found = as_json(made("9ty", kinds={scheme.id: scheme}))

    assert "water_scheme:0003" in chosen(found)
    before, after = (found["targets"][side]["T1"] for side in ("before", "after"))
    assert after["value"] == before["value"]
    fewer = after["parts"]["only_fewer_deprivations"]
    assert fewer["households"] > 0
    assert fewer["rate_if_counted"] < after["value"]


def test_both_sides_say_where_t1_lands_and_the_forecast_counts_the_works() -> None:
    scheme = replace(KINDS["water_scheme"], where={"answer": "water_standard", "households_min": 1})
    found = as_json(made("9ty", kinds={scheme.id: scheme}))
    before, after = (found["targets"][side]["T1"]["parts"] for side in ("before", "after"))

    assert before["landing"]["works"] is None
    fewer = after["only_fewer_deprivations"]["households"]
    assert after["landing"]["works"]["2027-2030"] == {"lifted": 0.0, "cleared": fewer}
    # One review is no panel: no fan, and the reason.
    assert after["landing"]["2027-2030"]["years"] is None
    assert "rà soát" in after["landing"]["2027-2030"]["why"]["vi"]


def test_the_same_plan_comes_out_twice() -> None:
    assert json.dumps(as_json(made())) == json.dumps(as_json(made()))


def test_the_object_has_what_was_promised() -> None:
    found = as_json(made())

    wanted = {"snapshot", "at", "province", "origin", "budget_vnd", "spent_vnd", "chosen"}
    assert wanted | {"targets", "bound", "gap", "weights", "missing", "years"} <= found.keys()
    assert found["method"] == "joint"
    assert found["bound"] >= found["worth"] > 0
    assert [point["share"] for point in found["curve"]] == [0.1, 0.2, 0.35, 0.5, 0.75, 1.0]
    assert [one["name"] for one in found["criteria"]]
    assert found["weights"]["weight_T2"] == {
        "value": 1.0,
        "source": "test",
        "assumed": True,
    }
    for row in found["chosen"]:
        for key in ("work", "commune", "village", "year", "cost_vnd", "why", "why_en"):
            assert key in row
        assert row["why"].endswith(".")
    json.dumps(found)


def test_works_under_way_are_paid_first_and_their_effects_are_built_upon() -> None:
    """The bridge is under way: 1 tỷ is left. Hon then needs its drains only."""
    begun = small.works(
        {"work": "build_bridge", "cost_vnd": 25 * 10**8, "spent_vnd": 15 * 10**8, "targets": "r2"}
    )
    found = as_json(made(kinds=small.kinds(*LINKS), tables=small.tables(works=begun)))

    rows = found["chosen"]
    assert rows[0]["work"] == "W1"
    assert (rows[0]["carry_over"], rows[0]["build_vnd"], rows[0]["year"]) == (True, 10**9, 2026)
    assert chosen(found).keys() == {"W1", "link:0004", "four_on_the_spot:00002"}
    assert found["carry_over"] == {"works": 1, "cost_vnd": rows[0]["cost_vnd"], "unpaid": []}
    assert found["targets"]["after"]["T2"]["value"] == 1.0


def test_what_the_works_added_when_they_were_taken_is_the_worth() -> None:
    found = as_json(made(kinds=small.kinds(*LINKS)))
    assert sum(row["worth"] for row in found["chosen"]) == pytest.approx(found["worth"])


def test_two_equal_plans_do_not_differ() -> None:
    assert compare.differences(made(), made()) == []


def test_what_a_closed_road_changes_is_listed_with_its_reason() -> None:
    """With r1 closed all year nobody is linked: links through it cannot be had any more."""
    kinds = small.kinds(*LINKS)
    before = made(kinds=kinds)
    after = made(kinds=kinds, tables=closed(small.tables(), "r1", AT))

    found = {row["work"]: row for row in compare.differences(before, after)}

    assert found["link:0003"]["change"] == "dropped"
    assert found["link:0003"]["before"]["year"] == 2026
    assert found["link:0003"]["after"] is None
    for row in found.values():
        assert row["reason"].endswith(".")
        assert row["reason_en"].endswith(".")


def test_a_work_that_costs_more_or_moves_says_why() -> None:
    kinds = small.kinds(*LINKS)
    longer = [{**row, "length_m": 2500.0} if row["id"] == "r3" else row for row in small.ROADS]
    found = compare.differences(
        made(kinds=kinds), made(kinds=kinds, tables=small.tables(roads=small.roads(longer)))
    )

    rows = {row["work"]: row for row in found}
    assert rows["link:0004"]["change"] == "changed"
    assert "1000000000" in rows["link:0004"]["reason"]
    back = compare.differences(made("1,4ty", kinds=kinds), made(kinds=kinds))
    assert {row["work"]: row["change"] for row in back}["link:0004"] == "added"


def test_a_measuring_of_another_day_is_not_taken_for_the_plan_s_own() -> None:
    found = made(kinds=small.kinds(*LINKS))
    again = plan(
        small.tables(),
        LAW,
        PLACE,
        kinds=small.kinds(*LINKS),
        rules=RULES,
        envelopes=money("3ty"),
        at=AT,
        before=small_measured(),
    )
    assert again.before.standard_at == found.before.standard_at == date(2027, 12, 31)


def small_measured() -> Any:
    """A measuring of the same day under the standard of another."""
    from hoaban.measure.targets import measure

    return measure(small.tables(), LAW, PLACE, at=AT)
