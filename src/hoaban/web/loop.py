"""The loop as the commands turn it: freeze, measure, plan, approve, what if.

Each function asks the rooms in order and returns what a terminal, a report or a page shows.
No rules here: what is chosen, drafted or drawn is decided in the rooms.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from hoaban.account import operations as accounting
from hoaban.account.checks import verification
from hoaban.account.drafting import agreements
from hoaban.account.payments import settling
from hoaban.base import events
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.measure import calibration, drawing, targets
from hoaban.measure import run as measuring
from hoaban.measure.tables import Tables
from hoaban.plan import operations, works
from hoaban.plan import run as plans
from hoaban.plan.models import Plan
from hoaban.plan.planned import Planned
from hoaban.plan.wishes import Wishes
from hoaban.record import boundaries, lists
from hoaban.record import freeze as freezing
from hoaban.web import loaded
from hoaban.web.wiring import WIRING


class NothingPlanned(Problem):
    vi = "Chưa có kế hoạch nào; hãy chạy hoaban plan trước."
    en = "There is no plan yet; run hoaban plan first."
    status = 409


def freeze() -> Path:
    """Freeze what the database holds; returns the snapshot's folder."""
    loaded.current()
    return freezing.freeze(
        settings.SNAPSHOTS,
        lists.read_lists(settings.PACKS),
        key=settings.PSEUDONYM_KEY,
        layers=settings.LAYERS,
    )


def measure(
    *,
    on: date,
    at: datetime,
    cell_m: float | None = None,
    engine: str = "duckdb",
    said: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The five targets from the newest snapshot for the day ``on``; keeps the figures.

    With ``cell_m`` the travel-time surfaces are drawn too, on cells of so many metres.
    ``engine`` (duckdb, spark) runs what is counted over the snapshot's tables.
    """
    here = loaded.current()
    tables, measured, kept = measuring.run(
        settings.SNAPSHOTS, here.law, here.place, on=on, at=at, engine=engine
    )
    found = targets.as_json(measured)
    declared = lists.read_lists(settings.PACKS)
    found["entitlements"] = measuring.entitlements(tables, kept, declared, here.law, at=at)
    if cell_m is not None:
        found["surfaces"] = drawing.draw(
            tables,
            here.law,
            boundaries.whole(),
            measured.villages,
            at=on,
            cell_m=cell_m,
            into=settings.SURFACES,
            said=said,
        )
    tables.close()
    return found


def calibrate(*, on: date) -> dict[str, Any]:
    """What the newest snapshot's timed walks say of the speeds in the province's roads.yaml."""
    here = loaded.current()
    tables = measuring.opened(settings.SNAPSHOTS, here.law, here.place, on)
    factors = calibration.fit(calibration.read(tables, on))
    speeds = calibration.speeds(here.rules, factors)
    return {
        "snapshot": tables.name,
        "at": on.isoformat(),
        "factors": [asdict(factor) for factor in factors],
        "roads_yaml": calibration.as_yaml(speeds),
    }


@transaction.atomic
def plan(
    *,
    budget: int | None,
    years: str,
    on: date,
    at: datetime,
    wishes: Wishes | None = None,
    said: Callable[[str, float], None] = lambda what, share: None,
    stop: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """The main job from the newest snapshot: the plan, draft agreements, a rehearsed sample.

    The sample's seed comes from the digest under which the drafted claims were locked, so the
    rehearsal can be repeated; the real draw takes a seed that nobody knew before the lock.
    """
    here = loaded.current()
    envelopes = plans.asked(here.province.envelopes, years=years, budget_vnd=budget)
    tables, planned, kept = plans.run(
        settings.SNAPSHOTS,
        here.law,
        here.place,
        kinds=works.read_works(settings.PACKS),
        rules=here.rules,
        envelopes=envelopes,
        on=on,
        at=at,
        wishes=wishes,
        said=said,
        stop=stop,
    )
    result: dict[str, Any] = {**kept.result, **_promised(tables, planned, kept, here, on=on, at=at)}
    kept.result = result
    kept.save(update_fields=["result"])
    return dict(result)


def _promised(
    tables: Tables,
    planned: Planned,
    kept: Plan,
    here: loaded.Loaded,
    *,
    on: date,
    at: datetime,
) -> dict[str, Any]:
    """Draft agreements of the plan, kept, and the verification sample of their claims."""
    year = max(planned.envelopes.years[0], on.year + 1)
    pool = _left_over(kept.result["money"], year)
    drafts = agreements.draft(
        kept.result,
        planned.before,
        tables,
        here.law,
        on,
        promises=agreements.promises(settings.PACKS),
        pool_vnd=pool,
        year=year,
        last_year=settling.certain(year - 1),
    )
    accounting.store(drafts, snapshot=kept.snapshot, plan=str(kept.pk), user=None, at=at)
    claims = verification.claims(drafts)
    digest = verification.lock(claims)
    seed = int(digest[:15], 16)
    return {
        "contracts": len(drafts),
        "agreements": [agreements.as_json(one) for one in drafts],
        "agreements_equity": agreements.equity(drafts),
        "verification_sample": verification.draw(
            claims, seed=seed, law=here.law, at=on, digest=digest
        ),
        "verification": {"claims": len(claims), "digest": digest, "seed": seed, "rehearsal": True},
    }


def _left_over(money: list[dict[str, Any]], year: int) -> int | None:
    """What the plan leaves of a year's recurrent money: no đồng is promised twice.

    None when the plan has no such year; the province's own money is shared then.
    """
    rows = [row for row in money if (row["year"], row["kind"]) == (year, "recurrent")]
    return sum(row["budget_vnd"] - row["spent_vnd"] for row in rows) if rows else None


def approve(*, plan: int | None, user: User, at: datetime) -> str:
    """Approve a plan in a person's name and hand the news on until the cases are open."""
    newest = Plan.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        raise NothingPlanned
    approved = operations.approve(plan=plan or newest, user=user, at=at)
    while events.handle_next(WIRING, at=at):
        pass
    count = len(approved.result["chosen"])
    return (
        f"Kế hoạch số {approved.pk} do {user.get_username()} phê duyệt; mở {count} việc. / "
        f"Plan {approved.pk} approved by {user.get_username()}; {count} cases opened."
    )
