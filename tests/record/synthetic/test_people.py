"""People fit their households, their commune's ages and their household's answers."""

from typing import Any

import numpy as np
import pytest

from hoaban.base.law import Law
from hoaban.record.province import Province
from hoaban.record.synthetic import calibrate, people
from hoaban.record.synthetic.generate import rounds
from hoaban.record.synthetic.households import Frame


@pytest.fixture(scope="module")
def persons(nho: Province, frame: Frame, assumed: dict[str, Any]) -> people.People:
    return people.build(1, nho, frame, assumed["persons"])


@pytest.fixture(scope="module")
def answered(
    nho: Province, frame: Frame, persons: people.People, assumed: dict[str, Any], rules_of_law: Law
) -> Any:
    classes = calibrate.classes(nho, assumed)
    return rounds(1, frame, persons, classes, law=rules_of_law, spec=assumed)[3]


@pytest.fixture(scope="module")
def lives(persons: people.People, frame: Frame, answered: Any, assumed: dict[str, Any]) -> Any:
    difficult = frame.commune == 2
    return people.lives(1, persons, frame, answered, difficult=difficult, spec=assumed)


def test_that_ages_fill_their_groups_evenly() -> None:
    shares = np.zeros(18)
    shares[0], shares[2] = 0.5, 0.5
    assert people.ages(shares, 10).tolist() == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]


def test_that_the_open_group_thins_out() -> None:
    shares = np.zeros(18)
    shares[17] = 1.0
    found = people.ages(shares, 100)
    assert found.min() == 85
    assert found.max() < 96
    assert (found < 90).sum() > (found >= 90).sum()


def test_that_a_commune_has_the_ages_of_its_old_districts(
    nho: Province, frame: Frame, persons: people.People
) -> None:
    for at, commune in enumerate(nho.communes):
        here = frame.commune[persons.household] == at
        groups = np.bincount(np.minimum(persons.age[here] // 5, 17), minlength=18)
        exact = people.age_shares(nho, at) * commune.population
        assert (np.abs(groups - exact) < 1).all()


def test_that_every_household_has_its_members_and_an_adult(
    frame: Frame, persons: people.People
) -> None:
    assert np.array_equal(np.bincount(persons.household), frame.members)
    adults = np.bincount(persons.household[persons.age >= 18], minlength=len(frame))
    assert (adults > 0).all()


def test_that_no_two_people_share_a_draw(persons: people.People) -> None:
    assert len(np.unique(persons.key)) == len(persons.key)


def test_that_small_children_live_with_the_young(frame: Frame, persons: people.People) -> None:
    first = np.concatenate([[0], np.cumsum(frame.members)[:-1]])
    head = persons.age[first][persons.household]
    small, grown = persons.age < 6, (persons.age >= 18) & (persons.age < 30)
    others = np.ones(len(persons.age), dtype=bool)
    others[first] = False
    assert np.median(head[small]) < np.median(head[grown & others])


def test_that_out_of_school_is_what_the_household_said(
    persons: people.People, lives: people.Lives, answered: Any, frame: Frame
) -> None:
    _, _, said = answered
    out = (persons.age >= 3) & (persons.age < 16) & (lives.stage == 0)
    has = np.bincount(persons.household[out], minlength=len(frame)) > 0
    assert np.array_equal(has, said["child_attendance"])


def test_that_a_missing_card_is_what_the_household_said(
    persons: people.People, lives: people.Lives, answered: Any, frame: Frame
) -> None:
    _, _, said = answered
    without = (persons.age >= 6) & ~lives.insured
    has = np.bincount(persons.household[without], minlength=len(frame)) > 0
    assert np.array_equal(has, said["insurance"])
    assert lives.insured[persons.age < 6].all()
    assert int((~lives.insured).sum()) == round(0.02 * len(persons.age))


def test_that_dependants_are_more_than_half(
    persons: people.People, answered: Any, frame: Frame
) -> None:
    _, _, said = answered
    depends = (persons.age < 16) | (persons.age >= 75)
    number = np.bincount(persons.household[depends], minlength=len(frame))
    assert np.array_equal(said["dependants"], number > frame.members / 2)


def test_that_answers_need_somebody_of_that_age(
    persons: people.People, answered: Any, frame: Frame
) -> None:
    _, _, said = answered
    child = np.bincount(persons.household[persons.age < 16], minlength=len(frame)) > 0
    assert not (said["nutrition"] & ~child).any()


def test_that_school_follows_age(persons: people.People, lives: people.Lives) -> None:
    for stage, low, high in (("preschool", 3, 6), ("primary", 6, 12), ("lower", 12, 16)):
        at = persons.age[lives.stage == people.STAGES.index(stage)]
        assert at.min() >= low
        assert at.max() < high


def test_that_nobody_both_learns_and_works(persons: people.People, lives: people.Lives) -> None:
    pupil = (lives.stage > 0) & (lives.stage < people.STAGES.index("done"))
    assert not (lives.works & pupil).any()
    assert lives.works.any()
