"""How deep poverty is: M1 and M2, for indicators that are quantities (Alkire and Foster 2011).

The yes/no items of a national standard have no depth; for those see `estimates`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.base.problems import Problem
from hoaban.measure.poverty.estimates import Measures, sampled, tabled
from hoaban.measure.poverty.survey import Floats, Ints, read, whole


class NotALine(Problem):
    vi = "Ngưỡng thiếu hụt của “{name}” là “{value}”; cần một số dương cho mỗi chỉ số."
    en = "The deprivation line of “{name}” is “{value}”; each indicator needs a positive number."


class NotAnAmount(Problem):
    vi = "Chỉ số “{name}” ở dòng {row} là “{value}”; phải là số không âm hữu hạn hoặc bỏ trống."
    en = (
        "Indicator “{name}” in row {row} is “{value}”; it must be finite, not negative, or missing."
    )


def estimate_depth(
    attained: Any,
    lines: Mapping[str, float] | Iterable[float],
    points: Mapping[str, int] | Iterable[int],
    cutoff: int,
    *,
    weight: Any = None,
    strata: Any = None,
    psu: Any = None,
    groups: Mapping[str, Any] | None = None,
) -> pa.Table:
    """H, A, M0, M1 and M2 of quantities, for all and by group, with errors and intervals.

    attained
        (n, d) what each household has of each thing, in the indicator's own unit, at least 0;
        missing as in `estimates.estimate`. It is deprived where it has less than the line.
    lines
        (d,) deprivation lines, positive, by name or in order. The gap is (line − attained) /
        line.

    The rest, and the table, as in `estimates.estimate`, whose problems it raises too. M1 counts
    each deprivation of the poor by its gap, M2 by the gap squared; M0 by 1.

    Raises `NotALine`, `NotAnAmount`.
    """
    least = whole(cutoff)
    answers, worth = read(attained, points, aside=[weight, strata, psu], yes_no=False)
    z = _lines(lines, answers.names)
    _only_amounts(answers.values, answers.names)
    sample = sampled(answers, weight=weight, strata=strata, psu=psu, groups=groups)
    return tabled(sample, _depth(answers.values[sample.answered], z, worth, least))


def _depth(attained: Floats, lines: Floats, worth: Ints, least: int) -> Measures:
    """Columns: 1, poor, and the poor's deprivations at powers 0, 1 and 2 of the gap."""
    deprived = attained < lines
    gap = np.where(deprived, (lines - attained) / lines, 0)
    poor = (deprived @ worth >= least).astype(np.float64)
    powers = [poor * (part @ worth) for part in (deprived, gap, gap**2)]
    share = 1 / worth.sum()
    return Measures(
        np.column_stack([np.ones(len(poor)), poor, *powers]),
        labels=[(name, None) for name in ("M0", "H", "A", "M1", "M2")],
        over=np.array([2, 1, 2, 3, 4]),
        under=np.array([0, 0, 1, 0, 0]),
        scale=np.array([share, 1, share, share, share]),
    )


def _lines(lines: Mapping[str, float] | Iterable[float], names: tuple[str, ...]) -> Floats:
    if isinstance(lines, Mapping):
        lines = [lines.get(name, float("nan")) for name in names]
    found = np.array(list(lines), np.float64)
    found = np.append(found, np.full(max(len(names) - len(found), 0), np.nan))
    good = (found > 0) & np.isfinite(found)
    if len(found) > len(names) or not good.all():
        at = len(names) if len(found) > len(names) else int((~good).argmax())
        raise NotALine(name=[*names, "—"][at], value=f"{found[at]:g}")
    return found


def _only_amounts(values: Floats, names: tuple[str, ...]) -> None:
    bad = (values < 0) | np.isinf(values)
    if bad.any():
        row, j = np.argwhere(bad)[0].tolist()
        raise NotAnAmount(name=names[j], row=row + 1, value=f"{values[row, j]:g}")
