"""T3: highland people with standard health, education and water, each and jointly.

Highland people live in communes of zone III and in specially difficult villages. Health: a
station, or a point of one, that meets the national criteria lies within the province's
minutes. Education: a school of each stage lies nearer than the legal distance on foot, or a
boarding place that meets its standard is within the longest minutes shown. This first cut
does not ration boarding places: how many there are, and for how many pupils whose school is
far, stands beside, and so does the figure by distance alone. Water: as the household's
review says, in two figures, hygienic and to standard; the target counts water to standard.
Health and education hold for a village, water for a household, so the joint figure is exact:
joint people have water to standard in a village that has the other two. A water answer that
was not given counts for neither figure and is shown as unknown.
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure import access
from hoaban.measure.network import Flags, Floats, Ints, floats
from hoaban.measure.poverty import rounds, share
from hoaban.measure.reach import Reach
from hoaban.measure.tables import Tables

METHOD = "t3-network-2"
TABLES = [
    *("areas", "villages", "reviews", "people", "facilities"),
    *("road_nodes", "roads", "paths", "closures"),
]
PARAMETERS = (
    "access.minutes_shown",
    "access.station_minutes_max",
    "access.mode",
    "access.season",
    "school.distance_km_primary",
    "school.distance_km_lower",
    "school.distance_km_upper",
)
STAGES = ("primary", "lower", "upper")
WATER = (
    "households",
    "people",
    "hygienic_households",
    "hygienic_people",
    "standard_households",
    "standard_water_people",
    "water_unknown_people",
)


def water(tables: Tables, at: date) -> pa.Table:
    """Per village, from the newest completed round: households, people and their water.

    Columns ``village`` and those of `WATER`; no rows when no round was completed.
    """

    def make(at: date) -> pa.Table:
        done = rounds(tables, at)
        t = tables["reviews"]
        t = t.filter(t["round"] == done[-1][0]) if done else t.limit(0)
        hygienic = (t.water == 0).fill_null(False).cast("int64")
        standard = (t.water_standard == 1).fill_null(False).cast("int64")
        unknown = (t.water.isnull() | t.water_standard.isnull()).cast("int64")
        counted = t.group_by("village").agg(
            households=t.count(),
            people=t.members.sum(),
            hygienic_households=hygienic.sum(),
            hygienic_people=(hygienic * t.members).sum(),
            standard_households=standard.sum(),
            standard_water_people=(standard * t.members).sum(),
            water_unknown_people=(unknown * t.members).sum(),
        )
        return tables.run(counted.order_by("village"))

    return tables.once("services.water", ["reviews"], make, at)


def pupils(tables: Tables, areas: list[str]) -> dict[str, Ints]:
    """(villages,) pupils of each stage who live in each village (its path)."""

    def make() -> pa.Table:
        t = tables["people"]
        t = t.filter(t.school_stage.isin(STAGES))
        return tables.run(t.group_by("area", "school_stage").agg(pupils=t.count()))

    counted = tables.once("services.pupils", ["people"], make).to_pylist()
    known = {(row["area"], row["school_stage"]): row["pupils"] for row in counted}
    return {s: np.array([known.get((a, s), 0) for a in areas], np.int64) for s in STAGES}


def boarding_places(tables: Tables, at: date) -> int:
    """Places in the boarding facilities in service on a day that meet their standard."""
    columns = ["kind", "capacity", "standard_met", "functioning", "opened", "closed"]
    table = tables.valid("facilities", at, columns)
    table = table.filter(access.in_service(table, at)).to_pylist()
    found = [r["capacity"] or 0 for r in table if r["kind"] == "boarding" and r["standard_met"]]
    return sum(found)


def reached(law: Law, reach: Reach, nodes: Ints, *, at: date) -> dict[str, Flags]:
    """(villages,) which villages each service reaches, by their node numbers (-1: none).

    ``health``, ``health_<minutes>`` for each of the minutes shown, ``school_<stage>`` by
    distance alone, ``education_by_distance`` and ``education`` (distance or boarding).
    """
    mode, season = law.number("access.mode", at), law.number("access.season", at)
    shown = law.number("access.minutes_shown", at)
    here = nodes >= 0

    def at_villages(cost: Floats) -> Floats:
        return np.where(here, cost[nodes], np.inf)

    health = at_villages(reach.minutes["health", mode, season])
    found = {f"health_{m}": health <= m for m in shown}
    found["health"] = health <= law.number("access.station_minutes_max", at)
    boarding = at_villages(reach.minutes["boarding", mode, season]) <= max(shown)
    near, served = np.ones(len(nodes), bool), np.ones(len(nodes), bool)
    for stage in STAGES:
        km = at_villages(reach.kilometres[f"school_{stage}"])
        found[f"school_{stage}"] = km < law.number(f"school.distance_km_{stage}", at)
        near &= found[f"school_{stage}"]
        served &= found[f"school_{stage}"] | boarding
    return {**found, "education_by_distance": near, "education": served}


def people(by_water: dict[str, Ints], has: dict[str, Flags]) -> dict[str, Ints]:
    """(villages,) people each service reaches, and jointly, of the people reviewed there."""
    health, education = has["health"], has["education"]
    both = health & education
    return {
        "health_people": by_water["people"] * health,
        "education_people": by_water["people"] * education,
        "hygienic_people": by_water["hygienic_people"],
        "standard_water_people": by_water["standard_water_people"],
        "joint_people": by_water["standard_water_people"] * both,
        "joint_hygienic_people": by_water["hygienic_people"] * both,
    }


def target(
    tables: Tables, law: Law, villages: pa.Table, has: dict[str, Flags], *, at: date
) -> dict[str, Any]:
    """T3's value (share of highland people with all three; None without any) and parts.

    ``villages`` needs ``highland``, ``reviewed_people`` and the columns of `people`; ``has``
    is `reached` over the same villages.
    """
    high = np.asarray(villages["highland"].to_numpy(zero_copy_only=False), bool)
    reviewed = _counts(villages, "reviewed_people")
    of = int(reviewed[high].sum())
    learners = pupils(tables, villages["area"].to_pylist())

    def part(column: str) -> dict[str, Any]:
        number = int(_counts(villages, column)[high].sum())
        return {"people": number, "share": share(number, of)}

    def reaching(flag: Flags) -> float | None:
        return share(int((reviewed * flag)[high].sum()), of)

    joint = part("joint_people")
    return {
        "value": joint["share"],
        "unit": "share of highland people",
        "parts": {
            "highland_people": of,
            "highland_villages": int(high.sum()),
            "health": {
                **part("health_people"),
                "within_minutes": {
                    str(m): reaching(has[f"health_{m}"])
                    for m in law.number("access.minutes_shown", at)
                },
            },
            "education": {
                **part("education_people"),
                "by_distance": reaching(has["education_by_distance"]),
                **{stage: reaching(has[f"school_{stage}"]) for stage in STAGES},
                "pupils_beyond": sum(
                    int((learners[stage] * ~has[f"school_{stage}"])[high].sum()) for stage in STAGES
                ),
                "boarding_places": boarding_places(tables, at),
            },
            "water_hygienic": part("hygienic_people"),
            "water_standard": part("standard_water_people"),
            "joint": joint,
            "joint_hygienic": part("joint_hygienic_people"),
            "water_unknown_people": int(_counts(villages, "water_unknown_people")[high].sum()),
        },
    }


def _counts(villages: pa.Table, column: str) -> Ints:
    return np.nan_to_num(floats(villages[column])).astype(np.int64)
