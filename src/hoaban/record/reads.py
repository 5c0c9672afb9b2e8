"""Looking at rows about households and persons: scoped, for a stated purpose, and remembered.

Every row that is handed out leaves one `record.read` event, so that the person can be shown
who looked and why. Properties that the pack ties to a purpose come only under that purpose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hoaban.base.models import Event, User
from hoaban.base.problems import Problem
from hoaban.record.lists import ListSpec, find
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


def who_looked(spec: ListSpec, key: str, *, user: User) -> list[Look]:
    """Who looked at a row and what for, newest first; for a user whose area holds the row."""
    looks = Event.objects.seen_by(user).filter(name="record.read", subject=f"{spec.name}:{key}")
    return [
        Look(look.at, look.actor.username if look.actor else "", look.data["purpose"])
        for look in looks.select_related("actor").order_by("-at", "-pk")
    ]


def _shown(
    spec: ListSpec, found: Iterable[Entity], *, user: User, purpose: str, at: datetime
) -> list[Row]:
    if spec.personal and purpose not in PURPOSES:
        raise PurposeNeeded(purpose=purpose, allowed=", ".join(PURPOSES))
    kept = {n for n, p in spec.properties.items() if not p.purpose or purpose in p.purpose}
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
