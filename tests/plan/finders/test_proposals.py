"""What the villages of the small province asked for, and what came of it."""

from datetime import date
from typing import Any

import pytest

from hoaban.plan.finders import proposals
from hoaban.plan.finders.candidates import generate, registered
from hoaban.plan.finders.proposals import NotForVillages, Proposal, VillageUnknown, funded
from hoaban.plan.finders.register import UnknownWork, WorkOutsideNetwork
from hoaban.plan.works import Work
from tests.plan import small
from tests.plan.asked import HELD
from tests.plan.asked import proposals as asked
from tests.plan.small import KINDS, RULES


def made(*rows: dict[str, Any], **tables: Any) -> tuple[tuple[Proposal, ...], dict[str, Work]]:
    """The proposals as read, and all candidates by id."""
    facts = small.facts(small.tables(proposals=asked(*rows), **tables))
    works = generate(facts, registered(facts, KINDS), KINDS, RULES)
    return proposals.read(facts, KINDS), {work.id: work for work in works}


def test_a_snapshot_without_the_list_has_no_proposals() -> None:
    assert proposals.read(small.facts(), KINDS) == ()


def test_a_proposal_marks_the_work_that_does_what_it_asks() -> None:
    _, found = made({"work": "satellite_point"})
    _, without = made()

    work = found["satellite_point:0003"]
    assert work.proposed_by == "village"
    assert [row["minutes"] for row in work.facts["proposals"]] == ["BB-1"]
    assert work.safeguards == {"consultation_held_on": HELD, "consultation_language": "hmn"}
    assert set(found) == set(without)  # nothing was added
    before = without["satellite_point:0003"]
    assert (work.cost_vnd, work.gains) == (before.cost_vnd, before.gains)  # nor raised by votes


def test_a_road_asked_for_without_naming_it_is_the_villages_link() -> None:
    _, found = made({"work": "concrete_road", "village": "0004"})
    assert found["link:0004"].kind == "repair_drains"
    assert found["link:0004"].proposed_by == "village"


def test_a_named_road_is_met_by_the_same_change_on_it() -> None:
    _, found = made({"work": "build_bridge", "targets": "r2"})
    assert "proposals" in found["link:0003"].facts


def test_what_nobody_found_is_a_work_of_its_own_at_the_packs_price() -> None:
    _, found = made({"work": "concrete_road", "targets": "r3", "village": "0004"})

    work = found["proposal:P1"]
    cost = KINDS["concrete_road"].cost
    assert work.cost_vnd == 2 * cost.likely  # two kilometres, in prices of the year
    assert work.effects[0].on == ("r3",)
    assert (work.proposed_by, work.gains) == ("village", {})
    assert "3 nữ, 2 nam đồng ý" in work.why.vi
    assert "proposals" not in found["link:0004"].facts  # drains are not what was asked for


@pytest.mark.parametrize(
    ("kind", "units"), [("water_scheme", 20), ("digital_point", 1), ("satellite_point", 1)]
)
def test_a_work_of_its_own_costs_by_its_unit(kind: str, units: int) -> None:
    """Na Tau, near the station and with a signal: no generator finds anything but water there."""
    rows, found = made({"work": kind, "village": "0001"})
    facts = small.facts()
    want = {"water_scheme": int(facts.households[0])}.get(kind, units)
    mine = [w for w in found.values() if any(p["id"] == "P1" for p in w.facts.get("proposals", ()))]
    assert len(rows) == len(mine) == 1
    assert mine[0].cost_vnd == want * KINDS[kind].cost.likely


def test_a_meeting_that_voted_no_asks_for_nothing() -> None:
    rows, found = made({"work": "satellite_point", "women_against": 5})
    assert not rows[0].carried
    assert found["satellite_point:0003"].proposed_by == "generated"


def test_what_is_under_way_already_is_what_was_asked_for() -> None:
    begun = {"id": "W7", "work": "water_scheme", "pack": "water", "cost_vnd": 900}
    begun |= {"village": "0003", "targets": "0003"}
    _, found = made({"work": "water_scheme"}, works=small.works(begun))
    assert [row["id"] for row in found["W7"].facts["proposals"]] == ["P1"]
    assert found["W7"].proposed_by == "province"


def test_the_share_funded_counts_what_the_meetings_carried() -> None:
    rows, found = made(
        {"work": "satellite_point", "labour_days": 7},
        {"work": "satellite_point", "village": "0004"},
        {"work": "water_repair", "men_against": 9},
        {"work": "concrete_road", "village": "0002"},  # Na Tau is linked: which road is meant?
    )
    out = funded(rows, found.values(), {"satellite_point:0003"})

    assert (out.proposals, out.carried, out.funded) == (4, 3, 1)
    assert out.share == pytest.approx(1 / 3)
    assert out.left == {"P2": "not_chosen", "P3": "not_carried", "P4": "no_place"}
    assert out.by_commune == {"11/00002/": (3, 1)}
    assert out.labour_days == 7
    assert out.women_share == pytest.approx(16 / (7 * 3 + 15))
    assert out.as_json()["by_commune"] == [{"commune": "11/00002/", "carried": 3, "funded": 1}]
    assert funded((), [], ()).share is None


def test_a_meeting_yet_to_come_has_asked_for_nothing() -> None:
    assert made({"work": "water_scheme", "held_on": date(2027, 1, 1)})[0] == ()


@pytest.mark.parametrize(
    ("row", "problem", "words"),
    [
        ({"work": "water_skeme"}, UnknownWork, "proposals, mã P1: .*“water_scheme”"),
        ({"work": "pave_road"}, NotForVillages, "proposals, mã P1: “pave_road”.*commune"),
        ({"work": "concrete_road", "targets": "r9"}, WorkOutsideNetwork, "P1: .*“r9”.*targets"),
        ({"work": "water_scheme", "village": "0009"}, VillageUnknown, "P1: .*“0009”"),
    ],
)
def test_a_row_at_fault_is_named(row: dict[str, Any], problem: type[Exception], words: str) -> None:
    with pytest.raises(problem, match=words):
        made(row)
