"""The roads that most isolation hangs on, and what never losing each would save.

Person-days by dependence rank the roads (`spells.Spells.people_days`). What is saved is exact on
the same draws: every moment at which the road is shut is judged again without that closure.
The two differ. A road shut together with others saves less than its dependants suggest, and
one with a way round that is itself often shut saves more.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hoaban.measure.compiled import kernel
from hoaban.measure.forecast.passage import Passage, gaps, passage, shut, waiting
from hoaban.measure.forecast.spells import DAY, Forecast
from hoaban.measure.forecast.storms import Narrow, Quarters, Ranks, Storms
from hoaban.measure.hierarchy.waits import waits
from hoaban.measure.network import Flags, Floats, Ints

_LANES = 256


@dataclass(frozen=True, eq=False)
class Critical:
    """Roads in order of person-days that hang on them, the most first. Arrays are (n,).

    ``road`` number; ``people`` who depend on it; ``shut_days`` expected days a year it is shut;
    ``people_days`` the product; ``saved`` person-days cut off a year fewer if it never shut,
    all else as drawn.
    """

    road: Ints
    people: Ints
    shut_days: Floats
    people_days: Floats
    saved: Floats


def critical(forecast: Forecast, mode: str, *, most: int = 20, threads: int = 2) -> Critical:
    """At most ``most`` roads of a mode that people depend on and that are ever shut."""
    spells = forecast.modes[mode]
    order = np.lexsort((np.arange(len(spells.people_days)), -spells.people_days))[:most]
    road = order[spells.people_days[order] > 0]
    return Critical(
        road=road,
        people=spells.people[road],
        shut_days=spells.shut_days[road],
        people_days=spells.people_days[road],
        saved=saved(forecast, mode, road, threads=threads),
    )


def saved(forecast: Forecast, mode: str, roads: Ints, *, threads: int = 2) -> Floats:
    """(roads,) person-days cut off a year fewer if each road alone never shut, ≥ 0."""
    storms, lost = forecast.storms, forecast.modes[mode].lost
    own = passage(forecast.ways[mode], mode, shut(storms, mode, len(forecast.modes[mode].people)))
    first = np.repeat(storms.first[:-1], np.diff(storms.first))
    gap = gaps(storms)
    places = np.flatnonzero(forecast.modes[mode].joined)
    at, people = own.spot[forecast.places[places]], forecast.people[places]
    goal = own.spot[[forecast.centre]]

    def again(part: tuple[int, Ints]) -> int:
        road, lanes = part
        wait = waiting(storms, own, lanes, first[lanes], skip=road)
        cut = np.minimum(waits(own.skeleton, wait, goal, at=at), gap[lanes].astype(np.uint16))
        return int(lost[lanes].sum()) - int((people @ cut.astype(np.int64)).sum())

    parts = list(_parts(storms, own, roads, lost))
    with ThreadPoolExecutor(threads) as pool:
        fewer = list(pool.map(again, parts))
    total = dict.fromkeys(roads.tolist(), 0)
    for (road, _), quarters in zip(parts, fewer, strict=True):
        total[road] += quarters
    return np.array(list(total.values()), np.float64) / (storms.years * DAY)


def _parts(storms: Storms, own: Passage, roads: Ints, lost: Ints) -> Iterator[tuple[int, Ints]]:
    """Each road with the storms after which it is shut and somebody is cut off, in parts."""
    for road in roads.tolist():
        shut_after = np.zeros(len(storms.when), bool)
        _shut_after(
            storms.first, storms.when, storms.begin, storms.road, storms.lasts, storms.passes,
            own.rank, road, shut_after,
        )  # fmt: skip
        lanes = np.flatnonzero(shut_after & (lost > 0))
        for start in range(0, len(lanes), _LANES):
            yield road, lanes[start : start + _LANES]


@kernel
def _shut_after(  # noqa: PLR0917
    first: Ints,
    when: Narrow,
    begin: Ints,
    road: Narrow,
    lasts: Quarters,
    passes: Ranks,
    rank: int,
    one: int,
    found: Flags,
) -> None:
    """Marks the storms just after which a road is shut."""
    for year in range(len(first) - 1):
        until = np.int64(0)
        for storm in range(first[year], first[year + 1]):
            for c in range(begin[storm], begin[storm + 1]):
                if road[c] == one and passes[c] < rank:
                    until = max(until, np.int64(when[storm]) + np.int64(lasts[c]))
            found[storm] = until > when[storm]
