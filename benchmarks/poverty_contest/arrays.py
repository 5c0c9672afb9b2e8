"""Plain numpy, as one would write it: counts by np.bincount, ten million rows at a time."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from contest.worker import Job

from poverty_contest import drawing

ROWS = 10_000_000


def packed(folder: Path) -> Job:
    """The histogram from the mask."""

    def patterns(batch: Any) -> Any:
        return np.asarray(batch["mask"])

    return _counted(folder / "packed/tables/persons.parquet", patterns)


def answers(folder: Path) -> Job:
    """The histogram from twelve booleans."""

    def patterns(batch: Any) -> Any:
        found = np.zeros(batch.num_rows, np.uint16)
        for bit, name in enumerate(drawing.INDICATORS):
            found |= batch[name].to_numpy(zero_copy_only=False).astype(np.uint16) << bit
        return found

    return _counted(folder / "answers/tables/persons.parquet", patterns)


def _counted(file: Path, patterns: Any) -> Job:
    def work() -> Any:
        counts = np.zeros(drawing.CELLS, np.int64)
        for batch in pq.ParquetFile(file).iter_batches(ROWS):
            key = np.asarray(batch["commune"]).astype(np.int64) * drawing.ETHNIC
            key += np.asarray(batch["ethnic"])
            key *= drawing.PATTERNS
            key += patterns(batch)
            counts += np.bincount(key, minlength=drawing.CELLS)
        return counts

    return Job(work, lambda counts: {"counts": counts})


def weights(folder: Path) -> Job:
    """Measures by group, a column of the cells after the other."""
    group, patterns = np.divmod(np.arange(drawing.CELLS), drawing.PATTERNS)
    counts = np.load(folder / "cells.npy")
    lacks = (patterns[:, None] >> np.arange(len(drawing.INDICATORS))) & 1

    def by_group(values: Any) -> Any:
        found = np.bincount(group, values, minlength=drawing.GROUPS)
        return np.append(found, found.sum())

    def one(points: Any, cutoff: int) -> dict[str, Any]:
        score = lacks @ points
        poor = counts * (score >= cutoff)
        size, held, burden = by_group(counts), by_group(poor), by_group(poor * score)
        total = sum(points)
        every = range(lacks.shape[1])
        uncensored = np.column_stack([by_group(counts * lacks[:, j]) for j in every])
        censored = np.column_stack([by_group(poor * lacks[:, j]) for j in every])
        with np.errstate(invalid="ignore"):
            return {
                "H": held / size,
                "A": burden / (held * total),
                "M0": burden / (size * total),
                "uncensored": uncensored / size[:, None],
                "censored": censored / size[:, None],
                "absolute": censored * points / (size * total)[:, None],
                "relative": censored * points / burden[:, None],
            }

    def work() -> Any:
        found = []
        for points, cutoff in drawing.trials():
            began = time.perf_counter()
            measures = one(np.array(points), cutoff)
            found.append((time.perf_counter() - began, measures))
        return found

    def told(found: Any) -> dict[str, Any]:
        return {name: np.array([one[name] for _, one in found]) for name in found[0][1]}

    return Job(work, told, timed=lambda found: max(seconds for seconds, _ in found))


CONTESTANTS = {"packed": packed, "answers": answers, "weights": weights}
