"""The plan: what first, in which village, with this much money; and what it would come to.

Measure; finish what is under way; find what could be done; choose year by year; apply what was
chosen all together; measure again. Both measurings use the poverty standard of the last plan
year, the second one is a forecast. T1 of the forecast counts income alone: what clears a
deprivation is reported beside it. Both say where the target year will land, the second one with
what the works chosen do in the years they are finished.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure import poverty
from hoaban.measure.place import Place
from hoaban.measure.poverty import landing
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan import candidates, effects, lifting, need
from hoaban.plan.choose import solve
from hoaban.plan.envelopes import Envelopes
from hoaban.plan.facts import TARGETS, Facts, shares, weights
from hoaban.plan.instance import Instance, Item, Result
from hoaban.plan.need import Need
from hoaban.plan.planned import Planned, as_json
from hoaban.plan.works import Work, WorkKind
from hoaban.record.roads import RoadRules

__all__ = ["Planned", "as_json", "forecast", "plan"]

_ROUNDS = 3  # choosing and measuring, at most
_STEP = 1.05  # the least by which a target counts for more in the next round
_POOR = ("poor_old", "near_poor_old", "poor_new", "near_poor_new")  # of a village's facts
_FULL = 1e-6  # how near its cap a sum of shares counts as full


def plan(
    tables: Tables,
    law: Law,
    place: Place,
    *,
    kinds: Mapping[str, WorkKind],
    rules: RoadRules,
    envelopes: Envelopes,
    at: date,
    before: Measured | None = None,
) -> Planned:
    """The plan for the years and the money of ``envelopes``, from the facts of a day.

    ``before`` is a measuring of the same tables, day and standard, when there is one already.
    Raises `hoaban.plan.candidates.NoCandidates` when nothing can be done.
    """
    until = date(envelopes.years[-1], 12, 31)
    if before is None or (before.at, before.standard_at) != (at, until):
        before = measure(tables, law, place, at=at, standard_at=until)
    known = Facts.of(tables, before, law, place, at=at, standard_at=until)
    registered = candidates.registered(known, kinds)
    facts = _begun(known, registered, rules)
    works = candidates.generate(facts, registered, kinds, rules)
    instance = _instance(works, facts, envelopes)
    instance, result, after = _settled(instance, works, facts, known, rules)
    by_id = {work.id: work for work in works}
    lifts = lifting.lifts(known, [(by_id[one.id], one.finished) for one in result.chosen])
    return Planned(
        envelopes=envelopes,
        before=_landing(before, landing.of_tables(tables, law, at=at)),
        after=_landing(after, landing.of_tables(tables, law, at=at, works=lifts)),
        works=tuple(works),
        instance=instance,
        result=result,
        missing=_missing(works, result, after, known, rules),
        weights=weights(law, at),
        price_year=facts.price_year,
    )


def _landing(measured: Measured, found: landing.Landing) -> Measured:
    """The measuring with where T1 will land among its parts."""
    t1 = measured.targets["T1"]
    t1 = {**t1, "parts": {**t1["parts"], "landing": found.as_json()}}
    return replace(measured, targets={**measured.targets, "T1": t1})


def _instance(works: list[Work], facts: Facts, envelopes: Envelopes) -> Instance:
    return Instance(
        items=tuple(_item(work, facts) for work in works),
        pools=envelopes.pools,
        years=envelopes.years,
        weights={target: float(facts.number(f"plan.weight_{target}")) for target in TARGETS},
    )


def _begun(known: Facts, registered: list[Work], rules: RoadRules) -> Facts:
    """The facts with the works under way finished: what is left to find works for."""
    begun = [work for work in registered if work.carry_over]
    if not begun:
        return known
    law, place, days = known.law, known.place, {"at": known.at, "standard_at": known.standard_at}
    tables = effects.apply(known.tables, begun, rules, law, at=known.at, until=known.standard_at)
    # Who is poor is told by income alone, here as in the forecast: the reviews, T1 and the
    # villages' poor households are those without what the works under way clear.
    paid = effects.with_income(known.tables, begun, known.standard(), at=known.at)
    poor = known.villages
    if paid is not known.tables:
        poor = measure(paid, law, place, at=known.at, standard_at=known.standard_at).villages
    done = measure(tables, law, place, at=known.at, standard_at=known.standard_at)
    done = replace(
        done,
        targets={**done.targets, "T1": _t1(known, done, begun)},
        villages=_columns(done.villages, poor, _POOR),
    )
    return Facts.of(tables.replace(reviews=paid.arrow("reviews")), done, law, place, **days)


def _columns(table: pa.Table, other: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """The table with some columns of another with the same rows."""
    for name in names:
        table = table.set_column(table.column_names.index(name), name, other[name])
    return table


def _settled(
    instance: Instance, works: list[Work], facts: Facts, known: Facts, rules: RoadRules
) -> tuple[Instance, Result, Measured]:
    """Choose and measure; once more where adding up had promised a target that is not met.

    A target counts up to its gap. Where the shares chosen fill it and the measuring says it is
    not met, it counts for more by what was found, in at most `_ROUNDS` rounds.
    """
    by_id = {work.id: work for work in works}
    for left in range(_ROUNDS, 0, -1):
        result = solve(instance)
        done = [by_id[one.id] for one in result.chosen]
        after = forecast(known, done, rules)
        caps = _caps(instance, result, facts, after)
        if caps == instance.caps or left == 1:
            break
        instance = replace(instance, caps=caps)
    return instance, result, after


def _missing(
    works: list[Work], result: Result, after: Measured, known: Facts, rules: RoadRules
) -> dict[str, Need]:
    """The money missing for each target, and what measuring says it would come to."""
    names = {one.id for one in result.chosen}
    stretch: dict[str, float] = {}
    for left in range(_ROUNDS, 0, -1):
        found = need.until_met(works, names, after.targets, stretch)
        bought = {name for one in found.values() for name in one.works}
        if not bought:
            return found
        done = [work for work in works if work.id in bought | names]
        targets = forecast(known, done, rules).targets
        more = _stretched(stretch, found, after.targets, targets)
        if more == stretch or left == 1:
            break
        stretch = more
    return {name: replace(one, measured=targets[name]["value"]) for name, one in found.items()}


def _stretched(
    stretch: Mapping[str, float],
    found: Mapping[str, Need],
    after: Mapping[str, Any],
    reached: Mapping[str, Any],
) -> dict[str, float]:
    """How much more must add up for each target whose money was said but does not suffice."""
    more = dict(stretch)
    for target, one in found.items():
        if one.vnd and reached[target]["met"] is False:
            gap = max(abs(after[target]["target"] - after[target]["value"]), _FULL)
            moved = abs(reached[target]["value"] - after[target]["value"]) / gap
            more[target] = more.get(target, 1.0) * max(_STEP, 1 / max(moved, 0.1))
    return more


def _caps(instance: Instance, result: Result, facts: Facts, after: Measured) -> dict[str, float]:
    """The caps, higher for each full target that the measuring says is not met."""
    caps = dict(instance.caps)
    names = {one.id for one in result.chosen}
    for target, gap in facts.gaps.items():
        promised = sum(i.shares.get(target, 0.0) for i in instance.items if i.id in names)
        if after.targets[target]["met"] is False and promised >= instance.cap(target) - _FULL:
            reached = abs(after.targets[target]["value"] - facts.targets[target]["value"]) / gap
            caps[target] = promised * max(_STEP, 1 / max(reached, 0.1))
    return caps


def forecast(known: Facts, works: list[Work], rules: RoadRules) -> Measured:
    """What would be measured with the works done, on the same day under the same standard."""
    done = effects.apply(
        known.tables, works, rules, known.law, at=known.at, until=known.standard_at
    )
    after = measure(done, known.law, known.place, at=known.at, standard_at=known.standard_at)
    return replace(after, targets={**after.targets, "T1": _t1(known, after, works)})


def _t1(known: Facts, after: Measured, works: list[Work]) -> dict[str, Any]:
    """T1 from income alone, with what fewer deprivations would make of it beside."""
    frame, counted = known.targets["T1"], after.targets["T1"]
    paid = effects.with_income(known.tables, works, known.standard(), at=known.at)
    found = frame
    if paid is not known.tables:
        found = poverty.target(paid, known.law, at=known.at, standard_at=known.standard_at)
    value = found["value"]
    surely = found["parts"]["standards"][found["standard"]]["rate_high"]
    fewer = {
        "households": found["parts"]["poor"] - counted["parts"]["poor"],
        "rate_if_counted": counted["value"],
    }
    return {
        **frame,
        "value": value,
        "met": None if value is None else surely < frame["target"],
        "parts": {**found["parts"], "only_fewer_deprivations": fewer},
    }


def _item(work: Work, facts: Facts) -> Item:
    here = np.array(work.facts.get("villages", ()), np.int64)
    return Item(
        id=work.id,
        cost=work.cost_vnd,
        shares={} if work.carry_over else shares(work.gains, facts),
        money=work.money,
        sources=work.sources,
        equity=facts.equity_of(here),
        upkeep=work.upkeep_vnd,
        carry_over=work.carry_over,
        build_years=work.build_years,
        requires=work.requires,
        rival=work.rival,
    )
