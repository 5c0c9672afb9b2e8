"""What may use a road: limits of width, gradient, fords and seasons."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.reading import MissingKey, UnknownKey
from hoaban.record import roads

FOLDER = Path(__file__).parents[1] / "provinces" / "nho"
RULES = roads.RoadRules.read(FOLDER / "roads.yaml")


def one(surface: str, *, drain: int = 0, ford: int = 0, bridge: int = 0, width: float = 3.5,
        gradient: float = 0.05) -> dict[str, object]:  # fmt: skip
    columns = roads.passability(RULES, [surface], [drain], [ford], [bridge], [width], [gradient])
    return {name: column[0] for name, column in columns.items()}


def modes(road: dict[str, object], season: str) -> list[str]:
    return [mode for mode in roads.MODES if road[f"passable_{mode}_{season}"]]


def test_that_an_asphalt_road_carries_every_mode_all_year() -> None:
    road = one("asphalt", drain=1)
    assert modes(road, "dry") == modes(road, "wet") == ["foot", "motorbike", "car"]


def test_that_a_ford_stops_wheels_in_the_rains_and_a_bridge_over_it_does_not() -> None:
    assert modes(one("asphalt", ford=1), "dry") == ["foot", "motorbike", "car"]
    assert modes(one("asphalt", ford=1), "wet") == ["foot"]
    assert modes(one("asphalt", ford=1, bridge=1), "wet") == ["foot", "motorbike", "car"]


def test_that_a_narrow_road_carries_no_car() -> None:
    assert modes(one("concrete", width=2.0), "wet") == ["foot", "motorbike"]


def test_that_wet_earth_stops_cars_without_drains_and_motorbikes_on_slopes() -> None:
    assert modes(one("earth", gradient=0.03), "dry") == ["foot", "motorbike", "car"]
    assert modes(one("earth", gradient=0.03), "wet") == ["foot", "motorbike"]
    assert modes(one("earth", gradient=0.03, drain=1), "wet") == ["foot", "motorbike", "car"]
    assert modes(one("earth", gradient=0.10), "wet") == ["foot"]
    assert modes(one("earth", gradient=0.10, drain=1), "wet") == ["foot", "motorbike"]


def test_that_a_speed_falls_with_the_gradient_up_or_down_and_is_missing_when_closed() -> None:
    level, up, down = one("asphalt", gradient=0), one("asphalt"), one("asphalt", gradient=-0.05)
    assert level["speed_car_dry_kmh"] == 40
    assert up["speed_car_dry_kmh"] == down["speed_car_dry_kmh"] == round(40 * np.exp(-0.2), 2)
    assert np.isnan(one("asphalt", ford=1)["speed_car_wet_kmh"])  # type: ignore[call-overload]


@given(
    st.sampled_from(RULES.surfaces),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.tuples(st.floats(0, 9), st.floats(-1, 1)),
)
def test_that_what_carries_a_car_carries_a_motorbike_and_what_carries_that_carries_feet(
    surface: str, flags: tuple[bool, bool, bool], sizes: tuple[float, float]
) -> None:
    drain, ford, bridge = flags
    road = one(surface, drain=drain, ford=ford, bridge=bridge, width=sizes[0], gradient=sizes[1])
    for season in roads.SEASONS:
        assert modes(road, season) == list(roads.MODES)[: len(modes(road, season))]
        for mode in roads.MODES:
            speed = road[f"speed_{mode}_{season}_kmh"]
            assert np.isnan(speed) != road[f"passable_{mode}_{season}"]  # type: ignore[call-overload]


def test_that_an_unknown_surface_is_named_with_the_nearest() -> None:
    with pytest.raises(roads.UnknownSurface, match="asphalt"):
        one("asfalt")


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda rules: rules["modes"]["car"].update(wide=3), UnknownKey),
        (lambda rules: rules["modes"]["car"]["speed_kmh"].pop("earth"), MissingKey),
        (lambda rules: rules["modes"]["car"].update(slowing="much"), roads.BadRule),
        (lambda rules: rules["modes"]["car"]["speed_kmh"]["earth"].update(dry=-1), roads.BadRule),
    ],
)
def test_that_a_faulty_file_is_refused(tmp_path: Path, spoil: object, problem: type) -> None:
    rules = yaml.safe_load((FOLDER / "roads.yaml").read_text("utf-8"))
    spoil(rules)  # type: ignore[operator]
    (tmp_path / "roads.yaml").write_text(yaml.safe_dump(rules), "utf-8")
    with pytest.raises(problem):
        roads.RoadRules.read(tmp_path / "roads.yaml")
