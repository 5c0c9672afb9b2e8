"""A whole measuring: the five targets, the facts of every village, and where figures come from."""

import json
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from hoaban.measure.reach import NoCentre
from hoaban.measure.tables import Tables
from hoaban.measure.targets import TARGETS, as_json, measure, passes
from tests.measure import world
from tests.measure.test_procedures import CATALOGUE, live
from tests.measure.test_staff import course, post
from tests.measure.test_what_if import province
from tests.measure.world import AT, LAW, PLACE, review


def full() -> Tables:
    """The province of the bridge story, with staff and procedures."""
    found = province()
    staff = [post("mai", "0001"), post("an", "11/00001/")]
    return found.replace(
        staff=world.table("staff", staff),
        training=world.table("training", [course("mai"), course("an")]),
        procedures=world.table("procedures", CATALOGUE),
        deployments=world.table("deployments", [live("birth")]),
    )


def test_the_object_has_every_target_with_value_mark_parts_and_met() -> None:
    found = as_json(measure(full(), LAW, PLACE, at=AT))

    assert json.loads(json.dumps(found)) == found
    assert (found["snapshot"], found["at"], found["origin"]) == (
        "hand-made",
        "2026-11-24",
        "synthetic",
    )
    assert found["province"]["name"] == {"vi": "Tỉnh Nhỏ", "en": "Small Province"}
    assert list(found["targets"]) == list(TARGETS)
    for target in found["targets"].values():
        assert 0 <= target["value"] <= 1
        assert target["met"] in (True, False)
        assert target["parts"]
        assert target["method"]
    assert found["targets"]["T2"]["parameters"][1]["name"] == "connection.closed_days_max"


def test_the_same_tables_give_the_same_figures() -> None:
    first, second = (measure(full(), LAW, PLACE, at=AT) for _ in range(2))

    assert first.figures == second.figures
    assert first.villages == second.villages
    assert as_json(first) == as_json(second)


def test_a_ceiling_is_passed_under_and_a_floor_is_reached() -> None:
    assert (passes("T1", 0.15, 0.15), passes("T1", 0.1499, 0.15)) == (False, True)
    assert (passes("T2", 1.0, 1.0), passes("T3", 0.79, 0.8)) == (True, False)


def test_an_origin_is_the_weakest_of_the_tables_and_pass_marks_it_rests_on() -> None:
    tables = full()
    official = {
        name: _with_origin(tables.arrow(name), "official")
        for name in tables
        if name not in ("staff", "training")
    }

    targets = measure(tables.replace(**official), LAW, PLACE, at=AT).targets

    assert targets["T4"]["origin"] == "synthetic"
    # Nobody has decided the pass marks of the invented province: they are assumed.
    assert targets["T2"]["origin"] == "assumed"


def _with_origin(table: Any, origin: str) -> Any:
    index = table.column_names.index("origin")
    return table.set_column(index, "origin", pa.array([origin] * table.num_rows, pa.string()))


def test_a_village_has_its_facts_in_one_row() -> None:
    rows = measure(full(), LAW, PLACE, at=AT).villages.to_pylist()

    tau = next(row for row in rows if row["village"] == "0004")
    expected = {
        "area": "11/00003/0004/",
        "commune": "11/00003/",
        "people": 100,
        "zone": "III",
        "highland": True,
        "isolated_car_wet": False,
        "cut_off_days_car": 0.0,
        "all_season_link": True,
        "minutes_station_car_dry": 12.0,  # 8 km at 40 km/h
        "minutes_station_motorbike_dry": 24.0,
        "minutes_market_car_dry": None,  # there is none
        # 2 km to Lái, 3 km by the footpath to Che, 4 km to Nưa
        "km_school_primary": pytest.approx(9.0, abs=0.001),
        "reviewed_people": 48,  # 12 households of 4
        "hygienic_people": 48,
        "poor_old": 0,
        "staff": 0,
        "has_speaker": False,
        "procedures_live": 0,
    }
    assert {name: tau[name] for name in expected} == expected


def test_a_village_without_a_node_is_unknown_and_not_cut_off() -> None:
    tables = full()
    rows = tables.arrow("villages").to_pylist()
    rows[3]["node"] = None

    found = measure(tables.replace(villages=world.table("villages", rows)), LAW, PLACE, at=AT)

    tau = found.villages.to_pylist()[3]
    assert [tau[n] for n in ("isolated_car_wet", "cut_off_days_car", "all_season_link")] == [
        None,
        None,
        None,
    ]
    assert tau["minutes_station_car_dry"] is None


def test_figures_of_a_village_with_few_poor_are_suppressed_and_its_facts_are_not() -> None:
    poor = {"income_per_head_vnd": 1_000_000, "lacks": ("water", "toilet", "telecom")}
    reviews = [
        review(f"h{village}-{i}", f"000{village}", 2025, **(poor if i < some else {}))
        for village, some in ((1, 3), (2, 12), (3, 15), (4, 11), (5, 12))
        for i in range(40)
    ]

    found = measure(full().replace(reviews=world.table("reviews", reviews)), LAW, PLACE, at=AT)

    rows = {
        row["area"]: row
        for row in found.figures.to_pylist()
        if (row["indicator"], row["group"], row["standard"])
        == ("poverty.poor", "households", "2022-2026")
    }
    assert rows["11/"]["value"] == 53 / 200
    # Commune 00001 is the village 0001: 3 poor of 40. Its sum would follow from the others'.
    assert [p for p, row in rows.items() if row["suppressed"]] == [
        "11/00001/",
        "11/00001/0001/",
        "11/00002/",
        "11/00002/0002/",
        "11/00002/0003/",
    ]
    assert [r["poor_old"] for r in found.villages.to_pylist()] == [3, 12, 15, 11, 12]


def test_staff_figures_stop_at_the_commune() -> None:
    figures = measure(full(), LAW, PLACE, at=AT).figures.to_pylist()

    places = {row["area"] for row in figures if row["indicator"].startswith("staff.")}
    assert places == {"11/", "11/00001/", "11/00002/", "11/00003/"}


def test_a_measuring_before_the_register_begins_knows_nothing() -> None:
    tables = full()
    begun = {
        name: world.table(
            name,
            [{**row, "valid_from": date(2026, 1, 1)} for row in tables.arrow(name).to_pylist()],
        )
        for name in ("areas", "villages", "staff", "procedures", "reviews")
    }

    found = measure(tables.replace(**begun), LAW, PLACE, at=date(2025, 8, 1))

    values = {name: target["value"] for name, target in found.targets.items()}
    assert values == dict.fromkeys(TARGETS)
    assert {target["met"] for target in found.targets.values()} == {None}


def test_a_province_without_its_centre_on_the_network_is_a_problem() -> None:
    with pytest.raises(NoCentre, match="11/00001/"):
        measure(full().replace(facilities=world.table("facilities", [])), LAW, PLACE, at=AT)
