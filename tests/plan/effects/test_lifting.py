"""Whom works lift above the line and who only lacks less, by commune and year of the work.

In each of the four villages one household is poor under the standard of 2027: 1,900,000 đồng a
head a month, lacking water, toilet and telecom; the line is 2,200,000. Village 0001 is in commune
00001, the others in 00002. Under the old standard nobody is poor.
"""

import pyarrow as pa
import pytest

from hoaban.measure.poverty.landing import Works
from hoaban.measure.poverty.standards import named
from hoaban.plan.effects import on_people
from hoaban.plan.effects.lifting import lifts
from hoaban.plan.facts import Facts
from hoaban.plan.works import Work
from tests.measure import world
from tests.measure.world import LAW
from tests.plan import small
from tests.plan.effects.test_applying import work

NEW, OLD = "2027-2030", "2022-2026"
LACKS = ("water", "toilet", "telecom")
ONE, TWO = "11/00001/", "11/00002/"


@pytest.fixture(scope="module")
def known() -> Facts:
    """The facts of the small province."""
    return small.facts()


def income(likely: int, *villages: str, share: float = 1.0) -> Work:
    """Work that adds an income in some villages."""
    case = {"low": 0, "likely": likely, "high": 900_000, "take_up": share, "source": "test"}
    return work("earns", *villages, **case)


def toilets(*villages: str) -> Work:
    """Work that leaves nobody of some villages without a toilet."""
    return work("clears", *villages, answer="toilet", take_up=1.0)


def test_income_over_the_line_lifts_in_the_year_the_work_is_finished(known: Facts) -> None:
    found = lifts(known, [(income(300_001, "0001"), 2027), (income(300_001, "0003"), 2029)])
    assert found[NEW] == Works(lifted={2027: {ONE: 1.0}, 2029: {TWO: 1.0}})
    assert found[OLD] == Works()


def test_income_at_the_line_lifts_nobody_and_two_incomes_add_up(known: Facts) -> None:
    assert lifts(known, [(income(300_000, "0002"), 2027)])[NEW] == Works()
    both = [(income(200_000, "0002"), 2027), (income(200_000, "0002"), 2028)]
    assert lifts(known, both)[NEW] == Works(lifted={2028: {TWO: 1.0}})


def test_a_score_of_the_form_does_not_outlive_the_income_it_stood_for(known: Facts) -> None:
    one = known.tables.arrow("reviews")
    place = one.column_names.index("points_a")
    # Poor by the score (140 in communes) under the old standard, below its line of 1.5 million.
    poor = one.set_column(place, one.schema.field(place), pa.array([120] * len(one), pa.int64()))
    place = one.column_names.index("income_per_head_vnd")
    less = pa.array([1_400_000] * len(one), pa.int64())
    scored = small.facts(
        known.tables.replace(reviews=poor.set_column(place, one.schema.field(place), less))
    )

    lifted = lifts(scored, [(income(100_001, "0001"), 2027)])[OLD]
    kept = lifts(scored, [(income(100_000, "0001"), 2027)])[OLD]

    assert (lifted, kept) == (Works(lifted={2027: {ONE: 1.0}}), Works())


@pytest.mark.parametrize(
    ("points", "earns", "after"),
    [(140, 1, None), (141, 1, 141), (170, 700_000, None), (300, 1, 300), (None, 1, None)],
)
def test_a_score_above_the_threshold_goes_only_with_an_income_above_the_line(
    known: Facts, points: int | None, earns: int, after: int | None
) -> None:
    row = world.review("h", "0001", 2025, lacks=LACKS, income_per_head_vnd=1_400_000)
    table = world.table("reviews", [{**row, "points_a": points}])

    rule = named(LAW, OLD)
    found = on_people.earned(table, 2025, income(earns, "0001").effects, rule)

    assert found["points_a"].to_pylist() == [after]


def test_fewer_deprivations_are_counted_apart(known: Facts) -> None:
    found = lifts(known, [(toilets("0001", "0002", "0003"), 2028)])
    assert found[NEW] == Works(cleared={2028: {ONE: 1.0, TWO: 2.0}})


def test_a_household_with_both_is_lifted_and_counts_once(known: Facts) -> None:
    found = lifts(known, [(toilets("0001"), 2027), (income(300_001, "0001"), 2029)])
    assert found[NEW] == Works(lifted={2029: {ONE: 1.0}})


def test_what_moves_nobody_between_classes_is_no_work_here(known: Facts) -> None:
    nothing = [
        (income(0, "0001"), 2027),
        (work("clears", "0001", answer="water_standard", take_up=1.0), 2027),
        (work("clears", "0001", answer="insurance", take_up=1.0), 2027),
        (toilets("9999"), 2027),
    ]
    assert lifts(known, nothing)[NEW] == Works()


def test_nothing_done_and_nothing_reviewed_lift_nobody(known: Facts) -> None:
    assert lifts(known, []) == {NEW: Works(), OLD: Works()}
    empty = small.tables()
    empty = empty.replace(reviews=empty.arrow("reviews").slice(0, 0))
    assert lifts(small.facts(empty), [(toilets("0001"), 2027)])[NEW] == Works()
