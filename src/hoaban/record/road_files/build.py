"""A map file → the three tables of roads and the report: the whole way, without a database."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hoaban.base.money import number
from hoaban.record.road_files import components, osm_file
from hoaban.record.road_files.edges import Edges
from hoaban.record.road_files.found import Found, NoRoadHere, UnknownClasses
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.report import Report
from hoaban.record.road_files.tables import Made, Origin, tables
from hoaban.record.road_files.tagging import FOOTPATH, UNKNOWN, Kind, TagTable
from hoaban.record.road_files.topology import Cleaning, clean
from hoaban.record.road_files.zone import Zone
from hoaban.record.roads import RoadRules

_NAMED = 8  # unknown values named in a refusal


@dataclass(frozen=True)
class Ground:
    """What a province gives to an import of roads."""

    zone: Zone
    grown_cells: bool  # whether the zone is grown from points, not drawn
    table: TagTable
    rules: RoadRules
    heights: Heights | None
    heights_are: str  # imported, synthetic or none


def build(file: Path, ground: Ground, origin: Origin, *, scratch: Path) -> tuple[Made, Report]:
    """The tables of a file's roads inside the zone, and what there is to say about them.

    ``scratch`` is a folder with room for 16 bytes a point of the file. Raises `NoRoadHere`,
    `UnknownClasses` and
    the problems of reading.
    """
    found = _read(file, ground, scratch)
    lines, kinds, notes = _sorted(found, ground.table)
    _refuse_none(file, ground, found, lines=lines, kinds=kinds, notes=notes)
    edges, cleaning = clean(
        lines, kinds, snap_m=ground.table.snap_m, longest_m=ground.table.segment_m
    )
    made = tables(
        edges, ground.zone, ground.table, ground.rules,
        heights=ground.heights, fords=found.fords, origin=origin,
    )  # fmt: skip
    return made, _report(file, ground, found, edges, made=made, cleaning=cleaning, notes=notes)


def _refuse_none(
    file: Path,
    ground: Ground,
    found: Found,
    *,
    lines: list[Any],
    kinds: list[Kind],
    notes: Counter[str],
) -> None:
    """Raises `UnknownClasses` or `NoRoadHere` where no road of a class lies in the province."""
    if any(kind.road_class != FOOTPATH for kind in kinds) and _any_inside(lines, ground):
        return
    unknown = [note.removeprefix(UNKNOWN) for note, _ in notes.most_common() if UNKNOWN in note]
    if unknown:
        columns = ", ".join(("highway", *ground.table.columns.get("highway", ())))
        more = ", …" if unknown[_NAMED:] else ""
        raise UnknownClasses(file=file.name, count=len(found.lines), columns=columns,
                             values=", ".join(unknown[:_NAMED]) + more)  # fmt: skip
    margin = ground.zone.margin_m / 1000
    raise NoRoadHere(
        file=file.name, margin_km=number(margin, 1), margin_km_en=f"{margin:g}",
        elsewhere=number(found.elsewhere), elsewhere_en=f"{found.elsewhere:,}",
    )  # fmt: skip


def _read(file: Path, ground: Ground, scratch: Path) -> Found:
    if file.suffix.lower() in osm_file.SUFFIXES:
        return osm_file.read(file, ground.zone, scratch)
    from hoaban.record.road_files import map_file  # its reader takes a second to load

    return map_file.read(file, ground.zone, ground.table)


def _sorted(found: Found, table: TagTable) -> tuple[list[Any], list[Kind], Counter[str]]:
    """The lines that are roads in use, each in the direction of its traffic."""
    lines, kinds = [], []
    notes: Counter[str] = Counter()
    for line, tags in zip(found.lines, found.tags, strict=True):
        known = table.kind_of(tags, notes)
        if known is not None:
            kind, against = known
            lines.append(shapely.reverse(line) if against else line)
            kinds.append(kind)
    return lines, kinds, notes


def _any_inside(lines: list[Any], ground: Ground) -> bool:
    inner = ground.zone.inner
    shapely.prepare(inner)
    return bool(shapely.intersects(inner, np.array(lines, dtype=object)).any())


def _report(
    file: Path,
    ground: Ground,
    found: Found,
    edges: Edges,
    *,
    made: Made,
    cleaning: Cleaning,
    notes: Counter[str],
) -> Report:
    km = edges.length_m() / 1000
    on_foot = edges.of("road_class") == FOOTPATH
    outside = ~shapely.intersects(ground.zone.inner, shapely.centroid(edges.line))
    return Report(
        file=file.name,
        layer=found.layer,
        nodes=len(made.road_nodes),
        roads=len(made.roads),
        paths=len(made.paths),
        road_km=round(float(km[~on_foot].sum()), 3),
        path_km=round(float(km[on_foot].sum()), 3),
        outside_km=round(float(km[outside].sum()), 3),
        margin_km=ground.zone.margin_m / 1000,
        grown_cells=ground.grown_cells,
        elsewhere=found.elsewhere,
        cut=found.cut,
        broken=found.broken,
        cleaning=cleaning,
        strays=components.strays(edges, components.parts(edges), ground.zone),
        notes=dict(sorted(notes.items())),
        heights=ground.heights_are,
        eased=made.eased,
        no_height=made.no_height,
        typical=made.typical,
    )
