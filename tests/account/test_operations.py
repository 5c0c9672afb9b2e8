"""The commune proposes, the province checks; strangers and the wrong part are refused."""

from typing import Any

import pytest

from hoaban.account import operations
from hoaban.account.agreements import Draft, Goal
from hoaban.account.models import Agreement
from hoaban.base.models import Area, Event, User
from hoaban.base.text import Text
from tests import highland
from tests.highland import instant

AT = instant("2026-12-01 08:00")
CONDITIONS = ("measurable", "cost_basis", "criteria_and_monitoring", "written_agreement")


def draft(**change: Any) -> Draft:
    goals = tuple(
        Goal(name, "roads", Text("Kết quả", "Result"), 25, "visit", 12, 0.5, 5, 10, 0.6, False)
        for name in ("linked", "register")
    )
    given: dict[str, Any] = {
        "id": "2027-00104",
        "commune": "11/00104/",
        "name": "Mường Phăng",
        "year": 2027,
        "mode": "pilot",
        "base_vnd": 800,
        "performance_vnd": 150,
        "equity_vnd": 50,
        "goals": goals,
        "conditions": dict.fromkeys(CONDITIONS, ""),
        "works": ("pave:1",),
        "villages": ("11/00104/0001/",),
    }
    return Draft(**{**given, **change})


def store(*drafts: Draft, user: User | None = None) -> int:
    return operations.store(drafts, snapshot="2026-11-24-abc", plan="Plan:1", user=user, at=AT)


@pytest.fixture
def kept(areas: dict[str, Area]) -> Agreement:
    store(draft())
    return Agreement.objects.get()


def test_a_draft_is_kept_once_and_told(areas: dict[str, Area], linh: User) -> None:
    assert [store(draft(), user=linh), store(draft(base_vnd=900))] == [1, 1]
    kept = Agreement.objects.get()
    assert (kept.status, kept.base_vnd, kept.area) == ("draft", 900, areas["11/00104/"])
    assert kept.data["id"] == "2027-00104"
    assert kept.missing_conditions == sorted(CONDITIONS)
    assert [e.area.path for e in Event.objects.filter(name="account.drafted")] == ["11/", "11/"]


def test_an_unknown_commune_keeps_nothing(areas: dict[str, Area]) -> None:
    with pytest.raises(operations.NoSuchCommune, match="11/99999/"):
        store(draft(), draft(id="2027-99999", commune="11/99999/"))
    assert not Agreement.objects.exists()


def test_a_proposed_agreement_is_not_drafted_anew(kept: Agreement, an: User) -> None:
    operations.propose(agreement=kept.pk, user=an, at=AT)
    assert store(draft(base_vnd=1)) == 0
    assert Agreement.objects.get().base_vnd == 800


def test_the_commune_proposes_once(kept: Agreement, an: User) -> None:
    proposed = operations.propose(agreement=kept.pk, user=an, at=AT)
    assert (proposed.status, proposed.proposed_by, proposed.proposed_at) == ("proposed", an, AT)
    assert Event.objects.filter(name="account.proposed", actor=an).count() == 1
    with pytest.raises(operations.WrongStatus) as refused:
        operations.propose(agreement=kept.pk, user=an, at=AT)
    assert "xã đã đề xuất" in refused.value.text("vi")
    assert "should be “draft”" in refused.value.text("en")


def test_the_next_commune_and_the_province_cannot_propose_it(
    kept: Agreement, pao: User, linh: User
) -> None:
    with pytest.raises(operations.NoSuchAgreement):
        operations.propose(agreement=kept.pk, user=pao, at=AT)
    with pytest.raises(operations.NotYourPart, match="cấp xã"):
        operations.propose(agreement=kept.pk, user=linh, at=AT)


def test_the_pilot_waits_for_its_four_legal_papers(kept: Agreement, an: User, linh: User) -> None:
    operations.propose(agreement=kept.pk, user=an, at=AT)
    for n, condition in enumerate(CONDITIONS, start=1):
        with pytest.raises(operations.ConditionsMissing, match=condition):
            operations.check(agreement=kept.pk, user=linh, at=AT)
        operations.document(
            agreement=kept.pk, condition=condition, paper=f"QĐ {n}", user=linh, at=AT
        )
    checked = operations.check(agreement=kept.pk, user=linh, at=AT)
    assert (checked.status, checked.checked_by) == ("checked", linh)
    assert Event.objects.filter(name="account.documented").count() == 4


def test_shadow_needs_no_papers(areas: dict[str, Area], an: User, linh: User) -> None:
    store(draft(mode="shadow"))
    kept = Agreement.objects.get()
    operations.propose(agreement=kept.pk, user=an, at=AT)
    assert operations.check(agreement=kept.pk, user=linh, at=AT).status == "checked"


def test_nothing_is_checked_before_it_is_proposed_nor_by_the_commune(
    kept: Agreement, an: User, linh: User
) -> None:
    with pytest.raises(operations.WrongStatus):
        operations.check(agreement=kept.pk, user=linh, at=AT)
    operations.propose(agreement=kept.pk, user=an, at=AT)
    with pytest.raises(operations.NotYourPart):
        operations.check(agreement=kept.pk, user=an, at=AT)


def test_who_proposed_may_not_check_after_moving_to_the_province(
    kept: Agreement, an: User, areas: dict[str, Area]
) -> None:
    operations.propose(agreement=kept.pk, user=an, at=AT)
    an.role, an.area = "province", areas["11/"]
    an.save()
    with pytest.raises(operations.DrafterMayNotCheck):
        operations.check(agreement=kept.pk, user=an, at=AT)


def test_a_paper_needs_its_number_and_a_known_condition(kept: Agreement, linh: User) -> None:
    with pytest.raises(operations.NoSuchCondition, match="measurable"):
        operations.document(
            agreement=kept.pk, condition="mesurable", paper="QĐ 1", user=linh, at=AT
        )
    with pytest.raises(operations.NoPaper):
        operations.document(agreement=kept.pk, condition="measurable", paper=" ", user=linh, at=AT)


def test_agreements_are_seen_inside_the_area_alone(kept: Agreement, an: User, pao: User) -> None:
    assert list(Agreement.objects.seen_by(an)) == [kept]
    assert not Agreement.objects.seen_by(pao).exists()
    assert highland.PLACES[kept.area.path][1] == "Mường Phăng"
