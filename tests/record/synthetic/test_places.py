"""Villages: counts as stated, households that sum, positions inside their commune's cell."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.reading import UnknownKey
from hoaban.record import cells
from hoaban.record.synthetic import places
from tests.record.nho import FOLDER, small


def test_that_there_are_as_many_villages_as_stated() -> None:
    found, province = small().places, small().province
    kind = {commune.code: commune.kind for commune in province.communes}
    kinds = [kind[code] for code in found.commune]
    assert (kinds.count("xã"), kinds.count("phường")) == (9, 3)
    assert found.code.tolist() == [f"{number:04d}" for number in range(1, 13)]
    assert found.path[0] == f"99/{found.commune[0]}/0001/"


def test_that_households_sum_to_each_commune_and_no_village_is_tiny() -> None:
    found, counts = small().places, places.household_counts(small().province)
    assert counts == {"90001": 560, "90004": 340, "90007": 260}  # 600 shared as 340 : 260
    for code, count in counts.items():
        assert found.households[found.commune == code].sum() == count
    assert found.households.min() >= small().spec["households_min"]


def test_that_villages_lie_in_their_communes_cell_each_on_its_own_ground() -> None:
    found, province = small().places, small().province
    grown = cells.grow([(c.code, c.lon, c.lat, c.area_km2) for c in province.communes])
    for code, lon, lat in zip(found.commune, found.lon, found.lat, strict=True):
        near = shapely.buffer(grown[code], 0.005)  # a square at the edge may poke out
        assert near.contains(shapely.Point(lon, lat))
    assert len(set(found.square.tolist())) == 12


def test_that_every_old_commune_has_a_village_and_all_but_the_seats_an_old_seat() -> None:
    found, province = small().places, small().province
    assert set(found.old_commune) == {old.old_code for old in province.old_communes}
    new = {old.old_code: old.new_code for old in province.old_communes}
    assert [new[old] for old in found.old_commune] == found.commune.tolist()
    assert len(found.old_seats) == 5 - 3
    assert set(found.seats) == {"90001", "90004", "90007"}
    assert found.seat.sum() == 3


def test_that_the_difficult_villages_are_the_most_remote_of_their_zones() -> None:
    found, province = small().places, small().province
    zone = np.array([{c.code: c.zone for c in province.communes}[code] for code in found.commune])
    third = zone == "III"
    assert found.special_difficulty[third].sum() == min(4, third.sum())
    assert found.special_difficulty[~third].sum() == 1
    assert not (found.special_difficulty & ~found.minority_area).any()
    calm, hard = (found.remoteness[third & (found.special_difficulty == x)] for x in (False, True))
    assert not len(calm) or calm.max() < hard.min()
    assert sorted(found.remoteness.tolist()) == [i / 11 for i in range(12)]


def test_that_languages_are_codes_of_the_province() -> None:
    known = {language.code for language in small().province.languages}
    for languages in small().places.languages:
        assert set(languages.split(";")) <= known
        assert len(set(languages.split(";"))) == len(languages.split(";"))


def test_that_the_same_seed_gives_the_same_villages_and_another_seed_others() -> None:
    again, other = small.__wrapped__(1).places, small(2).places
    assert (again.lon == small().places.lon).all()
    assert (again.languages == small().places.languages).all()
    assert (other.lon != small().places.lon).any()


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=9), st.integers(0, 500))
def test_that_shares_sum_to_the_total(weights: list[float], more: int) -> None:
    found = places.share_out(2 * len(weights) + more, weights, 2)
    assert found.sum() == 2 * len(weights) + more
    assert found.min() >= 2


def test_that_shares_go_by_largest_remainder() -> None:
    assert places.share_out(10, [1, 1, 1], 0).tolist() == [4, 3, 3]
    assert places.share_out(7, [3, 1], 1).tolist() == [5, 2]  # 5 x 3/4 = 3.75 and 1.25


def test_that_too_few_villages_or_households_are_refused() -> None:
    made = small()
    few = {**made.spec, "villages": {"xã": 2, "phường": 3}}
    counts = places.household_counts(made.province)
    with pytest.raises(places.TooFewVillages, match="2 bản"):
        places.build(made.province, few, 1, counts)
    with pytest.raises(places.TooFewHouseholds, match="90007"):
        places.build(made.province, made.spec, 1, {**counts, "90007": 3})


@pytest.mark.parametrize(("key", "misspelt"), [("grid_m", "gird_m"), ("storm_km", "storm_mk")])
def test_that_an_unknown_key_is_named_with_the_nearest(
    tmp_path: Path, key: str, misspelt: str
) -> None:
    shutil.copy(FOLDER / "synthetic.yaml", tmp_path)
    text = (tmp_path / "synthetic.yaml").read_text("utf-8")
    (tmp_path / "synthetic.yaml").write_text(text.replace(f"{key}:", f"{misspelt}:"), "utf-8")
    with pytest.raises(UnknownKey, match=key):
        places.read_spec(tmp_path)


def test_that_the_table_has_a_row_a_village() -> None:
    made = small()
    nodes = made.network.village_node
    found = places.table(made.places, nodes, np.arange(12) + 40, 1, made.province)
    assert found["key"].to_pylist() == made.places.code.tolist()
    assert found["people"].to_pylist() == list(range(40, 52))
    assert found["node"].to_pylist() == nodes.tolist()
    assert set(found["origin"].to_pylist()) == {"synthetic"}
    assert set(found["source"].to_pylist()) == {"hoaban synthetic, seed 1"}
