"""Rules of the house that a machine can keep."""

import ast
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.db import models

import hoaban
from hoaban.base.models import Scoped
from hoaban.base.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/hoaban"
MODULES = sorted(f for f in SOURCE.rglob("*.py") if "migrations" not in f.parts)
SHELL = {"models.py", "operations.py", "run.py", "apps.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "service", "common", "misc"}
DENIED = re.compile(
    r"religio|belief|faith|sect\b|political|opinion|loyal|suspect|ton_?giao|tin_?nguong|"
    r"chinh_?kien|quan_?diem|doi_?tuong|movement_history|location_history|trajectory|extrem",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(SOURCE)))
def test_a_module_is_short_and_well_named(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 400
    assert file.stem not in FORBIDDEN_NAMES


def test_arithmetic_imports_no_framework() -> None:
    pure = [
        f
        for f in MODULES
        if (f.parent.name in ("measure", "plan") and f.name not in SHELL)
        or f.parent.name in ("synthetic", "law", "poverty", "entitlement")
        or f.relative_to(SOURCE).as_posix()
        in {
            *(f"base/{n}.py" for n in ("packs", "problems", "text", "money", "scope")),
            "base/csvfile.py",
            "base/reading.py",
            "act/workflow.py",
            "account/drafting/agreements.py",
            "account/checks/verification.py",
        }
    ]
    assert len(pure) > 20
    loose = [str(f.relative_to(SOURCE)) for f in pure if "django" in imported(f)]
    assert loose == []


def imported(file: Path) -> set[str]:
    """Top names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def ours() -> list[type[models.Model]]:
    """Our own tables."""
    return [m for m in apps.get_models() if m.__module__.startswith("hoaban")]


def test_every_row_with_an_area_is_scoped() -> None:
    loose = [
        m.__name__
        for m in ours()
        if any(f.name == "area" for f in m._meta.get_fields())
        and m.__name__ != "User"
        and not isinstance(m._default_manager.all(), Scoped)
    ]
    assert loose == []


def test_no_table_and_no_list_can_hold_what_must_not_be_known() -> None:
    columns = {f"{m.__name__}.{f.name}" for m in ours() for f in m._meta.get_fields()}
    for file in (ROOT / "packs").glob("*/record.yaml"):
        for name, declared in yaml.safe_load(file.read_text("utf-8"))["lists"].items():
            columns |= {f"{name}.{column}" for column in declared["properties"]}
    assert len(columns) > 100
    assert [c for c in sorted(columns) if DENIED.search(c)] == []


def problems(parent: type[Problem] = Problem) -> list[type[Problem]]:
    """Every refusal a person may see."""
    return [p for c in parent.__subclasses__() for p in (c, *problems(c))]


def test_every_refusal_speaks_both_languages_with_the_same_facts() -> None:
    def facts(text: str) -> set[str]:
        return {f.removesuffix("_en") for f in re.findall(r"{(\w+)", text)}

    for module in pkgutil.walk_packages(hoaban.__path__, "hoaban."):
        importlib.import_module(module.name)
    found = [p for p in problems() if p.__module__.startswith("hoaban")]
    assert len(found) > 10
    for problem in found:
        assert facts(problem.vi) == facts(problem.en), problem
        assert problem.vi != problem.en


def test_locks_name_no_address() -> None:
    locks = [*ROOT.glob("*.lock"), ROOT / "frontend/package-lock.json"]
    assert len(locks) == 5
    for lock in locks:
        text = lock.read_text("utf-8")
        assert '"resolved"' not in text
        assert "://" not in text, lock


def test_no_file_of_ours_carries_a_minority_script() -> None:
    scripts = re.compile("[\uaa80-\uaadf\U00016b00-\U00016b8f\u1980-\u19df\u0e80-\u0eff]")
    text_files = [
        f
        for top in ("packs", "provinces", "src", "docs", "law")
        for f in (ROOT / top).rglob("*")
        if f.suffix in {".py", ".yaml", ".csv", ".md", ".html", ".json"}
    ]
    assert [f for f in text_files if scripts.search(f.read_text("utf-8"))] == []


def test_the_glossary_holds_the_words_that_names_use() -> None:
    words = set(re.findall(r"[a-z0-9]+", (ROOT / "docs/glossary.md").read_text("utf-8").lower()))
    words |= {w.removesuffix("s") for w in words} | {w + "s" for w in words}
    used: set[str] = set()
    for file in (ROOT / "packs").glob("*/record.yaml"):
        for name, declared in yaml.safe_load(file.read_text("utf-8"))["lists"].items():
            used |= {name, *declared["properties"]}
    for file in (ROOT / "packs").glob("*/plan.yaml"):
        used |= set(yaml.safe_load(file.read_text("utf-8"))["works"])
    parts = {part for name in used for part in re.split(r"[_.]", name)}
    assert sorted(p for p in parts if p not in words) == []


def test_every_command_is_documented() -> None:
    from hoaban.web.cli import COMMANDS

    text = (ROOT / "docs/operations.md").read_text("utf-8")
    assert [c for c in COMMANDS if f"hoaban {c}" not in text] == []


def test_the_layers_contract_names_every_module_of_arithmetic() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    named = next(set(c["source_modules"]) for c in contracts if c["type"] == "forbidden")
    rooms = [
        f"hoaban.{room}.{f.stem}"
        for room in ("measure", "plan")
        for f in (SOURCE / room).glob("*.py")
        if f.name not in SHELL and f.stem != "__init__"
    ]
    assert [m for m in rooms if m not in named] == []
