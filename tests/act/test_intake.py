"""Approving a plan opens one case per chosen work in its commune."""

from typing import Any

import pytest

from hoaban.act import intake, operations
from hoaban.act.models import Case
from hoaban.base.models import Area, Event, User, tell
from tests.highland import instant

AT = instant("2026-11-24 08:00")


def work(name: str, **change: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "concrete_road",
        "pack": "roads",
        "commune": "11/00104/",
        "village": "11/00104/0001/",
        "year": 2027,
        "cost_vnd": 1_500_000_000,
        "label": {"vi": "Đường bê tông Bản Che", "en": "Concrete road to Bản Che"},
        **change,
    }


def approve(areas: dict[str, Area], linh: User, *works: dict[str, Any]) -> Event:
    return tell(
        "plan.approved", at=AT, actor=linh, area=areas["11/"], subject="Plan:1", works=list(works)
    )


def test_each_work_gets_one_case_in_its_commune(areas: dict[str, Area], linh: User) -> None:
    event = approve(areas, linh, work("pave:0001"), work("pave:0002", commune="11/00105/"))

    assert intake.open_cases(event, AT) == 2

    case = Case.objects.get(work="pave:0001")
    assert (case.area.path, case.pack, case.state, case.year) == (
        "11/00104/",
        "roads",
        "proposed",
        2027,
    )
    assert (case.plan, case.opened_by, case.opened_at) == ("Plan:1", event, AT)
    assert case.data["cost_vnd"] == 1_500_000_000
    assert Event.objects.filter(name="act.opened").count() == 1


def test_hearing_the_news_again_opens_nothing(areas: dict[str, Area], linh: User) -> None:
    event = approve(areas, linh, work("pave:0001"))
    assert [intake.open_cases(event, AT), intake.open_cases(event, AT)] == [1, 0]
    assert Event.objects.filter(name="act.opened").count() == 1


def test_an_unfinished_work_of_an_earlier_plan_gets_no_second_case(
    areas: dict[str, Area], linh: User
) -> None:
    intake.open_cases(approve(areas, linh, work("rounds:1", pack="outreach")), AT)
    again = approve(areas, linh, work("rounds:1", pack="outreach", year=2028))

    assert intake.open_cases(again, AT) == 0

    Case.objects.update(state="answered")
    assert intake.open_cases(again, AT) == 1


def test_a_pack_without_steps_goes_through_the_common_ones(
    areas: dict[str, Area], linh: User
) -> None:
    intake.open_cases(approve(areas, linh, work("power:1", pack="power", kind="grid_power")), AT)
    case = Case.objects.get()
    assert (case.pack, case.data["pack"], case.work_kind) == ("works", "power", "grid_power")


def test_the_commune_sees_its_cases_and_the_next_one_does_not(
    areas: dict[str, Area], linh: User, an: User, pao: User
) -> None:
    intake.open_cases(approve(areas, linh, work("pave:0001")), AT)
    case = Case.objects.get()
    assert list(operations.steps_for(case, linh)) == ["approve", "send_back"]
    assert Case.objects.seen_by(an).count() == 1
    assert Case.objects.seen_by(pao).count() == 0


def test_a_work_in_an_unknown_commune_opens_nothing_at_all(
    areas: dict[str, Area], linh: User
) -> None:
    event = approve(areas, linh, work("pave:0001"), work("pave:9", commune="11/99999/"))
    with pytest.raises(intake.NoSuchCommune, match="11/99999/"):
        intake.open_cases(event, AT)
    assert not Case.objects.exists()
