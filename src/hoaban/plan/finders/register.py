"""Works of the register that still need money: owed, under way, or approved on application."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hoaban.base import scope
from hoaban.base.money import format_vnd
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import Text
from hoaban.plan import safeguards
from hoaban.plan.facts import Facts, commune_name
from hoaban.plan.finders import homes, sites
from hoaban.plan.finders.draft import Site, Terms, draft
from hoaban.plan.money.sources import Sources
from hoaban.plan.works import Effect, Work, WorkKind

_STATUSES = ("under_way", "approved", "finished")


class UnknownWork(Problem):
    vi = "Bảng {table}, mã {id}: không gói nào có loại “{kind}”; gần nhất là “{nearest}”."
    en = "Table {table}, id {id}: no pack has the kind “{kind}”; the nearest is “{nearest}”."


class WorkOutsideNetwork(Problem):
    vi = (
        "Bảng {table}, mã {id}: mạng đường không có đoạn “{road}”; gần nhất là “{nearest}”. "
        "Hãy sửa cột targets."
    )
    en = (
        "Table {table}, id {id}: the network has no road “{road}”; the nearest is “{nearest}”. "
        "Mend the column targets."
    )


def registered(facts: Facts, kinds: Mapping[str, WorkKind]) -> list[Work]:
    """Works of the register that still need money, in order of id.

    What is left to pay is the cost less what was spent, never below 0. A finished work whose
    spending is known and below its cost is ``owed``: it has no effects, for it stands already.
    Settled and suspended works are left out. Raises `UnknownWork`, `WorkOutsideNetwork`, and for
    the money's source `hoaban.plan.money.sources.SourceMayNotPay` and `UnknownSource`.
    """
    columns = ["id", "area", "work", "status", "cost_vnd", "spent_vnd", "fund", "targets"]
    columns += ["village", *safeguards.columns(facts.tables)]
    rows = facts.tables.valid("works", facts.at, columns).sort_by("id").to_pylist()
    rows = [row for row in rows if row["status"] in _STATUSES and not _paid(row)]
    if not rows:
        return []
    money = Sources.of(facts.law, facts.at)
    roads = set(facts.tables.arrow("roads", ["id"])["id"].to_pylist())
    found = []
    for row in rows:
        kind = kind_of("works", row["id"], row["work"], kinds)
        if row["fund"]:
            where = f"works, {row['id']}"
            money.check(row["fund"], kind.pack, kind.money, where=where)
        check_roads("works", row["id"], kind, _targets(row), roads)
        found.append(_registered(facts, kind, row))
    return found


def kind_of(table: str, row: str, name: str, kinds: Mapping[str, WorkKind]) -> WorkKind:
    """The kind that a row names. Raises `UnknownWork`."""
    if name not in kinds:
        raise UnknownWork(table=table, id=row, kind=name, nearest=nearest(name, kinds))
    return kinds[name]


def check_roads(
    table: str, row: str, kind: WorkKind, targets: Sequence[str], roads: Collection[str]
) -> None:
    """Refuse a work on a road that the network does not have. Raises `WorkOutsideNetwork`."""
    if kind.effect("link") is None:
        return
    for road in targets:
        if road not in roads:
            near = nearest(road, roads)
            raise WorkOutsideNetwork(table=table, id=row, road=road, nearest=near)


def _paid(row: Mapping[str, Any]) -> bool:
    """Whether a finished work owes nothing as far as is known; what is not known is no debt."""
    spent = row["spent_vnd"]
    return row["status"] == "finished" and (spent is None or spent >= (row["cost_vnd"] or 0))


def _targets(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(t for t in (row["targets"] or "").split(";") if t)


def _registered(facts: Facts, kind: WorkKind, row: Mapping[str, Any]) -> Work:
    begun, owed = row["status"] == "under_way", row["status"] == "finished"
    left = max(0, (row["cost_vnd"] or 0) - (row["spent_vnd"] or 0))
    commune = scope.commune_of(row["area"])
    here = facts.place_of().get(row["village"] or "", -1)
    villages = (here,) if here >= 0 else tuple(facts.in_commune(commune).tolist())
    site = Site(row["id"], commune, facts.path(here) if here >= 0 else None, villages)
    name = facts.village_name(here) if here >= 0 else commune_name(facts, commune)
    at = _targets(row) or ((str(facts.code[here]),) if here >= 0 else (commune,))
    effects = (
        () if owed else tuple(Effect(effect.kind, effect.given, at) for effect in kind.effects)
    )
    made = draft(
        facts,
        kind,
        site,
        quantity=0,
        gains={} if owed else _gains(facts, kind, villages),
        effects=effects,
        why=_why(name, left, row["status"]),
        terms=Terms(facts={"register": row["id"]}),
    )
    sources = (row["fund"], *(s for s in kind.sources if s != row["fund"])) if row["fund"] else ()
    upkeep = (row["cost_vnd"] or 0) * kind.cost.upkeep // max(1, kind.cost.likely)
    return replace(
        made,
        cost_vnd=left,
        cost_low_vnd=left,
        cost_high_vnd=left,
        cost_source="register",
        upkeep_vnd=0 if owed else upkeep,
        facts={**made.facts, "price_year": None},
        sources=sources or kind.sources,
        proposed_by="province" if begun or owed else "village",
        carry_over=begun,
        owed=owed,
        build_years=5 if begun else kind.build_years,
        safeguards=safeguards.recorded(row),
    )


def _why(name: str, left: int, status: str) -> Text:
    if status == "approved":
        return Text(
            "Đã được phê duyệt theo đơn của người dân.",
            "Approved on the application of the people concerned.",
        )
    if status == "finished":
        return Text(
            f"Công trình ở {name} đã hoàn thành, còn nợ {format_vnd(left)}; trả nợ trước khi "
            "làm tiếp và mở việc mới.",
            f"A work in {name} is finished and {left // 10**6} million đồng are still owed; "
            "arrears are paid before anything else.",
        )
    return Text(
        f"Công trình chuyển tiếp ở {name}: đã làm một phần, còn {format_vnd(left)}; "
        "xong việc dở rồi mới mở việc mới.",
        f"A work under way in {name}: part is done and {left // 10**6} million đồng remain; "
        "what was begun is finished before anything new is opened.",
    )


def _gains(facts: Facts, kind: WorkKind, villages: tuple[int, ...]) -> dict[str, float]:
    """What a registered work adds, where a simple sum can say it: water in one village."""
    if len(villages) != 1:
        return {}
    here = np.array(villages)
    return {"T3": homes.take_up(kind, "water_standard") * sites.leg(facts, "water", here)}
