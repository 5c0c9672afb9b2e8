"""The one place that knows where snapshots live: take the newest, measure, keep."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.measure import operations, poverty
from hoaban.measure.entitlement import gaps, publication
from hoaban.measure.entitlement import people as folk
from hoaban.measure.joined import joined
from hoaban.measure.models import Measuring
from hoaban.measure.place import Place
from hoaban.measure.scored import scored
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.record import reads
from hoaban.record.lists import ListSpec, find


class NoSnapshot(Problem):
    vi = "Chưa có bản chốt số liệu nào trong {folder}; hãy chạy “hoaban freeze” trước."
    en = "There is no snapshot in {folder} yet; run “hoaban freeze” first."
    status = 404


def newest(snapshots: Path) -> Path:
    """The newest snapshot folder: of the latest day, and of those the last one written.

    Raises `NoSnapshot`. A folder without a data package is still being written.
    """
    found = [f for f in snapshots.glob("*-*") if (f / "datapackage.json").is_file()]
    if not found:
        raise NoSnapshot(folder=snapshots.name)
    return max(found, key=lambda f: (f.name[:10], f.stat().st_mtime, f.name))


def opened(snapshots: Path, law: Law, place: Place, at: date, *, engine: str = "duckdb") -> Tables:
    """The newest snapshot's tables for a day, with the places off the network joined to it.

    Form B1's answers are scored where a point table is recorded. ``engine`` runs the tables'
    expressions (see `engines`).
    """
    tables = Tables.open(newest(snapshots), engine)
    keep = snapshots.parent / "links"
    return scored(joined(tables, law, at, centre_path=place.centre_path, keep=keep), law, at)


def run(
    snapshots: Path,
    law: Law,
    place: Place,
    *,
    on: date,
    at: datetime,
    standard_at: date | None = None,
    actor: User | None = None,
    engine: str = "duckdb",
) -> tuple[Tables, Measured, Measuring]:
    """Measure the newest snapshot for the day ``on`` and keep the result, done ``at``.

    Returns the tables too, so that a plan can go on from them. ``engine`` runs their expressions.
    """
    tables = opened(snapshots, law, place, on, engine=engine)
    measured = measure(tables, law, place, at=on, standard_at=standard_at, ahead=True)
    return tables, measured, operations.store(measured, law, at=at, actor=actor)


def entitlements(
    tables: Tables,
    kept: Measuring,
    lists: Mapping[str, ListSpec],
    law: Law,
    *,
    at: datetime,
) -> dict[str, Any]:
    """Who is entitled and goes without on the day of a measuring; kept with it, done ``at``.

    Reads whole lists of the live register under the purpose `gaps.PURPOSE`, which leaves one
    event a list; the snapshot ``tables`` only say which review round is the newest completed
    one. Returns what may be published, as `publication.as_json` has it.
    """
    on, top = kept.at, kept.area.path
    register = _register(lists, law, poverty.rounds(tables, on), on=on, at=at, top=top)
    found = gaps.by_village(register, law, on)
    # What may be published goes by the rule of the day of publishing, not of the day looked at.
    least = law.number("suppress.households_min", max(on, at.date()))
    shown = publication.as_json(found, top, least=least)
    operations.count_gaps(found, kept, shown=shown, at=at)
    return shown


def _register(
    lists: Mapping[str, ListSpec],
    law: Law,
    rounds: list[tuple[int, date]],
    *,
    on: date,
    at: datetime,
    top: str,
) -> folk.Register:
    """The rows of the live register that hold on a day, with what its areas are."""

    def read(name: str, where: tuple[str, object] | None = None) -> pa.Table:
        found = reads.bulk(
            find(lists, name),
            user=None,
            purpose=gaps.PURPOSE,
            at=at,
            within=top,
            only=folk.ASKED[name],
            where=where,
        )
        return folk.holding(found, on)

    villages, households = read("villages"), read("households")
    reviews = read("reviews", ("round", rounds[-1][0] if rounds else None))
    # Before the tree of areas starts none holds: the zone is then unknown, not another one.
    zones = operations.holding(top, on).filter(kind="commune")
    return folk.Register(
        people=read("people"),
        households=households,
        villages=villages,
        classes=folk.standing(households, reviews, villages, poverty.in_force(law, on)),
        zones=dict(zones.values_list("path", "facts__zone")),
        majority=law.number(folk.MAJORITY, on),
        papers=folk.communes_named(law, on, top),
    )
