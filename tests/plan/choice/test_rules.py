"""Rules that contradict are refused, naming the rule and the rows."""

from typing import Any

import pytest

from hoaban.base.problems import Problem
from hoaban.plan.choice import rules
from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import solve
from tests.plan.choice.tables import alone, instance, item

A: dict[str, Any] = {"commune": "11/03127/"}
_REFUSED: list[tuple[type[Problem], Instance, tuple[str, ...]]] = [
    (rules.NegativeCost, instance(item("a", -5)), ("a", "-5")),
    (rules.NegativeCost, instance(item("a", 5, upkeep=-1)), ("a", "-1")),
    (rules.TwoWorksOneId, instance(item("a", 5), item("a", 6)), ("a", "2")),
    (
        rules.SourceMayNotPay,
        instance(item("a", 5, forced=True, sources=("oda", "ppp"))),
        ("a", "oda, ppp", "investment"),
    ),
    (
        rules.SourceMayNotPay,
        instance(item("a", 5, forced=True, requires=("b",)), item("b", 5, sources=("oda",))),
        ("b", "oda"),
    ),
    (
        rules.UnknownWorkInRule,
        instance(item("a", 5, forced=True, requires=("raod-7",)), item("road-7", 5)),
        ("a", "raod-7", "road-7"),
    ),
    (
        rules.ForcedTogether,
        instance(item("a", 5, forced=True, rival="x"), item("b", 5, forced=True, rival="x")),
        ("a", "b"),
    ),
    (
        rules.ForcedTogether,
        instance(item("a", 5, carry_over=True, rival="x"), item("b", 5, forced=True, rival="x")),
        ("a", "b"),
    ),
    (
        rules.ForcedWithoutFirst,
        instance(item("a", 5, forced=True, requires=("b",)), item("b", 5, forced=False)),
        ("a", "b"),
    ),
    (
        rules.LeastAboveMost,
        instance(item("a", 5, **A), least={"11/03127/": 9}, most={"11/03127/": 8}),
        ("11/03127/", "9 đ", "8 đ"),
    ),
    (rules.LeastAboveMoney, instance(item("a", 5, **A), least={"11/03127/": 301}), ("301", "300")),
    (
        rules.CommuneWithoutWorks,
        instance(item("a", 5, **A), least={"11/03128/": 5}),
        ("11/03128/", "11/03127/"),
    ),
    (
        rules.ForcedAboveMost,
        instance(
            item("a", 5, forced=True, **A), item("b", 6, forced=True, **A), most={"11/03127/": 10}
        ),
        ("11/03127/", "a, b", "11 đ", "10 đ"),
    ),
    (
        rules.NoAffordablePlan,
        instance(
            item("a", 90, forced=True), item("b", 90, forced=True), item("c", 90, forced=True)
        ),
        ("a, b, c", "270 đ", "200 đ"),
    ),
    (
        rules.LeastCannotBeMet,
        instance(item("a", 5, **A), item("b", 120, **A), least={"11/03127/": 50}),
        ("11/03127/", "50 đ"),
    ),
]


@pytest.mark.parametrize(("problem", "given", "facts"), _REFUSED)
@pytest.mark.parametrize("few", [0, 12])
def test_a_contradiction_is_refused_with_its_rows_in_both_languages(
    problem: type[Problem], given: Instance, facts: tuple[str, ...], few: int
) -> None:
    with pytest.raises(problem) as refused:
        solve(given, alone(*(1.0 for _ in given.items)), few=few)

    for language in ("vi", "en"):
        assert all(fact in refused.value.text(language) for fact in facts)


def test_a_work_that_nobody_may_pay_and_one_that_requires_the_unknown_are_not_chosen() -> None:
    given = instance(item("a", 5, sources=("oda",)), item("b", 5, requires=("gone",)), item("c", 5))

    for few in (0, 12):
        assert [one.id for one in solve(given, alone(3, 2, 1), few=few).chosen] == ["c"]
