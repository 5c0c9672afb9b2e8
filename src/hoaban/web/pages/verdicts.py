"""One household under every standard, in words: what the page and the slip both say.

Pure, but for the rows that come in. The rule kernel judges (`measure.poverty.classes`), the
reasons are its own (`measure.poverty.reasons`); here they are only arranged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from hoaban.base.law import Law
from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.measure.poverty import classes
from hoaban.measure.poverty.reasons import explain
from hoaban.measure.poverty.standards import NoStandard, Standard, in_force, standards
from hoaban.record.answers import ANSWERS
from hoaban.record.lists import Property
from hoaban.record.reads import Row
from hoaban.web import figures, words
from hoaban.web.pages.communes import NONE, Cell
from hoaban.web.pages.registered import Found, Page
from hoaban.web.pages.table import Line, Table, plain

Said = dict[str, str]  # vi, en
Json = Mapping[str, Any]
_LEFT_OUT = ("household", "village", "round", "completed_on", "members", "decided")
_INCOME = ("income_per_head_vnd", "points_a")


def said(vi: str, en: str = "") -> Said:
    """A pair of sentences as JSON has it."""
    return {"vi": vi, "en": en}


def both(text: Text) -> Said:
    """A Text as JSON has it."""
    return said(text.vi, text.en)


def sheet(found: Found, law: Law, *, purpose: Text, at: datetime) -> dict[str, Any]:
    """Everything that is said of one household, JSON-ready; without a review no class."""
    rules = standards(law)
    newest = found.reviews[0] if found.reviews else None
    return {
        "household": found.row.key,
        "village": found.seat.village,
        "commune": found.seat.commune,
        "synthetic": figures.is_synthetic(found.row.origin, newest.origin if newest else ""),
        "facts": _facts(found, newest),
        "foot": _foot(found.row, purpose, at),
        "reviewed": newest is not None,
        "decided": _decided(newest),
        "differs": _differs(found, newest, law),
        **_judged(found, newest, law, at),
        "earlier": _earlier(found, rules),
        "answers": _answers(newest or found.row, found.spec.properties.values()),
        "version": found.row.version,
        "origin": both(words.label(words.ORIGINS, found.row.origin)),
    }


def _facts(found: Found, newest: Row | None) -> list[dict[str, Any]]:
    data = newest.data if newest else found.row.data
    unit = found.seat.unit or ("xã" if found.seat.rural else "phường")
    facts = [
        (said("Hộ số", "Household"), found.row.key),
        (said("Số nhân khẩu", "Members"), _whole(data.get("members"))),
        (said("Bản, tổ dân phố", "Village"), found.seat.village or "—"),
        (said("Xét theo khu vực", "Judged as"), "nông thôn" if found.seat.rural else "thành thị"),
        (said(unit.capitalize(), "Commune"), found.seat.commune or "—"),
        (said("Kỳ rà soát", "Round"), _round(newest)),
    ]
    return [{"name": name, "value": value} for name, value in facts]


def _round(newest: Row | None) -> str:
    if newest is None:
        return "chưa có"
    return f"{newest.data['round']}, hoàn thành {figures.day(newest.data['completed_on'])}"


def _whole(value: Any) -> str:
    return "chưa rõ" if value is None else number(value)


def _foot(row: Row, purpose: Text, at: datetime) -> Said:
    day = f"{timezone.localtime(at):%d/%m/%Y %H:%M}"
    origin = words.label(words.ORIGINS, row.origin)
    return said(
        f"Sổ bộ hộ đang dùng, phiên bản {row.version}, đọc lúc {day}, mục đích: {purpose.vi}; "
        f"nguồn gốc: {origin.vi}. Lần xem này đã được ghi lại.",
        f"Live register, version {row.version}, read {day} for {purpose.en}; origin: "
        f"{origin.en}. This look was recorded.",
    )


def _decided(newest: Row | None) -> Said | None:
    given = newest.data.get("decided") if newest else None
    return both(words.label(words.POVERTY_CLASSES, given)) if given else None


def _differs(found: Found, newest: Row | None, law: Law) -> Said | None:
    """What is said when the commune's decision is not the class by the rule of that day."""
    given = newest.data.get("decided") if newest else None
    if newest is None or not given:
        return None
    try:
        rule = in_force(law, date.fromisoformat(str(newest.data["completed_on"])))
    except NoStandard:
        return None  # no rule to compare with
    code = int(classes.judge(_packed([newest], found.seat.rural), rule).cls[0])
    if classes.CLASSES[code] == given:
        return None
    years = rule.name.replace("-", "–")
    if code == classes.CANNOT:
        return said(
            f"Chưa đủ câu trả lời để đối chiếu hạng theo quyết định với chuẩn {years} "
            "đang có hiệu lực khi rà soát.",
            f"Too few answers to compare the decided class with the standard {years} in "
            "force at the review.",
        )
    decided, ruled = words.label(words.POVERTY_CLASSES, given), class_words(code)
    return said(
        f"Hạng theo quyết định ({_inside(decided.vi)}) khác kết quả tính theo chuẩn {years} "
        f"đang có hiệu lực khi rà soát ({_inside(ruled.vi)}).",
        f"The decided class ({_inside(decided.en)}) differs from the result by the standard "
        f"{years} in force at the review ({_inside(ruled.en)}).",
    )


def _inside(name: str) -> str:
    """Words as they stand inside a sentence."""
    return name[:1].lower() + name[1:]


def _judged(found: Found, newest: Row | None, law: Law, at: datetime) -> dict[str, Any]:
    """The newest review under each standard, what counted side by side, and how to appeal."""
    if newest is None:
        return {"standards": [], "compared": [], "appeal": [], "missing": []}
    day = timezone.localtime(at).date()
    labels = {name: found.spec.properties[name].label for name in ANSWERS}
    answers = _packed([newest], found.seat.rural)
    judged = [classes.judge(answers, rule) for rule in standards(law)]
    told = [explain(answers, one, 0, law, day, labels=labels).as_json() for one in judged]
    held = next((t for t, one in zip(told, judged, strict=True) if one.rule.holds(day)), told[-1])
    return {
        "standards": [_standard(one) for one in told],
        "compared": _compared(answers, judged),
        "appeal": [_reason(step) for step in held["appeal"]],
        "missing": [both(label) for label in _missing(answers, labels)],
    }


def _standard(told: Json) -> dict[str, Any]:
    return {
        "title": told["title"],
        "when": _span(told["valid_from"], told["valid_to"]),
        "reasons": _gathered(told["because"]),
        "change": [change["text"] for change in told["would_change"]],
        "notes": told["not_known"],
    }


def _gathered(because: Sequence[Json]) -> list[dict[str, Any]]:
    """The reasons in their order; those in a row that rest on one article are told together."""
    found = []
    for article, group in groupby(because, key=lambda reason: reason["article"]):
        texts = [reason["text"] for reason in group]
        together = {way: " ".join(text[way] for text in texts) for way in ("vi", "en")}
        found.append({"said": together, "article": article})
    return found


def _reason(reason: Json) -> dict[str, Any]:
    return {"said": reason["text"], "article": reason["article"]}


def _compared(answers: classes.Answers, judged: Sequence[classes.Judged]) -> list[dict[str, Any]]:
    """What decides, line by line, a cell for each standard."""
    lines = [
        (said("Hạng hộ", "Class"), [both(class_words(one.cls[0])) for one in judged]),
        (said("Thu nhập", "Income"), [_income(answers, one) for one in judged]),
        (said("Thiếu hụt", "Deprivations"), [_lacks(one) for one in judged]),
    ]
    return [
        {"name": name, "cells": cells, "strong": place == 0}
        for place, (name, cells) in enumerate(lines)
    ]


_BELOW = {
    1: said("không quá chuẩn", "at most the line"),
    0: said("trên chuẩn", "above the line"),
    -1: said("chưa biết, chuẩn", "not known"),
}


def _income(answers: classes.Answers, judged: classes.Judged) -> Said:
    word = _BELOW[int(judged.below[0])]
    if judged.basis[0] == classes.BY_POINTS:
        most = int(classes.thresholds(judged.rule, answers.rural)[0])
        points = int(answers.points[0])
        return said(
            f"{points} điểm phiếu B1, {word['vi']} {most} điểm", f"{word['en']}, by form B1"
        )
    line = number(int(classes.lines(judged.rule, answers.rural)[0]))
    income = int(answers.income[0])
    has = "" if income == classes.MISSING else f"{number(income)}, "
    return said(f"{has}{word['vi']} {line} đồng/người/tháng", word["en"])


def _lacks(judged: classes.Judged) -> Said:
    lacks, still, rule = int(judged.lacks[0]), int(judged.open[0]), judged.rule
    more = f", còn {still} câu chưa rõ" if still else ""
    more_en = f", {still} open" if still else ""
    return said(
        f"{lacks} trên {len(rule.indicators)} chỉ số{more}; cần từ {rule.needed}",
        f"{lacks} of {len(rule.indicators)}{more_en}; {rule.needed} make poor",
    )


def _missing(answers: classes.Answers, labels: Mapping[str, Text]) -> list[Text]:
    """What was not answered: income when neither it nor the score is known, then the answers."""
    gone = [labels[name] for name in classes.names_of(int(answers.missing[0]))]
    known = answers.income[0] != classes.MISSING or answers.points[0] != classes.MISSING
    return gone if known else [Text("Thu nhập bình quân đầu người", "Income per head"), *gone]


def _packed(rows: Sequence[Row], rural: bool) -> classes.Answers:
    columns = {
        name: [row.data.get(name) for row in rows] for name in (*ANSWERS, *_INCOME, "members")
    }
    return classes.Answers.of(columns, [rural] * len(rows))


def class_words(code: int) -> Text:
    """A class code in words."""
    return words.POVERTY_CLASSES[classes.CLASSES[int(code)]]


def _earlier(found: Found, rules: Sequence[Standard]) -> list[dict[str, Any]]:
    """Every completed review and its class under each standard, the newest first."""
    if not found.reviews:
        return []
    answers = _packed(found.reviews, found.seat.rural)
    judged = [classes.judge(answers, rule) for rule in rules]
    return [
        {
            "round": row.data["round"],
            "completed_on": row.data["completed_on"],
            "classes": [both(class_words(one.cls[i])) for one in judged],
        }
        for i, row in enumerate(found.reviews)
    ]


def _answers(row: Row, properties: Iterable[Property]) -> list[dict[str, Any]]:
    """The answers as they were given, in the order of the form; nothing is filled in."""
    return [
        {"name": both(p.label), "value": _given(p, row.data.get(p.name))}
        for p in properties
        if p.name not in _LEFT_OUT and not p.purpose
    ]


def _given(prop: Property, value: Any) -> Said:
    if value is None:
        return said("chưa hỏi, chưa trả lời", "not answered")
    if prop.type == "answer":
        return said("1 – có", "yes") if value else said("0 – không", "no")
    if prop.unit == "VND/month":
        return said(f"{number(value)} đồng/tháng", "")
    return said(number(value) if isinstance(value, int | float) else str(value), "")


@dataclass(frozen=True, slots=True)
class ClassCell(Cell):
    """A class in words, in English too."""

    en: str = ""


def _class_cell(code: int) -> ClassCell:
    named = class_words(code)
    return ClassCell(named.vi, str(code), named.en)


def listed(page: Page, law: Law, purpose: str) -> Table:
    """A page of households under every standard; the answers that are missing are counted."""
    rules = standards(law)
    reviews = [review for _, review in page.rows if review is not None]
    answers = _packed(reviews, page.seat.rural)
    judged = [classes.judge(answers, rule) for rule in rules]
    place = {review.key: i for i, review in enumerate(reviews)}
    query = urlencode({"purpose": purpose})
    lines = [
        Line(
            row.key,
            _line(row, review, judged, place.get(review.key) if review else None),
            link=f"{reverse('household', args=[row.key])}?{query}",
        )
        for row, review in page.rows
    ]
    columns = [
        Text("Nhân khẩu", "Members"),
        Text("Kỳ rà soát", "Round"),
        *(Text(f"Chuẩn {rule.name}", f"Standard {rule.name}") for rule in rules),
        Text("Câu chưa trả lời", "Not answered"),
    ]
    label = Text("Các hộ theo hai chuẩn", "Households under both standards")
    return Table(label, Text("Hộ", "Household"), columns, lines, ident="bang-ho")


def _line(
    row: Row, review: Row | None, judged: Sequence[classes.Judged], place: int | None
) -> list[Cell]:
    members = (review or row).data.get("members")
    first = [Cell(_whole(members), NONE if members is None else str(members))]
    if review is None or place is None:
        return [*first, plain("chưa có"), *([plain("—")] * (len(judged) + 1))]
    missing = sum(review.data.get(name) is None for name in ANSWERS)
    missing += all(review.data.get(name) is None for name in _INCOME)
    return [
        *first,
        Cell(str(review.data["round"]), str(review.data["round"])),
        *(_class_cell(int(one.cls[place])) for one in judged),
        Cell(str(missing), str(missing)),
    ]


def _span(start: str, end: str | None) -> Said:
    """From when to when a standard holds."""
    last, last_en = (f" đến {figures.day(end)}", f" to {end}") if end else ("", "")
    return said(f"từ {figures.day(start)}{last}", f"from {start}{last_en}")
