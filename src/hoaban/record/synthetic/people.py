"""Synthetic people: ages and sexes of every household, then school, card and work.

Ages follow the census of the old districts (five-year groups, urban or rural) exactly, commune
by commune. Every household gets an adult; most of two and more get a second of like age; the
others are matched so that young heads have small children and old heads grown ones. What
people have (school, card) agrees with the household's answers of the last completed round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoaban.record.province import Province
from hoaban.record.synthetic import draws
from hoaban.record.synthetic.calibrate import largest_remainder
from hoaban.record.synthetic.draws import Floats, Whole
from hoaban.record.synthetic.households import NEAR_POOR, POOR, Flags, Frame, Reviewed

STAGES = ("none", "preschool", "primary", "lower", "upper", "done")
GROUPS = (
    "child_under_6",
    "poor",
    "difficult_area",
    "near_poor",
    "elderly",
    "pupil",
    "employee",
    "household",
)
_ADULT, _OLD_HEAD = 20, 80
_PER_HOUSEHOLD = 64  # draw keys of people: household key and place in the household


@dataclass(frozen=True, slots=True)
class People:
    """People in the order of households: position of the household, draw key, age, sex."""

    household: Whole
    key: Whole
    age: Whole
    female: Flags


@dataclass(frozen=True, slots=True)
class Lives:
    """What people have, one each: positions in STAGES and GROUPS (-1: no card), and flags."""

    stage: Whole
    insured: Flags
    group: Whole
    works: Flags


def build(seed: int, province: Province, homes: Frame, spec: Mapping[str, Any]) -> People:
    """Everybody, with age in years at the register's day and sex."""
    household = np.repeat(np.arange(len(homes)), homes.members)
    first = np.cumsum(homes.members) - homes.members
    slot = np.arange(len(household)) - first[household]
    key = homes.key[household] * _PER_HOUSEHOLD + slot
    couple = (homes.members > 1) & draws.chance(seed, "couple", homes.key, float(spec["couple"]))
    commune = homes.commune[household]
    age = np.zeros(len(household), dtype=np.int64)
    second = np.zeros(len(household), dtype=bool)
    for at in range(len(province.communes)):
        here = np.flatnonzero(commune == at)
        if len(here):
            pool = ages(age_shares(province, at), len(here))
            seats = slot[here], couple[household[here]]
            age[here], second[here] = _seated(seed, pool, key[here], *seats)
    head_male = draws.chance(seed, "head.male", homes.key, float(spec["head_male"]))
    female = draws.chance(seed, "female", key, 0.5)
    female = np.where(slot == 0, ~head_male[household], female)
    female = np.where(second, head_male[household], female)
    return People(household, key, age, female)


def age_shares(province: Province, at: int) -> Floats:
    """Shares of the 18 five-year groups in a commune: its old districts by their people."""
    unit = province.communes[at]
    total = np.zeros(18)
    for old in province.old_communes:
        if old.new_code == unit.code:
            counts = _district_ages(province, old.former_district, unit.rural)
            total += old.population_2019 * old.share * counts / counts.sum()
    return np.asarray(total / total.sum())


def _district_ages(province: Province, district: str, rural: bool) -> Floats:
    """The age table of a district; where it has none of that type, its other, else the sum."""
    wanted = "rural" if rural else "urban"
    rows = [a for a in province.ages if a.district == district and any(a.counts)]
    rows = [a for a in rows if a.area_type == wanted] or rows or list(province.ages)
    return np.asarray(np.array([a.counts for a in rows], dtype=np.float64).sum(axis=0))


def ages(shares: Floats, people: int) -> Whole:
    """Ages of ``people`` persons in rising order, whose five-year groups follow ``shares``.

    Inside a group years are evenly filled; the open last group (85 and more) thins out to 95.
    """
    counts = largest_remainder(shares, people)
    group = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    inside = (np.arange(people) - first[group] + 0.5) / counts[group]
    last = group == len(counts) - 1
    return np.asarray(
        5 * group + np.floor(np.where(last, 10 * inside**2, 5 * inside)), dtype=np.int64
    )


def _seated(seed: int, pool: Whole, key: Whole, slot: Whole, couple: Flags) -> tuple[Whole, Flags]:
    """Ages of a commune given to seats (household and slot), and who is a second adult."""
    heads = np.flatnonzero(slot == 0)
    grown = (pool >= _ADULT) & (pool < _OLD_HEAD)
    mark = draws.uniform(seed, "pool", (key, np.arange(len(pool))))
    order = np.argsort(np.where(grown, mark, 3 - pool / 200), kind="stable")
    age = np.full(len(pool), -1, dtype=np.int64)
    age[heads] = pool[order[: len(heads)]]
    head_age = age[heads][np.searchsorted(heads, np.arange(len(pool)), side="right") - 1]
    shaken = head_age + 4 * draws.normal(seed, "seat", key)
    seats = np.flatnonzero((slot == 1) & couple)
    seats = seats[: max(0, int(grown.sum()) - len(heads))]
    seconds = order[len(heads) : len(heads) + len(seats)]
    age[seats[np.argsort(shaken[seats], kind="stable")]] = np.sort(pool[seconds])
    rest = order[len(heads) + len(seats) :]
    seats_left = np.flatnonzero(age < 0)
    by_age = np.argsort(
        pool[rest] + 5 * draws.normal(seed, "pool.age", (key[rest], 1)), kind="stable"
    )
    loose = head_age[seats_left] + 6 * draws.normal(seed, "seat.loose", key[seats_left])
    age[seats_left[np.argsort(loose, kind="stable")]] = pool[rest[by_age]]
    second = np.zeros(len(pool), dtype=bool)
    second[seats] = True
    return age, second


def possible(people: People, members: Whole) -> dict[str, Flags]:
    """Who can have a deprivation at all, one flag a household.

    ``dependants`` is the answer itself: children under 16 and people of 75 and more (who
    receive the social pension) are more than half of the members.
    """
    count = len(members)

    def any_in(low: int, high: int) -> Flags:
        inside = (people.age >= low) & (people.age < high)
        return np.bincount(people.household[inside], minlength=count) > 0

    depends = (people.age < 16) | (people.age >= 75)
    number = np.bincount(people.household[depends], minlength=count)
    return {
        "dependants": 2 * number > members,
        "employment": any_in(16, 60),
        "nutrition": any_in(0, 16),
        "adult_education": any_in(16, 31),
        "child_attendance": any_in(3, 16),
    }


def lives(
    seed: int,
    people: People,
    homes: Frame,
    last: Reviewed,
    *,
    difficult: Flags,
    spec: Mapping[str, Any],
) -> Lives:
    """School, card and work of everybody, agreeing with the answers of the ``last`` round.

    ``difficult`` tells, by household, whether everybody there has a free card (zone III or an
    especially difficult village).
    """
    _, found, answers = last
    persons = spec["persons"]
    out = _out_of_school(seed, people, answers["child_attendance"], float(persons["also_out"]))
    stage = _stages(seed, people, out, _by_kind(homes, persons["upper_school"]))
    uncovered = round(len(people.age) * (1 - float(spec["insurance"]["covered_percent"]) / 100))
    insured = ~_without_card(seed, people, answers["insurance"], uncovered)
    pupil = (stage > 0) & (stage < STAGES.index("done"))
    working = _by_kind(homes, persons["works"])[people.household]
    works = (people.age >= 15) & (people.age < 65) & ~pupil
    works &= draws.chance(seed, "works", people.key, working)
    salaried = _by_kind(homes, persons["employees"])[people.household]
    employee = works & draws.chance(seed, "employee", people.key, salaried)
    group = _groups(people, found.standing, difficult, pupil, employee)
    return Lives(stage, insured, np.where(insured, group, -1), works)


def _groups(
    people: People, standing: Whole, difficult: Flags, pupil: Flags, employee: Flags
) -> Whole:
    """The first insurance group that fits, in the order of GROUPS (fullest support first)."""
    at = people.household
    rules = {
        "child_under_6": people.age < 6,
        "poor": standing[at] == POOR,
        "difficult_area": difficult[at],
        "near_poor": standing[at] == NEAR_POOR,
        "elderly": people.age >= 75,
        "pupil": pupil,
        "employee": employee,
    }
    found = np.select(list(rules.values()), [GROUPS.index(n) for n in rules], len(GROUPS) - 1)
    return found.astype(np.int64)


def _by_kind(homes: Frame, shares: Mapping[str, Any]) -> Floats:
    return np.array([float(shares[kind]) for kind in homes.kinds])[homes.kind]


def _out_of_school(seed: int, people: People, answer: Flags, also: float) -> Flags:
    """Children of 3–15 not at school: one at least where the answer says so, else nobody."""
    child = (people.age >= 3) & (people.age < 16) & answer[people.household]
    mark = draws.uniform(seed, "out", people.key)
    return _one_each(people.household, child, mark, len(answer)) | (child & (mark < also))


def _without_card(seed: int, people: People, answer: Flags, total: int) -> Flags:
    """As many as ``total`` people of six and more, one at least where the answer says so."""
    able = (people.age >= 6) & answer[people.household]
    mark = draws.uniform(seed, "card", people.key)
    chosen = _one_each(people.household, able, mark, len(answer))
    others = np.flatnonzero(able & ~chosen)
    left = max(0, total - int(chosen.sum()))
    chosen[others[np.argsort(mark[others], kind="stable")[:left]]] = True
    return chosen


def _one_each(group: Whole, able: Flags, mark: Floats, count: int) -> Flags:
    """The able person with the lowest mark of each group that has one."""
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, group[able], mark[able])
    return np.asarray(able & (mark == lowest[group]))


def _stages(seed: int, people: People, out: Flags, upper: Floats) -> Whole:
    """Positions in STAGES by age; the legal ages of school are those of the poverty review."""
    age = people.age
    on = draws.chance(seed, "upper", people.key, upper[people.household])
    stage = np.select(
        [age < 3, age < 6, age < 12, age < 16, (age < 19) & on],
        [0, 1, 2, 3, 4],
        default=STAGES.index("done"),
    )
    return np.where(out, 0, stage)
