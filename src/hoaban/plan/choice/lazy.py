"""Lazy greedy: the move that gains most per đồng now, evaluated again before it is taken.

After Minoux (Accelerated greedy algorithms, 1978): what a move gained earlier stands in line until
it comes to the front; only then is it evaluated again, exactly, on top of all that is chosen. Works
on roads are not submodular: a move may gain more later than it did before. So a move that gains
nothing now is kept, and when nothing in line gains any more all of these are looked at once again;
a bundle of works that help only together is a move of its own; and a move that shares a work with
the one taken is evaluated again at once, for it now wants less.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence

from hoaban.plan.choice.instance import Move
from hoaban.plan.choice.state import State

BLOCK = 16  # moves evaluated together: the lanes of one sweep over the network
FIRST = 2  # so many at first, then twice as many: mostly the front stays in front
NOTHING = 1e-12


class Queue:
    """The moves in line, by gain per đồng when they were last evaluated.

    A move that may not be had any more leaves the line: money only grows less.
    """

    def __init__(self, state: State, moves: Sequence[Move]) -> None:
        self.state, self.moves = state, moves
        self.taken_so_far = 0
        self._heap: list[tuple[float, int, int]] = []  # -gain per đồng, move, when evaluated
        self._told: list[int] = [-1] * len(moves)  # when the entry that counts was evaluated
        self._idle: list[int] = []  # moves that gained nothing when last evaluated
        self._with: dict[int, list[int]] = {}  # the moves that want an item
        for place, move in enumerate(moves):
            for n in state.rest(move):
                self._with.setdefault(n, []).append(place)
        self._line_up(range(len(moves)))

    def _line_up(self, places: Iterable[int]) -> None:
        """Evaluate moves now and put them in line."""
        rest = [(place, self.state.rest(self.moves[place])) for place in places]
        rest = [(place, move) for place, move in rest if move and self.state.may(move)]
        if not rest:
            return
        gains = self.state.standing.gains([move for _, move in rest])
        self.state.tried += len(rest)
        for (place, move), gain in zip(rest, gains.tolist(), strict=True):
            if gain <= NOTHING:
                self._told[place] = -1
                self._idle.append(place)
                continue
            self._told[place] = self.taken_so_far
            entry = (-gain / self.state.price(move), place, self.taken_so_far)
            heapq.heappush(self._heap, entry)

    def best(self) -> Move:
        """The move to take now, its gain fresh; empty when nothing in line gains any more."""
        block = FIRST
        while True:
            stale = self._stale(block)
            if stale:
                self._line_up(stale)
                block = min(2 * block, BLOCK)
            elif not self._heap:
                return ()
            else:
                _, place, _ = heapq.heappop(self._heap)
                self._told[place] = -1
                return self.state.rest(self.moves[place])

    def _stale(self, block: int) -> list[int]:
        """The moves before the first fresh one, out of line, at most a block of them."""
        stale: list[int] = []
        while self._heap and len(stale) < block:
            _, place, told = self._heap[0]
            if told == self._told[place]:
                if told == self.taken_so_far:
                    break
                self._told[place] = -1
                stale.append(place)
            heapq.heappop(self._heap)  # if not told: a later entry of the move counts
        return stale

    def taken(self, move: Move) -> None:
        """A move was taken: what shares a work with it wants less now."""
        self.taken_so_far += 1
        others = {place: None for n in move for place in self._with.get(n, ())}
        self._line_up(others)

    def again(self) -> bool:
        """Evaluate once more all that gained nothing; True when something does now."""
        some, self._idle = self._idle, []
        self._line_up(dict.fromkeys(some))
        return bool(self._heap)


def run(
    state: State,
    moves: Sequence[Move],
    *,
    stop: Callable[[], bool] | None = None,
    said: Callable[[State], None] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
) -> bool:
    """Take moves greedily until none gains or can be paid; False when ``stop`` said so."""
    queue = Queue(state, moves)
    looked = -1
    while not enough():
        if stop is not None and stop():
            return False
        move = queue.best()
        if not move:
            if looked == queue.taken_so_far or not queue.again():
                return True
            looked = queue.taken_so_far
        elif state.take(move):
            queue.taken(move)
            said(state)
    return True
