"""A snapshot's tables by name."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hoaban.measure import tables as tables_module
from hoaban.measure.tables import NoSuchTable, NotASnapshot, Tables
from tests.measure import world

ROADS = pa.table({"id": ["a", "b"], "length_m": [2, 3], "origin": ["official", "imported"]})


def test_open_reads_every_parquet_file_of_a_snapshot(tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-24-aaaaaaaaaaaa"
    (folder / "tables").mkdir(parents=True)
    pq.write_table(ROADS, folder / "tables/roads.parquet")

    found = Tables.open(folder)

    assert (found.name, list(found)) == ("2026-11-24-aaaaaaaaaaaa", ["roads"])
    assert found.arrow("roads", ["id"]).to_pylist() == [{"id": "a"}, {"id": "b"}]
    longest = found["roads"].agg(longest=found["roads"].length_m.max())
    assert found.run(longest).to_pylist() == [{"longest": 3}]


def test_open_says_when_a_folder_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(NotASnapshot, match="hoaban freeze"):
        Tables.open(tmp_path)


def test_a_table_nobody_has_is_a_problem_that_names_the_nearest() -> None:
    with pytest.raises(NoSuchTable, match="roads"):
        Tables.of({"roads": ROADS})["road"]


def test_replace_leaves_the_first_tables_as_they_were() -> None:
    first = Tables.of({"roads": ROADS})

    second = first.replace(roads=ROADS.slice(0, 1), closures=ROADS)

    assert [first.arrow("roads").num_rows, second.arrow("roads").num_rows] == [2, 1]
    assert ("closures" in first, "closures" in second) == (False, True)
    assert [t.run(t["roads"].agg(n=t["roads"].count())).to_pylist() for t in (first, second)] == [
        [{"n": 2}],
        [{"n": 1}],
    ]


def test_run_gives_whole_numbers_back_as_whole_numbers() -> None:
    found = Tables.of({"roads": ROADS})

    total = found.run(found["roads"].agg(total=found["roads"].length_m.sum()))

    assert total.schema.field("total").type == pa.int64()


def test_valid_keeps_the_rows_of_the_day_and_the_last_day_is_not_one() -> None:
    found = world.tables(
        villages=[
            world.village("0001", "A"),
            world.village("0002", "A", valid_to=date(2026, 11, 24)),
            world.village("0003", "A", valid_from=date(2026, 11, 25)),
            world.village("0004", "A", valid_from=None),
        ]
    )

    assert found.valid("villages", world.AT, ["id"])["id"].to_pylist() == ["0001", "0004"]


def test_origin_is_the_weakest_of_any_row() -> None:
    found = Tables.of({"roads": ROADS, "none": ROADS.slice(0, 0)})

    assert found.origin("roads") == "imported"
    assert found.origin("none") == "official"
    assert tables_module.weakest({"official", "synthetic", "assumed"}) == "synthetic"
    assert tables_module.weakest({"official", "hearsay"}) == "synthetic"


def test_once_makes_again_only_what_a_replaced_table_can_change() -> None:
    made: list[str] = []
    first = Tables.of({"roads": ROADS, "reviews": ROADS})

    def make(word: str) -> str:
        made.append(word)
        return word

    first.once("counts", ["reviews"], make, "one")
    first.replace(roads=ROADS).once("counts", ["reviews"], make, "one")
    first.replace(reviews=ROADS).once("counts", ["reviews"], make, "one")

    assert made == ["one", "one"]
