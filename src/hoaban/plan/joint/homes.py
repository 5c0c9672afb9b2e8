"""Households under any set of works: water, what they lack, and who is poor by income.

Who is reached is drawn by the household's own number (`plan.on_people`), so a village under some
works is a fact of those works alone: it is counted once and remembered. A household is cleared of a
thing by the work with the greatest take-up in its village.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc

from hoaban.measure.poverty import counts, rounds, standards
from hoaban.plan.effects import on_people
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.works import Effect
from hoaban.record.answers import ANSWERS

_Given = tuple[tuple[str, Any], ...]  # an effect's own values
_Clears = tuple[tuple[str, float], ...]  # answer and take-up share, by answer
_WATER = ("water", "water_standard")


@dataclass(frozen=True, eq=False)
class Homes:
    """(villages,) people with standard and with hygienic water, ``lacks`` points lacked by
    households poor in the Alkire-Foster sense, ``poor`` households by income alone.

    ``lacks`` counts the households that had answered everything before any work.
    """

    standard: Ints
    hygienic: Ints
    lacks: Ints
    poor: Ints


@dataclass(frozen=True, eq=False)
class _Rows:
    """The newest review of each household, by village; ``answer`` -1 where it was not given."""

    first: Ints  # (villages + 1,) where a village's rows begin
    members: Ints
    luck: Floats
    answer: Mapping[str, Ints]
    complete: Flags


class HomesPart:
    """The part of the province that is households. See `parts.Part`."""

    batched = False

    def __init__(self, basis: Basis) -> None:
        self._basis, self._rule = basis, basis.standard
        self._rows = _read(basis)
        self._clears = _by_village(basis, "clears")
        self._earns = _by_village(basis, "earns")
        self.touches: Flags = np.zeros(len(basis.works), bool)
        self.touches[[*self._clears, *self._earns]] = True
        self._at: dict[int, list[int]] = {}
        for work in np.flatnonzero(self.touches).tolist():
            for village in self._villages(work):
                self._at.setdefault(village, []).append(work)
        self._known: dict[tuple[int, _Clears], tuple[int, int, int]] = {}
        self._poor: dict[tuple[_Given, ...], tuple[Ints, int]] = {}

    @cached_property
    def reviewed(self) -> Ints:
        """(villages,) people of the households in the newest review."""
        return self._summed(self._rows.members)

    @cached_property
    def households(self) -> Ints:
        """(villages,) households in the newest review."""
        return np.diff(self._rows.first)

    def _summed(self, values: Ints) -> Ints:
        sums = np.concatenate([[0], np.cumsum(values)])
        found: Ints = np.diff(sums[self._rows.first])
        return found

    @cached_property
    def _before(self) -> Homes:
        rows = self._rows
        lacks = sum((rows.answer[name] == 1).astype(np.int64) for name in self._rule.indicators)
        counted = np.where(rows.complete & (lacks >= self._rule.needed), lacks, 0)
        return Homes(
            standard=self._summed(rows.members * (rows.answer["water_standard"] == 1)),
            hygienic=self._summed(rows.members * (rows.answer["water"] == 0)),
            lacks=self._summed(counted),
            poor=self._earned(()),
        )

    def groups(self) -> list[tuple[int, ...]]:
        """The works of each village, and those of them with the greatest take-up."""
        groups = []
        for village, works in sorted(self._at.items()):
            share = {work: self._take_up(work, village) for work in works}
            groups.append(tuple(works))
            groups.append(tuple(w for w in works if share[w] == max(share.values())))
        return groups

    def _take_up(self, work: int, village: int) -> float:
        effects = (
            *self._clears.get(work, {}).get(village, ()),
            *self._earns.get(work, {}).get(village, ()),
        )
        return max(float(effect.given["take_up"]) for effect in effects)

    def _villages(self, work: int) -> Collection[int]:
        return self._clears.get(work, {}).keys() | self._earns.get(work, {}).keys()

    def start(self, chosen: Collection[int]) -> Homes:
        """The state with some works done."""
        return self._counted_at(self._before, frozenset(chosen), chosen)

    def after(self, state: Homes, chosen: Collection[int], moves: Sequence[Move]) -> list[Homes]:
        """The states with each move on top of ``chosen``: only its villages are counted again."""
        done = frozenset(chosen)
        return [self._counted_at(state, done, move) for move in moves]

    def without(self, state: Homes, rest: Collection[int], gone: Collection[int]) -> Homes:
        """The state with ``rest`` done: only the villages of ``gone`` are counted again."""
        return self._counted_at(state, frozenset(rest), gone, more=False)

    def _counted_at(
        self, state: Homes, done: frozenset[int], works: Collection[int], *, more: bool = True
    ) -> Homes:
        """The villages of some works counted again, with ``done`` and, if ``more``, these works."""
        new = frozenset(works) if more else frozenset()
        villages = sorted({v for work in works for v in self._villages(work)})
        here = {v: [w for w in self._at[v] if w in done or w in new] for v in villages}
        return self._recount(state, here)

    def _recount(self, state: Homes, villages: Mapping[int, Sequence[int]]) -> Homes:
        """The state with some villages counted again, under the works named for each."""
        if not villages:
            return state
        standard, hygienic, lacks, poor = (
            values.copy() for values in (state.standard, state.hygienic, state.lacks, state.poor)
        )
        for village, works in villages.items():
            clears: dict[str, float] = {}
            for work in works:
                for effect in self._clears.get(work, {}).get(village, ()):
                    name, share = effect.given["answer"], float(effect.given["take_up"])
                    clears[name] = max(clears.get(name, 0.0), share)
            found = self._counted(village, tuple(sorted(clears.items())))
            standard[village], hygienic[village], lacks[village] = found
            earns = tuple(
                effect for work in works for effect in self._earns.get(work, {}).get(village, ())
            )
            poor[village] = self._earned(earns)[village]
        return Homes(standard, hygienic, lacks, poor)

    def _counted(self, village: int, clears: _Clears) -> tuple[int, int, int]:
        key = (village, clears)
        if key not in self._known:
            self._known[key] = self._count(village, dict(clears))
        return self._known[key]

    def _count(self, village: int, clears: Mapping[str, float]) -> tuple[int, int, int]:
        rows = self._rows
        here = slice(rows.first[village], rows.first[village + 1])
        luck, members = rows.luck[here], rows.members[here]
        answer = {}
        for name in {*_WATER, *self._rule.indicators}:
            given = rows.answer[name][here]
            if name in clears:
                good = on_people.GOOD.get(name, 0)
                given = np.where(luck < clears[name], good, given)
            answer[name] = given
        lacks = sum((answer[name] == 1).astype(np.int64) for name in self._rule.indicators)
        counted = rows.complete[here] & (lacks >= self._rule.needed)
        return (
            int(members[answer["water_standard"] == 1].sum()),
            int(members[answer["water"] == 0].sum()),
            int(np.sum(lacks[counted])),
        )

    def _earned(self, effects: tuple[Effect, ...]) -> Ints:
        """(villages,) households poor by income if every village had these effects.

        One pass over all households for each combination of effects that meets in a village.
        """
        key = tuple(replace(effect, on=()) for effect in effects if effect.given["likely"] > 0)
        place = tuple(_named(effect) for effect in key)
        if place not in self._poor:
            self._poor[place] = self._judged(key)
        return self._poor[place][0]

    @cached_property
    def elsewhere(self) -> tuple[int, int]:
        """Poor households, and households, of villages that do not hold on the day."""
        self._earned(())
        done = rounds(self._basis.tables, self._basis.at)
        if not done:
            return 0, 0
        reviews = self._basis.tables.arrow("reviews", ["round"])["round"]
        every = int(pc.sum(pc.equal(reviews, done[-1][0])).as_py() or 0)
        return self._poor[()][1], every - int(self.households.sum())

    def _judged(self, effects: tuple[Effect, ...]) -> tuple[Ints, int]:
        basis, tables = self._basis, self._basis.tables
        done = rounds(tables, basis.at)
        found, elsewhere = np.zeros(len(basis.code), np.int64), 0
        if not done:
            return found, 0
        number = done[-1][0]
        if effects:
            everywhere = [replace(effect, on=tuple(basis.code)) for effect in effects]
            table = on_people.earned(tables.arrow("reviews"), number, everywhere, self._rule)
            tables = tables.replace(reviews=table)
        counted = counts.by_village(tables, standards(basis.law), basis.at)
        counted = counted.filter(pc.equal(counted["round"], number))
        column = counted[f"poor_{self._rule.column}"].to_pylist()
        for village, poor in zip(counted["village"].to_pylist(), column, strict=True):
            if village in basis.code:
                found[basis.code[village]] = poor
            else:
                elsewhere += poor
        return found, elsewhere


def _named(effect: Effect) -> _Given:
    return tuple(sorted(effect.given.items()))


def _by_village(basis: Basis, kind: str) -> dict[int, dict[int, list[Effect]]]:
    """By work: its effects of a kind in each village."""
    found: dict[int, dict[int, list[Effect]]] = {}
    for number, work in enumerate(basis.works):
        for effect in (e for e in work.effects if e.kind == kind):
            for name in effect.on:
                if name in basis.code:
                    here = found.setdefault(number, {})
                    here.setdefault(basis.code[name], []).append(effect)
    return found


def _read(basis: Basis) -> _Rows:
    done = rounds(basis.tables, basis.at)
    number = done[-1][0] if done else -1
    names = sorted({*_WATER, *ANSWERS, *basis.standard.indicators})
    there = basis.tables["reviews"].columns
    columns = ["household", "village", "round", "members", *(n for n in names if n in there)]
    table = basis.tables.arrow("reviews", list(dict.fromkeys(columns)))
    table = table.filter(pc.equal(table["round"], number))
    at = np.array([basis.code.get(code, -1) for code in table["village"].to_pylist()], np.int64)
    order = np.argsort(at, kind="stable")
    order = order[at[order] >= 0]
    first = np.searchsorted(at[order], np.arange(len(basis.code) + 1))
    answer = {
        name: np.asarray(pc.fill_null(table[name], -1), np.int64)[order]
        if name in there
        else np.full(len(order), -1, np.int64)
        for name in names
    }
    complete = np.ones(len(order), bool)
    for name in basis.standard.indicators:
        complete &= answer[name] >= 0
    return _Rows(
        first=first.astype(np.int64),
        members=np.asarray(pc.fill_null(table["members"], 0), np.int64)[order],
        luck=on_people.drawn(table["household"].to_pylist(), "home")[order],
        answer=answer,
        complete=complete,
    )
