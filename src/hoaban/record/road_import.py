"""Roads of a map file take the place of the synthetic ones, and of those of an earlier map.

The file is read first; then one transaction and one `record.imported` event, so that others
wait for the database only while rows are written. What gives way is for
`hoaban.record.road_exchange`. A synthetic elevation layer is not used: it would put invented
hills under real roads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
from django.db import transaction

from hoaban.base.models import User, tell
from hoaban.base.reading import NoSuchFile
from hoaban.record import batches, checks, ground, road_exchange
from hoaban.record.lists import ListSpec, find
from hoaban.record.models import Layer
from hoaban.record.package import sha256_of
from hoaban.record.road_files.build import Ground, build
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.osm_file import SUFFIXES
from hoaban.record.road_files.report import Report
from hoaban.record.road_files.tables import Made, Origin
from hoaban.record.road_files.tagging import TagTable
from hoaban.record.road_leaning import Moment
from hoaban.record.roads import RoadRules

_DAY = ZoneInfo("Asia/Ho_Chi_Minh")
_OSM = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True)
class Place:
    """What a province's folder and the installation give to the import."""

    epsg: int  # metric coordinates of the province
    table: TagTable
    rules: RoadRules
    layers: Path  # folder of the grids
    scratch: Path  # folder with room for 16 bytes a point of the file


def import_roads(
    file: Path,
    lists: Mapping[str, ListSpec],
    place: Place,
    *,
    at: datetime,
    actor: User | None,
    replace_all: bool = False,
) -> Report:
    """Keep the roads that a map file has of the province; returns what was done.

    All of it or nothing. ``replace_all``: also where a commune with roads of an earlier map gets
    none. Raises `ground.NoBoundary` and the problems of `road_exchange`, `road_leaning` and
    `hoaban.record.road_files`.
    """
    if not file.is_file():
        raise NoSuchFile(file=file.name)
    top = batches.province()
    source = f"{file.name}; {_OSM}" if file.suffix.lower() in SUFFIXES else file.name
    origin = Origin(source[:300], top.valid_from)
    digest = sha256_of(file)
    made, report = build(file, _ground(place), origin, scratch=place.scratch)
    moment = Moment(at, at.astimezone(_DAY).date(), actor)
    with transaction.atomic():
        done = road_exchange.make_way(
            made, lists, epsg=place.epsg, moment=moment, replace_all=replace_all
        )
        _append(made, lists)
        report = _with(report, done)
        tell(
            "record.imported",
            at=at,
            actor=actor,
            area=top,
            subject=road_exchange.SUBJECT,
            rows=report.roads + report.paths + report.nodes,
            file_sha256=digest,
            source=origin.source,
            **report.as_json(),
        )
    return report


def _append(made: Made, lists: Mapping[str, ListSpec]) -> None:
    """The rows whose keys the register does not hold."""
    for name in ("road_nodes", "roads", "paths"):
        spec = find(lists, name)
        table = checks.fit(getattr(made, name), spec)
        known = pc.is_in(table["key"], value_set=batches.stored_keys(name))
        batches.append(spec, table.filter(pc.invert(known)), seed=None)


def _with(report: Report, done: road_exchange.Done) -> Report:
    return replace(
        report,
        replaced=dict(done.replaced),
        freed=done.freed.freed,
        moved_closures=done.freed.moved,
        ended_closures=tuple(done.freed.ended),
        ended_rows=done.ended,
        returned_rows=done.returned,
    )


def _ground(place: Place) -> Ground:
    table = place.table
    zone, grown = ground.zone(
        place.epsg, margin_m=table.margin_m, cells_margin_m=table.cells_margin_m
    )
    heights, are = _heights(place.layers)
    return Ground(zone, grown, table, place.rules, heights, are)


def _heights(folder: Path) -> tuple[Heights | None, str]:
    """The real elevation layer, if there is one; and what there is."""
    layer = Layer.objects.filter(name="elevation").first()
    if layer is None:
        return None, "none"
    if layer.origin == "synthetic":
        return None, "synthetic"
    return Heights.read(folder / layer.file), layer.origin
