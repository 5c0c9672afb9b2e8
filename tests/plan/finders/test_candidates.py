"""What could be done in the small province, by hand."""

from dataclasses import replace
from typing import Any

import pytest

from hoaban.plan.finders import candidates
from hoaban.plan.finders.candidates import NoCandidates, UnknownWork, generate, registered
from hoaban.plan.finders.register import WorkOutsideNetwork
from hoaban.plan.planning import begun as done
from hoaban.plan.works import MILESTONE, Work
from tests.measure import world
from tests.plan import small
from tests.plan.small import KINDS, RULES

BILLION = 10**9


def made(*names: str, **tables: Any) -> dict[str, Work]:
    """Candidates of some kinds by id; all kinds when none is named."""
    kinds = small.kinds(*names) if names else KINDS
    facts = small.facts(small.tables(**tables))
    return {work.id: work for work in generate(facts, registered(facts, kinds), kinds, RULES)}


LINKS = ("pave_road", "concrete_road", "repair_drains", "regravel", "build_bridge")


def test_each_village_without_a_link_gets_its_cheapest_one() -> None:
    found = made(*LINKS)

    che, hon = found["link:0003"], found["link:0004"]
    assert (che.kind, che.cost_vnd, che.requires) == ("build_bridge", 2.5 * BILLION, ())
    assert (hon.kind, hon.cost_vnd, hon.requires) == (
        "repair_drains",
        0.8 * BILLION,
        ("link:0003",),
    )
    assert che.village == "11/00002/0003/"
    assert che.commune == "11/00002/"
    assert che.effects[0].on == ("r2",)
    assert "link:0002" not in found


def test_repair_comes_before_building_new_where_it_is_enough() -> None:
    assert made(*LINKS)["link:0004"].kind == "repair_drains"
    assert made("pave_road", "concrete_road", "build_bridge")["link:0004"].kind == "concrete_road"


def test_a_commune_passes_when_all_that_it_lacks_is_done() -> None:
    """(a) holds. (b) needs 270 of 300 people: both villages. (c): no second way can be had."""
    found = made(*LINKS, "four_on_the_spot")

    one = found["pass:00002"]
    assert one.kind == MILESTONE
    assert one.cost_vnd == 0
    assert one.requires == ("four_on_the_spot:00002", "link:0003", "link:0004")
    assert sum(work.gains.get("T2", 0) for work in found.values()) == pytest.approx(0.5)


def test_a_commune_that_cannot_pass_has_no_pass() -> None:
    assert "pass:00002" not in made(*LINKS)  # nothing stands in for a second way


def test_clearing_a_deprivation_earns_no_t1_credit() -> None:
    clearing = [w for w in made().values() if any(e.kind == "clears" for e in w.effects)]
    assert clearing
    assert all("T1" not in work.gains for work in clearing)


def test_a_livelihood_earns_t1_credit_only_for_a_likely_income() -> None:
    """Che has one poor household of the three reviewed, 300,000 đồng below the line."""
    kind = KINDS["livelihood_model"]
    where = {**kind.where, "households_min": 1}

    def gain(likely: int, high: int = 400_000) -> Any:
        earns = {"low": 0, "likely": likely, "high": high, "take_up": 0.5, "source": "test"}
        effect = type(kind.effects[0])("earns", earns)
        changed = {name: getattr(kind, name) for name in kind.__dataclass_fields__}
        other = type(kind)(**{**changed, "where": where, "effects": (effect,)})
        facts = small.facts()
        found = generate(facts, [], {"livelihood_model": other}, RULES)
        work = next(w for w in found if w.id == "livelihood_model:0003")
        return work.gains, work.facts["T1_high"]

    assert gain(0) == ({}, pytest.approx(0.5 / 12))
    assert gain(300_000)[0] == {}  # at the line is still poor
    assert gain(300_001)[0] == {"T1": pytest.approx(0.5 / 12)}


def test_training_is_proposed_for_those_who_lack_the_leg() -> None:
    """S1 lacks both legs, S2 is a native speaker and lacks governance."""
    found = made("train_governance", "train_language")

    governance, language = found["train_governance:00002"], found["train_language:00002"]
    assert governance.effects[0].on == ("S1", "S2")
    assert governance.gains == {"T4": 0.75}
    assert language.effects[0].on == ("S1",)
    assert language.gains == {"T4": 0.25}
    assert governance.money == "recurrent"


def test_procedures_go_to_villages_with_a_signal_and_rounds_to_those_without() -> None:
    found = made("deploy_procedures", "outreach_rounds", "digital_point", "mobile_4g", "grid_power")

    assert found["deploy_procedures:00002"].effects[0].on == ("0002", "0003")
    assert found["deploy_procedures:00002"].gains["T5"] == pytest.approx(0.75 * 2 / 8)
    assert found["digital_point:0004"].requires == ("mobile_4g:0004",)
    assert found["outreach_rounds:0004"].rival == found["digital_point:0004"].rival
    assert "mobile_4g:0003" not in found


def test_nobody_is_housed_or_resettled_without_asking() -> None:
    found = made()
    assert not [w for w in found.values() if w.kind in ("housing_support", "resettlement")]

    asked = small.works(
        {"work": "housing_support", "status": "approved", "village": "0003", "cost_vnd": 40_000_000}
    )
    work = made(works=asked)["W1"]
    assert (work.kind, work.proposed_by, work.carry_over) == ("housing_support", "village", False)


def test_works_under_way_come_first_with_what_is_left_to_pay() -> None:
    begun = small.works(
        {
            "work": "build_bridge",
            "cost_vnd": 900,
            "spent_vnd": 400,
            "fund": "local",
            "targets": "r2",
        },
        {"work": "build_bridge", "cost_vnd": 900, "spent_vnd": 900, "status": "finished"},
    )
    found = list(made(works=begun).values())

    assert [w.id for w in found if w.carry_over] == ["W1"]
    assert found[0].cost_vnd == 500
    assert found[0].sources[0] == "local"
    assert found[0].effects[0].on == ("r2",)


def test_a_work_of_no_known_kind_is_told() -> None:
    with pytest.raises(UnknownWork, match="bridge"):
        made(works=small.works({"work": "build_brige", "cost_vnd": 1}))


def test_no_candidates_at_all_is_told() -> None:
    with pytest.raises(NoCandidates):
        made("resettlement")


def test_each_reason_is_one_sentence_in_each_language() -> None:
    for work in made().values():
        for text in (work.why.vi, work.why.en):
            assert text.endswith(".")
            assert "{" not in text


def test_every_verb_is_found_by_somebody() -> None:
    """A new verb without a finder would silently find nothing."""
    from hoaban.plan.works import VERBS

    together = {"weak_links", "weak_exits", "beyond_station", "below_standard"}
    together |= {"beyond_school", "untrained", "on_application"}
    assert set(VERBS) == together | set(candidates._EACH)


def test_a_work_under_way_that_has_cost_more_than_its_price_needs_nothing_more() -> None:
    begun = small.works(
        {"work": "build_bridge", "cost_vnd": 900, "spent_vnd": 1000, "targets": "r2"},
        {"work": "build_bridge", "cost_vnd": 900, "targets": "r2"},
    )
    found = made(works=begun)

    assert found["W1"].cost_vnd == 0
    assert found["W2"].cost_vnd == 900  # nothing was spent as far as anybody wrote down
    assert found["W2"].sources == KINDS["build_bridge"].sources


@pytest.mark.parametrize("status", ["finished", "settled", "suspended"])
def test_a_work_that_is_not_going_on_is_not_paid_for(status: str) -> None:
    row = {"work": "build_bridge", "cost_vnd": 900, "targets": "r2", "status": status}
    found = made(works=small.works(row))
    assert "W1" not in found
    assert "link:0003" in found


def test_a_finished_work_that_is_not_paid_for_is_owed_and_does_nothing() -> None:
    row = {"work": "build_bridge", "cost_vnd": 900, "targets": "r2", "status": "finished"}
    found = made(works=small.works({**row, "spent_vnd": 650}))

    owed = next(iter(found.values()))
    assert (owed.id, owed.owed, owed.carry_over, owed.cost_vnd) == ("W1", True, False, 250)
    assert (owed.effects, owed.gains, owed.upkeep_vnd) == ((), {}, 0)
    assert "còn nợ 250 đ;" in owed.why.vi
    assert "link:0003" in found  # it stands in the data already, so nothing is taken from it


def test_a_work_outside_the_network_is_told() -> None:
    row = {"work": "build_bridge", "cost_vnd": 900, "targets": "r2;R2"}
    with pytest.raises(WorkOutsideNetwork, match=r"mã W1: .*“R2”.*targets"):
        made(works=small.works(row))


@pytest.mark.parametrize("shut", [[], [world.closure("r3", "2026-07-01", "2026-07-11")]])
def test_a_link_that_builds_has_its_repair_beside_it_as_a_rival(shut: list[Any]) -> None:
    """Concrete for nothing goes before drains on r3; drains hold it in the rains all the same."""
    kinds = small.kinds("repair_drains", "concrete_road", "build_bridge")
    cost = replace(KINDS["concrete_road"].cost, low=1, likely=1000, high=1000)
    kinds["concrete_road"] = replace(kinds["concrete_road"], cost=cost)
    facts = small.facts(small.tables(closures=world.table("closures", shut)))
    found = {work.id: work for work in generate(facts, [], kinds, RULES)}

    link, repair = found["link:0004"], found["repair:link:0004"]
    assert (link.kind, repair.kind) == ("concrete_road", "repair_drains")
    assert link.rival == repair.rival == "road:link:0004"
    assert (repair.gains, repair.effects[0].on) == ({}, ("r3",))
    assert "repair:link:0003" not in found  # no drain helps at a ford


def test_a_link_that_is_a_repair_has_no_rival() -> None:
    found = made(*LINKS)
    assert found["link:0004"].rival == ""
    assert not [name for name in found if name.startswith("repair:")]


def test_a_link_that_is_under_way_is_not_proposed_again() -> None:
    """Hon's drains need the bridge of r2, and that is being built: they require nothing more."""
    begun = small.works({"work": "build_bridge", "cost_vnd": 900, "targets": "r2"})
    kinds = small.kinds(*LINKS)
    known = small.facts(small.tables(works=begun))
    facts = done(known, registered(known, kinds), RULES)
    found = {work.id: work for work in generate(facts, [], kinds, RULES)}

    assert "link:0003" not in found
    assert found["link:0004"].requires == ()
