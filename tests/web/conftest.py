"""A small province measured and planned, the people of the story, and a real browser.

Mai heads the village Na Ư; An works for her commune, Mường Một; Páo for the next one,
Mường Hai, and must see nothing of Mường Một.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from hoaban.account.models import Agreement
from hoaban.base.models import Area, User
from hoaban.measure.models import Measurement, Measuring, VillageFacts
from hoaban.plan.models import Plan
from hoaban.record.answers import ANSWERS
from hoaban.record.models import Boundary, Entity
from tests.web import sample

PASSWORD = "hoa-ban-no-trang"  # noqa: S105 - of people who do not exist
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def make_area(path: str, name: str, kind: str, **facts: Any) -> Area:
    return Area.objects.create(
        code=path.rstrip("/").rsplit("/", 1)[-1],
        name=name,
        kind=kind,
        path=path,
        valid_from=date(2025, 7, 1),
        facts=facts,
        origin="synthetic",
    )


@pytest.fixture
def places(db: None) -> dict[str, Area]:
    """Province, two communes with square cells, one village."""
    found = {
        "11/": make_area("11/", "Tỉnh Nhỏ", "province"),
        "11/00001/": make_area("11/00001/", "Xã Mường Một", "commune", zone="III", population=4200),
        "11/00002/": make_area("11/00002/", "Xã Mường Hai", "commune", zone="II", population=3100),
        "11/00001/0001/": make_area("11/00001/0001/", "Bản Na Ư", "village"),
    }
    for west, path in ((103.0, "11/00001/"), (103.1, "11/00002/")):
        Boundary.objects.create(
            area=found[path],
            geojson=shapely.to_geojson(shapely.box(west, 21.0, west + 0.1, 21.1)),
            origin="synthetic",
        )
    return found


@pytest.fixture
def an(places: dict[str, Area]) -> User:
    """The official of Mường Một."""
    return User.objects.create_user(
        username="an", password=PASSWORD, area=places["11/00001/"], role="commune"
    )


@pytest.fixture
def pao(places: dict[str, Area]) -> User:
    """The official of the next commune."""
    return User.objects.create_user(
        username="pao", password=PASSWORD, area=places["11/00002/"], role="commune"
    )


LACKS_NOTHING = dict.fromkeys(ANSWERS, 0)


def make_household(area: Area, key: str, **more: Any) -> None:
    """A household of the village, numbered, with the ethnicity that no page may show."""
    data = {"village": area.code, "members": 4, "ethnicity": "Mông", **LACKS_NOTHING, **more}
    Entity.objects.create(
        list="households", key=key, label=key, area=area, origin="synthetic", data=data
    )


def make_review(area: Area, household: str, year: int, **more: Any) -> None:
    """One review of a household, completed in December of its year unless told otherwise."""
    data = {
        "household": household,
        "village": area.code,
        "round": year,
        "completed_on": f"{year}-12-14",
        "members": 4,
        **LACKS_NOTHING,
        **more,
    }
    Entity.objects.create(
        list="reviews", key=f"{household}-{year}", area=area, origin="synthetic", data=data
    )


@pytest.fixture
def register(places: dict[str, Area]) -> Area:
    """Three households of Na Ư; H1 is poor by the old list alone, H3 was never reviewed.

    H1 lacks water, toilet and devices on an income of 1,200,000 đồng; devices left the list.
    """
    village = places["11/00001/0001/"]
    for key in ("H1", "H2", "H3"):
        make_household(village, key)
    lacking = {"water": 1, "toilet": 1, "devices": 1}
    make_review(village, "H1", 2024, income_per_head_vnd=1_600_000, **lacking)
    make_review(village, "H1", 2025, income_per_head_vnd=1_200_000, decided="poor", **lacking)
    unsure: dict[str, Any] = {"water": 1, "toilet": None, "waste": None}
    make_review(village, "H2", 2025, income_per_head_vnd=None, **unsure)
    return village


def signed_in(user: User) -> Client:
    """A client on which the user has signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skipped by name where it is not installed."""
    if not CHROMIUM.is_file():
        pytest.skip("chromium not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def figure(measuring: Measuring, area: Area, indicator: str, **more: Any) -> Measurement:
    """One kept figure, with what is the same for all."""
    given = {"value": None, "suppressed": False, "origin": "synthetic", **more}
    return Measurement.objects.create(
        measuring=measuring,
        snapshot=measuring.snapshot,
        at=measuring.at,
        area=area,
        indicator=indicator,
        unit="share",
        method="by hand",
        **given,
    )


@pytest.fixture
def board(places: dict[str, Area]) -> Measuring:
    """Everything measured and planned: Mường Hai's poverty is hidden, Na Ư is cut off."""
    found = Measuring.objects.create(
        area=places["11/"],
        snapshot=sample.SNAPSHOT,
        at=date(2026, 11, 24),
        standard_at=date(2026, 11, 24),
        origin="synthetic",
        targets=sample.measured(),
        measured_at=datetime(2026, 11, 24, 3, tzinfo=UTC),
    )
    one, two = places["11/00001/"], places["11/00002/"]
    poor: dict[str, Any] = {"group": "households", "standard": "2022-2026"}
    figure(found, one, "poverty.poor", value=0.42, numerator=420, denominator=1000, **poor)
    figure(found, two, "poverty.poor", suppressed=True, **poor)
    figure(found, one, "connection.linked", value=0.9, group="people")
    figure(found, two, "connection.linked", value=0.4, group="people")
    village = places["11/00001/0001/"]
    figure(found, village, "poverty.poor", suppressed=True, **poor)
    figure(found, village, "poverty.poor", suppressed=True, **{**poor, "standard": "2027-2030"})
    figure(found, village, "services.water_standard", value=0.1, numerator=42, group="people")
    VillageFacts.objects.create(
        measuring=found, area=village, facts=sample.VILLAGE, binds=sample.BINDS
    )
    Plan.objects.create(**sample.older_row(places["11/"]))
    Plan.objects.create(**sample.plan_row(places["11/"]))
    return found


@pytest.fixture
def promised(places: dict[str, Area]) -> dict[str, Agreement]:
    """A draft of the pilot in Mường Một, and one in shadow that the province checked."""
    return {
        "11/00001/": Agreement.objects.create(
            **sample.agreement_row(places["11/00001/"], mode="pilot", status="draft")
        ),
        "11/00002/": Agreement.objects.create(
            **sample.agreement_row(places["11/00002/"], mode="shadow", status="checked")
        ),
    }
