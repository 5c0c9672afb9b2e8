"""The figures of T1, hand-worked, and what of them may not be published."""

from collections.abc import Mapping
from typing import Any

import pytest

from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from tests.measure import world
from tests.measure.test_targets import full
from tests.measure.world import AT, LAW, PLACE, review

THREE = ("water", "toilet", "telecom")
LIVES: dict[str, dict[str, Any]] = {
    "poor": {"income_per_head_vnd": 1_000_000, "lacks": THREE},
    "near": {"income_per_head_vnd": 1_000_000},
    "average": {"income_per_head_vnd": 2_250_000},
    "unknown": {"income_per_head_vnd": None, "lacks": THREE},
    "rich": {},
}
USUAL = {"poor": 12, "near": 11, "average": 15, "unknown": 10, "rich": 20}
VILLAGES = ("0001", "0002", "0003", "0004", "0005")
OLD, NEW = "2022-2026", "2027-2030"


def register(
    odd: Mapping[str, int] | None = None,
    before: str = "",
    where: str = "0004",
    **changed: Any,
) -> Tables:
    """Five villages in three communes, each of ``USUAL`` households in 2025.

    ``odd`` differs in the village ``where``; ``before`` is the life of all of them in 2024
    (theirs of 2025 when not given); ``changed`` puts other lives in the place of some.
    """
    lives = {**LIVES, **changed}
    rows = []
    for place in VILLAGES:
        counts = {**USUAL, **((odd or {}) if place == where else {})}
        names = [name for name, count in counts.items() for _ in range(count)]
        for i, name in enumerate(names):
            rows.append(review(f"{place}-{i}", place, 2025, **lives[name]))
            rows.append(review(f"{place}-{i}", place, 2024, **lives[before or name]))
    return full().replace(reviews=world.table("reviews", rows))


def measured(tables: Tables) -> Measured:
    """Everything of a day."""
    return measure(tables, LAW, PLACE, at=AT)


def figures(
    tables: Tables, indicator: str, group: str = "households", standard: str | None = OLD
) -> dict[str, dict[str, Any]]:
    """The figures of an indicator by area."""
    wanted = (f"poverty.{indicator}", group, standard)
    rows = measured(tables).figures.to_pylist()
    return {r["area"]: r for r in rows if (r["indicator"], r["group"], r["standard"]) == wanted}


def hidden(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The areas whose figure is suppressed."""
    return [area for area, row in found.items() if row["suppressed"]]


@pytest.mark.parametrize(
    ("name", "numerator"),
    [("poor", 60), ("near_poor", 55), ("multidimensional", 115), ("average", 75)],
)
def test_the_classes_of_the_province(name: str, numerator: int) -> None:
    one = figures(register(), name)["11/"]

    assert (one["numerator"], one["denominator"], one["suppressed"]) == (numerator, 340, False)
    assert one["method"] == "t1-legal-2"


def test_who_cannot_be_classified_is_a_figure_and_a_fact_of_the_village() -> None:
    found = measured(register())

    assert found.villages["cannot_old"].to_pylist() == [10] * 5
    assert found.villages["average_old"].to_pylist() == [15] * 5
    cannot = figures(register(), "cannot_classify")
    assert (cannot["11/"]["value"], hidden(cannot)) == (50 / 340, [])
    # All that cannot be classified would be poor at worst: 110 of 340 is no less than 15 %.
    assert found.targets["T1"]["met"] is False


def test_the_target_is_met_only_when_the_unknown_cannot_undo_it() -> None:
    few: dict[str, Any] = {"poor": LIVES["rich"], "near": LIVES["rich"]}

    unsure, sure = register(**few), register(**few, unknown=LIVES["rich"])

    targets = [measured(tables).targets["T1"] for tables in (unsure, sure)]
    assert [(t["value"], t["met"]) for t in targets] == [(0.0, True), (0.0, True)]
    more = measured(register(**few, average=LIVES["unknown"])).targets["T1"]
    assert (more["value"], more["met"]) == (0.0, False)


def test_a_finer_class_is_hidden_by_itself_and_hides_nothing_coarser() -> None:
    tables = register({"unknown": 3})

    assert hidden(figures(tables, "poor")) == []
    assert hidden(figures(tables, "average")) == []
    # The fourth village has 3; its commune's other one would give it away, and the commune has 13.
    assert hidden(figures(tables, "cannot_classify")) == ["11/00003/0004/", "11/00003/0005/"]


def test_no_average_is_published_where_the_standard_names_none() -> None:
    assert figures(register(), "average", standard="2027-2030") == {}


def test_the_index_counts_what_is_lacked_whatever_the_income() -> None:
    tables = register()

    h, a, m0 = (figures(tables, name)["11/"] for name in ("H", "A", "M0"))

    assert (h["numerator"], h["denominator"]) == (60 + 50, 340)
    assert (a["value"], a["numerator"], a["method"]) == (3 / 12, 330, "af-1")
    assert m0["value"] == pytest.approx(h["value"] * a["value"])
    assert figures(tables, "H", "people")["11/"]["numerator"] == 440


def test_what_is_lacked_and_what_holds_the_poor() -> None:
    tables = register(average={**LIVES["average"], "water": None})

    lacking = figures(tables, "lacking_water", standard=None)
    held = figures(tables, "held_by_water")

    assert (lacking["11/"]["numerator"], lacking["11/"]["denominator"]) == (110, 265)
    assert (held["11/"]["numerator"], held["11/"]["denominator"]) == (60, 340)
    assert figures(tables, "held_by_devices")["11/"]["numerator"] == 0
    assert "11/00003/0004/" in lacking
    assert sorted(held) == ["11/", "11/00001/", "11/00002/", "11/00003/"]
    assert figures(tables, "held_by_waste") == {}


def test_few_who_lack_a_thing_are_hidden_with_who_would_give_them_away() -> None:
    odd = register({"poor": 4, "unknown": 0, "rich": 38})

    assert hidden(figures(odd, "lacking_water", standard=None)) == [
        "11/00003/0004/",
        "11/00003/0005/",
    ]


def test_who_lacks_a_thing_and_is_not_poor_does_not_follow_from_those_who_do() -> None:
    # In the first commune 3 near-poor households lack water: 15 lack it, 12 of them are poor.
    rows = register({"unknown": 0}, where="0001").arrow("reviews").to_pylist()
    some = [f"0001-{i}-{year}" for i in range(12, 15) for year in (2024, 2025)]
    rows = [{**row, "water": 1} if row["id"] in some else row for row in rows]
    tables = full().replace(reviews=world.table("reviews", rows))

    lacking = figures(tables, "lacking_water", standard=None)
    held = figures(tables, "held_by_water")

    assert lacking["11/00001/"]["numerator"] == 15
    assert "11/00001/" in hidden(held)
    assert small(lacking, held) == []
    assert not held["11/"]["suppressed"]


def small(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The areas where two figures that are shown differ by 1 to 9 households."""
    shown = [a for a in one if a in other and not (one[a]["suppressed"] or other[a]["suppressed"])]
    return [a for a in shown if 0 < abs(one[a]["numerator"] - other[a]["numerator"]) < 10]


@pytest.mark.parametrize("name", ["poor", "multidimensional"])
def test_the_two_standards_tell_no_few_between_their_lines(name: str) -> None:
    # Between the lines are 4 households of the first village and 12 of each other.
    rows = register(average={"income_per_head_vnd": 5_000_000}).arrow("reviews").to_pylist()
    changed = {f"{v}-{23 + i}": v for v in VILLAGES for i in range(4 if v == "0001" else 12)}
    life = {"income_per_head_vnd": 2_000_000, **dict.fromkeys(THREE, 1)}
    rows = [{**r, **life} if r["household"] in changed else r for r in rows]
    tables = full().replace(reviews=world.table("reviews", rows))

    old, new = (figures(tables, name, standard=rule) for rule in (OLD, NEW))

    # The standard in force stays everywhere; the other goes with a commune that gives it away.
    assert hidden(old) == []
    assert "11/00001/" in hidden(new)
    assert "11/00001/0001/" in hidden(new)
    assert not new["11/00003/"]["suppressed"]
    assert small(old, new) == []


def test_exits_of_the_communes_are_of_those_who_were_poor() -> None:
    tables = register(before="poor")

    income, fewer, durable = (
        figures(tables, name)["11/"] for name in ("exits_income", "exits_fewer", "exits_durable")
    )

    assert (income["numerator"], income["denominator"]) == (75 + 100, 340)
    assert (fewer["numerator"], fewer["value"]) == (55, 55 / 340)
    assert (durable["numerator"], durable["denominator"], durable["value"]) == (0, 0, None)
    assert len(figures(tables, "exits_income")) == 4


def test_exits_too_few_to_tell_are_hidden_with_who_would_give_them_away() -> None:
    tables = register({"near": 4, "rich": 27}, before="poor", where="0001")

    # The first commune is the village 0001; without another one it would follow from the rest.
    assert hidden(figures(tables, "exits_fewer")) == ["11/00001/", "11/00002/"]
    assert hidden(figures(tables, "exits_durable")) == []
