"""A province small enough to plan by hand.

::

    Muong --r1 6km asphalt-- Na Tau --r2 3km gravel, a ford-- Che --r3 2km earth, steep-- Hon
    (seat of 00001)          (seat of 00002, zone III, border)

In the rains nobody but walkers crosses the ford of r2, and r3 is mud. So of the 300 people of
commune 00002 (villages 0002 Na Tau, 0003 Che, 0004 Hon) only the 100 of Na Tau are linked. The
commune has one way out. By hand: a bridge on r2 (2.5 tỷ) links Che; drains on r3 (2 km x 0.4 =
0.8 tỷ) link Hon, once Che is linked; a stocked plan (0.5 tỷ) stands in for a second way out.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure.tables import Tables
from hoaban.measure.targets import measure
from hoaban.plan.facts import Facts
from hoaban.plan.works import WorkKind, read_works
from hoaban.record.roads import RoadRules, passability
from tests.measure import world
from tests.measure.world import AT, LAW, PLACE, ROOT, START

UNTIL = date(2030, 12, 31)
KINDS = read_works(ROOT / "packs")
RULES = RoadRules.read(ROOT / "tests/provinces/nho/roads.yaml")

_TEXT, _WHOLE, _NUMBER, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_WORKS = pa.schema(
    [
        *list(world.SCHEMAS["areas"])[:6],
        *((n, _TEXT) for n in ("pack", "work", "status", "fund", "targets", "village")),
        *((n, _WHOLE) for n in ("cost_vnd", "spent_vnd", "start_year", "finish_year")),
    ]
)

ROADS = (
    {"id": "r1", "from": "Muong", "to": "NaTau", "length_m": 6000.0, "surface": "asphalt"},
    {"id": "r2", "from": "NaTau", "to": "Che", "length_m": 3000.0, "surface": "gravel"},
    {"id": "r3", "from": "Che", "to": "Hon", "length_m": 2000.0, "surface": "earth"},
)
_MORE: dict[str, dict[str, Any]] = {
    "r1": {"class": "provincial", "width_m": 5.5, "drain": True},
    "r2": {"class": "commune", "width_m": 3.5, "drain": True, "ford": True},
    "r3": {"class": "village", "width_m": 2.0, "rise_m": 200.0},
}


def roads(rows: Iterable[Mapping[str, Any]] = ROADS) -> pa.Table:
    """Road rows with what may use them by the province's own rule."""
    base = {"origin": "synthetic", "source": "test", "valid_from": START, "valid_to": None}
    plain = {"rise_m": 0.0, "drain": False, "ford": False, "bridge": False, "two_way": True}
    filled = [
        {
            **base,
            "area": "11/00002/",
            "susceptibility": 0.2,
            **plain,
            **_MORE.get(r["id"], {}),
            **r,
        }
        for r in rows
    ]
    table = pa.Table.from_pylist(filled)
    gradient = np.array([r["rise_m"] / r["length_m"] for r in filled])
    names = ("surface", "drain", "ford", "bridge", "width_m")
    own = {name: table[name].to_pylist() for name in names}
    for name, values in passability(RULES, **own, gradient=gradient).items():
        plain_values = [
            None if isinstance(v, float) and np.isnan(v) else v for v in values.tolist()
        ]
        kind = _FLAG if name.startswith("passable") else _NUMBER
        table = table.append_column(name, pa.array(plain_values, kind))
    return table.set_column(
        table.column_names.index("valid_to"), "valid_to", pa.nulls(len(table), pa.date32())
    )


def works(*rows: Mapping[str, Any]) -> pa.Table:
    """Rows of the register of works: under way in commune 00002 unless they say otherwise."""
    base = {"area": "11/00002/", "origin": "synthetic", "source": "test", "valid_from": START}
    base |= {"status": "under_way", "pack": "roads", "start_year": 2025, "finish_year": 2027}
    filled = [{"id": f"W{i}", **base, **row} for i, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(filled, schema=_WORKS)


def tables(**more: pa.Table) -> Tables:
    """The snapshot of the province; tables given by name stand in for its own."""
    villages = [
        world.village("0001", "Muong"),
        world.village("0002", "NaTau", "00002", languages="hmn"),
        world.village("0003", "Che", "00002", languages="hmn"),
        world.village("0004", "Hon", "00002", languages="hmn", mobile_4g=False),
    ]
    areas = world.communes("00001", "00002", c00002="III")
    areas[2] |= {"name": "Xã Na Tấu", "border": True}
    reviews = [
        world.review(f"{v}-{n}", v, 2025, lacks=lacks, income_per_head_vnd=income)
        for v in ("0001", "0002", "0003", "0004")
        for n, (lacks, income) in enumerate(
            [
                ((), 5_000_000),
                (("water", "toilet", "telecom"), 1_900_000),
                (("water", "toilet"), 1_900_000),
            ]
        )
    ]
    staff = [
        {"id": "S1", "area": "11/00002/", "role": "commune", "title": "leader", "native": False},
        {
            "id": "S2",
            "area": "11/00002/0003/",
            "role": "village",
            "title": "head",
            "village": "0003",
            "languages": "hmn",
            "native": True,
        },
    ]
    procedures = [
        {"id": "birth", "code": "birth", "basic": True, "digital": True},
        {"id": "death", "code": "death", "basic": True, "digital": False},
    ]
    facilities = [
        world.facility("seat", "Muong"),
        world.facility("seat", "NaTau", "00002"),
        world.facility("station", "Muong", id="F1"),
        world.facility("station", "NaTau", "00002", id="F2", standard_met=False),
        *(world.facility(f"school_{s}", "Muong") for s in ("primary", "lower", "upper")),
    ]
    found = world.tables(
        areas=areas,
        villages=villages,
        road_nodes=[{"id": n} for n in ("Muong", "NaTau", "Che", "Hon")],
        facilities=facilities,
        reviews=reviews,
        staff=staff,
        procedures=procedures,
    )
    names = world.table("procedures", procedures).append_column(
        "name", pa.array(["Khai sinh", "Khai tử"])
    )
    return found.replace(**{"roads": roads(), "works": works(), "procedures": names, **more})


def facts(found: Tables | None = None) -> Facts:
    """The facts of the province on the day, under the standard of 2030."""
    given = tables() if found is None else found
    measured = measure(given, LAW, PLACE, at=AT, standard_at=UNTIL)
    return Facts.of(given, measured, LAW, PLACE, at=AT, standard_at=UNTIL)


def kinds(*names: str) -> dict[str, WorkKind]:
    """Some kinds of the packs by id."""
    return {name: KINDS[name] for name in names}
