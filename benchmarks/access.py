"""Travel time and connection: our kernels beside their peers, in one run on one machine.

    access.py [--small] [ROW ...]

Every contestant gets the same arrays, loaded before the clock starts, one thread and a process
of its own, so that its peak memory is its own. Seconds are of the processor: other work on the
machine disturbs them little, and nobody pays for a disk. A contestant works once to be warm;
the best of three runs counts, of two where a run takes over 20 s. Compiling kernels is over by
then and told apart, where they were not kept from an earlier run. Work of a peer that would
take over a minute is done in part and scaled up, and said to be. Answers must agree to 1e-5.

Exit 0 only when every row ran with every peer, agreed and held its ratio. --small is a smoke
test: tiny inputs, no ratio asked, peers that are not installed are left out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from contest import bound, network, rows, terrain
from contest.bound import spoken
from contest.rows import ROWS, Result, Row, missing

YARDSTICKS = "machine.yardsticks"
HERE = Path(__file__).resolve().parent
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA", "VECLIB", "BLIS", "NUMEXPR", "GDAL")


@dataclass(frozen=True)
class Size:
    """How large the inputs are; an edge is two arcs."""

    rows: int
    columns: int
    seats: int
    wide: dict[str, int]
    closing: dict[str, int]

    def __str__(self) -> str:
        wide, closing = self.wide, self.closing
        return (
            f"{self.rows * self.columns:,} cells, {self.seats} seats; {wide['nodes']:,} nodes, "
            f"{2 * wide['edges']:,} arcs, {wide['sources']:,} sources; {closing['nodes']:,} nodes, "
            f"{closing['edges']:,} edges, {closing['scenarios']:,} closure scenarios"
        )


FULL = Size(
    3000,
    3300,
    45,
    {"nodes": 200_000, "edges": 250_000, "sources": 1441},
    {"nodes": 20_000, "edges": 26_000, "seats": 45, "villages": 1441, "scenarios": 10_000},
)
SMALL = Size(
    150,
    180,
    6,
    {"nodes": 1500, "edges": 1900, "sources": 40},
    {"nodes": 800, "edges": 1040, "seats": 8, "villages": 60, "scenarios": 300},
)


def main() -> int:
    """Draw the inputs, run the rows asked for, print the table; 0 when all held."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--small", action="store_true", help="a smoke test")
    names = [row.name for row in ROWS]
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(names)}")
    given = asked.parse_args()
    if unknown := set(given.rows) - set(names):
        asked.error(f"{', '.join(sorted(unknown))}: {', '.join(names)}")
    chosen = [row for row in ROWS if not given.rows or row.name in given.rows]
    with tempfile.TemporaryDirectory(prefix="hoaban-bench-") as kept:
        contest = Contest(Path(kept), given.small)
        contest.draw({row.inputs for row in chosen})
        if given.small:
            contest.run_together(chosen)
        held = [contest.show(row) for row in chosen]
    print(f"\n{sum(held)} of {len(held)} rows hold")
    return 0 if all(held) else 1


@dataclass
class Contest:
    """A run of the contest in a folder of its own."""

    folder: Path
    small: bool
    results: dict[str, Result] = field(default_factory=dict)

    def draw(self, inputs: set[str]) -> None:
        """Draw the inputs and measure what the machine can do."""
        size = SMALL if self.small else FULL
        began = time.perf_counter()
        for name in ("terrain", "wide", "closing"):
            (self.folder / name).mkdir()
        if "terrain" in inputs:
            shape = (size.rows, size.columns)
            terrain.draw(self.folder / "terrain", *shape, seats=size.seats, seed=7)
        if "wide" in inputs:
            network.draw_wide(self.folder / "wide", **size.wide, seed=3)
        if "closing" in inputs:
            network.draw_closing(self.folder / "closing", **size.closing, seed=11)
        np.save(self.folder / "shape.npy", np.array([size.rows, size.columns]))
        print(f"inputs drawn in {time.perf_counter() - began:.0f} s: {size}")
        best = self.run(YARDSTICKS, self.folder)
        if best.fault:
            raise SystemExit(best.fault)
        print(bound.told(best.facts), flush=True)
        if os.getloadavg()[0] > 1.5:
            print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): figures will be noisy")

    def run(self, contestant: str, folder: Path) -> Result:
        """What a contestant took and answered; each runs once in a contest."""
        if contestant not in self.results:
            _work([(contestant, folder)])
            self.results[contestant] = _result(contestant, folder)
        return self.results[contestant]

    def run_together(self, chosen: list[Row]) -> None:
        """All contestants of some rows in one process: quick, but with no peak of their own."""
        all_ = {name: row.inputs for row in chosen for name in (row.ours, *row.peers)}
        here = [(name, self.folder / part) for name, part in all_.items() if not missing(name)]
        _work(here)
        self.results |= {name: _result(name, folder) for name, folder in here}

    def show(self, row: Row) -> bool:
        """Run and print a row; whether it holds."""
        print(f"\n{row.name}: {row.text}", flush=True)
        folder = self.folder / row.inputs
        ours = self.run(row.ours, folder)
        if ours.fault:
            print(f"  FAIL  {row.ours}: {ours.fault}")
            return False
        kept = "" if ours.facts["compiled"] else "  (compiled kernels kept from before)"
        print(f"        {_line(row.ours, ours)}{kept}")
        held = [self.beside(ours, peer, wanted, folder) for peer, wanted in row.peers.items()]
        if not self.small:
            missed = list(rows.failings(row, ours))
            held += [not missed]
            for limit in missed:
                print(f"  FAIL  {limit}")
        print(f"        {bound.line(ours, self.results[YARDSTICKS].facts)}")
        return all(held)

    def beside(self, ours: Result, peer: str, wanted: float, folder: Path) -> bool:
        """Run a peer and print it beside ours; whether we agree and are quick enough."""
        if install := missing(peer):
            print(f"  {'left out' if self.small else 'FAIL'}  {peer} is not here: {install}")
            return self.small
        theirs = self.run(peer, folder)
        if theirs.fault:
            print(f"  FAIL  {peer}: {theirs.fault}")
            return False
        apart, ratio = rows.difference(ours, theirs), theirs.seconds / ours.seconds
        held = apart <= rows.CLOSE and (self.small or ratio >= wanted)
        asked = "" if self.small else f"  (wanted {wanted:g}x)"
        print(
            f"  {'ok  ' if held else 'FAIL'}  {_line(peer, theirs)}  {ratio:8.1f}x{asked}  "
            f"answers differ by {apart:.1e}",
            flush=True,
        )
        return held


def _work(contestants: list[tuple[str, Path]]) -> None:
    """One process of one thread for some contestants."""
    env = {
        **os.environ,
        **{f"{name}_NUM_THREADS": "1" for name in THREADS},
        "PYTHONPATH": str(HERE),
    }
    words = [
        sys.executable,
        "-m",
        "contest.worker",
        *(str(w) for pair in contestants for w in pair),
    ]
    done = subprocess.run(words, env=env, cwd=HERE, check=False, capture_output=True, text=True)
    if done.returncode or done.stderr:
        print(done.stderr, file=sys.stderr)


def _result(contestant: str, folder: Path) -> Result:
    """What a contestant left in the folder."""
    file = folder / f"{contestant}.json"
    if not file.is_file():
        return Result(contestant, fault="ended without a word")
    facts = json.loads(file.read_text())
    if "fault" in facts:
        return Result(contestant, fault=facts["fault"])
    with np.load(file.with_suffix(".npz")) as kept:
        return Result(contestant, facts, dict(kept))


def _line(name: str, result: Result) -> str:
    facts = result.facts
    took = f"{spoken(result.seconds):>9s}  {facts['peak_mb']:6,.0f} MB  best of {facts['runs']}"
    parts = [f"{name:26s} {took}", *([facts["version"]] if "version" in facts else [])]
    if facts["share"] < 1:
        parts.append(f"(did {facts['share']:.1%} of it, scaled)")
    if "ready_s" in facts:
        parts.append(f"(on ready matrices {spoken(facts['ready_s'])}, no ratio asked)")
    if facts["compiled"]:
        parts.append(f"({facts['compiled']} kernels compiled in {spoken(facts['compile_s'])})")
    return "  ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
