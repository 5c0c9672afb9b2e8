"""Packs: one folder is one programme, written down as data. This module finds and reads them.

A pack folder holds ``pack.yaml`` and at most one file per stage of the loop. Keys are closed:
an unknown one is refused with file, path and the nearest known key. ``record.yaml`` is
understood by `hoaban.record.lists` and ``plan.yaml`` by `hoaban.plan.works`; here they are
plain YAML. The folder is always an argument; reads are kept until the process ends.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hoaban.base import packfiles
from hoaban.base.csvfile import Column, MissingColumn, UnknownColumn, read_csv
from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, nearest, read_yaml
from hoaban.base.text import Text

STAGES = ("record", "measure", "plan", "act", "account", "story")


class NoSuchPack(Problem):
    vi = "Không có chương trình “{pack}” trong thư mục packs/; gần nhất là “{nearest}”."
    en = "There is no pack “{pack}” in the packs folder; the nearest is “{nearest}”."
    status = 404


class NoSuchStage(Problem):
    vi = "Chương trình “{pack}” không có tệp {stage}.yaml; hãy bổ sung tệp này."
    en = "Pack “{pack}” has no {stage}.yaml; add that file."
    status = 404


class BadName(Problem):
    vi = "Tên “{name}” ({where}) không hợp lệ; chỉ dùng chữ thường a–z, chữ số và dấu gạch dưới."
    en = "The name “{name}” ({where}) is not valid; use only a–z, digits and underscores."


class UnknownFile(Problem):
    vi = "Chương trình “{pack}” có tệp lạ {file}; gần nhất là {nearest}."
    en = "Pack “{pack}” holds an unknown file {file}; the nearest is {nearest}."


class NoSuchList(Problem):
    vi = "Tệp {file}, mục {path}: không có danh mục “{name}”; gần nhất là “{nearest}”."
    en = "File {file}, at {path}: there is no list “{name}”; the nearest is “{nearest}”."


class NoSuchIndicator(Problem):
    vi = "Tệp {file}, mục {path}: measure.yaml không có chỉ số “{name}”; gần nhất là “{nearest}”."
    en = "File {file}, at {path}: no indicator “{name}” in measure.yaml; nearest is “{nearest}”."


class NoStory(Problem):
    vi = "Chương trình “{pack}” có act.yaml nhưng chưa có tình huống nào; hãy viết story.yaml."
    en = "Pack “{pack}” has an act.yaml but tells no story; write its story.yaml."


class WordMissing(Problem):
    vi = "Chương trình “{pack}”: words.csv thiếu từ “{key}”; hãy thêm một dòng."
    en = "Pack “{pack}”: words.csv lacks the word “{key}”; add a row."


@dataclass(frozen=True, slots=True)
class Pack:
    """One programme: its id (the folder's name, for ever), labels, version and stages present."""

    name: str
    folder: Path
    label: Text
    about: Text
    version: int
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pack. ``said`` maps language code to text; an empty text is untranslated."""

    pack: str
    key: str
    text: Text
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """What one sound pack holds, counted."""

    pack: Pack
    lists: int
    indicators: int
    steps: int
    results: int
    stories: int
    words: int
    untranslated: int


@cache
def find(folder: Path) -> dict[str, Pack]:
    """Every pack of a packs folder by name, in order of name. Raises this module's problems."""
    return {
        inner.name: _pack(inner)
        for inner in sorted(folder.iterdir())
        if inner.is_dir() and not inner.name.startswith((".", "_"))
    }


def pack(folder: Path, name: str) -> Pack:
    """One pack. Raises `NoSuchPack`, which names the nearest."""
    known = find(folder)
    if name not in known:
        raise NoSuchPack(pack=name, nearest=nearest(name, known))
    return known[name]


@cache
def spec(folder: Path, name: str, stage: str) -> Any:
    """What a pack says about one stage, as plain data whose keys have been checked.

    Raises `NoSuchPack`, `NoSuchStage`, or the fault with its file, path and nearest known key.
    """
    found = pack(folder, name)
    if stage not in found.stages:
        raise NoSuchStage(pack=name, stage=stage)
    content = read_yaml(found.folder / f"{stage}.yaml")
    packfiles.check(stage, content, file=f"{name}/{stage}.yaml")
    return content


def with_stage(folder: Path, stage: str) -> Iterator[tuple[str, Any]]:
    """(pack name, content) of every pack that has this stage, in order of name."""
    for name, found in find(folder).items():
        if stage in found.stages:
            yield name, spec(folder, name, stage)


@cache
def words(folder: Path, name: str) -> tuple[Word, ...]:
    """The words of a pack in the order of its words.csv; none when it has no such file.

    Columns are ``key, vi, en`` and one per language code; only key, vi and en may not be empty.
    """
    file = pack(folder, name).folder / "words.csv"
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8-sig") as lines:
        header = [cell.strip() for cell in lines.readline().split(",")]
    for column in ("key", "vi", "en"):
        if column not in header:
            raise MissingColumn(file=f"{name}/words.csv", column=column)
    languages = [column for column in header if column not in ("key", "vi", "en")]
    for column in languages:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", column):
            raise UnknownColumn(file=f"{name}/words.csv", column=column)
    columns = {"key": Column(unique=True), "vi": Column(), "en": Column()}
    rows = read_csv(file, {**columns, **{code: Column(required=False) for code in languages}})
    return tuple(
        Word(name, row["key"], Text.read(row), {code: row[code] or "" for code in languages})
        for row in rows
    )


def untranslated(folder: Path) -> list[tuple[str, str, str]]:
    """(pack, key, language code) of every word nobody has translated yet: *chưa dịch*."""
    return [
        (name, word.key, code)
        for name in find(folder)
        for word in words(folder, name)
        for code, text in word.said.items()
        if not text
    ]


def check(folder: Path) -> list[Summary]:
    """A summary of every pack once all of them are sound; raises the first fault as a Problem.

    Beyond keys: every ``pack.list`` named in a measure.yaml exists, every result rests on an
    indicator, every option of a choice has a word, and every act.yaml has a story.
    """
    return [_summary(folder, found) for found in find(folder).values()]


def _summary(folder: Path, found: Pack) -> Summary:
    stages = {stage: spec(folder, found.name, stage) for stage in found.stages}
    indicators = stages.get("measure", {}).get("indicators", {})
    results = stages.get("account", {}).get("results", {})
    spoken = words(folder, found.name)
    _check_lists(folder, found.name, indicators)
    for name, result in results.items():
        if result["indicator"] not in indicators:
            raise NoSuchIndicator(
                file=f"{found.name}/account.yaml",
                path=f"results.{name}.indicator",
                name=result["indicator"],
                nearest=nearest(result["indicator"], indicators),
            )
    for key in _options(stages.get("record", {})):
        if key not in {word.key for word in spoken}:
            raise WordMissing(pack=found.name, key=key)
    if "act" in stages and not stages.get("story"):
        raise NoStory(pack=found.name)
    return Summary(
        pack=found,
        lists=len(stages.get("record", {}).get("lists", {})),
        indicators=len(indicators),
        steps=len(stages.get("act", {}).get("steps", {})),
        results=len(results),
        stories=len(stages.get("story", [])),
        words=len(spoken),
        untranslated=sum(not text for word in spoken for text in word.said.values()),
    )


def _check_lists(folder: Path, name: str, indicators: Mapping[str, Any]) -> None:
    known = {
        f"{owner}.{item}"
        for owner, record in with_stage(folder, "record")
        for item in record.get("lists", {})
    }
    for indicator, said in indicators.items():
        for reference in said["from"]:
            if reference not in known:
                raise NoSuchList(
                    file=f"{name}/measure.yaml",
                    path=f"indicators.{indicator}.from",
                    name=reference,
                    nearest=nearest(reference, known),
                )


def _options(record: Mapping[str, Any]) -> Iterator[str]:
    """The key each option of each choice has in words.csv: ``list.property.option``."""
    for item, said in record.get("lists", {}).items():
        for name, declared in said.get("properties", {}).items():
            for option in declared.get("options", ()):
                yield f"{item}.{name}.{option}"


def _pack(folder: Path) -> Pack:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", folder.name):
        raise BadName(name=folder.name, where="packs/")
    said = read_yaml(folder / "pack.yaml")
    file = f"{folder.name}/pack.yaml"
    check_keys(said, required=("name", "about", "version"), file=file, path="pack")
    for key in ("name", "about"):
        packfiles.check_text(said[key], file=file, path=key)
    known = ["pack.yaml", *(f"{stage}.yaml" for stage in STAGES)]
    for file_found in sorted(folder.glob("*.y*ml")):
        if file_found.name not in known:
            raise UnknownFile(
                pack=folder.name, file=file_found.name, nearest=nearest(file_found.name, known)
            )
    stages = tuple(stage for stage in STAGES if (folder / f"{stage}.yaml").is_file())
    return Pack(
        name=folder.name,
        folder=folder,
        label=Text.read(said["name"]),
        about=Text.read(said["about"]),
        version=int(said["version"]),
        stages=stages,
    )
