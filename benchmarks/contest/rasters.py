"""Least cost over a raster in Python: xarray-spatial and scikit-image."""

from pathlib import Path

import numpy as np

from contest.terrain import CELL_M
from contest.worker import Array, Job


def xarray_spatial(folder: Path) -> Job:
    """`cost_distance`, 8 neighbours; arrays held in memory."""
    import xarray
    import xrspatial

    pace = np.load(folder / "pace.npy")
    targets = np.zeros(pace.shape, np.float32)
    targets.flat[np.load(folder / "seats.npy")] = 1
    axes = {a: (np.arange(n) + 0.5) * CELL_M for a, n in zip("yx", pace.shape, strict=True)}
    raster, friction = (xarray.DataArray(v, axes, ("y", "x")) for v in (targets, pace))
    return Job(
        lambda: xrspatial.cost_distance(raster, friction),
        lambda found: {"seconds": _reached(found.to_numpy())},
        facts={"version": xrspatial.__version__},
    )


def scikit_image(folder: Path) -> Job:
    """`MCP_Geometric`, 8 neighbours, which copies its costs when it is made."""
    import skimage
    from skimage.graph import MCP_Geometric

    pace = np.load(folder / "pace.npy")
    starts = np.stack(np.divmod(np.load(folder / "seats.npy"), pace.shape[1]), axis=1).tolist()
    return Job(
        lambda: MCP_Geometric(pace, sampling=(CELL_M, CELL_M)).find_costs(starts)[0],
        lambda found: {"seconds": _reached(found)},
        facts={"version": skimage.__version__},
    )


def _reached(seconds: Array) -> Array:
    """As float64, inf where nothing arrives."""
    found = np.asarray(seconds, np.float64)
    return np.where(np.isfinite(found), found, np.inf)


CONTESTANTS = {"xarray_spatial": xarray_spatial, "scikit_image": scikit_image}
