"""The product's own functions: `measure.tables`, `measure.poverty.patterns`, `…classes`."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from contest.worker import Job

from hoaban.base import law as laws
from hoaban.measure.poverty.classes import Answers, judge
from hoaban.measure.poverty.patterns import Patterns, histogram, index, mask
from hoaban.measure.poverty.standards import standards
from hoaban.measure.tables import Tables
from poverty_contest import drawing

FIGURES = ("H", "A", "M0", "uncensored", "censored", "absolute", "relative")


def packed(folder: Path) -> Job:
    """The histogram from the mask."""
    return _counted(folder / "packed", is_packed=True)


def answers(folder: Path) -> Job:
    """The histogram from twelve booleans."""
    return _counted(folder / "answers", is_packed=False)


def _counted(folder: Path, *, is_packed: bool) -> Job:
    def work() -> Any:
        tables = Tables.open(folder)
        persons = tables["persons"]
        if not is_packed:
            persons = persons.mutate(mask=mask(persons, drawing.INDICATORS))
        return tables.run(histogram(persons, drawing.BY, mask="mask"))

    def told(found: Any) -> dict[str, Any]:
        return {"counts": drawing.dense(np.asarray(found[name]) for name in drawing.HISTOGRAM)}

    return Job(work, told)


def weights(folder: Path) -> Job:
    """Every measure of every group from the histogram, for ten sets of points; the slowest."""
    group, patterns = np.divmod(np.arange(drawing.CELLS), drawing.PATTERNS)
    counts = np.load(folder / "cells.npy")
    held = Patterns(group, patterns, counts, counts, tuple(range(drawing.GROUPS)))

    def work() -> Any:
        found = []
        for points, cutoff in drawing.trials():
            began = time.perf_counter()
            measures = index(held, points, cutoff)
            found.append((time.perf_counter() - began, measures))
        return found

    def told(found: Any) -> dict[str, Any]:
        return {name: np.array([getattr(one, name) for _, one in found]) for name in FIGURES}

    return Job(work, told, timed=lambda found: max(seconds for seconds, _ in found))


def classes(folder: Path) -> Job:
    """Classes and traces under both standards, from columns as they come from a table."""
    table = pq.read_table(folder / "households.parquet")
    rules = standards(laws.read(drawing.LAW))

    def work() -> Any:
        columns = {name: table[name] for name in table.column_names if name != "rural"}
        given = Answers.of(columns, table["rural"])
        return [judge(given, rule) for rule in rules]

    return Job(work, lambda found: {one.rule.column: one.cls for one in found})


CONTESTANTS = {"packed": packed, "answers": answers, "weights": weights, "classes": classes}
