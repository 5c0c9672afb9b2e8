"""The facts of every village in one wide table: what later rooms and pages start from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure import access, coverage, expected, poverty, procedures, services, staff
from hoaban.measure.expected import Expected
from hoaban.measure.network import MODES, SEASONS, Flags, Floats, Ints, flags
from hoaban.measure.reach import Reach
from hoaban.measure.tables import Tables

_REGISTER = ("people", "households", "rural", "special_difficulty", "languages", "old_commune")
_CLASSES = ("poor", "near_poor", "average", "cannot", "poor_people", "near_poor_people")
_MORE = ("lon", "lat", "node", "grid_power", "mobile_4g", "minority_area")


def register(tables: Tables, at: date) -> pa.Table:
    """The villages in force on a day, in order of area, with their commune's zone and border.

    Columns ``area, village, commune`` and the register's own, then ``zone, border, highland``
    (people of zone III and of specially difficult villages).
    """
    columns = ["area", "id", *_REGISTER, *_MORE]
    table = tables.valid("villages", at, columns).sort_by([("area", "ascending")])
    table = table.rename_columns(["area", "village", *columns[2:]])
    commune = [scope.commune_of(path) for path in table["area"].to_pylist()]
    areas = {row["id"]: row for row in communes(tables, at)}
    none: dict[str, Any] = {"zone": None, "border": None}
    above = [areas.get(path, none) for path in commune]
    zone, border = ([row[name] for row in above] for name in ("zone", "border"))
    difficult = flags(table["special_difficulty"], False)
    return _with(
        table,
        commune=pa.array(commune, pa.string()),
        zone=pa.array(zone, pa.string()),
        border=pa.array(border, pa.bool_()),
        highland=pa.array(difficult | np.array([z == "III" for z in zone], bool)),
    )


def communes(tables: Tables, at: date) -> list[dict[str, Any]]:
    """The communes in force on a day: ``id`` (path), ``zone``, ``border``; in order of path."""
    rows = tables.valid("areas", at, ["id", "zone", "border"]).to_pylist()
    return sorted((r for r in rows if r["id"].count("/") == 2), key=lambda r: str(r["id"]))


def facts(
    tables: Tables,
    law: Law,
    reach: Reach,
    listed: pa.Table,
    *,
    at: date,
    drawn: Expected | None = None,
) -> pa.Table:
    """`register` with everything measured of each village; missing means unknown.

    With ``drawn``, what the next year may bring as well.

    Minutes and kilometres are missing where no way exists. ``reviewed_people`` are the
    members of the households in the newest completed review, on whom water is counted;
    poverty and water are missing where no household was reviewed. ``poor_old`` is under the
    first standard that the law knows, ``poor_new`` under the last; ``cannot_…`` are the
    households that cannot be classified.
    """
    nodes = reach.ground.numbers(listed["node"])
    table = _with(listed, **_ways(law, reach, nodes, at))
    table = _with(table, **_coverage(tables, law, reach, listed, at))
    if drawn is not None:
        table = _with(table, **expected.arrays(drawn))
    table = _with(table, **_staff(tables, law, listed, at))
    table = _with(table, **_procedures(tables, law, listed, at))
    table = _with(table, **_poverty(tables, law, listed, at))
    return _with(table, **_services(tables, law, reach, listed, at))


def _ways(law: Law, reach: Reach, nodes: Ints, at: date) -> dict[str, pa.Array]:
    there = nodes >= 0

    def number(values: Floats) -> pa.Array:
        here = np.where(there, values[nodes], np.nan)
        return pa.array(here, pa.float64(), mask=~np.isfinite(here))

    def flag(values: Flags) -> pa.Array:
        return pa.array(values[nodes], pa.bool_(), mask=~there)

    found = {}
    for mode in MODES:
        for season in SEASONS:
            found[f"isolated_{mode}_{season}"] = flag(reach.isolated[mode, season])
        found[f"cut_off_days_{mode}"] = number(reach.days[mode])
    mode = law.number("connection.prevailing_mode", at)
    with np.errstate(invalid="ignore"):
        rarely = reach.days[mode] < law.number("connection.closed_days_max", at)
    found["all_season_link"] = flag(reach.built[mode, "wet"] & rarely)
    for kind in access.KINDS:
        for mode in MODES:
            for season in SEASONS:
                name = f"minutes_{kind}_{mode}_{season}"
                found[name] = number(reach.minutes[kind, mode, season])
    found.update({f"km_{kind}": number(km) for kind, km in reach.kilometres.items()})
    return found


def _coverage(
    tables: Tables, law: Law, reach: Reach, listed: pa.Table, at: date
) -> dict[str, pa.Array]:
    near = coverage.near_all_season(tables, law, reach.ground, listed, at)
    capacity = coverage.station_capacity(tables, law, reach.ground, listed, at)
    return {
        **{f"near_all_season_{days}": flag for days, flag in near.items()},
        "station_capacity": pa.array(np.nan_to_num(capacity), mask=np.isnan(capacity)),
    }


def _staff(tables: Tables, law: Law, listed: pa.Table, at: date) -> dict[str, pa.Array]:
    counted = staff.count(tables, law, at).villages
    rows = [counted.get(code, staff.Count()) for code in listed["village"].to_pylist()]
    return {
        "has_speaker": pa.array([row.speakers > 0 for row in rows], pa.bool_()),
        "staff": pa.array([row.staff for row in rows], pa.int64()),
        "staff_trained": pa.array([row.both for row in rows], pa.int64()),
    }


def _procedures(tables: Tables, law: Law, listed: pa.Table, at: date) -> dict[str, pa.Array]:
    counted = procedures.by_village(tables, law, at)
    names = ("deployed", "used", "live", *procedures.FORMS)
    found = aligned(counted, listed["village"], names)
    basic = procedures.catalogue(tables, at)[1].num_rows
    live = {f"procedures_{n}": pc.fill_null(found[n], 0) for n in names}
    return {"procedures_basic": pa.array([basic] * listed.num_rows, pa.int64()), **live}


def _poverty(tables: Tables, law: Law, listed: pa.Table, at: date) -> dict[str, pa.Array]:
    rules = poverty.standards(law)
    counted = poverty.by_village(tables, rules, at)
    newest = [number for number, _ in poverty.rounds(tables, at)][-1:]
    counted = counted.filter(pc.is_in(counted["round"], value_set=pa.array(newest, pa.int64())))
    found = {}
    for name, rule in (("old", rules[0]), ("new", rules[-1])):
        for cls in _CLASSES:
            found[f"{cls}_{name}"] = f"{cls}_{rule.column}"
    values = aligned(counted, listed["village"], tuple(found.values()))
    return {name: values[column] for name, column in found.items()}


def _services(
    tables: Tables, law: Law, reach: Reach, listed: pa.Table, at: date
) -> dict[str, pa.Array]:
    water = aligned(services.water(tables, at), listed["village"], services.WATER)
    unknown = np.asarray(pc.is_null(water["people"]))
    numbers = {n: np.asarray(pc.fill_null(column, 0), np.int64) for n, column in water.items()}
    has = services.reached(law, reach, reach.ground.numbers(listed["node"]), at=at)
    counts = {
        "reviewed_households": numbers["households"],
        "reviewed_people": numbers["people"],
        "hygienic_households": numbers["hygienic_households"],
        "standard_households": numbers["standard_households"],
        "water_unknown_people": numbers["water_unknown_people"],
        **services.people(numbers, has),
    }
    return {
        **{f"has_{n}": pa.array(has[n], pa.bool_()) for n in ("health", "education")},
        **{n: pa.array(c, pa.int64(), mask=unknown) for n, c in counts.items()},
    }


def aligned(table: pa.Table, codes: Any, names: Sequence[str]) -> dict[str, pa.Array]:
    """Columns of a table with one row a ``village``, in the order of ``codes``; else missing."""
    place = pc.index_in(codes, value_set=table["village"].combine_chunks())
    return {name: table[name].take(place).combine_chunks() for name in names}


def _with(table: pa.Table, **columns: Any) -> pa.Table:
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table
