"""A contestant alone in a process, on two cores: ``python -m poverty_contest.worker FOLDER NAME``.

It loads what is loaded beforehand, works once to be warm (the file is in the system's cache by
then), then three times; the best counts. Seconds are of the clock on the wall. What it took
goes to NAME.json in the folder, its answers to NAME.npz.
"""

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import numpy as np
from contest.worker import Job, peak_mb

RUNS = 3


def run(name: str, folder: Path) -> None:
    """Run one contestant and write what it took, or why it could not."""
    try:
        result, answers = _raced(name, folder)
        np.savez(folder / f"{name}.npz", **answers)
    except Exception as fault:
        traceback.print_exc()
        result = {"fault": f"{type(fault).__name__}: {fault}"}
    (folder / f"{name}.json").write_text(json.dumps(result))


def _raced(name: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    group, _, short = name.partition(".")
    job: Job = importlib.import_module(f"poverty_contest.{group}").CONTESTANTS[short](folder)
    found, times = _once(job)[1], []
    for _ in range(RUNS):
        found = None  # its memory is free for the next run
        seconds, found = _once(job)
        times.append(seconds)
    peak = peak_mb("self")
    return {"seconds": min(times), "peak_mb": peak, **job.facts}, job.answers(found)


def _once(job: Job) -> tuple[float, Any]:
    began = time.perf_counter()
    found = job.work()
    seconds = time.perf_counter() - began
    return (job.timed(found) if job.timed else seconds), found


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    for contestant in sys.argv[2:]:
        run(contestant, Path(sys.argv[1]))
