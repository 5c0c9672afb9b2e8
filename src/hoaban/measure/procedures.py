"""T5: basic procedures that are digitised and really used in the village.

The unit is a pair of a basic procedure and a village. A pair counts when the procedure is
digitised, is deployed there, and a case was completed within the window. Filed by oneself,
with help and by an official on one's behalf are told apart; a pair may have several forms.
"""

from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.base.law import Law
from hoaban.measure.poverty import share
from hoaban.measure.tables import Tables

METHOD = "t5-pairs-1"
TABLES = ["procedures", "deployments", "villages"]
PARAMETERS = ("procedures.window_months",)
FORMS = ("self", "helped", "on_behalf")


def by_village(tables: Tables, law: Law, at: date) -> pa.Table:
    """Basic procedures per village: ``village, deployed, used, live, self, helped, on_behalf``.

    ``deployed`` since the day or before; ``used`` of those, with a completed case in the
    window; ``live`` used and digitised; the forms count live pairs filed in each way.
    """
    months = law.number("procedures.window_months", at)

    def make(since: date, at: date) -> pa.Table:
        return _by_village(tables, since, at)

    return tables.once("procedures.by_village", TABLES, make, months_before(at, months), at)


def months_before(at: date, months: int) -> date:
    """The same day so many months earlier; the last of the month where it has no such day."""
    whole = at.year * 12 + at.month - 1 - months
    year, month = whole // 12, whole % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(at.day, (following - date(year, month, 1)).days))


def _by_village(tables: Tables, since: date, at: date) -> pa.Table:
    listed = tables.replace(listed=catalogue(tables, at)[1])["listed"]
    listed = listed.select(code=listed.id, digital=listed.digital)
    t = tables["deployments"].inner_join(listed, [("procedure", "code")])
    ended = (t.valid_to <= at).fill_null(False)
    t = t.filter((t.since <= at) & ~ended)
    recent = (t.last_completed_on > since) & (t.last_completed_on <= at) & (t.completed_12m > 0)
    used = recent.fill_null(False)
    live = used & t.digital.fill_null(False)
    filed = [(live & (t.form == form)).max().name(form) for form in FORMS]
    pairs = t.group_by("village", "procedure").agg(
        [used.max().name("used"), live.max().name("live"), *filed]
    )
    summed = [pairs[n].cast("int64").sum().name(n) for n in ("used", "live", *FORMS)]
    counted = pairs.group_by("village").agg([pairs.count().name("deployed"), *summed])
    return tables.run(counted.order_by("village"))


def catalogue(tables: Tables, at: date) -> tuple[date, pa.Table]:
    """The basic procedures that count all year, ``id, digital``, and the day they are of.

    The list is frozen on the first day of the year, so that the denominator does not move
    within it; where the register starts later in the year, the list of ``at`` is taken.
    """
    columns = ["id", "basic", "digital"]
    frozen_on = date(at.year, 1, 1)
    listed = tables.valid("procedures", frozen_on, columns)
    if listed.num_rows == 0:
        frozen_on, listed = at, tables.valid("procedures", at, columns)
    return frozen_on, listed.filter(listed["basic"]).select(["id", "digital"])


def target(tables: Tables, villages: pa.Table, *, at: date) -> dict[str, Any]:
    """T5's value (share of pairs that are live; None without procedures or villages), parts.

    The denominator is every basic procedure of the year's list in every village of the day.
    ``villages`` needs the columns ``procedures_deployed, _used, _live`` and one per form.
    """
    frozen_on, listed = catalogue(tables, at)
    basic = listed.num_rows
    digital = sum(1 for flag in listed["digital"].to_pylist() if flag)
    pairs = basic * villages.num_rows
    names = ("deployed", "used", "live", *FORMS)
    total = {n: sum(villages[f"procedures_{n}"].to_pylist()) for n in names}
    return {
        "value": share(total["live"], pairs),
        "unit": "share of procedure-village pairs",
        "parts": {
            "catalogue_on": frozen_on.isoformat(),
            "procedures": basic,
            "digitised": digital,
            "digitised_share": share(digital, basic),
            "villages": villages.num_rows,
            "pairs": pairs,
            "deployed": total["deployed"],
            "deployed_share": share(total["deployed"], pairs),
            "used": total["used"],
            "live": total["live"],
            "forms": {form: total[form] for form in FORMS},
        },
    }
