"""Drafts, goals and payments of agreements, by hand and by property."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings as house
from hypothesis import given
from hypothesis import strategies as st

from hoaban.account.drafting import agreements, allotment
from hoaban.account.drafting.agreements import Draft, Found, Goal, Payment
from hoaban.account.drafting.baselines import MEASURED
from hoaban.account.terms import scores
from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.base.text import Text
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured

AT = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("baseline", "expected"),
    # from 2026 to 2030 the year 2027 is a quarter of the way to 0.9
    [(0.5, 0.6), (0.0, 0.225), (0.95, 0.95), (None, 0.9)],
)
def test_a_target_lies_on_the_way_to_the_last_year(baseline: float | None, expected: float) -> None:
    assert agreements.target(baseline, 0.9, year=2027, now=2026, last=2030) == expected


def goal(name: str = "linked", points: int = 25, **change: Any) -> Goal:
    given_: dict[str, Any] = {
        "name": name,
        "pack": "roads",
        "label": Text("Đi lại quanh năm", "All-season link"),
        "points": points,
        "how": "timed_ride",
        "lasts_months": 12,
        "baseline": 0.5,
        "numerator": 50,
        "denominator": 100,
        "target": 0.6,
        "hidden": False,
    }
    return Goal(**{**given_, **change})


def agreed(**change: Any) -> Draft:
    given_: dict[str, Any] = {
        "id": "2027-00104",
        "commune": "11/00104/",
        "name": "Mường Phăng",
        "year": 2027,
        "mode": "pilot",
        "base_vnd": 800,
        "performance_vnd": 150,
        "equity_vnd": 50,
        "goals": (goal("linked", 25), goal("register", 15, baseline=None, target=0.95)),
        "conditions": dict.fromkeys(("a", "b", "c", "d"), "QĐ 1"),
        "works": (),
        "villages": ("11/00104/0001/",),
    }
    return Draft(**{**given_, **change})


@pytest.mark.parametrize(
    ("found", "expected"), [(0.4, 0), (0.5, 0), (0.55, Fraction(1, 2)), (0.6, 1), (0.9, 1)]
)
def test_a_score_is_the_part_of_the_way(found: float, expected: Fraction) -> None:
    assert scores.score(found, goal()) == expected


def test_a_goal_already_reached_is_to_be_kept() -> None:
    kept = goal(baseline=0.95, target=0.95)
    assert [scores.score(found, kept) for found in (0.94, 0.95, 1.0)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "left"),
    [(0.0, 1), (0.05, 1), (0.08, Fraction(84, 100)), (0.1, Fraction(8, 10)), (0.11, 0)],
)
def test_trust_falls_with_the_claims_not_upheld(wrong: float, left: Fraction) -> None:
    assert scores.DEFAULT.left(wrong) == left


def test_a_payment_by_hand() -> None:
    # linked: half the way, believed: 25 · 0.5 = 12.5
    # register: reached, 8 % wrong: 15 · 0.84 = 12.6
    # the other 60 points are not at stake here: (12.5 + 12.6 + 60) / 100 · 150 = 127.65
    found = {"linked": Found(0.55, 0.0), "register": Found(0.95, 0.08)}
    assert agreements.payment(agreed(), found) == Payment("results", 800 + 50 + 127, 23)


def test_what_nobody_verified_earns_nothing_and_base_is_never_at_stake() -> None:
    assert agreements.payment(agreed(), {}) == Payment("results", 850 + 90, 60)


def test_without_the_legal_papers_money_follows_inputs() -> None:
    for change in ({"conditions": {"a": "QĐ 1", "b": ""}}, {"mode": "shadow"}):
        assert agreements.payment(agreed(**change), {}) == Payment("inputs", 1000, 0)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3))
def test_a_better_result_never_pays_less(one: float, two: float, wrong: float) -> None:
    low, high = sorted((one, two))
    paid = [
        agreements.payment(agreed(), {"linked": Found(value, wrong)}).paid_vnd
        for value in (low, high)
    ]
    assert 940 <= paid[0] <= paid[1] <= 1000


def test_the_packs_promise_a_hundred_points_and_no_count_of_the_poor() -> None:
    promises = agreements.promises(house.PACKS)
    assert sum(p.points for p in promises) == 100
    assert max(p.points for p in promises) <= 25
    assert {p.measured for p in promises} == set(MEASURED)
    assert not any("poor" in p.measured for p in promises)


def law() -> Law:
    return laws.read(house.LAW, house.HOME / "provinces/dien_bien/parameters")


# commune    zone  border  villages: people, difficult, linked
# 11/00104/  III   no      100 yes no · 300 no yes      points 50 + 1
# 11/00105/  I     yes     200 no no                    points 50 (border over zone I's 30)
# 11/00106/  II    no      400 no yes                   points 40
VILLAGES = [
    ("11/00104/0001/", "11/00104/", 100, True, False),
    ("11/00104/0002/", "11/00104/", 300, False, True),
    ("11/00105/0003/", "11/00105/", 200, False, False),
    ("11/00106/0004/", "11/00106/", 400, False, True),
]
COMMUNES = [("11/00104/", "III", False), ("11/00105/", "I", True), ("11/00106/", "II", False)]


def measured() -> Measured:
    columns = list(zip(*VILLAGES, strict=True))
    villages = pa.table(
        {
            "area": columns[0],
            "commune": columns[1],
            "people": columns[2],
            "special_difficulty": columns[3],
            "all_season_link": columns[4],
            "highland": [True, True, False, False],
            "joint_people": [10, 30, 0, 0],
            "reviewed_people": [100, 300, 200, 400],
            "minutes_health_motorbike_wet": [150.0, 20.0, None, 10.0],
        }
    )
    rows = [
        ("staff.both", "staff", "11/00104/", 3, 12, False),
        ("procedures.live", "pairs", "11/00104/", 43, 172, False),
        ("services.joint", "highland_people", "11/00104/", None, None, True),
    ]
    # people × things lacked under the standard of 2027: 00105's is not published
    rows += [
        ("poverty.M0", "people", "11/00104/", 600, 4800, False),
        ("poverty.M0", "people", "11/00105/", None, None, True),
        ("poverty.M0", "people", "11/00106/", 200, 4800, False),
    ]
    names = ("indicator", "group", "area", "numerator", "denominator", "suppressed")
    figures = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    figures = figures.append_column("standard", pa.array(["2027-2030"] * figures.num_rows))
    return Measured("s", AT, AT, {}, "synthetic", figures, {}, villages)


def tables() -> Tables:
    day = pa.array([date(2025, 7, 1)] * 4, pa.date32())
    areas = pa.table(
        {
            "id": ["11/", *(c[0] for c in COMMUNES)],
            "name": ["Tỉnh", "Mường Phăng", "Nà Tấu", "Búng Lao"],
            "zone": [None, *(c[1] for c in COMMUNES)],
            "border": [None, *(c[2] for c in COMMUNES)],
            "valid_from": day,
            "valid_to": pa.nulls(4, pa.date32()),
        }
    )
    money = pa.table(
        {
            "year": [2027, 2027, 2028],
            "kind": ["recurrent", "investment", "recurrent"],
            "amount_vnd": [1_000_000_007, 5_000_000_000, 7],
        }
    )
    return Tables.of({"areas": areas, "money": money}, "s")


PLAN = {
    "years": [2026, 2027, 2028, 2029, 2030],
    "chosen": [
        {"work": "pave:1", "commune": "11/00104/", "year": 2027},
        {"work": "pave:2", "commune": "11/00104/", "year": 2028},
    ],
}


def made(**more: Any) -> list[Draft]:
    promised = agreements.promises(house.PACKS)
    return agreements.draft(PLAN, measured(), tables(), law(), AT, promises=promised, **more)


def drafts() -> dict[str, Draft]:
    return {one.commune: one for one in made()}


def test_every_commune_gets_a_draft_and_the_pool_is_split_to_the_dong() -> None:
    found = drafts()
    assert {path: one.mode for path, one in found.items()} == {
        "11/00104/": "pilot",
        "11/00105/": "shadow",
        "11/00106/": "shadow",
    }
    # recurrent 2027 alone, less what whole đồng leave of the performance part
    left = 1_000_000_007 - sum(one.total_vnd for one in found.values())
    assert 0 <= left < len(found)
    assert sum(one.terms.stake for one in found.values()) == 150_000_001
    # 5 % by people without a link 100 : 200 : 0
    assert found["11/00106/"].equity_vnd == 0
    assert abs(found["11/00105/"].equity_vnd - 2 * found["11/00104/"].equity_vnd) <= 2
    # 00104 has 600 of 800 of the burden: half of an equal amount a poor person is its floor,
    # above what its 51 of 141 points and its equity would come to
    first = found["11/00104/"]
    assert first.base_vnd + first.equity_vnd == 850_000_006 * 600 // (2 * 800)
    # the others share the rest by 80 % of 50 : 40 points and 5 % of 200 : 0 people
    second, third = (found[path].base_vnd for path in ("11/00105/", "11/00106/"))
    rest = 850_000_006 - 318_750_002
    wanted = (
        Fraction(800_000_005 * 50, 141) + Fraction(50_000_001 * 2, 3),
        Fraction(800_000_005 * 40, 141),
    )
    assert abs(third - rest * wanted[1] / sum(wanted)) <= 2
    assert second + third + found["11/00105/"].equity_vnd == rest


def test_the_performance_part_goes_by_need() -> None:
    # points 51 : 50 : 40 · people 400 : 200 : 400 · burden 600 : 0 (hidden) : 200
    # person-minutes, at most 120 each: 100 · 120 + 300 · 20 = 18000 : 200 · 120 = 24000 : 4000
    # the hidden burden counts with the floor: 0.5 % of 800 = 4, of 804 together
    share = (
        Fraction(4, 10) * Fraction(50, 141)
        + Fraction(2, 10) * Fraction(200, 1000)
        + Fraction(2, 10) * Fraction(4, 804)
        + Fraction(2, 10) * Fraction(24000, 46000)
    )
    one = drafts()["11/00105/"]
    assert one.stake == 150_000_001 * share
    assert one.performance_vnd == int(150_000_001 * share)
    criteria = {row["criterion"]: row["amount"] for row in one.factors["criteria"]}
    assert criteria == {"points": 50, "people": 200, "poverty": None, "travel": 24000}


def test_last_years_money_holds_base_and_equity() -> None:
    before = {"11/00104/": 400_000_000, "11/00105/": 100_000_000, "11/00106/": 350_000_000}
    held = {one.commune: one for one in made(last_year=before)}
    certain = {path: one.base_vnd + one.equity_vnd for path, one in held.items()}
    assert sum(certain.values()) == 850_000_006
    # 00105 may rise by 30 %, nobody falls by more than 5 %
    assert certain["11/00105/"] == 130_000_000
    assert certain["11/00104/"] >= 380_000_000
    assert certain["11/00106/"] >= 332_500_000
    free = {one.commune: one for one in made()}
    assert {p: one.stake for p, one in held.items()} == {p: one.stake for p, one in free.items()}


def test_the_equity_of_a_sharing_is_shown() -> None:
    found = agreements.equity(drafts().values())
    assert -1 <= found["base"] <= 1
    assert -1 <= found["total"] <= 1
    assert found["holds"] == (found["total"] <= found["base"])


def test_goals_come_from_what_was_measured() -> None:
    goals = {g.name: g for g in drafts()["11/00104/"].goals}
    link, services = goals["all_season_link"], goals["basic_services"]
    # 300 of 400 people; a quarter of the way from 0.75 to 0.90
    assert (link.numerator, link.denominator, link.baseline) == (300, 400, 0.75)
    assert link.target == 0.7875
    assert (services.baseline, services.hidden) == (0.1, True)
    assert goals["trained_staff"].baseline == 0.25
    assert goals["procedures_in_village"].baseline == 0.25
    assert goals["correct_register"].baseline is None


def test_what_has_nobody_to_serve_is_no_goal() -> None:
    names = {path: {g.name for g in one.goals} for path, one in drafts().items()}
    assert "basic_services" in names["11/00104/"]
    assert "basic_services" not in names["11/00106/"]  # no highland people
    assert "correct_register" in names["11/00106/"]  # no baseline yet, but a goal


def test_a_draft_lists_its_own_works_villages_and_missing_papers() -> None:
    one = drafts()["11/00104/"]
    assert (one.id, one.works) == ("2027-00104", ("pave:1",))
    assert one.villages == ("11/00104/0001/", "11/00104/0002/")
    said = agreements.as_json(one)
    assert [c["state"]["vi"] for c in said["conditions"]] == ["chưa lập hồ sơ"] * 4
    assert [g["gate"] for g in said["gates"]] == ["accounts", "disclosure", "register_refresh"]
    assert Fraction(said["stake"]) == one.stake
    assert [scores.goal_of(goal) for goal in said["goals"]] == list(one.goals)
    assert json.loads(json.dumps(said)) == json.loads(json.dumps(said, sort_keys=True))


def test_the_same_input_gives_the_same_drafts() -> None:
    assert drafts() == drafts()


def test_shares_that_do_not_add_up_are_refused() -> None:
    rules = law()
    name = "agreement.base_share"
    wrong = replace(rules.values[name][0], value=0.9)
    with pytest.raises(allotment.SharesDoNotAddUp, match=r"1\.1"):
        agreements.draft(
            PLAN, measured(), tables(), Law({**rules.values, name: (wrong,)}), AT, promises=()
        )
