"""What each result of an agreement is measured by, commune by commune.

The vocabulary is closed: a pack's account.yaml names one of `MEASURED`. None of them counts the
poor; a commune must never gain by crossing people off a list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc

from hoaban.base.law import Law
from hoaban.measure.targets import Measured

Counts = dict[str, tuple[int, int]]  # commune path -> numerator, denominator


@dataclass(frozen=True, slots=True)
class Baseline:
    """A commune's share today (None: not measured yet), its two counts, the share to reach.

    ``applies`` is False where there is nobody to serve: a ward without highland people.
    """

    value: float | None
    numerator: int | None
    denominator: int | None
    goal: float
    hidden: bool  # rests on too few households to be published
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """Where a result's goal stands (a parameter) and how its counts come out of a measuring.

    ``figure`` is the published figure (name, group) whose suppression is followed.
    """

    parameter: str
    counts: Callable[[Measured], Counts]
    figure: tuple[str, str] | None = None
    later: bool = False  # has no baseline before the first verification


def baselines(measured: Measured, law: Law, at: date) -> dict[str, dict[str, Baseline]]:
    """The baseline of every commune for every measure: measure name -> commune path."""
    found: dict[str, dict[str, Baseline]] = {}
    for name, measure in MEASURED.items():
        goal = float(law.number(measure.parameter, at))
        counts, hidden = measure.counts(measured), _hidden(measured, measure.figure)
        found[name] = _Every(
            Baseline(None, None, None, goal, hidden=False, applies=measure.later),
            {
                path: Baseline(round(some / whole, 4), some, whole, goal, path in hidden)
                for path, (some, whole) in counts.items()
                if whole
            },
        )
    return found


class _Every(dict[str, Baseline]):
    """Baselines by commune; ``other`` for one of which nothing is counted."""

    def __init__(self, other: Baseline, known: Mapping[str, Baseline]) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, path: str) -> Baseline:
        return self._other


def _people(measured: Measured) -> Counts:
    """People with an all-season link by the prevailing means, of all people."""
    columns = ["commune", "people", "all_season_link"]
    return _summed(
        (row["commune"], int(row["people"] or 0) * bool(row["all_season_link"]), row["people"])
        for row in measured.villages.select(columns).to_pylist()
    )


def _services(measured: Measured) -> Counts:
    """Highland people with standard health, education and water together."""
    columns = ["commune", "highland", "joint_people", "reviewed_people"]
    return _summed(
        (row["commune"], row["joint_people"], row["reviewed_people"])
        for row in measured.villages.select(columns).to_pylist()
        if row["highland"]
    )


def _staff(measured: Measured) -> Counts:
    """Commune and village staff with both legs of training, of all in post."""
    return _of_figure(measured, "staff.both", "staff")


def _procedures(measured: Measured) -> Counts:
    """Pairs of basic procedure and village with a case completed in the window."""
    return _of_figure(measured, "procedures.live", "pairs")


def _nothing(measured: Measured) -> Counts:
    """No counts: known only after the first blind re-interview."""
    return {}


def _summed(rows: Iterable[tuple[str, Any, Any]]) -> Counts:
    found: Counts = {}
    for path, some, whole in rows:
        before = found.get(path, (0, 0))
        found[path] = (before[0] + int(some or 0), before[1] + int(whole or 0))
    return found


def _of_figure(measured: Measured, name: str, group: str) -> Counts:
    return {
        row["area"]: (int(row["numerator"]), int(row["denominator"]))
        for row in _rows(measured, name, group)
        if row["area"].count("/") == 2 and row["denominator"] and row["numerator"] is not None
    }


def _hidden(measured: Measured, figure: tuple[str, str] | None) -> set[str]:
    if figure is None:
        return set()
    return {row["area"] for row in _rows(measured, *figure) if row["suppressed"]}


def _rows(measured: Measured, name: str, group: str) -> list[dict[str, Any]]:
    figures = measured.figures
    columns = ["area", "numerator", "denominator", "suppressed"]
    here = pc.and_(pc.equal(figures["indicator"], name), pc.equal(figures["group"], group))
    rows: list[dict[str, Any]] = figures.filter(here).select(columns).to_pylist()
    return rows


MEASURED: dict[str, Measure] = {
    "all_season_link": Measure("connection.people_share_min", _people),
    "services_joint": Measure("target.T3", _services, ("services.joint", "highland_people")),
    "staff_trained": Measure("target.T4", _staff),
    "procedures_live": Measure("target.T5", _procedures),
    "register_accuracy": Measure("agreement.register_accuracy", _nothing, later=True),
}
