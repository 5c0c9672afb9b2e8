"""Who is near a road that stays open, and what a health station within reach can offer.

The Rural Access Index (SDG 9.1.1) counts rural people within 2 km of an all-season road; the
catchments of stations are floating ones in two steps (Luo and Wang 2003). Both look at the
roads as built; closures count as days.
"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure import access, catchment, isolation, network, rural_access
from hoaban.measure.network import METRIC, Flags, Floats, Ground, Ints, floats, metres
from hoaban.measure.surface import grid as grids
from hoaban.measure.tables import Tables

RAI_METHOD = "rai-points-1"
CATCHMENT_METHOD = "2sfca-1"
PARAMETERS = (
    "connection.closed_days_shown",
    "access.mode",
    "access.season",
    "access.station_minutes_max",
)
TABLES = ["road_nodes", "roads", "closures", "villages", "facilities"]


def near_all_season(
    tables: Tables, law: Law, ground: Ground, listed: pa.Table, at: date
) -> dict[int, Flags]:
    """By limit of days closed a year: (villages,) whether a road closed on fewer is near.

    ``listed`` needs ``lon`` and ``lat``; a village without them is near nothing, and the caller
    must know that it is not known.
    """
    lines, days = _in_the_rains(tables, ground, at)
    places = metres(floats(listed["lon"]), floats(listed["lat"]))
    return {
        limit: rural_access.near(lines[days < limit], places)
        for limit in law.number("connection.closed_days_shown", at)
    }


def near_by_cell(
    tables: Tables, law: Law, ground: Ground, at: date
) -> dict[int, rural_access.RuralAccess]:
    """The index over the population grid, by limit of days; empty without that layer.

    The grid does not tell town from country: it counts everybody.
    """
    file = tables.layer("population")
    if file is None:
        return {}
    lines, days = _in_the_rains(tables, ground, at)
    grid, people = grids.read(file, epsg=METRIC)
    limits = law.number("connection.closed_days_shown", at)
    found = rural_access.of_cells(
        lines,
        np.ones(len(lines), bool),
        days,
        population=people,
        affine=grid.affine,
        under_days=limits,
    )
    return dict(zip(limits, found, strict=True))


def _in_the_rains(tables: Tables, ground: Ground, at: date) -> tuple[npt.NDArray[Any], Floats]:
    """The roads that carry a car in the wet season as lines in metres, and days each was shut."""
    nodes = tables.valid("road_nodes", at, ["lon", "lat"])
    ends = metres(floats(nodes["lon"]), floats(nodes["lat"]))
    placed = np.isfinite(ends[ground.tail] + ends[ground.head]).all(axis=1)
    closures = isolation.read(tables, ground)
    days = isolation.closed_days(closures, mode="car", at=at, roads=len(ground.roads))
    open_ = np.flatnonzero(placed & (ground.speed_kmh["car", "wet"] > 0))
    lines = rural_access.lines(ends[ground.tail[open_]], ends[ground.head[open_]])
    return lines, days[open_]


def station_capacity(
    tables: Tables, law: Law, ground: Ground, listed: pa.Table, at: date
) -> Floats:
    """(villages,) capacity of the stations within reach for each thousand people who reach them.

    0 where no station is in reach; nan where a capacity in reach is not known, and for a
    village that stands nowhere on the network.
    """
    mode, season = law.number("access.mode", at), law.number("access.season", at)
    node, capacity = _stations(tables, ground, at)
    ways = network.ways(tables, at, mode, season)
    places = ground.numbers(listed["node"])
    minutes = ways.matrix(node, places)
    limit = float(law.number("access.station_minutes_max", at))
    found = catchment.find(minutes, floats(listed["people"]), capacity, [(limit, 1.0)])
    return np.where(places >= 0, found.access * 1000, np.nan)


def _stations(tables: Tables, ground: Ground, at: date) -> tuple[Ints, Floats]:
    columns = ["kind", "node", "capacity", "functioning", "opened", "closed"]
    table = tables.valid("facilities", at, columns)
    table = table.filter(access.in_service(table, at))
    kinds = np.asarray(table["kind"].to_pylist(), dtype=object)
    here = (kinds == "station") | (kinds == "satellite_point")
    table = table.filter(pa.array(here.astype(bool)))
    return ground.numbers(table["node"], "facilities"), floats(table["capacity"])
