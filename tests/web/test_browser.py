"""That people with a small phone, a keyboard or a screen reader can use the pages."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Browser, Page, Request

from hoaban.account.models import Agreement
from hoaban.base.models import User
from hoaban.measure.models import Measuring
from tests.web import absorption_sample, poverty_sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
VILLAGE = "/ban/11/00001/0001/"
PUBLIC = [
    "/",
    "/ke-hoach/",
    "/ke-hoach/cac-ban/",
    "/ke-hoach/so-sanh/",
    "/giai-ngan/",
    "/ngheo/",
    "/di-lai/",
    "/ngoai-pham-vi/",
    "/tai-khoan/dang-nhap/",
    "/khong-co/",
]
PAGES = [*PUBLIC, VILLAGE, "/xa/00001/", "/cam-ket/", "/tai-khoan/xac-thuc/"]
WIDTHS = (360, 1280)


@pytest.fixture
def open_page(
    live_server: Any,
    board: Measuring,
    promised: dict[str, Agreement],
    an: User,
    chromium: Browser,
) -> Iterator[Callable[[str, int], Page]]:
    """Opens a page as An at a width; collects what the browser complains about."""
    contexts = []

    def visit(path: str, width: int) -> Page:
        client = Client()
        client.force_login(an)
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        cookie = client.cookies[configured.SESSION_COOKIE_NAME].value
        if path not in PUBLIC:
            context.add_cookies(
                [{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_passes_axe_and_needs_no_sideways_scrolling(
    open_page: Callable[[str, int], Page], path: str
) -> None:
    for width in WIDTHS:
        page = open_page(path, width)

        found = Axe().run(page, options=WCAG)

        faults = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in violations(found)]
        assert faults == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Be Viet')


def test_the_poverty_page_with_everything_open_passes_axe_on_a_small_phone(
    open_page: Callable[[str, int], Page], board: Measuring
) -> None:
    board.targets = poverty_sample.measured()
    board.save()
    page = open_page("/ngheo/", 360)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")

    found = Axe().run(page, options=WCAG)

    assert [v["id"] for v in violations(found)] == []
    assert page.locator("svg.fan").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_comparison_with_everything_open_passes_axe_and_stacks_its_maps_on_a_small_phone(
    open_page: Callable[[str, int], Page],
) -> None:
    places = {}
    for width in WIDTHS:
        page = open_page("/ke-hoach/so-sanh/?to=viec", width)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")

        found = Axe().run(page, options=WCAG)

        assert [v["id"] for v in violations(found)] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        places[width] = [
            box for one in page.locator("svg.map").all() if (box := one.bounding_box())
        ]
    small, wide = places[360], places[1280]
    assert small[1]["y"] > small[0]["y"] + small[0]["height"]
    assert wide[1]["x"] > wide[0]["x"] + wide[0]["width"]


def test_an_agreement_passes_axe_on_a_small_phone(
    open_page: Callable[[str, int], Page], promised: dict[str, Agreement]
) -> None:
    page = open_page(f"/cam-ket/{promised['11/00001/'].pk}/", 360)

    found = Axe().run(page, options=WCAG)

    assert [v["id"] for v in violations(found)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_charts_of_the_budgets_fit_a_small_phone(
    open_page: Callable[[str, int], Page],
) -> None:
    page = open_page("/ke-hoach/", 360)

    boxes = [one.bounding_box() for one in page.locator("svg.curve").all()]

    assert len(boxes) == 6
    assert all(box is not None and 250 < box["width"] <= 360 for box in boxes)


def test_absorption_passes_axe_and_needs_no_sideways_scrolling(
    open_page: Callable[[str, int], Page], settings: Any, tmp_path: Path
) -> None:
    settings.SNAPSHOTS = absorption_sample.snapshot(tmp_path, absorption_sample.YEAR)
    for width in WIDTHS:
        page = open_page("/giai-ngan/", width)

        found = Axe().run(page, options=WCAG)

        assert [v["id"] for v in violations(found)] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("svg.curve").count() == 4


def violations(found: Any) -> list[Any]:
    return list(found.response["violations"])


def test_the_keyboard_reaches_every_commune_on_the_map(
    open_page: Callable[[str, int], Page],
) -> None:
    page = open_page("/", 1280)
    reached = []

    for _ in range(60):
        page.keyboard.press("Tab")
        code = page.evaluate("document.activeElement?.dataset?.code ?? ''")
        if code:
            reached.append(code)

    assert list(dict.fromkeys(reached)) == ["00001", "00002"]


def test_a_focused_commune_is_said_and_its_row_is_marked(
    open_page: Callable[[str, int], Page],
) -> None:
    page = open_page("/", 1280)

    page.focus("a[data-code='00002']")

    assert page.text_content("[data-map-said]") == "Xã Mường Hai: 40\u00a0%"
    assert page.get_attribute("#xa-00002", "class") == "lit"


def test_the_plan_can_be_searched_without_diacritics(
    open_page: Callable[[str, int], Page],
) -> None:
    page = open_page("/ke-hoach/", 1280)

    page.fill("#tim", "muong hai")

    assert page.locator("#bang-ke-hoach tbody tr:visible").count() == 1


def test_the_browser_refuses_nothing_of_our_own(
    live_server: Any, board: Any, chromium: Browser
) -> None:
    page = chromium.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(live_server.url + "/")
    page.wait_for_load_state("networkidle")
    page.close()

    assert said == []
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    assert len([url for url in asked if url.endswith(".woff2")]) == 4


def test_the_home_page_with_fonts_stays_under_150_kilobytes(
    live_server: Any, board: Any, chromium: Browser
) -> None:
    page = chromium.new_page()
    bodies: list[bytes] = []
    page.on("requestfinished", lambda request: bodies.append(sent(request)))

    page.goto(live_server.url + "/")
    page.wait_for_load_state("networkidle")
    page.close()

    assert len(bodies) >= 7
    assert sum(map(len, bodies)) < 150_000


def sent(request: Request) -> bytes:
    """A body as a server would send it: text compressed, fonts as they are."""
    answer = request.response()
    assert answer is not None
    found = answer.body()
    return found if request.url.endswith(".woff2") else gzip.compress(found)


def test_without_script_the_home_page_still_answers(
    live_server: Any, board: Any, chromium: Browser
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()

    page.goto(live_server.url + "/?muc-tieu=T1")
    text = page.text_content("main") or ""
    shapes = page.locator("svg.map a").count()
    context.close()

    assert "Hộ nghèo dưới 15 %" in text
    assert "Bản Na Ư" in text
    assert shapes == 2
