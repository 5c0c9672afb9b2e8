"""What the next year may bring, as columns, figures and weak links."""

from typing import Any

import numpy as np
import pyarrow.compute as pc

from hoaban.measure import what_if
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, facility, village


def province() -> Tables:
    """
    A --r1 short, firm-- B --r2 long, weak-- C       D --r3 dry only-- A
    """
    drawn = world.drawn("A --r1 1km-- B --r2 9km-- C\nA --r3 1km dry-- D")
    drawn["roads"][0]["susceptibility"] = 0.0
    drawn["roads"][1]["susceptibility"] = 1.0
    return world.tables(
        **drawn,
        areas=world.communes("00001", "00002"),
        villages=[
            village("0001", "B"),
            village("0002", "C", "00002"),
            village("0003", "D", "00002"),
        ],
        facilities=[facility("seat", "A"), facility("seat", "C", "00002")],
    )


def measured(tables: Tables, **more: Any) -> Measured:
    return measure(tables, LAW, PLACE, at=AT, ahead=True, **more)


def figure(found: Measured, indicator: str, area: str) -> dict[str, Any]:
    table = found.figures
    here = pc.and_(pc.equal(table["indicator"], indicator), pc.equal(table["area"], area))
    return dict(table.filter(here).to_pylist()[0])


def test_a_village_behind_a_weak_road_expects_days_and_one_on_a_firm_road_none() -> None:
    rows = measured(province()).villages.to_pylist()

    days = [row["expected_days_motorbike"] for row in rows]
    assert days[0] == 0
    assert days[1] > 0
    assert (
        rows[1]["expected_days_low_motorbike"] <= days[1] <= rows[1]["expected_days_high_motorbike"]
    )
    assert rows[1]["longest_days_motorbike"] <= days[1]
    assert 0 < rows[1]["chance_motorbike"] <= 1


def test_where_no_way_is_there_to_lose_nothing_is_expected() -> None:
    last = measured(province()).villages.to_pylist()[2]

    assert last["expected_days_motorbike"] is None
    assert last["expected_days_foot"] is not None


def test_figures_of_a_commune_are_those_of_its_people_who_have_a_way() -> None:
    found = measured(province())

    village_ = figure(found, "isolation.expected_days_motorbike", "11/00002/0002/")
    commune = figure(found, "isolation.expected_days_motorbike", "11/00002/")
    assert commune["value"] == village_["value"]
    assert commune["low"] is not None
    assert commune["method"] == "storms-1"
    share = figure(found, "isolation.chance_motorbike", "11/")
    assert np.isclose(share["value"], found.villages["chance_motorbike"][1].as_py() / 2)


def test_the_weak_road_is_named_with_its_people() -> None:
    parts = measured(province()).targets["T2"]["parts"]

    assert [(row["road"], row["people"]) for row in parts["weak_links"]] == [("r2", 100)]
    assert parts["weak_links"][0]["saved"] > 0
    assert parts["forecast"]["years"] == LAW.number("closures.scenarios", AT)


def test_closing_a_road_for_a_what_if_changes_nothing_expected() -> None:
    tables = province()
    before, after = measured(tables), measured(what_if.closed(tables, "r2", AT))

    changed = {row["indicator"] for row in what_if.differences(before, after)}
    assert changed
    assert not [
        name for name in changed if name.startswith(("isolation.expected", "isolation.chance"))
    ]


def test_two_measurings_expect_the_same_to_the_last_bit() -> None:
    one, two = measured(province()), measured(province())

    assert one.villages.equals(two.villages)
    assert one.targets == two.targets


def test_a_village_that_stands_nowhere_is_in_no_figure() -> None:
    tables = province()
    rows = tables.arrow("villages").to_pylist()
    rows[1] |= {"node": None, "lon": None, "lat": None}
    found = measured(tables.replace(villages=world.table("villages", rows)))

    lost = "11/00002/0002/"
    for name in ("isolation.car_wet", "isolation.days_car", "rural_access.within_7",
                 "access.station_capacity"):  # fmt: skip
        assert figure(found, name, lost)["value"] is None
    assert figure(found, "isolation.days_car", "11/00002/")["denominator"] == 100
