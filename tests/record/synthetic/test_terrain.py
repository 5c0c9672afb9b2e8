"""Terrain: parameters that agree with the published grid; hills that stay where they are."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

from hoaban.base.csvfile import Column, read_csv
from hoaban.base.reading import MissingKey
from hoaban.record.province import read_province
from hoaban.record.synthetic import terrain

ROOT = Path(__file__).parents[3]
NHO = ROOT / "tests" / "provinces" / "nho"
SHARED = ROOT.parent / "shared" / "data" / "dienbien" / "elevation_itu_p1511_12th_degree.csv"
SMALL = terrain.Terrain.read(NHO / "terrain.yaml")
WINDOW = (290_000.0, 2_355_000.0, 305_000.0, 2_370_000.0)


def test_that_the_provinces_parameters_are_those_of_the_published_grid() -> None:
    if not SHARED.is_file():
        pytest.skip("shared data absent")
    rows = read_csv(SHARED, {name: Column("decimal") for name in ("lat", "lon", "elev_m")})
    kept = terrain.Terrain.read(ROOT / "provinces" / "dien_bien" / "terrain.yaml")
    lon, lat, height = (np.array([r[k] for r in rows]) for k in ("lon", "lat", "elev_m"))
    found = terrain.fit(
        lon, lat, height, epsg=kept.epsg, order=len(kept.cosines_m), source=kept.source
    )
    assert np.abs(found.cosines_m - kept.cosines_m).max() < 0.2
    assert found.bounds_m == kept.bounds_m
    assert (found.relief_m, found.hurst, found.seen_m) == (kept.relief_m, kept.hurst, kept.seen_m)


def test_that_a_fit_finds_a_slope_again() -> None:
    lon, lat = np.meshgrid(np.linspace(102.5, 103.5, 20), np.linspace(21.0, 22.0, 20))
    height = 500 + 400 * (lon - 102.5)
    found = terrain.fit(
        lon.ravel(), lat.ravel(), height.ravel(), epsg=32648, order=6, source="test"
    )
    assert found.relief_m < 25
    left, bottom, right, top = found.bounds_m
    middle = (bottom + top) / 2
    west, east = found.trend([left, right], [middle, middle])
    assert west == pytest.approx(500, abs=40)
    assert east == pytest.approx(900, abs=40)


def test_that_a_larger_window_shows_the_same_hills() -> None:
    small, at = terrain.grid(SMALL, WINDOW, 90, seed=1)
    large, around = terrain.grid(SMALL, (285_000, 2_350_000, 310_000, 2_375_000), 90, seed=1)
    right, down = round((at.c - around.c) / 90), round((around.f - at.f) / 90)
    inner = large[down : down + small.shape[0], right : right + small.shape[1]]
    assert np.abs(inner - small).max() < 0.01


def test_that_a_seed_makes_its_own_hills_over_the_same_trend() -> None:
    one, _ = terrain.grid(SMALL, WINDOW, 90, seed=1)
    again, _ = terrain.grid(SMALL, WINDOW, 90, seed=1)
    other, _ = terrain.grid(SMALL, WINDOW, 90, seed=2)
    assert (one == again).all()
    assert np.abs(one - other).mean() > 20
    assert one.min() > SMALL.floor_m - 5


def test_that_the_land_covers_every_cell_and_is_written_as_whole_metres(tmp_path: Path) -> None:
    land = terrain.land(read_province(NHO), seed=1)
    file = land.write(tmp_path / "layers" / "elevation.tif")
    with rasterio.open(file) as layer:
        assert layer.crs.to_epsg() == 32648
        assert layer.res == (90, 90)
        assert layer.nodata == terrain.NODATA
        assert layer.dtypes == ("int16",)
        heights = layer.read(1)
    assert np.abs(heights - land.elevation).max() <= 0.5
    x, y = land.affine.c + 10.5 * 90, land.affine.f - 20.5 * 90
    assert land.heights([x], [y])[0] == pytest.approx(land.elevation[20, 10])


def test_that_parameters_are_written_and_read_back(tmp_path: Path) -> None:
    SMALL.write(tmp_path / "terrain.yaml", "# test\n")
    back = terrain.Terrain.read(tmp_path / "terrain.yaml")
    assert (back.cosines_m == SMALL.cosines_m).all()
    assert back.bounds_m == SMALL.bounds_m
    (tmp_path / "terrain.yaml").write_text("epsg: 32648\n", "utf-8")
    with pytest.raises(MissingKey):
        terrain.Terrain.read(tmp_path / "terrain.yaml")
