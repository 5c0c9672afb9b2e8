"""What was measured, kept: one measuring, its figures, and the facts of each village."""

from django.db import models

from hoaban.base.models import Area, Scoped


class Measuring(models.Model):
    """One run of the measures over one snapshot for one day. ``targets`` is what JSON shows."""

    area = models.ForeignKey(Area, models.PROTECT)  # the province
    snapshot = models.CharField(max_length=64)
    at = models.DateField()
    standard_at = models.DateField()
    origin = models.CharField(max_length=16)
    targets = models.JSONField()  # the object of `targets.as_json`
    measured_at = models.DateTimeField()

    objects = Scoped["Measuring"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "snapshot", "at", "standard_at"], name="one_measuring_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.at}"


class Measurement(models.Model):
    """One figure, as `figures.SCHEMA` has it; empty text where a figure has no group or standard.

    ``value`` None is unknown or without a way, or, with ``suppressed``, withheld.
    """

    measuring = models.ForeignKey(Measuring, models.CASCADE)
    snapshot = models.CharField(max_length=64)
    indicator = models.CharField(max_length=64)
    area = models.ForeignKey(Area, models.PROTECT)
    at = models.DateField()
    group = models.CharField(max_length=32, blank=True)
    standard = models.CharField(max_length=16, blank=True)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=24)
    method = models.CharField(max_length=24)
    origin = models.CharField(max_length=16)
    suppressed = models.BooleanField()

    objects = Scoped["Measurement"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["measuring", "indicator"], name="measurement_by_indicator")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_id}"


class VillageFacts(models.Model):
    """Everything measured of one village, unsuppressed: for those who answer for it.

    ``facts`` is a row of `villages.facts`; ``binds`` the list of `bindings.binds`.
    """

    measuring = models.ForeignKey(Measuring, models.CASCADE)
    area = models.ForeignKey(Area, models.PROTECT)
    facts = models.JSONField()
    binds = models.JSONField()

    objects = Scoped["VillageFacts"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measuring", "area"], name="one_village_per_measuring")
        ]

    def __str__(self) -> str:
        return f"{self.measuring_id} {self.area_id}"


class GapCount(models.Model):
    """How many of an area are entitled to a benefit and go without, unsuppressed: for those who
    answer for it. Columns are those of `entitlement.gaps`; counted anew each time for a day.
    """

    area = models.ForeignKey(Area, models.PROTECT)
    benefit = models.CharField(max_length=16)  # insurance, pension, allowances
    counted_at = models.DateTimeField()
    at = models.DateField()
    people = models.PositiveIntegerField()
    entitled = models.PositiveIntegerField()
    without = models.PositiveIntegerField()
    expiring = models.PositiveIntegerField()
    cannot_tell = models.PositiveIntegerField()
    households = models.PositiveIntegerField()  # with somebody who goes without
    monthly_vnd = models.BigIntegerField(null=True)  # to close the gap; null: no price is published
    purpose = models.CharField(max_length=32)
    origin = models.CharField(max_length=16)
    method = models.CharField(max_length=24)

    objects = Scoped["GapCount"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "benefit", "at"], name="one_gap_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.benefit} {self.area_id} {self.at}"
