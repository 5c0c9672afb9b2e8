"""Where 2030 will land: the fan and its twin in words, what each commune needs, how it was tried.

Pure; reads ``landing`` of T1's parts. The standards are never chained: each has its own years,
its own chance, its own back-test.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures
from hoaban.web.pages import facts, fan
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table, plain

Json = Mapping[str, Any]
TITLE = Text("Tỷ lệ hộ nghèo tới năm 2030", "The poor rate to 2030")
_HIDDEN = Cell(facts.HIDDEN, NONE)
_BANDS = ("low", "p25", "mid", "p75", "high")


@dataclass(frozen=True, slots=True)
class Span:
    """A standard and the years in which it is in force, both inclusive."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely the target is met in the last year under one standard; ``why`` not, if so."""

    standard: str
    in_force: bool
    why: Text | None
    year: int = 0
    chance: str = ""
    middle: str = ""
    range: str = ""
    target: str = ""
    needed: str = ""  # net exits a year that would reach the target
    best: str = ""  # the most that a past year brought
    after: str = ""  # the chance with the works of the newest plan; "" without a plan
    cleared: str = ""  # and if those who then only lack fewer things counted too


@dataclass(frozen=True, slots=True)
class Landing:
    """All that the page says of what is ahead."""

    svg: str
    chances: list[Chance]
    years: Table
    communes: list[Table]
    tried: Table
    coverage: list[Text]
    basis: list[Text]
    method: str
    origin: str


def landing(
    parts: Json,
    spans: Sequence[Span],
    *,
    communes: Iterable[Any],
    hidden: Collection[str],
    planned: Json | None = None,
) -> Landing | None:
    """The landing, or None when it was not drawn.

    ``planned``: T1's parts as the newest plan of the same snapshot foresees them.
    ``communes``: areas with ``path``, ``code``, ``name``. ``hidden``: paths of those whose
    counts of poor households are not published; nothing is said of them here either.
    """
    found: Json = parts.get("landing") or {}
    then: Json = (planned or {}).get("landing") or {}
    by_name, later = _by_standard(found), _by_standard(then)
    if not by_name:
        return None
    sides = [_side(span, by_name[span.name]) for span in spans if span.name in by_name]
    areas = list(communes)
    return Landing(
        svg=_drawn(sides, by_name),
        chances=[_chance(side, by_name[side.name], later.get(side.name) or {}) for side in sides],
        years=_years(sides),
        communes=[
            table
            for side in reversed(sides)
            if (table := _communes(side, by_name[side.name], areas, hidden))
        ],
        tried=_tried(found.get("backtest") or {}),
        coverage=_coverage(found.get("backtest") or {}),
        basis=[*_basis(found), *(_works(*one) for one in (then.get("works") or {}).items())],
        method=str(found.get("method") or ""),
        origin=str(found.get("origin") or ""),
    )


def _by_standard(found: Json) -> dict[str, Json]:
    return {
        str(name): one
        for name, one in found.items()
        if isinstance(one, Mapping) and "met_probability" in one
    }


def _side(span: Span, one: Json) -> fan.Side:
    seen = {int(year): float(rate) for year, rate in (one.get("seen") or {}).items()}
    bands = [
        fan.Band(int(year), *(float(band[key]) for key in _BANDS))
        for year, band in sorted((one.get("years") or {}).items(), key=lambda item: int(item[0]))
        if all(band.get(key) is not None for key in _BANDS)
    ]
    return fan.Side(span.name, span.first, span.last, seen, bands)


def _drawn(sides: Sequence[fan.Side], by_name: Mapping[str, Json]) -> str:
    target = next((float(one["target"]) for one in by_name.values() if one.get("target")), 0.15)
    return fan.draw(
        sides,
        target=target,
        breaks=[side.first for side in sides[1:]],
        title=f"{TITLE.vi} – {TITLE.en}",
        words={
            "target": f"mục tiêu: dưới {number(100 * target, 1)} %",
            "break": "đổi chuẩn 1/1",
            "standard": "chuẩn",
        },
    )


def _chance(side: fan.Side, one: Json, then: Json) -> Chance:
    if not side.bands:
        why = one.get("why")
        return Chance(side.name, False, Text(why["vi"], why["en"]) if why else None)
    last = side.bands[-1]
    return Chance(
        standard=side.name,
        in_force=side.holds(last.year),
        why=None,
        year=last.year,
        chance=figures.share(one.get("met_probability"), 0),
        middle=figures.share(last.mid, 1),
        range=_ranged(last.low, last.high),
        target=figures.share(one.get("target")),
        needed=_number(one.get("needed_exits_a_year")).text,
        best=_best(one.get("best_year") or {}).text,
        after=_likely(then),
        cleared=_likely(then.get("with_cleared") or {}),
    )


def _likely(one: Json) -> str:
    chance = one.get("met_probability")
    return "" if chance is None else figures.share(chance, 0)


def _ranged(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{number(100 * low, 1)}–{number(100 * high, 1)}\u00a0%"


def _years(sides: Sequence[fan.Side]) -> Table:
    every = sorted({y for s in sides for y in (*s.seen, *(b.year for b in s.bands))})
    columns = [Text(f"Chuẩn {s.name}", f"Standard {s.name}") for s in sides]
    lines = [Line(str(year), [_year(side, year) for side in sides]) for year in every]
    label = Text(
        "Cùng số liệu với hình: đã rà soát, hoặc trung vị dự báo (khoảng 5–95 %)",
        "The same as the chart: reviewed, or expected median (5–95 %)",
    )
    return Table(label, Text("Năm", "Year"), columns, lines)


def _year(side: fan.Side, year: int) -> Cell:
    other = "" if side.holds(year) else ", chưa/không áp dụng"
    if year in side.seen:
        return plain(f"{figures.share(side.seen[year], 1)} (đã rà soát{other})")
    band = next((b for b in side.bands if b.year == year), None)
    if band is None:
        return plain("–")
    return plain(f"{figures.share(band.mid, 1)} ({_ranged(band.low, band.high)}{other})")


_COLUMNS = [
    Text("Hiện nay", "Now"),
    Text("Dự báo 2030 (5–95 %)", "Expected in 2030"),
    Text("Cần thoát nghèo ròng, hộ/năm", "Net exits needed a year"),
    Text("Năm tốt nhất đã có, hộ", "Its own best year"),
    Text("Trong tầm năm tốt nhất", "Within its own best"),
]


def _communes(
    side: fan.Side, one: Json, areas: Iterable[Any], hidden: Collection[str]
) -> Table | None:
    found: Json = one.get("communes") or {}
    lines = [
        Line(area.name, _commune(found[area.path], hidden, area.path), link=f"/xa/{area.code}/")
        for area in areas
        if area.path in found
    ]
    if not lines:
        return None
    lines.sort(key=lambda line: -float(line.cells[2].sort))
    return Table(
        Text(
            f"Mỗi xã cần bao nhiêu hộ thoát nghèo ròng một năm, chuẩn {side.name}",
            f"Net exits that each commune needs a year, standard {side.name}",
        ),
        Text("Xã, phường", "Commune"),
        _COLUMNS,
        lines,
        ident=f"bang-can-{side.name}",
    )


def _commune(row: Json, hidden: Collection[str], path: str) -> list[Cell]:
    if row.get("suppressed") or path in hidden:
        return [_HIDDEN] * len(_COLUMNS)
    return [
        _rate(row.get("now")),
        _rate(row.get("mid"), _ranged(row.get("low"), row.get("high"))),
        _number(row.get("needed_exits_a_year")),
        _best(row.get("best_year") or {}),
        _within(row.get("within_own_best")),
    ]


def _rate(value: float | None, more: str = "") -> Cell:
    if value is None:
        return Cell(facts.UNKNOWN, NONE)
    text = figures.share(value, 1)
    return Cell(f"{text} ({more})" if more else text, f"{value:.5f}")


def _number(value: float | None) -> Cell:
    """Households: a need is rounded up, for nobody moves in parts."""
    return Cell(facts.UNKNOWN, NONE) if value is None else Cell(number(ceil(value)), f"{value:.3f}")


def _best(found: Json) -> Cell:
    net = found.get("net_exits")
    if net is None:
        return Cell(facts.UNKNOWN, NONE)
    return Cell(f"{number(net)} ({found.get('year')})", f"{net:.3f}")


def _within(value: bool | None) -> Cell:
    if value is None:
        return Cell(facts.UNKNOWN, NONE)
    return Cell("có" if value else "vượt quá", "1" if value else "0")


def _tried(found: Json) -> Table:
    bands = {figures.share(one.get("band"), 0) for one in found.values()}
    lines = [
        Line(
            Text(f"{row['year']}, chuẩn {name}", f"{row['year']}, standard {name}"),
            [
                _rate(row.get("mid"), _ranged(row.get("low"), row.get("high"))),
                _rate(row.get("seen")),
                plain("có" if row.get("inside") else "không"),
            ],
        )
        for name, one in found.items()
        if isinstance(one, Mapping)
        for row in one.get("years") or []
    ]
    return Table(
        Text(
            "Thử lại: dự báo từ các kỳ trước, so với kỳ đã rà soát",
            "Tried backwards: expected from the rounds before, beside what was then seen",
        ),
        Text("Kỳ", "Round"),
        [
            Text(f"Dự báo (khoảng {' và '.join(sorted(bands))})", "Expected, with its range"),
            Text("Đã rà soát", "Seen"),
            Text("Nằm trong khoảng", "Inside"),
        ],
        lines,
    )


def _coverage(found: Json) -> list[Text]:
    return [
        Text(
            f"Chuẩn {name}: {figures.share(one['coverage'], 0)} số kỳ nằm trong khoảng "
            f"{figures.share(one.get('band'), 0)}{_apart(one)}.",
            f"Standard {name}: {100 * one['coverage']:.0f} % of the rounds inside that range.",
        )
        for name, one in found.items()
        if isinstance(one, Mapping) and one.get("coverage") is not None
    ]


def _apart(one: Json) -> str:
    """How far off the middle was, beside the plainest forecast."""
    error, plainest = one.get("error"), one.get("error_straight")
    if error is None or plainest is None:
        return ""
    return (
        f"; lệch bình quân {number(100 * error, 2)} điểm % "
        f"(kéo thẳng hai kỳ trước: {number(100 * plainest, 2)})"
    )


def _basis(found: Json) -> list[Text]:
    """From what it was drawn."""
    if not found.get("draws"):
        return []
    return [
        Text(
            f"{number(found['draws'])} lần mô phỏng.",
            f"{found['draws']} draws.",
        )
    ]


def _works(standard: str, one: Json) -> Text:
    lifted, cleared = float(one.get("lifted") or 0), float(one.get("cleared") or 0)
    return Text(
        f"Công trình trong kế hoạch, chuẩn {standard}: nâng thu nhập qua chuẩn {number(lifted)} "
        f"hộ; chỉ giảm thiếu hụt {number(cleared)} hộ (không tính vào đích).",
        f"Works of the plan, standard {standard}: {lifted:,.0f} households lifted over the line; "
        f"{cleared:,.0f} only lack fewer things (earns no credit).",
    )
