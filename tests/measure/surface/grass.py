"""GRASS GIS run as a program, in a location that is thrown away."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.measure.surface.terrain import Ground

Floats = npt.NDArray[np.float64]
NULL = -9999


def run(folder: Path, ground: Ground, commands: dict[str, str]) -> dict[str, Floats]:
    """What each command writes into the raster of its name; inf where it is null.

    The rasters ``heights``, ``lowered`` (heights turned over), ``friction`` and ``sources``
    are there to use.
    """
    if shutil.which("grass") is None:
        pytest.skip("grass not installed")
    sources = np.full(ground.heights.size, float(NULL))
    sources[ground.sources] = 1
    layers = {
        "heights": ground.heights,
        "lowered": -ground.heights,
        "friction": np.where(ground.barrier, NULL, ground.friction),
        "sources": sources,
    }
    rows, columns = ground.heights.shape
    north, east = rows * ground.cell_m, columns * ground.cell_m
    edges = f"north={north} south=0 east={east} west=0 rows={rows} cols={columns}"
    lines = ["set -e", f"g.region n={north} s=0 e={east} w=0 rows={rows} cols={columns}"]
    for name, values in layers.items():
        values.astype("<f8").tofile(folder / name)
        lines.append(
            f"r.in.bin --q -d input={folder / name} output={name} bytes=8 {edges} anull={NULL}"
        )
    for name, command in commands.items():
        lines.append(f"{command} --q output={name}")
        lines.append(f"r.out.bin --q input={name} output={folder / name} bytes=8 null={NULL}")
    script = folder / "script.sh"
    script.write_text("\n".join(lines), "utf-8")
    done = subprocess.run(
        ["grass", "--tmp-location", "XY", "--exec", "bash", str(script)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {name: np.fromfile(folder / name, "<f8") for name in commands}
    return {
        name: np.where(values == NULL, np.inf, values).reshape(rows, columns)
        for name, values in found.items()
    }
