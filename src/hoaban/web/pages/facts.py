"""What was measured of one commune or village, arranged to be read.

Reads figures alone (`Measurement` rows), which were suppressed before they were kept: a
hidden figure has no number here at all, and is told as hidden, never as zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures, words

HIDDEN = "ẩn (số nhỏ)"
UNKNOWN = "chưa rõ"
NO_WAY = "không có đường"
NO_CEILING = "chưa công bố mức"  # of the average living standard


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one area. ``value`` is None when unknown, unreachable or hidden."""

    indicator: str
    group: str
    standard: str
    value: float | None
    numerator: float | None
    denominator: float | None
    suppressed: bool
    origin: str

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Figure":
        """From the columns of a measurement; an empty group or standard is ""."""
        return cls(
            indicator=row["indicator"],
            group=row["group"] or "",
            standard=row["standard"] or "",
            value=row["value"],
            numerator=row["numerator"],
            denominator=row["denominator"],
            suppressed=bool(row["suppressed"]),
            origin=row["origin"],
        )


@dataclass(frozen=True, slots=True)
class Told:
    """One plain fact: its name and its value in words."""

    name: Text
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its name and one text a column."""

    name: Text
    cells: list[str]


class Facts:
    """The figures of one area, found by indicator, group and standard."""

    def __init__(self, rows: Iterable[Figure]) -> None:
        self._rows = {(row.indicator, row.group, row.standard): row for row in rows}

    def one(self, indicator: str, group: str = "", standard: str = "") -> Figure | None:
        """The figure, or None when it was not measured here."""
        return self._rows.get((indicator, group, standard))

    def of(self, indicator: str) -> list[Figure]:
        """Every figure of an indicator, by group and standard."""
        return [row for key, row in sorted(self._rows.items()) if key[0] == indicator]

    def __len__(self) -> int:
        return len(self._rows)

    def text(self, found: Figure | None, say: Callable[[Figure], str]) -> str:
        """The figure in words; hidden and unknown are said as such."""
        if found is None or (found.value is None and not found.suppressed):
            return UNKNOWN
        return HIDDEN if found.suppressed else say(found)


def _share(found: Figure) -> str:
    return figures.share(found.value, 1)


def _people(found: Figure) -> str:
    text = figures.share(found.value, 1)
    return text if found.numerator is None else f"{text} ({number(found.numerator)} người)"


def _yes(found: Figure) -> str:
    return "có" if found.value else "chưa"


def targets(facts: Facts) -> list[Told]:
    """The commune's figure beside each of the five targets, T1 under both standards."""
    found = []
    for code, (indicator, group) in words.MAPPED.items():
        name = words.COMMUNE_FIGURE[code]
        for row in (r for r in facts.of(indicator) if r.group == group):
            suffix = f", chuẩn {row.standard}" if row.standard else ""
            told = Text(f"{code} {name.vi}{suffix}", f"{name.en} {row.standard}".strip())
            found.append(Told(told, facts.text(row, _share)))
    return found


_CONNECTION = {
    "connection.a": Text("Ô tô tới trung tâm xã mùa mưa", "Seat by car in the wet season"),
    "connection.b": Text("Đủ người dân có đường bốn mùa", "Enough people linked"),
    "connection.c": Text("Lối thứ hai hoặc bốn tại chỗ", "Second way out or four on the spot"),
}


def connection(facts: Facts) -> list[Told]:
    """A commune's three tests of T2, and how many days its seat was cut off."""
    found = [Told(name, facts.text(facts.one(key), _yes)) for key, name in _CONNECTION.items()]
    days = facts.one("connection.seat_days")
    told = facts.text(days, lambda one: f"{number(one.value or 0, 1)} ngày")
    return [*found, Told(Text("Trung tâm xã bị cắt trong 365 ngày", "Days cut off"), told)]


Row = Mapping[str, Any]  # the facts of one village: `hoaban.measure.villages.facts`


def minutes(row: Row) -> tuple[list[Text], list[Line]]:
    """Column headings (mode, season) and the minutes to each kind of place, wherever measured."""
    ways = [(mode, season) for mode in words.MODES for season in words.SEASONS]
    lines = []
    for kind, place in words.PLACES.items():
        keys = [f"minutes_{kind}_{mode}_{season}" for mode, season in ways]
        if any(key in row for key in keys):
            lines.append(Line(place, [_minutes(row.get(key)) for key in keys]))
    return [_way(mode, season) for mode, season in ways], lines


def _way(mode: str, season: str) -> Text:
    how, when = words.MODES[mode], words.SEASONS[season]
    return Text(f"{how.vi}, {when.vi}", f"{how.en}, {when.en}")


def _minutes(value: float | None) -> str:
    return NO_WAY if value is None else f"{number(value)} phút"


def isolation(row: Row) -> list[Line]:
    """For each mode: dry, wet, days of the last 365, then what is expected of a year.

    Expected: days cut off, the longest spell of them, the chance of a day or more.
    """
    lines = []
    for mode, name in words.MODES.items():
        cells = [_cut(row.get(f"isolated_{mode}_{season}")) for season in words.SEASONS]
        days = row.get(f"cut_off_days_{mode}")
        cells.append(UNKNOWN if days is None else number(days, 1))
        lines.append(Line(name, [*cells, *_ahead(row, mode)]))
    return lines


def _ahead(row: Row, mode: str) -> list[str]:
    """Expected days a year with their range, the longest spell, the chance of a day or more."""
    names = ("expected_days", "expected_days_low", "expected_days_high", "longest_days", "chance")
    days, low, high, longest, chance = (row.get(f"{name}_{mode}") for name in names)
    if days is None:
        return [NO_WAY if "expected_days_foot" in row else UNKNOWN] * 3
    return [
        ranged(days, low, high),
        UNKNOWN if longest is None else number(longest, 1),
        UNKNOWN if chance is None else figures.share(chance, 0),
    ]


def ranged(value: float, low: float | None, high: float | None) -> str:
    """A number with its range in brackets, when both its ends are known."""
    text = number(value, 1)
    if low is None or high is None:
        return text
    return f"{text} ({number(low, 1)}–{number(high, 1)})"


_BY_OTHER_MEANS = {
    "days_car_not_motorbike": Text(
        "Dự báo số ngày một năm ô tô bị cắt mà xe máy còn qua",
        "Days a year expected when cars do not pass but motorbikes do",
    ),
    "days_on_foot_only": Text(
        "Dự báo số ngày một năm chỉ còn đi bộ được",
        "Days a year expected when only walking passes",
    ),
}


def by_other_means(row: Row) -> list[Told]:
    """Days a year on which a lighter means still passes where a car does not."""
    return [Told(name, _lighter(row, key)) for key, name in _BY_OTHER_MEANS.items()]


def _lighter(row: Row, key: str) -> str:
    days = row.get(key)
    if days is not None:
        return f"{number(days, 1)} ngày"
    return "ô tô vốn không có lối" if key in row and row.get("isolated_car_wet") else UNKNOWN


def _cut(isolated: bool | None) -> str:
    return UNKNOWN if isolated is None else "bị chia cắt" if isolated else "đi được"


def amenities(row: Row) -> list[Told]:
    """Power, signal and a speaker of the language: yes, not yet, or unknown."""
    return [Told(name, _yes_no(row.get(key))) for key, name in _AMENITIES.items()]


_AMENITIES = {
    "grid_power": Text("Điện lưới", "Grid power"),
    "mobile_4g": Text("Sóng 4G", "4G signal"),
    "has_speaker": Text("Cán bộ biết tiếng của bản", "Staff who speak the language"),
}


def nearby(row: Row) -> list[Told]:
    """An all-season road within the distance of the Rural Access Index; stations' capacity."""
    road = Text("Gần đường bốn mùa (tắc dưới 7 ngày một năm)", "Near an all-season road")
    station = Text(
        "Năng lực trạm y tế trong tầm đi, cho 1.000 người cùng tới",
        "Health station capacity in reach, for 1,000 people who reach it",
    )
    return [
        Told(road, _yes_no(row.get("near_all_season_7"))),
        Told(station, _capacity(row.get("station_capacity"))),
    ]


def _capacity(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return number(value, 1) if value else "không có trạm trong tầm đi"


def rural_access(facts: Facts, limits: Iterable[int]) -> list[Line]:
    """For each limit of closed days: the Rural Access Index by the register and by the grid."""
    lines = []
    for days in limits:
        name = Text(f"Tắc dưới {days} ngày một năm", f"Shut under {days} days a year")
        register = facts.one(f"rural_access.within_{days}", "people")
        cells = facts.one(f"rural_access.cells_within_{days}", "people of the grid")
        lines.append(Line(name, [facts.text(one, _share) for one in (register, cells)]))
    return lines


def _yes_no(value: bool | None) -> str:
    return UNKNOWN if value is None else "có" if value else "chưa"


_SERVICES = {
    "services.health": Text("Tới trạm y tế đạt chuẩn kịp giờ", "Standard station in time"),
    "services.education": Text("Có chỗ học theo luật", "Schooling by the legal distances"),
    "services.water_hygienic": Text("Nước hợp vệ sinh", "Hygienic water"),
    "services.water_standard": Text("Nước sạch theo quy chuẩn", "Water to standard"),
    "services.joint": Text("Đủ cả ba", "All three"),
}


def services(facts: Facts) -> list[Told]:
    """Share of the area's people with each service; roads and procedures beside."""
    found = [
        Told(name, facts.text(facts.one(key, "people"), _people)) for key, name in _SERVICES.items()
    ]
    linked, live = facts.one("connection.linked", "people"), facts.one("procedures.live", "pairs")
    found.append(Told(words.COMMUNE_FIGURE["T2"], facts.text(linked, _people)))
    found.append(Told(words.COMMUNE_FIGURE["T5"], facts.text(live, _share)))
    return found


# What stands beside the poor, in order, by the end of its indicator.
POVERTY = {
    "poor": Text("Hộ nghèo", "Poor"),
    "near_poor": Text("Hộ cận nghèo", "Near-poor"),
    "average": Text("Mức sống trung bình", "Average living standard"),
    "cannot_classify": Text("Chưa xếp hạng được", "Cannot be classified"),
}


def poverty(facts: Facts) -> list[Line]:
    """Households of each class in `POVERTY` under every standard that was measured."""
    lines = []
    for poor in (row for row in facts.of("poverty.poor") if row.group == "households"):
        name = Text(f"Chuẩn {poor.standard}", f"Standard {poor.standard}")
        found = [facts.one(f"poverty.{key}", "households", poor.standard) for key in POVERTY]
        cells = {key: facts.text(one, _households) for key, one in zip(POVERTY, found, strict=True)}
        if facts.one("poverty.average", "households", poor.standard) is None:
            cells["average"] = NO_CEILING
        lines.append(Line(name, list(cells.values())))
    return lines


def _households(found: Figure) -> str:
    return f"{number(found.numerator or 0)} hộ ({figures.share(found.value, 1)})"
