"""After the greedy choice: exchanges that gain, each checked by the exact joint worth.

A chosen item gives way to its rival; or one or two are dropped, and what fits the money instead
takes their place. An exchange stands only when the whole is worth more than before and every rule
still holds; rounds go on until none gains.
"""

from collections.abc import Callable, Sequence

from hoaban.plan.choice import lazy
from hoaban.plan.choice.instance import Move
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
    chosen = [state.items[state.number[name]] for name in state.chosen]
    needed = {name for item in chosen for name in item.requires}
    return {
        item.id
        for item in chosen
        if item.id not in needed and not (item.owed or item.carry_over or item.forced)
    }


def _weakest(state: State, moves: Sequence[Move], drops: int, stop: Stop) -> bool:
    """Try to drop, alone and two by two, the loose items that gave least for their money."""
    loose = _loose(state)
    steps = [(step.gain / max(step.spent, 1), step.items) for step in state.steps]
    weak = [n for _, names in sorted(steps) for n in reversed(names) if n in loose][:drops]
    trials = [(name,) for name in weak] + [
        pair for pair in zip(weak[: drops // 2], weak[1 : drops // 2 + 1], strict=False)
    ]
    around = _around(state, moves) if trials else []
    for names in trials:
        if stop():
            return False
        if around and state.chosen.keys() >= set(names):
            _exchange(state, names, around)
    return True


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
    if any(_payable(state, move) for move in moves):
        state.standing = state.standing.without(tuple(state.number[name] for name in names))
        lazy.run(state, moves)
        if state.standing.worth > before + _MORE and not state.lacking():
            return True
    state.back(kept)
    return False


def _payable(state: State, move: Move) -> bool:
    """Whether a move could be taken now; nothing is."""
    rest = state.rest(move)
    if not rest or not state.may(rest):
        return False
    left = dict(state.purse.left)
    paid = state.purse.pay_all([state.items[n] for n in rest], state.chosen)
    state.purse.left = left
    return paid is not None
