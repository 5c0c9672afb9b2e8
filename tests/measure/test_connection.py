"""T2: the three tests of a commune that is connected all year."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.law import Law
from hoaban.measure import connection, network
from hoaban.measure.tables import Tables
from hoaban.measure.targets import measure
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, closure, communes, facility, village

DRAWING = """
Muong --r1 5km-- Nua --r2 5km-- Muong
Nua --r3 5km-- Tau --r4 5km motorbike-- Che
Tau --r5 5km dry-- Hon
"""


def province(**more: Any) -> Tables:
    """
    Mường (centre) ==two roads== Nưa --r3-- Tấu --r4 motorbike-- Che
                                              `--r5 dry only-- Hon
    """
    rows: dict[str, Any] = {
        "areas": communes("00001", "00002", "00003"),
        "facilities": [
            facility("seat", "Muong", "00001"),
            facility("seat", "Nua", "00002"),
            facility("seat", "Tau", "00003"),
            facility("old_seat", "Hon", "00003"),
        ],
        "villages": [
            village("0001", "Muong", "00001"),
            village("0002", "Nua", "00002"),
            village("0003", "Tau", "00003", people=850, old_commune="old-1"),
            village("0004", "Che", "00003", people=50, old_commune="old-1"),
            village("0005", "Hon", "00003", people=100, old_commune="old-2"),
        ],
    }
    return world.tables(**world.drawn(DRAWING), **{**rows, **more})


def rows_of(tables: Tables, law: Law = LAW) -> tuple[dict[str, Any], dict[str, Any]]:
    """T2 and its rows by commune code."""
    target = measure(tables, law, PLACE, at=AT).targets["T2"]
    return target, {row["commune"][3:8]: row for row in target["parts"]["by_commune"]}


def test_each_commune_is_tested_three_times_by_itself() -> None:
    target, rows = rows_of(province())

    assert rows["00002"] == {
        "commune": "11/00002/",
        "met": True,
        "a": True,
        "b": True,
        "c": True,
        "seat_days_cut_off": 0.0,
        "people_share_linked": 1.0,
        "ways_out": 2,
        "four_on_the_spot": False,
    }
    # Tấu: 100 of its 1,000 people (Hon) have no motorbike road in the wet: 0.9 is enough;
    # one road out and no plan is not.
    tau = rows["00003"]
    assert (tau["a"], tau["b"], tau["c"], tau["ways_out"]) == (True, True, False, 1)
    assert tau["people_share_linked"] == 0.9
    assert (target["value"], target["met"]) == (pytest.approx(2 / 3), False)


def test_an_approved_and_stocked_plan_stands_in_for_the_second_way() -> None:
    plan = {"area": "11/00003/", "approved_on": date(2026, 4, 1), "stocked_until": AT}

    target, rows = rows_of(province(four_on_the_spot=[plan]))

    assert (rows["00003"]["c"], rows["00003"]["four_on_the_spot"]) == (True, True)
    assert (target["value"], target["met"]) == (1.0, True)
    assert target["parts"]["c"] == {"met": 3, "ways": 2, "plans": 1}


@pytest.mark.parametrize(
    "plan",
    [
        {"approved_on": date(2026, 11, 25), "stocked_until": date(2027, 1, 1)},
        {"approved_on": date(2026, 4, 1), "stocked_until": date(2026, 11, 23)},
        {"approved_on": None, "stocked_until": date(2027, 1, 1)},
        {"approved_on": date(2026, 4, 1), "stocked_until": None},
    ],
)
def test_a_plan_that_is_not_approved_or_has_run_out_does_not_count(plan: dict[str, Any]) -> None:
    _, rows = rows_of(province(four_on_the_spot=[{"area": "11/00003/", **plan}]))

    assert rows["00003"]["c"] is False


def test_a_seat_closed_for_seven_days_fails_and_for_fewer_passes() -> None:
    seven = closure("r3", "2026-08-01", "2026-08-08")
    nearly = closure("r3", "2026-08-01", "2026-08-07T23")

    _, failing = rows_of(province(closures=[seven]))
    target, passing = rows_of(province(closures=[nearly]))

    assert (failing["00003"]["a"], failing["00003"]["seat_days_cut_off"]) == (False, 7.0)
    assert passing["00003"]["a"] is True
    assert target["parts"]["a"] == {"met": 3, "shown": {"3": 2, "7": 3, "30": 3}}


def test_a_closure_of_one_day_that_is_open_today_fails_nobody() -> None:
    _, rows = rows_of(province(closures=[closure("r3", "2026-11-24", None)]))

    assert (rows["00003"]["a"], rows["00003"]["seat_days_cut_off"]) == (True, 1.0)


def test_people_without_an_all_season_link_count_in_their_old_commune_too() -> None:
    target, _ = rows_of(province())

    # Seats: 3 new and Hon, which no car reaches in the wet. Old communes: 00001, 00002 and
    # old-1 whole, old-2 (Hon) not.
    assert target["parts"]["old"] == {
        "seats": 4,
        "a_met": 3,
        "a_shown": {"3": 3, "7": 3, "30": 3},
        "c_ways_met": 2,
        "old_communes": 4,
        "b_met": 3,
    }
    assert target["parts"]["b"] == {
        "met": 3,
        "people": 1200,
        "linked": 1100,
        "share": pytest.approx(1100 / 1200),
    }


def test_a_commune_without_a_seat_on_the_network_fails() -> None:
    _, rows = rows_of(province(areas=communes("00001", "00002", "00003", "00004")))

    lost = rows["00004"]
    assert (lost["a"], lost["b"], lost["c"], lost["ways_out"]) == (False, False, False, 0)
    assert lost["people_share_linked"] is None


def test_a_province_without_communes_is_neither_met_nor_not() -> None:
    target, _ = rows_of(province(areas=[]))

    assert (target["value"], target["met"]) == (None, None)


NODES = "ABCDEFG"
ends = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda e: e[0] != e[1])


@settings(max_examples=80, deadline=None)
@given(st.lists(ends, min_size=1, max_size=14), st.integers(1, 4))
def test_ways_out_are_as_many_as_a_cut_of_roads_would_need(
    roads: list[tuple[str, str]], least: int
) -> None:
    lines = [f"{a} --r{i} 1km-- {b}" for i, (a, b) in enumerate(roads)]
    tables = world.tables(
        **world.drawn("\n".join([*lines, *(f"{n} ~~q{n} 9/9~~ A" for n in NODES)]))
    )
    names = network.lay(tables, AT).nodes.to_pylist()

    ways = network.ways(tables, AT, "car", "wet")
    found = connection.ways_out(ways, names.index("A"), np.arange(len(names)), least)

    graph = nx.Graph()
    graph.add_nodes_from(NODES)
    for a, b in roads:
        wide = graph.get_edge_data(a, b, {"capacity": 0})["capacity"]
        graph.add_edge(a, b, capacity=wide + 1)
    cuts = {n: nx.maximum_flow_value(graph, n, "A") if n != "A" else least for n in NODES}
    assert {n: int(found[names.index(n)]) for n in NODES} == {
        n: min(cut, least) for n, cut in cuts.items()
    }


def test_a_one_way_road_is_no_way_out() -> None:
    tables = world.tables(**world.drawn("A --r1 1km-- B\nA --r2 1km oneway-- B"))

    ways = network.ways(tables, AT, "car", "wet")

    assert connection.ways_out(ways, 0, np.array([1]), 2).tolist() == [1]
