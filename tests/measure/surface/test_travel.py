"""Travel time over the ground, beside GRASS, scikit-image and scipy, and by hand."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from skimage.graph import MCP_Geometric

from hoaban.measure import memory
from hoaban.measure.surface import prepared, travel
from hoaban.measure.surface.slope import FLAT, LANGMUIR, TOBLER
from hoaban.measure.surface.travel import FAR, UNREACHABLE, prepare
from tests.measure.surface import grass, terrain
from tests.measure.surface.terrain import Ground

Floats = npt.NDArray[np.float64]
GROUNDS = {"jacksboro": terrain.jacksboro, "fractal": terrain.fractal}
LAMBDA = 0.7


@pytest.fixture(scope="module", params=sorted(GROUNDS))
def ground(request: pytest.FixtureRequest) -> Ground:
    """Real or synthetic ground."""
    return GROUNDS[request.param]()


@pytest.fixture(scope="module")
def by_grass(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Floats]:
    """r.cost and r.walk over it: by 8 neighbours, and with the knight's move."""
    walk = f"r.walk friction=friction start_raster=sources lambda={LAMBDA}"
    cost = "r.cost input=friction start_raster=sources"
    commands = {
        "cost_8": cost,
        "cost_16": f"{cost} -k",
        "from_8": f"{walk} elevation=heights",
        "from_16": f"{walk} elevation=heights -k",
        "toward_8": f"{walk} elevation=lowered",
        "toward_16": f"{walk} elevation=lowered -k",
    }
    return grass.run(tmp_path_factory.mktemp("grass"), ground, commands)


def same(ours: Floats, theirs: Floats, within: float = 1e-5) -> None:
    """Equal to a relative tolerance, and unreachable in the same cells."""
    assert np.array_equal(np.isfinite(ours), np.isfinite(theirs))
    assert np.isfinite(ours).mean() > 0.5
    reached = np.isfinite(ours)
    np.testing.assert_allclose(ours[reached], theirs[reached], rtol=within, atol=1e-3)


@pytest.mark.parametrize("neighbours", [8, 16])
def test_without_heights_it_is_r_cost(
    ground: Ground, by_grass: dict[str, Floats], neighbours: int
) -> None:
    surface = prepare(
        ground.cell_m, roll=ground.friction, barrier=ground.barrier, neighbours=neighbours
    )
    ours = travel.travel(surface, ground.sources).seconds()

    same(ours / ground.cell_m, by_grass[f"cost_{neighbours}"])


@pytest.mark.parametrize("neighbours", [8, 16])
@pytest.mark.parametrize("toward", [False, True])
def test_with_langmuir_it_is_r_walk(
    ground: Ground, by_grass: dict[str, Floats], neighbours: int, toward: bool
) -> None:
    """r.walk goes from its sources; on the ground turned over, what it finds goes toward them."""
    surface = prepare(
        ground.cell_m,
        heights=ground.heights,
        roll=LAMBDA * ground.friction,
        slope=LANGMUIR,
        barrier=ground.barrier,
        neighbours=neighbours,
    )
    ours = travel.travel(surface, ground.sources, toward=toward).seconds()

    same(ours, by_grass[f"{'toward' if toward else 'from'}_{neighbours}"])


@pytest.mark.parametrize("neighbours", [8, 16])
def test_uniform_ground_is_the_same_ground(ground: Ground, neighbours: int) -> None:
    """One number and an array of it give the same times, to the rounding of a tick."""
    shape = ground.heights.shape
    one, all_ = (
        travel.travel(
            prepare(
                ground.cell_m,
                heights=ground.heights,
                walk=walk,
                roll=roll,
                slope=LANGMUIR,
                barrier=ground.barrier,
                neighbours=neighbours,
            ),
            ground.sources,
        ).seconds()
        for walk, roll in ((1.0, 0.25), (np.ones(shape), np.full(shape, 0.25)))
    )

    same(one, all_)


def test_at_8_neighbours_it_is_scikit_image(ground: Ground) -> None:
    surface = prepare(ground.cell_m, roll=ground.friction, barrier=ground.barrier, neighbours=8)
    costs = np.where(ground.barrier, -1, ground.friction)
    starts = [divmod(cell, costs.shape[1]) for cell in ground.sources]
    theirs, _ = MCP_Geometric(costs, fully_connected=True).find_costs(starts)

    same(travel.travel(surface, ground.sources).seconds() / ground.cell_m, theirs)


@pytest.mark.parametrize("toward", [True, False])
def test_at_8_neighbours_it_is_dijkstra(ground: Ground, toward: bool) -> None:
    """Tobler over land cover, with a road on which slope does not matter."""
    walk = np.where(ground.roads > 0, 0, ground.friction)
    surface = prepare(
        ground.cell_m,
        heights=ground.heights,
        walk=walk,
        roll=ground.roads,
        slope=TOBLER,
        barrier=ground.barrier,
        neighbours=8,
    )
    links = moves(ground, walk)
    theirs = dijkstra(links.T if toward else links, indices=ground.sources, min_only=True)

    ours = travel.travel(surface, ground.sources, toward=toward).seconds()

    same(ours, np.where(ground.barrier, np.inf, theirs.reshape(ours.shape)))


def moves(ground: Ground, walk: Floats) -> csr_array:
    """Every move to the eight neighbours, in seconds, written out again without tables."""
    rows, columns = ground.heights.shape
    cells = np.arange(rows * columns).reshape(rows, columns)
    tail, head, seconds = [], [], []
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            if (down, across) == (0, 0):
                continue
            a = (
                slice(max(0, -down), rows - max(0, down)),
                slice(max(0, -across), columns - max(0, across)),
            )
            b = (
                slice(max(0, down), rows - max(0, -down)),
                slice(max(0, across), columns - max(0, -across)),
            )
            length = np.hypot(down, across) * ground.cell_m
            slope = (ground.heights[b] - ground.heights[a]) / length
            pace = (walk[a] + walk[b]) / 2 * np.exp(3.5 * (np.abs(slope + 0.05) - 0.05))
            cost = length * (pace + (ground.roads[a] + ground.roads[b]) / 2)
            open_ = ~(ground.barrier[a] | ground.barrier[b])
            tail.append(cells[a][open_])
            head.append(cells[b][open_])
            seconds.append(cost[open_])
    size = rows * columns
    parts = (np.concatenate(tail), np.concatenate(head))
    return csr_array(coo_array((np.concatenate(seconds), parts), shape=(size, size)))


def test_a_knight_pays_the_mean_of_four_cells() -> None:
    """
    0 1 2      from 0 a knight goes to 5 between 1 and 4; metres are 10, paces as drawn
    1 4 1
    """
    pace = np.array([[1.0, 4.0, 9.0], [9.0, 4.0, 2.0]])
    times = travel.travel(prepare(10, roll=pace, neighbours=16), [0], toward=False)

    assert times.seconds()[1, 2] == pytest.approx(10 * np.sqrt(5) * (1 + 4 + 4 + 2) / 4, abs=1e-4)


@pytest.mark.parametrize("course", ["straight", "slanting"])
def test_a_knight_does_not_jump_a_river_of_one_cell(course: str) -> None:
    """The river parts the grid; corners of a slanting one touch, so it is drawn in steps."""
    shut = np.zeros((9, 9), bool)
    if course == "straight":
        shut[4] = True
    else:
        shut[np.arange(9), np.arange(9)] = True
        shut[np.arange(8), np.arange(1, 9)] = True
    times = travel.travel(prepare(30, roll=np.ones((9, 9)), barrier=shut, neighbours=16), [72])

    assert times.minutes()[0, 8] == UNREACHABLE
    assert times.minutes()[8, 8 if course == "straight" else 1] < 60


def test_uphill_is_not_downhill() -> None:
    """A ramp of 20 % up to the east, 1 km: Langmuir's 0.72 + 6·slope up, 0.72 - 2·slope down."""
    ramp = np.tile(np.arange(11) * 20.0, (1, 1))
    surface = prepare(100, heights=ramp, slope=LANGMUIR, neighbours=8)

    up = travel.travel(surface, [10], toward=True).seconds()[0, 0]
    down = travel.travel(surface, [10], toward=False).seconds()[0, 0]

    assert up == pytest.approx(1000 * (0.72 + 6 * 0.2))
    assert down == pytest.approx(1000 * (0.72 - 1.9998 * 0.2))


def test_flat_speed_knows_no_slope(ground: Ground) -> None:
    flat = prepare(30, heights=ground.heights, walk=0.9, slope=FLAT, neighbours=8)
    level = prepare(30, walk=np.full(ground.heights.shape, 0.9), neighbours=8)

    assert np.array_equal(
        travel.travel(flat, ground.sources).ticks, travel.travel(level, ground.sources).ticks
    )


def test_minutes_are_rounded_up_and_an_hour_is_an_hour() -> None:
    """Cells of 1 km at 0.72 s a metre: 12 minutes each, 60 minutes for five of them."""
    times = travel.travel(prepare(1000, roll=np.full((1, 7), 0.72)), [0])

    assert times.minutes().tolist() == [[0, 12, 24, 36, 48, 60, 72]]
    assert times.minutes().dtype == np.uint16
    slower = travel.travel(prepare(1000, roll=np.full((1, 7), 0.7201)), [0])
    assert slower.minutes().tolist() == [[0, 13, 25, 37, 49, 61, 73]]


@pytest.mark.parametrize("neighbours", [8, 16])
def test_a_cut_off_changes_nothing_within_it(ground: Ground, neighbours: int) -> None:
    surface = prepare(
        ground.cell_m,
        heights=ground.heights,
        walk=ground.friction,
        barrier=ground.barrier,
        neighbours=neighbours,
        tick_s=1e-4,
    )
    whole = travel.travel(surface, ground.sources).ticks
    cut = travel.travel(surface, ground.sources, cut_off_s=1800)

    assert cut.cut_off_s == 1800
    assert np.array_equal(cut.ticks, np.where(whole <= 1800 * 10_000, whole, FAR))
    assert 0.02 < (cut.ticks < FAR).mean() < 0.9


def test_a_cut_off_makes_the_tick_finer(ground: Ground) -> None:
    surface = prepare(30, roll=ground.friction)

    assert travel.travel(surface, [0], cut_off_s=900).per_second == 1_000_000
    assert travel.travel(surface, [0], cut_off_s=36_000).per_second == 20_000
    assert travel.travel(surface, [0]).per_second == 10_000


@pytest.mark.parametrize("neighbours", [8, 16])
def test_two_runs_and_any_number_of_threads_give_the_same_bytes(
    ground: Ground, neighbours: int
) -> None:
    surface = prepare(
        ground.cell_m,
        heights=ground.heights,
        walk=ground.friction,
        roll=ground.roads,
        barrier=ground.barrier,
        neighbours=neighbours,
    )
    sets = [[cell] for cell in ground.sources] + [ground.sources, ground.sources[::-1]]

    one = [travel.travel(surface, some) for some in sets]
    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(partial(travel.travel, surface), sets))

    assert [t.field.tobytes() for t in one] == [t.field.tobytes() for t in several]
    assert one[-1].field.tobytes() == one[-2].field.tobytes()
    least = np.minimum.reduce([t.ticks for t in one[:-2]])
    assert np.array_equal(one[-1].ticks, least)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7))
def test_any_small_surface_is_what_dijkstra_finds(seed: int, rows: int, columns: int) -> None:
    """Free ground, cliffs and barriers included: the queue is exact whatever its width."""
    rng, shape = np.random.default_rng(seed), (rows, columns)
    shut = rng.random(shape) < 0.2
    shut[0, 0] = False
    heights = rng.integers(0, 40, shape).astype(np.float64)
    walk, roll = rng.random(shape) * 8, rng.random(shape)
    walk, roll = np.where(walk < 3, 0, walk), np.where(roll < 0.4, 0, roll)
    drawn = Ground(25, heights, walk, roll, shut, [0])
    surface = prepare(25, heights=drawn.heights, walk=walk, roll=roll, barrier=shut, neighbours=8)
    theirs = dijkstra(moves(drawn, walk), indices=[0]).reshape(shape)
    theirs[shut | (theirs > 80_000)] = np.inf

    ours = travel.travel(surface, [0], toward=False, cut_off_s=100_000).seconds()

    ours[ours > 80_000] = np.inf
    assert np.array_equal(np.isfinite(ours), np.isfinite(theirs))
    reached = np.isfinite(ours)
    np.testing.assert_allclose(ours[reached], theirs[reached], rtol=1e-5, atol=2e-3)


def test_any_number_of_sources() -> None:
    """Sources all over the map, but for a hole in it, are as good as those on its rim."""
    pace = np.random.default_rng(4).uniform(0.1, 9, (540, 500))
    hole = np.zeros(pace.shape, bool)
    hole[100:300, 200:260] = True
    rim = ~hole
    rim[102:298, 202:258] = False
    rim[:98], rim[302:], rim[:, :198], rim[:, 262:] = False, False, False, False
    surface = prepare(30, roll=pace)

    everywhere = travel.travel(surface, np.flatnonzero(~hole)).ticks
    around = travel.travel(surface, np.flatnonzero(rim & ~hole)).ticks

    assert not everywhere[~hole].any()
    assert np.array_equal(everywhere[hole], around[hole])


def test_a_cell_without_a_value_is_a_barrier() -> None:
    heights, walk = np.zeros((3, 5)), np.ones((3, 5))
    heights[:, 2] = np.nan
    walk[0, 4] = np.inf
    surface = prepare(30, heights=heights, walk=walk)
    times = travel.travel(surface, [0])

    assert np.isinf(times.seconds()[:, 2:]).all()
    assert times.ticks[1, 3] == FAR
    assert times.minutes()[0, 4] == UNREACHABLE
    assert surface.passable([0, 2, 4, -1, 15]).tolist() == [True, False, False, False, False]


def test_bad_layers_are_refused() -> None:
    ones = np.ones((3, 3))
    with pytest.raises(prepared.NothingGiven):
        prepare(30)
    with pytest.raises(prepared.BadSize, match="walk"):
        prepare(30, heights=ones, walk=np.ones((3, 4)))
    with pytest.raises(prepared.NegativePace, match="1"):
        prepare(30, walk=np.where(np.eye(3) > 2, 1, ones) - 2 * (np.arange(9).reshape(3, 3) == 4))
    with pytest.raises(prepared.NegativePace):
        prepare(30, heights=ones, walk=-0.5)
    with pytest.raises(prepared.AllBarrier):
        prepare(30, walk=ones, barrier=ones > 0)
    with pytest.raises(prepared.AllBarrier):
        prepare(30, heights=ones * np.nan)
    with pytest.raises(prepared.AbsurdHeight, match="32768"):
        prepare(30, heights=ones * -32768)


@pytest.mark.parametrize(
    ("height", "taken"),
    [(-9999, False), (-501, False), (9001, False), (-500, True), (9000, True), (np.nan, True)],
)
@pytest.mark.parametrize("shut", [False, True])
def test_a_missing_value_that_was_not_declared_is_no_height(
    height: float, taken: bool, shut: bool
) -> None:
    """Nor is it one under a barrier, which an update could open."""
    heights, barrier = np.full((3, 3), 600.0), np.zeros((3, 3), bool)
    heights[1, 1], barrier[1, 1] = height, shut
    if taken:
        assert not prepare(30, heights=heights, barrier=barrier).shut.all()
        return
    with pytest.raises(prepared.AbsurdHeight, match=str(height)) as refused:
        prepare(30, heights=heights, barrier=barrier)
    assert "nodata" in refused.value.text("en")


def test_a_uniform_pace_is_a_raster_of_it() -> None:
    rng = np.random.default_rng(6)
    shape = (12, 14)
    for heights in (None, rng.random(shape) * 80):
        for walk, roll in ((0.3, rng.uniform(0.05, 0.5, shape)), (0.7, 0.1)):
            one = prepare(30, heights=heights, walk=walk, roll=np.broadcast_to(roll, shape))
            other = prepare(30, heights=heights, walk=np.full(shape, walk), roll=roll)
            assert np.array_equal(travel.travel(one, [0]).ticks, travel.travel(other, [0]).ticks)


def test_bad_settings_are_refused() -> None:
    ones = np.ones((3, 3))
    for settings_ in ({"neighbours": 4}, {"tick_s": 1e-3}, {"tick_s": 0.7e-4}):
        with pytest.raises(prepared.BadSetting, match=next(iter(settings_))):
            prepare(30, walk=ones, **settings_)
    with pytest.raises(prepared.BadSetting, match="cell_m"):
        prepare(float("nan"), walk=ones)
    with pytest.raises(prepared.BadSetting, match="cut_off_s"):
        travel.travel(prepare(30, walk=ones), [0], cut_off_s=-1)


def test_bad_sources_are_refused() -> None:
    shut = np.array([[False, True, False]])
    surface = prepare(30, walk=np.ones((1, 3)), barrier=shut)
    with pytest.raises(travel.NoSources):
        travel.travel(surface, [])
    with pytest.raises(travel.OffGrid, match="-1"):
        travel.travel(surface, [0, -1])
    with pytest.raises(travel.OffGrid):
        travel.travel(surface, [3])
    with pytest.raises(travel.ShutSources, match="1"):
        travel.travel(surface, [0, 1])


def test_a_time_too_long_for_its_ticks_is_refused() -> None:
    """Fifty moves of one hour are more than the 44 hours that ticks of 0.1 ms can hold."""
    surface = prepare(100, roll=np.full((1, 51), 36.0))
    with pytest.raises(travel.TooFar, match="44"):
        travel.travel(surface, [0])

    cut = travel.travel(surface, [0], cut_off_s=40 * 3600)
    assert cut.seconds()[0, :41].tolist() == [hour * 3600.0 for hour in range(41)]
    assert np.isinf(cut.seconds()[0, 41:]).all()
    with pytest.raises(travel.TooFar):
        travel.travel(surface, [0], cut_off_s=50 * 3600)
    fine = prepare(100, roll=np.full((1, 51), 1.0), tick_s=1e-6)
    with pytest.raises(travel.TooFar):
        travel.travel(fine, [0])


def test_a_run_too_large_for_memory_is_refused_before_it_starts() -> None:
    endless = np.broadcast_to(np.float32(1), (2_000_000, 2_000_000))
    with pytest.raises(memory.TooLarge, match="GB"):
        prepare(1, heights=endless)


def test_refusals_speak_vietnamese_first(tmp_path: Path) -> None:
    with pytest.raises(travel.NoSources) as refused:
        travel.travel(prepare(30, walk=np.ones((2, 2))), [])
    assert "điểm xuất phát" in str(refused.value)
    assert "source" in refused.value.text("en")


def test_a_cliff_that_can_be_walked_round_is_no_overflow() -> None:
    """Straight down the cliff takes 50 hours, more than is held; the way round does not."""
    heights = np.zeros((3, 3))
    heights[0, 1:] = 77.85
    heights[1, 2], heights[2, 2] = 60, 30

    round_ = travel.travel(prepare(30, heights=heights, neighbours=8), [0])

    assert round_.minutes().max() < 60
    with pytest.raises(travel.TooFar):
        travel.travel(prepare(30, heights=heights[:1], neighbours=8), [0])


def test_that_seconds_at_some_cells_are_those_of_the_whole() -> None:
    surface = prepare(10.0, walk=np.linspace(1, 2, 35).reshape(5, 7), neighbours=8)
    times = travel.travel(surface, [3], cut_off_s=60)

    found = times.seconds_at(np.array([0, 3, 34, -1]))

    assert found.tolist() == [*times.seconds().ravel()[[0, 3, 34]].tolist(), np.inf]
