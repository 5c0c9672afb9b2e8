"""Who reaches whom, scenario by scenario, beside a search link by link and union-find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hoaban.measure.hierarchy import words
from hoaban.measure.hierarchy.skeleton import NotWholeNumbers, OutOfRange, UnequalLengths
from hoaban.measure.hierarchy.sweeps import WrongScenarios
from tests.measure.hierarchy.networks import Array, Network, lattice, networks, nodes

NONE = np.zeros(0, np.int64)
ALL = np.uint64(2**64 - 1)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Network, Array, Array]:
    """A network, which links are open in which scenario, and goals."""
    network = draw(networks())
    count = draw(st.sampled_from([0, 1, 2, 8, 9, 35]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    open_ = rng.integers(0, 2**64, (network.links, count), np.uint64)
    open_ |= rng.integers(0, 2**64, (network.links, count), np.uint64)
    return network, open_, nodes(draw, network)


def searched(network: Network, open_: Array, goals: Array) -> Array:
    """The same answer, carried link by link."""
    start = np.zeros((network.size, open_.shape[1]), np.uint64)
    start[goals] = ALL
    return network.spread(start, np.bitwise_and, np.bitwise_or, open_)


@settings(max_examples=150, deadline=None)
@given(scenes(), st.data())
def test_a_node_reaches_a_goal_where_a_way_is_open(
    scene: tuple[Network, Array, Array], data: st.DataObject
) -> None:
    network, open_, goals = scene
    at = data.draw(st.composite(nodes)(network))
    skeleton = network.skeleton()

    found = words.reaching(skeleton, open_, goals)

    assert found.dtype == np.uint64
    assert np.array_equal(found, searched(network, open_, goals))
    assert np.array_equal(words.reaching(skeleton, open_, goals, at=at), found[at])


@settings(max_examples=150, deadline=None)
@given(scenes(), st.data())
def test_a_node_reaches_its_own_goal_where_a_way_to_that_one_is_open(
    scene: tuple[Network, Array, Array], data: st.DataObject
) -> None:
    network, open_, _ = scene
    goal = st.integers(-1, network.size - 1)
    own = np.array(data.draw(st.lists(goal, min_size=network.size, max_size=network.size)))

    found = words.reaching_own(network.skeleton(), open_, own)

    for node, its in enumerate(own):
        wanted = searched(network, open_, np.array([its])) if its >= 0 else np.zeros_like(found)
        assert np.array_equal(found[node], wanted[node])


def test_a_town_cut_up_by_closures_falls_apart_as_union_find_says() -> None:
    town, rng = lattice(13, seed=6), np.random.default_rng(7)
    both = Network(town.size, np.r_[town.tail, town.head], np.r_[town.head, town.tail])
    count = 70 * 64
    closed = rng.random((town.links, count)) < 0.5
    open_ = np.packbits(~closed, axis=1, bitorder="little").view(np.uint64)
    goals, skeleton = np.array([0, 90]), both.skeleton()
    own = rng.choice([-1, 0, 90, 100], town.size)

    found = words.reaching(skeleton, np.r_[open_, open_], goals)
    mine = words.reaching_own(skeleton, np.r_[open_, open_], own)

    reached = np.unpackbits(found.view(np.uint8), axis=1, bitorder="little").astype(bool)
    owned = np.unpackbits(mine.view(np.uint8), axis=1, bitorder="little").astype(bool)
    for scenario in range(0, count, 37):
        stays = ~closed[:, scenario]
        ends = town.tail[stays], town.head[stays]
        graph = coo_array((np.ones(stays.sum()), ends), shape=(town.size, town.size))
        _, part = connected_components(graph, directed=False)
        assert np.array_equal(reached[:, scenario], np.isin(part, part[goals]))
        assert np.array_equal(owned[:, scenario], (part == part[own]) & (own >= 0))


def test_threads_change_no_byte() -> None:
    town, rng = lattice(10, seed=8), np.random.default_rng(9)
    open_ = rng.integers(0, 2**64, (town.links, 101), np.uint64)
    skeleton, goals = town.skeleton(), np.array([3])
    own = rng.integers(-1, town.size, town.size)

    def runs(threads: int) -> tuple[bytes, bytes]:
        reach = words.reaching(skeleton, open_, goals, threads=threads)
        return reach.tobytes(), words.reaching_own(skeleton, open_, own, threads=threads).tobytes()

    assert runs(1) == runs(1) == runs(2) == runs(3)


def test_ways_have_a_direction() -> None:
    network = Network(2, np.array([0]), np.array([1]))
    open_ = np.array([[ALL]])

    assert words.reaching(network.skeleton(), open_, np.array([1])).tolist() == [[ALL], [ALL]]
    assert words.reaching(network.skeleton(), open_, np.array([0])).tolist() == [[ALL], [0]]


def test_nobody_reaches_no_goal_and_a_lone_node_reaches_itself() -> None:
    alone = Network(1, NONE, NONE).skeleton()
    open_ = np.zeros((0, 2), np.uint64)

    assert words.reaching(alone, open_, NONE).tolist() == [[0, 0]]
    assert words.reaching(alone, open_, np.array([0])).tolist() == [[ALL, ALL]]
    assert words.reaching_own(alone, open_, np.array([-1])).tolist() == [[0, 0]]


def test_scenarios_and_goals_that_do_not_fit_are_refused() -> None:
    skeleton = Network(2, np.array([0]), np.array([1])).skeleton()
    open_ = np.zeros((1, 2), np.uint64)

    with pytest.raises(WrongScenarios, match="bool"):
        words.reaching(skeleton, np.zeros((1, 2), bool), NONE)
    with pytest.raises(WrongScenarios):
        words.reaching(skeleton, np.zeros(1, np.uint64), NONE)
    with pytest.raises(UnequalLengths):
        words.reaching(skeleton, np.zeros((2, 2), np.uint64), NONE)
    with pytest.raises(OutOfRange):
        words.reaching(skeleton, open_, np.array([2]))
    with pytest.raises(OutOfRange, match="-2"):
        words.reaching_own(skeleton, open_, np.array([0, -2]))
    with pytest.raises(UnequalLengths):
        words.reaching_own(skeleton, open_, np.array([0]))
    with pytest.raises(NotWholeNumbers):
        words.reaching_own(skeleton, open_, np.array([0.0, 1.0]))
