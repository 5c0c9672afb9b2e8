"""Looking at rows about households and persons: scoped, for a stated purpose, and remembered.

Every row that is handed out leaves one `record.read` event, so that the person can be shown
who looked and why; a whole list read at once leaves one event for all, which is shown to each
of them. Properties that the pack ties to a purpose come only under that purpose.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import transaction

from hoaban.base import scope
from hoaban.base.models import Area, Event, User, tell
from hoaban.base.problems import Problem
from hoaban.record import area_tables, rows
from hoaban.record.lists import TYPES, ListSpec, Property, find
from hoaban.record.models import Entity

PURPOSES = {
    "poverty_review": "rà soát hộ nghèo / poverty review",
    "casework": "giải quyết công việc, hồ sơ / casework",
    "correction": "sửa số liệu / correcting data",
    "verification": "xác minh kết quả / verifying results",
    "own_record": "người dân xem thông tin của mình / a person sees their own record",
    "language_need": "nhu cầu ngôn ngữ của bản / language need of a village",
    "named_benefit": "chế độ theo luật / a benefit whose law names it",
    "statutory": "thống kê theo luật / statutory aggregates",
}
LIMIT = 200
_ALL = "*"  # the key of a read that handed out a whole list
_STORED = ("key", "area_id", "origin", "valid_from", "valid_to", "data")
_BULK = pa.schema(
    [
        ("key", pa.string()),
        ("area", pa.string()),
        ("origin", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


class PurposeNeeded(Problem):
    vi = "Xem thông tin hộ, người dân phải ghi mục đích; “{purpose}” không thuộc: {allowed}."
    en = "Looking at a household or person needs a purpose; “{purpose}” is none of: {allowed}."
    status = 403


class NotInYourArea(Problem):
    vi = "Không có “{key}” trong danh sách “{list}” thuộc địa bàn của bạn; hãy kiểm tra mã."
    en = "There is no “{key}” in the list “{list}” within your area; check the key."
    status = 404


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it may be shown: properties kept for another purpose are left out."""

    list: str
    key: str
    label: str
    area: str  # path
    version: int
    origin: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Household:
    """A household with its members and its yearly reviews."""

    row: Row
    people: list[Row]
    reviews: list[Row]


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked at a row: when, who, what for."""

    at: datetime
    by: str
    purpose: str


@transaction.atomic
def fetch(
    spec: ListSpec,
    *,
    user: User,
    purpose: str,
    at: datetime,
    within: str = "",
    after: str = "",
    limit: int = LIMIT,
) -> list[Row]:
    """Rows of one list in the user's area, in order of key, at most ``limit`` (1 to 200).

    ``within`` narrows to an area's path; ``after`` is the last key of the page before.
    Raises `PurposeNeeded`.
    """
    found = Entity.objects.seen_by(user).filter(list=spec.name, key__gt=after)
    if within:
        found = found.within(within)
    page = found.select_related("area").order_by("key")[: max(1, min(limit, LIMIT))]
    return _shown(spec, page, user=user, purpose=purpose, at=at)


@transaction.atomic
def one(spec: ListSpec, key: str, *, user: User, purpose: str, at: datetime) -> Row:
    """One row in the user's area. Raises `PurposeNeeded` or `NotInYourArea`."""
    found = Entity.objects.seen_by(user).filter(list=spec.name, key=key).select_related("area")
    rows = _shown(spec, found, user=user, purpose=purpose, at=at)
    if not rows:
        raise NotInYourArea(list=spec.name, key=key)
    return rows[0]


@transaction.atomic
def household(
    lists: Mapping[str, ListSpec], key: str, *, user: User, purpose: str, at: datetime
) -> Household:
    """A household, its people and its reviews. Raises `PurposeNeeded` or `NotInYourArea`."""
    row = one(find(lists, "households"), key, user=user, purpose=purpose, at=at)
    own = Entity.objects.seen_by(user).within(row.area).filter(data__household=key)
    parts = {
        name: _shown(
            find(lists, name),
            own.filter(list=name).select_related("area").order_by("key"),
            user=user,
            purpose=purpose,
            at=at,
        )
        for name in ("people", "reviews")
        if name in lists
    }
    return Household(row, parts.get("people", []), parts.get("reviews", []))


@transaction.atomic
def bulk(
    spec: ListSpec,
    *,
    user: User | None,
    purpose: str,
    at: datetime,
    within: str = "",
    only: Collection[str] = (),
    where: tuple[str, object] | None = None,
) -> pa.Table:
    """A whole list in the user's area at once: for counting, never for showing.

    Columns ``key, area`` (path) ``, origin, valid_from, valid_to`` and the list's properties, or
    of them ``only`` some; properties kept for another purpose are left out. ``within`` narrows to
    an area's path, ``where`` to the rows whose property of that name has that value. ``user`` is
    None only for the system's own commands, which read everywhere. A list about households or
    persons leaves one event ``<list>:*`` with the number of rows. Raises `PurposeNeeded`.
    """
    kept = _kept(spec, purpose)
    if where is not None and where[0] not in kept:
        raise PurposeNeeded(purpose=purpose, allowed=", ".join(spec.properties[where[0]].purpose))
    own = pa.schema([(n, TYPES[kept[n].type]) for n in kept if not only or n in only])
    whole = pa.schema([*_BULK, *own])
    top = _top(user, within)
    if top is None:
        return whole.empty_table()
    paths = area_tables.paths()
    read = rows.read(spec.name, columns=_STORED, within=_narrow(top), where=where)
    pieces = [_piece(chunk, own, whole, paths) for chunk in read]
    found = pa.concat_tables(pieces) if pieces else whole.empty_table()
    if spec.personal and len(found):
        subject = f"{spec.name}:{_ALL}"
        facts = {"purpose": purpose, "rows": len(found)}
        tell("record.read", at=at, actor=user, area=top, subject=subject, **facts)
    return found


def who_looked(spec: ListSpec, key: str, *, user: User) -> list[Look]:
    """Who looked at a row and what for, newest first; for a user whose area holds the row.

    Reads of the whole list count too, where the area they were made for holds the row.
    """
    read = Event.objects.filter(name="record.read").select_related("actor")
    looks = list(read.seen_by(user).filter(subject=f"{spec.name}:{key}"))
    row = Entity.objects.seen_by(user).filter(list=spec.name, key=key).select_related("area")
    for entity in row:
        above = [entity.area.path]
        while above[-1]:
            above.append(scope.parent(above[-1]))
        looks += read.filter(subject=f"{spec.name}:{_ALL}", area__path__in=above)
    looks.sort(key=lambda look: (look.at, look.pk), reverse=True)
    return [
        Look(look.at, look.actor.username if look.actor else "", look.data["purpose"])
        for look in looks
    ]


def _kept(spec: ListSpec, purpose: str) -> dict[str, Property]:
    """The properties that may be seen for a purpose. Raises `PurposeNeeded`."""
    if spec.personal and purpose not in PURPOSES:
        raise PurposeNeeded(purpose=purpose, allowed=", ".join(PURPOSES))
    return {n: p for n, p in spec.properties.items() if not p.purpose or purpose in p.purpose}


def _top(user: User | None, within: str) -> Area | None:
    """The area that is read: what a path and the user's own area have in common."""
    if user is None:
        own = within
    elif user.area is None:
        return None
    else:
        own = user.area.path
    path = within if within and scope.inside(within, own) else own
    if within and not scope.inside(path, within):
        return None
    found = Area.objects.filter(path=path) if path else Area.objects.filter(kind="province")
    return found.order_by("-valid_from").first()


def _narrow(top: Area) -> str:
    """The path to filter by; none for the province, which is all that a database holds."""
    return "" if top.kind == "province" else top.path


def _piece(chunk: pa.Table, own: pa.Schema, whole: pa.Schema, paths: Mapping[str, str]) -> pa.Table:
    days = [chunk[name].cast(pa.date32()) for name in ("valid_from", "valid_to")]
    area = pa.array([paths[number] for number in chunk["area_id"].to_pylist()], pa.string())
    values = rows.from_json(chunk["data"].to_pylist(), own)
    return pa.table([chunk["key"], area, chunk["origin"], *days, *values.columns], schema=whole)


def _shown(
    spec: ListSpec, found: Iterable[Entity], *, user: User, purpose: str, at: datetime
) -> list[Row]:
    kept = _kept(spec, purpose)
    entities = list(found)
    if spec.personal:
        Event.objects.bulk_create(
            Event(
                name="record.read",
                at=at,
                actor=user,
                area=entity.area,
                subject=f"{spec.name}:{entity.key}",
                data={"purpose": purpose},
            )
            for entity in entities
        )
    return [
        Row(
            list=spec.name,
            key=entity.key,
            label=entity.label,
            area=entity.area.path,
            version=entity.version,
            origin=entity.origin,
            data={n: v for n, v in entity.data.items() if n in kept},
        )
        for entity in entities
    ]
