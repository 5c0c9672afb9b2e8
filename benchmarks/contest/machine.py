"""What this machine does at best, measured in the same run: the yardsticks for the bound.

- copying memory, GB a second;
- one plain pass over a raster in the order it lies in memory, that works out every move of
  every cell once, as any exact method must, but keeps no order: moves a second;
- least of two sums, or and of words, on rows that stay in the cache: lane steps a second.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from contest.worker import Array, Job, clock
from hoaban.measure.compiled import kernel

_MOVES = np.array(
    ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1),
     (-2, -1), (-2, 1), (2, -1), (2, 1), (-1, -2), (-1, 2), (1, -2), (1, 2))
)  # fmt: skip

_LANES, _ROUNDS = 16, 20_000


def yardsticks(folder: Path) -> Job:
    """All of them; the facts hold the figures."""
    shape = tuple(np.load(folder / "shape.npy"))
    facts: dict[str, Any] = {}

    def work() -> None:
        big = np.ones(shape[0] * shape[1] * 8, np.uint8)
        to = np.empty_like(big)
        facts["written_s"] = big.nbytes / _best(lambda: np.copyto(to, big))
        cost, times = np.ones(shape, np.int32), np.full(shape, 1 << 29, np.int32)
        for count in (8, 16):
            moves = shape[0] * shape[1] * count
            seconds = _best(lambda: _pass(cost, times, _MOVES[:count]))  # noqa: B023
            facts[f"moves_{count}_s"] = moves / seconds
        ways = np.ones(_LANES * 128, np.int32)
        least = _best(lambda: _least(ways, ways + 1, ways + 2, _ROUNDS))
        facts["least_steps_s"] = ways.size * _ROUNDS / least
        bits = np.ones(_LANES * 64, np.uint64)
        words = _best(lambda: _words(bits, bits + bits, bits, _ROUNDS))
        facts["word_steps_s"] = bits.size * _ROUNDS / words

    return Job(work, lambda _: {}, facts=facts)


def _best(work: Callable[[], Any]) -> float:
    """Least seconds of five, after one to be warm."""
    work()
    times = []
    for _ in range(5):
        began = clock()
        work()
        times.append(clock() - began)
    return min(times)


@kernel
def _pass(cost: Array, times: Array, moves: Array) -> None:
    rows, columns = cost.shape
    least = np.empty(columns - 4, np.int32)
    for row in range(2, rows - 2):
        own = cost[row, 2 : columns - 2]
        least[:] = times[row, 2 : columns - 2]
        for move in range(len(moves)):
            from_row, at = row + moves[move, 0], 2 + moves[move, 1]
            there = times[from_row, at : at + columns - 4]
            price = cost[from_row, at : at + columns - 4]
            for column in range(columns - 4):
                arrival = np.int32(there[column] + own[column] + price[column])
                least[column] = min(least[column], arrival)
        times[row, 2 : columns - 2] = least


@kernel
def _least(best: Array, one: Array, other: Array, rounds: int) -> None:
    for _ in range(rounds):
        for lane in range(best.size):
            best[lane] = min(best[lane], np.int32(one[lane] + other[lane]))


@kernel
def _words(best: Array, one: Array, other: Array, rounds: int) -> None:
    for _ in range(rounds):
        for lane in range(best.size):
            best[lane] |= one[lane] & other[lane]


CONTESTANTS = {"yardsticks": yardsticks}
