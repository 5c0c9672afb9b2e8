"""Moves read from a panel, a chain learnt from them, and the futures it draws."""

from typing import Any

import numpy as np
import pytest

from hoaban.measure.poverty import fan, markov
from hoaban.measure.poverty.fan import Draws, Lifts, Moves
from tests.measure.poverty.panels import NEAR, OTHER, POOR, STEADY, drawn, steady, table

A, B = "11/00001/", "11/00002/"
HUGE = {A: {POOR: 3e8, NEAR: 2e8, OTHER: 5e8}, B: {POOR: 1e8, NEAR: 1e8, OTHER: 8e8}}
YEARS = (2022, 2023, 2024, 2025)
CHAIN = np.array([[STEADY[a][b] for b in (POOR, NEAR, OTHER)] for a in (POOR, NEAR, OTHER)])


def draws(moves: Moves, years: int = 3, number: int = 200, seed: int = 1) -> Draws:
    """Few draws, for these communes."""
    return Draws(seed, moves.communes, number, years)


def rates(found: markov.Floats) -> markov.Floats:
    """(years, draws) the province's poor among all."""
    shares: markov.Floats = found[..., fan.POOR].sum(axis=1) / found.sum(axis=(1, 3))
    return shares


def test_a_panel_is_read_by_commune_year_and_class() -> None:
    moves = Moves.of(
        table(
            [
                (A, 2022, 2023, 3, 0, 4),
                (A, 2022, 2023, 3, 1, 2),  # average and not poor are one state: other
                (A, 2022, 2023, 0, 3, 1),
                (A, 2022, 2023, 3, None, 7),
                (A, 2022, 2023, None, 3, 5),
                (B, 2022, 2023, 3, -1, 3),
                (B, 2022, 2023, 2, 2, 6),
            ]
        )
    )
    assert (moves.communes, moves.years, moves.newest) == ((A, B), (2023,), 2023)
    assert moves.stocks[2022].tolist() == [[13, 0, 1, 0], [3, 6, 0, 0]]
    assert moves.stocks[2023].tolist() == [[6, 0, 6, 0], [0, 6, 0, 3]]
    assert moves.net_exits.tolist() == [[5, 3]]  # who is gone has not left poverty


def test_rounds_two_years_apart_are_no_yearly_move() -> None:
    moves = Moves.of(table([(A, 2020, 2022, 3, 0, 4), (A, 2022, 2023, 0, 0, 4)]))
    assert moves.years == (2023,)
    assert moves.stocks[2020].tolist() == [[4, 0, 0, 0]]


def test_what_was_known_before_a_year_holds_neither_its_moves_nor_its_round() -> None:
    known = steady(HUGE, YEARS).before(2024)
    assert known.years == (2023,)
    assert sorted(known.stocks) == [2022, 2023]


def test_nothing_reviewed_is_no_commune_and_no_round() -> None:
    moves = Moves.of(table([]))
    assert (moves.communes, moves.years, moves.newest) == ((), (), None)


def test_a_chain_followed_exactly_is_found_again() -> None:
    found = fan.fit(steady(HUGE, YEARS), 0.0)

    assert found.chain[:3, :3] == pytest.approx(CHAIN, abs=1e-6)
    assert found.means.sum(axis=1)[: fan.CANNOT] == pytest.approx(np.ones(3))
    assert np.abs(found.loads).max() < 1e-6


def test_huge_counts_without_spread_leave_one_future_the_chains_own() -> None:
    """The distribution of a year is that of the year before times the chain."""
    moves = steady(HUGE, YEARS)
    found = fan.run(fan.fit(moves, 0.0), moves.stocks[2025], draws(moves))
    province = found.sum(axis=1) / found.sum(axis=(1, 3))[..., None]
    start = moves.stocks[2025].sum(axis=0)[:3] / moves.stocks[2025].sum()

    for year in range(3):
        foreseen = start @ np.linalg.matrix_power(CHAIN, year + 1)
        assert province[year, :, :3] == pytest.approx(np.tile(foreseen, (200, 1)), abs=2e-4)


def test_households_are_kept_and_no_class_is_negative() -> None:
    moves = drawn(1)
    found = fan.run(fan.fit(moves, 0.2), moves.stocks[2026], draws(moves))

    assert found.sum(axis=3) == pytest.approx(
        np.broadcast_to(moves.stocks[2026].sum(axis=1)[:, None], (3, 12, 200))
    )
    assert (found >= 0).all()


def test_the_fan_is_wider_each_year_and_with_more_spread() -> None:
    moves = drawn(2)
    one, more = (
        rates(fan.run(fan.fit(moves, spread), moves.stocks[2026], draws(moves, number=500)))
        for spread in (0.1, 0.5)
    )
    assert (np.diff(one.std(axis=1)) > 0).all()
    assert (more.std(axis=1) > one.std(axis=1)).all()


def test_the_last_years_weigh_most_and_all_years_sum_to_one() -> None:
    """By hand: of two years the last weighs 2/3; of three 5/8, 1/4, 1/8."""
    assert fan.recency(1)[0].tolist() == [1.0]
    assert fan.recency(2)[0] == pytest.approx([1 / 3, 2 / 3])
    weights, unsure = fan.recency(3)
    assert weights == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert unsure == pytest.approx(5 / 8)


def test_years_that_only_counting_makes_differ_do_not_deviate() -> None:
    province = np.zeros((2, 5, 5))
    province[:, 0, :2] = [[50, 50], [51, 49]]
    assert np.abs(fan.deviations(province)).max() == 0.0
    province[:, 0, :2] = [[5000, 5000], [8000, 2000]]
    assert fan.deviations(province)[0, 0, 0] == pytest.approx(np.log(5 / 8) / 2, rel=0.01)


def test_communes_in_another_order_have_the_same_future() -> None:
    moves = drawn(3)
    order = np.random.default_rng(1).permutation(12)
    other = Moves(
        tuple(moves.communes[n] for n in order),
        moves.years,
        moves.counts[:, order],
        {year: stock[order] for year, stock in moves.stocks.items()},
    )
    one = fan.run(fan.fit(moves, 0.2), moves.stocks[2026], draws(moves))
    two = fan.run(fan.fit(other, 0.2), other.stocks[2026], draws(other))
    assert two == pytest.approx(one[:, order], rel=1e-4)


def test_another_commune_edited_moves_no_draw_of_this_one() -> None:
    moves = drawn(4)
    chain, now = fan.fit(moves, 0.2), moves.stocks[2026]
    edited = now.copy()
    edited[5] *= 3

    one, two = (fan.run(chain, some, draws(moves)) for some in (now, edited))

    rest = np.arange(12) != 5
    assert (one[:, rest] == two[:, rest]).all()
    assert (one[:, 5] != two[:, 5]).any()


def test_fewer_years_are_the_beginning_of_more() -> None:
    moves = drawn(5)
    chain, whole = fan.fit(moves, 0.2), draws(moves)
    short = fan.run(chain, moves.stocks[2026], whole.short(1))

    assert (short == fan.run(chain, moves.stocks[2026], draws(moves, years=1))).all()
    assert (short[0] == fan.run(chain, moves.stocks[2026], whole)[0]).all()


def test_new_households_come_at_their_past_rate_and_gone_ones_go() -> None:
    """A tenth of the households is new each year, a twentieth is gone, by hand for one year."""
    rows: list[tuple[Any, ...]] = []
    for year in (2023, 2024, 2025):
        rows += [(A, year - 1, year, OTHER, OTHER, 950_000_000)]
        rows += [(A, year - 1, year, OTHER, None, 50_000_000)]
        rows += [(A, year - 1, year, None, OTHER, 100_000_000)]
    moves = Moves.of(table(rows))

    found = fan.run(fan.fit(moves, 0.0), moves.stocks[2025], draws(moves, years=1))

    now = moves.stocks[2025].sum()
    assert found[0].sum(axis=2)[0] == pytest.approx(np.full(200, now * 1.05), rel=1e-3)


def test_a_class_nobody_was_in_before_stays_as_it_is() -> None:
    moves = steady(HUGE, YEARS)
    now = moves.stocks[2025].copy()
    now[0, fan.CANNOT] = 1_000_000
    found = fan.run(fan.fit(moves, 0.0), now, draws(moves, years=1))
    assert found[0, 0, :, fan.CANNOT] == pytest.approx(np.full(200, 1e6))


def test_a_household_lifted_before_the_review_meets_the_year_as_another() -> None:
    """Of 1,000 lifted 0.02 fall back and 0.7 would have stayed: 680 fewer poor; cleared: 600."""
    moves = steady(HUGE, YEARS)
    chain, now = fan.fit(moves, 0.0), moves.stocks[2025]
    none = np.zeros((1, 2))
    some = np.array([[1e7, 0.0]])

    def poor(lifts: Lifts) -> float:
        return float(fan.run(chain, now, draws(moves, years=1), lifts)[0, 0, :, fan.POOR].mean())

    before = poor(Lifts(none, none))
    assert before - poor(Lifts(some, none)) == pytest.approx(6.8e6, rel=1e-3)
    assert before - poor(Lifts(none, some)) == pytest.approx(6.0e6, rel=1e-3)


def test_no_more_are_lifted_than_are_still_poor() -> None:
    moves = steady(HUGE, YEARS)
    everybody = np.array([[1e12, 1e12]])
    lifts = Lifts(everybody, np.zeros((1, 2)))
    found = fan.run(fan.fit(moves, 0.0), moves.stocks[2025], draws(moves, years=1), lifts)
    fallen = 0.02 * (moves.stocks[2025][:, [0, 2]].sum()) + 0.1 * moves.stocks[2025][:, 1].sum()
    assert found[0, :, :, fan.POOR].sum(axis=0) == pytest.approx(np.full(200, fallen), rel=5e-3)
