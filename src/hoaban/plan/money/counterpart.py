"""What the province owes from its own money beside what that money has left, year by year.

Where an act asks for a counterpart (đối ứng), what a plan draws from a source obliges the province
to add some of its own to what that source pays for. So own money that the plan spends on such works
counts, and what is still owed is set beside what the plan leaves of the province's own pools. That
own money spent on works of the programme counts is a reading of the act, not its word: *assumed*.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.plan.choice.instance import Pool
from hoaban.plan.money.blend import Financing, Line
from hoaban.plan.money.sources import Sources

OWN = "local"  # the source that is the province's own revenue


@dataclass(frozen=True, slots=True)
class Pools:
    """The money of a kept plan, whole đồng by year, kind and source."""

    budget: Mapping[Pool, int]
    spent: Mapping[Pool, int]

    def left(self, pool: Pool) -> int:
        """What no work uses of a pool; 0 where there is no such pool."""
        return self.budget.get(pool, 0) - self.spent.get(pool, 0)


@dataclass(frozen=True, slots=True)
class Check:
    """One year. ``owed`` is the counterpart by source, ``left`` what the own money has by kind.

    ``counted`` is own money that the plan spends on works for which such a source may pay, đồng.
    """

    year: int
    owed: Mapping[str, int]
    left: Mapping[str, int]
    counted: int = 0

    @property
    def owed_vnd(self) -> int:
        """What is owed for all sources, đồng."""
        return sum(self.owed.values())

    @property
    def left_vnd(self) -> int:
        """What the own pools of both kinds have left, đồng."""
        return sum(self.left.values())

    @property
    def short_vnd(self) -> int:
        """How much the own money falls short of what is owed; 0 where it suffices."""
        return max(self.owed_vnd - self.counted - self.left_vnd, 0)


def pools_of(plan: Mapping[str, Any]) -> Pools:
    """The pools of a plan as ``planned.as_json`` keeps it; empty where it names none."""
    budget: dict[Pool, int] = {}
    spent: dict[Pool, int] = {}
    for row in plan.get("money") or []:
        pool = (int(row["year"]), str(row["kind"]), str(row["source"]))
        budget[pool] = budget.get(pool, 0) + int(row["budget_vnd"])
        spent[pool] = spent.get(pool, 0) + int(row["spent_vnd"])
    return Pools(budget, spent)


def financing_of(plan: Mapping[str, Any]) -> Financing:
    """Who pays for what in a kept plan, in its order.

    A work kept without its payments, as plans once were, has no line.
    """
    return Financing(
        tuple(
            Line(
                work=str(work["work"]),
                source=str(paid["source"]),
                kind=str(paid["kind"]),
                year=int(paid["year"]),
                purpose=str(paid["for"]),
                vnd=int(paid["vnd"]),
            )
            for work in plan.get("chosen") or []
            for paid in work.get("payments") or []
        )
    )


def counted_of(plan: Mapping[str, Any], sources: Sources, *, own: str = OWN) -> dict[int, int]:
    """Own money of a kept plan on works for which a source with a counterpart may pay, by year."""
    asking = [one for one in sources.by_id.values() if one.counterpart]
    found: dict[int, int] = {}
    for work in plan.get("chosen") or []:
        if any(one.packs is None or work.get("pack") in one.packs for one in asking):
            for paid in work.get("payments") or []:
                if paid["source"] == own:
                    found[paid["year"]] = found.get(paid["year"], 0) + int(paid["vnd"])
    return found


def checks(
    financing: Financing,
    pools: Pools,
    sources: Sources,
    support: float,
    *,
    counted: Mapping[int, int] | None = None,
    own: str = OWN,
) -> list[Check]:
    """Each year's counterpart beside what is left, in order; years that owe nothing are left out.

    ``counted`` is from `counted_of`, nothing without; ``support`` is the share of the province's
    budget that is central support, 0-1 (`hoaban.plan.money.sources.SUPPORT`); ``own`` the source
    that owes. Raises `hoaban.plan.money.sources.UnknownSource` for a payment of a source that no
    rule knows.
    """
    owed = financing.counterpart(sources, support)
    return [
        Check(
            year,
            {source: vnd for (source, when), vnd in owed.items() if when == year},
            _left(pools, year, own),
            (counted or {}).get(year, 0),
        )
        for year in sorted({when for _, when in owed})
    ]


def short_years(found: Iterable[Check]) -> list[Check]:
    """The years in which the own money falls short."""
    return [one for one in found if one.short_vnd]


def _left(pools: Pools, year: int, own: str) -> dict[str, int]:
    kinds = sorted(kind for when, kind, source in pools.budget if (when, source) == (year, own))
    return {kind: pools.left((year, kind, own)) for kind in kinds}
