"""Who is entitled and goes without, by the commands on the small province."""

from typing import Any

import pytest

from tests.home import Home


@pytest.fixture(scope="module")
def found(nho: Home) -> dict[str, Any]:
    """The ``entitlements`` that `hoaban measure` prints."""
    return dict(nho.json("measure")["entitlements"])


def test_every_benefit_is_counted_from_the_live_register(found: dict[str, Any]) -> None:
    assert (found["source"], found["purpose"], found["origin"]) == (
        "register",
        "named_benefit",
        "synthetic",
    )
    for benefit in ("insurance", "pension", "allowances"):
        counted = found[benefit]
        assert counted["entitled"] > 0
        groups = [group["entitled"] for group in counted["by_group"].values()]
        assert None in groups or sum(groups) == counted["entitled"]


def test_communes_add_up_to_the_province(found: dict[str, Any]) -> None:
    for benefit in ("insurance", "pension", "allowances"):
        parts = [commune[benefit]["entitled"] for commune in found["communes"].values()]
        assert len(parts) == 3
        assert None in parts or sum(parts) == found[benefit]["entitled"]


def test_what_the_register_cannot_tell_is_named(found: dict[str, Any]) -> None:
    assert "left_list" in {rule["code"] for rule in found["insurance"]["not_checked"]}
