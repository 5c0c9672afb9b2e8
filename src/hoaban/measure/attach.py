"""Places that stand off the road: sparse walking links that join them to the network.

A place is joined to at most three road nodes, of the right component only (the one that holds the
centre, else the largest): a stray piece of road would make it look connected to nothing, or cut
off for no reason. Minutes come from walking the ground cell by cell on a window around the place,
there and back apart, for up is not down. The window is as wide as anybody can walk in the time, so
cropping changes nothing. Without elevation the line is straight, and the link says so. A node is
left out when the way by a nearer one and along the network is as quick: more links would only
slow the hierarchy.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from hoaban.measure.hierarchy import times
from hoaban.measure.network import TICKS, Flags, Floats, Ints, Ways
from hoaban.measure.surface.grid import Grid
from hoaban.measure.surface.slope import TOBLER, Slope
from hoaban.measure.surface.travel import prepare, travel

_BLOCK = 64  # nodes whose ways along the network are held at once
_SLOPES = np.linspace(-2, 2, 4001)


@dataclass(frozen=True, eq=False)
class Terrain:
    """Ground that is walked.

    ``heights`` metres and ``walk`` seconds a metre on the level, (rows, columns) each, nan where
    nobody walks; ``slope`` multiplies ``walk``.
    """

    grid: Grid
    heights: npt.NDArray[np.float32]
    walk: npt.NDArray[np.float32]
    slope: Slope = TOBLER
    neighbours: int = 16

    @cached_property
    def fastest(self) -> float:
        """Seconds a metre that nobody walks faster than on this ground."""
        gentle = float(self.slope.seconds_per_metre(_SLOPES).min())
        return gentle * float(np.nanmin(self.walk))


@dataclass(frozen=True, slots=True)
class Limits:
    """How links are chosen. Assumed, all of them; a province may set its own.

    ``within_minutes``: links of the first are looked for, of the next only when there are none;
    the last is the longest link there is. ``most`` links a place. ``slack``: a node is left out
    when the way by another one is at most so much longer (share). ``winding`` metres walked to a
    metre of straight line, and ``flat_kmh`` on it, where there is no elevation.
    """

    within_minutes: tuple[float, ...] = (60.0, 180.0)
    most: int = 3
    slack: float = 0.05
    winding: float = 1.3
    flat_kmh: float = 3.3


@dataclass(frozen=True, eq=False)
class Links:
    """Walking links, (links,) each, in order of point and of minutes there and back.

    ``point``, ``node`` numbers; ``metres`` > 0, an estimate: the straight line times winding;
    ``minutes_out`` from the point to the node, ``minutes_back`` from the node to the point;
    ``surface`` whether the minutes were walked on the ground, else on a straight line.
    ``unattached`` (k,) points that reach no node.
    """

    point: Ints
    node: Ints
    metres: Floats
    minutes_out: Floats
    minutes_back: Floats
    surface: Flags
    unattached: Ints


@dataclass(frozen=True, eq=False)
class _Near:
    """The nodes that one point can walk to and from, (n,) each, the quickest first."""

    node: Ints
    metres: Floats
    out: Floats
    back: Floats
    surface: bool


def component(ways: Ways, centre: int | None = None) -> Flags:
    """(size,) the nodes from which every other can be reached and that every other reaches.

    Those of the component that holds the node ``centre``; without one, of the largest.
    """
    links = csr_array((np.ones(len(ways.tail)), (ways.tail, ways.head)), (ways.size, ways.size))
    _, label = connected_components(links, directed=True, connection="strong")
    wanted = label[centre] if centre is not None else np.argmax(np.bincount(label, minlength=1))
    found: Flags = label == wanted
    return found


def attach(
    points: Floats,
    nodes: Floats,
    ways: Ways,
    *,
    terrain: Terrain | None = None,
    centre: int | None = None,
    limits: Limits | None = None,
    threads: int = 2,
) -> Links:
    """Links between places off the road and the network.

    points, nodes
        (points, 2) and (ways.size, 2) east and north in metres; a point with a nan is nowhere,
        and unattached.
    ways
        The network on foot, with the season's speeds.
    terrain
        In the same metres. None, or a point off it or where nobody walks: straight lines.

    The same bytes for any number of ``threads``.
    """
    limits = limits or Limits()
    search = _Search(nodes, np.flatnonzero(component(ways, centre)), terrain, limits)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(search.reached, points))
    return _joined(found, _chosen(found, ways.metric(), limits))


@dataclass(frozen=True, eq=False)
class _Search:
    """Where links may lead: ``nodes`` (size, 2) in metres, of which those of ``main`` count."""

    nodes: Floats
    main: Ints
    terrain: Terrain | None
    limits: Limits

    def reached(self, point: Floats) -> _Near:
        """What a point reaches in the first of the times in which it reaches anything."""
        first, *more = self.limits.within_minutes
        near = self._near(point, first)
        for within in more:
            if len(near.node):
                break
            near = self._near(point, within)
        return near

    def _near(self, point: Floats, within: float) -> _Near:
        if self.terrain is None or not _walkable(self.terrain, point):
            return self._straight(point, within)
        terrain = self.terrain
        here, straight = self._close(point, 60 * within / terrain.fastest)
        if not len(here):
            return _sorted(here, straight, straight, straight, within, surface=True)
        out, back = _walked(terrain, point, self.nodes[here], within)
        # Cells are counted from middle to middle: a node in the same cell or the next is no nearer
        # than the straight line from where the place really stands.
        least = straight * terrain.fastest / 60
        out, back = np.maximum(out, least), np.maximum(back, least)
        return _sorted(here, straight * self.limits.winding, out, back, within, surface=True)

    def _straight(self, point: Floats, within: float) -> _Near:
        minutes_a_metre = 0.06 / self.limits.flat_kmh
        here, straight = self._close(point, within / minutes_a_metre / self.limits.winding)
        metres = straight * self.limits.winding
        minutes = metres * minutes_a_metre
        return _sorted(here, metres, minutes, minutes, within, surface=False)

    def _close(self, point: Floats, metres: float) -> tuple[Ints, Floats]:
        """The nodes so near in a straight line, and how far they are (> 0)."""
        straight = np.hypot(*(self.nodes[self.main] - point).T)
        near = straight <= metres  # nan is not
        return self.main[near], np.maximum(straight[near], 0.1)


def _sorted(
    node: Ints, metres: Floats, out: Floats, back: Floats, within: float, *, surface: bool
) -> _Near:
    kept = np.flatnonzero((out <= within) & (back <= within))
    order = kept[np.lexsort((node[kept], out[kept] + back[kept]))]
    return _Near(node[order], metres[order], out[order], back[order], surface)


def _walkable(terrain: Terrain, point: Floats) -> bool:
    if not np.isfinite(point).all():
        return False
    cell = int(terrain.grid.cells_of(point[:1], point[1:])[0])
    return cell >= 0 and bool(np.isfinite(terrain.walk.flat[cell] + terrain.heights.flat[cell]))


def _walked(terrain: Terrain, point: Floats, ends: Floats, within: float) -> tuple[Floats, Floats]:
    """(ends,) minutes to and from the ends, inf where the walk is longer than ``within``."""
    grid = terrain.grid
    row, column = divmod(int(grid.cells_of(point[:1], point[1:])[0]), grid.columns)
    reach = int(60 * within / terrain.fastest / grid.cell_m) + 2
    top, left = max(row - reach, 0), max(column - reach, 0)
    crop = np.s_[top : row + reach + 1, left : column + reach + 1]
    heights, walk = terrain.heights[crop], terrain.walk[crop]
    window = Grid(grid.epsg, grid.affine @ Affine.translation(left, top), *heights.shape)
    surface = prepare(
        window,
        heights=heights,
        walk=walk,
        roll=None,
        slope=terrain.slope,
        neighbours=terrain.neighbours,
        barrier=~np.isfinite(heights + walk),
    )
    source = window.cells_of(point[:1], point[1:])
    cells = window.cells_of(ends[:, 0], ends[:, 1])

    def minutes(toward: bool) -> Floats:
        found = travel(surface, source, toward=toward, cut_off_s=60 * within)
        return found.seconds_at(cells) / 60

    return minutes(False), minutes(True)


def _chosen(found: Sequence[_Near], metric: times.Metric, limits: Limits) -> list[list[int]]:
    """For each point which of its near nodes it is joined to: the quickest, then the next that
    is not as quick by one already chosen, until there are enough.
    """
    chosen: list[list[int]] = [[] for _ in found]
    left = [np.ones(len(near.node), bool) for near in found]
    for _ in range(limits.most):
        asking = [number for number, alive in enumerate(left) if alive.any()]
        for first in range(0, len(asking), _BLOCK):
            block = asking[first : first + _BLOCK]
            picks = [int(np.argmax(left[number])) for number in block]
            ends = np.array([found[n].node[p] for n, p in zip(block, picks, strict=True)])
            onward = times.matrix(metric, ends, toward=False)
            inward = times.matrix(metric, ends, toward=True)
            for lane, (number, pick) in enumerate(zip(block, picks, strict=True)):
                near = found[number]
                out, back = (_minutes(all_[near.node, lane]) for all_ in (onward, inward))
                chosen[number].append(pick)
                left[number] &= ~_dominated(near, pick, out, back, limits.slack)
    return chosen


def _minutes(ticks: npt.NDArray[np.int32]) -> Floats:
    return np.where(ticks >= times.FAR, np.inf, ticks / TICKS["minutes"])


def _dominated(near: _Near, pick: int, out: Floats, back: Floats, slack: float) -> Flags:
    """(n,) which nodes are as quick, there and back, by the one picked; itself too.

    ``out``, ``back`` (n,) minutes along the network from the one picked to the others and back.
    """
    found: Flags = near.out[pick] + out <= near.out * (1 + slack)
    found &= near.back[pick] + back <= near.back * (1 + slack)
    found[pick] = True
    return found


def _joined(found: Sequence[_Near], chosen: list[list[int]]) -> Links:
    none = np.empty(0)

    def all_of(name: str, kind: type) -> npt.NDArray[Any]:
        parts = [getattr(near, name)[picks] for near, picks in zip(found, chosen, strict=True)]
        return np.concatenate([none, *parts]).astype(kind)

    counts = np.array([len(picks) for picks in chosen], np.int64)
    return Links(
        point=np.repeat(np.arange(len(found)), counts),
        node=all_of("node", np.int64),
        metres=all_of("metres", np.float64),
        minutes_out=all_of("out", np.float64),
        minutes_back=all_of("back", np.float64),
        surface=np.repeat(np.array([near.surface for near in found], bool), counts),
        unattached=np.flatnonzero(counts == 0),
    )
