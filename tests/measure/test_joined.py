"""Places that stand off the network: at a node when near one, else joined on foot."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hoaban.measure import network
from hoaban.measure.joined import SOURCE, joined
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, LAW, facility, village

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
    assert first["minutes_up"] == pytest.approx(2 * 1.3 / 3.3 * 60, rel=0.01)
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


def test_walked_links_are_kept_and_used_again(tmp_path: Path) -> None:
    tables = province(lon=100.0, lat=2 * NORTH)

    first = joined(tables, LAW, AT, keep=tmp_path)
    kept = sorted(tmp_path.iterdir())
    again = joined(tables, LAW, AT, keep=tmp_path)

    assert [file.suffix for file in kept] == [".npz"]
    assert sorted(tmp_path.iterdir()) == kept
    assert again.arrow("paths").equals(first.arrow("paths"))
