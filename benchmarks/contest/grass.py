"""GRASS GIS, called as a program in a project of its own: r.cost and r.walk.

Its programs read and write rasters in GRASS's own format; that is in their seconds, with the
quickest compression and memory enough to keep all in memory; waiting for a disk is not.
"""

import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from contest.terrain import CELL_M
from contest.worker import Array, Job, peak_mb

_MEMORY_MB = 4000


@dataclass
class Project:
    """A project with a raster of the contest's size; ``env`` to call its programs with."""

    folder: Path
    shape: tuple[int, int]
    env: dict[str, str]
    peak_mb: float = 0.0

    @classmethod
    def make(cls, folder: Path, shape: tuple[int, int]) -> "Project":
        """A fresh one inside the folder."""
        grass = shutil.which("grass")
        if grass is None:
            raise FileNotFoundError("grass")
        base = subprocess.run(
            [grass, "--config", "path"], check=True, capture_output=True, text=True
        )
        home = base.stdout.strip()
        data = folder / "grass"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        new = [grass, "-c", "XY", "-e", str(data / "highland")]
        subprocess.run(new, check=True, capture_output=True)
        session = data / "session"
        session.write_text(
            f"GISDBASE: {data}\nLOCATION_NAME: highland\nMAPSET: PERMANENT\nGUI: text\n"
        )
        env = {
            **os.environ,
            "GISBASE": home,
            "GISRC": str(session),
            "PATH": os.pathsep.join([f"{home}/bin", f"{home}/scripts", os.environ["PATH"]]),
            "LD_LIBRARY_PATH": f"{home}/lib",
            "GRASS_COMPRESSOR": "LZ4",
            "GRASS_VERBOSE": "-1",
        }
        return cls(data, shape, env)

    def call(self, *words: str) -> float:
        """Run a program; returns its seconds and keeps the greatest memory of any."""
        ended, began = threading.Event(), _children_s()
        running = subprocess.Popen(words, env=self.env, stderr=subprocess.PIPE)
        watch = threading.Thread(target=self._watch, args=(running.pid, ended))
        watch.start()
        said = running.communicate()[1].decode(errors="replace")
        ended.set()
        watch.join()
        if running.returncode:
            raise RuntimeError(f"{words[0]}: {said.strip()}")
        return _children_s() - began

    def _watch(self, process: int, ended: threading.Event) -> None:
        while not ended.wait(0.02):
            self.peak_mb = max(self.peak_mb, peak_mb(process))

    def give(self, name: str, values: Array) -> None:
        """A raster of float32 values."""
        file = self.folder / f"{name}.bin"
        values.astype("<f4").tofile(file)
        rows, columns = self.shape
        extent = [f"north={rows * CELL_M}", "south=0", f"east={columns * CELL_M}", "west=0"]
        size = [f"rows={rows}", f"cols={columns}", "bytes=4", "order=little"]
        self.call("r.in.bin", "-f", f"input={file}", f"output={name}", *extent, *size)
        self.call("g.region", f"raster={name}")
        file.unlink()

    def take(self, name: str) -> Array:
        """A raster as float64, inf where it has none."""
        file = self.folder / f"{name}.bin"
        self.call("r.out.bin", "-f", f"input={name}", f"output={file}", "bytes=8", "null=-1")
        values = np.fromfile(file).reshape(self.shape)
        file.unlink()
        return np.where(values < 0, np.inf, values)

    def starts(self, cells: Array) -> str:
        """The option that names where the way begins."""
        row, column = np.divmod(cells, self.shape[1])
        east, north = (column + 0.5) * CELL_M, (self.shape[0] - row - 0.5) * CELL_M
        return "start_coordinates=" + ",".join(f"{e},{n}" for e, n in zip(east, north, strict=True))


def _children_s() -> float:
    """Seconds of the processor that went into programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _spread(folder: Path, program: str, knight: bool, inputs: dict[str, Array]) -> Job:
    shape = next(iter(inputs.values())).shape
    project = Project.make(folder, (shape[0], shape[1]))
    for name, values in inputs.items():
        project.give(name, values)
    project.peak_mb = 0.0
    words = [program, *("-k" for _ in range(knight)), "--overwrite", "output=spread"]
    words += [f"{name}={name}" for name in inputs]
    words += [project.starts(np.load(folder / "seats.npy")), f"memory={_MEMORY_MB}"]
    facts: dict[str, Any] = {}

    def work() -> float:
        seconds = project.call(*words)
        facts["peak_mb"] = project.peak_mb
        return seconds

    def answers(_: float) -> dict[str, Array]:
        return {"seconds": project.take("spread")}

    return Job(work, answers, timed=lambda seconds: seconds, facts=facts)


def r_cost(folder: Path) -> Job:
    """r.cost, which counts a cell's side as 1: costs are seconds for a cell."""
    pace = np.load(folder / "pace.npy")
    return _spread(folder, "r.cost", False, {"input": pace * np.float32(CELL_M)})


def r_walk(folder: Path, *, knight: bool) -> Job:
    """r.walk with its own walking cost and no friction."""
    heights = np.load(folder / "heights.npy")
    inputs = {"elevation": heights, "friction": np.zeros_like(heights)}
    return _spread(folder, "r.walk", knight, inputs)


CONTESTANTS: dict[str, Callable[[Path], Job]] = {
    "r_cost": r_cost,
    "r_walk_8": partial(r_walk, knight=False),
    "r_walk_16": partial(r_walk, knight=True),
}
