"""The register as cells: what they say is what judging every household says."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure.poverty import cells, counts
from hoaban.measure.poverty.cells import NotAReview, ReviewedTwice
from hoaban.measure.poverty.classes import CLASSES, POOR, Answers, judge
from hoaban.measure.poverty.patterns import index
from hoaban.measure.poverty.standards import standards
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS
from tests.measure import world
from tests.measure.world import AT, LAW, review, village

RULES = standards(LAW)
OLD, NEW = RULES
VILLAGES = [village("0001", "A"), village("0002", "A", rural=False), village("0003", "A", "00002")]
LINES = (1_500_000, 2_000_000, 2_200_000, 2_250_000, 2_800_000, 3_000_000)


def province(*reviews: dict[str, Any]) -> Tables:
    """Rural villages 0001 and 0003, an urban one 0002, with some reviews."""
    return world.tables(villages=VILLAGES, reviews=reviews)


answers = st.sampled_from([0, 0, 1, 1, None])
amounts = st.sampled_from([line + step for line in LINES for step in (-1, 0, 1)])
households = st.fixed_dictionaries(
    {
        "village": st.sampled_from(["0001", "0002", "0003", "0009"]),
        "round": st.sampled_from([2024, 2025]),
        "members": st.integers(1, 9),
        "income_per_head_vnd": st.none() | amounts,
        "points_a": st.none() | st.sampled_from([0, 139, 140, 141, 174, 175, 176]),
        **dict.fromkeys(ANSWERS, answers),
    }
)


def some(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reviews of as many households, of each one round."""
    rows = enumerate(found)
    return [review(f"h{i}", one["village"], one["round"], **_rest(one)) for i, one in rows]


def _rest(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in ("village", "round")}


@given(st.lists(households, min_size=1, max_size=80))
@settings(max_examples=10, deadline=None)
def test_the_cells_say_what_judging_every_household_says(found: list[dict[str, Any]]) -> None:
    rows = some(found)
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0] if name != "id"}
    said = Answers.of(columns, [row["village"] != "0002" for row in rows])

    table = counts.by_village(province(*rows), RULES, AT)

    names = {"poor": "poor", "near_poor": "near_poor", "average": "average"}
    names |= {"cannot": "cannot_classify"}
    for rule in RULES:
        each = zip(rows, judge(said, rule).cls, strict=True)
        wanted = Counter((r["village"], r["round"], CLASSES[int(c)]) for r, c in each)
        for name, cls in names.items():
            got = {
                (r["village"], r["round"], cls): r[f"{name}_{rule.column}"]
                for r in table.to_pylist()
            }
            assert {key: n for key, n in got.items() if n} == {
                key: n for key, n in wanted.items() if key[2] == cls
            }
        poor = judge(said, rule).cls == POOR
        people = sum(row["members"] for row, is_poor in zip(rows, poor, strict=True) if is_poor)
        assert np.sum(table[f"poor_people_{rule.column}"]) == people
    assert np.sum(table["households"]) == len(rows)
    assert np.sum(table["people"]) == sum(row["members"] for row in rows)


def test_households_that_no_rule_tells_apart_are_one_cell() -> None:
    rows = [
        review("a", "0001", 2025, income_per_head_vnd=1_500_001, members=3),
        review("b", "0001", 2025, income_per_head_vnd=2_000_000, members=4),
        review("c", "0001", 2025, income_per_head_vnd=2_000_001),
    ]

    found = cells.of(province(*rows), RULES, AT)

    one = found.answers.income == 2_000_000
    assert sorted(found.households.tolist()) == [1, 2]
    assert (found.households[one].tolist(), found.people[one].tolist()) == ([2], [7])
    assert found.commune.tolist() == ["11/00001/", "11/00001/"]


def test_a_village_nobody_knows_is_rural_and_of_no_commune() -> None:
    found = cells.of(province(review("a", "0009", 2025)), RULES, AT)

    assert (found.commune.tolist(), found.answers.rural.tolist()) == ([""], [True])


def test_a_column_that_the_register_does_not_have_is_missing_for_all() -> None:
    tables = province(review("a", "0001", 2025, income_per_head_vnd=1_000_000))
    reviews = tables.arrow("reviews").drop_columns(["waste", "points_a", "water", "toilet"])

    found = counts.by_village(tables.replace(reviews=reviews), RULES, AT).to_pylist()

    # Of twelve things nine (ten) are known not to be lacking: near-poor, or poor with three.
    assert [found[0][n] for n in ("near_poor_2022_2026", "cannot_2027_2030")] == [1, 1]
    assert [found[0][n] for n in ("unknown_2022_2026", "unknown_2027_2030")] == [1, 1]


@pytest.mark.parametrize(
    ("more", "column", "value"),
    [
        ({"water": 2}, "water", 2),
        ({"waste": -1}, "waste", -1),
        ({"income_per_head_vnd": -5}, "income_per_head_vnd", -5),
        ({"points_a": -1}, "points_a", -1),
        ({"members": 0}, "members", 0),
    ],
)
def test_what_cannot_be_a_review_is_refused_by_its_household(
    more: dict[str, Any], column: str, value: int
) -> None:
    tables = province(review("a", "0001", 2025), review("b", "0001", 2025, **more))

    with pytest.raises(NotAReview) as refused:
        counts.by_village(tables, RULES, AT)

    assert refused.value.facts == {
        "household": "b",
        "round": 2025,
        "column": column,
        "value": value,
    }


def test_a_household_reviewed_twice_in_a_round_is_refused() -> None:
    rows = [review("a", "0001", 2025), review("a", "0002", 2025, id="again")]

    with pytest.raises(ReviewedTwice) as refused:
        counts.by_village(province(*rows), RULES, AT)

    assert refused.value.facts == {"household": "a", "round": 2025, "count": 2}


def test_rounds_end_with_their_last_review_and_without_a_day_they_have_not_ended() -> None:
    rows = [
        review("a", "0001", 2024, completed_on=date(2024, 11, 1)),
        review("b", "0001", 2024),
        review("c", "0001", 2025, completed_on=None),
        review("d", "0001", 2026),
    ]

    assert cells.rounds(province(*rows), AT) == [(2024, date(2024, 12, 14))]


def test_patterns_leave_out_who_has_not_answered_all() -> None:
    rows = [
        review("a", "0001", 2025, lacks=("water", "toilet", "telecom"), members=2),
        review("b", "0003", 2025, lacks=("water",), members=8),
        review("c", "0001", 2025, water=None),
        review("d", "0001", 2025, waste=None, lacks=("devices",)),
    ]
    found = cells.of(province(*rows), RULES, AT)

    both = [
        counts.patterns(found, rule, 2025, by="commune").households.sum() for rule in (OLD, NEW)
    ]
    one = index(counts.patterns(found, OLD, 2025), counts.worth(OLD), OLD.needed)

    assert both == [3, 2]
    assert one.groups == ("11/00001/", "11/00002/")
    assert [one.H.tolist(), one.size.tolist()] == [[0.5, 0.0, 1 / 3], [2, 1, 3]]
    assert one.M0[-1] == 3 / (3 * 12)


def test_the_share_that_lacks_a_thing_is_of_those_who_answered() -> None:
    rows = [
        review("a", "0001", 2025, water=1),
        review("b", "0001", 2025, water=0),
        review("c", "0001", 2025, water=None),
        review("d", "0001", 2024, water=1),
    ]
    found = cells.of(province(*rows), RULES, AT)

    lacks, said = counts.answered(found, 2025, ["water"])["water"]

    assert (lacks.sum(), said.sum()) == (1, 2)
