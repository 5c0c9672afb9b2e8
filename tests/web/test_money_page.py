"""That everybody sees who pays for what, what is owed beside it, and may ask whether money moves.

Mường Hai is a border commune. Its ids and villages are for those who answer for it alone.
"""

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hoaban.base.models import Area, User, tell
from hoaban.measure.models import Measuring
from hoaban.plan.models import Plan
from tests.web import sample
from tests.web.conftest import signed_in
from tests.web.test_agreement_pages import plain
from tests.web.test_pages import body

PAGE, SHEET = "/ke-hoach/nguon-von/", "/ke-hoach/nguon-von/chi-tiet.csv"
BILLION = 10**9
WHEN = datetime(2026, 11, 24, 5, tzinfo=UTC)


def paid(year: int, source: str, vnd: int, kind: str = "investment", what: str = "build") -> Any:
    return {"year": year, "kind": kind, "source": source, "vnd": vnd, "for": what}


def pool(year: int, source: str, budget: int, spent: int, kind: str = "investment") -> Any:
    return {
        "year": year,
        "kind": kind,
        "source": source,
        "budget_vnd": budget * BILLION,
        "spent_vnd": spent,
    }


def financed(top: Area) -> Plan:
    """Three works of 40 billion and 7 đồng; own money is spent beside the programme's."""
    row = sample.plan_row(top)
    few = {"vi": "Có 4 hộ chưa có nước", "en": "4 households lack water"}
    chosen = [
        sample.work(
            1,
            payments=[
                paid(2026, "programme", 20 * BILLION + 7),
                paid(2026, "local", 2 * BILLION),
                paid(2027, "local", BILLION, "recurrent", "upkeep"),
            ],
        ),
        sample.work(2, why=few, payments=[paid(2026, "local", 5 * BILLION)]),
        sample.work(
            3,
            commune="11/00002/",
            village=None,
            payments=[paid(2027, "programme", 12 * BILLION)],
        ),
    ]
    row["result"] |= {
        "chosen": chosen,
        "spent_vnd": 40 * BILLION + 7,
        "budget_vnd": 82 * BILLION,
        "money": [
            pool(2026, "local", 10, 7 * BILLION),
            pool(2026, "programme", 40, 20 * BILLION + 7),
            pool(2027, "local", 1, BILLION, "recurrent"),
            pool(2027, "programme", 31, 12 * BILLION),
        ],
    }
    return Plan.objects.create(**row)


@pytest.fixture
def plan(board: Measuring, places: dict[str, Area]) -> Plan:
    places["11/00002/"].facts |= {"border": True}
    places["11/00002/"].save()
    tell(
        "record.loaded",
        at=WHEN,
        actor=None,
        area=places["11/"],
        subject="11/",
        folder="tests/provinces/nho",
    )
    return financed(places["11/"])


@pytest.fixture
def nga(places: dict[str, Area]) -> User:
    return User.objects.create_user(username="nga", area=places["11/"], role="province")


def said(query: str = "", client: Client | None = None) -> str:
    return plain(body(client or Client(), PAGE + query))


def sheet(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(SHEET + query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.django_db
def test_before_any_plan_the_page_says_which_command_to_run() -> None:
    assert "hoaban plan" in body(Client(), PAGE)
    assert Client().get(SHEET).status_code == 404


def test_each_pool_tells_budget_spent_and_left_by_year(plan: Plan) -> None:
    text = said()

    assert "chi 40 tỷ trong 82 tỷ" in text
    assert (
        "Ngân sách địa phương Local budget vốn đầu tư 10 tỷ chi 7 tỷ còn 3 tỷ – 10 tỷ chi 7 tỷ"
    ) in text
    assert "Tất cả các nguồn All sources 50 tỷ chi 27 tỷ còn 23 tỷ 32 tỷ chi 13 tỷ" in text
    assert f"{sample.SNAPSHOT} · minh hoạ" in text


def test_what_is_owed_stands_beside_own_money_spent_and_left(plan: Plan) -> None:
    told = said()

    # 5 % of 20 billion and 7 đồng, rounded up, and of 12 billion; 7 and 1 billion are spent
    assert "2026 1 tỷ 7 tỷ 3 tỷ đầu tư 3 tỷ đủ" in told
    assert "2027 600 triệu 1 tỷ 0 đ thường xuyên 0 đ đủ" in told
    assert "Trung ương hỗ trợ 80 % ngân sách tỉnh (giả định; test; từ 01/07/2025)" in told
    assert "Giả định: vốn địa phương chi cho việc" in told


def test_a_year_in_which_the_own_money_falls_short_is_red(plan: Plan) -> None:
    plan.result["chosen"][0]["payments"][2]["source"] = "central"
    plan.save()
    text = body(Client(), PAGE)

    assert "2027 600 triệu 0 đ 0 đ thường xuyên 0 đ thiếu 600 triệu" in plain(text)
    [red] = re.findall(r'<li class="fault">(.*?)</li>', text)
    assert plain(red) == (
        "Năm 2027 thiếu 600.000.000 đ : phải đối ứng 600.000.000 đ, đã chi 0 đ, chỉ còn 0 đ."
    )


def test_without_the_share_of_central_support_the_counterpart_is_not_guessed(
    board: Measuring, places: dict[str, Area]
) -> None:
    financed(places["11/"])

    assert "Chưa tính được: tỉnh chưa nêu tỷ lệ" in said()


def test_a_source_that_no_rule_knows_is_said(plan: Plan) -> None:
    plan.result["chosen"][0]["payments"][0]["source"] = "budget"
    plan.save()

    assert "không có nguồn vốn “budget”" in said()


def test_each_source_tells_what_it_may_pay_for_by_which_act_and_what_is_assumed(
    plan: Plan,
) -> None:
    text = said()

    assert "Loại chi : vốn đầu tư, kinh phí thường xuyên độ tin cậy: cao NQ 257/2025/QH15" in text
    assert "từ 01/01/2026 đến 31/12/2035" in text
    assert "Đối ứng : theo phần ngân sách do trung ương hỗ trợ: từ 70 % thì thêm 5 %" in text
    assert "Chương trình : Đường và cầu, Thông đường, Trạm y tế" in text
    assert text.count("Kế hoạch này không có vốn của nguồn này") == 4
    assert text.count("giả định") > 8


def test_money_that_may_move_is_told_with_its_rule_and_what_is_left(plan: Plan) -> None:
    ask = "?tu=2026:investment:local&den=2026:investment:central&tien=1,5ty&vi-sao=Cau+Che"
    text = said(ask)

    assert "Chuyển được 1,5 tỷ từ 2026 · Ngân sách địa phương · vốn đầu tư" in text
    assert "Nguồn chuyển đi còn Left where it came from 1,5 tỷ" in text
    assert "Nguồn nhận còn Left where it goes 1,5 tỷ" in text
    assert "Quy định Rule Chương trình, từ 01/01/2022 Độ tin cậy Confidence giả định" in text
    assert "Lý do Reason Cau Che" in text
    assert Plan.objects.get(pk=plan.pk).result == plan.result


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            "tu=2026:investment:local&den=2026:recurrent:local&tien=1ty&vi-sao=a",
            "Không chuyển: vốn đầu tư và vốn thường xuyên không chuyển cho nhau.",
        ),
        (
            "tu=2026:investment:local&den=2026:investment:central&tien=4ty&vi-sao=a",
            "ngân sách địa phương, vốn đầu tư năm 2026 chưa dùng 3 tỷ, xin chuyển 4 tỷ",
        ),
        (
            "tu=2027:recurrent:local&den=2027:recurrent:central&tien=1&vi-sao=a",
            "nguồn ngân sách trung ương bổ sung có mục tiêu không chi loại kinh phí thường xuyên",
        ),
        (
            "tu=2026:investment:local&den=2027:investment:local&tien=1ty&vi-sao=a",
            "hạn mức của năm nào chỉ dùng trong năm đó",
        ),
    ],
)
def test_a_move_that_a_rule_forbids_is_told_in_plain_words(
    plan: Plan, ask: str, words: str
) -> None:
    text = said("?" + ask)

    assert "Không chuyển được" in text
    assert words in text
    assert "Nguồn chuyển đi đang còn" in text


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ("tu=2026:investment:local&den=2026:investment:central&tien=x&vi-sao=a", "“x” không phải"),
        ("tu=2026:investment:local&den=2026:investment:central&tien=1ty", "chưa có lý do"),
        ("tu=2026:investment:local&den=2026:investment:local&tien=1ty&vi-sao=a", "hai nguồn khác"),
        ("tu=2026:investment:locl&den=2026:investment:local&tien=1ty", "gần nhất là “2026:invest"),
        ("tu=2026:investment:local", "Không có nguồn “”"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_and_what_was_typed_stands(
    plan: Plan, ask: str, words: str
) -> None:
    text = body(Client(), f"{PAGE}?{ask}")

    assert words in plain(text)
    assert 'role="alert"' in text
    if "tien=x" in ask:
        assert 'name="tien" value="x"' in text


def test_every_payment_is_a_row_and_they_add_up_to_the_dong(plan: Plan, nga: User) -> None:
    rows = sheet(signed_in(nga))

    assert sum(int(row["vnd"]) for row in rows) == plan.result["spent_vnd"] == 40 * BILLION + 7
    assert rows[2] == {
        "work": "concrete_road:0001",
        "label": "Cứng hoá đường bản bằng bê tông xi măng",
        "commune": "00001",
        "source": "local",
        "kind": "recurrent",
        "year": "2027",
        "purpose": "upkeep",
        "vnd": str(BILLION),
        "origin": "synthetic",
    }
    assert [row["work"][-1] for row in rows] == ["1", "1", "1", "2", "3"]
    assert "cộng lại đúng 40.000.000.007 đồng" in said()


def test_a_stranger_gets_every_payment_but_no_id_that_the_plan_page_would_not_tell(
    plan: Plan, pao: User
) -> None:
    rows = sheet(Client())

    assert sum(int(row["vnd"]) for row in rows) == plan.result["spent_vnd"]
    # the second counts 4 households, the third lies in a border commune
    assert [row["work"] for row in rows] == ["concrete_road:0001"] * 3 + ["", ""]
    assert {row["commune"] for row in rows} == {"00001", "00002"}
    # Páo answers for Mường Hai alone
    assert [row["work"][-1:] for row in sheet(signed_in(pao))] == ["1", "1", "1", "", "3"]


def test_an_older_plan_can_be_named_and_one_that_is_not_kept_is_not_found(
    plan: Plan, places: dict[str, Area]
) -> None:
    older = Plan.objects.exclude(pk=plan.pk).order_by("pk")[0]

    assert f"Nguồn vốn của kế hoạch {older.pk}" in said(f"?so={older.pk}")
    assert "lập trước khi có từng khoản chi" in said(f"?so={older.pk}")
    assert sheet(Client(), f"?so={older.pk}") == []
    for wrong in ("0", "x", "9" * 12):
        assert Client().get(f"{PAGE}?so={wrong}").status_code == 404
        assert Client().get(f"{SHEET}?so={wrong}").status_code == 404


def test_the_page_needs_no_more_queries_for_more_works(
    plan: Plan, django_assert_max_num_queries: Any
) -> None:
    plan.result["chosen"] *= 20
    plan.save()

    with django_assert_max_num_queries(8):
        body(Client(), PAGE)


def test_the_day_of_the_rules_is_told(plan: Plan) -> None:
    assert f"Quy định ngày {timezone.localdate():%d/%m/%Y}" in said()
