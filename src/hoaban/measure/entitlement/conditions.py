"""The closed vocabulary in which the law folder says who belongs to a group.

A condition answers for everybody at once and in three values: certainly so, certainly not, or
cannot be told. What is missing is never "no". Conditions hold together by Kleene's logic.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, nearest

Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNKNOWN = -1
CHOICES: dict[str, dict[str, int]] = {
    "class": {"not_poor": 0, "average": 1, "near_poor": 2, "poor": 3},  # as `poverty.classes`
    "zone": {"I": 1, "II": 2, "III": 3},
    "disability": {"none": 0, "severe": 1, "especially_severe": 2},
    "allowance": {"none": 0, "social_assistance": 1, "social_pension": 2},
}
FLAGS = ("specially_difficult_village", "minority", "pupil", "merit", "without_caregiver")
# What only a paper shows. The register holds none of them.
PAPERS = (
    "armed_forces_relative",
    "artisan",
    "community_care",
    "deputy",
    "farming",
    "island",
    "left_list",
    "organ_donor",
    "poor_commune",
    "poor_district",
    "safe_zone",
    "scholarship",
    "single_parent",
    "survivor_benefit",
    "trafficking_victim",
)
AGE, YEAR_AGE, PENSION, CHILDREN = "age", "year_age", "pension", "children"
LIMITS = {"age_from": AGE, "age_below": AGE, "child_card_below": YEAR_AGE, "pension_below": PENSION}
KEYS = (*LIMITS, *CHOICES, *FLAGS, "paper", "any")
_CARD_ENDS = (9, 30)  # day of the year to which a child's card runs

When = tuple[tuple[str, Any], ...]  # conditions that must all hold, each with what it asks for
Number = Callable[[str], Any]  # the value of a named parameter


class NotACondition(Problem):
    vi = (
        "Tệp {file}, mục {path}: {key} không nhận “{value}”; dùng được: {allowed}; gần nhất {near}."
    )
    en = (
        "File {file}, at {path}: {key} does not take “{value}”; it takes {allowed}; nearest {near}."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """An answer for each of n people: certainly so (`yes`), or not certainly not so (`may`)."""

    yes: Flags
    may: Flags

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.yes & other.yes, self.may & other.may)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.yes | other.yes, self.may | other.may)

    def __invert__(self) -> "Truth":
        return Truth(~self.may, ~self.yes)

    @property
    def open(self) -> Flags:
        """Where it cannot be told."""
        return self.may & ~self.yes

    @classmethod
    def of(cls, flag: npt.NDArray[Any]) -> "Truth":
        """From 1 (yes), 0 (no) and -1 (unknown)."""
        return cls(flag == 1, flag != 0)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of n people on a day.

    codes
        By name of a choice (its code in `CHOICES`) or a flag or paper (1, 0), -1 unknown; (n,).
    ranges
        The least and the greatest that a number can be, both inclusive: ``age`` in years,
        ``year_age`` the age reached in the calendar year, ``pension`` VND a month, ``children``;
        (n,) each. What is unknown has a wide range.

    A name that is not there is not recorded at all: rules that ask for it cannot be checked.
    """

    on: date
    count: int
    codes: Mapping[str, npt.NDArray[Any]]
    ranges: Mapping[str, tuple[Whole, Whole]] = field(default_factory=dict)

    def has(self, names: Iterable[str]) -> bool:
        """Whether all of these are recorded."""
        return all(name in self.codes or name in self.ranges for name in names)


def read(found: Any, *, file: str, path: str, number: Number) -> When:
    """Conditions as the law folder writes them; a text for a number is a parameter's name.

    Raises `UnknownKey` (file, place, key, nearest) and `NotACondition`.
    """
    if not isinstance(found, dict) or not found:
        raise NotACondition(
            file=file, path=path, key="when", value=found, allowed=", ".join(KEYS), near="—"
        )
    check_keys(found, optional=KEYS, file=file, path=path)
    return tuple(
        (key, _asked(key, value, file=file, path=f"{path} › {key}", number=number))
        for key, value in found.items()
    )


def needs(when: When) -> frozenset[str]:
    """The names of the facts that some conditions ask for."""
    found: set[str] = set()
    for key, asked in when:
        if key == "any":
            found.update(*(needs(one) for one in asked))
        elif key == "child_card_below":
            found.update((AGE, YEAR_AGE))
        else:
            found.add(asked if key == "paper" else LIMITS.get(key, key))
    return frozenset(found)


def hold(when: When, facts: Facts) -> Truth:
    """Whether all of some conditions hold, for everybody. They must be recorded (`needs`)."""
    everybody = np.ones(facts.count, np.bool_)
    found = Truth(everybody, everybody)
    for key, asked in when:
        found &= _one(key, asked, facts)
    return found


def _one(key: str, asked: Any, facts: Facts) -> Truth:
    if key == "any":
        nobody = np.zeros(facts.count, np.bool_)
        found = Truth(nobody, nobody)
        for when in asked:
            found |= hold(when, facts)
        return found
    if key == "paper":
        return Truth.of(facts.codes[asked])
    if key in FLAGS:
        truth = Truth.of(facts.codes[key])
        return truth if asked else ~truth
    if key in CHOICES:
        return _among(facts.codes[key], asked)
    return _LIMITED[key](facts, asked)


def _among(code: Small, asked: Sequence[int]) -> Truth:
    yes = np.isin(code, asked)
    return Truth(yes, yes | (code == UNKNOWN))


def _from(facts: Facts, limit: int) -> Truth:
    low, high = facts.ranges[AGE]
    return Truth(low >= limit, high >= limit)


def _below(name: str) -> Callable[[Facts, int], Truth]:
    def test(facts: Facts, limit: int) -> Truth:
        low, high = facts.ranges[name]
        return Truth(high < limit, low < limit)

    return test


def _child_card(facts: Facts, limit: int) -> Truth:
    """Below an age, and in the year in which it is reached to 30 September; who was born later
    in the year has the card to the end of the month of birth, which a year alone does not tell."""
    low, high = facts.ranges[YEAR_AGE]
    in_time = (facts.on.month, facts.on.day) <= _CARD_ENDS
    below = _below(AGE)(facts, limit)
    return below | Truth(high < limit + in_time, low <= limit)


_LIMITED: dict[str, Callable[[Facts, int], Truth]] = {
    "age_from": _from,
    "age_below": _below(AGE),
    "child_card_below": _child_card,
    "pension_below": _below(PENSION),
}


def _asked(key: str, value: Any, *, file: str, path: str, number: Number) -> Any:
    if key == "any":
        items = value if isinstance(value, list) and value else [None]
        return tuple(read(one, file=file, path=path, number=number) for one in items)
    if key in LIMITS:
        value = number(value) if isinstance(value, str) else value
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return value if good else _refuse(key, value, ("0, 1, 2 …",), file, path)
    if key == "paper":
        return value if value in PAPERS else _refuse(key, value, PAPERS, file, path)
    if key in FLAGS:
        return (
            value if isinstance(value, bool) else _refuse(key, value, ("true, false",), file, path)
        )
    items = value if isinstance(value, list) and value else [value]
    for item in items:
        if item not in CHOICES[key]:
            _refuse(key, item, tuple(CHOICES[key]), file, path)
    return tuple(CHOICES[key][item] for item in items)


def _refuse(key: str, value: Any, allowed: Sequence[str], file: str, path: str) -> Any:
    near = nearest(str(value), allowed)
    raise NotACondition(
        file=file, path=path, key=key, value=value, allowed=", ".join(allowed), near=near
    )
