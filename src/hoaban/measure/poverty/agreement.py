"""What a blind second interview says about the first: agreement, error, corrected shares.

Chance-corrected agreement is Cohen's κ (1960). Where the second interview is taken as the truth,
the matrix Q of P(first says i | second says j) gives the shares that the first would have found
without error, p = Q⁻¹ p_observed; for two states this is Rogan and Gladen's estimate (American
Journal of Epidemiology 107, 1978).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from hoaban.base.problems import Problem
from hoaban.measure.poverty import resampling

Floats = npt.NDArray[np.float64]

_ALIKE = 1e-9  # a determinant under which states cannot be told apart


class CannotTellApart(Problem):
    vi = "Điều tra lại không phân biệt được các hạng hộ {states}; cần thêm hộ điều tra lại."
    en = "The re-interviews do not tell the states {states} apart; re-interview more households."


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one item: pairs that were both answered, the share that agree, κ (None: no variation)."""

    item: str
    pairs: int
    agree: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Share of households whose second interview confirms the first; exact 95 % interval."""

    pairs: int
    confirmed: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """Shares (s,) of the states as first observed and as corrected, with 95 % intervals.

    ``matrix`` (s, s) is Q: its column j says what the first interview made of those who are
    truly in state j; columns sum to 1. Corrected shares outside 0…1 are brought back to it.
    Where no two interviews differ a bootstrap cannot say how rare errors are: ``low`` and
    ``high`` are then NaN, and `confirmed` says how many errors so few pairs could hide.
    """

    states: tuple[Any, ...]
    pairs: int
    matrix: Floats
    observed: Floats
    share: Floats
    low: Floats
    high: Floats


def kappa(item: str, first: Any, second: Any) -> Agreement:
    """Agreement of two interviews on one item; (n,) answers, NaN where not answered."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if not len(a):
        return Agreement(item, 0, None, None)
    agree = float((a == b).mean())
    values = np.union1d(a, b)
    chance = float(sum((a == v).mean() * (b == v).mean() for v in values))
    found = (agree - chance) / (1 - chance) if chance < 1 else None
    return Agreement(item, len(a), agree, found)


def items(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Agreement, ...]:
    """`kappa` of every item that both interviews asked, in the order of the first."""
    return tuple(kappa(name, first[name], second[name]) for name in first if name in second)


def confirmed(first: Any, second: Any) -> Confirmed:
    """How many of (n,) results are the same in both interviews (Clopper–Pearson interval)."""
    a, b = np.asarray(first), np.asarray(second)
    same = int((a == b).sum())
    if not len(a):
        return Confirmed(0, 0, None, None, None)
    span = stats.binomtest(same, len(a)).proportion_ci()
    return Confirmed(len(a), same, same / len(a), float(span.low), float(span.high))


def misclassification(first: Any, second: Any, states: Any, weight: Any = None) -> Floats:
    """Q (s, s): of those the second interview puts in state j, the share the first put in i.

    A state the second never found has a column of NaN.
    """
    a, b, known = np.asarray(first), np.asarray(second), list(states)
    w = np.ones(len(a)) if weight is None else np.asarray(weight, float)
    table = np.array([[w[(a == i) & (b == j)].sum() for j in known] for i in known], float)
    with np.errstate(invalid="ignore"):
        return np.asarray(table / table.sum(axis=0, keepdims=True))


def corrected(
    observed: Any,
    first: Any,
    second: Any,
    states: Any,
    *,
    ids: Any = None,
    draws: int = 1000,
    seed: int = 1,
) -> Corrected:
    """The shares of the states that a whole register would show without interview error.

    observed
        (N,) states of all households, as first interviewed.
    first, second
        (n,) states of the re-interviewed, by each interview; ``ids`` (n,) their names, to which
        the draws belong. The interval is that of the re-interviews: the register is complete.

    Raises `CannotTellApart` when Q cannot be turned back.
    """
    a, b, known = np.asarray(first), np.asarray(second), tuple(states)
    seen = np.asarray(observed)
    share = np.array([(seen == s).mean() for s in known]) if len(seen) else np.zeros(len(known))
    q = misclassification(a, b, known)
    if not np.isfinite(q).all() or abs(np.linalg.det(q)) < _ALIKE:
        raise CannotTellApart(states=", ".join(map(str, known)))
    names = np.arange(len(a)) if ids is None else np.asarray(ids)
    cells = np.array([(a == i) & (b == j) for i in known for j in known], float)
    drawn = [
        _shares(cells @ weights, share, len(known))
        for weights in resampling.multipliers(seed, names, draws)
    ]
    low, high = resampling.interval(np.concatenate(drawn, axis=1))
    if (a == b).all():
        low, high = np.full(len(known), np.nan), np.full(len(known), np.nan)
    return Corrected(known, len(a), q, share, _within(np.linalg.solve(q, share)), low, high)


def rogan_gladen(observed: float, sensitivity: float, specificity: float) -> float:
    """The true share behind an observed one, in 0…1; for two states the same as `corrected`."""
    found = (observed + specificity - 1) / (sensitivity + specificity - 1)
    return float(np.clip(found, 0, 1))


def _shares(counts: Floats, observed: Floats, s: int) -> Floats:
    """(s, draws) corrected shares of each draw's table (s·s, draws); NaN where it is singular."""
    table = counts.T.reshape(-1, s, s)
    q = table / table.sum(axis=1, keepdims=True)
    sound = np.abs(np.linalg.det(q)) >= _ALIKE
    found = np.full((len(q), s), np.nan)
    right = np.broadcast_to(observed[:, None], (int(sound.sum()), s, 1))
    found[sound] = _within(np.linalg.solve(q[sound], right)[..., 0])
    return found.T


def _within(share: npt.NDArray[Any]) -> Floats:
    """Shares brought back to 0…1, summing to 1."""
    held = np.clip(share, 0, None)
    return np.asarray(held / held.sum(axis=-1, keepdims=True))
