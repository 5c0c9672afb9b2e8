"""Registers are declared, not coded: the lists and typed properties of packs/*/record.yaml.

What may never be recorded about people is refused here, when the lists are read.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, nearest, read_yaml
from hoaban.base.text import Text

ABOUT = ("place", "household", "person", "thing")
LEVELS = ("province", "commune", "village", "any")
PURPOSES = ("language_need", "named_benefit", "statutory")
TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "flag": pa.bool_(),
    "answer": pa.int8(),  # 0 or 1
    "date": pa.date32(),
    "instant": pa.timestamp("us", "UTC"),
    "choice": pa.string(),
    "codes": pa.string(),  # joined by ;
    "ref": pa.string(),  # the key of a row of another list
}
COMMON = pa.schema(
    [
        ("key", pa.string()),
        ("area", pa.string()),
        ("label", pa.string()),
        ("origin", pa.string()),
        ("source", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
# Beliefs, opinions, suspicion, movements and loyalty of people; secrets of accounts.
_DENIED = re.compile(
    "religio|belief|faith|church|ton_giao|tin_nguong|dao_phai|politic|ideolog|opinion|quan_diem"
    "|chinh_kien|suspect|suspicio|nghi_pham|nghi_van|loyal|long_trung_thanh|password|mat_khau"
    "|(movement|location|travel)_histor|whereabouts|gps_track|lich_su_di_chuyen"
)
_DENIED_NAMES = re.compile("doi_tuong")  # harmless in a label (người thụ hưởng), not in a name
_IDENTIFYING = re.compile("phone|dien_thoai|cccd|cmnd|identity_number|full_name|ho_ten|ethnicity")


class ListDeclaredTwice(Problem):
    vi = "Danh sách “{list}” được khai báo ở cả gói {first} và gói {second}; hãy bỏ một nơi."
    en = "The list “{list}” is declared by both pack {first} and pack {second}; drop one."


class NotOneOf(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không dùng được; hãy chọn một trong: {allowed}."
    en = "File {file}, at {path}: “{value}” cannot be used; choose one of: {allowed}."


class MustNotBeRecorded(Problem):
    vi = "Tệp {file}, mục {path}: không được ghi nhận nội dung này về con người; hãy bỏ mục này."
    en = "File {file}, at {path}: this must never be recorded about people; take it out."


class MustNotBeFrozen(Problem):
    vi = "Tệp {file}, mục {path}: trường này nhận diện con người; hãy đặt freeze: false."
    en = "File {file}, at {path}: this property identifies people; set freeze: false."


class NeedsPurpose(Problem):
    vi = "Tệp {file}, mục {path}: dân tộc chỉ được dùng theo mục đích; hãy khai báo purpose."
    en = "File {file}, at {path}: ethnicity is used for a purpose only; declare purpose."


class NoSuchList(Problem):
    vi = "Không có danh sách “{list}”; gần nhất là “{nearest}”."
    en = "There is no list “{list}”; the nearest is “{nearest}”."
    status = 404


@dataclass(frozen=True, slots=True)
class Property:
    """One typed column of a list. ``low`` and ``high`` are inclusive; None means no limit."""

    name: str
    type: str  # one of TYPES
    label: Text
    unit: str = ""
    missing: bool = False  # whether a row may leave it empty
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()  # of a choice
    list: str = ""  # the list a ref points into
    freeze: bool = True  # whether snapshots carry it
    purpose: tuple[str, ...] = ()  # read only under one of these; empty = no such limit


@dataclass(frozen=True, slots=True)
class ListSpec:
    """One register list as its pack declares it."""

    name: str
    pack: str
    label: Text
    about: str  # one of ABOUT
    level: str  # kind of area its rows belong to, one of LEVELS
    properties: dict[str, Property]

    @property
    def personal(self) -> bool:
        """Whether its rows are about a household or a person: reads are logged, keys hidden."""
        return self.about in ("household", "person")


def read_lists(packs_folder: Path) -> dict[str, ListSpec]:
    """Every list that the packs declare, by name, in order of pack and file.

    Raises a `Problem` that names file and place for an unknown key, type or list, for a
    list declared twice and for anything that must not be recorded.
    """
    lists: dict[str, ListSpec] = {}
    files: dict[str, str] = {}
    for file in sorted(packs_folder.glob("*/record.yaml")):
        for spec in _read_file(file):
            if spec.name in lists:
                first = lists[spec.name].pack
                raise ListDeclaredTwice(list=spec.name, first=first, second=spec.pack)
            lists[spec.name] = spec
            files[spec.name] = _short(file)
    for spec in lists.values():
        for item in spec.properties.values():
            if item.type == "ref" and item.list not in lists:
                path = f"lists.{spec.name}.properties.{item.name}.list"
                raise NotOneOf(
                    file=files[spec.name], path=path, value=item.list, allowed=", ".join(lists)
                )
    return lists


def find(lists: Mapping[str, ListSpec], name: str) -> ListSpec:
    """The list of that name. Raises `NoSuchList`, which names the nearest."""
    if name not in lists:
        raise NoSuchList(list=name, nearest=nearest(name, lists))
    return lists[name]


def schema(spec: ListSpec) -> pa.Schema:
    """The Arrow schema of a list's table: the common columns, then its own."""
    own = [pa.field(p.name, TYPES[p.type]) for p in spec.properties.values()]
    return pa.schema([*COMMON, *own])


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _read_file(file: Path) -> Iterator[ListSpec]:
    found = read_yaml(file) or {}
    check_keys(found, required=("lists",), file=_short(file), path="—")
    for name, body in found["lists"].items():
        yield _read_list(file, name, body)


def _read_list(file: Path, name: str, body: dict[str, Any]) -> ListSpec:
    short, path = _short(file), f"lists.{name}"
    required = ("label", "about", "level", "properties")
    check_keys(body, required=required, file=short, path=path)
    _one_of(body["about"], ABOUT, short, f"{path}.about")
    _one_of(body["level"], LEVELS, short, f"{path}.level")
    label = _label(body["label"], short, f"{path}.label")
    _refuse_denied(short, path, name, label)
    properties = {
        key: _read_property(short, f"{path}.properties.{key}", key, item)
        for key, item in (body["properties"] or {}).items()
    }
    return ListSpec(name, file.parent.name, label, body["about"], body["level"], properties)


def _read_property(file: str, path: str, name: str, item: dict[str, Any]) -> Property:
    optional = ("unit", "missing", "low", "high", "options", "list", "freeze", "purpose")
    check_keys(item, required=("type", "label"), optional=optional, file=file, path=path)
    _one_of(item["type"], TYPES, file, f"{path}.type")
    _one_of(item.get("missing", "allowed"), ("allowed",), file, f"{path}.missing")
    if name in COMMON.names or name == "id":
        raise NotOneOf(file=file, path=path, value=name, allowed=f"≠ id, {', '.join(COMMON.names)}")
    for kind, key in (("choice", "options"), ("ref", "list")):
        wanted = (key,) if item["type"] == kind else ()
        present = {key: item[key]} if key in item else {}
        check_keys(present, required=wanted, file=file, path=path)
    for purpose in item.get("purpose", ()):
        _one_of(purpose, PURPOSES, file, f"{path}.purpose")
    read = Property(
        name=name,
        type=item["type"],
        label=_label(item["label"], file, f"{path}.label"),
        unit=item.get("unit", ""),
        missing="missing" in item,
        low=item.get("low"),
        high=item.get("high"),
        options=tuple(map(str, item.get("options", ()))),
        list=item.get("list", ""),
        freeze=item.get("freeze", True),
        purpose=tuple(item.get("purpose", ())),
    )
    _check_rights(file, path, read)
    return read


def _check_rights(file: str, path: str, item: Property) -> None:
    _refuse_denied(file, path, item.name, item.label, *item.options)
    if item.freeze and (item.purpose or _IDENTIFYING.search(_plain(item.name))):
        raise MustNotBeFrozen(file=file, path=path)
    if "ethnicity" in item.name and not item.purpose:
        raise NeedsPurpose(file=file, path=path)


def _refuse_denied(file: str, path: str, name: str, label: Text, *options: str) -> None:
    words = " ".join(map(_plain, (name, label.vi, label.en, *options)))
    if _DENIED.search(words) or _DENIED_NAMES.search(_plain(name)):
        raise MustNotBeRecorded(file=file, path=path)


def _plain(text: str) -> str:
    """ASCII words joined by ``_``: what the deny-list is compared with."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    ascii_only = bare.encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", ascii_only).strip("_")


def _label(value: Any, file: str, path: str) -> Text:
    check_keys(value, required=("vi", "en"), file=file, path=path)
    return Text.read(value)


def _one_of(value: Any, allowed: Any, file: str, path: str) -> None:
    if value not in allowed:
        raise NotOneOf(file=file, path=path, value=value, allowed=", ".join(allowed))
