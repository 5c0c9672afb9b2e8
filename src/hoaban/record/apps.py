"""The record room as Django knows it."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Tables and migrations of this room; its label is its name."""

    name = "hoaban.record"
    label = "record"
