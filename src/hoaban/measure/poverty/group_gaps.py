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

from hoaban.measure.poverty import few, resampling

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Households with a score, all (n,); ``near`` is half the window around the cut-off.

    Of fewer than ``least`` households nothing is shown, nor a rate that tells of fewer.
    """

    score: Floats
    poor: Bools
    selected: Bools
    weight: Floats
    cutoff: float
    near: float | None
    least: int

    def where(self, here: Any) -> "Sample":
        """Some of the households, by flags or positions."""
        return Sample(
            self.score[here],
            self.poor[here],
            self.selected[here],
            self.weight[here],
            self.cutoff,
            self.near,
            self.least,
        )


@dataclass(frozen=True, slots=True)
class Band:
    """Households whose score lies in low…high (both within).

    None: fewer than the least, as many as would tell those, or (the share) too few poor or not.
    """

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
    """One group's errors. ``households`` is None where they are suppressed, and so is the rest.

    A rate, and the gap of it, is None where fewer than the least households or those that would
    tell them follow from it.
    """

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
    counted = np.bincount(at[sample.poor], minlength=len(upper))
    gone = _hidden(count, sample.least)
    parted = few.hidden(
        np.stack([counted, count - counted], 1).tolist(), sample.least, also=_all(gone, 2)
    )
    found = []
    for band in range(len(upper)):
        shown = not gone[band]
        low = float(sample.score[at == band].min()) if shown else float(upper[band])
        told = shown and whole[band] and not any(parted[band])
        share = float(poor[band] / whole[band]) if told else None
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
    hidden = _hidden(count, sample.least)
    gaps = _gaps(sample, at, len(names), cluster, draws=draws, seed=seed)
    told = _rates(sample, at, hidden)
    order = np.argsort(at, kind="stable")
    starts = np.append(0, np.cumsum(count))
    found = []
    for number, name in enumerate(names):
        if hidden[number]:
            found.append(GroupErrors(str(name), None))
            continue
        here = order[starts[number] : starts[number + 1]]
        found.append(_errors(str(name), sample.where(here), gaps[number], upper, told[number]))
    return tuple(found)


def _hidden(count: npt.NDArray[np.int64], least: int) -> Bools:
    """Groups too small to show, and those that a sum would tell of them by."""
    gone = count < least
    also = [(0, int(n)) for n in np.flatnonzero(gone)]
    return np.array(few.hidden([count.tolist()], least, also=also)[0], bool)


def _all(rows: Bools, columns: int) -> list[tuple[int, int]]:
    """Every cell of some rows of a table."""
    return [(int(row), column) for row in np.flatnonzero(rows) for column in range(columns)]


@dataclass(frozen=True, slots=True)
class _Rates:
    """Which rates of a group may be told."""

    poor: bool
    selected: bool
    exclusion: bool
    false_positive: bool


def _rates(sample: Sample, at: npt.NDArray[np.intp], hidden: Bools) -> list[_Rates]:
    """Which rates of each group may be told; ``hidden`` groups tell none.

    Everybody's numbers of the poor, the selected and both are taken to be known, and each shown
    group's size: what follows from them and the rates is hidden by `few` over groups and four
    cells. With a group's errors hidden the share selected would give one, so that goes too.
    """
    cells = np.stack(
        [
            np.bincount(at[flags], minlength=len(hidden))
            for flags in (
                sample.poor & ~sample.selected,
                sample.poor & sample.selected,
                ~sample.poor & sample.selected,
                ~sample.poor & ~sample.selected,
            )
        ],
        axis=1,
    )
    sides = cells[:, :2].sum(axis=1), cells[:, 2:].sum(axis=1)
    taken = cells[:, 1:3].sum(axis=1), cells[:, [0, 3]].sum(axis=1)
    poor, selected = (
        few.hidden(np.stack(pair, 1).tolist(), sample.least, also=_all(hidden, 2))
        for pair in (sides, taken)
    )
    unknown = np.array([any(row) for row in poor])
    gone = few.hidden(cells.tolist(), sample.least, also=_all(unknown, 4))
    return [
        _Rates(
            poor=not any(poor[n]),
            selected=not any(selected[n]) and not any(gone[n]),
            exclusion=not any(gone[n][:2]),
            false_positive=not any(gone[n][2:]),
        )
        for n in range(len(hidden))
    ]


def _errors(
    name: str, own: Sample, gaps: tuple[Gap | None, Gap | None], up: Floats, told: _Rates
) -> GroupErrors:
    everybody = np.ones(len(own.score), bool)
    near = None
    if own.near is not None:
        near = _window(own.where(np.abs(own.score - own.cutoff) <= own.near))
    return GroupErrors(
        group=name,
        households=len(own.score),
        poor_share=_share(own, own.poor, everybody) if told.poor else None,
        selected_share=_share(own, own.selected, everybody) if told.selected else None,
        exclusion=_share(own, ~own.selected, own.poor) if told.exclusion else None,
        false_positive_rate=(_share(own, own.selected, ~own.poor) if told.false_positive else None),
        taken_gap=gaps[0] if told.exclusion else None,
        false_positive_gap=gaps[1] if told.false_positive else None,
        near=near,
        bands=bands(own, up),
    )


def _window(own: Sample) -> Window:
    count = len(own.score)
    if count < own.least:
        return Window(None, None, None, None)
    (told,) = _rates(own, np.zeros(count, np.intp), np.zeros(1, bool))
    return Window(
        households=count,
        poor_share=_share(own, own.poor, np.ones(count, bool)) if told.poor else None,
        exclusion=_share(own, ~own.selected, own.poor) if told.exclusion else None,
        false_positive_rate=(_share(own, own.selected, ~own.poor) if told.false_positive else None),
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
