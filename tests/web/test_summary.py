"""That a leader can read the terminal summary: narrow, Vietnamese first, complete, honest."""

import pytest

from hoaban.web import summary
from tests.web import sample


@pytest.mark.parametrize("text", [
    summary.of_plan(sample.planned()),
    summary.of_missing(sample.planned()),
    summary.of_measure(sample.measured()),
])  # fmt: skip
def test_no_line_is_wider_than_eighty_columns(text: str) -> None:
    assert max(map(summary.width, text.splitlines())) <= 80


def test_the_plan_says_before_after_and_target_of_all_five() -> None:
    text = summary.of_plan(sample.planned())

    poverty = next(line for line in text.splitlines() if line.startswith("T1"))
    assert poverty.split()[-8:] == ["25,11", "%", "14,32", "%", "dưới", "15", "%", "đạt"]
    assert [line[:2] for line in text.splitlines() if line[:1] == "T" and line[1].isdigit()] == [
        "T1",
        "T2",
        "T3",
        "T4",
        "T5",
    ]


def test_the_plan_lists_ten_first_works_with_village_commune_and_cost() -> None:
    text = summary.of_plan(sample.planned())

    assert "10 VIỆC ĐẦU TIÊN trong 12" in text
    assert "10. 2026" in text
    assert "11. 2026" not in text
    assert "Bản Na Ư" in text
    assert "3,5 tỷ" in text


def test_the_poverty_standard_of_the_comparison_is_named() -> None:
    assert "T1 theo chuẩn nghèo 2022-2026" in summary.of_plan(sample.planned())
    assert "chuẩn nghèo 2022-2026" in summary.of_measure(sample.measured())


def test_missing_money_is_an_amount_none_or_said_to_be_unknown() -> None:
    text = summary.of_missing(sample.planned())

    assert "T1  250 tỷ" in text
    assert "T2  chưa tính được" in text
    assert "T3  không thiếu" in text


def test_what_is_synthetic_is_said_only_when_something_is() -> None:
    assert "Dữ liệu minh hoạ" in summary.of_plan(sample.planned())
    assert "Dữ liệu minh hoạ" in summary.of_measure(sample.measured())
    assert "minh hoạ" not in summary.of_plan(sample.planned(origin="official"))


def test_seconds_and_memory_stand_at_the_end() -> None:
    last = summary.of_plan(sample.planned()).splitlines()[-1]

    assert last == "21,5 giây (seconds) · bộ nhớ cao nhất 913 MB (peak memory)"


def test_who_is_entitled_and_goes_without_is_printed_and_a_hidden_count_is_not() -> None:
    found = sample.measured()
    assert "THUỘC DIỆN" not in summary.of_measure(found)
    found["entitlements"] = {
        "insurance": {"entitled": 1234, "without_card": 56},
        "pension": {"entitled": 40, "without": None},
    }
    text = summary.of_measure(found)
    assert "Bảo hiểm y tế được đóng hoặc hỗ trợ: 56 / 1.234 người" in text
    assert "Trợ cấp hưu trí xã hội: ẩn / 40 người" in text
    assert all(len(line) <= summary.WIDTH for line in text.splitlines())


def test_every_weight_is_printed_by_target_and_marked_when_assumed() -> None:
    text = " ".join(summary.of_plan(sample.planned()).split())

    assert "assumed): công bằng 0,25*; T1 thu nhập 0,5*; T2 xã 0,5*; T3 đủ ba 1*." in text
    assert "Trọng số" not in summary.of_plan({**sample.planned(), "criteria": []})


def test_what_half_of_the_new_money_would_do_is_one_sentence() -> None:
    text = " ".join(summary.of_plan(sample.planned()).split())

    assert "Với 50 % tiền mới (600 tỷ): T1 14,3 %, T2 100 %, T3 82 %, T4 100 %, T5 80 %" in text
    assert "tiền mới" not in summary.of_plan({**sample.planned(), "curve": [sample.point(1, 1, 1)]})


def test_the_share_of_village_proposals_is_told_where_there_are_any() -> None:
    assert "Họp bản thông qua 120 đề xuất, kế hoạch làm 66 (55" in summary.of_plan(sample.planned())
    assert "đề xuất" not in summary.of_plan({**sample.planned(), "proposals": None})


def test_people_days_cut_off_over_drawn_years_are_one_sentence_where_they_are_known() -> None:
    known = {"years": 10_000, "before": 14_000_000.0, "after": 1_000_000.0}
    text = summary.of_plan({**sample.planned(), "isolation_expected": known})

    said = " ".join(text.split())
    assert "trên 10.000 năm mô phỏng: 14,0 triệu → 1,0 triệu (dự báo)" in said
    assert max(map(summary.width, text.splitlines())) <= summary.WIDTH
    assert "mô phỏng" not in summary.of_plan(sample.planned())
