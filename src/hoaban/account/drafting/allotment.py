"""What each commune's agreement may come to: base, performance ceiling and equity, from one pool.

The pool is split by the three shares. The performance part's stake is B_perf · need share, left
exact and rounded down only when it is paid, so that what one commune is paid depends on no other
commune's results. Base goes by the points of the allocation rule, equity by people without an
all-season link, which no commune can add to by reporting more poverty; the two together are
projected between floors (hold-harmless, an amount a poor person) and ceilings (`projection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from hoaban.account.drafting import need as needs
from hoaban.account.drafting.need import CRITERIA, Need
from hoaban.account.terms import projection
from hoaban.account.terms.scores import exact
from hoaban.base.law import Law
from hoaban.base.problems import Problem

PARTS = ("base", "performance", "equity")


class SharesDoNotAddUp(Problem):
    vi = "Ba phần cơ bản, kết quả, công bằng cộng lại là {total}, không phải 1; hãy sửa tham số."
    en = "The base, performance and equity shares add up to {total}, not 1; mend the parameters."


@dataclass(frozen=True, slots=True)
class Allotment:
    """One commune's parts, whole đồng. ``stake`` is exact; ``performance_vnd`` is its whole part.

    ``factors`` is JSON-ready: what the parts were counted from, each with its weight; an amount
    that may not be published is None there.
    """

    base_vnd: int
    performance_vnd: int
    equity_vnd: int
    stake: Fraction
    factors: Mapping[str, Any]


def allot(
    pool_vnd: int, counted: Need, law: Law, at: date, *, last_year: Mapping[str, int]
) -> dict[str, Allotment]:
    """The parts of every commune, by path. ``last_year`` is base and equity of the year before.

    Base and equity sum to their pools exactly; the performance stakes sum to theirs exactly
    before rounding. Raises `SharesDoNotAddUp`.
    """
    pools = _pools(pool_vnd, law, at)
    weight, floor = needs.weights(law, at), exact(law.number("agreement.need_floor", at))
    share = needs.shares(counted.amounts, weight, floor=floor)
    base, equity = _certain(pools, counted, law, at, last_year)
    stakes = {path: pools["performance"] * part for path, part in share.items()}
    return {
        path: Allotment(
            base_vnd=base[path],
            performance_vnd=int(stakes[path]),
            equity_vnd=equity[path],
            stake=stakes[path],
            factors={
                "need_share": str(part),
                "performance_pool_vnd": pools["performance"],
                "last_year_vnd": last_year.get(path),
                "cut_off_people": counted.cut_off[path],
                "criteria": _criteria(path, counted, weight),
            },
        )
        for path, part in share.items()
    }


def _pools(pool_vnd: int, law: Law, at: date) -> dict[str, int]:
    shares = {name: exact(law.number(f"agreement.{name}_share", at)) for name in PARTS}
    if sum(shares.values()) != 1:
        raise SharesDoNotAddUp(total=float(sum(shares.values())))
    return projection.split(pool_vnd, {name: int(share * 10**6) for name, share in shares.items()})


def _certain(
    pools: Mapping[str, int],
    counted: Need,
    law: Law,
    at: date,
    last_year: Mapping[str, int],
) -> tuple[dict[str, int], dict[str, int]]:
    """Base and equity by path, projected together; equity keeps its amount, base takes the rest."""
    points, cut_off = counted.amounts["points"], counted.cut_off
    base = projection.split(pools["base"], points)
    equity = projection.split(pools["equity"], cut_off if any(cut_off.values()) else points)
    certain = pools["base"] + pools["equity"]
    held = projection.bounds(
        {path: had for path, had in last_year.items() if path in points},
        _for_the_poor(certain, counted, law, at),
        certain,
        harmless=exact(law.number("agreement.hold_harmless", at)),
        rise=exact(law.number("agreement.rise_max", at)),
    )
    wanted = {path: base[path] + equity[path] for path in points}
    total = projection.project(wanted, held, certain)
    equity = {path: min(equity[path], total[path]) for path in points}
    return {path: total[path] - equity[path] for path in points}, equity


def _for_the_poor(certain: int, counted: Need, law: Law, at: date) -> dict[str, int]:
    """The least for each: a part of what an equal amount a poor person would give, đồng."""
    part = exact(law.number("agreement.poor_floor", at))
    burden = counted.amounts["poverty"]
    whole = sum(burden.values())
    if not whole:
        return dict.fromkeys(burden, 0)
    return {path: int(part * certain * amount / whole) for path, amount in burden.items()}


def _criteria(path: str, counted: Need, weight: Mapping[str, Fraction]) -> list[dict[str, Any]]:
    return [
        {
            "criterion": name,
            "weight": float(weight[name]),
            "amount": None
            if name == "poverty" and path in counted.hidden
            else counted.amounts[name][path],
        }
        for name in CRITERIA
    ]
