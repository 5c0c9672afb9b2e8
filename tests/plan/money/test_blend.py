"""Money moved between sources, or refused by a cited rule; who pays for what, to the đồng."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.law.parameters import NotInForce
from hoaban.base.problems import Problem
from hoaban.plan.choice.instance import Chosen, Instance, Pool
from hoaban.plan.choice.search import solve
from hoaban.plan.money.blend import (
    Blended,
    DoesNotAddUp,
    MoveWithoutReason,
    NothingToMove,
    Request,
    UnknownKindOfMoney,
    blend,
    financing,
)
from hoaban.plan.money.sources import Sources, UnknownSource
from tests.measure.world import AT, LAW
from tests.plan.choice.tables import Table, item, problems

YEAR = AT.year
POOLS: dict[Pool, int] = {
    (YEAR, "investment", "local"): 100,
    (YEAR, "investment", "central"): 100,
    (YEAR, "investment", "oda"): 100,
    (YEAR, "recurrent", "local"): 100,
    (YEAR, "recurrent", "programme"): 100,
    (YEAR + 1, "investment", "local"): 100,
}


def pool(source: str, kind: str = "investment", year: int = YEAR) -> Pool:
    """A pool."""
    return (year, kind, source)


def move(origin: Pool, target: Pool, vnd: int = 40, reason: str = "Đủ cầu Che") -> Request:
    """A request with a reason."""
    return Request(origin, target, vnd, reason)


def asked(*requests: Request, used: Mapping[Pool, int] | None = None) -> Blended:
    """Requests on the day."""
    return blend(POOLS, requests, LAW, at=AT, used=used)


def test_a_move_to_the_same_programmes_goes_through() -> None:
    found = asked(move(pool("local"), pool("central")), move(pool("local"), pool("ppp"), 60))

    assert found.pools == {
        **POOLS,
        pool("local"): 0,
        pool("central"): 140,
        pool("ppp"): 60,
    }
    assert [(one.allowed, one.left) for one in found.log] == [(True, 60), (True, 0)]
    assert (found.moved, found.blocked) == (100, [])
    assert found.log[0].rule == "virement.programmes"
    assert found.log[0].confidence == "assumed"


@pytest.mark.parametrize(
    ("request_", "rule", "words"),
    [
        (
            move(pool("local"), pool("local", "recurrent")),
            "virement.kinds",
            "không chuyển cho nhau",
        ),
        (move(pool("local"), pool("local", year=YEAR + 1)), "virement.years", "trong năm đó"),
        (
            move(pool("local", "recurrent"), pool("central", "recurrent")),
            "source.central",
            "nguồn central không chi loại recurrent",
        ),
        (
            move(pool("central"), pool("oda")),
            "virement.programmes",
            "nguồn oda chi cho telecom, còn tiền của central thì không (source.central.packs: ",
        ),
        (
            move(pool("central"), pool("local")),
            "virement.programmes",
            "nguồn local chi cho mọi chương trình",
        ),
        (
            move(pool("local"), pool("central"), 101),
            "virement.balance",
            f"local investment {YEAR} chưa dùng 100 đ, xin chuyển 101 đ",
        ),
        (move(pool("fund"), pool("fund", "recurrent"), 1), "virement.kinds", "không chuyển"),
        (move(pool("programme"), pool("oda"), 1), "virement.balance", "chưa dùng 0 đ"),
    ],
)
def test_a_move_that_a_rule_forbids_is_refused_with_the_rule(
    request_: Request, rule: str, words: str
) -> None:
    found = asked(request_)
    [told] = found.blocked

    assert found.pools == POOLS
    assert (told.rule, told.allowed) == (rule, False)
    assert words in told.why.vi
    assert told.cite == LAW.at(rule, AT).source
    assert told.why.en.startswith("Refused: ")
    assert found.moved == 0


def test_named_money_may_go_where_fewer_of_its_programmes_are_paid() -> None:
    found = asked(move(pool("oda"), pool("ppp")))  # roads, water, power, telecom: all named in oda

    assert found.pools[pool("ppp")] == 40
    assert found.pools[pool("oda")] == 60


def test_what_works_use_is_not_moved() -> None:
    used = {pool("local"): 70}
    found = asked(
        move(pool("local"), pool("central"), 31),
        move(pool("local"), pool("central"), 30),
        used=used,
    )

    assert [one.allowed for one in found.log] == [False, True]
    assert found.pools[pool("local")] == used[pool("local")]
    assert found.log[0].left == 30
    assert found.log[1].left == 0


def test_a_request_may_use_what_an_earlier_one_brought() -> None:
    first, then = move(pool("local"), pool("ppp"), 10), move(pool("ppp"), pool("oda"), 10)

    assert [one.allowed for one in asked(then, first).log] == [False, True]
    log = asked(first, move(pool("local"), pool("central"), 100)).log
    assert [one.allowed for one in log] == [True, False]


def test_the_log_is_ready_for_json() -> None:
    [row] = [one.as_json() for one in asked(move(pool("local"), pool("central"))).log]

    assert row["from"] == {"year": YEAR, "kind": "investment", "source": "local"}
    assert (row["vnd"], row["allowed"], row["left_vnd"], row["assumed"]) == (40, True, 60, True)
    assert row["reason"] == "Đủ cầu Che"


@pytest.mark.parametrize(
    ("request_", "problem", "words"),
    [
        (move(pool("local"), pool("central"), reason=" "), MoveWithoutReason, "yêu cầu 2"),
        (move(pool("local"), pool("central"), 0), NothingToMove, "số tiền 0, từ local"),
        (move(pool("local"), pool("central"), -5), NothingToMove, "số tiền -5"),
        (move(pool("local"), pool("local")), NothingToMove, "hai nguồn khác nhau"),
        (move(pool("lokal"), pool("central")), UnknownSource, "yêu cầu 2: .*gần nhất là “local”"),
        (
            move(pool("local", "recurent"), pool("local")),
            UnknownKindOfMoney,
            "gần nhất là “recurrent”",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_told_by_its_number(
    request_: Request, problem: type[Problem], words: str
) -> None:
    with pytest.raises(problem, match=words):
        asked(move(pool("local"), pool("central"), 1), request_)


def test_a_day_without_rules_is_refused() -> None:
    with pytest.raises(NotInForce, match=r"virement\.kinds"):
        blend(POOLS, [], LAW, at=date(2019, 1, 1))


@given(
    st.lists(
        st.builds(
            move,
            st.sampled_from([*POOLS, pool("ppp"), pool("fund")]),
            st.sampled_from([*POOLS, pool("ppp"), pool("fund")]),
            st.integers(1, 130),
        ).filter(lambda one: one.origin != one.target),
        max_size=8,
    ),
    st.dictionaries(st.sampled_from(list(POOLS)), st.integers(0, 100)),
)
def test_every_year_and_kind_keeps_its_sum_and_no_pool_falls_below_what_is_used(
    requests: list[Request], used: dict[Pool, int]
) -> None:
    found = asked(*requests, used=used)

    def sums(pools: Mapping[Pool, int]) -> Counter[tuple[int, str]]:
        total: Counter[tuple[int, str]] = Counter()
        for (year, kind, _), vnd in pools.items():
            total[year, kind] += vnd
        return total

    assert sums(found.pools) == sums(POOLS)
    assert all(vnd >= used.get(one, 0) for one, vnd in found.pools.items())
    assert [one.request for one in found.log] == requests
    moved = Counter({one: found.pools[one] - POOLS.get(one, 0) for one in found.pools})
    for one in found.log:
        if one.allowed:
            moved[one.request.origin] += one.request.vnd
            moved[one.request.target] -= one.request.vnd
    assert set(moved.values()) <= {0}


WORKS = (item("bridge", 130), item("desk", 20, money="recurrent"))
CHOSEN = (
    Chosen(
        "bridge",
        2026,
        2027,
        {(2026, "investment", "programme"): 100, (2027, "investment", "local"): 30},
        {(2028, "recurrent", "local"): 7, (2028, "recurrent", "fund"): 0},
    ),
    Chosen("desk", 2026, 2026, {(2026, "recurrent", "programme"): 20}, {}),
)


def test_by_hand_each_source_pays_its_part_of_a_work() -> None:
    found = financing(WORKS, CHOSEN)

    assert found.by_work() == {"bridge": {"programme": 100, "local": 37}, "desk": {"programme": 20}}
    assert found.by_year() == {
        ("programme", "investment"): {2026: 100},
        ("local", "investment"): {2027: 30},
        ("local", "recurrent"): {2028: 7},
        ("programme", "recurrent"): {2026: 20},
    }
    assert found.total == 157
    assert found.as_json()[2] == {
        "work": "bridge",
        "source": "local",
        "kind": "recurrent",
        "year": 2028,
        "purpose": "upkeep",
        "vnd": 7,
    }


def test_the_province_adds_its_part_where_an_act_asks_for_it() -> None:
    found = financing(WORKS, CHOSEN).counterpart(Sources.of(LAW, AT), 0.85)

    assert found == {("programme", 2026): 6}  # 5 % of 120


def test_sources_that_do_not_pay_the_whole_cost_are_refused() -> None:
    wrong = (replace(WORKS[0], cost=131), WORKS[1])

    with pytest.raises(DoesNotAddUp, match="Việc bridge: các nguồn trả 130, nhưng chi phí là 131"):
        financing(wrong, CHOSEN)


@given(problems())
@settings(max_examples=80, deadline=None)
def test_the_table_adds_up_to_the_plan_and_to_the_pools(problem: tuple[Instance, Table]) -> None:
    instance, table = problem
    result = solve(instance, table)
    found = financing(instance.items, result.chosen)

    spent = {one.id: one.spent for one in result.chosen if one.spent}
    assert {work: sum(row.values()) for work, row in found.by_work().items()} == spent
    assert found.total == result.spent
    left = dict(instance.pools)
    for line in found.lines:
        left[line.year, line.kind, line.source] -= line.vnd
    assert left == dict(result.left)
    assert sum(sum(row.values()) for row in found.by_year().values()) == found.total
