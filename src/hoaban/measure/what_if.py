"""What would change if a road were closed: tables for a what-if, and what differs after it."""

from datetime import UTC, date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.measure import figures
from hoaban.measure.isolation import DAYS, end_of
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured


class NoSuchRoad(Problem):
    vi = "Không có đoạn đường “{road}” trong bản chốt số liệu; gần nhất là “{nearest}”."
    en = "There is no road “{road}” in the snapshot; the nearest is “{nearest}”."
    status = 404


def closed(tables: Tables, road: str, at: date) -> Tables:
    """The tables with a road closed to everybody all of the year that ends on ``at``.

    It is one closure more, begun 365 days before and still open, that nothing passes; its
    origin is ``assumed``. Raises `NoSuchRoad`.
    """
    roads = tables.arrow("roads", ["id", "area"])
    here = roads.filter(pc.equal(roads["id"], road))
    if here.num_rows == 0:
        raise NoSuchRoad(road=road, nearest=nearest(road, roads["id"].to_pylist()[:5000]))
    closures = tables.arrow("closures")
    started = end_of(at) - timedelta(days=DAYS)
    row: dict[str, Any] = {
        "id": f"what-if-{road}",
        "area": here["area"][0].as_py(),
        "origin": "assumed",
        "source": "what-if",
        "valid_from": started.date(),
        "road": road,
        "started_at": started.astimezone(UTC),
        "ended_at": None,
        "kind": "works",
        "passable_by": "none",
    }
    one = pa.Table.from_pylist([row], schema=closures.schema)
    return tables.replace(closures=pa.concat_tables([closures, one]))


def bridges(tables: Tables, at: date) -> list[str]:
    """The ids of every road in force on a day that has a bridge, in order."""
    roads = tables.valid("roads", at, ["id", "bridge"])
    found: list[str] = sorted(roads.filter(pc.fill_null(roads["bridge"], False))["id"].to_pylist())
    return found


def differences(before: Measured, after: Measured) -> list[dict[str, Any]]:
    """The figures that differ, each with its ``before`` and ``after`` (None: not there)."""
    return figures.changed(before.figures, after.figures)


def village_differences(before: Measured, after: Measured) -> dict[str, dict[str, Any]]:
    """Which facts of which villages differ: ``{village path: {fact: (before, after)}}``."""
    was = {row["area"]: row for row in before.villages.to_pylist()}
    now = {row["area"]: row for row in after.villages.to_pylist()}
    found: dict[str, dict[str, Any]] = {}
    for path in sorted({*was, *now}):
        old, new = was.get(path, {}), now.get(path, {})
        pairs = {k: (old.get(k), new.get(k)) for k in {**old, **new} if old.get(k) != new.get(k)}
        if pairs:
            found[path] = pairs
    return found
