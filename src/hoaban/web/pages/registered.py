"""What the household pages read of the live register: scoped, for a purpose, remembered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from hoaban.base import scope
from hoaban.base.models import Area
from hoaban.base.text import Text
from hoaban.record import reads
from hoaban.record.lists import ListSpec, find, read_lists

LIMIT = reads.LIMIT


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a household lives. ``rural``: whose income line holds, the commune's or the ward's."""

    village: str
    commune: str
    unit: str  # xã, phường
    rural: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One household with its completed reviews, the newest first, and the list they are of."""

    row: reads.Row
    reviews: list[reads.Row]
    spec: ListSpec  # of the reviews
    seat: Seat


@dataclass(frozen=True, slots=True)
class Page:
    """Households of a village in order of key, each with its newest completed review or None.

    ``more``: the last key, when others follow; else "".
    """

    rows: list[tuple[reads.Row, reads.Row | None]]
    seat: Seat
    more: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The newest looks at a household, each with the list that was read; of ``total`` in all."""

    newest: list[tuple[reads.Look, Text]]
    total: int


@lru_cache(maxsize=1)
def lists() -> dict[str, ListSpec]:
    """Every register list that the packs declare."""
    return read_lists(settings.PACKS)


def household(key: str, *, user: Any, purpose: str, at: datetime) -> Found:
    """A household of the user's area. Raises `reads.PurposeNeeded` or `reads.NotInYourArea`."""
    found = reads.household(lists(), key, user=user, purpose=purpose, at=at, parts=("reviews",))
    done = _completed(found.reviews, _today(at))
    return Found(found.row, done, find(lists(), "reviews"), seat(found.row.area))


def village(area: Area, *, user: Any, purpose: str, at: datetime, after: str = "") -> Page:
    """The next households of a village and the newest completed review of each."""
    wanted: dict[str, Any] = {"user": user, "purpose": purpose, "at": at, "within": area.path}
    rows = reads.fetch(find(lists(), "households"), after=after, **wanted)
    newest = reads.newest_reviews(
        find(lists(), "reviews"), [row.key for row in rows], on=_today(at), **wanted
    )
    more = rows[-1].key if len(rows) == LIMIT else ""
    return Page([(row, newest.get(row.key)) for row in rows], seat(area.path), more)


def looks(key: str, *, user: Any) -> Looked:
    """Who looked at the rows that hold a household's facts, what for, newest first."""
    found = reads.who_looked_at_household(lists(), key, user=user)
    return Looked([(look, lists()[look.list].label) for look in found.newest], found.total)


def seat(path: str) -> Seat:
    """Village and commune of a path; a village that nobody knows is rural, as nearly all are."""
    known = {
        area.path: area
        for area in Area.objects.filter(path__in=[path, scope.commune_of(path)]).order_by(
            "valid_from"
        )
    }
    village, commune = known.get(path), known.get(scope.commune_of(path))
    facts = {**(commune.facts if commune else {}), **(village.facts if village else {})}
    return Seat(
        village=village.name if village and village.kind == "village" else "",
        commune=commune.name if commune else "",
        unit=str(commune.facts.get("unit") or "") if commune else "",
        rural=facts.get("rural") is not False,
    )


def _completed(found: Iterable[reads.Row], today: date) -> list[reads.Row]:
    """The reviews decided on or before a day, the newest first."""
    done = [r for r in found if str(r.data.get("completed_on") or "9") <= today.isoformat()]
    return sorted(done, key=lambda r: (r.data["completed_on"], r.data["round"]), reverse=True)


def _today(at: datetime) -> date:
    return timezone.localtime(at).date()
