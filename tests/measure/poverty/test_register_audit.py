"""The audit of a round: what is planted in a small register is found, and groups change nothing."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hoaban.measure.poverty import register_audit
from hoaban.measure.poverty.register_audit import Round
from hoaban.measure.poverty.standards import Standard
from hoaban.record.answers import ANSWERS

RULE = Standard(
    name="2022-2026",
    valid_from=date(2022, 1, 1),
    valid_to=date(2026, 12, 31),
    line_rural_vnd=1_500_000,
    line_urban_vnd=2_000_000,
    needed=3,
    indicators=ANSWERS[:12],
    middle_rural_vnd=2_250_000,
    middle_urban_vnd=3_000_000,
    points_rural=140,
    points_urban=175,
)
N = 400


def columns() -> dict[str, list[Any]]:
    """A quarter each poor, near-poor, average and not poor; the commune decided by the rule."""
    kind = np.arange(N) % 4
    income = np.array([1_000_000, 1_400_000, 2_000_000, 4_000_000])[kind] + np.arange(N)
    answers = {
        name: np.where(n < 3, kind == 0, 0).astype(int).tolist() for n, name in enumerate(ANSWERS)
    }
    return {
        "household": [f"H{n:03}" for n in range(N)],
        **answers,
        "income_per_head_vnd": income.tolist(),
        "points_a": np.array([100, 138, 190, 210])[kind].tolist(),
        "decided": np.array(["poor", "near_poor", "average", "not_poor"])[kind].tolist(),
    }


def round_(found: dict[str, list[Any]], **more: Any) -> Round:
    kinds = {"household": pa.string(), "decided": pa.string()}
    table = pa.table({n: pa.array(c, kinds.get(n, pa.int64())) for n, c in found.items()})
    return Round(table, np.arange(N) % 3 > 0, 10, **more)


NOBODY = round_(columns()).reviews.slice(0, 0)


def audited(found: dict[str, list[Any]], again: pa.Table = NOBODY, **more: Any) -> dict[str, Any]:
    return register_audit.of_round(round_(found, **more), again, RULE, draws=50)


def test_a_commune_that_decides_by_the_rule_errs_nowhere() -> None:
    found = audited(columns())
    decided = found["decided"]
    assert (found["households"], decided["households"]) == (N, N)
    assert (decided["poor"]["exclusion"], decided["poor"]["inclusion"]) == (0, 0)
    assert decided["table"]["poor"] == {"poor": 100, "near_poor": 0, "average": 0, "not_poor": 0}


def test_the_missed_the_undecided_and_the_unclear_are_told_apart() -> None:
    said = columns()
    for n in range(0, 40, 4):  # ten poor households were called near-poor
        said["decided"][n] = "near_poor"
    for n in range(41, 101, 4):  # near-poor: fifteen undecided, then twelve unclear
        said["decided"][n] = None
    for n in range(101, 149, 4):
        said["income_per_head_vnd"][n] = said["points_a"][n] = None
    decided = audited(said)["decided"]
    assert (decided["households"], decided["not_decided"], decided["cannot_classify"]) == (
        N - 27,
        15,
        12,
    )
    assert decided["poor"]["exclusion"] == pytest.approx(10 / 100)
    assert decided["poor"]["inclusion"] == 0
    assert decided["multidimensional"]["exclusion"] == 0
    assert decided["table"]["near_poor"]["poor"] == 10


def test_few_undecided_are_hidden_and_no_sum_gives_them() -> None:
    said = columns()
    said["decided"][1] = None
    found = audited(said, groups=np.where(np.arange(N) < 200, "a", "b"))["decided"]
    assert (found["households"], found["not_decided"], found["cannot_classify"]) == (
        None,
        None,
        0,
    )
    hidden = [count for row in found["table"].values() for count in row.values() if count is None]
    assert len(hidden) >= 2
    assert [group["households"] for group in found["poor"]["groups"]] == [None, None]
    assert found["poor"]["poor"] is None


def test_few_missed_are_told_in_no_rate_and_no_cell() -> None:
    said = columns()
    for n in range(0, 12, 4):  # three poor households
        said["decided"][n] = "near_poor"
    found = audited(said, groups=np.where(np.arange(N) < 200, "a", "b"))["decided"]
    assert found["table"]["near_poor"]["poor"] is None
    assert found["table"]["poor"]["poor"] is None
    assert (found["poor"]["exclusion"], found["poor"]["false_negatives"]) == (None, None)
    a, b = found["poor"]["groups"]
    for group in (a, b):  # b alone would tell a's by the sum
        assert (group["exclusion"], group["taken_gap"], group["selected_share"]) == (None,) * 3
        assert group["poor_share"] == 0.25


def test_the_score_is_held_against_income_at_each_areas_own_threshold() -> None:
    said = columns()
    # average households of 160 points: above 140 in a commune, at most 175 in a ward
    said["points_a"][2::4] = [160] * 100
    card = audited(said)["scorecard"]
    urban = sum(n % 3 == 0 and n % 4 == 2 for n in range(N))
    below = sum(v <= (2_000_000 if n % 3 == 0 else 1_500_000)
                for n, v in enumerate(said["income_per_head_vnd"]))  # fmt: skip
    assert card["at_line"]["poor"] == below
    assert card["at_line"]["selected"] == 200 + urban
    assert card["at_line"]["exclusion"] == 0
    assert card["at_budget"]["exclusion"] == card["at_budget"]["inclusion"]
    assert card["curve"]["area"] > 0.9
    said["points_a"] = [None] * N
    assert audited(said)["scorecard"] is None


def test_groups_change_nothing_but_their_own_rows() -> None:
    said = columns()
    for n in range(0, 60, 4):
        said["decided"][n] = "not_poor"
    ethnicity = np.where(np.arange(N) < 200, "Thái", "Mông")
    village = np.arange(N) // 20
    found = audited(said, groups=ethnicity, clusters=village)
    shuffled = np.random.default_rng(0).permutation(ethnicity)
    other = audited(said, groups=shuffled, clusters=village)
    plain = audited(said)
    for one in (found, other):
        parts = (one["decided"]["poor"], one["decided"]["multidimensional"], one["scorecard"])
        sizes = [sum(group["households"] for group in part.pop("groups")) for part in parts]
        assert sizes == [N, N, N]
    for part in (plain["decided"]["poor"], plain["decided"]["multidimensional"]):
        assert part.pop("groups") == []
    assert plain["scorecard"].pop("groups") == []
    assert found == other == plain


def test_a_group_that_decisions_miss_more_often_is_shown_with_its_gap() -> None:
    said = columns()
    for n in range(0, 120, 4):  # thirty poor households of the first half
        said["decided"][n] = "average"
    half = np.where(np.arange(N) < 200, "a", "b")
    few = np.where(np.arange(N) >= 395, "c", half)
    clusters = np.arange(N) // 10
    a, b = audited(said, groups=half, clusters=clusters)["decided"]["poor"]["groups"]
    assert (a["exclusion"], b["exclusion"]) == (30 / 50, 0)
    assert a["taken_gap"]["value"] == pytest.approx(-0.6)
    assert a["taken_gap"]["high"] < 0
    hidden = audited(said, groups=few, clusters=clusters)["decided"]["poor"]["groups"]
    assert [g["households"] for g in hidden] == [200, None, None]


def test_second_interviews_give_agreement_and_corrected_shares() -> None:
    said = columns()
    first = round_(said).reviews
    again = first.slice(0, 80).to_pydict()
    again["water"][5:13] = [1 - v for v in again["water"][5:13]]  # changes no class
    again[ANSWERS[0]][0] = again[ANSWERS[0]][4] = 0  # two poor households are near-poor in truth
    found = audited(said, pa.table(again))["reinterviews"]
    assert found["households"] == 80
    items = {one["item"]: one for one in found["items"]}
    assert items["water"]["agree"] == pytest.approx(0.9)
    assert items[ANSWERS[0]]["kappa"] == pytest.approx(
        1 - (2 / 80) / (1 - (0.25 * 18 + 0.75 * 62) / 80)
    )
    assert (found["confirmed"]["confirmed"], found["confirmed"]["pairs"]) == (78, 80)
    # of 20 seen poor 2 were near-poor in truth: Q sends 2 of 22 near-poor to poor
    share = found["corrected"]
    assert share["poor"]["observed"] == 0.25
    assert share["near_poor"]["share"] == pytest.approx(0.25 * 22 / 20)
    assert share["poor"]["share"] == pytest.approx(0.25 * 18 / 20)
    assert share["poor"]["low"] < share["poor"]["share"] < share["poor"]["high"]
    assert audited(said, first.slice(0, 9))["reinterviews"] is None


def test_bunching_is_looked_for_at_every_threshold_the_standard_has() -> None:
    found = audited(columns())["thresholds"]
    where = {(t["test"], t["what"], t["area"]) for t in found}
    assert ("bunching", "deprivations", "all") in where
    for area in ("rural", "urban"):
        assert {("bunching", what, area) for what in ("income", "points")} <= where
    count = next(t for t in found if t["what"] == "deprivations")
    assert (count["cutoff"], count["values"]) == (2, 200)
