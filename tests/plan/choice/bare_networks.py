"""Small made-up networks with works on them, and what they save told without any hierarchy."""

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from hoaban.measure.hierarchy.times import FAR, Change
from hoaban.plan.choice.bare import Bare


@st.composite
def networks(draw: st.DrawFn, most_works: int = 6) -> Bare:
    """Up to nine nodes, links one way, some closed; works that share links, and new goals."""
    size = draw(st.integers(2, 9))
    nodes = st.integers(0, size - 1)
    links = draw(st.integers(1, 18))
    ends = [draw(st.lists(nodes, min_size=links, max_size=links)) for _ in range(2)]
    ticks = st.one_of(st.integers(1, 60), st.just(FAR))
    villages = draw(st.lists(nodes, min_size=1, max_size=5, unique=True))
    weights = st.floats(0, 50, allow_subnormal=False)
    works = draw(st.lists(_works(links, size), min_size=1, max_size=most_works))
    return Bare(
        size=size,
        tail=np.array(ends[0], np.int64),
        head=np.array(ends[1], np.int64),
        cost=np.array(draw(st.lists(ticks, min_size=links, max_size=links)), np.int32),
        goals=np.array(sorted(draw(st.sets(nodes, max_size=2))), np.int64),
        villages=np.array(villages, np.int64),
        weight=np.array([draw(weights) for _ in villages]),
        cap=draw(st.integers(1, 120)),
        hour=10,
        works=works,
    )


@st.composite
def _works(draw: st.DrawFn, links: int, size: int) -> Change:
    some = sorted(draw(st.sets(st.integers(0, links - 1), max_size=4)))
    ticks = [draw(st.integers(1, 40)) for _ in some]
    opened = sorted(draw(st.sets(st.integers(0, size - 1), max_size=1)))
    return np.array(some, np.int64), np.array(ticks, np.int32), np.array(opened, np.int64)


def worth(bare: Bare, chosen: Iterable[int]) -> float:
    """Weighted hours saved by some works, by passing over all links until nothing gets less."""
    return _hours(bare, ()) - _hours(bare, chosen)


def _hours(bare: Bare, chosen: Iterable[int]) -> float:
    cost, goals = bare.cost.astype(float), set(bare.goals.tolist())
    for work in chosen:
        links, ticks, opened = bare.works[work]
        cost[links] = np.minimum(cost[links], ticks)
        goals |= set(opened.tolist())
    best = np.array([0.0 if node in goals else np.inf for node in range(bare.size)])
    for _ in range(bare.size):
        for tail, head, ticks in zip(bare.tail, bare.head, cost, strict=True):
            if ticks < FAR:
                best[tail] = min(best[tail], ticks + best[head])
    return float(bare.weight @ np.minimum(best[bare.villages], bare.cap)) / bare.hour
