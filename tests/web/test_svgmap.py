"""That the map is small, keeps every commune, and says in words what its colours say.

Four communes, a square each, with one border that wiggles:

    C │ D        21.2
    ──┼──
    A ~ B        21.0 … 21.1
"""

import json
import re
import xml.etree.ElementTree as ET

import shapely

from hoaban.web import choropleth, svgmap

SVG = "{http://www.w3.org/2000/svg}"
WIGGLE = [(103.1 + (0.00002 if n % 2 else 0.0), 21.0 + n * 0.005) for n in range(21)]


def squares() -> dict[str, str]:
    west = [(103.0, 21.0), *WIGGLE, (103.0, 21.1)]
    east = [(103.2, 21.0), (103.2, 21.1), *reversed(WIGGLE)]
    shapes = {
        "A": shapely.Polygon(west),
        "B": shapely.Polygon(east),
        "C": shapely.box(103.0, 21.1, 103.1, 21.2),
        "D": shapely.box(103.1, 21.1, 103.2, 21.2),
    }
    return {code: shapely.to_geojson(shape) for code, shape in shapes.items()}


def units() -> list[svgmap.Unit]:
    return [svgmap.Unit(code, "c2", f"Xã {code}: 35,5 %", f"#xa-{code}") for code in "ABCD"]


def test_each_commune_is_a_link_with_a_spoken_title() -> None:
    root = ET.fromstring(svgmap.draw(squares(), units(), title="Bản đồ", ident="m"))

    links = root.findall(f"{SVG}a")
    assert [link.get("href") for link in links] == ["#xa-A", "#xa-B", "#xa-C", "#xa-D"]
    assert next(link.findtext(f"{SVG}title") for link in links) == "Xã A: 35,5 %"
    assert root.get("aria-label") == "Bản đồ"


def test_small_wiggles_go_and_neighbours_keep_one_border() -> None:
    root = ET.fromstring(svgmap.draw(squares(), units(), title="Bản đồ", ident="m"))

    paths = [path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("class") is None]
    west, east = paths[0], paths[1]
    assert max(len(re.findall(r"-?\d+", d)) for d in paths) <= 12
    assert {x for x, _ in corners(west)} & {x for x, _ in corners(east)}


def corners(path: str) -> list[tuple[int, int]]:
    numbers = [int(n) for n in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    found = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def test_no_style_or_script_stands_in_the_drawing() -> None:
    text = svgmap.draw(squares(), units(), title="Bản đồ", ident="m")

    assert "style" not in text
    assert "script" not in text
    assert "xlink" not in text


def test_a_commune_without_a_shape_is_left_to_the_table() -> None:
    shapes = squares()
    del shapes["C"]

    root = ET.fromstring(svgmap.draw(shapes, units(), title="Bản đồ", ident="m"))

    assert len(root.findall(f"{SVG}a")) == 3
    assert svgmap.draw({}, units(), title="Bản đồ", ident="m") == ""


def test_a_name_with_markup_is_escaped() -> None:
    unit = svgmap.Unit("A", "c0", "<b>Xã & bản</b>", "#a")

    text = svgmap.draw(squares(), [unit], title='"', ident="m")

    assert "&lt;b&gt;Xã &amp; bản" in text
    assert ET.fromstring(text).get("aria-label") == '"'


def test_a_feature_is_read_like_a_bare_geometry() -> None:
    bare = squares()
    features = {
        code: json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(text)})
        for code, text in bare.items()
    }

    drawn = [svgmap.draw(given, units(), title="t", ident="m") for given in (bare, features)]

    assert drawn[0] == drawn[1]


def commune(code: str, value: float | None, *, suppressed: bool = False) -> dict[str, object]:
    return {
        "code": code,
        "name": f"Xã {code}",
        "zone": "III",
        "population": 4200,
        "value": value,
        "suppressed": suppressed,
    }


def test_darker_is_further_from_the_target_whatever_its_direction() -> None:
    poor = choropleth.draw(
        "T1", 0.15, [commune(c, v) for c, v in zip("ABCD", (0.1, 0.15, 0.3, 0.9), strict=True)],
        squares(), grown=True,
    )  # fmt: skip
    linked = choropleth.draw(
        "T2", 0.9, [commune(c, v) for c, v in zip("ABCD", (0.95, 0.9, 0.5, 0.0), strict=True)],
        squares(), grown=True,
    )  # fmt: skip

    assert re.findall(r'class="(c\d)"', poor.svg) == ["c0", "c1", "c2", "c4"]
    assert re.findall(r'class="(c\d)"', linked.svg) == ["c0", "c0", "c2", "c4"]


def test_suppressed_and_unknown_are_drawn_and_said_as_such() -> None:
    drawn = choropleth.draw(
        "T1", 0.15, [commune("A", None, suppressed=True), commune("B", None)], squares(), grown=True
    )

    assert 'class="suppressed"' in drawn.svg
    assert 'class="unknown"' in drawn.svg
    assert [row.text for row in drawn.rows] == ["ẩn (số nhỏ)", "chưa rõ"]
    assert [item.css for item in drawn.legend][-2:] == ["suppressed", "unknown"]
    assert "0\u00a0%" not in " ".join(row.text for row in drawn.rows)
