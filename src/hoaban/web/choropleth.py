"""The map of one target: class of each commune, legend, and the table that says the same.

Darker always means further from the target, whatever the target's direction; no commune is
ranked, and a suppressed or unknown figure is drawn as such, never as zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures, svgmap, words

DARKEST = 4
UNKNOWN = Text("chưa rõ", "not known")
HIDDEN = "ẩn (số nhỏ)"
SUPPRESSED = Text(
    "ẩn để giữ kín ô dưới 10 hộ",
    "suppressed to protect cells under 10 households",
)


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune in the table beside the map. ``sort`` orders it there; -1 without a figure."""

    code: str
    name: str
    zone: str
    population: int | None
    text: str
    sort: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished map with its table twin."""

    target: str
    svg: str
    legend: list[svgmap.Legend]
    rows: list[CommuneRow]
    title: Text
    note: Text
    grown: bool  # whether cells were grown from points, for want of boundaries


def draw(
    target: str,
    goal: float,
    communes: Sequence[Mapping[str, Any]],
    boundaries: Mapping[str, str],
    *,
    grown: bool,
    standard: str = "",
) -> Drawn:
    """The map of a target's commune figure.

    ``communes``: ``code, name, zone, population`` and ``value`` (share 0-1 or None) with
    ``suppressed``; ``goal`` the mark from which a commune is drawn palest;
    ``standard`` the national standard that judged it, when one did.
    """
    bounds = _bounds(target, goal)
    rows = [_row(commune) for commune in communes]
    units = [
        svgmap.Unit(
            row.code, _css(target, bounds, commune), f"{row.name}: {row.text}", f"#xa-{row.code}"
        )
        for row, commune in zip(rows, communes, strict=True)
    ]
    title = words.COMMUNE_FIGURE[target]
    if standard:
        title = Text(f"{title.vi}, chuẩn {standard}", f"{title.en}, standard {standard}")
    return Drawn(
        target=target,
        svg=svgmap.draw(boundaries, units, title=f"{title.vi} – {title.en}", ident="ban-do"),
        legend=_legend(target, bounds, {unit.css for unit in units}),
        rows=rows,
        title=title,
        note=Text("Càng đậm càng xa mục tiêu.", "Darker is further from the target."),
        grown=grown,
    )


def _row(commune: Mapping[str, Any]) -> CommuneRow:
    value = commune.get("value")
    return CommuneRow(
        code=str(commune["code"]),
        name=str(commune["name"]),
        zone=str(commune.get("zone") or ""),
        population=commune.get("population"),
        text=HIDDEN if commune.get("suppressed") else figures.share(value, 1),
        sort="-1" if value is None else f"{float(value):.4f}",
    )


def _bounds(target: str, goal: float) -> list[float]:
    """Four marks from near to far: the target, then equal steps away from it."""
    if target in figures.LOWER_IS_BETTER:
        return [round(goal * (1 + 2 * step / 3), 4) for step in range(DARKEST)]
    return [round(goal * (1 - step / 4), 4) for step in range(DARKEST)]


def _css(target: str, bounds: Iterable[float], commune: Mapping[str, Any]) -> str:
    if commune.get("suppressed"):
        return "suppressed"
    value = commune.get("value")
    if value is None:
        return "unknown"
    if target in figures.LOWER_IS_BETTER:
        return f"c{sum(value >= bound for bound in bounds)}"
    return f"c{sum(value < bound for bound in bounds)}"


def _legend(target: str, bounds: list[float], used: set[str]) -> list[svgmap.Legend]:
    marks = [number(100 * bound, 1) for bound in bounds]
    lower = target in figures.LOWER_IS_BETTER
    first, last = ("dưới", "từ") if lower else ("từ", "dưới")
    texts = [f"{first} {marks[0]} %"]
    for near, far in pairwise(marks):
        texts.append(f"{near} – dưới {far} %" if lower else f"{far} – dưới {near} %")
    texts.append(f"{last} {marks[-1]} %")
    entries = [svgmap.Legend(f"c{n}", text, text) for n, text in enumerate(texts)]
    for css, text in (("suppressed", SUPPRESSED), ("unknown", UNKNOWN)):
        if css in used:
            entries.append(svgmap.Legend(css, text.vi, text.en))
    return entries
