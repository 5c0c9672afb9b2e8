"""Scores and trust by hand, and the formulas of Brazil, Uganda, Burkina Faso and Djibouti."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings as house
from hypothesis import given
from hypothesis import strategies as st

from hoaban.account.terms import scores
from hoaban.account.terms.scores import Band, Found, Goal, Trust, banded, score, weighted
from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.base.text import Text

GOAL = Goal("linked", "roads", Text("Đi lại", "Link"), 25, "visit", 12, 0.5, 5, 10, 0.6, False)


def test_a_score_is_the_better_of_level_and_way() -> None:
    # the way from 0.5 to 0.6 is half done at 0.55; the level from 0.2 to 0.6 is at 7/8
    assert score(0.55, GOAL) == Fraction(1, 2)
    assert score(0.55, replace(GOAL, level_from=0.2)) == Fraction(7, 8)
    assert score(0.4, replace(GOAL, level_from=0.2)) == Fraction(1, 2)  # behind, yet a level


def test_nothing_is_scored_under_the_minimum() -> None:
    least = replace(GOAL, level_from=0.0, minimum=0.55)
    assert [score(v, least) for v in (0.5499, 0.55)] == [0, Fraction(55, 60)]


def test_a_score_is_exact() -> None:
    # 0.1 + 0.2 is not 0.3 in floating point
    assert score(0.3, replace(GOAL, baseline=0.1, target=0.4)) == Fraction(2, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        (Band(Fraction(1, 2), Fraction(1)), Band(Fraction(1, 4), Fraction(1))),
        (Band(Fraction(1, 4), Fraction(1)), Band(Fraction(1, 2), Fraction(1, 2))),
        (Band(Fraction(1, 4), Fraction(2)),),
    ],
)
def test_bands_that_do_not_rise_are_refused(wrong: tuple[Band, ...]) -> None:
    with pytest.raises(scores.BandsOutOfOrder, match="linked"):
        score(0.5, replace(GOAL, bands=wrong))


marks = st.decimals(0, 1, places=3).map(float)


goals = st.builds(
    lambda start, target, low, least: replace(
        GOAL, baseline=start, target=target, level_from=low, minimum=least
    ),
    marks,
    marks,
    st.none() | marks,
    st.none() | marks,
)


@given(st.tuples(marks, marks), goals)
def test_a_higher_value_never_scores_less(values: tuple[float, float], goal: Goal) -> None:
    first, second = sorted(values)
    assert 0 <= score(first, goal) <= score(second, goal) <= 1


def test_over_a_fifth_wrong_is_audited_twice() -> None:
    assert [scores.DEFAULT.twice(d) for d in (0.2, 0.21)] == [False, True]


def test_the_province_s_marks_say_when_claims_found_wrong_take_money() -> None:
    strict = Trust(Fraction(0), Fraction(4, 100), Fraction(10, 100))
    seen = Found(0.55, 0.03)

    assert [strict.left(d) for d in (0.0, 0.03, 0.04, 0.05)] == [
        1,
        Fraction(94, 100),
        Fraction(92, 100),
        0,
    ]
    assert (strict.twice(0.1), strict.twice(0.11)) == (False, True)
    # half the way; 3 % wrong leaves all of it by the usual marks, 94 % by the strict ones
    assert scores.believed(seen, GOAL) == Fraction(1, 2)
    assert scores.believed(seen, GOAL, strict) == Fraction(1, 2) * Fraction(94, 100)


@pytest.mark.parametrize("folder", ["provinces/dien_bien", "tests/provinces/nho"])
def test_the_marks_are_dated_parameters_and_today_s_are_the_usual_ones(folder: str) -> None:
    law = laws.read(house.LAW, house.HOME / folder / "parameters")

    assert Trust.of(law, date(2027, 12, 1)) == scores.DEFAULT
    assert law.at("verification.twice_from", date(2027, 12, 1)).confidence == "assumed"
    with pytest.raises(laws.NotInForce, match="trust_whole_to"):
        Trust.of(law, date(2025, 6, 30))
    with pytest.raises(laws.NoSuchParameter):
        Trust.of(Law({}), date(2027, 12, 1))


@pytest.mark.parametrize("marks", [(0.1, 0.05, 0.2), (0.05, 0.3, 0.2), (-0.1, 0.1, 0.2)])
def test_marks_that_do_not_rise_are_refused(marks: tuple[float, ...]) -> None:
    with pytest.raises(scores.MarksOutOfOrder, match=str(marks[0])):
        Trust(*map(scores.exact, marks))


def test_a_mark_beyond_which_nothing_would_be_left_is_refused() -> None:
    with pytest.raises(scores.MarksOutOfOrder, match="không quá 0,5"):
        Trust(*map(scores.exact, (0.05, 0.6, 0.7)))


def test_a_goal_comes_back_from_json_as_it_was() -> None:
    bands = (Band(Fraction(1, 2), Fraction(1, 4), above=True), Band(Fraction(3, 4), Fraction(1)))
    goal = replace(GOAL, bands=bands, minimum=0.1, line=0.6)
    assert scores.goal_of(scores.goal_as_json(goal)) == goal
    old = {k: v for k, v in scores.goal_as_json(GOAL).items() if k not in ("line", "bands")}
    assert scores.goal_of(old) == GOAL


# --- Brazil: IGD-M = F1 · F2 · F3 · F4, F1 = .5 TAC + .25 TAFE + .25 TAAS, with minima ---------

MINIMA_2025 = {"TAC": 0.70, "TAFE": 0.40, "TAAS": 0.40}
MINIMA_2026 = {"TAC": 0.75, "TAFE": 0.50, "TAAS": 0.50}
WEIGHTS = {"TAC": Fraction(1, 2), "TAFE": Fraction(1, 4), "TAAS": Fraction(1, 4)}
LEAST_2025 = Fraction(60, 100)


def igd_m(
    rates: dict[str, Fraction],
    *,
    gates: tuple[bool, bool, bool] = (True, True, True),
    minima: dict[str, float] = MINIMA_2025,
    least: Fraction = LEAST_2025,
) -> Fraction:
    """The index by our own parts: minima of scores, weights, gates."""
    reached = {
        name: scores.part(rate, Fraction(0), Fraction(1))
        for name, rate in rates.items()
        if rate >= scores.exact(minima[name])
    }
    if len(reached) < len(rates) or not all(gates):
        return Fraction(0)
    found = weighted(reached, WEIGHTS)
    return found if found >= least else Fraction(0)


def test_riacho_da_cruz_updates_its_register_as_published() -> None:
    tac = Fraction(531, 559)
    assert round(float(tac) * 100, 2) == 94.99
    # with the other two rates full: .5 · 531/559 + .5 = 545/559; R$3.35 a record, 531 updated
    found = igd_m({"TAC": tac, "TAFE": Fraction(1), "TAAS": Fraction(1)})
    assert found == Fraction(545, 559)
    assert round(float(found * Fraction(335, 100) * 531), 2) == 1734.3


@pytest.mark.parametrize(
    ("rates", "minima", "expected"),
    [
        (("0.70", "0.40", "0.40"), MINIMA_2025, 0),  # every minimum, but .55 is under .60
        (("0.80", "0.40", "0.40"), MINIMA_2025, Fraction(60, 100)),
        (("0.69", "1", "1"), MINIMA_2025, 0),
        (("1", "0.39", "1"), MINIMA_2025, 0),
        (("0.72", "1", "1"), MINIMA_2025, Fraction(86, 100)),
        (("0.72", "1", "1"), MINIMA_2026, 0),
    ],
)
def test_igd_m_minima(
    rates: tuple[str, str, str], minima: dict[str, float], expected: Fraction
) -> None:
    given_ = dict(zip(WEIGHTS, map(Fraction, rates), strict=True))
    assert igd_m(given_, minima=minima) == expected


def test_igd_m_pays_nothing_when_one_gate_is_shut() -> None:
    full = {name: Fraction(1) for name in WEIGHTS}
    for shut in range(3):
        gates = (shut != 0, shut != 1, shut != 2)
        assert igd_m(full, gates=gates) == 0


# --- Uganda: bands of the local government assessment (DDEG) ------------------------------------

GROWTH = (
    Band(Fraction(5, 100), Fraction(2, 3)),
    Band(Fraction(10, 100), Fraction(1), above=True),
)
FUNCTIONAL = (Band(Fraction(1), Fraction(1)),)


@pytest.mark.parametrize(
    ("growth", "points"), [("0.12", 3), ("0.10", 2), ("0.05", 2), ("0.049", 0), ("-0.02", 0)]
)
def test_uganda_scores_growth_of_own_revenue_in_bands(growth: str, points: int) -> None:
    assert 3 * banded(Fraction(growth), GROWTH) == points


def test_uganda_scores_a_functional_asset_all_or_nothing() -> None:
    assert [4 * banded(Fraction(v), FUNCTIONAL) for v in ("1", "0.99", "0")] == [4, 0, 0]


# --- Health (PBF): Burkina Faso's threshold, Djibouti's bonus and malus ---------------------------


def test_burkina_pays_no_bonus_under_half_the_quality() -> None:
    quality = replace(GOAL, baseline=0.0, target=1.0, minimum=0.5)
    assert [score(q, quality) for q in (0.49, 0.5, 0.8)] == [0, Fraction(1, 2), Fraction(4, 5)]


def test_djibouti_corrects_the_bonus_by_quality() -> None:
    # above 80 %: +30 % of the quantity bonus; at 45 %: −10 %; as parts of the widest correction
    bands = (
        Band(Fraction(0), Fraction(0)),
        Band(Fraction(45, 100), Fraction(0), above=True),
        Band(Fraction(80, 100), Fraction(1), above=True),
    )
    paid: list[Any] = [
        100 * (Fraction(90, 100) + Fraction(40, 100) * banded(Fraction(q), bands))
        for q in ("0.81", "0.45")
    ]
    assert paid == [130, 90]
