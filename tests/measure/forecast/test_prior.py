from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hoaban.base import law as laws
from hoaban.measure.forecast import prior
from hoaban.measure.forecast.prior import BadPrior
from tests.measure.world import AT, LAW, ROOT, with_value


@pytest.mark.parametrize("folder", ["provinces/dien_bien", "tests/provinces/nho"])
def test_that_both_provinces_assume_everything_the_forecast_needs(folder: str) -> None:
    found = prior.read(laws.read(Path(ROOT) / folder / "parameters"), date(2026, 11, 24))

    assert set(found.hours) == {"national", "provincial", "commune", "village"}
    assert set(found.surface) == {"asphalt", "concrete", "gravel", "earth"}
    assert [odds.sum() for odds in found.passes.values()] == pytest.approx([1, 1])
    assert found.rate_spread >= 1  # wide: nothing is published


def test_that_every_assumption_is_marked_as_one() -> None:
    values = [v for name, v in LAW.values.items() if name.startswith("closures.")]

    assert len(values) == 15
    assert all(value.assumed for dated in values for value in dated)


def test_that_odds_are_shares() -> None:
    odds = {"none": 1, "foot": 2, "motorbike": 1, "car": 0}
    law = with_value(LAW, "closures.passable_by", {"landslide": odds, "flood": odds})

    assert np.array_equal(prior.read(law, AT).passes["flood"], [0.25, 0.5, 0.25, 0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", -0.1),
        ("rate", "0.1"),
        ("rate_spread", 0),
        ("storm_km", float("nan")),
        ("flood_at_ford", 1.5),
        ("hours_most", 9000),
        ("hours", {"commune": 0}),
        ("passable_by", {"landslide": {"none": 1}}),
    ],
)
def test_that_a_senseless_assumption_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadPrior) as refused:
        prior.read(with_value(LAW, f"closures.{name}", value), AT)

    for language in ("vi", "en"):
        assert f"closures.{name}" in refused.value.text(language)
