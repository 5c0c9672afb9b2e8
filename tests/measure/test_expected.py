"""What the next year may bring, as columns, figures and weak links."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow.compute as pc

from hoaban.measure import what_if
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, facility, village, with_value

HOURS = ("national", "provincial", "commune", "village")


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
    assert commune["method"] == "storms-2"
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


def slid() -> Tables:
    """`province` with r3 weak and open all year, and four landslides recorded on r2."""
    tables = province()
    roads = tables.arrow("roads").to_pylist()
    rows = [
        {**row, "susceptibility": weak, "passable_car_wet": True, "passable_motorbike_wet": True}
        | {"speed_car_wet_kmh": 40.0, "speed_motorbike_wet_kmh": 20.0}
        for row, weak in zip(roads, (0.5, 1.0, 1.0), strict=True)
    ]
    days = ("2026-06-01", "2026-06-20", "2026-07-10", "2026-08-01")
    closures = [world.closure("r2", day, f"{day[:-2]}{int(day[-2:]) + 2:02}") for day in days]
    given = {name: tables.arrow(name) for name in tables}
    given |= {"roads": world.table("roads", rows), "closures": world.table("closures", closures)}
    return Tables.of(given, "hand-made")


def mended(tables: Tables) -> Tables:
    """r2 and r3 hardly ever slide; r1 is as it was."""
    rows = tables.arrow("roads").to_pylist()
    safer = [{**row, "susceptibility": 0.01} if row["id"] != "r1" else row for row in rows]
    return tables.replace(roads=world.table("roads", safer))


def test_mending_other_roads_makes_no_village_worse() -> None:
    tables = slid()

    before, after = (
        measured(some).villages["expected_days_motorbike"].to_pylist()
        for some in (tables, mended(tables))
    )

    assert before[0] > 0
    assert after[0] == before[0]
    assert after[1] < before[1]
    assert after[2] < before[2]


def test_striking_landslides_from_the_record_of_a_mended_road_makes_no_other_safer() -> None:
    """As the works of a programme do (`plan.on_ground.closures`)."""
    tables = slid()
    struck = tables.replace(closures=tables.arrow("closures").slice(0, 1))

    before, after = (measured(some).villages["expected_days_foot"] for some in (tables, struck))

    assert after.to_pylist() == before.to_pylist()


def test_the_record_of_a_snapshot_does_move_what_is_expected() -> None:
    tables = slid()
    given = {name: tables.arrow(name) for name in tables}
    given["closures"] = given["closures"].slice(0, 0)

    with_, without = (
        measured(some).targets["T2"]["parts"]["forecast"]["closures_recorded"]
        for some in (tables, Tables.of(given, "hand-made"))
    )

    assert (with_, without) == (4, 0)


def test_what_is_believed_does_not_hang_on_the_order_of_asking() -> None:
    first = measured(mended(slid())).villages
    tables = slid()
    measured(tables)

    assert measured(mended(tables)).villages.equals(first)


def test_another_law_or_rainy_season_is_not_answered_from_what_is_kept() -> None:
    tables = slid()
    kinder = with_value(LAW, "closures.hours", dict.fromkeys(HOURS, 1))
    drier = replace(PLACE, wet_months=(7,))

    days = [
        measure(tables, law, place, at=AT, ahead=True).villages["expected_days_motorbike"][1]
        for law, place in ((LAW, PLACE), (kinder, PLACE), (LAW, drier), (LAW, PLACE))
    ]

    assert days[0] == days[3]
    assert days[1].as_py() < days[0].as_py()
    assert days[2] != days[0]


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
