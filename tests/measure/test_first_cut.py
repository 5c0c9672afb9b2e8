"""The method of the first cut, and that the network's own search agrees with it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from hoaban.measure import access, first_cut, network
from hoaban.measure.network import MODES, SEASONS
from tests.measure import world
from tests.measure.world import AT, facility


def test_nearest_walks_each_way_at_its_own_pace() -> None:
    """
    0 --10 down--> 1 <--30 up-- 2     3 (across the river, no way)
      <--25 up----   --15 down->
    clinic at 0
    """
    minutes = np.zeros((4, 4))
    minutes[0, 1], minutes[1, 0] = 10, 25
    minutes[2, 1], minutes[1, 2] = 30, 15

    found = first_cut.nearest(csr_array(minutes.T), np.array([0]))

    assert found.tolist() == [0, 25, 55, np.inf]


def test_nearest_is_without_a_way_where_there_is_no_goal() -> None:
    assert first_cut.nearest(csr_array(np.zeros((2, 2))), np.array([-1])).tolist() == [np.inf] * 2


LINKS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 7),
        st.sampled_from(["3km", "1km rise=120", "2km dry", "4km foot", "2km oneway", "5km bridge"]),
    ),
    min_size=1,
    max_size=14,
)


@given(LINKS, st.sets(st.integers(0, 7), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_both_methods_find_the_same_minutes(
    links: list[tuple[int, int, str]], goals: set[int]
) -> None:
    drawing = [f"N{a} --r{n} {what}-- N{b}" for n, (a, b, what) in enumerate(links) if a != b]
    drawn = world.drawn("\n".join(["Z0 --z0 1km-- Z1", *drawing]))
    names = sorted(row["id"] for row in drawn["road_nodes"])
    tables = world.tables(**drawn, facilities=[facility("market", names[g % len(names)])
                                               for g in goals])  # fmt: skip
    ground = network.lay(tables, AT)
    goal = access.facilities(tables, ground, AT)["market"]
    for mode in MODES:
        for season in SEASONS:
            ways = network.ways(tables, AT, mode, season)
            found = first_cut.differences(ways, goal, np.arange(len(names)))
            assert found.one_sided == 0
            assert found.greatest < 1e-3
