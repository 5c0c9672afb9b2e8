"""That an agreement goes its way on its page: promised, proposed, documented, checked, declared."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hoaban.account.models import Agreement, Round
from hoaban.base.models import Area, Event, User
from hoaban.measure.models import Measuring
from tests.web.conftest import signed_in
from tests.web.test_agreement_pages import page, plain
from tests.web.test_pages import body

Promised = dict[str, Agreement]
ONE, TWO = "11/00001/", "11/00002/"


@pytest.fixture(autouse=True)
def no_sent_forms() -> None:
    """Forms sent by another test count in none."""
    cache.clear()


@pytest.fixture
def nga(places: dict[str, Area]) -> User:
    """An official of the province."""
    return User.objects.create_user(username="nga", area=places["11/"], role="province")


def send(user: User, one: Agreement, step: str, **fields: str) -> Any:
    """Send a form of the agreement's page."""
    named = {name.replace("__", ":"): text for name, text in fields.items()}
    return signed_in(user).post(page(one), {"step": step, **named})


def told(user: User, one: Agreement) -> str:
    """The page as the user reads it."""
    return plain(body(signed_in(user), page(one)))


def test_from_draft_to_declared_by_those_whose_turn_it_is(
    board: Measuring, promised: Promised, an: User, nga: User
) -> None:
    one = promised[ONE]
    assert "Đến lượt xã: ghi điều cam kết" in told(an, one)
    sent = send(an, one, "promise", goal__all_season_link="80,5", goal__safe_house="60")
    assert (sent.status_code, sent["Location"]) == (302, page(one))
    assert send(an, one, "propose").status_code == 302
    assert "Đang chờ tỉnh kiểm tra" in told(an, one)
    assert send(nga, one, "document", condition="measurable", paper="15/2027").status_code == 302
    assert send(nga, one, "check").status_code == 302
    assert send(an, one, "declare", goal__all_season_link="85.5").status_code == 302

    one.refresh_from_db()
    assert one.status == "checked"
    assert one.data["goals"][0]["target"] == 0.805
    assert one.conditions["measurable"] == "15/2027"
    assert one.data["declared"]["all_season_link"] == 0.855
    names = Event.objects.order_by("pk").values_list("name", flat=True)
    steps = ["promised", "proposed", "documented", "checked", "declared"]
    assert list(names.filter(name__startswith="account.")) == [f"account.{s}" for s in steps]


def test_what_was_done_is_told_on_the_page_that_follows(
    board: Measuring, promised: Promised, an: User
) -> None:
    client = signed_in(an)
    sent = client.post(page(promised[ONE]), {"step": "propose"}, follow=True)

    assert "Đã đề xuất; đang chờ tỉnh kiểm tra." in sent.content.decode()


def test_what_is_refused_is_shown_as_it_was_typed_and_nothing_is_written(
    board: Measuring, promised: Promised, an: User
) -> None:
    one = promised[ONE]
    before = one.data
    sent = send(an, one, "promise", goal__all_season_link="90", goal__safe_house="55,5")
    text = sent.content.decode()

    assert sent.status_code == 400
    assert "thấp hơn mức của kế hoạch" in plain(text)
    assert 'value="90"' in text
    assert 'value="55,5"' in text
    one.refresh_from_db()
    assert one.data == before
    assert not Event.objects.filter(name="account.promised").exists()


@pytest.mark.parametrize("text", ["nhiều", "101", "-1", "NaN", "1e9"])
def test_what_is_no_percentage_is_refused_with_the_name_of_its_field(
    board: Measuring, promised: Promised, an: User, text: str
) -> None:
    sent = send(an, promised[ONE], "promise", goal__all_season_link=text)

    assert sent.status_code == 400
    assert f"“Người đi lại được quanh năm”: “{text}” không phải tỷ lệ" in sent.content.decode()


def test_a_day_is_read_and_nonsense_is_not(board: Measuring, promised: Promised, an: User) -> None:
    one = promised[ONE]
    assert send(an, one, "promise", **{"work:concrete_road:0999": "2027-06-30"}).status_code == 302
    one.refresh_from_db()
    assert one.data["outputs"]["concrete_road:0999"] == "2027-06-30"

    assert send(an, one, "promise", **{"work:concrete_road:0999": "mai"}).status_code == 400
    assert send(an, one, "promise", **{"work:concrete_road:0999": "2028-01-01"}).status_code == 400


def test_a_neighbour_finds_nothing_and_others_see_no_form_and_may_send_none(
    board: Measuring, promised: Promised, pao: User, places: dict[str, Area]
) -> None:
    one = promised[ONE]
    assert send(pao, one, "propose").status_code == 404
    for role in ("village", "verifier"):
        other = User.objects.create_user(username=role, area=places[ONE], role=role)
        assert 'name="step"' not in body(signed_in(other), page(one))
        assert send(other, one, "propose").status_code == 403
    one.refresh_from_db()
    assert one.status == "draft"


def test_who_proposed_is_not_asked_to_check_and_a_pilot_needs_its_papers(
    board: Measuring, promised: Promised, an: User, nga: User
) -> None:
    one = promised[ONE]
    send(an, one, "propose")
    assert 'value="check"' in body(signed_in(nga), page(one))
    assert send(nga, one, "check").status_code == 409  # a paper is missing
    Agreement.objects.filter(pk=one.pk).update(proposed_by=nga)

    assert 'value="check"' not in body(signed_in(nga), page(one))
    assert "người đề xuất không tự kiểm tra" in told(nga, one)
    assert send(nga, one, "check").status_code == 403


def test_once_claims_are_locked_nothing_more_is_declared(
    board: Measuring, promised: Promised, pao: User, nga: User, places: dict[str, Area]
) -> None:
    two = promised[TWO]
    assert 'value="declare"' in body(signed_in(pao), page(two))
    Round.objects.create(
        area=places["11/"],
        year=2027,
        digest="0",
        size=1,
        locked_at=datetime(2027, 12, 1, tzinfo=UTC),
        locked_by=nga,
    )

    assert 'value="declare"' not in body(signed_in(pao), page(two))
    assert "đang kiểm chứng" in told(pao, two)
    assert send(pao, two, "declare", goal__safe_house="70").status_code == 409


def test_forms_need_their_token(board: Measuring, promised: Promised, an: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(an)
    one = promised[ONE]
    assert strict.post(page(one), {"step": "propose"}).status_code == 403

    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', body(strict, page(one)))
    assert found
    sent = strict.post(page(one), {"step": "propose", "csrfmiddlewaretoken": found[1]})
    assert sent.status_code == 302


def test_too_many_forms_in_a_minute_are_refused_and_unknown_steps_too(
    board: Measuring, promised: Promised, an: User
) -> None:
    client, one = signed_in(an), promised[ONE]
    answers = [client.post(page(one), {"step": "x"}).status_code for _ in range(61)]

    assert set(answers[:60]) == {400}
    assert answers[60] == 429


def test_a_field_that_is_missing_is_named(board: Measuring, promised: Promised, nga: User) -> None:
    sent = send(nga, promised[ONE], "document", condition="measurable")

    assert sent.status_code == 400
    assert "thiếu ô “paper”" in sent.content.decode()
