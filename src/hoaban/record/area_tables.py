"""The two snapshot tables that are no register list: areas and their succession."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from hoaban.base import scope
from hoaban.base.models import Area, Succession

COMMON = pa.schema(
    [
        ("id", pa.string()),
        ("area", pa.string()),
        ("origin", pa.string()),
        ("source", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
_AREA_FIELDS: list[dict[str, Any]] = [
    {"name": "code", "type": "string", "title": "Mã"},
    {"name": "name", "type": "string", "title": "Tên"},
    {"name": "kind", "type": "string", "title": "Cấp (province, commune, village)"},
    {"name": "unit", "type": "string", "title": "Loại đơn vị (tỉnh, xã, phường, bản)"},
    {"name": "zone", "type": "string", "title": "Khu vực I, II, III"},
    {"name": "border", "type": "boolean", "title": "Xã biên giới"},
    {"name": "rural", "type": "boolean", "title": "Nông thôn"},
    {"name": "population", "type": "integer", "title": "Dân số", "unit": "person"},
    {"name": "area_km2", "type": "number", "title": "Diện tích", "unit": "km2"},
]
_SUCCESSION_FIELDS: list[dict[str, Any]] = [
    {"name": "old_code", "type": "string", "title": "Mã cũ"},
    {"name": "old_name", "type": "string", "title": "Tên cũ"},
    {"name": "new_code", "type": "string", "title": "Mã mới"},
    {"name": "date", "type": "date", "title": "Ngày"},
    {"name": "act", "type": "string", "title": "Văn bản"},
    {"name": "share", "type": "number", "title": "Phần dân số", "unit": "share"},
    {"name": "population_2019", "type": "integer", "title": "Dân số 2019", "unit": "person"},
    {"name": "households_2019", "type": "integer", "title": "Số hộ 2019", "unit": "household"},
]
_ARROW = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
}


def paths() -> dict[str, str]:
    """The path of every area by its id, written as text."""
    return {str(number): path for number, path in Area.objects.values_list("pk", "path")}


def all_of_them() -> Iterator[tuple[str, str, pa.Table, list[dict[str, Any]]]]:
    """Name, title, table and described columns of ``areas`` and ``succession``."""
    yield "areas", "Địa bàn", _table(_areas(), _AREA_FIELDS), _AREA_FIELDS
    yield "succession", "Kế thừa địa bàn", _table(_steps(), _SUCCESSION_FIELDS), _SUCCESSION_FIELDS


def _table(found: list[dict[str, Any]], fields: list[dict[str, Any]]) -> pa.Table:
    own = [(f["name"], _ARROW[f["type"]]) for f in fields]
    ordered = sorted(found, key=lambda row: (row["area"], row["id"]))
    return pa.Table.from_pylist(ordered, schema=pa.schema([*COMMON, *own]))


def _areas() -> list[dict[str, Any]]:
    """One row an area that still stands; a village has zone and border of its commune."""
    standing = {a.path: a for a in Area.objects.order_by("valid_from")}
    above: dict[str, Any] = {}
    found = []
    for path, area in sorted(standing.items()):
        above[path] = facts = {**_inherited(above.get(scope.parent(path), {})), **area.facts}
        found.append(
            {
                "id": path,
                "area": path,
                "origin": area.origin,
                "source": area.source,
                "valid_from": area.valid_from,
                "valid_to": area.valid_to,
                "code": area.code,
                "name": area.name,
                "kind": area.kind,
                **{name: facts.get(name) for name in ("unit", "zone", "border", "rural")},
                "population": area.facts.get("population"),
                "area_km2": area.facts.get("area_km2"),
            }
        )
    return found


def _inherited(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("zone", "border", "rural") if name in facts}


def _steps() -> list[dict[str, Any]]:
    return [
        {
            "id": f"{step.old_code}-{step.area.code}",
            "area": step.area.path,
            "origin": step.origin,
            "source": step.source,
            "valid_from": step.date,
            "valid_to": None,
            "old_code": step.old_code,
            "old_name": step.old_name,
            "new_code": step.area.code,
            "date": step.date,
            "act": step.act,
            "share": float(step.share),
            "population_2019": step.facts.get("population_2019"),
            "households_2019": step.facts.get("households_2019"),
        }
        for step in Succession.objects.select_related("area")
    ]
