"""Poverty at the scale of a nation: our histogram and rules beside their peers, in one run.

    poverty.py [--persons N] [--households N] [--small] [ROW ...]

100 million persons × 12 indicators × 225 groups (45 communes × 5) as Parquet; every contestant
on the same two cores, in a process of its own, so that its peak memory is its own. It works
once to be warm, then three times; the best counts, on the wall's clock. Peers must count the
same to the last person, and measure the same to 1e-12.

Exit 0 only when every row ran with every peer, agreed and kept within its seconds and memory.
--small is a smoke test: few persons, no limits, peers that are not installed are left out.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from contest.bound import spoken
from poverty_contest import drawing

HERE = Path(__file__).resolve().parent
PERSONS, HOUSEHOLDS = 100_000_000, 150_000
SMALL = (30_000, 2_000)
CLOSE = 1e-12


@dataclass(frozen=True)
class Row:
    """A row of the table: what the work is, who does it, and the limits.

    ``bytes_each`` is what the columns hold of a person: at the least it must be read once.
    """

    name: str
    text: str
    peers: tuple[str, ...]
    most_s: float
    most_mb: float | None = None
    bytes_each: float | None = None

    @property
    def ours(self) -> str:
        return f"ours.{self.name}"


ROWS = (
    Row(
        "packed",
        "histogram of 225 groups × 4096 patterns through Ibis on DuckDB, from the packed mask",
        ("frames.packed", "arrays.packed"),
        most_s=6,
        most_mb=500,
        bytes_each=4,
    ),
    Row(
        "answers",
        "the same from twelve booleans",
        ("frames.answers", "arrays.answers"),
        most_s=12,
        bytes_each=2 + len(drawing.INDICATORS),
    ),
    Row(
        "weights",
        "then all measures of all groups for any points and cut-off: slowest of ten",
        ("frames.weights", "arrays.weights"),
        most_s=0.05,
    ),
    Row(
        "classes",
        "households classified under both standards, with traces (the peers without)",
        ("frames.classes", "plain.classes"),
        most_s=2,
    ),
)


@dataclass
class Result:
    """What a contestant took and answered; ``fault`` says why it did not."""

    facts: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    fault: str = ""

    @property
    def seconds(self) -> float:
        return float(self.facts["seconds"])


def main() -> int:
    """Draw the inputs, run the rows asked for, print the table; 0 when all held."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--persons", type=int, default=PERSONS)
    asked.add_argument("--households", type=int, default=HOUSEHOLDS)
    asked.add_argument("--small", action="store_true", help="a smoke test")
    names = [row.name for row in ROWS]
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(names)}")
    given = asked.parse_args()
    if unknown := set(given.rows) - set(names):
        asked.error(f"{', '.join(sorted(unknown))}: {', '.join(names)}")
    size = SMALL if given.small else (given.persons, given.households)
    chosen = [row for row in ROWS if not given.rows or row.name in given.rows]
    with tempfile.TemporaryDirectory(prefix="hoaban-bench-") as kept:
        contest = Contest(Path(kept), *size, small=given.small)
        contest.draw({row.name for row in chosen})
        if given.small:
            names = [name for row in chosen for name in (row.ours, *row.peers)]
            contest.work([name for name in names if not _absent(name)])
        held = [contest.show(row) for row in chosen]
    print(f"\n{sum(held)} of {len(held)} rows hold")
    return 0 if all(held) else 1


@dataclass
class Contest:
    """A run of the contest in a folder of its own."""

    folder: Path
    persons: int
    households: int
    small: bool
    speed: float = 0.0

    def draw(self, rows: set[str]) -> None:
        """Draw the inputs of some rows and measure what the machine can do."""
        began = time.perf_counter()
        if rows & {"packed", "answers"}:
            drawing.persons(self.folder, self.persons)
        drawing.cells(self.folder)
        drawing.households(self.folder, self.households)
        print(
            f"{self.persons:,} persons, {self.households:,} households drawn in "
            f"{time.perf_counter() - began:.0f} s; {os.cpu_count()} cores"
        )
        best = self.run("machine.reading")
        if best.fault:
            raise SystemExit(best.fault)
        self.speed = best.facts["bytes_s"]
        print(f"this machine reads {self.speed / 1e9:.1f} GB/s, one thread", flush=True)
        if os.getloadavg()[0] > 2.5:
            print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): figures will be noisy")

    def work(self, contestants: list[str]) -> None:
        """One process for some contestants: one each, but in a smoke test, where no peak counts."""
        env = {**os.environ, "PYTHONPATH": str(HERE), "POLARS_MAX_THREADS": "2"}
        words = [sys.executable, "-m", "poverty_contest.worker", str(self.folder), *contestants]
        done = subprocess.run(words, env=env, cwd=HERE, check=False, capture_output=True, text=True)
        if done.returncode or done.stderr:
            print(done.stderr, file=sys.stderr)

    def run(self, contestant: str) -> Result:
        """What a contestant took and answered."""
        if not (self.folder / f"{contestant}.json").is_file():
            self.work([contestant])
        file = self.folder / f"{contestant}.json"
        facts = json.loads(file.read_text()) if file.is_file() else {"fault": "no word from it"}
        if "fault" in facts:
            return Result(fault=facts["fault"])
        with np.load(self.folder / f"{contestant}.npz") as kept:
            return Result(facts, dict(kept))

    def show(self, row: Row) -> bool:
        """Run and print a row; whether it holds."""
        print(f"\n{row.name}: {row.text}", flush=True)
        ours = self.run(row.ours)
        if ours.fault:
            print(f"  FAIL  {row.ours}: {ours.fault}")
            return False
        print(f"        {_line(row.ours, ours)}  (at most {_limits(row)})", flush=True)
        held = [self.beside(ours, peer) for peer in row.peers]
        missed = [] if self.small else list(_missed(row, ours))
        for limit in missed:
            print(f"  FAIL  {limit}")
        if row.bytes_each:
            least = row.bytes_each * self.persons / self.speed
            print(
                f"        the columns' own bytes read once from memory: {spoken(least)}, "
                f"{least / ours.seconds:.1%} of what it took"
            )
        return all(held) and not missed

    def beside(self, ours: Result, peer: str) -> bool:
        """Run a peer and print it beside ours; whether the answers agree."""
        if _absent(peer):
            print(f"  {'left out' if self.small else 'FAIL'}  {peer} is not here: polars")
            return self.small
        theirs = self.run(peer)
        if theirs.fault:
            print(f"  FAIL  {peer}: {theirs.fault}")
            return False
        apart = _apart(ours.answers, theirs.answers)
        same = apart <= CLOSE
        print(
            f"  {'ok  ' if same else 'FAIL'}  {_line(peer, theirs)}  "
            f"{theirs.seconds / ours.seconds:6.1f}x  "
            f"{'same answers' if apart == 0 else f'answers differ by {apart:.1e}'}",
            flush=True,
        )
        return same


def _absent(contestant: str) -> bool:
    return contestant.startswith("frames.") and importlib.util.find_spec("polars") is None


def _apart(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """The greatest difference of the answers both have; inf when they do not match."""
    parts = [np.inf] if not theirs or not set(theirs) <= set(ours) else []
    for name, right in theirs.items():
        left = ours.get(name)
        if left is None or left.shape != right.shape:
            return np.inf
        if not np.array_equal(np.isnan(left), np.isnan(right)):
            return np.inf
        parts.append(float(np.nanmax(np.abs(left - right.astype(left.dtype)), initial=0)))
    return max(parts)


def _limits(row: Row) -> str:
    return spoken(row.most_s) + (f", {row.most_mb:.0f} MB" if row.most_mb else "")


def _missed(row: Row, ours: Result) -> Iterator[str]:
    if ours.seconds > row.most_s:
        yield f"{spoken(ours.seconds)} > {spoken(row.most_s)}"
    if row.most_mb and ours.facts["peak_mb"] > row.most_mb:
        yield f"{ours.facts['peak_mb']:.0f} MB > {row.most_mb:.0f} MB"


def _line(name: str, result: Result) -> str:
    version = f"  {result.facts['version']}" if "version" in result.facts else ""
    return f"{name:16s} {spoken(result.seconds):>9s}  {result.facts['peak_mb']:6,.0f} MB{version}"


if __name__ == "__main__":
    sys.exit(main())
