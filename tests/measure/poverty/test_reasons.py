"""The reason slip: what counted and by which rule, what would change it, how to appeal."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hoaban.base.text import Text
from hoaban.measure.poverty.changes import Change, changes
from hoaban.measure.poverty.classes import CLASSES, Answers, judge, mask_of, names_of
from hoaban.measure.poverty.reasons import Reasons, explain
from hoaban.measure.poverty.standards import Standard, named, standards
from hoaban.record.answers import ANSWERS
from tests.measure.world import LAW, ROOT, with_value

OLD, NEW = standards(LAW)
ON = date(2026, 11, 24)
_PACK = yaml.safe_load((ROOT / "packs/poverty_review/record.yaml").read_text("utf-8"))
LABELS = {a: Text.read(_PACK["lists"]["households"]["properties"][a]["label"]) for a in ANSWERS}


def answers(lacks: Any = (), unanswered: Any = (), *, rural: bool = True, **more: Any) -> Answers:
    columns: dict[str, Any] = {
        name: [None if name in unanswered else int(name in lacks)] for name in ANSWERS
    }
    columns |= {"income_per_head_vnd": [None], "points_a": [None]}
    columns |= {name: [value] for name, value in more.items()}
    return Answers.of(columns, [rural])


def slip(given_: Answers, rule: Standard, on: date = ON) -> Reasons:
    return explain(given_, judge(given_, rule), 0, LAW, on, labels=LABELS)


def test_a_poor_household_is_told_its_income_its_deprivations_and_the_count() -> None:
    found = slip(answers(("water", "toilet", "devices"), income_per_head_vnd=1_400_000), OLD)
    assert (found.cls, found.label.vi) == ("poor", "hộ nghèo")
    assert found.title.vi == "Chuẩn nghèo đa chiều 2022–2026"
    assert [reason.kind for reason in found.because] == ["income", *["deprivation"] * 3, "count"]
    income, water, *_, count = found.because
    assert "1.400.000 đồng" in income.text.vi
    assert "không quá chuẩn nông thôn 1.500.000 đồng" in income.text.vi
    assert "1,400,000 VND" in income.text.en
    assert (income.article.vi, income.confidence) == ("Điều 3 Nghị định 07/2021/NĐ-CP", "high")
    assert water.text.vi == f"{LABELS['water'].vi}."
    assert "Thiếu hụt 3 trong 12 chỉ số; từ 3" in count.text.vi


def test_the_new_standard_s_reasons_rest_on_the_new_decree() -> None:
    found = slip(answers(("water", "toilet", "waste"), income_per_head_vnd=1_400_000), NEW)
    assert all("351/2025" in reason.source for reason in found.because)
    assert "2.200.000 đồng" in found.because[0].text.vi
    assert {r.confidence for r in found.because if r.kind == "deprivation"} == {"medium"}
    assert any("mức trần" in text.vi for text in found.not_known)
    assert len(found.not_known) == 3


def test_a_score_is_named_as_what_decided() -> None:
    first = slip(answers(points_a=176, rural=False), OLD).because[0]
    assert first.kind == "score"
    assert "176, trên ngưỡng thành thị 175 điểm" in first.text.vi
    assert "TT 07/2021" in first.source


@pytest.mark.parametrize(
    ("income", "said"),
    [(2_250_000, "không quá mức trần 2.250.000"), (2_250_001, "trên mức trần 2.250.000")],
)
def test_above_the_line_the_ceiling_of_the_average_is_told(income: int, said: str) -> None:
    found = slip(answers(income_per_head_vnd=income), OLD)
    assert [said in r.text.vi for r in found.because if r.kind == "average"] == [True]
    assert not [
        r for r in slip(answers(income_per_head_vnd=9**9), NEW).because if "avera" in r.kind
    ]


def test_a_score_above_its_threshold_without_income_says_why_the_average_is_not_judged() -> None:
    found = slip(answers(points_a=141), OLD)
    assert [r.text.vi for r in found.because if r.kind == "average"] == [
        "Chưa khảo sát thu nhập nên chưa xét mức sống trung bình (tới 2.250.000 đồng)."
    ]


def test_what_is_open_is_named_and_rests_on_an_assumption() -> None:
    found = slip(answers(("water", "toilet"), ("nutrition",), income_per_head_vnd=1), OLD)
    assert found.cls == "cannot_classify"
    (open_,) = [r for r in found.because if r.kind == "open"]
    assert open_.text.vi == "Chưa trả lời: thiếu hụt dinh dưỡng."
    assert open_.confidence == "assumed"
    kinds = [(c.kind, c.amount, c.to) for c in found.would_change]
    assert ("open_lacking", 1, "poor") in kinds
    assert ("open_not_lacking", 1, "near_poor") in kinds
    without_income = slip(answers(("water",)), OLD)
    assert without_income.because[0].text.vi == "Chưa biết thu nhập bình quân đầu người."


def test_a_missing_answer_the_law_settles_is_told_as_such() -> None:
    rule = replace(OLD, unknown={"nutrition": "deprived", "income": "deprived"})
    found = slip(answers(("water", "toilet"), ("nutrition",)), rule)
    assert found.cls == "poor"
    said = [reason.text.vi for reason in found.because]
    assert "coi là không quá chuẩn" in said[0]
    assert any("dinh dưỡng (chưa trả lời, tính là thiếu hụt)" in text for text in said)
    rule = replace(OLD, unknown={"nutrition": "not_deprived"})
    found = slip(answers(("water", "toilet"), ("nutrition",), income_per_head_vnd=1), rule)
    assert [r.text.vi for r in found.because if r.kind == "settled"] == [
        "Chưa trả lời: thiếu hụt dinh dưỡng (tính là không thiếu hụt)."
    ]


def test_day_counts_of_the_appeal_come_from_the_law() -> None:
    poor = answers(("water", "toilet", "telecom"), income_per_head_vnd=1)
    said = " ".join(step.text.vi for step in slip(poor, OLD).appeal)
    for part in ("niêm yết 3 ngày làm việc", "trong 7 ngày làm việc", "lại 3 ngày làm việc"):
        assert part in said
    assert "ra khỏi danh sách" in said
    assert "Mẫu số 04" in said
    moved = with_value(LAW, "poverty.recheck_working_days", 9)
    found = explain(poor, judge(poor, OLD), 0, moved, ON, labels=LABELS)
    assert "trong 9 ngày làm việc" in found.appeal[1].text.vi
    before = slip(poor, OLD, date(2025, 6, 30)).appeal
    assert len(before) == 3


def test_a_household_off_the_list_is_told_how_to_ask_to_be_on_it() -> None:
    steps = slip(answers(income_per_head_vnd=2_000_000), OLD).appeal
    assert "Mẫu số 01" in steps[-1].text.vi
    assert "5 ngày làm việc tại trụ sở xã" in steps[-2].text.vi
    rich = slip(answers(income_per_head_vnd=9_000_000), OLD).appeal
    assert len(rich) == len(steps) - 1


def test_a_slip_is_ready_for_json_in_both_languages() -> None:
    found = slip(answers(("water",), ("toilet",)), OLD).as_json()
    assert json.loads(json.dumps(found)) == found
    assert found["class"] == "cannot_classify"
    assert found["valid_to"] == "2026-12-31"

    def texts(value: Any) -> list[dict[str, str]]:
        if isinstance(value, dict) and set(value) == {"vi", "en"}:
            return [value]
        parts = value.values() if isinstance(value, dict) else value
        return [t for p in parts for t in texts(p)] if isinstance(value, dict | list) else []

    every = texts(found)
    assert len(every) > 10
    assert all(text["vi"] and text["en"] for text in every)


def test_every_rule_of_every_standard_has_its_article() -> None:
    for rule in standards(LAW):
        articles = LAW.number("poverty.articles", rule.valid_from)
        assert set(articles) == {"income", "count", "indicators", "average", "score", "missing"}
        assert named(LAW, rule.name) == rule


# What would change a class, done and judged again.


def done(change: Change, one: Answers, rule: Standard) -> Answers:
    """The household after the change, its open answers given."""
    judged = judge(one, rule)
    counted, undecided = int(judged.counted[0]), int(judged.undecided[0])
    line = rule.line_rural_vnd if one.rural[0] else rule.line_urban_vnd

    step = {"income_above": 1, "points_above": 1}.get(change.kind, 0)
    if change.kind.startswith(("income", "points")):
        value = np.array([change.amount + step], np.int64)
        by_income = change.kind.startswith("income")
        return replace(one, income=value) if by_income else replace(one, points=value)
    asked, lacking = names_of(undecided), names_of(counted)
    free = [i for i in rule.indicators if i not in (*asked, *lacking)]
    income = one.income if judged.below[0] == 1 else np.array([line], np.int64)
    becomes: dict[str, list[str]] = {
        "fewer": [*lacking[change.amount :]],
        "more": [*lacking, *free[: change.amount]],
        "open_lacking": [*lacking, *asked[: change.amount]],
        "open_not_lacking": [*lacking, *asked[: change.amount - 1]],
    }
    mask = np.array([mask_of(becomes[change.kind])], np.int64)
    return Answers(mask, np.zeros(1, np.int64), income, one.points, one.rural)


@st.composite
def households(draw: Any) -> Answers:
    return answers(
        draw(st.sets(st.sampled_from(ANSWERS), max_size=7)),
        draw(st.sets(st.sampled_from(ANSWERS), max_size=4)),
        rural=draw(st.booleans()),
        income_per_head_vnd=draw(st.none() | st.integers(0, 4_000_000)),
        points_a=draw(st.sampled_from([None, None, 100, 140, 141, 200])),
    )


@given(households(), st.sampled_from([OLD, NEW]))
def test_every_change_that_is_named_gives_the_class_that_is_named(
    one: Answers, rule: Standard
) -> None:
    judged = judge(one, rule)
    found = changes(one, judged, 0, LABELS)
    enough = judged.below[0] == 0 and rule.needed <= judged.open[0] + judged.lacks[0]
    assert found or enough  # below the line the open answers would leave it unclassified
    for change in found:
        assert change.to not in (CLASSES[int(judged.cls[0])], "cannot_classify")
        assert CLASSES[int(judge(done(change, one, rule), rule).cls[0])] == change.to


def test_two_fewer_of_four_deprivations_make_a_poor_household_near_poor() -> None:
    found = slip(answers(ANSWERS[:4], income_per_head_vnd=1), OLD).would_change
    by_kind = {change.kind: change for change in found}
    assert (by_kind["fewer"].amount, by_kind["fewer"].to) == (2, "near_poor")
    assert "bớt ít nhất 2 trong 4 thiếu hụt" in by_kind["fewer"].text.vi
    assert by_kind["income_above"].to == "average"
    assert "trên 1.500.000 đồng" in by_kind["income_above"].text.vi
