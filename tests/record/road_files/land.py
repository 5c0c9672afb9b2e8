"""Two communes of 4 × 4 km side by side, and lines drawn in metres from their south-west corner.

0      4      8 km
+------+------+ 4
| 99/1 | 99/2 |
+------+------+ 0
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import shapely

from hoaban.record.road_files.build import Ground
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.tables import Origin
from hoaban.record.road_files.tagging import Kind, TagTable
from hoaban.record.road_files.zone import Zone, moved
from hoaban.record.roads import RoadRules

NHO = Path(__file__).resolve().parents[2] / "provinces/nho"
EPSG = 32648
CORNER = np.array([290_000.0, 2_360_000.0])
ORIGIN = Origin("test", date(2025, 7, 1))
ROAD = Kind("commune", "concrete", 3.5, False, False, False, False, True, True, "")
Points = Sequence[tuple[float, float]]


def table() -> TagTable:
    return TagTable.read(NHO / "osm.yaml")


def rules() -> RoadRules:
    return RoadRules.read(NHO / "roads.yaml")


def zone(margin_m: float = 1_000) -> Zone:
    communes = {
        "99/1/": shapely.box(0, 0, 4_000, 4_000),
        "99/2/": shapely.box(4_000, 0, 8_000, 4_000),
    }
    return Zone.of({p: degrees(s) for p, s in communes.items()}, epsg=EPSG, margin_m=margin_m)


def ground(heights: Heights | None = None, margin_m: float = 1_000) -> Ground:
    are = "none" if heights is None else "imported"
    return Ground(zone(margin_m), False, table(), rules(), heights, are)


def degrees(shape: Any) -> Any:
    """A shape in metres from the corner, as lon/lat."""
    turn = pyproj.Transformer.from_crs(EPSG, 4326, always_xy=True)
    return moved(np.array([shapely.transform(shape, lambda xy: xy + CORNER)], dtype=object), turn)[
        0
    ]


def line(*points: tuple[float, float]) -> Any:
    return shapely.LineString(np.array(points, dtype=np.float64) + CORNER)


def geopackage(
    file: Path,
    lines: Sequence[Points],
    *,
    layer: str = "roads",
    crs: str | None = "EPSG:4326",
    **columns: Any,
) -> Path:
    """Lines in metres from the corner, with columns of text."""
    shapes = [degrees(shapely.LineString(points)) for points in lines]
    pyogrio.raw.write(
        file,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        geometry_type="LineString",
        crs=crs,
        layer=layer,
    )
    return file


def osm(
    file: Path,
    nodes: dict[int, tuple[float, float]],
    ways: Sequence[tuple[list[int], dict[str, str]]],
    marked: dict[int, dict[str, str]] | None = None,
) -> Path:
    """An .osm file of nodes (metres from the corner) and ways with tags."""
    marked = marked or {}

    def tags(given: dict[str, str]) -> str:
        return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in given.items())

    body = []
    for number, place in nodes.items():
        at = degrees(shapely.Point(place))
        body.append(
            f'<node id="{number}" version="1" lat="{at.y:.7f}" lon="{at.x:.7f}">'
            f"{tags(marked.get(number, {}))}</node>"
        )
    for number, (refs, given) in enumerate(ways, start=1):
        ends = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        body.append(f'<way id="{number}" version="1">{ends}{tags(given)}</way>')
    file.write_text(f'<osm version="0.6">{"".join(body)}</osm>', "utf-8")
    return file
