"""What the next year may bring: days cut off by drawn storms, for villages and communes.

The arithmetic is `measure.forecast`; here its answer becomes the columns, figures and links
that pages and targets read. It rests on the roads as built and on the recorded landslides
and floods, so a what-if that closes a road changes nothing of it. What the record says of rain is
learnt once, of the snapshot's own roads and closures: were it learnt again after a road is mended,
the same landslides on fewer weak kilometres would make every other road look worse.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure.forecast import outlook, prior
from hoaban.measure.forecast.communes import Communes
from hoaban.measure.forecast.critical import Critical
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.network import MODES, Floats, Ground, floats
from hoaban.measure.place import Place
from hoaban.measure.reach import Reach
from hoaban.measure.tables import Tables

METHOD = outlook.METHOD
TABLES = [*outlook.TABLES, "villages"]
SEED = 1  # of the draws; the same for every measuring, so that two differ by their data alone
LINKS = 20  # weak links named
_COLUMNS = {
    "chance": "probability",
    "expected_days": "days",
    "expected_days_low": "days_low",
    "expected_days_high": "days_high",
    "longest_days": "longest_days",
}


@dataclass(frozen=True, eq=False)
class Expected:
    """What was drawn. ``columns`` (villages,) by name, nan where closures do not decide.

    ``communes[mode]`` in the order of the communes, ``province[mode]`` of one area;
    ``weak_links`` and ``basis`` are ready for JSON.
    """

    columns: dict[str, Floats]
    communes: dict[str, Communes]
    province: dict[str, Communes]
    weak_links: list[dict[str, Any]]
    basis: dict[str, Any]


def expect(
    tables: Tables,
    law: Law,
    place: Place,
    *,
    reach: Reach,
    listed: pa.Table,
    communes: list[str],
    at: date,
) -> Expected:
    """Drawn once for the same roads, villages and assumptions, after the record of the snapshot
    that the tables were opened from (`Tables.base`).

    ``listed`` is `villages.register`. Raises what `forecast.outlook` raises.
    """
    assumed = json.dumps(asdict(prior.read(law, at)), default=np.ndarray.tolist)
    base = tables.base()

    def learn(day: date, _: str) -> Posterior:
        return outlook.learnt(base, law, day)

    believed = base.once("closures learnt", list(outlook.TABLES), learn, at, assumed)
    mode = law.number("connection.prevailing_mode", at)

    def make(day: date, centre: int, *_: object) -> Expected:
        return _drawn(
            tables,
            law,
            place,
            posterior=believed,
            ground=reach.ground,
            listed=listed,
            communes=communes,
            at=day,
            centre=centre,
            mode=mode,
        )

    kept = ["road_nodes", "roads", "paths", "villages"]
    rest = (assumed, place.wet_months, tuple(communes))
    return tables.once("expected", kept, make, at, reach.centre, mode, *rest)


def _drawn(
    tables: Tables,
    law: Law,
    place: Place,
    *,
    posterior: Posterior,
    ground: Ground,
    listed: pa.Table,
    communes: list[str],
    at: date,
    centre: int,
    mode: str,
) -> Expected:
    people = np.asarray(pc.fill_null(listed["people"], 0), np.int64)
    found = outlook.outlook(
        tables,
        law,
        at=at,
        wet_months=place.wet_months,
        centre=centre,
        places=ground.numbers(listed["node"]),
        people=people,
        posterior=posterior,
        seed=SEED,
    )
    of = np.asarray(pc.index_in(listed["commune"], value_set=pa.array(communes)), np.int64)
    spells = found.forecast.modes
    columns = {
        f"{name}_{mode}": getattr(spells[mode], field)
        for mode in MODES
        for name, field in _COLUMNS.items()
    }
    columns["days_car_not_motorbike"] = found.forecast.by_motorbike
    columns["days_on_foot_only"] = found.forecast.on_foot
    return Expected(
        columns=columns,
        communes={m: found.communes(m, of, len(communes)) for m in MODES},
        province={m: found.communes(m, np.zeros_like(of), 1) for m in MODES},
        weak_links=_links(tables, ground, found.critical(mode, LINKS), at),
        basis={**found.as_json(), "seed": SEED, "mode": mode},
    )


def _links(tables: Tables, ground: Ground, found: Critical, at: date) -> list[dict[str, Any]]:
    columns = ["id", "area", "class", "surface", "length_m", "bridge"]
    roads = {row["id"]: row for row in tables.valid("roads", at, columns).to_pylist()}
    where = ground.degrees.tolist()
    rows = []
    for place, number in enumerate(found.road.tolist()):
        road = roads[ground.roads[number].as_py()]
        rows.append(
            {
                "road": road["id"],
                "commune": scope.commune_of(road["area"]),
                **{name: road[name] for name in ("class", "surface", "length_m", "bridge")},
                "ends": [where[ground.tail[number]], where[ground.head[number]]],
                "people": int(found.people[place]),
                "days": round(float(found.shut_days[place]), 3),
                "people_days": round(float(found.people_days[place]), 1),
                "saved": round(float(found.saved[place]), 1),
            }
        )
    return rows


def arrays(found: Expected) -> dict[str, pa.Array]:
    """The villages' columns as Arrow; missing where closures do not decide."""
    return {
        name: pa.array(np.nan_to_num(values), pa.float64(), mask=np.isnan(values))
        for name, values in found.columns.items()
    }


def values(villages: pa.Table, found: Expected, mode: str, name: str, field: str) -> Floats:
    """One figure a head for the province, its communes, then its villages, in this order.

    A chance is the expected share of people who are cut off for a day or more in a year.
    """
    own = floats(villages[f"{name}_{mode}"])
    above = [_a_head(some, field) for some in (found.province[mode], found.communes[mode])]
    return np.concatenate([*above, own])


def _a_head(found: Communes, field: str) -> Floats:
    if field != "probability":
        return np.asarray(getattr(found, field), float)
    some = np.where(found.people > 0, found.people, 1)
    return np.where(found.people > 0, found.people_cut_off / some, np.nan)
