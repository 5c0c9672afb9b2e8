"""What packs may say about works, and what they are told when they say it wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from hoaban.base.problems import Problem
from hoaban.base.reading import MissingKey, UnknownKey
from hoaban.plan import works
from hoaban.plan.works import (
    AfterItself,
    CostsOutOfOrder,
    NotAllowed,
    NotANumber,
    NotOfThisForm,
    NoWorks,
    WorkTwice,
    read_works,
)
from tests.measure.world import ROOT


def kind(**changes: Any) -> dict[str, Any]:
    """A sound description of a kind of work, with some keys changed."""
    cost = {"unit": "km", "low": 1, "likely": 2, "high": 3, "upkeep": 0}
    return {
        "label": {"vi": "Sửa rãnh", "en": "Drains"},
        "cost": {**cost, "year": 2025, "source": "assumed", **changes.pop("cost", {})},
        "money": "investment",
        "sources": ["local"],
        "proposed_by": ["village"],
        "where": {"verb": "weak_links"},
        "effects": [{"link": {"drain": True}}],
        **changes,
    }


def packs(folder: Path, **kinds: Any) -> Path:
    """A packs folder with one pack ``roads`` that offers some kinds."""
    (folder / "roads").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"works": kinds}, allow_unicode=True)
    (folder / "roads/plan.yaml").write_text(text, "utf-8")
    return folder


def test_the_packs_of_the_house_can_be_read_and_use_every_effect() -> None:
    found = read_works(ROOT / "packs")

    used = {effect.kind for one in found.values() for effect in one.effects}
    assert used == set(works.EFFECTS)
    assert {one.pack for one in found.values()} >= {"roads", "water", "housing", "livelihood"}
    assert all(one.cost.source for one in found.values())


def test_housing_and_resettlement_are_only_there_on_application() -> None:
    found = read_works(ROOT / "packs")
    for name in ("housing_support", "resettlement"):
        assert found[name].on_application
        assert "generated" not in found[name].proposed_by


def test_no_likely_income_effect_is_claimed_by_the_packs_of_the_house() -> None:
    earns = [e.given for one in read_works(ROOT / "packs").values() for e in one.effects]
    assert [given["likely"] for given in earns if "likely" in given] == [0]


@pytest.mark.parametrize(
    ("changed", "problem", "words"),
    [
        ({"cost": {"likely": -5}}, NotANumber, "roads/plan.yaml, mục works.drains.cost.likely"),
        ({"cost": {"low": 9}}, CostsOutOfOrder, "thấp ≤ khả dĩ ≤ cao"),
        ({"cost": {"unit": "league"}}, NotAllowed, "works.drains.cost.unit: “league”"),
        ({"cost": {"price": 1}}, UnknownKey, "works.drains.cost: không có khoá “price”"),
        ({"mony": "investment"}, UnknownKey, "không có khoá “mony”; gần nhất là “money”"),
        ({"effects": [{"lnk": {}}]}, UnknownKey, "“lnk”; gần nhất là “link”"),
        ({"effects": [{"link": {"surfase": "earth"}}]}, UnknownKey, "gần nhất là “surface”"),
        ({"effects": [{"link": {"surface": "mud"}}]}, NotAllowed, "asphalt, concrete"),
        ({"effects": [{"clears": {"answer": "water"}}]}, MissingKey, "thiếu khoá “take_up”"),
        (
            {"effects": [{"clears": {"answer": "water", "take_up": 1.5}}]},
            NotANumber,
            "effects.0.clears.take_up",
        ),
        ({"where": {"verb": "weak_link"}}, UnknownKey, "gần nhất là “weak_links”"),
        ({"where": {"verb": "lacking"}}, MissingKey, "thiếu khoá “answer”"),
        ({"on_application": True}, NotAllowed, "on_application"),
        ({"after": ["pave"]}, UnknownKey, "works.drains.after"),
        ({"build_years": 0}, NotANumber, "build_years"),
        ({"sources": "local"}, NotOfThisForm, "works.drains.sources: phải là một danh sách"),
        ({"effects": "link"}, NotOfThisForm, "works.drains.effects: phải là một danh sách"),
        ({"effects": [{"link": None}]}, NotOfThisForm, "effects.0.link: phải là các khoá"),
        ({"where": "weak_links"}, NotOfThisForm, "works.drains.where: phải là các khoá"),
        ({"label": "Sửa rãnh"}, NotOfThisForm, "works.drains.label: phải là các khoá"),
        ({"effects": [{"link": {"bridge": "no"}}]}, NotAllowed, "“no” không dùng được"),
        (
            {"effects": [{"service": {"kind": "station", "standard_met": False}}]},
            NotAllowed,
            "“false” không dùng được",
        ),
        ({"effects": [{"link": {"width_m": "wide"}}]}, NotANumber, "effects.0.link.width_m"),
        ({"after": ["drains"]}, AfterItself, "“drains” phải chờ chính nó"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(
    tmp_path: Path, changed: dict[str, Any], problem: type[Problem], words: str
) -> None:
    with pytest.raises(problem) as found:
        read_works(packs(tmp_path, drains=kind(**changed)))

    assert words in found.value.text("vi")
    assert "roads/plan.yaml" in found.value.text("en")


def test_income_effects_must_be_in_order_too(tmp_path: Path) -> None:
    earns = {"low": 5, "likely": 1, "high": 9, "take_up": 0.5, "source": "assumed"}
    with pytest.raises(CostsOutOfOrder, match=r"effects\.0\.earns"):
        read_works(packs(tmp_path, drains=kind(effects=[{"earns": earns}])))


def test_an_id_stands_in_one_pack_only(tmp_path: Path) -> None:
    packs(tmp_path, drains=kind())
    (tmp_path / "water").mkdir()
    text = yaml.safe_dump({"works": {"drains": kind()}}, allow_unicode=True)
    (tmp_path / "water/plan.yaml").write_text(text, "utf-8")
    with pytest.raises(WorkTwice, match="drains"):
        read_works(tmp_path)


def test_a_folder_without_works_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NoWorks):
        read_works(tmp_path)


def test_works_that_wait_for_one_another_are_refused(tmp_path: Path) -> None:
    """Signal after power after signal: nobody could start."""
    with pytest.raises(AfterItself, match=r"roads/plan\.yaml.*after"):
        read_works(packs(tmp_path, power=kind(after=["signal"]), signal=kind(after=["power"])))


@pytest.mark.parametrize("works", [None, ["drains"], "drains"])
def test_a_file_without_a_map_of_works_is_told_so(tmp_path: Path, works: Any) -> None:
    (tmp_path / "roads").mkdir()
    (tmp_path / "roads/plan.yaml").write_text(yaml.safe_dump({"works": works}), "utf-8")
    with pytest.raises(NotOfThisForm, match=r"roads/plan\.yaml, mục works"):
        read_works(tmp_path)
