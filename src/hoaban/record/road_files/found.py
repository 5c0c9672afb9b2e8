"""What a map file holds of one zone, however the file is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hoaban.base.problems import Problem
from hoaban.record.road_files.zone import Zone, moved

Shapes = NDArray[np.object_]


class NotARoadMap(Problem):
    vi = "Tệp {file} không đọc được như bản đồ đường ({fault}); cần .osm.pbf hoặc GeoPackage."
    en = "File {file} cannot be read as a map of roads ({fault}); .osm.pbf or GeoPackage is needed."


class NoRoadHere(Problem):
    vi = (
        "Tệp {file}: không có đường nào trong tỉnh và {margin_km} km xung quanh ({elsewhere} đường "
        "nằm nơi khác); hãy kiểm tra vùng của tệp."
    )
    en = (
        "File {file}: no road lies in the province or {margin_km_en} km around ({elsewhere_en} "
        "roads lie elsewhere); check which region the file is of."
    )


class UnknownClasses(Problem):
    vi = (
        "Tệp {file}: {count} đường trong vùng nhưng không rõ cấp đường nào; cột {columns} ghi: "
        "{values}. Hãy thêm các giá trị này vào mục classes của osm.yaml."
    )
    en = (
        "File {file}: {count} roads lie here but none has a class that is known; column {columns} "
        "says: {values}. Add these values to classes in osm.yaml."
    )


@dataclass
class Found:
    """Lines inside the zone, in metres, with the tags of each; counts of what was not taken."""

    lines: list[Any] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)
    fords: list[tuple[float, float]] = field(default_factory=list)  # lon, lat of marked points
    elsewhere: int = 0  # lines that lie wholly outside the zone
    cut: int = 0  # lines cut at its edge
    broken: int = 0  # lines that lack points in the file
    layer: str = ""  # of a file with several

    def take(self, zone: Zone, lines: Shapes, tags: Sequence[Mapping[str, str]]) -> None:
        """Add the parts of lon/lat lines that lie inside the zone."""
        if not len(lines):
            return
        west, south, east, north = zone.bounds
        edge = shapely.bounds(lines)
        near = (edge[:, 0] <= east) & (edge[:, 2] >= west)
        near &= (edge[:, 1] <= north) & (edge[:, 3] >= south)
        at = np.flatnonzero(near)
        if not len(at):
            self.elsewhere += len(lines)
            return
        kept, of, cut = zone.cut(moved(lines[at], zone.to_metres))
        self.lines.extend(kept)
        self.tags.extend(tags[number] for number in at[of])
        self.cut += cut
        self.elsewhere += len(lines) - len(np.unique(of))
