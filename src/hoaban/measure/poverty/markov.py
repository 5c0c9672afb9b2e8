"""Markov chains of households between classes: closed forms, shrinkage, draws.

Rows are where a household was, columns where it is a year later; rows sum to 1. Closed forms are
those of Kemeny and Snell (Finite Markov Chains, 1960) and Shorrocks (Econometrica 46(5), 1978);
the precision of a Dirichlet–multinomial is found by marginal likelihood (Minka, Estimating a
Dirichlet distribution, 2000).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Short = npt.NDArray[np.float32]

LEAST, MOST = 1e-2, 1e8  # between which a precision is looked for; MOST stands for no spread


def rows(counts: npt.ArrayLike) -> Floats:
    """Counts as shares of their row (the last axis); a row of no households is 0 throughout."""
    n = np.asarray(counts, float)
    whole = n.sum(axis=-1, keepdims=True)
    found: Floats = np.divide(n, whole, out=np.zeros_like(n), where=whole > 0)
    return found


def stationary(p: npt.ArrayLike) -> Floats:
    """(m,) the one distribution that a year of an irreducible chain (m, m) leaves as it is."""
    a = np.asarray(p, float)
    balance = np.vstack([a.T - np.eye(len(a)), np.ones(len(a))])
    found: Floats = np.linalg.lstsq(balance, np.append(np.zeros(len(a)), 1.0), rcond=None)[0]
    return found


def years_to_exit(p: npt.ArrayLike, inside: Sequence[int]) -> Floats:
    """Mean years until a household leaves some states for the first time, by where it starts.

    ``(I - Q)^-1 1`` with Q the rows and columns of ``inside``; inf where it can never leave all
    of them.
    """
    q = np.asarray(p, float)[np.ix_(inside, inside)]
    left = np.eye(len(q)) - q
    if np.linalg.matrix_rank(left) < len(q):
        return np.full(len(q), np.inf)
    found: Floats = np.linalg.solve(left, np.ones(len(q)))
    return found


def shorrocks(p: npt.ArrayLike) -> float:
    """Mobility ``(m - tr P) / (m - 1)`` of a chain of m > 1 states: 0 when nobody moves."""
    a = np.asarray(p, float)
    return float((len(a) - np.trace(a)) / (len(a) - 1))


def precision(counts: npt.ArrayLike, means: npt.ArrayLike) -> float:
    """How closely rows of counts keep to their means: the likeliest Dirichlet precision.

    counts
        (..., j) households by destination, one row a commune (or a commune and year).
    means
        (..., j) the row that each would have, broadcast; a mean of 0 takes part in nothing.

    The shares behind a row are Dirichlet(precision · means). Between `LEAST` and `MOST`; `MOST`
    where the rows differ no more than counting alone makes them, or where there is nobody.
    """
    n, mean = np.broadcast_arrays(np.asarray(counts, float), np.asarray(means, float))
    some = n.sum(axis=-1) > 0
    n, mean = n[some], mean[some]
    cells = mean > 0
    of, share = n[cells], mean[cells]
    whole = np.where(cells, n, 0.0).sum(axis=-1)

    def unlikely(log: float) -> float:
        a = np.exp(log)
        inside = gammaln(of + a * share) - gammaln(a * share)
        return float((gammaln(whole + a) - gammaln(a)).sum() - inside.sum())

    found = minimize_scalar(unlikely, bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    flat = unlikely(np.log(MOST)) <= float(found.fun) + 1e-3
    return MOST if flat else float(np.exp(found.x))


def shrunk(counts: npt.ArrayLike, means: npt.ArrayLike, strength: npt.ArrayLike) -> Floats:
    """Rows of communes pulled to their province's: the posterior mean of Dirichlet(α · means).

    ``strength`` α is what the province's row is worth in households: 0 leaves a commune its own
    row, without end makes them all the province's.
    """
    return rows(shapes(counts, means, strength))


def shapes(counts: npt.ArrayLike, means: npt.ArrayLike, strength: npt.ArrayLike) -> Floats:
    """The Dirichlet shapes behind `shrunk`: ``counts + strength · means``."""
    found: Floats = np.asarray(counts, float) + np.asarray(strength)[..., None] * np.asarray(means)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Luck:
    """Standard normal and standard exponential numbers of the same shape, to draw shares from."""

    normal: Short
    exponential: Short

    def __getitem__(self, where: Any) -> "Luck":
        return Luck(self.normal[where], self.exponential[where])


def luck(seed: int, owners: Sequence[str], shape: tuple[int, ...]) -> Luck:
    """(owners, *shape) numbers that belong to each owner: whoever else is drawn moves none.

    Counter-based (Philox) under a key made of the seed and the owner's name; the first axis of
    ``shape`` may grow without moving what came before.
    """
    whole = (len(owners), *shape)
    found = Luck(np.empty(whole, np.float32), np.empty(whole, np.float32))
    for n, owner in enumerate(owners):
        normal, exponential = (stream(seed, f"{owner} {what}") for what in ("normal", "gamma"))
        normal.standard_normal(dtype=np.float32, out=found.normal[n])
        exponential.standard_exponential(dtype=np.float32, out=found.exponential[n])
    return found


def stream(seed: int, owner: str) -> np.random.Generator:
    """The stream of numbers of one owner under a seed."""
    key = hashlib.blake2b(f"{seed}/{owner}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))


def gammas(shape: npt.ArrayLike, of: Luck) -> Short:
    """Gamma numbers of a shape (scale 1) from given luck, smooth in the shape; 0 for shape 0.

    ``G(a) = G(a + 1) · exp(-E / a)`` with E exponential, and Wilson and Hilferty's cube of a normal
    number for ``G(a + 1)``: the distribution function is off by less than 0.01. Always two
    numbers for one, so that another shape meets the same luck.
    """
    a = np.asarray(shape, np.float32)
    safe = np.maximum(a, np.float32(1e-9))
    ninth = np.float32(1 / 9) / (safe + 1)
    cube = np.maximum(1 - ninth + of.normal * np.sqrt(ninth), 0) ** 3
    found: Short = (a > 0) * (safe + 1) * cube * np.exp(-of.exponential / safe)
    return found


def dirichlet(shape: npt.ArrayLike, of: Luck) -> Floats:
    """Shares that sum to 1 along the last axis, from given luck.

    A shape of 0 gets the share 0. A row of shapes that are all 0 is 0 throughout; one whose
    numbers are all too small to tell apart gets its means.
    """
    drawn = gammas(shape, of).astype(float)
    whole = drawn.sum(axis=-1, keepdims=True)
    lost = whole[..., 0] <= 0
    found: Floats = np.divide(drawn, whole, out=drawn, where=whole > 0)
    if lost.any():
        found[lost] = rows(np.broadcast_to(np.asarray(shape, float), found.shape)[lost])
    return found
