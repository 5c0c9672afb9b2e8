"""T5 under any set of works: which basic procedures are live in which village."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from hoaban.measure import procedures
from hoaban.plan.effects import on_people
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Floats, Ints, Move
from hoaban.plan.works import Effect


@dataclass(frozen=True, eq=False)
class Desked:
    """``live`` (villages,) procedures used there and digitised; ``digital`` (procedures,)."""

    live: Ints
    digital: Flags


class DesksPart:
    """The part of the province that is procedures in villages. See `parts.Part`."""

    batched = False

    def __init__(self, basis: Basis) -> None:
        at, tables = basis.at, basis.tables
        months = int(basis.law.number("procedures.window_months", at))
        since = procedures.months_before(at, months)
        listed = procedures.catalogue(tables, at)[1].sort_by("id")
        self.codes: list[str] = listed["id"].to_pylist()
        self._digital = np.array([bool(flag) for flag in listed["digital"].to_pylist()], bool)
        number = {code: n for n, code in enumerate(self.codes)}
        self._used, barred = _used(basis, number, since)
        self._luck = _luck(basis, self.codes)
        self._luck[barred] = np.inf  # in use elsewhere in the register: no work adds it
        self._share: dict[int, dict[int, float]] = {}
        self._puts: dict[int, Ints] = {}
        for n, work in enumerate(basis.works):
            self._read(n, work.effects, basis, number)
        self._order = {n: work.id for n, work in enumerate(basis.works)}
        self.touches: Flags = np.zeros(len(basis.works), bool)
        self.touches[[*self._share, *self._puts]] = True
        self._villages = len(basis.code)
        self._at: dict[int, list[int]] = {}
        for own in sorted(self._share, key=lambda n: self._order[n]):
            for village in self._share[own]:
                self._at.setdefault(village, []).append(own)

    @property
    def pairs(self) -> int:
        """Every basic procedure of the year's list in every village."""
        return len(self.codes) * self._villages

    def _read(
        self, work: int, effects: Sequence[Effect], basis: Basis, number: dict[str, int]
    ) -> None:
        for effect in (e for e in effects if e.kind == "deploys"):
            for name in effect.on:
                if name in basis.code and effect.given["take_up"] > 0:
                    here = self._share.setdefault(work, {})
                    village = basis.code[name]
                    here[village] = here.get(village, 0.0) + float(effect.given["take_up"])
            if effect.given.get("digital"):
                put = [number[name] for name in effect.on if name in number]
                if put:
                    self._puts[work] = np.array(put, np.int64)

    def groups(self) -> list[tuple[int, ...]]:
        """The works of each village, and all that put procedures online."""
        return [*(tuple(works) for _, works in sorted(self._at.items())), tuple(self._puts)]

    def start(self, chosen: Collection[int]) -> Desked:
        """The state with some works done."""
        digital = self._digital.copy()
        for work in chosen:
            if work in self._puts:
                digital[self._puts[work]] = True
        shares = np.zeros(self._villages)
        for work in sorted(chosen, key=lambda n: self._order[n]):
            for village, share in self._share.get(work, {}).items():
                shares[village] += share
        return Desked(self._live(slice(None), shares, digital), digital)

    def _live(self, villages: slice | Ints, shares: Floats, digital: Flags) -> Ints:
        used = self._used[villages] | (self._luck[villages] < shares[villages][:, np.newaxis])
        found: Ints = (used & digital).sum(axis=1).astype(np.int64)
        return found

    def after(self, state: Desked, chosen: Collection[int], moves: Sequence[Move]) -> list[Desked]:
        """The states with each move on top of ``chosen``: only its villages are counted again."""
        if not any(self.touches[list(move)].any() for move in moves):
            return [state] * len(moves)
        own = [work for work in chosen if self.touches[work]]
        return [self._one(state, own, move) for move in moves]

    def without(self, state: Desked, rest: Collection[int], gone: Collection[int]) -> Desked:
        """The state with ``rest`` done: only the villages of ``gone`` are counted again."""
        if any(work in self._puts for work in gone):
            return self.start(rest)
        done = frozenset(rest)
        where = np.array(sorted({v for work in gone for v in self._share.get(work, {})}), np.int64)
        shares = np.zeros(self._villages)
        for village in where.tolist():
            for work in self._at[village]:
                if work in done:
                    shares[village] += self._share[work][village]
        live = state.live.copy()
        live[where] = self._live(where, shares, state.digital)
        return Desked(live, state.digital)

    def _one(self, state: Desked, own: Sequence[int], move: Move) -> Desked:
        if not self.touches[list(move)].any():
            return state
        if any(work in self._puts for work in move):
            return self.start({*own, *move})
        where = sorted({v for work in move for v in self._share.get(work, {})})
        some = np.array(where, np.int64)
        shares = np.zeros(self._villages)
        for work in sorted({*own, *move}, key=lambda n: self._order[n]):
            mine = self._share.get(work, {})
            for village in where if len(where) < len(mine) else mine:
                shares[village] += mine.get(village, 0.0)
        live = state.live.copy()
        live[some] = self._live(some, shares, state.digital)
        return Desked(live, state.digital)


def _used(basis: Basis, number: dict[str, int], since: object) -> tuple[Flags, Flags]:
    """(villages, procedures) used pairs as T5 counts them; pairs that no work can add."""
    columns = [
        *("procedure", "village", "since", "last_completed_on", "completed_12m", "valid_to"),
    ]
    table = basis.tables.arrow("deployments", columns)
    recent = pc.and_(
        pc.fill_null(pc.greater(table["last_completed_on"], since), False),
        pc.fill_null(pc.greater(table["completed_12m"], 0), False),
    )
    table = table.filter(recent)
    used = np.zeros((len(basis.code), len(number)), bool)
    barred = np.zeros_like(used)
    for row in table.to_pylist():
        village, code = basis.code.get(row["village"], -1), number.get(row["procedure"], -1)
        if village < 0 or code < 0:
            continue
        barred[village, code] = True
        ended = row["valid_to"] is not None and row["valid_to"] <= basis.at
        begun = row["since"] is not None and row["since"] <= basis.at
        used[village, code] |= begun and not ended and row["last_completed_on"] <= basis.at
    return used, barred


def _luck(basis: Basis, codes: Sequence[str]) -> Floats:
    names = [f"{village}/{code}" for village in basis.code for code in codes]
    return on_people.drawn(names, "desk").reshape(len(basis.code), len(codes))
