"""What villages of the small province asked for: drawn by the village, and adding up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hoaban.plan.works import read_works
from hoaban.record.province import Province, read_province
from hoaban.record.synthetic import carry_over, generate, proposals
from hoaban.record.synthetic.households import Homes
from hoaban.record.synthetic.network import Network
from tests.record.nho import small
from tests.record.synthetic.conftest import NHO, ROOT


@pytest.fixture(scope="module")
def homes() -> Homes:
    return generate.homes(small().province, small().places)


@pytest.fixture(scope="module")
def net() -> Network:
    return small().network


@pytest.fixture(scope="module")
def all_ask(nho: Province, homes: Homes, net: Network, assumed: dict[str, Any]) -> pa.Table:
    """Every village asks."""
    spec = {**assumed, "proposals": {**assumed["proposals"], "count": len(homes.code)}}
    return proposals.table(1, nho, homes, net, spec)


def test_that_a_village_asks_once_under_its_own_number(all_ask: pa.Table, homes: Homes) -> None:
    assert all_ask["key"].to_pylist() == [f"P{code}" for code in homes.code]
    assert all_ask["area"].to_pylist() == list(homes.path)


def test_that_one_village_more_moves_no_other(
    all_ask: pa.Table, nho: Province, homes: Homes, net: Network, assumed: dict[str, Any]
) -> None:
    few = proposals.table(1, nho, homes, net, assumed)
    assert 0 < len(few) == assumed["proposals"]["count"] < len(all_ask)
    kept = all_ask.filter(pc.is_in(all_ask["key"], few["key"].combine_chunks()))
    assert kept.combine_chunks().equals(few.combine_chunks())


def test_that_votes_are_no_more_than_the_households(all_ask: pa.Table, homes: Homes) -> None:
    names = ("women_for", "women_against", "men_for", "men_against")
    votes = sum(all_ask[name].to_numpy() for name in names)
    assert np.all((votes >= 1) & (votes <= homes.households))
    assert np.all(all_ask["beneficiaries"].to_numpy() <= homes.households)
    fors = all_ask["women_for"].to_numpy() + all_ask["men_for"].to_numpy()
    assert 0 < np.mean(2 * fors > votes) < 1  # some meetings voted no


def test_that_a_named_road_ends_in_the_village_and_is_as_asked(
    all_ask: pa.Table, net: Network, assumed: dict[str, Any]
) -> None:
    road = {row["key"]: row for row in net.roads.to_pylist()}
    named = 0
    for row, node in zip(all_ask.to_pylist(), net.village_node.tolist(), strict=True):
        if row["targets"] is None:
            continue
        named += 1
        one = road[row["targets"]]
        assert node in (one["from"], one["to"])
        for name, wanted in assumed["proposals"]["kinds"][row["work"]]["where"].items():
            assert one[name] in wanted
    assert named > 0


def test_that_meetings_were_held_before_the_day(all_ask: pa.Table, assumed: dict[str, Any]) -> None:
    last, first = assumed["as_of"], assumed["as_of"] - timedelta(days=assumed["proposals"]["days"])
    assert all(first <= day < last for day in all_ask["held_on"].to_pylist())
    assert set(all_ask["language"].to_pylist()) <= {"vi", "blt", "hmn", "kjg"}


@pytest.mark.parametrize("folder", [NHO, ROOT / "provinces/dien_bien"])
def test_that_villages_ask_for_kinds_that_they_may_propose(folder: Any) -> None:
    kinds = read_works(ROOT / "packs")
    people = generate.assumptions(read_province(folder))["people"]
    for name, one in people["proposals"]["kinds"].items():
        assert kinds[name].pack == one["pack"]
        assert "village" in kinds[name].proposed_by
    assert all(kinds[name].pack == one["pack"] for name, one in people["arrears"].items())


def test_that_arrears_come_last_and_move_no_work_under_way(
    nho: Province, homes: Homes, net: Network, assumed: dict[str, Any]
) -> None:
    bare = {name: assumed[name] for name in ("works", "as_of")}
    before = carry_over.works_table(1, nho, homes, net.roads, bare)
    after = carry_over.works_table(1, nho, homes, net.roads, {**bare, **_owed(assumed)})
    assert after.slice(0, len(before)).combine_chunks().equals(before.combine_chunks())
    owed = after.slice(len(before)).to_pylist()
    assert len(owed) > 0
    for row in owed:
        assert row["status"] == "finished"
        assert 0 < row["spent_vnd"] < row["cost_vnd"]
        assert row["start_year"] <= row["finish_year"] < assumed["as_of"].year


def _owed(assumed: dict[str, Any]) -> dict[str, Any]:
    return {"arrears": assumed["arrears"]}


def test_that_people_were_asked_before_a_work_began(
    nho: Province, homes: Homes, net: Network, assumed: dict[str, Any]
) -> None:
    sure = {**assumed["safeguards"], "consulted": 1.0, "in_language": 1.0}
    given = {**assumed, "safeguards": sure}
    first = dict(zip(homes.code, homes.languages, strict=True))
    for row in carry_over.works_table(1, nho, homes, net.roads, given).to_pylist():
        assert row["consultation_held_on"].year < row["start_year"]
        own = first[row["village"]][0] if row["village"] else "vi"
        assert row["consultation_language"] == own


def test_that_a_village_of_few_still_votes(
    nho: Province, homes: Homes, net: Network, assumed: dict[str, Any]
) -> None:
    few = replace(homes, households=np.ones_like(homes.households))
    found = proposals.table(1, nho, few, net, assumed).to_pylist()
    for row in found:
        votes = [row[f"{who}_{how}"] for who in ("women", "men") for how in ("for", "against")]
        assert sum(votes) == 1
