"""Road segments from links: chains between junctions, cut where they grow long, with the
streams they cross."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoaban.record.synthetic.routes import CLASSES, Routes
from hoaban.record.synthetic.ways import Ways

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Step = tuple[int, int, int, int]  # square, square, class, owner


@dataclass(frozen=True, slots=True)
class Segments:
    """One item a segment, sorted by class, then by its ends' places on the ground."""

    start: Whole  # squares
    end: Whole
    kind: Whole  # position in CLASSES
    owner: Whole  # see `routes.Routes`
    level_m: Floats  # along its links, on the level
    climb_m: Floats  # all ups and downs
    slope: Floats  # mean slope of the ground it crosses
    stream: Whole  # squares upstream of the largest stream it crosses, 0 when it crosses none
    middle: Whole  # a square half way


def cut(found: Routes, ground: Ways, stops: Collection[int], spec: Mapping[str, Any]) -> Segments:
    """Segments between stops, junctions and changes of class, none much longer than
    ``spec["segment_m"]``. ``stops`` are squares that must be ends: seats and villages."""
    pieces: list[list[int]] = []
    kinds: list[tuple[int, int]] = []
    for line, kind, owner in _chains(found, stops):
        length = np.r_[0.0, np.cumsum(ground.level_m(np.array(line[:-1]), np.array(line[1:])))]
        parts = int(np.ceil(length[-1] / spec["segment_m"]))
        marks = np.searchsorted(length, length[-1] * np.arange(parts + 1) / parts - 1e-6)
        for first, last in pairwise(dict.fromkeys(marks.tolist())):
            pieces.append(line[first : last + 1])
            kinds.append((kind, owner))
    return _measured(pieces, kinds, ground, spec)


def _chains(found: Routes, stops: Collection[int]) -> list[tuple[list[int], int, int]]:
    """Lines of squares between ends, each of one class and one owner."""
    beside: dict[int, list[tuple[int, int, int]]] = {}
    for (one, two), (kind, owner) in sorted(found.links.items()):
        beside.setdefault(one, []).append((two, kind, owner))
        beside.setdefault(two, []).append((one, kind, owner))
    ends = {s for s, by in beside.items() if len(by) != 2 or by[0][1] != by[1][1]} | set(stops)
    chains = []
    for start in sorted(end for end in ends if end in beside):
        for step, kind, owner in beside[start]:
            line = [start, step]
            while line[-1] not in ends:
                line.append(next(to for to, _, _ in beside[line[-1]] if to != line[-2]))
            if (line[0], line[1]) <= (line[-1], line[-2]):  # each chain from one side only
                chains.append((line, kind, owner))
    return chains


def _measured(
    pieces: list[list[int]],
    kinds: list[tuple[int, int]],
    ground: Ways,
    spec: Mapping[str, Any],
) -> Segments:
    rows = []
    for piece, (kind, owner) in zip(pieces, kinds, strict=True):
        line = np.array(piece)
        level = float(ground.level_m(line[:-1], line[1:]).sum())
        climb = float(np.abs(np.diff(ground.z[line])).sum())
        slope = float(ground.slope[line].mean())
        stream = _stream(ground, piece, int(spec["stream_squares"]))
        middle = piece[len(piece) // 2]
        rows.append((kind, piece[0], piece[-1], owner, level, climb, slope, stream, middle))
    rows.sort(key=lambda row: (row[0], ground.key[row[1]], ground.key[row[2]], row[4]))
    made = [np.array(column) for column in zip(*rows, strict=True)]
    return Segments(made[1], made[2], made[0], *made[3:])


def _stream(ground: Ways, line: list[int], least: int) -> int:
    """The largest stream that the line crosses: it comes from one bank and leaves by the other."""
    largest = 0
    for before, here, after in zip(line, line[1:], line[2:], strict=False):
        below = int(ground.drains_to[here])
        if ground.upstream[here] < least or below in (before, after):
            continue
        east, north = ground.x[below] - ground.x[here], ground.y[below] - ground.y[here]
        sides = [
            east * (ground.y[end] - ground.y[here]) - north * (ground.x[end] - ground.x[here])
            for end in (before, after)
        ]
        if sides[0] * sides[1] < 0:
            largest = max(largest, int(ground.upstream[here]))
    if not largest and len(line) == 2:  # over the water where two ends lie on its two banks
        one, two = line
        if least <= ground.upstream[two] and ground.drains_to[one] == two:
            largest = int(ground.upstream[two]) // 2
    return largest


def class_rules(spec: Mapping[str, Any], name: str, kind: Whole) -> Floats:
    """A number of the class of each segment."""
    values = [float(spec["classes"][one][name]) for one in CLASSES]
    return np.array(values, dtype=np.float64)[kind]
