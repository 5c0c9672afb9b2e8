"""Who is near a road that stays open, and what a health station within reach can offer.

The Rural Access Index (SDG 9.1.1) counts rural people within 2 km of an all-season road; the
catchments of stations are floating ones in two steps (Luo and Wang 2003). Both look at the
roads as built; closures count as days.
"""

from dataclasses import dataclass
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
    "rural_access.within_m",
    "connection.closed_days_shown",
    "access.mode",
    "access.season",
    "access.station_minutes_max",
)
TABLES = ["road_nodes", "roads", "closures", "villages", "facilities"]


def near_all_season(
    tables: Tables, law: Law, ground: Ground, listed: pa.Table, at: date
) -> dict[int, pa.Array]:
    """By limit of days closed a year: (villages,) whether a road closed on fewer is near.

    ``listed`` needs ``lon`` and ``lat``; missing for a village that has no place.
    """
    roads = _roads(tables, ground, at)
    places = metres(floats(listed["lon"]), floats(listed["lat"]))
    found = {}
    for limit in law.number("connection.closed_days_shown", at):
        near, unknown = rural_access.of_places(
            roads.lines,
            roads.passable,
            roads.days,
            places=places,
            under_days=limit,
            within_m=law.number("rural_access.within_m", at),
        )
        found[limit] = pa.array(near, pa.bool_(), mask=unknown)
    return found


def near_by_cell(
    tables: Tables, law: Law, ground: Ground, at: date
) -> dict[int, rural_access.RuralAccess]:
    """The index over the population grid, by limit of days; empty without that layer.

    The grid does not tell town from country: it counts everybody.
    """
    file = tables.layer("population")
    if file is None:
        return {}
    roads = _roads(tables, ground, at)
    grid, people = grids.read(file, epsg=METRIC)
    limits = law.number("connection.closed_days_shown", at)
    found = rural_access.of_cells(
        roads.lines,
        roads.passable,
        roads.days,
        population=people,
        affine=grid.affine,
        under_days=limits,
        within_m=law.number("rural_access.within_m", at),
    )
    return dict(zip(limits, found, strict=True))


@dataclass(frozen=True, eq=False)
class _Roads:
    """The roads that lie somewhere, (roads,): lines in metres, by car in the rains, days shut."""

    lines: npt.NDArray[Any]
    passable: Flags
    days: Floats


def _roads(tables: Tables, ground: Ground, at: date) -> _Roads:
    tail, head = ground.metres[ground.tail], ground.metres[ground.head]
    placed = np.isfinite(tail + head).all(axis=1)
    closures = isolation.read(tables, ground)
    days = isolation.closed_days(closures, mode="car", at=at, roads=len(ground.roads))
    return _Roads(
        rural_access.lines(tail[placed], head[placed]),
        ground.speed_kmh["car", "wet"][placed] > 0,
        days[placed],
    )


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
