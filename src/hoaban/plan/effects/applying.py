"""The tables of a snapshot as they would be with some works done: all their effects together.

Every work counts as finished on the day ``at``, so what comes out is measured with the same
day, rows and closures as what went in. ``visits`` changes nothing that is measured yet.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure.poverty import Standard, rounds
from hoaban.measure.procedures import months_before
from hoaban.measure.tables import Tables
from hoaban.plan.effects import on_ground, on_people
from hoaban.plan.finders import staffing
from hoaban.plan.works import Effect, Work
from hoaban.record.roads import RoadRules

STOCKED = "four_on_the_spot"


def apply(
    tables: Tables, works: Iterable[Work], rules: RoadRules, law: Law, *, at: date, until: date
) -> Tables:
    """The tables with the works' effects on everything but income.

    ``until`` is the last day of the plan, to which stocks are kept up. Cleared deprivations
    are in the answers of the newest review: T1 must not be measured here but on `with_income`.
    """
    by_kind = _by_kind(works)
    changed: dict[str, pa.Table] = {}
    if by_kind.get("link"):
        changed |= _links(tables, by_kind["link"], rules, at)
    if by_kind.get("service"):
        changed |= _services(tables, by_kind["service"], at, until)
    done = rounds(tables, at)
    if by_kind.get("clears") and done:
        reviews = tables.arrow("reviews")
        changed["reviews"] = on_people.cleared(reviews, done[-1][0], by_kind["clears"])
    if by_kind.get("trains"):
        course = law.number("training.courses", at)["governance"]
        posts = staffing.posts(tables, course, at)
        training = tables.arrow("training")
        changed["training"] = on_people.trained(training, by_kind["trains"], posts, at)
    if by_kind.get("deploys"):
        changed |= _deploys(tables, by_kind["deploys"], law, at)
    return tables.replace(**changed)


def with_income(
    tables: Tables, works: Iterable[Work], rule: Standard, *, at: date, case: str = "likely"
) -> Tables:
    """The tables with the income that works add, and nothing else: what T1 is measured on.

    The same tables come back when no work adds any in this ``case`` (low, likely, high).
    """
    earns = [e for e in _by_kind(works).get("earns", ()) if float(e.given[case]) > 0]
    done = rounds(tables, at)
    if not earns or not done:
        return tables
    reviews = on_people.earned(tables.arrow("reviews"), done[-1][0], earns, rule, case)
    return tables.replace(reviews=reviews)


def _by_kind(works: Iterable[Work]) -> dict[str, list[Effect]]:
    found: dict[str, list[Effect]] = {}
    for work in sorted(works, key=lambda w: w.id):
        for effect in work.effects:
            found.setdefault(effect.kind, []).append(effect)
    return found


def _links(
    tables: Tables, effects: list[Effect], rules: RoadRules, at: date
) -> dict[str, pa.Table]:
    roads, stays = on_ground.roads(tables.arrow("roads"), effects, rules)
    return {"roads": roads, "closures": on_ground.closures(tables.arrow("closures"), stays, at)}


def _services(tables: Tables, effects: list[Effect], at: date, until: date) -> dict[str, pa.Table]:
    changed: dict[str, Any] = {}
    flags = [e for e in effects if e.given["kind"] in on_ground.FLAGS]
    stocks = [e for e in effects if e.given["kind"] == STOCKED]
    places = [e for e in effects if e.given["kind"] not in (*on_ground.FLAGS, STOCKED)]
    if flags:
        changed["villages"] = on_ground.villages(tables.arrow("villages"), flags)
    if stocks:
        plans = tables.arrow("four_on_the_spot")
        changed["four_on_the_spot"] = on_ground.stocked(plans, stocks, at, until)
    if places:
        changed["facilities"] = on_ground.facilities(
            tables.arrow("facilities"), tables.arrow("villages"), places, at
        )
    return changed


def _deploys(tables: Tables, effects: list[Effect], law: Law, at: date) -> dict[str, pa.Table]:
    villages = tables.valid("villages", at, ["id", "area"])
    areas = dict(zip(villages["id"].to_pylist(), villages["area"].to_pylist(), strict=True))
    procedures = on_people.digitised(tables.arrow("procedures"), effects)
    since = months_before(at, int(law.number("procedures.window_months", at)))
    deployments = on_people.deployed(
        tables.arrow("deployments"), procedures, areas, effects, since=since, at=at
    )
    return {"procedures": procedures, "deployments": deployments}
