"""The five targets of 2030 with all their parts, measured from one snapshot."""

from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure import (
    connection,
    expected,
    indicators,
    procedures,
    services,
    staff,
    villages,
)
from hoaban.measure.place import Place
from hoaban.measure.poverty import headline, landing
from hoaban.measure.reach import survey
from hoaban.measure.scene import Scene, judged
from hoaban.measure.tables import Tables, weakest

__all__ = ["TARGETS", "Measured", "as_json", "measure"]

TARGETS = ("T1", "T2", "T3", "T4", "T5")


@dataclass(frozen=True, eq=False)
class Measured:
    """One measuring: the figures, the five targets and the facts of every village.

    ``figures`` has the schema of `figures.SCHEMA`; its personal cells are suppressed.
    ``targets`` is JSON-ready. ``villages`` is unsuppressed and for signed-in eyes only.
    """

    snapshot: str
    at: date
    standard_at: date
    province: dict[str, Any]
    origin: str
    figures: pa.Table
    targets: dict[str, dict[str, Any]]
    villages: pa.Table


def measure(
    tables: Tables,
    law: Law,
    place: Place,
    *,
    at: date,
    standard_at: date | None = None,
    ahead: bool = False,
) -> Measured:
    """The five targets on a day.

    ``at`` says which rows, closures, reviews and pass marks hold; ``standard_at`` which
    poverty standard is the headline (``at`` when not given). ``ahead`` also draws what closures
    the next year may bring and where the poverty rate will land (some seconds). Equal tables, law
    and dates give an equal answer; a what-if made by `Tables.replace` measures again only what it
    can change.
    """
    listed = villages.register(tables, at)
    season = law.number("access.season", at)
    reach = survey(tables, place, at=at, villages=listed["node"], season=season)
    communes = [row["id"] for row in villages.communes(tables, at)]
    drawn = (
        expected.expect(tables, law, place, reach=reach, listed=listed, communes=communes, at=at)
        if ahead
        else None
    )
    facts = villages.facts(tables, law, reach, listed, at=at, drawn=drawn)
    connected = connection.connect(tables, law, reach, facts, communes, at=at)
    old = connection.old_seats(tables, law, reach, facts, at=at)
    nodes = reach.ground.numbers(listed["node"])
    has = services.reached(law, reach, nodes, at=at)
    trained = staff.count(tables, law, at)
    made: dict[str, tuple[ModuleType, dict[str, Any]]] = {
        "T1": (headline, headline.target(tables, law, at=at, standard_at=standard_at)),
        "T2": (connection, connection.target(connected, law, old, at=at)),
        "T3": (services, services.target(tables, law, facts, has, at=at)),
        "T4": (staff, staff.target(trained)),
        "T5": (procedures, procedures.target(tables, facts, at=at)),
    }
    landed = None
    if drawn is not None:
        made["T2"][1]["parts"] |= {"weak_links": drawn.weak_links, "forecast": drawn.basis}
        landed = landing.of_tables(tables, law, at=at)
        made["T1"][1]["parts"]["landing"] = landed.as_json()
    scene = Scene(tables, law, place, at, facts, communes, drawn, landed)
    found = {name: _framed(scene, name, *target) for name, target in made.items()}
    return Measured(
        snapshot=tables.name,
        at=at,
        standard_at=standard_at or at,
        province={
            "code": place.path.strip("/"),
            "path": place.path,
            "name": {"vi": place.name.vi, "en": place.name.en},
        },
        origin=weakest({str(target["origin"]) for target in found.values()}),
        figures=indicators.figures(scene, connected),
        targets=found,
        villages=facts,
    )


def passes(name: str, value: float, mark: float) -> bool:
    """Whether a value meets its mark: T1 must come under it, the others must reach it."""
    return value < mark if name == "T1" else value >= mark


def _framed(scene: Scene, name: str, module: ModuleType, target: dict[str, Any]) -> dict[str, Any]:
    """A target with its mark, whether it is met (None: unknown), and where it comes from.

    T1 is met only when it would be with every household poor that cannot be classified.
    """
    parameters = (f"target.{name}", *getattr(module, "PARAMETERS", ()))
    law, at = scene.law, scene.at
    mark, value = law.number(f"target.{name}", at), target["value"]
    return {
        "value": value,
        "target": mark,
        "met": None if value is None else passes(name, target.get("value_high", value), mark),
        "unit": target["unit"],
        "standard": target.get("standard"),
        "origin": judged(scene.tables, law, module.TABLES, parameters, at),
        "method": module.METHOD,
        "parts": target["parts"],
        "parameters": [_cited(law, parameter, at) for parameter in parameters],
    }


def _cited(law: Law, name: str, at: date) -> dict[str, Any]:
    found = law.at(name, at)
    return {
        "name": name,
        "value": found.value,
        "unit": found.unit,
        "source": found.source,
        "confidence": found.confidence,
    }


def as_json(measured: Measured) -> dict[str, Any]:
    """What ``hoaban measure --json`` prints: one object, ready for JSON."""
    return {
        "snapshot": measured.snapshot,
        "at": measured.at.isoformat(),
        "standard_at": measured.standard_at.isoformat(),
        "province": measured.province,
        "origin": measured.origin,
        "targets": {name: measured.targets[name] for name in TARGETS},
    }
