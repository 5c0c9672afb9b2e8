"""Yearly moves between classes by commune, and where they lead: a chain fitted and run ahead.

What is assumed. A household's next class depends on its class of this year, its commune and the
year. A commune's rows are its province's with Dirichlet spread, so that few households lean on
the province. A year is good or bad for the whole province at once: it shifts the log-odds of all
moves together, along the deviations that past years showed beyond what counting alone makes,
and, since a few years show little of what years can do, along one assumed direction (everything
better, or everything worse) that counts as `PRIOR_YEARS` more years. Of what a year brings one
part passes and one, as large, stays (a local level with a signal-to-noise ratio of 1: too few
years to estimate it), so the last years say more of the next than the first ones do, and the fan
widens from year to year. How much years vary is itself uncertain, hence Student's tails. What a
commune does in one year apart from its province is Dirichlet noise with an estimated precision,
together with the chance of so few households. Households that appear come at their past rate and
in their past mix.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hoaban.measure.poverty import markov
from hoaban.measure.poverty.markov import Floats, Luck

Counts = npt.NDArray[np.int64]

STATES = ("poor", "near_poor", "other", "cannot_classify")
POOR, NEAR_POOR, OTHER, CANNOT = range(4)
AWAY = len(STATES)  # as a row: new households; as a column: gone ones
PRIOR_YEARS = 2  # what the assumed direction of years weighs, in years seen
_OF_CLASS = {3: POOR, 2: NEAR_POOR, 1: OTHER, 0: OTHER, -1: CANNOT, None: AWAY}
_JEFFREYS = 0.5  # a household added to each move that can be, so that none seen is not never
_FEW = 0.1  # least precision of a year's shares where hardly a household is left


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Households by commune, class in a round and class in the next, under one standard.

    ``counts`` (t, communes, 5, 5): was (last: new), is (last: gone), for the rounds that follow
    one another by one year; ``years`` (t,) is the later one. ``stocks[round]`` (communes, 4).
    """

    communes: tuple[str, ...]
    years: tuple[int, ...]
    counts: Counts
    stocks: Mapping[int, Counts]

    @classmethod
    def of(cls, table: pa.Table) -> "Moves":
        """From ``commune, year_from, year_to, was, now, households`` (see `movement`).

        Two rounds more than a year apart say what stood in each, but no yearly move.
        """
        found = table.to_pylist()
        communes = tuple(sorted({row["commune"] for row in found}))
        place = {path: n for n, path in enumerate(communes)}
        spans = sorted({(row["year_from"], row["year_to"]) for row in found})
        counts = np.zeros((len(spans), len(communes), AWAY + 1, AWAY + 1), np.int64)
        for row in found:
            span = spans.index((row["year_from"], row["year_to"]))
            was, now = _OF_CLASS[row["was"]], _OF_CLASS[row["now"]]
            counts[span, place[row["commune"]], was, now] += row["households"]
        stocks = {first: counts[n, :, :AWAY].sum(axis=2) for n, (first, _) in enumerate(spans)}
        for n, (_, last) in enumerate(spans):
            stocks.setdefault(last, counts[n, :, :, :AWAY].sum(axis=1))
        yearly = [n for n, (first, last) in enumerate(spans) if last == first + 1]
        return cls(communes, tuple(spans[n][1] for n in yearly), counts[yearly], stocks)

    def before(self, year: int) -> "Moves":
        """What was known when the round of a year had not been held."""
        kept = [n for n, y in enumerate(self.years) if y < year]
        stocks = {y: stock for y, stock in self.stocks.items() if y < year}
        years = tuple(self.years[n] for n in kept)
        return Moves(self.communes, years, self.counts[kept], stocks)

    @property
    def newest(self) -> int | None:
        """The newest round; None when there is none."""
        return max(self.stocks, default=None)

    @property
    def net_exits(self) -> Counts:
        """(t, communes) households that left the poor less those that joined them."""
        out = self.counts[:, :, POOR, :AWAY].sum(axis=2)
        into = self.counts[:, :, :AWAY, POOR].sum(axis=2)
        found: Counts = out - into
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A chain learnt from yearly moves.

    ``means`` (5, 5) the province's rows; ``shapes`` (communes, 5, 5) the Dirichlet behind each
    commune's; ``strength`` (5,) what the province's row is worth in households, ``noise`` (4,)
    the precision of a commune's single year; ``level`` (5, 5) by how much the log-odds of the last
    year differ from the means for good, ``unsure`` its variance; ``loads`` (k, 5, 5) shifts in
    log-odds for one unit of each of k independent factors, in what passes of a year as in what
    stays of it; ``years`` how many were seen. ``newcomers`` (communes,) households came, among
    ``exposed`` (communes,), in all years.
    """

    means: Floats
    shapes: Floats
    strength: Floats
    noise: Floats
    level: Floats
    unsure: float
    loads: Floats
    years: int
    newcomers: Floats
    exposed: Floats

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the years' variance."""
        return PRIOR_YEARS + self.years - 1

    @property
    def chain(self) -> Floats:
        """(4, 4) the province's rows as they stand after the last year, of those that stay."""
        return markov.rows((self.means * np.exp(self.level))[:AWAY, :AWAY])


def fit(moves: Moves, spread: float) -> Fitted:
    """Learn the chain of a province from two or more yearly moves.

    ``spread`` >= 0 is the assumed standard deviation, between years, of the log-odds of moving
    up or down.
    """
    n = moves.counts.astype(float)
    province = n.sum(axis=1)
    possible = _possible(province.sum(axis=0))
    province += _JEFFREYS * possible
    means = markov.rows(province.sum(axis=0))
    means[np.arange(AWAY), np.arange(AWAY)] += means[:AWAY].sum(axis=1) == 0
    shifts = deviations(province)
    pooled = n.sum(axis=0)
    strength = np.array([markov.precision(pooled[:, s], means[s]) for s in range(AWAY + 1)])
    own = markov.shrunk(pooled, means, strength)
    foreseen = markov.rows(own * np.exp(shifts)[:, None])
    noise = np.array([markov.precision(n[:, :, s], foreseen[:, :, s]) for s in range(AWAY)])
    wide = np.append(noise, markov.MOST)[:, None]
    worth = (wide + 1) / (n.sum(axis=3, keepdims=True) + wide)
    years, new = len(n), pooled[:, AWAY, :AWAY].sum(axis=1)
    weights, unsure = recency(years)
    # Of the variance about the mean of t years a random walk makes (t + 1) / 6 of its step's.
    parts = (PRIOR_YEARS + years - 1) * (1 + (years + 1) / 6)
    assumed = spread * np.sqrt(PRIOR_YEARS) * _upward() * possible
    return Fitted(
        means=means,
        shapes=markov.shapes((n * worth).sum(axis=0), means, strength),
        strength=strength,
        noise=noise,
        level=np.einsum("t,tij->ij", weights, shifts),
        unsure=unsure,
        loads=np.concatenate([shifts, assumed[None]]) / np.sqrt(parts),
        years=years,
        newcomers=new + _JEFFREYS * bool(new.any()),
        exposed=n[:, :, :AWAY].sum(axis=(0, 2, 3)),
    )


def _possible(pooled: Floats) -> npt.NDArray[np.bool_]:
    """Which moves can be: from a class that households were in to one that some came to."""
    found: npt.NDArray[np.bool_] = (pooled.sum(axis=1) > 0)[:, None] & (pooled.sum(axis=0) > 0)
    found[AWAY, AWAY] = False
    return found


def _upward() -> Floats:
    """(5, 5) +1 for a move to a better class, -1 to a worse one, 0 where that says nothing."""
    found = np.zeros((AWAY + 1, AWAY + 1))
    found[:CANNOT, :CANNOT] = np.sign(np.arange(CANNOT) - np.arange(CANNOT)[:, None])
    return found


def recency(years: int) -> tuple[Floats, float]:
    """(years,) what each of some years, oldest first, weighs in the level of the last; they sum
    to 1. Beside them that level's variance, in variances of what passes of a year.

    Kalman's filter of a local level with equal variances, from a start that knows nothing.
    """
    weights, unsure = np.ones(1), 1.0
    for _ in range(years - 1):
        unsure = (unsure + 1) / (unsure + 2)
        weights = np.append(weights * (1 - unsure), unsure)
    return weights, unsure


def deviations(province: Floats) -> Floats:
    """(t, 5, 5) how each year's log shares differ from the years' mean, beyond counting.

    ``province`` (t, 5, 5) households, t > 1. What the numbers of households alone would make
    vary is taken off each cell's variance; a cell that varies no more than that does not deviate.
    """
    share = markov.rows(province)
    some = share > 0
    logs = np.log(share, out=np.zeros_like(share), where=some)
    off: Floats = logs - logs.mean(axis=0)
    varies = off.var(axis=0, ddof=1)
    counting = np.divide(1 - share, province, out=np.zeros_like(share), where=some).mean(axis=0)
    beyond = np.divide(varies - counting, varies, out=np.zeros_like(varies), where=varies > 0)
    off *= np.sqrt(np.clip(beyond, 0, 1))
    off[:, AWAY] = 0.0
    return off


@dataclass(frozen=True, eq=False)
class Draws:
    """The luck of ``number`` futures of up to ``years`` years, which belongs to the communes.

    The same for every standard, what-if and back-test, so that two differ by their data alone.
    """

    seed: int
    communes: tuple[str, ...]
    number: int
    years: int
    whole: "Draws | None" = None  # the longer draws that these are the beginning of

    @cached_property
    def own(self) -> Luck:
        """(communes, 1 + years, draws, 5, 5): what is not known of each, then year by year."""
        if self.whole is not None and self.whole.years >= self.years:
            return self.whole.own[:, : self.years + 1]
        shape = (self.years + 1, self.number, AWAY + 1, AWAY + 1)
        return markov.luck(self.seed, self.communes, shape)

    def short(self, years: int) -> "Draws":
        """The same draws of at most as many years."""
        return Draws(self.seed, self.communes, self.number, years, self)

    def of(self, kept: Sequence[int]) -> Callable[[int], Luck]:
        """The luck for some states, (communes, draws, k, k), by year; 0: all through a draw."""
        some = np.ix_(range(len(self.communes)), range(self.number), kept, kept)
        return lambda year: self.own[:, year][some]

    def shocks(self, fitted: Fitted) -> Floats:
        """(years, draws, 5, 5) shifts of the province's log-odds; see the module."""
        luck = markov.stream(self.seed, "province")
        wide = np.sqrt(fitted.freedom / luck.chisquare(fitted.freedom, self.number))
        shape = (self.years + 1, 2, self.number, len(fitted.loads))
        passes, stays = luck.standard_normal(shape).swapaxes(0, 1)
        stays[0] *= np.sqrt(fitted.unsure)
        moved = passes[1:] + np.cumsum(stays, axis=0)[1:]
        shifts = np.einsum("d,ydk,kij->ydij", wide, moved, fitted.loads, optimize=True)
        found: Floats = fitted.level + shifts
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """What works do before each year's review: (years, communes) households, >= 0.

    ``lifted`` poor households whose income passes the line; ``cleared`` poor ones that only lack
    fewer things. Both are counted among the poor of the newest round; of those who have left by
    themselves since, a work lifts nobody.
    """

    lifted: Floats
    cleared: Floats


def run(fitted: Fitted, now: Counts, draws: Draws, lifts: Lifts | None = None) -> Floats:
    """(years, communes, draws, 4) households by class through the years after a round.

    ``now`` (communes, 4) households in that round; the communes are those of the draws and of
    the moves that the chain was fitted to, in the same order.
    """
    kept = [*(np.flatnonzero((fitted.means[:, :AWAY] > 0).any(axis=0) | now.any(axis=0))), AWAY]
    luck = draws.of(kept)
    shapes = fitted.shapes[:, None][:, :, kept][:, :, :, kept]
    first = luck(0)
    base = markov.dirichlet(shapes, first)
    shocks = np.exp(draws.shocks(fitted)[:, :, kept[:-1]][:, :, :, kept])
    noise = fitted.noise[kept[:-1]]
    came = markov.gammas(fitted.newcomers[:, None], first[:, :, -1, -1])
    rate = came / np.maximum(fitted.exposed, 1.0)[:, None]
    x = np.repeat(now[:, None, kept[:-1]].astype(float), draws.number, axis=1)
    found = np.zeros((draws.years, len(now), draws.number, AWAY))
    poor = now[:, POOR].astype(float)
    for year in range(draws.years):
        if lifts is not None:
            _lift(x, poor, kept, lifts.lifted[year], lifts.cleared[year])
        rows = markov.rows(base[:, :, :-1] * shocks[year])
        few = np.maximum(x * (noise + 1) / (x + noise) - 1, _FEW)
        share = markov.dirichlet(rows * few[..., None], luck(year + 1)[:, :, :-1])
        new = x.sum(axis=2) * rate
        x = np.einsum("gds,gdsj->gdj", x, share[..., :-1])
        x += new[..., None] * base[:, :, -1, :-1]
        found[year][:, :, kept[:-1]] = x
    return found


def _lift(x: Floats, poor: Floats, kept: Sequence[int], lifted: Floats, cleared: Floats) -> None:
    """Move households of ``x`` (communes, draws, states) up, in place."""
    for to, some in ((OTHER, lifted), (NEAR_POOR, cleared)):
        if not some.any() or POOR not in kept or to not in kept:
            continue
        a, b = kept.index(POOR), kept.index(to)
        still = np.minimum(x[:, :, a] / np.maximum(poor, 1.0)[:, None], 1.0)
        moved = np.minimum(some[:, None] * still, x[:, :, a])
        x[:, :, a] -= moved
        x[:, :, b] += moved
