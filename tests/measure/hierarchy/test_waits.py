"""Waits for the best way and the worst link on it, beside a search link by link."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.measure.hierarchy import waits
from hoaban.measure.hierarchy.skeleton import OutOfRange, UnequalLengths
from hoaban.measure.hierarchy.sweeps import WrongScenarios
from hoaban.measure.hierarchy.waits import NEVER
from tests.measure.hierarchy.networks import Array, Network, lattice, networks, nodes

NONE = np.zeros(0, np.int64)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Network, Array, Array]:
    """A network, how long its links stay shut in each lane, and goals."""
    network = draw(networks())
    lanes = draw(st.sampled_from([0, 1, 31, 32, 33, 130]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    wait = rng.choice([0, 1, 2, 5, 9, 40_000, NEVER - 1, NEVER], (network.links, lanes))
    return network, wait.astype(np.uint16), nodes(draw, network)


@settings(max_examples=150, deadline=None)
@given(scenes(), st.data())
def test_a_node_waits_until_the_last_link_of_its_best_way_is_open(
    scene: tuple[Network, Array, Array], data: st.DataObject
) -> None:
    network, wait, goals = scene
    at = data.draw(st.composite(nodes)(network))
    skeleton = network.skeleton()

    found = waits.waits(skeleton, wait, goals)

    start = np.full((network.size, wait.shape[1]), NEVER, np.uint16)
    start[goals] = 0
    assert found.dtype == np.uint16
    assert np.array_equal(found, network.spread(start, np.maximum, np.minimum, wait))
    assert np.array_equal(waits.waits(skeleton, wait, goals, at=at), found[at])


@settings(max_examples=100, deadline=None)
@given(networks(), st.data())
def test_the_best_way_is_as_passable_as_its_worst_link(
    network: Network, data: st.DataObject
) -> None:
    goals = data.draw(st.composite(nodes)(network))
    rank = data.draw(st.lists(st.integers(0, 3), min_size=network.links, max_size=network.links))
    ranks = np.array(rank, np.int64)

    found = waits.passable(network.skeleton(), ranks, goals)

    start = np.zeros((network.size, 1), np.int64)
    start[goals] = NEVER
    wanted = network.spread(start, np.minimum, np.maximum, ranks[:, np.newaxis])
    assert found.tolist() == wanted[:, 0].tolist()


def test_a_detour_that_opens_sooner_is_the_way() -> None:
    """
    0 → 1 → 3 waits max(10, 2) = 10; 0 → 2 → 3 waits max(6, 7) = 7; from 4 no way ever opens.
    """
    network = Network(5, np.array([0, 1, 0, 2, 4]), np.array([1, 3, 2, 3, 3]))
    wait = np.array([[10], [2], [6], [7], [NEVER]], np.uint16)

    found = waits.waits(network.skeleton(), wait, np.array([3]))

    assert found[:, 0].tolist() == [7, 2, 7, 0, NEVER]
    assert waits.passable(
        network.skeleton(), np.array([3, 2, 1, 1, 0]), np.array([3])
    ).tolist() == [
        2,
        2,
        1,
        65535,
        0,
    ]


def test_threads_change_no_byte() -> None:
    town, rng = lattice(10, seed=8), np.random.default_rng(9)
    wait = rng.integers(0, 2**16, (town.links, 500)).astype(np.uint16)
    skeleton, goals = town.skeleton(), np.array([3, 77])

    found = waits.waits(skeleton, wait, goals)

    for threads in (1, 2, 3):
        again = waits.waits(skeleton, wait, goals, threads=threads)
        assert again.tobytes() == found.tobytes()


def test_without_links_only_the_goal_does_not_wait() -> None:
    skeleton = Network(2, NONE, NONE).skeleton()

    assert waits.waits(skeleton, np.zeros((0, 1), np.uint16), np.array([1])).tolist() == [
        [NEVER],
        [0],
    ]
    assert waits.passable(skeleton, NONE, NONE).tolist() == [0, 0]


def test_waits_and_ranks_that_do_not_fit_are_refused() -> None:
    skeleton = Network(2, np.array([0]), np.array([1])).skeleton()

    with pytest.raises(WrongScenarios, match="int64"):
        waits.waits(skeleton, np.zeros((1, 2), np.int64), NONE)
    with pytest.raises(UnequalLengths):
        waits.waits(skeleton, np.zeros((2, 2), np.uint16), NONE)
    with pytest.raises(OutOfRange):
        waits.waits(skeleton, np.zeros((1, 2), np.uint16), np.array([5]))
    with pytest.raises(OutOfRange, match="65536"):
        waits.passable(skeleton, np.array([65536]), NONE)
    with pytest.raises(OutOfRange, match="-1"):
        waits.passable(skeleton, np.array([-1]), NONE)
    with pytest.raises(UnequalLengths):
        waits.passable(skeleton, np.array([1, 1]), NONE)
