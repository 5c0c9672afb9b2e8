"""Four principles of a plan, each kept, failed and unknown, by hand in the small province.

Muong (0001, 100 people) is no highland; Na Tau, Che and Hon (0002-0004, 300 people) are.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from hoaban.base.text import Text
from hoaban.plan.choice.instance import Chosen
from hoaban.plan.principles import Check, checks
from hoaban.plan.works import Effect, Work
from tests.plan import small

FACTS = small.facts()
LOCAL, CENTRAL = (2026, "investment", "local"), (2026, "investment", "central")
UPKEEP = (2027, "recurrent", "local")
COURSE = Effect("trains", {"course": "language", "pass_share": 0.5}, ("S1",))


def work(*villages: int, commune: str = "11/00002/", effects: tuple[Effect, ...] = ()) -> Work:
    """A work for some villages, by position."""
    return Work(
        id="w",
        kind="k",
        pack="water",
        label=Text("Việc", "Work"),
        commune=commune,
        village=None,
        cost_vnd=0,
        cost_low_vnd=0,
        cost_high_vnd=0,
        upkeep_vnd=0,
        money="investment",
        sources=("local",),
        proposed_by="generated",
        carry_over=False,
        effects=effects,
        gains={},
        why=Text("Vì", "Because"),
        facts={"villages": villages},
    )


def paid(vnd: int, upkeep: int = 0, pool: tuple[int, str, str] = LOCAL) -> Chosen:
    """A work paid from one pool."""
    return Chosen("w", 2026, 2026, {pool: vnd}, {UPKEEP: upkeep} if upkeep else {})


def told(
    *pairs: tuple[Work, Chosen], proposals: Mapping[str, int] | None = None
) -> dict[str, Check]:
    """The four checks by name."""
    return {check.name: check for check in checks(FACTS, pairs, proposals)}


def test_a_plan_without_works_keeps_and_fails_nothing() -> None:
    found = told()

    assert list(found) == ["focus", "empowerment", "institution", "sources"]
    assert {check.kept for check in found.values()} == {None}
    assert found["sources"].as_json() == {
        "name": "sources",
        "kept": None,
        "why": "Kế hoạch chưa chi cho việc nào.",
        "why_en": "The plan pays for no work.",
    }


@pytest.mark.parametrize(
    ("high", "low", "kept", "words"),
    [
        (300_000_000, 100_000_000, True, "Vùng cao 1 triệu một người, nơi khác 1 triệu"),
        (299_999_999, 100_000_000, False, "Vùng cao 1 triệu một người, nơi khác 1 triệu"),
        (0, 1_000, False, "Vùng cao 0 đ một người, nơi khác 10 đ"),
    ],
)
def test_focus_is_money_a_head_in_the_highlands(
    high: int, low: int, kept: bool, words: str
) -> None:
    check = told((work(1, 2), paid(high)), (work(0), paid(low)))["focus"]

    assert check.kept is kept
    assert words in check.why.vi
    assert "million đồng a head" in check.why.en


def test_money_is_shared_out_over_the_people_served() -> None:
    assert told((work(0, 1, 2, 3), paid(4000)))["focus"].kept is True  # 10 đ a head in both
    assert told((work(0, 1), paid(4000)))["focus"].kept is False  # 2,000 over 300, over 100


def test_a_work_that_names_no_village_serves_its_commune() -> None:
    assert told((work(), paid(900)))["focus"].kept is True
    assert told((work(commune="11/00001/"), paid(900)))["focus"].kept is False
    assert told((work(commune=""), paid(900)))["focus"].why.vi.startswith("Vùng cao 0 đ")


def test_focus_says_nothing_where_all_is_highland() -> None:
    villages = FACTS.villages
    at = villages.column_names.index("highland")
    high = villages.set_column(at, "highland", [[True] * 4])
    [check, *_] = checks(replace(FACTS, villages=high), [(work(1), paid(5))], None)

    assert (check.name, check.kept) == ("focus", None)


@pytest.mark.parametrize(
    ("proposals", "kept"),
    [
        ({"carried": 4, "funded": 2}, True),
        ({"carried": 5, "funded": 2}, False),
        ({"carried": 0, "funded": 0}, None),
        (None, None),
    ],
)
def test_empowerment_is_half_of_what_villages_carried(
    proposals: Mapping[str, int] | None, kept: bool | None
) -> None:
    check = told((work(1), paid(5)), proposals=proposals)["empowerment"]

    assert check.kept is kept
    if proposals and proposals["carried"]:
        assert f"2 trong {proposals['carried']}" in check.why.vi


@pytest.mark.parametrize(
    ("effects", "upkeep", "kept"),
    [((COURSE,), 7, True), ((COURSE,), 0, False), ((), 7, False)],
)
def test_institution_is_people_trained_and_upkeep_paid(
    effects: tuple[Effect, ...], upkeep: int, kept: bool
) -> None:
    check = told((work(1, effects=effects), paid(5, upkeep)))["institution"]

    assert check.kept is kept
    assert check.why.vi.startswith(f"{len(effects)} lớp")


def test_sources_are_more_than_one() -> None:
    one, two = (work(1), paid(5)), (work(1), paid(7, pool=CENTRAL))

    assert told(one)["sources"].kept is False
    assert told(one, two)["sources"].kept is True
    assert told(one, two)["sources"].why.vi == "Nguồn: central 7 đ, local 5 đ."
    assert told(one, (work(1), paid(0, pool=CENTRAL)))["sources"].kept is False
