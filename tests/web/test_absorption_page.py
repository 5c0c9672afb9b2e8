"""That everybody sees how far money came, where it is stuck and why, and what it rests on."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hoaban.account.absorption import Standing
from hoaban.measure.models import Measuring
from hoaban.plan.models import Plan
from hoaban.web import absorptioncurve
from tests.web import absorption_sample
from tests.web.absorption_sample import YEAR, row
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
