"""That a plan tells all it was chosen by, and nothing of a village or of few households."""

from typing import Any

from hoaban.web import choosing
from tests.web import sample

ONE = "11/00001/"
STRANGER = choosing.Seen(border=(), priced=("water_scheme",))


def left(seen: choosing.Seen = STRANGER, **more: Any) -> dict[str, choosing.Beaten]:
    found = choosing.not_chosen(sample.planned(), sample.NAMES, seen, **more)
    return {f"{one.label.vi} {one.because.vi}": one for one in found}


def test_every_criterion_stands_in_the_table_in_a_fixed_order_with_its_full_weight() -> None:
    found = choosing.criteria(sample.planned())

    assert [(one.code, one.weight, one.assumed) for one in found] == [
        ("T1_income", "0,5", True),
        ("T2_communes", "0,5", True),
        ("T3_joint", "1", True),
        ("equity", "0,25", True),
    ]


def test_how_far_the_need_is_filled_is_told_whole_though_what_is_beyond_counts_in_part() -> None:
    found = {one.code: one for one in choosing.criteria(sample.planned())}

    assert (found["T3_joint"].share, found["T3_joint"].filled) == ("110\u00a0%", 100)
    assert found["T3_joint"].part == "1,01"
    assert found["T1_income"].share == "0\u00a0%"
    assert found["T2_communes"].share == "đã đủ từ trước"
    assert (found["equity"].need, found["equity"].share) == ("", "1,72")


def test_a_criterion_without_a_label_is_shown_by_its_name_and_comes_last() -> None:
    plan = {"criteria": [sample.criterion("noise", 1.0, 0.5, 2.0), *sample.choice()["criteria"]]}

    assert choosing.criteria(plan)[-1].name.vi == "noise"


def test_the_other_weights_are_told_with_their_source() -> None:
    found = {one.name.vi: one for one in choosing.weights(sample.planned())}

    assert found["Mục tiêu T3"].value == "2"
    assert found["Phần vượt nhu cầu được tính"].source == "Giả định: ngang nhau"
    assert len(found) == 6


def test_the_gap_is_said_in_plain_words_or_not_at_all() -> None:
    how = choosing.how(sample.planned())

    assert how is not None
    assert how.vi.endswith("quá 1,23 %.")
    assert choosing.how({}) is None


def test_a_work_left_out_is_told_with_what_beat_it_by_name_never_by_id() -> None:
    rival = left()["Cầu dân sinh Việc khác cho cùng nhu cầu"]

    assert "“cứng hoá đường bản bằng bê tông xi măng”" in rival.why.vi
    assert "concrete_road:" not in rival.why.vi + rival.why.en
    assert rival.village_name == "Bản Na Ư"
    assert rival.gain == "12,5"


def test_works_that_add_nothing_are_told_for_one_commune_alone() -> None:
    nothing = "Cầu dân sinh Không thêm được gì"

    assert nothing not in left()
    assert nothing in left(commune=ONE)
    assert all(one.commune_name == "Xã Mường Một" for one in left(commune=ONE).values())
    assert len(left(limit=2)) == 2


def test_the_reasons_are_counted() -> None:
    found = choosing.reasons(sample.planned())

    assert [(reason.vi, n) for reason, n in found[:2]] == [
        ("Hết vốn", 2),
        ("Người lập kế hoạch loại ra", 1),
    ]


def test_a_work_priced_by_the_household_and_one_in_a_border_commune_lose_their_village() -> None:
    assert left()["Cấp nước Hết vốn"].village_name == ""
    border = left(choosing.Seen(border=(ONE,)))
    assert {one.village_name for one in border.values()} == {""}
    own = left(choosing.Seen(own=ONE, border=(ONE,), priced=("water_scheme",)))
    assert own["Cấp nước Hết vốn"].village_name == "Bản Na Ư"


def test_a_planners_reason_that_counts_few_households_or_names_a_border_village_is_not_told() -> (
    None
):
    key = "Cầu dân sinh Người lập kế hoạch loại ra"

    for seen in (STRANGER, choosing.Seen(border=(ONE,))):
        assert "Na Ư" not in left(seen)[key].why.vi
        assert left(seen)[key].village_name == ""
    assert "Na Ư" in left(choosing.Seen(own=ONE))[key].why.vi


def test_what_a_planner_decided_is_told_with_the_reason() -> None:
    out, put = choosing.forced(sample.planned(), sample.NAMES, STRANGER)

    assert (out.what.vi, out.row.why.vi) == ("Loại ra", "Đất đang tranh chấp")
    assert (put.what.vi, put.row.village_name) == ("Đưa vào", "Bản Na Ư")
    hidden = choosing.forced(sample.planned(), sample.NAMES, choosing.Seen(border=(ONE,)))
    assert [one.row.village_name for one in hidden] == ["", ""]
    assert "tranh chấp" not in hidden[0].row.why.vi


def test_a_decision_on_a_work_that_is_nowhere_in_the_plan_keeps_its_reason_from_strangers() -> None:
    wish = {"work": "water_scheme:0042", "in": False, "reason": "Ông A phản đối", "reason_en": "x"}
    plan = {"forced": [wish]}

    assert choosing.forced(plan, {}, STRANGER)[0].row.why == choosing.PLACELESS
    assert choosing.forced(plan, {}, choosing.Seen(own=ONE))[0].row.why == choosing.PLACELESS
    assert choosing.forced(plan, {}, choosing.Seen(own="11/"))[0].row.why.vi == "Ông A phản đối"
    assert "0042" not in choosing.forced(plan, {}, STRANGER)[0].row.label.vi


def test_a_work_priced_by_the_household_that_was_forced_loses_its_village_too() -> None:
    plan = sample.planned()
    plan["forced"] = [{"work": "bridge:0004", "in": False, "reason": "Đã có", "reason_en": "x"}]

    assert choosing.forced(plan, sample.NAMES, STRANGER)[0].row.village_name == ""
    own = choosing.Seen(own="11/00001/0001/", priced=("water_scheme",))
    assert choosing.forced(plan, sample.NAMES, own)[0].row.village_name == "Bản Na Ư"


def test_the_least_money_of_a_commune_is_told() -> None:
    assert choosing.limits(sample.planned(), sample.NAMES)[0].vi == "Xã Mường Hai: ít nhất 3 tỷ"


def test_a_plan_of_before_tells_nothing_and_breaks_nothing() -> None:
    old: dict[str, Any] = {"chosen": [], "method": "additive"}

    assert choosing.criteria(old) == []
    assert choosing.weights(old) == []
    assert choosing.forced(old, {}, STRANGER) == []
    assert choosing.not_chosen(old, {}, STRANGER) == []
    assert choosing.limits(old, {}) == []
