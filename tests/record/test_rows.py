"""Rows in and out of the database keep their values to the last bit, on both databases."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.record import rows
from hoaban.record.freeze import freeze
from hoaban.record.lists import TYPES, ListSpec
from tests.record import small

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "flag": st.booleans(),
    "answer": st.integers(0, 1),
    "date": st.dates(date(1800, 1, 1), date(2200, 1, 1)),
    "instant": st.integers(-(10**15), 10**16).map(
        lambda number: EPOCH + timedelta(microseconds=number)
    ),
}
ROW = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})
SCHEMA = pa.schema([(name, TYPES[name]) for name in VALUES])


@given(st.lists(ROW, min_size=1, max_size=8))
def test_json_text_brings_every_value_back(given_rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(given_rows, schema=SCHEMA)
    lines = rows.to_json(table).to_pylist()
    assert len(lines) == len(given_rows)
    assert all("\n" not in line for line in lines)
    assert rows.from_json(lines, SCHEMA).to_pylist() == given_rows


def test_a_key_that_is_absent_is_null_and_a_stranger_is_ignored() -> None:
    schema = pa.schema([("members", pa.int64())])
    found = rows.from_json(['{"members": 4}', '{"phone": "0123"}'], schema)
    assert found.to_pydict() == {"members": [4, None]}


def test_rows_without_properties_are_empty_objects() -> None:
    table = pa.table({"key": ["a", "b"]}).select([])
    assert len(rows.from_json(["{}", "{}"], pa.schema([])).column_names) == 0
    assert rows.to_json(table).to_pylist() == ["{}"] * len(table)


NASTY = [
    (0.1 + 0.2, "nháy “đơn” 'và' \"kép\""),
    (1.7976931348623157e308, "xuống\ndòng\r\nvà\ttab"),
    (5e-324, '\\N \\. \\u0041 {"a": 1}'),
    (-0.0, ""),
    (1e22, "Mường Nhé, Đà Nẵng; 🌸"),
    (123456789.123456789, " khoảng trắng "),
]


def test_a_snapshot_has_the_values_that_were_loaded(
    load: Callable[[small.Tables], dict[str, int]], lists: dict[str, ListSpec], tmp_path: Path
) -> None:
    load(
        [
            (
                "roads",
                small.rows(
                    *(
                        {
                            "key": f"R{number}",
                            "area": "11/00104/",
                            "from": text or "-",
                            "length_m": length,
                            "bridge": True,
                        }
                        for number, (length, text) in enumerate(NASTY)
                    )
                ),
            )
        ]
    )
    folder = freeze(tmp_path / "snapshots", lists, key=b"k")
    found = pq.read_table(folder / "tables/roads.parquet").to_pylist()
    assert [(r["length_m"], r["from"]) for r in found] == [(n, t or "-") for n, t in NASTY]
    assert [math.copysign(1, r["length_m"]) for r in found] == [1] * len(NASTY)


@pytest.mark.parametrize("seed", [0, 1, 2**63])
def test_uuids_do_not_collide(seed: int) -> None:
    keys = [str(number) for number in range(2000)]
    drawn = [rows.drawn_uuids(seed, name, keys) for name in ("people", "households")]
    assert len({uuid for group in drawn for uuid in group}) == 4000
