"""That a picture of minutes shows each band where it is, and nothing where nothing is known."""

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import rasterio
import shapely
from PIL import Image

from hoaban.web import surfacemap
from tests.web import surface_files

BOUNDS = (103.0, 21.0, 103.2, 21.1)
ALL = [shapely.box(*BOUNDS)]
CSS = Path(__file__).parents[2] / "frontend/src/main.css"


def opened(png: bytes) -> np.ndarray:
    """The palette numbers of a picture."""
    with Image.open(BytesIO(png)) as image:
        return np.asarray(image)


def test_the_picture_grows_darker_away_from_the_goal(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    png = surfacemap.picture(home / "motorbike_wet_health_preview.tif", BOUNDS, shown=ALL)

    across = opened(png)[200]
    shown = across[across < len(surfacemap.COLOURS)].astype(int)
    assert png.startswith(b"\x89PNG")
    assert len(shown) == 800
    assert (np.diff(shown) >= 0).all()
    assert {shown[0], shown[-1]} == {1, 5}  # 23 minutes in the west, 477 in the east


def test_what_is_not_shown_is_clear(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    west = shapely.box(103.0, 20.9, 103.1, 21.2)
    file = home / "motorbike_wet_health_preview.tif"

    some, none = (opened(surfacemap.picture(file, BOUNDS, shown=s)) for s in ([west], []))

    assert (some[:, 401:] == surfacemap.CLEAR).all()
    assert (some[:, :399] < surfacemap.UNREACHED).all()
    assert (none == surfacemap.CLEAR).all()


def test_what_is_not_reached_is_grey_and_only_where_shown(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    file = home / "motorbike_wet_health_preview.tif"
    with rasterio.open(file, "r+") as out:
        minutes = out.read(1)
        minutes[:, : minutes.shape[1] // 2] = surfacemap.NOT_REACHED
        out.write(minutes, 1)
    png = surfacemap.picture(file, BOUNDS, shown=[shapely.box(103.02, 21.0, 103.2, 21.1)])

    across = opened(png)[200]
    assert (across[:79] == surfacemap.CLEAR).all()
    assert (across[81:390] == surfacemap.UNREACHED).all()
    assert (across[410:] < surfacemap.UNREACHED).all()
    with Image.open(BytesIO(png)) as image:
        seen = np.asarray(image.convert("RGBA"))[200]
    assert seen[100].tolist() == [*bytes.fromhex(surfacemap.GREY), 255]
    assert seen[10, 3] == 0


def lightness(colour: str) -> float:
    """Relative luminance as WCAG has it, 0 to 1."""
    part = np.array(list(bytes.fromhex(colour))) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_every_band_stands_out_from_white_from_grey_and_from_its_neighbours() -> None:
    shades = [1.0, lightness(surfacemap.GREY), *map(lightness, surfacemap.COLOURS)]

    ratios = [(near + 0.05) / (far + 0.05) for near, far in pairwise(shades)]
    assert min(ratios) > 1.25
    assert (shades[0] + 0.05) / (shades[2] + 0.05) > 2


def test_the_legend_has_the_colours_of_the_picture() -> None:
    found = re.findall(r"\.sw\.t(\d) { background: #(\w{6}); }", CSS.read_text("utf-8"))

    drawn = (*surfacemap.COLOURS, surfacemap.GREY)
    assert found == [(str(n), colour) for n, colour in enumerate(drawn)]


def test_the_surfaces_shown_are_those_of_the_snapshot(tmp_path: Path) -> None:
    surface_files.write(tmp_path, "one")

    assert surfacemap.newest(tmp_path, "other") is None
    shown = surfacemap.newest(tmp_path, "one")
    assert shown is not None
    assert shown.find("motorbike", "wet", "health") is not None
    assert shown.find("car", "wet", "health") is None


def test_the_legend_has_one_word_for_each_colour() -> None:
    words = [item.vi for item in surfacemap.legend()]

    assert len(words) == len(surfacemap.COLOURS) + 1
    assert words[0] == "tới 15 phút"
    assert words[-2:] == ["trên 480 phút", "không tới được trong một ngày"]


def test_the_file_on_disk_is_metric(tmp_path: Path) -> None:
    home = surface_files.write(tmp_path, "s")
    with rasterio.open(home / "motorbike_wet_health_preview.tif") as found:
        assert found.crs.to_epsg() == 32648
