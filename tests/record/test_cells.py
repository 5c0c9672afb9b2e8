"""Cells: one outline, no gaps, areas near the stated ones."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from hoaban.record import cells

GEOD = Geod(ellps="WGS84")
#   A (400 km²)    B (100)
#          C (25)
#   D (225)        E (250)
FIVE = [
    ("A", 103.00, 21.60, 400.0),
    ("B", 103.25, 21.60, 100.0),
    ("C", 103.12, 21.50, 25.0),
    ("D", 103.00, 21.38, 225.0),
    ("E", 103.25, 21.40, 250.0),
]


def km2(piece: shapely.Geometry) -> float:
    return abs(float(GEOD.geometry_area_perimeter(piece)[0])) / 1e6


def test_that_each_cell_holds_its_point_and_has_about_its_area() -> None:
    grown = cells.grow(FIVE)
    for code, lon, lat, area in FIVE:
        assert grown[code].contains(shapely.Point(lon, lat))
        assert km2(grown[code]) == pytest.approx(area, rel=0.05)


def test_that_cells_leave_no_gap_and_never_overlap() -> None:
    pieces = list(cells.grow(FIVE).values())
    whole = shapely.union_all(pieces)
    assert shapely.coverage_is_valid(pieces)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


def test_that_equal_points_give_equal_cells() -> None:
    first, second = cells.grow(FIVE), cells.grow(FIVE)
    assert [shapely.to_wkb(c) for c in first.values()] == [
        shapely.to_wkb(c) for c in second.values()
    ]


def test_that_one_point_alone_gets_a_round_cell() -> None:
    only = cells.grow([("A", 103.0, 21.5, 78.5)])["A"]
    assert km2(only) == pytest.approx(78.5, rel=0.05)
    assert only.convex_hull.area == pytest.approx(only.area, rel=0.03)


def test_that_points_far_apart_still_make_one_outline() -> None:
    far = cells.grow([("A", 103.0, 21.5, 50.0), ("B", 103.4, 21.5, 50.0)])
    assert shapely.union_all(list(far.values())).geom_type == "Polygon"


def test_that_no_points_give_no_cells_and_no_area_is_refused() -> None:
    assert cells.grow([]) == {}
    with pytest.raises(cells.NoArea, match="B"):
        cells.grow([("B", 103.0, 21.5, 0.0)])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(20, 200)),
                min_size=2, max_size=8, unique_by=lambda p: p[:2]))  # fmt: skip
def test_that_any_points_give_a_gapless_cover(places: list[tuple[int, int, int]]) -> None:
    points = [(str(i), 103 + a / 100, 21 + b / 100, float(c)) for i, (a, b, c) in enumerate(places)]
    pieces = list(cells.grow(points, across=60).values())
    assert shapely.coverage_is_valid(pieces)
    assert not any(shapely.is_empty(piece) for piece in pieces)
    assert shapely.union_all(pieces).geom_type == "Polygon"
    assert np.isfinite(shapely.get_coordinates(pieces)).all()
