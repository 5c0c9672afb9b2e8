"""That the charts of the budgets say what the table says, and read without colour or script."""

import re
import xml.etree.ElementTree as ET

from hoaban.web import budgetcurve
from hoaban.web.pages import budget
from tests.web import sample

SVG = "{http://www.w3.org/2000/svg}"


def panels() -> dict[str, budgetcurve.Panel]:
    return {one.code: one for one in budgetcurve.panels(sample.planned())}


def test_there_is_a_chart_a_target_and_one_of_the_worth() -> None:
    assert list(panels()) == ["T1", "T2", "T3", "T4", "T5", ""]


def test_the_budget_that_meets_a_target_is_the_smallest_that_does() -> None:
    found = panels()

    assert found["T3"].said.vi == "Cần 80\u00a0%: đạt từ mức 600 tỷ."
    assert found["T1"].said.vi == "Cần dưới 15\u00a0%: đạt từ mức 120 tỷ."
    assert found["T3"].said.en == "Target 80 %: met from 600 billion đồng on."


def test_a_target_that_no_budget_meets_and_one_met_before_are_said_to_be_so() -> None:
    plan = sample.planned()
    for one in plan["curve"]:
        one["targets"]["T5"] = 0.6
    plan["targets"]["before"]["T4"]["value"] = 1.0
    found = {one.code: one.said.vi for one in budgetcurve.panels(plan)}

    assert found["T5"] == "Cần 70\u00a0%: không mức tiền nào đạt."
    assert found["T4"] == "Cần 100\u00a0%: đã đạt từ trước."


def test_where_more_money_buys_nothing_more_is_said() -> None:
    assert panels()[""].said.vi == "Từ 600 tỷ trở lên, thêm tiền không thêm được gì."
    rising = [sample.point(0.5, 0.5, 3.0), sample.point(1.0, 0.8, 4.0)]
    assert budgetcurve.pays_to(rising).vi == "Thêm tiền vẫn thêm được việc."


def test_lines_start_at_today_and_rise_from_left_to_right() -> None:
    root = ET.fromstring(panels()["T3"].svg)
    marks = root.findall(f"{SVG}circle")
    across = [float(mark.get("cx") or 0) for mark in marks]
    up = [-float(mark.get("cy") or 0) for mark in marks]

    assert marks[0].get("class") == "begun"
    assert across == sorted(across)
    assert up[1:] == sorted(up[1:])
    assert marks[-1].findtext(f"{SVG}title") == "1.200 tỷ: 87\u00a0%"


def test_a_chart_is_named_and_holds_no_style_and_no_script() -> None:
    for one in panels().values():
        root = ET.fromstring(one.svg)
        assert root.get("role") == "img"
        assert one.said.vi in (root.get("aria-label") or "")
        assert not re.search("style|script|onload", one.svg)


def test_the_table_has_a_line_a_budget_and_a_mark_where_a_target_is_met() -> None:
    table = budget.table(sample.planned())

    assert [line.name for line in table.lines] == ["10\u00a0%", "50\u00a0%", "100\u00a0%"]
    half = [cell.text for cell in table.lines[1].cells]
    assert half[:3] == ["600 tỷ", "575 tỷ", "6"]
    assert half[-3:] == ["82\u00a0% ✓", "100\u00a0% ✓", "80\u00a0% ✓"]
    assert table.lines[0].cells[-3].text == "20\u00a0%"


def test_without_a_curve_there_is_nothing_to_draw() -> None:
    assert budgetcurve.panels({}) == []
    assert budgetcurve.panels({"curve": [sample.point(1.0, 0.5, 2.0)]}) == []
    assert not budget.table({"targets": sample.planned()["targets"]})
