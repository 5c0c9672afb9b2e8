"""Blocks of scenarios swept over the hierarchy, for kinds of lanes whose links have their own.

A block is a few rows of lanes: every arc is customised for it and every goal swept, then the
next block uses the same memory. Blocks share nothing, so threads only change the time it takes.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure import memory
from hoaban.measure.hierarchy import lanes, rows
from hoaban.measure.hierarchy.lanes import Memory, Path, Target
from hoaban.measure.hierarchy.rows import Lanes
from hoaban.measure.hierarchy.skeleton import Narrow, Skeleton, UnequalLengths, Visit

_CACHED = 48 << 20  # bytes of arcs that a block may fill: what stays near the processor
_ROWS = 4  # of lanes in a block at most


class WrongScenarios(Problem):
    vi = "“{name}” phải là mảng (liên kết, kịch bản) kiểu {wanted}, nhưng là {found}."
    en = "“{name}” must be an array (links, scenarios) of {wanted}, but is {found}."


@dataclass(frozen=True, eq=False)
class Search:
    """Goals, by rank, and the path on which the nodes that ask are answered."""

    goals: Narrow
    path: Path

    @classmethod
    def of(cls, skeleton: Skeleton, goals: Narrow, visit: Visit) -> "Search":
        """From goals by their ranks."""
        return cls(goals, Path(skeleton.above(goals), visit.order, visit.row))


def scenarios(name: str, skeleton: Skeleton, given: Lanes, dtype: npt.DTypeLike) -> Lanes:
    """``given`` (links, scenarios) in C order. Raises `WrongScenarios`, `UnequalLengths`."""
    found = np.asarray(given)
    if found.ndim != 2 or found.dtype != dtype:
        shape = f"{found.dtype} {found.shape}"
        raise WrongScenarios(name=name, wanted=np.dtype(dtype).name, found=shape)
    if len(found) != skeleton.links:
        raise UnequalLengths(name=name, found=len(found), wanted=skeleton.links)
    return np.ascontiguousarray(found)


def room(count: int, lanes: int, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """An empty array for (count, lanes) answers. Raises `memory.TooLarge`."""
    memory.ask(count * lanes * np.dtype(kind).itemsize)
    return np.empty((count, lanes), kind)


def sweep(
    skeleton: Skeleton, given: Lanes, searches: Sequence[Search], out: Lanes, threads: int
) -> Lanes:
    """Fills ``out`` (rows, scenarios) with the best of all ways, and returns it.

    given
        (links, scenarios) how good a link is in each, of a type of `rows`.
    searches
        Each on its own; their rows of ``out`` may not overlap. Other rows stay as they are.
    """
    shape, total, kind = skeleton.shape, given.shape[1], given.dtype
    worst, best = kind.type(rows.WORST[kind.name]), kind.type(rows.BEST[kind.name])
    row = rows.lanes_of(kind)
    deep = min(_ROWS, max(1, _CACHED // (2 * rows.BYTES * max(skeleton.arcs, 1))))
    width = row * min(deep, -(-total // row))

    def work(blocks: range) -> None:
        arcs = rows.aligned(2 * skeleton.arcs, width, kind)
        memory = Memory(rows.aligned(skeleton.size, width, kind), np.zeros(skeleton.size, np.uint8))
        for at in blocks:
            count, links, first = min(width, total - at), given, at
            if count < width:
                links, first = np.full((len(given), width), worst, kind), 0
                links[:, :count] = given[:, at:]
            lanes.join(shape, links, first, arcs)
            with whole_rows(out, at, count) as target:
                for search in searches:
                    above = search.path.above
                    memory.here[above], memory.here[search.goals] = worst, best
                    memory.seeded[above] = 1
                    lanes.climb(shape, above, arcs, memory.here)
                    lanes.fall(shape, search.path, arcs, memory, target)
                    memory.seeded[above] = 0

    if total:
        in_threads(work, range(0, total, width), threads)
    return out


def in_threads(work: Callable[[range], None], blocks: range, threads: int) -> None:
    """Calls ``work`` with every block: each of the threads takes every so many of them."""
    threads = max(1, min(threads, len(blocks)))
    if threads == 1:
        work(blocks)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [blocks[first::threads] for first in range(threads)]))


@contextmanager
def whole_rows(out: Lanes, at: int, count: int) -> Iterator[Target]:
    """Where a kernel may write ``out[:, at:at + count]`` in whole rows of lanes.

    Where ``count`` is no multiple of a row, they are written beside and the part that counts
    is copied.
    """
    row = rows.lanes_of(out.dtype)
    whole = -(-count // row) * row
    if whole == count:
        yield Target(out, at, count)
        return
    beside = rows.aligned(len(out), whole, out.dtype)
    beside[:, :count] = out[:, at : at + count]
    yield Target(beside, 0, whole)
    out[:, at : at + count] = beside[:, :count]
