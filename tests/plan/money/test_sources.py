"""For what each source of money may pay, by which act, and what the province adds."""

from dataclasses import replace
from datetime import date

import pytest

from hoaban.base.law import Law
from hoaban.plan.finders.candidates import generate, registered
from hoaban.plan.money.sources import SUPPORT, SourceMayNotPay, Sources, UnknownSource
from hoaban.plan.works import read_works
from tests.measure.world import AT, LAW, ROOT
from tests.plan import small
from tests.plan.small import KINDS, RULES

NOW = Sources.of(LAW, AT)


def test_the_six_sources_are_known_with_what_they_rest_on() -> None:
    assert set(NOW.by_id) == {"programme", "central", "local", "oda", "ppp", "fund"}
    programme = NOW.by_id["programme"]
    assert "257/2025/QH15" in programme.by_money.source
    assert programme.by_packs.assumed  # nobody has read the list of what it pays for
    assert Sources.of(LAW, date(2024, 5, 1)).by_id["programme"].by_money.source.startswith("QĐ 39")


@pytest.mark.parametrize(
    ("source", "pack", "money", "rule"),
    [
        ("central", "roads", "investment", None),
        ("central", "roads", "recurrent", "source.central"),
        ("central", "livelihood", "investment", "source.central.packs"),
        ("programme", "livelihood", "recurrent", None),
        ("oda", "staff_training", "investment", "source.oda.packs"),
        ("ppp", "water", "recurrent", "source.ppp"),
    ],
)
def test_a_source_pays_for_what_its_rule_names(
    source: str, pack: str, money: str, rule: str | None
) -> None:
    found = NOW.may_pay(source, pack, money)
    assert found.allowed == (rule is None)
    assert rule is None or found.rule == rule
    assert found.cite


def test_a_source_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownSource, match=r"“programe” .* gần nhất là “programme”"):
        NOW.may_pay("programe", "roads", "investment")


def test_every_pack_names_sources_that_may_pay() -> None:
    for kind in read_works(ROOT / "packs").values():
        assert NOW.allowed(kind.sources, kind.pack, kind.money) == kind.sources, kind.id


@pytest.mark.parametrize(
    ("support", "share"), [(0.851, 50), (0.7, 50), (0.69, 100), (0.5, 100), (0.2, 150)]
)
def test_the_poorer_the_province_the_less_it_adds(support: float, share: int) -> None:
    """5, 10 and 15 % of QĐ 39/2021/QĐ-TTg; a đồng begun is a whole one."""
    assert NOW.counterpart_vnd("programme", 1000, support) == share
    assert NOW.counterpart_vnd("programme", 1001, support) == share + 1
    assert NOW.counterpart_vnd("local", 1000, support) == 0
    assert LAW.number(SUPPORT, AT) >= 0.5


def test_a_candidate_keeps_the_sources_that_may_pay() -> None:
    kind = replace(KINDS["livelihood_model"], sources=("central", "programme"))
    kind = replace(kind, where={**kind.where, "households_min": 1})
    found = generate(small.facts(), [], {kind.id: kind}, RULES)
    assert {work.sources for work in found} == {("programme",)}


def test_a_kind_that_no_source_may_pay_for_is_told() -> None:
    kind = replace(KINDS["livelihood_model"], sources=("central",))
    words = r"livelihood/plan.yaml, works.livelihood_model: .*“central”.*source.central:"
    with pytest.raises(SourceMayNotPay, match=words):
        generate(small.facts(), [], {kind.id: kind}, RULES)


def test_a_register_row_paid_by_a_source_that_may_not_pay_is_told() -> None:
    row = {"work": "four_on_the_spot", "cost_vnd": 900, "fund": "central"}
    facts = small.facts(small.tables(works=small.works(row)))
    with pytest.raises(SourceMayNotPay, match=r"works, W1: .*“central”"):
        registered(facts, KINDS)
    facts = small.facts(small.tables(works=small.works({**row, "fund": "lokal"})))
    with pytest.raises(UnknownSource, match=r"works, W1: .*“local”"):
        registered(facts, KINDS)


def test_a_province_may_have_a_source_of_its_own() -> None:
    value = LAW.at("source.fund", AT)
    own = replace(value, name="source.lottery")
    packs = replace(LAW.at("source.fund.packs", AT), name="source.lottery.packs", value=["water"])
    law = Law({**LAW.values, own.name: (own,), packs.name: (packs,)})
    found = Sources.of(law, AT)
    assert found.may_pay("lottery", "water", "investment").allowed
    assert not found.may_pay("lottery", "roads", "investment").allowed
