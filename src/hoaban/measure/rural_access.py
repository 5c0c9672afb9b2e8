"""Rural Access Index: the share of rural people within 2 km of an all-season road (SDG 9.1.1).

The indicator's metadata call a road all-season when it is motorable all year but for short
interruptions. Here that is: a car passes in the wet season, and the road is closed fewer than so
many days a year (7 in the working definition of the index; 3 and 30 are shown beside). Distance is
the straight line, as in the metadata: a river or a ridge between is not seen. A road whose
closures nobody knows is neither all-season nor not, and so are the people near no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from rasterio import features

from hoaban.base.problems import Problem
from hoaban.measure.network import Flags, Floats

_SURE = 0.02  # of the distance: a buffer's edge is drawn with corners, at most so far off


class BadPeople(Problem):
    vi = "Số người {found} không dùng được để tính RAI; phải là số từ 0 trở lên, hãy sửa số liệu."
    en = "People {found} cannot be used for the RAI; a number of 0 or more is needed, mend it."


@dataclass(frozen=True, slots=True)
class RuralAccess:
    """The index for one definition: a road closed fewer than ``under_days`` days is all-season.

    ``near`` people within reach of such a road, ``unknown`` people near none but roads of unknown
    closures or at an unknown place, both out of ``people``.
    """

    under_days: float
    people: float
    near: float
    unknown: float

    @property
    def share(self) -> float | None:
        """Of the people of whom it is known, 0-1; None when it is known of nobody."""
        known = self.people - self.unknown
        return self.near / known if known > 0 else None


def lines(tails: Floats, heads: Floats) -> npt.NDArray[Any]:
    """(roads,) straight lines from (roads, 2) ends to (roads, 2) ends."""
    found: npt.NDArray[Any] = shapely.linestrings(np.stack([tails, heads], axis=1))
    return found


def all_season(passable: Flags, closed_days: Floats, under_days: float) -> tuple[Flags, Flags]:
    """(roads,) which roads are all-season, and which may be: their closures are unknown (nan)."""
    unknown = np.isnan(closed_days)
    with np.errstate(invalid="ignore"):
        return passable & (closed_days < under_days), passable & unknown


def near(roads: npt.NDArray[Any], places: Floats, within_m: float) -> Flags:
    """(places,) which places lie at most so far from a road, in a straight line.

    roads
        (roads,) lines in metres.
    places
        (places, 2) in the same metres; one with a nan is near nothing.
    """
    found = np.zeros(len(places), bool)
    here = np.flatnonzero(np.isfinite(places).all(axis=1))
    tree = shapely.STRtree(roads)
    points = shapely.points(places[here])
    nearest = tree.query_nearest(points, max_distance=within_m * 1.001, all_matches=False)
    found[here[nearest[0]]] = shapely.dwithin(points[nearest[0]], roads[nearest[1]], within_m)
    return found


def of_places(
    roads: npt.NDArray[Any],
    passable: Flags,
    closed_days: Floats,
    *,
    places: Floats,
    under_days: float,
    within_m: float,
) -> tuple[Flags, Flags]:
    """(places,) who is near an all-season road, and of whom that is not known.

    roads, passable, closed_days
        (roads,) lines in metres; whether a car passes in the wet season; days closed a year, nan
        where unknown.
    places
        (places, 2) in the same metres, nan where unknown.
    """
    sure, perhaps = all_season(passable, closed_days, under_days)
    found = near(roads[sure], places, within_m)
    nowhere = ~np.isfinite(places).all(axis=1)
    return found, ~found & (nowhere | near(roads[perhaps], places, within_m))


def of_cells(
    roads: npt.NDArray[Any],
    passable: Flags,
    closed_days: Floats,
    *,
    population: npt.NDArray[Any],
    affine: Affine,
    under_days: Sequence[float],
    within_m: float,
) -> list[RuralAccess]:
    """The index over a population grid, for each limit of days closed in a year.

    population
        (rows, columns) rural people in each cell; nan where nobody is counted (water, towns).
    affine
        Of the grid, north up, in the metres of the roads. A cell is where its centre is.
    """
    people = np.nan_to_num(np.asarray(population, float), nan=0.0, posinf=np.inf, neginf=-np.inf)
    _check(people)
    found = []
    for days in under_days:
        sure, perhaps = all_season(passable, closed_days, days)
        reached = near_cells(roads[sure], people > 0, affine, within_m)
        unclear = near_cells(roads[perhaps], (people > 0) & ~reached, affine, within_m)
        found.append(_counted(days, people, reached, unclear))
    return found


def near_cells(roads: npt.NDArray[Any], asked: Flags, affine: Affine, within_m: float) -> Flags:
    """(rows, columns) which of the cells asked for have their centre near a road; as `near`.

    Cells well inside or outside of that distance are told by drawing it; only those along its
    edge are measured.
    """
    if not len(roads) or not asked.any():
        return np.zeros(asked.shape, bool)

    def drawn(distance: float) -> Flags:
        around = shapely.buffer(roads, distance)
        mask: Flags = features.geometry_mask(around, asked.shape, affine, invert=True)
        return mask

    inside = drawn(within_m * (1 - _SURE)) & asked
    edge = np.flatnonzero(drawn(within_m * (1 + _SURE)) & asked & ~inside)
    row, column = np.divmod(edge, asked.shape[1])
    x, y = affine @ (column + 0.5, row + 0.5)
    inside.ravel()[edge] = near(roads, np.column_stack([x, y]), within_m)
    return inside


def _counted(days: float, people: Floats, reached: Flags, unclear: Flags) -> RuralAccess:
    return RuralAccess(
        under_days=days,
        people=float(people.sum()),
        near=float(people[reached].sum()),
        unknown=float(people[unclear].sum()),
    )


def _check(people: Floats) -> None:
    bad = people[~np.isfinite(people) | (people < 0)]
    if len(bad):
        raise BadPeople(found=bad[0])
