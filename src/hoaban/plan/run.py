"""A plan from the newest snapshot, kept."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from hoaban.base.law import Law
from hoaban.base.models import User
from hoaban.measure.place import Place
from hoaban.measure.run import opened
from hoaban.measure.tables import Tables
from hoaban.plan import operations
from hoaban.plan.models import Plan
from hoaban.plan.money import envelopes as money
from hoaban.plan.money.envelopes import EnvelopeLike, Envelopes
from hoaban.plan.planning import Planned, plan
from hoaban.plan.wishes import Wishes
from hoaban.plan.works import WorkKind
from hoaban.record.roads import RoadRules


def asked(
    envelopes: Iterable[EnvelopeLike], *, years: str, budget_vnd: int | None = None
) -> Envelopes:
    """The money of a plan: the province's own in some years, or one total in their shape.

    Raises a problem for years outside the province's plan and for a budget of 0 or below.
    """
    rows = list(envelopes)
    span = money.read_years(years, rows)
    if budget_vnd is None:
        return money.of_province(rows, span)
    return money.of_budget(budget_vnd, rows, span)


def run(
    snapshots: Path,
    law: Law,
    place: Place,
    *,
    kinds: Mapping[str, WorkKind],
    rules: RoadRules,
    envelopes: Envelopes,
    on: date,
    at: datetime,
    wishes: Wishes | None = None,
    said: Callable[[str, float], None] = lambda what, share: None,
    stop: Callable[[], bool] | None = None,
    actor: User | None = None,
) -> tuple[Tables, Planned, Plan]:
    """Plan from the newest snapshot for the facts of the day ``on``; keep it, made ``at``.

    ``wishes``, ``said`` and ``stop`` are those of `planning.plan`.
    """
    tables = opened(snapshots, law, place, on)
    found = plan(
        tables,
        law,
        place,
        kinds=kinds,
        rules=rules,
        envelopes=envelopes,
        at=on,
        wishes=wishes,
        said=said,
        stop=stop,
    )
    return tables, found, operations.store(found, at=at, actor=actor)
