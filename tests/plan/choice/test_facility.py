"""Facilities alone: the published answers of spopt, and every choice of sites tried."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.bare import Bare
from hoaban.plan.choice.facility import (
    BadSites,
    NoMoneyForSites,
    NotAllServed,
    OutOfReach,
    Sites,
    fewest,
    least_travel,
    most_covered,
)
from hoaban.plan.choice.search import solve
from hoaban.plan.joint.person_hours import PersonHours
from tests.plan.choice.tables import instance, item, names

DATA = Path(__file__).parent / "data"


def san_francisco(count: int) -> Sites:
    """Metres from 205 tracts to 16 stores (spopt ``test_p_median.py``: TestRealWorldLocate)."""
    table = np.loadtxt(DATA / "san_francisco.csv", delimiter=",", skiprows=3)
    return Sites.counted(table[:, 1:], table[:, 0], count)


def lattice(count: int, *fixed: int) -> Sites:
    """100 clients and 5 facilities (the same file: TestSyntheticLocate), in a straight line."""
    table = np.loadtxt(DATA / "lattice.csv", delimiter=",", skiprows=3)
    clients, sites = table[:100], table[100:]
    apart = clients[:, np.newaxis, :2] - sites[:, :2]
    return Sites.counted(np.hypot(apart[..., 0], apart[..., 1]), clients[:, 2], count, fixed)


def test_a_p_median_with_two_sites_set_is_the_published_one() -> None:
    found = least_travel(lattice(3, 3, 4))

    assert found.total == pytest.approx(1872.5093264630818, abs=1e-9)
    assert found.sites == (1, 3, 4)


def test_the_p_median_of_san_francisco_is_the_published_one() -> None:
    some = san_francisco(4)

    found = least_travel(some)

    assert found.total / some.weight.sum() == pytest.approx(2982.1268579890657, abs=1e-9)
    assert found.sites == (1, 2, 5, 10)


def test_the_covering_models_of_san_francisco_are_the_published_ones() -> None:
    some = san_francisco(4)

    covered = most_covered(some, 5000)

    near = (some.distance[:, list(covered.sites)] <= 5000).any(axis=1)
    assert (~near).sum() == 21
    assert 100 * near.mean() == pytest.approx(89.75609756097561)
    assert fewest(some, 5000).total == 8
    with pytest.raises(OutOfReach) as caught:
        fewest(some, 20)
    assert caught.value.facts["count"] == 205


@st.composite
def problems(draw: st.DrawFn) -> Sites:
    """A few places and sites, some out of reach of each other."""
    places, sites = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    each = st.one_of(st.integers(0, 20).map(float), st.just(float("inf")))
    rows = st.lists(each, min_size=sites, max_size=sites)
    distance = np.array(draw(st.lists(rows, min_size=places, max_size=places)))
    weight = draw(st.lists(st.integers(0, 9), min_size=places, max_size=places))
    cost = np.array(draw(st.lists(st.integers(0, 9), min_size=sites, max_size=sites)), float)
    fixed = draw(st.sets(st.integers(0, sites - 1), max_size=1))
    money = draw(st.integers(0, 25)) + sum(cost[site] for site in fixed)
    return Sites(distance, np.array(weight, float), cost, float(money), frozenset(fixed))


def sets(some: Sites) -> list[list[int]]:
    """Every set of sites that the money pays and that has the fixed ones."""
    every = range(len(some.cost))
    found = (set(s) for size in range(len(some.cost) + 1) for s in combinations(every, size))
    return [
        sorted(s) for s in found if some.fixed <= s and some.cost[sorted(s)].sum() <= some.money
    ]


def travel(some: Sites, chosen: list[int]) -> float:
    """Weighted travel to the nearest of some sites; inf where somebody has none."""
    nearest = some.distance[:, chosen].min(axis=1, initial=np.inf)
    if np.isinf(nearest).any():
        return float("inf")
    return float(some.weight @ nearest)


@settings(max_examples=80, deadline=None)
@given(problems())
def test_least_travel_is_the_least_of_every_set(some: Sites) -> None:
    least = min(travel(some, chosen) for chosen in sets(some))

    if np.isinf(least):
        with pytest.raises(NotAllServed):
            least_travel(some)
        return
    found = least_travel(some)
    assert found.total == pytest.approx(least)
    assert list(found.sites) in sets(some)


@settings(max_examples=80, deadline=None)
@given(problems(), st.integers(0, 20))
def test_covering_is_the_best_of_every_set(some: Sites, within: int) -> None:
    def covered(chosen: list[int]) -> float:
        return float(some.weight[(some.distance[:, chosen] <= within).any(axis=1)].sum())

    found = most_covered(some, within)

    assert found.total == pytest.approx(max(covered(chosen) for chosen in sets(some)))
    assert list(found.sites) in sets(some)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(5, 20))
def test_the_fewest_are_the_cheapest_that_reach_everybody(some: Sites, within: int) -> None:
    near = some.distance <= within
    rich = Sites(some.distance, some.weight, some.cost, 1e9, some.fixed)
    whole = [chosen for chosen in sets(rich) if near[:, chosen].any(axis=1).all()]

    if not whole:
        with pytest.raises(OutOfReach):
            fewest(some, within)
        return
    assert fewest(some, within).total == pytest.approx(min(some.cost[s].sum() for s in whole))


def test_stations_alone_chosen_by_the_planner_are_the_p_median() -> None:
    random = np.random.default_rng(8)
    size, stations = 12, 6
    tail = np.arange(size - 1)
    ticks = random.integers(5, 40, size - 1).astype(np.int32)
    none = np.empty(0, np.int64)
    sites = random.choice(size, stations, replace=False)
    weight = random.integers(1, 9, size).astype(float)
    bare = Bare(
        size=size,
        tail=np.concatenate([tail, tail + 1]),
        head=np.concatenate([tail + 1, tail]),
        cost=np.concatenate([ticks, ticks]),
        goals=np.array([0]),
        villages=np.arange(size),
        weight=weight,
        cap=100,
        hour=1,
        works=[(none, none.astype(np.int32), np.array([site])) for site in sites],
    )
    along = np.concatenate([[0], np.cumsum(ticks)]).astype(float)
    distance = np.abs(along[:, np.newaxis] - along[np.concatenate([sites, [0]])])
    before = np.minimum(distance[:, -1], 100)

    given_ = Sites.counted(np.minimum(distance, 100), weight, 4, [stations])
    median = least_travel(given_)
    works = instance(*(item(f"s{n}", 1) for n in range(stations)), investment=(3, 0))
    found = solve(works, PersonHours(bare))

    assert found.worth == pytest.approx(weight @ before - median.total)
    assert sorted(names(found)) == [f"s{n}" for n in median.sites if n < stations]


def test_sites_that_cannot_be_are_refused() -> None:
    distance, weight = np.ones((2, 3)), np.ones(2)

    with pytest.raises(NoMoneyForSites) as caught:
        Sites.counted(distance, weight, 1, [0, 2])
    assert caught.value.facts == {"cost": "2", "money": "1"}
    with pytest.raises(BadSites):
        Sites.counted(distance, np.ones(3), 1)
    with pytest.raises(BadSites):
        Sites(distance, weight, np.array([1.0, -1.0, 1.0]), 2)
    with pytest.raises(BadSites):
        Sites.counted(-distance, weight, 1)
