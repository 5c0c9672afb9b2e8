"""Two plans side by side: every difference once, with one reason in each language.

The plans are the small province's own, with single works or payments changed by hand.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hoaban.plan.choice.instance import Chosen
from hoaban.plan.compare import differences
from hoaban.plan.planned import Planned
from hoaban.plan.works import Work
from tests.plan import small
from tests.plan.test_planning import LINKS, made

BRIDGE = "link:0003"


@pytest.fixture(scope="module")
def base() -> Planned:
    """Bridge, drains and a stocked plan: see `test_planning`."""
    return made(kinds=small.kinds(*LINKS))


def without(plan: Planned, name: str, *, known: bool = True) -> Planned:
    """The plan with a work not chosen; not even a candidate when it is not ``known``."""
    kept = tuple(one for one in plan.result.chosen if one.id != name and "pass" not in one.id)
    works = tuple(w for w in plan.works if known or w.id != name)
    return replace(plan, result=replace(plan.result, chosen=kept), works=works)


def with_work(plan: Planned, name: str, **changes: Any) -> Planned:
    """The plan with some facts of a work changed."""
    works = tuple(replace(w, **changes) if w.id == name else w for w in plan.works)
    return replace(plan, works=works)


def with_payment(plan: Planned, name: str, change: Callable[[Chosen], Chosen]) -> Planned:
    """The plan with one work paid differently."""
    chosen = tuple(change(one) if one.id == name else one for one in plan.result.chosen)
    return replace(plan, result=replace(plan.result, chosen=chosen))


def of(before: Planned, after: Planned) -> dict[str, Any]:
    """The difference of the bridge; every other work must be in both plans alike."""
    [row] = differences(before, after)
    assert row["work"] == BRIDGE
    for reason in (row["reason"], row["reason_en"]):
        assert reason.endswith(".")
    return row


def bridge(plan: Planned) -> Work:
    return plan.by_id[BRIDGE]


def test_a_row_says_which_work_where_and_what_it_was_and_is(base: Planned) -> None:
    row = of(base, without(base, BRIDGE))

    assert (row["change"], row["kind"], row["commune"], row["village"]) == (
        "dropped",
        "build_bridge",
        "11/00002/",
        "11/00002/0003/",
    )
    # 2.5 tỷ in 2026 and 2027; 25 million of upkeep only in years after it is finished.
    [paid] = [one for one in base.result.chosen if one.id == BRIDGE]
    assert row["before"] == {"year": 2026, "cost_vnd": paid.spent}
    assert row["after"] is None
    assert row["label"]["vi"] == bridge(base).label.vi


def test_the_other_way_round_it_is_added(base: Planned) -> None:
    row = of(without(base, BRIDGE), base)
    assert (row["change"], row["before"]) == ("added", None)
    assert row["after"]["year"] == 2026


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({}, "việc khác", "other works"),
        ({"cost_vnd": 3 * 10**9}, "tốn hơn", "costs more"),
        ({"gains": {}}, "đem lại ít hơn", "brings less"),
    ],
)
def test_what_is_dropped_says_why(base: Planned, changes: dict[str, Any], vi: str, en: str) -> None:
    row = of(base, with_work(without(base, BRIDGE), BRIDGE, **changes))
    assert row["change"] == "dropped"
    assert vi in row["reason"]
    assert en in row["reason_en"]


def test_what_is_no_candidate_any_more_says_so(base: Planned) -> None:
    row = of(base, without(base, BRIDGE, known=False))
    assert "Không còn là phương án" in row["reason"]
    assert "no candidate any more" in row["reason_en"]


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({}, "việc khác không còn", "not chosen any more"),
        ({"cost_vnd": 3 * 10**9}, "rẻ hơn", "costs less"),
        ({"gains": {}}, "nhiều hơn", "brings more"),
    ],
)
def test_what_is_added_says_why(base: Planned, changes: dict[str, Any], vi: str, en: str) -> None:
    row = of(with_work(without(base, BRIDGE), BRIDGE, **changes), base)
    assert row["change"] == "added"
    assert vi in row["reason"]
    assert en in row["reason_en"]


def test_a_need_that_is_new_says_so(base: Planned) -> None:
    row = of(without(base, BRIDGE, known=False), base)
    assert "mới phát sinh" in row["reason"]
    assert "is new" in row["reason_en"]


def test_another_year_is_a_move(base: Planned) -> None:
    row = of(base, with_payment(base, BRIDGE, lambda one: replace(one, year=2027)))
    assert (row["change"], row["before"]["year"], row["after"]["year"]) == ("moved", 2026, 2027)
    assert "2026 sang 2027" in row["reason"]
    assert "from 2026 to 2027" in row["reason_en"]


def test_more_upkeep_in_the_same_year_is_a_change(base: Planned) -> None:
    upkeep = {(2027, "recurrent", "local"): 7}
    row = of(base, with_payment(base, BRIDGE, lambda one: replace(one, kept_up=upkeep)))
    assert row["change"] == "changed"
    assert "duy tu" in row["reason"]
    assert "upkeep" in row["reason_en"]


def test_other_roads_another_cost_and_other_people_are_told_apart(base: Planned) -> None:
    facts = {**bridge(base).facts, "roads": ("r9",)}
    other = with_work(base, BRIDGE, cost_vnd=1, facts=facts)
    dearer = with_work(base, BRIDGE, cost_vnd=26 * 10**8)
    elsewhere = with_work(base, BRIDGE, effects=())

    rows = [of(base, after) for after in (other, dearer, elsewhere)]

    assert [row["change"] for row in rows] == ["changed"] * 3
    assert ["đoạn đường khác" in r["reason"] for r in rows] == [True, False, False]
    assert ["từ 2500000000 thành 2600000000" in r["reason"] for r in rows] == [False, True, False]
    assert ["serves other people" in r["reason_en"] for r in rows] == [False, False, True]


def test_what_makes_a_commune_pass_is_no_work_of_its_own(base: Planned) -> None:
    assert not [one.id for one in base.result.chosen if one.id.startswith("pass:")]
    assert base.instance.bundles
