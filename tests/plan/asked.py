"""Proposals of the villages of the small province, and its register with safeguards."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from tests.measure import world
from tests.measure.world import START
from tests.plan import small

_TEXT, _WHOLE = pa.string(), pa.int64()
_SCHEMA = pa.schema(
    [
        *list(world.SCHEMAS["areas"])[:6],
        *((n, _TEXT) for n in ("village", "pack", "work", "targets", "minutes", "language")),
        ("held_on", pa.date32()),
        *((n, _WHOLE) for n in ("women_for", "women_against", "men_for", "men_against")),
        *((n, _WHOLE) for n in ("labour_days", "beneficiaries")),
        ("poor_exempt", pa.bool_()),
    ]
)
HELD = date(2026, 5, 4)


def proposals(*rows: Mapping[str, Any]) -> pa.Table:
    """Proposals of Che (0003) that 5 of 7 voted for, unless they say otherwise."""
    base = {"origin": "synthetic", "source": "test", "valid_from": START, "village": "0003"}
    base |= {"pack": "water", "held_on": HELD, "minutes": "BB-1", "language": "hmn"}
    base |= {"women_for": 3, "women_against": 1, "men_for": 2, "men_against": 1}
    base |= {"labour_days": 10, "beneficiaries": 3, "poor_exempt": True}
    filled = [
        {"id": f"P{n}", "area": f"11/00002/{row.get('village', '0003')}/", **base, **row}
        for n, row in enumerate(rows, start=1)
    ]
    return pa.Table.from_pylist(filled, schema=_SCHEMA)


def guarded(*rows: Mapping[str, Any]) -> pa.Table:
    """Rows of the register of works with the five safeguard columns."""
    table = small.works(*rows)
    for name in ("land_given", "consultation_language", "grievance_channel", "hazard"):
        table = table.append_column(name, pa.array([row.get(name) for row in rows], _TEXT))
    held = [row.get("consultation_held_on") for row in rows]
    return table.append_column("consultation_held_on", pa.array(held, pa.date32()))
