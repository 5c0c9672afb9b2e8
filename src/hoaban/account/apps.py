"""The account room as Django knows it."""

from django.apps import AppConfig


class AccountConfig(AppConfig):
    """Agreements, claims and verification.

    The label is not ``account``: the sign-in library's own app has that one.
    """

    name = "hoaban.account"
    label = "accounting"
