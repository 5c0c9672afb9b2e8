"""Who is entitled and goes without: the counts of the register, by benefit, group and commune.

Pure; reads ``entitlements`` of a measuring, whose small counts are withheld before they are kept:
a count that is None is hidden, or has no price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import words
from hoaban.web.pages import facts
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table, plain

Json = Mapping[str, Any]
_COLUMNS = (
    ("entitled", Text("Thuộc diện", "Entitled")),
    ("without", Text("Chưa được hưởng", "Going without")),
    ("expiring", Text("Thẻ sắp hết hạn", "Card expiring")),
    ("cannot_tell", Text("Chưa đủ thông tin", "Cannot be told")),
    ("households", Text("Số hộ chưa được hưởng", "Households without")),
    ("monthly_vnd", Text("Cần thêm một tháng", "Needed a month")),
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """All that the page says of the gaps."""

    tables: list[Table]
    folded: list[Table]
    notes: list[Text]
    method: str
    origin: str


def gaps(found: Json | None, communes: Iterable[Any]) -> Gaps | None:
    """The gaps, or None when nobody counted them.

    ``communes``: areas with ``path``, ``code`` and ``name``.
    """
    known = [code for code in words.BENEFITS if code in (found or {})]
    if not found or not known:
        return None
    grouped = [_by_group(code, found[code]) for code in known]
    return Gaps(
        tables=[_by_benefit(found, known)],
        folded=[table for table in (*grouped, _by_commune(found, known, communes)) if table],
        notes=[_basis(found), *(note for code in known if (note := _unchecked(code, found[code])))],
        method=str(found.get("method") or ""),
        origin=str(found.get("origin") or ""),
    )


def of_area(rows: Iterable[Json]) -> Table:
    """The counts of one area as they were kept, exact: for those who answer for it."""
    kept = {str(row["benefit"]): row for row in rows}
    lines = [
        Line(label, [_kept(kept[code], name) for name, _ in _COLUMNS])
        for code, label in words.BENEFITS.items()
        if code in kept
    ]
    label = Text("Số người theo chế độ", "People by benefit")
    return Table(label, Text("Chế độ", "Benefit"), [text for _, text in _COLUMNS], lines)


def _kept(row: Json, name: str) -> Cell:
    value = row[name]
    if value is None or (name == "expiring" and row["benefit"] != "insurance"):
        return plain("–")
    return plain(format_vnd(int(value)) if name == "monthly_vnd" else number(value))


def _by_benefit(found: Json, known: Iterable[str]) -> Table:
    lines = [
        Line(words.BENEFITS[code], [_cell(found[code], name) for name, _ in _COLUMNS])
        for code in known
    ]
    label = Text("Số người theo chế độ, cả tỉnh", "People by benefit, the whole province")
    return Table(label, Text("Chế độ", "Benefit"), [text for _, text in _COLUMNS], lines)


def _cell(row: Json, name: str) -> Cell:
    """A count in words: hidden, or "–" where the benefit has no such figure."""
    key = "without_card" if name == "without" and "without_card" in row else name
    value = row.get(key)
    if value is not None:
        text = format_vnd(int(value)) if name == "monthly_vnd" else number(value)
        return Cell(text, str(value))
    priced = name != "monthly_vnd" or row.get("households") is None
    return Cell(facts.HIDDEN, NONE) if key in row and priced else plain("–")


def _by_group(code: str, one: Json) -> Table:
    lines = [
        Line(
            Text(row["label"]["vi"], f"{row['label']['en']} – {row.get('article') or ''}"),
            [_cell(row, name) for name in ("entitled", "without")],
        )
        for row in (one.get("by_group") or {}).values()
    ]
    label = words.BENEFITS[code]
    return Table(
        Text(f"{label.vi}: theo nhóm", f"{label.en}, by group"),
        Text("Nhóm đối tượng, điều khoản", "Group and article"),
        [text for name, text in _COLUMNS if name in ("entitled", "without")],
        lines,
    )


def _by_commune(found: Json, known: Iterable[str], communes: Iterable[Any]) -> Table:
    codes = list(known)
    rows: Json = found.get("communes") or {}
    lines = [
        Line(
            area.name,
            [_cell(rows[area.path].get(code) or {}, "without") for code in codes],
            link=f"/xa/{area.code}/",
        )
        for area in communes
        if area.path in rows
    ]
    return Table(
        Text("Người thuộc diện mà chưa được hưởng, theo xã", "People going without, by commune"),
        Text("Xã, phường", "Commune"),
        [words.BENEFITS[code] for code in codes],
        lines,
        ident="bang-che-do",
    )


def _basis(found: Json) -> Text:
    origin = words.label(words.ORIGINS, str(found.get("origin") or ""))
    people = number(found.get("people") or 0)
    return Text(
        f"Đếm trên sổ bộ đang dùng ({people} người, {origin.vi}); thuộc diện theo luật, chưa phải "
        "quyết định cho từng người.",
        f"Counted on the live register ({found.get('people') or 0:,} people, {origin.en}); "
        "entitled by law, which decides no person's case.",
    )


def _unchecked(code: str, one: Json) -> Text | None:
    """Groups of the law that nobody could look for, with what is missing."""
    rules = one.get("not_checked") or []
    if not rules:
        return None
    vi = "; ".join(str(rule["label"]["vi"]) for rule in rules)
    en = "; ".join(str(rule["label"]["en"]) for rule in rules)
    label = words.BENEFITS[code]
    return Text(
        f"{label.vi}, chưa xét vì sổ bộ không ghi: {vi}.",
        f"{label.en}, not looked for, not in the register: {en}.",
    )
