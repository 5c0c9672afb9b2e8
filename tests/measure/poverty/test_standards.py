"""The standards as the law folder gives them, a province's own beside them, and what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hoaban.base.law import Law, NotInForce, Value
from hoaban.measure.poverty.standards import (
    UNKNOWN,
    ChangesWithin,
    LineWithoutStandard,
    NoStandard,
    NoSuchStandard,
    NoSuchTreatment,
    Standard,
    in_force,
    named,
    standards,
)
from tests.measure.world import LAW, with_value

LAST_DAY, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)
LINE, NAME = "poverty.income_line_rural_vnd", "poverty.standard"


def plus(law: Law, name: str, value: Any, first: date, last: date | None = None) -> Law:
    """The law with one value more, the province's."""
    more = Value(name, value, "", first, last, "Nghị quyết của tỉnh", "high", "11")
    return Law({**law.values, name: (*law.values.get(name, ()), more)})


def test_the_two_national_standards_are_those_of_the_decrees() -> None:
    old, new = standards(LAW)
    assert (old.name, new.name) == ("2022-2026", "2027-2030")
    assert (old.line_rural_vnd, old.line_urban_vnd) == (1_500_000, 2_000_000)
    assert (new.line_rural_vnd, new.line_urban_vnd) == (2_200_000, 2_800_000)
    assert (old.middle_rural_vnd, old.middle_urban_vnd) == (2_250_000, 3_000_000)
    assert (old.points_rural, old.points_urban) == (140, 175)
    assert old.needed == new.needed == 3
    assert set(old.indicators) ^ set(new.indicators) == {"devices", "waste"}
    assert old.column == "2022_2026"


def test_what_is_not_published_for_2027_is_none_and_not_carried_over() -> None:
    new = named(LAW, "2027-2030")
    assert new.middle_rural_vnd is new.middle_urban_vnd is None
    assert new.points_rural is new.points_urban is None


def test_the_form_s_second_score_says_the_same_as_the_count() -> None:
    # B ≥ 30 at 10 points a deprivation is three deprivations.
    per, least = (LAW.number(f"poverty.points_{n}", LAST_DAY) for n in ("per_deprivation", "b_min"))
    assert least == named(LAW, "2022-2026").needed * per


def test_no_missing_answer_is_guessed() -> None:
    for rule in standards(LAW):
        assert rule.unknown == ()
        assert {rule.missing(name) for name in (*rule.indicators, "income")} == {"cannot_classify"}
        assert LAW.at(UNKNOWN, rule.valid_from).assumed


def test_the_law_may_say_what_a_missing_answer_counts_as() -> None:
    said = {"default": "not_deprived", "water": "deprived", "income": "deprived"}
    rule = named(with_value(LAW, UNKNOWN, said), "2022-2026")
    assert rule.missing("water") == rule.missing("income") == "deprived"
    assert rule.missing("toilet") == "not_deprived"


@pytest.mark.parametrize(
    ("said", "nearest"),
    [({"watre": "deprived"}, "water"), ({"water": "depraved"}, "deprived")],
)
def test_a_misspelt_treatment_names_the_nearest(said: dict[str, str], nearest: str) -> None:
    with pytest.raises(NoSuchTreatment) as refused:
        standards(with_value(LAW, UNKNOWN, said))
    assert refused.value.facts["nearest"] == nearest


def test_the_standard_in_force_flips_on_new_year_2027() -> None:
    assert in_force(LAW, LAST_DAY).name == "2022-2026"
    assert in_force(LAW, NEW_YEAR).name == "2027-2030"
    assert in_force(LAW, NEW_YEAR).holds(NEW_YEAR)
    assert not in_force(LAW, NEW_YEAR).holds(LAST_DAY)


@pytest.mark.parametrize("at", [date(2021, 12, 31), date(2031, 1, 1)])
def test_a_day_no_standard_covers_is_refused_and_told_which_are(at: date) -> None:
    with pytest.raises(NoStandard) as refused:
        in_force(LAW, at)
    for language in ("vi", "en"):
        said = refused.value.text(language)
        assert at.isoformat() in said
        assert "2022-2026 (2022-01-01 – 2026-12-31)" in said


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(NoSuchStandard) as refused:
        named(LAW, "2027-2031")
    assert refused.value.facts["nearest"] == "2027-2030"


def test_a_law_without_a_line_is_refused() -> None:
    without = Law({**LAW.values, LINE: LAW.values[LINE][:1]})
    with pytest.raises(NotInForce, match="2027-01-01"):
        standards(without)


def test_a_standard_is_built_from_seven_fields_and_can_be_a_key() -> None:
    one = Standard("a", LAST_DAY, None, 1, 2, 3, ("water",))
    two = replace(one, unknown={"water": "deprived"})
    assert len({one, two, replace(two)}) == 2
    assert two.missing("water") == "deprived"


def test_a_province_s_own_standard_stands_beside_the_national_ones() -> None:
    start, end = date(2028, 1, 1), date(2030, 12, 31)
    own = plus(LAW, NAME, "2028-2030 tỉnh", start, end)
    own = plus(own, LINE, 2_500_000, start, end)
    assert [rule.name for rule in standards(own)] == ["2022-2026", "2027-2030", "2028-2030 tỉnh"]
    here = in_force(own, start)
    assert (here.name, here.territory) == ("2028-2030 tỉnh", "11")
    assert (here.line_rural_vnd, here.line_urban_vnd) == (2_500_000, 2_800_000)
    assert named(own, "2027-2030").line_rural_vnd == 2_200_000
    assert in_force(own, date(2027, 12, 31)).name == "2027-2030"


def test_a_province_s_line_needs_a_standard_of_its_own() -> None:
    own = plus(LAW, LINE, 2_500_000, date(2028, 1, 1))
    with pytest.raises(LineWithoutStandard) as refused:
        standards(own)
    assert refused.value.facts["territory"] == "11"


def test_a_line_that_moves_within_a_standard_is_refused() -> None:
    first, last = LAW.values[LINE]
    moved = replace(last, valid_to=date(2028, 12, 31))
    again = replace(last, value=2_400_000, valid_from=date(2029, 1, 1))
    with pytest.raises(ChangesWithin) as refused:
        standards(Law({**LAW.values, LINE: (first, moved, again)}))
    assert refused.value.facts["standard"] == "2027-2030"


def test_a_law_without_standards_has_none() -> None:
    assert standards(Law({})) == ()
    with pytest.raises(NoStandard, match="—"):
        in_force(Law({}), LAST_DAY)
