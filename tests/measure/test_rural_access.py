"""The Rural Access Index."""

from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure import rural_access
from hoaban.measure.network import Flags, Floats
from hoaban.measure.rural_access import BadPeople, RuralAccess

WITHIN_M = 2000.0


def xy(*points: tuple[float, float]) -> Floats:
    return np.array(points, float)


def flags(*values: bool) -> Flags:
    return np.array(values, bool)


def near(
    roads: Any, passable: Flags, closed: Floats, places: Floats, days: float = 7
) -> tuple[list[bool], list[bool]]:
    """Who is near an all-season road within 2 km, and of whom it is not known."""
    found = rural_access.of_places(
        roads, passable, closed, places=places, under_days=days, within_m=WITHIN_M
    )
    return found[0].tolist(), found[1].tolist()


def test_the_index_counts_who_is_within_two_kilometres() -> None:
    """
    B at 2 km is near, C a metre more is not::

        .  A                  B
           |        2000 m    |        C (2001 m)
        ===+==================+==========+====  r1, a road for cars in the rains, closed 2 days
    """
    roads = rural_access.lines(xy((0, 0)), xy((9000, 0)))
    places = xy((0, 500), (4000, 2000), (8000, 2001))

    found = near(roads, flags(True), np.array([2.0]), places)

    assert found == ([True, True, False], [False] * 3)


def test_all_season_is_passable_in_the_rains_and_closed_fewer_days_than_the_limit() -> None:
    """Roads 10 km apart, a village on each; the last carries no car in the rains."""
    north = 10_000.0 * np.arange(5)
    ends = np.column_stack([np.zeros(5), north])
    roads = rural_access.lines(ends, ends + np.array([1000, 0]))
    passable, closed = flags(True, True, True, True, False), np.array([0, 2.9, 3, 7, 29])

    found = [near(roads, passable, closed, ends, days)[0] for days in (3, 7, 30)]

    assert [sum(some) for some in found] == [2, 3, 4]
    assert found[2] == [True, True, True, True, False]


def test_a_road_of_unknown_closures_leaves_its_people_unknown_unless_another_is_near() -> None:
    roads = rural_access.lines(
        xy((0, 0), (0, 1000), (0, 50_000)), xy((9, 0), (9, 1000), (9, 50_000))
    )
    places = xy((0, 0), (0, 2500), (0, 50_000), (0, 99_000), (np.nan, 0))

    found = near(roads, flags(True, True, True), np.array([0, np.nan, np.nan]), places)

    assert found[0] == [True, False, False, False, False]
    assert found[1] == [False, True, True, False, True]


def test_with_nobody_of_whom_it_is_known_there_is_no_share() -> None:
    assert RuralAccess(7, people=0, near=0, unknown=0).share is None
    assert RuralAccess(7, people=10, near=0, unknown=10).share is None
    assert RuralAccess(7, people=10, near=0, unknown=0).share == 0
    assert RuralAccess(7, people=1000, near=400, unknown=0).share == 0.4
    assert RuralAccess(7, people=150, near=10, unknown=100).share == 10 / 50


def test_without_roads_nobody_is_near_one() -> None:
    none = rural_access.lines(np.empty((0, 2)), np.empty((0, 2)))

    assert near(none, flags(), np.empty(0), xy((0, 0))) == ([False], [False])


def test_a_grid_counts_the_cells_whose_centre_is_near() -> None:
    """
    Cells of 1 km, the road along the southern edge of a column of five: centres at 500, 1500,
    2500 … metres, of which two are within 2 km. Nobody is counted in the first of the column.
    """
    population = np.array([[np.nan, 10, 20, 30, 40]]).T[::-1]
    roads = rural_access.lines(xy((-9000, 0)), xy((9000, 0)))

    found = rural_access.of_cells(
        roads,
        flags(True),
        np.array([0.0]),
        population=population,
        affine=Affine(1000, 0, 0, 0, -1000, 5000),
        under_days=[7],
        within_m=WITHIN_M,
    )[0]

    assert (found.people, found.near, found.unknown) == (100, 10, 0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), within=st.floats(150, 1500))
def test_a_grid_agrees_with_the_distance_of_every_cell(seed: int, within: float) -> None:
    draws = np.random.default_rng(seed)
    tails = draws.uniform(0, 5000, (6, 2))
    roads = rural_access.lines(tails, tails + draws.normal(0, 800, (6, 2)))
    asked = draws.random((40, 50)) < 0.7
    affine = Affine(100, 0, 7.3, 0, -100, 4003)

    found = rural_access.near_cells(roads, asked, affine, within)

    row, column = np.divmod(np.arange(2000), 50)
    centres = shapely.points(*(affine @ (column + 0.5, row + 0.5)))
    least = shapely.distance(centres[:, None], roads[None, :]).min(axis=1).reshape(40, 50)
    assert (found == (asked & (least <= within))).all()


@pytest.mark.parametrize("people", [-1.0, np.inf])
def test_people_below_nothing_or_without_end_are_refused(people: float) -> None:
    roads = rural_access.lines(xy((0, 0)), xy((9, 0)))

    with pytest.raises(BadPeople):
        rural_access.of_cells(
            roads,
            flags(True),
            np.array([0.0]),
            population=np.array([[people]]),
            affine=Affine(1000, 0, 0, 0, -1000, 1000),
            under_days=[7],
            within_m=WITHIN_M,
        )
