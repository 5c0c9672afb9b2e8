"""The page on poverty: everything that was measured, nothing that tells on a household."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.base.models import User
from hoaban.measure.models import Measuring
from hoaban.measure.poverty import few
from hoaban.plan.models import Plan
from hoaban.web import figures
from hoaban.web.pages import depths, fan, standing
from tests.web import poverty_sample as sample
from tests.web.conftest import signed_in

HIDDEN = "ẩn (số nhỏ)"


def show(board: Measuring, **parts: Any) -> str:
    """The page with these parts of T1; None takes one away."""
    target = sample.target()
    for key, value in parts.items():
        if value is None:
            del target["parts"][key]
        else:
            target["parts"][key] = value
    board.targets["targets"]["T1"] = target
    board.save()
    answer = Client().get("/ngheo/")
    assert answer.status_code == 200
    return answer.content.decode()


def plain(text: str) -> str:
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub("<[^>]+>", " ", main).split())


def section(text: str, ident: str) -> str:
    """One section of the page as a reader sees it."""
    start = text.index(f'<section aria-labelledby="{ident}"')
    return " ".join(re.sub("<[^>]+>", " ", text[start : text.index("</section>", start)]).split())


@pytest.mark.django_db
def test_before_any_figures_the_page_says_which_command_to_run() -> None:
    text = Client().get("/ngheo/").content.decode()

    assert "hoaban measure" in text


def test_an_older_measuring_is_shown_as_far_as_it_goes(board: Measuring) -> None:
    text = Client().get("/ngheo/").content.decode()

    assert "143.650 hộ" in text
    assert text.count("chạy lại <code>hoaban measure</code>") == 2
    assert "Chưa có số liệu" in text
    assert '<svg class="fan"' not in text


def test_both_standards_stand_side_by_side_with_what_belongs_beside(board: Measuring) -> None:
    told = section(show(board), "h-hai-chuan")

    assert "Chuẩn 2022-2026 đang tính mục tiêu" in told
    assert "15,52 %" in told
    assert "21,29 %" in told
    assert "Hộ cận nghèo near-poor 150 hộ (12,93 %)" in told
    assert "Nghèo đa chiều both together 330 hộ (28,45 %)" in told
    assert "nếu hộ chưa xếp hạng được đều nghèo at most 17,24 %" in told
    assert "Hộ có mức sống trung bình Average living standard 60 hộ (5,17 %) chưa công bố" in told
    assert "Người trong hộ nghèo People in poor households 1.066 người (19,85 %)" in told
    assert "Mức thu nhập, nông thôn (đồng/người/tháng) Line, rural 1,5 triệu 2,2 triệu" in told


def test_the_change_of_standard_is_told_apart_from_real_movement(board: Measuring) -> None:
    text = show(board)
    told = section(text, "h-doi-chuan")

    assert "tỷ lệ hộ nghèo từ 15,52 % thành 21,29 % (+5,78 điểm %)" in told
    assert "Thay đổi thật (cùng một chuẩn): -2,57 điểm %; do đổi chuẩn: +5,78 điểm %" in told
    assert "Từ kỳ 2024 (dòng) sang kỳ 2025 (cột)" in section(text, "h-bien-dong")


def test_exits_are_told_apart_and_small_kinds_hidden_with_one_beside(board: Measuring) -> None:
    told = section(show(board), "h-thoat")

    assert (
        f"Bền vững (hai kỳ liền trên chuẩn) Durable (above the line in two reviews) {HIDDEN}"
        in told
    )
    assert f"Thu nhập vượt chuẩn Income above the line {HIDDEN}" in told
    assert "giảm nghèo hành chính) Only fewer deprivations, income not above the line 33" in told
    assert "Tất cả các hộ thoát nghèo All exits 66" in told
    assert "Thoát nghèo trên giấy: 26 hộ" in told
    assert f"Xã Mường Một {HIDDEN}" in told
    assert f"Xã Mường Hai {HIDDEN}" in told


def test_what_holds_people_poor_is_a_table_with_bars(board: Measuring) -> None:
    text = show(board)
    told = section(text, "h-giu")

    assert text.count('class="weight"') == 2 * len(sample.LACKS)
    assert "Nguồn nước sinh hoạt Water source 15,4 % 30 % 42 % 15,4 %" in told
    assert "Cường độ" in told
    assert "97 % số cặp xã giữ nguyên thứ tự" in told
    assert "Từ 2 thiếu hụt From 2 deprivations 50 % 15 %" in told


def test_the_landing_has_a_chance_for_each_standard_and_never_a_joined_line(
    board: Measuring,
) -> None:
    text = show(board)
    told = section(text, "h-2030")

    assert "93 % xác suất dưới 15 %" in told
    assert "31 % xác suất dưới 15 %" in told
    assert "2027 12,6 % (11–14,2 %, chưa/không áp dụng) 18 %" in told
    assert f"Xã Mường Hai {HIDDEN}" in told
    assert "vượt quá" not in told.split("Xã Mường Hai")[1].split("Mỗi xã")[0]
    assert "0 % số kỳ nằm trong khoảng 90 %; lệch bình quân 0,5 điểm %" in told
    assert "sau kế hoạch" not in told


def test_what_the_plan_changes_is_told_beside_if_it_stands_on_the_same_snapshot(
    board: Measuring,
) -> None:
    plan = Plan.objects.latest("pk")
    plan.result["targets"]["after"]["T1"]["parts"]["landing"] = sample.planned()
    plan.save()

    told = section(show(board), "h-2030")
    plan.result["snapshot"] = "an older one"
    plan.save()

    assert "sau kế hoạch mới nhất chance after the newest plan 36 %" in told
    assert "chuẩn 2022-2026: nâng thu nhập qua chuẩn 0 hộ; chỉ giảm thiếu hụt 140 hộ" in told
    assert "sau kế hoạch" not in section(show(board), "h-2030")


def test_a_commune_whose_poor_are_hidden_is_hidden_in_the_landing_too(board: Measuring) -> None:
    landing = sample.landing()
    for standard in (sample.OLD, sample.NEW):
        landing[standard]["communes"]["11/00002/"] = sample.commune(0.3, 5.0, 2)

    told = section(show(board, landing=landing), "h-2030")

    assert f"Xã Mường Hai {HIDDEN}" in told
    assert "5 2 (2023)" not in told


def test_a_standard_that_cannot_be_forecast_says_why(board: Measuring) -> None:
    landing = sample.landing()
    landing[sample.NEW] |= {
        "years": None,
        "met_probability": None,
        "with_cleared": None,
        "why": {"vi": "Chưa đủ hai lần chuyển.", "en": "Fewer than two moves."},
    }

    assert "Chưa đủ hai lần chuyển." in section(show(board, landing=landing), "h-2030")


@pytest.mark.parametrize("gone", sorted(sample.parts()))
def test_any_part_may_be_absent(board: Measuring, gone: str) -> None:
    assert "<h1>" in show(board, **{gone: None})


@pytest.mark.parametrize("name", ["bridge", "paper", "index", "robustness", "landing", "change"])
def test_an_empty_part_makes_no_table_and_no_fault(board: Measuring, name: str) -> None:
    assert "<h1>" in show(board, **{name: {}})


def test_gaps_are_told_by_benefit_and_what_is_withheld_stays_so(board: Measuring) -> None:
    board.targets["entitlements"] = sample.entitlements()

    told = section(show(board), "h-che-do")

    assert "Free or supported health insurance 3.000 210 35 41 90 12 triệu" in told
    assert f"Trợ cấp hưu trí xã hội Social pension 60 {HIDDEN} – 0 {HIDDEN} {HIDDEN}" in told
    assert f"Hộ nghèo Poor – Điều 3 1.000 {HIDDEN}" in told
    assert f"Xã Mường Một 210 {HIDDEN}" in told
    assert "chưa xét vì sổ bộ không ghi: Hộ nghèo" in told
    assert "gaps-1" in told


def test_without_gaps_counted_nothing_is_said_of_them(board: Measuring) -> None:
    assert "h-che-do" not in show(board)


def test_every_section_cites_snapshot_day_origin_and_method(board: Measuring) -> None:
    text = show(board)

    for ident in ("h-hai-chuan", "h-doi-chuan", "h-bien-dong", "h-thoat", "h-giu", "h-2030"):
        told = section(text, ident)
        for words in (
            "2026-11-24-0123456789ab",
            "24/11/2026",
            "minh hoạ",
            "cách tính",
            "Round 2025",
        ):
            assert words in told, (ident, words)
    assert "t1-landing-1" in section(text, "h-2030")


def test_the_page_carries_no_inline_style_script_or_other_address(board: Measuring) -> None:
    text = show(board)

    assert not re.search(r'\sstyle="|<style|<script>|\son\w+="', text)
    assert not re.search(r'(?:src|href|action)="(\w+:)?//', text)
    assert 'aria-current="page">Nghèo' in text


def test_the_home_pages_card_does_not_repeat_the_long_parts(board: Measuring) -> None:
    found = figures.cards(sample.measured())[0]
    labels = {part.label.vi for part in found.parts}

    assert "Chưa đủ thông tin để xếp hạng" in labels
    assert not {"bridge", "landing", "index", "table", "paper", "tau min"} & labels


def test_commune_and_village_pages_show_what_stands_beside_the_poor(
    board: Measuring, an: User
) -> None:
    for path in ("/xa/00001/", "/ban/11/00001/0001/"):
        text = signed_in(an).get(path).content.decode()

        for words in (
            "Hộ nghèo",
            "Hộ cận nghèo",
            "Mức sống trung bình",
            "Chưa xếp hạng được",
        ):
            assert words in text, (path, words)
        assert 'href="/ngheo/"' in text


OLD = fan.Side("2022-2026", 2022, 2026, {2024: 0.2, 2025: 0.18}, [])
NEW = fan.Side(
    "2027-2030",
    2027,
    2030,
    {2025: 0.25},
    [fan.Band(year, 0.1, 0.14, 0.16, 0.18, 0.2) for year in (2026, 2027, 2028)],
)
WORDS = {"target": "mục tiêu", "break": "đổi chuẩn", "standard": "chuẩn"}


def draw(*sides: fan.Side, breaks: tuple[int, ...] = (2027,)) -> str:
    return fan.draw(sides, target=0.15, breaks=breaks, title="Tỷ lệ & đích", words=WORDS)


def spans(svg: str) -> Iterator[tuple[float, float]]:
    """The horizontal reach of each line and band of the standards."""
    for path in re.findall(r'<path class="(?:past|middle|wide|near)" d="([^"]*)"', svg):
        across = [float(point.split()[0]) for point in re.split("[MLZ]", path) if point]
        yield min(across), max(across)


def test_no_line_or_band_crosses_the_break() -> None:
    svg = draw(OLD, NEW)
    gap = re.search(r'class="gap" d="M([\d.]+)', svg)

    assert gap is not None
    at = float(gap[1])
    assert len(list(spans(svg))) == 4
    assert [low < at < high for low, high in spans(svg)] == [False] * 4


def test_what_another_standard_says_of_a_year_is_hollow_and_not_joined() -> None:
    svg = draw(OLD, NEW)

    assert svg.count('class="other"') == 2  # 2025 seen, 2026 expected, under the coming standard
    assert svg.count('class="then"') == 2
    assert svg.count('class="seen"') == 2


def test_the_fan_opens_at_the_last_year_seen_under_its_own_standard() -> None:
    going = fan.Side(
        "2022-2026", 2022, 2026, {2025: 0.18}, [fan.Band(2026, 0.1, 0.12, 0.15, 0.17, 0.19)]
    )

    assert len(list(spans(draw(going, breaks=())))) == 3
    assert 'class="gap"' not in draw(going, breaks=())


def test_a_chart_without_years_is_not_drawn_and_words_are_escaped() -> None:
    assert draw(fan.Side("x", 2022, 2026, {}, [])) == ""
    assert 'aria-label="Tỷ lệ &amp; đích"' in draw(OLD)


def test_each_drawn_number_is_inside_the_picture() -> None:
    high = fan.Side("x", 2022, 2026, {2025: 1.0}, [fan.Band(2026, 0.9, 0.95, 0.98, 0.99, 1.0)])
    heights = [float(y) for y in re.findall(r'cy="([\d.-]+)"', draw(high))]

    assert heights
    assert all(0 <= y <= fan.HEIGHT for y in heights)


tables = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 40), min_size=n, max_size=n), min_size=1, max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(tables)
def test_no_small_cell_is_told_and_none_can_be_had_by_one_subtraction(
    cells: list[list[int]],
) -> None:
    gone = few.hidden(cells, 10)

    for i, j in product(range(len(cells)), range(len(cells[0]))):
        assert gone[i][j] or not 0 < cells[i][j] < 10
    lines = [list(zip(row, flags, strict=True)) for row, flags in zip(cells, gone, strict=True)]
    if len(cells) > 1:
        lines += [list(column) for column in zip(*lines, strict=True)]
    for line in lines:
        inside = [count for count, hidden in line if hidden]
        alone = len(inside) == 1 or 0 < sum(inside) < 10
        assert not (inside and alone and len(inside) < len(line))


def test_a_table_with_nothing_small_is_told_whole() -> None:
    assert few.hidden([[12, 0], [30, 10]], 10) == [[False, False], [False, False]]
    assert few.told({"a": 12, "b": 40}, 10) == {"a": 12, "b": 40}
    assert few.told({"a": 3, "b": 40, "c": 50}, 10) == {"a": None, "b": None, "c": 50}
    assert few.told({}, 10) == {}


def test_a_share_that_stands_for_few_households_is_hidden_with_one_beside() -> None:
    parts = sample.parts()
    share = {"water": 0.2, "toilet": 0.1, "waste": 0.004}  # of 1,140: 228, 114 and 5
    group = {"contribution": share, "censored": share, "uncensored": share}
    parts["index"] = {
        sample.OLD: {"counted": 1140, "households": group, "people": group, "legal": {}}
    }

    (found,) = depths.depths(parts, 10)

    told = {w.name.en: (w.contribution, w.censored, w.uncensored) for w in found.weights}
    assert told["Water source"] == ("20\xa0%", "20\xa0%", "20\xa0%")
    assert told["Hygienic toilet"] == (HIDDEN, HIDDEN, "10\xa0%")
    assert told["Waste treatment"] == (HIDDEN, HIDDEN, HIDDEN)


def test_cut_offs_end_before_they_tell_on_few_households() -> None:
    tried = {"10": 0.0, "1": 0.6, "2": 0.4, "3": 0.395, "4": 0.2}  # of 1,160: 696, 464, 458
    parts = {
        "households": 1160,
        "robustness": {"cutoffs": {k: {"H": h, "M0": h / 3} for k, h in tried.items()}},
    }

    names = [str(line.name) for line in depths.cutoffs(parts, 10).lines]

    assert names == ["Từ 1 thiếu hụt", "Từ 2 thiếu hụt"]


def test_the_bridges_classes_stand_hardest_first() -> None:
    found = standing.bridge(sample.parts(), 1)

    assert found is not None
    assert [str(line.name) for line in found.table.lines][:2] == ["Hộ nghèo", "Hộ cận nghèo"]
    assert [cell.text for cell in found.table.lines[0].cells] == ["168", "12", "0", "0", "0"]


def test_a_small_class_takes_another_with_it_and_all_that_gives_either() -> None:
    parts = sample.parts()
    one = parts["standards"][sample.OLD]
    one |= {"near_poor": 4, "multidimensional": 184, "not_poor": 1160 - 184 - 60 - 20}

    head = standing.headlines(parts, sample.OLD, 10)[0]
    cells = {str(x.name): x.cells[0].text for x in standing.by_standard(parts, 10).lines}

    assert (head.near_poor, head.multidimensional, head.at_most) == (HIDDEN, HIDDEN, "")
    assert head.poor.startswith("180 hộ")
    assert cells["Chưa đủ thông tin để xếp hạng"] == HIDDEN
    assert cells["Hộ có mức sống trung bình"].startswith("60 hộ")
    assert cells["Người trong hộ cận nghèo"] == cells["Người nghèo đa chiều"] == HIDDEN


def test_the_bridge_tells_neither_the_rate_nor_the_sum_of_a_hidden_class() -> None:
    parts = sample.parts()
    parts["standards"][sample.OLD]["poor"] = 3

    found = standing.bridge(parts, 10)

    assert found is not None
    assert found.said.vi == ""
    assert sum(cell.text == HIDDEN for cell in found.table.lines[0].cells) >= 2
    assert standing.change(parts, 10) is None


def test_cells_hidden_when_measured_stay_hidden_and_few_left_out_are_not_counted() -> None:
    parts = sample.parts()
    parts["paper"] = {"households": None, "by_commune": {"11/00001/": None}}
    parts["exits"] = dict.fromkeys(parts["exits"])
    parts["bridge"]["table"] = {"poor": {"poor": None, "near_poor": None}, "near_poor": {}}

    bridge = standing.bridge(parts, 10)
    paper = standing.paper(parts, [], 10)

    assert bridge is not None
    assert paper is not None
    assert HIDDEN in bridge.table.lines[0].cells[0].text
    assert HIDDEN in paper[0].vi
    assert {x.cells[0].text for x in standing.exits(parts, 10).lines} == {HIDDEN}
    said = depths.left_out({"index": {sample.OLD: {"left_out": 4}}}, 10)
    assert said is not None
    assert "4" not in said.vi
