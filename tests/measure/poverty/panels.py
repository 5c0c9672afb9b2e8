"""Small panels of yearly reviews, drawn from a chain that is known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure.poverty import fan
from hoaban.measure.poverty.fan import Moves

SCHEMA = pa.schema(
    [
        ("commune", pa.string()),
        ("year_from", pa.int64()),
        ("year_to", pa.int64()),
        ("was", pa.int8()),
        ("now", pa.int8()),
        ("households", pa.int64()),
    ]
)
POOR, NEAR, OTHER = 3, 2, 0  # class codes as `movement` gives them
# Poor 70 % stay, 20 % become near-poor, 10 % leave; by a chain that never changes.
STEADY = {
    POOR: {POOR: 0.7, NEAR: 0.2, OTHER: 0.1},
    NEAR: {POOR: 0.1, NEAR: 0.6, OTHER: 0.3},
    OTHER: {POOR: 0.02, NEAR: 0.03, OTHER: 0.95},
}


def table(rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows of ``commune, year_from, year_to, was, now, households``."""
    names = SCHEMA.names
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=SCHEMA)


def steady(
    starts: Mapping[str, Mapping[int, float]],
    years: Sequence[int],
    chain: Mapping[int, Mapping[int, float]] | None = None,
) -> Moves:
    """Communes that follow a chain exactly, but for rounding, from their first year's stock."""
    rows = []
    for path, start in starts.items():
        stock = dict(start)
        for year in years[1:]:
            after = dict.fromkeys(stock, 0.0)
            for was, to in (chain or STEADY).items():
                for now, share in to.items():
                    number = round(stock.get(was, 0) * share)
                    rows.append((path, year - 1, year, was, now, number))
                    after[now] = after.get(now, 0) + number
            stock = after
    return Moves.of(table(rows))


def drawn(seed: int, communes: int = 12, years: int = 5, spread: float = 0.2) -> Moves:
    """A province whose years and communes differ by chance: what the model says of the world."""
    luck = np.random.default_rng(seed)
    base = np.array([[STEADY[a][b] for b in (POOR, NEAR, OTHER)] for a in (POOR, NEAR, OTHER)])
    own = np.array([[luck.dirichlet(60 * row) for row in base] for _ in range(communes)])
    upward = np.sign(np.arange(3) - np.arange(3)[:, None])
    stock = luck.multinomial(2000, [0.25, 0.15, 0.6], size=communes)
    rows, level = [], 0.0
    for year in range(2021, 2021 + years):
        step = spread * np.sqrt(0.5)
        level += luck.normal(0, step)
        shift = np.exp(upward * (level + luck.normal(0, step)))
        after = np.zeros_like(stock)
        for g in range(communes):
            for s, was in enumerate((POOR, NEAR, OTHER)):
                row = own[g, s] * shift[s]
                moved = luck.multinomial(stock[g, s], row / row.sum())
                after[g] += moved
                for now, number in zip((POOR, NEAR, OTHER), moved.tolist(), strict=True):
                    rows.append((f"11/{g:05d}/", year, year + 1, was, now, number))
        stock = after
    return Moves.of(table(rows))


def households(moves: Moves, year: int) -> list[int]:
    """The province's poor, near-poor and other households in a round."""
    found: list[int] = moves.stocks[year].sum(axis=0)[: fan.CANNOT].tolist()
    return found
