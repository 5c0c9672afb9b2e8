"""Places that stand off the network: at a node when near one, else joined on foot."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from rasterio.transform import from_origin

from hoaban.base.law import Law
from hoaban.measure import network
from hoaban.measure.joined import SOURCE, joined
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, LAW, facility, village, with_value

NORTH = 1 / 110.574  # degrees of a kilometre at the equator


def province(**lost: Any) -> Tables:
    """
    A --1km-- B --1km-- C        and one village that has no node, where the test says
    """
    drawn = world.drawn("A --r1 1km-- B --r2 1km-- C")
    return world.tables(
        **drawn,
        villages=[village("0001", "A"), village("0002", None, **lost)],  # type: ignore[arg-type]
        facilities=[facility("market", "C", lon=100.0, lat=0.0)],
    )


def node_of(tables: Tables, code: str) -> str | None:
    rows = tables.arrow("villages", ["id", "node"]).to_pylist()
    found: str | None = next(row["node"] for row in rows if row["id"] == code)
    return found


def test_without_a_lost_place_the_tables_stay_as_they_are() -> None:
    tables = world.tables(**world.drawn("A --r1 1km-- B"), villages=[village("0001", "A")])

    assert joined(tables, LAW, AT) is tables


def test_a_place_beside_a_node_stands_at_it_for_every_means() -> None:
    found = joined(province(lon=100 + 1.1 / 111.195, lat=0.1 * NORTH), LAW, AT)

    assert node_of(found, "0002") == "B"
    assert len(found.arrow("paths")) == 0


def test_a_place_off_the_road_is_joined_on_foot_alone() -> None:
    found = joined(province(lon=100.0, lat=2 * NORTH), LAW, AT)

    node = node_of(found, "0002")
    paths = found.arrow("paths").to_pylist()
    assert {row["from"] for row in paths} == {node}
    assert {row["source"] for row in paths} == {SOURCE}
    assert {row["origin"] for row in paths} == {"assumed"}
    first = min(paths, key=lambda row: row["minutes_up"])
    assert first["to"] == "A"
    assert first["minutes_up"] == pytest.approx(2 * 1.3 / 2.6 * 60, rel=0.01)  # in the rains
    ground = network.lay(found, AT)
    place = ground.numbers(found.arrow("villages")["node"])[1]
    goal = np.array([ground.nodes.to_pylist().index("C")])
    reached = {m: network.ways(found, AT, m, "dry").nearest([goal])[place, 0]
               for m in ("foot", "car")}  # fmt: skip
    assert np.isfinite(reached["foot"])
    assert np.isinf(reached["car"])


def test_a_place_beyond_a_walk_stays_without_a_node() -> None:
    found = joined(province(lon=100.0, lat=40 * NORTH), LAW, AT)

    assert node_of(found, "0002") is None


def test_a_place_that_nobody_can_find_on_a_map_stays_without_a_node() -> None:
    found = joined(province(), LAW, AT)

    assert node_of(found, "0002") is None


def stray(**seat: Any) -> Tables:
    """
    A --1km-- B        S --1km-- T --1km-- U --1km-- V        the seat is at S or beside it;
    the village lies a kilometre north of A, two north-west of S.
    """
    drawn = world.drawn("S --r1 1km-- T\nA --r2 1km-- B --r3 1km-- C --r4 1km-- D")
    return world.tables(
        **drawn,
        villages=[village("0001", None, lon=100 + 2 / 111.195, lat=1 * NORTH)],  # type: ignore[arg-type]
        facilities=[
            facility("seat", "C", "00009", id="0"),
            facility("seat", seat.pop("node", None), "00001", id="1", **seat),
        ],
    )


@pytest.mark.parametrize(
    "seat",
    [
        {"node": "S"},
        {"node": None, "lon": 100.0, "lat": 0.3 * NORTH},
        {"node": None, "lon": 100.0, "lat": 2 * NORTH},
    ],
)
def test_only_what_the_centre_s_seat_stands_on_is_joined_to(seat: dict[str, Any]) -> None:
    to_centre = joined(stray(**seat), LAW, AT, centre_path="11/00001/")
    to_largest = joined(stray(**seat), LAW, AT)

    def ends(found: Tables) -> set[str]:
        node = node_of(found, "0001")
        return {row["to"] for row in found.arrow("paths").to_pylist() if row["from"] == node}

    assert ends(to_centre) <= {"S", "T"}
    assert ends(to_centre)
    assert ends(to_largest) <= {"A", "B", "C", "D"}
    assert ends(to_largest)


def test_a_stray_piece_in_the_seat_s_yard_does_not_stand_for_the_network() -> None:
    """The stray T lies at the seat's door, ten metres before A."""
    tables = stray(lon=100 + 1.99 / 111.195, lat=0.0)
    nodes = tables.arrow("road_nodes").to_pylist()
    yard = [{**row, "lon": 100 + 1.99 / 111.195} if row["id"] == "T" else row for row in nodes]

    found = joined(
        tables.replace(road_nodes=world.table("road_nodes", yard)),
        LAW,
        AT,
        centre_path="11/00001/",
    )

    seat = next(row for row in found.arrow("facilities").to_pylist() if row["id"] == "1")
    assert seat["node"] == "A"
    assert {row["to"] for row in found.arrow("paths").to_pylist()} <= {"A", "B", "C", "D"}


def test_a_seat_that_nobody_can_find_leaves_the_largest_piece() -> None:
    found = joined(stray(node=None), LAW, AT, centre_path="11/00001/")

    assert {row["to"] for row in found.arrow("paths").to_pylist()} <= {"A", "B", "C", "D"}


def on_ground(folder: Path, cover: int = 30, river: int | None = None) -> Tables:
    """
    A --1km-- B and a village a kilometre north of A on level ground of 50 m cells; ``river`` is
    the land cover of all that lies between.
    """
    x, y = network.METRES.transform(103.0, 0.0)
    corner = from_origin(x - 3000, y + 3000, 50, 50)
    classes = np.full((120, 120), cover, np.uint8)
    if river is not None:
        classes[45:52] = river
    layers: dict[str, npt.NDArray[Any]] = {
        "elevation": np.full((120, 120), 500, np.int16),
        "landcover": classes,
    }
    for name, values in layers.items():
        with rasterio.open(
            folder / f"{name}.tif", "w", driver="GTiff", height=120, width=120, count=1,
            dtype=values.dtype, crs="EPSG:32648", transform=corner,
        ) as out:  # fmt: skip
            out.write(values, 1)
    drawn = world.drawn("A --r1 1km-- B")
    for node in drawn["road_nodes"]:
        node["lon"] += 3
    return world.tables(
        {name: folder / f"{name}.tif" for name in layers},
        **drawn,
        villages=[village("0001", None, lon=103.0, lat=1 * NORTH)],  # type: ignore[arg-type]
    )


def test_links_are_walked_in_the_slower_season_over_what_covers_the_ground(tmp_path: Path) -> None:
    """2.6 km/h in the rains, 0.6 of it off the path, 0.6 of that again in a forest (10)."""
    open_ = joined(on_ground(tmp_path), LAW, AT).arrow("paths").to_pylist()[0]
    forest = joined(on_ground(tmp_path, 10), LAW, AT).arrow("paths").to_pylist()[0]

    assert open_["to"] == forest["to"] == "A"
    assert open_["minutes_up"] == pytest.approx(60 / 2.6 / 0.6, rel=0.06)  # 50 m cells
    assert forest["minutes_up"] == pytest.approx(open_["minutes_up"] / 0.6, rel=0.001)


def test_water_is_not_walked_over(tmp_path: Path) -> None:
    found = joined(on_ground(tmp_path, river=80), LAW, AT)

    assert node_of(found, "0001") is None


def test_links_are_walked_anew_when_what_they_rest_on_changes(tmp_path: Path) -> None:
    def kept(tables: Tables, law: Law = LAW, **more: Any) -> int:
        joined(tables, law, AT, keep=tmp_path / "links", **more)
        return len(list((tmp_path / "links").iterdir()))

    assert kept(on_ground(tmp_path)) == 1
    assert kept(on_ground(tmp_path)) == 1
    assert kept(on_ground(tmp_path, river=80)) == 2
    changes = {
        "surface.walking_kmh": {"dry": 3.3, "wet": 2.0},
        "surface.off_path": 0.5,
        "surface.land_cover": {30: 0.5},
        "surface.neighbours": 8,
    }
    for number, (name, value) in enumerate(changes.items(), start=3):
        assert kept(on_ground(tmp_path), with_value(LAW, name, value)) == number, name
    turned = on_ground(tmp_path)
    roads = turned.arrow("roads")
    ends = dict(zip(("from", "to"), (roads["to"], roads["from"]), strict=True))
    for name, column in ends.items():
        roads = roads.set_column(roads.column_names.index(name), name, column)
    assert kept(turned.replace(roads=roads)) == 7


def test_walked_links_are_kept_and_used_again(tmp_path: Path) -> None:
    tables = province(lon=100.0, lat=2 * NORTH)

    first = joined(tables, LAW, AT, keep=tmp_path)
    kept = sorted(tmp_path.iterdir())
    again = joined(tables, LAW, AT, keep=tmp_path)

    assert [file.suffix for file in kept] == [".npz"]
    assert sorted(tmp_path.iterdir()) == kept
    assert again.arrow("paths").equals(first.arrow("paths"))
