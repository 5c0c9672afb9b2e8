"""That what was measured of a village is told, and what was not is said to be so."""

from typing import Any

import pytest

from hoaban.web.pages import facts, gaps

AHEAD: dict[str, Any] = {
    "expected_days_foot": None,
    "expected_days_motorbike": 2.5,
    "expected_days_low_motorbike": 1.0,
    "expected_days_high_motorbike": 6.0,
    "longest_days_motorbike": 1.5,
    "chance_motorbike": 0.75,
}


def ahead(row: dict[str, Any], mode: str = "motorbike") -> list[str]:
    """The cells on what is expected of a mode."""
    place = ["foot", "motorbike", "car"].index(mode)
    return facts.isolation(row)[place].cells[3:]


def test_expected_days_the_longest_spell_and_the_chance_stand_side_by_side() -> None:
    assert ahead(AHEAD) == ["2,5 (1–6)", "1,5", "75\u00a0%"]


@pytest.mark.parametrize("end", ["low", "high"])
def test_days_without_a_range_are_told_alone(end: str) -> None:
    row = {**AHEAD, f"expected_days_{end}_motorbike": None}

    assert ahead(row) == ["2,5", "1,5", "75\u00a0%"]


def test_a_missing_chance_or_spell_does_not_hide_the_days() -> None:
    row = {**AHEAD, "chance_motorbike": None, "longest_days_motorbike": None}

    assert ahead(row) == ["2,5 (1–6)", "chưa rõ", "chưa rõ"]


def test_no_way_to_lose_differs_from_never_drawn() -> None:
    assert ahead(AHEAD, "foot") == ["không có đường"] * 3
    assert ahead({}) == ["chưa rõ"] * 3


def values(told: list[facts.Told]) -> list[str]:
    return [one.value for one in told]


def test_days_on_which_lighter_means_pass_are_told() -> None:
    row = {"days_car_not_motorbike": 3.3, "days_on_foot_only": None, "isolated_car_wet": True}

    assert values(facts.by_other_means(row)) == ["3,3 ngày", "ô tô vốn không có lối"]
    assert values(facts.by_other_means({"isolated_car_wet": True})) == ["chưa rõ", "chưa rõ"]
    assert values(facts.by_other_means({"days_on_foot_only": None})) == ["chưa rõ", "chưa rõ"]


@pytest.mark.parametrize(
    ("capacity", "told"),
    [(304.24, "304,2"), (0.0, "không có trạm trong tầm đi"), (None, "chưa rõ")],
)
def test_station_capacity_is_a_number_none_in_reach_or_unknown(
    capacity: float | None, told: str
) -> None:
    row = {"station_capacity": capacity, "near_all_season_7": True}

    assert values(facts.nearby(row)) == ["có", told]


def figure(name: str, standard: str, households: float) -> facts.Figure:
    key = f"poverty.{name}"
    return facts.Figure(
        key, "households", standard, households / 100, households, 100, False, "synthetic"
    )


def test_a_standard_without_a_ceiling_tells_no_average_living_standard() -> None:
    old = [figure(name, "2022-2026", 20) for name in facts.POVERTY]
    new = [figure(name, "2027-2030", 30) for name in facts.POVERTY if name != "average"]
    first, second = facts.poverty(facts.Facts([*old, *new]))
    assert first.cells == ["20 hộ (20\u00a0%)"] * 4
    assert second.cells[2] == "chưa công bố mức"
    assert second.cells[0] == second.cells[3] == "30 hộ (30\u00a0%)"


def test_what_was_counted_of_an_area_is_told_exactly_and_only_cards_expire() -> None:
    counted = {"entitled": 12, "without": 3, "expiring": 0, "cannot_tell": 1, "households": 2}
    rows: list[dict[str, Any]] = [
        {"benefit": "pension", "monthly_vnd": None, **counted},
        {"benefit": "insurance", "monthly_vnd": 315_900, **counted},
    ]
    insurance, pension = gaps.of_area(rows).lines
    assert [cell.text for cell in insurance.cells] == ["12", "3", "0", "1", "2", "315.900 đ"]
    assert [cell.text for cell in pension.cells] == ["12", "3", "–", "1", "2", "–"]
