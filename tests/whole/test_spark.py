"""A province measured on Spark is the province measured on DuckDB."""

import shutil

import pytest

from tests.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.from_snapshot]


def test_measure_says_the_same_on_spark(nho: Home) -> None:
    if shutil.which("java") is None:
        pytest.skip("java not installed")
    words = ("measure", "--at", "2026-11-24")

    here, there = nho.json(*words), nho.json(*words, "--engine", "spark")

    assert here.pop("seconds") > 0
    assert there.pop("seconds") > 0
    assert there == here
    assert here["targets"]["T1"]["parts"]["households"] > 0


def test_an_unknown_engine_is_one_plain_sentence(nho: Home) -> None:
    refused = nho.run("measure", "--engine", "sparc", code=2)

    assert "spark" in refused.stderr
    assert "Traceback" not in refused.stderr
