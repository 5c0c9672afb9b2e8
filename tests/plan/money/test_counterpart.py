"""What the province owes from its own money, by hand, and the years in which it falls short."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.plan.money import counterpart
from hoaban.plan.money.blend import Line
from hoaban.plan.money.counterpart import Check, Pools
from hoaban.plan.money.sources import Sources, UnknownSource
from tests.measure.world import AT, LAW

SOURCES = Sources.of(LAW, AT)
SUPPORT = 0.8  # at least 0.7: five in a hundred of the programme's money


def paid(year: int, source: str, vnd: int, kind: str = "investment", what: str = "build") -> Any:
    return {"year": year, "kind": kind, "source": source, "vnd": vnd, "for": what}


def pool(year: int, source: str, budget: int, spent: int, kind: str = "investment") -> Any:
    return {"year": year, "kind": kind, "source": source, "budget_vnd": budget, "spent_vnd": spent}


PLAN: dict[str, Any] = {
    "money": [
        pool(2026, "programme", 2000, 1001),
        pool(2026, "programme", 500, 60, "recurrent"),
        pool(2026, "local", 300, 250),
        pool(2026, "local", 40, 30, "recurrent"),
        pool(2027, "programme", 2000, 400),
        pool(2027, "local", 100, 95),
        pool(2027, "local", 10, 0, "recurrent"),
        pool(2028, "local", 100, 70),
    ],
    "chosen": [
        {"work": "a", "payments": [paid(2026, "programme", 1001), paid(2026, "local", 250)]},
        {
            "work": "b",
            "payments": [
                paid(2027, "programme", 400),
                paid(2027, "local", 95),
                paid(2026, "programme", 60, "recurrent", "upkeep"),
                paid(2026, "local", 30, "recurrent", "upkeep"),
            ],
        },
        {"work": "c", "payments": [paid(2028, "local", 70)]},
        {"work": "kept before payments were"},
    ],
}


def test_the_counterpart_by_hand_beside_what_is_left() -> None:
    found = counterpart.checks(
        counterpart.financing_of(PLAN), counterpart.pools_of(PLAN), SOURCES, SUPPORT
    )

    # 2026: 5 % of 1001 + 60 = 53.05, rounded up; 50 + 10 left. 2027: 5 % of 400; 5 + 10 left
    assert found == [
        Check(2026, {"programme": 54}, {"investment": 50, "recurrent": 10}),
        Check(2027, {"programme": 20}, {"investment": 5, "recurrent": 10}),
    ]
    assert [(one.owed_vnd, one.left_vnd, one.short_vnd) for one in found] == [
        (54, 60, 0),
        (20, 15, 5),
    ]
    assert counterpart.short_years(found) == [found[1]]


def test_a_province_that_lives_less_on_support_owes_more() -> None:
    lines, pools = counterpart.financing_of(PLAN), counterpart.pools_of(PLAN)

    owed = {
        support: [one.owed_vnd for one in counterpart.checks(lines, pools, SOURCES, support)]
        for support in (0.7, 0.69, 0.5, 0.49)
    }

    assert owed == {0.7: [54, 20], 0.69: [107, 40], 0.5: [107, 40], 0.49: [160, 60]}


def test_own_money_on_works_of_the_programme_counts() -> None:
    """2027: 20 are owed, 95 of own money go to a work for which the programme may pay."""
    counted = counterpart.counted_of(PLAN, SOURCES)
    found = counterpart.checks(
        counterpart.financing_of(PLAN),
        counterpart.pools_of(PLAN),
        SOURCES,
        SUPPORT,
        counted=counted,
    )

    assert counted == {2026: 280, 2027: 95, 2028: 70}
    assert [(one.counted, one.short_vnd) for one in found] == [(280, 0), (95, 0)]


def test_a_year_without_own_money_is_short_of_all_it_owes() -> None:
    plan = {"money": [], "chosen": [{"work": "a", "payments": [paid(2026, "programme", 100)]}]}

    [one] = counterpart.checks(
        counterpart.financing_of(plan), counterpart.pools_of(plan), SOURCES, SUPPORT
    )

    assert (one.left, one.short_vnd) == ({}, 5)


def test_a_plan_kept_without_payments_owes_nothing() -> None:
    assert counterpart.financing_of({"chosen": [{"work": "a"}]}).lines == ()
    assert counterpart.pools_of({}) == Pools({}, {})
    assert counterpart.checks(counterpart.financing_of({}), Pools({}, {}), SOURCES, 0.8) == []


def test_a_source_that_no_rule_knows_is_told_by_name() -> None:
    plan = {"chosen": [{"work": "a", "payments": [paid(2026, "budget", 1)]}]}

    with pytest.raises(UnknownSource, match="budget"):
        counterpart.checks(counterpart.financing_of(plan), Pools({}, {}), SOURCES, SUPPORT)


def test_the_lines_are_the_payments_to_the_dong() -> None:
    lines = counterpart.financing_of(PLAN)

    assert lines.lines[2] == Line("b", "programme", "investment", 2027, "build", 400)
    assert lines.total == sum(row["spent_vnd"] for row in PLAN["money"])
    spent = counterpart.pools_of(PLAN).spent
    assert {
        (year, kind, source): vnd
        for (source, kind), row in lines.by_year().items()
        for year, vnd in row.items()
    } == {used: vnd for used, vnd in spent.items() if vnd}


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_what_is_short_and_what_is_left_make_up_what_is_owed(a: int, b: int, left: int) -> None:
    plan = {
        "money": [pool(2026, "local", left, 0)],
        "chosen": [
            {"work": "a", "payments": [paid(2026, "programme", a)]},
            {"work": "b", "payments": [paid(2026, "programme", b, "recurrent")]},
        ],
    }

    found = counterpart.checks(
        counterpart.financing_of(plan), counterpart.pools_of(plan), SOURCES, SUPPORT
    )

    owed = -(-(a + b) * 5 // 100)
    assert sum(one.owed_vnd for one in found) == owed
    assert sum(one.short_vnd for one in found) == max(owed - left, 0)
