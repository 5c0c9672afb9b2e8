"""How far a result is reached, and how much of it verification lets stand.

A score is the better of two: the *level* (where the value lies between a low mark and the
target) and the *way* (how much of the gap from baseline to target was closed), so that who
starts behind and who is far already are both paid for effort; below a minimum nothing counts,
and bands may replace both (the model of B3: Brazil's IGD-M has minima, Uganda's local
government assessment has bands). All fractions: a score is exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.text import Text

ALL_POINTS = 100


class BandsOutOfOrder(Problem):
    vi = "Các bậc điểm của “{name}” phải tăng dần cả ngưỡng lẫn điểm, điểm từ 0 đến 1; hãy sửa."
    en = "The bands of “{name}” must rise in mark and in score, scores from 0 to 1; mend them."


class MarksOutOfOrder(Problem):
    vi = (
        "Các mức sai lệch verification.trust_whole_to, trust_none_from, twice_from ({marks}) phải "
        "tăng dần từ 0 đến 1, và trust_none_from không quá 0,5; hãy sửa tham số của tỉnh."
    )
    en = (
        "The marks verification.trust_whole_to, trust_none_from, twice_from ({marks}) must rise "
        "from 0 to 1, trust_none_from to 0.5 at most; mend the province's parameters."
    )


@dataclass(frozen=True, slots=True)
class Trust:
    """How many claims may be wrong before a score counts less: three marks, shares 0–1.

    To ``whole_to`` a score stands whole; to ``none_from`` 1 − 2δ of it; above that, nothing. Above
    ``twice_from`` next year's sample is doubled. Raises `MarksOutOfOrder`.
    """

    whole_to: Fraction
    none_from: Fraction
    twice_from: Fraction

    def __post_init__(self) -> None:
        marks = (self.whole_to, self.none_from, self.twice_from)
        if not 0 <= marks[0] <= marks[1] <= marks[2] <= 1 or 2 * self.none_from > 1:
            raise MarksOutOfOrder(marks=", ".join(str(float(mark)) for mark in marks))

    @classmethod
    def of(cls, law: Law, at: date) -> "Trust":
        """The province's marks on a day. Raises what `Law.number` raises where one is missing."""
        names = ("trust_whole_to", "trust_none_from", "twice_from")
        return cls(*(exact(law.number(f"verification.{name}", at)) for name in names))

    def left(self, discrepancy: float) -> Fraction:
        """What verification leaves of a score where this share of claims was wrong, 0–1."""
        wrong = exact(discrepancy)
        if wrong <= self.whole_to:
            return Fraction(1)
        return 1 - 2 * wrong if wrong <= self.none_from else Fraction(0)

    def twice(self, discrepancy: float) -> bool:
        """Whether so many claims were wrong that next year's sample is doubled here."""
        return exact(discrepancy) > self.twice_from


# The marks of reference model B3, for callers that have no province's law at hand.
DEFAULT = Trust(Fraction(5, 100), Fraction(10, 100), Fraction(20, 100))


@dataclass(frozen=True, slots=True)
class Band:
    """From ``least`` on (above it when ``above``) the score is ``score``, 0–1."""

    least: Fraction
    score: Fraction
    above: bool = False

    def holds(self, value: Fraction) -> bool:
        """Whether a value has come to this band."""
        return value > self.least if self.above else value >= self.least


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise with a commune's own baseline and target, both shares 0–1.

    ``baseline`` is None where nothing was measured yet. ``hidden`` marks a baseline that rests
    on too few households to be published. ``line`` is the plan's own target, under which the
    commune may not promise (None: ``target`` is the plan's). ``level_from`` is the low mark of
    the level score (None: only the way is scored); under ``minimum`` nothing is scored;
    ``bands``, when given, score instead of level and way.
    """

    name: str
    pack: str
    label: Text
    points: int
    how: str
    lasts_months: int
    baseline: float | None
    numerator: int | None
    denominator: int | None
    target: float
    hidden: bool
    line: float | None = None
    level_from: float | None = None
    minimum: float | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What verification found of a goal: the value (0–1) and the share of claims not upheld."""

    value: float
    discrepancy: float


def exact(value: float) -> Fraction:
    """The fraction a person reads in a number: 0.1 is 1/10."""
    return Fraction(str(value))


def bands_of(said: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Bands from ``{least, score, above}`` rows as packs and stored agreements write them."""
    return tuple(
        Band(exact(row["least"]), exact(row["score"]), bool(row.get("above", False)))
        for row in said
    )


def goal_as_json(goal: Goal) -> dict[str, Any]:
    """A goal ready for JSON; `goal_of` reads it back."""
    found = asdict(replace(goal, bands=()))
    found["bands"] = [
        {"least": float(band.least), "score": float(band.score), "above": band.above}
        for band in goal.bands
    ]
    return found


def goal_of(said: Mapping[str, Any]) -> Goal:
    """A goal as `goal_as_json` wrote it; what older rows lack takes its default."""
    known = {one.name for one in fields(Goal)}
    given = {name: value for name, value in said.items() if name in known}
    return Goal(
        **{**given, "label": Text(**said["label"]), "bands": bands_of(said.get("bands", ()))}
    )


def score(found: float, goal: Goal) -> Fraction:
    """How much of a goal is reached, 0–1. A higher value never scores less.

    A goal that was reached before (target at or under the baseline) is to be kept: 1 when the
    value is not under the baseline. Raises `BandsOutOfOrder`.
    """
    value = exact(found)
    if goal.minimum is not None and value < exact(goal.minimum):
        return Fraction(0)
    if goal.bands:
        return banded(value, goal.bands, name=goal.name)
    start, target = exact(goal.baseline or 0.0), exact(goal.target)
    closed = part(value, start, target)
    if goal.level_from is None:
        return closed
    return max(closed, part(value, exact(goal.level_from), target))


def part(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """The part of the way from ``low`` to ``high``, 0–1; where there is no way, kept or lost."""
    if high <= low:
        return Fraction(value >= low)
    return min(max((value - low) / (high - low), Fraction(0)), Fraction(1))


def banded(value: Fraction, bands: Iterable[Band], *, name: str = "") -> Fraction:
    """The score of the highest band that a value has come to; 0 under all of them.

    Raises `BandsOutOfOrder` unless marks and scores rise together within 0–1.
    """
    listed = list(bands)
    for one, two in pairwise(listed):
        if not (one.least < two.least and one.score <= two.score):
            raise BandsOutOfOrder(name=name)
    if any(not 0 <= band.score <= 1 for band in listed):
        raise BandsOutOfOrder(name=name)
    return max((band.score for band in listed if band.holds(value)), default=Fraction(0))


def believed(found: Found, goal: Goal, trust: Trust = DEFAULT) -> Fraction:
    """Score times what verification leaves of it, 0–1."""
    return score(found.value, goal) * trust.left(found.discrepancy)


def weighted(scores: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction:
    """Σ weight · score over the names of ``weights``; what has no score counts 0."""
    return sum(
        (weight * scores.get(name, Fraction(0)) for name, weight in weights.items()), Fraction(0)
    )
