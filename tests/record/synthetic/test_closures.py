"""Closures: keyed by road and year, in the rains, one at a time on a road."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.record.synthetic import closures
from tests.record.nho import small

AT = date(2026, 11, 24)


def build(seed: int = 1, at: date = AT) -> pa.Table:
    made = small(seed)
    return closures.build(made.network, made.province, made.spec, seed, at)


def rows(table: pa.Table) -> list[dict[str, Any]]:
    return list(table.to_pylist())


def test_that_closures_lie_in_the_years_before_the_day_in_order() -> None:
    found = rows(build())
    starts = [row["started_at"] for row in found]
    assert starts == sorted(starts)
    assert datetime(2021, 11, 23, tzinfo=UTC) < starts[0]
    assert starts[-1] < datetime(2026, 11, 24, tzinfo=UTC)
    assert [row["key"] for row in found] == [f"C{n:05d}" for n in range(1, len(found) + 1)]
    assert all(row["valid_from"] == row["started_at"].date() for row in found)


def test_that_most_closures_fall_in_the_wet_months() -> None:
    months = [row["started_at"].month for row in rows(build())]
    assert sum(month in small().province.wet_months for month in months) > 0.7 * len(months)


def test_that_a_road_is_closed_once_at_a_time() -> None:
    by_road: dict[str, list[dict[str, Any]]] = {}
    for row in rows(build()):
        by_road.setdefault(row["road"], []).append(row)
    assert max(map(len, by_road.values())) > 1
    for own in by_road.values():
        for one, two in pairwise(own):
            assert one["ended_at"] is not None
            assert one["ended_at"] < two["started_at"]


def test_that_what_is_not_cleared_on_the_day_has_no_end() -> None:
    # the same history looked at in the middle of a wet season: what lasts beyond is open
    late = {(r["road"], r["started_at"]): r for r in rows(build())}
    early = rows(build(at=date(2025, 8, 10)))
    end = datetime(2025, 8, 10, tzinfo=UTC)
    for row in early:
        whole = late.get((row["road"], row["started_at"]))
        if whole is None:  # before the first year of the later history
            assert row["started_at"] < datetime(2021, 11, 25, tzinfo=UTC)
        elif row["ended_at"] is None:
            assert whole["ended_at"] is None or whole["ended_at"] > end
        else:
            assert row["ended_at"] == whole["ended_at"]
    assert any(row["ended_at"] is not None for row in early)


def test_that_closing_lasts_from_an_hour_to_months() -> None:
    spans = [r["ended_at"] - r["started_at"] for r in rows(build()) if r["ended_at"]]
    assert timedelta(hours=1) <= min(spans) <= timedelta(hours=12)
    assert timedelta(days=5) <= max(spans) <= timedelta(days=100)


def test_that_a_steadier_road_moves_no_other_roads_closures() -> None:
    made = small()
    key = Counter(row["road"] for row in rows(build())).most_common(1)[0][0]
    table = made.network.roads
    calm = pa.array([0.0 if k == key else s for k, s in zip(
        table["key"].to_pylist(), table["susceptibility"].to_pylist(), strict=True)])  # fmt: skip
    place = table.column_names.index("susceptibility")
    network = replace(made.network, roads=table.set_column(place, "susceptibility", calm))
    other = closures.build(network, made.province, made.spec, 1, AT)
    names = ["road", "started_at", "ended_at", "kind", "passable_by"]

    def rest(found: pa.Table) -> list[Any]:
        return list(found.filter(pc.not_equal(found["road"], key)).select(names).to_pylist())

    assert rest(other) == rest(build())
    assert other.num_rows < build().num_rows


def test_that_more_susceptible_roads_close_more_often() -> None:
    made = small()
    table = made.network.roads
    place = table.column_names.index("susceptibility")
    counts = []
    for risk in (0.1, 0.5, 1.0):
        same = table.set_column(place, "susceptibility", pa.array([risk] * table.num_rows))
        network = replace(made.network, roads=same)
        counts.append(closures.build(network, made.province, made.spec, 1, AT).num_rows)
    assert counts == sorted(counts)
    assert counts[2] > 2 * counts[0]


def test_that_the_same_seed_gives_the_same_bytes() -> None:
    assert build().equals(build())
    assert not build(2).equals(build())
