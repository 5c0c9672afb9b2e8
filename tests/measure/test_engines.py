"""DuckDB and Spark answer the same questions with the same rows, or say plainly why they cannot."""

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hoaban.measure import procedures, services
from hoaban.measure.engines import DuckDB, Engine, NoJava, NoSpark, NoSuchEngine, Spark
from hoaban.measure.poverty import cells, counts, headline, movement, patterns
from hoaban.measure.poverty.standards import standards
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS
from tests.measure import world
from tests.measure.test_procedures import CATALOGUE, live
from tests.measure.world import AT, LAW, review, village

RULES = standards(LAW)
PLACES = ["0001", "0002", "0003", "0009"]
VILLAGES = [village("0001", "A"), village("0002", "A", rural=False), village("0003", "A", "00002")]


def test_an_engine_nobody_has_is_a_problem_that_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "tables/roads.parquet")

    with pytest.raises(NoSuchEngine, match="spark"):
        Tables.open(tmp_path, "sparks")


def test_without_pyspark_the_problem_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    with pytest.raises(NoSpark) as refused:
        Spark().offer("t0", pa.table({"id": ["a"]}))

    assert "hoaban[spark]" in refused.value.text("vi")
    assert "hoaban[spark]" in refused.value.text("en")


def test_without_java_the_problem_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    with pytest.raises(NoJava, match="JDK"):
        Spark().offer("t0", pa.table({"id": ["a"]}))


def test_spark_is_not_started_by_what_needs_no_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "tables").mkdir()
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "tables/roads.parquet")

    found = Tables.open(tmp_path, "spark")

    assert found.arrow("roads").num_rows == 1
    found.close()


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    """One Spark for the file; skipped by name where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("java not installed")
    found = Spark()
    yield found
    found.close()


def register(seed: int, homes: int = 400) -> dict[str, pa.Table]:
    """A register at random: missing answers, incomes on the lines, decisions, a village unknown."""
    drawn = random.Random(seed)  # noqa: S311
    lines = (1_500_000, 2_000_000, 2_200_000, 2_250_000, 2_800_000, 3_000_000)
    rows = [
        review(
            f"h{home}",
            drawn.choice(PLACES),
            year,
            members=drawn.randint(1, 9),
            income_per_head_vnd=drawn.choice([None, *(n + drawn.randint(-1, 1) for n in lines)]),
            points_a=drawn.choice([None, 139, 140, 141, 175, 176]),
            decided=drawn.choice([None, "poor", "near_poor", "average", "not_poor"]),
            water_standard=drawn.choice([0, 1, None]),
            **{name: drawn.choice([0, 0, 1, None]) for name in ANSWERS},
        )
        for home in range(homes)
        for year in (2023, 2024, 2025)
        if drawn.random() < 0.9
    ]
    given: dict[str, Any] = {"villages": VILLAGES, "reviews": rows}
    given |= {"procedures": CATALOGUE, "deployments": [live("birth")]}
    given["people"] = [{"school_stage": drawn.choice(["primary", "lower", None])} for _ in rows]
    return {name: world.table(name, given.get(name, ())) for name in world.SCHEMAS}


@pytest.mark.slow
def test_histograms_are_identical(spark: Engine) -> None:
    made, found = register(1), []
    for engine in (DuckDB(), spark):
        tables = Tables.of(made, engine=engine)
        coded = cells.coded(tables, RULES, AT)
        by = ["village", "round", "missing", "income", "points"]
        rows = tables.run(patterns.histogram(coded, by, mask="lacking", people="members"))
        found.append(rows.sort_by([(name, "ascending") for name in rows.column_names]))

    assert found[0].num_rows > 900
    assert found[0] == found[1]


@pytest.mark.slow
def test_everything_measured_of_poverty_is_identical(spark: Engine) -> None:
    made = register(7)
    here, there = Tables.of(made, engine=DuckDB()), Tables.of(made, engine=spark)

    for rule in RULES:
        moved = [movement.transitions(tables, rule, AT, RULES) for tables in (here, there)]
        assert moved[0] == moved[1]
        assert moved[0].num_rows > 50
    papers = [movement.paper_exits(tables, LAW, RULES, AT) for tables in (here, there)]
    assert papers[0] == papers[1]
    assert counts.by_village(here, RULES, AT) == counts.by_village(there, RULES, AT)
    assert headline.target(here, LAW, at=AT) == headline.target(there, LAW, at=AT)
    assert services.water(here, AT) == services.water(there, AT)
    assert services.pupils(here, ["11/"]) == services.pupils(there, ["11/"])
    used = [procedures.by_village(tables, LAW, AT) for tables in (here, there)]
    assert used[0] == used[1]


@pytest.mark.slow
def test_days_instants_and_flags_come_back_as_they_went(spark: Engine, tmp_path: Path) -> None:
    closures = [world.closure("r1", "2026-08-01", None)]
    closures += [world.closure("r2", "2026-08-01T23", "2026-09-02")]
    made = {"closures": world.table("closures", closures)}
    made["villages"] = world.table("villages", VILLAGES)
    for name, table in made.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")

    for name, table in made.items():
        for engine in (DuckDB(), spark):
            for kind, source in (("file", tmp_path / f"{name}.parquet"), ("memory", table)):
                place = f"{name}_{kind}"
                engine.offer(place, source)
                whole = ibis.table(ibis.Schema.from_pyarrow(table.schema), name=place)
                assert engine.run(whole.order_by("id")) == table.sort_by("id")
