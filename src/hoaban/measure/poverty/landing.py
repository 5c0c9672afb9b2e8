"""Where 2030 will land: the poor of the coming reviews as a fan, and the chance to meet T1.

Each national standard has its own fan. It starts from the newest completed round judged under
that standard and rests on moves judged under it alone, from the raw answers of all years; so a
change of standard is a break between two series and never a link of one chain. The headline
follows the standard in force in each year.

Works enter as households of a commune in a year: those lifted above the line by income count;
those that only lack fewer things go from poor to near-poor in a second fan, beside the first,
and earn no T1 credit. The model and what it assumes stand in `fan`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.measure.figures import Figures, hidden
from hoaban.measure.poverty import backtest, fan, markov, movement
from hoaban.measure.poverty.backtest import rate
from hoaban.measure.poverty.fan import Draws, Lifts, Moves
from hoaban.measure.poverty.markov import Floats
from hoaban.measure.poverty.standards import in_force, standards
from hoaban.measure.tables import Tables, weakest

METHOD = "t1-landing-1"
TABLES = ("reviews", "villages")
PARAMETERS = ("poverty.landing_year", "poverty.landing_draws", "poverty.landing_year_spread")
SEED = 1  # of the draws; the same for every measuring, so that two differ by their data alone
QUANTILES = {"low": 0.05, "p25": 0.25, "mid": 0.5, "p75": 0.75, "high": 0.95}
WHY = {
    "no_round": {
        "vi": "Chưa có kỳ rà soát nào hoàn thành nên chưa dự báo được.",
        "en": "No review round has been completed, so nothing can be forecast.",
    },
    "few_moves": {
        "vi": "Chưa đủ hai lần chuyển giữa hai kỳ rà soát liền năm nên chưa dự báo được.",
        "en": "Fewer than two moves between rounds of consecutive years: no forecast.",
    },
    "no_years": {
        "vi": "Kỳ rà soát mới nhất đã là của năm đích; không còn gì để dự báo.",
        "en": "The newest round is already that of the target year: nothing is left to forecast.",
    },
}


@dataclass(frozen=True, slots=True)
class Works:
    """Households that works move up before the review of a year: ``{year: {commune: number}}``.

    ``lifted`` by income above the line of the standard, ``cleared`` out of the poor only by
    lacking fewer things; each household once, counted among the poor of the newest round.
    """

    lifted: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    cleared: Mapping[int, Mapping[str, float]] = field(default_factory=dict)

    def as_json(self) -> dict[str, float]:
        """How many in all."""
        return {
            name: round(float(sum(sum(by.values()) for by in some.values())), 3)
            for name, some in (("lifted", self.lifted), ("cleared", self.cleared))
        }


@dataclass(frozen=True, slots=True, eq=False)
class Landed:
    """Where one standard lands. Arrays follow ``moves.communes``; rates are shares of households.

    ``rates`` (years, draws) of the province and ``own`` (communes, draws) in the last year;
    ``chances`` (communes,) to come under the target, ``chance`` the province's; ``cleared`` the
    rates and the chance with households that only lack fewer things counted out. Where nothing
    can be forecast ``why`` is a key of `WHY` and all of these are None.
    """

    moves: Moves
    target: float
    until: int
    why: str = ""
    rates: Floats | None = None
    own: Floats | None = None
    chance: float | None = None
    chances: Floats | None = None
    cleared: tuple[Floats, float] | None = None
    mobility: Mapping[str, float | None] = field(default_factory=dict)
    tested: Mapping[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> fan.Counts:
        """(communes, 4) households of the newest round by state."""
        newest = self.moves.newest
        if newest is None:
            return np.zeros((len(self.moves.communes), fan.AWAY), np.int64)
        return self.moves.stocks[newest]

    @property
    def years(self) -> range:
        """The years of the fan."""
        newest = self.moves.newest
        return range((newest or self.until) + 1, self.until + 1)


def land(
    moves: Moves,
    *,
    target: float,
    until: int,
    spread: float,
    draws: Draws,
    works: Works | None = None,
) -> Landed:
    """Run the chain of one standard from the newest round to the year ``until``.

    The target is met when poor households and those that cannot be classified together are less
    than ``target`` of all. ``draws`` are for the communes of ``moves`` and enough years.
    """
    found = Landed(moves, target, until, why=_why(moves, until))
    if found.why:
        return found
    chain, luck = fan.fit(moves, spread), draws.short(len(found.years))
    lifts = _lifts(works or Works(), moves.communes, found.years)
    without = Lifts(lifts.lifted, np.zeros_like(lifts.cleared))
    ahead = fan.run(chain, found.now, luck, without)
    province = ahead.sum(axis=1)
    more = None
    if lifts.cleared.any():
        counted = fan.run(chain, found.now, luck, lifts).sum(axis=1)
        more = rate(counted), float(_met(counted[-1], target).mean())
    return Landed(
        moves,
        target,
        until,
        rates=rate(province),
        own=rate(ahead[-1]),
        chance=float(_met(province[-1], target).mean()),
        chances=_met(ahead[-1], target).mean(axis=-1),
        cleared=more,
        mobility=_mobility(chain.chain),
        tested=backtest.test(moves, draws, spread),
    )


def _why(moves: Moves, until: int) -> str:
    if moves.newest is None:
        return "no_round"
    if moves.newest >= until:
        return "no_years"
    return "few_moves" if len(moves.years) < backtest.LEAST else ""


def _met(households: Floats, target: float) -> Any:
    unsure = households[..., fan.POOR] + households[..., fan.CANNOT]
    return unsure < target * households.sum(axis=-1)


def _lifts(works: Works, communes: Sequence[str], years: range) -> Lifts:
    """By year of the fan: what was done before its first year counts in it, later than its last
    never.
    """

    def of(some: Mapping[int, Mapping[str, float]]) -> Floats:
        place = {path: n for n, path in enumerate(communes)}
        found = np.zeros((len(years), len(communes)))
        for year, by in some.items():
            for path, number in by.items():
                if year < years.stop and path in place:
                    found[max(year - years.start, 0), place[path]] += number
        return found

    return Lifts(of(works.lifted), of(works.cleared))


def _mobility(chain: Floats) -> dict[str, float | None]:
    """How much households move in a year, among the classes that some are in."""
    some = np.flatnonzero(chain.sum(axis=0) > np.diag(chain))
    kept = chain[np.ix_(some, some)]
    out = float(markov.years_to_exit(chain, [fan.POOR])[0])
    return {
        "shorrocks": round(markov.shorrocks(kept), 4) if len(kept) > 1 else None,
        "years_to_exit": round(out, 2) if math.isfinite(out) else None,
    }


@dataclass(frozen=True, slots=True, eq=False)
class Landing:
    """Where each standard lands, ``landed`` by its name, and which is the headline in a year.

    ``shown`` are the communes whose figures may be published, in the order of the others.
    """

    landed: Mapping[str, Landed]
    headline: Mapping[int, str]
    break_on: date | None
    draws: int
    seed: int
    origin: str
    shown: Mapping[str, bool]
    works: Mapping[str, Works] | None = None

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON; see `one_as_json` for what stands under each standard's name."""
        done = self.works
        return {
            **{name: one_as_json(one, self.shown) for name, one in self.landed.items()},
            "break_on": self.break_on.isoformat() if self.break_on else None,
            "headline": {str(year): name for year, name in self.headline.items()},
            "backtest": {name: dict(one.tested) for name, one in self.landed.items()},
            "method": METHOD,
            "origin": self.origin,
            "draws": self.draws,
            "seed": self.seed,
            "works": None if done is None else {n: one.as_json() for n, one in done.items()},
        }


def of_tables(
    tables: Tables, law: Law, *, at: date, works: Mapping[str, Works] | None = None
) -> Landing:
    """The landing of every standard from the rounds completed on or before ``at``.

    ``works`` says, by standard, what works will do; without them it is drawn once for the same
    tables, day and parameters. Communes too small to publish are left out of what is shown.
    """
    target, until = law.number("target.T1", at), int(law.number("poverty.landing_year", at))
    number, spread = (law.number(name, at) for name in PARAMETERS[1:])
    rules = standards(law)

    def make(day: date, given: str) -> dict[str, Landed]:
        found, draws = {}, None
        for rule in rules:
            moves = Moves.of(movement.transitions(tables, rule, day, rules))
            span = max(until - (moves.newest or until), 1)
            if draws is None or draws.communes != moves.communes:
                draws = Draws(SEED, moves.communes, int(number), span)
            done = (works or {}).get(rule.name)
            found[rule.name] = land(
                moves, target=target, until=until, spread=spread, draws=draws, works=done
            )
        return found

    key = json.dumps([target, until, number, spread, [repr(rule) for rule in rules]])
    moved = any(one.lifted or one.cleared for one in (works or {}).values())
    landed = make(at, key) if moved else tables.once("landing", list(TABLES), make, at, key)
    least = law.number("suppress.households_min", at)
    last = in_force(law, date(until, 12, 31))
    newest = next((one.moves.newest for one in landed.values()), None)
    return Landing(
        landed=landed,
        headline=_headline(law, newest, until),
        break_on=None if last == rules[0] else last.valid_from,
        draws=int(number),
        seed=SEED,
        origin=weakest({tables.origin(*TABLES), "assumed"}),
        shown=_shown(landed.values(), least),
        works=works,
    )


def _headline(law: Law, newest: int | None, until: int) -> dict[int, str]:
    years = range(newest or until, until + 1)
    return {year: in_force(law, date(year, 12, 31)).name for year in years}


def _shown(landed: Any, least: int) -> dict[str, bool]:
    """Which communes may be published: under no standard a class of too few households.

    Households of villages that nobody knows count in the province and in none of them.
    """
    found: dict[str, bool] = {}
    for one in landed:
        known = [n for n, path in enumerate(one.moves.communes) if path]
        if not known:
            continue
        paths, cells = [one.moves.communes[n] for n in known], one.now[known]
        whole = np.vstack([cells.sum(axis=0), cells])
        gone = hidden([scope.parent(paths[0]), *paths], whole, least)[1:]
        for path, hide in zip(paths, gone.tolist(), strict=True):
            found[path] = found.get(path, True) and not hide
    return found


def one_as_json(one: Landed, shown: Mapping[str, bool]) -> dict[str, Any]:
    """One standard, ready for JSON.

    ``seen`` is the rate of each completed round, ``years`` the fan of each coming one (None with
    the reason in ``why``), ``with_cleared`` the fan that also counts out those who only lack fewer
    things (None without such works). ``needed_exits_a_year`` beside ``best_year`` stands for the
    province and for each commune against the same target; a commune that may not be published is
    ``{"suppressed": true}``.
    """
    seen = {str(year): float(rate(stock.sum(axis=0))) for year, stock in one.moves.stocks.items()}
    more = one.cleared
    return {
        "seen": {year: round(value, 6) for year, value in sorted(seen.items())},
        "years": None if one.rates is None else _years(one.rates, one.years),
        "why": WHY.get(one.why),
        "target": one.target,
        "met_probability": _short(one.chance),
        "with_cleared": more
        and {"years": _years(more[0], one.years), "met_probability": _short(more[1])},
        **_needed(one, one.now.sum(axis=0), one.moves.net_exits.sum(axis=1)),
        "mobility": dict(one.mobility),
        "communes": {
            path: _commune(one, n) if shown[path] else {"suppressed": True}
            for n, path in enumerate(one.moves.communes)
            if path
        },
    }


def _commune(one: Landed, n: int) -> dict[str, Any]:
    ends: dict[str, float | None] = dict.fromkeys(("mid", "low", "high"))
    if one.own is not None:
        ends = {name: _quantile(one.own[n], QUANTILES[name]) for name in ends}
    chance = None if one.chances is None else float(one.chances[n])
    now = float(rate(one.now[n])) if one.now[n].any() else None
    return {
        "now": _short(now),
        **ends,
        "met_probability": _short(chance),
        **_needed(one, one.now[n], one.moves.net_exits[:, n]),
    }


def _needed(one: Landed, now: Any, past: Any) -> dict[str, Any]:
    """Net exits a year that would reach the target, beside the most that a past year brought."""
    best = int(np.argmax(past)) if len(past) else None
    year = None if best is None else {"year": one.moves.years[best], "net_exits": int(past[best])}
    needed = exits_a_year(int(now[fan.POOR]), int(now.sum()), one.target, len(one.years))
    within = None if needed is None or year is None else needed <= max(year["net_exits"], 0)
    return {"needed_exits_a_year": needed, "best_year": year, "within_own_best": within}


def exits_a_year(poor: int, households: int, target: float, years: int) -> float | None:
    """Net exits a year, over some years, after which fewer than ``target`` of the households are
    poor; 0 where that is so already, None where no year is left.
    """
    if years < 1:
        return None
    most = max(math.ceil(round(target * households, 6)) - 1, 0)
    return round(max(poor - most, 0) / years, 3)


def _years(rates: Floats, years: range) -> dict[str, dict[str, float]]:
    return {
        str(year): {name: _quantile(rates[n], q) for name, q in QUANTILES.items()}
        for n, year in enumerate(years)
    }


def _quantile(values: Floats, q: float) -> float:
    return round(float(np.quantile(values, q)), 6)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def add_figures(found: Figures, province: str, landing: Landing) -> None:
    """Add ``poverty.landing``: the middle rate of the last year with its 5–95 % interval.

    One figure for the province and each of its communes and for each standard that has a fan.
    """
    for rule, one in landing.landed.items():
        if one.rates is None or one.own is None:
            continue
        known = [n for n, path in enumerate(one.moves.communes) if path]
        communes = [one.moves.communes[n] for n in known]
        rates = np.vstack([one.rates[-1:], one.own[known]])
        low, mid, high = np.quantile(rates, [QUANTILES[n] for n in ("low", "mid", "high")], axis=1)
        stock = np.vstack([one.now.sum(axis=0), one.now[known]]).sum(axis=1)
        gone = [False, *(not landing.shown[path] for path in communes)]
        found.add(
            "poverty.landing",
            [province, *communes],
            group="households",
            standard=rule,
            value=mid,
            low=low,
            high=high,
            n=stock,
            hidden=np.array(gone),
            unit="share",
            method=METHOD,
            origin=landing.origin,
        )
