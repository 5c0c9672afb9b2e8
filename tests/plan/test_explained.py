"""What each work of a plan brings, what still binds a village and what would free it, by hand."""

from typing import Any

import pytest

from hoaban.plan.planned import as_json
from hoaban.plan.planning import plan
from hoaban.plan.wishes import Wishes
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.small import RULES
from tests.plan.test_planning import LINKS, money

CHE, HON = "11/00002/0003/", "11/00002/0004/"


def made(investment: str = "3ty", **wishes: Any) -> dict[str, Any]:
    """The small province's plan of links for two years, as JSON."""
    found = plan(
        small.tables(),
        LAW,
        PLACE,
        kinds=small.kinds(*LINKS),
        rules=RULES,
        envelopes=money(investment),
        at=AT,
        wishes=Wishes(**wishes),
    )
    return as_json(found)


def test_each_chosen_work_says_who_gains_what() -> None:
    rows = {row["work"]: row["brings"] for row in made()["chosen"]}

    # Without the bridge the drains behind it link nobody: it is told of both villages.
    assert rows["link:0003"]["amounts"]["T2_people"] == 200
    assert rows["link:0003"]["first"] == [CHE, HON]
    assert rows["link:0004"]["amounts"]["T2_people"] == 100
    assert (rows["link:0004"]["villages"], rows["link:0004"]["first"]) == (1, [HON])
    assert rows["four_on_the_spot:00002"]["amounts"] == {"T2_communes": 1, "T2_tests": 1}
    assert rows["four_on_the_spot:00002"]["villages"] == 0
    assert all(row["worth"] > 0 for row in rows.values())


def test_a_village_that_is_left_is_told_what_binds_it_and_what_would_free_it() -> None:
    found = made("1,4ty")  # no money for the drains of Hon

    here = found["villages"][HON]
    assert here["frees"] == ["link:0004"]
    assert {"isolated_motorbike"} <= {one["code"] for one in here["binds_after"]}
    assert found["freeing"]["link:0004"]["because"] in {"money", "dearer", "upkeep"}
    assert "isolated_motorbike" not in {
        one["code"] for one in found["villages"].get(CHE, {"binds_after": []})["binds_after"]
    }


def test_how_far_a_village_is_from_leaving_poverty_is_not_told_by_village() -> None:
    lacks = [
        one["shortfall"]
        for village in made()["villages"].values()
        for one in village["binds_after"]
        if one["code"] == "poverty"
    ]
    assert set(lacks) <= {None}


def test_each_target_says_which_budget_of_the_curve_meets_it() -> None:
    found = made(shares=(0.2, 1.0))

    assert found["missing"]["T2"]["curve"] == {"share": 1.0, "budget_vnd": 8 * 10**9}
    assert found["missing"]["T1"]["curve"] is None
    assert found["missing_together"] is None


def test_frontiers_are_made_when_asked_for_and_no_point_beats_another() -> None:
    assert made()["frontiers"] is None
    found = made(frontiers=True)["frontiers"]

    ends = found["isolation"]["points"]
    assert [one["vnd"] for one in ends] == sorted(one["vnd"] for one in ends)
    assert [one["people_days"] for one in ends] == sorted(one["people_days"] for one in ends)
    assert 0 <= found["isolation"]["plan"] <= found["isolation"]["before"]
    fair = found["equity"]["points"]
    assert fair
    assert [one["fair"] for one in fair] == sorted(one["fair"] for one in fair)
    assert [one["total"] for one in fair] == sorted((o["total"] for o in fair), reverse=True)


def test_a_plan_that_was_ended_early_says_so() -> None:
    whole = made()
    ended = as_json(
        plan(
            small.tables(),
            LAW,
            PLACE,
            kinds=small.kinds(*LINKS),
            rules=RULES,
            envelopes=money("3ty"),
            at=AT,
            stop=lambda: True,
        )
    )

    assert (whole["stopped"], ended["stopped"]) == (False, True)
    assert ended["worth"] <= whole["worth"]
    assert ended["missing"]["T3"]["vnd"] is None
    assert "dừng sớm" in ended["missing"]["T3"]["why"]


def test_with_more_of_its_own_revenue_a_province_does_no_worse() -> None:
    found = made("1,4ty", keep_more=1.0)

    assert found["kept_more"]["budget_vnd"] == 2 * found["budget_vnd"]
    assert found["kept_more"]["worth"] >= found["worth"]
    assert found["kept_more"]["targets"]["T2"] == pytest.approx(1.0)
