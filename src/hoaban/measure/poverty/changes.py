"""What would change a household's class: its income, its deprivations, an answer.

Each change is judged by the same kernel as the household itself, so that a slip never
promises what a review would not find.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.measure.poverty.classes import (
    AVERAGE,
    BY_POINTS,
    CANNOT,
    CLASSES,
    LABELS,
    MISSING,
    NEAR_POOR,
    NOT_POOR,
    POOR,
    Answers,
    Judged,
    ceilings,
    judge,
    lines,
    names_of,
    thresholds,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would give the household another class, all else as it is.

    kind, amount
        ``income_above``, ``income_at_most`` (VND a head a month); ``points_above``,
        ``points_at_most`` (score A); ``fewer``, ``more`` (deprivations); ``open_lacking`` (at
        least so many of the open answers are deprivations), ``open_not_lacking`` (fewer than
        so many are).
    to
        The class it would have, by name.
    """

    kind: str
    amount: int
    to: str
    text: Text


def changes(
    answers: Answers, judged: Judged, at: int, labels: Mapping[str, Text]
) -> tuple[Change, ...]:
    """What would change the class of the household in row ``at``; ``labels`` name the answers.

    What would still leave it unclassified is no change and is not named.
    """
    one = _One(answers.only(at), judged, at)
    found = (*_income(one), *_average(one), *_score(one), *_count(one, labels))
    return tuple(change for change in found if change.to != CLASSES[CANNOT])


class _One:
    """One household with its trace in plain numbers."""

    def __init__(self, answers: Answers, judged: Judged, at: int) -> None:
        self.answers, self.rule = answers, judged.rule
        self.cls, self.below = int(judged.cls[at]), int(judged.below[at])
        self.by_points = int(judged.basis[at]) == BY_POINTS
        self.lacks, self.open = int(judged.lacks[at]), int(judged.open[at])
        self.counted, self.undecided = int(judged.counted[at]), int(judged.undecided[at])
        self.line, self.ceiling, self.threshold = (
            int(of(judged.rule, answers.rural)[0]) for of in (lines, ceilings, thresholds)
        )

    def become(self, **columns: int) -> str:
        """Its class with other figures in some columns."""
        changed: dict[str, Any] = {k: np.array([v], np.int64) for k, v in columns.items()}
        return CLASSES[int(judge(replace(self.answers, **changed), self.rule).cls[0])]


def _income(one: _One) -> Iterator[Change]:
    if one.by_points:
        return
    if one.below != 0:
        yield _money("income_above", one.line, one.become(income=one.line + 1))
    if one.below != 1:
        yield _money("income_at_most", one.line, one.become(income=one.line))


def _average(one: _One) -> Iterator[Change]:
    if one.ceiling == MISSING:
        return
    if one.cls == AVERAGE:
        yield _money("income_above", one.ceiling, one.become(income=one.ceiling + 1))
    elif one.cls == NOT_POOR:
        yield _money("income_at_most", one.ceiling, one.become(income=one.ceiling))


def _score(one: _One) -> Iterator[Change]:
    """By the form's score where it decided, or where it could decide and nothing has."""
    if one.threshold == MISSING or not (one.by_points or one.below == -1):
        return
    if one.below != 0:
        to = one.become(points=one.threshold + 1)
        yield _points("points_above", one.threshold, to)
    if one.below != 1:
        yield _points("points_at_most", one.threshold, one.become(points=one.threshold))


def _count(one: _One, labels: Mapping[str, Text]) -> Iterator[Change]:
    """By deprivations, which matter only at most the line."""
    if one.below == 0:
        return
    short = one.rule.needed - one.lacks
    if 0 < short <= one.open:
        yield from _open(one, short, labels)
    elif one.below == 1 and short > 0:
        yield _fewer_or_more("more", short, POOR, one)
    elif one.below == 1:
        yield _fewer_or_more("fewer", 1 - short, NEAR_POOR, one)


def _open(one: _One, short: int, labels: Mapping[str, Text]) -> Iterator[Change]:
    asked = [labels[name] for name in names_of(one.undecided)]
    vi, en = ("; ".join(getattr(label, lang) for label in asked) for lang in ("vi", "en"))
    if one.below == -1:
        figure = dong(one.line)
        start = Text(
            f"thu nhập không quá {figure.vi} và ", f"an income of at most {figure.en} and "
        )
    else:
        start = Text("", "")
    what = Text(
        f"{start.vi}từ {short} câu chưa trả lời trở lên là thiếu hụt ({vi})",
        f"{start.en}at least {short} of the unanswered being deprivations ({en})",
    )
    yield _change("open_lacking", short, POOR, what)
    what = Text(
        f"{start.vi}dưới {short} câu chưa trả lời là thiếu hụt ({vi})",
        f"{start.en}fewer than {short} of the unanswered being deprivations ({en})",
    )
    yield _change("open_not_lacking", short, NEAR_POOR, what)


def _fewer_or_more(kind: str, amount: int, to: int, one: _One) -> Change:
    """Certain deprivations; the open answers are then taken as none for fewer to be enough."""
    if kind == "more":
        return _change(
            kind, amount, to, Text(f"thêm {amount} thiếu hụt", f"{amount} more deprivations")
        )
    of = Text(
        f"bớt ít nhất {amount} trong {one.lacks} thiếu hụt",
        f"at least {amount} of the {one.lacks} deprivations fewer",
    )
    if one.open:
        of = Text(
            f"{of.vi} và không thiếu hụt ở {one.open} câu chưa trả lời",
            f"{of.en} and none in the {one.open} unanswered",
        )
    return _change(kind, amount, to, of)


def _money(kind: str, amount: int, to: str) -> Change:
    word = _WORDS[kind]
    figure = dong(amount)
    what = Text(
        f"thu nhập bình quân {word.vi} {figure.vi}/người/tháng",
        f"an income {word.en} {figure.en} a head a month",
    )
    return _change(kind, amount, to, what)


def _points(kind: str, amount: int, to: str) -> Change:
    word = _WORDS[kind]
    what = Text(f"điểm phiếu B1 {word.vi} {amount}", f"a B1 score {word.en} {amount}")
    return _change(kind, amount, to, what)


_ABOVE, _AT_MOST = Text("trên", "above"), Text("không quá", "of at most")
_WORDS = {
    "income_above": _ABOVE,
    "income_at_most": _AT_MOST,
    "points_above": _ABOVE,
    "points_at_most": _AT_MOST,
}


def _change(kind: str, amount: int, to: str | int, what: Text) -> Change:
    name = CLASSES[to] if isinstance(to, int) else to
    label = LABELS[name]
    text = Text(f"Nếu {what.vi} thì là {label.vi}.", f"With {what.en}: {label.en}.")
    return Change(kind, amount, name, text)


def dong(amount: int) -> Text:
    """Whole đồng as people read them in each language."""
    return Text(f"{number(amount)} đồng", f"{amount:,} VND")
