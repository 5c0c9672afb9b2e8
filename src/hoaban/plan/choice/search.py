"""Choose items under money and rules by their exact joint worth: greedy, then swaps, or all sets.

In order: what is owed, what is under way, what is forced in, what each commune must at least have,
then whatever gains most per đồng. Where no more than `FEW` items are free every set is tried, and
the answer is the best there is. The guarantee of Khuller, Moss and Naor for budgeted cover (Inf.
Process. Lett. 70, 1999) does not carry over to roads, which help each other: the gap to the bound
is shown instead.
"""

from collections.abc import Callable, Sequence

from hoaban.plan.choice import exact, lazy, rules, swaps
from hoaban.plan.choice.instance import Instance, Joint, Move, Result, Standing
from hoaban.plan.choice.state import State

FEW = 12  # free items up to which every set is tried

Bound = Callable[[frozenset[str]], float]
Said = Callable[[int, int, float], None]


def solve(
    instance: Instance,
    joint: Joint,
    *,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    said: Said | None = None,
    bound: Bound | None = None,
    few: int = FEW,
    drops: int = swaps.DROPS,
) -> Result:
    """The choice for an instance.

    joint
        The worth of sets of the instance's items, by their number.
    stop
        Asked before each step; when it says True what is chosen so far stands, even where a
        commune's least is not met yet.
    said
        Told the money spent, the money there is (đồng), and the worth, after each step.
    bound
        From the ids that the money does not finish, at least the worth of any choice; infinite
        without.
    few
        Up to so many free items every set is tried.
    drops
        Weak items tried to be exchanged after the greedy choice; 0 leaves it as it is.

    Deterministic: ties go to the smaller number, and ``seed`` (kept for the interface of all
    optimisers) changes nothing. Raises the problems of `hoaban.plan.choice.rules`.
    """
    del seed
    rules.check(instance)
    state = State(instance, joint)
    free = _free(state)
    if len(free) <= few:
        exact.choose(state, free)
        return _result(state, bound)
    moves = _moves(state, free)
    if _search(state, moves, stop, said) and drops:
        swaps.improve(state, moves, drops=drops, stop=stop or _never)
    return _result(state, bound)


def further(
    instance: Instance,
    joint: Joint,
    result: Result,
    *,
    drops: int = 0,
    stop: Callable[[], bool] | None = None,
    bound: Bound | None = None,
    enough: Callable[[Standing], bool] | None = None,
) -> Result:
    """A choice made with less money or for another worth, carried on greedily for this one.

    No pool of the instance may hold less than what ``result`` takes from it. ``drops`` as for
    `solve`; ``enough`` ends it as soon as it says True of what is chosen.
    """
    state = State(instance, joint, again=result)
    moves = _moves(state, _free(state))

    def there() -> bool:
        return enough is not None and enough(state.standing)

    if lazy.run(state, moves, stop=stop, enough=there) and drops and not there():
        swaps.improve(state, moves, drops=drops, stop=stop or _never)
    return _result(state, bound)


def _never() -> bool:
    return False


def _free(state: State) -> list[int]:
    """Items that may be chosen or not; those that no source could ever pay are left out."""
    known = {(kind, source) for _, kind, source in state.instance.pools}
    return [
        n
        for n, item in enumerate(state.items)
        if item.id not in state.chosen
        and item.forced is not False
        and not (item.owed or item.carry_over)
        and (item.cost == 0 or any((item.money, source) in known for source in item.sources))
    ]


def _moves(state: State, free: Sequence[int]) -> list[Move]:
    known = {*free, *state.numbers()}
    bundles = [move for move in state.instance.bundles if len(move) > 1 and known.issuperset(move)]
    return [*((n,) for n in free), *bundles]


def _search(
    state: State, moves: Sequence[Move], stop: Callable[[], bool] | None, said: Said | None
) -> bool:
    """Each commune's least, then all; False when stopped."""
    money = sum(state.instance.pools.values())

    def tell(now: State) -> None:
        if said is not None:
            said(money - sum(now.purse.left.values()), money, now.standing.worth)

    for commune in state.lacking():
        here = [m for m in moves if all(state.items[n].commune == commune for n in m)]
        if not _least(state, commune, here, stop, tell):
            return False
    state.check_least()
    return lazy.run(state, moves, stop=stop, said=tell)


def _least(
    state: State,
    commune: str,
    here: Sequence[Move],
    stop: Callable[[], bool] | None,
    said: Callable[[State], None],
) -> bool:
    """Spend a commune's least on what gains most per đồng, or else on its dearest works."""

    def enough() -> bool:
        return commune not in state.lacking()

    before = state.kept()
    state.standing = state.joint.start(state.numbers())
    if not lazy.run(state, here, stop=stop, said=said, enough=enough):
        return False
    _fill(state, here, enough)
    if not enough():  # small works may stand in the way of a large one that alone would do
        state.back(before)
        _fill(state, here, enough)
    return True


def _fill(state: State, moves: Sequence[Move], enough: Callable[[], bool]) -> None:
    for move in sorted(moves, key=lambda m: (-state.price(m), m)):
        if enough():
            return
        state.take(state.rest(move))


def _result(state: State, bound: Bound | None) -> Result:
    worth = state.standing.worth
    unpaid = tuple(state.unpaid)
    most = float("inf") if bound is None else bound(frozenset(unpaid))
    return Result(
        chosen=tuple(sorted(state.chosen.values(), key=lambda one: (one.year, one.id))),
        spent=sum(one.spent for one in state.chosen.values()),
        worth=worth,
        bound=max(worth, most),
        unpaid=unpaid,
        left=dict(state.purse.left),
        steps=tuple(state.steps),
        tried=state.tried,
    )
