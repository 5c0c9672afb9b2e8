"""The plan at every budget as a table: the same figures as the charts beside it."""

from collections.abc import Mapping
from typing import Any

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import budgetcurve, figures, words
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table

COLUMNS = (
    Text("Ngân sách", "Budget"),
    Text("Chi", "Spent"),
    Text("Số việc", "Works"),
    Text("Giá trị chung", "Worth"),
    Text("Khoảng cách", "Gap at most"),
)


def table(plan: Mapping[str, Any]) -> Table:
    """A line for each budget tried, from small to large; empty without a curve."""
    before = (plan.get("targets") or {}).get("before") or {}
    codes = [code for code in words.TARGETS if code in before]
    goals = {code: float(before[code]["target"]) for code in codes}
    return Table(
        label=Text(
            "Mỗi mức tiền chọn lại từ đầu. Tiền mới: không kể việc còn nợ, chuyển tiếp.",
            "A choice of its own at each budget. New money: without what is owed or under way.",
        ),
        head=Text("Phần tiền mới", "Of the new money"),
        columns=[*COLUMNS, *(Text(code, code) for code in codes)],
        lines=[_line(one, goals) for one in budgetcurve.points(plan)],
    )


def _line(one: Mapping[str, Any], goals: Mapping[str, float]) -> Line:
    gap = one.get("gap")
    cells = [
        _money(one["budget_vnd"]),
        _money(one["spent_vnd"]),
        Cell(number(one["works"]), str(one["works"])),
        Cell(number(one["worth"], 3), f"{one['worth']:.6f}"),
        Cell(figures.share(gap), NONE if gap is None else f"{gap:.6f}"),
        *(_target(code, one["targets"].get(code), goal) for code, goal in goals.items()),
    ]
    return Line(figures.share(one["share"], 0), cells)


def _money(amount: int) -> Cell:
    return Cell(format_vnd(int(amount)), str(int(amount)))


def _target(code: str, value: float | None, goal: float) -> Cell:
    if value is None:
        return Cell(figures.share(None), NONE)
    there = " ✓" if budgetcurve.met(code, value, goal) else ""
    return Cell(figures.share(value, 1) + there, f"{value:.6f}")
