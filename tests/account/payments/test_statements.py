"""Statements add up, show declared beside verified, and speak both languages."""

import json
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hoaban.account.payments import statements
from hoaban.account.terms import pay
from hoaban.account.terms.scores import Found
from tests.account.terms import test_pay as sample
from tests.account.terms.test_pay import findings, parts

FOUND = {"linked": Found(0.55, 0.0), "register": Found(0.9, 0.08), "staff": Found(0.6, 0.25)}


def test_a_statement_by_hand() -> None:
    terms = sample.terms(stake=Fraction(1000))
    part = Fraction(3, 10)
    said = statements.statement(
        terms,
        pay.pay(terms, FOUND, tranche=part),
        declared={"linked": 0.6},
        found=FOUND,
        tranche=part,
        name="Mường Phăng",
        year=2027,
    )
    rows = {row["goal"]: row for row in said["results"]}
    # 12.5 and 12.6 points of 1 000 đ are 251 đ; of linked's 125 đ 37.5 are held
    assert {name: row["earned_vnd"] for name, row in rows.items() if row["earned_vnd"]} == {
        "linked": 125,
        "register": 126,
    }
    assert (said["performance_earned_vnd"], said["paid_vnd"], said["held_vnd"]) == (251, 1063, 38)
    assert said["unearned_vnd"] == 749
    assert (rows["linked"]["declared"], rows["linked"]["over_declared"]) == (0.6, 0.05)
    assert (rows["staff"]["trust"], rows["staff"]["audited_twice"]) == (0.0, True)
    assert (rows["services"]["found"], rows["services"]["over_declared"]) == (None, None)
    assert said["lines"][0]["vi"] == "Chi theo kết quả đã kiểm chứng"
    assert {"vi": "Chi đợt này: 1.063 đ", "en": "Paid now: 1,063 đồng"} in said["lines"]
    assert json.loads(json.dumps(said)) == said


def test_a_hidden_baseline_is_not_shown() -> None:
    terms = sample.terms(goals=(sample.goal(hidden=True),))
    said = statements.statement(terms, pay.pay(terms, {}), declared={}, found={})
    assert [row["baseline"] for row in said["results"]] == [None]


def test_a_shut_gate_and_inputs_are_said() -> None:
    shut = sample.terms(gates={"disclosure": ""})
    said = statements.statement(shut, pay.pay(shut, FOUND), declared={}, found=FOUND)
    assert said["gates_missing"] == ["disclosure"]
    assert said["lines"][-1]["vi"] == "Cổng điều kiện chưa mở: disclosure"
    by_inputs = sample.terms(mode="shadow")
    said = statements.statement(by_inputs, pay.pay(by_inputs, FOUND), declared={}, found=FOUND)
    assert said["basis"]["en"] == "Paid by inputs"
    assert {row["earned_vnd"] for row in said["results"]} == {0}


@given(findings, parts)
def test_the_results_add_up_to_what_was_earned(found: dict[str, Found], tranche: Fraction) -> None:
    terms = sample.terms(stake=Fraction(10**9, 7))
    paid = pay.pay(terms, found, tranche=tranche)
    said = statements.statement(terms, paid, declared={}, found=found, tranche=tranche)
    by_goal = sum(row["earned_vnd"] for row in said["results"]) + said["not_at_stake_vnd"]
    assert by_goal == said["performance_earned_vnd"]
    most = said["base_vnd"] + said["equity_vnd"] + said["performance_max_vnd"]
    assert said["paid_vnd"] + said["held_vnd"] + said["unearned_vnd"] == most


@given(st.lists(findings, min_size=1, max_size=4), parts, st.integers(0, 100))
def test_the_help_line_and_the_sums_are_the_pool(
    found: list[dict[str, Found]], tranche: Fraction, spare: int
) -> None:
    made = [replace(sample.terms(), id=f"2027-{n:05}") for n in range(len(found))]
    seen = {one.id: each for one, each in zip(made, found, strict=True)}
    pool = 1000 * len(made) + spare
    settled = pay.settle(made, seen, pool_vnd=pool, tranche=tranche)
    sums, line = statements.totals(settled), statements.help_line(settled)
    assert sums["paid_vnd"] + sums["held_vnd"] + sums["help_vnd"] == sums["pool_vnd"] == pool
    assert line["vnd"] == sum(line["from"].values()) + line["rounding_vnd"]
