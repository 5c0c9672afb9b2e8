"""A measuring is kept whole, once, and told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hoaban.base.models import Area, Event, User
from hoaban.measure import operations, run
from hoaban.measure.models import Measurement, Measuring, VillageFacts
from hoaban.measure.targets import Measured, as_json, measure
from tests.measure.test_targets import full
from tests.measure.world import AT, LAW, PLACE, START

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """The province of the bridge story, loaded."""
    paths = ["11/", "11/00001/", "11/00002/", "11/00003/"]
    paths += [f"11/0000{c}/000{v}/" for c, v in ((1, 1), (2, 2), (2, 3), (3, 4), (3, 5))]
    kinds = {2: "commune", 3: "village"}
    return {
        path: Area.objects.create(
            code=path.split("/")[-2],
            name=path,
            path=path,
            kind=kinds.get(path.count("/"), "province"),
            valid_from=START,
            origin="synthetic",
        )
        for path in paths
    }


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(full(), LAW, PLACE, at=AT)


def test_store_keeps_the_figures_the_facts_and_the_object(
    areas: dict[str, Area], measured: Measured
) -> None:
    measuring = operations.store(measured, LAW, at=NOW)

    assert measuring.targets == json.loads(json.dumps(as_json(measured)))
    assert Measurement.objects.count() == measured.figures.num_rows
    linked = Measurement.objects.get(
        indicator="connection.linked", area__path="11/00003/", group="people"
    )
    assert (linked.value, linked.numerator, linked.n) == (0.5, 100, 200)
    assert (linked.at, linked.snapshot, linked.suppressed) == (AT, "hand-made", False)
    facts = VillageFacts.objects.get(area__path="11/00003/0005/")
    assert facts.facts["isolated_motorbike_wet"] is True
    assert facts.binds[0]["code"] == "isolated_motorbike"


def test_store_tells_that_it_was_measured(areas: dict[str, Area], measured: Measured) -> None:
    measuring = operations.store(measured, LAW, at=NOW)

    event = Event.objects.get(name="measure.measured")
    assert (event.at, event.area, event.subject) == (NOW, areas["11/"], f"Measuring:{measuring.pk}")
    assert event.data["values"]["T2"] == measured.targets["T2"]["value"]


def test_the_same_measuring_twice_is_kept_once(areas: dict[str, Area], measured: Measured) -> None:
    operations.store(measured, LAW, at=NOW)
    again = operations.store(measured, LAW, at=NOW)

    assert list(Measuring.objects.all()) == [again]
    assert Measurement.objects.count() == measured.figures.num_rows
    assert VillageFacts.objects.count() == 5


def test_an_official_sees_the_figures_of_the_own_area_alone(
    areas: dict[str, Area], measured: Measured
) -> None:
    operations.store(measured, LAW, at=NOW)
    pao = User.objects.create(username="pao", area=areas["11/00003/"])

    seen = set(Measurement.objects.seen_by(pao).values_list("area__path", flat=True))
    assert seen == {"11/00003/", "11/00003/0004/", "11/00003/0005/"}
    assert VillageFacts.objects.seen_by(pao).count() == 2
    assert Measuring.objects.seen_by(pao).count() == 0


def test_a_measuring_of_an_area_nobody_loaded_is_refused_and_nothing_is_kept(
    areas: dict[str, Area], measured: Measured
) -> None:
    areas["11/00003/0005/"].delete()

    with pytest.raises(operations.AreaNotLoaded, match="0005"):
        operations.store(measured, LAW, at=NOW)
    assert Measuring.objects.count() == 0


def _freeze(folder: Path) -> Path:
    (folder / "tables").mkdir(parents=True)
    tables = full()
    for name in tables:
        pq.write_table(tables.arrow(name), folder / f"tables/{name}.parquet")
    (folder / "datapackage.json").write_text("{}", "utf-8")
    return folder


def test_run_measures_the_newest_snapshot_and_keeps_it(
    areas: dict[str, Area], tmp_path: Path
) -> None:
    _freeze(tmp_path / "2026-11-23-bbbbbbbbbbbb")
    _freeze(tmp_path / "2026-11-24-aaaaaaaaaaaa")
    (tmp_path / "2026-11-25-cccccccccccc.part").mkdir()

    tables, measured, measuring = run.run(tmp_path, LAW, PLACE, on=AT, at=NOW)

    assert tables.name == measured.snapshot == measuring.snapshot == "2026-11-24-aaaaaaaaaaaa"
    assert measured.figures.drop_columns("snapshot") == measure(
        full(), LAW, PLACE, at=AT, ahead=True
    ).figures.drop_columns("snapshot")


def test_without_a_snapshot_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(run.NoSnapshot, match="hoaban freeze"):
        run.newest(tmp_path)


def test_the_numbers_of_queries_do_not_grow_with_the_figures(
    areas: dict[str, Area], measured: Measured, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        operations.store(measured, LAW, at=NOW)
    assert Measurement.objects.count() > 500
