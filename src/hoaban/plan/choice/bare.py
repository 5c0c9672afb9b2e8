"""A bare network with those who travel on it and the works that would change it.

Not a province: one season, one means, one kind of place. It is what `shared_prices` bounds, what
`hoaban.plan.joint.person_hours` evaluates, and what ``benchmarks/choose.py`` measures both on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.hierarchy.times import Change
from hoaban.plan.choice.instance import Floats

Ticks = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bare:
    """A network, who travels on it, and the works that would change it.

    ``tail``, ``head``, ``cost`` (links,) directed links and their whole ticks; ``goals`` nodes that
    are gone to; ``villages`` (villages,) their nodes, ``weight`` (villages,) what one hour saved
    there counts, >= 0; ``cap`` ticks past which time counts no more; ``hour`` ticks of one hour.
    ``works`` each the links that it changes, their ticks then, and nodes that become goals. A link
    takes the least of what it has and what its works make of it, so no work makes a way longer.
    """

    size: int
    tail: Ints
    head: Ints
    cost: Ticks
    goals: Ints
    villages: Ints
    weight: Floats
    cap: int
    hour: int
    works: Sequence[Change] = field(repr=False)

    @cached_property
    def skeleton(self) -> Skeleton:
        """The hierarchy of its links. Raises what `Skeleton.of` raises."""
        return Skeleton.of(self.size, self.tail, self.head)

    def built(self, chosen: Iterable[int]) -> tuple[Ticks, Ints]:
        """(links,) costs, and all goals, with some works done."""
        cost, goals = self.cost.copy(), [self.goals]
        for work in chosen:
            links, ticks, opened = self.works[work]
            np.minimum.at(cost, links, ticks)
            goals.append(opened)
        return cost, np.unique(np.concatenate(goals)).astype(np.int64)
