"""What no plan of roads and places can save: every work's price shared among those it helps.

The problem: works S with a cost of at most the money, so that the weighted time that villages save
on their ways to the nearest goal is greatest (`hoaban.plan.joint.person_hours`).

Give every village v and every link a that a work c makes quicker a price p[v,a] >= 0, and the same
for every place that a work opens. Let each village have all works, but pay for those links and
places on its way whose quicker time it takes: it saves at most

    V(v) = max(0, max over its ways of weight(v) * (limit(v) - time) - prices on the way)

where limit(v) is its time today or the cap. And let L(c) be all prices set on work c, and K the
greatest sum of L(c) x(c) with 0 <= x <= 1 and costs * x within the money. Then **for any prices
K + sum of V(v) is at least the worth of every affordable S**: in S, each village's best way takes
quicker links of works in S alone, whose prices are part of the L(c), c in S; so its saving is at
most V(v) and the prices it pays, all villages together pay at most the sum of L(c) over S, and this
is at most K, as x = 1 on S is allowed there.

So the prices may be found in any manner. Here they go down by the volume algorithm (Barahona and
Anbil, The volume algorithm: producing primal solutions with a subgradient method, Mathematical
Programming 87, 2000): a price rises where a village takes more of a work than there is, on average
of the rounds so far, and falls where it takes less. The least bound is that of the strong linear
relaxation of network design (Magnanti and Wong, Transportation Science 18, 1984).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hoaban.measure.hierarchy.times import FAR
from hoaban.plan.choice.bare import Bare
from hoaban.plan.choice.ways import Arcs, Floats, Ints, Priced, balls, best_ways, times

ROUNDS = 120
_MARGIN = 1e-9  # sums of floats are exact to 1e-12; the margin keeps the bound a bound
_FREE = -1  # an arc without a price
_SMOOTH = 0.2  # of a round in the average of all
_STEP, _LONGEST = 0.1, 0.5  # of the step that would reach the worth of the plan at once (Polyak)
_SHORTER, _LONGER = 0.7, 1.1
_PATIENCE = 3  # rounds without a better bound before steps are shorter


@dataclass(frozen=True)
class Bounded:
    """``bound`` no affordable set is worth more; ``free`` what all works are worth together.

    ``bounds`` (rounds,) the best bound after each round.
    """

    bound: float
    free: float
    bounds: Floats = field(repr=False)

    def gap(self, worth: float) -> float:
        """The share of the bound that a plan does not reach."""
        return 0.0 if self.bound <= 0 else max(0.0, 1 - worth / self.bound)


def bound(
    bare: Bare,
    cost: Sequence[int],
    money: int,
    *,
    worth: float = 0.0,
    rounds: int = ROUNDS,
    stop: Callable[[], bool] = lambda: False,
) -> Bounded:
    """An upper bound of `PersonHours` of every set of works that costs no more than the money.

    cost
        (works,) đồng, >= 0.
    worth
        Of the best plan known: how far the bound may come down at most; only guides the search.
    stop
        Asked before each round; the bound holds whenever it says True.

    Equal input gives equal bytes.
    """
    paid = np.array(cost, np.float64)
    priced, work = _priced(bare, paid <= money)
    search = _Search(priced, work, paid, float(money))
    free = search.best
    told = [free]
    for _ in range(rounds):
        if stop() or not len(work) or search.best <= worth:
            break
        search.step(worth)
        told.append(search.best)
    return Bounded(search.best * (1 + _MARGIN), free, np.array(told))


class _Search:
    """Prices on their way down: the best so far, and the average of what was taken at each."""

    def __init__(self, given: Priced, work: Ints, cost: Floats, money: float) -> None:
        self._given, self._work, self._cost, self._money = given, work, cost, money
        self._prices = np.zeros(len(work))
        self.best, self._asked, self._there = self._value(self._prices)
        self._length, self._idle = _STEP, 0

    def step(self, worth: float) -> None:
        """One round."""
        lack = self._asked - self._there[self._work]
        lack[(self._prices <= 0) & (lack < 0)] = 0.0
        square = float((lack * lack).sum())
        if square <= 0:
            return
        length = self._length * (self.best - worth) / square
        prices = np.maximum(0.0, self._prices + length * lack)
        value, asked, there = self._value(prices)
        self._asked += _SMOOTH * (asked - self._asked)
        self._there += _SMOOTH * (there - self._there)
        if value < self.best:
            self.best, self._prices, self._idle = value, prices, 0
            self._length = min(self._length * _LONGER, _LONGEST)
            return
        self._idle += 1
        if self._idle >= _PATIENCE:
            self._length, self._idle = self._length * _SHORTER, 0

    def _value(self, prices: Floats) -> tuple[float, Floats, Floats]:
        """The bound at some prices, (prices,) whether each is paid, (works,) what is built."""
        asked, saved = np.zeros(len(prices)), np.zeros(len(self._given.limit))
        best_ways(self._given, prices, asked, saved)
        takings = np.zeros(len(self._cost))
        np.add.at(takings, self._work, prices)
        there = _filled(takings, self._cost, self._money)
        return float((takings * there).sum() + saved.sum()), asked, there


def _filled(takings: Floats, cost: Floats, money: float) -> Floats:
    """(works,) 0 to 1: those that take most for their cost, until the money is spent."""
    free = cost <= 0
    each = np.where(free, 1.0, cost)
    order = np.argsort(-takings / each, kind="stable")
    before = np.cumsum(cost[order]) - cost[order]
    there = np.zeros(len(cost))
    there[order] = np.clip((money - before) / each[order], 0.0, 1.0)
    there[free] = 1.0
    return there


def _arcs(bare: Bare, within: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints, Ints]:
    """Tail, head, ticks and work of all arcs; the goal of all ways is one node more."""
    there = np.flatnonzero(bare.cost < FAR)
    parts = [
        (bare.tail[there], bare.head[there], bare.cost[there], _FREE),
        _opened(bare, bare.goals, _FREE),
    ]
    for work in np.flatnonzero(within).tolist():
        links, cost, opened = bare.works[work]
        quicker = cost < bare.cost[links]
        some = links[quicker]
        parts.append((bare.tail[some], bare.head[some], cost[quicker], work))
        parts.append(_opened(bare, np.setdiff1d(opened, bare.goals), work))
    tail, head, ticks = (
        np.concatenate([part[n] for part in parts]).astype(np.int64) for n in range(3)
    )
    return tail, head, ticks, np.concatenate([np.full(len(one[0]), one[3]) for one in parts])


def _opened(bare: Bare, nodes: Ints, work: int) -> tuple[Ints, Ints, Ints, int]:
    """Arcs without ticks from some nodes to the goal."""
    nodes = np.unique(nodes).astype(np.int64)
    return nodes, np.full(len(nodes), bare.size), np.zeros(len(nodes), np.int64), work


def _out_of(size: int, key: Ints, head: Ints, ticks: Ints, work: Ints) -> Arcs:
    order = np.argsort(key, kind="stable")
    first = np.searchsorted(key[order], np.arange(size + 1)).astype(np.int64)
    return Arcs(first, head[order], ticks[order], work[order])


def _priced(bare: Bare, within: npt.NDArray[np.bool_]) -> tuple[Priced, Ints]:
    """What each village may use when it has the works that the money could pay alone, and the work
    of each price. Villages that no work helps are left out.
    """
    tail, head, ticks, work = _arcs(bare, within)
    size, free = bare.size + 1, work < 0
    today = times(_out_of(size, head[free], tail[free], ticks[free], work[free]), bare.size)
    best = times(_out_of(size, head, tail, ticks, work), bare.size)
    limit = np.minimum(today[bare.villages], bare.cap)
    some = (best[bare.villages] < limit) & (bare.weight > 0)
    here, limit, each = bare.villages[some], limit[some], bare.weight[some] / bare.hour
    found = balls(_out_of(size, tail, head, ticks, work), best, here, limit)
    paid = found.work >= 0
    price = np.where(paid, np.cumsum(paid) - 1, _FREE)
    cost = found.ticks * each[found.village]
    given = Priced(found.nodes_from, found.first, found.head, cost, price, limit * each)
    return given, found.work[paid]
