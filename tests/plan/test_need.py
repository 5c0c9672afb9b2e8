"""The money still missing, by hand."""

from typing import Any

from hoaban.base.text import Text
from hoaban.plan.need import Need, until_met
from hoaban.plan.works import MILESTONE, Work


def work(name: str, cost: int, gain: float = 0.0, target: str = "T2", **more: Any) -> Work:
    """A work of some đồng with a gain for one target."""
    given: dict[str, Any] = {
        "kind": "test",
        "pack": "test",
        "label": Text("Thử", "Test"),
        "commune": "11/00002/",
        "village": None,
        "upkeep_vnd": 0,
        "money": "investment",
        "sources": ("local",),
        "proposed_by": "generated",
        "carry_over": False,
        "effects": (),
        "why": Text("Thử.", "Test."),
    }
    costs = {"cost_vnd": cost, "cost_low_vnd": cost // 2, "cost_high_vnd": 2 * cost}
    return Work(id=name, gains={target: gain}, **{**given, **costs, **more})


def missing(*works: Work, chosen: tuple[str, ...] = (), value: float | None = 0.5) -> Need:
    """What is missing for T2, which stands at a value and should be 1; the others are met."""
    met: dict[str, Any] = {"value": 1.0, "target": 0.7, "met": True}
    after = {t: dict(met) for t in ("T1", "T3", "T4", "T5")}
    after["T2"] = {"value": value, "target": 1.0, "met": None if value is None else value >= 1}
    found = until_met(works, chosen, after)
    assert all(found[t].vnd == 0 for t in ("T1", "T3", "T4", "T5"))
    return found["T2"]


def test_a_target_that_is_met_lacks_nothing() -> None:
    assert missing(value=1.0).vnd == 0


def test_the_cheapest_works_that_close_the_gap_are_counted() -> None:
    found = missing(work("dear", 90, 0.5), work("a", 20, 0.25), work("b", 30, 0.25))
    assert (found.vnd, found.low_vnd, found.high_vnd) == (50, 25, 100)
    assert found.works == ("a", "b")


def test_what_the_plan_has_already_is_not_counted_again() -> None:
    found = missing(work("a", 20, 0.25), work("b", 30, 0.5), chosen=("a",))
    assert found.works == ("b",)


def test_what_a_work_requires_is_counted_with_it() -> None:
    found = missing(work("far", 20, 0.5, requires=("near",)), work("near", 100))
    assert found.vnd == 120


def test_a_pass_costs_what_it_requires_and_is_no_work() -> None:
    one = work("pass:1", 0, 0.5, kind=MILESTONE, requires=("a", "b"))
    found = missing(one, work("a", 10), work("b", 5))
    assert (found.vnd, found.works) == (15, ("a", "b"))


def test_a_better_rival_adds_only_what_it_adds() -> None:
    cheap, good = work("cheap", 10, 0.25, rival="x"), work("good", 40, 0.75, rival="x")
    assert missing(cheap, good, chosen=("cheap",)).works == ("good",)
    assert missing(cheap, work("good", 40, 0.5, rival="x"), chosen=("cheap",)).vnd is None


def test_where_the_works_known_are_not_enough_no_sum_is_said_but_why() -> None:
    found = missing(work("a", 20 * 10**9, 0.25))
    assert found.vnd is None
    assert found.reaches == 0.75
    assert "thêm 20 tỷ" in found.why.vi
    assert "75,0 %" in found.why.vi
    assert "75.0 %" in found.why.en


def test_a_target_that_was_not_measured_has_no_sum() -> None:
    assert missing(value=None).vnd is None


def test_without_a_measured_income_effect_t1_has_no_sum() -> None:
    met = {"value": 1.0, "target": 0.7, "met": True}
    after = {t: dict(met) for t in ("T2", "T3", "T4", "T5")}
    after["T1"] = {"value": 0.3, "target": 0.15, "met": False}
    found = until_met([work("a", 20, 0.25)], (), after)["T1"]
    assert found.vnd is None
    assert "thu nhập" in found.why.vi
    assert found.as_json()["vnd"] is None


def test_where_adding_up_promised_too_much_more_must_add_up() -> None:
    met = {"value": 1.0, "target": 0.7, "met": True}
    after = {t: dict(met) for t in ("T1", "T3", "T4", "T5")}
    after["T2"] = {"value": 0.5, "target": 1.0, "met": False}
    works = [work("a", 20, 0.5), work("b", 30, 0.5)]
    assert until_met(works, (), after)["T2"].works == ("a",)
    assert until_met(works, (), after, {"T2": 1.5})["T2"].works == ("a", "b")


def test_a_step_that_moves_no_target_by_itself_is_not_counted_as_if_it_did() -> None:
    steps = [work(n, 10, 0.3, facts={"moves": {"T2": 0.0}}) for n in ("a", "b")]
    one = work("pass:1", 0, 0.4, kind=MILESTONE, requires=("a", "b"), facts={"moves": {"T2": 0.5}})
    assert missing(*steps, one).vnd == 20
    assert missing(*steps, one, chosen=("a",)).vnd == 10
    assert missing(*steps).vnd is None


def test_at_its_mark_a_target_that_must_be_under_it_lacks_something_still() -> None:
    """T1 must be below 15 %: at 15 % exactly it is not met, and 0 đồng would be untrue."""
    met = {"value": 1.0, "target": 0.7, "met": True}
    after = {t: dict(met) for t in ("T2", "T3", "T4", "T5")}
    after["T1"] = {"value": 0.15, "target": 0.15, "met": False}

    assert until_met([], (), after)["T1"].vnd is None
    found = until_met([work("a", 20, 0.01, "T1"), work("b", 30, 0.01, "T1")], (), after)["T1"]
    assert (found.vnd, found.works) == (20, ("a",))


def test_where_no_work_is_left_no_sum_of_0_is_told() -> None:
    found = missing(work("a", 20, 0.25), chosen=("a",))
    assert found.vnd is None
    assert "thêm 0" not in found.why.vi
    assert "không còn việc nào" in found.why.vi
    assert "400 triệu" in missing(work("a", 400 * 10**6, 0.25)).why.vi
