"""Facilities: one seat and one station a commune, the old seats' points, shares that hold."""

import pyarrow as pa

from hoaban.record.synthetic import facilities
from tests.record.nho import small


def build(seed: int = 1) -> pa.Table:
    made = small(seed)
    return facilities.build(made.places, made.network, made.province, made.spec, seed)


def of(table: pa.Table, kind: str) -> list[dict[str, object]]:
    return [row for row in table.to_pylist() if row["kind"] == kind]


def test_that_every_commune_has_one_seat_and_one_station_at_the_same_node() -> None:
    found, nodes = build(), small().network.seat_node
    for kind in ("seat", "station"):
        rows = of(found, kind)
        assert [row["area"] for row in rows] == ["99/90001/", "99/90004/", "99/90007/"]
        assert [row["node"] for row in rows] == list(nodes.values())


def test_that_every_old_commune_without_a_seat_has_its_old_seat_and_satellite_point() -> None:
    found, nodes = build(), small().network.old_seat_node
    for kind in ("old_seat", "satellite_point"):
        assert [row["node"] for row in of(found, kind)] == list(nodes.values())
        assert len(of(found, kind)) == 5 - 3


def test_that_stations_meet_the_standard_in_the_stated_share() -> None:
    met = [bool(row["standard_met"]) for row in of(build(), "station")]
    assert sum(met) == round(0.7565 * 3)
    assert all(row["functioning"] for row in of(build(), "station"))


def test_that_fewer_water_points_meet_the_standard_than_function() -> None:
    rows = of(build(), "water_point")
    assert len(rows) == round(0.8 * 9)
    assert sum(bool(row["functioning"]) for row in rows) == round(0.57 * len(rows))
    assert sum(bool(row["standard_met"]) for row in rows) == round(0.17 * len(rows))
    assert all(row["functioning"] for row in rows if row["standard_met"])


def test_that_schools_grow_fewer_by_level() -> None:
    found = build()
    counts = [len(of(found, f"school_{level}")) for level in ("primary", "lower", "upper")]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0


def test_that_facilities_stand_at_nodes_with_a_capacity_or_none() -> None:
    found, made = build(), small()
    nodes = set(made.network.road_nodes["key"].to_pylist())
    paths = {*made.places.path.tolist(), *(f"99/{c.code}/" for c in made.province.communes)}
    for row in found.to_pylist():
        assert row["node"] in nodes
        assert row["area"] in paths
        assert row["closed"] is None
        assert row["capacity"] is None or row["capacity"] > 0
    assert len(set(found["key"].to_pylist())) == found.num_rows


def test_that_the_same_seed_gives_the_same_bytes() -> None:
    assert build().equals(build())
    assert not build(2).equals(build())
