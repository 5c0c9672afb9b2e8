"""The one place that knows where snapshots live: take the newest, measure, keep."""

import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hoaban.base.law import Law
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.measure import operations, self_check, surfaces
from hoaban.measure.compiled import compiling
from hoaban.measure.joined import joined
from hoaban.measure.models import Measuring
from hoaban.measure.network import Floats, floats
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, Place, measure

MANIFEST = "surfaces.json"


class NoSnapshot(Problem):
    vi = "Chưa có bản chốt số liệu nào trong {folder}; hãy chạy “hoaban freeze” trước."
    en = "There is no snapshot in {folder} yet; run “hoaban freeze” first."
    status = 404


def newest(snapshots: Path) -> Path:
    """The newest snapshot folder: of the latest day, and of those the last one written.

    Raises `NoSnapshot`. A folder without a data package is still being written.
    """
    found = [f for f in snapshots.glob("*-*") if (f / "datapackage.json").is_file()]
    if not found:
        raise NoSnapshot(folder=snapshots.name)
    return max(found, key=lambda f: (f.name[:10], f.stat().st_mtime, f.name))


def opened(snapshots: Path, law: Law, at: date) -> Tables:
    """The newest snapshot's tables for a day, with the places off the network joined to it."""
    return joined(Tables.open(newest(snapshots)), law, at, keep=snapshots.parent / "links")


def run(
    snapshots: Path,
    law: Law,
    place: Place,
    *,
    on: date,
    at: datetime,
    standard_at: date | None = None,
    actor: User | None = None,
) -> tuple[Tables, Measured, Measuring]:
    """Measure the newest snapshot for the day ``on`` and keep the result, done ``at``.

    Returns the tables too, so that a plan can go on from them.
    """
    tables = opened(snapshots, law, on)
    measured = measure(tables, law, place, at=on, standard_at=standard_at, ahead=True)
    return tables, measured, operations.store(measured, law, at=at, actor=actor)


def draw(
    tables: Tables,
    measured: Measured,
    law: Law,
    within: shapely.Geometry,
    *,
    cell_m: float,
    into: Path,
    said: Callable[[str], None],
) -> dict[str, Any]:
    """The travel-time surfaces of a measuring, kept by the hash of what they are made from.

    ``within`` is the province in lon/lat. Returns the manifest that stands beside the files, with
    ``seconds`` (compiling apart, as ``compile_seconds``) of this call and whether it ``built``
    them. A folder is complete or absent: it is written beside its place and moved there.
    """
    began = time.monotonic()
    digest = surfaces.digest(tables, law, within, at=measured.at, cell_m=cell_m)
    folder = into / digest
    manifest = folder / MANIFEST
    built = not manifest.is_file()
    with compiling() as compiled:
        if built:
            facts = _drawn(tables, measured, law, within, cell_m=cell_m, folder=folder, said=said)
        else:
            facts = json.loads(manifest.read_text("utf-8"))
            facts["snapshot"] = measured.snapshot
    seconds = round(time.monotonic() - began - compiled.seconds, 1)
    facts |= {"seconds": seconds, "compile_seconds": round(compiled.seconds, 1), "built": built}
    manifest.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    return dict(facts)


def _drawn(
    tables: Tables,
    measured: Measured,
    law: Law,
    within: shapely.Geometry,
    *,
    cell_m: float,
    folder: Path,
    said: Callable[[str], None],
) -> dict[str, Any]:
    unfinished = folder.with_name(f".{folder.name}")
    unfinished.mkdir(parents=True, exist_ok=True)
    area = surfaces.land(tables, within, cell_m)
    places = surfaces.village_points(measured.villages)
    made = surfaces.build(
        tables, law, area, at=measured.at, folder=unfinished, villages=places, said=said
    )
    facts = {
        "snapshot": measured.snapshot,
        "at": measured.at.isoformat(),
        "method": surfaces.METHOD,
        "origin": surfaces.origin(tables, law, measured.at),
        "cell_m": cell_m,
        "cells": int(np.count_nonzero(area.inside)),
        "rows": area.grid.rows,
        "columns": area.grid.columns,
        "surfaces": [
            {
                "mode": one.mode,
                "season": one.season,
                "kind": one.kind,
                "file": one.file,
                "preview": one.preview,
                "self_check": _checked(measured, one),
            }
            for one in made
        ],
    }
    unfinished.rename(folder)
    return facts


def _checked(measured: Measured, one: surfaces.Made) -> dict[str, Any]:
    """The surface beside the network at the villages, in numbers and in words."""
    found = self_check.compare(_network_minutes(measured, one), one.at_villages)
    return {**found.as_json, "vi": found.text.vi, "en": found.text.en}


def _network_minutes(measured: Measured, made: surfaces.Made) -> Floats:
    """(villages,) minutes on the network for the same means, season and kind; inf without a way."""
    column = measured.villages[f"minutes_{made.kind}_{made.mode}_{made.season}"]
    return np.nan_to_num(floats(column), nan=np.inf)
