"""The registers: rows of every list that a pack declares, and how each row came to be."""

import uuid

from django.db import models

from hoaban.base.models import Area, Scoped, User


class Entity(models.Model):
    """One row of one register list. ``data`` is typed by the pack that declares the list."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    list = models.CharField(max_length=48)
    key = models.CharField(max_length=64)
    area = models.ForeignKey(Area, models.PROTECT, db_index=False)
    label = models.TextField(blank=True)  # the law gives procedures long names
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=16)
    source = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # exclusive; null = still so

    objects = Scoped["Entity"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "key"], name="one_row_per_key")]
        indexes = [models.Index(fields=["area", "list"], name="entity_area_list")]

    def __str__(self) -> str:
        return f"{self.list}:{self.key}"


class ScopedChanges(Scoped["Change"]):
    """Changes are scoped by the area of the row they changed."""

    area_path = "entity__area__path"


class Change(models.Model):
    """One accepted edit of one row. Never updated, never deleted.

    ``base`` is the version the edit was made on, ``trunk`` the last version its device had
    from the centre, ``branch`` the device's own line of edits (empty for the web).
    """

    entity = models.ForeignKey(Entity, models.PROTECT)
    base = models.PositiveIntegerField()
    trunk = models.PositiveIntegerField()
    branch = models.CharField(max_length=64, blank=True)
    fields = models.JSONField()  # name -> [old, new]
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True)  # null: an import by no one signed in
    device = models.CharField(max_length=96, blank=True)

    objects = ScopedChanges.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "base"], name="one_change_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.base}→{self.base + 1}"


class Boundary(models.Model):
    """The shape of an area, lon/lat. One an area: an import takes the place of a grown cell."""

    area = models.OneToOneField(Area, models.PROTECT)
    geojson = models.TextField()  # a GeoJSON geometry
    origin = models.CharField(max_length=16)
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)

    objects = Scoped["Boundary"].as_manager()

    def __str__(self) -> str:
        return f"{self.area_id} ({self.origin})"


class Layer(models.Model):
    """A grid of the whole province, kept as a GeoTIFF file beside the database."""

    name = models.CharField(max_length=48, unique=True)
    area = models.ForeignKey(Area, models.PROTECT)
    file = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=16)
    source = models.CharField(max_length=300, blank=True)

    objects = Scoped["Layer"].as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.origin})"
