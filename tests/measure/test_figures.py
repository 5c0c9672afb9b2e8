"""The long table, and what may not be published in it."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hoaban.measure.figures import SCHEMA, Figures, changed, hidden, rolled_up

AREAS = ["11/", "11/A/", "11/B/", "11/A/1/", "11/A/2/", "11/A/3/", "11/B/4/"]
FRAME: dict[str, Any] = {"unit": "share", "method": "m-1", "origin": "synthetic"}


def test_a_figure_is_its_numerator_over_its_denominator_and_missing_over_nothing() -> None:
    found = Figures("snap", date(2026, 11, 24))

    found.add("x.y", ["11/B/", "11/A/"], numerator=[1, 0], denominator=[4, 0], n=[4, 0], **FRAME)

    table = found.table()
    assert table.schema == SCHEMA
    assert table.select(["area", "value", "n", "suppressed"]).to_pylist() == [
        {"area": "11/A/", "value": None, "n": 0, "suppressed": False},
        {"area": "11/B/", "value": 0.25, "n": 4, "suppressed": False},
    ]


def test_a_suppressed_figure_is_missing_and_says_so_and_is_never_0() -> None:
    found = Figures("snap", date(2026, 11, 24))

    gone = np.array([True])
    found.add("x.y", ["11/"], numerator=[3], denominator=[60], n=[60], hidden=gone, **FRAME)

    (row,) = found.table().to_pylist()
    assert [row[k] for k in ("value", "numerator", "denominator", "n")] == [None] * 4
    assert row["suppressed"] is True


def test_rolled_up_sums_the_villages_at_or_below_each_path() -> None:
    villages = ["11/A/1/", "11/A/2/", "11/B/4/"]

    found = rolled_up(villages, ["11/", "11/A/", "11/B/"], np.array([[1, 10], [2, 20], [4, 40]]))

    assert found.tolist() == [[7, 70], [3, 30], [4, 40]]


def test_a_cell_under_ten_households_hides_its_area_and_the_one_that_gives_it_away() -> None:
    """
    poor, others     A = 1 + 2 + 3             B = 4
    1: 4 of 60       hidden: 4 poor are too few
    2: 12 of 50      hidden: else 1 is A less 2 and 3
    3: 20 of 70      shown
    """
    villages = np.array([[4, 56], [12, 38], [20, 50], [30, 60]])
    cells = np.vstack([villages.sum(axis=0), villages[:3].sum(axis=0), villages[3:], villages])

    found = hidden(AREAS, cells, 10)

    assert dict(zip(AREAS, found.tolist(), strict=True)) == {
        "11/": False,
        "11/A/": False,
        "11/B/": False,
        "11/A/1/": True,
        "11/A/2/": True,
        "11/A/3/": False,
        "11/B/4/": False,
    }


def test_a_small_sum_is_mended_by_the_smallest_area_that_has_households_in_the_class() -> None:
    """
    without water, with: 1 has 4 and 2 has 1, five between them. 3 is smaller than 4, but
    hiding it would leave the five as they are.
    """
    areas = ["11/", "11/1/", "11/2/", "11/3/", "11/4/", "11/5/"]
    communes = np.array([[4, 90], [1, 80], [0, 20], [12, 70], [50, 90]])

    found = hidden(areas, np.vstack([communes.sum(axis=0), communes]), 10)

    assert [area for area, gone in zip(areas, found, strict=True) if gone] == [
        "11/1/",
        "11/2/",
        "11/4/",
    ]


def test_the_few_who_are_not_poor_are_hidden_as_well() -> None:
    assert hidden(["11/"], np.array([[57, 3]]), 10).tolist() == [True]
    assert hidden(["11/"], np.array([[60, 0]]), 10).tolist() == [False]
    assert hidden(["11/"], np.array([[5, 0]]), 10).tolist() == [True]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_nothing_small_can_be_had_by_subtracting_what_is_shown(
    communes: list[list[tuple[int, int]]],
) -> None:
    least = 10
    areas, cells = ["11/"], [np.sum([v for c in communes for v in c], axis=0)]
    for i, villages in enumerate(communes):
        areas.append(f"11/{i}/")
        cells.append(np.sum(villages, axis=0))
    for i, villages in enumerate(communes):
        for j, village in enumerate(villages):
            areas.append(f"11/{i}/{j}/")
            cells.append(np.array(village))
    counts = np.array(cells)

    gone = dict(zip(areas, hidden(areas, counts, least).tolist(), strict=True))

    known = dict(zip(areas, counts, strict=True))
    small = {path for path, cell in known.items() if ((cell > 0) & (cell < least)).any()}
    assert not [path for path in small if not gone[path]]
    left = {path: _left(path, known, gone) for path in areas if not gone[path]}
    assert not [path for path, cell in left.items() if ((cell > 0) & (cell < least)).any()]
    assert not [a for path in areas if gone[path] for a in areas if a.startswith(path) > gone[a]]


def _left(path: str, known: dict[str, Any], gone: dict[str, bool]) -> Any:
    """What the shown children of a shown area leave over, which anyone can work out."""
    deep = path.count("/") + 1
    children = [a for a in known if a.startswith(path) and a.count("/") == deep and not gone[a]]
    return known[path] - np.sum([known[a] for a in children], axis=0) * (deep < 4)


def _table(value: float | None, area: str = "11/") -> pa.Table:
    found = Figures("snap", date(2026, 11, 24))
    found.add("x.y", [area], value=[np.nan if value is None else value], **FRAME)
    return found.table()


def test_changed_lists_what_differs_and_what_only_one_side_has() -> None:
    assert changed(_table(1.0), _table(1.0)) == []
    assert changed(_table(None), _table(None)) == []
    (one,) = changed(_table(1.0), _table(None))
    assert (one["indicator"], one["before"]["value"], one["after"]["value"]) == ("x.y", 1.0, None)
    moved = changed(_table(1.0), _table(1.0, "11/A/"))
    assert [(row["area"], row["before"] is None) for row in moved] == [
        ("11/", False),
        ("11/A/", True),
    ]
