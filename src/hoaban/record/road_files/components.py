"""Which parts of a network hang together, and how far the others are from the main one."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.record.road_files.edges import Edges
from hoaban.record.road_files.zone import Zone

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stray:
    """A part apart from the main one: kept, and told. ``gap_m``: to the nearest main road."""

    edges: int
    km: float
    gap_m: float
    lon: float
    lat: float


def parts(edges: Edges) -> Ints:
    """(edges,) the number of the part each edge belongs to, 0 the longest, then by length."""
    size = len(edges.xy)
    links = coo_array((np.ones(len(edges)), (edges.tail, edges.head)), shape=(size, size))
    _, part = connected_components(links, directed=False)
    of_edge = part[edges.tail]
    metres = np.bincount(of_edge, edges.length_m())
    rank = np.empty(len(metres), dtype=np.int64)
    rank[np.argsort(-metres, kind="stable")] = np.arange(len(metres))
    return rank[of_edge]


def strays(edges: Edges, part: Ints, zone: Zone) -> tuple[Stray, ...]:
    """Every part but the main one, the longest first."""
    away = np.flatnonzero(part > 0)
    if not len(away):
        return ()
    tree = shapely.STRtree(edges.line[part == 0])
    (which, _), gap = tree.query_nearest(edges.line[away], return_distance=True, all_matches=False)
    count = int(part.max())
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, part[away[which]] - 1, gap)
    _, first = np.unique(part[away], return_index=True)
    place = zone.lonlat(edges.xy[edges.tail[away[first]]])
    number = np.bincount(part[away] - 1, minlength=count)
    km = np.bincount(part[away] - 1, edges.length_m()[away], minlength=count) / 1000
    columns = (number, np.round(km, 3), np.round(nearest, 1), place[:, 0], place[:, 1])
    return tuple(Stray(*row) for row in zip(*(c.tolist() for c in columns), strict=True))
