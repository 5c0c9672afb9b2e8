"""A made-up highland: fractal heights, land cover, roads between seats, on cells of 30 m.

Files, float32 (rows, columns): heights (m, whole quarters); pace (seconds per metre, the same in
all directions); land (seconds per metre on level ground, 0 on roads); road (seconds per metre
on roads, 0 elsewhere). Seats and candidates (25 roads of 5 km) as flat cell numbers.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

CELL_M = 30.0
ROADS, ROAD_M, ROAD_KMH = 25, 5000.0, 25.0
_COARSE = 12  # cells: roads are laid out on a coarser grid

Array = npt.NDArray[Any]


def draw(folder: Path, rows: int, columns: int, *, seats: int, seed: int) -> None:
    """Draw it all into the folder."""
    random = np.random.default_rng(seed)
    heights = _fractal(rows, columns, 3.15, random)
    height_range = 2000.0 * rows / 3000
    heights = (heights - heights.min()) / np.ptp(heights) * height_range + 200
    heights = np.rint(heights * 4) / 4  # exact in float32 and in centimetres
    slope = np.hypot(*np.gradient(heights, CELL_M))
    cover = _fractal(rows, columns, 3.0, random)
    kind = np.digitize(cover, np.quantile(cover, [0.4, 0.75, 0.95]))
    speed = np.array([0.6, 0.8, 1.0, 0.4])[kind]  # forest, shrub, open, dense forest
    places = np.stack([random.integers(0, end, seats) for end in (rows, columns)], axis=1)
    kmh = _roads(slope, places, random)
    walking = np.maximum(6 * np.exp(-3.5 * np.abs(slope + 0.05)) * speed, 0.25)
    level = 6 * np.exp(-3.5 * 0.05) * speed
    land = np.where(kmh > 0, 0, 3.6 / level)
    road = np.divide(3.6, kmh, out=np.zeros_like(kmh), where=kmh > 0)
    for name, values in (
        ("heights", heights),
        ("pace", np.where(kmh > 0, road, 3.6 / walking)),
        ("land", land),
        ("road", road),
    ):
        np.save(folder / f"{name}.npy", values.astype(np.float32))
    np.save(folder / "seats.npy", np.unique(places[:, 0] * columns + places[:, 1]))
    np.save(folder / "candidates.npy", _candidates(rows, columns, random))


def _fractal(rows: int, columns: int, power: float, random: np.random.Generator) -> Array:
    """A surface whose spectrum falls with the given power."""
    wave = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :])
    wave[0, 0] = 1
    size = wave ** (-power / 2)
    size[0, 0] = 0
    turn = np.exp(2j * np.pi * random.random(wave.shape))
    return np.asarray(np.fft.irfft2(size * turn, s=(rows, columns)))


def _roads(slope: Array, places: Array, random: np.random.Generator) -> Array:
    """Speed (km/h) on the cells of roads between the places, 0 elsewhere."""
    rows, columns = (n // _COARSE for n in slope.shape)
    blocks = slope[: rows * _COARSE, : columns * _COARSE]
    steep = blocks.reshape(rows, _COARSE, columns, _COARSE).mean((1, 3))
    graph = _moves(1 + (8 * steep) ** 2)
    coarse = np.minimum(places // _COARSE, (rows - 1, columns - 1))
    flat = coarse[:, 0] * columns + coarse[:, 1]
    speed = np.zeros(slope.shape)
    for start, ends in _links(places, random).items():
        before = dijkstra(graph, indices=flat[start], return_predecessors=True)[1]
        for end in ends:
            cell, way = int(flat[end]), []
            while cell >= 0:
                way.append(cell)
                cell = int(before[cell])
            centre = np.stack(np.divmod(way, columns), axis=1) * _COARSE + _COARSE // 2
            row, column = _line(centre)
            kmh = random.choice([15, 25, 40], p=[0.5, 0.3, 0.2])
            speed[row, column] = np.maximum(speed[row, column], kmh)
    return speed


def _moves(cost: Array) -> csr_array:
    """The grid as a graph: 8 neighbours, mean cost of the two cells times the distance."""
    cell = np.arange(cost.size).reshape(cost.shape)
    tail, head, weight = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, -down or None), slice(max(-right, 0), -max(right, 0) or None))
        there = (slice(down, None), slice(max(right, 0), right if right < 0 else None))
        length = np.hypot(down, right) * (cost[here] + cost[there]).ravel() / 2
        tail += [cell[here].ravel(), cell[there].ravel()]
        head += [cell[there].ravel(), cell[here].ravel()]
        weight += [length, length]
    ends = (np.concatenate(tail), np.concatenate(head))
    return coo_array((np.concatenate(weight), ends), shape=(cost.size, cost.size)).tocsr()


def _links(places: Array, random: np.random.Generator) -> dict[int, list[int]]:
    """Which places get a road between them: a least tree and half as many again."""
    corners = Delaunay(places).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    length = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    size = len(places)
    tree = minimum_spanning_tree(coo_array((length, pairs.T), shape=(size, size))).tocoo()
    chosen = {(min(p), max(p)) for p in zip(*map(np.ndarray.tolist, tree.coords), strict=True)}
    more = random.permutation(len(pairs))[: len(places) // 2]
    chosen |= {(int(a), int(b)) for a, b in pairs[more]}
    ends: dict[int, list[int]] = {}
    for a, b in sorted(chosen):
        ends.setdefault(a, []).append(b)
    return ends


def _line(corners: Array) -> tuple[Array, Array]:
    """Rows and columns of the cells along straight lines from corner to corner."""
    parts = [
        np.rint(np.linspace(a, b, int(np.abs(b - a).max()) + 1)).astype(np.int64)
        for a, b in pairwise(corners)
    ]
    cells = np.concatenate([corners[:1], *parts])
    return cells[:, 0], cells[:, 1]


def _candidates(rows: int, columns: int, random: np.random.Generator) -> Array:
    """(roads, cells) flat cells of straight roads that lie on the grid."""
    length = min(ROAD_M / CELL_M, min(rows, columns) / 3)
    found = []
    for turn in random.uniform(0, 2 * np.pi, ROADS):
        step = length * np.array([np.sin(turn), np.cos(turn)])
        least, most = np.maximum(-step, 0), np.array([rows, columns]) - 1 - np.maximum(step, 0)
        start = random.uniform(least, most)
        cells = np.rint(np.linspace(start, start + step, int(length) + 1)).astype(np.int64)
        found.append(cells[:, 0] * columns + cells[:, 1])
    return np.array(found)
