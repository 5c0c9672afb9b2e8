"""Law as data: what value held on this date, where, in which unit, and by which document."""

from hoaban.base.law.parameters import (
    NATIONAL,
    DatesClash,
    EndsBeforeItBegins,
    Law,
    NoSuchParameter,
    NotInForce,
    Value,
    WhichTerritory,
    read,
)
from hoaban.base.law.worked import Case, SameName, cases

__all__ = [
    "NATIONAL",
    "Case",
    "DatesClash",
    "EndsBeforeItBegins",
    "Law",
    "NoSuchParameter",
    "NotInForce",
    "SameName",
    "Value",
    "WhichTerritory",
    "cases",
    "read",
]
