"""Next year's investment by commune, from this year's absorption: gathered for `investment`.

The counterpart that a commune has not paid in is in no register. It may be estimated: what the act
asks for, on the money of each source allocated there, less the province's own money allocated
there. That is an assumption, so it is deducted only when it is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from hoaban.account.spending import absorption, investment
from hoaban.account.spending.absorption import Row
from hoaban.account.spending.investment import NextYear, Past
from hoaban.base.law import Law
from hoaban.plan.money.counterpart import OWN
from hoaban.plan.money.sources import SUPPORT, Sources


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal for the year after ``year``, with what each commune had in it by path."""

    year: int
    past: Mapping[str, Past]
    next: NextYear


def propose(
    rows: Iterable[Row],
    points: Mapping[str, int],
    law: Law,
    at: date,
    *,
    year: int,
    pool_vnd: int,
    deduct: bool = False,
) -> Proposed:
    """What `investment.propose` makes of a year's rows, by the law of the day ``at``.

    ``points`` of the allocation rule by commune path: who has none gets none. ``deduct`` takes the
    estimated missing counterpart off. Raises as `investment.propose` and `missing` do.
    """
    listed = list(rows)
    past = absorption.past(listed, year=year)
    if deduct:
        owed = missing(listed, law, at, year=year)
        past = {path: replace(one, owed_vnd=owed.get(path, 0)) for path, one in past.items()}
    return Proposed(year, past, investment.propose(pool_vnd, points, past, law, at))


def missing(rows: Iterable[Row], law: Law, at: date, *, year: int) -> dict[str, int]:
    """The estimated counterpart not paid in, đồng by commune; communes that owe none are left out.

    Investment alone. Raises `hoaban.base.law.NotInForce` or `NoSuchParameter` where the share of
    central support is not given, `hoaban.plan.money.sources.UnknownSource` for an unknown fund.
    """
    sources, support = Sources.of(law, at), float(law.number(SUPPORT, at))
    owed: dict[str, int] = {}
    for row in absorption.latest(rows, year=year):
        if row.kind != "investment":
            continue
        due = sources.counterpart_vnd(row.fund, row.allocated, support)
        own = row.allocated if row.fund == OWN else 0
        owed[row.commune] = owed.get(row.commune, 0) + due - own
    return {path: vnd for path, vnd in sorted(owed.items()) if vnd > 0}
