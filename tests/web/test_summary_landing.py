"""What the terminal says of where T1 will land, and of how past forecasts went."""

from datetime import date
from typing import Any

import pytest

from hoaban.measure.poverty.fan import Draws, Moves
from hoaban.measure.poverty.landing import Landing, Works, land
from hoaban.web import summary
from tests.measure.poverty.panels import drawn, table
from tests.web import sample


def landing(moves: Moves, works: Works | None = None) -> dict[str, Any]:
    """The JSON of a panel's landing under one standard."""
    draws = Draws(1, moves.communes, 100, 5)
    one = land(moves, target=0.15, until=2030, spread=0.2, draws=draws, works=works)
    return Landing(
        landed={"2027-2030": one},
        headline={2030: "2027-2030"},
        break_on=date(2027, 1, 1),
        draws=100,
        seed=1,
        origin="synthetic",
        shown=dict.fromkeys(moves.communes, True),
        works=None if works is None else {"2027-2030": works},
    ).as_json()


def measured(found: dict[str, Any]) -> dict[str, Any]:
    """A measuring that knows where T1 lands."""
    whole = sample.measured()
    whole["targets"]["T1"]["parts"]["landing"] = found
    return whole


def test_the_fan_the_chance_the_exits_and_the_back_test_are_printed() -> None:
    moves = drawn(1, years=4)
    found = landing(moves, Works(cleared={2027: {moves.communes[0]: 100.0}}))
    text = " ".join(summary.of_measure(measured(found)).split())

    assert "Chuẩn 2027-2030, năm 2030: trung vị" in text
    assert "cơ hội dưới 15" in text
    assert "chỉ bớt thiếu hụt" in text
    assert "cần thoát nghèo ròng" in text
    assert "thử lại (back-test) 2025" in text
    assert "đoán thẳng" in text
    assert "Chuẩn đổi từ 01/01/2027" in text


def test_a_year_outside_its_band_is_called_so() -> None:
    found = landing(drawn(1, years=4))
    found["backtest"]["2027-2030"]["years"][0]["inside"] = False
    assert "NGOÀI DẢI" in summary.of_measure(measured(found))


def test_without_a_fan_the_reason_is_printed() -> None:
    found = landing(Moves.of(table([])))
    assert "Chưa có kỳ rà soát nào" in summary.of_measure(measured(found))


@pytest.mark.parametrize("years", [1, 5])
def test_it_stays_within_eighty_columns_also_in_the_plan(years: int) -> None:
    planned = sample.planned()
    planned["targets"]["after"]["T1"]["parts"]["landing"] = landing(drawn(1, years=years))
    text = summary.of_plan(planned)
    assert "T1 SẼ TỚI ĐÂU" in text
    assert max(map(summary.width, text.splitlines())) <= 80
