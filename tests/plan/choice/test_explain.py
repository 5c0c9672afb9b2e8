"""What beat a work that is left out, each reason by a case made by hand; what would help a village.

Money is in đồng of single digits and hundreds here; the texts speak of billions all the same.
"""

from dataclasses import replace

import pytest

from hoaban.base.text import Text
from hoaban.plan.choice.explain import Beaten, frees, left_out, serving
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import solve
from hoaban.plan.finders.candidates import generate
from tests.plan import small
from tests.plan.choice.tables import Table, Term, alone, instance, item, names


def told(given: Instance, table: Table, *, steps: int | None = None) -> dict[str, Beaten]:
    """Why each work is left out of the greedy choice, by id."""
    taken: list[int] = []

    def said(*_: object) -> None:
        taken.append(1)

    stop = None if steps is None else lambda: len(taken) >= steps
    result = solve(given, table, few=0, said=said, stop=stop)
    found = left_out(given, result, table)
    assert sorted(names(result)) == sorted({i.id for i in given.items} - {o.id for o in found})
    return {one.id: one for one in found}


def test_a_planner_decided_it_with_the_reason_published() -> None:
    given = instance(item("out", 10, forced=False), item("after", 10, requires=("out",)))
    table = alone(5.0, 5.0)
    reason = Text("Bản chưa hiến đất.", "The village has not given the land.")

    result = solve(given, table)
    by_id = {one.id: one for one in left_out(given, result, table, {"out": reason})}

    assert (by_id["out"].why, by_id["out"].text) == ("decided", reason)
    assert by_id["out"].gain == 5.0
    assert (by_id["after"].why, by_id["after"].by) == ("decided", "out")
    assert (by_id["after"].gain, by_id["after"].cost) == (10.0, 20)
    assert "out" in by_id["after"].text.vi
    assert told(given, table)["out"].text.en == "The planner forced it out."


def test_a_commune_that_has_all_it_may_have_is_a_decision_too() -> None:
    given = instance(item("a", 50, commune="A"), item("b", 40, commune="A"), most={"A": 60})
    found = told(given, alone(9.0, 1.0))

    assert found["b"].why == "decided"
    assert "60 đ" in found["b"].text.vi
    assert "50 đ" in found["b"].text.vi


def test_a_rival_stands_in_its_place_or_in_that_of_what_it_requires() -> None:
    given = instance(
        item("road", 20, rival="x"),
        item("drain", 10, rival="x"),
        item("bus", 10, requires=("drain",)),
    )
    found = told(given, alone(9.0, 1.0, 1.0))

    assert (found["drain"].why, found["drain"].by) == ("rival", "road")
    assert (found["bus"].why, found["bus"].by) == ("rival", "road")
    assert "drain" in found["bus"].text.en


def test_it_would_add_nothing_or_can_never_be_done() -> None:
    either = Table(Term(5.0, (frozenset({0, 1}),)))
    given = instance(item("a", 10), item("b", 20), item("c", 10, requires=("nowhere",)))
    found = told(given, either)

    assert (found["b"].why, found["b"].gain) == ("nothing", 0.0)
    assert found["b"].per_billion == 0.0
    assert found["c"].why == "nothing"
    assert "not among the works" in found["c"].text.en


def test_the_money_of_its_sources_is_used_up_by_what_gives_more() -> None:
    pools = {(2026, "investment", "local"): 100, (2026, "investment", "oda"): 500}
    given = Instance((item("good", 80), item("poor", 50)), pools, (2026,))
    found = told(given, alone(8.0, 1.0))

    assert (found["poor"].why, found["poor"].by) == ("money", "good")
    assert (found["poor"].gain, found["poor"].cost) == (1.0, 50)
    assert "còn 20 đ, cần 50 đ" in found["poor"].text.vi
    assert found["poor"].per_billion == pytest.approx(1e9 / 50)


def test_what_it_requires_is_paid_from_the_same_money() -> None:
    given = instance(item("good", 80), item("first", 60), item("then", 60, requires=("first",)))
    found = told(given, Table(Term(8.0, (frozenset({0}),)), Term(1.0, (frozenset({2}),))))

    assert (found["then"].why, found["then"].cost) == ("money", 120)
    assert "cần 120 đ" not in told(instance(*given.items[:2]), alone(8.0, 0.0))["first"].text.vi
    assert found["first"].why == "nothing"


def test_money_left_in_pieces_does_not_pay_a_whole_work() -> None:
    given = instance(item("a", 60), item("b", 61), item("c", 60, build_years=1))
    found = told(given, alone(9.0, 9.0, 1.0))

    assert found["c"].why == "money"
    assert "spread over the years" in found["c"].text.en


def test_nothing_is_left_for_its_upkeep() -> None:
    works = (item("a", 60, upkeep=30), item("c", 40, upkeep=60))
    found = told(instance(*works, investment=(100, 0)), alone(9.0, 1.0))

    assert list(found) == ["c"]
    assert found["c"].why == "upkeep"
    assert "cần 60 đ mỗi năm" in found["c"].text.vi
    assert "năm 2027 còn 20 đ" in found["c"].text.vi


def test_an_upkeep_that_a_later_start_avoids_is_no_reason() -> None:
    given = instance(item("a", 90, upkeep=90), recurrent=(0, 0))
    assert told(given, alone(1.0)) == {}


def test_the_money_is_there_but_others_give_more_for_it() -> None:
    given = instance(item("a", 10), item("b", 10), item("c", 10))
    found = told(given, alone(9.0, 5.0, 1.0), steps=2)

    assert (found["c"].why, found["c"].by) == ("dearer", "b")
    assert "ended before" not in found["c"].text.en
    assert "b gives least" in found["c"].text.en
    best = told(given, alone(9.0, 5.0, 1.0), steps=0)
    assert {one.why for one in best.values()} == {"dearer"}
    assert "ended before" in best["a"].text.en


def test_what_is_owed_or_under_way_lacks_money_even_where_it_has_no_effect() -> None:
    begun = item("begun", 500, carry_over=True)
    given = instance(begun, item("then", 10, requires=("begun",)), item("a", 10))
    found = told(given, alone(0.0, 5.0, 1.0))

    assert (found["begun"].why, found["begun"].by) == ("money", "")
    assert "cần 500 đ" in found["begun"].text.vi
    assert (found["then"].why, found["then"].by) == ("money", "begun")


def test_most_gain_per_dong_comes_first() -> None:
    works = [item(f"w{n}", cost) for n, cost in enumerate((90, 300, 400, 200))]
    given = instance(*works)
    table = alone(9.0, 3.0, 8.0, 1.0)
    found = left_out(given, solve(given, table, few=0), table)

    assert [one.id for one in found] == ["w2", "w1", "w3"]
    assert len({id(one) for one in found}) == 3


def _beaten(name: str, gain: float, cost: int) -> Beaten:
    return Beaten(name, "money", Text("Hết vốn.", "No money."), gain, cost)


def test_what_would_free_a_village_is_the_cheapest_that_helps() -> None:
    beaten = [_beaten("dear", 3, 90), _beaten("idle", 0, 1), _beaten("cheap", 1, 20)]
    serves = {"B": ["dear", "cheap", "dear"], "A": ["idle", "chosen"], "C": ["idle", "dear"]}

    found = frees(beaten, serves)

    assert {v: [one.id for one in some] for v, some in found.items()} == {
        "B": ["cheap", "dear"],
        "C": ["dear"],
    }
    assert [one.id for one in frees(beaten, serves, most=1)["B"]] == ["cheap"]
    assert found["B"][0].text.en == "No money."


def test_one_pass_over_the_works_is_enough_for_all_villages() -> None:
    given = instance(*(item(f"w{n}", 60) for n in range(9)))
    table = alone(*range(1, 10))
    result = solve(given, table, few=0)
    table.asked = 0

    beaten = left_out(given, result, table)
    frees(beaten, {str(n): [f"w{n}", f"w{n + 1}"] for n in range(8)})

    assert table.asked == len(beaten) == 9 - len(result.chosen)


def test_works_serve_the_villages_they_name_or_the_one_they_stand_in() -> None:
    facts = small.facts()
    works = generate(facts, [], small.kinds("build_bridge", "repair_drains"), small.RULES)
    found = serving(works, facts.code.tolist())

    assert "link:0003" in found["0003"]
    assert "link:0004" in found["0004"]
    assert "0001" not in found
    bare = [replace(work, facts={}) for work in works if work.id == "link:0003"]
    assert serving(bare, facts.code.tolist()) == {"0003": ["link:0003"]}
