"""That the page of travel times shows each reader what they may see, and says what is missing."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hoaban.base.models import Area, User
from hoaban.measure.models import Measuring
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

    clear = len(surfacemap.COLOURS)
    assert (stranger[:, 410:] == clear).all()
    assert (own[:, 410:] < clear).all()
    assert (stranger[:, :390] == own[:, :390]).all()


@pytest.mark.parametrize("path", ["/di-lai/car/wet/health.png", "/di-lai/x/wet/health.png"])
def test_a_picture_that_is_not_there_is_not_found(drawn: Measuring, path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_before_anything_is_measured_the_page_says_what_to_run() -> None:
    assert "hoaban measure" in Client().get("/di-lai/").content.decode()
    assert Client().get(PICTURE).status_code == 404
