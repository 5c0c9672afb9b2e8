"""Database → snapshot: every list as Parquet, every grid as GeoTIFF, under a name that is a hash.

Rows about households and persons carry a keyed pseudonym instead of their key, and so does
every reference to them; labels and properties declared ``freeze: false`` stay behind.
"""

from collections.abc import Mapping
from hashlib import blake2b, sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.models import Event
from hoaban.base.problems import Problem
from hoaban.record import area_tables, batches, rows
from hoaban.record.lists import TYPES, ListSpec
from hoaban.record.models import Layer
from hoaban.record.package import Package, fields_of, sha256_of

_DAY = ZoneInfo("Asia/Ho_Chi_Minh")
_TEXT = pa.string()


class NothingToFreeze(Problem):
    vi = "Cơ sở dữ liệu chưa có số liệu; hãy chạy hoaban load trước rồi chốt số liệu."
    en = "The database holds no data yet; run hoaban load first, then freeze."
    status = 409


class LayerChanged(Problem):
    vi = "Tệp lớp dữ liệu {file} đã mất hoặc khác với khi nạp; hãy nạp lại lớp này."
    en = "The layer file {file} is gone or differs from what was loaded; load it again."


def freeze(
    folder: Path, lists: Mapping[str, ListSpec], *, key: bytes, layers: Path | None = None
) -> Path:
    """Write the snapshot of this moment and return its folder, ``<date>-<12 hex digits>``.

    The date is the Vietnamese calendar day of the last event that changed a register, the
    digits come from the files' hashes: equal data under an equal ``key`` gives an equal name,
    and a snapshot that is there already is left untouched. ``layers`` is the folder of the
    grids (default: ``layers`` beside ``folder``). A freeze that fails leaves no folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layers = folder.parent / "layers" if layers is None else layers
    with rows.one_moment(), TemporaryDirectory(dir=folder, prefix=".freezing-") as place:
        draft = Path(place) / "snapshot"
        draft.mkdir(mode=0o700)
        package = Package(draft)
        day = _day()
        _add_tables(package, lists, secret_of(key))
        _add_layers(package, layers)
        digest = package.seal(province=batches.province().path, date=day)
        target = folder / f"{day}-{digest[:12]}"
        if not target.exists():
            draft.rename(target)
    return target


def pseudonyms(secret: bytes, name: str, keys: pa.ChunkedArray) -> pa.ChunkedArray:
    """20 hex digits for each key of the list ``name``; the same key and secret give the same."""
    coded = keys.combine_chunks().dictionary_encode()
    start = blake2b(f"{name}/".encode(), digest_size=10, key=secret)
    found = []
    for key in coded.dictionary.to_pylist():
        draw = start.copy()
        draw.update(key.encode())
        found.append(draw.hexdigest())
    return pa.chunked_array([pa.array(found, _TEXT).take(coded.indices)])


def secret_of(key: bytes) -> bytes:
    """The 32 bytes that `pseudonyms` takes, from a key of any length."""
    return sha256(key).digest()


def _day() -> str:
    """The day of the last register event; reads change nothing and do not count."""
    changed = Event.objects.filter(name__startswith="record.").exclude(name="record.read")
    last = changed.order_by("-at").first()
    if last is None:
        raise NothingToFreeze
    return last.at.astimezone(_DAY).date().isoformat()


def _add_tables(package: Package, lists: Mapping[str, ListSpec], secret: bytes) -> None:
    paths = area_tables.paths()
    for name, title, table, fields in area_tables.all_of_them():
        package.add_table(table, name, title, fields)
    for spec in lists.values():
        package.add_table(
            _table(spec, lists, secret, paths), spec.name, str(spec.label), fields_of(spec)
        )


def _add_layers(package: Package, folder: Path) -> None:
    for layer in Layer.objects.order_by("name"):
        file = folder / layer.file
        if not file.is_file() or sha256_of(file) != layer.sha256:
            raise LayerChanged(file=layer.file)
        package.add_layer(file, layer.name, layer.origin, layer.source)


def _table(
    spec: ListSpec, lists: Mapping[str, ListSpec], secret: bytes, paths: Mapping[str, str]
) -> pa.Table:
    found = _read(spec, paths)
    if spec.personal:
        found = _replace(found, "id", pseudonyms(secret, spec.name, found["id"]))
    for item in spec.properties.values():
        if item.freeze and item.type == "ref" and lists[item.list].personal:
            hidden = pseudonyms(secret, item.list, found[item.name])
            found = _replace(found, item.name, hidden)
    order = pc.sort_indices(found, sort_keys=[("area", "ascending"), ("id", "ascending")])
    return found.take(order).combine_chunks()


def _read(spec: ListSpec, paths: Mapping[str, str]) -> pa.Table:
    own = pa.schema([(p.name, TYPES[p.type]) for p in spec.properties.values() if p.freeze])
    whole = pa.schema([*area_tables.COMMON, *own])
    pieces = [_piece(chunk, own, whole, paths) for chunk in rows.read(spec.name)]
    return pa.concat_tables(pieces) if pieces else whole.empty_table()


def _piece(chunk: pa.Table, own: pa.Schema, whole: pa.Schema, paths: Mapping[str, str]) -> pa.Table:
    days = [chunk[name].cast(pa.date32()) for name in ("valid_from", "valid_to")]
    area = pa.array([paths[number] for number in chunk["area_id"].to_pylist()], _TEXT)
    values = rows.from_json(chunk["data"].to_pylist(), own)
    common = [chunk["key"], area, chunk["origin"], chunk["source"], *days]
    return pa.table([*common, *values.columns], schema=whole)


def _replace(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)
