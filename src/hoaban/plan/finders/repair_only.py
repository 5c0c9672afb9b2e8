"""The cheapest repair (drains, slopes) of what a link would build: a rival of the link.

A repair leaves surface, width and bridges as they are. Where it keeps a road open for less, it is
worth more than a new road; where it only shortens the days that the road is shut, what that is
worth is for the joint evaluation to say. So it is proposed without a gain of its own.
"""

from dataclasses import replace

import numpy as np

from hoaban.base.text import Text
from hoaban.plan.facts import Facts
from hoaban.plan.finders.draft import Site
from hoaban.plan.finders.links import Link
from hoaban.plan.finders.roadworks import RoadPlan, link_work, said
from hoaban.plan.works import Work, WorkKind

_REPAIRS = frozenset({"drain", "susceptibility", "susceptibility_share"})


def alternative(facts: Facts, roads: RoadPlan, link: Link, site: Site, mode: str) -> list[Work]:
    """The repair of the roads that a link would mend otherwise: one work, or none.

    None where the link is a repair already, and where no repair opens a road to the mode in the
    wet season, or leaves an open one shut on fewer days.
    """
    mends = _mends(roads, link, mode)
    if not mends:
        return []
    mended = Link(f"repair:{link.name}", mends, ())
    what = said(roads, mended)
    why = Text(
        f"Chỉ sửa, không làm mới: {what.vi}; bớt ngày tắc đường, chọn một trong hai với làm mới.",
        f"Repair only, nothing built: {what.en}; shut on fewer days, a rival of building.",
    )
    return [link_work(facts, roads, mended, replace(site, id=mended.name), gain=0.0, why=why)]


def _mends(roads: RoadPlan, link: Link, mode: str) -> dict[int, int]:
    """The cheapest repair of each road of a link that one helps."""
    repairs = roads.repairs
    sets = np.array([n for n, group in enumerate(repairs.sets) if _all_repair(group)], np.int64)
    if not len(sets) or not set(link.mends.values()).difference(sets.tolist()):
        return {}
    found = {}
    for road in sorted(link.mends):
        shut = roads.ground.speed_kmh[mode, "wet"][road] <= 0
        fewer = repairs.days[mode][sets, road] < repairs.now[mode][road]
        helps = repairs.opens[mode][sets, road] & (shut | fewer)
        cost = np.where(helps, repairs.cost[sets, road], np.inf)
        if np.isfinite(cost).any():
            found[road] = int(sets[cost.argmin()])
    return found


def _all_repair(group: tuple[WorkKind, ...]) -> bool:
    return all(set(kind.effect("link") or {"": 0}) <= _REPAIRS for kind in group)
