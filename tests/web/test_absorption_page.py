"""That everybody sees how far money came, where it is stuck and why, and what it rests on.

The province alone compares with the treasury and sees what next year may bring.
"""

import re
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hoaban.account.spending.absorption import Standing
from hoaban.base.models import Area, Event, User, tell
from hoaban.measure.models import Measuring
from hoaban.plan.models import Plan
from hoaban.web import absorptioncurve
from tests.web import absorption_sample
from tests.web.absorption_sample import YEAR, row
from tests.web.conftest import signed_in
from tests.web.test_agreement_pages import plain
from tests.web.test_pages import body

PAGE = "/giai-ngan/"


def shown(settings: Any, folder: Path, rows: list[dict[str, Any]] | None, query: str = "") -> str:
    settings.SNAPSHOTS = absorption_sample.snapshot(folder, rows)
    return body(Client(), PAGE + query)


@pytest.mark.django_db
def test_without_any_snapshot_the_page_says_so(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOTS = tmp_path

    text = body(Client(), PAGE)

    assert "Chưa có bản chốt số liệu nào" in text
    assert "<table" not in text


@pytest.mark.parametrize("rows", [None, []])
def test_a_snapshot_without_such_rows_has_a_plain_sentence(
    board: Measuring, settings: Any, tmp_path: Path, rows: list[dict[str, Any]] | None
) -> None:
    text = shown(settings, tmp_path, rows)

    assert f"<code>{absorption_sample.NAME}</code> chưa có số giải ngân" in text
    assert "<table" not in text


def test_the_four_stages_are_told_with_snapshot_day_and_that_they_are_invented(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    said = plain(shown(settings, tmp_path, YEAR))

    assert (
        "Tới hết tháng 10: kế hoạch vốn 180 tỷ, đã phân bổ 160 tỷ, đã giải ngân 65 tỷ, "
        "đã nghiệm thu 50 tỷ"
    ) in said
    assert f"24/11/2026 · {absorption_sample.NAME} · dữ liệu minh hoạ" in said


def test_each_month_stands_in_a_table_beside_the_charts(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    text = shown(settings, tmp_path, YEAR)
    charts = re.findall(r'<svg class="curve"[^>]* role="img" aria-label="([^"]+)"', text)
    months = plain(text[text.index("<table") :])

    assert [one.partition(":")[0] for one in charts] == [
        "Tất cả các nguồn",
        "Đầu tư khác",
        "Chương trình mục tiêu quốc gia",
        "Chi thường xuyên khác",
    ]
    assert "giải ngân 10 tỷ, 10\u00a0% kế hoạch vốn" in charts[2]
    assert "1 100 tỷ 60 tỷ 0 đ 0 đ 0 % 2 150 tỷ 130 tỷ 15 tỷ 5 tỷ 10 %" in months


def test_programmes_stand_beside_other_investment_and_communes_by_source(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    said = plain(shown(settings, tmp_path, YEAR))

    assert "National target programmes 100 tỷ 80 tỷ 10 tỷ 5 tỷ 10 %" in said
    assert "Other investment 50 tỷ 50 tỷ 40 tỷ 30 tỷ 80 %" in said
    assert "Xã Mường Một 100 tỷ 80 tỷ 10 tỷ 5 tỷ 10 % – 10 %" in said
    assert "Xã Mường Hai 80 tỷ 80 tỷ 55 tỷ 45 tỷ 68,8 % 68,8 % –" in said


def test_stuck_money_is_told_with_its_cause_and_where_nobody_said_why(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    said = plain(shown(settings, tmp_path, [*YEAR, row(3, 9, 9, 0, 0, fund="oda")]))

    assert "4 khoản, 104 tỷ, không nhúc nhích từ 3 tháng" in said
    assert "mặt bằng 95 tỷ; chưa nêu nguyên nhân 9 tỷ" in said
    assert (
        "Xã Mường Một chương trình mục tiêu quốc gia, đầu tư chờ giải ngân waits to be disbursed "
        "70 tỷ 8 Mặt bằng Land"
    ) in said


def test_money_that_moves_is_not_stuck_and_what_went_down_is_said(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    said = plain(shown(settings, tmp_path, [row(1, 9, 9, 5, 5), row(2, 9, 9, 4, 4)]))

    assert "Không có khoản nào đứng yên từ 3 tháng" in said
    assert re.search(r"\d lần số luỹ kế giảm", said)


def test_a_year_can_be_chosen_and_nonsense_shows_the_newest(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    older = shown(settings, tmp_path, [*YEAR, row(13, 7, 7, 7, 7, year=2025)], "?nam=2025")

    assert "Giải ngân 2025" in older
    assert "kế hoạch vốn 7 tỷ" in older
    assert "Giải ngân 2026" in body(Client(), PAGE + "?nam=x")


def test_the_snapshot_is_read_once_for_many_views(
    board: Measuring, settings: Any, tmp_path: Path
) -> None:
    first = shown(settings, tmp_path, YEAR)
    table = tmp_path / absorption_sample.NAME / "tables" / "absorption.parquet"
    table.unlink()

    assert body(Client(), PAGE) == first


def test_the_plan_and_the_agreements_lead_to_the_page(board: Measuring) -> None:
    for path in ("/ke-hoach/", "/cam-ket/"):
        assert f'href="{PAGE}"' in body(Client(), path)


def test_the_plan_page_says_what_closures_will_cut_off(board: Measuring) -> None:
    assert "năm mô phỏng" not in body(Client(), "/ke-hoach/")
    plan = Plan.objects.order_by("-pk")[0]
    plan.result["isolation_expected"] = {"years": 10_000, "before": 14e6, "after": 1e6}
    plan.save()

    said = body(Client(), "/ke-hoach/")
    assert "tính trên 10.000 năm mô phỏng: 14,0 triệu → 1,0 triệu (dự báo)" in said


def test_a_chart_of_nothing_planned_and_of_the_thirteenth_month_is_drawn_whole() -> None:
    nothing = absorptioncurve.panel("total", {1: Standing(0, 0, 0, 0)})
    late = absorptioncurve.panel("else", {12: Standing(9, 9, 5, 5), 13: Standing(9, 9, 9, 9)})

    assert "chưa rõ" in nothing.said.vi
    assert "nan" not in nothing.svg
    assert late.name.vi == "else"
    assert ">13</text>" in late.svg
    assert max(map(float, re.findall(r'c[x]="([\d.]+)"', late.svg))) <= absorptioncurve.WIDTH


HEAD = "fund,kind,year,month,disbursed_vnd"
BILLION = 10**9
# the register's sums of October, and one đồng more of the own recurrent money
EXTRACT = f"""{HEAD}
programme,investment,2026,10,{10 * BILLION}
local,investment,2026,10,{40 * BILLION}
local,recurrent,2026,10,{15 * BILLION + 1}
"""


@pytest.fixture
def nga(board: Measuring, places: dict[str, Area], settings: Any, tmp_path: Path) -> User:
    """The province's analyst, with a year of absorption, zones and villages in a snapshot."""
    settings.SNAPSHOTS = absorption_sample.snapshot(tmp_path, YEAR)
    tables = tmp_path / absorption_sample.NAME / "tables"
    here = {"valid_from": date(2025, 7, 1), "valid_to": None}
    zones = {"11/": None, "11/00001/": "III", "11/00002/": "II"}
    areas = [
        {"id": path, "name": path, "zone": zone, "border": False, **here}
        for path, zone in zones.items()
    ]
    village = {"area": "11/00001/0001/", "special_difficulty": True, **here}
    pq.write_table(pa.Table.from_pylist(areas), tables / "areas.parquet")
    pq.write_table(pa.Table.from_pylist([village]), tables / "villages.parquet")
    tell(
        "record.loaded",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        actor=None,
        area=places["11/"],
        subject="11/",
        folder="tests/provinces/nho",
    )
    return User.objects.create_user(username="nga", area=places["11/"], role="province")


def send(client: Client, content: bytes | str, name: str = "kho bạc.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, {"step": "reconcile", "file": SimpleUploadedFile(name, raw)})


def compared() -> Any:
    return Event.objects.filter(name="account.reconciled")


def test_the_treasury_s_file_is_compared_to_the_dong_and_told(nga: User) -> None:
    client = signed_in(nga)
    before = plain(body(client, PAGE))
    answer = send(client, EXTRACT)
    said = plain(body(client, PAGE))

    assert "Chưa đối chiếu lần nào" in before
    assert (answer.status_code, answer["Location"]) == (302, PAGE + "#h-kho-bac")
    assert "Đã đối chiếu 3 số của tệp kho bạc.csv: 1 chỗ lệch." in said
    assert "tệp kho bạc.csv , năm 2026, đến hết tháng 10: 1 chỗ lệch" in said
    assert (
        "ngân sách địa phương, thường xuyên local budget, recurrent 10 15.000.000.000 "
        "15.000.000.001 1"
    ) in said
    [told] = compared()
    assert told.actor == nga
    assert told.data["file_sha256"] == sha256(EXTRACT.encode()).hexdigest()
    assert (told.data["differences"], told.data["snapshot"]) == (1, absorption_sample.NAME)


def test_a_file_that_agrees_is_told_so_also_with_semicolons(nga: User) -> None:
    client = signed_in(nga)
    same = EXTRACT.replace(str(15 * BILLION + 1), str(15 * BILLION)).replace(",", ";")

    send(client, "\ufeff" + same)

    assert "khớp đến từng đồng" in body(client, PAGE)
    assert "bang-doi-chieu" not in body(client, PAGE)


@pytest.mark.parametrize(
    ("content", "name", "words", "status"),
    [
        (EXTRACT.replace(",10,", ",14,", 1), "a.csv", "Tệp a.csv, dòng 2, cột “month”", 400),
        (EXTRACT.replace("local,re", "local,x"), "a.csv", "dòng 4, cột “kind”", 400),
        (HEAD.replace("fund,", ""), "a.csv", "thiếu cột “fund”", 400),
        (EXTRACT.encode("utf-16"), "a.csv", "không phải UTF-8", 400),
        (EXTRACT, "a.xlsx", "Tệp a.xlsx không phải .csv", 400),
        (EXTRACT + "\n" * 200_000, "a.csv", "lớn hơn 200.000 byte", 413),
    ],
)
def test_a_bad_file_is_refused_by_its_place_and_nothing_is_told(
    nga: User, content: bytes | str, name: str, words: str, status: int
) -> None:
    answer = send(signed_in(nga), content, name)

    assert answer.status_code == status
    assert words in plain(answer.content.decode())
    assert 'role="alert"' in answer.content.decode()
    assert not compared().exists()


def test_a_form_without_a_file_or_with_another_step_is_refused(nga: User) -> None:
    client = signed_in(nga)

    assert client.post(PAGE, {"step": "reconcile"}).status_code == 400
    assert client.post(PAGE, {"step": "reconcile", "file": "x"}).status_code == 400
    assert client.post(PAGE, {"step": "else"}).status_code == 400
    assert not compared().exists()


def test_nobody_but_the_province_sees_or_takes_these_steps(nga: User, an: User) -> None:
    send(signed_in(nga), EXTRACT)

    for client in (Client(), signed_in(an)):
        text = body(client, PAGE)
        assert "h-kho-bac" not in text
        assert "h-nam-sau" not in text
    assert send(signed_in(an), EXTRACT).status_code == 403
    assert send(Client(), EXTRACT)["Location"].startswith("/tai-khoan/dang-nhap/")
    assert compared().count() == 1
    an.role = "province"  # of a commune: the treasury's sums are not its own
    an.save()
    assert "h-kho-bac" not in body(signed_in(an), PAGE)
    assert send(signed_in(an), EXTRACT).status_code == 403


def test_a_form_from_elsewhere_is_refused(nga: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(nga)

    assert send(client, EXTRACT).status_code == 403
    assert not compared().exists()


def test_next_year_s_investment_is_proposed_to_the_dong_and_said_to_be_assumed(nga: User) -> None:
    said = plain(body(signed_in(nga), PAGE + "?von=130ty"))

    # Một: 51 points · 10/80; Hai: 40 · 40/50. By 6.375 : 32 Một would have 22; its floor is 76
    assert "Đề xuất vốn đầu tư 2027" in said
    assert "Vốn đầu tư không chi theo kết quả" in said
    assert "HĐND quyết định." in said
    assert "Chia 130 tỷ theo điểm phân bổ × tỷ lệ giải ngân tới hết tháng 10" in said
    assert "các xã 130.000.000.000 đ" in said
    assert "Xã Mường Một 80 tỷ 12,5 % 51 0 đ 76 tỷ -5 % giữ mức sàn" in said
    assert "Xã Mường Hai 50 tỷ 80 % 40 0 đ 54 tỷ +8 % –" in said
    assert "Giảm nhiều nhất Greatest fall 5 % giả định test; từ 01/07/2025" in said
    assert "Điểm phân bổ Points of the allocation rule độ tin cậy: trung bình" in said
    assert "Chưa trừ đối ứng" in said


def test_a_missing_counterpart_is_deducted_when_asked(nga: User) -> None:
    said = plain(body(signed_in(nga), PAGE + "?von=130ty&tru=1"))

    # 5 % of Một's 80 billion of the programme; Hai's money is all its own
    assert "giữ lại vì thiếu đối ứng 4.000.000.000 đ" in said
    assert "Xã Mường Một 80 tỷ 12,5 % 51 4 tỷ 72 tỷ -10 % giữ mức sàn" in said
    assert "là ước tính (giả định)" in said
    assert "Trung ương hỗ trợ Central support 80 % giả định" in said


def test_the_pool_is_the_plan_s_own_unless_another_is_named(nga: User) -> None:
    client, plan = signed_in(nga), Plan.objects.order_by("-pk")[0]
    assert "Kế hoạch mới nhất không có vốn đầu tư 2027; hãy nhập" in body(client, PAGE)
    assert "bang-von-nam-sau" not in body(client, PAGE)

    plan.result["money"].append({**plan.result["money"][0], "year": 2027})
    plan.save()
    said = plain(body(client, PAGE))
    assert "Để trống: 1.000 tỷ, hạn mức đầu tư 2027" in said
    assert "Chia 1.000 tỷ theo" in said


@pytest.mark.parametrize("typed", ["x", "-1", "0"])
def test_a_pool_that_cannot_be_read_is_a_sentence(nga: User, typed: str) -> None:
    text = body(signed_in(nga), f"{PAGE}?von={typed}")

    assert f"“{typed}”" in text
    assert 'role="alert"' in text
    assert "bang-von-nam-sau" not in text
