"""What holds people poor: H, A, M0 and the share of each of the twelve things in it.

Pure; reads ``index`` and ``robustness`` of T1's parts. A share of all households is a count of
them too, so what stands for few households is hidden like a count (`few`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.measure.poverty import few
from hoaban.web import figures, words
from hoaban.web.pages import facts
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table

Json = Mapping[str, Any]
GROUPS = {
    "households": Text("hộ", "households"),
    "people": Text("người", "people"),
}
_MEASURES = (
    ("H", Text("Tỷ lệ người/hộ nghèo theo số thiếu hụt (H)", "Headcount (H)")),
    ("A", Text("Cường độ: tỷ lệ thiếu hụt bình quân của người nghèo (A)", "Intensity (A)")),
    ("M0", Text("Chỉ số nghèo đa chiều (M0 = H × A)", "Adjusted headcount (M0 = H × A)")),
)


@dataclass(frozen=True, slots=True)
class Weight:
    """One of the twelve under one standard. ``bar`` is 0–100 of the longest bar."""

    name: Text
    contribution: str
    bar: int
    censored: str  # poor and lacking it
    uncensored: str  # lacking it, poor or not
    legal: str  # contribution among the legally poor, "" when not measured


@dataclass(frozen=True, slots=True)
class Depth:
    """What holds people poor under one standard, the heaviest first."""

    standard: str
    weights: list[Weight]
    legal: bool  # whether any contribution among the legally poor is known


def measures(parts: Json) -> Table:
    """H, A and M0, a column for each standard and whom it counts."""
    index: Json = parts.get("index") or {}
    columns, held = [], []
    for name, groups in index.items():
        for group, said in GROUPS.items():
            if group in groups:
                columns.append(Text(f"Chuẩn {name}, {said.vi}", f"{name}, {said.en}"))
                held.append(groups[group])
    lines = [Line(name, [_shown(one.get(key)) for one in held]) for key, name in _MEASURES]
    label = Text(
        "Nghèo đa chiều theo số thiếu hụt, không xét thu nhập (Alkire–Foster)",
        "Poverty by the count of deprivations alone (Alkire–Foster)",
    )
    return Table(label, Text("Thước đo", "Measure"), columns, lines if held else [])


def _shown(value: float | None) -> Cell:
    return (
        Cell(facts.UNKNOWN, NONE) if value is None else Cell(figures.share(value), f"{value:.6f}")
    )


def left_out(parts: Json, least: int) -> Text | None:
    """How many households the index leaves out, the most under any standard; None when none.

    Fewer than ``least`` under any standard are not counted out.
    """
    every = [int(one.get("left_out") or 0) for one in (parts.get("index") or {}).values()]
    most = max(every, default=0)
    if not most:
        return None
    if few.small(most, least):
        return Text(
            "Các hộ thiếu câu trả lời không tính vào bảng này; số hộ ẩn vì nhỏ.",
            "Households with missing answers are left out of this table; too few to be counted.",
        )
    return Text(
        f"Tới {number(most)} hộ thiếu câu trả lời không tính vào bảng này.",
        f"Up to {most:,} households with missing answers are left out of this table.",
    )


def depths(parts: Json, least: int) -> list[Depth]:
    """For each standard the twelve by their contribution to M0 of the people."""
    poor = {name: one.get("poor") for name, one in (parts.get("standards") or {}).items()}
    return [
        _depth(name, groups, poor.get(name), least)
        for name, groups in (parts.get("index") or {}).items()
    ]


def _depth(name: str, groups: Json, poor: int | None, least: int) -> Depth:
    one: Json = groups.get("people") or groups.get("households") or {}
    legal: Json = groups.get("legal") or {}
    share: Json = one.get("contribution") or {}
    gone, lacked = _few(groups, least), _few_lacking(groups, least)
    of_poor = _few_of_poor(legal, poor, least)
    longest = max((float(v or 0) for key, v in share.items() if key not in gone), default=0) or 1
    ordered = sorted(share, key=lambda key: (key in gone, -float(share[key] or 0)))
    weights = [
        Weight(
            name=words.label(words.LACKS, key),
            contribution=_told(one, "contribution", key, gone),
            bar=0 if key in gone else round(100 * float(share[key] or 0) / longest),
            censored=_told(one, "censored", key, gone),
            uncensored=_told(one, "uncensored", key, lacked),
            legal=_told(legal, "contribution", key, of_poor),
        )
        for key in ordered
    ]
    return Depth(name, weights, bool(legal.get("contribution")))


def _told(group: Json, measure: str, key: str, gone: Collection[str]) -> str:
    if key in gone:
        return facts.HIDDEN
    return figures.share((group.get(measure) or {}).get(key), 1)


def _few(groups: Json, least: int) -> set[str]:
    """What so few households are poor and lack that it is not told; their sum is M0's."""
    counts = _households(groups, "censored")
    return {key for key, count in few.told(counts, least).items() if count is None}


def _few_lacking(groups: Json, least: int) -> set[str]:
    """What so few households lack at all."""
    counts = _households(groups, "uncensored")
    return {key for key, count in counts.items() if 0 < count < least}


def _few_of_poor(legal: Json, poor: int | None, least: int) -> set[str]:
    """What so few of the legally poor lack; contributions are shares of all they lack."""
    share: Json = legal.get("contribution") or {}
    every = (poor or 0) * float(legal.get("A") or 0) * len(share)
    counts = {key: round(every * float(value or 0)) for key, value in share.items()}
    return {key for key, count in few.told(counts, least).items() if count is None}


def _households(groups: Json, measure: str) -> dict[str, int]:
    """Households behind shares of them, by what is lacked."""
    found: Json = (groups.get("households") or {}).get(measure) or {}
    counted = int(groups.get("counted") or 0)
    return {key: round(counted * float(value or 0)) for key, value in found.items()}


def robustness(parts: Json) -> Text | None:
    """Whether the order of the communes hangs on the choice of weights and cut-off."""
    found = parts.get("robustness") or {}
    kept = found.get("orderings_kept")
    if kept is None:
        return None
    tau = found.get("tau_min")
    more = "" if tau is None else f"; tương quan hạng nhỏ nhất (tau-b) {number(tau, 2)}"
    more_en = "" if tau is None else f"; the least rank correlation (tau-b) is {tau:.2f}"
    return Text(
        f"Đổi ngưỡng và trọng số, {figures.share(kept, 1)} số cặp xã giữ nguyên thứ tự{more}.",
        f"Under other cut-offs and weights {100 * kept:.1f} % of the pairs of communes "
        f"keep their order{more_en}.",
    )


def cutoffs(parts: Json, least: int) -> Table:
    """H and M0 for every cut-off that was tried, as far as they do not tell on few households."""
    found = (parts.get("robustness") or {}).get("cutoffs") or {}
    steps = sorted(found, key=int)
    last = _last_told([found[key].get("H") for key in steps], parts.get("households") or 0, least)
    lines = [
        Line(
            Text(f"Từ {key} thiếu hụt", f"From {key} deprivations"),
            [_shown(found[key].get(name)) for name in ("H", "M0")],
        )
        for key in steps[:last]
    ]
    return Table(
        Text("Nếu đổi số thiếu hụt tối thiểu", "With another number of deprivations needed"),
        Text("Ngưỡng", "Cut-off"),
        [Text("H", "H"), Text("M0", "M0")],
        lines,
    )


def _last_told(shares: Sequence[float | None], households: int, least: int) -> int:
    """How many cut-offs from the lowest may be told: the next would leave, or be, too few."""
    before = households
    for place, share in enumerate(shares):
        now = round(households * (share or 0))
        if now < least or 0 < before - now < least:
            return place
        before = now
    return len(shares)
