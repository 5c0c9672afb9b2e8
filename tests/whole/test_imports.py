"""Real files into the small province by the commands: heights, roads, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
from affine import Affine
from frictionless import validate

from tests.home import Home
from tests.record.registered import EPSG, communes_m, drawn

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GeoTIFF of heights (30 m cells) and a GeoPackage of roads between the communes."""
    folder = tmp_path_factory.mktemp("files")
    low, high = communes_m().min(axis=0) - 20_000, communes_m().max(axis=0) + 20_000
    columns, rows = np.ceil((high - low) / 200).astype(int)
    heights = 500 + 2 * np.add.outer(np.arange(rows), np.arange(columns))
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", height=rows, width=columns, count=1,
        dtype="int16", crs=f"EPSG:{EPSG}", transform=Affine(200, 0, low[0], 0, -200, high[1]),
    ) as out:  # fmt: skip
        out.write(heights.astype(np.int16), 1)
    one, two, three = communes_m()
    drawn(folder / "duong.gpkg", [one, two], [two, three], [one, one + 3_000])
    return folder


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Home:
    """The small province with real heights and roads, frozen."""
    home = Home.make(tmp_path_factory.mktemp("real"))
    home.run("load", "tests/provinces/nho", "--synthetic", "--seed", "1")
    home.run("import", "elevation", str(files / "dem.tif"))
    home.run("import", "roads", str(files / "duong.gpkg"))
    home.run("freeze")
    return home


def test_the_snapshot_carries_the_real_roads_and_heights(real: Home) -> None:
    roads = pq.read_table(real.snapshot / "tables/roads.parquet")
    assert set(roads["origin"].to_pylist()) == {"imported"}
    assert roads["rise_m"].to_numpy().any()
    package = json.loads((real.snapshot / "datapackage.json").read_text("utf-8"))
    layer = next(r for r in package["resources"] if r["name"] == "layer-elevation")
    assert layer["origins"] == ["imported"]
    report = validate(str(real.snapshot / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]


@pytest.mark.from_snapshot
def test_measures_stand_on_the_real_roads_with_places_joined_by_where_they_lie(real: Home) -> None:
    found = real.json("measure", "--at", "2026-11-24")

    assert sorted(found["targets"]) == ["T1", "T2", "T3", "T4", "T5"]
    villages = pq.read_table(real.snapshot / "tables/villages.parquet")
    assert villages["node"].null_count == len(villages)
    rows = found["targets"]["T2"]["parts"]["by_commune"]
    assert any(row["seat_days_cut_off"] is not None for row in rows)


def test_the_same_map_again_gives_the_same_roads(real: Home, files: Path) -> None:
    before = pq.read_table(real.snapshot / "tables/roads.parquet")

    said = real.run("import", "roads", str(files / "duong.gpkg")).stdout
    real.run("freeze")

    assert "road segments" in said
    assert pq.read_table(real.snapshot / "tables/roads.parquet").equals(before)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("roads", "dem.tif", "dem.tif"),
        ("roads", "absent.osm.pbf", "absent.osm.pbf"),
        ("roads", "absent.csv", "absent.csv"),
        ("elevation", "duong.gpkg", "GeoTIFF"),
        ("population", "dem.tif", "mật độ"),
    ],
)
def test_a_file_at_fault_is_answered_in_two_plain_sentences(
    real: Home, files: Path, kind: str, name: str, said: str
) -> None:
    refused = real.run("import", kind, str(files / name), code=2)

    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.from_snapshot
def test_timed_walks_of_the_register_suggest_speeds(real: Home, files: Path) -> None:
    assert real.json("calibrate")["factors"] == []
    villages = pq.read_table(real.snapshot / "tables/villages.parquet").to_pylist()
    places = pq.read_table(real.snapshot / "tables/facilities.parquet").to_pylist()
    station = next(row["id"] for row in places if row["kind"] == "station")
    rows = [f"W{n},{row['area']},{row['id']},{station},foot,dry,240,2026-03-0{n + 1},0"
            for n, row in enumerate(villages[:6])]  # fmt: skip
    header = "key,area,from_village,to_facility,mode,season,minutes,day,load"
    (files / "walks.csv").write_text("\n".join([header, *rows]), "utf-8")

    real.run("import", "timed_walks", str(files / "walks.csv"))
    real.run("freeze")
    found = real.json("calibrate")

    (factor,) = found["factors"]
    assert factor["walks"] + factor["left_out"] == 6
    assert (factor["mode"], factor["season"], factor["loaded"]) == ("foot", "dry", False)
    assert "HIỆU CHỈNH" in real.run("calibrate").stdout
