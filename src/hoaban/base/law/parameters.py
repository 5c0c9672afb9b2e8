"""Dated, cited values by name, read from YAML.

A law folder holds YAML files; each top-level key is a parameter name and each item of its
list one dated value: ``value, unit, valid_from, valid_to, source, confidence, territory``.
``valid_to`` is the last day on which the value holds (inclusive; absent = still in force).
``territory`` is ``VN`` (the whole country; also when absent) or a narrower place, whose value
goes before the national one there while it holds.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, check_kind, nearest, read_yaml

NATIONAL = "VN"


class NoSuchParameter(Problem):
    vi = "Không có tham số pháp luật “{name}”; gần nhất là “{nearest}”."
    en = "There is no legal parameter “{name}”; the nearest is “{nearest}”."
    status = 404


class NotInForce(Problem):
    vi = "Tham số “{name}” không có giá trị vào ngày {at}; hãy bổ sung nguồn trong thư mục law/."
    en = "Parameter “{name}” has no value on {at}; add a sourced value under law/."


class DatesClash(Problem):
    vi = "Tệp {file}, “{name}”: giá trị từ {later} {fault} giá trị trước; hãy sửa ngày."
    en = "File {file}, “{name}”: the value from {later} {fault_en} the one before; mend the dates."


class WhichTerritory(Problem):
    vi = "Tham số “{name}” vào ngày {at} có giá trị riêng ở {places}; hãy nêu rõ địa bàn."
    en = "Parameter “{name}” on {at} has values of its own in {places}; say for which place."


class EndsBeforeItBegins(Problem):
    vi = "Tệp {file}, “{name}”: giá trị từ {first} có valid_to trước ngày đó; hãy sửa ngày."
    en = "File {file}, “{name}”: the value from {first} has a valid_to before that; mend it."


@dataclass(frozen=True, slots=True)
class Value:
    """One dated, cited value. ``valid_to`` None means still in force."""

    name: str
    value: Any
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str  # high, medium, low, assumed
    territory: str = NATIONAL

    @property
    def assumed(self) -> bool:
        """Whether nobody published this value: it is our assumption and is shown as one."""
        return self.confidence == "assumed"

    def holds(self, at: date) -> bool:
        """Whether this value is in force on the day ``at``."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Law:
    """All dated values by name: national ones in order of date, then each narrower place's."""

    values: dict[str, tuple[Value, ...]]

    def at(self, name: str, at: date, territory: str | None = None) -> Value:
        """The value in force on a day, in a place.

        A value of ``territory`` goes before the national one. Without a territory the only
        narrower place that has a value on that day is meant (a law is read with one province's
        own parameters); ``territory="VN"`` asks for the national value alone.

        Raises `NoSuchParameter`, `NotInForce`, or `WhichTerritory` when several narrower
        places have a value and none is named.
        """
        value = self.find(name, at, territory)
        if value is not None:
            return value
        if name not in self.values:
            raise NoSuchParameter(name=name, nearest=nearest(name, self.values))
        raise NotInForce(name=name, at=at.isoformat())

    def find(self, name: str, at: date, territory: str | None = None) -> Value | None:
        """As `at`, and None where the law has no such value on that day: it is not published."""
        holding = {v.territory: v for v in self.values.get(name, ()) if v.holds(at)}
        national = holding.pop(NATIONAL, None)
        if territory is not None:
            return holding.get(territory, national)
        if len(holding) > 1:
            raise WhichTerritory(name=name, at=at.isoformat(), places=", ".join(sorted(holding)))
        return next(iter(holding.values()), national)

    def number(self, name: str, at: date, territory: str | None = None) -> Any:
        """The bare value in force on a day, for arithmetic."""
        return self.at(name, at, territory).value


def read(*folders: Path) -> Law:
    """Every parameter of the folders' YAML files (national law, then a province's own).

    A name may stand in several files, each with values of its own territory. Raises
    `DatesClash` when two values of one name and territory overlap or leave a gap,
    `EndsBeforeItBegins`, and what `read_yaml`, `check_keys` and `check_kind` raise.
    """
    found: dict[str, list[tuple[str, Value]]] = {}
    for file in sorted(f for folder in folders for f in folder.glob("*.yaml")):
        parameters = read_yaml(file) or {}
        check_kind(parameters, dict, file=file.name, path="—")
        for name, items in parameters.items():
            check_kind(name, str, file=file.name, path=str(name))
            check_kind(items, list, file=file.name, path=name)
            found.setdefault(name, []).extend(
                (file.name, _value(file.name, name, i)) for i in items
            )
    return Law({name: _in_order(values) for name, values in found.items()})


def _in_order(found: Iterable[tuple[str, Value]]) -> tuple[Value, ...]:
    """National values first, then place by place, each in order of date, no gap, no overlap."""
    places: dict[str, list[tuple[str, Value]]] = {NATIONAL: []}
    for file, value in sorted(found, key=lambda f: (f[1].territory, f[1].valid_from)):
        places.setdefault(value.territory, []).append((file, value))
    for values in places.values():
        for (_, before), (file, after) in itertools.pairwise(values):
            _follows(file, before, after)
    return tuple(value for values in places.values() for _, value in values)


def _follows(file: str, before: Value, after: Value) -> None:
    last = before.valid_to
    if last is None or last >= after.valid_from:
        fault, fault_en = "chồng lên", "overlaps"
    elif last + timedelta(days=1) < after.valid_from:
        fault, fault_en = "để trống ngày sau", "leaves a gap after"
    else:
        return
    raise DatesClash(
        file=file, name=after.name, later=after.valid_from, fault=fault, fault_en=fault_en
    )


def _value(file: str, name: str, item: Any) -> Value:
    check_kind(item, dict, file=file, path=name)
    check_keys(
        item,
        required=("value", "unit", "valid_from", "source", "confidence"),
        optional=("valid_to", "territory"),
        file=file,
        path=name,
    )
    value = Value(name=name, **{"valid_to": None, **item})
    for key in ("unit", "source", "confidence", "territory"):
        check_kind(getattr(value, key), str, file=file, path=f"{name}.{key}")
    check_kind(value.valid_from, date, file=file, path=f"{name}.valid_from")
    if value.valid_to is not None:
        check_kind(value.valid_to, date, file=file, path=f"{name}.valid_to")
        if value.valid_to < value.valid_from:
            raise EndsBeforeItBegins(file=file, name=name, first=value.valid_from)
    return value
