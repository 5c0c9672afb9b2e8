"""T1: poor and near-poor under both standards, hand-worked household by household."""

import json
from datetime import date
from typing import Any

import pytest

from hoaban.measure import poverty
from hoaban.measure.poverty.standards import NoStandard
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS
from tests.measure import world
from tests.measure.world import AT, LAW, review, village

THREE = ("water", "toilet", "telecom")
VILLAGES = [village("0001", "A"), village("0002", "A", rural=False)]
POOR = {"income_per_head_vnd": 1_000_000, "lacks": THREE}
NEAR = {"income_per_head_vnd": 1_000_000}


def province(*reviews: dict[str, Any]) -> Tables:
    """A rural village 0001 and an urban one 0002 with some reviews."""
    return world.tables(villages=VILLAGES, reviews=reviews)


def parts(*reviews: dict[str, Any], at: date = AT, **more: Any) -> dict[str, Any]:
    """T1 of these reviews, its parts and its values."""
    found = poverty.target(province(*reviews), LAW, at=at, **more)
    return {**found["parts"], **{n: found[n] for n in ("value", "value_high", "standard")}}


@pytest.mark.parametrize(
    ("place", "income", "lacks", "old", "new"),
    [
        # village, income a head, what it lacks, class to 2026, class from 2027
        ("0001", 1_500_000, THREE, "poor", "poor"),
        ("0001", 1_500_000, THREE[:2], "near_poor", "near_poor"),
        ("0001", 1_500_001, THREE, "average", "poor"),
        ("0001", 2_200_000, THREE[:2], "average", "near_poor"),
        ("0001", 2_250_001, ANSWERS, "not_poor", "not_poor"),
        ("0002", 2_000_000, THREE, "poor", "poor"),
        ("0002", 2_000_001, THREE, "average", "poor"),
        ("0002", 3_000_001, THREE, "not_poor", "not_poor"),
        # devices count to 2026, waste from 2027
        ("0001", 1_000_000, ("water", "toilet", "devices"), "poor", "near_poor"),
        ("0001", 1_000_000, ("water", "toilet", "waste"), "near_poor", "poor"),
        # no income said: nobody knows
        ("0001", None, ANSWERS, "cannot_classify", "cannot_classify"),
    ],
)
def test_a_household_has_its_class_under_each_standard(
    place: str, income: int | None, lacks: tuple[str, ...], old: str, new: str
) -> None:
    found = parts(review("h", place, 2025, income_per_head_vnd=income, lacks=lacks))

    names = ("poor", "near_poor", "average", "not_poor", "cannot_classify")
    for standard, cls in (("2022-2026", old), ("2027-2030", new)):
        judged = found["standards"][standard]
        expected: dict[str, int | None] = {n: int(n == cls) for n in names}
        if standard == "2027-2030":  # no ceiling is published
            expected["average"] = None
        assert {name: judged[name] for name in names} == expected


def test_an_unknown_is_unknown_and_counts_against_the_target() -> None:
    rows = [
        # Two things lacking for certain, and water nobody knows: poor or near-poor.
        review("a", "0001", 2025, income_per_head_vnd=1_000_000, lacks=THREE, water=None),
        review("b", "0001", 2025, income_per_head_vnd=None),
        # Above the line whatever it lacks.
        review("c", "0001", 2025, waste=None, water=None),
        *(review(f"d{i}", "0001", 2025) for i in range(7)),
    ]

    found = parts(*rows)

    old = found["standards"]["2022-2026"]
    assert (old["poor"], old["near_poor"], old["cannot_classify"]) == (0, 0, 2)
    assert (found["value"], found["value_high"], old["cannot_classify_rate"]) == (0.0, 0.2, 0.2)
    assert old["met_for_certain"] is False
    assert found["income_unknown"] == 1
    assert old["answers_unknown"] == 2
    assert found["standards"]["2027-2030"]["answers_unknown"] == 2
    assert parts(*rows[2:])["standards"]["2022-2026"]["met_for_certain"] is True


def test_rates_are_of_households_and_persons_are_counted_beside() -> None:
    found = parts(
        review("a", "0001", 2025, members=7, **POOR),
        review("b", "0001", 2025, members=2, **NEAR),
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
    assert parts(done, going)["standards"]["2022-2026"]["met_for_certain"] is None


def test_a_day_that_no_standard_covers_is_a_clear_error() -> None:
    with pytest.raises(NoStandard, match="2031-06-01"):
        parts(review("a", "0001", 2025), at=date(2031, 6, 1))


def test_the_index_is_of_the_count_alone_and_the_legally_poor_stand_beside() -> None:
    rows = [
        review("a", "0001", 2025, members=7, **POOR),
        # lacks four things and earns well: poor by the count, not under the law
        review("b", "0001", 2025, members=1, lacks=(*THREE, "devices")),
        review("c", "0002", 2025, members=2, lacks=("water",)),
        review("d", "0002", 2025, water=None),
    ]

    old = parts(*rows)["index"]["2022-2026"]

    assert (old["counted"], old["left_out"]) == (3, 1)
    households, people = old["households"], old["people"]
    assert [households[n] for n in ("H", "A", "M0")] == pytest.approx([2 / 3, 3.5 / 12, 7 / 36])
    assert [people[n] for n in ("H", "A")] == pytest.approx([0.8, (7 * 3 + 4) / 8 / 12])
    assert households["uncensored"]["water"] == 1.0
    assert households["censored"]["water"] == pytest.approx(2 / 3)
    assert households["contribution"]["devices"] == pytest.approx(1 / 7)
    assert sum(households["contribution"].values()) == pytest.approx(1)
    assert old["legal"]["A"] == 3 / 12
    assert old["legal"]["contribution"]["water"] == pytest.approx(1 / 3)
    assert "waste" not in households["censored"]


def test_where_nobody_is_poor_what_does_not_exist_is_none() -> None:
    found = parts(review("a", "0001", 2025))

    json.dumps(found, allow_nan=False)
    old = found["index"]["2022-2026"]
    assert (old["households"]["H"], old["households"]["A"], old["legal"]["A"]) == (0.0, None, None)


def test_robustness_stands_beside_the_headline() -> None:
    found = parts(review("a", "0001", 2025, **POOR), review("b", "0001", 2025))

    assert list(found["robustness"]["cutoffs"]) == [str(k) for k in range(1, 13)]
    assert found["robustness"]["cutoffs"]["3"] == {"H": 0.5, "M0": 0.125}
    assert found["robustness"]["orderings_kept"] is None  # one commune


def test_earlier_rounds_stand_beside_under_both_standards() -> None:
    found = parts(
        review("a", "0001", 2024, **POOR),
        review("a", "0001", 2025, income_per_head_vnd=1_600_000, lacks=THREE),
    )

    assert [(r["round"], r["rate_2022_2026"], r["rate_2027_2030"]) for r in found["rounds"]] == [
        (2024, 1.0, 1.0),
        (2025, 0.0, 1.0),
    ]


def test_who_moved_is_told_without_small_cells_or_what_would_tell_them() -> None:
    unclear: dict[str, Any] = {"income_per_head_vnd": None}
    kinds: list[tuple[dict[str, Any], int]] = [(POOR, 30), (NEAR, 14), ({}, 12), (unclear, 3)]
    after = [now for now, many in kinds for _ in range(many)]
    rows = [review(f"h{n:02}", "0001", 2024, **POOR) for n in range(len(after))]
    rows += [review(f"h{n:02}", "0001", 2025, **now) for n, now in enumerate(after)]

    found = parts(*rows)

    moved = found["transitions"]["poor"]
    assert (moved["cannot_classify"], moved["not_poor"], moved["poor"]) == (None, None, 30)
    same = [y for y in found["years"] if y["standard"] == "2022-2026"]
    assert [y["real"] for y in same] == [found["transitions"]]
    # exits by income are the move to not poor and hidden with it; all less the others would
    # tell them, so that the other kind goes too, and with it the move to near-poor
    assert (found["exits"]["income"], found["exits"]["fewer_deprivations"]) == (None, None)
    assert moved["near_poor"] is None
    assert found["exits"]["all"] == 26
    assert found["bridge"]["table"]["cannot_classify"]["cannot_classify"] is None
    assert found["paper"] == {"households": 0, "by_commune": {}}
