"""That a picture of minutes shows each band where it is, and nothing where nothing is known."""

from io import BytesIO
from pathlib import Path

import numpy as np
import rasterio
import shapely
from PIL import Image

from hoaban.web import surfacemap
from tests.web import surface_files

BOUNDS = (103.0, 21.0, 103.2, 21.1)


def opened(png: bytes) -> np.ndarray:
    """The palette numbers of a picture."""
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image)


def test_the_picture_grows_darker_away_from_the_goal(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    png = surfacemap.picture(home / "motorbike_wet_health_preview.tif", BOUNDS)

    across = opened(png)[200]
    shown = across[across < len(surfacemap.COLOURS)].astype(int)
    assert png.startswith(b"\x89PNG")
    assert len(shown) == 800
    assert (np.diff(shown) >= 0).all()
    assert {shown[0], shown[-1]} == {1, 5}  # 23 minutes in the west, 477 in the east


def test_what_is_hidden_is_left_blank(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    east = shapely.box(103.1, 20.9, 103.3, 21.2)
    png = surfacemap.picture(home / "motorbike_wet_health_preview.tif", BOUNDS, hidden=[east])

    index = opened(png)
    assert (index[:, 401:] == len(surfacemap.COLOURS)).all()
    assert (index[:, :399] < len(surfacemap.COLOURS)).all()


def test_the_surfaces_shown_are_those_of_the_snapshot(tmp_path: Path) -> None:
    surface_files.write(tmp_path, "one")

    assert surfacemap.newest(tmp_path, "other") is None
    shown = surfacemap.newest(tmp_path, "one")
    assert shown is not None
    assert shown.find("motorbike", "wet", "health") is not None
    assert shown.find("car", "wet", "health") is None


def test_the_legend_has_one_word_for_each_colour() -> None:
    words = [item.vi for item in surfacemap.legend()]

    assert len(words) == len(surfacemap.COLOURS)
    assert words[0] == "tới 15 phút"
    assert words[-1] == "trên 480 phút"


def test_the_file_on_disk_is_metric(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    with rasterio.open(home / "motorbike_wet_health_preview.tif") as found:
        assert found.crs.to_epsg() == 32648
