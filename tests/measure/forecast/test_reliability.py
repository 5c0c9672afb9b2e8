"""The draws and the sweeps against every state of a small network, one by one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from hoaban.measure.forecast import spells, storms
from hoaban.measure.hierarchy import words
from hoaban.measure.network import Ways
from tests.measure.forecast import scenes
from tests.measure.forecast.scenes import PRIOR, certain, roads

# Corner to corner of a grid of nine, each of 12 edges open with probability 0.9.
GRID = [(r * 3 + c, r * 3 + c + 1) for r in range(3) for c in range(2)]
GRID += [(r * 3 + c, r * 3 + c + 3) for r in range(2) for c in range(3)]
GRID_VALUE = 0.9725021714
LADDER = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 3), (1, 4), (2, 5)]


def two_way(size: int, edges: Sequence[tuple[int, int]]) -> Ways:
    number = [*range(len(edges))] * 2
    return scenes.links(size, [*edges, *((b, a) for a, b in edges)], number)


def joined(ways: Ways, edges: int, start: int, goal: int) -> npt.NDArray[np.bool_]:
    """(2 ** edges,) whether each state joins two nodes; bit e of a state: edge e is open."""
    states = np.arange(1 << edges)
    open_ = (states[None, :] >> ways.road[:, None]) & 1 == 1
    packed = np.packbits(open_, axis=1, bitorder="little")
    padded = np.zeros((len(packed), max(8, packed.shape[1])), np.uint8)
    padded[:, : packed.shape[1]] = packed
    found = words.reaching(
        ways.skeleton, padded.view(np.uint64), np.array([goal]), at=np.array([start])
    )
    bits = np.unpackbits(found.view(np.uint8), axis=1, count=len(states), bitorder="little")
    return np.asarray(bits[0], bool)


def weights(open_: Sequence[float]) -> npt.NDArray[np.float64]:
    """(2 ** edges,) how likely each state is when edges are open independently."""
    edges = len(open_)
    bits = (np.arange(1 << edges)[:, None] >> np.arange(edges)) & 1 == 1
    return np.asarray(np.where(bits, open_, 1 - np.array(open_)).prod(axis=1))


def share_cut_off(ways: Ways, closes: Sequence[float], start: int, goal: int) -> tuple[float, int]:
    """The share of drawn storms after which two nodes are apart, each storm over in no time."""
    prior = replace(PRIOR, storm_spread=0.0, hours_most=0.25, storms_a_year=40.0)
    given = roads((-np.log1p(-np.array(closes))).tolist())
    sure = certain(prior, ["commune"], 1.0)
    shut = replace(sure, passes=np.array([[1.0, 0, 0, 0]] * 2))
    drawn = storms.draw(shut, given, years=1000, seed=1, wet_days=3650)
    found = spells.forecast(
        {"car": ways},
        drawn,
        centre=goal,
        places=np.array([start]),
        people=np.array([1]),
        roads=len(closes),
    )
    return float((found.modes["car"].lost > 0).mean()), len(drawn.when)


def test_that_the_grid_of_nine_has_the_value_known_for_it() -> None:
    ways = two_way(9, GRID)

    exact = weights([0.9] * 12)[joined(ways, 12, 0, 8)].sum()

    assert exact == pytest.approx(GRID_VALUE, abs=5e-11)


def test_that_drawn_storms_meet_the_grid_value() -> None:
    share, storms_drawn = share_cut_off(two_way(9, GRID), [0.1] * 12, 0, 8)

    spread = np.sqrt(GRID_VALUE * (1 - GRID_VALUE) / storms_drawn)
    assert abs(share - (1 - GRID_VALUE)) < 4 * spread


@pytest.mark.parametrize("seed", range(4))
def test_that_drawn_storms_meet_every_state_counted(seed: int) -> None:
    closes = np.random.default_rng(seed).uniform(0.02, 0.6, len(LADDER))
    ways = two_way(6, LADDER)
    exact = weights((1 - closes).tolist())[~joined(ways, len(LADDER), 0, 3)].sum()

    share, storms_drawn = share_cut_off(ways, closes.tolist(), 0, 3)

    assert 0.05 < exact < 0.95
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / storms_drawn)


def test_that_one_way_links_are_counted_one_way() -> None:
    ways = scenes.links(3, [(0, 1), (1, 2), (2, 0)])
    exact = weights([0.7, 0.8, 0.9])[~joined(ways, 3, 0, 2)].sum()

    share, storms_drawn = share_cut_off(ways, [0.3, 0.2, 0.1], 0, 2)

    assert exact == pytest.approx(1 - 0.7 * 0.8)
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / storms_drawn)
