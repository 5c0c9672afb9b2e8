"""Minutes of village meetings and safeguards of works, brought as the offices keep them."""

from pathlib import Path

import pytest

from hoaban.base.problems import Problem
from hoaban.record import imports
from hoaban.record.models import Entity
from tests.record import registered
from tests.record.small import AT

_COUNTS = "women_for,women_against,men_for,men_against,labour_days,poor_exempt,beneficiaries"
HEAD = f"key,area,village,pack,work,held_on,minutes,{_COUNTS}\n"
ROW = "P-7,{v},{v},water,water_scheme,2026-05-04,BB-01,12,1,9,2,40,1,25\n"


@pytest.fixture
def village(db: None) -> str:
    """The code of a village of the small province, which is loaded."""
    registered.load()
    return str(Entity.objects.filter(list="villages").order_by("key")[0].key)


def bring(folder: Path, name: str, text: str) -> int:
    file = folder / f"{name}.csv"
    file.write_text(text, "utf-8")
    lists = registered.declared()
    return imports.import_register(file, name, lists, at=AT, actor=None, source="UBND xã")


def test_a_proposal_is_imported_without_its_road(village: str, tmp_path: Path) -> None:
    assert bring(tmp_path, "proposals", HEAD + ROW.format(v=village)) == 1
    row = Entity.objects.get(list="proposals", key="P-7")
    assert (row.data["women_for"], row.data["poor_exempt"], row.data["targets"]) == (12, True, None)
    assert row.origin == "imported"


def test_votes_below_nothing_are_refused_with_row_and_column(village: str, tmp_path: Path) -> None:
    wrong = ROW.format(v=village).replace(",12,", ",-12,")
    with pytest.raises(Problem, match="women_for"):
        bring(tmp_path, "proposals", HEAD + wrong)
    assert not Entity.objects.filter(list="proposals").exists()


@pytest.mark.parametrize(("land", "sound"), [("given", True), ("", True), ("donated", False)])
def test_safeguards_of_a_work_are_imported(
    village: str, tmp_path: Path, land: str, sound: bool
) -> None:
    head = "key,area,village,pack,work,status,cost_vnd,spent_vnd,start_year,land_given\n"
    text = f"{head}W-9,{village},{village},water,water_scheme,finished,900,700,2024,{land}\n"
    if sound:
        assert bring(tmp_path, "works", text) == 1
        assert Entity.objects.get(list="works", key="W-9").data["land_given"] == (land or None)
    else:
        with pytest.raises(Problem, match="land_given"):
            bring(tmp_path, "works", text)
