"""The benchmark's smoke test, and when it says that answers agree."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from hoaban.measure.hierarchy import times
from hoaban.measure.hierarchy.skeleton import Skeleton

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("contest.rows")


@pytest.mark.slow
def test_every_row_runs_small_and_agrees_with_the_peers_that_are_here() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "access.py", "--small"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "9 of 9 rows hold"
    bounds = re.findall(r"([\d.]+)% of the bound", done.stdout)
    assert len(bounds) == 9
    assert 0 < min(map(float, bounds)) <= max(map(float, bounds)) <= 100
    assert done.stdout.count("scipy's seconds include building each scenario's matrix") == 2
    assert done.stdout.count("on ready matrices") == 2
    assert len(re.findall(r"our_.*(?:kept from before|compiled in)", done.stdout)) >= 9
    left_out = {line.split()[2] for line in lines if line.startswith("  left out")}
    assert left_out <= {"rasters.xarray_spatial"}
    met = {line.split()[1] for line in lines if line.startswith("  ok")}
    assert met >= {
        "rasters.scikit_image",
        "grass.r_cost",
        "grass.r_walk_8",
        "grass.r_walk_16",
        "our_rasters.whole_road",
        "graphs.many_sources",
        "graphs.any_seat",
        "graphs.own_seat",
        "graphs.union_find",
        "graphs.programmes_one",
        "graphs.programmes_many",
    }


def test_a_row_that_does_not_exist_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "access.py", "swim"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "swim" in done.stderr
    assert "isotropic" in done.stderr


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([[1.0, np.inf]], [[1.0, np.inf]], 0),
        ([[200.0, 4.0]], [[200.0, 5.0]], 0.2),
        ([[1.0, np.inf]], [[1.0, 9.0]], np.inf),  # reached by one alone
        ([[1.0, 2.0]], [[1.0, 2.0, 3.0]], np.inf),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0]], 0),  # the peer did a part
        ([[0.0, 1e-6]], [[0.0, 0.0]], 1e-6),  # no dividing by nothing
    ],
)
def test_answers_agree_when_all_are_close(
    rows: Any, ours: list[list[float]], theirs: list[list[float]], apart: float
) -> None:
    results = [rows.Result("x", answers={"seconds": np.array(a)}) for a in (ours, theirs)]
    assert rows.difference(*results) == pytest.approx(apart)


def test_compiling_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    worker = importlib.import_module("contest.worker")
    double = numba.njit(lambda number: 2 * number)
    with worker._compiling() as first:
        assert double(2) == 4
    with worker._compiling() as second:
        assert double(3) == 6
    assert (first.kernels, second.kernels) == (1, 0)
    assert first.seconds > second.seconds == 0


def test_a_bound_counts_only_what_a_programme_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    0 == 1 == 2 == 3, a second each, 0 and 2 joined as well by 2 s; the goal is 3.
    """
    monkeypatch.syspath_prepend(BENCHMARKS)
    ours = importlib.import_module("contest.our_networks")
    tail, head = np.array([0, 1, 2, 1, 2, 3, 0, 2]), np.array([1, 2, 3, 0, 1, 2, 2, 0])
    skeleton = Skeleton.of(4, tail, head)
    cost = np.array([10, 10, 10, 10, 10, 10, 20, 20], np.int32)
    metric, none = times.customise(skeleton, cost), np.zeros(0, np.int64)

    def needed(links: list[int], ticks: list[int], extra: Any = none) -> int:
        programme = (np.array(links, np.int64), np.array(ticks, np.int32), extra)
        return int(ours._needed(metric, np.array([3]), [programme]))

    ups = np.diff(skeleton.start)[skeleton.rank]
    assert needed([], []) == 0
    assert needed([0], [10]) == 0
    assert needed([], [], np.array([0])) == ups[0]
    whole = 2 * len(skeleton.triangles) + 4 * skeleton.arcs
    assert 0 < needed([2], [5]) <= whole
    assert needed([2], [5]) >= ups[:3].sum()  # all but the goal are nearer


def test_answers_to_other_questions_do_not_agree(rows: Any) -> None:
    ours = rows.Result("ours", answers={"seconds": np.ones(3)})
    assert rows.difference(ours, rows.Result("peer", answers={"ticks": np.ones(3)})) == np.inf


def test_a_row_fails_by_its_own_limits(rows: Any) -> None:
    row = next(row for row in rows.ROWS if row.name == "walk-16")
    facts = {"seconds": 1.0, "peak_mb": 501.0}
    assert list(rows.failings(row, rows.Result("ours", facts))) == ["501 MB > 500 MB"]
    assert list(rows.failings(row, rows.Result("ours", facts | {"peak_mb": 500.0}))) == []
    row = next(row for row in rows.ROWS if row.name == "programme")
    facts |= {"evaluations": 5999}
    assert list(rows.failings(row, rows.Result("ours", facts))) == ["5,999/s < 6,000/s"]


def test_the_table_asks_what_was_promised(rows: Any) -> None:
    wanted = {(row.name, peer): ratio for row in rows.ROWS for peer, ratio in row.peers.items()}
    assert wanted == {
        ("isotropic", "rasters.xarray_spatial"): 4,
        ("isotropic", "rasters.scikit_image"): 8,
        ("isotropic", "grass.r_cost"): 8,
        ("walk-8", "grass.r_walk_8"): 7,
        ("walk-16", "grass.r_walk_16"): 6,
        ("road", "our_rasters.whole_road"): 100,
        ("sources", "graphs.many_sources"): 25,
        ("any-seat", "graphs.any_seat"): 300,
        ("own-seat", "graphs.union_find"): 15,
        ("own-seat", "graphs.own_seat"): 60,
        ("programme", "graphs.programmes_one"): 25,
        ("programmes-30", "graphs.programmes_many"): 25,
    }
