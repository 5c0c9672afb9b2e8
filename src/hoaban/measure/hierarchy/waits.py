"""How long until a way opens, and the worst stretch of the best way: (min, max), 32 lanes a row.

A link of a scenario opens after a wait. Whoever waits until the last link of a way is open can
walk it, so a node waits for the least over its ways of the greatest wait on the way.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.measure.hierarchy.skeleton import Skeleton, UnequalLengths, numbers
from hoaban.measure.hierarchy.sweeps import Search, room, scenarios, sweep

Waits = npt.NDArray[np.uint16]
NEVER = 65535  # a link or a way that does not open


def waits(
    skeleton: Skeleton,
    wait: Waits,
    goals: npt.NDArray[Any],
    *,
    at: npt.NDArray[Any] | None = None,
    threads: int = 1,
) -> Waits:
    """(size, lanes) the wait of each node until a way to any goal is open, `NEVER` without one.

    wait
        (links, lanes) uint16: how long each link stays shut in each lane, in any unit, 0 when it
        is open and `NEVER` when it does not open.
    goals
        Node numbers; a goal waits 0.
    at
        Node numbers to answer for, in place of every node: (len(at), lanes).

    The same bytes for any number of ``threads``. Raises `WrongScenarios`, `UnequalLengths`,
    `NotWholeNumbers`, `OutOfRange`, `memory.TooLarge`.
    """
    given = scenarios("wait", skeleton, wait, np.uint16)
    ends = np.unique(skeleton.rank[numbers("goals", goals, skeleton.size)])
    visit = skeleton.visit(at)
    found = room(visit.rows, given.shape[1], np.uint16)
    return visit.answers(sweep(skeleton, given, [Search.of(skeleton, ends, visit)], found, threads))


def passable(skeleton: Skeleton, rank: npt.NDArray[Any], goals: npt.NDArray[Any]) -> Waits:
    """(size,) the rank of the worst link on each node's best way to any goal, 0 without a way.

    rank
        (links,) 0 to 65535: how well a link can be passed, 0 not at all, such as the heaviest
        mode that passes (`network.RANK`).
    goals
        Node numbers. A goal, which has nothing to pass, has 65535.

    Raises `NotWholeNumbers`, `UnequalLengths`, `OutOfRange`.
    """
    given = numbers("rank", rank, NEVER + 1)
    if len(given) != skeleton.links:
        raise UnequalLengths(name="rank", found=len(given), wanted=skeleton.links)
    wait = (NEVER - given).astype(np.uint16)[:, np.newaxis]
    found: Waits = NEVER - waits(skeleton, wait, goals)[:, 0]
    return found
