"""From measured and planned figures to what a reader sees: one wording for every door.

Pure. Pages, the report and the terminal summary all read the same cards, so a figure cannot
say one thing on the screen and another on paper.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hoaban.base.money import format_vnd, number
from hoaban.base.text import Text
from hoaban.web import words
from hoaban.web.partwords import PARTS, SKIPPED, YEARS

Json = Mapping[str, Any]
LOWER_IS_BETTER = ("T1",)
_MET = {
    True: ("met", Text("Đạt", "met")),
    False: ("unmet", Text("Chưa đạt", "not met")),
    None: ("open", Text("Chưa rõ", "not known")),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a target, ready to read. ``depth`` 1 stands under the part before it."""

    label: Text
    value: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One of the five targets: where it stands, what is asked, what a plan would make of it."""

    code: str
    name: Text
    value: str
    target: str
    met: str  # met, unmet, open
    met_text: Text
    standard: str
    origin: Text
    parts: list[Part] = field(default_factory=list)
    after: str = ""  # "" when there is no plan
    after_met: str = "open"
    after_text: Text = _MET[None][1]
    after_standard: str = ""  # told when it is not the standard of ``value``
    before: str = ""  # under the standard of the plan's last year
    bar: int = 0  # 0–100: the value on the way to the target
    bar_after: int = 0
    bar_target: int = 0


def cards(measured: Json, plan: Json | None = None) -> list[Card]:
    """The five targets in order, with the plan's forecast beside when there is a plan."""
    forecast = (plan or {}).get("targets") or {}
    before, after = forecast.get("before") or {}, forecast.get("after") or {}
    found = measured.get("targets") or {}
    return [
        _card(code, found[code], before.get(code), after.get(code), str(measured.get("origin", "")))
        for code in words.TARGETS
        if code in found
    ]


def _card(code: str, now: Json, before: Json | None, after: Json | None, origin: str) -> Card:
    met, met_text = _MET[now.get("met")]
    later = after or {}
    after_met, after_text = _MET[later.get("met")]
    return Card(
        code=code,
        name=words.TARGETS[code],
        value=share(now.get("value")),
        target=("dưới " if code in LOWER_IS_BETTER else "từ ") + share(now.get("target")),
        met=met,
        met_text=met_text,
        standard=str(now.get("standard") or (now.get("parts") or {}).get("standard") or ""),
        origin=words.label(words.ORIGINS, str(now.get("origin") or origin)),
        parts=list(parts(now.get("parts") or {})),
        after=share(later.get("value")) if after else "",
        after_met=after_met,
        after_text=after_text,
        after_standard=_other(later.get("standard"), now.get("standard")),
        before=share((before or {}).get("value")) if before else "",
        bar=_bar(now.get("value")),
        bar_after=_bar(later.get("value")),
        bar_target=_bar(now.get("target")),
    )


def _other(then: str | None, now: str | None) -> str:
    return then if then and then != now else ""


def _bar(value: float | None) -> int:
    return 0 if value is None else round(100 * min(max(value, 0.0), 1.0))


def share(value: Any, digits: int = 2) -> str:
    """A share (0–1) as people read it: ``17,78 %`` (unbroken); missing is ``chưa rõ``."""
    return "chưa rõ" if value is None else f"{number(100 * float(value), digits)}\u00a0%"


def day(value: Any) -> str:
    """A calendar day as ``24/11/2026``, from a date or its ISO text; "" when missing."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10]) if value else None
    return f"{value:%d/%m/%Y}" if value else ""


def parts(found: Json) -> Iterable[Part]:
    """The parts of a target in their own order; groups come before what they hold."""
    for key, value in found.items():
        if key in SKIPPED or isinstance(value, list):
            continue
        if isinstance(value, Mapping):
            yield Part(part_label(key), _of_people(value))
            held = {k: v for k, v in value.items() if k not in ("people", "share")}
            inner = held if _of_people(value) else value
            yield from (Part(p.label, p.value, p.depth + 1) for p in parts(inner))
        else:
            yield Part(part_label(key), part_value(key, value))


def _of_people(group: Json) -> str:
    """A group of people and their share in one line; "" for any other group."""
    if set(group) >= {"people", "share"} and "linked" not in group:
        return f"{share(group['share'])} ({number(group['people'] or 0)} người)"
    return ""


def part_label(key: str) -> Text:
    """The words for one part; an unknown key stands for itself, readable."""
    return PARTS.get(key) or Text(key.replace("_", " "), key.replace("_", " "))


def part_value(key: str, value: Any) -> str:
    """One part as text: a share for a fraction, a count for a whole number, money, yes or no."""
    if value is None:
        return "chưa rõ"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return _numeral(key, value)
    return day(value) if key.endswith("_on") else str(value)


def _numeral(key: str, value: float) -> str:
    if key.endswith("_vnd"):
        return format_vnd(int(value))
    if key in YEARS:
        return str(value)
    return share(value) if isinstance(value, float) and 0 <= value <= 1 else number(value, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One chosen work in the plan's table."""

    work: str
    kind: str
    label: Text
    year: int
    commune: str  # path
    commune_name: str
    village: str  # path or ""
    village_name: str
    cost: int
    cost_text: str
    source: str
    pack_id: str
    pack: Text
    carry_over: bool
    proposed_by: Text
    why: Text
    owed: bool = False


def rows(plan: Json, names: Mapping[str, str]) -> list[Row]:
    """The chosen works in the plan's order. ``names``: names of areas by path."""
    return [_row(item, names) for item in plan.get("chosen") or []]


def _row(item: Json, names: Mapping[str, str]) -> Row:
    commune, village = str(item.get("commune") or ""), str(item.get("village") or "")
    cost = int(item.get("cost_vnd") or 0)
    kind = str(words.spoken(item.get("label")) or item.get("kind") or item["work"])
    kind_en = words.spoken(item.get("label"), "en") or kind
    return Row(
        kind=str(item.get("kind") or item.get("work") or ""),
        work=str(item["work"]),
        label=Text(kind, kind_en),
        year=int(item.get("year") or 0),
        commune=commune,
        commune_name=names.get(commune, commune),
        village=village,
        village_name=names.get(village, ""),
        cost=cost,
        cost_text=format_vnd(cost),
        source=_money_source(item),
        pack_id=str(item.get("pack") or ""),
        pack=words.label(words.PACKS, str(item.get("pack") or "")),
        carry_over=bool(item.get("carry_over")),
        proposed_by=words.label(words.PROPOSERS, str(item.get("proposed_by") or "")),
        why=words.reason(item),
        owed=bool(item.get("owed")),
    )


def _money_source(item: Json) -> str:
    money = words.label(words.MONEY, str(item.get("money") or "")).vi
    given = item.get("source") or item.get("sources") or ""
    codes = given if isinstance(given, list | tuple) else [given] if given else []
    named = ", ".join(words.label(words.SOURCES, str(code)).vi for code in codes)
    return " · ".join(part for part in (money, named) if part)


def first(found: Iterable[Row], count: int, alike: int = 2) -> list[Row]:
    """The first works that the plan chose, at most ``alike`` of one kind in one year.

    What is only paid off or finished is told beside (`before`); the whole plan has every work.
    """
    every = list(found)
    seen: Counter[tuple[str, int]] = Counter()
    picked = []
    for row in [row for row in every if not (row.owed or row.carry_over)] or every:
        seen[row.kind, row.year] += 1
        if seen[row.kind, row.year] <= alike:
            picked.append(row)
    return picked[:count]


def before(found: Iterable[Row]) -> Text | None:
    """What is paid off and finished before anything new; None when nothing is."""
    every = list(found)
    told = []
    for rows, vi, en in (
        ([row for row in every if row.owed], "trả hết {} việc còn nợ", "{} works owed"),
        (
            [row for row in every if row.carry_over],
            "làm cho xong {} việc chuyển tiếp",
            "{} works under way",
        ),
    ):
        if rows:
            cost = format_vnd(sum(row.cost for row in rows))
            told.append((f"{vi.format(number(len(rows)))} ({cost})", en.format(len(rows))))
    if not told:
        return None
    return Text(
        f"Trước hết {', '.join(vi for vi, _ in told)}; sau đó mới mở việc mới.",
        f"{' and '.join(en for _, en in told)} come before new ones.",
    )


def unspent(plan: Json) -> Text | None:
    """What the plan leaves of each kind of money and why it cannot be used; None when nothing."""
    left = {"investment": 0, "recurrent": 0}
    for pool in plan.get("money") or []:
        left[pool["kind"]] += int(pool["budget_vnd"]) - int(pool["spent_vnd"])
    if not any(left.values()):
        return None
    invest, recurrent = format_vnd(left["investment"]), format_vnd(left["recurrent"])
    return Text(
        f"Chưa dùng: đầu tư {invest}, thường xuyên {recurrent}; chi thường xuyên không dùng để "
        "xây dựng, và năm nào dùng tiền của năm ấy.",
        f"Unspent, billion đồng: investment {left['investment'] / 1e9:,.1f}, recurrent "
        f"{left['recurrent'] / 1e9:,.1f}; recurrent money does not build, "
        "and each year has its own.",
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What one programme takes of the plan."""

    pack: Text
    works: int
    cost: int
    cost_text: str


def by_pack(found: Iterable[Row]) -> list[Share]:
    """How many works and how much money go to each programme, the most money first."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row.pack_id, []).append(row)
    sums = [
        (sum(row.cost for row in rows), len(rows), rows[0].pack)
        for _, rows in sorted(groups.items())
    ]
    return [
        Share(pack, works, cost, format_vnd(cost))
        for cost, works, pack in sorted(sums, key=lambda item: -item[0])
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """The money still missing for one target."""

    code: str
    name: Text
    amount: str
    why: Text


def missing(plan: Json) -> list[Gap]:
    """Missing money of each target in order: an amount, 0, or why there is no figure."""
    found = plan.get("missing") or {}
    return [_gap(code, found[code]) for code in words.TARGETS if code in found]


def _gap(code: str, given: Any) -> Gap:
    whole = given if isinstance(given, Mapping) else {"vnd": given}
    amount = whole.get("vnd")
    if amount is None:
        text = "chưa tính được" if whole.get("reaches") is None else "việc đã biết chưa đủ"
    elif int(amount) == 0:
        text = "không thiếu"
    else:
        text = format_vnd(int(amount))
    return Gap(code, words.TARGETS[code], text, words.reason(whole))


def is_synthetic(*origins: Any) -> bool:
    """Whether any figure rests on invented rows, and the reader must be told so."""
    return "synthetic" in [str(origin) for origin in origins]


def map_goal(code: str, measured: Json) -> float:
    """The share from which a commune counts as there: the target, or the part's own mark."""
    found = (measured.get("targets") or {}).get(code) or {}
    cited = {one["name"]: one["value"] for one in found.get("parameters") or []}
    mark = cited.get("connection.people_share_min") if code == "T2" else None
    return float(mark or found.get("target") or 1.0)


def assumed(measured: Json) -> list[Json]:
    """The parameters behind the targets that nobody published, each once, by name."""
    found = {
        str(cited["name"]): cited
        for target in (measured.get("targets") or {}).values()
        for cited in target.get("parameters") or []
        if cited.get("confidence") == "assumed"
    }
    return [found[name] for name in sorted(found)]
