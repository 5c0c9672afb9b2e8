"""Money of the year, month by month: shared out to the đồng, and no stage ever grows."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hoaban.account.spending.absorption import CAUSES, STAGES
from hoaban.record.checks import fit
from hoaban.record.lists import read_lists
from hoaban.record.province import Province, read_province
from hoaban.record.synthetic import absorption
from hoaban.record.synthetic.generate import assumptions
from hoaban.record.synthetic.households import Homes

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", params=["provinces/dien_bien", "tests/provinces/nho"])
def province(request: pytest.FixtureRequest) -> Province:
    return read_province(ROOT / request.param)


@pytest.fixture(scope="module")
def homes(province: Province) -> Homes:
    return one_village_each(province)


def one_village_each(province: Province) -> Homes:
    """One specially difficult village in every commune."""
    count = len(province.communes)
    every = np.arange(count)
    return Homes(
        code=tuple(f"{n:04}" for n in range(count)),
        path=tuple(f"{province.path}{c.code}/{n:04}/" for n, c in enumerate(province.communes)),
        languages=(("vi",),) * count,
        number=every,
        commune=every,
        households=np.ones(count, dtype=np.int64),
        remoteness=np.zeros(count),
        difficult=np.ones(count),
    )


@pytest.fixture(scope="module")
def assumed(province: Province) -> dict[str, Any]:
    found: dict[str, Any] = assumptions(province)["people"]
    return found


@pytest.fixture(scope="module")
def made(province: Province, homes: Homes, assumed: dict[str, Any]) -> list[dict[str, Any]]:
    return rows(absorption.table(1, province, homes, assumed))


def rows(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_the_plan_of_all_communes_is_the_province_s_money(
    made: list[dict[str, Any]], province: Province, assumed: dict[str, Any]
) -> None:
    year = assumed["as_of"].year
    money = {(e.source, e.kind): e.amount_vnd for e in province.envelopes if e.year == year}
    for month in range(1, assumed["as_of"].month):
        sums = dict.fromkeys(money, 0)
        for row in made:
            if row["month"] == month:
                sums[row["fund"], row["kind"]] += row["planned_vnd"]
        assert sums == money


def test_no_stage_grows_and_no_sum_falls(made: list[dict[str, Any]]) -> None:
    before: dict[Any, list[int]] = {}
    for row in made:
        amounts = [row[f"{stage}_vnd"] for stage in STAGES]
        assert amounts == sorted(amounts, reverse=True)
        flow = (row["area"], row["fund"], row["kind"])
        assert all(a >= b for a, b in zip(amounts, before.get(flow, amounts), strict=True))
        before[flow] = amounts


def test_rows_are_what_the_pack_declares_and_say_that_they_are_synthetic(
    province: Province, homes: Homes, assumed: dict[str, Any]
) -> None:
    table = fit(
        absorption.table(1, province, homes, assumed), read_lists(ROOT / "packs")["absorption"]
    )
    assert set(table["origin"].to_pylist()) == {"synthetic"}
    assert set(table["cause"].to_pylist()) <= {*CAUSES, None}
    assert len(set(table["key"].to_pylist())) == len(table)


def test_the_same_seed_makes_the_same_and_another_another(
    made: list[dict[str, Any]], province: Province, homes: Homes, assumed: dict[str, Any]
) -> None:
    assert rows(absorption.table(1, province, homes, assumed)) == made
    assert rows(absorption.table(2, province, homes, assumed)) != made


def test_one_envelope_less_moves_no_other_draw(
    made: list[dict[str, Any]], province: Province, homes: Homes, assumed: dict[str, Any]
) -> None:
    fewer = replace(
        province, envelopes=tuple(e for e in province.envelopes if e.source != "central")
    )
    kept = rows(absorption.table(1, fewer, homes, assumed))
    assert kept == [row for row in made if row["fund"] != "central"]


def test_in_january_no_month_is_over(
    province: Province, homes: Homes, assumed: dict[str, Any]
) -> None:
    early = {**assumed, "as_of": date(assumed["as_of"].year, 1, 20)}
    assert absorption.table(1, province, homes, early).num_rows == 0


def test_a_year_s_investment_comes_about_as_far_as_was_published() -> None:
    dien_bien = read_province(ROOT / "provinces/dien_bien")
    assumed = assumptions(dien_bien)["people"]
    made = rows(absorption.table(1, dien_bien, one_village_each(dien_bien), assumed))
    september = [row for row in made if row["month"] == 9 and row["kind"] == "investment"]
    planned, disbursed = (
        sum(row[name] for row in september) for name in ("planned_vnd", "disbursed_vnd")
    )
    assert disbursed / planned == pytest.approx(0.453, abs=0.03)
