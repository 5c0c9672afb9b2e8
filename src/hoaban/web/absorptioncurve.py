"""How far the money of a year came, month by month, drawn: one small chart for each group.

Pure: sums in, inline SVG out. The four stages differ by dash and marker, not by colour alone;
the table beside says the same in figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hoaban.account.spending.absorption import STAGES, Standing
from hoaban.base.money import format_vnd
from hoaban.base.text import Text
from hoaban.web import figures
from hoaban.web.accountwords import GROUPS
from hoaban.web.words import label

WIDTH, HEIGHT = 340, 210
LEFT, RIGHT, TOP, BOTTOM = 66, 14, 14, 30
YEAR = 12
# The style of each stage's line and of its markers ("" for none), as the style sheet has them.
_LINES = {
    "planned": ("goal", ""),
    "allocated": ("bound", ""),
    "disbursed": ("line", "tried"),
    "verified": ("line", "begun"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart: whose money, how far it came in a sentence, the drawing."""

    name: Text
    said: Text
    svg: str


@dataclass(frozen=True, slots=True)
class _Scale:
    months: int
    top: int  # đồng

    def x(self, month: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (month - 1) / (self.months - 1), 1)

    def y(self, amount: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * amount / self.top, 1)


def panel(group: str, curve: Mapping[int, Standing]) -> Panel:
    """The chart of a group from its sums by month (1–13, at least one)."""
    last = max(curve)
    now, name = curve[last], label(GROUPS, group)
    scale = _Scale(max(YEAR, last), max(1, *(max(_amounts(one)) for one in curve.values())))
    vi, en = figures.share(now.absorbed, 1), _percent(now.absorbed)
    said = Text(
        f"Tới hết tháng {last} giải ngân {format_vnd(now.disbursed)}, {vi} kế hoạch vốn.",
        f"{en} of the plan disbursed by the end of month {last}.",
    )
    lines = [_line(stage, curve, scale) for stage in STAGES]
    return Panel(name, said, _svg(f"{name.vi}: {said.vi} – {said.en}", _axes(scale), lines))


def _percent(share: float | None) -> str:
    return "An unknown share" if share is None else f"{100 * share:.1f} %"


def _amounts(one: Standing) -> list[int]:
    return [getattr(one, stage) for stage in STAGES]


def _line(stage: str, curve: Mapping[int, Standing], scale: _Scale) -> str:
    css, marker = _LINES[stage]
    spots = [(month, getattr(one, stage)) for month, one in sorted(curve.items())]
    path = "L".join(f"{scale.x(month)} {scale.y(amount)}" for month, amount in spots)
    marks = [
        f'<circle class="{marker}" cx="{scale.x(month)}" cy="{scale.y(amount)}" r="3.5">'
        f"<title>{escape(f'Tháng {month}: {format_vnd(amount)}')}</title></circle>"
        for month, amount in spots
        if marker
    ]
    return f'<path class="{css}" d="M{path}"/>{"".join(marks)}'


def _axes(scale: _Scale) -> str:
    ticks = [
        f'<path class="grid" d="M{LEFT} {scale.y(amount)}H{WIDTH - RIGHT}"/>'
        f'<text class="end" x="{LEFT - 6}" y="{scale.y(amount) + 5}">{format_vnd(amount)}</text>'
        for amount in (0, scale.top // 2, scale.top)
    ]
    months = [
        f'<text class="mid" x="{scale.x(month)}" y="{HEIGHT - 8}">{month}</text>'
        for month in range(1, scale.months + 1, 1 if scale.months <= YEAR else 2)
    ]
    return "".join([*ticks, *months])


def _svg(title: str, axes: str, lines: Iterable[str]) -> str:
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" '
        f'xmlns="http://www.w3.org/2000/svg">{axes}{"".join(lines)}</svg>'
    )
