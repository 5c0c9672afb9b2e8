"""Small provinces for the tests of measures, drawn and tabulated.

A road network is drawn a line at a time, nodes joined by links in any number::

    Muong --r1 6km-- X --r2 4km bridge-- Che
    X ~~p1 30/20~~ Hon          a footpath: 30 minutes up to Hon, 20 down

A road is asphalt for every mode in both seasons at 4 (foot), 20 (motorbike) and 40 km/h (car),
unless it says ``foot`` or ``motorbike`` (the heaviest mode that passes), ``dry`` (only foot in
the wet season), ``nofoot_wet`` (a ford nobody wades in the rains), ``oneway``, ``bridge`` or
``rise=100`` (metres, from left to right).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.base.text import Text
from hoaban.measure.isolation import VIETNAM
from hoaban.measure.network import MODES, SEASONS
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.record.answers import ANSWERS

ROOT = Path(__file__).resolve().parents[2]
AT = date(2026, 11, 24)
START = date(2025, 7, 1)
LAW = laws.read(ROOT / "law", ROOT / "tests/provinces/nho/parameters")
PLACE = Place("11/", Text("Tỉnh Nhỏ", "Small Province"), "00001", (5, 6, 7, 8, 9))
SPEED = {"foot": 4.0, "motorbike": 20.0, "car": 40.0}
_DAY, _TEXT, _NUMBER, _WHOLE = pa.date32(), pa.string(), pa.float64(), pa.int64()
_FLAG, _INSTANT = pa.bool_(), pa.timestamp("us", "UTC")
_COMMON = {"id": _TEXT, "area": _TEXT, "origin": _TEXT, "source": _TEXT}
_COMMON |= {"valid_from": _DAY, "valid_to": _DAY}
_MODES = {f"passable_{m}_{s}": _FLAG for m in MODES for s in SEASONS}
_MODES |= {f"speed_{m}_{s}_kmh": _NUMBER for m in MODES for s in SEASONS}
_OWN: dict[str, dict[str, Any]] = {
    "areas": {"code": _TEXT, "name": _TEXT, "kind": _TEXT, "zone": _TEXT, "border": _FLAG},
    "villages": {
        **dict.fromkeys(("lon", "lat"), _NUMBER),
        **dict.fromkeys(("households", "people"), _WHOLE),
        **dict.fromkeys(("languages", "node", "old_commune"), _TEXT),
        **dict.fromkeys(("special_difficulty", "rural", "grid_power", "mobile_4g"), _FLAG),
        "minority_area": _FLAG,
    },
    "road_nodes": {"lon": _NUMBER, "lat": _NUMBER},
    "roads": {
        **dict.fromkeys(("from", "to"), _TEXT),
        **dict.fromkeys(("length_m", "rise_m"), _NUMBER),
        **dict.fromkeys(("two_way", "bridge", "drain", "ford"), _FLAG),
        **dict.fromkeys(("class", "surface"), _TEXT),
        "susceptibility": _NUMBER,
        **_MODES,
    },
    "paths": {"from": _TEXT, "to": _TEXT, "minutes_up": _NUMBER, "minutes_down": _NUMBER},
    "facilities": {
        **dict.fromkeys(("kind", "node"), _TEXT),
        **dict.fromkeys(("lon", "lat"), _NUMBER),
        **dict.fromkeys(("standard_met", "functioning"), _FLAG),
        **dict.fromkeys(("opened", "closed"), _DAY),
        "capacity": _WHOLE,
    },
    "closures": {
        **dict.fromkeys(("road", "kind", "passable_by"), _TEXT),
        **dict.fromkeys(("started_at", "ended_at"), _INSTANT),
    },
    "four_on_the_spot": {"approved_on": _DAY, "stocked_until": _DAY},
    "people": {"school_stage": _TEXT},
    "reviews": {
        **dict.fromkeys(("household", "village", "decided"), _TEXT),
        **dict.fromkeys(("round", "members", "income_per_head_vnd", "points_a"), _WHOLE),
        "completed_on": _DAY,
        **{n: pa.int8() for n in (*ANSWERS, "water_standard")},
    },
    "staff": {**dict.fromkeys(("role", "title", "village", "languages"), _TEXT), "native": _FLAG},
    "training": {
        **dict.fromkeys(("staff", "course", "language", "level"), _TEXT),
        "on": _DAY,
        "passed": _FLAG,
    },
    "procedures": {"code": _TEXT, "basic": _FLAG, "digital": _FLAG},
    "deployments": {
        **dict.fromkeys(("procedure", "village", "form"), _TEXT),
        **dict.fromkeys(("since", "last_completed_on"), _DAY),
        "completed_12m": _WHOLE,
    },
}
SCHEMAS = {name: pa.schema([*_COMMON.items(), *own.items()]) for name, own in _OWN.items()}
Rows = Iterable[Mapping[str, Any]]


def tables(layers: Mapping[str, Path] | None = None, /, **given: Rows) -> Tables:
    """A snapshot in memory from rows by table; tables that are not given are empty.

    ``layers`` are GeoTIFF files by name.

    A row needs only what the test is about: the rest is the province's area, ``synthetic``,
    valid since July 2025 and a numbered id.
    """
    made = {name: table(name, given.get(name, ())) for name in SCHEMAS}
    return Tables.of(made, "hand-made", layers)


def table(name: str, rows: Rows) -> pa.Table:
    """One table from rows."""
    base = {"area": "11/", "origin": "synthetic", "source": "test", "valid_from": START}
    filled = [{"id": f"{name}-{i:03d}", **base, **row} for i, row in enumerate(rows)]
    return pa.Table.from_pylist(filled, schema=SCHEMAS[name])


_LINK = re.compile(r"\s*(--|~~)\s*(.+?)\s*\1\s*")


def drawn(drawing: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of road_nodes, roads and paths of a drawing."""
    nodes: dict[str, None] = {}
    roads: list[dict[str, Any]] = []
    paths: list[dict[str, Any]] = []
    for line in filter(None, map(str.strip, drawing.splitlines())):
        parts = _LINK.split(line)
        for i in range(0, len(parts) - 1, 3):
            tail, kind, words, head = parts[i : i + 4]
            nodes |= dict.fromkeys((tail.strip(), head.strip()))
            row = {"from": tail.strip(), "to": head.strip()}
            name, *more = words.split()
            if kind == "--":
                roads.append({"id": name, **row, **_road(more)})
            else:
                up, down = more[0].split("/")
                row |= {"id": name, "minutes_up": float(up), "minutes_down": float(down)}
                paths.append(row)
        nodes |= {parts[-1].strip(): None}
    # Nodes stand a kilometre apart on a line to the east, along the equator's length of degree.
    where = [{"id": n, "lon": 100 + i / 111.195, "lat": 0.0} for i, n in enumerate(nodes)]
    return {"road_nodes": where, "roads": roads, "paths": paths}


def _road(words: list[str]) -> dict[str, Any]:
    heaviest = next((m for m in MODES if m in words), "car")
    rise = next((float(w[5:]) for w in words if w.startswith("rise=")), 0.0)
    row: dict[str, Any] = {
        "length_m": float(words[0].removesuffix("km")) * 1000,
        "rise_m": rise,
        "two_way": "oneway" not in words,
        "bridge": "bridge" in words,
        "class": "commune",
        "surface": "earth",
        "drain": False,
        "ford": False,
        "susceptibility": 0.5,
    }
    for mode in MODES:
        for season in SEASONS:
            passes = MODES.index(mode) <= MODES.index(heaviest)
            passes &= not (season == "wet" and "dry" in words and mode != "foot")
            passes &= not (season == "wet" and "nofoot_wet" in words and mode == "foot")
            row[f"passable_{mode}_{season}"] = passes
            row[f"speed_{mode}_{season}_kmh"] = SPEED[mode] if passes else None
    return row


def village(code: str, node: str, commune: str = "00001", **more: Any) -> dict[str, Any]:
    """A village row at a node: 100 people in 20 households, rural, of its own commune."""
    base: dict[str, Any] = {"households": 20, "people": 100, "rural": True}
    base |= {"special_difficulty": False}
    base |= {"languages": "", "old_commune": commune, "grid_power": True, "mobile_4g": True}
    return {"id": code, "area": f"11/{commune}/{code}/", "node": node, **base, **more}


def communes(*codes: str, **zones: str) -> list[dict[str, Any]]:
    """Area rows of the province and its communes; ``c00002="III"`` names a commune's zone."""
    rows: list[dict[str, Any]] = [{"id": "11/", "area": "11/", "code": "11"}]
    for code in codes:
        path = f"11/{code}/"
        zone = zones.get(f"c{code}", "I")
        rows.append({"id": path, "area": path, "code": code, "zone": zone, "border": False})
    return rows


def facility(kind: str, node: str, commune: str = "00001", **more: Any) -> dict[str, Any]:
    """A facility that functions and meets its standard."""
    base = {"standard_met": True, "functioning": True}
    return {"kind": kind, "node": node, "area": f"11/{commune}/", **base, **more}


def closure(road: str, start: str, end: str | None, passes: str = "none") -> dict[str, Any]:
    """A closure between two Vietnamese moments like ``2026-08-01`` or ``2026-08-01T12``."""
    return {
        "road": road,
        "kind": "landslide",
        "passable_by": passes,
        "started_at": moment(start),
        "ended_at": moment(end) if end else None,
    }


def moment(text: str) -> datetime:
    """An instant from a Vietnamese calendar day or hour."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def review(household: str, village: str, number: int, **more: Any) -> dict[str, Any]:
    """A household's review in a round: 4 members, a high income, lacking nothing."""
    base: dict[str, Any] = {"members": 4, "income_per_head_vnd": 5_000_000, "water_standard": 0}
    base |= dict.fromkeys(ANSWERS, 0)
    base |= {"household": household, "village": village, "round": number}
    base |= {"completed_on": date(number, 12, 14), "id": f"{household}-{number}"}
    lacking = dict.fromkeys(more.pop("lacks", ()), 1)
    return {**base, **lacking, **more}


def with_value(law: Law, name: str, value: Any) -> Law:
    """The law with every dated value of a parameter replaced by another."""
    changed = tuple(replace(found, value=value) for found in law.values[name])
    return Law({**law.values, name: changed})
