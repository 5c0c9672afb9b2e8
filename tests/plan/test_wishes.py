"""What planners may wish for: known works and criteria, with reasons, in amounts that exist."""

from typing import Any

import pytest

from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.plan.choice.curve import SHARES
from hoaban.plan.joint import criteria
from hoaban.plan.wishes import (
    BelowNothing,
    NoReason,
    NoSuchWish,
    NotAShare,
    NotAWeight,
    Wishes,
)

WORKS = ("link:0003", "link:0004", "water:0003")
WHY = Text("Bản đã hiến đất.", "The village has given the land.")


def check(**wishes: Any) -> None:
    """Check wishes against three works."""
    Wishes(**wishes).check(WORKS, criteria.NAMES)


def test_wishes_for_what_there_is_are_taken() -> None:
    wishes = Wishes(
        forced={"link:0003": (True, WHY), "water:0003": (False, WHY)},
        least={"11/00002/": 10**9},
        weights={"T5_pairs": 0.0, "equity": 2},
        shares=(0.5, 1.0),
        draws=200,
        keep_more=0.2,
    )
    wishes.check(WORKS, criteria.NAMES)

    assert Wishes().shares == SHARES
    assert max(SHARES) == 1.0
    Wishes().check((), ())


@pytest.mark.parametrize(
    ("wishes", "problem", "words"),
    [
        ({"forced": {"link:003": (True, WHY)}}, NoSuchWish, r"“link:003”; gần nhất là “link:0003”"),
        ({"forced": {"???": (True, WHY)}}, NoSuchWish, "gần nhất là “—”"),
        ({"weights": {"equty": 1}}, NoSuchWish, "tiêu chí “equty”; gần nhất là “equity”"),
        ({"forced": {"link:0003": (True, Text(" ", ""))}}, NoReason, "“link:0003” phải có lý do"),
        ({"weights": {"equity": -1}}, NotAWeight, "equity là -1"),
        ({"weights": {"equity": float("nan")}}, NotAWeight, "equity là nan"),
        ({"weights": {"equity": float("inf")}}, NotAWeight, "equity là inf"),
        ({"shares": (0.5,)}, NotAShare, r"0\.5"),
        ({"shares": (0.5, 1.0, 1.5)}, NotAShare, r"1\.5"),
        ({"shares": (0.0, 1.0)}, NotAShare, r"0\.0"),
        ({"shares": ()}, NotAShare, "—"),
        ({"least": {"11/00002/": -1}}, BelowNothing, "Mức ít nhất của 11/00002/ là -1"),
        ({"most": {"11/00002/": -5}}, BelowNothing, "Mức nhiều nhất của 11/00002/ là -5"),
        ({"draws": -1}, BelowNothing, "Số lần thử là -1"),
        ({"keep_more": -0.1}, BelowNothing, r"Phần thu giữ thêm là -0\.1"),
    ],
)
def test_wishes_for_what_there_is_not_are_refused(
    wishes: dict[str, Any], problem: type[Problem], words: str
) -> None:
    with pytest.raises(problem, match=words) as told:
        check(**wishes)
    assert told.value.text("en") != told.value.text("vi")


def test_a_commune_may_be_named_by_its_code_alone() -> None:
    found = Wishes(least={"00002": 5, "11/00001/": 6}, most={"00001": 7}).under("11/")

    assert found.least == {"11/00002/": 5, "11/00001/": 6}
    assert found.most == {"11/00001/": 7}
