"""Who is cut off, on the day and over the year."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure import isolation, network
from hoaban.measure.isolation import VIETNAM
from hoaban.measure.network import MODES, RANK, SEASONS
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.world import AT, PLACE, closure


def days(tables: Tables, mode: str = "car", at: date = AT) -> dict[str, float]:
    """Cut-off days of every node from node A."""
    ground = network.lay(tables, at)
    names = ground.nodes.to_pylist()
    found = isolation.cut_off_days(
        {s: network.ways(tables, at, mode, s) for s in SEASONS},
        isolation.read(tables, ground),
        mode=mode,
        centre=names.index("A"),
        places=np.arange(len(names)),
        at=at,
        wet_months=PLACE.wet_months,
    )
    return dict(zip(names, found.tolist(), strict=True))


def test_two_closures_at_one_time_cut_off_a_village_once() -> None:
    """
    A --r1-- B --r2-- C      r1 shut 1-4 August, r2 shut 3-6 August
    """
    drawn = world.drawn("A --r1 1km-- B --r2 1km-- C")
    shut = [closure("r1", "2026-08-01", "2026-08-05"), closure("r2", "2026-08-03", "2026-08-07")]

    assert days(world.tables(**drawn, closures=shut)) == {"A": 0.0, "B": 4.0, "C": 6.0}


def test_a_closure_with_a_way_round_cuts_nobody_off() -> None:
    """
    A --r1-- B        r1 shut all August; r2 shut for a day of it, which parts B and C from A,
     `r2-- C --r3'     r3 for half a day, which parts B
    """
    drawn = world.drawn("A --r1 1km-- B\nA --r2 5km-- C --r3 5km-- B")
    shut = [
        closure("r1", "2026-08-01", "2026-09-01"),
        closure("r2", "2026-08-10", "2026-08-11"),
        closure("r3", "2026-08-20T06", "2026-08-20T18"),
    ]

    assert days(world.tables(**drawn, closures=shut)) == {"A": 0.0, "B": 1.5, "C": 1.0}


def test_a_closure_counts_for_the_modes_it_stops() -> None:
    drawn = world.drawn("A --r1 1km-- B")
    shut = [closure("r1", "2026-08-01", "2026-08-11", "motorbike")]
    tables = world.tables(**drawn, closures=shut)

    assert [days(tables, mode)["B"] for mode in MODES] == [0.0, 0.0, 10.0]


def test_every_moment_is_judged_on_the_network_of_its_own_season() -> None:
    """
    A --r1 dry only-- B      no car from May to September: 153 days of the last 365
    A --r2 dry only-- C      and shut 25 April to 5 May: 6 dry days more
    """
    drawn = world.drawn("A --r1 1km dry-- B\nA --r2 1km dry-- C")
    shut = [closure("r2", "2026-04-25", "2026-05-05")]

    assert days(world.tables(**drawn, closures=shut)) == {"A": 0.0, "B": 153.0, "C": 159.0}


def test_only_the_last_365_days_count_and_an_open_closure_counts_to_the_end() -> None:
    drawn = world.drawn("A --r1 1km-- B\nA --r2 1km-- C\nA --r3 1km-- D")
    shut = [
        closure("r1", "2025-11-01", "2025-11-26"),  # the window opens on 25 November 2025
        closure("r2", "2026-11-23", None),
        closure("r3", "2020-01-01", None),
    ]

    assert days(world.tables(**drawn, closures=shut)) == {"A": 0.0, "B": 1.0, "C": 2.0, "D": 365.0}


def test_a_closure_is_open_on_a_day_when_it_stands_at_the_end_of_it() -> None:
    drawn = world.drawn("A --r1 1km-- B --r2 1km-- C --r3 1km-- D")
    shut = [
        closure("r1", "2026-11-24T23", None, "foot"),
        closure("r2", "2026-11-20", "2026-11-24T23"),
        closure("r3", "2026-11-25", None),
    ]
    tables = world.tables(**drawn, closures=shut)
    closures = isolation.read(tables, network.lay(tables, AT))
    end = isolation.micro(isolation.end_of(AT))

    assert closures.shut_at(end, "motorbike", 3).tolist() == [True, False, False]
    assert closures.shut_at(end, "foot", 3).tolist() == [False, False, False]


def test_a_place_without_a_node_has_no_days() -> None:
    tables = world.tables(**world.drawn("A --r1 1km-- B"))
    ground = network.lay(tables, AT)
    built = {s: network.ways(tables, AT, "car", s) for s in SEASONS}

    found = isolation.cut_off_days(
        built,
        isolation.read(tables, ground),
        mode="car",
        centre=0,
        places=np.array([-1, 1]),
        at=AT,
        wet_months=PLACE.wet_months,
    )

    assert np.isnan(found[0])
    assert found[1] == 0


NODES = "ABCDEF"
WORDS = ["", " dry", " motorbike", " foot", " oneway", " dry oneway", " nofoot_wet"]
HOURS = timedelta(hours=1)
FIRST = datetime(2025, 11, 20, tzinfo=VIETNAM)
road = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(WORDS))
shut = st.tuples(
    st.integers(0, 9),
    st.integers(0, 370 * 24),
    st.integers(1, 90 * 24),
    st.sampled_from(["none", "foot", "motorbike", "car"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(road, min_size=1, max_size=10),
    st.lists(shut, max_size=6),
    st.sampled_from(MODES),
)
def test_cut_off_days_are_those_of_a_search_in_every_hour(
    roads: list[tuple[str, str, str]], closures: list[tuple[int, int, int, str]], mode: str
) -> None:
    lines = [f"{a} --r{i} 1km{words}-- {b}" for i, (a, b, words) in enumerate(roads)]
    drawn = world.drawn("\n".join([*lines, *(f"{n} ~~q{n} 9/9~~ {n}x" for n in NODES)]))
    rows = [
        {
            "road": f"r{number}",
            "started_at": FIRST + start * HOURS,
            "ended_at": FIRST + (start + last) * HOURS,
            "passable_by": passes,
        }
        for number, start, last, passes in closures
        if number < len(roads)
    ]

    found = days(world.tables(**drawn, closures=rows), mode)

    expected = brute_force(drawn, rows, mode)
    assert {n: found[n] for n in NODES} == pytest.approx({n: expected[n] for n in NODES}, abs=1e-9)


def brute_force(drawn: Any, closures: list[dict[str, Any]], mode: str) -> dict[str, float]:
    """Cut-off days from A by a networkx search in every stretch without a change."""
    last = isolation.end_of(AT)
    first = last - timedelta(days=365)
    cuts = {first, last, *(datetime(2026, m, 1, tzinfo=VIETNAM) for m in range(1, 12))}
    cuts |= {row[k] for row in closures for k in ("started_at", "ended_at")}
    moments = sorted(c for c in cuts if first <= c <= last)
    lost = dict.fromkeys((n["id"] for n in drawn["road_nodes"]), 0.0)
    for start, end in pairwise(moments):
        season = "wet" if start.astimezone(VIETNAM).month in PLACE.wet_months else "dry"
        shut = {
            row["road"]
            for row in closures
            if row["started_at"] <= start < row["ended_at"]
            and RANK[row["passable_by"]] < RANK[mode]
        }
        graph = nx.DiGraph()
        graph.add_nodes_from(lost)
        for row in drawn["roads"]:
            if row[f"passable_{mode}_{season}"] and row["id"] not in shut:
                graph.add_edge(row["from"], row["to"])
                if row["two_way"]:
                    graph.add_edge(row["to"], row["from"])
        there = nx.ancestors(graph, "A") | {"A"}
        for node in lost:
            lost[node] += 0 if node in there else (end - start) / timedelta(days=1)
    return lost
