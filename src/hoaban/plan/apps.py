"""The plan room as Django knows it."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Tables and migrations of this room; its label is its name."""

    name = "hoaban.plan"
    label = "plan"
