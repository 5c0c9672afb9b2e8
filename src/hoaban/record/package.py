"""The paper that goes with a snapshot: datapackage.json (Frictionless), hashes and the name.

Nothing here depends on when or where it is made: equal files give equal bytes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hoaban.record.lists import ListSpec, Property

FILE = "datapackage.json"
_TYPES = {
    "integer": "integer",
    "decimal": "number",
    "flag": "boolean",
    "answer": "integer",
    "date": "date",
    "instant": "datetime",
}
_COMMON = [
    {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
    {"name": "area", "type": "string", "constraints": {"required": True}},
    {"name": "origin", "type": "string", "constraints": {"required": True}},
    {"name": "source", "type": "string"},
    {"name": "valid_from", "type": "date"},
    {"name": "valid_to", "type": "date"},
]


@dataclass(slots=True)
class Package:
    """A snapshot being written: its folder and what has been put into it so far."""

    folder: Path
    resources: list[dict[str, Any]] = field(default_factory=list)

    def add_table(
        self, table: pa.Table, name: str, title: str, fields: list[dict[str, Any]]
    ) -> None:
        """Write a table as Parquet with the same bytes for the same rows, and describe it."""
        file = self.folder / "tables" / f"{name}.parquet"
        file.parent.mkdir(exist_ok=True)
        pq.write_table(
            table,
            file,
            version="2.6",
            compression="zstd",
            compression_level=3,
            row_group_size=131_072,
        )
        origins = sorted(table["origin"].unique().to_pylist())
        self._add(
            file,
            name=name,
            title=title,
            format="parquet",
            mediatype="application/vnd.apache.parquet",
            count=len(table),
            origins=origins,
            schema={"fields": [*_COMMON, *fields], "primaryKey": ["id"]},
        )

    def add_layer(self, source: Path, name: str, origin: str, cite: str) -> None:
        """Put a grid in, byte for byte."""
        file = self.folder / "layers" / f"{name}.tif"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(source.read_bytes())
        self._add(
            file,
            name=f"layer-{name}",
            title=name,
            format="tif",
            mediatype="image/tiff",
            origins=[origin],
            sources=[{"title": cite}],
        )

    def seal(self, *, province: str, date: str) -> str:
        """Write datapackage.json; returns the sha256 over the files' hashes (64 hex digits)."""
        digest = digest_of(self.resources)
        content = {
            "name": f"hoaban-{date}-{digest[:12]}",
            "title": f"Hoa Ban: số liệu chốt / snapshot {date}",
            "province": province,
            "date": date,
            "sha256": digest,
            "resources": sorted(self.resources, key=lambda resource: resource["path"]),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (self.folder / FILE).write_text(f"{text}\n", "utf-8")
        return digest

    def _add(self, file: Path, **facts: Any) -> None:
        self.resources.append(
            {
                "path": file.relative_to(self.folder).as_posix(),
                "type": "file",  # hashes are checked; the schema is for readers
                "bytes": file.stat().st_size,
                "hash": f"sha256:{sha256_of(file)}",
                **facts,
            }
        )


def digest_of(resources: Iterable[dict[str, Any]]) -> str:
    """The sha256 (hex) over path and hash of every file, whatever their order."""
    lines = sorted(f"{resource['path']} {resource['hash']}\n" for resource in resources)
    return sha256("".join(lines).encode()).hexdigest()


def fields_of(spec: ListSpec) -> list[dict[str, Any]]:
    """How the own columns of a list's snapshot table are described, in order."""
    return [_field(item) for item in spec.properties.values() if item.freeze]


def sha256_of(file: Path) -> str:
    """The sha256 of a file's bytes, as hex digits."""
    digest = sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _field(item: Property) -> dict[str, Any]:
    rules: dict[str, Any] = {} if item.missing else {"required": True}
    if item.options:
        rules["enum"] = list(item.options)
    low, high = (0, 1) if item.type == "answer" else (item.low, item.high)
    if low is not None:
        rules["minimum"] = low
    if high is not None:
        rules["maximum"] = high
    found: dict[str, Any] = {
        "name": item.name,
        "type": _TYPES.get(item.type, "string"),
        "title": item.label.vi,
        "description": item.label.en,
    }
    if item.unit:
        found["unit"] = item.unit
    if item.type == "ref":
        found["references"] = item.list
    if rules:
        found["constraints"] = rules
    return found
