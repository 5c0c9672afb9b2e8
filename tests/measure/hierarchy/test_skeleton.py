"""The order of a network, before any weight."""

import numpy as np
import pytest
from hypothesis import given, settings

from hoaban.base.problems import Problem
from hoaban.measure.hierarchy.skeleton import (
    MOST,
    NotWholeNumbers,
    OutOfRange,
    Skeleton,
    TooTangled,
    UnequalLengths,
)
from tests.measure.hierarchy.networks import Network, lattice, networks


@settings(max_examples=150, deadline=None)
@given(networks())
def test_higher_neighbours_are_joined_with_each_other(network: Network) -> None:
    found = network.skeleton()

    up = [set(found.up[found.start[v] : found.start[v + 1]].tolist()) for v in range(found.size)]
    foot = np.repeat(np.arange(found.size), np.diff(found.start))
    arc = {(int(v), int(x)): a for a, (v, x) in enumerate(zip(foot, found.up, strict=True))}
    triangles = {
        (arc[v, x], arc[v, y], arc[x, y])
        for v in range(found.size)
        for x in up[v]
        for y in up[v]
        if x < y
    }
    assert all(x > v for v in range(found.size) for x in up[v])
    assert sorted(found.rank.tolist()) == list(range(found.size))
    assert set(map(tuple, found.triangles.tolist())) == triangles
    assert len(found.triangles) == len(triangles)
    assert found.triangles[:, 2].tolist() == sorted(found.triangles[:, 2].tolist())
    assert np.array_equal(
        np.repeat(np.arange(found.arcs), np.diff(found.under)), found.triangles[:, 2]
    )


@settings(max_examples=150, deadline=None)
@given(networks())
def test_every_link_lies_on_the_arc_between_its_ends(network: Network) -> None:
    found = network.skeleton()

    foot = np.repeat(np.arange(found.size), np.diff(found.start))
    for link in range(network.links):
        ends = [int(found.rank[end[link]]) for end in (network.tail, network.head)]
        arc = found.link_arc[link]
        if ends[0] == ends[1]:
            assert arc == -1
            continue
        assert [foot[arc], found.up[arc]] == sorted(ends)
        assert found.link_climbs[link] == (ends[0] < ends[1])
        side = 2 * arc + (not found.link_climbs[link])
        assert link in found.on_arc[found.first_on[side] : found.first_on[side + 1]]
    assert len(found.on_arc) == int((network.tail != network.head).sum())


def test_equal_networks_have_equal_bytes() -> None:
    town = lattice(12, seed=3)

    one, other = town.skeleton(), town.skeleton()

    for name in ("rank", "start", "up", "triangles", "under", "link_arc", "on_arc", "first_on"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_there_may_be_no_links_one_node_or_no_node() -> None:
    none = np.zeros(0, np.int64)

    assert Skeleton.of(3, none, none).arcs == 0
    assert Skeleton.of(1, np.array([0]), np.array([0])).link_arc.tolist() == [-1]
    assert Skeleton.of(0, none, none).size == 0


def test_a_street_is_cheap_to_order_and_a_full_mesh_is_refused() -> None:
    line = np.arange(9_999)
    assert Skeleton.of(10_000, line, line + 1).arcs < 30_000
    mesh = np.argwhere(np.triu(np.ones((1000, 1000), bool), 1))

    with pytest.raises(TooTangled, match=str(MOST)):
        Skeleton.of(1000, mesh[:, 0], mesh[:, 1])


@pytest.mark.parametrize(
    ("tail", "head", "problem"),
    [
        ([0, 3], [1, 1], OutOfRange),
        ([0, -1], [1, 1], OutOfRange),
        ([0, 1], [1], UnequalLengths),
        ([0.5], [1], NotWholeNumbers),
        ([[0]], [[1]], NotWholeNumbers),
    ],
)
def test_ends_that_are_no_nodes_are_refused(
    tail: list[int], head: list[int], problem: type[Problem]
) -> None:
    with pytest.raises(problem) as raised:
        Skeleton.of(3, np.array(tail), np.array(head))

    assert raised.value.text("en") != raised.value.text("vi")


def test_a_network_of_less_than_no_nodes_is_refused() -> None:
    with pytest.raises(OutOfRange):
        Skeleton.of(-1, np.zeros(0, np.int64), np.zeros(0, np.int64))
