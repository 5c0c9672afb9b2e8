"""Cases: one piece of work for one place, from first report to closed."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from hoaban.base.models import Area, Event, Scoped


class Cases(Scoped["Case"]):
    """Cases inside an area, and those that are late."""

    def overdue(self, at: datetime) -> Self:
        """Cases whose deadline had passed at this instant."""
        return self.filter(due_at__lte=at)


class Case(models.Model):
    """One piece of work under a pack's workflow.

    ``work`` is the id of the chosen work in ``plan``; both are empty when a case was reported
    and not planned. ``taken`` in ``data`` keeps when each step was last taken and by whom, so
    that deadlines need no search of the event log, which stays the truth.
    """

    pack = models.CharField(max_length=64)
    version = models.PositiveIntegerField()  # of the pack, at opening
    work = models.CharField(max_length=96, blank=True)
    work_kind = models.CharField(max_length=64, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    plan = models.CharField(max_length=96, blank=True)
    area = models.ForeignKey(Area, models.PROTECT)
    state = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, db_index=True)
    opened_by = models.ForeignKey(Event, models.PROTECT, null=True)
    data = models.JSONField(default=dict)

    objects = Cases.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work", "year"],
                condition=~models.Q(work=""),
                name="one_case_per_work_and_year",
            )
        ]
        indexes = [models.Index(fields=["area", "state"], name="case_area_state")]

    def __str__(self) -> str:
        return f"case {self.pk} ({self.pack}, {self.state})"

    def taken(self) -> dict[str, datetime]:
        """When each step was last taken, and when the case was opened, by name (UTC)."""
        steps: dict[str, Any] = self.data.get("taken", {})
        times = {name: datetime.fromisoformat(said["at"]) for name, said in steps.items()}
        return {"opened": self.opened_at, **times}

    def takers(self) -> dict[str, int]:
        """Which user last took each step, by name of the step."""
        return {name: said["by"] for name, said in self.data.get("taken", {}).items()}
