"""A register of two villages, worked by hand.

Commune 1 (zone II)   village 1, not specially difficult
                        H1 Mông, near-poor: A (40, no card), B (born 1940, no pension, no allowance)
                        H2 Kinh, not poor: C (30, no card)
Commune 2 (zone I)    village 2, specially difficult
                        H3 Kinh, poor: D (card to 31/12/2026), E (card that ended 30/9/2026),
                                       F (card of no known end), G (nobody knows of a card)
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure.entitlement.people import Register

ON = date(2026, 11, 24)
ONE, TWO = "11/00001/0001/", "11/00002/0002/"
_HELD = {"origin": "synthetic", "valid_from": date(2025, 7, 1), "valid_to": None}
_NOBODY = {
    "school_stage": "done",
    "insured": True,
    "insured_until": date(2027, 12, 31),
    "allowance": "none",
    "pension_vnd": 0,
    "disability": "none",
    "without_caregiver": False,
    "merit": False,
}
_TYPES = {
    "insured_until": pa.date32(),
    "valid_to": pa.date32(),
    "ethnicity": pa.string(),
    "household": pa.string(),
    "insured": pa.bool_(),
    **{name: pa.string() for name in ("school_stage", "allowance", "disability", "decided")},
    **{name: pa.bool_() for name in ("without_caregiver", "merit")},
    **{name: pa.int64() for name in ("birth_year", "pension_vnd")},
}


def person(key: str, household: str | None, area: str, **more: Any) -> dict[str, Any]:
    """One person; a healthy adult with a card and nothing else unless told otherwise."""
    return {"key": key, "area": area, "household": household, "birth_year": 1986} | _NOBODY | more


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the bulk read gives them."""
    found = pa.Table.from_pylist([{**_HELD, **row} for row in rows])
    for at, name in enumerate(found.column_names):
        if name in _TYPES:
            found = found.set_column(at, name, found[name].cast(_TYPES[name]))
    return found


PEOPLE = [
    person("A", "H1", ONE, insured=False, insured_until=None),
    person("B", "H1", ONE, birth_year=1940),
    person("C", "H2", ONE, birth_year=1996, insured=False, insured_until=None),
    person("D", "H3", TWO, insured_until=date(2026, 12, 31)),
    person("E", "H3", TWO, insured_until=date(2026, 9, 30)),
    person("F", "H3", TWO, insured_until=None),
    person("G", "H3", TWO, insured=None, insured_until=None),
]
HOUSEHOLDS: list[dict[str, Any]] = [
    {"key": "H1", "area": ONE, "ethnicity": "Mông"},
    {"key": "H2", "area": ONE, "ethnicity": "Kinh"},
    {"key": "H3", "area": TWO, "ethnicity": "Kinh"},
]
CLASSES = [2, 0, 3]


def register(
    people: list[dict[str, Any]] | None = None, ethnicity: tuple[str | None, ...] | None = None
) -> Register:
    """The register, with other people or other ethnicities where told."""
    given = ethnicity or [home["ethnicity"] for home in HOUSEHOLDS]
    households = [{**home, "ethnicity": e} for home, e in zip(HOUSEHOLDS, given, strict=True)]
    return Register(
        people=table(PEOPLE if people is None else people),
        households=table(households),
        villages=table(
            [
                {"key": "0001", "area": ONE, "rural": True, "special_difficulty": False},
                {"key": "0002", "area": TWO, "rural": False, "special_difficulty": True},
            ]
        ),
        classes=np.array(CLASSES, np.int8),
        zones={"11/00001/": "II", "11/00002/": "I"},
        majority="Kinh",
    )
