"""A part of the province that some works change: its state, and its states one move further."""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Move = tuple[int, ...]  # works, by their number, taken together

State = TypeVar("State")


class Part(Protocol[State]):
    """Works are numbered as in the list the part was made from.

    ``touches`` (works,) says which of them can change this part's state at all; the others may
    stand in any set and are passed over. States are frozen and may be shared.
    """

    batched: bool  # whether many sets at once are quicker than one by one

    @property
    def touches(self) -> Flags: ...

    def start(self, chosen: Collection[int]) -> State:
        """The state with some works done."""
        ...

    def after(self, state: State, chosen: Collection[int], moves: Sequence[Move]) -> list[State]:
        """The states with each move done on top of ``chosen``, whose state is ``state``.

        Equal to ``start({*chosen, *move})`` for each, only quicker. A move that does not touch
        this part gives ``state`` itself.
        """
        ...

    def without(self, state: State, rest: Collection[int], gone: Collection[int]) -> State:
        """The state with ``rest`` done, where ``state`` has ``gone`` done as well."""
        ...
