"""Works for T2: links that hold all year; and what makes a commune pass.

T2 counts communes that pass all three tests, so a single work earns little by itself: a tenth
of its commune's share goes to the works one by one, nine tenths to a *pass*, which costs
nothing and requires what its commune still lacks. That is the seat's link for (a); for (b) the
cheapest villages' links up to the share of people that has to be linked; for (c) the cheaper of
a second way out and a stocked plan. A commune that cannot pass with the works known has no pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hoaban.base.text import Text
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders import repair_only
from hoaban.plan.finders.draft import Site
from hoaban.plan.finders.exits import second_ways, stocked_plans
from hoaban.plan.finders.links import Claims, Link, links
from hoaban.plan.finders.roadworks import (
    SINGLE,
    RoadPlan,
    code_of,
    link_work,
    part,
    road_plan,
    said,
    tests,
)
from hoaban.plan.works import MILESTONE, Work, WorkKind
from hoaban.record.roads import RoadRules


def connect(
    facts: Facts,
    links_by: Sequence[WorkKind],
    stocks: Sequence[WorkKind],
    rules: RoadRules,
) -> list[Work]:
    """Links of seats and villages, second ways and stocked plans, and the passes of communes.

    A link that builds has its repair beside it, as a rival (`repair_only`).
    """
    roads = road_plan(facts, links_by, rules)
    claims: Claims = {}
    communes, seats = _seats(facts, roads, claims)
    place, villages = _villages(facts, roads, claims)
    counted, shares = _by_people(facts, [place[link.name] for link in villages])
    gains = {name: SINGLE * part(facts, row) for name, row in communes.items()}
    gains |= {name: SINGLE * shares.get(v, 0.0) for name, v in place.items()}
    gains = _credit(gains, [*seats, *villages])
    works = []
    for link in (one for one in [*seats, *villages] if one.mends):
        if link.name in communes:
            commune = communes[link.name]["commune"]
            here = tuple(facts.in_commune(commune).tolist())
            site, why = Site(link.name, commune, None, here), _why_seat(facts, roads, link, commune)
        else:
            v = place[link.name]
            site = Site(link.name, str(facts.commune[v]), facts.path(v), (v,))
            why = _why_village(facts, roads, link, v)
        mode = "car" if link.name in communes else facts.number("connection.prevailing_mode")
        mended = repair_only.alternative(facts, roads, link, site, mode)
        rival = f"road:{link.name}" if mended else ""
        gain = gains[link.name]
        works.append(link_work(facts, roads, link, site, gain=gain, why=why, rival=rival))
        works += [replace(one, rival=rival) for one in mended]
    exits = second_ways(facts, roads) + [w for kind in stocks for w in stocked_plans(facts, kind)]
    lacks = _lacks(facts, {link.name: link for link in [*seats, *villages]}, counted, exits)
    return [*works, *exits, *_passes(facts, lacks)]


def _lacks(
    facts: Facts,
    found: Mapping[str, Link],
    counted: Mapping[str, list[int] | None],
    exits: Sequence[Work],
) -> dict[str, list[str] | None]:
    """By commune that fails a test: the works it lacks; None where they cannot be had."""
    lacks: dict[str, list[str] | None] = {}
    for row in tests(facts):
        commune = row["commune"]
        needed: list[list[str] | None] = []
        if not row["a"]:
            needed.append(_of(found.get(f"seat:{code_of(commune)}")))
        if not row["b"]:
            some = counted.get(commune)
            all_links = [_of(found.get(f"link:{facts.code[v]}")) for v in some or []]
            needed.append(None if some is None else [n for one in all_links for n in one or []])
        if not row["c"]:
            ways = sorted((w.cost_vnd + w.upkeep_vnd, w.id) for w in exits if w.commune == commune)
            needed.append([ways[0][1]] if ways else None)
        if needed:
            whole = [name for one in needed if one is not None for name in one]
            lacks[commune] = None if None in needed else sorted(set(whole))
    return lacks


def _of(link: Link | None) -> list[str] | None:
    """The works that make a link: its own, or those of others that are enough for it."""
    if link is None:
        return None
    return [link.name] if link.mends else list(link.requires)


def _passes(facts: Facts, lacks: Mapping[str, list[str] | None]) -> list[Work]:
    """The pass of each commune that can have one."""
    return [
        Work(
            id=f"pass:{code_of(commune)}",
            kind=MILESTONE,
            pack="",
            label=Text("Xã đạt kết nối quanh năm", "The commune passes"),
            commune=commune,
            village=None,
            cost_vnd=0,
            cost_low_vnd=0,
            cost_high_vnd=0,
            upkeep_vnd=0,
            money="investment",
            sources=(),
            proposed_by="generated",
            carry_over=False,
            effects=(),
            gains={"T2": (1 - SINGLE) / len(tests(facts))},
            why=Text("Đủ ba phép thử.", "All three tests are passed."),
            requires=tuple(needed),
            facts={
                "villages": tuple(facts.in_commune(commune).tolist()),
                "moves": {"T2": 1 / len(tests(facts))},
            },
        )
        for commune, needed in sorted(lacks.items())
        if needed is not None
    ]


def _seats(
    facts: Facts, roads: RoadPlan, claims: Claims
) -> tuple[dict[str, dict[str, Any]], list[Link]]:
    """Communes whose seat fails (a), by the name of their link, and the links."""
    failing = {f"seat:{code_of(row['commune'])}": row for row in tests(facts) if not row["a"]}
    found = links(
        roads.ground,
        roads.repairs,
        mode="car",
        centre=roads.centre,
        targets={n: roads.seats.get(row["commune"], -1) for n, row in failing.items()},
        days_max=facts.number("connection.closed_days_max"),
        claims=claims,
    )
    return failing, found


def _villages(facts: Facts, roads: RoadPlan, claims: Claims) -> tuple[dict[str, int], list[Link]]:
    """Villages without an all-season link, by the name of theirs, and the links."""
    weak = np.flatnonzero(~facts.flag("all_season_link"))
    node = roads.ground.numbers(facts.villages["node"])
    place = {f"link:{facts.code[v]}": int(v) for v in weak}
    found = links(
        roads.ground,
        roads.repairs,
        mode=facts.number("connection.prevailing_mode"),
        centre=roads.centre,
        targets={name: int(node[v]) for name, v in place.items()},
        days_max=facts.number("connection.closed_days_max"),
        claims=claims,
    )
    return place, found


def _why_seat(facts: Facts, roads: RoadPlan, link: Link, commune: str) -> Text:
    name, what = commune_name(facts, commune), said(roads, link)
    return Text(
        f"Trung tâm {name} chưa đi ô tô được suốt mùa mưa; lối rẻ nhất để nối với trung tâm tỉnh: "
        f"{what.vi}.",
        f"The seat of {name} cannot be reached by car all through the rains; the cheapest link to "
        f"the province's centre: {what.en}.",
    )


def _why_village(facts: Facts, roads: RoadPlan, link: Link, village: int) -> Text:
    name, what, people = facts.village_name(village), said(roads, link), int(facts.people[village])
    return Text(
        f"{name} ({people} người) chưa có đường đi được bốn mùa; lối rẻ nhất: {what.vi}.",
        f"{name} ({people} people) has no all-season link; the cheapest one: {what.en}.",
    )


def _by_people(
    facts: Facts, order: Sequence[int]
) -> tuple[dict[str, list[int] | None], dict[int, float]]:
    """The villages that (b) of each commune needs, the cheapest first; what each of them earns.

    None where all that can be linked are not enough. ``order`` is from the cheapest link on.
    """
    least = facts.number("connection.people_share_min")
    linked = facts.flag("all_season_link")
    counted: dict[str, list[int] | None] = {}
    shares: dict[int, float] = {}
    for row in (one for one in tests(facts) if not one["b"]):
        commune = row["commune"]
        here = facts.in_commune(commune)
        people = facts.people[here]
        needed = float(least * people.sum() - people[linked[here]].sum())
        some: list[int] = []
        left = needed
        for village in (v for v in order if facts.commune[v] == commune):
            if left <= 0:
                break
            some.append(village)
            counts = min(float(facts.people[village]), left)
            shares[village] = part(facts, row) * counts / max(needed, 1.0)
            left -= counts
        counted[commune] = some if left <= 0 else None
    return counted, shares


def _credit(own: dict[str, float], found: Sequence[Link]) -> dict[str, float]:
    """What each link earns: its own, and that of places which the works for it link too."""
    gains = dict(own)
    order = {link.name: n for n, link in enumerate(found)}
    for link in found:
        if not link.mends:
            last = max(link.requires, key=lambda name: order[name])
            gains[last] += own[link.name]
    return gains
