"""What is assumed of storms, closures and clearing before any closure is looked at."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.measure.network import RANK

Floats = npt.NDArray[np.float64]

KINDS = ("landslide", "flood")  # the closures that rain makes
HEAVIEST = tuple(RANK)  # none, foot, motorbike, car
QUARTER = 4  # quarter-hours in an hour
_LONGEST_HOURS = 7200.0  # 300 days: a year's draws count in 16 bits


class BadPrior(Problem):
    vi = "Tham số closures.{name} là {found}, phải là {wanted}; hãy sửa tham số của tỉnh."
    en = (
        "Parameter closures.{name} is {found}, it must be {wanted_en}; "
        "mend the province's parameters."
    )


@dataclass(frozen=True, eq=False)
class Prior:
    """The assumptions, from ``closures.*``.

    ``storms_a_year`` > 0 mean number of storms, ``storms_spread`` ≥ 0 of its logarithm, by which it
    is in doubt; ``storm_km`` > 0 the distance at which a storm's
    rain is exp(-1/2) of itself; ``storm_spread`` ≥ 0 of the logarithm of its strength (median 1);
    ``rate`` > 0 closures a km at strength and weakness 1, ``rate_spread`` > 0 its standard
    deviation as a share of it; ``undrained`` and ``surface`` ≥ 0 multiply the rate; ``hours`` > 0
    median to clear by class of road, ``hours_spread`` > 0 of their logarithm, none counted beyond
    ``hours_most``; ``flood_at_ford`` 0–1; ``passes[kind]`` (4,) odds of none, foot, motorbike
    and car, sum 1; ``worth`` > 0 closures that an assumption weighs as much as; ``years`` ≥ 1.
    """

    storms_a_year: float
    storms_spread: float
    storm_km: float
    storm_spread: float
    rate: float
    rate_spread: float
    undrained: float
    surface: Mapping[str, float]
    hours: Mapping[str, float]
    hours_spread: float
    hours_most: float
    flood_at_ford: float
    passes: Mapping[str, Floats]
    worth: float
    years: int


def read(law: Law, at: date) -> Prior:
    """The assumptions in force on a day. Raises `BadPrior` and what `Law.at` raises."""

    def value(name: str) -> Any:
        return law.number(f"closures.{name}", at)

    def number(name: str, low: float = 0.0, high: float = math.inf) -> float:
        return _within(name, value(name), low, high)

    def numbers(name: str) -> dict[str, float]:
        return {k: _within(f"{name}.{k}", v, 0.0, math.inf) for k, v in value(name).items()}

    return Prior(
        storms_a_year=number("storms_a_year", high=200.0),
        storms_spread=number("storms_spread", high=2.0),
        storm_km=number("storm_km"),
        storm_spread=number("storm_spread", high=5.0),
        rate=number("rate"),
        rate_spread=number("rate_spread"),
        undrained=number("undrained"),
        surface=numbers("surface"),
        hours=numbers("hours"),
        hours_spread=number("hours_spread"),
        hours_most=number("hours_most", high=_LONGEST_HOURS),
        flood_at_ford=number("flood_at_ford", high=1.0),
        passes={kind: _odds(kind, value("passable_by").get(kind, {})) for kind in KINDS},
        worth=number("worth"),
        years=max(1, round(number("scenarios"))),
    )


def _within(name: str, found: Any, low: float, high: float) -> float:
    """A number over ``low`` and at most ``high``."""
    if isinstance(found, int | float) and low < found <= high:
        return float(found)
    most = "" if math.isinf(high) else f" – {high:g}"
    wanted, wanted_en = f"số lớn hơn {low:g}{most}", f"a number over {low:g}{most}"
    raise BadPrior(name=name, found=found, wanted=wanted, wanted_en=wanted_en)


def _odds(kind: str, found: Any) -> Floats:
    """(4,) odds as shares. One for each of `HEAVIEST`, none below 0, not all 0."""
    odds = np.array([found.get(heaviest, np.nan) for heaviest in HEAVIEST], np.float64)
    if len(found) != len(HEAVIEST) or not (odds >= 0).all() or odds.sum() <= 0:
        names = ", ".join(HEAVIEST)
        wanted, wanted_en = f"tỷ lệ ≥ 0 cho {names}", f"odds ≥ 0 for {names}"
        name = f"passable_by.{kind}"
        raise BadPrior(name=name, found=found, wanted=wanted, wanted_en=wanted_en)
    return np.asarray(odds / odds.sum())
