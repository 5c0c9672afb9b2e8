"""Households under any set of works: counted by hand, and equal to what would be measured.

Each of the four villages has three households of four: one lacks nothing, one lacks water, toilet
and telecom and is poor by 1,900,000 đồng a month under the line of 2,200,000, one lacks water and
toilet. Three deprivations make poor. Nobody has standard water.
"""

from typing import Any

import pyarrow as pa

from hoaban.measure.targets import measure
from hoaban.plan.effects.applying import with_income
from hoaban.plan.joint.homes import HomesPart
from hoaban.plan.works import Work
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE
from tests.plan import small
from tests.plan.effects.test_applying import BRIDGE, work
from tests.plan.joint.ready import basis, column, disagreements, programmes, truth
from tests.plan.small import UNTIL

VILLAGES = ("0001", "0002", "0003", "0004")


def clears(answer: str, *villages: str, share: float = 1.0) -> Work:
    """Work that makes an answer good for a share of the households."""
    return work("clears", *villages, answer=answer, take_up=share)


def income(likely: int, *villages: str, share: float = 1.0) -> Work:
    """Work that adds an income to a share of the poor households."""
    case = {"low": 0, "likely": likely, "high": 900_000, "source": "test"}
    return work("earns", *villages, take_up=share, **case)


MANY = (
    clears("water", "0001", "0002", share=0.4),
    clears("water", "0002", "0003", share=0.7),
    clears("water_standard", "0003", "0004", share=0.9),
    clears("water_standard", "0002", share=0.5),
    clears("toilet", *VILLAGES, share=0.6),
    clears("telecom", "0004"),
    income(200_000, "0001", "0002"),
    income(200_000, "0002", "0003", share=0.5),
    income(300_001, "0004", share=0.8),
    income(0, *VILLAGES),
    BRIDGE,
)


def homes(*works: Work, **given: Any) -> HomesPart:
    return HomesPart(basis(*works, **given))


def larger() -> pa.Table:
    """Reviews of fifty households a village, some of which left an answer open."""
    lacking = ((), ("water",), ("water", "toilet"), ("water", "toilet", "telecom"))
    rows = []
    for village in VILLAGES:
        for n in range(50):
            row = world.review(f"{village}-{n}", village, 2025, lacks=lacking[n % 4])
            row |= {"members": 1 + n % 5, "income_per_head_vnd": 1_800_000 + 40_000 * (n % 13)}
            row |= {"water_standard": [0, 1, None][n % 3] if n % 4 == 0 else 0}
            rows.append(row | ({"toilet": None} if n % 11 == 0 else {}))
    return world.table("reviews", rows)


def test_water_reaches_the_people_of_the_village() -> None:
    part = homes(clears("water_standard", "0003"), clears("water", "0003"))

    before, after = part.start(()), part.start((0, 1))

    assert (before.standard.tolist(), before.hygienic.tolist()) == ([0] * 4, [4] * 4)
    assert after.standard.tolist() == [0, 0, 12, 0]
    assert after.hygienic.tolist() == [4, 4, 12, 4]


def test_what_is_cleared_by_two_works_is_cleared_once() -> None:
    part = homes(clears("water", "0003"), clears("water", "0003", share=0.2))

    assert part.start((0, 1)).hygienic.tolist() == part.start((0,)).hygienic.tolist()


def test_one_thing_less_ends_all_that_the_poor_lack_together() -> None:
    """Three things make poor: whoever lacks two only counts no more for M0."""
    part = homes(clears("telecom", "0002"), clears("toilet", "0002"))

    assert part.start(()).lacks.tolist() == [3, 3, 3, 3]
    assert part.start((0,)).lacks.tolist() == [3, 0, 3, 3]
    assert part.start((0, 1)).lacks.tolist() == [3, 0, 3, 3]
    assert part.start((0, 1)).poor.tolist() == [1, 1, 1, 1]


def test_two_incomes_lift_whom_neither_lifts_alone() -> None:
    part = homes(income(200_000, "0002"), income(150_000, "0002", "0003"), income(0, "0001"))

    assert part.start((0,)).poor.tolist() == part.start((1, 2)).poor.tolist() == [1, 1, 1, 1]
    assert part.start((0, 1, 2)).poor.tolist() == [1, 0, 1, 1]


def test_villages_are_as_measured_for_any_set() -> None:
    reviews = larger()
    of = basis(*MANY, tables=small.tables(reviews=reviews))
    part = HomesPart(of)
    for chosen in programmes(len(MANY), 12, seed=3):
        state, measured = part.start(chosen), truth(of, chosen)
        assert state.standard.tolist() == column(measured, "standard_water_people")
        assert state.hygienic.tolist() == column(measured, "hygienic_people")


def test_the_poor_are_those_of_the_income_alone() -> None:
    of = basis(*MANY, tables=small.tables(reviews=larger()))
    part, seen = HomesPart(of), set()
    for chosen in programmes(len(MANY), 12, seed=4):
        paid = with_income(of.tables, [of.works[n] for n in chosen], of.standard, at=AT)
        measured = measure(paid, LAW, PLACE, at=AT, standard_at=UNTIL)
        poor = part.start(chosen).poor
        assert poor.tolist() == column(measured, "poor_new")
        seen.add(int(poor.sum()))
    assert len(seen) > 3


def test_what_the_poor_lack_is_the_adjusted_headcount_of_those_who_answered() -> None:
    of = basis(*MANY)
    part = HomesPart(of)
    for chosen in programmes(len(MANY), 8, seed=5):
        index = truth(of, chosen).targets["T1"]["parts"]["index"]["2027-2030"]
        most = index["counted"] * len(of.standard.indicators)
        assert round(index["households"]["M0"] * most, 9) == part.start(chosen).lacks.sum()


def test_a_household_with_an_open_answer_does_not_count_as_lacking() -> None:
    rows = [world.review("a", "0001", 2025, lacks=("water", "toilet", "telecom"), waste=None)]
    part = homes(clears("waste", "0001"), tables=small.tables(reviews=world.table("reviews", rows)))

    assert part.start(()).lacks.tolist() == part.start((0,)).lacks.tolist() == [0, 0, 0, 0]


def test_a_step_further_or_back_is_the_whole_counted_again() -> None:
    part = homes(*MANY, tables=small.tables(reviews=larger()))
    assert disagreements(part, len(MANY)) == []


def test_a_work_on_something_else_changes_nothing() -> None:
    part = homes(BRIDGE, clears("water", "nowhere"), clears("water", "0001"))
    state = part.start(())

    assert part.touches.tolist() == [False, False, True]
    assert part.after(state, (), [(0,), (1,)]) == [state, state]


def test_households_of_a_village_that_has_ended_stay_in_the_target() -> None:
    rows = [
        *small.tables().arrow("reviews").to_pylist(),
        world.review("g", "9999", 2025, lacks=("water", "toilet", "telecom"))
        | {"income_per_head_vnd": 1_900_000},
    ]
    of = basis(tables=small.tables(reviews=world.table("reviews", rows)))
    part = HomesPart(of)
    poor, households = part.elsewhere

    measured = truth(of, ()).targets["T1"]
    total = int(part.households.sum()) + households
    assert (poor, households) == (1, 1)
    assert (int(part.start(()).poor.sum()) + poor) / total == measured["value"]


def test_without_a_review_there_is_nobody() -> None:
    part = homes(*MANY, tables=small.tables(reviews=world.table("reviews", [])))
    state = part.start(range(len(MANY)))

    assert state.standard.sum() == state.hygienic.sum() == state.lacks.sum() == 0
    assert state.poor.sum() == 0
    assert part.elsewhere == (0, 0)


def test_groups_name_the_works_of_a_village_and_those_that_decide() -> None:
    weak, strong = clears("water", "0001", share=0.2), clears("water", "0001", "0002", share=0.8)

    assert homes(weak, strong).groups() == [(0, 1), (1,), (1,), (1,)]
