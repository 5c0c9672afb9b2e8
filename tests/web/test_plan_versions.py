"""That every kept plan is listed, and that two of them stand side by side for everybody.

The board has two plans: an older one with less money, and the newest.
"""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hoaban.base.models import Area, User
from hoaban.measure.models import Measuring
from hoaban.plan.models import Plan
from hoaban.record.models import Boundary
from tests.web import sample
from tests.web.conftest import signed_in
from tests.web.test_pages import body

LIST, COMPARE = "/ke-hoach/cac-ban/", "/ke-hoach/so-sanh/"


def ids() -> list[int]:
    return list(Plan.objects.order_by("pk").values_list("pk", flat=True))


def test_plans_are_listed_newest_first_with_money_works_and_status(board: Measuring) -> None:
    text = body(Client(), LIST)
    old, new = ids()

    assert re.findall(r'<th scope="row">(\d+)</th>', text) == [str(new), str(old)]
    assert "800 tỷ" in text
    assert "700 tỷ" in text
    assert re.search(r'<td class="num">13</td>', text)
    assert text.count("Dự thảo") == 2
    assert "24/11/2026" in text
    assert "12:00" in text  # 5 o'clock UTC


def test_who_approved_is_told_to_officials_and_the_level_to_everybody(
    board: Measuring, an: User
) -> None:
    boss = User.objects.create_user(username="nga", role="province")
    at = datetime(2026, 12, 1, 3, tzinfo=UTC)
    Plan.objects.filter(pk=ids()[1]).update(status="approved", approved_by=boss, approved_at=at)

    public, official = body(Client(), LIST), body(signed_in(an), LIST)

    assert "cấp tỉnh, 01/12/2026" in public
    assert "nga" not in re.sub(r"<[^>]+>", " ", public).split()
    assert "nga, 01/12/2026" in official


def test_the_list_opens_no_plan_and_asks_no_more_for_more_plans(
    board: Measuring, places: dict[str, Area]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            body(Client(), LIST)
        return len(found)

    few = asked()
    for _ in range(8):
        Plan.objects.create(**sample.plan_row(places["11/"]))

    assert asked() == few <= 8


@pytest.mark.django_db
def test_without_plans_both_pages_say_so() -> None:
    assert "Chưa có bản kế hoạch nào" in body(Client(), LIST)
    assert "Cần ít nhất hai bản kế hoạch" in body(Client(), COMPARE)


def test_the_newest_two_are_compared_unless_others_are_named(board: Measuring) -> None:
    old, new = ids()
    text = body(Client(), COMPARE)

    assert text == body(Client(), f"{COMPARE}?a={old}&b={new}")
    assert f"<h2>Kế hoạch {old} <span" in text
    assert text.index(f"<h2>Kế hoạch {old} ") < text.index(f"<h2>Kế hoạch {new} ")


def test_targets_money_and_works_of_both_are_told_with_the_difference(board: Measuring) -> None:
    text = re.sub(r"<[^>]+>", " ", body(Client(), COMPARE))
    said = " ".join(text.split())

    assert "T3 Dịch vụ cơ bản Basic services 35,11 % 35,11 % 0" in said
    assert "Ngân sách Budget 800 tỷ 1.200 tỷ +400 tỷ" in said
    assert "Số việc Works 7 13 +6" in said
    assert "5 việc giống nhau cả về năm; 1 việc đổi năm" in said
    assert re.search(r"Chỉ có ở kế hoạch \d+: 1 việc, 9 tỷ", said)
    assert re.search(r"Chỉ có ở kế hoạch \d+: 7 việc", said)


def test_both_maps_and_their_table_have_every_commune(board: Measuring) -> None:
    text = body(Client(), COMPARE)

    assert re.findall(r'data-code="(\d+)"', text) == ["00001", "00002"] * 2
    assert text.count('<tr id="xa-') == 2
    assert "<title>Xã Mường Một: 5 triệu</title>" in text  # 21 tỷ among 4,200 people
    assert "<title>Xã Mường Một: 10 triệu</title>" in text
    works = body(Client(), f"{COMPARE}?to=viec")
    assert "<title>Xã Mường Một: 12 việc</title>" in works


def test_a_plan_that_is_not_there_is_said_and_others_can_be_chosen(board: Measuring) -> None:
    text = body(Client(), f"{COMPARE}?a={ids()[0]}&b=999999", 404)

    assert "Không có kế hoạch số 999999" in text
    assert '<select id="a"' in text


@pytest.mark.parametrize("query", ["?a=x&b=y", "?a=1", "?a=-1&b=2", "?to=x", "?a=12345678901&b=1"])
def test_a_query_that_makes_no_sense_shows_the_newest_two(board: Measuring, query: str) -> None:
    assert "<h2>Kế hoạch" in body(Client(), COMPARE + query)


def test_comparing_asks_a_bounded_number_of_questions(board: Measuring) -> None:
    with CaptureQueriesContext(connection) as found:
        body(Client(), COMPARE)

    assert len(found) <= 16


def test_no_border_village_stands_in_a_comparison_but_for_its_official(
    board: Measuring, places: dict[str, Area], an: User
) -> None:
    assert "Bản Na Ư" in body(Client(), COMPARE)
    places["11/00001/"].facts["border"] = True
    places["11/00001/"].save()

    assert "Na Ư" not in body(Client(), COMPARE)
    assert "Bản Na Ư" in body(signed_in(an), COMPARE)


def test_plans_of_different_snapshots_are_said_to_be(board: Measuring) -> None:
    assert "hai bản chốt số liệu khác nhau" not in body(Client(), COMPARE)
    Plan.objects.filter(pk=ids()[0]).update(snapshot="2026-10-01-ffffffffffff")

    assert "hai bản chốt số liệu khác nhau" in body(Client(), COMPARE)


def test_without_boundaries_the_table_stands_alone(board: Measuring) -> None:
    Boundary.objects.all().delete()
    text = body(Client(), COMPARE)

    assert "Chưa có ranh giới xã" in text
    assert text.count('<tr id="xa-') == 2


def test_the_plan_page_tells_criteria_budgets_wishes_and_what_was_left_out(
    board: Measuring,
) -> None:
    text = body(Client(), "/ke-hoach/")

    assert text.count('class="curve"') == 6
    assert text.count("giả định</span>") == 4
    assert "Đất đang tranh chấp" in text
    assert "Xã Mường Hai: ít nhất 3 tỷ" in text
    assert "25 việc đã tìm thấy mà không chọn" in text
    assert '<span class="chip">còn nợ</span>' in text
    assert '<span class="chip">chuyển tiếp</span>' in text
    assert "concrete_road:0001" not in text
    assert "water_scheme" not in text


def test_the_plan_page_hides_a_border_village_everywhere(
    board: Measuring, places: dict[str, Area]
) -> None:
    assert "Bản Na Ư" in body(Client(), "/ke-hoach/?xa=11/00001/")
    places["11/00001/"].facts["border"] = True
    places["11/00001/"].save()

    for query in ("", "?xa=11/00001/"):
        assert "Na Ư" not in body(Client(), f"/ke-hoach/{query}")


def test_a_plan_of_before_the_joint_choice_still_has_its_page(
    board: Measuring, places: dict[str, Area]
) -> None:
    Plan.objects.create(**sample.older_row(places["11/"]))
    text = body(Client(), "/ke-hoach/")

    assert "Chọn theo cách cộng gộp" in text
    assert "Vì sao không chọn" not in text
