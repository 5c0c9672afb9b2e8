"""Agreements, the rounds in which they are verified, the claims, and what was found."""

from typing import Any

from django.db import models

from hoaban.base.models import Area, Scoped, User


class Agreement(models.Model):
    """One commune's result agreement for one budget year: draft → proposed → checked.

    The commune proposes, the province checks. ``conditions`` maps each legal condition of
    payment by result to the paper that documents it, empty when there is none.
    """

    area = models.ForeignKey(Area, models.PROTECT)
    year = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=8)  # pilot, shadow
    status = models.CharField(max_length=16, default="draft")  # draft, proposed, checked
    base_vnd = models.BigIntegerField()
    performance_vnd = models.BigIntegerField()
    equity_vnd = models.BigIntegerField()
    conditions = models.JSONField(default=dict)
    data = models.JSONField(default=dict)  # id, goals, works, villages, as drafted
    snapshot = models.CharField(max_length=64)
    plan = models.CharField(max_length=96, blank=True)
    drafted_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    objects = Scoped["Agreement"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="one_agreement_per_area_and_year")
        ]

    def __str__(self) -> str:
        return f"agreement {self.year} of {self.area_id} ({self.mode}, {self.status})"

    @property
    def missing_conditions(self) -> list[str]:
        """The legal conditions that no paper documents yet (*chưa lập hồ sơ*), in order of name."""
        papers: dict[str, Any] = self.conditions
        return sorted(name for name, paper in papers.items() if not paper)


class Round(models.Model):
    """One verification of one year's claims: locked under a digest, then drawn with a seed.

    So are its findings, later, for another body to look at some of them again (``counter_…``).
    """

    area = models.ForeignKey(Area, models.PROTECT)  # the province
    year = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    seed = models.CharField(max_length=64, blank=True)
    seed_text = models.CharField(max_length=120, blank=True)  # as drawn in public
    seed_published = models.CharField(max_length=240, blank=True)  # where and when
    drawn_at = models.DateTimeField(null=True)
    counter_digest = models.CharField(max_length=64, blank=True)  # of the findings
    counter_locked_at = models.DateTimeField(null=True)
    counter_seed = models.CharField(max_length=64, blank=True)
    counter_seed_text = models.CharField(max_length=120, blank=True)
    counter_seed_published = models.CharField(max_length=240, blank=True)
    counter_drawn_at = models.DateTimeField(null=True)

    objects = Scoped["Round"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="one_round_per_area_and_year")
        ]

    def __str__(self) -> str:
        return f"round {self.year} ({self.size} claims)"


class Claim(models.Model):
    """One result that one village is said to have. ``stratum`` is empty when it is not drawn."""

    round = models.ForeignKey(Round, models.PROTECT)
    agreement = models.ForeignKey(Agreement, models.PROTECT)
    area = models.ForeignKey(Area, models.PROTECT)  # the village
    key = models.CharField(max_length=96, unique=True)
    promise = models.CharField(max_length=64)
    stake_vnd = models.BigIntegerField()
    stratum = models.CharField(max_length=8, blank=True)  # random, risk

    objects = Scoped["Claim"].as_manager()

    def __str__(self) -> str:
        return self.key


class Verification(models.Model):
    """Who goes to look at a drawn claim, and whether they found it upheld (null: not yet).

    A claim is looked at first, then perhaps by another body (counter), and again once the result
    should have lasted; the last two wait from ``due_on`` on until somebody is assigned.
    """

    claim = models.ForeignKey(Claim, models.PROTECT)
    area = models.ForeignKey(Area, models.PROTECT)
    stage = models.CharField(max_length=8, default="first")  # first, counter, again
    due_on = models.DateField(null=True)  # not before this day; null: any day
    verifier = models.ForeignKey(User, models.PROTECT, null=True)
    body = models.CharField(max_length=120, blank=True)  # the verifier's organisation
    assigned_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    evidence = models.CharField(max_length=120, blank=True)  # number of the record or photo
    found_at = models.DateTimeField(null=True)

    objects = Scoped["Verification"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "stage"], name="one_look_per_claim_and_stage")
        ]

    def __str__(self) -> str:
        return f"verification of {self.claim_id} ({self.stage}): {self.upheld}"
