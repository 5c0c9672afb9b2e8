"""Two rounds of a survey as one stacked design, so that units visited twice are not two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hoaban.base.problems import Problem
from hoaban.measure.poverty.design import Ratios
from hoaban.measure.poverty.survey import Answers, Bools, Ints, coded


class NotTwoRounds(Problem):
    vi = "Cần đúng hai đợt điều tra để so sánh; “{name}” có: {found}. Nêu rõ hai đợt nào."
    en = "A comparison takes two rounds; “{name}” holds: {found}. Say which two are meant."


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """Two rounds: ``name`` of the column, its two values, the ``years`` between them.

    at
        (n,) 0 in the first, 1 in the second, −1 in neither.
    """

    name: str
    values: tuple[str, str]
    years: float
    at: Ints

    def of(self, rows: Bools) -> "Rounds":
        """The same rounds for some of the rows."""
        return replace(self, at=self.at[rows])


def two_rounds(changes: Any, groups: Mapping[str, Any], answers: Answers) -> Rounds | None:
    """What ``changes`` of `estimates.estimate` means; None when not given.

    Raises `NotTwoRounds`, `NoSuchColumn`, `RowsDoNotFit`.
    """
    if changes is None:
        return None
    name, given, wanted = _meant(changes, groups, answers)
    at, values = coded(answers.column(given, name))
    asked = values if wanted is None else [v for one in wanted for v in coded([one])[1]]
    if len(asked) != 2 or not set(asked) <= set(values):
        raise NotTwoRounds(name=name, found=", ".join(values[:9]) or "—")
    rank = np.array([asked.index(value) if value in asked else -1 for value in values])
    return Rounds(name, (asked[0], asked[1]), _years(*asked), np.where(at < 0, -1, rank[at]))


def _meant(
    changes: Any, groups: Mapping[str, Any], answers: Answers
) -> tuple[str, Any, tuple[Any, ...] | None]:
    """The name of the column of rounds, the column, and the two values asked for."""
    n, known = len(answers.values), {**answers.others, **groups}
    if isinstance(changes, Mapping):
        return _of_mapping(changes, known, n)
    if isinstance(changes, str):
        changes = (changes,)
    if not hasattr(changes, "__len__"):
        raise NotTwoRounds(name="changes", found=changes)
    listed = isinstance(changes, tuple | list)
    if listed and len(changes) in (1, 3) and isinstance(changes[0], str):
        name, wanted = changes[0], tuple(changes[1:])
        return name, known.get(name, name), wanted or None
    if len(changes) == 2 and n != 2:
        return _holding(tuple(changes), known, answers)
    return "changes", changes, None


def _of_mapping(
    changes: Mapping[str, Any], known: Mapping[str, Any], n: int
) -> tuple[str, Any, tuple[Any, ...] | None]:
    if len(changes) != 1:
        raise NotTwoRounds(name="changes", found=", ".join(map(str, changes)) or "—")
    name, given = next(iter(changes.items()))
    if isinstance(given, tuple | list) and len(given) != n:
        if len(given) == 3:
            return name, given[0], tuple(given[1:])
        if len(given) == 2:
            return name, known.get(name, name), tuple(given)
    return name, given, None


def _holding(
    wanted: tuple[Any, ...], known: Mapping[str, Any], answers: Answers
) -> tuple[str, Any, tuple[Any, ...]]:
    """The one column, no indicator, whose values are the two asked for."""
    asked = set(coded(list(wanted))[1])
    free = {name: column for name, column in known.items() if name not in answers.names}
    some = [name for name, column in free.items() if set(coded(column)[1]) == asked]
    if len(some) != 1:
        raise NotTwoRounds(name="changes", found=", ".join(some or free) or "—")
    return some[0], free[some[0]], wanted


def _years(first: str, second: str) -> float:
    try:
        return float(second) - float(first) or 1.0
    except ValueError:
        return 1.0


def differences(first: Ratios, second: Ratios, years: float) -> dict[str, Ratios]:
    """The change of ratios of one set of domains, in four ways, linearised."""
    b1, b2, z1, z2 = first.estimate, second.estimate, first.linear, second.linear
    at = first.domain
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (b2 / b1) ** (1 / years)
        found = {
            "absolute": (b2 - b1, z2 - z1),
            "relative": (b2 / b1 - 1, z2 / b1[at] - b2[at] * z1 / b1[at] ** 2),
            "absolute_annual": ((b2 - b1) / years, (z2 - z1) / years),
            "relative_annual": (
                growth - 1,
                growth[at] / years * (z2 / b2[at] - z1 / b1[at]),
            ),
        }
    return {name: replace(first, estimate=b, linear=z) for name, (b, z) in found.items()}
