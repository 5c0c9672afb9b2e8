"""A joint worth that remembers what it was asked: the same steps are not evaluated again.

The choices for several budgets begin with the same steps. A choice is a path of moves from a set;
along each path the worths and gains told are kept, and the joint itself is asked only where a path
leaves those known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from hoaban.plan.choice import instance
from hoaban.plan.choice.instance import Floats, Joint, Move

_AFRESH = 32  # moves behind from which a standing is made anew instead of move by move


@dataclass(slots=True)
class _Known:
    """What is known of one set: its worth, gains of moves, and the sets one move further."""

    worth: float | None = None
    gains: dict[Move, float] = field(default_factory=dict)
    next: dict[Move, "_Known"] = field(default_factory=dict)


class Remembered:
    """Another `hoaban.plan.choice.instance.Joint` with a memory; its answers are the same."""

    def __init__(self, joint: Joint) -> None:
        self._joint = joint
        self._starts: dict[frozenset[int], _Known] = {}

    def start(self, chosen: Collection[int]) -> "Standing":
        """Some items chosen."""
        known = self._starts.setdefault(frozenset(chosen), _Known())
        return Standing(self._joint, frozenset(chosen), known)


class Standing:
    """A set of items, evaluated when asked something that is not known yet."""

    def __init__(
        self,
        joint: Joint,
        chosen: frozenset[int],
        known: _Known,
        real: instance.Standing | None = None,
    ) -> None:
        self._joint, self._chosen, self._known, self._real = joint, set(chosen), known, real
        self._behind: list[Move] = []  # moves that the real standing has not been given

    @property
    def worth(self) -> float:
        """The joint worth of what is chosen."""
        if self._known.worth is None:
            self._known.worth = self._now().worth
        return self._known.worth

    def gains(self, moves: Sequence[Move]) -> Floats:
        """(moves,) by how much each would raise the worth if it were added now."""
        known = self._known.gains
        new = list(dict.fromkeys(move for move in moves if move not in known))
        if new:
            known.update(zip(new, self._now().gains(new).tolist(), strict=True))
        return np.array([known[move] for move in moves], dtype=np.float64)

    def add(self, move: Move) -> None:
        """Add a move for good."""
        self._behind.append(move)
        self._chosen.update(move)
        self._known = self._known.next.setdefault(move, _Known())

    def without(self, move: Move) -> "Standing":
        """Another standing with the same items but some; this one stays as it is."""
        rest = frozenset(self._chosen.difference(move))
        return Standing(self._joint, rest, _Known(), self._now().without(move))

    def _now(self) -> instance.Standing:
        if self._real is None or len(self._behind) > _AFRESH:
            self._real = self._joint.start(sorted(self._chosen))
        else:
            for move in self._behind:
                self._real.add(move)
        self._behind = []
        return self._real
