"""How long each place is cut off from the centre in drawn years, by each mode.

Just after a storm, a road waits until the last of its closures so far is cleared; roads only
open until the next storm, so a place is cut off for the least over its ways of the greatest
wait on the way, or until the next storm comes. Spells that run on through a storm are one.
Closures that overlap count once, and one with a way round it counts nothing.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure.compiled import kernel
from hoaban.measure.forecast.dependence import depend
from hoaban.measure.forecast.passage import Passage, gaps, passage, shut, waiting
from hoaban.measure.forecast.prior import QUARTER
from hoaban.measure.forecast.storms import Narrow, Quarters, Storms
from hoaban.measure.hierarchy.waits import NEVER, waits
from hoaban.measure.network import MODES, Flags, Floats, Ints, Ways

DAY = 24 * QUARTER  # quarter-hours
_LANES = 256  # storms swept together, about
_INTERVAL = (0.05, 0.95)


class NoPlaceToReach(Problem):
    vi = "Nút {centre} không có trong mạng đường gồm {size} nút; hãy chọn nút của trung tâm tỉnh."
    en = "Node {centre} is not in the network of {size} nodes; choose the node of the centre."


class WrongPeople(Problem):
    vi = "Cần một số dân từ 0 trở lên cho mỗi nơi: {places} nơi, {found} số hợp lệ."
    en = "Each place needs a number of people, 0 or more: {places} places, {found} valid numbers."


@dataclass(frozen=True, eq=False)
class Spells:
    """What one mode can expect of a year. Arrays are (places,) or (roads,).

    ``joined`` whether there is a way with every road open; where there is none, and where a
    place has no node, the other figures of the place are nan: closures do not decide there.
    ``probability`` 0–1 of being cut off for a day or more in a year, all spells together;
    ``days`` expected days cut off a year, ``days_low`` and ``days_high`` 5 % and 95 % of that
    expectation as the parameters' uncertainty moves it;
    ``longest_days`` mean of each year's longest spell.

    ``shut_days`` (roads,) expected days a year on which the road is shut to the mode, ``people``
    who depend on it (every way of theirs uses it), ``people_days`` the product: person-days a
    year that its closures alone would cut off. ``quarters`` (places, years) quarter-hours cut
    off in each year, 0 where not joined; ``lost`` (storms,) person-quarter-hours cut off after
    each storm and before the next.
    """

    joined: Flags
    probability: Floats
    days: Floats
    days_low: Floats
    days_high: Floats
    longest_days: Floats
    shut_days: Floats
    people: Ints
    people_days: Floats
    quarters: Quarters = field(repr=False)
    lost: Ints = field(repr=False)


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a year is expected to bring, by mode; all modes are judged in the same storms.

    ``places`` (places,) node numbers, -1 for none; ``people`` (places,). Days a year that a
    place is cut off by car although there is a way by motorbike, ``by_motorbike``; although
    there is one on foot only, ``on_foot``; and by anything at all, ``by_none``: they add up to
    the days of the car, and are nan where the car has no way to lose, or when not all three
    modes were asked for.
    """

    modes: dict[str, Spells]
    by_motorbike: Floats
    on_foot: Floats
    by_none: Floats
    centre: int
    places: Ints
    people: Ints
    ways: Mapping[str, Ways] = field(repr=False)
    storms: Storms = field(repr=False)


def forecast(
    ways: Mapping[str, Ways],
    storms: Storms,
    *,
    centre: int,
    places: Ints,
    people: Ints,
    roads: int,
    threads: int = 2,
) -> Forecast:
    """Who is cut off for how long, and which roads that hangs on.

    ways
        The wet-season network as built, by mode.
    centre
        Node number of the province's centre.
    places, people
        (places,) node number of each place, -1 for none, and the people who live there, ≥ 0.
    roads
        How many roads the ground has.
    threads
        How many work at once; the result does not depend on it.

    Raises `NoPlaceToReach`, `WrongPeople`.
    """
    _check(ways, centre, places, people)
    known = places >= 0
    nodes, row = np.unique(places[known], return_inverse=True)
    heads = np.zeros(len(nodes), np.int64)
    np.add.at(heads, row, people[known])
    run = _Run(ways, storms, centre=centre, nodes=nodes, heads=heads, roads=roads)
    swept = run.sweep(threads)
    where = np.full(len(places), -1)
    where[known] = row
    found = {mode: _spells(run, swept, mode, where, people) for mode in ways}
    joint = [_there(swept.joint[kind] / (storms.years * DAY), where) for kind in range(3)]
    by_car = np.zeros(len(places), bool)
    if set(ways) == set(MODES):
        by_car = found["car"].joined
    by_motorbike, on_foot, by_none = (np.where(by_car, days, np.nan) for days in joint)
    return Forecast(
        found, by_motorbike, on_foot, by_none, centre, places, people, ways=ways, storms=storms
    )


@dataclass(frozen=True, eq=False)
class _Swept:
    """Sums over all drawn years, by mode; ``joint`` (3, nodes) in the order of `Forecast`."""

    joined: dict[str, Flags]
    quarters: dict[str, Quarters]
    longest: dict[str, Ints]
    lost: dict[str, Ints]
    joint: Ints


class _Run:
    """One sweep over all storms, a block of years at a time."""

    def __init__(
        self,
        ways: Mapping[str, Ways],
        storms: Storms,
        *,
        centre: int,
        nodes: Ints,
        heads: Ints,
        roads: int,
    ) -> None:
        self.ways, self.storms, self.nodes, self.heads = ways, storms, nodes, heads
        self.goal, self.roads = np.array([centre]), roads
        self.shut = {mode: shut(storms, mode, roads) for mode in ways}
        self.passages = {mode: passage(way, mode, self.shut[mode]) for mode, way in ways.items()}
        self.gap = gaps(storms)
        self.of_year = np.repeat(storms.first[:-1], np.diff(storms.first))

    def sweep(self, threads: int) -> _Swept:
        storms, shape = self.storms, (len(self.nodes), self.storms.years)
        joined = {mode: self._joined(mode) for mode in self.ways}
        quarters = {mode: np.zeros(shape, np.uint16) for mode in self.ways}
        longest = {mode: np.zeros(len(self.nodes), np.int64) for mode in self.ways}
        lost = {mode: np.zeros(len(storms.when), np.int64) for mode in self.ways}
        joint = np.zeros((3, len(self.nodes)), np.int64)
        found = _Swept(joined, quarters, longest, lost, joint)
        mean = max(1.0, len(storms.when) / storms.years)
        step = max(1, round(_LANES / mean))
        with ThreadPoolExecutor(threads) as pool:
            parts = pool.map(lambda y: self._block(found, y, step), range(0, storms.years, step))
            for spells, together in parts:
                joint += together
                for mode, sums in spells.items():
                    longest[mode] += sums
        return found

    def cut(self, own: Passage, wait: Quarters) -> Quarters:
        """(nodes, lanes) quarter-hours until each node has a way to the centre."""
        found: Quarters = waits(own.skeleton, wait, own.spot[self.goal], at=own.spot[self.nodes])
        return found

    def _joined(self, mode: str) -> Flags:
        own = self.passages[mode]
        found: Flags = self.cut(own, np.zeros((own.skeleton.links, 1), np.uint16))[:, 0] < NEVER
        return found

    def _block(self, found: _Swept, year: int, step: int) -> tuple[dict[str, Ints], Ints]:
        """Writes the block's own part of ``quarters`` and ``lost``; returns the other sums."""
        storms = self.storms
        years = slice(year, min(year + step, storms.years))
        first = storms.first[year : years.stop + 1]
        here = slice(int(first[0]), int(first[-1]))
        lanes, gap = np.arange(here.start, here.stop), self.gap[here]
        longest = {mode: np.zeros(len(self.nodes), np.int64) for mode in self.ways}
        together = np.zeros((3, len(self.nodes)), np.int64)
        if not len(lanes):
            return longest, together
        cut = {}
        for mode, own in self.passages.items():
            wait = waiting(storms, own, lanes, self.of_year[here])
            cut[mode] = self.cut(own, wait)
            _tally(
                cut[mode], found.joined[mode], self.heads, gap, first - first[0],
                found.quarters[mode][:, years], longest[mode], found.lost[mode][here],
            )  # fmt: skip
        if set(cut) == set(MODES):
            _compare(cut["car"], cut["motorbike"], cut["foot"], gap, together)
        return longest, together


def _check(ways: Mapping[str, Ways], centre: int, places: Ints, people: Ints) -> None:
    size = next(iter(ways.values())).size
    if not 0 <= centre < size:
        raise NoPlaceToReach(centre=centre, size=size)
    valid = int((people >= 0).sum())
    if people.shape != places.shape or valid < len(places):
        raise WrongPeople(places=len(places), found=valid)


def _spells(run: _Run, swept: _Swept, mode: str, where: Ints, people: Ints) -> Spells:
    storms, quarters = run.storms, swept.quarters.pop(mode)
    joined = np.append(swept.joined[mode], False)[where]
    shut_days = run.shut[mode] / (storms.years * DAY)
    low, high = interval(quarters, storms.worlds)
    every = {
        "probability": (quarters >= DAY).mean(axis=1),
        "days": quarters.sum(axis=1, dtype=np.int64) / (storms.years * DAY),
        "days_low": low,
        "days_high": high,
        "longest_days": swept.longest[mode] / (storms.years * DAY),
    }
    leaning = depend(run.ways[mode], run.roads, int(run.goal[0]), run.nodes, run.heads)
    return Spells(
        joined=joined,
        **{name: np.where(joined, _there(of, where), np.nan) for name, of in every.items()},
        shut_days=shut_days,
        people=leaning,
        people_days=shut_days * leaning,
        quarters=_rows(quarters, where),
        lost=swept.lost[mode],
    )


def _there(of_nodes: Floats, where: Ints) -> Floats:
    """The figures of nodes at the places, nan at a place without a node."""
    return np.append(of_nodes, np.nan)[where]


def interval(quarters: npt.NDArray[Any], worlds: int) -> tuple[Floats, Floats]:
    """(rows,) 5 % and 95 % of the expected days a year over the drawn parameters.

    quarters
        (rows, years); year y is of world y mod ``worlds``. With one world: nan.

    A world's mean over its years errs by chance as well. What chance within worlds explains of
    the spread between them (one-way analysis of variance) is taken out by drawing the worlds'
    means in towards the mean of all.
    """
    years = quarters.shape[1]
    if worlds < 2:
        return np.full(len(quarters), np.nan), np.full(len(quarters), np.nan)
    sums = np.stack([quarters[:, w::worlds].sum(axis=1, dtype=np.float64) for w in range(worlds)])
    number = np.array([len(range(w, years, worlds)) for w in range(worlds)])[:, None]
    means, overall = sums / number, sums.sum(axis=0) / years
    squares = np.einsum("ij,ij->i", quarters, quarters, dtype=np.float64)
    within = (squares - (number * means**2).sum(axis=0)) / max(years - worlds, 1)
    between = means.var(axis=0, ddof=1)
    chance = np.divide(
        within / number.mean(), between, out=np.ones(len(between)), where=between > 0
    )
    drawn_in = overall + np.sqrt(np.clip(1 - chance, 0, 1)) * (means - overall)
    low, high = np.quantile(drawn_in, _INTERVAL, axis=0) / DAY
    return low, high


def _rows(quarters: Quarters, where: Ints) -> Quarters:
    """The rows of nodes at the places, 0 at a place without a node; no copy where none is due."""
    if np.array_equal(where, np.arange(len(quarters))):
        return quarters
    found = quarters[where]
    found[where < 0] = 0
    return found


@kernel
def _tally(  # noqa: PLR0917
    cut: Quarters,
    joined: Flags,
    heads: Ints,
    gap: Narrow,
    first: Ints,
    quarters: Quarters,
    longest: Ints,
    lost: Ints,
) -> None:
    """Adds up the quarter-hours cut off: by node and year, the longest spells, and by storm."""
    for p in range(len(cut)):
        if not joined[p]:
            continue
        for year in range(len(first) - 1):
            total, spell, most = np.int64(0), np.int64(0), np.int64(0)
            for storm in range(first[year], first[year + 1]):
                if cut[p, storm] == 0:
                    if gap[storm] > 0:
                        spell = np.int64(0)
                    continue
                shut = min(np.int64(cut[p, storm]), np.int64(gap[storm]))
                lost[storm] += heads[p] * shut
                total += shut
                spell += shut
                most = max(most, spell)
                if shut < gap[storm]:
                    spell = np.int64(0)
            quarters[p, year] = total
            longest[p] += most


@kernel
def _compare(
    car: Quarters, motorbike: Quarters, foot: Quarters, gap: Narrow, together: Ints
) -> None:
    """Adds up the quarter-hours that only a car is cut off, that only walkers pass, that none."""
    for p in range(len(car)):
        for storm in range(len(gap)):
            if car[p, storm] == 0:
                continue
            long = np.int64(gap[storm])
            by_car = min(np.int64(car[p, storm]), long)
            both = min(by_car, np.int64(motorbike[p, storm]))
            every = min(both, np.int64(foot[p, storm]))
            together[0, p] += by_car - both
            together[1, p] += both - every
            together[2, p] += every
