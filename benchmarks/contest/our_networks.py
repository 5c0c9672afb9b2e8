"""This package's network kernels, one thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from contest import network
from contest.graphs import SAMPLED_PROGRAMMES, SAMPLED_SCENARIOS, SOURCE_STEP
from contest.worker import Array, Job, clock
from hoaban.measure.hierarchy import times, words
from hoaban.measure.hierarchy.skeleton import Skeleton

COUNTED = 64  # programmes whose sums are counted, for the bound


def many_sources(folder: Path) -> Job:
    """The whole matrix of ticks, the costs put into a ready hierarchy each time."""
    tail, head, ticks, sources = (
        np.load(folder / f"{n}.npy") for n in ("tail", "head", "ticks", "sources")
    )
    nodes = int(max(tail.max(), head.max())) + 1
    skeleton, facts = _skeleton(nodes, tail, head)
    facts["steps"] = skeleton.arcs * len(sources)
    facts["bytes"] = nodes * len(sources) * 4

    def answers(found: Array) -> dict[str, Array]:
        totals, reached = np.zeros(len(sources)), np.zeros(len(sources), np.int64)
        for at in range(0, nodes, 4096):
            rows = found[at : at + 4096]
            totals += np.where(rows < times.FAR, rows, 0).sum(0)
            reached += (rows < times.FAR).sum(0)
        columns = _ticks(found[:, ::SOURCE_STEP].T)
        return {"columns": columns, "totals": totals, "reached": reached}

    def work() -> Array:
        return times.matrix(times.customise(skeleton, ticks), sources, toward=False)

    return Job(work, answers, facts=facts)


def closures(folder: Path, *, own: bool) -> Job:
    """Scenarios in which each node is cut off from any seat, and from its own."""
    tail, head, seats, own_of, open_ = (
        np.load(folder / f"{n}.npy") for n in ("tail", "head", "seats", "own", "open")
    )
    scenarios = int(np.load(folder / "scenarios.npy"))
    skeleton, facts = _skeleton(len(own_of), tail, head)
    each = 2 * len(skeleton.triangles) + 2 * skeleton.arcs + skeleton.links
    facts["word_steps"] = open_.shape[1] * each
    some = min(SAMPLED_SCENARIOS, scenarios)

    def cut(bits: Array, count: int) -> Array:
        whole, rest = divmod(count, 64)
        found = np.bitwise_count(bits[:, :whole]).sum(1, dtype=np.int64)
        if rest:
            found += np.bitwise_count(bits[:, whole] & np.uint64((1 << rest) - 1))
        return np.asarray(count - found)

    def work() -> list[tuple[Array, Array]]:
        reached = [words.reaching(skeleton, open_, seats)]
        if own:
            reached.append(words.reaching_own(skeleton, open_, own_of))
        return [(bits, cut(bits, scenarios)) for bits in reached]

    def answers(found: list[tuple[Array, Array]]) -> dict[str, Array]:
        sample = np.stack([cut(bits, some) for bits, _ in found])
        return {"all": np.stack([count for _, count in found]), "sample": sample}

    return Job(work, answers, facts=facts)


def programmes(folder: Path, *, kind: str) -> Job:
    """Ticks from the villages to the nearest goal under each programme."""
    tail, head, ticks, seats, own_of, villages = (
        np.load(folder / f"{n}.npy") for n in ("tail", "head", "ticks", "seats", "own", "villages")
    )
    skeleton, facts = _skeleton(len(own_of), tail, head)
    tried = network.programmes(folder / f"{kind}.npz")
    metric = times.customise(skeleton, ticks)
    desk = times.Programmes(metric, seats, at=villages)
    facts["steps"] = _needed(metric, seats, tried[:COUNTED]) * len(tried) // COUNTED
    facts["bytes"] = len(tried) * len(villages) * 4
    facts["evaluations"] = len(tried)

    def answers(found: Array) -> dict[str, Array]:
        return {"ticks": _ticks(found[:, :SAMPLED_PROGRAMMES].T)}

    return Job(lambda: desk.evaluate(tried), answers, facts=facts)


def _needed(metric: times.Metric, goals: Array, tried: list[tuple[Array, Array, Array]]) -> int:
    """Sums that no evaluation over this hierarchy can do without: those that make the arcs that
    come out otherwise than before, and those over the arcs up from nodes whose ticks do.
    """
    skeleton = metric.skeleton
    below, up = np.diff(skeleton.under), np.diff(skeleton.start)
    before = times.to_nearest(metric, [goals])[skeleton.node, 0]
    sums = 0
    for links, ticks, extra in tried:
        cost = metric.cost.copy()
        cost[links] = ticks
        new = times.customise(skeleton, cost)
        for one, other in ((metric.climb, new.climb), (metric.descend, new.descend)):
            sums += int(below[one != other].sum())
        after = times.to_nearest(new, [np.concatenate([goals, extra])])[skeleton.node, 0]
        sums += int(up[before != after].sum())
    return sums


def _skeleton(nodes: int, tail: Array, head: Array) -> tuple[Skeleton, dict[str, Any]]:
    """The hierarchy, made once for a network, and how long that took."""
    Skeleton.of(3, np.array([0, 1]), np.array([1, 2]))  # compiles
    began = clock()
    skeleton = Skeleton.of(nodes, tail, head)
    facts = {"hierarchy_s": clock() - began, "arcs": skeleton.arcs}
    return skeleton, facts


def _ticks(found: Array) -> Array:
    """As float64, inf where there is no way."""
    return np.where(found < times.FAR, found, np.inf)


CONTESTANTS: dict[str, Callable[[Path], Job]] = {
    "many_sources": many_sources,
    "any_seat": partial(closures, own=False),
    "own_seat": partial(closures, own=True),
    "programmes_one": partial(programmes, kind="one"),
    "programmes_many": partial(programmes, kind="many"),
}
