"""A travel-time surface on disk, as `hoaban measure --cell` leaves one: two squares at 21° N.

The grid covers 103.0–103.2° E in 200 m cells; the minutes grow eastwards from 0.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.transform import from_origin

CELL_M = 200


def write(folder: Path, snapshot: str, **more: Any) -> Path:
    """The folder of one set of surfaces with a single one in it: motorbike, wet, health."""
    home = folder / "0123456789ab"
    home.mkdir(parents=True)
    x, y = Transformer.from_crs(4326, 32648, always_xy=True).transform(
        [102.99, 103.21], [20.99, 21.11]
    )
    shape = round((y[1] - y[0]) / CELL_M), round((x[1] - x[0]) / CELL_M)
    minutes = np.broadcast_to(np.linspace(0, 500, shape[1]).astype(np.uint16), shape)
    file = home / "motorbike_wet_health_preview.tif"
    with rasterio.open(
        file, "w", driver="GTiff", height=shape[0], width=shape[1], count=1, dtype="uint16",
        crs="EPSG:32648", transform=from_origin(x[0], y[1], CELL_M, CELL_M), nodata=65535,
    ) as out:  # fmt: skip
        out.write(minutes, 1)
    entry = {"mode": "motorbike", "season": "wet", "kind": "health", "preview": file.name}
    facts = {"snapshot": snapshot, "at": "2026-11-24", "cell_m": 200.0, "origin": "synthetic"}
    facts |= {"method": "surface-1", "surfaces": [entry], **more}
    (home / "surfaces.json").write_text(json.dumps(facts), "utf-8")
    return home
