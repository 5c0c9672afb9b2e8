"""The plan: what first, in which village, with this much money; and what it would come to.

Measure; pay what is owed and finish what is under way; find what could be done; choose by what
the works do together (`plan.joint`) under money and rules (`plan.choice`), at this budget and at
smaller ones; apply what was chosen; measure again. Both measurings use the poverty standard of the
last plan year, the second one is a forecast. T1 of the forecast counts income alone: what clears a
deprivation is reported beside it. Both say where the target year will land, the second one with
what the works chosen do in the years they are finished.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.base.text import Text
from hoaban.measure import poverty
from hoaban.measure.forecast import prior
from hoaban.measure.place import Place
from hoaban.measure.poverty import landing
from hoaban.measure.tables import Tables
from hoaban.measure.targets import Measured, measure
from hoaban.plan import alternatives, explained, need, principles, safeguards
from hoaban.plan.alternatives import numbers
from hoaban.plan.choice import curve as curves
from hoaban.plan.choice import explain
from hoaban.plan.choice.curve import Point
from hoaban.plan.choice.instance import Instance, Item, Result
from hoaban.plan.choice.remembered import Remembered
from hoaban.plan.choice.search import solve
from hoaban.plan.effects import applying, lifting
from hoaban.plan.facts import Facts, weights
from hoaban.plan.finders import candidates, proposals
from hoaban.plan.finders.proposals import Proposal
from hoaban.plan.joint import criteria
from hoaban.plan.joint.province import Province
from hoaban.plan.joint.storms import StormsPart
from hoaban.plan.money.envelopes import Envelopes
from hoaban.plan.planned import Planned, as_json
from hoaban.plan.wishes import Wishes
from hoaban.plan.works import MILESTONE, Work, WorkKind
from hoaban.record.roads import RoadRules

__all__ = ["Planned", "Wishes", "as_json", "forecast", "plan"]

_POOR = ("poor_old", "near_poor_old", "poor_new", "near_poor_new")  # of a village's facts
Said = Callable[[str, float], None]
Stop = Callable[[], bool]


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
    wishes: Wishes | None = None,
    stop: Stop | None = None,
    said: Said = lambda what, share: None,
) -> Planned:
    """The plan for the years and the money of ``envelopes``, from the facts of a day.

    ``before`` is a measuring of the same tables, day and standard, when there is one already.
    ``stop`` ends the search early, with what is chosen by then; ``said`` is told what is being done
    and how far it is, 0-1. Raises `hoaban.plan.finders.candidates.NoCandidates` when nothing can
    be done, and the problems of `hoaban.plan.choice.rules` for rules that contradict.
    """
    stop = stop or _never
    until = date(envelopes.years[-1], 12, 31)
    if before is None or (before.at, before.standard_at) != (at, until):
        before = measure(tables, law, place, at=at, standard_at=until)
    known = Facts.of(tables, before, law, place, at=at, standard_at=until)
    registered = candidates.registered(known, kinds)
    facts = begun(known, registered, rules)
    found = candidates.generate(facts, registered, kinds, rules)
    works = [work for work in found if work.kind != MILESTONE]
    asked = (wishes or Wishes()).under(place.path)
    asked.check({work.id for work in works}, criteria.NAMES)
    joint = Province(known, works, rules)
    joint = joint.weighted({**joint.weights, **asked.weights})
    instance = _instance(works, found, envelopes, asked)
    points = _chosen(instance, joint, asked.shares, said, stop)
    result = points[-1].result
    by_id = {work.id: work for work in works}
    after = forecast(known, [by_id[one.id] for one in result.chosen], rules)
    lifts = lifting.lifts(known, [(by_id[one.id], one.finished) for one in result.chosen])
    planned = Planned(
        envelopes=envelopes,
        before=_landing(before, landing.of_tables(tables, law, at=at)),
        after=_landing(after, landing.of_tables(tables, law, at=at, works=lifts)),
        works=tuple(works),
        instance=instance,
        result=result,
        points=_points(points, joint, instance),
        counts=joint.outcome(numbers(instance, result)).counts,
        rooms=joint.rooms,
        missing=need.missing(instance, joint, result, after.targets, stop=stop),
        weights=weights(law, at) | criteria.cited(law, at),
        price_year=facts.price_year,
        forced=asked.forced,
        stopped=stop(),
    )
    planned = _explained(planned, known, joint, asked)
    planned = _others(planned, joint, points, asked, said=said, stop=stop)
    return _told(planned, known, proposals.read(facts, kinds))


def _chosen(
    instance: Instance, joint: Province, shares: Sequence[float], said: Said, stop: Stop
) -> list[Point]:
    """The choice at the plan's own budget, last, and at smaller ones."""

    def tell(done: int, of: int, worth: float) -> None:
        said("chọn / choosing", done / max(of, 1))

    memory = Remembered(joint)
    return curves.curve(
        instance,
        memory,
        whole=solve(instance, memory, stop=stop, said=tell, bound=joint.bound(instance)),
        shares=shares,
        bound_of=joint.bound,
        stop=stop,
        said=lambda done: said("đường ngân sách / budget curve", done),
    )


def _explained(planned: Planned, known: Facts, joint: Province, wishes: Wishes) -> Planned:
    """With what each work brings, what beat those left out, what binds and frees each village."""
    instance, result = planned.instance, planned.result
    beaten = tuple(explain.left_out(instance, result, joint, _decided(wishes)))
    chosen = {one.id for one in result.chosen}
    return replace(
        planned,
        left_out=beaten,
        brings=explained.brings(known, joint, instance, chosen),
        villages=explained.villages(known, joint, beaten, planned.after),
        expected=_expected(joint, instance, result),
    )


def _others(
    planned: Planned,
    joint: Province,
    points: Sequence[Point],
    wishes: Wishes,
    *,
    said: Said,
    stop: Stop,
) -> Planned:
    """With the choices that were asked about beside the plan: `hoaban.plan.alternatives`."""
    instance, result = planned.instance, planned.result
    frontiers = None
    if wishes.frontiers:
        frontiers = alternatives.frontiers(
            instance,
            joint,
            result,
            points,
            said=lambda done: said("công bằng, chia cắt / fairness, isolation", done),
            stop=stop,
        )
    return replace(
        planned,
        more=alternatives.kept_more(instance, joint, wishes.keep_more),
        frontiers=frontiers,
        robust=alternatives.robust(
            instance,
            result,
            joint,
            wishes.draws,
            said=lambda done: said("thử các ý kiến khác / disagreement draws", done),
            stop=stop,
        ),
    )


def _expected(joint: Province, instance: Instance, result: Result) -> dict[str, float]:
    """People-days a year that closures are expected to cut off, before and with the plan."""
    years = prior.read(joint.basis.law, joint.basis.at).years
    storms = StormsPart(joint.basis, years=years)
    before, after = storms.start(()), storms.start(numbers(instance, result))
    return {"years": years, "before": before.people_days, "after": after.people_days}


def _told(planned: Planned, known: Facts, asked: Sequence[Proposal]) -> Planned:
    """The plan with what came of proposals, the principles and each work's safeguards."""
    chosen = {one.id for one in planned.result.chosen}
    came = proposals.funded(asked, planned.works, chosen)
    spoken = safeguards.spoken(known)
    return replace(
        planned,
        proposals=came,
        checks=tuple(principles.checks(known, planned.chosen, came.as_json())),
        unsafe={
            work.id: missing
            for work, _ in planned.chosen
            if (missing := safeguards.missing(work, known, spoken))
        },
    )


def _never() -> bool:
    return False


def _decided(wishes: Wishes) -> dict[str, Text]:
    return {name: why for name, (_, why) in wishes.forced.items()}


def _points(
    points: Sequence[Point], joint: Province, instance: Instance
) -> tuple[tuple[Point, Mapping[str, float | None]], ...]:
    """Each budget with the targets that its choice would come to."""
    return tuple(
        (point, joint.outcome(numbers(instance, point.result)).targets) for point in points
    )


def _landing(measured: Measured, found: landing.Landing) -> Measured:
    """The measuring with where T1 will land among its parts."""
    t1 = measured.targets["T1"]
    t1 = {**t1, "parts": {**t1["parts"], "landing": found.as_json()}}
    return replace(measured, targets={**measured.targets, "T1": t1})


def _instance(
    works: Sequence[Work], found: Sequence[Work], envelopes: Envelopes, wishes: Wishes
) -> Instance:
    """The choice. What makes a commune pass together is a move of its own."""
    place = {work.id: n for n, work in enumerate(works)}
    bundles = [
        tuple(place[name] for name in work.requires if name in place)
        for work in found
        if work.kind == MILESTONE
    ]
    return Instance(
        items=tuple(_item(work, wishes) for work in works),
        pools=envelopes.pools,
        years=envelopes.years,
        bundles=tuple(move for move in bundles if len(move) > 1),
        least=wishes.least,
        most=wishes.most,
    )


def begun(known: Facts, registered: list[Work], rules: RoadRules) -> Facts:
    """The facts with the works under way finished: what is left to find works for."""
    under_way = [work for work in registered if work.carry_over]
    if not under_way:
        return known
    law, place, days = known.law, known.place, {"at": known.at, "standard_at": known.standard_at}
    tables = applying.apply(
        known.tables, under_way, rules, law, at=known.at, until=known.standard_at
    )
    # Who is poor is told by income alone, here as in the forecast: the reviews, T1 and the
    # villages' poor households are those without what the works under way clear.
    paid = applying.with_income(known.tables, under_way, known.standard(), at=known.at)
    poor = known.villages
    if paid is not known.tables:
        poor = measure(paid, law, place, at=known.at, standard_at=known.standard_at).villages
    done = measure(tables, law, place, at=known.at, standard_at=known.standard_at)
    done = replace(
        done,
        targets={**done.targets, "T1": _t1(known, done, under_way)},
        villages=_columns(done.villages, poor, _POOR),
    )
    return Facts.of(tables.replace(reviews=paid.arrow("reviews")), done, law, place, **days)


def _columns(table: pa.Table, other: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """The table with some columns of another with the same rows."""
    for name in names:
        table = table.set_column(table.column_names.index(name), name, other[name])
    return table


def forecast(known: Facts, works: list[Work], rules: RoadRules) -> Measured:
    """What would be measured with the works done, on the same day under the same standard."""
    done = applying.apply(
        known.tables, works, rules, known.law, at=known.at, until=known.standard_at
    )
    after = measure(done, known.law, known.place, at=known.at, standard_at=known.standard_at)
    return replace(after, targets={**after.targets, "T1": _t1(known, after, works)})


def _t1(known: Facts, after: Measured, works: list[Work]) -> dict[str, Any]:
    """T1 from income alone, with what fewer deprivations would make of it beside."""
    frame, counted = known.targets["T1"], after.targets["T1"]
    paid = applying.with_income(known.tables, works, known.standard(), at=known.at)
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


def _item(work: Work, wishes: Wishes) -> Item:
    return Item(
        id=work.id,
        cost=work.cost_vnd,
        money=work.money,
        sources=work.sources,
        commune=work.commune,
        upkeep=work.upkeep_vnd,
        owed=work.owed,
        carry_over=work.carry_over,
        build_years=work.build_years,
        requires=work.requires,
        rival=work.rival,
        forced=wishes.forced[work.id][0] if work.id in wishes.forced else None,
    )
