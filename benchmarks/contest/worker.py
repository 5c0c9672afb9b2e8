"""A contestant in a process of its own: ``python -m contest.worker NAME FOLDER ...``.

Seconds are of the processor: one thread each, and what else the machine does disturbs them least.
It loads its input, works once to be warm, then three times with the clock on. A contestant
that takes over 20 s is timed on its first run and one more. What it took goes to NAME.json in
the folder, its answers to NAME.npz.
"""

import importlib
import json
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time as clock
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
LONG_S = 20.0


@dataclass
class Job:
    """Work to be timed.

    work
        Does it, and returns what it found.
    answers
        From what it found to arrays by name, after the clock has stopped.
    share
        Part of the whole work that one run does; seconds are divided by it.
    timed
        Given when a run must time itself: from what it found to seconds.
    facts
        Counts and notes to be shown; ``peak_mb`` when another process did the work.
    """

    work: Callable[[], Any]
    answers: Callable[[Any], dict[str, Array]]
    share: float = 1.0
    timed: Callable[[Any], float] | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def run(name: str, folder: Path) -> None:
    """Run one contestant and write what it took, or why it could not."""
    try:
        result, answers = _raced(name, folder)
        np.savez(folder / f"{name}.npz", **answers)  # type: ignore[arg-type]
    except Exception as fault:
        traceback.print_exc()
        result = {"fault": f"{type(fault).__name__}: {fault}"}
    (folder / f"{name}.json").write_text(json.dumps(result))


def _raced(name: str, folder: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    group, _, short = name.partition(".")
    contestants = importlib.import_module(f"contest.{group}").CONTESTANTS
    with _compiling() as to_load:
        job = contestants[short](folder)
    with _compiling() as to_run:
        first, found = _once(job)
    times = [first] if first > LONG_S else []
    for _ in range(1 if first > LONG_S else 3):
        found = None  # its memory is free for the next run
        seconds, found = _once(job)
        times.append(seconds)
    result = {
        "seconds": min(times) / job.share,
        "compile_s": to_load.seconds + to_run.seconds,
        "compiled": to_load.kernels + to_run.kernels,
        "runs": len(times),
        "share": job.share,
        "peak_mb": peak_mb("self"),
        **job.facts,
    }
    return result, job.answers(found)


def _compiling() -> AbstractContextManager[Any]:
    """Counts the compiling of numba's kernels, where numba is loaded: it takes memory."""
    if "numba" not in sys.modules:
        return nullcontext(SimpleNamespace(seconds=0.0, kernels=0))
    from hoaban.measure.compiled import compiling

    return compiling()


def peak_mb(process: int | str) -> float:
    """The most memory a process has held since it began, MB; 0 when it has ended.

    What the system counts for a process that has ended includes the one it was split from.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(held[0]) / 1024 if held else 0.0


def _once(job: Job) -> tuple[float, Any]:
    began = clock()
    found = job.work()
    seconds = clock() - began
    return (job.timed(found) if job.timed else seconds), found


if __name__ == "__main__":
    for contestant, inputs in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        run(contestant, Path(inputs))
