"""Worked cases under ``law/worked``: what is given, what the law makes of it, by which article.

They are written for a lawyer to read and are run as tests by the room that applies the rule.
A file is a list; each item has ``name`` (Vietnamese), ``given`` (plain facts), ``on`` (the day
of the decision), ``expect``, ``article``, and ``standard`` where several stand side by side.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, check_kind, read_yaml
from hoaban.base.text import nfc


class SameName(Problem):
    vi = "Tệp {file}: hai ví dụ cùng tên “{name}”; hãy đặt tên khác."
    en = "File {file}: two worked cases are named “{name}”; give one another name."


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case. ``standard`` None: the one in force on the day ``on``."""

    name: str
    given: Mapping[str, Any]
    on: date
    expect: Mapping[str, Any]
    article: str
    standard: str | None = None


def cases(
    file: Path, *, given: Collection[str], expect: Collection[str], must: Collection[str] = ()
) -> tuple[Case, ...]:
    """The worked cases of a file, in its order.

    given, expect
        Names of the facts that may be given and of the outcomes that may be expected.
    must
        Those of either kind that every case has to name.

    Raises `UnknownKey` or `MissingKey` (file, case, key, nearest key), `SameName`,
    `NotOfKind`, and what `read_yaml` raises.
    """
    found: dict[str, Case] = {}
    for number, item in enumerate(read_yaml(file) or (), 1):
        case = _case(file.name, item, f"{number}")
        for part, facts, known in (("given", case.given, given), ("expect", case.expect, expect)):
            required = [key for key in known if key in must]
            path = f"{case.name} › {part}"
            check_keys(facts, required=required, optional=known, file=file.name, path=path)
        if case.name in found:
            raise SameName(file=file.name, name=case.name)
        found[case.name] = case
    return tuple(found.values())


def _case(file: str, item: Any, number: str) -> Case:
    check_kind(item, dict, file=file, path=number)
    # YAML 1.1 reads a bare `on` as true; a lawyer should not have to quote it.
    item = {"on" if key is True else key: value for key, value in item.items()}
    name = nfc(str(item.get("name", number)))
    check_keys(
        item,
        required=("name", "given", "on", "expect", "article"),
        optional=("standard",),
        file=file,
        path=name,
    )
    for key, kind in (("given", dict), ("expect", dict), ("on", date), ("article", str)):
        check_kind(item[key], kind, file=file, path=f"{name} › {key}")
    return Case(**{**item, "name": name, "article": nfc(item["article"])})
