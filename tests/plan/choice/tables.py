"""Small choices whose worth is written down, every choice tried, and a checker of its own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, permutations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from hoaban.plan.choice.instance import Floats, Instance, Item, Move, Result

YEARS = (2026, 2027)


def item(name: str, cost: int, **more: Any) -> Item:
    """A work paid from local investment money."""
    return Item(id=name, cost=cost, **{"money": "investment", "sources": ("local",), **more})


def instance(
    *items: Item,
    investment: Sequence[int] = (100, 100),
    recurrent: Sequence[int] = (50, 50),
    **more: Any,
) -> Instance:
    """Local money of two years."""
    pools = {(y, "investment", "local"): m for y, m in zip(YEARS, investment, strict=True)}
    pools |= {(y, "recurrent", "local"): m for y, m in zip(YEARS, recurrent, strict=True)}
    return Instance(items, pools, YEARS, **more)


@dataclass(frozen=True)
class Term:
    """Worth ``amount`` once at least one item of every group is there."""

    amount: float
    groups: tuple[frozenset[int], ...]


class Table:
    """A joint worth that is a sum of terms: some share a gain, some have one only together."""

    def __init__(self, *terms: Term) -> None:
        self.terms = terms
        self.asked = 0

    def of(self, chosen: Collection[int]) -> float:
        """The worth of a set."""
        some = frozenset(chosen)
        return sum(t.amount for t in self.terms if not any(g.isdisjoint(some) for g in t.groups))

    def start(self, chosen: Collection[int]) -> "Standing":
        """A set to add to."""
        return Standing(self, frozenset(chosen))


class Standing:
    """A set of a table."""

    def __init__(self, table: Table, chosen: frozenset[int]) -> None:
        self.table, self.chosen = table, chosen

    @property
    def worth(self) -> float:
        """Its worth."""
        return self.table.of(self.chosen)

    def gains(self, moves: Sequence[Move]) -> Floats:
        """What each move would add."""
        self.table.asked += len(moves)
        return np.array([self.table.of(self.chosen.union(move)) - self.worth for move in moves])

    def add(self, move: Move) -> None:
        """Add for good."""
        self.chosen = self.chosen.union(move)

    def without(self, move: Move) -> "Standing":
        """The set without some."""
        return Standing(self.table, self.chosen.difference(move))


def alone(*amounts: float) -> Table:
    """Each item worth its amount, whatever else is there."""
    return Table(*(Term(v, (frozenset({n}),)) for n, v in enumerate(amounts)))


def names(found: Result) -> dict[str, int]:
    """The year in which each chosen work starts."""
    return {one.id: one.year for one in found.chosen}


def every(count: int) -> Iterable[tuple[int, ...]]:
    """Every set of numbers below count."""
    return chain.from_iterable(combinations(range(count), size) for size in range(count + 1))


def broken(given: Instance, found: Result) -> list[str]:
    """The rules that an answer breaks, told from the instance alone."""
    by_id = {one.id: one for one in given.items}
    starts = names(found)
    left = dict(given.pools)
    wrong: list[str] = []
    for one in found.chosen:
        work = by_id[one.id]
        for pools in (one.built, one.kept_up):
            for pool, amount in pools.items():
                left[pool] -= amount
        wrong += _badly_paid(given, work, found)
        wrong += [f"{one.id} before {n}" for n in work.requires if starts.get(n, 9999) > one.year]
        if work.forced is False:
            wrong.append(f"{one.id} is out")
    wrong += [f"{pool} below 0" for pool, amount in left.items() if amount < 0]
    if left != dict(found.left):
        wrong.append("left is not what is left")
    wrong += [f"{work.id} is in" for work in given.items if work.forced and work.id not in starts]
    groups = [by_id[name].rival for name in starts if by_id[name].rival]
    if len(groups) > len(set(groups)):
        wrong.append("rivals together")
    return wrong + _communes(given, [by_id[name] for name in starts])


def _badly_paid(given: Instance, work: Item, found: Result) -> list[str]:
    one = next(one for one in found.chosen if one.id == work.id)
    begun = work.owed or work.carry_over
    last = given.years[-1] if begun else one.year + work.build_years - 1
    wrong = []
    if sum(one.built.values()) != work.cost:
        wrong.append(f"{work.id} not paid whole")
    for year, kind, source in one.built:
        if kind != work.money or source not in work.sources or not one.year <= year <= last:
            wrong.append(f"{work.id} paid from {year} {kind} {source}")
    for year in given.years:
        paid = sum(v for (y, *_), v in one.kept_up.items() if y == year)
        if paid != (work.upkeep if year > one.finished else 0):
            wrong.append(f"{work.id} kept up with {paid} in {year}")
    if any(kind != "recurrent" for _, kind, _ in one.kept_up):
        wrong.append(f"{work.id} kept up from investment")
    return wrong


def _communes(given: Instance, chosen: Sequence[Item]) -> list[str]:
    spent: dict[str, int] = {}
    for work in chosen:
        if not (work.owed or work.carry_over):
            spent[work.commune] = spent.get(work.commune, 0) + work.cost
    short = [c for c, v in given.least.items() if spent.get(c, 0) < v]
    over = [c for c, v in given.most.items() if spent.get(c, 0) > v]
    return [f"{c} has too little" for c in short] + [f"{c} has too much" for c in over]


def best(given: Instance, table: Table) -> float | None:
    """The greatest worth of every set in every order; None when no set is allowed.

    Payment is told anew here: first year first, the sources in their order, upkeep each year
    after the year the build is paid.
    """
    sets = sorted(every(len(given.items)), key=table.of, reverse=True)
    return next((table.of(some) for some in sets if _allowed(given, some)), None)


def _allowed(given: Instance, some: tuple[int, ...]) -> bool:
    works = [given.items[n] for n in some]
    inside = {work.id for work in works}
    groups = [work.rival for work in works if work.rival]
    if len(groups) > len(set(groups)) or any(not set(w.requires) <= inside for w in works):
        return False
    if any(w.forced is False for w in works) or any(
        w.forced and w.id not in inside for w in given.items
    ):
        return False
    return not _communes(given, works) and any(_pays(given, o) for o in permutations(works))


def _pays(given: Instance, order: Sequence[Item]) -> bool:
    left = dict(given.pools)
    starts: dict[str, int] = {}
    for work in order:
        if not set(work.requires) <= starts.keys():
            return False
        first = max([given.years[0], *(starts[name] for name in work.requires)])
        for year in (y for y in given.years if y >= first):
            trial = dict(left)
            if _starts(given, work, year, trial):
                left, starts[work.id] = trial, year
                break
        else:
            return False
    return True


def _starts(given: Instance, work: Item, year: int, left: dict[tuple[int, str, str], int]) -> bool:
    owing, last, begins = work.cost, year, year
    for y in (y for y in given.years if year <= y < year + work.build_years):
        for source in work.sources:
            pool = (y, work.money, source)
            part = min(owing, left.get(pool, 0))
            if part:
                left[pool] -= part
                begins = y if owing == work.cost else begins
                owing, last = owing - part, y
    if owing or begins > year:
        return False
    for y in (y for y in given.years if y > last):
        owing = work.upkeep
        for pool in sorted(pool for pool in left if pool[:2] == (y, "recurrent")):
            part = min(owing, left[pool])
            left[pool] -= part
            owing -= part
        if owing:
            return False
    return True


@st.composite
def tables(draw: st.DrawFn, count: int) -> Table:
    """Up to eight terms, each of one to three groups of items."""
    group = st.frozensets(st.integers(0, count - 1), min_size=1, max_size=3)
    term = st.builds(
        Term, st.integers(1, 60).map(float), st.lists(group, min_size=1, max_size=3).map(tuple)
    )
    return Table(*draw(st.lists(term, min_size=1, max_size=8)))


@st.composite
def works(draw: st.DrawFn, count: int) -> list[Item]:
    """Works with every rule there is between them."""
    found = []
    for n in range(count):
        earlier = [f"w{m}" for m in range(n)]
        requires = draw(st.sets(st.sampled_from(earlier), max_size=1)) if earlier else ()
        found.append(
            Item(
                id=f"w{n}",
                cost=draw(st.integers(0, 40)),
                money=draw(st.sampled_from(["investment", "investment", "recurrent"])),
                sources=draw(st.sampled_from([("local",), ("central", "local"), ("central",)])),
                commune=draw(st.sampled_from(["A", "B"])),
                upkeep=draw(st.integers(0, 6)),
                build_years=draw(st.integers(1, 2)),
                requires=tuple(requires) if draw(st.booleans()) else (),
                rival=draw(st.sampled_from(["", "", "", "x"])),
                forced=draw(st.sampled_from([None, None, None, None, None, False])),
            )
        )
    return found


@st.composite
def problems(draw: st.DrawFn, least: int = 1, most: int = 6) -> tuple[Instance, Table]:
    """An instance and its joint worth."""
    count = draw(st.integers(least, most))
    some = draw(works(count))
    pools = {
        (year, kind, source): draw(st.integers(0, 60))
        for year in YEARS
        for kind in ("investment", "recurrent")
        for source in ("central", "local")
    }
    here = sorted({work.commune for work in some})
    amounts = st.integers(0, 50)
    return (
        Instance(
            tuple(some),
            pools,
            YEARS,
            bundles=draw(_bundles(count)),
            most={c: draw(amounts) for c in here if draw(st.booleans()) and draw(st.booleans())},
        ),
        draw(tables(count)),
    )


def _bundles(count: int) -> st.SearchStrategy[tuple[Move, ...]]:
    if count < 2:
        return st.just(())
    some = st.sets(st.integers(0, count - 1), min_size=2).map(_sorted)
    return st.lists(some, max_size=2).map(tuple)


def _sorted(some: Collection[int]) -> Move:
    return tuple(sorted(some))
