"""The bridge story on provinces drawn by hand and at random."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure import what_if
from hoaban.measure.tables import Tables
from hoaban.measure.targets import measure
from tests import bridge_story
from tests.measure import world
from tests.measure.test_isolation import FIRST, HOURS
from tests.measure.world import AT, LAW, PLACE, closure, communes, facility, review, village

DRAWING = """
Muong --r1 5km bridge-- Nua --r2 4km bridge-- Che
Nua --r3 3km-- Hon --r4 6km bridge motorbike-- Muong
Muong --r5 8km bridge-- Tau --r6 2km bridge dry-- Lai
Lai ~~p1 50/40~~ Che
"""


def province() -> Tables:
    """
    Mường (centre) --r1 bridge-- Nưa --r2 bridge-- Che ~~footpath~~ Lái --r6 dry-- Tấu --r5-- Mường
       `--r4 bridge, motorbike-- Hon --r3--'
    """
    return world.tables(
        **world.drawn(DRAWING),
        areas=communes("00001", "00002", "00003", c00003="III"),
        facilities=[
            facility("seat", "Muong", "00001"),
            facility("seat", "Nua", "00002"),
            facility("seat", "Tau", "00003"),
            facility("old_seat", "Lai", "00003"),
            facility("station", "Muong", "00001"),
            facility("satellite_point", "Hon", "00002"),
            facility("school_primary", "Nua", "00002"),
        ],
        villages=[
            village("0001", "Muong", "00001"),
            village("0002", "Che", "00002"),
            village("0003", "Hon", "00002"),
            village("0004", "Tau", "00003"),
            village("0005", "Lai", "00003"),
        ],
        closures=[
            closure("r3", "2026-07-01", "2026-07-04"),
            closure("r1", "2026-08-10", "2026-08-12", "foot"),
            closure("r6", "2026-11-20", None, "motorbike"),
        ],
        reviews=[review(f"h{i}", f"000{i % 5 + 1}", 2025, water_standard=1) for i in range(60)],
    )


def test_the_bridge_story_of_a_province_drawn_by_hand() -> None:
    tables = province()
    bridges = what_if.bridges(tables, AT)

    told = {t.bridge: t for t in bridge_story.tell(tables, LAW, PLACE, at=AT, bridges=bridges)}

    assert bridges == ["r1", "r2", "r4", "r5", "r6"]
    che, hon, tau, lai = "11/00002/0002/", "11/00002/0003/", "11/00003/0004/", "11/00003/0005/"
    # r1 is the only car bridge to Nưa; motorbikes go round by r4.
    assert told["r1"].isolated["car_wet"] == [che, hon]
    assert told["r1"].isolated["motorbike_wet"] == []
    assert told["r1"].isolated["foot_wet"] == []
    # r2 is Che's only road, but on foot there is the path from Lái.
    assert told["r2"].isolated["motorbike_dry"] == [che]
    assert told["r2"].isolated["foot_wet"] == []
    # r6 lets nothing but foot through in the wet and is closed to cars today.
    assert told["r6"].isolated == {
        "foot_dry": [],
        "foot_wet": [],
        "motorbike_dry": [lai],
        "motorbike_wet": [],
        "car_dry": [],
        "car_wet": [],
    }
    # Nobody's isolation hangs on r4 today, but in July only it led to Hon, in August to Nưa.
    assert not any(told["r4"].isolated.values())
    assert told["r4"].longer_cut_off == [che, hon]
    assert told["r5"].isolated["car_wet"] == [tau]
    assert told["r5"].communes == ["11/00003/"]
    assert told["r1"].communes == ["11/00002/"]


def test_a_closed_bridge_is_one_more_closure_of_the_whole_year() -> None:
    tables = province()

    changed = what_if.closed(tables, "r1", AT)

    row = changed.arrow("closures").to_pylist()[-1]
    assert (row["road"], row["passable_by"], row["ended_at"]) == ("r1", "none", None)
    assert row["started_at"] == world.moment("2026-11-25") - timedelta(days=365)
    assert tables.arrow("closures").num_rows == changed.arrow("closures").num_rows - 1


def test_a_road_nobody_knows_is_a_problem_that_names_the_nearest() -> None:
    with pytest.raises(what_if.NoSuchRoad, match="r1"):
        what_if.closed(province(), "r11", AT)


def test_nothing_differs_between_two_measurings_of_the_same_tables() -> None:
    first, second = (measure(province(), LAW, PLACE, at=AT) for _ in range(2))

    assert what_if.differences(first, second) == []
    assert what_if.village_differences(first, second) == {}


NODES = "ABCDEFG"
WORDS = ["", " dry", " motorbike", " foot", " oneway", " nofoot_wet", " rise=90"]
road = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(WORDS))
shut = st.tuples(
    st.integers(0, 9), st.integers(0, 9000), st.integers(1, 2000), st.sampled_from(["none", "foot"])
)


@settings(max_examples=12, deadline=None)
@given(st.lists(road, min_size=4, max_size=10), st.lists(shut, max_size=4))
def test_the_bridge_story_of_any_province(
    roads: list[tuple[str, str, str]], closures: list[tuple[int, int, int, str]]
) -> None:
    lines = [f"{a} --r{i} {i + 1}km bridge{words}-- {b}" for i, (a, b, words) in enumerate(roads)]
    drawn = world.drawn("\n".join([*lines, *(f"{n} ~~q{n} 9/8~~ {n}x" for n in NODES)]))
    rows: list[dict[str, Any]] = [
        {
            "road": f"r{number}",
            "started_at": FIRST + start * HOURS,
            "ended_at": FIRST + (start + last) * HOURS,
            "passable_by": passes,
        }
        for number, start, last, passes in closures
        if number < len(roads)
    ]
    tables = world.tables(
        **drawn,
        areas=communes("00001", "00002", c00002="III"),
        facilities=[
            facility("seat", "A"),
            facility("seat", "D", "00002"),
            *(facility(kind, "B") for kind in ("station", *bridge_story.SCHOOLS)),
        ],
        villages=[village(f"000{i}", n, f"0000{1 + i % 2}") for i, n in enumerate(NODES)],
        closures=rows,
        reviews=[review(f"h{i}", f"000{i % 7}", 2025, water_standard=1) for i in range(20)],
    )
    bridges = what_if.bridges(tables, AT)[:2]

    told = bridge_story.tell(tables, LAW, PLACE, at=AT, bridges=bridges)

    assert [t.bridge for t in told] == bridges
