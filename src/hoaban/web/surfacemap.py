"""Travel-time surfaces as pictures under the map: a few colours, drawn when asked for.

Pure: a manifest and a small grid in, PNG bytes out. The picture is laid on lon/lat like the
map over it. Darker is further, as on every map here. What is not reached is grey, and what is
not shown to the reader is clear: nothing is drawn there at all.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
from rasterio import features, io, warp
from rasterio.enums import Resampling
from rasterio.transform import from_bounds

from hoaban.web.svgmap import Legend

BANDS = (15, 30, 60, 120, 240, 480)  # minutes; a picture's colours change at these
# Of matplotlib's plasma (CC0): lightness falls evenly, so it reads without telling hues apart;
# it starts dark enough to stand out from white and from the grey of what is not reached.
COLOURS = ("fba238", "ed7953", "d8576b", "b83289", "8f0da4", "5b02a3", "2a0593")
GREY = "dcdcd8"
NOT_REACHED = 65535
UNREACHED = len(COLOURS)  # the number of grey in a picture's palette
CLEAR = UNREACHED + 1  # and of what is not drawn
_WIDTH = 800  # pixels


@dataclass(frozen=True, slots=True)
class Shown:
    """The surfaces of one snapshot, as `hoaban measure --cell` left them."""

    folder: Path
    facts: Mapping[str, Any]  # the manifest

    @property
    def digest(self) -> str:
        """What they were made from, in short."""
        return self.folder.name

    def find(self, mode: str, season: str, kind: str) -> Mapping[str, Any] | None:
        """The entry of one surface, or None when there is none."""
        for entry in self.facts["surfaces"]:
            if (entry["mode"], entry["season"], entry["kind"]) == (mode, season, kind):
                found: Mapping[str, Any] = entry
                return found
        return None


def newest(folder: Path, snapshot: str) -> Shown | None:
    """The finest surfaces of a snapshot, of those the last made; None when there are none."""
    found = [
        Shown(file.parent, json.loads(file.read_text("utf-8")))
        for file in folder.glob("*/surfaces.json")
    ]
    here = [one for one in found if one.facts["snapshot"] == snapshot]
    order = {one.folder: (one.folder / "surfaces.json").stat().st_mtime for one in here}
    return max(here, key=lambda one: (-one.facts["cell_m"], order[one.folder]), default=None)


def legend() -> list[Legend]:
    """The bands in words, from near to far, then what is not reached."""
    texts = [f"tới {BANDS[0]} phút"]
    texts += [f"trên {near} – {far} phút" for near, far in pairwise(BANDS)]
    texts += [f"trên {BANDS[-1]} phút", "không tới được trong một ngày"]
    english = [f"to {BANDS[0]} min"]
    english += [f"over {near} to {far} min" for near, far in pairwise(BANDS)]
    english += [f"over {BANDS[-1]} min", "not reached within a day"]
    return [Legend(f"t{n}", vi, en) for n, (vi, en) in enumerate(zip(texts, english, strict=True))]


def picture(
    file: Path,
    bounds: tuple[float, float, float, float],
    *,
    shown: Iterable[shapely.Geometry],
) -> bytes:
    """A PNG of a surface over ``bounds`` (west, south, east, north in degrees).

    ``shown`` are areas in degrees; the picture is clear outside them.
    """
    west, south, east, north = bounds
    height = max(1, round(_WIDTH * (north - south) / (east - west)))
    minutes = np.full((height, _WIDTH), NOT_REACHED, np.uint16)
    frame = from_bounds(west, south, east, north, _WIDTH, height)
    with rasterio.open(file) as source:
        warp.reproject(
            rasterio.band(source, 1),
            minutes,
            dst_transform=frame,
            dst_crs="EPSG:4326",
            dst_nodata=NOT_REACHED,
            resampling=Resampling.nearest,
        )
    index = np.digitize(minutes, np.array(BANDS), right=True).astype(np.uint8)
    index[minutes == NOT_REACHED] = UNREACHED
    index[_outside(list(shown), minutes.shape, frame)] = CLEAR
    return _png(index)


def _outside(
    shapes: list[shapely.Geometry], size: tuple[int, ...], frame: rasterio.Affine
) -> npt.NDArray[np.bool_]:
    """Which pixels have their middle in none of the shapes."""
    if not shapes:
        return np.ones(size, bool)
    found: npt.NDArray[np.bool_] = features.geometry_mask(shapes, size, frame)
    return found


def _png(index: np.ndarray) -> bytes:
    """One byte a pixel beside a palette, whose last colour is clear."""
    palette = {n: (*bytes.fromhex(colour), 255) for n, colour in enumerate((*COLOURS, GREY))}
    rows, columns = index.shape
    with io.MemoryFile() as memory:
        with memory.open(
            driver="PNG",
            width=columns,
            height=rows,
            count=1,
            dtype="uint8",
            nodata=CLEAR,
            transform=from_bounds(0, 0, columns, rows, columns, rows),
        ) as out:
            out.write(index, 1)
            out.write_colormap(1, {**palette, CLEAR: (255, 255, 255, 0)})
        return bytes(memory.read())
