"""polars, streaming where it reads a file."""

import time
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from contest.worker import Job

from poverty_contest import drawing


def packed(folder: Path) -> Job:
    """The histogram from the mask."""
    return _counted(folder / "packed", pl.col("mask"))


def answers(folder: Path) -> Job:
    """The histogram from twelve booleans."""
    bits = [
        pl.col(name).cast(pl.UInt16) * (1 << bit) for bit, name in enumerate(drawing.INDICATORS)
    ]
    return _counted(folder / "answers", reduce(add, bits).alias("mask"))


def _counted(folder: Path, patterns: pl.Expr) -> Job:
    def work() -> Any:
        persons = pl.scan_parquet(folder / "tables/persons.parquet").with_columns(patterns)
        found = persons.group_by(*drawing.BY, "mask").agg(pl.len().alias("households"))
        return found.collect(engine="streaming")

    def told(found: Any) -> dict[str, Any]:
        return {"counts": drawing.dense(found[name].to_numpy() for name in drawing.HISTOGRAM)}

    return Job(work, told, facts=_version())


def weights(folder: Path) -> Job:
    """Measures by group, from a frame of the cells."""
    group, patterns = np.divmod(np.arange(drawing.CELLS), drawing.PATTERNS)
    names = list(drawing.INDICATORS)
    lacks = {name: (patterns >> bit & 1).astype(np.int16) for bit, name in enumerate(names)}
    counts = np.load(folder / "cells.npy")
    frame = pl.DataFrame({"group": group.astype(np.int16), "n": counts, **lacks})

    def one(points: list[int], cutoff: int) -> Any:
        score = reduce(add, [pl.col(name) * p for name, p in zip(names, points, strict=True)])
        scored = (
            frame.lazy()
            .with_columns(score=score)
            .with_columns(poor=pl.when(pl.col("score") >= cutoff).then("n").otherwise(0))
        )
        every = scored.group_by("group").agg(
            pl.col("n").sum(),
            pl.col("poor").sum(),
            (pl.col("poor") * pl.col("score")).sum().alias("burden"),
            *((pl.col("n") * pl.col(name)).sum().alias(name) for name in names),
            *((pl.col("poor") * pl.col(name)).sum().alias(f"{name}_k") for name in names),
        )
        return every.sort("group").collect()

    def work() -> Any:
        found = []
        for points, cutoff in drawing.trials():
            began = time.perf_counter()
            measures = one(points, cutoff)
            found.append((time.perf_counter() - began, measures, sum(points)))
        return found

    def told(found: Any) -> dict[str, Any]:
        parts = [_measures(frame, total, names) for _, frame, total in found]
        return {name: np.array([part[name] for part in parts]) for name in parts[0]}

    return Job(work, told, timed=lambda found: max(one[0] for one in found), facts=_version())


def _measures(frame: Any, total: int, names: list[str]) -> dict[str, Any]:
    def with_all(values: Any) -> Any:
        return np.concatenate([values, values.sum(axis=0, keepdims=True)])

    size, poor, burden = (with_all(frame[name].to_numpy()) for name in ("n", "poor", "burden"))
    uncensored = with_all(frame.select(names).to_numpy())
    censored = with_all(frame.select([f"{name}_k" for name in names]).to_numpy())
    with np.errstate(invalid="ignore"):
        return {
            "H": poor / size,
            "A": burden / (poor * total),
            "M0": burden / (size * total),
            "uncensored": uncensored / size[:, None],
            "censored": censored / size[:, None],
        }


def classes(folder: Path) -> Job:
    """Classes under both standards; no trace of why."""
    from hoaban.base import law as laws
    from hoaban.measure.poverty.standards import standards

    frame = pl.read_parquet(folder / "households.parquet")
    rules = standards(laws.read(drawing.LAW))

    def work() -> Any:
        return frame.select(**{rule.column: _class(rule) for rule in rules})

    def told(found: Any) -> dict[str, Any]:
        return {name: found[name].to_numpy() for name in found.columns}

    return Job(work, told, facts=_version())


def _class(rule: Any) -> pl.Expr:
    def by_area(rural: int | None, urban: int | None) -> pl.Expr:
        return pl.when("rural").then(pl.lit(rural)).otherwise(pl.lit(urban))

    income, points = pl.col("income_per_head_vnd"), pl.col("points_a")
    threshold = by_area(rule.points_rural, rule.points_urban)
    line = by_area(rule.line_rural_vnd, rule.line_urban_vnd)
    below = (points <= threshold).fill_null(income <= line)
    asked = [pl.col(name) for name in rule.indicators]
    lacks = pl.sum_horizontal(a.fill_null(0) for a in asked)
    still = pl.sum_horizontal(a.is_null().cast(pl.Int8) for a in asked)
    ceiling = by_area(rule.middle_rural_vnd, rule.middle_urban_vnd)
    average = ((income > line) & (income <= ceiling)).fill_null(False)
    found = (
        pl.when(below.is_null())
        .then(-1)
        .when(~below)
        .then(average.cast(pl.Int32))
        .when(lacks >= rule.needed)
        .then(3)
        .when(lacks + still < rule.needed)
        .then(2)
        .otherwise(-1)
    )
    return found.cast(pl.Int8)


def _version() -> dict[str, str]:
    return {"version": f"polars {pl.__version__}"}


CONTESTANTS = {"packed": packed, "answers": answers, "weights": weights, "classes": classes}
