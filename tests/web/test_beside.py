"""That principles, proposals, doubts and safeguards are said beside a plan, when they are known."""

from hoaban.web import beside
from tests.web import sample


def test_a_principle_is_told_with_its_figures_and_whether_it_is_kept() -> None:
    plan = {
        "principles": [
            {"name": "focus", "kept": True, "why": "a", "why_en": "b"},
            {"name": "sources", "kept": None, "why": "c", "why_en": "d"},
            {"name": "else", "kept": False, "why": "e", "why_en": "f"},
        ]
    }

    assert [(one.name.vi, one.css, one.why.vi) for one in beside.principles(plan)] == [
        ("Đầu tư có trọng tâm", "met", "a"),
        ("Gắn kết nguồn lực đa chiều", "open", "c"),
        ("else", "unmet", "e"),
    ]


def test_sources_of_money_are_told_in_words() -> None:
    row = {
        "name": "sources",
        "kept": True,
        "why": "Nguồn: local 5 tỷ.",
        "why_en": "Sources: local.",
    }

    why = beside.principles({"principles": [row]})[0].why

    assert (why.vi, why.en) == ("Nguồn: ngân sách địa phương 5 tỷ.", "Sources: local budget.")


def test_proposals_are_said_once() -> None:
    plan = sample.planned()
    plan["principles"] = [{"name": "empowerment", "kept": True, "why": "66", "why_en": "66"}]

    assert not any("họp bản" in one.vi for one in beside.said(plan))


def test_proposals_doubts_and_more_revenue_are_said_in_sentences() -> None:
    told = " ".join(one.vi for one in beside.said(sample.planned()))

    assert "66 trong 120 việc được họp bản thông qua có trong kế hoạch (55\u00a0%)" in told
    assert "Thử 200 bộ trọng số và đơn giá khác nhau: 1 việc lúc nào cũng được chọn." in told
    assert "tối đa 0,031 điểm" in told
    assert "giữ lại thêm 300 tỷ nguồn thu: T1 14,3\u00a0%" in told


def test_missing_safeguards_are_counted_not_named_by_work() -> None:
    plan = sample.planned()
    for row, missing in zip(plan["chosen"], (["land", "language"], ["land"], []), strict=False):
        row["safeguards_missing"] = missing

    assert beside.said(plan)[-2].vi == (
        "Việc đã chọn còn thiếu hồ sơ bảo đảm: đất cho công trình 2, họp bằng tiếng của bản 1."
    )


def test_what_a_plan_does_not_carry_is_not_said() -> None:
    assert beside.said({"proposals": {"carried": 0}, "disagreement": None}) == []
    assert beside.principles({}) == []


def test_what_closures_cut_off_over_drawn_years_is_one_line_and_old_plans_have_none() -> None:
    told = beside.isolation(
        {"isolation_expected": {"years": 10_000, "before": 14_020_000.0, "after": 998_765.4}}
    )

    assert told is not None
    assert told.vi == (
        "Ngày-người bị chia cắt một năm, tính trên 10.000 năm mô phỏng: "
        "14,0 triệu → 998.765 (dự báo)"
    )
    assert told.en.endswith("14,020,000 → 998,765 (forecast)")
    assert beside.isolation({}) is None
    assert beside.isolation({"isolation_expected": {}}) is None
