"""Errors of ratios under a sample's design: strata, clusters, weights, domains.

Linearised (Taylor): the error of R = Σπy / Σπu in a domain is that of the total of
z = π(y − Ru) / Σπu over the rows of the domain; the variance of a total is
Σ_h n_h/(n_h − 1) Σ_c (t_hc − t̄_h)² over the n_h clusters of each stratum, those with nobody of
the domain among them (Särndal, Swensson and Wretman 1992; as R survey does). A stratum with
one cluster is centred on the mean of all clusters, which is 0 for linearised totals (R
survey's ``lonely.psu = "adjust"``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from hoaban.measure.poverty.survey import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """How n rows were drawn.

    weight
        (n,) how many each row stands for.
    cluster
        (n,) the row's primary sampling unit, numbered stratum by stratum.
    stratum
        (p,) the stratum of each cluster.
    clusters
        (s,) how many clusters each stratum has.
    degrees
        Degrees of freedom: clusters less strata, of rows that have a weight.
    """

    weight: Floats
    cluster: Ints
    stratum: Ints
    clusters: Ints
    degrees: int

    @classmethod
    def of(cls, weight: Floats, stratum: Ints, cluster: Ints) -> "Design":
        """From codes by row, (n,). A cluster of the same code in two strata is two."""
        wide = np.int64(cluster.max(initial=0) + 1)
        pairs, own = np.unique(stratum * wide + cluster, return_inverse=True)
        of = np.unique(pairs // wide, return_inverse=True)[1]
        counted = np.unique(own[weight > 0])
        degrees = len(counted) - len(np.unique(of[counted]))
        return cls(weight, own, of, np.bincount(of), degrees)


class Domains:
    """Every domain of one grouping at once: a row is in one of g domains, or in none (−1).

    What is summed is kept in m cells, one a domain and cluster that meet.
    """

    def __init__(self, design: Design, domain: Ints, count: int) -> None:
        within = np.flatnonzero(domain >= 0)
        clusters = len(design.stratum)
        key = domain[within] * clusters + design.cluster[within]
        order = np.argsort(key, kind="stable")
        cells, self._starts = np.unique(key[order], return_index=True)
        self._rows, self._weight = within[order], design.weight
        self.domain, cluster = np.divmod(cells, clusters)
        self.count = count
        strata = self.domain * len(design.clusters) + design.stratum[cluster]
        met, self._met_at, self._met, sizes = np.unique(
            strata, return_index=True, return_inverse=True, return_counts=True
        )
        n = design.clusters[met % len(design.clusters)]
        self._met_domain = met // len(design.clusters)
        self._n, self._absent = n[:, None], (n - sizes)[:, None]

    def sums(self, y: npt.NDArray[Any], rows: Bools | None = None) -> Floats:
        """Weighted sums of each column by cell, (n, v) → (m, v); over some rows if told."""
        weight = self._weight if rows is None else self._weight * rows
        values = y[self._rows] * weight[self._rows, None]
        return _added(values, self._starts)

    def total(self, cells: Floats) -> Floats:
        """(m, v) → (g, v)."""
        starts = np.flatnonzero(np.diff(self.domain, prepend=-1))
        return self._spread(_added(cells, starts), self.domain[starts])

    def variance(self, z: Floats) -> Floats:
        """The variance of the total of z in each domain, (m, v) linearised → (g, v)."""
        lonely = self._n == 1
        mean = np.where(lonely, 0, _added(z, self._met_at) / self._n)
        apart = _added((z - mean[self._met]) ** 2, self._met_at) + self._absent * mean**2
        scaled = apart * np.where(lonely, 1, self._n / np.maximum(self._n - 1, 1))
        starts = np.flatnonzero(np.diff(self._met_domain, prepend=-1))
        return self._spread(_added(scaled, starts), self._met_domain[starts])

    def _spread(self, found: Floats, domain: Ints) -> Floats:
        """Rows for the domains that occur, put among all; 0 elsewhere."""
        full = np.zeros((self.count, found.shape[1]))
        full[domain] = found
        return full


def _added(values: Floats, starts: npt.NDArray[np.intp]) -> Floats:
    if not len(starts):
        return np.zeros((0, values.shape[1]))
    return np.asarray(np.add.reduceat(values, starts, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Ratios of sums in each of g domains and their linearised values by cell.

    estimate
        (g, r); NaN where nothing is below the line.
    linear
        (m, r) linearised totals.
    domain
        (m,) the domain of each cell.
    """

    estimate: Floats
    linear: Floats
    domain: Ints


def ratios(domains: Domains, cells: Floats, over: Ints, under: Ints, scale: Floats) -> Ratios:
    """Ratio i is scale[i] · column over[i] / column under[i] of the sums by cell, (m, v)."""
    total = domains.total(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = total[:, over] / total[:, under]
        at = domains.domain
        linear = (cells[:, over] - plain[at] * cells[:, under]) / total[at][:, under]
    return Ratios(plain * scale, linear * scale, at)


def quantile(degrees: float) -> float:
    """The .975 quantile of Student's t; of the normal for infinite degrees; NaN under 1."""
    if degrees < 1:
        return float("nan")
    return float(special.ndtri(0.975) if np.isinf(degrees) else special.stdtrit(degrees, 0.975))


def interval(estimate: Floats, error: Floats, degrees: float) -> tuple[Floats, Floats]:
    """95 % on the logit scale, which keeps it in (0, 1); NaN for an estimate of 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.log(estimate / (1 - estimate))
        reach = quantile(degrees) * error / (estimate * (1 - estimate))
        return 1 / (1 + np.exp(reach - middle)), 1 / (1 + np.exp(-reach - middle))
