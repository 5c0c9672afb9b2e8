"""Who moved, and whether people, papers or the standard moved."""

from collections import Counter
from datetime import date
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure.poverty import movement
from hoaban.measure.poverty.classes import AVERAGE, CANNOT, NEAR_POOR, NOT_POOR, POOR
from hoaban.measure.poverty.standards import standards
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, LAW, review, village

RULES = standards(LAW)
OLD, NEW = RULES
THREE = ("water", "toilet", "telecom")
VILLAGES = [village("0001", "A"), village("0002", "A", "00002")]
CLASS = {
    "P": POOR,
    "n": NEAR_POOR,
    "a": AVERAGE,
    "N": NOT_POOR,
    "?": CANNOT,
    "-": None,
}
LIVES: dict[str, dict[str, Any]] = {
    "P": {"income_per_head_vnd": 1_000_000, "lacks": THREE},
    "n": {"income_per_head_vnd": 1_000_000},
    "a": {"income_per_head_vnd": 2_250_000},
    "N": {},
    "?": {"income_per_head_vnd": None},
}


def lived(
    histories: dict[str, str], first: int = 2023, place: str = "0001"
) -> list[dict[str, Any]]:
    """Reviews of households whose class was one letter a year; ``-`` is no review."""
    return [
        review(name, place, first + i, **LIVES[letter])
        for name, letters in histories.items()
        for i, letter in enumerate(letters)
        if letter != "-"
    ]


def province(*reviews: dict[str, Any]) -> Tables:
    """Two rural communes with some reviews."""
    return world.tables(villages=VILLAGES, reviews=reviews)


HISTORIES = {
    # household: class in 2023, 2024, 2025
    "income": "PPN",
    "income-average": "nPa",
    "fewer": "NPn",
    "durable": "PNN",
    "durable-average": "PaN",
    "near-twice": "Pnn",
    "near-first": "PnN",
    "near-again": "PNn",
    "relapsed": "PnP",
    "stays": "PPP",
    "falls": "nnP",
    "new": "--P",
    "gone": "PP-",
    "long-gone": "P--",
    "unknown-now": "PP?",
    "unknown-between": "P?N",
    "unknown-after": "PN?",
}


def test_every_exit_is_one_of_three_and_the_unknown_is_none() -> None:
    found = movement.histories(province(*lived(HISTORIES)), OLD, AT)

    assert movement.exits(found) == {
        "all": 5,
        "income": 2,
        "fewer_deprivations": 1,
        "durable": 2,
        "relapsed": 1,
    }


def test_transitions_say_who_moved_from_where_to_where() -> None:
    rows = lived({"a": "PPN", "b": "--P", "c": "PP-", "d": "P--", "e": "NN?"})

    found = movement.histories(province(*rows), OLD, AT)

    assert movement.moves(found) == {
        "new": {"poor": 1},
        "poor": {"gone": 1, "not_poor": 1},
        "not_poor": {"cannot_classify": 1},
    }


def test_with_one_round_nobody_has_left() -> None:
    tables = province(review("a", "0001", 2025))

    assert movement.exits(movement.histories(tables, OLD, AT))["all"] == 0
    assert movement.transitions(tables, OLD, AT).num_rows == 0
    assert movement.years(tables, RULES, AT) == []


@given(
    st.lists(
        st.tuples(st.text("PnaN?-", min_size=3, max_size=3), st.sampled_from(["0001", "0002"])),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=8, deadline=None)
def test_moves_of_each_pair_of_rounds_by_commune(found: list[tuple[str, str]]) -> None:
    rows = [
        row
        for i, (letters, place) in enumerate(found)
        for row in lived({f"h{i}": letters}, place=place)
    ]
    held = sorted({row["round"] for row in rows})
    wanted: Counter[Any] = Counter()
    for letters, place in found:
        commune = {"0001": "11/00001/", "0002": "11/00002/"}[place]
        for first, last in pairwise(held):
            was, now = (CLASS[letters[year - 2023]] for year in (first, last))
            if (was, now) != (None, None):
                wanted[commune, first, last, was, now] += 1

    got = movement.transitions(province(*rows), OLD, AT).to_pylist()

    assert {tuple(row.values())[:-1]: row["households"] for row in got} == wanted
    assert [tuple(row)[:3] for row in got] == [("commune", "year_from", "year_to")] * len(got)


def test_each_pair_of_rounds_is_judged_under_one_standard_at_a_time() -> None:
    # Under the line of 2022 all the time but for the new line in 2025.
    rows = [
        review("a", "0001", 2024, income_per_head_vnd=1_500_000, lacks=THREE),
        review("a", "0001", 2025, income_per_head_vnd=2_000_000, lacks=THREE),
    ]

    found = movement.years(province(*rows), RULES, AT)

    assert [(one["standard"], one["real"]) for one in found] == [
        ("2022-2026", {"poor": {"average": 1}}),
        ("2027-2030", {"poor": {"poor": 1}}),
    ]


def test_the_bridge_is_one_round_under_both_standards() -> None:
    rows = [
        review("a", "0001", 2025, income_per_head_vnd=2_000_000, lacks=THREE),
        review("b", "0001", 2025, income_per_head_vnd=1_000_000, lacks=(*THREE[:2], "devices")),
        review("c", "0001", 2025),
        review("d", "0001", 2024, income_per_head_vnd=1_000_000),
    ]

    found = movement.bridge(province(*rows), RULES, OLD, NEW, number=2025, at=AT)

    assert found == {
        "poor": {"near_poor": 1},
        "average": {"poor": 1},
        "not_poor": {"not_poor": 1},
    }


LATER = date(2027, 12, 31)
lives = st.fixed_dictionaries(
    {
        "income_per_head_vnd": st.sampled_from([1_000_000, 2_000_000, 2_500_000]),
        "lacks": st.sampled_from([(), THREE, (*THREE[:2], "waste"), (*THREE[:2], "devices")]),
    }
)


@given(st.lists(st.tuples(lives, lives), min_size=1, max_size=12))
@settings(max_examples=6, deadline=None)
def test_a_change_of_rate_is_real_and_of_definition_and_nothing_else(
    found: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    rows = [
        review(f"h{i}", "0001", year, **life)
        for i, both in enumerate(found)
        for year, life in zip((2026, 2027), both, strict=True)
    ]
    same = [
        review(f"h{i}", "0001", year, **before)
        for (i, (before, _)), year in product(enumerate(found), (2026, 2027))
    ]

    moved = movement.change(province(*rows), LAW, RULES, LATER)
    kept = movement.change(province(*same), LAW, RULES, LATER)

    assert moved is not None
    assert kept is not None
    assert (moved["from"], moved["to"]) == (2026, 2027)
    assert (moved["old"], moved["new"]) == ("2022-2026", "2027-2030")
    assert moved["total_points"] == pytest.approx(moved["real_points"] + moved["definition_points"])
    assert kept["real_points"] == 0
    assert kept["definition_points"] == pytest.approx(moved["definition_points"])


def test_without_a_change_of_standard_there_is_nothing_to_separate() -> None:
    assert movement.change(province(*lived(HISTORIES)), LAW, RULES, AT) is None


def decided(name: str, *years: tuple[str | None, dict[str, Any]], first: int = 2024) -> list[Any]:
    """Reviews with what the commune decided, one a year."""
    rows = enumerate(years)
    return [review(name, "0001", first + i, decided=cls, **life) for i, (cls, life) in rows]


FAKES: dict[str, tuple[tuple[str | None, dict[str, Any]], ...]] = {
    "poor-out": (("poor", LIVES["P"]), ("not_poor", LIVES["P"])),
    "poor-to-near": (("poor", LIVES["P"]), ("near_poor", LIVES["P"])),
    "near-out": (("near_poor", LIVES["n"]), ("average", LIVES["n"])),
    # more income on the same side of the line is no other fact
    "richer": (
        ("poor", LIVES["P"]),
        ("not_poor", {**LIVES["P"], "income_per_head_vnd": 1_500_000}),
    ),
}
HONEST: dict[str, tuple[tuple[str | None, dict[str, Any]], ...]] = {
    "income": (("poor", LIVES["P"]), ("average", {**LIVES["P"], "income_per_head_vnd": 2_250_000})),
    "fewer": (("poor", LIVES["P"]), ("near_poor", LIVES["n"])),
    "other-things": (
        ("poor", LIVES["P"]),
        ("near_poor", {"income_per_head_vnd": 1_000_000, "lacks": (*THREE[:2], "devices")}),
    ),
    "worse": (("near_poor", LIVES["P"]), ("poor", LIVES["P"])),
    "stays": (("poor", LIVES["P"]), ("poor", LIVES["P"])),
    "above": (("average", LIVES["a"]), ("not_poor", LIVES["a"])),
    "undecided": (("poor", LIVES["P"]), (None, LIVES["P"])),
}


def test_paper_exits_are_found_and_honest_ones_are_not() -> None:
    rows = [row for name, years in {**FAKES, **HONEST}.items() for row in decided(name, *years)]

    found = movement.paper_exits(province(*rows), LAW, RULES, AT)

    assert found["household"].to_pylist() == sorted(FAKES)
    assert found.to_pylist()[0] == {
        "household": "near-out",
        "village": "0001",
        "commune": "11/00001/",
        "was": NEAR_POOR,
        "now": AVERAGE,
    }
    assert movement.by_commune(found) == {"11/00001/": 4}


def test_an_exit_by_the_new_standard_is_no_paper_exit() -> None:
    devices = {"income_per_head_vnd": 1_000_000, "lacks": (*THREE[:2], "devices")}
    rows = [
        # Devices do not count from 2027: near-poor now with the same facts.
        *decided("standard", ("poor", devices), ("near_poor", devices), first=2026),
        # Poor under both: only the paper moved.
        *decided("fake", ("poor", LIVES["P"]), ("near_poor", LIVES["P"]), first=2026),
    ]

    found = movement.paper_exits(province(*rows), LAW, RULES, LATER)

    assert found["household"].to_pylist() == ["fake"]


def test_without_decisions_there_are_no_paper_exits() -> None:
    tables = province(*lived(HISTORIES))
    bare = tables.replace(reviews=tables.arrow("reviews").drop_columns(["decided"]))

    assert movement.paper_exits(tables, LAW, RULES, AT).num_rows == 0
    assert movement.paper_exits(bare, LAW, RULES, AT).num_rows == 0
