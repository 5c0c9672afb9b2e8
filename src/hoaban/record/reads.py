"""Looking at rows about households and persons: scoped, for a stated purpose, and remembered.

Every row that is handed out leaves one `record.read` event, so that the person can be shown
who looked and why; a whole list read at once leaves one event for all, which is shown to each
of them. Properties that the pack ties to a purpose come only under that purpose.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Q, QuerySet, Window
from django.db.models.fields.json import KT
from django.db.models.functions import RowNumber

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
PARTS = ("people", "reviews")  # the lists that a household is read with
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
    """That somebody looked at a row: when, who, what for, and in which list."""

    at: datetime
    by: str
    purpose: str
    list: str


@dataclass(frozen=True, slots=True)
class Looks:
    """The newest looks, newest first, and how many there are in all."""

    newest: list[Look]
    total: int


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
    lists: Mapping[str, ListSpec],
    key: str,
    *,
    user: User,
    purpose: str,
    at: datetime,
    parts: Collection[str] = PARTS,
) -> Household:
    """A household, its people and its reviews. Raises `PurposeNeeded` or `NotInYourArea`.

    ``parts``: which of `PARTS` to read; the others come empty and leave no look.
    """
    row = one(find(lists, "households"), key, user=user, purpose=purpose, at=at)
    own = Entity.objects.seen_by(user).within(row.area).filter(data__household=key)
    read = {
        name: _shown(
            find(lists, name),
            own.filter(list=name).select_related("area").order_by("key"),
            user=user,
            purpose=purpose,
            at=at,
        )
        for name in PARTS
        if name in parts and name in lists
    }
    return Household(row, read.get("people", []), read.get("reviews", []))


@transaction.atomic
def newest_reviews(
    spec: ListSpec,
    households: Collection[str],
    *,
    user: User,
    purpose: str,
    at: datetime,
    on: date,
    within: str,
) -> dict[str, Row]:
    """The newest review completed on or before a day, by household; no other row is read.

    ``spec`` is the list of reviews, ``within`` the path that the households live under. A
    household without such a review is left out. Raises `PurposeNeeded`.
    """
    done = Entity.objects.seen_by(user).within(within).filter(list=spec.name)
    done = done.filter(data__household__in=list(households), data__completed_on__lte=on.isoformat())
    done = done.exclude(data__completed_on=None)  # in PostgreSQL JSON null is less than any date
    newest = done.annotate(
        place=Window(
            RowNumber(),
            partition_by=[KT("data__household")],
            order_by=[KT("data__completed_on").desc(), KT("data__round").desc()],
        )
    ).filter(place=1)
    found = _shown(spec, newest.select_related("area"), user=user, purpose=purpose, at=at)
    return {str(row.data["household"]): row for row in found}


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
    row = _held(spec, key, user)
    return [] if row is None else _told(_looked(row, [f"{spec.name}:{key}"], [spec.name]))


def who_looked_at_household(
    lists: Mapping[str, ListSpec], key: str, *, user: User, limit: int = 50
) -> Looks:
    """Who looked at a household or at any row that holds its facts; see `who_looked`.

    Rows that hold its facts: its own, and those of every list about households or persons that
    names it: people, reviews, re-interviews, answers of forms. At most ``limit`` are told.
    """
    row = _held(find(lists, "households"), key, user)
    if row is None:
        return Looks([], 0)
    names = [n for n, s in lists.items() if s.personal and _names_household(s)]
    own = Entity.objects.within(row.area.path).filter(list__in=names, data__household=key)
    subjects = [f"{name}:{held}" for name, held in own.values_list("list", "key")]
    found = _looked(row, [f"households:{key}", *subjects], ["households", *names])
    return Looks(_told(found[:limit]), found.count())


def _names_household(spec: ListSpec) -> bool:
    named = spec.properties.get("household")
    return named is not None and named.list == "households"


def _held(spec: ListSpec, key: str, user: User) -> Entity | None:
    found = Entity.objects.seen_by(user).filter(list=spec.name, key=key)
    return found.select_related("area").first()


def _looked(row: Entity, subjects: list[str], names: list[str]) -> QuerySet[Event]:
    """Looks at the subjects, and at whole lists for an area that holds the row, newest first."""
    whole = [f"{name}:{_ALL}" for name in names]
    above = [row.area.path]
    while above[-1]:
        above.append(scope.parent(above[-1]))
    read = Event.objects.filter(name="record.read", subject__in=[*subjects, *whole])
    held = read.filter(~Q(subject__in=whole) | Q(area__path__in=above))
    return held.select_related("actor").order_by("-at", "-pk")


def _told(looks: Iterable[Event]) -> list[Look]:
    return [
        Look(
            at=look.at,
            by=look.actor.username if look.actor else "",
            purpose=look.data["purpose"],
            list=look.subject.split(":", 1)[0],
        )
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
