"""Tables of households that everybody may read: no small cell, and none that tells one.

Pure. A table's row and column totals are taken to be known, since most of them are published.
"""

from collections.abc import Mapping, Sequence

Counts = Sequence[Sequence[int]]


def hidden(cells: Counts, least: int) -> list[list[bool]]:
    """Which cells of a table of households must not be told.

    Cells of 1 to ``least - 1`` are hidden. A line (row or column) whose hidden cells could be
    had by subtraction, or that together are fewer than ``least``, loses its smallest other
    cell too, until none can; a cell of nobody is hidden only where no other is left.
    """
    gone = [[0 < count < least for count in row] for row in cells]
    lines = _lines(cells)
    while any(_mend(line, cells, gone, least) for line in lines):
        pass
    return gone


def told(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Counts that add up to a published whole; None stands for a hidden one."""
    flags = hidden([list(counts.values())], least)[0] if counts else []
    return {
        key: None if gone else count
        for (key, count), gone in zip(counts.items(), flags, strict=True)
    }


def _lines(cells: Counts) -> list[list[tuple[int, int]]]:
    rows = [[(i, j) for j in range(len(row))] for i, row in enumerate(cells)]
    return rows + [list(column) for column in zip(*rows, strict=True) if len(rows) > 1]


def _mend(line: list[tuple[int, int]], cells: Counts, gone: list[list[bool]], least: int) -> bool:
    """Hide one more cell of a line that would tell; whether that was needed and could be done."""
    inside = [cells[i][j] for i, j in line if gone[i][j]]
    if not inside or (len(inside) > 1 and sum(inside) >= least):
        return False
    others = [(cells[i][j] == 0, cells[i][j], i, j) for i, j in line if not gone[i][j]]
    if not others:
        return False
    *_, i, j = min(others)
    gone[i][j] = True
    return True
