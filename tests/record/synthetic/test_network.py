"""The network: connected on foot, lighter modes wherever heavier ones pass, bridges that matter."""

from typing import Any

import networkx as nx
import numpy as np

from hoaban.record import roads
from hoaban.record.synthetic import network, segments
from hoaban.record.synthetic.routes import Routes, link_m
from hoaban.record.synthetic.ways import Ways
from tests.record.nho import Small, small


def graph(made: Small, mode: str, season: str) -> nx.MultiGraph:
    found = nx.MultiGraph()
    found.add_nodes_from(made.network.road_nodes["key"].to_pylist())
    for road in made.network.roads.to_pylist():
        if road[f"passable_{mode}_{season}"]:
            found.add_edge(road["from"], road["to"], key=road["key"])
    if mode == "foot":
        for path in made.network.paths.to_pylist():
            found.add_edge(path["from"], path["to"], key=path["key"])
    return found


def reached(found: nx.MultiGraph, made: Small) -> set[str]:
    """Villages with a way to the seat of the provincial centre."""
    around = nx.node_connected_component(found, made.network.seat_node[made.province.centre])
    nodes = zip(made.places.code.tolist(), made.network.village_node.tolist(), strict=True)
    return {code for code, node in nodes if node in around}


def test_that_every_node_is_reached_on_foot_in_the_dry_season() -> None:
    assert nx.is_connected(graph(small(), "foot", "dry"))


def test_that_ends_are_nodes_and_keys_are_unique() -> None:
    net = small().network
    nodes = set(net.road_nodes["key"].to_pylist())
    for table in (net.roads, net.paths):
        assert set(table["from"].to_pylist()) | set(table["to"].to_pylist()) <= nodes
        assert len(set(table["key"].to_pylist())) == table.num_rows
    assert set(net.village_node) | set(net.seat_node.values()) <= nodes
    kinds = dict(zip(net.road_nodes["key"].to_pylist(), net.road_nodes["kind"].to_pylist(),
                     strict=True))  # fmt: skip
    assert {kinds[node] for node in net.seat_node.values()} == {"seat"}
    assert {kinds[node] for node in net.village_node} == {"seat", "village"}


def test_that_what_carries_a_car_carries_a_motorbike_and_feet() -> None:
    for road in small().network.roads.to_pylist():
        for season in roads.SEASONS:
            passes = [road[f"passable_{mode}_{season}"] for mode in roads.MODES]
            assert passes == sorted(passes, reverse=True)
            for mode in roads.MODES:
                speed = road[f"speed_{mode}_{season}_kmh"]
                assert (speed is None) != road[f"passable_{mode}_{season}"]


def test_that_heavier_modes_and_the_rains_reach_no_more_villages() -> None:
    found = {(m, s): len(reached(graph(small(), m, s), small()))
             for m in roads.MODES for s in roads.SEASONS}  # fmt: skip
    assert found["foot", "dry"] == 12
    for mode in roads.MODES:
        assert found[mode, "wet"] <= found[mode, "dry"]
    assert found["car", "dry"] <= found["motorbike", "dry"] <= 12
    assert found["car", "wet"] < found["car", "dry"]


def test_that_some_bridges_are_the_only_way_and_some_have_a_way_round() -> None:
    whole = graph(small(), "car", "dry")
    cut: dict[str, set[str]] = {}
    for road in small().network.roads.to_pylist():
        if road["bridge"] and whole.has_edge(road["from"], road["to"], road["key"]):
            without = whole.copy()
            without.remove_edge(road["from"], road["to"], road["key"])
            cut[road["key"]] = reached(whole, small()) - reached(without, small())
    assert len(cut) >= 5
    assert sum(bool(villages) for villages in cut.values()) >= 2
    assert sum(not villages for villages in cut.values()) >= 2


def test_that_a_road_is_no_shorter_than_the_straight_way_and_no_steeper_than_its_class() -> None:
    net, rules = small().network, small().spec["network"]["classes"]
    nodes = {row["key"]: row for row in net.road_nodes.to_pylist()}
    for road in net.roads.to_pylist():
        one, two = nodes[road["from"]], nodes[road["to"]]
        assert abs(road["rise_m"] - (two["elevation_m"] - one["elevation_m"])) < 0.2
        assert abs(road["rise_m"]) / road["length_m"] <= rules[road["class"]]["grade_max"] + 1e-3
        north = (two["lat"] - one["lat"]) * 110_700
        east = (two["lon"] - one["lon"]) * 103_600
        assert road["length_m"] >= np.hypot(north, east) * 0.99
        assert 0 <= road["susceptibility"] <= 1
        assert not (road["bridge"] and road["ford"])


def test_that_a_footpath_leads_up_and_takes_longer_up_than_down() -> None:
    net = small().network
    height = {row["key"]: row["elevation_m"] for row in net.road_nodes.to_pylist()}
    assert net.paths.num_rows > 0
    for path in net.paths.to_pylist():
        assert height[path["from"]] <= height[path["to"]]
        assert path["minutes_up"] >= path["minutes_down"] > 0


def test_that_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    again = small.__wrapped__(1).network
    for name in ("road_nodes", "roads", "paths"):
        assert getattr(again, name).equals(getattr(small().network, name))
    assert not small(2).network.roads.equals(small().network.roads)


def test_that_a_rule_of_the_road_moves_no_other_draw() -> None:
    made = small()
    spec = {**made.spec, "network": {**made.spec["network"], "susceptibility_spread": 0.9}}
    other = network.build(made.places, made.province, spec, made.rules, 1).roads
    changed = {name for name in other.column_names
               if not other[name].equals(made.network.roads[name])}  # fmt: skip
    assert changed == {"susceptibility"}


def plain(width: int, height: int, **own: Any) -> Ways:
    """Level ground of width x height squares of 100 m, numbered row by row from the south."""
    rows, columns = np.divmod(np.arange(width * height), width)
    still = np.arange(width * height)
    given = {
        "size_m": 100.0, "epsg": 32648, "x": columns * 100.0, "y": rows * 100.0,
        "z": np.zeros(len(still)), "hollow": np.zeros(len(still)), "slope": np.zeros(len(still)),
        "commune": np.zeros(len(still), int), "codes": ("A",), "key": rows * 1_000_000 + columns,
        "drains_to": still, "upstream": np.ones(len(still), int), "links": None,
    }  # fmt: skip
    return Ways(**{**given, **own})


NET = {"segment_m": 250.0, "stream_squares": 5}


def test_that_chains_are_cut_at_stops_junctions_and_length() -> None:
    #  5 6 7 8 9      roads 0-1-2-3-4 (village class) and 2-7 (commune class)
    #  0 1 2 3 4      stops 0 and 4; 2 is a junction; no piece is longer than 250 m
    found = Routes()
    found.lead([0, 1, 2, 3, 4], 3, 0)
    found.lead([2, 7], 2, 9)
    cut = segments.cut(found, plain(5, 2), [0, 4], NET)
    ends = list(zip(cut.start.tolist(), cut.end.tolist(), cut.level_m.tolist(), strict=True))
    assert ends == [(2, 7, 100.0), (0, 2, 200.0), (2, 4, 200.0)]
    long = Routes()
    long.lead([0, 1, 2, 3, 4], 3, 0)
    cut = segments.cut(long, plain(5, 1), [0, 4], NET)
    assert list(zip(cut.start.tolist(), cut.end.tolist(), strict=True)) == [(0, 2), (2, 4)]


def test_that_a_road_crosses_a_stream_only_from_bank_to_bank() -> None:
    #   6 7 8      water runs 7 -> 4 -> 1 and gathers from ten squares at 4
    #   3 4 5      the road 3-4-5 crosses it, the road 7-4-1 runs along it,
    #   0 1 2      the road 3-4-0 touches one bank only
    drains = np.array([0, 1, 2, 3, 1, 5, 6, 4, 8])
    upstream = np.array([1, 11, 1, 1, 10, 1, 1, 9, 1])
    ground = plain(3, 3, drains_to=drains, upstream=upstream)
    for line, stream in (([3, 4, 5], 10), ([7, 4, 1], 0), ([3, 4, 0], 0)):
        found = Routes()
        found.lead(line, 3, 0)
        assert segments.cut(found, ground, line[::2], NET).stream.tolist() == [stream]


def test_that_a_link_keeps_its_higher_class_and_a_steep_one_grows_longer() -> None:
    found = Routes()
    found.lead([0, 1], 1, 5)
    found.lead([1, 0], 3, 6)
    assert found.links == {(0, 1): (1, 5)}
    ground = plain(2, 1, z=np.array([0.0, 50.0]))
    rules = {"bends": 1.2, "grade_max": 0.1}
    assert link_m(ground, rules, np.array([0]), np.array([1])).tolist() == [500.0]
    assert link_m(plain(2, 1), rules, np.array([0]), np.array([1])).tolist() == [120.0]
