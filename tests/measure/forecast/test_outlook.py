import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hoaban.measure.forecast import roads
from hoaban.measure.forecast.outlook import Outlook, outlook
from hoaban.measure.forecast.roads import UnknownRoadKind, UnknownWeakness
from hoaban.measure.network import MODES, lay
from hoaban.measure.tables import Tables
from tests.measure import world
from tests.measure.forecast.scenes import PRIOR, exposed

DRAWING = """
Muong --r1 6km-- X --r2 4km-- Che
X --r3 3km motorbike-- Hin
Hin ~~p1 60/50~~ Muong
Lai --r4 1km-- Lo
"""


def snapshot(*closures: dict[str, Any], **columns: Any) -> Tables:
    drawn = world.drawn(DRAWING)
    return exposed(world.tables(**drawn, closures=closures), **columns)


def ask(tables: Tables, *places: str, seed: int = 1, threads: int = 2) -> Outlook:
    names = lay(tables, world.AT).nodes.to_pylist()
    at = np.array([names.index(place) for place in places])
    return outlook(
        tables,
        world.LAW,
        at=world.AT,
        wet_months=world.PLACE.wet_months,
        centre=names.index("Muong"),
        places=at,
        people=np.full(len(at), 100),
        seed=seed,
        threads=threads,
    )


PLACES = ("Muong", "X", "Che", "Hin", "Lo")


def test_that_a_snapshot_gives_a_forecast_for_every_mode() -> None:
    found = ask(snapshot(), *PLACES)

    car, foot = found.forecast.modes["car"], found.forecast.modes["foot"]
    assert set(found.forecast.modes) == set(MODES)
    assert car.joined.tolist() == [True, True, True, False, False]
    assert foot.joined.tolist() == [True, True, True, True, False]
    assert car.days[0] == 0
    assert 0 < car.days[1] < car.days[2] < 365
    assert car.days_low[2] < car.days[2] < car.days_high[2]
    assert foot.days[2] < car.days[2]
    assert foot.days[3] == 0  # the path to the centre never shuts
    assert found.forecast.storms.years == 200


def test_that_two_runs_and_two_thread_counts_give_the_same_bytes() -> None:
    first = ask(snapshot(), *PLACES, threads=1)

    for other in (ask(snapshot(), *PLACES, threads=1), ask(snapshot(), *PLACES, threads=3)):
        for mode in MODES:
            one, two = first.forecast.modes[mode], other.forecast.modes[mode]
            for name in ("quarters", "lost", "days_low", "people_days", "longest_days"):
                assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
    assert first.as_json() == ask(snapshot(), *PLACES).as_json()
    drawn = ask(snapshot(), *PLACES, seed=2).forecast.modes["car"]
    assert drawn.quarters.tobytes() != first.forecast.modes["car"].quarters.tobytes()


def test_that_recorded_closures_move_the_forecast() -> None:
    often = [
        {**world.closure(road, f"2026-0{month}-{day:02}", f"2026-0{month}-{day + 3:02}")}
        for road in ("r1", "r2")
        for month in range(5, 10)
        for day in (1, 7, 13, 19, 25)
    ]

    calm, wild = ask(snapshot(), *PLACES), ask(snapshot(*often), *PLACES)

    assert wild.posterior.closures == 50
    assert wild.posterior.rate > calm.posterior.rate
    assert wild.forecast.modes["car"].days[2] > calm.forecast.modes["car"].days[2]


def test_that_what_it_rests_on_is_told_in_json() -> None:
    found = ask(snapshot(world.closure("r1", "2026-06-01", "2026-06-03")), *PLACES)

    told = json.loads(json.dumps(found.as_json()))

    assert told["closures_recorded"] == 1
    assert told["years"] == 200
    assert told["rate"][1] < told["rate"][0] < told["rate"][2]


def test_that_critical_roads_and_communes_are_asked_of_it() -> None:
    found = ask(snapshot(), *PLACES)

    critical = found.critical("car")
    communes = found.communes("car", np.array([0, 0, 1, 1, -1]), 2)

    assert found.ground.roads.take(critical.road).to_pylist() == ["r1", "r2"]
    assert critical.people.tolist() == [200, 100]
    assert (critical.saved <= critical.people_days).all()
    assert communes.people.tolist() == [200, 100]
    assert communes.days[1] > communes.days[0]


def test_that_weakness_is_length_susceptibility_surface_and_drains_multiplied() -> None:
    tables = snapshot(
        susceptibility=[0.5, 0.5, 0.0, 1.0],
        drain=[True, None, True, True],
        surface=["asphalt", "earth", "earth", "gravel"],
    )

    found = roads.read(tables, lay(tables, world.AT), PRIOR, world.AT)

    undrained = 4 * 0.5 * PRIOR.surface["earth"] * PRIOR.undrained
    assert found.weakness == pytest.approx([3.0, undrained, 0.0, PRIOR.surface["gravel"]])
    assert found.x == pytest.approx([0.5, 1.5, 2.0, 4.5], abs=0.01)


def test_that_storms_stay_where_they_are_when_a_road_is_added() -> None:
    x, y = np.array([1.0, 30.0]), np.array([2.0, 3.0])
    table = snapshot().arrow("roads")

    before = roads.of(table.slice(0, 2), PRIOR, x=x, y=y)
    after = roads.of(table.slice(0, 3), PRIOR, x=np.append(x, 34.0), y=np.append(y, 9.0))

    assert before.box == after.box
    assert before.key.tolist() == after.key[:2].tolist()


@pytest.mark.parametrize(
    ("column", "value", "fault", "words"),
    [
        ("susceptibility", None, UnknownWeakness, ("r2", "susceptibility")),
        ("susceptibility", -0.1, UnknownWeakness, ("r2", "-0.1")),
        ("class", "lane", UnknownRoadKind, ("r2", "lane", "closures.hours", "village")),
        ("surface", None, UnknownRoadKind, ("r2", "closures.surface")),
    ],
)
def test_that_a_road_of_unknown_weakness_is_refused_by_name(
    column: str, value: object, fault: type[Exception], words: tuple[str, ...]
) -> None:
    fine = {"susceptibility": 1.0, "class": "commune", "surface": "asphalt"}[column]
    tables = snapshot(**{column: [fine, value, fine, fine]})
    prior = replace(PRIOR, hours={"commune": 30.0, "village": 60.0})

    with pytest.raises(fault) as refused:
        roads.read(tables, lay(tables, world.AT), prior, world.AT)

    for language in ("vi", "en"):
        text = refused.value.text(language)  # type: ignore[attr-defined]
        assert all(word in text for word in words if word != "village")
