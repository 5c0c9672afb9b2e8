"""Columns of generated tables: keys, paths and repeated texts without a loop over rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.record.synthetic.draws import Whole


def drawn(seed: int) -> str:
    """What the source column of generated rows says."""
    return f"hoaban synthetic, seed {seed}"


def numbered(prefix: str, numbers: Whole, width: int, suffix: str = "") -> Any:
    """Text like ``H000001`` or ``H000001-2025``, one for each number (up to ``width`` digits)."""
    head, tail = prefix.encode(), suffix.encode()
    length = len(head) + width + len(tail)
    letters = np.empty((len(numbers), length), dtype=np.uint8)
    letters[:, : len(head)] = np.frombuffer(head, dtype=np.uint8)
    if tail:
        letters[:, len(head) + width :] = np.frombuffer(tail, dtype=np.uint8)
    left = np.asarray(numbers, dtype=np.int64)
    for place in range(len(head) + width - 1, len(head) - 1, -1):
        letters[:, place] = left % 10 + ord("0")
        left = left // 10
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * length
    return pa.StringArray.from_buffers(
        len(numbers), pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())
    )


def taken(values: Sequence[str | None], at: Any) -> Any:
    """``values[i]`` for each position in ``at``; a position below 0 gives null."""
    at = np.asarray(at, dtype=np.int64)
    return pa.array(list(values), pa.string()).take(pa.array(at, mask=at < 0))


def joined(first: Any, second: Any) -> Any:
    """Text like ``0042-1.001193`` from two text columns."""
    return pc.binary_join_element_wise(first, second, "-")


def same(value: str | None, count: int) -> Any:
    """One text (or null) ``count`` times."""
    return pa.nulls(count, pa.string()) if value is None else pa.repeat(pa.scalar(value), count)


def days(at: date, offsets: Any, mask: Any = None) -> Any:
    """Dates ``offsets`` days after ``at``; null where ``mask`` is true."""
    first = np.datetime64(at, "D")
    return pa.array(first + np.asarray(offsets, dtype=np.int64).astype("timedelta64[D]"), mask=mask)


def table(
    *,
    key: Any,
    area: Any,
    source: str | Any,
    valid_from: date,
    columns: Mapping[str, Any],
    label: Any = None,
    origin: str | Any = "synthetic",
) -> pa.Table:
    """A list's rows: the common columns and its own. Without a label a row is called by its key."""
    count = len(key)
    common = {
        "key": key,
        "area": area,
        "label": key if label is None else label,
        "origin": same(origin, count) if isinstance(origin, str) else origin,
        "source": same(source, count) if isinstance(source, str) else source,
        "valid_from": days(valid_from, np.zeros(count)),
        "valid_to": pa.nulls(count, pa.date32()),
    }
    return pa.table(common | dict(columns))
