"""Minutes and kilometres to the nearest service."""

from datetime import date

import numpy as np
import pytest

from hoaban.measure import access, network
from tests.measure import world
from tests.measure.world import AT, facility


def test_only_facilities_in_service_are_goals() -> None:
    drawn = world.drawn("A --r1 1km-- B --r2 1km-- C --r3 1km-- D --r4 1km-- E")
    tables = world.tables(
        **drawn,
        facilities=[
            facility("station", "A", functioning=False),
            facility("station", "B", closed=date(2026, 11, 24)),
            facility("station", "C", opened=date(2026, 11, 25)),
            facility("station", "D", opened=date(2026, 11, 24), standard_met=False),
            facility("satellite_point", "E", functioning=None),
        ],
    )
    ground = network.lay(tables, AT)

    found = access.facilities(tables, ground, AT)

    names = np.array(ground.nodes.to_pylist())
    assert {k: names[v].tolist() for k, v in found.items()} == {
        "station": ["D"],
        "satellite_point": ["E"],
        "health": ["E"],
        "boarding": [],
    }


def test_kilometres_to_school_are_walked_on_roads_and_footpaths() -> None:
    """
    A --2 km-- B ~~footpath, 1 km as the crow flies~~ C      a school at A
    """
    drawn = world.drawn("A --r1 2km-- B ~~p1 40/30~~ C")
    tables = world.tables(**drawn, facilities=[facility("school_primary", "A")])
    goals = access.facilities(tables, network.lay(tables, AT), AT)

    found = access.kilometres(network.ways(tables, AT, "foot", "wet"), goals)

    assert found["school_primary"].tolist() == pytest.approx([0, 2, 3], abs=0.002)
    assert found["school_upper"].tolist() == [np.inf] * 3
