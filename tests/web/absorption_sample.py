"""A snapshot with nothing but how far money came in two communes, written as freezing does."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DAY = date(2026, 11, 24)
NAME = "2026-11-24-0123456789ab"
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "area", "origin", "source")),
        *((name, pa.date32()) for name in ("valid_from", "valid_to")),
        *((name, pa.int64()) for name in ("year", "month")),
        *((name, pa.string()) for name in ("fund", "kind")),
        *(
            (f"{stage}_vnd", pa.int64())
            for stage in ("planned", "allocated", "disbursed", "verified")
        ),
        ("cause", pa.string()),
    ]
)


def row(month: int, *billions: int, commune: str = "00001", **more: Any) -> dict[str, Any]:
    """One commune's money to the end of a month: planned, allocated, disbursed, verified."""
    planned, allocated, disbursed, verified = (amount * 10**9 for amount in billions)
    given = {"fund": "programme", "kind": "investment", "year": 2026, "cause": None, **more}
    return {
        **given,
        "id": f"{given['year']}-{month}-{commune}-{given['fund']}-{given['kind']}",
        "area": f"11/{commune}/",
        "origin": "synthetic",
        "source": "by hand",
        "valid_from": date(2025, 7, 1),
        "valid_to": None,
        "month": month,
        "planned_vnd": planned,
        "allocated_vnd": allocated,
        "disbursed_vnd": disbursed,
        "verified_vnd": verified,
    }


# Mường Một's programme money stands still from February on for want of land.
YEAR = [
    row(1, 100, 60, 0, 0),
    row(2, 100, 80, 10, 5),
    row(10, 100, 80, 10, 5, cause="land"),
    row(2, 50, 50, 5, 0, commune="00002", fund="local"),
    row(9, 50, 50, 20, 10, commune="00002", fund="local"),
    row(10, 50, 50, 40, 30, commune="00002", fund="local"),
    row(10, 30, 30, 15, 15, commune="00002", fund="local", kind="recurrent"),
]


def snapshot(folder: Path, rows: list[dict[str, Any]] | None) -> Path:
    """The folder of snapshots; ``rows`` None leaves the list out, as old snapshots do."""
    tables = folder / NAME / "tables"
    tables.mkdir(parents=True)
    pq.write_table(pa.table({"id": ["x"]}), tables / "areas.parquet")
    if rows is not None:
        pq.write_table(pa.Table.from_pylist(rows, _SCHEMA), tables / "absorption.parquet")
    said = json.dumps({"date": DAY.isoformat(), "resources": []})
    (folder / NAME / "datapackage.json").write_text(said, "utf-8")
    return folder
