"""Inputs from a seed: persons with what they lack, a histogram, households to be classified."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hoaban.record.answers import ANSWERS

COMMUNES, ETHNIC = 45, 5
GROUPS = COMMUNES * ETHNIC
INDICATORS = tuple(name for name in ANSWERS if name != "waste")  # of the standard to 2026
PATTERNS = 1 << len(INDICATORS)
CELLS = GROUPS * PATTERNS
CHUNK = 1_000_000
BY = ["commune", "ethnic"]
HISTOGRAM = (*BY, "mask", "households")
LAW = Path(__file__).resolve().parents[2] / "law"


def persons(folder: Path, count: int) -> None:
    """The same persons twice: with the packed mask, and with twelve booleans.

    In no order of commune, which is the hardest for a histogram. What one lacks goes with what
    else one lacks, and with the commune.
    """
    packed, answers = None, None
    for columns, lacks in _chunks(count):
        mask = np.zeros(len(lacks), np.uint16)
        for bit in range(lacks.shape[1]):
            mask |= lacks[:, bit].astype(np.uint16) << bit
        named = {name: pa.array(lacks[:, bit]) for bit, name in enumerate(INDICATORS)}
        packed = _added(packed, folder / "packed", {**columns, "mask": mask})
        answers = _added(answers, folder / "answers", {**columns, **named})
    for writer in (packed, answers):
        if writer is not None:
            writer.close()


def _chunks(count: int) -> Iterator[tuple[dict[str, Any], Any]]:
    for start in range(0, count, CHUNK):
        n, rng = min(CHUNK, count - start), np.random.default_rng([4, start])
        commune = rng.integers(0, COMMUNES, n, dtype=np.uint8)
        ethnic = rng.integers(0, ETHNIC, n, dtype=np.uint8)
        need = rng.random(n, dtype=np.float32) * (commune + 15) / 60
        lacks = np.asfortranarray([rng.random(n, dtype=np.float32) < need for _ in INDICATORS]).T
        yield {"commune": commune, "ethnic": ethnic}, lacks


def _added(writer: Any, folder: Path, columns: dict[str, Any]) -> Any:
    table = pa.table(columns)
    if writer is None:
        (folder / "tables").mkdir(parents=True)
        file = folder / "tables/persons.parquet"
        writer = pq.ParquetWriter(file, table.schema, compression="zstd")
    writer.write_table(table)
    return writer


def cells(folder: Path) -> None:
    """A full histogram of 225 groups × 4096 patterns, about 100 million persons."""
    counts = np.random.default_rng(5).integers(0, 218, CELLS)
    np.save(folder / "cells.npy", counts)


def households(folder: Path, count: int) -> None:
    """Households with 13 answers, incomes, some scores; one in a hundred of each is missing."""
    rng = np.random.default_rng(6)

    def holed(values: Any, share: float = 0.01) -> pa.Array:
        return pa.array(values, mask=rng.random(count) < share)

    table = {
        **{name: holed(rng.integers(0, 2, count, dtype=np.int8)) for name in ANSWERS},
        "income_per_head_vnd": holed(rng.integers(5, 40, count) * 100_000),
        "points_a": holed(rng.integers(80, 250, count), 0.5),
        "rural": pa.array(rng.random(count) < 0.9),
    }
    pq.write_table(pa.table(table), folder / "households.parquet")


def trials() -> Iterator[tuple[list[int], int]]:
    """Whole points and cut-offs to be asked of the histogram."""
    rng = np.random.default_rng(8)
    yield [1] * len(INDICATORS), 3
    for _ in range(9):
        points = rng.integers(0, 6, len(INDICATORS))
        yield points.tolist(), int(rng.integers(1, points.sum()))


def dense(columns: Iterable[Any]) -> Any:
    """Counts of all 225 × 4096 cells in order, from the columns of a `HISTOGRAM`."""
    commune, ethnic, patterns, counts = columns
    group = commune.astype(np.int64) * ETHNIC + ethnic
    found = np.zeros(CELLS, np.int64)
    found[group * PATTERNS + patterns] = counts
    return found
