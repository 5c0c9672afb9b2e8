"""The histogram is enough: what follows from it equals what follows from the rows."""

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from hoaban.measure.poverty.estimates import estimate
from hoaban.measure.poverty.patterns import (
    Index,
    MaskTooWide,
    Patterns,
    histogram,
    index,
    mask,
    missing,
)
from hoaban.measure.poverty.survey import NotWholePoints, PointsDoNotFit
from hoaban.measure.tables import Tables

ROWS = pa.table(
    {
        "commune": ["A", "A", "B", "B", "B", None],
        "ethnic": [1, 1, 1, 2, 1, 1],
        "members": [4, 3, 5, None, 2, 6],
        "water": [1, 0, None, 1, 1, 1],
        "toilet": [True, True, False, None, True, False],
    }
)


def test_masks_are_one_bit_an_answer() -> None:
    tables = Tables.of({"rows": ROWS})
    t = tables["rows"]
    names = ["water", "toilet"]
    found = tables.run(t.select(mask=mask(t, names), missing=missing(t, names)))
    assert found["mask"].to_pylist() == [3, 2, 0, 1, 3, 1]
    assert found["missing"].to_pylist() == [0, 0, 1, 2, 0, 0]


def test_histogram_and_index_by_hand() -> None:
    tables = Tables.of({"rows": ROWS})
    t = tables["rows"].mutate(mask=mask(tables["rows"], ["water", "toilet"]))
    found = tables.run(histogram(t, ["commune"], mask="mask", people="members"))
    assert found.num_rows == 6
    patterns = Patterns.of(found, ["commune"])
    assert patterns.groups == ("A", "B", None)
    houses = index(patterns, [1, 1], 2)
    assert houses.size.tolist() == [2, 3, 1, 6]
    assert houses.H.tolist() == [1 / 2, 1 / 3, 0, 2 / 6]
    assert houses.M0[-1] == 2 * 2 / (6 * 2)
    assert np.isnan(houses.A[2])
    assert houses.uncensored[-1].tolist() == [4 / 6, 3 / 6]
    assert houses.censored[-1].tolist() == [2 / 6, 2 / 6]
    people = index(patterns, [1, 1], 2, weight="people")
    assert people.size.tolist() == [7, 7, 6, 20]
    assert people.H.tolist() == [4 / 7, 2 / 7, 0, 6 / 20]
    assert people.share_of_groups().tolist() == [4 / 6, 2 / 6, 0]
    assert people.row()["relative"] == [0.5, 0.5]


def test_groups_of_several_columns_are_tuples() -> None:
    tables = Tables.of({"rows": ROWS})
    t = tables["rows"].mutate(mask=mask(tables["rows"], ["water"]))
    found = tables.run(histogram(t, ["commune", "ethnic"], mask="mask"))
    patterns = Patterns.of(found, ["commune", "ethnic"], people=None)
    assert patterns.groups == (("A", 1), ("B", 1), ("B", 2), (None, 1))
    by_ethnic = patterns.regroup([ethnic for _, ethnic in patterns.groups])
    assert by_ethnic.groups == (1, 2)
    assert index(by_ethnic, [1], 1).size.tolist() == [5, 1, 6]
    assert index(patterns.together(), [1], 1).H.tolist() == [4 / 6, 4 / 6]


def test_among_restricts_who_may_be_poor() -> None:
    patterns = Patterns.count(["a", "a", "b"], [3, 1, 3])
    legal = patterns.group == 1
    found = index(patterns, [1, 1], 1, among=legal)
    assert found.H.tolist() == [0, 1, 1 / 3]
    assert found.uncensored[-1].tolist() == [1, 2 / 3]
    assert found.censored[-1].tolist() == [1 / 3, 1 / 3]


def test_wide_masks_need_no_dense_table() -> None:
    patterns = Patterns.count(["a", "a"], [1 << 40, 0])
    found = index(patterns, [1] * 41, 1)
    assert found.H.tolist() == [0.5, 0.5]
    assert found.M0[0] == pytest.approx(1 / 82)


def test_refusals() -> None:
    patterns = Patterns.count(["a"], [4])
    with pytest.raises(MaskTooWide):
        index(patterns, [1, 1], 1)
    with pytest.raises(MaskTooWide, match="-1"):
        index(Patterns.count(["a", "a"], [1, -1]), [1, 1], 1)
    with pytest.raises(NotWholePoints):
        index(patterns, [0.25, 0.25, 0.5], 1)
    with pytest.raises(NotWholePoints):
        index(patterns, [1, 1, 1], 0.5)  # type: ignore[arg-type]
    assert issubclass(PointsDoNotFit, Exception)


def test_nothing_counted_is_nothing_known() -> None:
    nobody = Patterns.of(
        ROWS.slice(0, 0).rename_columns(["c", "m", "p", "h", "x"]),
        ["c"],
        mask="m",
        households="h",
        people="p",
    )
    found = index(nobody + nobody, [1, 1], 1)
    assert found.groups == ()
    assert found.size.tolist() == [0]
    assert np.isnan(found.H).all()


@st.composite
def households(draw: st.DrawFn) -> dict[str, Any]:
    n, d = draw(st.integers(1, 20)), draw(st.integers(1, 4))
    ints = st.integers
    points = draw(st.lists(ints(0, 4), min_size=d, max_size=d).filter(any))
    return {
        "group": draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n)),
        "mask": np.array(draw(st.lists(ints(0, 2**d - 1), min_size=n, max_size=n))),
        "people": np.array(draw(st.lists(ints(1, 9), min_size=n, max_size=n))),
        "points": points,
        "cutoff": draw(ints(0, sum(points) + 1)),
    }


@settings(max_examples=80, deadline=None)
@given(households())
def test_index_is_brute_force(case: dict[str, Any]) -> None:
    patterns = Patterns.count(case["group"], case["mask"], case["people"])
    found = index(patterns, case["points"], case["cutoff"], weight="people")
    for place, name in enumerate([*patterns.groups, None]):
        rows = [
            (m, w)
            for g, m, w in zip(case["group"], case["mask"], case["people"], strict=True)
            if name in (g, None)
        ]
        size = sum(w for _, w in rows)
        worth = case["points"]
        score = {m: sum(p for j, p in enumerate(worth) if m >> j & 1) for m, _ in rows}
        poor = [(m, w) for m, w in rows if score[m] >= case["cutoff"]]
        burden = Fraction(int(sum(w * score[m] for m, w in poor)), int(size * sum(worth)))
        assert found.H[place] == pytest.approx(sum(w for _, w in poor) / size)
        assert found.M0[place] == pytest.approx(float(burden))
        for j, own in enumerate(worth):
            held = sum(w for m, w in poor if m >> j & 1) / size
            assert found.censored[place, j] == pytest.approx(held)
            assert found.absolute[place, j] == pytest.approx(own / sum(worth) * held)
        assert found.absolute[place].sum() == pytest.approx(float(burden))
        if burden:
            assert found.M0[place] == pytest.approx(found.H[place] * found.A[place])
            assert found.relative[place].sum() == pytest.approx(1)
    part = found.size[:-1] / found.size[-1]
    assert part @ found.M0[:-1] == pytest.approx(found.M0[-1])
    assert part @ found.H[:-1] == pytest.approx(found.H[-1])


@settings(max_examples=40, deadline=None)
@given(households())
def test_index_from_patterns_is_the_estimate_from_rows(case: dict[str, Any]) -> None:
    d = len(case["points"])
    rows = (case["mask"][:, None] >> np.arange(d)) & 1
    table = estimate(
        rows, case["points"], case["cutoff"], weight=case["people"], groups={"g": case["group"]}
    )
    patterns = Patterns.count(case["group"], case["mask"], case["people"])
    found = index(patterns, case["points"], case["cutoff"], weight="people")
    named = {"M0": found.M0, "H": found.H, "A": found.A}
    each = {"hd": "uncensored", "hdk": "censored", "actb": "absolute", "pctb": "relative"}
    for row in table.to_pylist():
        at = -1 if row["group"] == "nat" else patterns.groups.index(row["value"])
        if row["indicator"] is None:
            ours = named[row["measure"]][at]
        else:
            ours = getattr(found, each[row["measure"]])[at, int(row["indicator"][2:]) - 1]
        theirs = np.nan if row["estimate"] is None else row["estimate"]
        assert ours == pytest.approx(theirs, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(households(), st.integers(0, 20))
def test_merged_patterns_are_those_of_the_union(case: dict[str, Any], cut: int) -> None:
    columns = [case["group"], case["mask"], case["people"]]
    whole = Patterns.count(*columns)
    merged = Patterns.count(*(c[:cut] for c in columns)) + Patterns.count(
        *(c[cut:] for c in columns)
    )
    assert merged.groups == whole.groups
    for name in ("group", "mask", "households", "people"):
        assert getattr(merged, name).tolist() == getattr(whole, name).tolist()


# OPHI's table 2024 for Viet Nam (MICS 2020-21): per cent of people, in the order of INDICATORS.
INDICATORS = ("mortality", "schooling", "attendance", "fuel", "sanitation", "water", "electricity",
              "housing", "assets")  # fmt: skip
POINTS = [6, 3, 3, 1, 1, 1, 1, 1, 1]  # of 18; nutrition was not asked, so mortality has its part
CENSORED = [0.53003, 1.29214, 0.59726, 1.46023, 1.30666, 0.45775, 0.09876, 1.17658, 0.56452]
UNCENSORED = [0.53003, 6.33882, 1.99278, 11.90651, 9.94479, 2.08418, 0.17716, 8.0896, 1.55858]
CONTRIBUTIONS = [22.85792, 27.86199, 12.87859, 10.49554, 9.39174, 3.29011, 0.70985, 8.45673,
                 4.05755]  # fmt: skip
REGIONS = {  # share of people %, M0, H %, A %
    "Central Highlands": (6.06032, 0.02597, 6.18547, 41.97861),
    "Mekong River Delta": (17.53911, 0.00778, 1.92563, 40.40156),
    "North and South Central Coast": (20.55852, 0.00332, 0.87016, 38.16916),
    "Northern Uplands": (12.7195, 0.02624, 6.32933, 41.46164),
    "Red River Delta": (24.97985, 0.00095, 0.28058, 33.88315),
    "Southeast": (18.1427, 0.00294, 0.84046, 34.95905),
}


@pytest.fixture(scope="module")
def vietnam() -> Patterns:
    """A population with the published headcounts, found by a linear programme."""
    masks = np.arange(1 << len(POINTS))
    lacks = (masks[:, None] >> np.arange(len(POINTS))) & 1
    score = lacks @ np.array(POINTS)
    poor = score >= 6
    equal = np.vstack(
        [
            np.ones(len(masks)),
            poor,
            (score >= 4) & ~poor,  # vulnerable: a fifth to a third
            score >= 9,  # severe: a half
            *(lacks * poor[:, None]).T,
            *lacks.T,
        ]
    )
    wanted = np.array([100, 1.91912, 3.47253, 0.35013, *CENSORED, *UNCENSORED])
    found = linprog(np.zeros(len(masks)), A_eq=equal, b_eq=wanted, method="highs")
    assert found.success
    return Patterns.count(np.zeros(len(masks)), masks, households=found.x)


def test_viet_nam_by_indicator(vietnam: Patterns) -> None:
    found = index(vietnam, POINTS, 6)
    assert found.M0[-1] == pytest.approx(0.00773, abs=5e-6)
    assert found.A[-1] == pytest.approx(0.4027571, abs=1e-6)
    np.testing.assert_allclose(100 * found.censored[-1], CENSORED, atol=1e-8)
    np.testing.assert_allclose(100 * found.relative[-1], CONTRIBUTIONS, atol=2e-4)
    by_dimension = [100 * found.relative[-1][part].sum() for part in ([0], [1, 2], slice(3, 9))]
    assert by_dimension == pytest.approx([22.86, 40.74, 36.40], abs=5e-3)
    assert 100 * index(vietnam, POINTS, 9).H[-1] == pytest.approx(0.35013)


def test_viet_nam_by_region() -> None:
    """Regions with the published H and A: a mix of people at 6 and at 18 points of 18."""
    parts: list[Patterns] = []
    for name, (share, _, h, a) in REGIONS.items():
        all_ = (a / 100 - 1 / 3) / (2 / 3)
        counts = share * np.array([1 - h / 100, h / 100 * (1 - all_), h / 100 * all_])
        parts.append(Patterns.count([name] * 3, [0, 1, 511], households=counts))
    found: Index = index(sum(parts[1:], parts[0]), POINTS, 6)
    m0 = dict(zip(found.groups, found.M0, strict=False))
    for name, (_, published, *_) in REGIONS.items():
        assert m0[name] == pytest.approx(published, abs=5.1e-6)
    assert 100 * found.H[-1] == pytest.approx(1.91912, abs=1e-5)
    assert found.M0[-1] == pytest.approx(0.00772938, abs=2e-8)  # as Σ w h over the indicators
