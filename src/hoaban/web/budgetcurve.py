"""The plan at every budget, drawn: each target on its own scale, and the worth under its bound.

Pure: numbers in, inline SVG out, text and shapes with classes alone. Lines start at what is
measured today, before any money; the table beside says the same in figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from xml.sax.saxutils import escape

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import figures, words

WIDTH, HEIGHT = 340, 210
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 30
SAME = 1e-9
Json = Mapping[str, Any]
Spot = tuple[float, float]  # money in đồng, value


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart: what it shows, from which budget its target is met, the drawing."""

    code: str
    name: Text
    said: Text
    svg: str


def points(plan: Json) -> list[Json]:
    """The budgets that were tried, from small to large; empty in a plan without a curve."""
    return sorted(plan.get("curve") or [], key=lambda one: (one["budget_vnd"], one["share"]))


def panels(plan: Json) -> list[Panel]:
    """A chart for each target and one for the worth; empty with fewer than two budgets."""
    found = points(plan)
    if len(found) < 2:
        return []
    before = (plan.get("targets") or {}).get("before") or {}
    drawn = [_target(code, found, before[code]) for code in words.TARGETS if code in before]
    return [*drawn, _worth(found)]


def met(code: str, value: float | None, goal: float) -> bool:
    """Whether a value meets a target."""
    if value is None:
        return False
    return value < goal if code in figures.LOWER_IS_BETTER else value >= goal - SAME


def _target(code: str, found: Sequence[Json], now: Json) -> Panel:
    goal = float(now["target"])
    spots = [
        (float(one["budget_vnd"]), float(one["targets"][code]))
        for one in found
        if one["targets"].get(code) is not None
    ]
    start = now.get("value")
    said = _from(code, goal, found, start)
    first = [] if start is None else [(0.0, float(start))]
    values = [value for _, value in [*first, *spots]]
    most = max([goal, *values])
    top = 1.0 if most > 0.5 else ceil(most * 10) / 10
    scale = _Scale(found[-1]["budget_vnd"], top)
    title = f"{code} {words.SHORT[code].vi}: {said.vi} – {said.en}"
    marks = "".join(_mark(scale, spot, figures.share(spot[1], 1)) for spot in spots)
    begun = "".join(_mark(scale, spot, figures.share(spot[1], 1), "begun") for spot in first)
    line = f'<path class="line" d="{_path(scale, [*first, *spots])}"/>'
    drawn = _goal(scale, goal) + line + begun + marks
    axes = _axes(scale, [(top * n / 2, f"{number(50 * top * n)} %") for n in range(3)])
    return Panel(code, words.SHORT[code], said, _svg(title, axes + drawn))


def _from(code: str, goal: float, found: Iterable[Json], start: float | None) -> Text:
    """From which budget a target is met, of those that were tried."""
    lower = code in figures.LOWER_IS_BETTER
    vi = f"Cần {'dưới ' if lower else ''}{figures.share(goal)}: "
    en = f"Target {'below ' if lower else ''}{100 * goal:.4g} %: "
    if met(code, start, goal):
        return Text(f"{vi}đã đạt từ trước.", f"{en}met before the plan.")
    for one in found:
        if met(code, one["targets"].get(code), goal):
            money = int(one["budget_vnd"])
            return Text(
                f"{vi}đạt từ mức {format_vnd(money)}.",
                f"{en}met from {money / 1e9:,.0f} billion đồng on.",
            )
    return Text(f"{vi}không mức tiền nào đạt.", f"{en}met at none of these budgets.")


def _worth(found: Sequence[Json]) -> Panel:
    spots = [(float(one["budget_vnd"]), float(one["worth"])) for one in found]
    bounds = [
        (float(one["budget_vnd"]), float(one["bound"]))
        for one in found
        if one.get("bound") is not None
    ]
    top = float(ceil(max(value for _, value in [*spots, *bounds]))) or 1.0
    scale = _Scale(found[-1]["budget_vnd"], top)
    said = pays_to(found)
    marks = "".join(_mark(scale, spot, number(spot[1], 2)) for spot in spots)
    limit = f'<path class="bound" d="{_path(scale, bounds)}"/>' if len(bounds) > 1 else ""
    line = f'<path class="line" d="{_path(scale, spots)}"/>'
    name = Text("Giá trị chung", "Worth of all")
    axes = _axes(scale, [(top * n / 2, number(top * n / 2, 1)) for n in range(3)])
    svg = _svg(f"{name.vi}: {said.vi} – {said.en}", axes + limit + line + marks)
    return Panel("", name, said, svg)


def pays_to(found: Sequence[Json]) -> Text:
    """From which budget on more money buys nothing more, of those that were tried."""
    last = found[-1]
    flat = next((one for one in found[:-1] if last["worth"] - one["worth"] <= SAME), None)
    if flat is None:
        return Text("Thêm tiền vẫn thêm được việc.", "More money still buys more.")
    money = int(flat["budget_vnd"])
    return Text(
        f"Từ {format_vnd(money)} trở lên, thêm tiền không thêm được gì.",
        f"From {money / 1e9:,.0f} billion đồng on more money buys nothing more.",
    )


class _Scale:
    def __init__(self, money: float, top: float) -> None:
        self.money, self.top = max(float(money), 1.0), top

    def x(self, money: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * money / self.money, 1)

    def y(self, value: float) -> float:
        inner = HEIGHT - TOP - BOTTOM
        return round(HEIGHT - BOTTOM - inner * min(max(value, 0.0), self.top) / self.top, 1)


def _axes(scale: _Scale, ticks: Iterable[tuple[float, str]]) -> str:
    lines = [
        f'<path class="grid" d="M{LEFT} {scale.y(value)}H{WIDTH - RIGHT}"/>'
        f'<text class="end" x="{LEFT - 6}" y="{scale.y(value) + 5}">{said}</text>'
        for value, said in ticks
    ]
    half, whole = (format_vnd(int(scale.money * part)) for part in (0.5, 1))
    lines += [
        f'<text x="{LEFT}" y="{HEIGHT - 8}">0</text>',
        f'<text class="mid" x="{scale.x(scale.money / 2)}" y="{HEIGHT - 8}">{half}</text>',
        f'<text class="end" x="{WIDTH - RIGHT}" y="{HEIGHT - 8}">{whole}</text>',
    ]
    return "".join(lines)


def _goal(scale: _Scale, goal: float) -> str:
    return f'<path class="goal" d="M{LEFT} {scale.y(goal)}H{WIDTH - RIGHT}"/>'


def _mark(scale: _Scale, spot: Spot, value: str, css: str = "tried") -> str:
    said = f"{format_vnd(int(spot[0]))}: {value}"
    return (
        f'<circle class="{css}" cx="{scale.x(spot[0])}" cy="{scale.y(spot[1])}" r="4">'
        f"<title>{escape(said)}</title></circle>"
    )


def _path(scale: _Scale, spots: Iterable[Spot]) -> str:
    return "M" + "L".join(f"{scale.x(money)} {scale.y(value)}" for money, value in spots)


def _svg(title: str, drawn: str) -> str:
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" '
        f'xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    )
