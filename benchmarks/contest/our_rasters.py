"""This package's raster kernels, one thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from contest.terrain import CELL_M, ROAD_KMH
from contest.worker import Array, Job, clock
from hoaban.measure.surface.slope import LANGMUIR, TOBLER
from hoaban.measure.surface.travel import Surface, Times, prepare, travel
from hoaban.measure.surface.update import faster, improve

_WHOLE_ROADS = 3  # updates that are compared with a whole run
_PACE = 3.6 / ROAD_KMH


def isotropic(folder: Path) -> Job:
    """Pace alone, 8 neighbours, from the array of seconds per metre to ticks."""
    pace, seats = (np.load(folder / f"{n}.npy") for n in ("pace", "seats"))
    return _surface_job(
        lambda: prepare(CELL_M, heights=None, walk=None, roll=pace, neighbours=8),
        seats,
        pace.size,
        8,
    )


def langmuir(folder: Path, *, neighbours: int) -> Job:
    """Heights alone with r.walk's cost, from the array of metres to ticks."""
    heights, seats = (np.load(folder / f"{n}.npy") for n in ("heights", "seats"))

    def made() -> Surface:
        return prepare(
            CELL_M, heights=heights, walk=None, roll=None, slope=LANGMUIR, neighbours=neighbours
        )

    return _surface_job(made, seats, heights.size, neighbours)


def _surface_job(made: Callable[[], Surface], seats: Array, cells: int, neighbours: int) -> Job:
    """Preparing the integers is part of the time; r.walk goes out from its starts."""
    facts: dict[str, Any] = {"moves": cells * neighbours, "neighbours": neighbours}

    def work() -> Times:
        began = clock()
        surface = made()
        facts["prepared_s"] = clock() - began
        return travel(surface, seats, toward=False)

    return Job(work, lambda found: {"seconds": found.seconds()}, facts=facts)


def _highland(folder: Path, road: Array | None = None) -> Surface:
    """Tobler with land cover and roads, 16 neighbours, perhaps with one road more."""
    heights, land, pace = (np.load(folder / f"{n}.npy") for n in ("heights", "land", "road"))
    if road is not None:
        slower = road[(land.flat[road] > 0) | (pace.flat[road] > np.float32(_PACE))]
        land.flat[slower], pace.flat[slower] = 0, _PACE
    return prepare(CELL_M, heights=heights, walk=land, roll=pace, slope=TOBLER, neighbours=16)


def new_road(folder: Path) -> Job:
    """One candidate road after another, each taken back; the median counts."""
    seats, roads = (np.load(folder / f"{n}.npy") for n in ("seats", "candidates"))
    surface = _highland(folder)
    found = travel(surface, seats)
    before = found.ticks.copy()
    facts: dict[str, Any] = {"neighbours": 16}

    def build(road: Array) -> tuple[float, float, int, Array | None]:
        began = clock()
        cells = road[faster(surface, found, road, walk=0, roll=_PACE)]
        change = improve(surface, found, cells=cells, walk=0, roll=_PACE)
        built = clock() - began
        ticks = found.ticks.copy() if len(kept) < _WHOLE_ROADS else None
        began = clock()
        change.undo()
        return built, clock() - began, len(change.cells), ticks

    kept: list[Array] = []

    def work() -> float:
        kept.clear()
        taken = []
        for road in roads:
            *figures, ticks = build(road)
            taken.append(figures)
            if ticks is not None:
                kept.append(ticks)
        built, undone, cells = (np.array(part, float) for part in zip(*taken, strict=True))
        facts.update(slowest_s=built.max(), undo_s=np.median(undone), cells=np.median(cells))
        facts["moves"] = facts["cells"] * facts["neighbours"]  # each cell that changes, once
        return float(np.median(built))

    def answers(_: float) -> dict[str, Array]:
        after = np.stack(kept)
        return {"ticks": after, "put_back": np.array(np.array_equal(before, found.ticks))}

    return Job(work, answers, timed=lambda seconds: seconds, facts=facts)


def whole_road(folder: Path) -> Job:
    """Our own full run on the same surface; preparing it is not counted, in its favour."""
    seats, roads = (np.load(folder / f"{n}.npy") for n in ("seats", "candidates"))
    surface = _highland(folder)

    def answers(_: Times) -> dict[str, Array]:
        some = [travel(_highland(folder, road), seats).ticks for road in roads[:_WHOLE_ROADS]]
        return {"ticks": np.stack(some), "put_back": np.array(True)}

    facts = {"moves": surface_cells(folder) * 16, "neighbours": 16}
    return Job(lambda: travel(surface, seats), answers, facts=facts)


def surface_cells(folder: Path) -> int:
    """How many cells the raster has."""
    return int(np.load(folder / "heights.npy", mmap_mode="r").size)


CONTESTANTS: dict[str, Callable[[Path], Job]] = {
    "isotropic": isotropic,
    "walk_8": partial(langmuir, neighbours=8),
    "walk_16": partial(langmuir, neighbours=16),
    "new_road": new_road,
    "whole_road": whole_road,
}
