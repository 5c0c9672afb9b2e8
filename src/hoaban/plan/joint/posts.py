"""T4 under any set of works: who in post has passed which leg."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from hoaban.plan.effects import on_people
from hoaban.plan.finders import staffing
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Ints, Move
from hoaban.plan.works import Effect


@dataclass(frozen=True, eq=False)
class Trained:
    """(posts,) whether social governance and the language of those served are passed."""

    governance: Flags
    language: Flags

    @property
    def both(self) -> int:
        """Posts with both legs."""
        return int(np.count_nonzero(self.governance & self.language))

    @property
    def legs(self) -> int:
        """Legs passed, at most two a post."""
        return int(np.count_nonzero(self.governance) + np.count_nonzero(self.language))


class PostsPart:
    """The part of the province that is commune and village staff. See `parts.Part`."""

    batched = False

    def __init__(self, basis: Basis) -> None:
        course = basis.law.number("training.courses", basis.at)["governance"]
        everyone = staffing.posts(basis.tables, course, basis.at)
        self.size = len(everyone)
        place = {post.id: n for n, post in enumerate(everyone)}
        self._before = Trained(
            np.array([post.governance for post in everyone], bool),
            np.array([post.language for post in everyone], bool),
        )
        self._pass: dict[int, tuple[Ints, Ints]] = {}
        for number, work in enumerate(basis.works):
            legs = _passed([e for e in work.effects if e.kind == "trains"], place, course)
            if len(legs[0]) or len(legs[1]):
                self._pass[number] = legs
        self.touches: Flags = np.zeros(len(basis.works), bool)
        self.touches[list(self._pass)] = True

    def start(self, chosen: Collection[int]) -> Trained:
        """The state with some works done."""
        return self._with(self._before, chosen)

    def after(
        self, state: Trained, chosen: Collection[int], moves: Sequence[Move]
    ) -> list[Trained]:
        """The states with each move on top of ``chosen``."""
        return [self._with(state, move) for move in moves]

    def without(self, state: Trained, rest: Collection[int], gone: Collection[int]) -> Trained:
        """The state with ``rest`` done."""
        return self.start(rest)

    def _with(self, state: Trained, more: Collection[int]) -> Trained:
        some = [work for work in more if work in self._pass]
        if not some:
            return state
        governance, language = state.governance.copy(), state.language.copy()
        for work in some:
            governance[self._pass[work][0]] = True
            language[self._pass[work][1]] = True
        return Trained(governance, language)


def _passed(effects: Sequence[Effect], place: dict[str, int], governance: str) -> tuple[Ints, Ints]:
    legs: tuple[list[int], list[int]] = ([], [])
    for effect in effects:
        course, share = effect.given["course"], effect.given["pass_share"]
        some = [one for one in effect.on if one in place]
        lucky = on_people.drawn(some, course) < share
        passed = [place[one] for one, yes in zip(some, lucky, strict=True) if yes]
        if course == governance:
            legs[0].extend(passed)
        elif course == "language":
            legs[1].extend(passed)
    return np.array(legs[0], np.int64), np.array(legs[1], np.int64)
