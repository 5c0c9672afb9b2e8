"""Ways in networks: scipy's Dijkstra and components, and a union-find in numba."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np
import scipy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from contest import network
from contest.worker import Array, Job, clock
from hoaban.measure.compiled import kernel

MOST_S = 60.0  # longer work is done in part and scaled up
SAMPLED_SCENARIOS, SAMPLED_PROGRAMMES = 200, 64
SOURCE_STEP = 64  # whole columns are compared for one source in so many
_SCIPY = {"version": scipy.__version__}
_BLOCK = 32  # sources: bounds the memory of scipy's answers


def many_sources(folder: Path) -> Job:
    """Ticks from every source to all nodes, one Dijkstra each, on a ready matrix."""
    sources = np.load(folder / "sources.npy")
    tail, head, ticks = (np.load(folder / f"{n}.npy") for n in ("tail", "head", "ticks"))
    graph = network.matrix(tail, head, ticks, int(max(tail.max(), head.max())) + 1)
    began = clock()
    dijkstra(graph, indices=sources[:4])
    whole = (clock() - began) / min(4, len(sources)) * len(sources)
    wanted = min(len(sources), max(SOURCE_STEP, int(len(sources) * MOST_S / max(whole, 1e-9))))
    some = sources[:wanted]

    def work() -> tuple[float, dict[str, Array]]:
        seconds = 0.0
        columns, totals, reached = [], [], []
        for at in range(0, len(some), _BLOCK):
            began = clock()
            found = dijkstra(graph, indices=some[at : at + _BLOCK])
            seconds += clock() - began
            near = np.isfinite(found)
            totals.append(np.where(near, found, 0).sum(1))
            reached.append(near.sum(1))
            columns.append(found[-at % SOURCE_STEP :: SOURCE_STEP])
        parts = {"columns": columns, "totals": totals, "reached": reached}
        return seconds, {name: np.concatenate(part) for name, part in parts.items()}

    share = len(some) / len(sources)
    return Job(work, lambda f: f[1], share=share, timed=lambda f: f[0], facts=dict(_SCIPY))


def components(folder: Path, *, own: bool) -> Job:
    """Scenarios in which each node is cut off, by the connected parts of each scenario.

    Its matrix is built for each scenario; ``ready_s`` is without that.
    """
    kept = _closing(folder)
    edges, nodes, seats = len(kept["tail"]) // 2, len(kept["own"]), kept["seats"]
    tail, head, words = kept["tail"][:edges], kept["head"][:edges], kept["open"][:edges]
    some = min(SAMPLED_SCENARIOS, int(kept["scenarios"]))

    share = some / int(kept["scenarios"])

    def there(scenario: int) -> Array:
        bits: Array = words[:, scenario >> 6] >> np.uint64(scenario & 63) & np.uint64(1)
        return bits.astype(bool)

    def count(graph: csr_array, cut: Array) -> None:
        part = connected_components(graph, directed=False)[1]
        with_seat = np.zeros(nodes, bool)
        with_seat[part[seats]] = True
        cut[0] += ~with_seat[part]
        if own:
            cut[1] += part != part[kept["own"]]

    def work() -> dict[str, Array]:
        cut = np.zeros((1 + own, nodes), np.int64)
        for scenario in range(some):
            open_ = there(scenario)
            ends = (tail[open_], head[open_])
            ones = np.ones(len(ends[0]), np.int8)
            count(csr_array((ones, ends), shape=(nodes, nodes)), cut)
        return {"sample": cut}

    def on_ready_matrices() -> float:
        """Seconds of all scenarios, each the whole matrix less what is shut, before the clock."""
        whole = csr_array((np.arange(edges), (tail, head)), shape=(nodes, nodes))
        seconds, cut = 0.0, np.zeros((1 + own, nodes), np.int64)
        for scenario in range(some):
            open_ = there(scenario)[whole.data]
            first = np.append(0, np.cumsum(open_))[whole.indptr]
            ones = np.ones(first[-1])
            graph = csr_array((ones, whole.indices[open_], first), shape=(nodes, nodes))
            began = clock()
            count(graph, cut)
            seconds += clock() - began
        return seconds / share

    facts = {**_SCIPY, "ready_s": on_ready_matrices()}
    return Job(work, lambda found: found, share=share, facts=facts)


def union_find(folder: Path) -> Job:
    """Scenarios in which each node is cut off from any seat and from its own, compiled."""
    kept = _closing(folder)
    edges, scenarios = len(kept["tail"]) // 2, int(kept["scenarios"])
    words = np.ascontiguousarray(kept["open"][:edges].T)
    ends = np.stack([kept["tail"][:edges], kept["head"][:edges]], axis=1).astype(np.int32)
    run = partial(_union_find, ends, words, kept["seats"], kept["own"])
    few = min(SAMPLED_SCENARIOS, scenarios)
    return Job(
        lambda: run(scenarios),
        lambda found: {"all": found, "sample": run(few)},
        facts={"version": numba.__version__},
    )


@kernel
def _root(parent: Array, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def _union_find(ends: Array, words: Array, seats: Array, own: Array, scenarios: int) -> Array:
    """(2, nodes) scenarios without a way; joins every open edge of every scenario."""
    nodes = len(own)
    parent, with_seat = np.empty(nodes, np.int32), np.empty(nodes, np.bool_)
    cut = np.zeros((2, nodes), np.int64)
    for scenario in range(scenarios):
        word, shift = scenario >> 6, np.uint64(scenario & 63)
        parent[:] = np.arange(nodes)
        for edge in range(len(ends)):
            if words[word, edge] >> shift & np.uint64(1):
                one, other = _root(parent, ends[edge, 0]), _root(parent, ends[edge, 1])
                parent[max(one, other)] = min(one, other)
        with_seat[:] = False
        for seat in seats:
            with_seat[_root(parent, seat)] = True
        for node in range(nodes):
            root = _root(parent, node)
            cut[0, node] += not with_seat[root]
            cut[1, node] += root != _root(parent, own[node])
    return cut


def programmes(folder: Path, *, kind: str) -> Job:
    """Ticks from villages to the nearest goal under each programme, a Dijkstra each."""
    kept = _closing(folder)
    nodes = len(kept["own"])
    tried = network.programmes(folder / f"{kind}.npz")
    some = tried[:SAMPLED_PROGRAMMES]
    # Towards a goal along links is from it against them; place is each link's in the matrix.
    numbered = csr_array(
        (np.arange(1, len(kept["tail"]) + 1), (kept["head"], kept["tail"])), shape=(nodes, nodes)
    )
    place = np.empty(len(kept["tail"]), np.int64)
    place[numbered.data - 1] = np.arange(len(place))
    costs = kept["ticks"][numbered.data - 1].astype(float)

    def work() -> list[Array]:
        found = []
        for links, ticks, extra in some:
            changed = costs.copy()
            changed[place[links]] = ticks
            graph = csr_array((changed, numbered.indices, numbered.indptr), shape=(nodes, nodes))
            goals = np.concatenate([kept["seats"], extra])
            found.append(dijkstra(graph, indices=goals, min_only=True)[kept["villages"]])
        return found

    def answers(found: list[Array]) -> dict[str, Array]:
        return {"ticks": np.stack(found)}

    return Job(work, answers, share=len(some) / len(tried), facts=dict(_SCIPY))


def _closing(folder: Path) -> dict[str, Any]:
    names = ("tail", "head", "ticks", "seats", "own", "villages", "open", "scenarios")
    return {name: np.load(folder / f"{name}.npy") for name in names}


CONTESTANTS: dict[str, Callable[[Path], Job]] = {
    "many_sources": many_sources,
    "any_seat": partial(components, own=False),
    "own_seat": partial(components, own=True),
    "union_find": union_find,
    "programmes_one": partial(programmes, kind="one"),
    "programmes_many": partial(programmes, kind="many"),
}
