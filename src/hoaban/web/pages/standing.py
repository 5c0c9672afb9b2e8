"""T1 as it stands, and how it moved: from the parts of the target to tables of words.

Pure. A part that an older measuring does not have makes no table. Counts of households are
told at the province's least number and above only (`few`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.measure.poverty import few
from hoaban.web import figures, words
from hoaban.web.pages import facts
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.table import Line, Table, plain

Json = Mapping[str, Any]
CLASSES = tuple(words.POVERTY_CLASSES)
_COUNTED = (
    ("poor", "rate", Text("Hộ nghèo", "Poor households")),
    ("near_poor", "near_poor_rate", Text("Hộ cận nghèo", "Near-poor households")),
    (
        "multidimensional",
        "multidimensional_rate",
        Text("Nghèo đa chiều (nghèo và cận nghèo)", "Multidimensionally poor (both)"),
    ),
    ("average", "", Text("Hộ có mức sống trung bình", "Average living standard")),
    ("not_poor", "", Text("Hộ không nghèo", "Not poor")),
    (
        "cannot_classify",
        "cannot_classify_rate",
        Text("Chưa đủ thông tin để xếp hạng", "Cannot be classified"),
    ),
)
_PERSONS = (
    ("poor", "rate", Text("Người trong hộ nghèo", "People in poor households")),
    ("near_poor", "near_poor_rate", Text("Người trong hộ cận nghèo", "In near-poor households")),
    (
        "multidimensional",
        "multidimensional_rate",
        Text("Người nghèo đa chiều", "Multidimensionally poor people"),
    ),
)
_RULES = (
    ("line_rural_vnd", Text("Mức thu nhập, nông thôn (đồng/người/tháng)", "Line, rural")),
    ("line_urban_vnd", Text("Mức thu nhập, thành thị (đồng/người/tháng)", "Line, urban")),
    ("deprivations_needed", Text("Số thiếu hụt để là hộ nghèo", "Deprivations that make poor")),
)
_EXITS = {
    "income": Text("Thu nhập vượt chuẩn", "Income above the line"),
    "fewer_deprivations": Text(
        "Chỉ giảm thiếu hụt, thu nhập chưa vượt (giảm nghèo hành chính)",
        "Only fewer deprivations, income not above the line",
    ),
    "durable": Text("Bền vững (hai kỳ liền trên chuẩn)", "Durable (above the line in two reviews)"),
}
_BESIDE = {
    "all": Text("Tất cả các hộ thoát nghèo", "All exits"),
    "relapsed": Text("Tái nghèo trong cùng thời gian", "Fell back in the same time"),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The rate under one standard with what must stand beside it; all in words."""

    standard: str
    rate: str
    poor: str
    near_poor: str
    multidimensional: str
    at_most: str  # the rate if all that cannot be classified were poor; "" when it is the same
    in_force: bool


def headlines(parts: Json, chosen: str | None, least: int) -> list[Headline]:
    """One a standard, in their own order. ``chosen``: the standard that T1 is told under."""
    return [_headline(name, one, chosen, least) for name, one in _standards(parts, least).items()]


def _headline(name: str, one: Json, chosen: str | None, least: int) -> Headline:
    high = one.get("rate_high")
    gone = one["hidden"]
    return Headline(
        standard=name,
        rate=facts.HIDDEN if "poor" in gone else figures.share(one.get("rate")),
        poor=_households(one, "poor", None).text,
        near_poor=_households(one, "near_poor", one.get("near_poor_rate")).text,
        multidimensional=_households(
            one, "multidimensional", one.get("multidimensional_rate")
        ).text,
        at_most=""
        if high in (None, one.get("rate")) or gone & {"poor", "cannot_classify"}
        else figures.share(high),
        in_force=name == chosen,
    )


def _standards(parts: Json, least: int) -> dict[str, dict[str, Any]]:
    """What was judged under each standard, with ``hidden``: the classes that are not told.

    The classes make up all households, so that a small one takes another with it; poor goes
    last, as T1 itself tells it. Poor and near-poor together go when either does.
    """
    found = {}
    for name, one in (parts.get("standards") or {}).items():
        counts = {key: one[key] for key in CLASSES if one.get(key) is not None}
        shown = few.told(counts, least, last=("poor",))
        gone = {key for key, count in shown.items() if count is None}
        if gone & {"poor", "near_poor"} or few.small(one.get("multidimensional") or 0, least):
            gone.add("multidimensional")
        found[name] = {**one, "hidden": gone}
    return found


def by_standard(parts: Json, least: int) -> Table:
    """Households, persons and the rules themselves, a column for each standard."""
    every = _standards(parts, least)
    whole = parts.get("households")
    lines = [
        Line(
            name,
            [
                plain(facts.NO_CEILING)
                if key == "average" and one.get(key, "") is None
                else _counted(one, key, rate, whole)
                for one in every.values()
            ],
        )
        for key, rate, name in _COUNTED
        if any(key in one for one in every.values())
    ]
    for key, rate, name in _PERSONS:
        if any(key in (one.get("persons") or {}) for one in every.values()):
            lines.append(Line(name, [_people(one, key, rate, least) for one in every.values()]))
    for key, name in _RULES:
        lines.append(Line(name, [_rule(key, one.get(key)) for one in every.values()]))
    return Table(
        label=Text(
            "Hai chuẩn trên cùng một kỳ rà soát", "Both standards on one and the same review"
        ),
        head=Text("Chỉ tiêu", "Figure"),
        columns=[Text(f"Chuẩn {name}", f"Standard {name}") for name in every],
        lines=lines if every else [],
    )


def _counted(one: Json, key: str, rate: str, whole: int | None) -> Cell:
    count = one.get(key)
    share = one.get(rate) if rate else count / whole if count is not None and whole else None
    return _households(one, key, share)


def _households(one: Json, key: str, share: float | None) -> Cell:
    """``180 hộ (15,52 %)``; hidden with its share, unknown when it is not there."""
    if key in one["hidden"]:
        return Cell(facts.HIDDEN, NONE)
    count = one.get(key)
    if count is None:
        return Cell(facts.UNKNOWN, NONE)
    text = f"{number(count)} hộ"
    return Cell(text if share is None else f"{text} ({figures.share(share)})", str(count))


def _people(one: Json, key: str, rate: str, least: int) -> Cell:
    """People of a class; hidden where the households are, and where they are as few."""
    persons = one.get("persons") or {}
    count = persons.get(key)
    if key in one["hidden"] or few.small(count or 0, least):
        return Cell(facts.HIDDEN, NONE)
    if count is None:
        return Cell(facts.UNKNOWN, NONE)
    return Cell(f"{number(count)} người ({figures.share(persons.get(rate))})", str(count))


def _rule(key: str, value: Any) -> Cell:
    if value is None:
        return Cell(facts.UNKNOWN, NONE)
    return plain(format_vnd(int(value)) if key.endswith("_vnd") else number(value))


@dataclass(frozen=True, slots=True)
class Moved:
    """One table of classes against classes, with what it says in a sentence."""

    table: Table
    said: Text


def bridge(parts: Json, least: int) -> Moved | None:
    """The same households and answers under both standards; None when it was not measured."""
    found = parts.get("bridge") or {}
    if not found.get("table"):
        return None
    old, new = str(found["from"]), str(found["to"])
    judged = _standards(parts, least)
    rows, columns = (judged.get(name, {}).get("hidden", set()) for name in (old, new))
    table = crossed(
        found["table"],
        least,
        within=(rows, columns),
        label=Text(
            f"Kỳ {found['round']}: cùng câu trả lời, chuẩn {old} (dòng) và chuẩn {new} (cột)",
            f"Round {found['round']}: the same answers, standard {old} (rows), {new} (columns)",
        ),
    )
    before, after = (_rate(parts, name, least) for name in (old, new))
    said = Text("", "")
    if before is not None and after is not None:
        points = number(100 * (after - before), 2)
        said = Text(
            f"Không hộ nào thay đổi, chỉ đổi chuẩn: tỷ lệ hộ nghèo từ {figures.share(before)} "
            f"thành {figures.share(after)} ({'+' if after > before else ''}{points} điểm %).",
            f"No household changes, only the standard does: {100 * (after - before):+.2f} points.",
        )
    return Moved(table, said)


def _rate(parts: Json, standard: str, least: int) -> float | None:
    """The rate under a standard; None where it is not known or not told."""
    one = _standards(parts, least).get(standard)
    found: float | None = None if one is None or "poor" in one["hidden"] else one.get("rate")
    return found


def years(parts: Json, chosen: str | None, least: int) -> list[Moved]:
    """Who moved where between two rounds under one standard, the newest first.

    ``chosen``: the standard that T1 is told under; its table comes before the others'.
    """
    made = []
    every = parts.get("years") or []
    judged = _standards(parts, least)
    for found in sorted(every, key=lambda one: (-int(one["to"]), one["standard"] != chosen)):
        newest = found["to"] == parts.get("round")
        gone = judged.get(found["standard"], {}).get("hidden", set()) if newest else set()
        table = crossed(
            found["real"],
            least,
            within=(set(), gone),
            label=Text(
                f"Từ kỳ {found['from']} (dòng) sang kỳ {found['to']} (cột), cùng chuẩn "
                f"{found['standard']}",
                f"From round {found['from']} (rows) to {found['to']} (columns), "
                f"both under {found['standard']}",
            ),
        )
        made.append(Moved(table, Text("", "")))
    return made


def change(parts: Json, least: int) -> Text | None:
    """How much of the last change is real and how much only the standard's; None when it kept.

    None, too, where the poor of the newest round are too few to be told.
    """
    found = parts.get("change") or {}
    if found.get("definition_points") is None:
        return None
    if any("poor" in one["hidden"] for one in _standards(parts, least).values()):
        return None
    real, definition = (found.get(f"{key}_points") for key in ("real", "definition"))
    return Text(
        f"Thay đổi thật (cùng một chuẩn): {_points(real)} điểm %; do đổi chuẩn: "
        f"{_points(definition)} điểm %.",
        f"Real change, under one standard: {_plain(real)} points; by the new standard alone: "
        f"{_plain(definition)} points.",
    )


def _points(value: float | None) -> str:
    if value is None:
        return facts.UNKNOWN
    return ("+" if value > 0 else "") + number(value, 2)


def _plain(value: float | None) -> str:
    return "not known" if value is None else f"{value:+.2f}"


def crossed(
    found: Mapping[str, Json],
    least: int,
    *,
    label: Text,
    within: tuple[Collection[str], Collection[str]] | None = None,
) -> Table:
    """Class against class, small cells and what would tell them hidden.

    ``within``: classes whose own totals are hidden, of the rows and of the columns.
    """
    inside = {key for row in found.values() for key in row} | set(found)
    classes = [key for key in CLASSES if key in inside]
    cells = [[(found.get(a) or {}).get(b, 0) for b in classes] for a in classes]
    gone = few.hidden(cells, least, also=_margins(cells, classes, within or ({}, {})))
    lines = [
        Line(words.POVERTY_CLASSES[key], _counts(cells[i], gone[i]))
        for i, key in enumerate(classes)
    ]
    columns = [words.POVERTY_CLASSES[key] for key in classes]
    return Table(label, Text("Hạng hộ", "Class"), columns, lines)


def _margins(
    cells: Sequence[Sequence[int | None]],
    classes: Sequence[str],
    within: tuple[Collection[str], Collection[str]],
) -> list[tuple[int, int]]:
    """The largest cell of each row and column whose sum must not be had from the table."""
    rows, columns = within
    span = range(len(classes))
    lines = [[(i, j) for j in span] for i in span if classes[i] in rows]
    lines += [[(i, j) for i in span] for j in span if classes[j] in columns]
    return [max(line, key=lambda at: cells[at[0]][at[1]] or 0) for line in lines]


def _counts(row: Sequence[int | None], gone: Sequence[bool]) -> list[Cell]:
    return [_hideable(None if hide else count) for count, hide in zip(row, gone, strict=True)]


def exits(parts: Json, least: int) -> Table:
    """Everybody who left the poor list, told apart by what changed."""
    found = parts.get("exits") or {}
    kinds = few.told({key: found[key] for key in _EXITS if key in found}, least)
    lines = [Line(_EXITS[key], [_hideable(count)]) for key, count in kinds.items()]
    lines += [Line(_BESIDE[key], [_bare(found[key], least)]) for key in _BESIDE if key in found]
    return Table(
        Text("Thoát nghèo giữa hai kỳ rà soát, theo cách thoát", "Exits by kind"),
        Text("Cách thoát nghèo", "Kind of exit"),
        [Text("Số hộ", "Households")],
        lines if found else [],
    )


def _hideable(count: int | None) -> Cell:
    return Cell(facts.HIDDEN, NONE) if count is None else Cell(number(count), str(count))


def _bare(count: int | None, least: int) -> Cell:
    return _hideable(None if count is None or few.small(count, least) else count)


def paper(parts: Json, communes: Iterable[Any], least: int) -> tuple[Text, Table] | None:
    """Paper exits: how many, and by commune; None when they were not looked for.

    ``communes``: areas with ``path``, ``code`` and ``name``.
    """
    found = parts.get("paper") or {}
    if "households" not in found:
        return None
    total = _bare(found["households"], least).text
    counts = few.told(found.get("by_commune") or {}, least)
    lines = [
        Line(area.name, [_hideable(counts[area.path])], link=f"/xa/{area.code}/")
        for area in communes
        if area.path in counts
    ]
    said = Text(
        f"Thoát nghèo trên giấy: {total} hộ – quyết định công nhận đã đổi hạng mà câu trả lời "
        "và mức thu nhập không đổi bên. Cần xem lại, chưa phải là sai.",
        f"Paper exits: {total} – the decided class changed, the facts did not. To be looked at.",
    )
    table = Table(
        Text("Thoát nghèo trên giấy theo xã", "Paper exits by commune"),
        Text("Xã, phường", "Commune"),
        [Text("Số hộ", "Households")],
        lines,
        ident="bang-tren-giay" if lines else "",
    )
    return said, table
