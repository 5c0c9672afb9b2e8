"""Where only places are opened: the best choice there is, proven, by mixed integer programming.

Three classic models, each solved to optimality by HiGHS (`scipy.optimize.milp`):

- `least_travel`, the p-median: least weighted travel (Hakimi, Operations Research 12, 1964; the
  program is that of ReVelle and Swain, Geographical Analysis 2, 1970);
- `most_covered`, maximal covering: most weight within a distance (Church and ReVelle, Papers of
  the Regional Science Association 32, 1974);
- `fewest`, set covering: least cost with everybody within a distance (Toregas and others,
  Operations Research 19, 1971).

With a cost of 1 a site and money for p of them they are the models of the textbooks. As soon as
roads are built too, ways change, and `hoaban.plan.choice.search` is what chooses.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from hoaban.base.problems import Problem
from hoaban.plan.choice.instance import Floats

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class NoMoneyForSites(Problem):
    vi = (
        "Các điểm bắt buộc mở cần {cost} nhưng chỉ có {money}; "
        "hãy bớt điểm bắt buộc hoặc tăng ngân sách."
    )
    en = (
        "The sites that must be open cost {cost} but there is only {money}; "
        "take some of them out or raise the budget."
    )


class OutOfReach(Problem):
    vi = (
        "{count} nơi không có điểm nào trong giới hạn {within}, chẳng hạn nơi số {place}; "
        "hãy thêm điểm hoặc nới giới hạn."
    )
    en = (
        "{count} places have no site within {within}, such as place number {place}; "
        "add sites or widen the limit."
    )


class NotAllServed(Problem):
    vi = "Ngân sách {money} không đủ để mọi nơi đi tới được một điểm; hãy tăng ngân sách."
    en = "The budget {money} does not let every place reach some site; raise it."


class BadSites(Problem):
    vi = "“{name}” phải có dạng {wanted} và không âm, nhưng là {found}."
    en = "“{name}” must be of shape {wanted} and not negative, but is {found}."


@dataclass(frozen=True)
class Opened:
    """Sites opened, ascending, and what they come to: travel, weight covered, or cost."""

    sites: tuple[int, ...]
    total: float


@dataclass(frozen=True, eq=False)
class Sites:
    """Places and the sites that might serve them.

    ``distance`` (places, sites) of any unit, inf without a way; ``weight`` (places,) >= 0;
    ``cost`` (sites,) >= 0 and ``money`` in one unit; ``fixed`` sites that are open anyway, whose
    cost counts too. Raises `BadSites`, `NoMoneyForSites`.
    """

    distance: Floats
    weight: Floats
    cost: Floats
    money: float
    fixed: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        places, sites = self.distance.shape
        for name, given, size in (("weight", self.weight, places), ("cost", self.cost, sites)):
            if given.shape != (size,) or not (given >= 0).all():
                raise BadSites(name=name, wanted=(size,), found=given.shape)
        if not (self.distance >= 0).all():
            raise BadSites(
                name="distance", wanted=(places, sites), found=float(self.distance.min())
            )
        fixed = sum(float(self.cost[site]) for site in sorted(self.fixed))
        if fixed > self.money:
            raise NoMoneyForSites(cost=f"{fixed:g}", money=f"{self.money:g}")

    @classmethod
    def counted(
        cls, distance: Floats, weight: Floats, count: int, fixed: Collection[int] = ()
    ) -> "Sites":
        """At most ``count`` sites, whatever they cost."""
        each = np.ones(distance.shape[1])
        return cls(distance, np.asarray(weight, float), each, count, frozenset(fixed))

    @property
    def open(self) -> Flags:
        """(sites,) which are fixed."""
        found = np.zeros(len(self.cost), bool)
        found[list(self.fixed)] = True
        return found


def least_travel(given: Sites) -> Opened:
    """The sites from which the sum of weight x distance to the nearest is least.

    Raises `NotAllServed` when the money does not open a site for everybody.
    """
    places, sites = given.distance.shape
    place, site = np.nonzero(np.isfinite(given.distance))
    pairs, total = np.arange(len(place)), len(place) + sites
    to_one = _rows(place, pairs, np.ones(len(place)), (places, total))
    only_open = _rows(
        np.concatenate([pairs, pairs]),
        np.concatenate([pairs, len(place) + site]),
        np.concatenate([np.ones(len(place)), -np.ones(len(place))]),
        (len(place), total),
    )
    paid = _money(given.cost, len(place), total)
    travel = np.concatenate([given.weight[place] * given.distance[place, site], np.zeros(sites)])
    rules = [
        LinearConstraint(to_one, 1, 1),
        LinearConstraint(only_open, ub=np.zeros(len(place))),
        LinearConstraint(paid, ub=given.money),
    ]
    found = _solved(travel, rules, given.open)
    if found is None:
        raise NotAllServed(money=f"{given.money:g}")
    nearest = given.distance[:, list(found)].min(axis=1)
    return Opened(found, float(given.weight[given.weight > 0] @ nearest[given.weight > 0]))


def most_covered(given: Sites, within: float) -> Opened:
    """The sites that have the most weight within a distance."""
    near = given.distance <= within
    places, sites = near.shape
    place, site = np.nonzero(near)
    own = np.arange(places)
    covered = _rows(
        np.concatenate([own, place]),
        np.concatenate([own, places + site]),
        np.concatenate([np.ones(places), -np.ones(len(place))]),
        (places, places + sites),
    )
    rules = [
        LinearConstraint(covered, ub=np.zeros(places)),
        LinearConstraint(_money(given.cost, places, places + sites), ub=given.money),
    ]
    found = _solved(np.concatenate([-given.weight, np.zeros(sites)]), rules, given.open) or ()
    return Opened(found, float(given.weight[near[:, list(found)].any(axis=1)].sum()))


def fewest(given: Sites, within: float) -> Opened:
    """The sites of least cost with which every place has one within a distance.

    The money is not asked for. Raises `OutOfReach` when not even all sites do.
    """
    near = given.distance <= within
    alone = np.flatnonzero(~near.any(axis=1))
    if len(alone):
        raise OutOfReach(count=len(alone), place=int(alone[0]), within=f"{within:g}")
    rules = [LinearConstraint(csr_array(near.astype(float)), lb=1)]
    found = _solved(given.cost, rules, given.open) or ()
    return Opened(found, float(given.cost[list(found)].sum()))


def _rows(row: Ints, column: Ints, value: Floats, shape: tuple[int, int]) -> csr_array:
    return coo_array((value, (row, column)), shape=shape).tocsr()


def _money(cost: Floats, before: int, total: int) -> csr_array:
    """One row: the cost of the sites, which come after other variables."""
    site = np.arange(len(cost))
    return _rows(np.zeros(len(cost), np.int64), before + site, cost, (1, total))


def _solved(cost: Floats, rules: list[LinearConstraint], fixed: Flags) -> tuple[int, ...] | None:
    """The sites, the last variables, of the solution of least cost; None where there is none."""
    before = len(cost) - len(fixed)
    whole = np.concatenate([np.zeros(before), np.ones(len(fixed))])
    low = np.concatenate([np.zeros(before), fixed.astype(float)])
    found = milp(
        cost,
        constraints=rules,
        integrality=whole,
        bounds=Bounds(low, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return tuple(np.flatnonzero(found.x[before:] > 0.5).tolist())
