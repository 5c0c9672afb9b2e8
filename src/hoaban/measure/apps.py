"""The measure room as Django knows it."""

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """Tables and migrations of this room; its label is its name."""

    name = "hoaban.measure"
    label = "measure"
