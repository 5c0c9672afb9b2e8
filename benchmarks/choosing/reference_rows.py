"""The rows on the reference instance: greedy beside adding up, evaluations beside scipy, bound."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from choosing.reference import Reference
from hoaban.measure.compiled import compiling
from hoaban.plan.choice import shared_prices
from hoaban.plan.choice.instance import Instance, Item, Result
from hoaban.plan.choice.search import solve
from hoaban.plan.joint.person_hours import PersonHours

Array = npt.NDArray[Any]
Answer = TypeVar("Answer")

TURNS = 3  # of which the best counts
GREEDY_S, BETTER = 1.0, 0.07
EVALUATIONS_S, TIMES_SCIPY = 6_000, 25
GAP = 0.15
_PEER = 60  # works that scipy evaluates
_CLOSE = 1e-9


@dataclass
class Told:
    """Lines about a row, and what it misses."""

    lines: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


@dataclass
class Rows:
    """The rows on one instance; figures are kept for the rows after."""

    given: Reference
    joint: PersonHours = field(init=False)
    swapped: Result = field(init=False)
    greedy: Result = field(init=False)

    def __post_init__(self) -> None:
        self.joint = PersonHours(self.given.bare)
        self.instance = _instance(self.given)
        with compiling() as compiled:
            self.greedy = solve(self.instance, PersonHours(self.given.bare), drops=0)
        self.compiled_s = compiled.seconds
        self.swapped = solve(self.instance, self.joint)

    def greedy_row(self) -> Told:
        """Lazy greedy with exact evaluation, from a bare network to a plan, beside adding up."""
        given, told = self.given, Told()
        seconds, found = _best(lambda: solve(self.instance, PersonHours(given.bare), drops=0))
        gains = self.joint.start(()).gains([(n,) for n in range(len(given.cost))])
        adding_s, chosen = _best(lambda: _knapsack(gains, given))
        added = self.joint.start(chosen).worth
        better = found.worth / added - 1
        told.lines = [
            f"lazy greedy      {seconds:6.2f} s  saves {found.worth:,.0f} weighted hours a trip; "
            f"{len(found.chosen)} works, {found.tried:,} exact evaluations",
            f"additive MILP    {adding_s:6.2f} s  saves {added:,.0f} (it says "
            f"{gains[chosen].sum():,.0f}); {len(chosen)} works: greedy is {better:.1%} better",
            f"with exchanges            saves {self.swapped.worth:,.0f}, "
            f"{self.swapped.worth / added - 1:.1%} better; {self.swapped.tried:,} evaluations",
        ]
        if seconds > GREEDY_S:
            told.missed.append(f"{seconds:.2f} s > {GREEDY_S:g} s")
        if better < BETTER:
            told.missed.append(f"{better:.1%} better < {BETTER:.0%}")
        return told

    def evaluations_row(self) -> Told:
        """Every work alone, and on top of the greedy plan, one core, beside scipy's Dijkstra."""
        told, works = Told(), range(len(self.given.cost))
        plan = [int(one.id) for one in self.greedy.chosen]
        for text, chosen in (("alone", []), ("on top of the plan", plan)):
            standing = self.joint.start(chosen)
            moves = [(n,) for n in works if n not in chosen]
            seconds, gains = _best(lambda s=standing, m=moves: s.gains(m))
            peer_s, peers = _best(lambda c=chosen, m=moves: self._peer(c, m[:_PEER]), turns=1)
            apart = np.abs(gains[:_PEER] - peers).max() / max(np.abs(peers).max(), 1.0)
            rate, times = len(moves) / seconds, peer_s / len(peers) * len(moves) / seconds
            told.lines.append(
                f"{text:20s} {rate:10,.0f} evaluations/s  {times:6.1f}x scipy  "
                f"answers differ by {apart:.0e}"
            )
            if rate < EVALUATIONS_S:
                told.missed.append(f"{rate:,.0f} evaluations/s < {EVALUATIONS_S:,}")
            if times < TIMES_SCIPY:
                told.missed.append(f"{times:.1f}x scipy < {TIMES_SCIPY}x")
            if apart > _CLOSE:
                raise SystemExit(f"{text}: the answers differ by {apart:.0e} of the largest")
        return told

    def _peer(self, chosen: list[int], moves: list[tuple[int, ...]]) -> Array:
        """Gains by scipy: the graph is built once, its weights changed, one search a move."""
        bare = self.given.bare
        order = np.lexsort((bare.head, bare.tail))
        first = np.searchsorted(bare.tail[order], np.arange(bare.size + 1))

        def hours(works: list[int]) -> float:
            cost, goals = bare.built(works)
            graph = csr_array((cost[order].astype(float), bare.head[order], first))
            ticks = dijkstra(graph, indices=goals, min_only=True, limit=bare.cap)
            return float(np.minimum(ticks[bare.villages], bare.cap) @ bare.weight / bare.hour)

        now = hours(chosen)
        return np.array([now - hours([*chosen, *move]) for move in moves])

    def bound_row(self) -> Told:
        """The proven bound by shared prices, beside building everything."""
        given, told, worth = self.given, Told(), self.swapped.worth
        shared_prices.bound(given.bare, given.cost, given.money, rounds=1)  # compiles
        seconds, found = _best(
            lambda: shared_prices.bound(given.bare, given.cost, given.money, worth=worth), turns=1
        )
        gap, trivial = found.gap(worth), 1 - worth / found.free
        told.lines = [
            f"shared prices    {seconds:6.2f} s  at most {found.bound:,.0f} weighted hours: gap "
            f"{gap:.4f} of the plan with exchanges, {found.gap(self.greedy.worth):.4f} of the "
            f"greedy one, after {len(found.bounds) - 1} rounds",
            f"build everything          at most {found.free:,.0f}: gap {trivial:.4f}",
        ]
        if gap > GAP:
            told.missed.append(f"gap {gap:.3f} > {GAP:g}")
        return told


def _best(work: Callable[[], Answer], turns: int = TURNS) -> tuple[float, Answer]:
    """The least seconds of the processor that some work took, and what it gave."""
    seconds = []
    for _ in range(turns):
        began = time.process_time()
        answer = work()
        seconds.append(time.process_time() - began)
    return min(seconds), answer


def _instance(given: Reference) -> Instance:
    items = tuple(
        Item(id=str(n), cost=cost, money="investment", sources=("local",))
        for n, cost in enumerate(given.cost)
    )
    return Instance(items, {(2026, "investment", "local"): given.money}, (2026,))


def _knapsack(gains: Array, given: Reference) -> list[int]:
    """The works whose single gains add up to most, solved to optimality by HiGHS."""
    paid = LinearConstraint(np.array([given.cost]) / 1e9, ub=given.money / 1e9)
    whole = np.ones(len(gains))
    found = milp(-gains, constraints=paid, integrality=whole, bounds=Bounds(0, 1))
    return list(np.flatnonzero(found.x > 0.5))


def rows() -> Iterator[tuple[str, Callable[[Rows], Told]]]:
    """Every row by its name."""
    yield "greedy", Rows.greedy_row
    yield "evaluations", Rows.evaluations_row
    yield "bound", Rows.bound_row
