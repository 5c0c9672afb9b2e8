"""Grids of heights, people and land cover: brought into metres, or refused for a reason.

A real elevation model: the sample of the Jacksboro fault (Tennessee) that the drawing library
carries, 344 × 403 heights in metres on a grid of degrees.
"""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.warp import transform as warp_points

from hoaban.base.problems import Problem
from hoaban.record import grid_files
from hoaban.record.grid_files import Brought, bring
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.zone import Zone
from tests.record.road_files.land import CORNER, EPSG, zone

TENNESSEE = 32616


def jacksboro(file: Path) -> tuple[Any, Affine]:
    """The real heights as a GeoTIFF in degrees; returns heights and affine."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    sample = np.load(Path(found.origin).parent / "mpl-data/sample_data/jacksboro_fault_dem.npz")
    heights = sample["elevation"]
    dx, dy = float(sample["dx"]), float(sample["dy"])
    affine = Affine(dx, 0, float(sample["xmin"]), 0, -dy, float(sample["ymax"]))
    write(file, heights, affine, "EPSG:4326")
    return heights, affine


def write(
    file: Path, values: Any, affine: Affine | None, crs: str | None, nodata: float | None = None
) -> Path:
    rows, columns = values.shape
    more = {} if affine is None else {"transform": affine}
    with rasterio.open(
        file, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=values.dtype,
        crs=crs, nodata=nodata, **more,
    ) as out:  # fmt: skip
        out.write(values, 1)
    return file


def square(value: float | Any, *, dtype: str = "float32", cell: float = 100.0) -> Any:
    """A grid over the two communes and 2 km around, every cell the same."""
    size = round(8_000 / cell), round(12_000 / cell)
    return np.full(size, value, dtype=dtype)


def here(cell: float = 100.0) -> Affine:
    return Affine(cell, 0, CORNER[0] - 2_000, 0, -cell, CORNER[1] + 6_000)


def brought(file: Path, kind: str = "elevation", people: int = 0) -> tuple[Brought, Any, Affine]:
    target = file.parent / "layer.tif"
    found = bring(file, target, zone(), kind=kind, people=people)
    with rasterio.open(target) as layer:
        assert layer.crs.to_epsg() == EPSG
        return found, layer.read(1, masked=True), layer.transform


def test_real_heights_keep_their_place_and_size(tmp_path: Path) -> None:
    heights, affine = jacksboro(tmp_path / "dem.tif")
    west, north = affine @ (40, 40)
    east, south = affine @ (heights.shape[1] - 40, heights.shape[0] - 40)
    half = (west + east) / 2
    county = {
        "47/1/": shapely.box(west, south, half, north),
        "47/2/": shapely.box(half, south, east, north),
    }
    where = Zone.of(county, epsg=TENNESSEE, margin_m=500)

    found = bring(tmp_path / "dem.tif", tmp_path / "layer.tif", where, kind="elevation")

    assert found.covered == 1.0
    assert 20 < found.cell_m < 100
    assert heights.min() <= found.low < found.high <= heights.max()
    # the same hill stands in the same place: compared at points of the real grid
    layer = Heights.read(tmp_path / "layer.tif")
    rows, columns = np.meshgrid(np.arange(60, 300, 24), np.arange(60, 340, 28), indexing="ij")
    lon, lat = affine @ (columns.ravel() + 0.5, rows.ravel() + 0.5)
    x, y = warp_points("EPSG:4326", f"EPSG:{TENNESSEE}", lon, lat)
    off = layer.at(np.column_stack([x, y])) - heights[rows.ravel(), columns.ravel()]
    assert np.isfinite(off).all()
    assert np.abs(np.median(off)) < 1
    assert np.abs(off).mean() < 6
    assert np.abs(off).max() < 50


def test_a_grid_in_the_provinces_coordinates_keeps_its_own_cells(tmp_path: Path) -> None:
    values = np.arange(80 * 120, dtype=np.int16).reshape(80, 120) % 3_000
    write(tmp_path / "a.tif", values, here(), f"EPSG:{EPSG}")

    found, layer, affine = brought(tmp_path / "a.tif")

    assert (found.cell_m, layer.dtype) == (100.0, np.dtype("int16"))
    column, row = (round(step) for step in ~here() @ (affine.c, affine.f))
    assert (layer == values[row : row + layer.shape[0], column : column + layer.shape[1]]).all()


def test_people_are_shared_out_so_that_their_sum_stays(tmp_path: Path) -> None:
    lonlat = zone().bounds
    cell = 0.001
    size = int((lonlat[3] - lonlat[1]) / cell) + 40, int((lonlat[2] - lonlat[0]) / cell) + 40
    affine = Affine(cell, 0, lonlat[0] - 20 * cell, 0, -cell, lonlat[3] + 20 * cell)
    write(tmp_path / "p.tif", np.full(size, 2.0, np.float32), affine, "EPSG:4326", nodata=-99)
    a_cell_m2 = 110_730 * cell * 103_700 * cell  # at 21.3° north

    found, layer, _ = brought(tmp_path / "p.tif", "population")

    assert layer.dtype == np.dtype("float32")
    assert found.total == pytest.approx(2 * 32e6 / a_cell_m2, rel=0.01)


def test_codes_of_land_stay_codes(tmp_path: Path) -> None:
    values = square(10, dtype="uint8")
    values[:, :60] = 40
    write(tmp_path / "c.tif", values, here(), f"EPSG:{EPSG}")

    found, layer, _ = brought(tmp_path / "c.tif", "landcover")

    assert found.shares == {10: 0.5, 40: 0.5}
    assert set(np.unique(layer.compressed())) == {10, 40}


def test_empty_cells_stay_empty_and_the_cover_is_told(tmp_path: Path) -> None:
    values = square(500.0)
    values[:, 60:] = -1
    write(tmp_path / "a.tif", values, here(), f"EPSG:{EPSG}", nodata=-1)

    found, layer, _ = brought(tmp_path / "a.tif", "population")

    assert found.covered == 0.5
    assert 0.3 < layer.mask.mean() < 0.7


def tile() -> Any:
    """Heights of the western half alone."""
    values = square(500.0)
    values[:, 60:] = -1
    return values


FAULTS: list[tuple[str, dict[str, Any], type[Problem], str]] = [
    ("no projection", {"crs": None}, grid_files.NoCrs, "EPSG:32648"),
    ("no place", {"affine": None}, grid_files.NoCrs, "hệ toạ độ"),
    (
        "elsewhere",
        {"crs": "EPSG:4326", "affine": Affine(0.001, 0, 24.9, 0, -0.001, 60.2)},
        grid_files.NotHere,
        "24.90",
    ),
    ("local", {"crs": 'LOCAL_CS["công trường",UNIT["metre",1]]'}, grid_files.LocalCrs, "cục bộ"),
    ("one tile", {"values": tile(), "nodata": -1}, grid_files.TooLittle, "50% tỉnh.*ghép"),
    ("feet", {"values": square(29_000.0)}, grid_files.Absurd, "mét"),
    ("undeclared", {"values": square(-32_768, dtype="int16")}, grid_files.Absurd, "nodata"),
    ("huge", {"values": square(np.inf)}, grid_files.Absurd, "inf"),
    ("empty", {"values": square(-9_999.0), "nodata": -9_999}, grid_files.NothingKnown, "nodata"),
    ("all unknown", {"values": square(np.nan)}, grid_files.NothingKnown, "nodata"),
    ("minus people", {"kind": "population", "values": square(-5.0)}, grid_files.Absurd, "người"),
    ("density", {"kind": "population", "values": square(900.0)}, grid_files.StrangeTotal, "mật độ"),
    ("halves", {"kind": "landcover", "values": square(10.5)}, grid_files.NotWhole, "10.5"),
    ("no code", {"kind": "landcover", "values": square(300.0)}, grid_files.Absurd, "300"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[0])
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_grid_at_fault_is_refused(
    tmp_path: Path, fault: tuple[str, dict[str, Any], type[Problem], str]
) -> None:
    _, changed, problem, said = fault
    whole = {"values": square(500.0), "affine": here(), "crs": f"EPSG:{EPSG}", "nodata": None}
    given = {**whole, **changed}
    write(tmp_path / "x.tif", given["values"], given["affine"], given["crs"], given["nodata"])

    with pytest.raises(problem, match=said):
        brought(tmp_path / "x.tif", given.get("kind", "elevation"), people=9_000)


def test_a_file_that_is_no_grid_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_bytes(b"II*\0no grid at all")
    with pytest.raises(grid_files.NotAGrid, match=r"x\.tif"):
        brought(tmp_path / "x.tif")


def test_strange_values_outside_the_province_do_not_refuse_the_file(tmp_path: Path) -> None:
    values = square(500.0)
    values[0, 0] = 1e30
    write(tmp_path / "a.tif", values, here(), f"EPSG:{EPSG}")

    found, _, _ = brought(tmp_path / "a.tif")

    assert (found.low, found.high) == (500.0, 500.0)
