"""That a plan shown to everybody tells no border village and no count of few households."""

from dataclasses import replace
from typing import Any

from hoaban.base.text import Text
from hoaban.web import figures, published
from tests.web import sample

ONE, TWO = "11/00001/", "11/00002/"


def row(why: str, why_en: str = "", **more: Any) -> figures.Row:
    found = figures.rows({"chosen": [sample.work(1)]}, sample.NAMES)[0]
    return replace(found, why=Text(why, why_en), **more)


def test_a_work_in_a_border_commune_loses_its_village_and_the_reason_that_names_it() -> None:
    given = row("Bản Na Ư chưa có đường đi được bốn mùa.")

    shown = published.rows([given], border=[ONE])[0]

    assert (shown.village, shown.village_name, shown.why) == ("", "", published.BORDER)
    assert (shown.commune_name, shown.cost) == (given.commune_name, given.cost)


def test_a_work_of_a_whole_border_commune_and_one_elsewhere_stay_as_they_are() -> None:
    whole = row("67 cán bộ chưa qua bồi dưỡng.", village="", village_name="")
    elsewhere = row("Bản Na Ư chưa có sóng.")

    assert published.rows([whole], border=[ONE]) == [whole]
    assert published.rows([elsewhere], border=[TWO]) == [elsewhere]


def test_a_reason_that_counts_few_households_is_not_told_nor_where_its_cost_would_tell_it() -> None:
    few = row("Bản Na Ư có 9 hộ chưa có nước đạt chuẩn.", "9 households without water.")
    enough = row("Bản Na Ư có 10 hộ chưa có nước đạt chuẩn.", "10 households without water.")
    many = row("Có 1.209 hộ chưa có nước đạt chuẩn.")

    shown = published.rows([few, enough, many], border=[], least=10)

    assert [one.why for one in shown] == [published.FEW, enough.why, many.why]
    assert [one.village_name for one in shown] == ["", "Bản Na Ư", "Bản Na Ư"]
    assert (shown[0].village, shown[0].commune) == ("", few.commune)


def test_few_households_are_found_in_either_language() -> None:
    given = row("Bản Na Ư thiếu nước.", "1 household has no water.")

    assert published.rows([given], border=[])[0].why == published.FEW


def test_those_who_answer_for_an_area_see_its_works_whole_and_no_others() -> None:
    given = row("Bản Na Ư có 9 hộ chưa có nước đạt chuẩn.")

    assert published.rows([given], border=[ONE], own="11/") == [given]
    assert published.rows([given], border=[ONE], own=ONE) == [given]
    assert published.rows([given], border=[ONE], own=TWO)[0].why == published.BORDER


def test_a_count_in_a_village_with_a_suppressed_figure_is_not_told() -> None:
    given = row("Bản Na Ư có 71 hộ chưa có nước đạt chuẩn.")
    uncounted = row("Bản Na Ư chưa có sóng.")

    shown = published.rows([given, uncounted], border=[], hidden=[given.village])

    assert [one.why for one in shown] == [published.FEW, uncounted.why]
    assert [one.village for one in shown] == ["", uncounted.village]
