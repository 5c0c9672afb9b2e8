"""Real shapes on the map: every commune once, in degrees, with their licence.

102.9      103.0      103.1
+----------+----------+  21.5
|  00104   |  00105   |
| Mường    |  Nà Tấu  |
| Phăng    |          |
+----------+----------+  21.4
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely

from hoaban.base.models import Area, Event, User
from hoaban.base.problems import Problem
from hoaban.record import boundaries
from hoaban.record.models import Boundary
from tests import highland
from tests.record.small import AT

WEST = shapely.box(102.9, 21.4, 103.0, 21.5)
EAST = shapely.box(103.0, 21.4, 103.1, 21.5)
ASTRIDE = shapely.Polygon([(103, 21), (104, 22), (104, 21), (103, 22)])  # crosses itself
Features = list[tuple[Any, Any]]


@pytest.fixture
def places(db: None) -> dict[str, Area]:
    return highland.build()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "xa.geojson"


def write(file: Path, features: Features, column: str = "code", **top: str) -> None:
    found = [
        {"type": "Feature", "properties": {column: code}, "geometry": shapely.geometry.mapping(s)}
        for code, s in features
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", **top, "features": found}), "utf-8")


def bring(file: Path, **more: str) -> int:
    return boundaries.import_boundaries(file, at=AT, actor=None, **more)


def test_every_commune_gets_its_shape_origin_and_licence(
    places: dict[str, Area], file: Path
) -> None:
    write(file, [("00105", EAST), ("00104", WEST)], license="ODbL-1.0", attribution="© OSM")
    assert bring(file) == 2
    kept = Boundary.objects.select_related("area").get(area__code="00104")
    assert shapely.from_geojson(kept.geojson).equals(WEST)
    assert (kept.origin, kept.licence, kept.source) == ("imported", "ODbL-1.0", "© OSM")
    event = Event.objects.get(name="record.imported")
    assert (event.subject, event.data["rows"]) == ("boundaries", 2)
    assert len(event.data["file_sha256"]) == 64


@pytest.mark.parametrize("column", ["code", "MA", "ma_xa", "MaXa"])
def test_the_column_of_codes_is_found_by_name(
    places: dict[str, Area], file: Path, column: str
) -> None:
    write(file, [("00104", WEST), ("00105", EAST)], column=column)
    assert bring(file) == 2


def test_codes_that_lost_their_zeros_are_filled_up(places: dict[str, Area], file: Path) -> None:
    write(file, [(104, WEST), (105, EAST)])
    assert bring(file) == 2


def test_metres_are_turned_into_degrees(places: dict[str, Area], tmp_path: Path) -> None:
    turn = pyproj.Transformer.from_crs(4326, 32648, always_xy=True)
    flat = [
        shapely.transform(s, lambda xy: np.column_stack(turn.transform(*xy.T)))
        for s in (WEST, EAST)
    ]
    file = tmp_path / "xa.gpkg"
    columns = {"geometry": shapely.to_wkb(flat), "crs": "EPSG:32648", "geometry_type": "Polygon"}

    pyogrio.raw.write(
        file, field_data=[np.array(["00104", "00105"], object)], fields=["ma"], **columns
    )
    assert bring(file, licence="của tỉnh", origin="official") == 2
    kept = Boundary.objects.get(area__code="00105")
    assert shapely.from_geojson(kept.geojson).equals_exact(EAST, 1e-6)
    assert (kept.origin, kept.licence, kept.source) == ("official", "của tỉnh", "xa.gpkg")


FAULTS: list[tuple[Features, type[Problem], list[str]]] = [
    ([("00104", WEST)], boundaries.NotDrawn, ["00105", "Nà Tấu"]),
    ([("00104", WEST), ("00105", EAST), ("00104", EAST)], boundaries.DrawnTwice, ["00104"]),
    (
        [("00104", WEST), ("00150", EAST)],
        boundaries.NotOneOfTheCommunes,
        ["đối tượng 2", "00150", "00105"],
    ),
    ([("00104", WEST), ("00105", ASTRIDE)], boundaries.NotAnArea, ["00105"]),
    ([("00104", WEST), ("00105", shapely.Point(103, 21))], boundaries.NotAnArea, ["00105"]),
    (
        [("00104", WEST), ("00105", shapely.box(290_000, 2_370_000, 300_000, 2_380_000))],
        boundaries.UnknownProjection,
        ["4326"],
    ),
]


@pytest.mark.parametrize(("features", "problem", "named"), FAULTS)
def test_a_bad_file_is_refused_whole_and_the_old_shapes_stay(
    places: dict[str, Area],
    file: Path,
    features: Features,
    problem: type[Problem],
    named: list[str],
) -> None:
    boundaries.keep({"00104": WEST, "00105": EAST}, origin="synthetic", source="cells")
    write(file, features)
    with pytest.raises(problem) as refused:
        bring(file)
    for words in ["xa.geojson", *named]:
        assert words in str(refused.value)
    assert {b.origin for b in Boundary.objects.all()} == {"synthetic"}
    assert Boundary.objects.count() == 2


def test_a_file_without_codes_or_without_a_map_is_refused(
    places: dict[str, Area], file: Path
) -> None:
    write(file, [("00104", WEST), ("00105", EAST)], column="name")
    with pytest.raises(boundaries.NoCodeColumn, match="ma_xa"):
        bring(file)
    file.write_text("{}", "utf-8")
    with pytest.raises(boundaries.NotAMap, match=r"xa.geojson"):
        bring(file)


def test_an_import_takes_the_place_of_grown_cells(places: dict[str, Area], file: Path) -> None:
    cells = {"00104": shapely.MultiPolygon([EAST]), "00105": WEST}
    assert boundaries.keep(cells, origin="synthetic", source="cells") == 2
    write(file, [("00104", WEST), ("00105", EAST)])
    bring(file)
    assert {b.origin for b in Boundary.objects.all()} == {"imported"}
    assert Boundary.objects.count() == 2


def test_shapes_are_seen_in_ones_own_area_only(places: dict[str, Area]) -> None:
    boundaries.keep({"00104": WEST, "00105": EAST}, origin="synthetic", source="cells")
    pao: User = highland.user("pao", "commune", places["11/00105/"])
    assert [b.area.code for b in Boundary.objects.seen_by(pao)] == ["00105"]
