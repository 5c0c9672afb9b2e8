"""Where 2030 lands: the fan, the chance, the exits that are needed, and what breaks a series."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from hoaban.measure.figures import Figures
from hoaban.measure.poverty import landing
from hoaban.measure.poverty.fan import Draws, Moves
from hoaban.measure.poverty.landing import Landed, Works, exits_a_year, land
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.poverty.panels import NEAR, OTHER, POOR, drawn, steady
from tests.measure.world import AT, LAW, review, village

A, B = "11/00001/", "11/00002/"
STARTS = {A: {POOR: 3e7, NEAR: 2e7, OTHER: 5e7}, B: {POOR: 1e7, NEAR: 1e7, OTHER: 8e7}}
YEARS = (2022, 2023, 2024, 2025)
THREE = ("water", "toilet", "telecom")


def landed(moves: Moves, spread: float = 0.2, **more: Any) -> Landed:
    """Run ahead to 2030 with few draws, against 15 %."""
    draws = Draws(1, moves.communes, 300, 8)
    return land(moves, **{"target": 0.15, "until": 2030, "spread": spread, "draws": draws, **more})


def shown(one: Landed) -> dict[str, Any]:
    """Its JSON, all communes large enough."""
    return landing.one_as_json(one, dict.fromkeys(one.moves.communes, True))


def province(rounds: int, *, homes: int = 40) -> Tables:
    """Commune 00001 with a village of some homes: each year two of them leave the poor."""
    rows = [
        review(
            f"h{n}",
            "0001",
            2026 - rounds + turn,
            income_per_head_vnd=1_000_000 if n >= 2 * turn else 5_000_000,
            lacks=THREE if n < homes // 2 else (),
        )
        for turn in range(rounds)
        for n in range(homes)
    ]
    return world.tables(villages=[village("0001", "A")], reviews=rows)


def test_the_fan_runs_from_the_newest_round_to_the_target_year_in_order() -> None:
    found = shown(landed(drawn(1, years=4)))

    assert list(found["seen"]) == ["2021", "2022", "2023", "2024", "2025"]
    assert list(found["years"]) == ["2026", "2027", "2028", "2029", "2030"]
    for fan in found["years"].values():
        assert fan["low"] < fan["p25"] < fan["mid"] < fan["p75"] < fan["high"]
    assert found["why"] is None


def test_the_chance_is_the_share_of_futures_under_the_target() -> None:
    one = landed(drawn(1, years=4), target=0.2)
    assert one.rates is not None
    under = float((one.rates[-1] < 0.2).mean())
    assert 0 < under < 1
    assert one.chance == pytest.approx(under)
    assert landed(drawn(1, years=4), target=1.0).chance == 1.0


def test_households_that_cannot_be_classified_count_against_the_target() -> None:
    moves = steady(STARTS, YEARS)
    sure = landed(moves, 0.0, target=0.2)
    stocks = {y: s.copy() for y, s in moves.stocks.items()}
    stocks[2025][:, 3] = stocks[2025].sum(axis=1)
    unsure = landed(Moves(moves.communes, moves.years, moves.counts, stocks), 0.0, target=0.2)
    assert (sure.chance, unsure.chance) == (1.0, 0.0)


def test_the_target_by_arithmetic() -> None:
    """Of 1,000 households 149 may be poor: 51 net exits in five years from 200."""
    assert exits_a_year(200, 1000, 0.15, 5) == pytest.approx(10.2)
    assert exits_a_year(149, 1000, 0.15, 5) == 0.0
    assert exits_a_year(150, 1000, 0.15, 1) == 1.0
    assert exits_a_year(5, 10, 0.15, 0) is None
    assert exits_a_year(0, 0, 0.15, 3) == 0.0


def test_each_commune_stands_beside_its_own_best_year() -> None:
    moves = steady(STARTS, YEARS)
    found = shown(landed(moves))
    past = moves.net_exits[:, 0]
    a = found["communes"][A]

    assert a["best_year"] == {"year": 2023, "net_exits": int(past[0])}
    assert a["within_own_best"] is bool(a["needed_exits_a_year"] <= past[0])
    assert found["communes"][B]["needed_exits_a_year"] == 0.0
    assert found["best_year"]["net_exits"] == moves.net_exits.sum(axis=1).max()


def test_income_lifts_and_fewer_deprivations_earn_nothing_in_the_headline() -> None:
    moves = steady(STARTS, YEARS)
    none = shown(landed(moves, 0.0))
    lifted = shown(landed(moves, 0.0, works=Works(lifted={2030: {A: 1e6}})))
    cleared = shown(landed(moves, 0.0, works=Works(cleared={2030: {A: 1e6}})))

    assert none["with_cleared"] is None
    assert lifted["years"]["2030"]["mid"] < none["years"]["2030"]["mid"]
    assert cleared["years"] == none["years"]
    assert cleared["with_cleared"]["years"]["2030"]["mid"] < none["years"]["2030"]["mid"]
    assert lifted["with_cleared"] is None


def test_works_before_the_fan_count_in_its_first_year_and_later_ones_never() -> None:
    moves = steady(STARTS, YEARS)
    none, early, first, late = (
        shown(landed(moves, works=Works(lifted={year: {A: 1e6, "11/99999/": 9e9}})))["years"]
        for year in (2031, 2024, 2026, 2040)
    )
    assert early == first != none
    assert late == none


def test_without_two_moves_there_is_no_fan_and_it_says_why() -> None:
    found = shown(landed(steady(STARTS, (2024, 2025))))
    assert found["years"] is found["met_probability"] is found["with_cleared"] is None
    assert found["why"] == landing.WHY["few_moves"]
    assert found["communes"][A]["mid"] is None
    assert found["communes"][A]["now"] > 0


def test_once_the_target_year_is_reviewed_nothing_is_forecast() -> None:
    found = shown(landed(steady(STARTS, range(2027, 2031))))
    assert found["why"] == landing.WHY["no_years"]
    assert found["needed_exits_a_year"] is None


def test_the_same_data_land_in_the_same_place_whatever_the_order_of_communes() -> None:
    moves = drawn(7)
    turned = Moves(
        moves.communes[::-1],
        moves.years,
        moves.counts[:, ::-1],
        {year: stock[::-1] for year, stock in moves.stocks.items()},
    )
    one, two = shown(landed(moves)), shown(landed(turned))
    for year, fan in one["years"].items():
        assert two["years"][year] == pytest.approx(fan, rel=1e-4)


def test_each_standard_starts_from_the_newest_round_judged_under_it_and_none_is_chained() -> None:
    """40 homes, 20 lack three things. In 2025 six have an income of 5 million: 14 poor."""
    found = landing.of_tables(province(4), LAW, at=AT).as_json()

    assert found["break_on"] == "2027-01-01"
    assert found["headline"]["2026"] == "2022-2026"
    assert found["headline"]["2027"] == "2027-2030"
    for name in ("2022-2026", "2027-2030"):
        assert found[name]["seen"] == {"2022": 0.5, "2023": 0.45, "2024": 0.4, "2025": 0.35}
    assert found["backtest"]["2027-2030"]["years"][0]["year"] == 2025
    assert found["origin"] == "synthetic"
    assert (found["method"], found["draws"], found["works"]) == ("t1-landing-1", 1000, None)


def test_an_income_between_the_lines_leaves_under_the_old_standard_only() -> None:
    rows = [
        review(f"h{n}", "0001", year, income_per_head_vnd=income, lacks=THREE)
        for year in (2022, 2023, 2024, 2025)
        for n in range(40)
        for income in [1_800_000 if n < 10 * (year - 2022) else 1_000_000]
    ]
    found = landing.of_tables(
        world.tables(villages=[village("0001", "A")], reviews=rows), LAW, at=AT
    ).as_json()
    assert found["2022-2026"]["seen"]["2025"] == 0.25
    assert found["2027-2030"]["seen"]["2025"] == 1.0
    assert found["2022-2026"]["years"]["2030"]["mid"] < 0.25
    assert found["2027-2030"]["years"]["2030"]["mid"] > 0.8


def test_a_round_not_completed_on_the_day_is_not_known() -> None:
    tables = province(4)
    early = landing.of_tables(tables, LAW, at=date(2025, 7, 1)).as_json()
    assert list(early["2022-2026"]["seen"]) == ["2022", "2023", "2024"]
    none = landing.of_tables(world.tables(villages=[village("0001", "A")]), LAW, at=AT).as_json()
    assert none["2022-2026"]["why"] == landing.WHY["no_round"]
    assert none["2022-2026"]["communes"] == {}


def test_a_commune_too_small_to_publish_is_in_the_province_and_not_shown() -> None:
    found = landing.of_tables(province(4, homes=16), LAW, at=AT)
    assert found.as_json()["2022-2026"]["communes"] == {"11/00001/": {"suppressed": True}}
    assert found.as_json()["2022-2026"]["years"] is not None

    figures = Figures("s", AT)
    landing.add_figures(figures, "11/", found)
    rows = {(r["area"], r["standard"]): r for r in figures.table().to_pylist()}

    assert rows["11/00001/", "2022-2026"]["suppressed"]
    assert rows["11/00001/", "2022-2026"]["value"] is None
    here = rows["11/", "2027-2030"]
    assert here["low"] < here["value"] < here["high"]
    assert (here["indicator"], here["method"], here["n"]) == ("poverty.landing", "t1-landing-1", 16)


def test_villages_nobody_knows_count_in_the_province_and_are_no_commune() -> None:
    moves = steady({"": STARTS[A], B: STARTS[B]}, YEARS)
    one = landed(moves)
    found = landing.one_as_json(one, {B: True})
    assert list(found["communes"]) == [B]
    assert one.now.sum() > moves.stocks[2025][1].sum()
    assert np.isfinite(found["years"]["2030"]["mid"])


def test_equal_tables_are_drawn_once_and_another_seed_of_data_again() -> None:
    tables = province(4)
    one = landing.of_tables(tables, LAW, at=AT)
    assert landing.of_tables(tables, LAW, at=AT).landed is one.landed
    assert landing.of_tables(province(4), LAW, at=AT).as_json() == one.as_json()
