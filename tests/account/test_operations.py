"""The commune proposes, the province checks; strangers and the wrong part are refused."""

from datetime import date
from typing import Any

import pytest

from hoaban.account import operations
from hoaban.account.checks import checking
from hoaban.account.drafting.agreements import Draft, Goal
from hoaban.account.models import Agreement
from hoaban.account.terms import pay
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
        with pytest.raises(pay.ConditionsMissing, match=condition):
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


def test_the_commune_writes_its_own_promises(kept: Agreement, an: User) -> None:
    first = operations.promise(
        agreement=kept.pk,
        user=an,
        at=AT,
        targets={"linked": 0.7},
        outputs={"pave:1": date(2027, 10, 31)},
    )
    assert {goal["name"]: goal["target"] for goal in first.data["goals"]} == {
        "linked": 0.7,
        "register": 0.6,
    }
    operations.promise(agreement=kept.pk, user=an, at=AT, targets={"linked": 0.65})
    again = Agreement.objects.get()
    assert again.data["goals"][0]["target"] == 0.65  # under its own word, not under the plan's
    assert again.data["outputs"] == {"pave:1": "2027-10-31"}
    assert Event.objects.filter(name="account.promised", actor=an).count() == 2


@pytest.mark.parametrize(
    ("asked", "refusal", "said"),
    [
        ({"targets": {"linked": 0.59}}, operations.TargetUnderPlan, "0.6"),
        ({"targets": {"linked": 1.2}}, operations.NotAShare, "1.2"),
        ({"targets": {"linkd": 0.7}}, operations.NoSuchGoal, "linked"),
        ({"outputs": {"pave:2": date(2027, 5, 1)}}, operations.NoSuchOutput, "pave:1"),
        ({"outputs": {"pave:1": date(2028, 5, 1)}}, operations.OutputOutsideYear, "2028-05-01"),
    ],
)
def test_a_promise_that_does_not_fit_is_refused_and_keeps_nothing(
    kept: Agreement, an: User, asked: dict[str, Any], refusal: type[Exception], said: str
) -> None:
    with pytest.raises(refusal, match=said):
        operations.promise(agreement=kept.pk, user=an, at=AT, **asked)
    assert Agreement.objects.get().data == kept.data


def test_nobody_but_the_commune_promises_and_only_before_proposing(
    kept: Agreement, an: User, pao: User, linh: User
) -> None:
    for user, refusal in ((pao, operations.NoSuchAgreement), (linh, operations.NotYourPart)):
        with pytest.raises(refusal):
            operations.promise(agreement=kept.pk, user=user, at=AT, targets={"linked": 0.7})
    operations.propose(agreement=kept.pk, user=an, at=AT)
    with pytest.raises(operations.WrongStatus):
        operations.promise(agreement=kept.pk, user=an, at=AT, targets={"linked": 0.7})


def test_a_new_plan_keeps_what_the_commune_had_promised_and_papers(
    kept: Agreement, an: User, linh: User
) -> None:
    store(draft(gates={"accounts": ""}))
    operations.document(agreement=kept.pk, condition="accounts", paper="BC 5", user=linh, at=AT)
    days = {"pave:1": date(2027, 10, 31)}
    operations.promise(agreement=kept.pk, user=an, at=AT, targets={"linked": 0.7}, outputs=days)
    store(draft(gates={"accounts": "", "disclosure": ""}, works=("pave:3",)))
    found = Agreement.objects.get()
    assert [goal["target"] for goal in found.data["goals"]] == [0.7, 0.6]
    assert found.data["gates"] == {"accounts": "BC 5", "disclosure": ""}
    assert found.data["outputs"] == {}  # the work is no longer in the plan


def test_the_commune_declares_what_it_reached_until_the_claims_are_locked(
    areas: dict[str, Area], an: User, linh: User
) -> None:
    store(draft(mode="shadow"))
    kept = Agreement.objects.get()
    with pytest.raises(operations.WrongStatus):
        operations.declare(agreement=kept.pk, reached={"linked": 0.6}, user=an, at=AT)
    operations.propose(agreement=kept.pk, user=an, at=AT)
    operations.check(agreement=kept.pk, user=linh, at=AT)
    for value in (0.6, 0.58):
        operations.declare(agreement=kept.pk, reached={"linked": value}, user=an, at=AT)
    assert Agreement.objects.get().data["declared"] == {"linked": 0.58}
    with pytest.raises(operations.NoSuchGoal, match="linked"):
        operations.declare(agreement=kept.pk, reached={"linkd": 0.6}, user=an, at=AT)
    with pytest.raises(operations.NotAShare):
        operations.declare(agreement=kept.pk, reached={"linked": -0.1}, user=an, at=AT)
    checking.lock_claims(year=2027, user=linh, at=AT)
    with pytest.raises(operations.DeclaredTooLate, match="2027"):
        operations.declare(agreement=kept.pk, reached={"linked": 0.6}, user=an, at=AT)
