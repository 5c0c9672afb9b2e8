"""Isolation arranged to be read: communes by days cut off, and the links they hang on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import svgmap, words
from hoaban.web.pages import communes, withheld
from hoaban.web.pages.facts import UNKNOWN

# The figures of the table, by column; all of them people-weighted, so all by the group people.
COLUMNS: dict[str, Text] = {
    "isolation.motorbike_wet": Text("Không có lối xe máy mùa mưa", "No way by motorbike, wet"),
    "isolation.days_motorbike": Text("Đã bị cắt, 365 ngày qua", "Recorded days, all causes"),
    "isolation.expected_days_motorbike": Text("Dự báo bị cắt, xe máy", "Expected days, motorbike"),
    "isolation.longest_motorbike": Text("Đợt dài nhất năm, xe máy", "Longest spell, motorbike"),
    "isolation.chance_motorbike": Text("Người bị cắt từ 1 ngày", "People cut off a day or more"),
    "isolation.expected_days_car": Text("Dự báo bị cắt, ô tô", "Expected days, car"),
    "rural_access.within_7": Text("Gần đường bốn mùa (RAI)", "Rural Access Index"),
}


DAYS = "isolation.expected_days_motorbike"
BOUNDS = (0.5, 1.0, 2.0, 4.0)  # days a year at which the map's colours change


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
    cell = communes.cell(found.get(DAYS))
    css = f"c{sum(float(cell.sort) >= bound for bound in BOUNDS)}" if cell.known else "unknown"
    told = f"{cell.text} ngày" if cell.known else cell.text
    return svgmap.Unit(area.code, css, f"{area.name}: {told}", f"#xa-{area.code}")


def legend(used: Iterable[str]) -> list[svgmap.Legend]:
    """The classes of that map; of ``unknown`` and ``weak`` those that are ``used``."""
    marks = [number(bound, 1) for bound in BOUNDS]
    vi = [f"dưới {marks[0]} ngày", *(f"{a} – dưới {b}" for a, b in pairwise(marks))]
    en = [f"under {BOUNDS[0]} days", *(f"{a} to under {b}" for a, b in pairwise(BOUNDS))]
    vi.append(f"từ {marks[-1]} ngày")
    en.append(f"{BOUNDS[-1]} days or more")
    classes = [svgmap.Legend(f"c{n}", v, e) for n, (v, e) in enumerate(zip(vi, en, strict=True))]
    seen = set(used)
    return [*classes, *(one for one in _MARKS if one.css in seen)]


_MARKS = (
    svgmap.Legend("unknown", "chưa rõ, hoặc vốn không có lối", "not known, or no way to lose"),
    svgmap.Legend("weak", "đoạn xung yếu", "weak link"),
)


def lines(rows: Iterable[Mapping[str, Any]]) -> list[svgmap.Line]:
    """The weak links on the map; one whose ends are not known is left to the table."""
    found = []
    for row in rows:
        ends = withheld.ends(row)
        if ends is not None:
            told = f"{row['road']}: {number(row['people'])} người, {number(row['days'], 1)} ngày"
            found.append(svgmap.Line(ends, "weak", told))
    return found


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
