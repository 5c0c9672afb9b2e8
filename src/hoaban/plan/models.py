"""Plans, kept: what was asked, what came out, and who approved it."""

from django.db import models

from hoaban.base.models import Area, Scoped, User

STATUSES = (("draft", "Dự thảo"), ("approved", "Đã phê duyệt"))


class Plan(models.Model):
    """One plan made from one snapshot. ``result`` is the object of `planned.as_json`.

    Never changed once it is approved; another run makes another plan.
    """

    area = models.ForeignKey(Area, models.PROTECT)  # the province
    snapshot = models.CharField(max_length=64)
    at = models.DateField()
    budget_vnd = models.BigIntegerField()
    years = models.CharField(max_length=16)  # "2026-2030"
    result = models.JSONField()
    status = models.CharField(max_length=16, choices=STATUSES, default="draft")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True)
    approved_at = models.DateTimeField(null=True)

    objects = Scoped["Plan"].as_manager()

    def __str__(self) -> str:
        return f"{self.years} {self.snapshot} ({self.status})"
