"""Alkire–Foster measures of a survey, with errors that its design gives.

Alkire and Foster (2011); errors as R survey gives them to mpitbR, whose published estimates
these equal. A register that counts everybody has no sampling error: see `patterns.index`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure.poverty.comparison import Rounds, differences, two_rounds
from hoaban.measure.poverty.design import Design, Domains, Ratios, interval, quantile, ratios
from hoaban.measure.poverty.survey import (
    Answers,
    Bools,
    Floats,
    Ints,
    NobodyToCount,
    NotInDesign,
    coded,
    named_groups,
    read,
    whole,
)

ALL = "nat"


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What is estimated: r ratios of columns that are summed over rows.

    columns
        (n, v) what is summed; column 0 is 1.
    labels
        (r,) the name of the measure and of its indicator (None where it has none).
    over, under, scale
        (r,) a ratio is scale · column over / column under.
    shares
        (d,) the indicators' weights, when the last d ratios are their censored headcounts and
        the first is M0, so that contributions follow; none otherwise.
    """

    columns: Floats
    labels: Sequence[tuple[str, str | None]]
    over: Ints
    under: Ints
    scale: Floats
    shares: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The rows that answered everything: their design and the groups they are in."""

    answered: Bools
    design: Design
    groups: Mapping[str, tuple[Ints, list[str]]]
    rounds: Rounds | None


def estimate(
    deprived: Any,
    points: Mapping[str, int] | Iterable[int],
    cutoff: int,
    *,
    weight: Any = None,
    strata: Any = None,
    psu: Any = None,
    groups: Mapping[str, Any] | None = None,
    changes: Any = None,
) -> pa.Table:
    """H, A, M0 and every indicator's part, for all and by group, with errors and intervals.

    deprived
        One row a household (or person): an (n, d) array of 0, 1 and missing (NaN, None), or a
        table (mapping of columns, data frame, Arrow table). Rows with a missing answer are
        dropped before the design is declared, as users of mpitbR do.
    points
        Whole points of the d indicators, by name or in the order of columns. By name, a
        table may have other columns, which the arguments below may name.
    cutoff
        Whole points that make a household poor: exact at the cut-off.
    weight
        (n,) how many each row stands for, 1 when not given.
    strata, psu
        (n,) strata and primary sampling units, of any values; one stratum, and each row its
        own unit, when not given. A unit of the same name in two strata is two units. A
        stratum with one unit is centred on the mean of all units ("adjust" in R survey).
    groups
        Arrays (n,) by name. A row whose value is missing is in no group. Groups are domains:
        a unit without a row of the group still counts.
    changes
        Two rounds to compare, drawn with the same ``psu`` names where units were visited
        twice: ``{name: array}`` with two values, ``{name: (array, first, second)}``, or
        ``(name, first, second)`` or ``(first, second)`` for an array of ``groups`` or a
        column. Years between them are the difference of the two values, 1 if not numbers.

    Returns ``measure, group, value, indicator, estimate, se, low, high``. Measures: M0
    (adjusted headcount ratio), H (headcount ratio), A (intensity), hd and hdk (uncensored and
    censored headcounts of an indicator), actb and pctb (its absolute and relative
    contribution to M0; no errors). Group ``nat`` is everybody. Shares are between 0 and 1; what
    is undefined (A where nobody is poor) is missing. Intervals are of 95 %, on the logit
    scale with Student's t of #units − #strata; missing for an estimate of 0 or 1. Where no
    estimate is (nobody of the group answered) or no unit is left beyond one a stratum, errors
    are missing too: an error of 0 would say that the figure is certain.

    With ``changes`` each measure comes by round (column ``round``) and, where column
    ``change`` says so, as the change between them: ``absolute``, ``relative`` (second / first
    − 1), ``absolute_annual``, ``relative_annual``; intervals of changes are normal.

    Raises `NotWholePoints`, `PointsDoNotFit`, `NotAnAnswer`, `RowsDoNotFit`, `NoSuchColumn`,
    `NotAColumn`, `GroupsNotNamed`, `NotAWeight`, `NotInDesign`, `NobodyToCount`,
    `NotTwoRounds`.
    """
    least = whole(cutoff)
    aside = [weight, strata, psu, *named_groups(groups).values(), *_named(changes)]
    answers, worth = read(deprived, points, aside=aside)
    sample = sampled(answers, weight=weight, strata=strata, psu=psu, groups=groups, changes=changes)
    lacks = answers.values[sample.answered]
    return tabled(sample, _alkire_foster(lacks, worth, least, answers.names))


def _named(changes: Any) -> list[Any]:
    """The columns of the table that ``changes`` may mean."""
    if isinstance(changes, Mapping):
        return [*changes, *changes.values()]
    return list(changes) if isinstance(changes, tuple | list) else [changes]


def sampled(
    answers: Answers,
    *,
    weight: Any = None,
    strata: Any = None,
    psu: Any = None,
    groups: Mapping[str, Any] | None = None,
    changes: Any = None,
) -> Sample:
    """The rows without a missing answer, their design, groups and rounds.

    Raises `NoSuchColumn`, `NotAColumn`, `GroupsNotNamed`, `RowsDoNotFit`, `NotAWeight`,
    `NotInDesign`, `NobodyToCount`, `NotTwoRounds`.
    """
    answered: Bools = np.asarray(~np.isnan(answers.values).any(axis=1))
    if not answered.any():
        raise NobodyToCount(indicators=len(answers.names))
    n = len(answered)
    found = {name: answers.column(given, name) for name, given in named_groups(groups).items()}
    rounds = two_rounds(changes, found, answers)
    if rounds is not None:
        found.pop(rounds.name, None)
    held = {name: coded(column) for name, column in found.items()}
    design = Design.of(
        answers.weights(weight)[answered],
        _units(answers, strata, "strata", answered, np.zeros(n, np.int64)),
        _units(answers, psu, "psu", answered, np.arange(n)),
    )
    everybody = {} if ALL in held else {ALL: (np.zeros(n, np.int64), [ALL])}
    kept = {name: (at[answered], names) for name, (at, names) in {**everybody, **held}.items()}
    return Sample(answered, design, kept, rounds.of(answered) if rounds else None)


def _units(answers: Answers, given: Any, name: str, answered: Bools, default: Ints) -> Ints:
    """Codes of a column of the design, of the rows that answered."""
    at = default if given is None else coded(answers.column(given, name))[0]
    lost = answered & (at < 0)
    if lost.any():
        raise NotInDesign(name=name, row=int(lost.argmax()) + 1)
    return at[answered]


def _alkire_foster(lacks: Floats, worth: Ints, least: int, names: Sequence[str]) -> Measures:
    """Columns: 1, censored score, poor, each lack, each lack of the poor."""
    score, d = lacks @ worth, len(worth)
    poor = (score >= least).astype(np.float64)
    ones = np.ones(len(poor))
    columns = np.column_stack([ones, score * poor, poor, lacks, lacks * poor[:, None]])
    each = [("hd", name) for name in names] + [("hdk", name) for name in names]
    return Measures(
        columns,
        labels=[("M0", None), ("H", None), ("A", None), *each],
        over=np.array([1, 2, 1, *range(3, 3 + 2 * d)]),
        under=np.array([0, 0, 2] + [0] * 2 * d),
        scale=np.array([1 / worth.sum(), 1, 1 / worth.sum()] + [1.0] * 2 * d),
        shares=worth / worth.sum(),
    )


def tabled(sample: Sample, measures: Measures) -> pa.Table:
    """The table of `estimate`, ordered by measure, indicator and group."""
    blocks = [
        _block(measures, group, names, found)
        for group, (at, names) in sample.groups.items()
        for found in _found(Domains(sample.design, at, len(names)), sample, measures)
    ]
    table = pa.concat_tables(blocks)
    table = table.take(np.argsort(np.asarray(table["place"]), kind="stable"))
    return table.drop(["place"] if sample.rounds else ["place", "round", "change"])


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was estimated for the g domains of one grouping: (g, r) figures."""

    estimate: Floats
    error: Floats
    low: Floats
    high: Floats
    round: str | None = None
    change: str | None = None


def _found(domains: Domains, sample: Sample, measures: Measures) -> Iterator[_Found]:
    """Levels; with rounds the levels of each, and the changes between them."""
    rounds, degrees = sample.rounds, sample.design.degrees
    if rounds is None:
        yield _level(_ratios(domains, measures), domains, degrees, measures.shares)
        return
    both = [_ratios(domains, measures, rounds.at == i) for i in (0, 1)]
    for one, value in zip(both, rounds.values, strict=True):
        yield _level(one, domains, degrees, measures.shares, value)
    for change, one in differences(both[0], both[1], rounds.years).items():
        error = _errors(domains, one, degrees)
        reach = quantile(np.inf) * error
        yield _Found(one.estimate, error, one.estimate - reach, one.estimate + reach, None, change)


def _errors(domains: Domains, found: Ratios, degrees: int) -> Floats:
    """Missing where there is no estimate, and everywhere in a design without degrees."""
    error = np.sqrt(domains.variance(found.linear))
    return np.where(np.isnan(found.estimate) | (degrees < 1), np.nan, error)


def _ratios(domains: Domains, measures: Measures, rows: Bools | None = None) -> Ratios:
    cells = domains.sums(measures.columns, rows)
    return ratios(domains, cells, measures.over, measures.under, measures.scale)


def _level(
    found: Ratios, domains: Domains, degrees: int, shares: Floats | None, value: str | None = None
) -> _Found:
    """Estimates with errors and intervals; then contributions, which have none."""
    b, error = found.estimate, _errors(domains, found, degrees)
    low, high = interval(b, error, degrees)
    if shares is None:
        return _Found(b, error, low, high, value)
    absolute = b[:, -len(shares) :] * shares
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.hstack([absolute, absolute / b[:, :1]])
    none = np.full(parts.shape, np.nan)
    error, low, high = (np.hstack([figures, none]) for figures in (error, low, high))
    return _Found(np.hstack([b, parts]), error, low, high, value)


def _block(measures: Measures, group: str, names: Sequence[str], found: _Found) -> pa.Table:
    """The rows of one grouping, measure by measure; ``place`` is the measure's."""
    d = 0 if measures.shares is None else len(measures.shares)
    own = [name for _, name in measures.labels[-d:]] if d else []
    parts = [(part, name) for part in ("actb", "pctb") for name in own]
    labels = [*measures.labels, *parts][: found.estimate.shape[1]]
    g, n = len(names), found.estimate.size
    each = [label for label in labels for _ in range(g)]
    figures = (found.estimate, found.error, found.low, found.high)
    return pa.table(
        {
            "measure": pa.array([measure for measure, _ in each], pa.string()),
            "group": pa.array([group] * n, pa.string()),
            "value": pa.array(list(names) * len(labels), pa.string()),
            "indicator": pa.array([indicator for _, indicator in each], pa.string()),
            **{
                name: pa.array(figure.T.ravel(), pa.float64(), from_pandas=True)
                for name, figure in zip(("estimate", "se", "low", "high"), figures, strict=True)
            },
            "round": pa.array([found.round] * n, pa.string()),
            "change": pa.array([found.change] * n, pa.string()),
            "place": pa.array(np.repeat(np.arange(len(labels)), g)),
        }
    )
