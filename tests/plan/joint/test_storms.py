import random

import numpy as np
import pytest

from hoaban.measure.forecast import outlook
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.outlook import Outlook
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.storms import Expected, StormsPart
from tests.plan import small
from tests.plan.joint import scenes
from tests.plan.joint.scenes import CHANGES, work

YEARS = 60


def valley() -> Basis:
    bridge, drains, *_ = CHANGES
    works = [
        work("bridge", (bridge, ("r2",))),
        work("drains", (drains, ("r3",))),
        work("drains_1", (drains, ("r1",))),
        work("course", ({"course": "language"}, ("S1",)), kind="trains"),
    ]
    return scenes.basis(small.tables(), works)


def believed(here: Basis) -> Posterior:
    return outlook.learnt(here.tables, here.law, here.at)


def part_of(here: Basis) -> StormsPart:
    return StormsPart(here, years=YEARS, posterior=believed(here))


def drawn_again(here: Basis, chosen: set[int]) -> Outlook:
    """The forecast of the tables with the works built in, after the snapshot's own record."""
    return outlook.outlook(
        scenes.built(here, chosen),
        here.law,
        at=here.at,
        wet_months=here.place.wet_months,
        centre=here.reach.centre,
        places=here.nodes,
        people=here.people,
        posterior=believed(here),
        years=YEARS,
    )


def same(found: Expected, here: Basis, chosen: set[int]) -> None:
    mode = here.law.number("connection.prevailing_mode", here.at)
    truth = drawn_again(here, chosen).forecast.modes[mode]
    assert np.array_equal(found.days, truth.days, equal_nan=True)
    assert found.drawn == np.nansum(here.people * truth.days)


@pytest.mark.parametrize("seed", range(6))
def test_that_random_provinces_are_as_forecast_with_the_works_built(seed: int) -> None:
    here = scenes.drawn(seed, nodes=14, works=8)
    part, lot = part_of(here), random.Random(seed)  # noqa: S311
    numbers = range(len(here.works))

    for _ in range(4):
        chosen = set(lot.sample(numbers, lot.randint(0, len(numbers))))
        same(part.start(chosen), here, chosen)


@pytest.mark.parametrize("seed", range(4))
def test_that_moves_on_top_are_as_forecast_with_the_works_built(seed: int) -> None:
    here = scenes.drawn(seed, nodes=14, works=12)
    part, chosen, state = part_of(here), set[int](), None

    for step in ((3, 4), (0,), (7, 9)):
        state = part.start(chosen) if state is None else state
        moves = [(n,) for n in range(12) if n not in {*chosen, *step}] + [step]
        after = part.after(state, chosen, moves)
        for move, found in zip(moves, after, strict=True):
            afresh = part_of(here).start({*chosen, *move})
            assert np.array_equal(found.days, afresh.days, equal_nan=True)
        chosen, state = chosen | set(step), after[-1]
        same(state, here, chosen)


def test_that_more_works_never_cut_off_more_people() -> None:
    part = part_of(valley())

    found = [part.start(chosen) for chosen in ((), (2,), (0, 2), (0, 1, 2))]

    totals = [one.people_days for one in found]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > totals[-1] > 0


def test_that_who_has_no_way_in_the_rains_counts_for_all_of_them() -> None:
    here = valley()
    part = part_of(here)

    before, bridged = part.start(()), part.start({0, 1})

    assert np.isnan(before.days).tolist() == [False, False, True, True]
    assert before.people_days == before.drawn + 200 * 153  # days from May to September
    assert not np.isnan(bridged.days).any()
    assert bridged.people_days == bridged.drawn


def test_that_a_move_elsewhere_leaves_the_state_alone() -> None:
    part = part_of(valley())

    before = part.start({1})

    assert part.touches.tolist() == [True, True, True, False]
    assert part.after(before, {1}, [(3,)])[0] is before
    assert part.without(part.start({0, 1}), {1}, {0}).drawn == before.drawn


def test_that_threads_change_nothing() -> None:
    here = scenes.drawn(2, nodes=14, works=8)
    parts = [
        StormsPart(here, years=300, posterior=believed(here), threads=threads)
        for threads in (1, 2, 5)
    ]

    one, *more = [part.start({0, 3, 5}) for part in parts]

    assert all(np.array_equal(one.days, other.days, equal_nan=True) for other in more)
    assert one.drawn > 0
