"""Law as data: what value held on this date, in which unit, and by which document.

A law folder holds YAML files; each top-level key is a parameter name and each item of its
list one dated value: ``value, unit, valid_from, valid_to, source, confidence, territory``.
``valid_to`` is the last day on which the value holds (inclusive; absent = still in force).
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, nearest, read_yaml


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
    territory: str = "VN"

    @property
    def assumed(self) -> bool:
        """Whether nobody published this value: it is our assumption and is shown as one."""
        return self.confidence == "assumed"

    def holds(self, at: date) -> bool:
        """Whether this value is in force on the day ``at``."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Law:
    """All dated values by name, in order of date."""

    values: dict[str, tuple[Value, ...]]

    def at(self, name: str, at: date) -> Value:
        """The value in force on a day. Raises `NoSuchParameter` or `NotInForce`."""
        if name not in self.values:
            raise NoSuchParameter(name=name, nearest=nearest(name, self.values))
        for value in self.values[name]:
            if value.holds(at):
                return value
        raise NotInForce(name=name, at=at.isoformat())

    def number(self, name: str, at: date) -> Any:
        """The bare value in force on a day, for arithmetic."""
        return self.at(name, at).value


def read(*folders: Path) -> Law:
    """Every parameter of the folders' YAML files (national law, then a province's own).

    Raises `DatesClash` when two values of one name overlap or leave a gap.
    """
    values: dict[str, tuple[Value, ...]] = {}
    for file in sorted(f for folder in folders for f in folder.glob("*.yaml")):
        for name, items in (read_yaml(file) or {}).items():
            values[name] = _in_order(file.name, name, items)
    return Law(values)


def _in_order(file: str, name: str, items: Iterable[dict[str, Any]]) -> tuple[Value, ...]:
    found = sorted((_value(file, name, item) for item in items), key=lambda v: v.valid_from)
    for before, after in itertools.pairwise(found):
        last = before.valid_to
        if last is None or last >= after.valid_from:
            fault, fault_en = "chồng lên", "overlaps"
        elif last + timedelta(days=1) < after.valid_from:
            fault, fault_en = "để trống ngày sau", "leaves a gap after"
        else:
            continue
        raise DatesClash(
            file=file, name=name, later=after.valid_from, fault=fault, fault_en=fault_en
        )
    return tuple(found)


def _value(file: str, name: str, item: dict[str, Any]) -> Value:
    check_keys(
        item,
        required=("value", "unit", "valid_from", "source", "confidence"),
        optional=("valid_to", "territory"),
        file=file,
        path=name,
    )
    return Value(name=name, **{"valid_to": None, **item})
