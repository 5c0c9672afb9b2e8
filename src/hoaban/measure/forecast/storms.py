"""Years of storms and the closures they make, drawn so that no draw depends on another.

Every random number is a hash of the seed, what is drawn and for whom (a world, a year, a storm,
a road's id), so that another road, another year or another thread moves none of the rest. The
mixing function is splitmix64 (Steele, Lea and Flood, OOPSLA 2014, doi 10.1145/2660193.2660195).
A road can only close where its own number lies under the most its chance could be, and only
there is the storm's distance looked at: that is what makes millions of keyed draws cheap.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, gammaln, ndtri

from hoaban.measure.compiled import kernel
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.prior import KINDS, QUARTER
from hoaban.measure.forecast.roads import Roads, Words
from hoaban.measure.network import Floats, Ints

Narrow = npt.NDArray[np.int32]
Quarters = npt.NDArray[np.uint16]
Ranks = npt.NDArray[np.int8]

WORLDS = 100  # draws of the parameters; the years take turns
_LEAST_YEARS = 10  # in a world, where there are enough
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_STREAMS = (
    "rate", "variance", "mean", "storms", "day", "strength", "east", "north", "roads", "season",
)  # fmt: skip
_REACH = 16.0  # squared storm_km: beyond 4 of them a storm does nothing (exp(-8) of itself)
_BLOCK = 64  # years drawn together
_MOST_STORMS = 400  # a year, against a hopeless parameter


@dataclass(frozen=True, eq=False)
class Storms:
    """Drawn years. Storms are numbered in order of year and time, closures in order of storm.

    ``first`` (years + 1,) the first storm of each year; ``when`` (storms,) quarter-hours from
    the start of the wet season, ascending within a year; ``strength`` > 0, ``east`` and
    ``north`` km, (storms,); ``rate`` (storms,) the rate of the storm's world. ``begin``
    (storms + 1,) the first closure of each storm; of each closure ``road``, ascending within a
    storm, ``lasts`` quarter-hours ≥ 1 and ``passes``, the rank of the heaviest mode that gets
    through. ``worlds`` draws of the parameters were made: year y is of world y mod ``worlds``.
    """

    years: int
    worlds: int
    first: Ints
    when: Narrow
    strength: Floats
    east: Floats
    north: Floats
    rate: Floats
    begin: Ints
    road: Narrow
    lasts: Quarters
    passes: Ranks


def draw(
    posterior: Posterior, roads: Roads, *, years: int, seed: int, wet_days: int, threads: int = 2
) -> Storms:
    """``years`` ≥ 1 years of storms and closures, each after parameters drawn for its world.

    wet_days
        How many days the wet season has, ≥ 1; storms fall evenly over it.
    threads
        How many work at once; the result does not depend on it.
    """
    prior = posterior.prior
    worlds = max(1, min(WORLDS, years // _LEAST_YEARS))
    world = np.arange(years) % worlds
    often, rate, mean, spread = _parameters(posterior, worlds, seed)
    first, year, number = _counts(prior.storms_a_year * often, years, seed)
    when = np.floor(_uniform(seed, "day", year, number) * (wet_days * 24 * QUARTER))
    order = np.lexsort((number, when, year))
    year, number, when = year[order], number[order], when[order].astype(np.int32)
    west, south, east, north = roads.box
    strength = np.exp(prior.storm_spread * _normal(seed, "strength", year, number))
    x = west + (east - west) * _uniform(seed, "east", year, number)
    y = south + (north - south) * _uniform(seed, "north", year, number)
    odds: Floats = np.cumsum(np.stack([posterior.passes[0], _at_fords(posterior)]), axis=1)
    most = max(1, round(prior.hours_most * QUARTER))
    closing: tuple[Any, ...] = (prior.storm_km, roads.key, roads.x, roads.y, roads.weakness)
    clearing: tuple[Any, ...] = (roads.grade, roads.ford, mean, spread, odds, most)

    def block(start: int) -> tuple[Ints, Narrow, Quarters, Ranks]:
        here = slice(first[start], first[min(start + _BLOCK, years)])
        key = _words(seed, "roads", year[here], number[here])
        force = strength[here] * rate[world[year[here]]]
        return _close(key, world[year[here]], force, x[here], y[here], *closing, *clearing)

    counts, road, lasts, passes = _joined(block, range(0, years, _BLOCK), threads)
    begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Storms(
        years, worlds, first, when, strength, x, y, rate[world[year]], begin, road, lasts, passes
    )


def _joined(block: Callable[[int], Any], starts: range, threads: int) -> list[Any]:
    """The arrays of all blocks, in order, one after another."""
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(block, starts))
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def _parameters(
    posterior: Posterior, worlds: int, seed: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Times the assumed number of storms and the rate at that number (worlds,), mean and
    standard deviation of log hours (worlds, classes).
    """
    world = np.arange(worlds)
    often = posterior.storms(_uniform(seed, "season", world))
    grade = np.arange(len(posterior.mean))[None, :]
    rate = np.asarray(gammaincinv(posterior.rate_shape, _uniform(seed, "rate", world)), np.float64)
    spread = _uniform(seed, "variance", world[:, None], grade)
    variance = np.asarray(posterior.scale / gammaincinv(posterior.shape, spread), np.float64)
    drift = _normal(seed, "mean", world[:, None], grade)
    mean = posterior.mean + np.sqrt(variance / posterior.worth) * drift
    return often, rate / posterior.weights(often), mean, np.sqrt(variance)


def _counts(mean: Floats, years: int, seed: int) -> tuple[Ints, Ints, Ints]:
    """Poisson numbers of storms: where each year's begin, and the year and number of each.

    ``mean`` (worlds,), of which the years take turns.
    """
    mark = _uniform(seed, "storms", np.arange(years))
    number = np.arange(_MOST_STORMS)
    gamma = gammaln(number + 1)
    count = np.empty(years, np.int64)
    for world, often in enumerate(mean.tolist()):
        below = np.cumsum(np.exp(number * math.log(often) - often - gamma))
        count[world :: len(mean)] = np.searchsorted(below, mark[world :: len(mean)], side="right")
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    year = np.repeat(np.arange(years), count)
    return first, year, np.arange(len(year)) - first[year]


def _at_fords(posterior: Posterior) -> Floats:
    flood = posterior.flood_at_ford
    slide, water = (posterior.passes[KINDS.index(kind)] for kind in ("landslide", "flood"))
    return np.asarray((1 - flood) * slide + flood * water)


def _uniform(seed: int, stream: str, *keys: Ints) -> Floats:
    """One number in (0, 1) for each key; keys are broadcast together."""
    whole = (_words(seed, stream, *keys) >> np.uint64(11)).astype(np.float64)
    return np.asarray((whole + 0.5) * 2.0**-53)


def _normal(seed: int, stream: str, *keys: Ints) -> Floats:
    return np.asarray(ndtri(_uniform(seed, stream, *keys)))


def _words(seed: int, stream: str, *keys: Ints) -> Words:
    """64 hashed bits for each key."""
    with np.errstate(over="ignore"):
        state = _mixed(np.asarray(seed).astype(np.uint64) + np.uint64(_STREAMS.index(stream)))
        for key in keys:
            state = _mixed(state ^ _mixed(np.asarray(key).astype(np.uint64)))
    return state


def _mixed(value: Any) -> Words:
    value = value + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return np.asarray(value ^ (value >> np.uint64(31)), np.uint64)


@kernel
def _mix(value: np.uint64) -> np.uint64:
    value = value + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


@kernel
def _unit(word: np.uint64) -> float:
    return (np.float64(word >> np.uint64(11)) + 0.5) * 2.0**-53


@kernel
def _hours(word: np.uint64, mean: float, spread: float, most: int) -> int:
    """Quarter-hours to clear, 1 to ``most``: lognormal (Box and Muller 1958)."""
    size, turn = _unit(_mix(word)), _unit(_mix(word ^ _FIRST))
    normal = math.sqrt(-2 * math.log(size)) * math.cos(2 * math.pi * turn)
    quarters = math.exp(mean + spread * normal) * QUARTER
    return max(1, round(quarters)) if quarters < most else most


@kernel
def _heaviest(word: np.uint64, odds: Floats) -> int:
    """The rank of the heaviest mode that passes, by cumulative ``odds``."""
    lot = _unit(_mix(word ^ _SECOND))
    rank = 0
    while rank < len(odds) - 1 and lot >= odds[rank]:
        rank += 1
    return rank


@kernel
def _close(  # noqa: PLR0917
    key: Words,
    world: Ints,
    force: Floats,
    east: Floats,
    north: Floats,
    storm_km: float,
    road_key: Words,
    x: Floats,
    y: Floats,
    weakness: Floats,
    grade: Ints,
    ford: Any,
    mean: Floats,
    spread: Floats,
    odds: Floats,
    most: int,
) -> tuple[Ints, Narrow, Quarters, Ranks]:
    """The closures of some storms: how many each makes, then road, length and what passes.

    ``force`` is rate × strength. A road's number u is under 1 - exp(-h) only if it is under
    h, and h is at most force × weakness.
    """
    count = np.zeros(len(key), np.int64)
    road = np.empty(64 * len(key) + 64, np.int32)
    lasts, passes = np.empty(len(road), np.uint16), np.empty(len(road), np.int8)
    words, maybe = np.empty(len(road_key), np.uint64), np.empty(len(road_key), np.bool_)
    end = 0
    for storm in range(len(key)):
        begun = end
        for r in range(len(road_key)):  # without a branch, so that eight go at once
            words[r] = _mix(road_key[r] ^ key[storm])
            maybe[r] = _unit(words[r]) < force[storm] * weakness[r]
        for r in range(len(road_key)):
            if not maybe[r]:
                continue
            word = words[r]
            u = _unit(word)
            off = ((x[r] - east[storm]) ** 2 + (y[r] - north[storm]) ** 2) / storm_km**2
            if off > _REACH:
                continue
            hazard = force[storm] * weakness[r] * math.exp(-off / 2)
            if u >= -math.expm1(-hazard):
                continue
            if end == len(road):
                road = np.concatenate((road, np.empty_like(road)))
                lasts = np.concatenate((lasts, np.empty_like(lasts)))
                passes = np.concatenate((passes, np.empty_like(passes)))
            at = world[storm], grade[r]
            lasts[end] = _hours(word, mean[at], spread[at], most)
            passes[end] = _heaviest(word, odds[1 if ford[r] else 0])
            road[end] = r
            end += 1
        count[storm] = end - begun
    return count, road[:end].copy(), lasts[:end].copy(), passes[:end].copy()
