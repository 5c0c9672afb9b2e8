"""The web room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, pages and commands; it has no tables of its own."""

    name = "hoaban.web"
    label = "web"
