"""Writing one checked table into its register list, chunk by chunk, as one event."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.models import Area, Event, User, tell
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.record import rows
from hoaban.record.checks import KeyTwice, References
from hoaban.record.lists import COMMON, ListSpec
from hoaban.record.models import Entity


class NoProvince(Problem):
    vi = "Cơ sở dữ liệu chưa có tỉnh nào; hãy chạy hoaban load với thư mục tỉnh trước."
    en = "The database holds no province yet; run hoaban load with a province folder first."
    status = 409


class UnknownArea(Problem):
    vi = "Danh sách “{list}”: không có địa bàn “{area}”; gần nhất là “{nearest}”."
    en = "List “{list}”: there is no area “{area}”; the nearest is “{nearest}”."


class WrongLevel(Problem):
    vi = "Danh sách “{list}”: dòng phải thuộc cấp {level}, nhưng “{area}” thì không."
    en = "List “{list}”: rows belong to a {level}, but “{area}” is none."


def province() -> Area:
    """The province this database is about. Raises `NoProvince`."""
    found = Area.objects.filter(kind="province").order_by("-valid_from").first()
    if found is None:
        raise NoProvince
    return found


def store(
    spec: ListSpec,
    table: pa.Table,
    *,
    seed: int | None,
    at: datetime,
    actor: User | None,
    **more: str,
) -> Event:
    """Append a fitted table to its list and tell it once; call inside a transaction.

    ``seed`` None draws uuids at random (rows of real people and things); ``more`` goes into
    the event beside list, rows and sha256 (of the keys, areas and values as they are stored).
    """
    digest = append(spec, table, seed=seed)
    facts: dict[str, Any] = {"list": spec.name, "rows": len(table), "sha256": digest, **more}
    if seed is not None:
        facts["seed"] = seed
    return tell(
        "record.imported", at=at, actor=actor, area=province(), subject=f"list:{spec.name}", **facts
    )


def append(spec: ListSpec, table: pa.Table, *, seed: int | None) -> str:
    """The rows alone, for a caller that tells it; returns the sha256 of what was stored."""
    top = province()
    if spec.name == "villages":
        _villages_become_areas(table, top)
    area_ids = _area_ids(spec, table)
    own = table.select([n for n in table.column_names if n not in COMMON.names])
    digest = sha256()
    for start in range(0, len(table), rows.CHUNK):
        piece = table.slice(start, rows.CHUNK)
        data = rows.to_json(own.slice(start, rows.CHUNK))
        keys = piece["key"].to_pylist()
        rows.write(
            _entities(
                spec, piece, area_ids.slice(start, rows.CHUNK), data, _uuids(seed, spec, keys)
            )
        )
        for column in (piece["key"], piece["area"], data):
            digest.update("\n".join(column.to_pylist()).encode())
    return digest.hexdigest()


def refuse_known_keys(spec: ListSpec, table: pa.Table) -> None:
    """Raises `checks.KeyTwice` for a key that the list holds already."""
    again = pc.filter(table["key"], pc.is_in(table["key"], value_set=stored_keys(spec.name)))
    if len(again):
        raise KeyTwice(list=spec.name, key=again[0].as_py())


def check_references(seen: References) -> None:
    """Raises `checks.NoSuchRow` for a reference to a row that is neither new nor stored."""
    seen.check(stored_keys)


def _uuids(seed: int | None, spec: ListSpec, keys: Sequence[str]) -> list[str]:
    if seed is None:
        return [uuid4().hex for _ in keys]
    return rows.drawn_uuids(seed, spec.name, keys)


def _entities(
    spec: ListSpec,
    piece: pa.Table,
    area_ids: pa.ChunkedArray,
    data: pa.ChunkedArray,
    uuids: list[str],
) -> pa.Table:
    size = len(piece)
    columns = {
        "uuid": pa.array(uuids, pa.string()),
        "list": pa.repeat(spec.name, size),
        "area_id": area_ids,
        "data": data,
        "version": pa.repeat(1, size),
        "valid_from": piece["valid_from"].cast(pa.string()),
        "valid_to": piece["valid_to"].cast(pa.string()),
    }
    return pa.table({n: columns[n] if n in columns else piece[n] for n in rows.COLUMNS})


def stored_keys(name: str) -> pa.Array:
    """Every key that a list holds."""
    return pa.array(Entity.objects.filter(list=name).values_list("key", flat=True), pa.string())


def _area_ids(spec: ListSpec, table: pa.Table) -> pa.ChunkedArray:
    known = {area.path: area for area in Area.objects.order_by("valid_from")}
    coded = table["area"].combine_chunks().dictionary_encode()
    ids = []
    for path in coded.dictionary.to_pylist():
        area = known.get(path)
        if area is None:
            raise UnknownArea(list=spec.name, area=path, nearest=nearest(path, known))
        if spec.level not in ("any", area.kind):
            raise WrongLevel(list=spec.name, level=spec.level, area=path)
        ids.append(area.pk)
    return pa.chunked_array([pa.array(ids, pa.int64()).take(coded.indices)])


def _villages_become_areas(table: pa.Table, top: Area) -> None:
    known = set(Area.objects.values_list("path", flat=True))
    wanted = ("key", "label", "area", "origin", "source", "valid_from", "valid_to")
    flags = [n for n in ("rural", "special_difficulty") if n in table.column_names]
    fresh = []
    for row in table.select([*wanted, *flags]).to_pylist():
        above = scope.parent(row["area"])
        if above not in known or row["area"] != f"{above}{row['key']}/":
            raise UnknownArea(list="villages", area=row["area"], nearest=nearest(above, known))
        fresh.append(
            Area(
                code=row["key"],
                name=row["label"] or row["key"],
                kind="village",
                path=row["area"],
                valid_from=row["valid_from"] or top.valid_from,
                valid_to=row["valid_to"],
                facts={"unit": "bản", **{name: row[name] for name in flags}},
                origin=row["origin"],
                source=row["source"],
            )
        )
    Area.objects.bulk_create(fresh)
