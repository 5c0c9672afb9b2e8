"""Exchanges after the greedy choice: only those that gain, and no rule broken."""

from hypothesis import given, settings

from hoaban.plan.choice.instance import Instance
from hoaban.plan.choice.search import solve
from tests.plan.choice.tables import Table, Term, alone, broken, instance, item, names, problems


def test_a_rival_takes_the_place_of_the_cheaper_one_that_was_chosen_first() -> None:
    rivals = (item("cheap", 10, rival="x"), item("good", 90, rival="x"))

    assert names(solve(instance(*rivals), alone(2.0, 5.0), few=0, drops=0)) == {"cheap": 2026}
    assert names(solve(instance(*rivals), alone(2.0, 5.0), few=0)) == {"good": 2026}


def test_a_small_work_gives_way_to_a_large_one_that_does_not_fit_beside_it() -> None:
    given_ = instance(item("small", 20), item("large", 100), investment=(100, 0))
    worth = alone(3.0, 9.0)

    assert names(solve(given_, worth, few=0, drops=0)) == {"small": 2026}
    found = solve(given_, worth, few=0)
    assert names(found) == {"large": 2026}
    assert [step.items for step in found.steps] == [("large",)]


def test_two_works_give_way_to_one() -> None:
    small = [item("a", 30), item("b", 30)]
    given_ = instance(*small, item("large", 90), investment=(100, 0))

    assert names(solve(given_, alone(3.0, 3.0, 8.5), few=0)) == {"large": 2026}


def test_what_another_work_requires_or_what_is_forced_in_is_not_exchanged() -> None:
    near, far = item("near", 20), item("far", 20, requires=("near",))
    large = item("large", 85)
    given_ = instance(near, far, large, investment=(100, 0))

    kept = solve(given_, Table(Term(5.0, (frozenset({1}),)), Term(6.0, (frozenset({2}),))), few=0)
    assert names(kept) == {"large": 2026}  # far goes first, then near is of no use
    forced = instance(near, item("far", 20, requires=("near",), forced=True), large)
    assert names(solve(forced, alone(0.0, 0.0, 1.0), few=0)).keys() == {"near", "far", "large"}


def test_a_communes_least_is_kept_in_every_exchange() -> None:
    here, there = item("here", 50, commune="A"), item("there", 100, commune="B")
    given_ = instance(here, there, investment=(100, 0), least={"A": 50})

    assert names(solve(given_, alone(1.0, 9.0), few=0)) == {"here": 2026}


def test_a_stop_ends_the_exchanges() -> None:
    given_ = instance(item("small", 20), item("large", 100), investment=(100, 0))
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert names(solve(given_, alone(3.0, 9.0), few=0, stop=stop)) == {"small": 2026}


@settings(max_examples=150, deadline=None)
@given(problems(most=8))
def test_exchanges_never_lose_and_break_no_rule(problem: tuple[Instance, Table]) -> None:
    given_, table = problem

    greedy, found = (solve(given_, table, few=0, drops=drops) for drops in (0, 24))

    assert found.worth >= greedy.worth - 1e-9
    assert broken(given_, found) == []
