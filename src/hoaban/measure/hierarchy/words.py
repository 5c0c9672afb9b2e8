"""Who reaches whom in 64 scenarios a word: (or, and).

A bit of a link says whether it is open in a scenario. A node reaches a goal in a scenario
when some way has all its links open; links have a direction.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.measure.hierarchy.skeleton import Skeleton, UnequalLengths, Visit, numbers
from hoaban.measure.hierarchy.sweeps import Search, room, scenarios, sweep

Words = npt.NDArray[np.uint64]


def reaching(
    skeleton: Skeleton,
    open_: Words,
    goals: npt.NDArray[Any],
    *,
    at: npt.NDArray[Any] | None = None,
    threads: int = 1,
) -> Words:
    """(size, words) bits: whether each node has a way to any goal, scenario by scenario.

    open_
        (links, words) uint64: bit b of word w is scenario 64 · w + b. Bits past the last
        scenario are as good as scenarios of their own.
    goals
        Node numbers; a goal reaches itself in every scenario, nobody reaches none.
    at
        Node numbers to answer for, in place of every node: (len(at), words).

    The same bytes for any number of ``threads``. Raises `WrongScenarios`, `UnequalLengths`,
    `NotWholeNumbers`, `OutOfRange`, `memory.TooLarge`.
    """
    given = scenarios("open_", skeleton, open_, np.uint64)
    ends = np.unique(skeleton.rank[numbers("goals", goals, skeleton.size)])
    visit = skeleton.visit(at)
    found = room(visit.rows, given.shape[1], np.uint64)
    return visit.answers(sweep(skeleton, given, [Search.of(skeleton, ends, visit)], found, threads))


def reaching_own(
    skeleton: Skeleton, open_: Words, goal_of: npt.NDArray[Any], *, threads: int = 1
) -> Words:
    """(size, words) bits: whether each node has a way to its own goal, as `reaching` has it.

    goal_of
        (size,) the node number of each node's own goal, such as the seat of its commune; -1
        for a node that has none or is not asked for, whose bits are 0.

    The same bytes for any number of ``threads``. Raises what `reaching` raises.
    """
    given = scenarios("open_", skeleton, open_, np.uint64)
    own = np.asarray(goal_of)
    if own.shape != (skeleton.size,):
        raise UnequalLengths(name="goal_of", found=own.size, wanted=skeleton.size)
    numbers("goal_of", own[own != -1], skeleton.size)
    found = room(skeleton.size, given.shape[1], np.uint64)
    found[:] = 0
    goals = np.unique(own[own >= 0])
    searches = [_own(skeleton, goal, np.flatnonzero(own == goal)) for goal in goals]
    return sweep(skeleton, given, searches, found, threads)


def _own(skeleton: Skeleton, goal: int, places: npt.NDArray[np.int64]) -> Search:
    """The search of some nodes for one goal, their answers in the rows of their own numbers."""
    order = skeleton.above(skeleton.rank[places])[::-1].copy()
    row = np.full(skeleton.size, -1, np.int32)
    row[skeleton.rank[places]] = places
    visit = Visit(order, row[order], skeleton.size, np.arange(skeleton.size))
    return Search.of(skeleton, skeleton.rank[[goal]], visit)
