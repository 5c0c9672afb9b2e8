import numpy as np
import pytest

from hoaban.measure.hierarchy.skeleton import Skeleton
from hoaban.measure.hierarchy.waits import NEVER, waits
from hoaban.measure.hierarchy.words import reaching
from hoaban.plan.joint.branches import Branch, branches, joined
from hoaban.plan.joint.parts import Flags, Ints
from hoaban.plan.joint.spots import Chains, Spots

SIZE = 14
CENTRE = np.array([0])


def network(seed: int) -> tuple[np.random.Generator, tuple[Ints, Ints]]:
    """Two-way roads, the links there and then the links back; some meet more than once."""
    lot = np.random.default_rng(seed)
    tail = np.concatenate([np.arange(1, SIZE), lot.integers(0, SIZE, 5)])
    head = np.concatenate([lot.integers(0, np.arange(1, SIZE)), lot.integers(0, SIZE, 5)])
    return lot, (np.concatenate([tail, head]), np.concatenate([head, tail]))


@pytest.mark.parametrize("seed", range(40))
def test_that_who_reaches_the_centre_is_the_same_on_spots(seed: int) -> None:
    lot, ends = network(seed)
    open_ = lot.random((len(ends[0]), 64)) < 0.6
    open_[lot.random(len(open_)) < 0.4] = True
    open_[lot.random(len(open_)) < 0.1] = False
    bits = np.packbits(open_, axis=1, bitorder="little").view(np.uint64)

    always: Flags = np.logical_and.reduce(open_, axis=1)
    never: Flags = np.logical_and.reduce(~open_, axis=1)
    found = Spots.of(SIZE, ends, always, never)

    whole = reaching(Skeleton.of(SIZE, *ends), bits, CENTRE)
    small = reaching(found.skeleton, bits[found.link], found.spot[CENTRE], at=found.spot)
    assert (small == whole).all()
    assert found.skeleton.links < len(open_)
    assert (found.place(found.link) == np.arange(len(found.link))).all()
    assert (found.place(np.flatnonzero(~open_.any(axis=1))) == -1).all()


@pytest.mark.parametrize("seed", range(40))
def test_that_who_waits_how_long_is_the_same_on_chains(seed: int) -> None:
    lot, ends = network(seed)
    roads = len(ends[0]) // 2
    wait = lot.choice([0, 0, 3, 9, 27, NEVER], (roads, 32)).astype(np.uint16)
    alike = lot.random(roads) < 0.8  # the others are shut there and not back
    every = np.concatenate([wait, np.where(alike[:, None], wait, NEVER)])
    keep = np.unique(np.append(lot.integers(0, SIZE, 3), 0))
    none = np.zeros(2 * roads, bool)
    spots = Spots.of(SIZE, ends, none, none)
    place = spots.place(np.arange(2 * roads))
    left = (place[:roads] >= 0) & (place[roads:] >= 0) & alike
    pairs = np.stack([place[:roads], place[roads:]], axis=1)[left]

    chains = Chains.of(spots, ends, pairs, spots.spot[keep])

    worst = np.zeros((chains.skeleton.links, 32), np.uint16)
    for link, chain in zip(spots.link, chains.chain, strict=True):
        if chain >= 0:
            worst[chain] = np.maximum(worst[chain], every[link])
    goal, at = spots.spot[CENTRE], spots.spot[keep]
    found = waits(chains.skeleton, worst, goal, at=at)
    assert (found == waits(Skeleton.of(SIZE, *ends), every, CENTRE, at=keep)).all()
    assert chains.skeleton.links <= len(spots.link)


def drawn(*roads: tuple[int, int], size: int) -> Chains:
    """Two-way roads between numbered spots, each a chain of its own."""
    tail, head = np.array(roads, np.int64).T
    there, back = np.concatenate([tail, head]), np.concatenate([head, tail])
    return Chains(np.arange(len(there)), there, back, Skeleton.of(size, there, back))


def open_but(chains: Chains, *shut: int) -> Flags:
    roads = len(chains.tail) // 2
    found = np.ones(2 * roads, bool)
    found[[*shut, *(roads + n for n in shut)]] = False
    return found


def opened(chains: Chains, *roads: int) -> list[Branch] | None:
    before = open_but(chains, *roads)
    return branches(chains, before, open_but(chains), joined(chains, before, 0))


def test_that_a_road_to_a_place_off_the_network_is_a_branch() -> None:
    chains = drawn((0, 1), (1, 2), (2, 3), size=4)  # the second is opened; 2 and 3 hang on it

    found = opened(chains, 1)

    assert found is not None
    assert [(one.spots.tolist(), one.foot) for one in found] == [([2, 3], 1)]
    assert sorted(found[0].chains.tolist()) == [1, 2, 4, 5]


def test_that_a_second_way_is_no_branch() -> None:
    ring = drawn((0, 1), (1, 2), (2, 0), size=3)
    round_about = drawn((0, 1), (0, 2), (1, 3), (2, 3), size=4)  # 3 joins at both 1 and 2

    assert opened(ring, 2) is None
    assert opened(round_about, 2, 3) is None


def test_that_two_feet_are_two_branches_and_what_stays_off_is_none() -> None:
    chains = drawn((0, 1), (1, 2), (0, 3), (4, 5), size=6)

    found = opened(chains, 1, 2, 3)

    assert found is not None
    assert sorted((one.spots.tolist(), one.foot) for one in found) == [([2], 1), ([3], 0)]
