"""Plans are kept, and approved once, by a named person of the province."""

from datetime import UTC, datetime

import pytest

from hoaban.base.models import Area, Event, User
from hoaban.plan import operations, run
from hoaban.plan.models import Plan
from hoaban.plan.money.envelopes import YearOutsidePlan
from hoaban.plan.operations import (
    AlreadyApproved,
    NoSuchPlan,
    NotAnApprover,
    ProvinceNotLoaded,
    approve,
)
from hoaban.plan.planned import Planned
from tests.measure.world import START
from tests.plan import small
from tests.plan.money.test_envelopes import ROWS
from tests.plan.test_planning import LINKS, made

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def planned() -> Planned:
    return made(kinds=small.kinds(*LINKS))


def area(path: str) -> Area:
    return Area.objects.create(
        code=path.split("/")[-2],
        name=path,
        path=path,
        kind="province" if path == "11/" else "commune",
        valid_from=START,
        origin="synthetic",
    )


@pytest.fixture
def province(db: None) -> Area:
    return area("11/")


@pytest.fixture
def lan(province: Area) -> User:
    """A leader of the province."""
    return User.objects.create(username="lan", area=province, role="province")


def test_a_plan_is_kept_as_a_draft_and_told(planned: Planned, province: Area) -> None:
    kept = operations.store(planned, at=NOW)

    assert (kept.status, kept.years, kept.approved_by) == ("draft", "2026-2027", None)
    assert kept.result["spent_vnd"] == planned.result.spent
    told = Event.objects.get(name="plan.made")
    assert told.data["works"] == 3
    assert told.area == province


@pytest.mark.django_db
def test_a_plan_of_a_province_that_is_not_loaded_is_refused(planned: Planned) -> None:
    with pytest.raises(ProvinceNotLoaded, match="11/"):
        operations.store(planned, at=NOW)
    assert not Plan.objects.exists()


def test_approving_names_the_person_and_tells_the_works(planned: Planned, lan: User) -> None:
    kept = operations.store(planned, at=NOW)

    found = approve(plan=kept.pk, user=lan, at=NOW)

    assert (found.status, found.approved_by, found.approved_at) == ("approved", lan, NOW)
    told = Event.objects.get(name="plan.approved")
    assert told.actor == lan
    assert [work["id"] for work in told.data["works"]] == [
        row["work"] for row in kept.result["chosen"]
    ]
    wanted = {"id", "kind", "pack", "commune", "village", "year", "cost_vnd", "label"}
    assert all(wanted <= work.keys() for work in told.data["works"])


def test_a_plan_is_approved_once(planned: Planned, lan: User) -> None:
    kept = operations.store(planned, at=NOW)
    approve(plan=kept.pk, user=lan, at=NOW)

    with pytest.raises(AlreadyApproved, match="lan"):
        approve(plan=kept.pk, user=lan, at=NOW)
    assert Event.objects.filter(name="plan.approved").count() == 1


def test_a_verifier_may_not_approve_and_a_commune_does_not_see_the_plan(
    planned: Planned, province: Area
) -> None:
    kept = operations.store(planned, at=NOW)
    verifier = User.objects.create(username="hoa", area=province, role="verifier")
    an = User.objects.create(username="an", area=area("11/00002/"), role="commune")

    with pytest.raises(NotAnApprover):
        approve(plan=kept.pk, user=verifier, at=NOW)
    with pytest.raises(NoSuchPlan):
        approve(plan=kept.pk, user=an, at=NOW)
    assert Plan.objects.get(pk=kept.pk).status == "draft"


def test_a_plan_that_does_not_exist_is_told(lan: User) -> None:
    with pytest.raises(NoSuchPlan):
        approve(plan=99, user=lan, at=NOW)


def test_money_is_asked_for_in_the_province_s_years() -> None:
    assert run.asked(ROWS, years="2026-2027").budget_vnd == 2000
    assert run.asked(ROWS, years="2026", budget_vnd=70).budget_vnd == 70
    with pytest.raises(YearOutsidePlan):
        run.asked(ROWS, years="2026-2031")
