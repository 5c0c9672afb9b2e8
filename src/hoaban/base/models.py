"""What every stage stands on: areas, users and the event log."""

from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from hoaban.base import scope

M = TypeVar("M", bound=models.Model)

ORIGINS = ("official", "compiled", "surveyed", "imported", "synthetic", "assumed")


class Scoped(models.QuerySet[M]):
    """Rows that belong to an area, filtered as a set, never one by one."""

    area_path: ClassVar[str] = "area__path"

    def within(self, path: str) -> Self:
        """Rows at or below an area's path."""
        first, past = scope.below(path)
        return self.filter(**{f"{self.area_path}__gte": first, f"{self.area_path}__lt": past})

    def seen_by(self, user: Any) -> Self:
        """Keep the rows inside the user's area; nobody and a user without area see none."""
        area = getattr(user, "area", None)
        return self.none() if area is None else self.within(area.path)


class ScopedAreas(Scoped["Area"]):
    """Areas themselves are scoped by their own path."""

    area_path = "path"


class Area(models.Model):
    """A province, commune or village at a time. ``valid_to`` is exclusive."""

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)  # province, commune, village
    path = models.CharField(max_length=64, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    facts = models.JSONField(default=dict)  # area_km2, population, zone, border, rural, …
    origin = models.CharField(max_length=16)
    source = models.CharField(max_length=300, blank=True)

    objects = ScopedAreas.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "valid_from"], name="one_area_per_path_and_day")
        ]
        indexes = [models.Index(fields=["kind", "code"], name="area_kind_code")]

    def __str__(self) -> str:
        return f"{self.name} ({self.path})"


class Succession(models.Model):
    """Which area followed which. Units from before the tree starts live here alone."""

    old_code = models.CharField(max_length=8)
    old_name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT)  # the successor
    date = models.DateField()
    act = models.CharField(max_length=120)
    share = models.DecimalField(max_digits=6, decimal_places=5)  # of people; 1 when whole
    facts = models.JSONField(default=dict)  # census figures of the old unit
    origin = models.CharField(max_length=16)
    source = models.CharField(max_length=300, blank=True)

    objects = Scoped["Succession"].as_manager()

    def __str__(self) -> str:
        return f"{self.old_code} → {self.area_id}"


class User(AbstractUser):
    """An official. Sees and acts inside ``area`` and everything below it, nowhere else."""

    area = models.ForeignKey(Area, models.PROTECT, null=True)
    role = models.CharField(max_length=32, blank=True)  # province, commune, village, verifier


class Event(models.Model):
    """One thing that happened. Never updated, never deleted: audit trail and job queue."""

    name = models.CharField(max_length=64)  # room.past_tense
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True)
    area = models.ForeignKey(Area, models.PROTECT)
    subject = models.CharField(max_length=96)
    data = models.JSONField(default=dict)

    objects = Scoped["Event"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="event_name"),
            models.Index(fields=["subject"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.name} {self.subject}"


class Delivery(models.Model):
    """What became of one event at one handler: when it was handled, how often it was tried."""

    event = models.ForeignKey(Event, models.PROTECT)
    handler = models.CharField(max_length=96)
    handled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="one_delivery_per_handler")
        ]
        indexes = [
            models.Index(
                fields=["tries", "event"],
                condition=models.Q(handled_at=None),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"


def tell(
    name: str, *, at: datetime, actor: User | None, area: Area, subject: object, **data: Any
) -> Event:
    """Append an event inside the caller's transaction.

    ``name`` is ``room.past_tense``; ``subject`` a model instance or a plain string.
    """
    label = f"{type(subject).__name__}:{subject.pk}" if hasattr(subject, "pk") else str(subject)
    return Event.objects.create(
        name=name, at=at, actor=actor, area=area, subject=label[:96], data=data
    )
