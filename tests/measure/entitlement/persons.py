"""Persons as worked cases and tests give them: plain facts, everything else "no"."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from hoaban.base import law
from hoaban.measure.entitlement.conditions import (
    AGE,
    CHILDREN,
    CHOICES,
    FLAGS,
    PAPERS,
    PENSION,
    UNKNOWN,
    YEAR_AGE,
    Facts,
)
from hoaban.measure.entitlement.people import OLDEST, RICHEST
from tests.conftest import ROOT

LAW = law.read(ROOT / "law")
TODAY = date(2026, 11, 24)
GIVEN = (*CHOICES, *FLAGS, "age", "birth_year", "pension_vnd", "children", "papers", "unknown")


def facts(given: Sequence[Mapping[str, Any]], on: date = TODAY) -> Facts:
    """Facts of some persons. Without an age or a class they are 40 and not poor, in zone I."""
    codes: dict[str, Any] = {name: [] for name in (*CHOICES, *FLAGS, *PAPERS)}
    ranges: dict[str, Any] = {name: [] for name in (AGE, YEAR_AGE, PENSION, CHILDREN)}
    for one in given:
        unknown = one.get("unknown", ())
        for name, options in CHOICES.items():
            default = {"class": "not_poor", "zone": "I"}.get(name, "none")
            codes[name].append(UNKNOWN if name in unknown else options[one.get(name, default)])
        for name in FLAGS:
            codes[name].append(UNKNOWN if name in unknown else int(one.get(name, False)))
        for name in PAPERS:
            codes[name].append(UNKNOWN if name in unknown else int(name in one.get("papers", ())))
        own = one.get("pension_vnd", 0)
        ranges[PENSION].append((0, RICHEST) if "pension_vnd" in unknown else (own, own))
        ranges[CHILDREN].append((one.get("children", 0),) * 2)
        for name, ends in _ages(one, on).items():
            ranges[name].append(ends)
    pairs = {name: np.array(ends, np.int64).reshape(-1, 2).T for name, ends in ranges.items()}
    return Facts(
        on,
        len(given),
        {name: np.array(code, np.int8) for name, code in codes.items()},
        {name: (low, high) for name, (low, high) in pairs.items()},
    )


def _ages(one: Mapping[str, Any], on: date) -> dict[str, tuple[int, int]]:
    if "age" in one.get("unknown", ()):
        return {AGE: (0, OLDEST), YEAR_AGE: (0, OLDEST)}
    if "birth_year" in one:
        year = on.year - one["birth_year"]
        return {AGE: (max(0, year - 1), year), YEAR_AGE: (year, year)}
    age = one.get("age", 40)
    return {AGE: (age, age), YEAR_AGE: (age, age + 1)}
