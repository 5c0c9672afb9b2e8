"""Hours saved on a bare network, beside a plain passing over all its links."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.bare import Bare
from hoaban.plan.joint.person_hours import PersonHours
from tests.plan.choice.bare_networks import networks, worth
from tests.plan.choice.tables import every

LINKS = {"tail": np.array([0, 1]), "head": np.array([1, 2]), "cost": np.array([30, 40], np.int32)}
NONE = np.empty(0, np.int64)


def line(*works: tuple[list[int], list[int], list[int]], cap: int = 600) -> Bare:
    """Two links in a row to a goal at node 2, with one village at node 0."""
    return Bare(
        size=3,
        **LINKS,
        goals=np.array([2]),
        villages=np.array([0]),
        weight=np.array([5.0]),
        cap=cap,
        hour=60,
        works=[
            (np.array(a, np.int64), np.array(b, np.int32), np.array(c, np.int64))
            for a, b, c in works
        ],
    )


def test_a_road_and_a_station_share_what_they_save() -> None:
    joint = PersonHours(line(([0, 1], [10, 10], []), ([], [], [1])))

    standing = joint.start(())
    assert standing.worth == 0
    assert standing.gains([(0,), (1,), (0, 1)]) * 60 / 5 == pytest.approx([50, 40, 60])
    standing.add((0,))
    assert standing.worth * 60 / 5 == pytest.approx(50)
    assert standing.gains([(1,)]) * 60 / 5 == pytest.approx([10])
    assert joint.start((0, 1)).without((0,)).worth * 60 / 5 == pytest.approx(40)


def test_time_past_the_cap_counts_no_more_and_a_slower_road_is_not_taken() -> None:
    joint = PersonHours(line(([1], [20], []), ([1], [90], []), cap=60))

    assert joint.start(()).gains([(0,), (1,), (0, 1)]) * 60 / 5 == pytest.approx([10, 0, 10])


@settings(max_examples=60, deadline=None)
@given(networks())
def test_every_set_saves_what_the_longer_way_round_says(bare: Bare) -> None:
    joint = PersonHours(bare)

    for chosen in every(len(bare.works)):
        assert joint.start(chosen).worth == pytest.approx(worth(bare, chosen), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_gains_are_the_differences_of_worths_whatever_is_asked_beside(
    bare: Bare, data: st.DataObject
) -> None:
    joint, works = PersonHours(bare), st.integers(0, len(bare.works) - 1)
    chosen = data.draw(st.sets(works))
    moves = [tuple(sorted(m)) for m in data.draw(st.lists(st.sets(works), max_size=20))]

    standing = joint.start(chosen)
    gains = standing.gains(moves)

    assert gains.shape == (len(moves),)
    for move, gain in zip(moves, gains.tolist(), strict=True):
        further = joint.start(chosen | set(move)).worth
        assert gain == pytest.approx(further - standing.worth, abs=1e-9)
        assert gain >= 0
        assert standing.gains([move])[0] == gain
