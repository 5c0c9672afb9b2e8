"""Roads of an OpenStreetMap file (.osm.pbf, .osm), read as a stream and cut to the zone.

A file of the whole country may be given. The places of its points go through a table on disk
(16 bytes a point, in a folder that is emptied afterwards); in memory stay one batch of roads
and what lies inside the zone.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import osmium
import shapely

from hoaban.record.road_files.found import Found, NotARoadMap
from hoaban.record.road_files.zone import Zone

SUFFIXES = (".pbf", ".osm")
_BATCH = 20_000  # roads cut to the zone at a time


def read(file: Path, zone: Zone, scratch: Path) -> Found:
    """Every ``highway`` of the file inside the zone; ``scratch`` is a folder with room.

    Raises `NotARoadMap` for a file that is none or ends too early.
    """
    found = Found()
    with TemporaryDirectory(dir=scratch, prefix=".points-") as folder:
        ways: list[tuple[str, dict[str, str]]] = []
        for line, tags in _ways(file, Path(folder), found):
            ways.append((line, tags))
            if len(ways) == _BATCH:
                _take(found, zone, ways)
                ways = []
        _take(found, zone, ways)
    return found


def _take(found: Found, zone: Zone, ways: list[tuple[str, dict[str, str]]]) -> None:
    lines = shapely.from_wkb(np.array([line for line, _ in ways], dtype=object))
    found.take(zone, lines, [tags for _, tags in ways])


def _ways(file: Path, folder: Path, found: Found) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines as WKB in hexadecimal, with their tags; marked fords go into ``found``."""
    draw = osmium.geom.WKBFactory()
    stream = (
        osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations(f"sparse_file_array,{folder / 'places'}")
        .with_filter(osmium.filter.KeyFilter("highway", "ford"))
    )
    try:
        for thing in stream:
            tags = {tag.k: tag.v for tag in thing.tags}
            if thing.is_node():
                if tags.get("ford", "no") != "no":
                    found.fords.append((thing.location.lon, thing.location.lat))
            elif "highway" in tags:
                for line in _drawn(thing, draw, found):
                    yield line, tags
    except RuntimeError as fault:
        raise NotARoadMap(file=file.name, fault=str(fault)[:80]) from None


def _drawn(way: Any, draw: Any, found: Found) -> list[str]:
    """One line as a rule; of a way that lacks points the parts that are there."""
    try:
        return [draw.create_linestring(way)]
    except (osmium.InvalidLocationError, RuntimeError):
        found.broken += 1  # it has a point that the file lacks, or fewer than two
    places = [(node.lon, node.lat) if node.location.valid() else None for node in way.nodes]
    runs = [list(run) for there, run in groupby(places, key=lambda p: p is not None) if there]
    return [shapely.LineString(run).wkb_hex for run in runs if len(set(run)) > 1]
