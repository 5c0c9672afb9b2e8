"""Synthetic cards, pensions and allowances: what makes somebody entitled, and what is received.

Nobody published any of it: every number is assumed (``benefits`` of synthetic.yaml). Draws are
keyed by the person, so that no other column moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hoaban.record.synthetic import draws
from hoaban.record.synthetic.draws import Whole
from hoaban.record.synthetic.households import NEAR_POOR, Flags, Frame, Round
from hoaban.record.synthetic.people import GROUPS, Lives, People

ALLOWANCES = ("none", "social_assistance", "social_pension")
DISABILITIES = ("none", "severe", "especially_severe")
Days = NDArray[np.datetime64]
_ELDERLY, _CHILD, _INFANT = 60, 16, 3
_YEARLY = ("poor", "difficult_area", "near_poor", "elderly")  # cards by a list, to 31 December


@dataclass(frozen=True, slots=True)
class Pensions:
    """From which age a social pension is paid (elderly; poor and near-poor), and how much."""

    age: int
    age_poor: int
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Benefits:
    """One each: the last day of the card (not a time: no card), positions in ALLOWANCES (-1: not
    recorded) and DISABILITIES, VND a month (0: no pension), and flags."""

    until: Days
    allowance: Whole
    pension: Whole
    disability: Whole
    alone: Flags
    merit: Flags


def draw(
    seed: int,
    people: People,
    lives: Lives,
    homes: Frame,
    last: Round,
    *,
    difficult: Flags,
    birth_year: Whole,
    at: date,
    pensions: Pensions,
    spec: Mapping[str, Any],
) -> Benefits:
    """What everybody has on the register's day ``at``.

    ``difficult`` tells, by household, whether it lives in a specially difficult area; ages are
    those reached in the year of ``at``.
    """
    age = at.year - birth_year
    low = (last.standing <= NEAR_POOR)[people.household]
    pension = _pension(seed, people, homes, age, spec["pension"])
    disability = draws.choice(seed, "disability", people.key, _shares(spec["disability"]))
    alone = _alone(seed, people, age, spec["without_caregiver"])
    merit = draws.chance(seed, "merit", people.key, float(spec["merit"]["share"]))
    assisted = (disability > 0) | (alone & ((age < _CHILD) | low))
    assisted |= (age < _INFANT) & low & difficult[people.household]
    old = (age >= pensions.age) | ((age >= pensions.age_poor) & low)
    pensioned = old & (pension < pensions.amount_vnd)
    return Benefits(
        until=_until(seed, people, lives, birth_year, at=at, spec=spec),
        allowance=_received(seed, people, assisted, pensioned, spec),
        pension=pension,
        disability=disability,
        alone=alone,
        merit=merit & (age >= int(spec["merit"]["from_age"])),
    )


def _pension(seed: int, people: People, homes: Frame, age: Whole, spec: Mapping[str, Any]) -> Whole:
    """VND a month, whole thousands; a few have a low one, most of the elderly none."""
    share = np.array([float(spec["share"][kind]) for kind in homes.kinds])[homes.kind]
    has = draws.chance(seed, "pension", people.key, share[people.household])
    vnd = draws.lognormal(
        seed, "pension.vnd", people.key, float(spec["median_vnd"]), float(spec["spread"])
    )
    few = draws.chance(seed, "pension.low", people.key, float(spec["low"]["share"]))
    vnd = np.where(few, float(spec["low"]["vnd"]), np.round(vnd, -3))
    return np.where(has & (age >= int(spec["from_age"])), vnd, 0).astype(np.int64)


def _shares(spec: Mapping[str, Any]) -> list[float]:
    drawn = [float(spec[name]) for name in DISABILITIES[1:]]
    return [1 - sum(drawn), *drawn]


def _alone(seed: int, people: People, age: Whole, spec: Mapping[str, Any]) -> Flags:
    child, elderly = float(spec["child"]), float(spec["elderly"])
    share = np.select([age < _CHILD, age >= _ELDERLY], [child, elderly], 0.0)
    return draws.chance(seed, "alone", people.key, share)


def _received(
    seed: int, people: People, assisted: Flags, pensioned: Flags, spec: Mapping[str, Any]
) -> Whole:
    shares = spec["received"]
    mark = draws.uniform(seed, "allowance", people.key)
    found = np.select(
        [
            assisted & (mark < float(shares["social_assistance"])),
            pensioned & (mark < float(shares["social_pension"])),
        ],
        [1, 2],
        0,
    )
    lost = draws.chance(seed, "allowance.lost", people.key, float(spec["not_recorded"]))
    return np.where(lost, -1, found).astype(np.int64)


def _until(
    seed: int,
    people: People,
    lives: Lives,
    birth_year: Whole,
    *,
    at: date,
    spec: Mapping[str, Any],
) -> Days:
    """The last day of each card: of a child 30 September of the year it turns six, of the yearly
    lists 31 December (of the next year where renewed), of the others within a year."""
    year = (np.asarray(birth_year) + 6 - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    sixth = year + np.timedelta64((date(2001, 9, 30) - date(2001, 1, 1)).days, "D")
    sixth += _leap(birth_year + 6).astype("timedelta64[D]")
    renewed = draws.chance(seed, "card.renewed", people.key, float(spec["card_renewed"]))
    ends = np.array([np.datetime64(f"{at.year + more}-12-31") for more in (0, 1)])
    yearly = ends[renewed.astype(np.int64)]
    days = draws.integers(seed, "card.until", people.key, 1, 366)
    own = np.datetime64(at, "D") + days.astype("timedelta64[D]")
    child = (lives.group == GROUPS.index("child_under_6")) & (sixth >= np.datetime64(at, "D"))
    listed = np.isin(lives.group, [GROUPS.index(name) for name in ("child_under_6", *_YEARLY)])
    until = np.where(child, sixth, np.where(listed, yearly, own))
    return np.where(lives.insured, until, np.datetime64("NaT"))


def _leap(year: Whole) -> Whole:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return np.asarray(leap, np.int64)
