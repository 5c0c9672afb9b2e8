"""What findings take from pay: only what is shown, with the interval, and never more for more."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.account.checks.verification import SampleTooLarge, error_interval
from hoaban.account.payments import effect_on_pay
from hoaban.account.payments.effect_on_pay import Finding, NoSuchEnd, Rules
from hoaban.account.terms import pay
from hoaban.account.terms.pay import Terms
from hoaban.account.terms.scores import Found, Goal
from hoaban.base.text import Text


def findings(goal: str, *upheld: bool, stratum: str = "random") -> list[Finding]:
    return [
        Finding(f"a/{goal}/{stratum}{n}", "a", goal, stratum, one) for n, one in enumerate(upheld)
    ]


def test_the_rate_is_of_the_random_stratum_and_the_interval_is_exact() -> None:
    found = effect_on_pay.discrepancy(40, findings("water", *[True] * 7, False))
    assert (found.seen, found.wrong, found.known, found.estimate) == (8, 1, 1, 0.125)
    assert (found.low, found.high) == error_interval(40, 8, 1)


def test_a_wrong_claim_of_the_risk_stratum_is_certain_but_no_rate() -> None:
    seen = [*findings("water", *[True] * 8), *findings("water", False, False, stratum="risk")]
    found = effect_on_pay.discrepancy(40, seen)
    assert (found.estimate, found.known, found.low) == (0.0, 2, 0.05)
    assert found.at("estimate") == 0.05


def test_everything_seen_leaves_no_doubt_and_nothing_seen_all_of_it() -> None:
    whole = effect_on_pay.discrepancy(4, findings("water", True, True, True, False))
    assert (whole.low, whole.estimate, whole.high) == (0.25, 0.25, 0.25)
    none = effect_on_pay.discrepancy(4, [])
    assert (none.low, none.estimate, none.high) == (0.0, None, 1.0)
    assert none.at("estimate") == 0.0
    with pytest.raises(SampleTooLarge):
        effect_on_pay.discrepancy(1, findings("water", True, True))


@settings(deadline=None)
@given(st.integers(1, 30), st.data())
def test_the_interval_holds_what_is_certain(size: int, data: st.DataObject) -> None:
    said = data.draw(st.lists(st.booleans(), max_size=size))
    first = data.draw(st.integers(0, len(said)))
    seen = findings("g", *said[:first]) + findings("g", *said[first:], stratum="risk")
    found = effect_on_pay.discrepancy(size, seen)
    wrong, right = said.count(False), said.count(True)
    assert wrong / size <= found.low <= found.high <= 1
    assert found.high <= max(found.low, (size - right) / size)


def test_a_goal_of_few_claims_is_judged_with_its_agreement() -> None:
    seen = [*findings("water", True, False), *findings("road", *[True] * 6)]
    found = effect_on_pay.discrepancies({"water": 30, "road": 30, "staff": 30}, seen, least=5)
    pooled = effect_on_pay.discrepancy(90, seen)
    assert found["water"].estimate == found["staff"].estimate == pooled.estimate == 0.125
    assert found["water"].low == 1 / 30  # one of its own claims is known to be wrong
    assert found["staff"].low == pooled.low
    assert found["road"] == effect_on_pay.discrepancy(30, findings("road", *[True] * 6))


def test_a_goal_of_which_all_was_seen_stands_alone() -> None:
    seen = [*findings("water", True), *findings("road", *[False] * 8)]
    assert effect_on_pay.discrepancies({"water": 1, "road": 9}, seen, least=5)["water"].high == 0.0


def test_what_counts_is_the_declared_less_what_does_not_stand() -> None:
    shares = {"water": effect_on_pay.discrepancy(4, findings("water", True, True, True, False))}
    for end in ("low", "estimate"):
        found = effect_on_pay.found({"water": 0.8, "road": 1.0}, shares, Rules(end=end))
        assert found == {"water": Found(0.6, 0.25)}
    assert effect_on_pay.found({}, shares, Rules()) == {}


def test_an_unknown_end_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoSuchEnd, match="estimate"):
        Rules(end="estimat")


def goal(name: str, points: int) -> Goal:
    label = Text("Kết quả", "Result")
    return Goal(name, "p", label, points, "visit", 12, 0.0, 0, 10, 1.0, False)


TERMS = Terms(
    "a", "11/00104/", "pilot", 800, 50, Fraction(1000), (goal("water", 60), goal("road", 40))
)


def test_the_effect_is_the_pay_lost_and_its_range() -> None:
    # water: 2 of 40 are wrong for certain, 5 %: 0.95 of it counts; road: nobody looked
    seen = [*findings("water", *[True] * 8), *findings("water", False, False, stratum="risk")]
    shares = effect_on_pay.discrepancies({"water": 40, "road": 40}, seen)
    one = effect_on_pay.effect(TERMS, {"water": 1.0, "road": 1.0}, shares, Rules())

    assert one.declared_vnd == 1000
    assert one.earned_vnd == one.best_vnd == 600 * 95 // 100 + 400
    assert (one.taken_vnd, one.worst_vnd, one.twice) == (30, 0, False)
    said = effect_on_pay.as_json(one)
    assert (said["taken_vnd"], said["goals"]["water"]["low"]) == (30, 0.05)


def test_more_than_a_fifth_wrong_takes_all_of_the_goal_and_doubles_the_next_sample() -> None:
    shares = {"water": effect_on_pay.discrepancy(4, findings("water", True, True, True, False))}
    one = effect_on_pay.effect(TERMS, {"water": 1.0}, shares, Rules())
    assert (one.declared_vnd, one.earned_vnd, one.twice) == (600, 0, True)


def test_one_chance_finding_of_many_takes_nothing_at_the_low_end() -> None:
    shares = {"water": effect_on_pay.discrepancy(400, findings("water", *[True] * 7, False))}
    low, estimate = (
        effect_on_pay.effect(TERMS, {"water": 1.0}, shares, Rules(end=end)).taken_vnd
        for end in ("low", "estimate")
    )
    assert (low, estimate) == (3, 600)  # no fewer than 2 of 400 are; 12.5 % as it looks


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 30), st.data())
def test_one_more_wrong_never_pays_more(said: list[bool], more: int, data: st.DataObject) -> None:
    worse = list(said)
    worse[data.draw(st.integers(0, len(said) - 1))] = False
    rules = Rules(end=data.draw(st.sampled_from(effect_on_pay.ENDS)))
    effects = [
        effect_on_pay.effect(
            TERMS,
            {"water": 1.0},
            {"water": effect_on_pay.discrepancy(len(said) + more, findings("water", *one))},
            rules,
        )
        for one in (said, worse)
    ]
    assert effects[1].earned_vnd <= effects[0].earned_vnd <= effects[0].declared_vnd
    for one in effects:
        assert one.worst_vnd <= one.earned_vnd <= one.declared_vnd
        assert one.worst_vnd <= one.best_vnd


def test_the_effect_agrees_with_what_is_paid() -> None:
    shares = {"water": effect_on_pay.discrepancy(40, findings("water", *[True] * 5, False))}
    one = effect_on_pay.effect(TERMS, {"water": 0.9}, shares, Rules(end="estimate"))
    found = effect_on_pay.found({"water": 0.9}, shares, Rules(end="estimate"))
    assert pay.pay(TERMS, found).paid_vnd == 850 + one.earned_vnd
