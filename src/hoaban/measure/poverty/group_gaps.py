"""Whether a score errs alike for all groups: gaps of errors, calibration, errors at one score.

Equal opportunity asks for equal shares of the poor taken in every group; calibration asks that
one score mean one risk in every group. Where groups differ in poverty both cannot hold
(Kleinberg, Mullainathan and Raghavan, 2017), so both are shown and policy says which it picks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hoaban.measure.poverty import resampling

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHOWN = 10  # households: of fewer nothing is shown


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Households with a score, all (n,); ``near`` is half the window around the cut-off."""

    score: Floats
    poor: Bools
    selected: Bools
    weight: Floats
    cutoff: float
    near: float | None

    def where(self, here: Any) -> "Sample":
        """Some of the households, by flags or positions."""
        return Sample(
            self.score[here],
            self.poor[here],
            self.selected[here],
            self.weight[here],
            self.cutoff,
            self.near,
        )


@dataclass(frozen=True, slots=True)
class Band:
    """Households whose score lies in low…high (both within); None: fewer than `SHOWN`."""

    low: float
    high: float
    households: int | None
    poor_share: float | None


@dataclass(frozen=True, slots=True)
class Window:
    """Households of nearly the cut-off's score: how many of them are poor, and who is missed."""

    households: int | None
    poor_share: float | None
    exclusion: float | None
    false_positive_rate: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A group's rate less everybody else's, with its 95 % interval (None: all in one cluster)."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GroupErrors:
    """One group's errors. ``households`` is None where they are suppressed, and so is the rest."""

    group: str
    households: int | None
    poor_share: float | None = None
    selected_share: float | None = None
    exclusion: float | None = None
    false_positive_rate: float | None = None
    taken_gap: Gap | None = None  # of the share of the poor who are taken
    false_positive_gap: Gap | None = None
    near: Window | None = None
    bands: tuple[Band, ...] = ()


def edges(score: Floats, parts: int) -> Floats:
    """Upper ends of bands of scores that hold about equally many; equal scores stay together."""
    return np.unique(np.quantile(score, np.arange(1, parts + 1) / parts, method="inverted_cdf"))


def bands(sample: Sample, upper: Floats) -> tuple[Band, ...]:
    """The share of the poor in each band of scores: calibration."""
    at = np.searchsorted(upper, sample.score)
    count = np.bincount(at, minlength=len(upper))
    whole = np.bincount(at, sample.weight, len(upper))
    poor = np.bincount(at, sample.weight * sample.poor, len(upper))
    found = []
    for band in range(len(upper)):
        shown = count[band] >= SHOWN
        low = float(sample.score[at == band].min()) if shown else float(upper[band])
        share = float(poor[band] / whole[band]) if shown and whole[band] else None
        found.append(Band(low, float(upper[band]), int(count[band]) if shown else None, share))
    return tuple(found)


def by_group(
    sample: Sample,
    label: npt.NDArray[Any],
    cluster: npt.NDArray[Any],
    upper: Floats,
    *,
    draws: int,
    seed: int,
) -> tuple[GroupErrors, ...]:
    """Errors of every group in order of name; ``label`` and ``cluster`` (n,)."""
    names, at = np.unique(label.astype(str), return_inverse=True)
    count = np.bincount(at, minlength=len(names))
    hidden = _hidden(count)
    gaps = _gaps(sample, at, len(names), cluster, draws=draws, seed=seed)
    order = np.argsort(at, kind="stable")
    starts = np.append(0, np.cumsum(count))
    found = []
    for number, name in enumerate(names):
        if hidden[number]:
            found.append(GroupErrors(str(name), None))
            continue
        here = order[starts[number] : starts[number + 1]]
        found.append(_errors(str(name), sample.where(here), gaps[number], upper))
    return tuple(found)


def _hidden(count: npt.NDArray[np.int64]) -> Bools:
    """Groups too small to show; with one alone the next smallest, or a sum would tell of it."""
    hidden = count < SHOWN
    if hidden.sum() == 1 and len(count) > 2:
        hidden[np.argsort(count, kind="stable")[1]] = True
    return np.asarray(hidden, bool)


def _errors(name: str, own: Sample, gaps: tuple[Gap | None, Gap | None], up: Floats) -> GroupErrors:
    whole = float(own.weight.sum())
    near = None
    if own.near is not None:
        near = _window(own.where(np.abs(own.score - own.cutoff) <= own.near))
    return GroupErrors(
        group=name,
        households=len(own.score),
        poor_share=float((own.weight * own.poor).sum()) / whole,
        selected_share=float((own.weight * own.selected).sum()) / whole,
        exclusion=_share(own, ~own.selected, own.poor),
        false_positive_rate=_share(own, own.selected, ~own.poor),
        taken_gap=gaps[0],
        false_positive_gap=gaps[1],
        near=near,
        bands=bands(own, up),
    )


def _window(own: Sample) -> Window:
    if len(own.score) < SHOWN:
        return Window(None, None, None, None)
    return Window(
        households=len(own.score),
        poor_share=_share(own, own.poor, np.ones(len(own.poor), bool)),
        exclusion=_share(own, ~own.selected, own.poor),
        false_positive_rate=_share(own, own.selected, ~own.poor),
    )


def _share(own: Sample, flagged: Bools, among: Bools) -> float | None:
    whole = float(own.weight[among].sum())
    return float(own.weight[among & flagged].sum()) / whole if whole else None


def _gaps(
    sample: Sample, at: Any, groups: int, cluster: npt.NDArray[Any], *, draws: int, seed: int
) -> list[tuple[Gap | None, Gap | None]]:
    """For each group: the gap of the share of the poor taken, and of the others taken."""
    keys, unit = np.unique(cluster, return_inverse=True)
    shape = (groups, len(keys))
    here = sparse.csr_matrix((np.ones(len(at)), (at, unit)), shape)
    spread = np.minimum(np.diff(here.indptr), _elsewhere(here))
    found = []
    for among in (sample.poor, ~sample.poor):
        part = sample.weight * among
        whole = sparse.csr_matrix((part, (at, unit)), shape)
        taken = sparse.csr_matrix((part * sample.selected, (at, unit)), shape)
        value = _gap(taken, whole, np.ones((len(keys), 1)))[:, 0]
        drawn = [_gap(taken, whole, piece) for piece in resampling.multipliers(seed, keys, draws)]
        low, high = resampling.interval(np.concatenate(drawn, axis=1)) if drawn else (value, value)
        found.append([_told(*one) for one in zip(value, low, high, spread >= 2, strict=True)])
    return list(zip(*found, strict=True))


def _elsewhere(here: sparse.csr_matrix) -> npt.NDArray[np.int64]:
    """For each group the number of clusters that hold anybody who is not of it."""
    whole = np.asarray(here.sum(axis=0)).ravel()
    alone = here.copy()
    alone.data = (here.data == whole[here.indices]).astype(float)
    return np.asarray(here.shape[1] - np.asarray(alone.sum(axis=1)).ravel(), np.int64)


def _gap(taken: sparse.csr_matrix, whole: sparse.csr_matrix, weights: Floats) -> Floats:
    """(groups, draws) a group's share taken less that of all others."""
    top, bottom = np.asarray(taken @ weights), np.asarray(whole @ weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = (top.sum(axis=0) - top) / (bottom.sum(axis=0) - bottom)
        return np.asarray(top / bottom - rest)


def _told(value: float, low: float, high: float, spread: bool) -> Gap | None:
    if not np.isfinite(value):
        return None
    return Gap(float(value), float(low), float(high)) if spread else Gap(float(value), None, None)
