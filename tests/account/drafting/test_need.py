"""Need shares by hand and by property."""

from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoaban.account.drafting import need
from hoaban.base.law import Law, Value
from hoaban.measure.tables import Tables

HALF = {"people": Fraction(1, 2), "poverty": Fraction(1, 2)}
amounts = st.lists(st.tuples(*[st.integers(0, 10**7)] * 2), min_size=1, max_size=6).map(
    lambda rows: {
        "people": {f"c{n}": row[0] for n, row in enumerate(rows)},
        "poverty": {f"c{n}": row[1] for n, row in enumerate(rows)},
    }
)
floors = st.fractions(0, Fraction(1, 10), max_denominator=1000)


def test_shares_by_hand() -> None:
    given_ = {"people": {"a": 300, "b": 100}, "poverty": {"a": 10, "b": 90}}
    # ½ · 3/4 + ½ · 1/10; ½ · 1/4 + ½ · 9/10
    found = need.shares(given_, HALF)
    assert found == {"a": Fraction(17, 40), "b": Fraction(23, 40)}
    # a counts with 20 of 100 at least, so 110 in all
    lifted = need.shares(given_, HALF, floor=Fraction(1, 5))
    assert lifted["a"] == Fraction(3, 8) + Fraction(20, 110) / 2


def test_what_nobody_has_is_shared_equally() -> None:
    found = need.shares({"people": {"a": 3, "b": 1}, "poverty": {"a": 0, "b": 0}}, HALF)
    assert found == {"a": Fraction(5, 8), "b": Fraction(3, 8)}


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(need.NegativeNeed, match="-1"):
        need.shares({"people": {"a": -1}, "poverty": {"a": 0}}, HALF)


@given(amounts, floors)
def test_shares_sum_to_one(given_: dict[str, dict[str, int]], floor: Fraction) -> None:
    found = need.shares(given_, HALF, floor=floor)
    assert sum(found.values()) == 1
    assert all(share >= 0 for share in found.values())


@given(amounts, floors, st.integers(2, 1000))
def test_the_unit_of_a_criterion_changes_nothing(
    given_: dict[str, dict[str, int]], floor: Fraction, times: int
) -> None:
    other = {**given_, "people": {n: a * times for n, a in given_["people"].items()}}
    assert need.shares(other, HALF, floor=floor) == need.shares(given_, HALF, floor=floor)


@given(amounts, floors, st.integers(1, 10**6))
def test_more_need_never_has_a_smaller_share(
    given_: dict[str, dict[str, int]], floor: Fraction, more: int
) -> None:
    people = {**given_["people"], "c0": given_["people"]["c0"] + more}
    before = need.shares(given_, HALF, floor=floor)["c0"]
    assert need.shares({**given_, "people": people}, HALF, floor=floor)["c0"] >= before


@given(amounts, floors, st.randoms())
def test_the_order_of_names_does_not_matter(
    given_: dict[str, dict[str, int]], floor: Fraction, random: Any
) -> None:
    names = list(given_["people"])
    random.shuffle(names)
    mixed = {c: {n: by_name[n] for n in names} for c, by_name in given_.items()}
    assert need.shares(mixed, HALF, floor=floor) == need.shares(given_, HALF, floor=floor)


def test_weights_that_do_not_add_up_are_refused() -> None:
    day = date(2026, 11, 24)
    values: dict[str, tuple[Value, ...]] = {
        f"agreement.need_{name}": (
            Value(f"agreement.need_{name}", value, "", date(2025, 7, 1), None, "x", "assumed"),
        )
        for name, value in zip(need.CRITERIA, (0.4, 0.2, 0.2, 0.3), strict=True)
    }
    with pytest.raises(need.WeightsDoNotAddUp, match=r"1\.1"):
        need.weights(Law(values), day)


POINTS = {
    "zone_I": 30,
    "zone_II": 40,
    "zone_III": 50,
    "border": 50,
    "other": 25,
    "difficult_village": 1,
}


def rule() -> Law:
    day = date(2026, 1, 1)
    return Law(
        {
            f"allocation.points_{name}": (Value(name, worth, "points", day, None, "x", "medium"),)
            for name, worth in POINTS.items()
        }
    )


def test_points_are_the_highest_of_what_a_commune_is_and_one_a_difficult_village() -> None:
    listed: dict[str, dict[str, Any]] = {
        "c/1/": {"zone": "III", "border": True},
        "c/2/": {"zone": "II", "border": True},
        "c/3/": {"zone": "I", "border": False},
        "c/4/": {"zone": None, "border": None},
    }

    found = need.points(listed, {"c/1/": 3, "c/4/": 1}, rule(), date(2026, 11, 24))

    assert found == {"c/1/": 53, "c/2/": 50, "c/3/": 30, "c/4/": 26}


def test_points_of_a_snapshot_count_the_villages_of_the_day() -> None:
    first, today = date(2025, 7, 1), date(2026, 11, 24)
    here = {"valid_from": first, "valid_to": None}
    areas = [
        {"id": path, "name": path, "zone": zone, "border": False, **here}
        for path, zone in (("11/", None), ("11/00001/", "III"), ("11/00002/", "I"))
    ]
    villages = [
        {"area": f"11/00001/000{n}/", "special_difficulty": hard, **here}
        for n, hard in enumerate((True, True, False, None))
    ]
    villages.append({**villages[0], "valid_to": today})
    tables = Tables.of(
        {"areas": pa.Table.from_pylist(areas), "villages": pa.Table.from_pylist(villages)}
    )

    assert need.points_of(tables, rule(), today) == {"11/00001/": 52, "11/00002/": 30}
