"""That two plans are compared on one scale, work by work and commune by commune."""

import re
from typing import Any

import pytest

from hoaban.web import compared, figures
from tests.web import sample
from tests.web.test_svgmap import squares

PLACES = [compared.Place(code, f"11/{code}/", f"Xã {code}", 1000) for code in "ABC"]
PLACES.append(compared.Place("D", "11/D/", "Xã D", None))


def rows(*works: dict[str, Any]) -> list[figures.Row]:
    return figures.rows({"chosen": list(works)}, sample.NAMES)


def plan(**money: int) -> dict[str, compared.Given]:
    chosen = [{"commune": f"11/{code}/", "cost_vnd": vnd} for code, vnd in money.items()]
    return compared.by_commune({"chosen": chosen})


def maps(measure: str = compared.PEOPLE) -> compared.Maps:
    given = plan(A=10**9, B=2 * 10**9, D=5 * 10**9), plan(A=4 * 10**9)
    return compared.maps(PLACES, given, squares(), measure=measure, titles=("một", "hai"))


def test_works_of_one_plan_alone_works_moved_and_works_alike_are_told_apart() -> None:
    first = rows(sample.work(1), sample.work(2), sample.work(3))
    second = rows(sample.work(2, year=2029), sample.work(3), sample.work(4, cost_vnd=1))

    found = compared.difference(first, second)

    assert [row.work[-1] for row in found.first] == ["1"]
    assert [row.work[-1] for row in found.second] == ["4"]
    assert [(one.year, one.later) for one in found.moved] == [(2026, 2029)]
    assert found.same == 1


def test_the_dearest_works_come_first() -> None:
    found = compared.difference(rows(sample.work(1), sample.work(2, cost_vnd=10**12)), [])

    assert [row.work[-1] for row in found.first] == ["2", "1"]


def test_every_work_of_both_plans_is_counted_once() -> None:
    first, second = sample.planned(works=9), sample.planned(works=12)
    shown = [figures.rows(one, {}) for one in (first, second)]

    found = compared.difference(*shown)

    assert len(found.first) + len(found.moved) + found.same == 9
    assert len(found.second) + len(found.moved) + found.same == 12


def test_money_and_works_are_summed_by_commune() -> None:
    found = compared.by_commune(sample.planned(works=2))

    assert found == {"11/00001/": compared.Given(2, 7_000_000_000)}


def test_both_maps_shade_the_same_money_alike() -> None:
    found = maps()
    shades = [dict(re.findall(r'class="(\w+)" data-code="(\w)"', svg)) for svg in found_svgs(found)]

    assert found.shade.css(1e6) == "c0" or found.shade.css(1e6) < found.shade.css(4e6)
    assert [len(one) > 1 for one in shades] == [True, True]
    assert re.search(r'class="c4" data-code="A"', found.second)
    assert re.search(r'class="c0" data-code="C"', found.first)


def found_svgs(found: compared.Maps) -> tuple[str, str]:
    return found.first, found.second


def test_a_commune_whose_people_are_not_known_is_drawn_and_told_as_such() -> None:
    found = maps()

    assert re.search(r'class="unknown" data-code="D"', found.first)
    assert "Xã D: chưa rõ dân số" in found.first
    assert found.legend[-1].css == "unknown"
    assert not re.search(r'class="unknown"', maps(compared.WORKS).first)


def test_the_map_of_works_counts_works() -> None:
    assert "Xã B: 1 việc" in maps(compared.WORKS).first
    assert "Xã B: 0 việc" in maps(compared.WORKS).second
    assert "Xã B: 2 triệu" in maps().first


def test_marks_rise_and_are_round() -> None:
    marks = compared.bounds([0, None, 1_234_567, 2_345_678, 3_456_789, 4_567_890, 9_876_543])

    assert marks == sorted(set(marks))
    assert len(marks) == 4
    assert all(float(f"{mark:.2g}") == mark for mark in marks)
    assert compared.bounds([0, None]) == []


def test_a_legend_says_every_shade_there_is() -> None:
    found = maps()

    assert [one.css for one in found.legend][:-1] == [
        f"c{n}" for n in range(len(found.shade.marks) + 1)
    ]
    assert compared.Shade(compared.PEOPLE, []).legend(unknown=True) == []


@pytest.mark.parametrize(("before", "after", "said"), [
    (0.4, 1.0, "+60"), (0.5, 0.4567, "−4,33"), (0.3, 0.3, "0"), (None, 0.3, ""),
])  # fmt: skip
def test_a_difference_of_shares_is_told_in_points(
    before: float | None, after: float, said: str
) -> None:
    assert compared.change(before, after) == said


def test_a_difference_of_money_and_of_counts_has_its_sign() -> None:
    assert compared.signed(5 * 10**9) == "+5 tỷ"
    assert compared.signed(-3_500_000_000) == "−3,5 tỷ"
    assert compared.counted(-1200) == "−1.200"
    assert (compared.signed(0), compared.counted(0)) == ("0", "0")
