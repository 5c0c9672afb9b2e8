"""T5: procedures that are digitised and used in the village."""

from datetime import date
from typing import Any

import pytest

from hoaban.measure import procedures
from hoaban.measure.targets import measure
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, communes, facility, village

VILLAGES = [village("0001", "A"), village("0002", "A")]
CATALOGUE = [
    {"id": "birth", "basic": True, "digital": True},
    {"id": "marriage", "basic": True, "digital": False},
    {"id": "mining", "basic": False, "digital": True},
]


def live(procedure: str, village: str = "0001", form: str = "helped", **more: Any) -> Any:
    """A deployment since 2025 with a case completed in June."""
    row = {"procedure": procedure, "village": village, "form": form, "since": date(2025, 7, 1)}
    area = f"11/00001/{village}/"
    done = {"last_completed_on": date(2026, 6, 1), "completed_12m": 3, "area": area}
    return {**row, **done, **more}


def target(*deployments: Any, catalogue: Any = CATALOGUE) -> dict[str, Any]:
    """T5's value and parts."""
    tables = world.tables(
        **world.drawn("A --r1 1km-- B"),
        areas=communes("00001"),
        facilities=[facility("seat", "A")],
        villages=VILLAGES,
        procedures=catalogue,
        deployments=deployments,
    )
    found = measure(tables, LAW, PLACE, at=AT).targets["T5"]
    return {**found["parts"], "value": found["value"], "met": found["met"]}


def test_a_pair_counts_when_it_is_digitised_deployed_and_used() -> None:
    found = target(live("birth"), live("marriage"), live("birth", "0002", completed_12m=0))

    # two basic procedures in two villages: four pairs
    assert (found["pairs"], found["deployed"], found["used"], found["live"]) == (4, 3, 2, 1)
    assert (found["value"], found["met"]) == (0.25, False)
    assert (found["digitised"], found["digitised_share"]) == (1, 0.5)


def test_a_procedure_that_is_not_basic_or_not_of_a_village_of_today_does_not_count() -> None:
    assert target(live("mining"), live("birth", "0009"))["deployed"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"since": date(2026, 11, 25)},
        {"valid_to": date(2026, 11, 24)},
        {"last_completed_on": None},
        {"last_completed_on": date(2025, 11, 24)},
        {"last_completed_on": date(2026, 11, 25)},
        {"completed_12m": 0},
    ],
)
def test_a_pair_is_not_live_without_a_case_in_the_last_twelve_months(fault: Any) -> None:
    assert target(live("birth", **fault))["live"] == 0


def test_a_case_on_the_first_day_of_the_window_counts() -> None:
    assert target(live("birth", last_completed_on=date(2025, 11, 25)))["live"] == 1


def test_the_forms_of_filing_are_told_apart_and_a_pair_counts_once() -> None:
    found = target(live("birth", form="self"), live("birth", form="on_behalf"))

    assert found["live"] == 1
    assert found["forms"] == {"self": 1, "helped": 0, "on_behalf": 1}


def test_the_list_of_procedures_is_frozen_for_the_year() -> None:
    more = {"id": "late", "basic": True, "digital": True, "valid_from": date(2026, 6, 1)}

    found = target(catalogue=[*CATALOGUE, more])

    assert (found["catalogue_on"], found["procedures"]) == ("2026-01-01", 2)


def test_a_register_that_starts_within_the_year_takes_the_list_of_the_day() -> None:
    late = [{**row, "valid_from": date(2026, 6, 1)} for row in CATALOGUE]

    found = target(catalogue=late)

    assert (found["catalogue_on"], found["procedures"]) == ("2026-11-24", 2)


def test_without_procedures_nothing_is_known() -> None:
    assert target(catalogue=[])["value"] is None


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        (date(2026, 11, 24), 12, date(2025, 11, 24)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
    ],
)
def test_months_before_is_the_same_day_or_the_last_of_the_month(
    at: date, months: int, before: date
) -> None:
    assert procedures.months_before(at, months) == before
