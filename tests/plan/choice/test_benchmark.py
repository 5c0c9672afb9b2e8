"""The benchmark's smoke test: every row on the reference instance runs small and agrees."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks/choose.py"


@pytest.mark.slow
def test_every_row_runs_small_and_agrees() -> None:
    rows = ["greedy", "evaluations", "bound"]
    done = subprocess.run(
        [sys.executable, BENCHMARK, "--small", *rows], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "3 of 3 rows hold"
    assert "FAIL" not in done.stdout


def test_an_unknown_row_is_refused_with_the_rows_there_are() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARK, "rivers"], check=False, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert "rivers: greedy, evaluations, bound, travel, closures, plan, draws" in done.stderr
