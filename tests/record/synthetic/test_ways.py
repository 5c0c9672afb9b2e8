"""The ground as a graph: neighbours, valleys, water."""

import numpy as np
from affine import Affine
from shapely.geometry import box

from hoaban.record.synthetic.terrain import Land
from hoaban.record.synthetic.ways import Ways, chain, ways


def valley(ribs: float = 1.0) -> Ways:
    """A trough along x in 9 x 9 squares of 450 m, falling to the east; ribs across its sides."""
    rows, columns = np.mgrid[0:50, 0:50]
    across = np.where(columns // 5 % 2, 1.0, ribs)
    height = 500 + 8.0 * np.abs(rows - 25) * across - 1.0 * columns
    lonlat = box(102.0, 20.0, 104.0, 23.0)
    corner = Affine(90, 0, 300_240, 0, -90, 2_370_240)  # not on a multiple of 450 m
    return ways(Land(32648, height.astype(np.float32), corner, {"A": lonlat}), ("A",), 450, 1)


def test_that_squares_lie_on_whole_multiples_of_their_size() -> None:
    ground = valley()
    assert ground.size_m == 450
    assert len(ground.x) == 81  # nine whole squares a side fit
    middle = np.column_stack([ground.key % 1_000_000, ground.key // 1_000_000]) * 450 + 225
    assert np.abs(np.column_stack([ground.x, ground.y]) - middle).max() <= 450 / 4


def test_that_the_cheapest_way_follows_the_valley() -> None:
    ground = valley(ribs=5.0)
    row = ground.key // 1_000_000
    west = np.flatnonzero(ground.key % 1_000_000 == (ground.key % 1_000_000).min())
    start, end = west[np.argmax(row[west])], np.argmax(ground.key)  # both on the north rim
    _, before, source = ground.spread([start])
    way = chain(before, int(end))
    assert (source == start).all()
    assert way[0] == end
    assert way[-1] == start
    assert min(ground.z[way]) < ground.z[start] - 100  # down into the trough and up, not over ribs


def test_that_water_gathers_in_the_valley_and_leaves_at_its_mouth() -> None:
    ground = valley()
    mouth = int(np.argmax(ground.upstream))
    assert ground.drains_to[mouth] == mouth
    assert ground.upstream[ground.drains_to == np.arange(len(ground.x))].sum() == len(ground.x)
    downhill = ground.z[ground.drains_to] <= ground.z
    assert downhill.all()


def test_that_a_step_costs_its_length_on_the_level_and_more_on_a_slope() -> None:
    ground = valley()
    links = ground.links.tocoo()
    length = ground.level_m(links.row, links.col)
    assert (links.data >= length - 1e-9).all()
    climb = np.abs(ground.z[links.row] - ground.z[links.col]) / length
    steepest, mildest = int(np.argmax(climb)), int(np.argmin(climb))
    assert links.data[steepest] / length[steepest] > links.data[mildest] / length[mildest]
