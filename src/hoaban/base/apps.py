"""The base room as Django knows it."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Tables and migrations of this room; its label is its name."""

    name = "hoaban.base"
    label = "base"
