"""Python household by household, as the decree reads; the answers must be the same."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from contest.worker import Job

from hoaban.base import law as laws
from hoaban.measure.poverty.standards import standards
from poverty_contest import drawing


def classes(folder: Path) -> Job:
    """Classes under both standards; no trace of why."""
    rows = pq.read_table(folder / "households.parquet").to_pylist()
    rules = standards(laws.read(drawing.LAW))

    def work() -> Any:
        return {rule.column: [_class(row, rule) for row in rows] for rule in rules}

    return Job(work, lambda found: {name: np.array(cls) for name, cls in found.items()})


def _class(row: dict[str, Any], rule: Any) -> int:
    rural, income, points = row["rural"], row["income_per_head_vnd"], row["points_a"]
    threshold = rule.points_rural if rural else rule.points_urban
    line = rule.line_rural_vnd if rural else rule.line_urban_vnd
    if points is not None and threshold is not None:
        below = points <= threshold
    elif income is not None:
        below = income <= line
    else:
        return -1
    if not below:
        ceiling = rule.middle_rural_vnd if rural else rule.middle_urban_vnd
        return int(income is not None and ceiling is not None and line < income <= ceiling)
    lacks = sum(row[name] == 1 for name in rule.indicators)
    if lacks >= rule.needed:
        return 3
    still = sum(row[name] is None for name in rule.indicators)
    return 2 if lacks + still < rule.needed else -1


CONTESTANTS = {"classes": classes}
