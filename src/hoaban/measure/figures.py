"""Figures: the long table of everything measured, each with its parts, unit and origin.

Personal cells (counts of households) are suppressed before they can be published: a class of
fewer than the province's least number of households, and the cell that would give it away.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base import scope
from hoaban.measure.network import Flags, Ints

SCHEMA = pa.schema(
    [
        ("snapshot", pa.string()),
        ("indicator", pa.string()),
        ("area", pa.string()),
        ("at", pa.date32()),
        ("group", pa.string()),  # what is counted: households, people, staff, pairs, …
        ("standard", pa.string()),  # which standard judged it; missing where none does
        ("value", pa.float64()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("low", pa.float64()),  # interval of sampling or model; missing where neither applies
        ("high", pa.float64()),
        ("n", pa.int64()),
        ("unit", pa.string()),
        ("method", pa.string()),
        ("origin", pa.string()),
        ("suppressed", pa.bool_()),
    ]
)


class Figures:
    """Collects blocks of figures, one indicator each, and ends as one sorted table."""

    def __init__(self, snapshot: str, at: date) -> None:
        self._snapshot = snapshot
        self._at = at
        self._blocks: list[pa.Table] = []

    def add(
        self,
        indicator: str,
        areas: Sequence[str],
        *,
        unit: str,
        method: str,
        origin: str,
        group: str | None = None,
        standard: str | None = None,
        value: Any = None,
        numerator: Any = None,
        denominator: Any = None,
        n: Any = None,
        low: Any = None,
        high: Any = None,
        hidden: Flags | None = None,
    ) -> None:
        """Add one figure for each area; arrays are as long as ``areas``, nan is missing.

        With a numerator and a denominator the value is their quotient, missing over 0.
        ``hidden`` marks suppressed figures: all their numbers go.
        """
        size = len(areas)
        gone = np.zeros(size, bool) if hidden is None else hidden
        if value is None:
            top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
            value = np.divide(top, bottom, out=np.full(size, np.nan), where=bottom > 0)
        numbers = {"value": value, "numerator": numerator, "denominator": denominator, "n": n}
        numbers |= {"low": low, "high": high}
        one = {
            "snapshot": self._snapshot,
            "indicator": indicator,
            "at": self._at,
            "group": group,
            "standard": standard,
            "unit": unit,
            "method": method,
            "origin": origin,
        }
        columns = {
            **{k: pa.repeat(pa.scalar(v, SCHEMA.field(k).type), size) for k, v in one.items()},
            **{k: _numbers(v, size, gone, SCHEMA.field(k).type) for k, v in numbers.items()},
            "area": pa.array(list(areas), pa.string()),
            "suppressed": pa.array(gone, pa.bool_()),
        }
        self._blocks.append(pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA))

    def table(self) -> pa.Table:
        """All figures, sorted by indicator, area, group and standard."""
        if not self._blocks:
            return SCHEMA.empty_table()
        order = [(n, "ascending") for n in ("indicator", "area", "group", "standard")]
        return pa.concat_tables(self._blocks).combine_chunks().sort_by(order)


def _numbers(values: Any, size: int, gone: Flags, kind: pa.DataType) -> pa.Array:
    if values is None:
        return pa.nulls(size, kind)
    plain = np.asarray(values, float)
    missing = gone | ~np.isfinite(plain)
    return pa.array(np.where(missing, 0, plain), pa.float64(), mask=missing).cast(kind)


def rolled_up(areas: Sequence[str], tops: Sequence[str], counts: Ints) -> Ints:
    """(tops, k) sums of the (villages, k) counts whose village path lies at or below each top."""
    paths = np.array(list(areas))  # sorted, so that everything below a path is one range
    sums = np.vstack([np.zeros((1, counts.shape[1]), np.int64), np.cumsum(counts, axis=0)])
    ranges = [np.searchsorted(paths, scope.below(top)) for top in tops]
    return np.array([sums[past] - sums[first] for first, past in ranges], np.int64).reshape(
        len(tops), counts.shape[1]
    )


def hidden(areas: Sequence[str], cells: Ints, least: int) -> Flags:
    """(areas,) which areas' cells must not be published.

    areas
        Paths: a province, its communes, their villages; each sum equal to its children's.
    cells
        (areas, k) households in each class of one partition of the area's households.
    least
        Cells of 1 to ``least - 1`` households are hidden, and whole areas of so few.

    An area is hidden with all its cells, since its classes add up to a published total, and
    with everything below it. Where the hidden children of a shown parent could be had by
    subtraction (there is but one, or together they make a small cell), the smallest child
    that mends it is hidden too. The union of what two partitions hide is as safe as each of them:
    an area that one of them would show has no small cell in it.
    """
    total = cells.sum(axis=1)
    small = (cells > 0) & (cells < least)
    gone: Flags = small.any(axis=1) | ((total > 0) & (total < least))
    children: dict[str, list[int]] = {}
    for i, path in enumerate(areas):
        children.setdefault(scope.parent(path), []).append(i)
    where = {path: i for i, path in enumerate(areas)}
    for path in sorted(children, key=lambda p: (p.count("/"), p)):
        if path in where:
            _protect(where[path], children[path], cells, gone, least)
    return gone


def _protect(parent: int, family: list[int], cells: Ints, gone: Flags, least: int) -> None:
    if gone[parent]:
        gone[family] = True
        return
    inside = [i for i in family if gone[i]]
    while inside and (told := _told(cells[inside], least)) is not None:
        others = [i for i in family if not gone[i] and cells[i, told].any()]
        if not others:
            return
        inside.append(min(others, key=lambda i: int(cells[i].sum())))
        gone[inside] = True


def _told(cells: Ints, least: int) -> Ints | None:
    """The classes that the sum of hidden cells, had by subtraction, tells on; None if none.

    One hidden area alone is told in every class. A class whose sum is small is mended only
    by an area that has households in it.
    """
    summed = cells.sum(axis=0)
    small = np.flatnonzero((summed > 0) & (summed < least))
    if len(small):
        return small
    return np.arange(cells.shape[1]) if len(cells) == 1 else None


_KEY = ("indicator", "area", "group", "standard")
_HELD = [n for n in SCHEMA.names if n not in ("snapshot", *_KEY)]


def changed(before: pa.Table, after: pa.Table) -> list[dict[str, Any]]:
    """The figures that differ between two tables, as ``_KEY`` with ``before`` and ``after``.

    Figures are matched by indicator, area, group and standard; one that only one table has
    is missing in the other (None). The snapshot's name is not compared.
    """
    if all(before[n] == after[n] for n in _KEY):
        differ = np.zeros(before.num_rows, bool)
        for name in _HELD:
            differ |= _differ(before[name], after[name])
        before, after = before.filter(pa.array(differ)), after.filter(pa.array(differ))
    was, now = _keyed(before), _keyed(after)
    return [
        {**dict(zip(_KEY, key, strict=True)), "before": was.get(key), "after": now.get(key)}
        for key in sorted({*was, *now}, key=str)
        if was.get(key) != now.get(key)
    ]


def _differ(before: pa.ChunkedArray, after: pa.ChunkedArray) -> Flags:
    """Where two columns differ; missing equals missing."""
    unlike = pc.fill_null(pc.not_equal(before, after), False)
    alone = pc.xor(pc.is_null(before), pc.is_null(after))
    found: Flags = np.asarray(pc.or_(unlike, alone).to_numpy(zero_copy_only=False), bool)
    return found


def _keyed(table: pa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = table.to_pylist()
    return {tuple(row[k] for k in _KEY): {n: row[n] for n in _HELD} for row in rows}
