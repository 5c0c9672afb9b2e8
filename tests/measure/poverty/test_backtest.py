"""That a back-test uses the past alone, counts by hand, and covers what it says it covers."""

from typing import Any

import numpy as np
import pytest

from hoaban.measure.poverty import backtest
from hoaban.measure.poverty.fan import Draws, Moves
from tests.measure.poverty.panels import NEAR, OTHER, POOR, drawn, steady

STARTS = {"11/00001/": {POOR: 3e7, NEAR: 2e7, OTHER: 5e7}}


def foreseen(moves: Moves) -> dict[str, Any]:
    """The back-test of a panel."""
    return backtest.test(moves, Draws(1, moves.communes, 200, 5), 0.2)


def test_a_province_that_keeps_to_its_chain_is_foreseen() -> None:
    found = backtest.test(
        steady(STARTS, range(2021, 2026)), Draws(1, ("11/00001/",), 200, 1), spread=0.0
    )
    assert [one["year"] for one in found["years"]] == [2024, 2025]
    for one in found["years"]:
        assert one["mid"] == pytest.approx(one["seen"], abs=1e-3)
    assert found["error"] < 1e-3
    assert found["band"] == 0.8


def test_the_straight_line_goes_on_as_the_rate_did_last_year() -> None:
    moves = steady(STARTS, range(2021, 2026))
    rates = {y: s[:, 0].sum() / s.sum() for y, s in moves.stocks.items()}
    one = backtest.test(moves, Draws(1, moves.communes, 50, 1), 0.2)["years"][-1]
    assert one["straight"] == pytest.approx(2 * rates[2024] - rates[2023], abs=1e-6)


def test_a_year_is_foreseen_from_the_years_before_it_alone() -> None:
    moves = drawn(1)
    changed = moves.counts.copy()
    changed[-1] = changed[-1][:, ::-1]
    newest = {**moves.stocks, 2026: moves.stocks[2026] * 2}
    other = Moves(moves.communes, moves.years, changed, newest)
    draws = Draws(1, moves.communes, 100, 1)

    one, two = (backtest.test(some, draws, 0.2)["years"] for some in (moves, other))

    assert [y["mid"] for y in one] == [y["mid"] for y in two]
    assert one[:-1] == two[:-1]


def test_without_two_moves_before_a_year_nothing_is_tested() -> None:
    found = foreseen(steady(STARTS, (2023, 2024, 2025)))
    assert found["years"] == []
    assert found["coverage"] is found["communes_coverage"] is found["error"] is None


def test_bands_cover_about_what_they_say_over_many_provinces() -> None:
    """Provinces drawn as the model has it: 80 % bands, up to what few years can know."""
    years, communes = [], []
    for seed in range(30):
        found = foreseen(drawn(seed))
        years += [float(one["inside"]) for one in found["years"]]
        communes.append(found["communes_coverage"])
    assert 0.7 <= np.mean(years) <= 0.95
    assert 0.7 <= np.mean(communes) <= 0.95
