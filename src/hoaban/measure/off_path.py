"""How fast people walk off the path: by season and by what covers the ground."""

from datetime import date
from typing import Any

import numpy as np

from hoaban.base.law import Law
from hoaban.measure.surface import grid as grids
from hoaban.measure.surface.grid import Grid
from hoaban.measure.tables import Tables


def walk(tables: Tables, law: Law, grid: Grid, *, season: str, at: date) -> Any:
    """(rows, columns) float32 seconds a metre on the level off the path, nan where nobody walks.

    The land cover's classes slow it by ``surface.land_cover`` where the snapshot has that layer;
    a class that the table does not name is walked like open ground, one of share 0 (water) is a
    barrier. Raises what `surface.grid.read_onto` raises.
    """
    kmh = float(law.number("surface.walking_kmh", at)[season])
    pace = np.float32(3.6 / kmh / law.number("surface.off_path", at))
    file = tables.layer("landcover")
    if file is None:
        return np.full((grid.rows, grid.columns), pace, np.float32)
    classes = grids.read_onto(file, grid, nearest=True)
    found = np.full(classes.shape, pace, np.float32)
    for number, share in law.number("surface.land_cover", at).items():
        found[classes == number] = pace / share if share > 0 else np.nan
    return found


def slower(law: Law, at: date) -> str:
    """The season in which people walk slower on the level (``surface.walking_kmh``)."""
    kmh = law.number("surface.walking_kmh", at)
    return str(min(kmh, key=kmh.__getitem__))
