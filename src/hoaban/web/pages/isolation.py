"""Isolation arranged to be read: communes by days cut off, and the links they hang on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures, svgmap, words
from hoaban.web.pages.facts import UNKNOWN

# The figures of the table, by column; all of them people-weighted, so all by the group people.
COLUMNS: dict[str, Text] = {
    "isolation.motorbike_wet": Text("Không có lối xe máy mùa mưa", "No way by motorbike, wet"),
    "isolation.days_motorbike": Text("Đã bị cắt, 365 ngày qua", "Recorded days, all causes"),
    "isolation.expected_days_motorbike": Text("Dự báo tắc, xe máy", "Expected days, motorbike"),
    "isolation.chance_motorbike": Text("Dân bị tắc từ 1 ngày", "People cut off a day or more"),
    "isolation.expected_days_car": Text("Dự báo tắc, ô tô", "Expected days, car"),
    "rural_access.within_7": Text("Gần đường bốn mùa (RAI)", "Rural Access Index"),
}


DAYS = "isolation.expected_days_motorbike"
BOUNDS = (0.5, 1.0, 2.0, 4.0)  # days a year at which the map's colours change


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in words, with the number that sorts it (-1 without one)."""

    text: str
    sort: str


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune's line."""

    code: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Link:
    """A road that people depend on: where, what it is, and what it costs them when it shuts."""

    road: str
    commune: str
    what: Text
    people: str
    days: str
    people_days: str
    saved: str


def unit(area: Any, found: Mapping[str, Mapping[str, Any]]) -> svgmap.Unit:
    """A commune on the map of expected days; ``found`` its figures by indicator."""
    cell = _cell(DAYS, found.get(DAYS))
    days = float(cell.sort)
    css = "unknown" if days < 0 else f"c{sum(days >= bound for bound in BOUNDS)}"
    return svgmap.Unit(area.code, css, f"{area.name}: {cell.text} ngày", f"#xa-{area.code}")


def legend() -> list[svgmap.Legend]:
    """The classes of that map, and its lines."""
    marks = [number(bound, 1) for bound in BOUNDS]
    vi = [f"dưới {marks[0]} ngày", *(f"{a} – dưới {b}" for a, b in pairwise(marks))]
    en = [f"under {BOUNDS[0]} days", *(f"{a} to under {b}" for a, b in pairwise(BOUNDS))]
    vi.append(f"từ {marks[-1]} ngày")
    en.append(f"{BOUNDS[-1]} days or more")
    classes = [svgmap.Legend(f"c{n}", v, e) for n, (v, e) in enumerate(zip(vi, en, strict=True))]
    return [*classes, svgmap.Legend("weak", "đoạn xung yếu", "weak link")]


def line(row: Mapping[str, Any]) -> svgmap.Line:
    """A weak link on the map."""
    (a, b), (c, d) = row["ends"]
    told = f"{row['road']}: {number(row['people'])} người, {number(row['days'], 1)} ngày"
    return svgmap.Line(((a, b), (c, d)), "weak", told)


def communes(
    areas: Iterable[Any], found: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> list[Commune]:
    """A line for each commune, in the order given; ``found`` by area path, then indicator."""
    return [
        Commune(
            area.code,
            area.name,
            [_cell(name, found.get(area.path, {}).get(name)) for name in COLUMNS],
        )
        for area in areas
    ]


def _cell(name: str, row: Mapping[str, Any] | None) -> Cell:
    if row is None or row["value"] is None:
        return Cell(UNKNOWN, "-1")
    value = float(row["value"])
    if row["unit"] == "share":
        return Cell(figures.share(value, 1), f"{value:.4f}")
    text = number(value, 1)
    if row["low"] is not None and row["high"] is not None:
        text += f" ({number(row['low'], 1)}–{number(row['high'], 1)})"
    return Cell(text, f"{value:.4f}")


def links(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Link]:
    """The weak links of a measuring (T2's part ``weak_links``), the most people-days first."""
    return [
        Link(
            road=row["road"],
            commune=names.get(row["commune"], row["commune"]),
            what=_what(row),
            people=number(row["people"]),
            days=number(row["days"], 1),
            people_days=number(row["people_days"]),
            saved=UNKNOWN if row.get("saved") is None else number(row["saved"]),
        )
        for row in rows
    ]


def _what(row: Mapping[str, Any]) -> Text:
    surface = words.label(words.ROAD_SURFACES, row["surface"])
    cls = words.label(words.ROAD_CLASSES, row["class"])
    bridge = Text(", có cầu", ", with a bridge") if row.get("bridge") else Text("", "")
    km = number(row["length_m"] / 1000, 1)
    return Text(
        f"{cls.vi}, {surface.vi}, {km} km{bridge.vi}",
        f"{cls.en}, {surface.en}, {km} km{bridge.en}",
    )
