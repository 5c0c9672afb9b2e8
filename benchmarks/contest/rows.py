"""Who meets whom, and by how much we must win; whether a row holds."""

import importlib.util
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contest.worker import Array

CLOSE = 1e-5  # greatest relative difference between answers


@dataclass(frozen=True)
class Row:
    """A row of the table.

    name, text
        By which it is asked for, and what the work is.
    inputs
        The folder of its inputs.
    ours, peers
        Contestants as group.name; to each peer the least ratio of its seconds to ours.
    most_mb, least_a_second
        Most memory and fewest evaluations a second that we may need.
    """

    name: str
    text: str
    inputs: str
    ours: str
    peers: dict[str, float]
    most_mb: float | None = None
    least_a_second: float | None = None


_BUILDS = "scipy's seconds include building each scenario's matrix"

ROWS = (
    Row(
        "isotropic",
        "raster, 45 seats, one pace in all directions, 8 neighbours",
        "terrain",
        "our_rasters.isotropic",
        {"rasters.xarray_spatial": 4, "rasters.scikit_image": 8, "grass.r_cost": 8},
    ),
    Row("walk-8", "the same, r.walk's cost, 8 neighbours", "terrain", "our_rasters.walk_8",
        {"grass.r_walk_8": 7}, most_mb=500),
    Row("walk-16", "the same, r.walk's cost, 16 neighbours", "terrain", "our_rasters.walk_16",
        {"grass.r_walk_16": 6}, most_mb=500),
    Row("road", "one candidate road of 5 km, exact, 16 neighbours, land cover and roads", "terrain",
        "our_rasters.new_road", {"our_rasters.whole_road": 100}),
    Row("sources", "network, every source to every node", "wide", "our_networks.many_sources",
        {"graphs.many_sources": 25}),
    Row("any-seat", f"closure scenarios, cut off from any seat; {_BUILDS}", "closing",
        "our_networks.any_seat", {"graphs.any_seat": 300}),
    Row("own-seat", f"closure scenarios, any seat and own seat; {_BUILDS}", "closing",
        "our_networks.own_seat", {"graphs.union_find": 15, "graphs.own_seat": 60}),
    Row("programme", "exact evaluations of programmes of one work more", "closing",
        "our_networks.programmes_one", {"graphs.programmes_one": 25}, least_a_second=6000),
    Row("programmes-30", "exact evaluations of programmes of 30 works", "closing",
        "our_networks.programmes_many", {"graphs.programmes_many": 25}, least_a_second=6000),
)  # fmt: skip


@dataclass
class Result:
    """What a contestant took; ``fault`` says why it has no answer."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Array] = field(default_factory=dict)
    fault: str = ""

    @property
    def seconds(self) -> float:
        """Best of the runs, scaled to the whole work."""
        return float(self.facts["seconds"])


def missing(contestant: str) -> str:
    """What to install for a contestant that is not here; empty when it is."""
    group, _, name = contestant.partition(".")
    if group == "grass":
        return "" if shutil.which("grass") else "apt install grass-core"
    package = {"xarray_spatial": "xrspatial", "scikit_image": "skimage"}.get(name, "numba")
    return "" if importlib.util.find_spec(package) else f"pip install {name.replace('_', '-')}"


def difference(ours: Result, peer: Result) -> float:
    """The greatest relative difference of the answers both have, inf when they cannot match."""
    shared = [name for name in ours.answers if name in peer.answers]
    parts = [_difference(ours.answers[name], peer.answers[name]) for name in shared]
    return max(parts, default=np.inf)


def _difference(ours: Array, peer: Array) -> float:
    """Of the first rows that both have: a sampled peer did the first of the work."""
    both = slice(min(len(ours), len(peer))) if ours.ndim else ...
    left, right = (np.asarray(values, np.float64)[both] for values in (ours, peer))
    if left.shape != right.shape or np.isnan(left).any() or np.isnan(right).any():
        return np.inf
    near = np.isfinite(right)
    if not np.array_equal(np.isfinite(left), near):
        return np.inf
    apart = np.abs(left[near] - right[near]) / np.maximum(np.abs(right[near]), 1)
    return float(apart.max(initial=0))


def failings(row: Row, ours: Result) -> Iterable[str]:
    """Which of the row's own limits we missed."""
    if row.most_mb and ours.facts["peak_mb"] > row.most_mb:
        yield f"{ours.facts['peak_mb']:.0f} MB > {row.most_mb:.0f} MB"
    if row.least_a_second:
        rate = ours.facts["evaluations"] / ours.seconds
        if rate < row.least_a_second:
            yield f"{rate:,.0f}/s < {row.least_a_second:,.0f}/s"
