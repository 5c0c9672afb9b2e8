"""After the greedy choice: exchanges that gain, each checked by the exact joint worth.

A chosen item gives way to its rival; or one, two, or some that were taken together are dropped, and
what fits the money instead takes their place. An exchange stands only when the whole is worth more
than before and every rule still holds; rounds go on until none gains.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from hoaban.plan.choice import lazy
from hoaban.plan.choice.instance import Item, Move
from hoaban.plan.choice.state import State

DROPS = 24  # items, and half as many pairs, tried to be dropped: those that gave least per đồng
RIVALS = 200  # exchanges with a rival tried in a round
AROUND = 48  # moves tried in a dropped item's place
ROUNDS = 3
_MORE = 1e-9

Stop = Callable[[], bool]


def improve(
    state: State, moves: Sequence[Move], *, drops: int = DROPS, stop: Stop = lambda: False
) -> None:
    """Exchange items for others of some moves while it gains, `ROUNDS` times at most."""
    state.tight = True  # the greedy choice has spent the money
    for _ in range(ROUNDS):
        before = state.standing.worth
        if not _rivals(state, moves, stop) or not _weakest(state, moves, drops, stop):
            return  # stopped
        if state.standing.worth <= before + _MORE:
            return
        lazy.run(state, moves, stop=stop)


def _rivals(state: State, moves: Sequence[Move], stop: Stop) -> bool:
    """Try the rivals of chosen items, those that add most per đồng on top first."""
    loose = _loose(state)
    pairs = [(_held(state, move), move) for move in moves if len(move) == 1]
    pairs = [(held, move) for held, move in pairs if held in loose]
    if not pairs:
        return True
    gains = state.standing.gains([move for _, move in pairs]).tolist()
    state.tried += len(pairs)
    order = sorted(range(len(pairs)), key=lambda n: (-gains[n] / state.price(pairs[n][1]), n))
    for n in [n for n in order if gains[n] > _MORE][:RIVALS]:
        if stop():
            return False
        held, move = pairs[n]
        if held in state.chosen:
            _exchange(state, (held,), [move])
    return True


def _held(state: State, move: Move) -> str:
    """The chosen rival of a move's one item; empty without."""
    item = state.items[move[0]]
    return "" if item.id in state.chosen else state.holder.get(item.rival, "")


def _loose(state: State) -> set[str]:
    """Chosen items that may be taken out: new, not forced in, and nothing hangs on them."""
    hang = _hanging(state)
    return {name for name in state.chosen if _closed(state, (name,), hang)}


def _hanging(state: State) -> dict[str, set[str]]:
    """The chosen items that hang on each item they require."""
    found: dict[str, set[str]] = {}
    for name in state.chosen:
        for one in state.items[state.number[name]].requires:
            found.setdefault(one, set()).add(name)
    return found


def _closed(state: State, names: tuple[str, ...], hang: dict[str, set[str]]) -> bool:
    """Whether items may be taken out together: none is fixed, nothing else hangs on them."""
    some = set(names)
    return all(
        hang.get(name, some) <= some and not _fixed(state.items[state.number[name]])
        for name in names
    )


def _fixed(item: Item) -> bool:
    return item.owed or item.carry_over or bool(item.forced)


def _weakest(state: State, moves: Sequence[Move], drops: int, stop: Stop) -> bool:
    """Try to drop what gave least for its money: items, items taken together, items two by two."""
    trials = _trials(state, drops)
    around = _around(state, moves) if trials else []
    for names in trials:
        if stop():
            return False
        if around and state.chosen.keys() >= set(names):
            _exchange(state, names, around)
    return True


def _trials(state: State, drops: int) -> list[tuple[str, ...]]:
    loose = _loose(state)
    steps = sorted((step.gain / max(step.spent, 1), step.items) for step in state.steps)
    weak = [(name,) for _, names in steps for name in reversed(names) if name in loose][:drops]
    some, hang = weak[: drops // 2 + 1], _hanging(state)
    whole = [names for _, names in steps if len(names) > 1 and _closed(state, names, hang)]
    return [*weak, *whole[:drops], *(one + other for one, other in pairwise(some))]


def _around(state: State, moves: Sequence[Move]) -> list[Move]:
    """The moves left out that would gain most per đồng if there were money."""
    rest = [(move, state.rest(move)) for move in moves]
    rest = [(move, some) for move, some in rest if some]
    if not rest:
        return []
    gains = state.standing.gains([some for _, some in rest]).tolist()
    state.tried += len(rest)
    ratio = [-gain / state.price(some) for gain, (_, some) in zip(gains, rest, strict=True)]
    order = sorted(range(len(rest)), key=lambda n: (ratio[n], n))
    return [rest[n][0] for n in order if gains[n] > _MORE][:AROUND]


def _exchange(state: State, names: tuple[str, ...], moves: Sequence[Move]) -> bool:
    """Drop items and take what gains most of some moves; False, and undone, if it is no gain."""
    kept, before = state.kept(), state.standing.worth
    state.drop(names)
    if any(rest and state.may(rest) for rest in map(state.rest, moves)):
        state.standing = state.standing.without(tuple(state.number[name] for name in names))
        lazy.run(state, moves)
        if state.standing.worth > before + _MORE and not state.lacking():
            old, gone = kept.steps, set(names)
            still = [step for step in old if gone.isdisjoint(step.items)]
            state.steps = still + state.steps[len(old) :]
            return True
    state.back(kept)
    return False
