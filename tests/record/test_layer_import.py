"""Real grids take the place of the synthetic layer; one that fails leaves it in use."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from hoaban.base.models import Event
from hoaban.base.reading import NoSuchFile
from hoaban.record import grid_files, layer_import, operations
from hoaban.record.freeze import freeze
from hoaban.record.models import Entity, Layer
from hoaban.record.road_import import import_roads
from tests.record import registered
from tests.record.registered import EPSG, communes_m, declared, drawn
from tests.record.small import AT

pytestmark = pytest.mark.slow


@pytest.fixture
def var(tmp_path: Path, db: None) -> Path:
    """The province with a synthetic elevation layer."""
    registered.load()
    (tmp_path / "layers").mkdir()
    file = slope(tmp_path / "layers/elevation.tif", 0.0)
    operations.keep_layer("elevation", file, origin="synthetic", source="drawn", at=AT, actor=None)
    return tmp_path


def slope(file: Path, step: float, *, dtype: str = "int16") -> Path:
    """Ground that rises by ``step`` metres a metre to the east, 100 m cells."""
    low, high = communes_m().min(axis=0) - 30_000, communes_m().max(axis=0) + 30_000
    columns, rows = np.ceil((high - low) / 100).astype(int)
    heights = 300 + step * 100 * np.arange(columns)
    affine = Affine(100, 0, low[0], 0, -100, low[1] + 100 * rows)
    with rasterio.open(
        file, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=dtype,
        crs=f"EPSG:{EPSG}", transform=affine,
    ) as out:  # fmt: skip
        out.write(np.tile(heights, (rows, 1)).astype(dtype), 1)
    return file


def bring(var: Path, file: Path, name: str = "elevation") -> layer_import.Said:
    return layer_import.import_layer(name, file, var / "layers", epsg=EPSG, at=AT, actor=None)


def test_a_real_layer_takes_the_place_of_the_synthetic_one(
    var: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        said = bring(var, slope(var / "dem.tif", 0.02))

    layer = Layer.objects.get(name="elevation")
    assert (layer.origin, layer.source.split(",")[0]) == ("imported", "dem.tif")
    assert [file.name for file in (var / "layers").iterdir()] == [layer.file]
    assert Event.objects.latest("pk").subject == "layer:elevation"
    assert said.brought.covered == 1.0
    assert "Elevation: a grid of" in said.text()
    snapshot = freeze(var / "snapshots", declared(), key=b"k", layers=var / "layers")
    with rasterio.open(snapshot / "layers/elevation.tif") as frozen:
        assert frozen.crs.to_epsg() == EPSG


def test_the_same_file_again_keeps_the_layer(
    var: Path, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            bring(var, slope(var / "dem.tif", 0.02))
    assert (var / "layers" / Layer.objects.get(name="elevation").file).is_file()


def test_a_layer_at_fault_leaves_the_one_in_use(var: Path) -> None:
    with pytest.raises(grid_files.Absurd):
        bring(var, slope(var / "feet.tif", 3.0))
    with pytest.raises(NoSuchFile):
        bring(var, var / "absent.tif")

    assert Layer.objects.get(name="elevation").origin == "synthetic"
    assert [file.name for file in (var / "layers").iterdir()] == ["elevation.tif"]


def test_people_and_land_are_told_in_their_own_terms(var: Path) -> None:
    with pytest.raises(grid_files.StrangeTotal, match="mật độ"):
        bring(var, slope(var / "people.tif", 0.0), "population")

    land = bring(var, slope(var / "land.tif", -0.001, dtype="uint8"), "landcover")

    assert sum(land.brought.shares.values()) == pytest.approx(1, abs=0.01)
    assert "codes and shares" in land.text()
    assert set(Layer.objects.values_list("name", flat=True)) == {"elevation", "landcover"}


def test_roads_rise_with_real_ground_and_not_with_invented_one(var: Path) -> None:
    one, two, three = communes_m()
    file = drawn(var / "duong.gpkg", [one, two], [two, three])
    flat = import_roads(file, declared(), registered.place(var), at=AT, actor=None)
    assert flat.heights == "synthetic"
    assert {row.data["rise_m"] for row in Entity.objects.filter(list="roads")} == {0.0}

    said = bring(var, slope(var / "dem.tif", 0.02))
    risen = import_roads(file, declared(), registered.place(var), at=AT, actor=None)

    assert said.earlier_roads == flat.roads
    assert "import the roads again" in said.text()
    assert (risen.heights, risen.no_height) == ("imported", 0)
    height = {row.key: row.data["elevation_m"] for row in Entity.objects.filter(list="road_nodes")}
    for row in Entity.objects.filter(list="roads"):
        assert row.data["rise_m"] == pytest.approx(
            height[row.data["to"]] - height[row.data["from"]], abs=0.11
        )
    assert max(abs(row.data["rise_m"]) for row in Entity.objects.filter(list="roads")) > 5
