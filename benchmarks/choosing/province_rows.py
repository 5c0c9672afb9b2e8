"""The rows on the whole province: evaluations of all services and of drawn closures, and the plan.

Điện Biên is loaded and frozen once by the commands themselves, in a folder of its own; the small
test province stands in for it in a smoke test.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from choosing.reference_rows import Rows, Told
from hoaban.base import law as laws
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.measure.targets import measure
from hoaban.plan.facts import Facts
from hoaban.plan.finders import candidates
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.storms import StormsPart
from hoaban.plan.joint.travel import Travel
from hoaban.plan.planning import begun
from hoaban.plan.works import MILESTONE, read_works
from hoaban.record.province import read_province
from hoaban.record.roads import RoadRules

ROOT = Path(__file__).resolve().parents[2]
AT, UNTIL = date(2026, 11, 24), date(2030, 12, 31)
A_SECOND, CLOSURES_MS = 800, 50
PLAN_S, DRAWS, DRAWS_S = 60, 200, 300


@dataclass(frozen=True)
class Loaded:
    """A province loaded and frozen in a folder of its own."""

    folder: Path
    var: str

    def command(self, *words: str) -> dict[str, Any]:
        """What a command with --json prints."""
        env = {
            **os.environ,
            "HOABAN_VAR": self.var,
            "DJANGO_SETTINGS_MODULE": "hoaban.web.settings",
        }
        done = subprocess.run(
            [sys.executable, "-m", "hoaban.web.cli", *words],
            cwd=ROOT,
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"hoaban {' '.join(words)}: {done.stderr}")
        found: dict[str, Any] = json.loads(done.stdout) if "--json" in words else {}
        return found

    @cached_property
    def basis(self) -> Basis:
        """The province with its works."""
        province = read_province(self.folder)
        place = Place(province.path, province.name, province.centre, province.wet_months)
        law = laws.read(ROOT / "law", self.folder / "parameters")
        rules, kinds = RoadRules.read(self.folder / "roads.yaml"), read_works(ROOT / "packs")
        tables = Tables.open(next((Path(self.var) / "snapshots").glob("*-*")))
        before = measure(tables, law, place, at=AT, standard_at=UNTIL)
        known = Facts.of(tables, before, law, place, at=AT, standard_at=UNTIL)
        own = candidates.registered(known, kinds)
        found = candidates.generate(begun(known, own, rules), own, kinds, rules)
        return Basis.of(known, [work for work in found if work.kind != MILESTONE], rules)


_LOADED: dict[str, Loaded] = {}


def loaded(ready: Rows) -> Loaded:
    """Điện Biên, or the small province where the instance is small; loaded once."""
    name = "provinces/dien_bien" if len(ready.given.cost) >= 500 else "tests/provinces/nho"
    if name not in _LOADED:
        var = tempfile.mkdtemp(prefix="hoaban-bench-")
        _LOADED[name] = Loaded(ROOT / name, var)
        for words in (("load", name, "--synthetic", "--seed", "1"), ("freeze",)):
            _LOADED[name].command(*words)
    return _LOADED[name]


def travel_row(ready: Rows) -> Told:
    """Every work that changes travel, alone: all kinds of place in both seasons, one core."""
    basis, told = loaded(ready).basis, Told()
    travel = Travel(basis)
    moves = [(work,) for work in np.flatnonzero(travel.touches).tolist()]
    travel.every(moves[:16])  # compiles
    seconds = min(_taken(lambda: travel.every(moves)) for _ in range(3))
    rate = len(moves) / seconds
    told.lines.append(
        f"{len(moves)} works, 11 kinds of place, both seasons: {rate:10,.0f} evaluations/s"
    )
    if rate < A_SECOND:
        told.missed.append(f"{rate:,.0f} evaluations/s < {A_SECOND}")
    return told


def closures_row(ready: Rows) -> Told:
    """People-days that 1,024 drawn years of closures cut off, under each work on a road."""
    basis, told = loaded(ready).basis, Told()
    storms = StormsPart(basis, threads=1)
    moves = [(work,) for work in np.flatnonzero(storms.touches).tolist()][:64]
    state = storms.start(())
    storms.after(state, (), moves[:1])  # compiles
    seconds = _taken(lambda: storms.after(state, (), moves[1:]))
    each = 1000 * seconds / max(len(moves) - 1, 1)
    told.lines.append(f"{len(moves) - 1} works over 1,024 years: {each:6.1f} ms each")
    if each > CLOSURES_MS:
        told.missed.append(f"{each:.1f} ms > {CLOSURES_MS} ms")
    return told


def _taken(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def plan_row(ready: Rows) -> Told:
    """`hoaban plan` with the budget curve, as people run it; seconds are of the clock."""
    return _planned(ready, (), PLAN_S)


def draws_row(ready: Rows) -> Told:
    """`hoaban plan --draws 200`: the choice made anew under 200 weights and costs."""
    return _planned(ready, ("--draws", str(DRAWS)), DRAWS_S)


def _planned(ready: Rows, more: tuple[str, ...], limit: float) -> Told:
    here, told = loaded(ready), Told()
    began = time.monotonic()
    found = here.command("plan", "--years", "2026-2030", "--at", AT.isoformat(), "--json", *more)
    seconds = time.monotonic() - began
    told.lines.append(
        f"hoaban plan {' '.join(more):12s} {seconds:6.1f} s  {found['peak_mb']:,} MB; "
        f"{found['candidates']:,} works, {found['evaluations']:,} evaluations, "
        f"{len(found['curve'])} budgets, gap {found['gap']:.4f}"
    )
    if seconds > limit:
        told.missed.append(f"{seconds:.1f} s > {limit} s")
    return told


def rows() -> Iterator[tuple[str, Callable[[Rows], Told]]]:
    """Every row by its name."""
    yield "travel", travel_row
    yield "closures", closures_row
    yield "plan", plan_row
    yield "draws", draws_row
