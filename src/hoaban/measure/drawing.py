"""The travel-time surfaces on disk: drawn once for the same inputs, checked against the network.

A folder ``<first 12 of the sha256>`` holds the GeoTIFFs, their previews and a manifest. It is
complete or absent: it is made beside its place and moved there.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from hoaban.base.law import Law
from hoaban.measure import access, first_cut, network, self_check, surfaces
from hoaban.measure.compiled import compiling
from hoaban.measure.network import MODES, SEASONS, Floats
from hoaban.measure.tables import Tables

MANIFEST = "surfaces.json"
_KEPT = 2  # sets of one cell size that stay on disk


def draw(
    tables: Tables,
    law: Law,
    within: shapely.Geometry,
    villages: pa.Table,
    *,
    at: date,
    cell_m: float,
    into: Path,
    said: Callable[[str], None],
) -> dict[str, Any]:
    """The surfaces of a snapshot on a day, kept by the hash of what they are made from.

    ``within`` is the province in lon/lat degrees, ``villages`` has ``area, lon, lat, node``.
    Returns the manifest that stands beside the files, with ``seconds`` of this call (compiling
    apart, as ``compile_seconds``) and whether it ``built`` them. Raises `surfaces.NoElevation`.
    """
    began = time.monotonic()
    folder = into / surfaces.digest(tables, law, within, villages, at=at, cell_m=cell_m)
    built = not (folder / MANIFEST).is_file()
    with compiling() as compiled:
        if built:
            _build(tables, law, within, villages, at=at, cell_m=cell_m, folder=folder, said=said)
    facts: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    facts |= {"snapshot": tables.name, "at": at.isoformat()}
    _write(folder, facts)
    seconds = round(time.monotonic() - began - compiled.seconds, 1)
    return {
        **facts,
        "seconds": seconds,
        "compile_seconds": round(compiled.seconds, 1),
        "built": built,
    }


def _build(
    tables: Tables,
    law: Law,
    within: shapely.Geometry,
    villages: pa.Table,
    *,
    at: date,
    cell_m: float,
    folder: Path,
    said: Callable[[str], None],
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        area = surfaces.land(tables, within, cell_m)
        points = surfaces.village_points(villages)
        made = surfaces.build(
            tables, law, area, at=at, folder=unfinished, villages=points, said=said
        )
        facts = {
            "method": surfaces.METHOD,
            "origin": surfaces.origin(tables, law, at),
            "cell_m": cell_m,
            "cells": int(np.count_nonzero(area.inside)),
            "covered": area.covered,
            "rows": area.grid.rows,
            "columns": area.grid.columns,
            "off_the_grid": surfaces.goals(tables, area, at).off,
            "surfaces": checked(tables, villages, made, at),
            "first_cut": beside_first_cut(tables, villages, at),
        }
        _write(unfinished, facts)
        if not folder.exists():  # another run may have been quicker
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _sweep(folder.parent, cell_m)


def checked(
    tables: Tables, villages: pa.Table, made: list[surfaces.Made], at: date
) -> list[dict[str, Any]]:
    """Each surface with its self-check: the network as built, at the same villages."""
    ground = network.lay(tables, at)
    goals = access.facilities(tables, ground, at)
    places = ground.numbers(villages["node"])
    found: dict[tuple[str, str], dict[str, Floats]] = {}
    for mode, season in {(one.mode, one.season) for one in made}:
        ways = network.ways(tables, at, mode, season)
        found[mode, season] = access.minutes(ways, goals, access.KINDS)
    rows = []
    for one in made:
        minutes = found[one.mode, one.season][one.kind]
        check = self_check.compare(np.where(places >= 0, minutes[places], np.inf), one.at_villages)
        rows.append(
            {
                "mode": one.mode,
                "season": one.season,
                "kind": one.kind,
                "file": one.file,
                "preview": one.preview,
                "self_check": {**check.as_json, "vi": check.text.vi, "en": check.text.en},
            }
        )
    return rows


def beside_first_cut(tables: Tables, villages: pa.Table, at: date) -> dict[str, Any]:
    """The network's minutes to the seat beside those of the first cut's method: how far apart.

    ``greatest`` minutes over every means and season, ``one_sided`` places that only one of the
    two reaches, ``method`` the older one.
    """
    ground = network.lay(tables, at)
    goals = access.facilities(tables, ground, at).get("seat", np.empty(0, np.int64))
    places = ground.numbers(villages["node"])
    found = [
        first_cut.differences(network.ways(tables, at, mode, season), goals, places)
        for mode in MODES
        for season in SEASONS
    ]
    return {
        "method": first_cut.METHOD,
        "greatest": max(one.greatest for one in found),
        "one_sided": sum(one.one_sided for one in found),
    }


def _write(folder: Path, facts: dict[str, Any]) -> None:
    """Put the manifest in its place at once, so that no reader sees half of it."""
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    part.replace(folder / MANIFEST)


def _sweep(into: Path, cell_m: float) -> None:
    """Remove the sets of a cell size but the last few."""
    manifests = sorted(into.glob(f"*/{MANIFEST}"), key=lambda file: -file.stat().st_mtime)
    same = [f for f in manifests if json.loads(f.read_text("utf-8"))["cell_m"] == cell_m]
    for file in same[_KEPT:]:
        shutil.rmtree(file.parent, ignore_errors=True)
