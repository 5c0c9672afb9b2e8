"""Few items: every set is tried, so the answer is the best there is.

The worth never falls when items are added, so only sets to which nothing can be added are looked
at; then what adds nothing to the best of them is left out again, the dearest first.
"""

from collections.abc import Sequence
from itertools import combinations

from hoaban.plan.choice.instance import Chosen, Move
from hoaban.plan.choice.orders import Orders
from hoaban.plan.choice.state import State

_SAME = 1e-12


def choose(state: State, free: Sequence[int]) -> None:
    """Take the best set of the free items that money and rules allow, on top of what is chosen.

    Raises `hoaban.plan.choice.rules.LeastCannotBeMet` where no set meets every commune's least.
    """
    orders = Orders(state.purse, dict(state.chosen))
    found = _largest(state, free, orders)
    if not found:
        state.check_least()
        return
    gains = state.standing.gains([move for move, _ in found])
    state.tried += len(found)
    best = next(n for n, gain in enumerate(gains.tolist()) if gain >= gains.max() - _SAME)
    move, paid = found[best]
    ranked = _ranked(state, _needed(state, move, float(gains[best])))
    # With less to pay the purse may start a work earlier, and then its upkeep may be missing.
    cheaper = _paid(state, tuple(ranked), orders)
    if cheaper is not None:
        paid = cheaper
    for one in paid.values():
        state.purse.take_again(one)
    state.settle((state.items[n] for n in _ranked(state, move) if state.items[n].id in paid), paid)


def _ranked(state: State, move: Move) -> list[int]:
    """The items of a set, what gains most per đồng alone first."""
    gains = state.standing.gains([(n,) for n in move]).tolist()
    ratio = {n: -gain / state.price((n,)) for n, gain in zip(move, gains, strict=True)}
    return sorted(move, key=lambda n: (ratio[n], n))


def _largest(
    state: State, free: Sequence[int], orders: Orders
) -> list[tuple[Move, dict[str, Chosen]]]:
    """Sets with their payments to which nothing payable can be added, the largest first."""
    found: list[tuple[Move, dict[str, Chosen]]] = []
    seen: list[frozenset[int]] = []
    for size in range(len(free), -1, -1):
        for some in combinations(free, size):
            chosen = frozenset(some)
            if any(chosen < other for other in seen) or not _allowed(state, some):
                continue
            paid = _paid(state, some, orders)
            if paid is not None:
                found.append((some, paid))
                seen.append(chosen)
    return found


def _allowed(state: State, some: Move) -> bool:
    """Whether a set keeps every rule but that of money."""
    if some and set(state.rest(some)) != set(some):
        return False
    return state.may(some) and _least(state, some)


def _least(state: State, some: Move) -> bool:
    spent = dict(state.spent)
    for n in some:
        commune = state.items[n].commune
        spent[commune] = spent.get(commune, 0) + state.items[n].cost
    return all(spent.get(name, 0) >= least for name, least in state.instance.least.items())


def _paid(state: State, some: Move, orders: Orders) -> dict[str, Chosen] | None:
    """How a set could be paid; nothing is."""
    before = dict(state.purse.left)
    paid = orders.pay(tuple(state.items[n] for n in some))
    state.purse.left = before
    return paid


def _needed(state: State, move: Move, gain: float) -> Move:
    """The set without what adds nothing to it."""
    kept = list(move)
    for n in sorted(move, key=lambda n: (-state.items[n].cost, n)):
        rest = tuple(other for other in kept if other != n)
        if not _allowed(state, rest):
            continue
        state.tried += 1
        left = float(state.standing.gains([rest])[0]) if rest else 0.0
        if left >= gain - _SAME:
            kept = list(rest)
    return tuple(kept)
