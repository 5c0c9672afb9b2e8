"""The surfaces on disk: drawn once for the same inputs, complete or absent, checked honestly."""

import json
from pathlib import Path
from typing import Any

import pytest

from hoaban.measure import drawing, surfaces
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.test_surfaces import province, within
from tests.measure.world import AT, LAW, closure


def draw(tables: Tables, into: Path) -> dict[str, Any]:
    villages = tables.arrow("villages")
    return drawing.draw(
        tables, LAW, within(), villages, at=AT, cell_m=100.0, into=into, said=lambda _: None
    )


def contents(into: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(into.glob("*/*.tif"))}


def test_the_second_time_the_same_surfaces_are_taken_from_disk(tmp_path: Path) -> None:
    tables = province(tmp_path)

    first, again = (draw(tables, tmp_path / "s") for _ in range(2))

    assert (first["built"], again["built"]) == (True, False)
    assert first["surfaces"] == again["surfaces"]
    assert first["snapshot"] == "hand-made"
    assert len(list((tmp_path / "s").iterdir())) == 1


def test_two_builds_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = province(tmp_path)
    draw(tables, tmp_path / "one")
    monkeypatch.setattr(surfaces, "_THREADS", 1)
    draw(tables, tmp_path / "two")

    assert len(contents(tmp_path / "one")) == 12  # three means, two seasons, each with a preview
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_stop_in_the_middle_leaves_nothing_and_the_next_run_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    tables = province(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "checked", stop)
        with pytest.raises(KeyboardInterrupt):
            draw(tables, tmp_path / "s")

    assert list((tmp_path / "s").iterdir()) == []
    assert draw(tables, tmp_path / "s")["built"]


def test_the_check_takes_the_network_as_built_for_surfaces_know_no_closures(
    tmp_path: Path,
) -> None:
    tables = province(tmp_path)
    shut = [closure("r1", "2026-11-20", None)]
    tables = tables.replace(closures=world.table("closures", shut))

    found = draw(tables, tmp_path / "s")

    ride = next(one for one in found["surfaces"] if one["mode"] == "car")
    assert ride["self_check"]["places"] == 1
    assert 0.9 < ride["self_check"]["ratio"]["median"] < 1.1


def test_a_new_footpath_is_a_new_check(tmp_path: Path) -> None:
    tables = province(tmp_path)
    draw(tables, tmp_path / "s")
    path = {"from": "V", "to": "S", "minutes_up": 5.0, "minutes_down": 5.0}
    mended = tables.replace(paths=world.table("paths", [path]))

    found = draw(mended, tmp_path / "s")

    assert found["built"]
    walk = next(one for one in found["surfaces"] if one["mode"] == "foot")
    assert walk["self_check"]["ratio"]["median"] < 0.2


def test_only_the_last_sets_stay_and_the_first_method_stands_beside(tmp_path: Path) -> None:
    for road in ("r1 4km", "r1 5km", "r1 6km"):
        found = draw(province(tmp_path, road), tmp_path / "s")

    assert len(list((tmp_path / "s").glob("*/surfaces.json"))) == 2
    assert found["first_cut"]["one_sided"] == 0
    assert found["first_cut"]["greatest"] < 1e-3
    assert found["off_the_grid"] == {}
    manifest = next((tmp_path / "s").glob("*/surfaces.json"))
    assert json.loads(manifest.read_text("utf-8"))["covered"] > 0.9


def test_a_seat_off_the_elevation_is_counted_not_hidden(tmp_path: Path) -> None:
    tables = province(tmp_path)
    nodes = tables.arrow("road_nodes").to_pylist()
    nodes[0]["lon"] = 110.0
    tables = tables.replace(road_nodes=world.table("road_nodes", nodes))

    assert draw(tables, tmp_path / "s")["off_the_grid"] == {"seat": 1}
