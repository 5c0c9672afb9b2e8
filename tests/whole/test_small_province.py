"""A second province of 3 communes and 12 villages runs through the same commands."""

import json
import shutil
from pathlib import Path

import pytest
from frictionless import validate

from tests.home import ROOT, Home

pytestmark = pytest.mark.slow
PLAN = ("plan", "--budget", "60ty", "--years", "2026-2030")


def test_measure_prints_one_object_with_the_five_targets(nho: Home) -> None:
    found = nho.json("measure", "--at", "2026-11-24")

    assert {"snapshot", "at", "province", "origin", "targets", "seconds"} <= found.keys()
    assert found["snapshot"] == nho.snapshot.name
    assert found["origin"] == "synthetic"
    assert list(found["targets"]) == ["T1", "T2", "T3", "T4", "T5"]
    for target in found["targets"].values():
        assert {"value", "target", "parts", "met"} <= target.keys()
        assert target["met"] in (True, False, None)
        assert target["value"] is None or 0 <= target["value"] <= 1


def test_plan_prints_one_object_and_the_same_one_again(nho: Home) -> None:
    found, again = nho.json(*PLAN), nho.json(*PLAN)

    wanted = {"budget_vnd", "spent_vnd", "chosen", "targets", "bound", "gap", "contracts"}
    assert wanted | {"verification_sample", "seconds"} <= found.keys()
    assert found["budget_vnd"] == 60 * 10**9
    assert 0 < found["spent_vnd"] <= found["budget_vnd"]
    assert found["contracts"] == 3
    assert found["verification_sample"] == sorted(found["verification_sample"]) != []
    for work in found["chosen"]:
        assert {"work", "commune", "village", "year", "cost_vnd", "why"} <= work.keys()
        assert 2026 <= work["year"] <= 2030
    for side in ("before", "after"):
        assert list(found["targets"][side]) == ["T1", "T2", "T3", "T4", "T5"]
    for changing in ("seconds", "peak_mb"):
        found.pop(changing)
        again.pop(changing)
    assert found == again


def test_freezing_twice_gives_the_same_name(nho: Home) -> None:
    before = nho.snapshot.name
    assert nho.run("freeze").stdout.strip() == before
    assert nho.run("freeze").stdout.strip() == before


def test_the_snapshot_is_a_valid_data_package(nho: Home) -> None:
    report = validate(str(nho.snapshot / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]


def test_the_same_load_again_changes_nothing(nho: Home) -> None:
    text = nho.run("load", "tests/provinces/nho", "--synthetic", "--seed", "1").stdout
    assert "không đổi gì" in text


def test_another_load_is_refused_and_changes_nothing(nho: Home) -> None:
    refused = nho.run("load", "tests/provinces/nho", "--synthetic", "--seed", "2", code=2)
    assert "HOABAN_VAR" in refused.stderr
    assert nho.run("freeze").stdout.strip() == nho.snapshot.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "--budget", "0"), "phải lớn hơn 0"),
        (("plan", "--budget", "abc"), "không phải là một số tiền"),
        (("plan", "--years", "2026-2040"), "2031"),
        (("measure", "--at", "hôm qua"), "không phải một ngày"),
        (("whatif", "--close", "R99999"), "R99999"),
        (("import", "boundaries", "nowhere.geojson"), "nowhere.geojson"),
        (("approve", "--by", "nobody"), "nobody"),
        (("load", "tests/provinces/none", "--synthetic", "--seed", "1"), "province.yaml"),
        (("load", "tests/provinces/nho", "--synthetic"), "--seed"),
    ],
)
def test_a_mistake_is_answered_in_two_plain_sentences(
    nho: Home, words: tuple[str, ...], said: str
) -> None:
    refused = nho.run(*words, code=2)
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


@pytest.mark.from_snapshot  # refused before any database is asked
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("communes.csv", "area_km2", "area", "area_km2"),
        ("old_communes.csv", "90001,1055", "88888,1055", "88888"),
        ("money.yaml", "amount_vnd: ", "amount_vnd: -", "amount_vnd"),
    ],
)
def test_a_broken_province_is_refused_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "province"
    shutil.copytree(ROOT / "tests/provinces/nho", folder)
    broken = folder / file
    broken.write_text(broken.read_text("utf-8").replace(old, new, 1), "utf-8")
    home = Home.make(tmp_path / "var")

    refused = home.run("load", str(folder), "--synthetic", "--seed", "1", code=2)

    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "Chưa nạp tỉnh nào" in home.run("freeze", code=2).stderr


def test_a_plan_is_approved_by_a_named_person_and_its_cases_open(nho: Home) -> None:
    found = nho.json(*PLAN)
    nho.run("user", "mai", "--role", "province")

    said = nho.run("approve", "--by", "mai").stdout

    assert str(len(found["chosen"])) in said
    assert nho.run("approve", "--by", "mai", code=2).stderr  # once is enough


def test_the_report_opens_offline(nho: Home, tmp_path: Path) -> None:
    nho.run(*PLAN, "--out", str(tmp_path))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "dữ liệu minh hoạ" in page.lower()
    assert 'src="http' not in page
    assert "url(http" not in page
    assert json.dumps(nho.snapshot.name)[1:-1] in page


@pytest.mark.from_snapshot
def test_travel_time_maps_are_drawn_once_and_checked_against_the_network(nho: Home) -> None:
    first = nho.json("measure", "--at", "2026-11-24", "--cell", "180")["surfaces"]
    again = nho.json("measure", "--at", "2026-11-25", "--cell", "180")["surfaces"]

    assert (first["built"], again["built"]) == (True, False)
    drawn = {(one["mode"], one["season"]) for one in first["surfaces"]}
    assert len(drawn) == 6
    assert {"seat", "station", "school_primary"} <= {one["kind"] for one in first["surfaces"]}
    assert first["first_cut"]["one_sided"] == 0
    wanted = ("motorbike", "dry", "seat")
    ride = next(o for o in first["surfaces"] if (o["mode"], o["season"], o["kind"]) == wanted)
    assert 0.8 < ride["self_check"]["ratio"]["median"] < 1.25
    assert first["origin"] == "synthetic"
