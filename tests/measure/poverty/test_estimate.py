"""Estimates and errors are those of R survey and mpitbR; small cases are worked by brute force."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import csv

from hoaban.base.problems import Problem
from hoaban.measure.poverty.comparison import NotTwoRounds
from hoaban.measure.poverty.estimates import estimate
from hoaban.measure.poverty.survey import (
    GroupsNotNamed,
    NobodyToCount,
    NoSuchColumn,
    NotAColumn,
    NotAnAnswer,
    NotAWeight,
    NotInDesign,
    NotWholePoints,
    PointsDoNotFit,
    RowsDoNotFit,
)

pd: Any = pytest.importorskip("pandas")
DATA = Path(__file__).parent / "data"
POINTS = {
    **dict.fromkeys(("d_nutr", "d_cm", "d_satt", "d_educ"), 3),
    **dict.fromkeys(("d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"), 1),
}
CUTOFFS = {20: 4, 33: 6, 50: 9}  # per cent: points of 18
DESIGN: dict[str, Any] = {"strata": "stratum", "psu": "psu", "groups": {"area": "area"}}
COLUMNS = ["measure", "group", "value", "indicator", "estimate", "se", "low", "high"]
Key = tuple[str, str, str, str | None]


@pytest.fixture(scope="module")
def survey() -> pa.Table:
    return csv.read_csv(DATA / "syn_cdta.csv.gz")


@pytest.fixture(scope="module")
def first(survey: pa.Table) -> pa.Table:
    return survey.filter(pc.equal(survey["t"], 1))


def by_key(table: pa.Table) -> dict[Key, dict[str, Any]]:
    rows = table.to_pylist()
    return {(r["measure"], r["group"], r["value"], r["indicator"]): r for r in rows}


def value(table: pa.Table, measure: str, group: str = "nat", of: str = "nat") -> dict[str, Any]:
    return by_key(table)[measure, group, of, None]


def published() -> Iterator[dict[str, Any]]:
    options = csv.ConvertOptions(
        column_types={"subg": pa.string(), "indicator": pa.string()}, strings_can_be_null=True
    )
    table = csv.read_csv(DATA / "syn_cdta_t1_levels.csv.gz", convert_options=options)
    yield from table.to_pylist()


def test_every_published_row(first: pa.Table) -> None:
    groups = {"area": first["area"], "region": first["region"]}
    ours = {
        k: by_key(estimate(first, POINTS, cutoff, strata="stratum", psu="psu", groups=groups))
        for k, cutoff in CUTOFFS.items()
    }
    met = 0
    for row in published():
        key = (row["measure"], row["loa"], row["subg"], row["indicator"])
        mine = ours[row["k"] or 33][key]
        assert mine["estimate"] == pytest.approx(row["b"], rel=0, abs=1e-7)
        for name, theirs in (("low", row["ll"]), ("high", row["ul"])):
            assert mine[name] == (theirs and pytest.approx(theirs, rel=0, abs=1e-7))
        assert mine["se"] == (row["se"] and pytest.approx(row["se"], rel=1e-9, abs=0))
        met += 1
    assert met == 2507
    assert all(len(found) == 989 for found in ours.values())


def test_headline_of_the_published_survey(first: pa.Table) -> None:
    table = estimate(first, POINTS, 6, **DESIGN)
    assert table.column_names == COLUMNS
    found = {m: (value(table, m)["estimate"], value(table, m)["se"]) for m in ("M0", "H", "A")}
    assert found["M0"] == pytest.approx((0.1424162, 0.0024859), abs=5e-8)
    assert found["H"] == pytest.approx((0.3352166, 0.0055418), abs=5e-8)
    assert found["A"] == pytest.approx((0.4248484, 0.0018597), abs=6e-8)


def test_every_kind_of_input_gives_the_same(first: pa.Table) -> None:
    some = first.slice(0, 900)
    names = list(POINTS)
    values = np.column_stack([some[name].to_numpy() for name in names])
    design = {
        "strata": some["stratum"].to_pylist(),
        "psu": np.asarray(some["psu"]).astype(str),
        "groups": {"area": np.asarray(some["area"]).astype(float)},
    }
    expected = estimate(some, POINTS, 6, **DESIGN)
    frame = pd.DataFrame({name: some[name].to_numpy() for name in some.column_names})
    given_: list[Any] = [
        some.select(names),
        {name: some[name].to_pylist() for name in reversed(names)},
        values,
        values.tolist(),
        values.astype(object),
        np.ma.masked_invalid(values),
        frame,
        frame.convert_dtypes(),
    ]
    six: list[Any] = [np.int64(6), 6.0]
    for deprived in given_:
        assert estimate(deprived, POINTS, six[0], **design).equals(expected)
    assert estimate(frame, POINTS, six[1], **DESIGN).equals(expected)
    by_place = estimate(values, list(POINTS.values()), 6, **design)
    assert by_place.drop(["indicator"]).equals(expected.drop(["indicator"]))
    assert by_place["indicator"].unique().to_pylist() == [None, *(f"d_{j}" for j in range(1, 11))]


def test_toy_of_five() -> None:
    g0 = [[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 1, 0]]
    table = estimate(g0, [1, 1, 1, 1], 2)
    assert value(table, "H")["estimate"] == 0.6
    assert value(table, "A")["estimate"] == pytest.approx(7 / 12)
    assert value(table, "M0")["estimate"] == pytest.approx(0.35)
    found = by_key(table)
    contribution = [found["pctb", "nat", "nat", f"d_{j}"]["estimate"] for j in (1, 2, 3, 4)]
    assert contribution == pytest.approx([2 / 7, 1 / 7, 3 / 7, 1 / 7])
    assert found["actb", "nat", "nat", "d_3"]["estimate"] == pytest.approx(0.15)
    assert found["hd", "nat", "nat", "d_2"]["estimate"] == 0.4
    assert found["hdk", "nat", "nat", "d_2"]["estimate"] == 0.2


def test_the_cutoff_is_exact() -> None:
    """A sixth and three eighteenths are a third; eight tenths are four fifths."""
    poor = [[1, 0, 0, 0, 1, 1, 1, 0, 0, 0], [0] * 10]
    table = estimate(poor, list(POINTS.values()), 6)
    assert value(table, "H")["estimate"] == 0.5
    assert value(table, "A")["estimate"] == pytest.approx(1 / 3)
    assert sum([0.1] * 8) < 0.8  # why points are whole
    eight = [[1] * 8 + [0] * 2, [1] * 7 + [0] * 3]
    assert value(estimate(eight, [1] * 10, 8), "H")["estimate"] == 0.5


def test_error_of_a_share_by_hand() -> None:
    """Two strata of two villages, weights 1 and 2: linearised totals worked on paper.

    Weighted poor 1 + 2·2 = 5 of 12, R = 5/12. Village totals of π(y − R)/12: stratum a: one of
    two poor (1 − 10/12)/12 = 1/72, none −10/144; stratum b: both poor 28/144, none −20/144.
    V = 2·(each stratum's squares about its mean) = (1/72 + 10/144)² + (48/144)² = 1/144 + 1/9.
    """
    table = estimate(
        {"x": [1, 0, 0, 0, 1, 1, 0, 0]},
        [1],
        1,
        weight=[1, 1, 1, 1, 2, 2, 2, 2],
        strata=list("aaaabbbb"),
        psu=[1, 1, 2, 2, 1, 1, 2, 2],
    )
    row = value(table, "H")
    assert row["estimate"] == pytest.approx(5 / 12)
    assert row["se"] == pytest.approx(math.sqrt(1 / 144 + 1 / 9))
    reach = 4.302652729911275 * row["se"] / (5 / 12 * 7 / 12)  # t of 4 villages − 2 strata
    logit = math.log(5 / 7)
    assert row["low"] == pytest.approx(1 / (1 + math.exp(reach - logit)))
    assert row["high"] == pytest.approx(1 / (1 + math.exp(-reach - logit)))


def brute_variance(z: Any, strata: Any, psu: Any) -> float:
    """The variance of Σz, straight from the formula; a lonely unit about 0."""
    total = 0.0
    for h in set(strata):
        units = sorted({c for s, c in zip(strata, psu, strict=True) if s == h})
        t = np.array([z[(strata == h) & (psu == c)].sum() for c in units])
        n = len(units)
        total += t[0] ** 2 if n == 1 else n / (n - 1) * ((t - t.mean()) ** 2).sum()
    return total


@st.composite
def samples(draw: st.DrawFn) -> dict[str, Any]:
    n, d = draw(st.integers(2, 14)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    answers = rng.integers(0, 2, (n, d)).astype(float)
    answers[rng.random((n, d)) < draw(st.sampled_from([0, 0.1]))] = np.nan
    points = draw(st.lists(st.integers(0, 3), min_size=d, max_size=d).filter(any))
    return {
        "deprived": answers,
        "points": points,
        "cutoff": draw(st.integers(0, sum(points) + 1)),
        "weight": rng.integers(1, 5, n) / 2,
        "strata": rng.integers(0, 3, n),
        "psu": rng.integers(0, 4, n),
        "group": rng.integers(0, 3, n),
    }


@settings(max_examples=60, deadline=None)
@given(samples())
def test_brute_force(case: dict[str, Any]) -> None:
    complete = ~np.isnan(case["deprived"]).any(axis=1)
    group = case.pop("group")
    if not complete.any():
        with pytest.raises(NobodyToCount):
            estimate(**case)
        return
    found = by_key(estimate(**case, groups={"g": group}))
    g0, w, h, c, of = (
        a[complete] for a in (case["deprived"], case["weight"], case["strata"], case["psu"], group)
    )
    points = np.array(case["points"])
    score = np.array([sum(p for p, x in zip(points, row, strict=True) if x) for row in g0])
    poor = (score >= case["cutoff"]).astype(float)
    c_k = poor * score / points.sum()
    one = np.ones(len(poor))
    degrees = len(set(zip(h, c, strict=True))) - len(set(h))
    for value_ in sorted(set(of)):
        domain = of == value_
        asked = [
            ("H", None, poor, one),
            ("M0", None, c_k, one),
            ("A", None, c_k, poor),
            ("hd", "d_1", g0[:, 0], one),
            ("hdk", "d_1", g0[:, 0] * poor, one),
        ]
        for measure, indicator, y, u in asked:
            row = found[measure, "g", str(value_), indicator]
            below = (w * u)[domain].sum()
            if not below:
                assert row["estimate"] is None
                assert row["se"] is None
                continue
            ratio = (w * y)[domain].sum() / below
            z = w * domain * (y - ratio * u) / below
            assert row["estimate"] == pytest.approx(ratio)
            if degrees < 1:
                assert [row[name] for name in ("se", "low", "high")] == [None] * 3
                continue
            assert row["se"] == pytest.approx(math.sqrt(brute_variance(z, h, c)), abs=1e-12)
        by_hdk = [found["hdk", "g", str(value_), f"d_{j + 1}"] for j in range(len(points))]
        m0 = found["M0", "g", str(value_), None]["estimate"]
        parts = [p / points.sum() * r["estimate"] for p, r in zip(points, by_hdk, strict=True)]
        assert sum(parts) == pytest.approx(m0)
    share = {v: w[of == v].sum() / w.sum() for v in set(of)}
    for measure in ("M0", "H"):
        whole = sum(s * found[measure, "g", str(v), None]["estimate"] for v, s in share.items())
        assert found[measure, "nat", "nat", None]["estimate"] == pytest.approx(whole)
    relative = [r["estimate"] for key, r in found.items() if key[0] == "pctb" and key[1] == "nat"]
    assert None in relative or sum(relative) == pytest.approx(1)


def test_rounds_in_one_design(survey: pa.Table, first: pa.Table) -> None:
    table = estimate(survey, POINTS, 6, **DESIGN, changes="t")
    alone = estimate(first, POINTS, 6, **DESIGN)
    of_first = table.filter(pc.equal(table["round"], "1")).select(COLUMNS)
    for name in COLUMNS[:4]:
        assert of_first[name].equals(alone[name])
    for name in COLUMNS[4:]:
        ours, theirs = (np.asarray(t[name].fill_null(-9)) for t in (of_first, alone))
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_changes_by_the_delta_method(survey: pa.Table) -> None:
    """Errors of changes from covariances of the two rounds, worked without our code's cells."""
    table = estimate(survey, POINTS, 6, **DESIGN, changes="year")
    rows = {
        r["change"] or r["round"]: r
        for r in table.to_pylist()
        if r["measure"] == "H" and r["group"] == "nat"
    }
    values = np.column_stack([survey[n].to_numpy() for n in POINTS])
    complete = ~np.isnan(values).any(axis=1)
    score = values[complete] @ np.array(list(POINTS.values()))
    poor, year, psu, strata = (
        a if len(a) == complete.sum() else a[complete]
        for a in (score >= 6, *(survey[n].to_numpy() for n in ("year", "psu", "stratum")))
    )
    b, z = [], []
    for at in (2010, 2018.5):
        here = year == at
        b.append(poor[here].mean())
        z.append(here * (poor - b[-1]) / here.sum())
    assert rows["2010"]["estimate"] == pytest.approx(b[0])
    assert rows["2018.5"]["se"] == pytest.approx(math.sqrt(brute_variance(z[1], strata, psu)))
    years, ratio = 8.5, b[1] / b[0]
    expected = {
        "absolute": (b[1] - b[0], z[1] - z[0]),
        "relative": (ratio - 1, z[1] / b[0] - b[1] * z[0] / b[0] ** 2),
        "absolute_annual": ((b[1] - b[0]) / years, (z[1] - z[0]) / years),
        "relative_annual": (
            ratio ** (1 / years) - 1,
            ratio ** (1 / years) / years * (z[1] / b[1] - z[0] / b[0]),
        ),
    }
    for change, (difference, linear) in expected.items():
        row, error = rows[change], math.sqrt(brute_variance(linear, strata, psu))
        assert row["estimate"] == pytest.approx(difference)
        assert row["se"] == pytest.approx(error)
        assert row["high"] - row["low"] == pytest.approx(2 * 1.959963984540054 * error)


def test_every_way_to_name_two_rounds(survey: pa.Table) -> None:
    some = survey.take(np.arange(0, 15_000, 25))
    expected = estimate(some, POINTS, 6, **DESIGN, changes={"t": some["t"]})
    ways: list[Any] = [
        "t",
        ("t", 1, 2),
        (1, 2),
        {"t": (1, 2)},
        {"t": (some["t"], 1, 2)},
        {"t": np.asarray(some["t"])},
    ]
    for changes in ways:
        assert estimate(some, POINTS, 6, **DESIGN, changes=changes).equals(expected)
    in_groups = {**DESIGN, "groups": {**DESIGN["groups"], "t": some["t"].to_pylist()}}
    assert estimate(some, POINTS, 6, **in_groups, changes=(1, 2)).equals(expected)
    for changes in ("region", ("t", 1, 3), (1, 9), {"a": 1, "b": 2}):
        with pytest.raises(NotTwoRounds):
            estimate(some, POINTS, 6, **DESIGN, changes=changes)


def test_groups_may_miss_values_and_bring_their_own_nat() -> None:
    table = estimate([[1], [0], [1]], [1], 1, groups={"nat": ["x", None, "x"]})
    assert value(table, "H", "nat", "x")["estimate"] == 1
    assert set(table["value"].to_pylist()) == {"x"}


def test_a_frame_s_own_index_is_not_its_rows() -> None:
    frame = pd.DataFrame({"a": [1, 0, 1], "w": [1.0, -2.0, 1.0], "s": ["x"] * 3}, index=[7, 8, 9])
    with pytest.raises(NotAWeight) as weight:
        estimate(frame, {"a": 1}, 1, weight="w")
    assert weight.value.facts == {"row": 2, "value": -2.0}
    with pytest.raises(NotAnAnswer) as answer:
        estimate(frame, {"s": 1}, 1)
    assert answer.value.facts == {"name": "s", "row": 1, "value": "x"}


def test_columns_named_by_numbers_are_met_by_points_of_the_same_names() -> None:
    frame = pd.DataFrame([[1, 0, 5], [0, 0, 6]])
    table = estimate(frame, {0: 2, 1: 1}, 2)
    assert value(table, "H")["estimate"] == 0.5
    assert table["indicator"].unique().to_pylist() == [None, "0", "1"]


def test_a_group_of_nobody_knows_nothing() -> None:
    nothing = estimate([[1], [0], [1]], [1], 1, groups={"g": [None, None, None]})
    assert set(nothing["group"].to_pylist()) == {"nat"}
    gone = estimate([[1], [0], [None]], [1], 1, groups={"g": ["x", "x", "y"]})
    for measure in ("M0", "H", "A"):
        row = value(gone, measure, "g", "y")
        assert [row[name] for name in COLUMNS[4:]] == [None] * 4


def test_a_design_without_degrees_has_no_errors() -> None:
    table = estimate([[1], [0], [1]], [1], 1, psu=["a", "a", "a"])
    row = value(table, "H")
    assert row["estimate"] == pytest.approx(2 / 3)
    assert [row[name] for name in ("se", "low", "high")] == [None] * 3


def test_undefined_figures_are_missing() -> None:
    nobody_poor = estimate([[0, 1], [0, 0]], [1, 1], 2)
    assert value(nobody_poor, "A")["estimate"] is None
    row = value(nobody_poor, "H")
    assert (row["estimate"], row["se"], row["low"], row["high"]) == (0, 0, None, None)


REFUSED: list[tuple[type[Problem], dict[str, Any]]] = [
    (NotWholePoints, {"points": [0.5, 0.5]}),
    (NotWholePoints, {"points": [0, 0]}),
    (NotWholePoints, {"points": [True, True]}),
    (NotWholePoints, {"cutoff": 1 / 3}),
    (NotWholePoints, {"cutoff": -1}),
    (NotWholePoints, {"cutoff": [1, 2]}),
    (PointsDoNotFit, {"points": [1]}),
    (PointsDoNotFit, {"deprived": {"a": [1], "b": [0]}, "points": {"a": 1, "c": 1}}),
    (NotAnAnswer, {"deprived": [[0, 2]]}),
    (NotAnAnswer, {"deprived": [["x", 1]]}),
    (NotAnAnswer, {"deprived": {"a": ["yes"], "b": [1]}}),
    (RowsDoNotFit, {"deprived": {"a": [1, 0], "b": [1]}}),
    (RowsDoNotFit, {"groups": {"g": [1, 2]}}),
    (NobodyToCount, {"deprived": [[None, 1]]}),
    (NotAWeight, {"weight": [-1]}),
    (NotAWeight, {"weight": [0]}),
    (NotAWeight, {"weight": [None]}),
    (NotAWeight, {"weight": [math.inf]}),
    (NotAColumn, {"weight": 1.0}),
    (NotAColumn, {"psu": [[1]], "weight": np.ones((1, 1))}),
    (NotAColumn, {"deprived": {"a": 1, "b": [0]}}),
    (NotWholePoints, {"points": None}),
    (NotAnAnswer, {"deprived": None}),
    (NobodyToCount, {"deprived": [], "points": [1]}),
    (GroupsNotNamed, {"groups": "g"}),
    (GroupsNotNamed, {"groups": ["g"]}),
    (NotAColumn, {"groups": {"g": 1}}),
    (NotTwoRounds, {"changes": 5}),
    (NotTwoRounds, {"changes": {"t": ([1], None, 1)}}),
    (NotInDesign, {"psu": [None]}),
    (NotInDesign, {"strata": [float("nan")]}),
    (NoSuchColumn, {"weight": "wt"}),
]


@pytest.mark.parametrize(("problem", "given_"), REFUSED)
def test_refusals_say_why(problem: type[Problem], given_: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"deprived": [[0, 1]], "points": [1, 1], "cutoff": 1, **given_}
    with pytest.raises(problem) as told:
        estimate(**whole)
    assert told.value.text("vi") != told.value.text("en")
