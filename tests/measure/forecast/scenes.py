"""Small networks and hand-made storms for the tests of forecasts, and a slow judge of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure import network
from hoaban.measure.forecast import prior as priors
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.prior import Prior
from hoaban.measure.forecast.roads import Roads
from hoaban.measure.forecast.storms import Storms
from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.network import MODES, RANK, Ground, Ways
from hoaban.measure.tables import Tables
from tests.measure import world

PRIOR: Prior = priors.read(world.LAW, world.AT)
Closing = tuple[int, int, str]  # road, quarter-hours, the heaviest that passes
Year = Sequence[tuple[int, Sequence[Closing]]]  # storms: when, and what they close


def ground(drawing: str) -> tuple[Ground, dict[str, Ways]]:
    """A drawn network, and its wet-season ways by mode."""
    tables = world.tables(**world.drawn(drawing))
    ways = {mode: network.ways(tables, world.AT, mode, "wet") for mode in MODES}
    return network.lay(tables, world.AT), ways


def exposed(tables: Tables, **columns: Sequence[Any]) -> Tables:
    """The tables with what makes roads weak: asphalt, drained, at full susceptibility."""
    roads = tables.arrow("roads")
    base = {"class": "commune", "surface": "asphalt", "drain": True, "ford": False}
    for name, value in {**base, "susceptibility": 1.0}.items():
        given = columns.get(name, [value] * roads.num_rows)
        roads = roads.drop_columns([name]).append_column(name, pa.array(given))
    return tables.replace(roads=roads)


def links(size: int, ends: Iterable[tuple[int, int]], road: Sequence[int] | None = None) -> Ways:
    """One-way links between numbered nodes; link i is road i unless ``road`` says otherwise."""
    tail, head = np.array(list(ends), np.int64).reshape(-1, 2).T
    number = np.arange(len(tail)) if road is None else np.array(road, np.int64)
    one = np.ones(len(tail))
    skeleton = Skeleton.of(size, tail, head)
    both = np.zeros(len(tail), bool)
    return Ways(size, tail, head, one, one, number, both, np.arange(len(tail)), skeleton)


def storms(*years: Year, worlds: int = 1) -> Storms:
    """Storms as written down."""
    every = [storm for year in years for storm in year]
    closings = [closing for _, closed in every for closing in sorted(closed)]
    road, lasts, passes = zip(*closings, strict=True) if closings else ((), (), ())
    none = np.zeros(len(every))
    return Storms(
        years=len(years),
        worlds=worlds,
        first=np.cumsum([0, *map(len, years)]).astype(np.int64),
        when=np.array([when for when, _ in every], np.int32),
        strength=none,
        east=none,
        north=none,
        rate=none,
        begin=np.cumsum([0, *(len(closed) for _, closed in every)]).astype(np.int64),
        road=np.array(road, np.int32),
        lasts=np.array(lasts, np.uint16),
        passes=np.array([RANK[heaviest] for heaviest in passes], np.int8),
    )


def without(drawn: Storms, road: int) -> Storms:
    """The same storms, but that they never close a road."""
    kept = drawn.road != road
    begin = np.concatenate([[0], np.cumsum(kept)])[drawn.begin].astype(np.int64)
    columns = {name: getattr(drawn, name)[kept] for name in ("road", "lasts", "passes")}
    return replace(drawn, begin=begin, **columns)


def roads(weakness: Sequence[float], **more: Any) -> Roads:
    """Roads that all lie at one point, where every storm is; keys are their numbers."""
    count = len(weakness)
    base: dict[str, Any] = {
        "key": np.array([hash_of(i) for i in range(count)], np.uint64),
        "x": np.zeros(count),
        "y": np.zeros(count),
        "weakness": np.array(weakness, np.float64),
        "grade": np.zeros(count, np.int64),
        "classes": ("commune",),
        "ford": np.zeros(count, bool),
        "box": (0.0, 0.0, 0.0, 0.0),
    }
    return Roads(**{**base, **more})


def hash_of(number: int) -> int:
    return (number + 1) * 0x9E3779B97F4A7C15 % 2**64


def certain(prior: Prior, classes: Sequence[str], rate: float) -> Posterior:
    """A posterior that leaves no doubt on any parameter."""
    prior = replace(prior, storms_spread=0.0)
    sure = 1e12
    count = len(classes)
    return Posterior(
        prior=prior,
        rate_shape=sure,
        rate_weight=sure / rate,
        mean=np.log([prior.hours[name] for name in classes]),
        worth=np.full(count, sure),
        shape=np.full(count, sure),
        scale=np.full(count, sure * prior.hours_spread**2),
        passes=np.array([prior.passes[kind] for kind in priors.KINDS]),
        flood_at_ford=prior.flood_at_ford,
        closures=0,
        witnesses=0.0,
        years=0.0,
    )


def cut_off(
    ways: Mapping[str, Ways], drawn: Storms, year: int, *, centre: int, place: int, until: int
) -> dict[str, list[bool]]:
    """Whether a place has no way in each quarter-hour of a year, by mode: every one is searched."""
    shut: dict[str, list[set[int]]] = {mode: [set() for _ in range(until)] for mode in ways}
    for storm in range(drawn.first[year], drawn.first[year + 1]):
        for c in range(drawn.begin[storm], drawn.begin[storm + 1]):
            start = int(drawn.when[storm])
            for mode in ways:
                if drawn.passes[c] < RANK[mode]:
                    for quarter in range(start, min(until, start + int(drawn.lasts[c]))):
                        shut[mode][quarter].add(int(drawn.road[c]))
    return {
        mode: [not reaches(ways[mode], closed, place, centre) for closed in shut[mode]]
        for mode in ways
    }


def reaches(ways: Ways, closed: set[int], place: int, centre: int) -> bool:
    """Whether a way leads from a place to the centre with some roads closed."""
    seen, found = {place}, [place]
    pairs = zip(ways.tail.tolist(), ways.head.tolist(), ways.road.tolist(), strict=True)
    open_ = [(tail, head) for tail, head, road in pairs if road not in closed]
    while found:
        here = found.pop()
        new = {head for tail, head in open_ if tail == here} - seen
        seen |= new
        found += new
    return centre in seen


def longest(cut: Sequence[bool]) -> int:
    """The length of the longest unbroken run of true."""
    most = run = 0
    for now in cut:
        run = run + 1 if now else 0
        most = max(most, run)
    return most
