"""Draws are keyed by what they belong to."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hoaban.record.synthetic import draws

KEYS = np.array([f"R{i:05d}" for i in range(20_000)])


def test_that_dropping_a_key_moves_no_other_draw() -> None:
    whole = draws.uniform(1, "width", KEYS)
    some = np.flatnonzero(np.arange(len(KEYS)) % 3)
    assert (draws.uniform(1, "width", KEYS[some]) == whole[some]).all()


@given(st.lists(st.text(alphabet="ABCđế12/", min_size=1, max_size=9), min_size=1, unique=True))
def test_that_a_draw_does_not_depend_on_its_neighbours(keys: list[str]) -> None:
    alone = [float(draws.uniform(7, "x", np.array([key]))[0]) for key in keys]
    assert draws.uniform(7, "x", np.array(keys)).tolist() == alone


def test_that_draws_are_the_same_on_every_day_and_machine() -> None:
    found = draws.uniform(1, "width", np.array(["R00001", "R00002"]))
    assert found.round(12).tolist() == [0.854194700805, 0.247734129415]


def test_that_seed_name_and_key_each_make_another_draw() -> None:
    base = draws.uniform(1, "width", KEYS)
    assert (base != draws.uniform(2, "width", KEYS)).all()
    assert (base != draws.uniform(1, "length", KEYS)).all()
    assert len(np.unique(base)) == len(KEYS)


def test_that_the_number_1_and_the_text_1_are_different_keys() -> None:
    assert draws.words(1, "x", np.array([1]))[0] != draws.words(1, "x", np.array(["1"]))[0]


def test_that_two_keys_belong_together_in_their_order() -> None:
    a, b = np.array(["A", "B"]), np.array(["B", "A"])
    pair = draws.words(1, "x", (a, b))
    assert pair[0] != pair[1]
    assert (
        draws.words(1, "x", (a, 2025)) == draws.words(1, "x", (a, np.array([2025, 2025])))
    ).all()


def test_that_uniform_and_normal_have_their_means_and_spreads() -> None:
    even, bell = draws.uniform(3, "u", KEYS), draws.normal(3, "n", KEYS)
    assert 0 <= even.min() < even.max() < 1
    assert abs(even.mean() - 0.5) < 0.01
    assert abs(even.std() - 12**-0.5) < 0.01
    assert abs(bell.mean()) < 0.03
    assert abs(bell.std() - 1) < 0.03
    assert abs(np.corrcoef(even, bell)[0, 1]) < 0.03


def test_that_choice_follows_its_weights_row_by_row() -> None:
    picked = draws.choice(1, "c", KEYS, [1, 0, 3])
    assert np.bincount(picked, minlength=3)[1] == 0
    assert abs((picked == 2).mean() - 0.75) < 0.01
    rows = np.tile([[0.0, 1.0], [1.0, 0.0]], (len(KEYS) // 2, 1))
    assert draws.choice(1, "c", KEYS, rows).tolist() == [1, 0] * (len(KEYS) // 2)
    assert draws.choice(1, "c", KEYS[:2], [0.0, 0.0]).tolist() == [0, 0]


def test_that_poisson_integers_chance_and_order_do_what_they_say() -> None:
    count = draws.poisson(1, "p", KEYS, 2.5)
    assert abs(count.mean() - 2.5) < 0.05
    assert abs(count.var() - 2.5) < 0.1
    whole = draws.integers(1, "i", KEYS, 3, 6)
    assert sorted(set(whole.tolist())) == [3, 4, 5]
    assert abs(draws.chance(1, "b", KEYS, 0.2).mean() - 0.2) < 0.01
    assert sorted(draws.order(1, "o", KEYS).tolist()) == list(range(len(KEYS)))
    assert abs(np.median(draws.lognormal(1, "l", KEYS, 8.0, 1.0)) - 8) < 0.3
