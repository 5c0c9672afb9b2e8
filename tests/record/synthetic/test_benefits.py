"""Cards, pensions and allowances agree with what people have, and move nothing else."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from hoaban.base.law import Law
from hoaban.record.province import Province
from hoaban.record.synthetic import benefits, calibrate, people
from hoaban.record.synthetic.benefits import Benefits, Pensions
from hoaban.record.synthetic.generate import rounds
from hoaban.record.synthetic.households import NEAR_POOR, Frame

AT = date(2026, 11, 24)
PENSIONS = Pensions(75, 70, 500_000)


@pytest.fixture(scope="module")
def persons(nho: Province, frame: Frame, assumed: dict[str, Any]) -> people.People:
    return people.build(1, nho, frame, assumed["persons"])


@pytest.fixture(scope="module")
def last(
    nho: Province, frame: Frame, persons: people.People, assumed: dict[str, Any], rules_of_law: Law
) -> Any:
    classes = calibrate.classes(nho, assumed)
    return rounds(1, frame, persons, classes, law=rules_of_law, spec=assumed)[3]


@pytest.fixture(scope="module")
def lives(persons: people.People, frame: Frame, last: Any, assumed: dict[str, Any]) -> Any:
    return people.lives(1, persons, frame, last, difficult=frame.commune == 2, spec=assumed)


@pytest.fixture(scope="module")
def has(
    persons: people.People, lives: people.Lives, frame: Frame, last: Any, assumed: dict[str, Any]
) -> Benefits:
    return drawn(persons, lives, frame, last, assumed["benefits"])


def drawn(
    persons: people.People, lives: people.Lives, frame: Frame, last: Any, spec: dict[str, Any]
) -> Benefits:
    """What everybody has, with some numbers of the province's."""
    return benefits.draw(
        1,
        persons,
        lives,
        frame,
        last[1],
        difficult=frame.commune == 2,
        birth_year=2025 - persons.age,
        at=AT,
        pensions=PENSIONS,
        spec=spec,
    )


def test_that_whoever_has_a_card_has_its_last_day(has: Benefits, lives: people.Lives) -> None:
    assert np.array_equal(np.isnat(has.until), ~lives.insured)
    assert (has.until[lives.insured] >= np.datetime64(AT)).all()


def test_that_cards_of_yearly_lists_end_with_the_year(has: Benefits, lives: people.Lives) -> None:
    poor = lives.group == people.GROUPS.index("poor")
    ends = set(np.unique(has.until[poor]).astype(str))
    assert ends == {"2026-12-31", "2027-12-31"}
    own = lives.group == people.GROUPS.index("household")
    assert len(np.unique(has.until[own])) > 50


def test_that_a_childs_card_runs_to_september_of_its_sixth_year(
    has: Benefits, lives: people.Lives, persons: people.People
) -> None:
    child = lives.group == people.GROUPS.index("child_under_6")
    for birth in (2021, 2022, 2024):
        mine = child & (2025 - persons.age == birth) & lives.insured
        assert set(has.until[mine].astype(str)) == {f"{birth + 6}-09-30"}


def test_that_an_allowance_goes_to_those_who_qualify(
    has: Benefits, persons: people.People, last: Any
) -> None:
    age = AT.year - (2025 - persons.age)
    low = (last[1].standing <= NEAR_POOR)[persons.household]
    old = ((age >= 75) | ((age >= 70) & low)) & (has.pension < PENSIONS.amount_vnd)
    pensioned = has.allowance == benefits.ALLOWANCES.index("social_pension")
    assert not (pensioned & ~old).any()
    assert pensioned[old].mean() > 0.8
    assert (pensioned[old] | (has.allowance[old] != 2)).all()
    assert (has.pension[age < 60] == 0).all()


@pytest.fixture(scope="module")
def again(
    persons: people.People, lives: people.Lives, frame: Frame, last: Any, assumed: dict[str, Any]
) -> Benefits:
    """Drawn again where no card was renewed and all of the elderly have merit."""
    other = {"card_renewed": 0.0, "merit": {"from_age": 60, "share": 1.0}}
    return drawn(persons, lives, frame, last, {**assumed["benefits"], **other})


def test_that_nothing_but_its_own_column_moves(
    has: Benefits, again: Benefits, lives: people.Lives
) -> None:
    for name in ("allowance", "pension", "disability", "alone"):
        assert np.array_equal(getattr(again, name), getattr(has, name)), name
    assert not np.array_equal(again.merit, has.merit)
    assert (again.until[lives.insured] <= has.until[lives.insured]).all()


def test_that_september_is_found_in_leap_years() -> None:
    assert benefits._leap(np.array([2000, 2024, 2026, 2100])).tolist() == [1, 1, 0, 0]
