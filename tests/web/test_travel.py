"""That the page of travel times shows each reader what they may see, and says what is missing."""

import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client

from hoaban.base.models import Area, User
from hoaban.measure.models import Measuring
from hoaban.record.models import Boundary
from hoaban.web import surfacemap
from tests.web import sample, surface_files
from tests.web.conftest import figure, signed_in
from tests.web.test_surfacemap import opened

PICTURE = "/di-lai/motorbike/wet/health.png"


@pytest.fixture
def drawn(board: Measuring, tmp_path: Path, settings: Any) -> Measuring:
    """The board with a surface, two weak links and expected days of isolation."""
    surface_files.write(tmp_path, sample.SNAPSHOT)
    settings.SURFACES = tmp_path
    one, two = (Area.objects.get(code=code) for code in ("00001", "00002"))
    two.facts = {**two.facts, "border": True}
    two.save()
    measured = sample.measured()
    measured["targets"]["T2"]["parts"]["weak_links"] = [
        link("R1", one.path), link("R2", two.path)
    ]  # fmt: skip
    Measuring.objects.filter(pk=board.pk).update(targets=measured)
    days = {"group": "people", "value": 12.5, "low": 3.0, "high": 40.0}
    row = figure(board, one, "isolation.expected_days_motorbike", **days)
    row.unit = "days"
    row.save()
    return board


def link(road: str, commune: str) -> dict[str, Any]:
    return {
        "road": road,
        "commune": commune,
        "class": "commune",
        "surface": "earth",
        "length_m": 2400.0,
        "bridge": True,
        "ends": [[103.02, 21.05], [103.04, 21.06]],
        "people": 1234,
        "days": 9.5,
        "people_days": 11723.0,
        "saved": None,
    }


def test_the_map_is_a_picture_under_the_communes(drawn: Measuring) -> None:
    text = Client().get("/di-lai/").content.decode()

    assert f'<image href="{PICTURE}?v=0123456789ab"' in text
    assert "Nơi khám đạt chuẩn: xe máy, mùa mưa" in text
    assert "trên 480 phút" in text


def test_a_means_without_a_surface_says_so(drawn: Measuring) -> None:
    text = Client().get("/di-lai/?phuong-tien=car&mua=dry&noi=market").content.decode()

    assert "<image" not in text
    assert "Không có nơi nào loại này" in text


def test_without_surfaces_the_page_names_the_command(board: Measuring, settings: Any,
                                                     tmp_path: Path) -> None:  # fmt: skip
    settings.SURFACES = tmp_path

    assert "hoaban measure --cell 30" in Client().get("/di-lai/").content.decode()


def test_expected_days_come_with_their_range(drawn: Measuring) -> None:
    assert "12,5 (3–40)" in Client().get("/di-lai/").content.decode()


def test_the_map_of_isolation_has_a_class_for_each_commune_and_a_line_for_each_link(
    drawn: Measuring,
) -> None:
    text = Client().get("/di-lai/").content.decode()

    assert '<a href="#xa-00001" class="c4"' in text
    assert '<a href="#xa-00002" class="unknown"' in text
    assert "<title>Xã Mường Hai: chưa rõ</title>" in text
    assert "<title>Xã Mường Một: 12,5 (3–40) ngày</title>" in text
    assert '<span class="sw weak"></span>' in text
    assert "chưa rõ, hoặc vốn không có lối" in text
    assert "<title>R1: 1.234 người, 9,5 ngày</title>" in text
    assert "R2: " not in text


def test_weak_links_of_border_communes_are_for_those_who_answer_for_them(
    drawn: Measuring, an: User, pao: User
) -> None:
    def named(client: Client) -> list[bool]:
        text = client.get("/di-lai/").content.decode()
        return [f"<code>{road}</code>" in text for road in ("R1", "R2")]

    assert named(Client()) == [True, False]
    assert named(signed_in(an)) == [True, False]
    assert named(signed_in(pao)) == [True, True]


def test_a_border_commune_is_blank_to_strangers_and_drawn_for_its_own(
    drawn: Measuring, pao: User
) -> None:
    stranger, own = (opened(c.get(PICTURE).content) for c in (Client(), signed_in(pao)))

    assert (stranger[:, 410:] == surfacemap.CLEAR).all()
    assert (own[:, 410:] < surfacemap.UNREACHED).all()
    assert (stranger[:, :390] == own[:, :390]).all()


def test_nothing_is_drawn_beyond_the_communes(
    drawn: Measuring, places: dict[str, Area], pao: User
) -> None:
    """A notch of Mường Hai's cell reaches the picture's east; north of it lies another land."""
    notched = shapely.unary_union(
        [shapely.box(103.1, 21.0, 103.2, 21.05), shapely.box(103.1, 21.0, 103.15, 21.1)]
    )
    Boundary.objects.filter(area=places["11/00002/"]).update(geojson=shapely.to_geojson(notched))

    for client in (Client(), signed_in(pao)):
        index = opened(client.get(PICTURE).content)
        middle = index.shape[0] // 2
        assert (index[: middle - 2, 605:] == surfacemap.CLEAR).all()


ACROSS = {"ends": [[103.09, 21.05], [103.11, 21.06]]}  # from Mường Một into Mường Hai


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, [True, True, True]),
        (ACROSS, [False, False, True]),
        ({"ends": [[103.11, 21.05], [103.09, 21.06]]}, [False, False, True]),
        ({"ends": None}, [False, False, True]),
        ({"people": 39}, [False, True, False]),
        ({"people": 40}, [True, True, True]),
    ],
)
def test_a_link_is_kept_from_whom_it_would_tell_too_much(
    drawn: Measuring, an: User, pao: User, more: dict[str, Any], shown: list[bool]
) -> None:
    """R1 of Mường Một: not if it touches Mường Hai at the border, nor if few depend on it."""
    retold(drawn, {**link("R1", "11/00001/"), **more})

    pages = [c.get("/di-lai/").content.decode() for c in (Client(), signed_in(an), signed_in(pao))]

    assert ["<code>R1</code>" in text for text in pages] == shown
    drawn_as_line = [flag and more.get("ends", True) is not None for flag in shown]
    assert ["<title>R1: " in text for text in pages] == drawn_as_line


def test_links_of_a_measuring_without_ends_are_told_in_the_table_alone(
    drawn: Measuring, places: dict[str, Area]
) -> None:
    Area.objects.filter(code="00002").update(facts={})
    old = link("R1", "11/00001/")
    del old["ends"]
    retold(drawn, old)

    text = Client().get("/di-lai/").content.decode()

    assert "<code>R1</code>" in text
    assert "<title>R1: " not in text
    assert '<span class="sw weak"></span>' not in text


def retold(board: Measuring, *links: dict[str, Any]) -> None:
    measured = sample.measured()
    measured["targets"]["T2"]["parts"]["weak_links"] = list(links)
    Measuring.objects.filter(pk=board.pk).update(targets=measured)


def test_shares_of_people_stand_in_a_table_and_in_the_titles(drawn: Measuring) -> None:
    one = Area.objects.get(code="00001")
    for limit, value in ((30, 0.25), (60, 0.5), (120, 0.75)):
        figure(drawn, one, f"access.health_within_{limit}_wet", group="people", value=value)

    text = Client().get("/di-lai/").content.decode()

    row = re.search(r'<tr id="toi-00001">.*?</tr>', text)
    assert row is not None
    assert '<th scope="row">Xã Mường Một</th>' in row[0]
    assert re.findall(r'data-value="([\d.]+)"', row[0]) == ["0.2500", "0.5000", "0.7500"]
    assert "<title>Xã Mường Một: 50\u00a0% người tới được trong 60 phút</title>" in text
    assert "<title>Xã Mường Hai (xã biên giới, chưa công khai)</title>" in text


def test_another_means_says_for_which_one_shares_are_measured(drawn: Measuring) -> None:
    text = Client().get("/di-lai/?phuong-tien=foot").content.decode()

    assert "chỉ đo cho phương tiện của tỉnh: xe máy" in text
    assert 'id="toi-' not in text


def test_the_rural_access_index_stands_for_each_limit_of_closed_days(
    drawn: Measuring, places: dict[str, Area]
) -> None:
    province = places["11/"]
    for days, value in ((3, 0.5), (7, 0.6), (30, 0.7)):
        figure(drawn, province, f"rural_access.within_{days}", group="people", value=value)
    grid = {"group": "people of the grid", "value": 0.65}
    figure(drawn, province, "rural_access.cells_within_7", **grid)

    text = Client().get("/di-lai/").content.decode()

    found = re.findall(
        r"Tắc dưới (\d+) ngày một năm.*?<td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>", text
    )
    assert found == [
        ("3", "50\u00a0%", "chưa rõ"),
        ("7", "60\u00a0%", "65\u00a0%"),
        ("30", "70\u00a0%", "chưa rõ"),
    ]


def test_the_legend_names_what_is_withheld_from_those_it_is_withheld_from(
    drawn: Measuring, pao: User
) -> None:
    pages = [c.get("/di-lai/").content.decode() for c in (Client(), signed_in(pao))]

    assert ["xã biên giới, chưa công khai" in text for text in pages] == [True, False]


def test_the_longest_spell_stands_beside_the_expected_days(drawn: Measuring) -> None:
    one = Area.objects.get(code="00001")
    row = figure(drawn, one, "isolation.longest_motorbike", group="people", value=4.5)
    row.unit = "days"
    row.save()

    text = Client().get("/di-lai/").content.decode()

    assert "Đợt dài nhất năm, xe máy" in text
    assert 'data-value="4.5000">4,5</td>' in text


@pytest.mark.parametrize("mode", ["motorbike", "car"])
def test_every_commune_on_a_map_leads_to_a_row_that_is_there(
    drawn: Measuring, tmp_path: Path, mode: str
) -> None:
    for file in tmp_path.glob("*/surfaces.json"):
        file.write_text(file.read_text("utf-8").replace('"motorbike"', f'"{mode}"'), "utf-8")

    text = Client().get(f"/di-lai/?phuong-tien={mode}").content.decode()

    leads = set(re.findall(r'<a href="#([^"]+)" class="(?:clear|unknown|c\d)"', text))
    assert "<image" in text
    assert leads
    assert leads <= set(re.findall(r'<tr id="([^"]+)"', text))


@pytest.mark.parametrize("path", ["/di-lai/car/wet/health.png", "/di-lai/x/wet/health.png"])
def test_a_picture_that_is_not_there_is_not_found(drawn: Measuring, path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_before_anything_is_measured_the_page_says_what_to_run() -> None:
    assert "hoaban measure" in Client().get("/di-lai/").content.decode()
    assert Client().get(PICTURE).status_code == 404
