"""Audit of a scorecard: whom it misses, whom it takes in error, at one cut-off and at all.

For any score, of any office. Published beside the score; never an input to anybody's
eligibility. Exclusion is undercoverage FN / (TP + FN), inclusion is leakage FP / (TP + FP); the
CGH ratio is the poor's share of the places over their share of the households (Coady, Grosh and
Hoddinott, Targeting of Transfers, World Bank 2004); the targeting differential is the share of
the poor who are taken less that of the others (Ravallion, 2009). A ratio of nothing is None.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure.poverty import group_gaps
from hoaban.measure.poverty.group_gaps import Band, Bools, Floats, GroupErrors, Sample

BANDS = 10


class LengthsDiffer(Problem):
    vi = "Cột “{column}” có {found} dòng, trong khi điểm có {wanted} dòng; hãy kiểm tra số liệu."
    en = "The column “{column}” has {found} rows, the score has {wanted}; check the data."


class NothingToAudit(Problem):
    vi = "Không có hộ nào có điểm; chưa kiểm tra được."
    en = "No household has a score; there is nothing to audit."


class BudgetOutOfRange(Problem):
    vi = "Tỷ lệ được chọn {budget} phải nằm trong 0…1."
    en = "The share to be selected {budget} must lie in 0…1."


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of one selection; all weights summed, shares in 0…1, None where over nothing.

    ``poverty_weighted_exclusion`` is the part of the poor's gap to the line that the missed
    hold (None without welfare and line).
    """

    selected: float
    poor: float
    true_positives: float
    false_positives: float
    false_negatives: float
    true_negatives: float
    exclusion: float | None
    inclusion: float | None
    false_positive_rate: float | None
    total_error: float
    cgh_ratio: float | None
    differential: float | None
    poverty_weighted_exclusion: float | None


@dataclass(frozen=True, slots=True)
class Ties:
    """Who stood at the last score a budget reached, and how many of them it could take.

    Among equals the first by id is taken: a rule anybody can check, and no judgement of need.
    """

    score: float
    households: int
    selected: int


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Every cut-off that makes a difference, from nobody selected to all; arrays (m,).

    ``cutoff`` is the last score selected (the first point, nobody, has NaN). ``precision`` is
    NaN there. ``area`` is that under the curve of true over false positives: the chance that
    the score puts a poor household before one that is not, ties counted half (NaN when all
    or none are poor).
    """

    cutoff: Floats
    selected: Floats
    true_positive_rate: Floats
    false_positive_rate: Floats
    precision: Floats
    area: float


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """What an audit found. ``unscored`` households had no score and are in none of it."""

    households: int
    unscored: int
    cutoff: float
    low_is_poor: bool
    at_line: Errors
    budget: float
    at_budget: Errors
    ties: Ties | None
    curve: Curve
    bands: tuple[Band, ...]
    groups: tuple[GroupErrors, ...]

    def as_json(self) -> dict[str, Any]:
        """Ready to be written; of the curve at most 101 points, evenly along the selected."""
        kept = np.unique(
            np.searchsorted(self.curve.selected, np.linspace(0, self.curve.selected[-1], 101))
        )
        points = {
            name: [_number(v) for v in getattr(self.curve, name)[kept]]
            for name in (
                "cutoff",
                "selected",
                "true_positive_rate",
                "false_positive_rate",
                "precision",
            )
        }
        return {
            "households": self.households,
            "unscored": self.unscored,
            "cutoff": self.cutoff,
            "low_is_poor": self.low_is_poor,
            "at_line": asdict(self.at_line),
            "budget": self.budget,
            "at_budget": asdict(self.at_budget),
            "ties": None if self.ties is None else asdict(self.ties),
            "curve": {**points, "area": _number(self.curve.area)},
            "bands": [asdict(band) for band in self.bands],
            "groups": [asdict(group) for group in self.groups],
        }


def audit(
    score: Any,
    poor: Any,
    *,
    cutoff: float,
    least: int,
    low_is_poor: bool = True,
    weight: Any = None,
    budget: float | None = None,
    welfare: Any = None,
    line: Any = None,
    ids: Any = None,
    groups: Any = None,
    clusters: Any = None,
    near: float | None = None,
    draws: int = 500,
    seed: int = 1,
) -> Audit:
    """Audit a score against who is poor.

    score, poor
        (n,) numbers (NaN: no score, left out and counted) and flags, as measured otherwise.
    cutoff
        A household is selected when its score is at most this (at least, if not ``low_is_poor``).
    weight
        (n,) how many households each row stands for; 1 when not given.
    budget
        Share of the households that can be selected, the poorest scores first, never more;
        when not given the share of the poor, where exclusion and inclusion are equal.
    welfare, line
        (n,) money a head and the line (one, or (n,)), for the gap of the missed.
    ids
        (n,) names by which ties at the budget are broken; the order of the rows if not given.
    groups, clusters
        (n,) labels. Gaps of a group are against everybody else, with 95 % intervals from
        ``draws`` bootstrap draws of clusters (rows when not given). Groups of fewer than
        ``least`` households are suppressed.
    near
        Half the width of the window around the cut-off in which errors are shown by group for
        households of nearly one score.

    Raises `LengthsDiffer`, `NothingToAudit`, `BudgetOutOfRange`.
    """
    values = np.asarray(score, float)
    n = len(values)
    columns = {"poor": poor, "weight": weight, "welfare": welfare, "groups": groups}
    _same_length({**columns, "clusters": clusters, "ids": ids}, n)
    scored = ~np.isnan(values)
    if not scored.any():
        raise NothingToAudit
    sign = 1.0 if low_is_poor else -1.0
    rank = sign * values[scored]
    is_poor = np.asarray(poor, bool)[scored]
    heavy = np.ones(len(rank)) if weight is None else np.asarray(weight, float)[scored]
    gap = _gaps(welfare, line, n)
    gap = None if gap is None else gap[scored]
    share = float((heavy * is_poor).sum() / heavy.sum()) if budget is None else float(budget)
    if not 0 <= share <= 1:
        raise BudgetOutOfRange(budget=share)
    names = np.arange(len(rank)) if ids is None else np.asarray(ids)[scored]
    selected = rank <= sign * cutoff
    within, ties = _to_budget(rank, heavy, names, share)
    sample = Sample(sign * rank, is_poor, selected, heavy, cutoff, near, least)
    edges = group_gaps.edges(sample.score, BANDS)
    label = None if groups is None else np.asarray(groups)[scored]
    unit = np.arange(n) if clusters is None else np.asarray(clusters)
    return Audit(
        households=len(rank),
        unscored=n - len(rank),
        cutoff=float(cutoff),
        low_is_poor=low_is_poor,
        at_line=errors(selected, is_poor, heavy, gap),
        budget=share,
        at_budget=errors(within, is_poor, heavy, gap),
        ties=None if ties is None else Ties(sign * ties.score, ties.households, ties.selected),
        curve=curve(rank, is_poor, heavy, sign),
        bands=group_gaps.bands(sample, edges),
        groups=()
        if label is None
        else group_gaps.by_group(sample, label, unit[scored], edges, draws=draws, seed=seed),
    )


def errors(
    selected: npt.ArrayLike,
    poor: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    gap: npt.ArrayLike | None = None,
) -> Errors:
    """Errors of a selection: flags (n,), weights (n,), each household's gap to the line (n,)."""
    taken, is_poor = np.asarray(selected, bool), np.asarray(poor, bool)
    w = np.ones(len(taken)) if weight is None else np.asarray(weight, float)
    tp, fp = float(w[taken & is_poor].sum()), float(w[taken & ~is_poor].sum())
    fn, tn = float(w[~taken & is_poor].sum()), float(w[~taken & ~is_poor].sum())
    whole = tp + fp + fn + tn
    exclusion, leaked = _over(fn, tp + fn), _over(fp, fp + tn)
    inclusion, places = _over(fp, tp + fp), _over(tp, tp + fp)
    missed = None
    if gap is not None:
        lost = w * np.asarray(gap, float) * is_poor
        missed = _over(float(lost[~taken].sum()), float(lost.sum()))
    return Errors(
        selected=tp + fp,
        poor=tp + fn,
        true_positives=tp,
        false_positives=fp,
        false_negatives=fn,
        true_negatives=tn,
        exclusion=exclusion,
        inclusion=inclusion,
        false_positive_rate=leaked,
        total_error=(fp + fn) / whole,
        cgh_ratio=None if places is None or tp + fn == 0 else places / ((tp + fn) / whole),
        differential=None if exclusion is None or leaked is None else 1 - exclusion - leaked,
        poverty_weighted_exclusion=missed,
    )


def curve(rank: Floats, poor: Bools, weight: Floats, sign: float = 1.0) -> Curve:
    """All cut-offs in one pass over the sorted scores; a low ``rank`` (n,) is selected first."""
    order = np.argsort(rank, kind="stable")
    sorted_ = rank[order]
    last = np.flatnonzero(np.append(sorted_[1:] != sorted_[:-1], True))
    tp = np.append(0.0, np.cumsum((weight * poor)[order])[last])
    fp = np.append(0.0, np.cumsum((weight * ~poor)[order])[last])
    with np.errstate(invalid="ignore"):
        tpr, fpr, precision = tp / tp[-1], fp / fp[-1], tp / (tp + fp)
    return Curve(
        cutoff=np.append(np.nan, sign * sorted_[last]),
        selected=(tp + fp) / (tp[-1] + fp[-1]),
        true_positive_rate=tpr,
        false_positive_rate=fpr,
        precision=precision,
        area=float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)),
    )


def _to_budget(
    rank: Floats, weight: Floats, ids: npt.NDArray[Any], share: float
) -> tuple[Bools, Ties | None]:
    """The lowest ranks whose weights sum to at most the share; who is last of its equals."""
    order = np.lexsort((ids, rank))
    room = share * float(weight.sum()) * (1 + 1e-12)  # a share that a division rounded still fits
    taken = np.zeros(len(rank), bool)
    taken[order] = np.cumsum(weight[order]) <= room
    if not taken.any():
        return taken, None
    last = float(rank[taken].max())
    tied = rank == last
    return taken, Ties(last, int(tied.sum()), int((tied & taken).sum()))


def _gaps(welfare: Any, line: Any, n: int) -> Floats | None:
    """(n,) distance to the line as a share of it, 0 above it or where welfare is not known."""
    if welfare is None or line is None:
        return None
    z = np.broadcast_to(np.asarray(line, float), (n,))
    found = np.maximum(0.0, (z - np.asarray(welfare, float)) / z)
    return np.where(np.isnan(found), 0.0, found)


def _same_length(columns: Mapping[str, Any], n: int) -> None:
    for name, column in columns.items():
        if column is not None and len(column) != n:
            raise LengthsDiffer(column=name, found=len(column), wanted=n)


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
