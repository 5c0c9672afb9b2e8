"""M1 and M2 of quantities: OPHI's teaching matrix and the formula."""

import pytest

from hoaban.base.problems import Problem
from hoaban.measure.poverty.cardinal import NotALine, NotAnAmount, estimate_depth

X = [[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]]
LINES = [13, 12, 3, 1]


def test_teaching_matrix() -> None:
    rows = estimate_depth(X, LINES, [1, 1, 1, 1], 2).to_pylist()
    found = {row["measure"]: row["estimate"] for row in rows}
    gaps = [5 / 12, 1, 0.5 / 13, 2 / 12, 2 / 3, 1]  # of the two poor, cell by cell
    assert found["H"], found["A"] == (0.5, 0.75)
    assert found["M0"] == 0.375
    assert found["M1"] == pytest.approx(sum(gaps) / 16)
    assert found["M1"] == pytest.approx(0.2055288, abs=5e-8)
    assert found["M2"] == pytest.approx(0.1654570, abs=5e-8)


def test_depth_by_group_is_a_domain() -> None:
    rows = estimate_depth(X, LINES, [1, 1, 1, 1], 2, groups={"side": list("nnss")}).to_pylist()
    m1 = {row["value"]: row["estimate"] for row in rows if row["measure"] == "M1"}
    assert (m1["n"] + m1["s"]) / 2 == pytest.approx(m1["nat"])


def test_points_and_lines_by_name() -> None:
    by_name = estimate_depth(
        {"a": [1.0], "b": [4.0]}, {"b": 5, "a": 2}, {"a": 3, "b": 1}, 1
    ).to_pylist()
    found = {row["measure"]: row["estimate"] for row in by_name}
    assert found["M1"] == pytest.approx((3 * 0.5 + 1 * 0.2) / 4)


@pytest.mark.parametrize(
    ("problem", "attained", "lines"),
    [
        (NotAnAmount, [[1, -1]], [1, 1]),
        (NotALine, [[1, 1]], [1, 0]),
        (NotALine, [[1, 1]], [1]),
        (NotALine, [[1, 1]], [1, 1, 1]),
    ],
)
def test_refusals(problem: type[Problem], attained: list[list[float]], lines: list[float]) -> None:
    with pytest.raises(problem) as told:
        estimate_depth(attained, lines, [1, 1], 1)
    assert told.value.text("vi") != told.value.text("en")
