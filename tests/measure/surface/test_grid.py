"""GeoTIFF in and out of a metric grid; what is not in the right system is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from affine import Affine

from hoaban.measure.surface import grid, travel
from hoaban.measure.surface.grid import Grid
from tests.measure.surface import terrain

UTM = 32648
PLACE = Affine(30, 0, 500_000, 0, -30, 2_400_000)


def write(
    file: Path,
    values: npt.NDArray[Any],
    crs: object = f"EPSG:{UTM}",
    at: Affine = PLACE,
    **more: Any,
) -> Path:
    """A GeoTIFF as another tool would leave it."""
    with rasterio.open(
        file,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype=values.dtype.name,
        crs=crs,
        transform=at,
        **more,
    ) as raster:
        raster.write(values, 1)
    return file


def test_real_heights_go_in_and_their_minutes_come_out(tmp_path: Path) -> None:
    ground = terrain.jacksboro()
    heights = ground.heights.astype(np.float32)
    heights[5, 7] = -9999
    file = write(tmp_path / "dem.tif", heights, nodata=-9999)

    place, found = grid.read(file, epsg=UTM)

    assert place == Grid(UTM, PLACE, *heights.shape)
    assert place.cell_m == 30
    assert np.isnan(found[5, 7])
    assert np.array_equal(np.nan_to_num(found, nan=-9999), heights)
    times = travel.travel(travel.prepare(place, heights=found), ground.sources)
    minutes = times.minutes()
    grid.write_minutes(tmp_path / "minutes.tif", place, minutes)
    with rasterio.open(tmp_path / "minutes.tif") as raster:
        assert np.array_equal(raster.read(1), minutes)
        assert (raster.crs.to_epsg(), raster.transform) == (UTM, PLACE)
        assert raster.nodata == grid.UNREACHABLE == minutes[5, 7]
        assert raster.profile["tiled"]
    again, back = grid.read(tmp_path / "minutes.tif", epsg=UTM)
    assert again == place
    assert np.isnan(back[5, 7])


def test_a_window_and_a_coarser_cell(tmp_path: Path) -> None:
    """A plane stays a plane when it is resampled; edges are whole multiples of the cell."""
    row, column = np.mgrid[0:40, 0:60]
    file = write(tmp_path / "plane.tif", (2.0 * column + row).astype(np.float32))

    part, heights = grid.read(file, epsg=UTM, bounds=(500_301, 2_399_401, 500_599, 2_399_700))
    coarse, means = grid.read(file, epsg=UTM, cell_m=90)

    assert (part.affine.c, part.affine.f) == (500_300, 2_399_700)
    assert heights[0, 0] == 2 * 10 + 10
    assert (part.rows, part.columns) == (10, 10)
    assert coarse.affine.c % 90 == 0
    assert coarse.affine.f % 90 == 0
    x, y = coarse.centre(5 * coarse.columns + 7)
    wanted = 2 * ((x - 500_000) / 30 - 0.5) + (2_400_000 - y) / 30 - 0.5
    assert means[5, 7] == pytest.approx(float(wanted), abs=0.05)


def test_another_layer_comes_onto_the_grid(tmp_path: Path) -> None:
    place = Grid(UTM, PLACE, 6, 8)
    classes = np.repeat(np.repeat(np.arange(12, dtype=np.uint8).reshape(3, 4), 2, 0), 2, 1)
    coarse = Affine(60, 0, 500_000, 0, -60, 2_400_000)
    file = write(tmp_path / "cover.tif", classes[::2, ::2].copy(), at=coarse)

    found = grid.read_onto(file, place, nearest=True)

    assert found.dtype == np.uint8
    assert np.array_equal(found, classes)
    assert grid.read_onto(file, place, nearest=False).dtype == np.float32
    with pytest.raises(grid.NotCovered, match="cover"):
        grid.read_onto(file, Grid(UTM, PLACE, 6, 10), nearest=True)


def test_a_wrong_reference_system_is_refused(tmp_path: Path) -> None:
    flat = np.zeros((4, 4), np.float32)
    degrees = Affine(0.001, 0, 103, 0, -0.001, 21)
    cases = [
        (grid.NoReference, "EPSG:32648", write(tmp_path / "a.tif", flat, crs=None)),
        (
            grid.GeographicReference,
            "EPSG:4326",
            write(tmp_path / "b.tif", flat, crs="EPSG:4326", at=degrees),
        ),
        (grid.OtherReference, "EPSG:32647", write(tmp_path / "c.tif", flat, crs="EPSG:32647")),
    ]
    place = Grid(UTM, PLACE, 4, 4)
    for problem, found, file in cases:
        with pytest.raises(problem, match=found):
            grid.read(file, epsg=UTM)
        with pytest.raises(problem, match=found):
            grid.read_onto(file, place, nearest=True)


def test_a_system_that_is_the_same_by_another_name_is_taken(tmp_path: Path) -> None:
    proj = "+proj=utm +zone=48 +datum=WGS84 +units=m +no_defs"
    file = write(tmp_path / "a.tif", np.zeros((4, 4), np.float32), crs=proj)

    assert grid.read(file, epsg=UTM)[0].epsg == UTM


def test_what_is_no_proper_grid_is_refused(tmp_path: Path) -> None:
    flat = np.zeros((4, 4), np.float32)
    (tmp_path / "text.tif").write_text("not a raster", "utf-8")
    with pytest.raises(grid.NotARaster, match=r"text\.tif"):
        grid.read(tmp_path / "text.tif", epsg=UTM)
    with pytest.raises(grid.NotARaster, match="none"):
        grid.read(tmp_path / "none.tif", epsg=UTM)
    for at in (
        Affine(30, 0, 0, 0, -20, 0),
        Affine(30, 5, 0, 5, -30, 0),
        Affine(30, 0, 0, 0, 30, 0),
    ):
        with pytest.raises(grid.CrookedGrid):
            grid.read(write(tmp_path / "crooked.tif", flat, at=at), epsg=UTM)
        with pytest.raises(grid.CrookedGrid):
            Grid(UTM, at, 4, 4)
    with pytest.raises(grid.OffTheRaster):
        grid.read(write(tmp_path / "d.tif", flat), epsg=UTM, bounds=(0, 0, 10, 10))


def test_points_find_their_cells() -> None:
    place = Grid(UTM, PLACE, 2, 3)
    x, y = place.centre(np.arange(6))

    assert place.cells_of(x, y).tolist() == [0, 1, 2, 3, 4, 5]
    assert place.cells_of(500_000, 2_400_000) == 0
    assert place.cells_of([499_999.9, 500_090, np.nan], [2_399_990] * 3).tolist() == [-1, -1, -1]
