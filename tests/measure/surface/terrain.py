"""Real and synthetic ground for the tests of travel time."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ground:
    """Heights in whole centimetres, land cover factors, roads (s/m, 0 off them), barriers."""

    cell_m: float
    heights: Floats
    friction: Floats
    roads: Floats
    barrier: Flags
    sources: list[int]


def jacksboro() -> Ground:
    """The Jacksboro fault, Tennessee: a real elevation model, taken as a grid of 60 m."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "mpl-data/sample_data/jacksboro_fault_dem.npz"
    with np.load(file) as data:
        return dressed(data["elevation"][60:220, 80:300].astype(float), cell_m=60, seed=3)


def fractal(rows: int = 90, columns: int = 120, seed: int = 5) -> Ground:
    """Steep ground whose spectrum falls as that of mountains does."""
    rng = np.random.default_rng(seed)
    heights = noise(rng, rows, columns, 3.2)
    heights = (heights - heights.min()) / np.ptp(heights) * 400
    return dressed(np.round(heights, 2), cell_m=30, seed=seed)


def noise(rng: np.random.Generator, rows: int, columns: int, slope: float) -> Floats:
    """A random field with a power spectrum of the given slope."""
    down, across = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :]
    size = np.sqrt(down**2 + across**2)
    size[0, 0] = 1
    strength = size ** (-slope / 2)
    strength[0, 0] = 0
    turned = strength * np.exp(2j * np.pi * rng.random(size.shape))
    return np.fft.irfft2(turned, s=(rows, columns))


def dressed(heights: Floats, *, cell_m: float, seed: int) -> Ground:
    """Heights with land cover, a road, scattered barriers and a river with one bridge."""
    rng = np.random.default_rng(seed)
    rows, columns = heights.shape
    cover = noise(rng, rows, columns, 3.0)
    friction = np.array([0.5, 0.8, 1.3, 2.5])[
        np.digitize(cover, np.quantile(cover, [0.3, 0.6, 0.9]))
    ]
    barrier = rng.random(heights.shape) < 0.04
    river = (np.arange(columns) * rows // (2 * columns)) + rows // 4
    barrier[river, np.arange(columns)] = True
    barrier[np.minimum(river + 1, rows - 1), np.arange(columns)] = True
    roads = np.zeros(heights.shape)
    roads[:, columns // 2] = 0.125
    barrier[:, columns // 2] = False
    free = np.flatnonzero(~barrier)
    return Ground(cell_m, heights, friction, roads, barrier, rng.choice(free, 4).tolist())
