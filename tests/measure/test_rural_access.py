"""The Rural Access Index."""

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure import rural_access
from hoaban.measure.network import Flags, Floats
from hoaban.measure.rural_access import BadPeople


def xy(*points: tuple[float, float]) -> Floats:
    return np.array(points, float)


def flags(*values: bool) -> Flags:
    return np.array(values, bool)


def test_the_index_is_the_share_of_rural_people_within_two_kilometres() -> None:
    """
    B at 2 km is near, C a metre more is not::

        .  A 100              B 300
           |        2000 m    |        C 600 (2001 m)
        ===+==================+==========+====  r1, a road for cars in the rains, closed 2 days
    """
    roads = rural_access.lines(xy((0, 0)), xy((9000, 0)))
    places = xy((0, 500), (4000, 2000), (8000, 2001))

    found = rural_access.of_places(
        roads,
        flags(True),
        np.array([2.0]),
        places=places,
        people=np.array([100.0, 300, 600]),
        under_days=[7],
    )

    assert [(f.under_days, f.people, f.near, f.unknown) for f in found] == [(7, 1000, 400, 0)]
    assert found[0].share == 0.4


def test_all_season_is_passable_in_the_rains_and_closed_fewer_days_than_the_limit() -> None:
    """Roads 10 km apart, a village of ten people on each."""
    north = 10_000.0 * np.arange(5)
    ends = np.column_stack([np.zeros(5), north])
    roads = rural_access.lines(ends, ends + np.array([1000, 0]))
    closed = np.array([0, 2.9, 3, 7, 29])

    found = rural_access.of_places(
        roads,
        flags(True, True, True, True, False),
        closed,
        places=ends,
        people=np.full(5, 10.0),
        under_days=[3, 7, 30],
    )

    assert [f.near for f in found] == [20, 30, 40]
    assert [f.share for f in found] == [0.4, 0.6, 0.8]


def test_a_road_of_unknown_closures_leaves_its_people_unknown_unless_another_is_near() -> None:
    roads = rural_access.lines(
        xy((0, 0), (0, 1000), (0, 50_000)), xy((9, 0), (9, 1000), (9, 50_000))
    )

    found = rural_access.of_places(
        roads,
        flags(True, True, True),
        np.array([0, np.nan, np.nan]),
        places=xy((0, 0), (0, 2500), (0, 50_000), (0, 99_000), (np.nan, 0)),
        people=np.array([10.0, 20, 30, 40, 50]),
        under_days=[7],
    )[0]

    assert (found.near, found.unknown, found.people) == (10, 100, 150)
    assert found.share == 10 / 50


def test_with_nobody_of_whom_it_is_known_there_is_no_share() -> None:
    def share(people: float, closed: float) -> float | None:
        found = rural_access.of_places(
            rural_access.lines(xy((0, 0)), xy((9, 0))),
            flags(True),
            np.array([closed]),
            places=xy((0, 0)),
            people=np.array([people]),
            under_days=[7],
        )
        return found[0].share

    assert share(0, 0) is None
    assert share(10, np.nan) is None
    assert share(10, 8) == 0


def test_without_roads_nobody_is_near_one() -> None:
    none = rural_access.lines(np.empty((0, 2)), np.empty((0, 2)))

    found = rural_access.of_places(
        none, flags(), np.empty(0), places=xy((0, 0)), people=np.array([5.0]), under_days=[7]
    )

    assert found[0].share == 0


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


@pytest.mark.parametrize("people", [-1.0, np.nan])
def test_people_below_nothing_or_unknown_are_refused(people: float) -> None:
    roads = rural_access.lines(xy((0, 0)), xy((9, 0)))

    with pytest.raises(BadPeople):
        rural_access.of_places(
            roads,
            flags(True),
            np.array([0.0]),
            places=xy((0, 0)),
            people=np.array([people]),
            under_days=[7],
        )
