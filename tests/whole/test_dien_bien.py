"""The whole province: published totals, the contract of the commands, real boundaries."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.home import ROOT, Home

pytestmark = pytest.mark.province
SHARED = ROOT.parent / "shared/data/dienbien"
AT = "2026-11-24"


@pytest.fixture(scope="session")
def measured(dien_bien: Home) -> dict[str, Any]:
    """What `hoaban measure --json` says of Điện Biên."""
    return dien_bien.json("measure", "--at", AT)


@pytest.fixture(scope="session")
def planned(dien_bien: Home) -> dict[str, Any]:
    """What `hoaban plan --budget 1200ty` says of Điện Biên."""
    return dien_bien.json("plan", "--budget", "1200ty", "--years", "2026-2030", "--at", AT)


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the snapshot's tables."""
    with duckdb.connect() as engine:
        for file in (home.snapshot / "tables").glob("*.parquet"):
            engine.execute(f"create view {file.stem} as from read_parquet('{file}')")
        return engine.execute(sql).fetchall()


COUNT = """
with r as (
  select area[:9] as commune, income_per_head_vnd <= case when rural then 1500000 else 2000000 end
    and employment + dependants + nutrition + insurance + adult_education + child_attendance
    + house_quality + house_area + water + toilet + telecom + devices >= 3 as poor,
    income_per_head_vnd <= case when rural then 1500000 else 2000000 end as low
  from reviews join (select area as c, rural from areas where kind = 'commune') on c = area[:9]
  where round = {round})
"""


def test_the_published_counts_of_2025_come_out_exactly(dien_bien: Home) -> None:
    poor, low, all_of_them = ask(
        dien_bien, COUNT.format(round=2025) + "select sum(poor), sum(low), count(*) from r"
    )[0]
    assert (int(poor), int(low) - int(poor), all_of_them) == (25_541, 18_748, 143_650)


@pytest.mark.parametrize(
    ("codes", "percent"),
    [
        (("03127", "03151", "03334"), 3.40),  # the three wards
        (("03162",), 74.66),  # Nậm Kè
        (("03176",), 73.18),  # Nà Bủng
        (("03163",), 64.71),  # Mường Toong
    ],
)
def test_published_rates_of_places_come_out(
    dien_bien: Home, codes: tuple[str, ...], percent: float
) -> None:
    places = ", ".join(f"'11/{code}/'" for code in codes)
    rate = ask(
        dien_bien,
        COUNT.format(round=2025) + f"select 100 * avg(low::int) from r where commune in ({places})",
    )[0][0]
    assert round(rate, 2) == percent


@pytest.mark.parametrize(
    ("year", "poor", "both"), [(2023, 25.68, 36.97), (2024, 21.29, 33.24), (2025, 17.78, 30.83)]
)
def test_published_rates_of_years_come_out(
    dien_bien: Home, year: int, poor: float, both: float
) -> None:
    found = ask(
        dien_bien,
        COUNT.format(round=year) + "select 100 * avg(poor::int), 100 * avg(low::int) from r",
    )[0]
    assert [round(rate, 2) for rate in found] == [poor, both]


def test_people_and_places_fit_the_published_totals(dien_bien: Home) -> None:
    villages = "select count(*), count(*) filter (minority_area) from villages"
    assert ask(dien_bien, villages)[0][1] == 1276
    assert ask(dien_bien, "select count(*) from people") == [(673_091,)]
    assert ask(dien_bien, "select count(*) from villages where special_difficulty") == [(923,)]
    assert ask(
        dien_bien,
        "select count(*) from (select area[:9] as c, sum(people) as n from villages group by 1) "
        "join areas on areas.area = c where n <> population",
    ) == [(0,)]
    kinds = "select count(*) from facilities where kind = "
    assert ask(dien_bien, kinds + "'station'") == [(45,)]
    assert ask(dien_bien, kinds + "'satellite_point'") == [(84,)]
    assert ask(dien_bien, "select count(*) from staff where role = 'commune'") == [(3_567,)]
    assert ask(dien_bien, "select count(*) from procedures") == [(86,)]


def test_every_synthetic_row_says_so(dien_bien: Home) -> None:
    for name in ("villages", "roads", "paths", "facilities", "closures", "households", "people"):
        assert ask(dien_bien, f"select distinct origin from {name}") == [("synthetic",)]


def test_no_ethnicity_and_no_name_is_frozen(dien_bien: Home) -> None:
    columns = {
        c for f in (dien_bien.snapshot / "tables").glob("*.parquet") for c in parquet_columns(f)
    }
    assert columns & {"ethnicity", "label", "phone", "full_name"} == set()


def parquet_columns(file: Path) -> list[str]:
    """Names of a Parquet file's columns."""
    import pyarrow.parquet as pq

    return list(pq.read_schema(file).names)


def test_t1_is_the_published_rate_with_the_new_standard_beside_it(
    measured: dict[str, Any],
) -> None:
    t1 = measured["targets"]["T1"]
    assert round(t1["value"], 4) == 0.1778
    assert t1["met"] is False
    assert t1["parts"]["rate_2027_2030"] > t1["parts"]["rate_2022_2026"]


def test_joint_coverage_is_no_larger_than_its_smallest_part(measured: dict[str, Any]) -> None:
    t3 = measured["targets"]["T3"]
    parts = t3["parts"]
    assert t3["value"] == pytest.approx(parts["joint"]["share"])
    for name in ("health", "education", "water_standard"):
        assert parts["joint"]["share"] <= parts[name]["share"] + 1e-12


def test_the_plan_keeps_to_its_money(planned: dict[str, Any]) -> None:
    assert planned["budget_vnd"] == 1200 * 10**9
    assert 0 < planned["spent_vnd"] <= planned["budget_vnd"]
    assert planned["contracts"] == 45
    assert planned["worth"] <= planned["bound"]
    assert 0 <= planned["gap"] < 0.15
    worths = [point["worth"] for point in planned["curve"]]
    assert worths == sorted(worths)
    assert planned["curve"][-1]["worth"] == planned["worth"]


@pytest.mark.from_snapshot
def test_the_plan_comes_out_the_same_again(dien_bien: Home, planned: dict[str, Any]) -> None:
    again = dien_bien.json("plan", "--budget", "1200ty", "--years", "2026-2030", "--at", AT)

    told = {"seconds", "peak_mb"}
    assert again.keys() == planned.keys() > told
    assert {k: v for k, v in again.items() if k not in told} == {
        k: v for k, v in planned.items() if k not in told
    }


def test_real_boundaries_take_the_place_of_the_cells(dien_bien: Home) -> None:
    file = SHARED / "communes.geojson"
    if not file.is_file():
        pytest.skip("shared data absent")
    assert "45" in dien_bien.run("import", "boundaries", str(file)).stdout
