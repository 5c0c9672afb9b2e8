"""That figures are worded once, rightly, and that nothing unknown is turned into a number."""

from typing import Any

import pytest

from hoaban.base.text import Text
from hoaban.web import figures
from tests.web import sample


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1778, "17,78\u00a0%"), (0, "0\u00a0%"), (1.0, "100\u00a0%"), (None, "chưa rõ")],
)
def test_a_share_reads_as_a_vietnamese_percentage(value: float | None, text: str) -> None:
    assert figures.share(value) == text


def read(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(part.label.vi, part.value, part.depth) for part in figures.parts(found)]


def test_parts_keep_their_order_and_nesting() -> None:
    found = {
        "round": 2025,
        "households": 143650,
        "rate_2022_2026": 0.1778,
        "standards": {"2022-2026": {"line_rural_vnd": 1_500_000, "persons": {"rate": 0.2}}},
        "completed_on": "2025-12-14",
    }

    assert read(found) == [
        ("Kỳ rà soát", "2025", 0),
        ("Số hộ", "143.650", 0),
        ("Tỷ lệ theo chuẩn 2022–2026", "17,78\u00a0%", 0),
        ("Theo hai chuẩn quốc gia", "", 0),
        ("Chuẩn 2022–2026", "", 1),
        ("Mức thu nhập, nông thôn (đầu người, tháng)", "1,5 triệu", 2),
        ("Tính theo người", "", 2),
        ("Tỷ lệ nghèo", "20\u00a0%", 3),
        ("Hoàn thành ngày", "14/12/2025", 0),
    ]


def test_people_and_their_share_are_one_line() -> None:
    found = {"health": {"people": 4200, "share": 0.42, "by_distance": 0.5}}

    assert read(found) == [
        ("Y tế", "42\u00a0% (4.200 người)", 0),
        ("Theo cự ly luật định", "50\u00a0%", 1),
    ]


def test_long_lists_are_left_to_the_json_and_unknown_keys_are_still_shown() -> None:
    found = {"by_commune": [{"commune": "11/00001/"}], "rounds": [1], "a_new_part": None}

    assert read(found) == [("a new part", "chưa rõ", 0)]


def test_a_target_says_met_not_met_and_not_known_apart() -> None:
    cards = figures.cards(sample.measured(), sample.planned())

    assert [card.met for card in cards] == ["unmet", "unmet", "unmet", "unmet", "open"]
    assert (cards[0].after, cards[0].after_met) == ("14,32\u00a0%", "met")
    assert cards[0].before == "25,11\u00a0%"
    assert cards[0].standard == "2022-2026"


def test_without_a_plan_nothing_is_forecast() -> None:
    assert [card.after for card in figures.cards(sample.measured())] == [""] * 5


def test_a_work_shows_names_money_and_source_and_stands_without_a_village() -> None:
    plan = {"chosen": [sample.work(1, village=None, sources=["programme", "x9"], carry_over=True)]}

    row = figures.rows(plan, sample.NAMES)[0]

    assert (row.commune_name, row.village_name) == ("Xã Mường Một", "")
    assert (row.cost, row.cost_text) == (3_500_000_000, "3,5 tỷ")
    assert row.source == "vốn đầu tư · chương trình mục tiêu quốc gia, x9"
    assert row.carry_over


def test_missing_money_tells_an_amount_nothing_and_unknown_apart() -> None:
    plan = {
        "missing": {
            "T1": {"vnd": 2_500_000_000, "why": "cần thêm", "why_en": "more"},
            "T2": {"vnd": None, "reaches": 0.7, "why": "không việc nào giúp được"},
            "T4": {"vnd": None, "reaches": None},
            "T3": 0,
        }
    }

    gaps = figures.missing(plan)

    assert [gap.amount for gap in gaps] == [
        "2,5 tỷ",
        "việc đã biết chưa đủ",
        "không thiếu",
        "chưa tính được",
    ]
    assert gaps[0].why == Text("cần thêm", "more")
    assert gaps[1].why.vi == "không việc nào giúp được"


def test_assumed_parameters_are_listed_once() -> None:
    cited = {"name": "target.T4", "value": 1, "unit": "", "source": "x", "confidence": "assumed"}
    sourced = {**cited, "name": "target.T1", "confidence": "high"}
    measured = {"targets": {"T1": {"parameters": [sourced, cited]}, "T4": {"parameters": [cited]}}}

    assert [found["name"] for found in figures.assumed(measured)] == ["target.T4"]


def test_the_first_works_are_those_the_plan_chose_not_those_under_way() -> None:
    plan = {"chosen": [sample.work(1, carry_over=True), sample.work(2), sample.work(3)]}
    rows = figures.rows(plan, sample.NAMES)

    assert [row.work for row in figures.first(rows, 1)] == ["concrete_road:0002"]
    assert [row.work for row in figures.first(rows[:1], 5)] == ["concrete_road:0001"]


def test_debts_and_works_under_way_are_told_before_and_are_not_first() -> None:
    plan = sample.planned()
    plan["chosen"][0]["owed"] = True
    plan["chosen"][1]["carry_over"] = True
    rows = figures.rows(plan, {})

    told = figures.before(rows)

    assert told is not None
    assert told.vi.startswith("Trước hết trả hết 1 việc còn nợ (")
    assert "làm cho xong 1 việc chuyển tiếp (" in told.vi
    assert told.en == "1 works owed and 1 works under way come before new ones."
    assert not any(row.owed or row.carry_over for row in figures.first(rows, 10))
    assert figures.before(rows[2:]) is None


def test_money_is_summed_by_programme_the_most_first() -> None:
    chosen = [
        sample.work(1, pack="water", cost_vnd=2_000_000_000),
        sample.work(2),
        sample.work(3, pack="water", cost_vnd=2_000_000_000),
    ]

    found = figures.by_pack(figures.rows({"chosen": chosen}, {}))

    assert [(one.pack.vi, one.works, one.cost_text) for one in found] == [
        ("Nước sinh hoạt", 2, "4 tỷ"),
        ("Đường và cầu", 1, "3,5 tỷ"),
    ]


def test_the_first_works_show_at_most_two_of_a_kind_in_a_year() -> None:
    plan = {
        "chosen": [sample.work(n, commune="11/00001/", village=None, year=2026) for n in range(9)]
    }
    for number, item in enumerate(plan["chosen"]):
        item["kind"] = "pave_road" if number < 6 else "water_scheme"
    found = figures.first(figures.rows(plan, {}), 10)
    assert [row.kind for row in found] == ["pave_road"] * 2 + ["water_scheme"] * 2


def test_the_map_takes_its_mark_from_the_parameter_that_the_measure_cites() -> None:
    cited = [{"name": "connection.people_share_min", "value": 0.85}]
    found = {"targets": {"T2": {"target": 1.0, "parameters": cited}, "T1": {"target": 0.15}}}

    assert figures.map_goal("T2", found) == 0.85
    assert figures.map_goal("T1", found) == 0.15


def test_boarding_places_beside_the_pupils_who_need_them_have_vietnamese_words() -> None:
    assert read({"pupils_beyond": 12, "boarding_places": 3}) == [
        ("Học sinh ở xa trường quá cự ly", "12", 0),
        ("Chỗ bán trú đạt chuẩn", "3", 0),
    ]


def test_what_is_left_of_the_money_is_told_by_kind_with_the_reason() -> None:
    pool = {"year": 2027, "source": "local", "budget_vnd": 5 * 10**9}
    plan = {
        "money": [
            {**pool, "kind": "investment", "spent_vnd": 5 * 10**9},
            {**pool, "kind": "recurrent", "spent_vnd": 2 * 10**9},
        ]
    }
    left = figures.unspent(plan)

    assert left is not None
    assert left.vi.startswith("Chưa dùng: đầu tư 0 đ, thường xuyên 3 tỷ;")
    assert "recurrent 3.0;" in left.en
    assert figures.unspent({"money": []}) is None
