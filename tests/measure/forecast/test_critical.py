import numpy as np
import pytest
from hypothesis import given, settings

from hoaban.measure.forecast import spells
from hoaban.measure.forecast.critical import critical, saved
from hoaban.measure.forecast.dependence import depend
from hoaban.measure.forecast.spells import DAY, Forecast
from hoaban.measure.forecast.storms import Storms
from hoaban.measure.network import Ways
from tests.measure.forecast import scenes
from tests.measure.forecast.scenes import storms
from tests.measure.forecast.test_spells import LINE, RING, ask, scenes_


def person_days(forecast: Forecast, mode: str) -> float:
    return float(forecast.modes[mode].lost.sum()) / (forecast.storms.years * DAY)


def test_that_the_road_which_alone_cuts_off_most_comes_first() -> None:
    drawn = storms([(0, [(0, 96, "none")]), (9_000, [(1, 192, "none")])], [])

    found = critical(ask(LINE, drawn, (0, 1), people=np.array([10, 30])), "car")

    assert found.road.tolist() == [1, 0]
    assert found.people.tolist() == [40, 10]
    assert found.shut_days.tolist() == [1, 0.5]
    assert found.people_days.tolist() == [40, 5]
    assert found.saved.tolist() == [40, 5]


def test_that_two_roads_shut_together_save_nothing_alone() -> None:
    drawn = storms([(0, [(0, 96, "none"), (1, 96, "none")])])

    found = critical(ask(LINE, drawn), "car")

    assert found.people_days.tolist() == [100, 100]
    assert found.saved.tolist() == [0, 0]


def test_that_a_road_nobody_depends_on_may_still_save_days() -> None:
    drawn = storms([(0, [(0, 96, "none"), (2, 50, "none")])])
    found = ask(RING, drawn)

    assert found.modes["car"].people.tolist() == [0, 0, 0]
    assert len(critical(found, "car").road) == 0
    assert saved(found, "car", np.array([0, 1, 2])) == pytest.approx([5000 / 96, 0, 5000 / 96])


def test_that_no_more_roads_are_named_than_asked() -> None:
    drawn = storms([(0, [(0, 96, "none")]), (9_000, [(1, 192, "none")])])

    assert critical(ask(LINE, drawn), "car", most=1).road.tolist() == [1]


@settings(max_examples=25, deadline=None)
@given(scenes_())
def test_that_what_is_saved_is_what_storms_without_the_road_cut_off_less(
    scene: tuple[dict[str, Ways], Storms, int],
) -> None:
    ways, drawn, roads = scene
    size = ways["car"].size
    places = np.append(np.arange(size), -1)

    def forecast(drawn: Storms) -> Forecast:
        people = places + 2
        return spells.forecast(ways, drawn, centre=0, places=places, people=people, roads=roads)

    found = forecast(drawn)
    for mode in ("foot", "car"):
        fewer = saved(found, mode, np.arange(roads))
        for road in range(roads):
            after = person_days(forecast(scenes.without(drawn, road)), mode)
            assert fewer[road] == pytest.approx(person_days(found, mode) - after)


@settings(max_examples=60, deadline=None)
@given(scenes_())
def test_that_people_depend_on_a_road_when_none_of_their_ways_is_without_it(
    scene: tuple[dict[str, Ways], Storms, int],
) -> None:
    ways, _, roads = scene
    car = ways["car"]
    people = 10 ** np.arange(car.size)

    found = depend(car, roads, 0, np.arange(car.size), people)

    for road in range(roads):
        lost = [
            scenes.reaches(car, set(), place, 0) and not scenes.reaches(car, {road}, place, 0)
            for place in range(car.size)
        ]
        assert found[road] == people[lost].sum()


def test_that_many_roads_are_tried_in_words_of_sixty_four() -> None:
    size = 200
    chain = scenes.links(size, [(i + 1, i) for i in range(size - 1)])

    found = depend(chain, size - 1, 0, np.arange(size), np.ones(size, np.int64))

    assert found.tolist() == list(range(size - 1, 0, -1))
