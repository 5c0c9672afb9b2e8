"""What the recorded closures make of the assumptions: conjugate Bayes, no iteration to trust.

Closures a unit of exposure follow Poisson's law with a Gamma rate, the logarithm of the hours to
clear a normal law with a normal-inverse-gamma prior, kinds and what passes a Dirichlet one
(Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, §2.6, §3.3, §3.4). Closures come in
clusters, a storm at a time: a hundred in one night are not a hundred witnesses. Counts and
exposure are therefore divided by the mean size of the cluster a closure belongs to, the
dispersion of a clustered Poisson count (McCullagh and Nelder, Generalized Linear Models, 2nd ed.
1989, §6.2), so that the rate stays as uncertain as the number of storms leaves it.

How many storms a year has is in doubt too. A record of closures alone tells little of that: twice
the storms at half the rate close as many roads. So the rate is believed for each number of storms
apart, its exposure growing with the number (`Posterior.weights`), and what is recorded bears on
the product. How strong storms are is no doubt of its own: strength multiplies the rate.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaincinv

from hoaban.measure.forecast.prior import HEAVIEST, KINDS, Prior
from hoaban.measure.forecast.roads import Roads
from hoaban.measure.isolation import end_of, micro
from hoaban.measure.network import Flags, Floats, Ints, numbers

_HOUR = 3_600_000_000  # microseconds
_YEAR = 365.25 * 24 * _HOUR
_APART = 12 * _HOUR  # closures further apart than this are of two storms
_OPEN = np.iinfo(np.int64).max
_TAIL = 5.0  # standard deviations of the number of storms that are looked at
_ROUNDS = 5  # the exposure hardly depends on the rate; each round settles it tenfold


@dataclass(frozen=True, eq=False)
class Recorded:
    """Closures by rain, (k,) each, in order of their start; those of one road do not overlap.

    ``road`` its number; ``started``, ``ended`` microseconds since 1970 in UTC, the end far off
    when still open; ``kind`` number in `KINDS`, ``passes`` in `HEAVIEST`; ``years`` > 0 over
    which they were recorded.
    """

    road: Ints
    started: Ints
    ended: Ints
    kind: Ints
    passes: Ints
    years: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is believed after the records.

    The rate is Gamma of ``rate_shape`` and ``rate_weight`` (mean shape / weight) at the assumed
    number of storms; ``exposure`` of the weight was recorded, the rest assumed. The logarithm
    of hours to clear, by class of road, (classes,) each, is normal of an unknown mean around
    ``mean`` worth ``worth`` closures, its variance inverse gamma of ``shape`` and ``scale``.
    ``passes`` (2, 4) shares by `KINDS` and `HEAVIEST`. ``closures`` were counted; they bear on
    the rate as much as ``witnesses`` independent ones.
    """

    prior: Prior
    rate_shape: float
    rate_weight: float
    mean: Floats
    worth: Floats
    shape: Floats
    scale: Floats
    passes: Floats
    flood_at_ford: float
    closures: int
    witnesses: float
    years: float
    exposure: float = 0.0

    @property
    def rate(self) -> float:
        """The mean of the rate."""
        return self.rate_shape / self.rate_weight

    def storms(self, mark: Floats) -> Floats:
        """Times the assumed number of storms, at cumulative shares ``mark`` (0–1) of what is
        believed of it: a lognormal law of mean 1, by the chance it gives the record.
        """
        spread = self.prior.storms_spread
        z = np.linspace(-_TAIL, _TAIL, 2001)
        times = np.exp(spread * z - spread**2 / 2)
        log = self.witnesses * np.log(times) - z**2 / 2
        log -= self.rate_shape * np.log(self.weights(times))
        share = np.cumsum(np.exp(log - log.max()))
        return np.asarray(np.interp(mark, (share - share[0]) / (share[-1] - share[0]), times))

    def weights(self, times: Floats) -> Floats:
        """``rate_weight`` had the year so many times the assumed number of storms."""
        return np.asarray(self.rate_weight + (times - 1) * self.exposure)

    @property
    def rate_interval(self) -> tuple[float, float]:
        """5 % and 95 % of the rate, at the assumed number of storms."""
        low, high = gammaincinv(self.rate_shape, (0.05, 0.95)) / self.rate_weight
        return float(low), float(high)


def recorded(closures: pa.Table, ids: pa.Array, at: date, years: float | None = None) -> Recorded:
    """The closures of the list ``closures`` that rain made up to the end of the day ``at``.

    ids
        The roads of the network; closures of others are left out, as are works, broken bridges
        and what-ifs. Two closures of one road that overlap count as one.
    years
        Over how many years closures were recorded; None for whole years since the first.
    """
    kept = pc.and_(
        pc.is_in(closures["kind"], value_set=pa.array(KINDS)),
        pc.fill_null(pc.not_equal(closures["source"], "what-if"), True),
    )
    table = closures.filter(pc.and_(kept, pc.is_in(closures["road"], value_set=ids)))
    road = numbers(table["road"], ids, table="closures", column="road", other="roads")
    started, ended = _instants(table["started_at"]), _instants(table["ended_at"])
    until = micro(end_of(at))
    first = until - (round(years * _YEAR) if years else _OPEN // 2)
    now = np.flatnonzero((started >= first) & (started < until) & (ended > started))
    kind = np.array([KINDS.index(name) for name in table["kind"].to_pylist()], np.int64)
    heaviest = [HEAVIEST.index(name) for name in table["passable_by"].to_pylist()]
    passes = np.array(heaviest, np.int64)
    rows, ends = _apart(road[now], started[now], ended[now])
    now = now[rows]
    since = until - int(started[now].min()) if len(now) else 0
    lasting = years or float(max(1, math.ceil(since / _YEAR)))
    return Recorded(road[now], started[now], ends, kind[now], passes[now], lasting)


def fit(prior: Prior, roads: Roads, closures: Recorded | None) -> Posterior:
    """The assumptions after the recorded closures; with none recorded, the assumptions.

    An empty record (``closures`` None, or of no closure) is taken as nobody having written
    closures down, not as years without one. Closures still open count, but not their hours.
    """
    shape = 1 / prior.rate_spread**2
    weight = shape / prior.rate
    counted = 0 if closures is None else len(closures.road)
    witnesses = seen = 0.0
    if closures is not None and counted:
        size = cluster(closures.started)
        rate = prior.rate
        witnesses = counted / size
        for _ in range(_ROUNDS):
            seen = exposure(prior, roads, rate) * closures.years / size
            rate = (shape + witnesses) / (weight + seen)
        shape, weight = shape + witnesses, weight + seen
    grades = np.arange(len(roads.classes))
    cleared = [_log_hours(closures, roads.grade, grade) for grade in grades.tolist()]
    medians = np.log([prior.hours[name] for name in roads.classes])
    hours = [_clearing(prior, *pair) for pair in zip(medians.tolist(), cleared, strict=True)]
    mean, worth, gamma, scale = np.array(hours, np.float64).reshape(-1, 4).T
    return Posterior(
        prior=prior,
        rate_shape=shape,
        rate_weight=weight,
        mean=mean,
        worth=worth,
        shape=gamma,
        scale=scale,
        passes=_passes(prior, closures),
        flood_at_ford=_floods(prior, closures, roads.ford),
        closures=counted,
        witnesses=witnesses,
        years=closures.years if closures is not None and counted else 0.0,
        exposure=seen,
    )


def cluster(started: Ints) -> float:
    """The mean size of the cluster a closure belongs to, ≥ 1; clusters are 12 hours apart.

    Sizes 1 and 3: one closure in four is alone, three are among three, so 2.5.
    """
    order = np.sort(started)
    first = np.flatnonzero(np.diff(order, prepend=order[:1] - _APART - 1) > _APART)
    sizes = np.diff(np.append(first, len(order)))
    return float((sizes**2).sum() / sizes.sum())


def exposure(prior: Prior, roads: Roads, rate: float) -> float:
    """Expected closures of all roads in a year, for each unit of the rate.

    A road closes once in a storm however hard it rains, so this falls a little as the rate
    grows. The mean over strengths is by Gauss and Hermite's rule, over places on a grid a
    little finer than `storm_km`.
    """
    node, share = np.polynomial.hermite_e.hermegauss(8)
    strength, share = np.exp(prior.storm_spread * node), share / share.sum()
    west, south, east, north = roads.box
    near_x, near_y = (
        np.exp(-(((at[:, None] - _middles(low, high, prior.storm_km)) / prior.storm_km) ** 2) / 2)
        for at, low, high in ((roads.x, west, east), (roads.y, south, north))
    )
    total = 0.0
    for road, weakness in enumerate(roads.weakness.tolist()):
        if weakness > 0:
            near = np.outer(near_x[road], near_y[road]).ravel()
            hazard = rate * weakness * np.outer(strength, near)
            total += float(share @ -np.expm1(-hazard).mean(axis=1))
    return prior.storms_a_year * total / rate


def _middles(low: float, high: float, storm_km: float) -> Floats:
    steps = max(1, min(24, math.ceil(1.5 * (high - low) / storm_km)))
    return low + (high - low) * (np.arange(steps) + 0.5) / steps


def _clearing(prior: Prior, mean: float, logs: Floats) -> tuple[float, float, float, float]:
    """Normal-inverse-gamma of log hours: mean, worth, shape, scale after the observations."""
    worth, shape = prior.worth, 1 + prior.worth / 2
    scale = (shape - 1) * prior.hours_spread**2  # so that the expected variance is the prior's
    n = len(logs)
    if not n:
        return mean, worth, shape, scale
    middle = float(logs.mean())
    spread = float(((logs - middle) ** 2).sum()) + worth * n / (worth + n) * (middle - mean) ** 2
    middle = (worth * mean + n * middle) / (worth + n)
    return middle, worth + n, shape + n / 2, scale + spread / 2


def _log_hours(closures: Recorded | None, grade: Ints, number: int) -> Floats:
    """Of the closures of one class of road that have ended."""
    if closures is None:
        return np.empty(0)
    of_class = (grade[closures.road] == number) & (closures.ended < _OPEN)
    return np.asarray(np.log((closures.ended - closures.started)[of_class] / _HOUR))


def _passes(prior: Prior, closures: Recorded | None) -> Floats:
    """(2, 4) the expected shares of a Dirichlet law."""
    weights = np.array([prior.passes[kind] for kind in KINDS]) * prior.worth
    if closures is not None:
        np.add.at(weights, (closures.kind, closures.passes), 1.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _floods(prior: Prior, closures: Recorded | None, ford: Flags) -> float:
    """The expected share of floods among closures at fords, of a Beta law."""
    kinds = np.empty(0, np.int64) if closures is None else closures.kind[ford[closures.road]]
    floods = prior.worth * prior.flood_at_ford + int((kinds == KINDS.index("flood")).sum())
    return float(floods / (prior.worth + len(kinds)))


def _apart(road: Ints, started: Ints, ended: Ints) -> tuple[Ints, Ints]:
    """Overlapping closures of a road made one: which rows begin one, and when it ends.

    In order of their start.
    """
    rows: list[int] = []
    ends: list[int] = []
    last: dict[int, int] = {}
    for row in np.lexsort((road, started)).tolist():
        before = last.get(int(road[row]))
        if before is not None and started[row] <= ends[before]:
            ends[before] = max(ends[before], int(ended[row]))
        else:
            last[int(road[row])] = len(rows)
            rows.append(row)
            ends.append(int(ended[row]))
    return np.array(rows, np.int64), np.array(ends, np.int64)


def _instants(column: pa.ChunkedArray) -> Ints:
    micros = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(micros, _OPEN), np.int64)
