"""The bridge story, against networkx: every bridge of the small province, 20 of Điện Biên."""

from datetime import date
from pathlib import Path

import pytest

from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.measure import what_if
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables
from hoaban.record.province import read_province
from tests import bridge_story
from tests.home import ROOT, Home

pytestmark = [pytest.mark.slow, pytest.mark.from_snapshot]
AT = date(2026, 11, 24)


def known(folder: Path) -> tuple[Law, Place]:
    """The law and the place of a province folder."""
    province = read_province(folder)
    place = Place(
        path=province.path,
        name=province.name,
        centre=province.centre,
        wet_months=province.wet_months,
    )
    return laws.read(ROOT / "law", folder / "parameters"), place


def test_every_bridge_of_the_small_province_tells_the_story(nho: Home) -> None:
    law, place = known(ROOT / "tests/provinces/nho")
    tables = Tables.open(nho.snapshot)
    bridges = what_if.bridges(tables, AT)

    told = bridge_story.tell(tables, law, place, at=AT, bridges=bridges)

    assert len(told) == len(bridges) >= 10
    assert any(any(one.isolated.values()) for one in told)  # some are the only way
    assert any(not any(one.isolated.values()) for one in told)  # some have a way round


@pytest.mark.province
def test_twenty_bridges_of_dien_bien_tell_the_story(dien_bien: Home) -> None:
    law, place = known(ROOT / "provinces/dien_bien")
    tables = Tables.open(dien_bien.snapshot)
    every = what_if.bridges(tables, AT)
    bridges = every[:: max(1, len(every) // 20)][:20]

    told = bridge_story.tell(
        tables, law, place, at=AT, bridges=bridges, kinds=("seat", "station"), stretches=6
    )

    assert len(told) == 20
    assert any(any(one.isolated.values()) for one in told)


def test_whatif_lists_what_changes_with_reasons(nho: Home) -> None:
    tables = Tables.open(nho.snapshot)
    road = what_if.bridges(tables, AT)[0]
    found = nho.json("whatif", "--close", road, "--at", AT.isoformat(), "--budget", "60ty")

    assert {"road", "isolated", "connection", "minutes", "figures", "plan", "text"} <= found.keys()
    for row in found["plan"]:
        assert row["change"] in {"added", "dropped", "moved", "changed"}
        assert row["reason"]
        assert row["reason_en"]
