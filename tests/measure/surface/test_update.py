"""A road, a bridge or a station tried on times that are there: exactly, and taken back."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hoaban.measure.surface import prepared, travel, update
from hoaban.measure.surface.slope import LANGMUIR, TOBLER
from hoaban.measure.surface.travel import FAR, Surface, Times, prepare

Floats = npt.NDArray[np.float64]


def state(surface: Surface, times: Times) -> list[bytes]:
    """Everything an improvement may touch."""
    layers = [surface.shut, surface.walk, surface.roll, surface.heights, times.field]
    numbers = [repr((surface.most, surface.edition, times.edition, times.improved)).encode()]
    return [layer.tobytes() for layer in layers if layer is not None] + numbers


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """Hills or level ground, land cover, roads and barriers, one of walk and roll perhaps
    uniform, as `prepare` takes it; the first and last cell are open.
    """
    shape = tuple(rng.integers(3, 14, 2))
    barrier = rng.random(shape) < rng.choice([0.0, 0.15, 0.4])
    barrier[0, 0] = barrier[-1, -1] = False
    walk, roll = rng.uniform(0.3, rng.choice([0.6, 3]), shape), np.zeros(shape)
    roll[rng.random(shape) < 0.2] = 0.3
    uniform = rng.choice(["walk", "roll", "none"])
    return {
        "heights": rng.random(shape) * 60 if rng.random() < 0.5 else None,
        "walk": rng.choice([0.0, 0.3, rng.uniform(0.1, 1)]) if uniform == "walk" else walk,
        "roll": rng.choice([0.0, 0.1, rng.uniform(0, 1)]) if uniform == "roll" else roll + 0.1,
        "slope": LANGMUIR if rng.random() < 0.3 else TOBLER,
        "neighbours": int(rng.choice([8, 16])),
        "barrier": barrier,
    }


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_an_improved_surface_is_one_prepared_anew(seed: int, toward: bool) -> None:
    """Cells get faster by what is laid by cell; a uniform walk or roll is kept as it is."""
    rng = np.random.default_rng(seed)
    ground = drawn(rng)
    surface = prepare(30, **ground)
    times = travel.travel(surface, [0], toward=toward)
    some = rng.integers(1, surface.rows * surface.columns, 8)
    cells = np.setdiff1d(some, np.flatnonzero(ground["barrier"]))
    layers = {name: ground[name].copy() for name in ("walk", "roll") if np.ndim(ground[name])}
    for layer in layers.values():
        layer.flat[cells] *= rng.choice([0.5, 1.0])

    paces = {name: layer.flat[cells] for name, layer in layers.items()}
    update.improve(surface, times, cells=cells, **paces)

    anew = prepare(30, **{**ground, **layers})
    assume(anew.units == surface.units)  # else paces are kept more finely than they were
    assert np.array_equal(times.ticks, travel.travel(anew, [0], toward=toward).ticks)


def test_a_uniform_walk_that_is_kept_is_the_one_laid() -> None:
    """Walk 0.3 is not whole in float32: a road that halves the roll is no slower for it."""
    roll = np.random.default_rng(0).uniform(0.05, 0.5, (9, 9))
    surface = prepare(30, roll=roll, walk=0.3, neighbours=8)
    times = travel.travel(surface, [0])
    road = np.arange(20, 40)

    assert not update.faster(surface, times, road, roll=roll.flat[road]).any()
    update.improve(surface, times, cells=road, roll=roll.flat[road])
    assert np.array_equal(times.ticks, travel.travel(surface, [0]).ticks)

    roll.flat[road] /= 2
    update.improve(surface, times, cells=road, roll=roll.flat[road])
    anew = prepare(30, roll=roll, walk=0.3, neighbours=8)
    assert np.array_equal(times.ticks, travel.travel(anew, [0]).ticks)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.sampled_from([None, 120.0, 900.0]))
def test_an_update_is_a_full_run_and_undo_is_as_if_nothing_happened(
    seed: int, toward: bool, cut_off_s: float | None
) -> None:
    """Two changes on top of each other, of roads, bridges over barriers and new sources."""
    rng = np.random.default_rng(seed)
    surface = prepare(30, **drawn(rng))
    size = surface.rows * surface.columns
    sources = [0]
    times = travel.travel(surface, sources, toward=toward, cut_off_s=cut_off_s)
    undone, changes = [], []
    for _ in range(2):
        undone.append(state(surface, times))
        cells = np.unique(rng.integers(0, size, rng.integers(0, 9)))
        paces = {"walk": 0.0, "roll": rng.uniform(0.05, 0.25)}
        cells = cells[update.faster(surface, times, cells, **paces)]
        added = rng.integers(0, size, rng.integers(0, 2))
        added = added[surface.passable(added)].tolist()
        before = times.ticks.ravel()

        change = update.improve(surface, times, cells=cells, **paces, sources=added)

        sources = sources + added
        full = travel.travel(surface, sources, toward=toward, cut_off_s=cut_off_s)
        assert times.field.tobytes() == full.field.tobytes()
        moved = np.flatnonzero(before != full.ticks.ravel())
        assert np.sort(change.cells).tolist() == moved.tolist()
        assert np.array_equal(change.before, before[change.cells])
        assert np.array_equal(change.after, full.ticks.ravel()[change.cells])
        changes.append(change)
    for change, was in zip(changes[::-1], undone[::-1], strict=True):
        change.undo()
        assert state(surface, times) == was


def test_a_road_on_a_changed_surface_is_that_road_laid_from_the_start() -> None:
    rng = np.random.default_rng(1)
    heights, walk, roll = rng.random((20, 30)) * 90, np.full((20, 30), 0.8), np.zeros((20, 30))
    surface = prepare(30, heights=heights, walk=walk, roll=roll)
    times = travel.travel(surface, [0])
    road = 7 * 30 + np.arange(3, 28)

    update.improve(surface, times, cells=road, walk=0, roll=0.144)

    walk.flat[road], roll.flat[road] = 0, 0.144
    laid = travel.travel(prepare(30, heights=heights, walk=walk, roll=roll), [0])
    assert np.array_equal(laid.ticks, times.ticks)


@pytest.mark.parametrize("neighbours", [8, 16])
def test_a_bridge_opens_a_river(neighbours: int) -> None:
    """
    A . # . .      # a river; the bridge goes into the middle row
    . . = . B
    . . # . .
    """
    shut = np.zeros((3, 5), bool)
    shut[:, 2] = True
    heights = np.zeros((3, 5))
    surface = prepare(
        100,
        heights=heights,
        walk=np.ones((3, 5)),
        roll=np.zeros((3, 5)),
        barrier=shut,
        neighbours=neighbours,
    )
    times = travel.travel(surface, [5])
    assert np.isinf(times.seconds()[:, 2:]).all()

    bridge = update.improve(surface, times, cells=[7], walk=1.0)

    assert times.seconds()[1].tolist() == [0, 100, 200, 300, 400]
    assert sorted(bridge.cells.tolist()) == [3, 4, 7, 8, 9, 13, 14]
    assert set(bridge.before.tolist()) == {FAR}
    bridge.undo()
    assert np.isinf(times.seconds()[:, 2:]).all()
    assert not surface.passable(7)


def test_a_new_station_needs_no_cells_and_works_on_uniform_ground() -> None:
    heights = np.random.default_rng(2).random((90, 100)) * 40
    surface = prepare(30, heights=heights)
    times = travel.travel(surface, [0])
    before = times.ticks.tobytes()

    station = update.improve(surface, times, sources=[8999])

    assert np.array_equal(times.ticks, travel.travel(surface, [0, 8999]).ticks)
    assert len(station.cells) > 3000
    station.undo()
    assert times.ticks.tobytes() == before
    assert len(update.improve(surface, times, sources=[0]).cells) == 0


def test_on_level_ground_both_paces_are_one() -> None:
    surface = prepare(10, walk=np.full((1, 5), 2.0), roll=np.full((1, 5), 1.0), neighbours=8)
    times = travel.travel(surface, [0])
    with pytest.raises(update.BothNeeded):
        update.improve(surface, times, cells=[2], walk=1.0)

    gentle = float(TOBLER.seconds_per_metre(np.zeros(1))[0])
    update.improve(surface, times, cells=[1, 2, 3, 4], walk=0.5, roll=[0.5, 0.5, 0.5, 0.5])

    ends = (2 * gentle + 1 + 0.5 * gentle + 0.5) / 2
    assert times.seconds()[0, 1] == pytest.approx(10 * ends)


def test_what_is_not_faster_is_refused_and_nothing_changes() -> None:
    """A road at 10 km/h (0.36 s/m) beats walking at 1 s/m, not the road that is there."""
    walk, roll = np.ones((4, 6)), np.zeros((4, 6))
    walk[1], roll[1] = 0, 0.1
    heights = np.random.default_rng(3).random((4, 6)) * 20
    surface = prepare(30, heights=heights, walk=walk, roll=roll)
    times = travel.travel(surface, [0])
    was = state(surface, times)
    column = [2, 8, 14]

    assert update.faster(surface, times, column, walk=0, roll=0.36).tolist() == [True, False, True]
    with pytest.raises(update.NotFaster, match="8"):
        update.improve(surface, times, cells=column, walk=0, roll=0.36)
    with pytest.raises(update.NotFaster):
        update.improve(surface, times, cells=[2], roll=0.36)
    with pytest.raises(prepared.NegativePace, match="roll"):
        update.improve(surface, times, cells=[2], walk=0, roll=-1)
    with pytest.raises(prepared.BadSize, match="walk"):
        update.improve(surface, times, cells=[2], walk=[0, 0], roll=0)
    with pytest.raises(travel.OffGrid):
        update.improve(surface, times, cells=[2, 24], walk=0, roll=0)
    with pytest.raises(travel.OffGrid):
        update.improve(surface, times, cells=[2], walk=0, roll=0.2, sources=[-1])
    assert state(surface, times) == was


def test_what_cannot_be_improved_says_so() -> None:
    heights = np.zeros((3, 3))
    uniform = prepare(30, heights=heights)
    with pytest.raises(update.Uniform):
        update.improve(uniform, travel.travel(uniform, [0]), cells=[4], walk=0.5)

    heights[1, 1] = np.nan
    surface = prepare(30, heights=heights, walk=np.ones((3, 3)))
    times = travel.travel(surface, [0])
    with pytest.raises(update.NoHeight):
        update.improve(surface, times, cells=[4], walk=0.5)
    with pytest.raises(travel.ShutSources):
        update.improve(surface, times, sources=[4])
    shut = prepare(30, walk=np.ones((1, 3)), barrier=np.array([[False, True, False]]))
    with pytest.raises(update.TooSlow):
        update.improve(shut, travel.travel(shut, [0]), cells=[1], walk=1e6)


def test_times_of_another_edition_are_refused() -> None:
    surface = prepare(30, walk=np.ones((3, 3)))
    old, times = travel.travel(surface, [0]), travel.travel(surface, [0])
    first = update.improve(surface, times, cells=[4], walk=0.5)
    second = update.improve(surface, times, sources=[8])

    with pytest.raises(update.OutOfOrder):
        update.improve(surface, old, cells=[5], walk=0.5)
    with pytest.raises(update.OutOfOrder):
        first.undo()
    second.undo()
    first.undo()
    with pytest.raises(update.OutOfOrder):
        first.undo()
    update.improve(surface, old, cells=[5], walk=0.5)
    other = prepare(30, walk=np.ones((3, 3)))
    with pytest.raises(update.OutOfOrder):
        update.improve(other, times, sources=[8])
