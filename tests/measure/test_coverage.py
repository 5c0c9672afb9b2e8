"""Who is near a road that stays open, and what stations within reach can offer."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from hoaban.measure import coverage, network, villages
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, LAW, closure, facility, village


def test_a_road_closed_ten_days_is_all_season_for_the_limit_of_thirty_only() -> None:
    """
    A --r1-- B --r2-- C        r1 shut ten days, r2 never; the villages stand at A and at C
    """
    drawn = world.drawn("A --r1 1km-- B --r2 9km-- C")
    drawn["road_nodes"][0]["lon"] = 99.9  # A is 11 km west of B
    tables = world.tables(
        **drawn,
        villages=[
            village("0001", "A", lon=99.9, lat=0.0),
            village("0002", "C", lon=drawn["road_nodes"][2]["lon"], lat=0.0),
            village("0003", "C"),
        ],
        closures=[closure("r1", "2026-08-01", "2026-08-11", "motorbike")],
    )
    listed = villages.register(tables, AT)

    found = coverage.near_all_season(tables, LAW, network.lay(tables, AT), listed, AT)

    assert {days: flag.to_pylist() for days, flag in found.items()} == {
        3: [False, True, None],
        7: [False, True, None],
        30: [True, True, None],
    }


def test_a_road_no_car_passes_in_the_rains_is_not_all_season() -> None:
    drawn = world.drawn("A --r1 1km dry-- B")
    here = [village("0001", "A", lon=100.0, lat=0.0)]
    tables = world.tables(**drawn, villages=here)
    listed = villages.register(tables, AT)

    found = coverage.near_all_season(tables, LAW, network.lay(tables, AT), listed, AT)

    assert [flag.to_pylist() for flag in found.values()] == [[False]] * 3


def test_a_station_is_shared_by_all_who_reach_it_in_time() -> None:
    """
    V1 --10 km-- S1 --10 km-- V2 --40 km-- V3 --10 km-- S2      60 minutes at 20 km/h: 20 km

    S1 serves V1 and V2 (200 people), S2 serves V3 alone (100).
    """
    drawn = world.drawn("V1 --r1 10km-- S1 --r2 10km-- V2 --r3 40km-- V3 --r4 10km-- S2")
    tables = world.tables(
        **drawn,
        villages=[village("0001", "V1"), village("0002", "V2"), village("0003", "V3")],
        facilities=[
            facility("station", "S1", capacity=30),
            facility("satellite_point", "S2", capacity=5),
            facility("market", "V1", capacity=999),
        ],
    )
    listed = villages.register(tables, AT)

    found = coverage.station_capacity(tables, LAW, network.lay(tables, AT), listed, AT)

    assert found.tolist() == pytest.approx([150, 150, 50])


def test_an_unknown_capacity_in_reach_is_unknown_not_nothing() -> None:
    tables = world.tables(
        **world.drawn("V1 --r1 10km-- S1 --r2 80km-- V2"),
        villages=[village("0001", "V1"), village("0002", "V2")],
        facilities=[facility("station", "S1")],
    )
    listed = villages.register(tables, AT)

    found = coverage.station_capacity(tables, LAW, network.lay(tables, AT), listed, AT)

    assert np.isnan(found[0])
    assert found[1] == 0


def test_with_a_population_grid_the_index_is_counted_by_cell(tmp_path: Path) -> None:
    """
    A --r1 1 km-- B on the equator; 10 people a cell: one row a kilometre north, one 5 km north
    """
    tables = world.tables(**world.drawn("A --r1 1km-- B"))
    x, y = network.METRES.transform(100.0, 0.0)
    people = np.zeros((60, 10), np.float32)
    people[49] = people[9] = 10
    file = tmp_path / "population.tif"
    with rasterio.open(
        file, "w", driver="GTiff", height=60, width=10, count=1, dtype="float32",
        crs="EPSG:32648", transform=from_origin(x, y + 6000, 100, 100),
    ) as out:  # fmt: skip
        out.write(people, 1)
    made = {name: tables.arrow(name) for name in tables}
    tables = Tables.of(made, layers={"population": file})

    found = coverage.near_by_cell(tables, LAW, network.lay(tables, AT), AT)

    assert {days: one.share for days, one in found.items()} == {3: 0.5, 7: 0.5, 30: 0.5}
    assert found[7].people == 200
