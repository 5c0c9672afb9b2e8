"""T1: poor and near-poor under both standards, hand-worked household by household."""

from datetime import date
from typing import Any

import pytest

from hoaban.measure import poverty
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import ANSWERS, AT, LAW, review, village

THREE = ("water", "toilet", "telecom")
VILLAGES = [village("0001", "A"), village("0002", "A", rural=False)]


def province(*reviews: dict[str, Any]) -> Tables:
    """A rural village 0001 and an urban one 0002 with some reviews."""
    return world.tables(villages=VILLAGES, reviews=reviews)


def parts(*reviews: dict[str, Any], at: date = AT, **more: Any) -> dict[str, Any]:
    """T1 of these reviews, its parts and its value."""
    found = poverty.target(province(*reviews), LAW, at=at, **more)
    return {**found["parts"], "value": found["value"], "standard": found["standard"]}


@pytest.mark.parametrize(
    ("place", "income", "lacks", "old", "new"),
    [
        # village, income a head, what it lacks, class to 2026, class from 2027
        ("0001", 1_500_000, THREE, "poor", "poor"),
        ("0001", 1_500_000, THREE[:2], "near_poor", "near_poor"),
        ("0001", 1_500_001, THREE, "not_poor", "poor"),
        ("0001", 2_200_000, THREE[:2], "not_poor", "near_poor"),
        ("0001", 2_200_001, ANSWERS, "not_poor", "not_poor"),
        ("0002", 2_000_000, THREE, "poor", "poor"),
        ("0002", 2_000_001, THREE, "not_poor", "poor"),
        ("0002", 2_800_001, THREE, "not_poor", "not_poor"),
        # devices count to 2026, waste from 2027
        ("0001", 1_000_000, ("water", "toilet", "devices"), "poor", "near_poor"),
        ("0001", 1_000_000, ("water", "toilet", "waste"), "near_poor", "poor"),
        # nothing said: not lacking; no income said: not at most the line
        ("0001", None, ANSWERS, "not_poor", "not_poor"),
    ],
)
def test_a_household_has_its_class_under_each_standard(
    place: str, income: int | None, lacks: tuple[str, ...], old: str, new: str
) -> None:
    found = parts(review("h", place, 2025, income_per_head_vnd=income, lacks=lacks))

    for name, cls in (("2022-2026", old), ("2027-2030", new)):
        judged = found["standards"][name]
        assert [judged["poor"], judged["near_poor"]] == [cls == "poor", cls == "near_poor"]


def test_an_answer_not_given_is_not_lacking_and_is_shown_as_unknown() -> None:
    found = parts(
        review("a", "0001", 2025, income_per_head_vnd=1_000_000, lacks=THREE, water=None),
        review("b", "0001", 2025, income_per_head_vnd=None),
        review("c", "0001", 2025, waste=None),
    )

    assert [found["poor"], found["near_poor"]] == [0, 1]
    assert found["income_unknown"] == 1
    assert found["standards"]["2022-2026"]["answers_unknown"] == 1
    assert found["standards"]["2027-2030"]["answers_unknown"] == 2


def test_rates_are_of_households_and_persons_are_counted_beside() -> None:
    poor = {"income_per_head_vnd": 1_000_000, "lacks": THREE}
    near = {"income_per_head_vnd": 1_000_000}
    found = parts(
        review("a", "0001", 2025, members=7, **poor),
        review("b", "0001", 2025, members=2, **near),
        review("c", "0001", 2025, members=1),
        review("d", "0002", 2025, members=2),
    )

    assert (found["households"], found["people"]) == (4, 12)
    assert (found["value"], found["rate_2022_2026"], found["multidimensional"]) == (0.25, 0.25, 2)
    judged = found["standards"]["2022-2026"]
    assert (judged["near_poor_rate"], judged["multidimensional_rate"]) == (0.25, 0.5)
    assert judged["persons"] == {
        "poor": 7,
        "near_poor": 2,
        "multidimensional": 9,
        "rate": 7 / 12,
        "near_poor_rate": 2 / 12,
        "multidimensional_rate": 9 / 12,
    }


def test_the_newest_round_completed_by_the_day_counts_and_the_headline_follows_standard_at() -> (
    None
):
    rows = [
        review("a", "0001", 2025, income_per_head_vnd=2_000_000, lacks=THREE),
        review("a", "0001", 2026, income_per_head_vnd=1_000_000, lacks=THREE),
        review("b", "0001", 2026),
    ]

    assert (parts(*rows)["round"], parts(*rows)["value"]) == (2025, 0.0)
    later = parts(*rows, at=date(2026, 12, 14))
    assert (later["round"], later["completed_on"], later["value"]) == (2026, "2026-12-14", 0.5)
    ahead = parts(*rows, standard_at=date(2030, 12, 31))
    assert (ahead["standard"], ahead["value"], ahead["rate_2022_2026"]) == ("2027-2030", 1.0, 0.0)


def test_a_round_that_is_still_going_on_does_not_count() -> None:
    done = review("a", "0001", 2026, completed_on=date(2026, 11, 1))
    going = review("b", "0001", 2026)

    assert parts(done)["round"] == 2026
    assert parts(done, going)["round"] is None
    assert parts(done, going)["value"] is None


HISTORIES = {
    # household: class in 2023, 2024, 2025
    "income": "PPN",
    "fewer": "NPn",
    "durable": "PNN",
    "durable-near": "Pnn",
    "relapsed": "PnP",
    "stays": "PPP",
    "falls": "nnP",
    "new": "--P",
    "gone": "PP-",
    "long-gone": "P--",
}


def histories() -> list[dict[str, Any]]:
    """Reviews of `HISTORIES`: P poor, n near-poor, N not poor, - no review."""
    kinds: dict[str, dict[str, Any]] = {
        "P": {"income_per_head_vnd": 1_000_000, "lacks": THREE},
        "n": {"income_per_head_vnd": 1_000_000},
        "N": {},
    }
    return [
        review(name, "0001", 2023 + i, **kinds[letter])
        for name, letters in HISTORIES.items()
        for i, letter in enumerate(letters)
        if letter != "-"
    ]


def test_every_exit_is_one_of_three() -> None:
    assert parts(*histories())["exits"] == {
        "all": 4,
        "income": 1,
        "fewer_deprivations": 1,
        "durable": 2,
        "relapsed": 1,
    }


def test_transitions_say_who_moved_from_where_to_where() -> None:
    assert parts(*histories())["transitions"] == {
        "new": {"poor": 1},
        "poor": {"gone": 1, "not_poor": 1, "near_poor": 1, "poor": 1},
        "near_poor": {"near_poor": 1, "poor": 2},
        "not_poor": {"not_poor": 1},
    }


def test_with_one_round_there_are_no_exits() -> None:
    found = parts(review("a", "0001", 2025))

    assert found["exits"]["all"] == 0
    assert found["transitions"] == {"new": {"not_poor": 1}}


def test_earlier_rounds_stand_beside_under_both_standards() -> None:
    found = parts(*histories())

    assert [(r["round"], r["rate_2022_2026"]) for r in found["rounds"]] == [
        (2023, 7 / 9),
        (2024, 4 / 8),
        (2025, 4 / 8),
    ]
