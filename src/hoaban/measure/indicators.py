"""Which figures there are: every target's parts for the province, each commune and village.

Names are ``<theme>.<what>``. Shares of people count the register's people; shares of
households and water count the newest completed review. A village's own figure is the share
of its people, so a yes is 1 and a no is 0.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure import (
    access,
    connection,
    coverage,
    network,
    poverty_figures,
    procedures,
    services,
    staff,
)
from hoaban.measure import expected as ahead
from hoaban.measure.connection import Connection
from hoaban.measure.figures import Figures, hidden, rolled_up
from hoaban.measure.network import MODES, SEASONS, Flags, Floats, Ints, flags, floats
from hoaban.measure.reach import TABLES as REACH
from hoaban.measure.scene import Scene, judged
from hoaban.measure.tables import weakest

_DAY_S = 86_400


def figures(scene: Scene, connected: Connection) -> pa.Table:
    """Every figure of a measuring, in the schema of `figures.SCHEMA`."""
    found = Figures(scene.tables.name, scene.at)
    poverty_figures.add(found, scene)
    _isolation(found, scene)
    _expected(found, scene)
    _rural_access(found, scene)
    _connection(found, scene, connected)
    _access(found, scene)
    _services(found, scene)
    _staff(found, scene)
    _procedures(found, scene)
    return found.table()


def _isolation(found: Figures, scene: Scene) -> None:
    """Of the people of whose village it is known: one that stands nowhere is in no figure."""
    people = scene.known("isolated_foot_dry")
    whole = scene.everywhere(people)[:, 0]
    more: dict[str, Any] = {"group": "people", "denominator": whole, "n": whole}
    origin = scene.tables.origin(*REACH, "villages")
    for mode in MODES:
        for season in SEASONS:
            cut = flags(scene.villages[f"isolated_{mode}_{season}"], False)
            found.add(
                f"isolation.{mode}_{season}",
                scene.areas,
                numerator=scene.everywhere(people * cut)[:, 0],
                unit="share",
                method=connection.METHOD,
                origin=origin,
                **more,
            )
        days = np.nan_to_num(floats(scene.villages[f"cut_off_days_{mode}"]))
        seconds = np.rint(days * _DAY_S).astype(np.int64)
        found.add(
            f"isolation.days_{mode}",
            scene.areas,
            numerator=scene.everywhere(people * seconds)[:, 0] / _DAY_S,
            unit="days",
            method=connection.METHOD,
            origin=origin,
            **more,
        )


_AHEAD = {
    "expected_days": ("expected_days", "days", "days"),
    "chance": ("chance", "probability", "share"),
    "longest": ("longest_days", "longest_days", "days"),
}


def _expected(found: Figures, scene: Scene) -> None:
    """What drawn years bring, a head; missing where no way is there to lose."""
    if scene.drawn is None:
        return
    origin = weakest({scene.tables.origin(*ahead.TABLES), "assumed"})
    for mode in MODES:
        people = scene.everywhere(scene.known(f"expected_days_{mode}"))[:, 0]
        for name, (column, field, unit) in _AHEAD.items():
            of: list[Floats] = [
                ahead.values(scene.villages, scene.drawn, mode, f"{column}{end}", f"{field}{end}")
                for end in ("", *(("_low", "_high") if name == "expected_days" else ()))
            ]
            found.add(
                f"isolation.{name}_{mode}",
                scene.areas,
                group="people",
                value=of[0],
                low=of[1] if len(of) > 1 else None,
                high=of[2] if len(of) > 1 else None,
                n=people,
                unit=unit,
                method=ahead.METHOD,
                origin=origin,
            )


def _rural_access(found: Figures, scene: Scene) -> None:
    """The Rural Access Index for each limit of closed days, and stations' capacity."""
    limits = scene.law.number("connection.closed_days_shown", scene.at)
    rural = scene.known(f"near_all_season_{limits[0]}") * flags(scene.villages["rural"], True)
    whole = scene.everywhere(rural)[:, 0]
    origin = judged(scene.tables, scene.law, coverage.TABLES, coverage.PARAMETERS, scene.at)
    for days in limits:
        near = rural * flags(scene.villages[f"near_all_season_{days}"], False)
        found.add(
            f"rural_access.within_{days}",
            scene.areas,
            group="people",
            numerator=scene.everywhere(near)[:, 0],
            denominator=whole,
            n=whole,
            unit="share",
            method=coverage.RAI_METHOD,
            origin=origin,
        )
    ground = network.lay(scene.tables, scene.at)
    for days, one in coverage.near_by_cell(scene.tables, scene.law, ground, scene.at).items():
        found.add(
            f"rural_access.cells_within_{days}",
            [scene.place.path],
            group="people of the grid",
            numerator=[one.near],
            denominator=[one.people - one.unknown],
            unit="share",
            method=coverage.RAI_METHOD,
            origin=origin,
        )
    found.add(
        "access.station_capacity",
        scene.below,
        value=floats(scene.villages["station_capacity"]),
        unit="per 1,000 people",
        method=coverage.CATCHMENT_METHOD,
        origin=origin,
    )


def _connection(found: Figures, scene: Scene, connected: Connection) -> None:
    origin = judged(scene.tables, scene.law, connection.TABLES, connection.PARAMETERS, scene.at)
    one: dict[str, Any] = {"unit": "flag", "method": connection.METHOD, "origin": origin}
    for name in ("a", "b", "c", "met"):
        passed = getattr(connected, name).astype(np.int64)
        found.add(f"connection.{name}", connected.communes, value=passed, **one)
        found.add(
            f"connection.{name}",
            [scene.place.path],
            group="communes",
            numerator=[passed.sum()],
            denominator=[len(passed)],
            n=[len(passed)],
            **{**one, "unit": "share"},
        )
    values: dict[str, tuple[Floats | Ints, str]] = {
        "seat_days": (connected.days, "days"),
        "ways_out": (connected.ways, "ways"),
        "four_on_the_spot": (connected.plan.astype(np.int64), "flag"),
    }
    for name, (value, unit) in values.items():
        found.add(f"connection.{name}", connected.communes, value=value, **{**one, "unit": unit})
    people = scene.counts("people")
    linked = people * flags(scene.villages["all_season_link"], False)
    whole, some = scene.everywhere(people, linked).T
    found.add(
        "connection.linked",
        scene.areas,
        group="people",
        numerator=some,
        denominator=whole,
        n=whole,
        **{**one, "unit": "share"},
    )


def _access(found: Figures, scene: Scene) -> None:
    mode = scene.law.number("access.mode", scene.at)
    origin = scene.tables.origin(*REACH, "villages")
    one: dict[str, Any] = {"method": services.METHOD, "origin": origin}
    people = scene.known("isolated_foot_dry")
    whole = rolled_up(scene.below, scene.above, people[:, None])[:, 0]
    for kind in access.KINDS:
        for season in SEASONS:
            name = f"minutes_{kind}_{mode}_{season}"
            minutes = floats(scene.villages[name])
            found.add(f"access.{name}", scene.below, value=minutes, unit="minutes", **one)
            for limit in scene.law.number("access.minutes_shown", scene.at):
                near = people * (np.nan_to_num(minutes, nan=np.inf) <= limit)
                found.add(
                    f"access.{kind}_within_{limit}_{season}",
                    scene.above,
                    group="people",
                    numerator=rolled_up(scene.below, scene.above, near[:, None])[:, 0],
                    denominator=whole,
                    n=whole,
                    unit="share",
                    **one,
                )
    for kind in access.SCHOOLS:
        kilometres = floats(scene.villages[f"km_{kind}"])
        found.add(f"access.km_{kind}", scene.below, value=kilometres, unit="km", **one)


def _services(found: Figures, scene: Scene) -> None:
    origin = judged(scene.tables, scene.law, services.TABLES, services.PARAMETERS, scene.at)
    named = {
        "health": "health_people",
        "education": "education_people",
        "water_hygienic": "hygienic_people",
        "water_standard": "standard_water_people",
        "joint": "joint_people",
        "joint_hygienic": "joint_hygienic_people",
    }
    gone = _water_hidden(scene)
    high = flags(scene.villages["highland"], False)
    for group, kept in (("people", np.ones_like(high)), ("highland_people", high)):
        whole = scene.everywhere(scene.counts("reviewed_people") * kept)[:, 0]
        for name, column in named.items():
            found.add(
                f"services.{name}",
                scene.areas,
                group=group,
                numerator=scene.everywhere(scene.counts(column) * kept)[:, 0],
                denominator=whole,
                n=whole,
                hidden=None if name in ("health", "education") else gone,
                unit="share",
                method=services.METHOD,
                origin=origin,
            )


def _water_hidden(scene: Scene) -> Flags:
    least = scene.law.number("suppress.households_min", scene.at)
    high = flags(scene.villages["highland"], False)
    gone = np.zeros(len(scene.areas), bool)
    for name in ("hygienic_households", "standard_households"):
        households, having = scene.counts("reviewed_households"), scene.counts(name)
        parts = [having * high, having * ~high]
        parts += [(households - having) * high, (households - having) * ~high]
        gone |= hidden(scene.areas, scene.everywhere(*parts), least)
    return gone


def _staff(found: Figures, scene: Scene) -> None:
    """Of the province and its communes only: a village has so few that each would be known."""
    counted = staff.count(scene.tables, scene.law, scene.at).communes
    rows = [counted.get(path, staff.Count()) for path in scene.communes]
    origin = judged(scene.tables, scene.law, staff.TABLES, staff.PARAMETERS, scene.at)

    def of(name: str) -> list[int]:
        each = [int(getattr(row, name)) for row in rows]
        return [sum(each), *each]

    for name in ("governance", "language", "both"):
        found.add(
            f"staff.{name}",
            scene.above,
            group="staff",
            numerator=of(name),
            denominator=of("staff"),
            n=of("staff"),
            unit="share",
            method=staff.METHOD,
            origin=origin,
        )


def _procedures(found: Figures, scene: Scene) -> None:
    basic = procedures.catalogue(scene.tables, scene.at)[1].num_rows
    pairs = np.full(scene.villages.num_rows, basic, np.int64)
    origin = judged(scene.tables, scene.law, procedures.TABLES, procedures.PARAMETERS, scene.at)
    whole = scene.everywhere(pairs)[:, 0]
    for name in ("deployed", "used", "live", *procedures.FORMS):
        found.add(
            f"procedures.{name}",
            scene.areas,
            group="pairs",
            numerator=scene.everywhere(scene.counts(f"procedures_{name}"))[:, 0],
            denominator=whole,
            n=whole,
            unit="share",
            method=procedures.METHOD,
            origin=origin,
        )
