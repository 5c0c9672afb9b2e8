"""The fan chart of where a rate will land, as an inline SVG: text and shapes, no script.

Pure. The standard's change is drawn as what it is: a break. Nothing is joined across it: the
old standard's line and fan end before it, the new standard's begin after it, and what the
other standard says of a year stands there as hollow marks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape

from hoaban.base.money import number

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 18, 66, 44
CLASSES = ("old", "new", "third", "fourth")  # of the style sheet, one a standard in order


@dataclass(frozen=True, slots=True)
class Band:
    """What is expected of one year: shares 0–1, from the 5th to the 95th of a hundred."""

    year: int
    low: float
    p25: float
    mid: float
    p75: float
    high: float


@dataclass(frozen=True, slots=True)
class Side:
    """One standard: the years in which it is in force, what was seen, what is expected."""

    name: str
    first: int
    last: int
    seen: Mapping[int, float]
    bands: Sequence[Band]

    def holds(self, year: int) -> bool:
        """Whether a year is judged by it."""
        return self.first <= year <= self.last


class _Scale:
    def __init__(self, sides: Sequence[Side], target: float) -> None:
        years = [y for s in sides for y in (*s.seen, *(b.year for b in s.bands))]
        self.first, self.last = min(years), max(years)
        tops = [b.high for s in sides for b in s.bands if s.holds(b.year)]
        highest = max([target, *tops, *(v for s in sides for v in s.seen.values())])
        self.step = 0.05 if highest <= 0.4 else 0.1
        self.top = min(1.0, max(self.step, ceil(highest * 1.05 / self.step) * self.step))
        self._span = max(1, self.last - self.first)

    def x(self, year: float) -> float:
        inner = WIDTH - LEFT - RIGHT - 40
        return round(LEFT + 20 + inner * (year - self.first) / self._span, 1)

    def y(self, share: float) -> float:
        inner = HEIGHT - TOP - BOTTOM
        return round(HEIGHT - BOTTOM - inner * min(share, self.top) / self.top, 1)


def draw(
    sides: Sequence[Side],
    *,
    target: float,
    breaks: Iterable[int],
    title: str,
    words: Mapping[str, str],
) -> str:
    """The chart; "" without any year to show.

    breaks
        First years of a new standard.
    words
        ``target``, ``break`` and ``standard``: what is written at the target's line, over the
        break before its year (``đổi chuẩn 1/1``), and before a standard's name.
    """
    if not any(side.seen or side.bands for side in sides):
        return ""
    scale = _Scale(sides, target)
    drawn = [_axes(scale), _target(scale, target, words["target"])]
    for side, css in zip(sides, CLASSES, strict=False):
        drawn.append(f'<g class="{css}">{_side(side, scale)}{_name(side, scale, words)}</g>')
    drawn += [_break(year, scale, words["break"]) for year in breaks if year > scale.first]
    return (
        f'<svg class="fan" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _axes(scale: _Scale) -> str:
    lines = []
    for tick in range(round(scale.top / scale.step) + 1):
        share = tick * scale.step
        y = scale.y(share)
        lines.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        lines.append(
            f'<text class="axis end" x="{LEFT - 6}" y="{y + 5}">{number(100 * share)} %</text>'
        )
    lines += [
        f'<text class="axis mid" x="{scale.x(year)}" y="{HEIGHT - 14}">{year}</text>'
        for year in range(scale.first, scale.last + 1)
    ]
    return "".join(lines)


def _target(scale: _Scale, target: float, word: str) -> str:
    y = scale.y(target)
    return (
        f'<path class="goal" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        f'<text class="said" x="{LEFT + 4}" y="{y + 16}">{escape(word)}</text>'
    )


def _break(year: int, scale: _Scale, word: str) -> str:
    """A white gap with a jagged edge between the last year of a standard and the next."""
    x = scale.x(year - 0.5)
    top, bottom = TOP - 6, HEIGHT - BOTTOM
    teeth = "".join(f"l{5 if n % 2 else -5} 10" for n in range((bottom - top) // 10))
    gap = f'<path class="gap" d="M{x} {top}V{bottom}"/>'
    return (
        f'{gap}<path class="edge" d="M{x} {top}{teeth}"/>'
        f'<text class="said mid" x="{x}" y="{TOP - 40}">{escape(f"{word}/{year}")}</text>'
    )


def _side(side: Side, scale: _Scale) -> str:
    inside = [band for band in side.bands if side.holds(band.year)]
    last = max((y for y in side.seen if side.holds(y)), default=None)
    # The fan opens at the last year seen, if that was judged by the same standard.
    if inside and last is not None and inside[0].year > last:
        rate = side.seen[last]
        inside = [Band(last, rate, rate, rate, rate, rate), *inside]
    return _fan(inside, scale) + _seen(side, scale) + _expected(side, inside, scale)


def _fan(bands: Sequence[Band], scale: _Scale) -> str:
    if len(bands) < 2:
        return "".join(
            f'<path class="range" d="M{scale.x(b.year)} {scale.y(b.low)}V{scale.y(b.high)}"/>'
            for b in bands
        )
    shapes = (
        ("wide", [(b.year, b.low) for b in bands], [(b.year, b.high) for b in bands]),
        ("near", [(b.year, b.p25) for b in bands], [(b.year, b.p75) for b in bands]),
    )
    drawn = [
        f'<path class="{css}" d="{_path([*under, *reversed(over)], scale)}Z"/>'
        for css, under, over in shapes
    ]
    middle = _path([(b.year, b.mid) for b in bands], scale)
    return "".join(drawn) + f'<path class="middle" d="{middle}"/>'


def _seen(side: Side, scale: _Scale) -> str:
    held = sorted((y, v) for y, v in side.seen.items() if side.holds(y))
    line = f'<path class="past" d="{_path(held, scale)}"/>' if len(held) > 1 else ""
    return line + "".join(
        _mark(year, value, scale, "seen" if side.holds(year) else "other")
        for year, value in sorted(side.seen.items())
    )


def _expected(side: Side, inside: Sequence[Band], scale: _Scale) -> str:
    """Marks of the years expected; hollow where another standard judges."""
    shown = {band.year for band in inside}
    return "".join(
        _mark(b.year, b.mid, scale, "then" if b.year in shown else "other") for b in side.bands
    )


def _mark(year: int, value: float, scale: _Scale, css: str) -> str:
    said = f"{year}: {number(100 * value, 1)} %"
    return (
        f'<circle class="{css}" cx="{scale.x(year)}" cy="{scale.y(value)}" r="4">'
        f"<title>{said}</title></circle>"
    )


def _name(side: Side, scale: _Scale, words: Mapping[str, str]) -> str:
    """The standard's name over the years in which it is in force."""
    years = [y for y in range(scale.first, scale.last + 1) if side.holds(y)]
    if not years:
        return ""
    x = scale.x((years[0] + years[-1]) / 2)
    text = escape(f"{words['standard']} {side.name}")
    return f'<text class="name mid" x="{x}" y="{TOP - 12}">{text}</text>'


def _path(points: Sequence[tuple[int, float]], scale: _Scale) -> str:
    return "M" + "L".join(f"{scale.x(year)} {scale.y(value)}" for year, value in points)
