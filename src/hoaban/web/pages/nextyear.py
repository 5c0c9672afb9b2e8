"""Next year's investment proposed from this year's absorption, for the province to look at."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest

from hoaban.account.spending import investment, nextyear
from hoaban.account.spending.absorption import Row
from hoaban.account.spending.nextyear import Proposed
from hoaban.base import scope
from hoaban.base.law import Law, Value
from hoaban.base.money import format_vnd, number, parse_vnd
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.plan.money.sources import SUPPORT
from hoaban.web import figures
from hoaban.web.financed import Rule, rule
from hoaban.web.pages import reading
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table, plain

HELD: dict[str, Text] = {
    investment.FLOOR: Text("giữ mức sàn", "held harmless"),
    investment.CEILING: Text("tới mức trần", "at the ceiling"),
    "": Text("", ""),
}
_POINTS = "allocation.points_difficult_village"
Json = dict[str, Any]


def shown(
    request: HttpRequest,
    rows: Iterable[Row],
    points: Mapping[str, int],
    *,
    year: int,
    at: date,
    plan: Mapping[str, Any] | None,
) -> Json:
    """The proposal of the year after ``year``: ``?von=`` another pool, ``?tru=1`` deducts.

    ``points`` by commune path are cut to the reader's own area. A refusal is a sentence.
    """
    law, after = reading.law(), year + 1
    typed, deduct = request.GET.get("von", ""), request.GET.get("tru") == "1"
    known = pool(plan, after)
    content: Json = {
        "year": after,
        "typed": typed,
        "deduct": deduct,
        "known": known,
        "principle": investment.PRINCIPLE,
    }
    own = _own(request.user, points)
    try:
        if not typed and not known:
            return content
        pool_vnd = parse_vnd(typed) if typed else known
        found = nextyear.propose(rows, own, law, at, year=year, pool_vnd=pool_vnd, deduct=deduct)
        return content | {"rules": _rules(law, at, deduct=deduct), **_proposed(found)}
    except Problem as problem:
        return content | {"fault": Text(problem.text("vi"), problem.text("en"))}


def pool(plan: Mapping[str, Any] | None, year: int) -> int:
    """The investment money of a year in a kept plan, đồng; 0 where it has none."""
    return sum(
        int(row["budget_vnd"])
        for row in (plan or {}).get("money") or []
        if (row["year"], row["kind"]) == (year, "investment")
    )


def _own(user: Any, points: Mapping[str, int]) -> dict[str, int]:
    top = user.area.path
    return {path: worth for path, worth in points.items() if scope.inside(path, top)}


def _proposed(found: Proposed) -> Json:
    return {
        "pool_vnd": found.next.pool_vnd,
        "reserve_vnd": found.next.reserve_vnd,
        "given_vnd": sum(one.amount_vnd for one in found.next.proposals.values()),
        "table": _table(found, reading.names()),
    }


def _rules(law: Law, at: date, *, deduct: bool) -> list[Rule]:
    """The values of the law that the proposal rests on."""
    names = ["agreement.hold_harmless", "agreement.rise_max", _POINTS]
    return [_rule(law.at(name, at)) for name in [*names, *([SUPPORT] if deduct else [])]]


_SAID: dict[str, Text] = {
    "agreement.hold_harmless": Text("Giảm nhiều nhất", "Greatest fall"),
    "agreement.rise_max": Text("Tăng nhiều nhất", "Greatest rise"),
    _POINTS: Text("Điểm phân bổ", "Points of the allocation rule"),
    SUPPORT: Text("Trung ương hỗ trợ", "Central support"),
}


def _rule(value: Value) -> Rule:
    says = "" if value.name == _POINTS else figures.share(value.value, 1)
    return rule(_SAID[value.name], Text(says, says), value)


def _table(found: Proposed, names: Mapping[str, str]) -> Table:
    lines = [
        Line(names.get(path, path), _cells(found, path))
        for path in sorted(found.next.proposals, key=lambda path: names.get(path, path))
    ]
    return Table(
        Text("Đề xuất vốn đầu tư từng xã", "Proposed investment by commune"),
        Text("Xã, phường", "Commune"),
        [
            Text(f"Phân bổ {found.year}", f"Allocated {found.year}"),
            Text("Đã giải ngân", "Disbursed"),
            Text("Điểm phân bổ", "Points"),
            Text("Trừ đối ứng", "Counterpart deducted"),
            Text(f"Đề xuất {found.year + 1}", f"Proposed {found.year + 1}"),
            Text("So với năm trước", "Against the year before"),
            Text("Giới hạn", "Limit"),
        ],
        lines,
        "bang-von-nam-sau",
    )


def _cells(found: Proposed, path: str) -> list[Cell]:
    one, had = found.next.proposals[path], found.past.get(path)
    before = had.allocated_vnd if had else 0
    share = one.disbursed / investment.WHOLE
    change = one.amount_vnd / before - 1 if before else None
    return [
        Cell(format_vnd(before), str(before)),
        Cell(figures.share(share, 1), f"{share:.4f}") if before else Cell("–", NONE),
        Cell(number(one.points), str(one.points)),
        Cell(format_vnd(one.deducted_vnd), str(one.deducted_vnd)),
        Cell(format_vnd(one.amount_vnd), str(one.amount_vnd)),
        _change(change),
        plain(HELD[one.held].vi or "–"),
    ]


def _change(share: float | None) -> Cell:
    """Against the year before, with its sign; "–" where there was nothing."""
    if share is None:
        return Cell("–", NONE)
    sign = "+" if share > 0 else ""
    return Cell(f"{sign}{figures.share(share, 1)}", f"{share:.6f}")
