"""Tables of households that everybody may read: no small cell, and none that tells one.

Pure. A table's row and column totals are taken to be known, since most of them are published.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

Counts = Sequence[Sequence[int | None]]
Crossed = dict[str, dict[str, int | None]]
Flags = list[list[bool]]


def small(count: int, least: int) -> bool:
    """Whether a count is one of 1 to ``least - 1``."""
    return 0 < count < least


def hidden(
    cells: Counts,
    least: int,
    *,
    also: Iterable[tuple[int, int]] = (),
    last: Collection[tuple[int, int]] = (),
) -> Flags:
    """Which cells of a table of households must not be told.

    Cells of 1 to ``least - 1``, those of ``also`` and those that are None (hidden before) are
    hidden. A line (row or column) whose hidden cells could be had by subtraction, or that
    together are fewer than ``least``, loses its smallest other cell too, until none can; those
    of ``last`` after the others, and a cell of nobody only where no other is left.
    """
    gone = [[count is None or small(count, least) for count in row] for row in cells]
    for i, j in also:
        gone[i][j] = True
    # What was hidden before was hidden in lines of enough: it counts as the least number.
    known = [[least if count is None else count for count in row] for row in cells]
    lines = _lines(known)
    while any(_mend(line, known, gone, least, last) for line in lines):
        pass
    return gone


def told(
    counts: Mapping[str, int | None],
    least: int,
    *,
    also: Collection[str] = (),
    last: Collection[str] = (),
) -> dict[str, int | None]:
    """Counts that add up to a published whole; None stands for a hidden one."""
    places = {key: (0, j) for j, key in enumerate(counts)}
    flags = hidden(
        [list(counts.values())],
        least,
        also=[places[key] for key in also],
        last=[places[key] for key in last if key in places],
    )[0]
    return {
        key: None if gone else count
        for (key, count), gone in zip(counts.items(), flags, strict=True)
    }


def crossed(
    table: Mapping[str, Mapping[str, int | None]],
    least: int,
    *,
    also: Iterable[tuple[str, str]] = (),
) -> Crossed:
    """A table ``{row: {column: households}}`` with None for what is hidden.

    A cell that is absent is nobody's, and comes in only where it must be hidden. Equal tables
    hide the same cells, in whatever order they are.
    """
    rows = sorted(table)
    columns = sorted({name for row in table.values() for name in row})
    cells = [[table[a].get(b, 0) for b in columns] for a in rows]
    forced = [(rows.index(a), columns.index(b)) for a, b in also if a in rows and b in columns]
    gone = hidden(cells, least, also=forced)
    flags = {(a, b): gone[i][j] for i, a in enumerate(rows) for j, b in enumerate(columns)}
    return {
        a: {
            b: None if flags[a, b] else row.get(b, 0)
            for b in [*row, *(b for b in columns if b not in row)]
            if b in row or flags[a, b]
        }
        for a, row in table.items()
    }


def _lines(cells: Sequence[Sequence[int]]) -> list[list[tuple[int, int]]]:
    rows = [[(i, j) for j in range(len(row))] for i, row in enumerate(cells)]
    return rows + [list(column) for column in zip(*rows, strict=True) if len(rows) > 1]


def _mend(
    line: list[tuple[int, int]],
    cells: Sequence[Sequence[int]],
    gone: Flags,
    least: int,
    last: Collection[tuple[int, int]],
) -> bool:
    """Hide one more cell of a line that would tell; whether that was needed and could be done."""
    inside = [cells[i][j] for i, j in line if gone[i][j]]
    if not inside or (len(inside) > 1 and sum(inside) >= least):
        return False
    others = [
        (cells[i][j] == 0, (i, j) in last, cells[i][j], i, j) for i, j in line if not gone[i][j]
    ]
    if not others:
        return False
    *_, i, j = min(others)
    gone[i][j] = True
    return True
