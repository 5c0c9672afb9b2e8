"""Heights and slopes of the ground under a network, from the elevation layer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heights:
    """A north-up grid of metres; NaN where the height is unknown."""

    metres: NDArray[np.float32]
    affine: Affine

    @classmethod
    def read(cls, file: Path) -> "Heights":
        """From a layer that `hoaban.record.grid_files` made."""
        with rasterio.open(file) as grid:
            held = grid.read(1, masked=True).astype(np.float32)
            return cls(held.filled(np.nan), grid.transform)

    def at(self, xy: Floats) -> Floats:
        """(n,) metres, between the centres of cells by straight lines; NaN where unknown."""
        row, column = self._cells(xy)
        inside = (row > -0.5) & (row < self.metres.shape[0] - 0.5)
        inside &= (column > -0.5) & (column < self.metres.shape[1] - 0.5)
        found = ndimage.map_coordinates(
            self.metres, [row, column], order=1, mode="nearest", output=np.float64
        )
        return np.where(inside, found, np.nan)

    def slope(self, xy: Floats) -> Floats:
        """(n,) steepest rise over run of the ground about each point; NaN where unknown."""
        row, column = self._cells(xy)
        east = self._pixels(row, column + 1) - self._pixels(row, column - 1)
        south = self._pixels(row + 1, column) - self._pixels(row - 1, column)
        slope: Floats = np.hypot(east / (2 * self.affine.a), south / (2 * self.affine.e))
        return slope

    def _cells(self, xy: Floats) -> tuple[Floats, Floats]:
        row = (xy[:, 1] - self.affine.f) / self.affine.e - 0.5
        column = (xy[:, 0] - self.affine.c) / self.affine.a - 0.5
        return row, column

    def _pixels(self, row: Floats, column: Floats) -> Floats:
        rows, columns = self.metres.shape
        r, c = np.round(row).astype(np.int64), np.round(column).astype(np.int64)
        inside = (r >= 0) & (r < rows) & (c >= 0) & (c < columns)
        held = self.metres[np.clip(r, 0, rows - 1), np.clip(c, 0, columns - 1)]
        return np.where(inside, held.astype(np.float64), np.nan)
