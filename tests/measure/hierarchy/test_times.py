"""Least times over the hierarchy beside Dijkstra's, and programmes beside whole runs."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.problems import Problem
from hoaban.measure.hierarchy import times
from hoaban.measure.hierarchy.skeleton import NotWholeNumbers, OutOfRange, UnequalLengths
from hoaban.measure.hierarchy.times import FAR, BadCost, Change, Programmes
from tests.measure.hierarchy.networks import Array, Network, lattice, networks, nodes

NONE = np.zeros(0, np.int64)
COST = st.one_of(st.integers(1, 50), st.just(FAR), st.just(FAR - 1))


def costs(draw: st.DrawFn, network: Network, cost: Any = COST) -> Array:
    """A cost for each link, some closed."""
    given_ = draw(st.lists(cost, min_size=network.links, max_size=network.links))
    return np.array(given_, np.int32)


@st.composite
def searches(draw: st.DrawFn) -> tuple[Network, Array, list[Array]]:
    """A network, its costs, and a few sets of goals, up to more than a row holds."""
    network = draw(networks())
    sets = [nodes(draw, network) for _ in range(draw(st.sampled_from([0, 1, 3, 16, 19])))]
    return network, costs(draw, network), sets


@settings(max_examples=200, deadline=None)
@given(searches())
def test_the_nearest_goal_is_as_far_as_dijkstra_says(
    search: tuple[Network, Array, list[Array]],
) -> None:
    network, cost, sets = search

    found = times.to_nearest(times.customise(network.skeleton(), cost), sets)

    assert found.shape == (network.size, len(sets))
    for lane, goals in enumerate(sets):
        wanted = network.dijkstra(cost, goals)
        assert found[:, lane].tolist() == wanted.tolist()


@settings(max_examples=100, deadline=None)
@given(searches(), st.data())
def test_a_matrix_leads_toward_its_ends_or_away_and_answers_where_asked(
    search: tuple[Network, Array, list[Array]], data: st.DataObject
) -> None:
    network, cost, _ = search
    ends, at = data.draw(st.composite(nodes)(network)), data.draw(st.composite(nodes)(network))
    metric = times.customise(network.skeleton(), cost)

    toward = times.matrix(metric, ends, toward=True)
    away = times.matrix(metric, ends, toward=False)

    back = Network(network.size, network.head, network.tail)
    for lane, end in enumerate(ends):
        goal = np.array([end])
        assert toward[:, lane].tolist() == network.dijkstra(cost, goal).tolist()
        assert away[:, lane].tolist() == back.dijkstra(cost, goal).tolist()
    assert np.array_equal(times.matrix(metric, ends, toward=True, at=at), toward[at])
    assert np.array_equal(times.matrix(metric, ends, toward=False, at=at), away[at])
    assert np.array_equal(
        times.to_nearest(metric, [ends], at=at), toward[at].min(1, initial=FAR)[:, np.newaxis]
    )


def test_links_may_cost_nothing() -> None:
    network = Network(4, np.array([0, 1, 2]), np.array([1, 2, 3]))

    metric = times.customise(network.skeleton(), np.array([0, 0, 7]))

    assert times.matrix(metric, np.array([3]), toward=True)[:, 0].tolist() == [7, 7, 7, 0]


def test_a_way_of_too_many_ticks_is_none() -> None:
    network = Network(3, np.array([0, 1]), np.array([1, 2]))

    metric = times.customise(network.skeleton(), np.array([FAR - 1, 1]))

    assert times.matrix(metric, np.array([1, 2]), toward=True).tolist() == [
        [FAR - 1, FAR],
        [0, 1],
        [FAR, 0],
    ]


def test_a_town_is_swept_in_many_blocks_alike_by_one_thread_and_two() -> None:
    town = lattice(13, seed=1)
    rng = np.random.default_rng(2)
    cost = rng.integers(1, 1000, town.links).astype(np.int32)
    cost[rng.random(town.links) < 0.15] = FAR
    metric, ends = times.customise(town.skeleton(), cost), rng.integers(0, town.size, 150)

    found = times.matrix(metric, ends, toward=True)

    wanted = np.stack([town.dijkstra(cost, np.array([end])) for end in ends], axis=1)
    assert np.array_equal(found, wanted)
    for threads in (1, 2, 5):
        again = times.matrix(metric, ends, toward=True, threads=threads)
        assert again.tobytes() == found.tobytes()


def test_nodes_alone_reach_themselves_and_nothing_else() -> None:
    metric = times.customise(Network(2, NONE, NONE).skeleton(), NONE)

    assert times.matrix(metric, np.array([1]), toward=True).tolist() == [[FAR], [0]]
    assert times.to_nearest(metric, [NONE, np.array([0])]).tolist() == [[FAR, 0], [FAR, FAR]]
    assert times.to_nearest(metric, []).shape == (2, 0)


@pytest.mark.parametrize(
    ("cost", "problem"),
    [
        ([-1, 1], BadCost),
        ([FAR + 1, 1], BadCost),
        ([1], UnequalLengths),
        ([1, 2, 3], UnequalLengths),
        ([1.5, 2.0], NotWholeNumbers),
        ([[1, 2]], NotWholeNumbers),
    ],
)
def test_costs_that_make_no_sense_are_refused(cost: Any, problem: type[Problem]) -> None:
    skeleton = Network(2, np.array([0, 1]), np.array([1, 0])).skeleton()

    with pytest.raises(problem) as raised:
        times.customise(skeleton, np.array(cost))

    assert raised.value.text("en") != raised.value.text("vi")


def test_goals_that_are_no_nodes_are_refused() -> None:
    metric = times.customise(Network(2, NONE, NONE).skeleton(), NONE)

    with pytest.raises(OutOfRange, match="2"):
        times.matrix(metric, np.array([2]), toward=True)
    with pytest.raises(OutOfRange, match="-1"):
        times.to_nearest(metric, [np.array([-1])])
    with pytest.raises(OutOfRange, match="7"):
        times.matrix(metric, np.array([0]), toward=True, at=np.array([7]))
    with pytest.raises(NotWholeNumbers):
        times.to_nearest(metric, [np.array([0.5])])


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Network, Array, Array, list[Change]]:
    """A network with costs and goals, and programmes that make links better, worse or closed."""
    network = draw(networks())
    cost, goals = costs(draw, network, st.one_of(st.integers(0, 50), st.just(FAR))), NONE
    goals = nodes(draw, network)
    link = st.integers(0, max(network.links - 1, 0))
    change = st.tuples(link, st.one_of(st.integers(0, 60), st.just(FAR)))
    changes = []
    for _ in range(draw(st.sampled_from([0, 1, 2, 16, 18]))):
        made = draw(st.lists(change, max_size=4 if network.links else 0))
        pairs = np.array(made, np.int64).reshape(-1, 2)
        changes.append((pairs[:, 0], pairs[:, 1], nodes(draw, network)[:2]))
    return network, cost, goals, changes


@settings(max_examples=250, deadline=None)
@given(programmes())
def test_a_programme_is_worth_what_a_whole_run_finds(
    problem: tuple[Network, Array, Array, list[Change]],
) -> None:
    network, cost, goals, changes = problem
    skeleton = network.skeleton()
    tried = Programmes(times.customise(skeleton, cost), goals)

    found = [tried.evaluate(changes) for _ in range(2)]

    assert found[0].shape == (network.size, len(changes))
    assert found[0].tobytes() == found[1].tobytes()
    for lane, (links, costs_, extra) in enumerate(changes):
        changed = cost.copy()
        changed[links] = costs_
        whole = times.customise(skeleton, changed)
        wanted = times.to_nearest(whole, [np.concatenate([goals, extra])])
        assert found[0][:, lane].tolist() == wanted[:, 0].tolist()


def test_programmes_for_a_town_agree_with_whole_runs_where_asked_and_in_any_threads() -> None:
    town, rng = lattice(13, seed=4), np.random.default_rng(5)
    cost = rng.integers(1, 1000, town.links).astype(np.int32)
    skeleton, goals = town.skeleton(), rng.integers(0, town.size, 3)
    at = rng.integers(0, town.size, 20)
    changes = []
    for made in (0, 1, 3, 40, town.links) * 8:
        links = rng.permutation(town.links)[:made]
        to = rng.choice([FAR, 1, 400, 2000], made)
        changes.append((links, to, rng.integers(0, town.size, made % 3)))
    tried = Programmes(times.customise(skeleton, cost), goals, at=at)

    found = tried.evaluate(changes)

    for lane, (links, to, extra) in enumerate(changes):
        changed = cost.copy()
        changed[links] = to
        wanted = town.dijkstra(changed, np.concatenate([goals, extra]))
        assert found[:, lane].tolist() == wanted[at].tolist()
    assert tried.evaluate(changes, threads=2).tobytes() == found.tobytes()
    assert tried.evaluate(changes[:3]).tobytes() == found[:, :3].tobytes()


def test_of_a_link_named_twice_in_a_programme_the_last_cost_counts() -> None:
    network = Network(2, np.array([0, 0]), np.array([1, 1]))
    tried = Programmes(times.customise(network.skeleton(), np.array([9, 8])), np.array([1]))

    found = tried.evaluate([(np.array([0, 0]), np.array([3, 5]), NONE), (NONE, NONE, NONE)])

    assert found.tolist() == [[5, 8], [0, 0]]


def test_programmes_that_make_no_sense_are_refused() -> None:
    network = Network(2, np.array([0]), np.array([1]))
    tried = Programmes(times.customise(network.skeleton(), np.array([9])), np.array([1]))
    one = np.array([1])

    with pytest.raises(OutOfRange, match="links"):
        tried.evaluate([(one, one, NONE)])
    with pytest.raises(UnequalLengths):
        tried.evaluate([(np.array([0]), NONE, NONE)])
    with pytest.raises(BadCost):
        tried.evaluate([(np.array([0]), np.array([-1]), NONE)])
    with pytest.raises(OutOfRange, match="extra"):
        tried.evaluate([(NONE, NONE, np.array([2]))])
    assert tried.evaluate([]).shape == (2, 0)
