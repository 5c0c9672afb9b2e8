"""What the register tells of everybody, as the conditions of the law ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.base.text import nfc
from hoaban.measure.entitlement.conditions import (
    AGE,
    CHOICES,
    PAPERS,
    PENSION,
    UNKNOWN,
    YEAR_AGE,
    Facts,
    Small,
    Whole,
)
from hoaban.measure.poverty.classes import Answers, judge
from hoaban.measure.poverty.standards import Standard
from hoaban.record.answers import ANSWERS

LEARNING = {"none": 0, "preschool": 0, "primary": 1, "lower": 1, "upper": 1, "done": 0}
OLDEST = 200  # no age is above
RICHEST = 10**12  # no pension is above, VND a month
NAMED = "insurance.communes_named"
MAJORITY = "people.majority_ethnicity"
# What is read of each list: nothing that no rule asks for.
ASKED = {
    "people": (
        "household",
        "birth_year",
        "school_stage",
        "insured",
        "insured_until",
        "allowance",
        "pension_vnd",
        "disability",
        "without_caregiver",
        "merit",
    ),
    "households": ("ethnicity",),
    "villages": ("rural", "special_difficulty"),
    "reviews": ("household", *ANSWERS, "income_per_head_vnd", "points_a", "decided"),
}
_CHOSEN, _FLAGS = ("disability", "allowance"), ("without_caregiver", "merit")


class NoSuchPaper(Problem):
    vi = "{name}: không có loại giấy tờ “{paper}”; gần nhất là “{nearest}”."
    en = "{name}: there is no paper “{paper}”; the nearest is “{nearest}”."


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The rows that hold on a day, as `record.reads.bulk` gives them.

    people, households, villages
        Tables with ``key`` and ``area`` and the properties of their lists; one that a list does
        not have is not recorded.
    classes
        Class of each household, in the order of its table (`poverty.classes`; -1 unknown).
    zones
        Zone (I, II, III) of each commune by path.
    majority
        The ethnicity that is no minority.
    papers
        Communes (paths) of which a paper says something, by its name.
    """

    people: pa.Table
    households: pa.Table
    villages: pa.Table
    classes: Small
    zones: Mapping[str, str]
    majority: str
    papers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def household(self) -> Whole:
        """(people,) row of each person's household; -1 where there is none."""
        return _place(self.people["household"], self.households["key"])


def facts(register: Register, on: date) -> Facts:
    """Everybody's facts on a day.

    Only the year of birth is recorded: before the end of the year a birthday may be to come, so
    an age is this year's or the one below; ``year_age`` is the age reached this year. A person
    without a known household or village has no known class, ethnicity or area.
    """
    people = register.people
    home = register.household()
    codes: dict[str, Any] = {"class": _taken(register.classes, home)}
    codes |= _area(register)
    codes |= {n: _coded(people[n], CHOICES[n]) for n in _CHOSEN if n in people.column_names}
    codes |= {n: _flag(people[n]) for n in _FLAGS if n in people.column_names}
    if "school_stage" in people.column_names:
        codes["pupil"] = _coded(people["school_stage"], LEARNING)
    if "ethnicity" in register.households.column_names:
        codes["minority"] = _taken(_minority(register), home)
    ranges = _ages(people["birth_year"], on)
    if "pension_vnd" in people.column_names:
        ranges[PENSION] = _range(people["pension_vnd"], RICHEST)
    return Facts(on, len(people), codes, ranges)


def villages_of(register: Register) -> tuple[tuple[str, ...], Whole]:
    """The paths of the areas that people belong to, sorted, and whose each person is."""
    coded = register.people["area"].combine_chunks().dictionary_encode()
    paths = np.array(coded.dictionary.to_pylist(), np.str_)
    order = np.argsort(paths)
    rank = np.empty(len(paths), np.int64)
    rank[order] = np.arange(len(paths))
    return tuple(paths[order].tolist()), rank[np.asarray(coded.indices, np.int64)]


def holding(table: pa.Table, on: date) -> pa.Table:
    """The rows that hold on a day (``valid_to`` is exclusive)."""
    begun = pc.fill_null(pc.less_equal(table["valid_from"], pa.scalar(on)), True)
    ended = pc.fill_null(pc.less_equal(table["valid_to"], pa.scalar(on)), False)
    return table.filter(pc.and_not(begun, ended))


def communes_named(law: Law, on: date, top: str) -> dict[str, frozenset[str]]:
    """Communes (paths below ``top``) of which a list says what else only a paper shows.

    From ``insurance.communes_named`` (paper: [codes]), which may be absent. Raises `NoSuchPaper`.
    """
    value = law.find(NAMED, on)
    found = {} if value is None else value.value
    for paper in found:
        if paper not in PAPERS:
            raise NoSuchPaper(name=NAMED, paper=paper, nearest=nearest(paper, PAPERS))
    return {paper: frozenset(f"{top}{code}/" for code in codes) for paper, codes in found.items()}


def standing(households: pa.Table, reviews: pa.Table, villages: pa.Table, rule: Standard) -> Small:
    """(households,) the class of each household by its review, in the order of ``households``.

    The class that the commune decided where it is recorded, for the law goes by that decision;
    else what the rule makes of the answers. -1 without a review or where it cannot be told.
    Raises the problems of `classes.Answers`.
    """
    where = _place(reviews["area"], villages["area"])
    rural = _taken(_flag(villages["rural"]), where) != 0
    columns = {name: reviews[name] for name in reviews.column_names}
    found = judge(Answers.of(columns, rural, ids=reviews["household"]), rule).cls
    if "decided" in columns:
        decided = _coded(columns["decided"], CHOICES["class"])
        found = np.where(decided == UNKNOWN, found, decided)
    return _taken(found, _place(households["key"], reviews["household"]))


def _area(register: Register) -> dict[str, Small]:
    """What follows from where a person lives: worked out village by village."""
    paths, at = villages_of(register)
    communes = [scope.commune_of(path) for path in paths]
    zone = [CHOICES["zone"].get(register.zones.get(commune, ""), UNKNOWN) for commune in communes]
    found = {
        "zone": np.array(zone, np.int8)[at],
        "specially_difficult_village": _special(register.villages, paths)[at],
    }
    for paper, named in register.papers.items():
        found[paper] = np.array([commune in named for commune in communes], np.int8)[at]
    return found


def _special(villages: pa.Table, paths: tuple[str, ...]) -> Small:
    if "special_difficulty" not in villages.column_names:
        return np.full(len(paths), UNKNOWN, np.int8)
    where = _place(pa.chunked_array([pa.array(paths, pa.string())]), villages["area"])
    return _taken(_flag(villages["special_difficulty"]), where)


def _minority(register: Register) -> Small:
    """1 another ethnicity than the majority's, 0 the majority's, -1 not recorded."""
    coded = register.households["ethnicity"].combine_chunks().dictionary_encode()
    majority = nfc(register.majority).casefold()
    other = [nfc(name).casefold() != majority for name in coded.dictionary.to_pylist()]
    index = np.asarray(pc.fill_null(coded.indices, UNKNOWN), np.int64)
    return _taken(np.array(other, np.int8), index)


def _ages(years: pa.ChunkedArray, on: date) -> dict[str, tuple[Whole, Whole]]:
    low, high = _range(pc.subtract(pa.scalar(on.year, pa.int64()), years), OLDEST)
    to_come = (on.month, on.day) != (12, 31)
    return {YEAR_AGE: (low, high), AGE: (np.maximum(low - to_come, 0), high)}


def _range(column: pa.ChunkedArray, most: int) -> tuple[Whole, Whole]:
    low = np.asarray(pc.fill_null(column, 0), np.int64)
    high = np.asarray(pc.fill_null(column, most), np.int64)
    return low, high


def _place(values: pa.ChunkedArray, among: pa.ChunkedArray) -> Whole:
    found = pc.index_in(values, value_set=among.combine_chunks())
    return np.asarray(pc.fill_null(found, UNKNOWN), np.int64)


def _taken(codes: Small, at: Whole) -> Small:
    """``codes[at]``, unknown where ``at`` is -1."""
    return np.append(codes, np.int8(UNKNOWN))[at]


def _coded(column: pa.ChunkedArray, options: Mapping[str, int]) -> Small:
    """The code of each option; what is missing or no option is unknown."""
    codes = np.array(list(options.values()), np.int8)
    return _taken(codes, _place(column, pa.chunked_array([list(options)], pa.string())))


def _flag(column: pa.ChunkedArray) -> Small:
    return np.asarray(pc.fill_null(column.cast(pa.int8()), UNKNOWN), np.int8)
