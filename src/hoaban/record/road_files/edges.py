"""The network as nodes and edges with their shapes, and the steps that change edges only."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hoaban.record.road_files.tagging import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Edges:
    """``xy`` (nodes, 2) metres; ``tail``, ``head`` (edges,) node numbers; ``line`` (edges,)
    LineStrings from tail to head; ``kind`` (edges,) positions in ``kinds``."""

    xy: Floats
    tail: Ints
    head: Ints
    line: Shapes
    kind: Ints
    kinds: tuple[Kind, ...]

    def __len__(self) -> int:
        return len(self.tail)

    def of(self, name: str) -> NDArray[Any]:
        """One attribute of the kind of each edge."""
        return np.array([getattr(kind, name) for kind in self.kinds])[self.kind]

    def length_m(self) -> Floats:
        """(edges,) along the shapes."""
        return np.asarray(shapely.length(self.line), dtype=np.float64)

    def degree(self) -> Ints:
        """(nodes,) how many ends of edges meet there."""
        return np.bincount(np.r_[self.tail, self.head], minlength=len(self.xy))

    def keep(self, which: NDArray[Any]) -> "Edges":
        """The edges marked or numbered in ``which``; nodes stay numbered as they were."""
        parts = {n: getattr(self, n)[which] for n in ("tail", "head", "line", "kind")}
        return replace(self, **parts)

    def compact(self) -> "Edges":
        """Without nodes that no edge ends at."""
        used, number = np.unique(np.r_[self.tail, self.head], return_inverse=True)
        tail, head = number[: len(self)], number[len(self) :]
        return replace(self, xy=self.xy[used], tail=tail, head=head)


def without_points(edges: Edges, least_m: float) -> tuple[Edges, int]:
    """Without edges from a node to itself shorter than ``least_m``; how many those were."""
    point = (edges.tail == edges.head) & (edges.length_m() < least_m)
    return edges.keep(~point), int(point.sum())


def without_duplicates(edges: Edges, apart_m: float) -> tuple[Edges, int]:
    """Of edges between the same nodes along the same line, the widest; how many went.

    The same line: nowhere farther apart than ``apart_m``. One-way edges are the same only
    when they run the same way.
    """
    two_way, width = edges.of("two_way"), edges.of("width_m")
    footpath = edges.of("road_class") == "footpath"
    beside: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (one, two) in enumerate(zip(edges.tail.tolist(), edges.head.tolist(), strict=True)):
        beside[min(one, two), max(one, two)].append(number)
    gone = np.zeros(len(edges), dtype=bool)
    for group in beside.values():
        group.sort(key=lambda e: (footpath[e], not two_way[e], -width[e], e))
        for place, edge in enumerate(group):
            better = [e for e in group[:place] if not gone[e]]
            gone[edge] = any(
                (two_way[e] or edges.tail[e] == edges.tail[edge])
                and shapely.hausdorff_distance(edges.line[e], edges.line[edge]) <= apart_m
                for e in better
            )
    return edges.keep(~gone), int(gone.sum())


def joined(edges: Edges) -> Edges:
    """Chains between junctions made one edge, where nothing but the shape changes along them.

    A node is passed when exactly two ends of one kind meet there (of one-way edges: one that
    comes and one that goes).
    """
    ends: list[list[tuple[int, int]]] = [[] for _ in range(len(edges.xy))]
    for number, (one, two) in enumerate(zip(edges.tail.tolist(), edges.head.tolist(), strict=True)):
        ends[one].append((number, 1))  # 1: leaves along the edge
        ends[two].append((number, -1))
    two_way = edges.of("two_way")
    follow = {}
    for met in ends:
        if len(met) == 2 and _alike(edges, two_way, met):
            (one, way), (two, other) = met
            follow[one, -way], follow[two, -other] = (two, other), (one, way)
    return _chained(edges, follow)


def _alike(edges: Edges, two_way: NDArray[Any], met: list[tuple[int, int]]) -> bool:
    (one, way), (two, other) = met
    same = one != two and edges.kind[one] == edges.kind[two]
    return bool(same and (two_way[one] or way != other))


def _chained(edges: Edges, follow: dict[tuple[int, int], tuple[int, int]]) -> Edges:
    """``follow``: (edge, direction of travel) → the next edge of its chain, and the direction."""
    done = np.zeros(len(edges), dtype=bool)
    chains = []
    for number in range(len(edges)):
        if done[number]:
            continue
        onward, closed = _walk(number, 1, follow)
        back = [] if closed else _walk(number, -1, follow)[0]
        chain = [*((e, -way) for e, way in reversed(back)), (number, 1), *onward]
        done[[e for e, _ in chain]] = True
        chains.append(chain)
    first, last = [chain[0] for chain in chains], [chain[-1] for chain in chains]
    return replace(
        edges,
        tail=np.array([_end(edges, *step) for step in first], dtype=np.int64),
        head=np.array([_end(edges, edge, -way) for edge, way in last], dtype=np.int64),
        line=np.array([_along(edges, chain) for chain in chains], dtype=object),
        kind=edges.kind[[chain[0][0] for chain in chains]],
    )


def _walk(
    number: int, way: int, follow: dict[tuple[int, int], tuple[int, int]]
) -> tuple[list[tuple[int, int]], bool]:
    """The steps after an edge, and whether they come back to it."""
    steps: list[tuple[int, int]] = []
    step = follow.get((number, way))
    while step is not None and step[0] != number:
        steps.append(step)
        step = follow.get(step)
    return steps, step is not None


def _end(edges: Edges, edge: int, way: int) -> int:
    """The node at which travel along an edge in that direction begins."""
    return int(edges.tail[edge] if way > 0 else edges.head[edge])


def _along(edges: Edges, chain: list[tuple[int, int]]) -> Any:
    if len(chain) == 1:
        return edges.line[chain[0][0]]
    parts = [shapely.get_coordinates(edges.line[edge])[::way] for edge, way in chain]
    return shapely.LineString(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))


def divided(edges: Edges, longest_m: float) -> Edges:
    """Edges longer than ``longest_m`` in equal parts; one that ends where it begins in two or more.

    So no edge joins a node to itself, and a closure lies on a stretch, not on a whole road.
    """
    length = edges.length_m()
    parts = np.maximum(np.ceil(length / longest_m).astype(np.int64), 1)
    parts = np.where(edges.tail == edges.head, np.maximum(parts, 2), parts)
    xy, tail, head, line, kind = list(edges.xy), [], [], [], []
    for edge, count in enumerate(parts.tolist()):
        marks = length[edge] * np.arange(count + 1) / count
        pieces = cut_at(edges.line[edge], marks[1:-1]) if count > 1 else [edges.line[edge]]
        nodes = [int(edges.tail[edge])]
        for piece in pieces[:-1]:
            nodes.append(len(xy))
            xy.append(shapely.get_coordinates(piece)[-1])
        nodes.append(int(edges.head[edge]))
        tail += nodes[:-1]
        head += nodes[1:]
        line += pieces
        kind += [int(edges.kind[edge])] * count
    return replace(edges, xy=np.array(xy), tail=np.array(tail), head=np.array(head),
                   line=np.array(line, dtype=object), kind=np.array(kind))  # fmt: skip


def cut_at(line: Any, at_m: Floats) -> list[Any]:
    """A line cut at distances along it, which rise strictly and lie inside it."""
    xy = shapely.get_coordinates(line)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    new = shapely.get_coordinates(shapely.line_interpolate_point(line, at_m))
    cuts = [0.0, *at_m.tolist(), float(along[-1])]
    pieces = []
    for number, (low, high) in enumerate(pairwise(cuts)):
        inner = xy[(along > low) & (along < high)]
        start = xy[:1] if number == 0 else new[number - 1 : number]
        stop = xy[-1:] if number == len(at_m) else new[number : number + 1]
        pieces.append(shapely.LineString(np.concatenate([start, inner, stop])))
    return pieces
