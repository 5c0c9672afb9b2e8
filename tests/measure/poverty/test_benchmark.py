"""The benchmark's smoke test: every row runs small and agrees with the peers that are here."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks/poverty.py"


@pytest.mark.slow
def test_every_row_runs_small_and_agrees() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARK, "--small"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "4 of 4 rows hold"
    left_out = {line.split()[2] for line in lines if line.startswith("  left out")}
    assert all(name.startswith("frames.") for name in left_out)
    met = {line.split()[1] for line in lines if line.startswith("  ok")}
    assert met >= {"arrays.packed", "arrays.answers", "arrays.weights", "plain.classes"}
    assert done.stdout.count("same answers") == len(met)
