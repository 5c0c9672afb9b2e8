"""What every test may lean on, and the rule that a skip must be named."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.home import Home

ROOT = Path(__file__).resolve().parents[1]
NAMED = (ROOT / "tests/skips.txt").read_text("utf-8").splitlines()
SKIPPED: dict[str, str] = {}


def allowed() -> list[str]:
    """Reasons for which a test may be skipped here; on CI there are none."""
    if os.environ.get("CI"):
        return []
    return [line for line in NAMED if line and not line.startswith("#")]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what touches a database; arithmetic has no database to differ on."""
    if not os.environ.get("HOABAN_DATABASE"):
        return
    rest = [item for item in items if not touches_a_database(item)]
    config.hook.pytest_deselected(items=rest)
    items[:] = [item for item in items if touches_a_database(item)]


def touches_a_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database, or for a province loaded into one.

    What a browser shows and what is measured from a snapshot are the same on both.
    """
    if item.get_closest_marker("browser") or item.get_closest_marker("from_snapshot"):
        return False
    asked = set(getattr(item, "fixturenames", ()))
    loaded = "whole" in item.path.parts or "dien_bien" in asked
    return loaded or "db" in asked or item.get_closest_marker("django_db") is not None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each skip and why."""
    if report.skipped and isinstance(report.longrepr, tuple):
        SKIPPED[report.nodeid] = report.longrepr[2].removeprefix("Skipped: ")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that tests/skips.txt does not name fails the run."""
    if [why for why in SKIPPED.values() if why not in allowed()] and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was skipped, and whether that was foreseen."""
    for test, why in sorted(SKIPPED.items()):
        mark = "skipped" if why in allowed() else "SKIPPED WITHOUT A NAME"
        terminalreporter.write_line(f"{mark}: {test}: {why}")


@pytest.fixture(scope="session")
def nho(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small test province, loaded and frozen by the commands."""
    home = Home.make(tmp_path_factory.mktemp("nho"))
    home.run("load", "tests/provinces/nho", "--synthetic", "--seed", "1")
    home.run("freeze")
    return home


@pytest.fixture(scope="session")
def dien_bien(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The whole of Điện Biên, loaded and frozen once for all tests."""
    home = Home.make(tmp_path_factory.mktemp("dien_bien"))
    home.run("load", "provinces/dien_bien", "--synthetic", "--seed", "1")
    home.run("freeze")
    return home
