"""Why a household has its class: what counted, by which rule, what would change it, how to appeal.

Everything legal in a slip is read from the law folder with its source; everything about the
household comes from the trace of `judge`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoaban.base.law import Law, Value
from hoaban.base.text import Text
from hoaban.measure.poverty.changes import Change, changes, dong
from hoaban.measure.poverty.classes import (
    AVERAGE,
    BY_INCOME,
    BY_POINTS,
    CLASSES,
    LABELS,
    MISSING,
    Answers,
    Judged,
    ceilings,
    lines,
    mask_of,
    thresholds,
)
from hoaban.measure.poverty.standards import FIELDS, OPTIONAL, UNKNOWN

AREAS = {True: Text("nông thôn", "rural"), False: Text("thành thị", "urban")}
_OF = {True: "rural", False: "urban"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that counted, or one step of an appeal, with what it rests on.

    kind
        ``income``, ``score``, ``average``, ``deprivation``, ``count``, ``open`` (an answer
        that may be a deprivation), ``settled`` (one the law takes as none), ``appeal``.
    article
        Where the rule stands, for people; ``source`` is the law folder's own citation.
    """

    kind: str
    text: Text
    article: Text
    source: str
    confidence: str

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "kind": self.kind,
            "text": _both(self.text),
            "article": _both(self.article),
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one household's class under one standard, in Vietnamese and English."""

    standard: str
    title: Text
    valid_from: date
    valid_to: date | None
    cls: str
    label: Text
    because: tuple[Reason, ...]
    would_change: tuple[Change, ...]
    appeal: tuple[Reason, ...]
    not_known: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON: texts are ``{vi, en}``, days ISO."""
        return {
            "standard": self.standard,
            "title": _both(self.title),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "class": self.cls,
            "label": _both(self.label),
            "because": [reason.as_json() for reason in self.because],
            "would_change": [
                {"kind": c.kind, "amount": c.amount, "to": c.to, "text": _both(c.text)}
                for c in self.would_change
            ],
            "appeal": [step.as_json() for step in self.appeal],
            "not_known": [_both(text) for text in self.not_known],
        }


def explain(
    answers: Answers, judged: Judged, at: int, law: Law, on: date, *, labels: Mapping[str, Text]
) -> Reasons:
    """The reasons of the household in row ``at``.

    judged
        What `judge` made of these answers; its standard is the one explained.
    on
        The day whose rules on posting and complaint hold.
    labels
        What each answer is called, as the pack of the review names it.

    Raises `NotInForce` or `NoSuchParameter` where the law folder lacks a rule the slip cites.
    """
    rule = judged.rule
    cited = _Cited(law, rule.valid_from, rule.territory)
    cls = CLASSES[int(judged.cls[at])]
    years = rule.name.replace("-", "–")
    because = (
        *_leg(answers, judged, at, cited),
        *_average(answers, judged, at, cited),
        *_things(answers, judged, at, cited, labels),
    )
    missing = law.find("poverty.not_found", rule.valid_from, rule.territory)
    return Reasons(
        standard=rule.name,
        title=Text(f"Chuẩn nghèo đa chiều {years}", f"Multidimensional poverty standard {years}"),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        cls=cls,
        label=LABELS[cls],
        because=because,
        would_change=changes(answers, judged, at, labels),
        appeal=tuple(_appeal(law, on, cls)),
        not_known=tuple(Text.read(text) for text in (missing.value if missing else ())),
    )


class _Cited:
    """Reasons with the law's citation on them."""

    def __init__(self, law: Law, day: date, territory: str) -> None:
        self.law, self.day, self.territory = law, day, territory
        self.articles = law.number("poverty.articles", day, territory)

    def __call__(self, kind: str, rule: str, parameter: str, vi: str, en: str) -> Reason:
        value = self.law.at(parameter, self.day, self.territory)
        return _reason(kind, Text(vi, en), Text.read(self.articles[rule]), value)


def _leg(answers: Answers, judged: Judged, at: int, cited: _Cited) -> Iterator[Reason]:
    """The income leg: which figure, against which line."""
    rural, basis, below = bool(answers.rural[at]), int(judged.basis[at]), int(judged.below[at])
    area, where = AREAS[rural], _OF[rural]
    if basis == BY_POINTS:
        most = int(thresholds(judged.rule, answers.rural[[at]])[0])
        score = int(answers.points[at])
        word = _WORD[below]
        yield cited(
            "score",
            "score",
            OPTIONAL[f"points_{where}"],
            f"Điểm phiếu B1 là {score}, {word.vi} ngưỡng {area.vi} {most} điểm.",
            f"The B1 score is {score}, {word.en} the {area.en} threshold of {most} points.",
        )
    elif basis == BY_INCOME:
        line = dong(int(lines(judged.rule, answers.rural[[at]])[0]))
        income, word = dong(int(answers.income[at])), _WORD[below]
        yield cited(
            "income",
            "income",
            FIELDS[f"line_{where}_vnd"],
            f"Thu nhập bình quân {income.vi}/người/tháng, "
            f"{word.vi} chuẩn {area.vi} {line.vi}/người/tháng.",
            f"Income of {income.en} a head a month, {word.en} the {area.en} line of {line.en}.",
        )
    else:
        taken = _TAKEN[below]
        yield cited(
            "income",
            "missing",
            UNKNOWN,
            f"Chưa biết thu nhập bình quân đầu người{taken.vi}.",
            f"Income per head is not known{taken.en}.",
        )


def _average(answers: Answers, judged: Judged, at: int, cited: _Cited) -> Iterator[Reason]:
    """Above the line: where the ceiling of the average living standard lies, if published."""
    where = answers.rural[[at]]
    ceiling, income = int(ceilings(judged.rule, where)[0]), int(answers.income[at])
    if int(judged.below[at]) != 0 or ceiling == MISSING:
        return
    top = dong(ceiling)
    if income == MISSING:
        vi = "Chưa khảo sát thu nhập nên chưa xét mức sống trung bình (tới {top})."
        en = "Income was not surveyed, so the average living standard (to {top}) was not judged."
    elif int(judged.cls[at]) == AVERAGE:
        vi = "Thu nhập không quá mức trần {top}/người/tháng của mức sống trung bình."
        en = "The income is at most the ceiling of the average living standard, {top}."
    elif income <= int(lines(judged.rule, where)[0]):
        vi = "Điểm phiếu B1 trên ngưỡng nhưng thu nhập không quá chuẩn: hai nguồn trái nhau."
        en = "The score of form B1 is above its threshold, the income is not: they disagree."
    else:
        vi = "Thu nhập trên mức trần {top}/người/tháng của mức sống trung bình."
        en = "The income is above the ceiling of the average living standard, {top}."
    parameter = OPTIONAL[f"middle_{_OF[bool(where[0])]}_vnd"]
    yield cited("average", "average", parameter, vi.format(top=top.vi), en.format(top=top.en))


def _things(
    answers: Answers, judged: Judged, at: int, cited: _Cited, labels: Mapping[str, Text]
) -> Iterator[Reason]:
    """Each deprivation that counted, their number, and each answer that is open."""
    rule, missing = judged.rule, int(answers.missing[at])
    counted, undecided = int(judged.counted[at]), int(judged.undecided[at])
    for name in rule.indicators:
        bit, label = mask_of([name]), labels[name]
        if counted & missing & bit:
            vi = f"{label.vi} (chưa trả lời, tính là thiếu hụt)."
            en = f"{label.en} (not answered; it counts as a deprivation)."
            yield cited("deprivation", "missing", UNKNOWN, vi, en)
        elif counted & bit:
            parameter = FIELDS["indicators"]
            yield cited("deprivation", "indicators", parameter, f"{label.vi}.", f"{label.en}.")
    lacks, total = int(judged.lacks[at]), len(rule.indicators)
    yield cited(
        "count",
        "count",
        FIELDS["needed"],
        f"Thiếu hụt {lacks} trong {total} chỉ số; từ {rule.needed} chỉ số trở lên là hộ nghèo "
        "khi thu nhập không vượt chuẩn.",
        f"Deprived in {lacks} of {total} indicators; {rule.needed} or more make a poor household "
        "when income is at most the line.",
    )
    for name in rule.indicators:
        bit, label = mask_of([name]), labels[name]
        if missing & bit & ~counted:
            is_open = bool(undecided & bit)
            vi, en = ("", "") if is_open else (" (tính là không thiếu hụt)", " (counts as none)")
            vi, en = f"Chưa trả lời: {_low(label.vi)}{vi}.", f"Not answered: {_low(label.en)}{en}."
            yield cited("open" if is_open else "settled", "missing", UNKNOWN, vi, en)


def _appeal(law: Law, on: date, cls: str) -> Iterator[Reason]:
    """Posting, complaint and request, with the day counts in force on a day."""
    posted, checked, again = (
        law.at(f"poverty.{name}_working_days", on) for name in ("posting", "recheck", "repost")
    )
    places = Text.read(law.number("poverty.posting_places", on))
    yield _step(
        posted,
        f"Kết quả được niêm yết {posted.value} ngày làm việc tại {places.vi}.",
        f"The result is posted for {posted.value} working days at {places.en}.",
    )
    yield _step(
        checked,
        "Trong thời gian niêm yết, hộ có thể khiếu nại với Uỷ ban nhân dân xã; "
        f"xã phúc tra trong {checked.value} ngày làm việc.",
        "While it is posted the household may complain to the commune, "
        f"which checks again within {checked.value} working days.",
    )
    yield _step(
        again,
        f"Kết quả phúc tra được niêm yết lại {again.value} ngày làm việc.",
        f"The result of the check is posted again for {again.value} working days.",
    )
    if cls == CLASSES[AVERAGE]:
        yield from _average_asked(law, on)
    days = law.find("poverty.request_days", on)
    if days is not None:
        yield _request(law, on, cls, days)


def _average_asked(law: Law, on: date) -> Iterator[Reason]:
    """The average living standard is granted to those who ask, by a shorter way."""
    posted = law.find("poverty.average_posting_working_days", on)
    checked = law.find("poverty.average_recheck_working_days", on)
    if posted is not None and checked is not None:
        yield _step(
            posted,
            "Hộ đề nghị công nhận mức sống trung bình: kết quả niêm yết "
            f"{posted.value} ngày làm việc tại trụ sở xã, phúc tra trong {checked.value} ngày "
            "làm việc.",
            "A household that asks to be certified as of average living standard: the result is "
            f"posted for {posted.value} working days at the commune's office, and checked again "
            f"within {checked.value} working days.",
        )


def _request(law: Law, on: date, cls: str, days: Value) -> Reason:
    """By the ongoing review a household may ask to be let in, or to be taken off the list."""
    off = cls in ("poor", "near_poor")
    form = law.number("poverty.request_form_out" if off else "poverty.request_form_in", on)
    vi, en = ("ra khỏi", "off") if off else ("vào", "onto")
    return _step(
        days,
        f"Rà soát thường xuyên: hộ có thể đề nghị đưa {vi} danh sách hộ nghèo, hộ cận nghèo "
        f"({form}); xã trả lời trong {days.value} ngày.",
        f"Ongoing review: the household may ask to come {en} the list of poor and "
        f"near-poor households ({form}); the commune answers within {days.value} days.",
    )


def _step(value: Value, vi: str, en: str) -> Reason:
    return _reason("appeal", Text(vi, en), Text(value.source, value.source), value)


def _reason(kind: str, text: Text, article: Text, value: Value) -> Reason:
    return Reason(kind, text, article, value.source, value.confidence)


_WORD = {1: Text("không quá", "at most"), 0: Text("trên", "above")}
_TAKEN = {
    1: Text("; theo quy tắc coi là không quá chuẩn", "; by rule it is taken as at most the line"),
    0: Text("; theo quy tắc coi là trên chuẩn", "; by rule it is taken as above the line"),
    -1: Text("", ""),
}


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
