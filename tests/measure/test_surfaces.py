"""Travel-time surfaces of a small flat province: what the network says, seen from above."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from hoaban.measure import access, network, surfaces
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, LAW, facility, village

CELL = 100.0
DEGREE = 111_195.0


def flat(folder: Path) -> Path:
    """Level ground 20 km wide, in metres, round 103° E on the equator."""
    x, y = network.METRES.transform(103.0, 0.0)
    file = folder / "elevation.tif"
    with rasterio.open(
        file, "w", driver="GTiff", height=200, width=200, count=1, dtype="int16",
        crs="EPSG:32648", transform=from_origin(x - 10_000, y + 10_000, CELL, CELL), nodata=-32768,
    ) as out:  # fmt: skip
        out.write(np.full((200, 200), 500, np.int16), 1)
    return file


def province(folder: Path, road: str = "r1 4km") -> Tables:
    """
    S --4 km-- V          a seat in the middle, a village four kilometres to the east
    """
    drawn = world.drawn(f"S --{road}-- V")
    for place, node in enumerate(drawn["road_nodes"]):
        node["lon"] = 103.0 + 4 * place / 111.195
    return world.tables(
        {"elevation": flat(folder)},
        **drawn,
        villages=[village("0001", "V", lon=103.0 + 4 / 111.195, lat=0.0)],
        facilities=[facility("seat", "S")],
    )


def within() -> Any:
    return shapely.box(103 - 0.06, -0.06, 103 + 0.06, 0.06)


def built(tables: Tables, folder: Path) -> dict[tuple[str, str, str], surfaces.Made]:
    folder.mkdir()
    area = surfaces.land(tables, within(), None)
    points = surfaces.village_points(tables.arrow("villages"))
    made = surfaces.build(
        tables, LAW, area, at=AT, folder=folder, villages=points, said=lambda _: None
    )
    return {(one.mode, one.season, one.kind): one for one in made}


def test_a_rider_on_the_road_takes_what_the_network_says(tmp_path: Path) -> None:
    tables = province(tmp_path)
    made = built(tables, tmp_path / "out")

    minutes = {
        mode: made[mode, "dry", "seat"].at_villages[0] for mode in ("foot", "motorbike", "car")
    }
    assert minutes == {
        "foot": pytest.approx(60, rel=0.02),
        "motorbike": pytest.approx(12, rel=0.02),
        "car": pytest.approx(6, rel=0.02),
    }


def test_where_the_road_closes_to_cars_they_walk(tmp_path: Path) -> None:
    made = built(province(tmp_path, "r1 4km dry"), tmp_path / "out")

    assert made["car", "dry", "seat"].at_villages[0] == pytest.approx(6, rel=0.02)
    assert made["car", "wet", "seat"].at_villages[0] == pytest.approx(60, rel=0.02)


def test_off_the_road_walking_is_slower_by_the_share(tmp_path: Path) -> None:
    tables = province(tmp_path)
    made = built(tables, tmp_path / "out")

    with rasterio.open(tmp_path / "out" / made["foot", "dry", "seat"].file) as found:
        x, y = network.METRES.transform(103.0, 2000 / DEGREE)
        north = next(found.sample([(x, y)]))[0]
        edge = found.read(1)[found.height // 2, 0]
    kmh = LAW.number("surface.walking_kmh", AT)["dry"] * LAW.number("surface.off_path", AT)
    assert north == pytest.approx(2 / kmh * 60, abs=4)
    assert edge != 65535  # the margin is walked too
    assert {kind for *_, kind in made} == {"seat"}


def test_the_preview_is_the_same_place_in_fewer_cells(tmp_path: Path) -> None:
    made = built(province(tmp_path), tmp_path / "out")["foot", "dry", "seat"]

    with (
        rasterio.open(tmp_path / "out" / made.file) as whole,
        rasterio.open(tmp_path / "out" / made.preview) as small,
    ):
        assert small.crs == whole.crs
        assert small.bounds.left == whole.bounds.left
        assert small.bounds.top == whole.bounds.top
        assert small.width <= whole.width


def test_the_digest_changes_with_a_road_and_with_the_cell_only(tmp_path: Path) -> None:
    def digest(tables: Tables, cell_m: float = 30.0) -> str:
        villages = tables.arrow("villages")
        return surfaces.digest(tables, LAW, within(), villages, at=at, cell_m=cell_m)

    at = AT
    one = digest(province(tmp_path))
    assert digest(province(tmp_path)) == one
    at = AT + timedelta(days=1)
    assert digest(province(tmp_path)) == one
    assert digest(province(tmp_path, "r1 5km")) != one
    assert digest(province(tmp_path), 90.0) != one


def test_without_elevation_it_is_said_what_to_do() -> None:
    with pytest.raises(surfaces.NoElevation, match="import elevation"):
        surfaces.land(world.tables(), within(), 30.0)


def test_a_goal_off_the_grid_is_no_goal(tmp_path: Path) -> None:
    tables = province(tmp_path)
    far = tables.arrow("road_nodes").to_pylist()
    far[0]["lon"] = 110.0
    tables = tables.replace(road_nodes=world.table("road_nodes", far))

    assert built(tables, tmp_path / "out") == {}
    assert access.KINDS


def test_land_cover_slows_walking_and_water_stops_it(tmp_path: Path) -> None:
    def north(cover: int | None) -> int:
        """Minutes from two kilometres north of the seat, with one land cover everywhere."""
        folder = tmp_path / f"cover-{cover}"
        folder.mkdir()
        tables = province(folder)
        if cover is not None:
            file = folder / "landcover.tif"
            with rasterio.open(flat(folder)) as ground:
                shape = {**ground.profile, "dtype": "uint8", "nodata": 0}
            with rasterio.open(file, "w", **shape) as out:
                out.write(np.full((200, 200), cover, np.uint8), 1)
            rows = {name: tables.arrow(name) for name in tables}
            tables = Tables.of(rows, layers={"elevation": flat(folder), "landcover": file})
        made = built(tables, folder / "out")
        with rasterio.open(folder / "out" / made["foot", "dry", "seat"].file) as found:
            place = network.METRES.transform(103.0, 2000 / DEGREE)
            return int(next(found.sample([place]))[0])

    open_ground, forest, water = north(None), north(10), north(80)
    assert forest == pytest.approx(open_ground / 0.6, rel=0.05)
    assert water == 65535
