"""Moving a case: once for success, once for a stranger, once for twice."""

import pytest

from hoaban.act import operations
from hoaban.act.models import Case
from hoaban.base.models import Area, Event, User
from tests.highland import instant

GIVEN = {"second_source": "tài xế", "passable_by": "foot"}


@pytest.fixture
def closure(areas: dict[str, Area], mai: User) -> Case:
    """Mai reports at six that the road to Bản Che is closed."""
    return operations.open_case(
        pack="road_closure",
        area=areas["11/00104/0001/"],
        user=mai,
        at=instant("2026-08-01 06:00"),
        data={"road": "R00001"},
    )


def test_a_report_opens_a_case_with_its_deadline(closure: Case, mai: User) -> None:
    assert (closure.state, closure.due_at) == ("reported", instant("2026-08-01 08:00"))
    assert closure.data == {"road": "R00001", "reported_by": mai.pk}
    assert Event.objects.get().name == "act.opened"


def test_nobody_reports_outside_their_area(areas: dict[str, Area], pao: User) -> None:
    with pytest.raises(operations.OutsideYourArea, match="Bản Che"):
        operations.open_case(
            pack="road_closure",
            area=areas["11/00104/0001/"],
            user=pao,
            at=instant("2026-08-01 06:00"),
        )


def test_a_step_moves_the_case_and_tells_it(closure: Case, an: User) -> None:
    at = instant("2026-08-01 07:00")
    moved = operations.take(step="confirm", case=closure.pk, user=an, at=at, evidence=GIVEN)

    assert moved.state == "confirmed"
    event = Event.objects.get(name="act.moved")
    assert (event.actor, event.at, event.area) == (an, at, closure.area)
    assert (event.data["before"], event.data["late"]) == ("reported", False)
    assert [e.name for e in operations.history(moved)] == ["act.opened", "act.moved"]


def test_a_stranger_sees_no_case(closure: Case, pao: User) -> None:
    assert operations.steps_for(closure, pao) == {}
    with pytest.raises(operations.NoSuchCase):
        operations.take(step="confirm", case=closure.pk, user=pao, at=instant("2026-08-01 07:00"))


def test_a_step_cannot_be_taken_twice(closure: Case, an: User) -> None:
    at = instant("2026-08-01 07:00")
    operations.take(step="confirm", case=closure.pk, user=an, at=at, evidence=GIVEN)
    with pytest.raises(operations.WrongStep) as refused:
        operations.take(step="confirm", case=closure.pk, user=an, at=at, evidence=GIVEN)
    assert "Thực hiện phương châm bốn tại chỗ" in refused.value.text("vi")
    assert "Carry out four on the spot" in refused.value.text("en")


def test_the_buttons_are_those_of_the_role(closure: Case, an: User, mai: User) -> None:
    assert list(operations.steps_for(closure, an)) == ["confirm", "dismiss"]
    assert operations.steps_for(closure, mai) == {}


def test_a_late_step_is_recorded_with_its_reason(closure: Case, an: User) -> None:
    at = instant("2026-08-01 08:00")  # the very end of the two hours is late
    operations.take(
        step="confirm", case=closure.pk, user=an, at=at, evidence=GIVEN, reason="mất sóng"
    )
    data = Event.objects.get(name="act.moved").data
    assert (data["late"], data["reason"]) == (True, "mất sóng")


def test_overdue_cases_are_found_inside_the_scope(closure: Case, an: User, pao: User) -> None:
    late, early = instant("2026-08-01 08:00"), instant("2026-08-01 07:59")
    assert list(Case.objects.seen_by(an).overdue(late)) == [closure]
    assert not Case.objects.seen_by(an).overdue(early).exists()
    assert not Case.objects.seen_by(pao).overdue(late).exists()


def test_the_holidays_come_from_the_law() -> None:
    assert {day.isoformat() for day in operations.holidays()} >= {"2026-04-30", "2026-09-02"}
