"""The act room as Django knows it."""

from django.apps import AppConfig


class ActConfig(AppConfig):
    """Tables and migrations of this room; its label is its name."""

    name = "hoaban.act"
    label = "act"
