"""Minutes and kilometres to the nearest service, over the ground people really cross."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.network import Floats, Ground, Ints, Ways, flags
from hoaban.measure.tables import Tables

# Kinds of facility whose nearest one is timed, by mode and season.
KINDS = (
    "seat",
    "old_seat",  # of a commune of before the merger
    "station",
    "satellite_point",
    "school_primary",
    "school_lower",
    "school_upper",
    "boarding",  # one that meets its standard
    "market",
    "digital_point",
    "health",  # a station, or a point of one, that meets the national criteria
)
SCHOOLS = ("school_primary", "school_lower", "school_upper")


def facilities(tables: Tables, ground: Ground, at: date) -> dict[str, Ints]:
    """Node numbers of the facilities in service on a day, by the kinds of `KINDS`, (k,) each.

    In service: opened on or before the day or on an unknown day, not closed by it, and not
    said to have stopped functioning. A facility without a node is -1.
    """
    columns = ["kind", "node", "standard_met", "functioning", "opened", "closed"]
    table = tables.valid("facilities", at, columns)
    table = table.filter(in_service(table, at))
    node = ground.numbers(table["node"], "facilities")
    kind = np.asarray(table["kind"].to_pylist(), dtype=object)
    standard = flags(table["standard_met"], False)
    found = {name: node[kind == name] for name in set(kind.tolist())}
    health = ((kind == "station") | (kind == "satellite_point")) & standard
    return {**found, "health": node[health], "boarding": node[(kind == "boarding") & standard]}


def in_service(table: pa.Table, at: date) -> pa.Array:
    """Which facilities (columns functioning, opened, closed) serve on a day."""
    opened = pc.fill_null(pc.less_equal(table["opened"], pa.scalar(at)), True)
    closed = pc.fill_null(pc.less_equal(table["closed"], pa.scalar(at)), False)
    works = pc.fill_null(table["functioning"], True)
    return pc.and_(pc.and_not(opened, closed), works)


def minutes(ways: Ways, goals: dict[str, Ints], kinds: tuple[str, ...]) -> dict[str, Floats]:
    """Minutes from every node to the nearest facility of each kind, (size,) each; inf: none."""
    none = np.empty(0, np.int64)
    found = ways.nearest([goals.get(kind, none) for kind in kinds])
    return {kind: found[:, n] for n, kind in enumerate(kinds)}


def kilometres(ways: Ways, goals: dict[str, Ints]) -> dict[str, Floats]:
    """Kilometres from every node to the nearest school of each stage; inf where no way is."""
    none = np.empty(0, np.int64)
    found = ways.nearest([goals.get(kind, none) for kind in SCHOOLS], "metres") / 1000
    return {kind: found[:, n] for n, kind in enumerate(SCHOOLS)}
