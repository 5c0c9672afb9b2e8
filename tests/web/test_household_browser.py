"""That the pages of households can be used by everybody, on screen and on paper.

A look at a household is an event that nothing may delete, so no server runs here whose database
must be emptied after: the browser is given answers made inside the test's own transaction.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from hoaban.base.models import Area, User
from tests.web.conftest import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
HOST = "http://testserver"
HOUSEHOLD = "/ho/H1/?purpose=poverty_review"
LIST = "/ban/11/00001/0001/ho/"
CASEWORK = "/ho/H1/?purpose=casework"
Visit = Callable[[str, int], Page]


def answer(made: dict[str, Any], route: Route) -> None:
    """A request's answer: a built file, or a page made before; nothing else is asked for."""
    path = route.request.url.removeprefix(HOST)
    if path.startswith("/static/"):
        file = finders.find(path.removeprefix("/static/"))
        assert isinstance(file, str), path
        route.fulfill(path=file)
        return
    page = made[path]
    route.fulfill(status=page.status_code, headers=dict(page.headers), body=page.content)


@pytest.fixture
def visit(register: Area, an: User, chromium: Browser) -> Iterator[Visit]:
    """Opens a page as An at a width."""
    contexts = []
    client = signed_in(an)
    made: dict[str, Any] = {CASEWORK: client.get(CASEWORK)}

    def open_it(path: str, width: int) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        made[path] = client.get(path)
        context.route("**/*", lambda route: answer(made, route))
        page = context.new_page()
        page.goto(HOST + path)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/ho/H1/", HOUSEHOLD, LIST, f"{LIST}?purpose=casework"])
def test_a_page_passes_axe_and_needs_no_sideways_scrolling(
    visit: Visit, path: str, width: int
) -> None:
    page = visit(path, width)

    found = Axe().run(page, options=WCAG).response["violations"]

    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Be Viet')


def test_the_purpose_is_chosen_and_the_household_shown(visit: Visit) -> None:
    page = visit("/ho/H1/", 360)

    page.select_option("#purpose", "casework")
    page.click("main button")

    assert page.url == f"{HOST}/ho/H1/?purpose=casework"
    assert page.is_visible("text=Hai chuẩn, cùng các câu trả lời")
    assert page.is_visible("text=giải quyết công việc, hồ sơ")


def test_on_paper_what_is_only_for_the_screen_is_left_out(visit: Visit) -> None:
    page = visit(HOUSEHOLD, 1280)

    page.emulate_media(media="print")

    assert not page.is_visible("nav.nav")
    assert not page.is_visible("text=Ai đã xem, để làm gì")
    assert not page.is_visible("text=Phiếu giải thích (PDF)")
    assert page.is_visible("text=Nếu không đồng ý")
