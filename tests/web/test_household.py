"""A household for those who answer for it: the purpose first, both classes, every look kept."""

import re

import pytest
from django.test import Client

from hoaban.base.models import Area, Event, User
from hoaban.web.pages.household import PURPOSES
from tests.web.conftest import make_household, make_review, signed_in

PAGE = "/ho/H1/"
LIST = "/ban/11/00001/0001/ho/"
FOR = "?purpose=poverty_review"


def looks() -> list[tuple[str, str]]:
    found = Event.objects.filter(name="record.read").order_by("subject")
    return [(event.subject, event.data["purpose"]) for event in found]


def body(user: User, path: str, status: int = 200) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == status
    return answer.content.decode()


def plain(text: str) -> str:
    """What a reader sees of the main part: no tags, single spaces."""
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub("<[^>]+>", " ", main).split())


@pytest.mark.parametrize("path", [PAGE, LIST])
def test_before_a_purpose_is_stated_nothing_is_read_and_nothing_told(
    register: Area, an: User, path: str
) -> None:
    text = body(an, path)

    assert looks() == []
    assert '<option value="poverty_review" selected>' in text
    assert "Hộ cận nghèo" not in text
    assert "1.200.000" not in text


def test_the_household_is_shown_under_both_standards_with_reasons_and_articles(
    register: Area, an: User
) -> None:
    told = plain(body(an, PAGE + FOR))

    assert "Hạng hộ Class Hộ nghèo Poor household Hộ cận nghèo Near-poor household" in told
    assert "1.200.000, không quá chuẩn 1.500.000 đồng/người/tháng" in told
    assert "1.200.000, không quá chuẩn 2.200.000 đồng/người/tháng" in told
    assert "3 trên 12 chỉ số; cần từ 3" in told
    assert "2 trên 12 chỉ số; cần từ 3" in told
    assert "Điều 3 Nghị định 07/2021/NĐ-CP" in told
    assert "Nghị định 351/2025/NĐ-CP" in told
    assert "Nếu bớt ít nhất 1 trong 3 thiếu hụt thì là hộ cận nghèo." in told
    assert "Kết quả được niêm yết 3 ngày làm việc" in told
    assert "Không thiếu câu nào" in told
    assert "Hạng theo quyết định công nhận Class by the decision Hộ nghèo" in told


def test_the_look_is_kept_and_shown(register: Area, an: User) -> None:
    text = body(an, PAGE + FOR)

    assert ("households:H1", "poverty_review") in looks()
    assert Event.objects.filter(name="record.read", actor=an).count() == 3  # it and two reviews
    shown = plain(text)[plain(text).index("Ai đã xem") :]
    assert "an rà soát hộ nghèo" in shown


def test_earlier_rounds_stand_beside_under_both_standards(register: Area, an: User) -> None:
    told = plain(body(an, PAGE + FOR))

    assert "2024 14/12/2024 Hộ có mức sống trung bình" in told
    assert "2025 14/12/2025 Hộ nghèo" in told


def test_missing_answers_are_named_and_no_class_is_guessed(register: Area, an: User) -> None:
    told = plain(body(an, "/ho/H2/" + FOR))

    assert told.count("Chưa đủ thông tin để xếp hạng") >= 2
    missing = told[told.index("Câu chưa trả lời") : told.index("Câu trả lời như đã ghi")]
    assert "Thu nhập bình quân đầu người" in missing
    assert "Thiếu hụt nhà tiêu hợp vệ sinh" in missing
    assert "Thiếu hụt xử lý chất thải" in missing
    assert "chưa hỏi, chưa trả lời not answered" in told


def test_a_household_without_a_review_has_no_class_and_no_slip(register: Area, an: User) -> None:
    told = plain(body(an, "/ho/H3/" + FOR))

    assert "chưa có kỳ rà soát nào hoàn thành" in told
    assert "phieu.pdf" not in told
    assert "chưa có phiếu giải thích" in body(an, "/ho/H3/phieu.pdf" + FOR, 404)


def test_a_review_not_yet_completed_decides_nothing(register: Area, an: User) -> None:
    make_review(register, "H3", 2026, completed_on=None, income_per_head_vnd=900_000)
    make_review(register, "H1", 2099, income_per_head_vnd=9_000_000)

    assert "chưa có kỳ rà soát nào hoàn thành" in plain(body(an, "/ho/H3/" + FOR))
    assert "Hạng hộ Class Hộ nghèo" in plain(body(an, PAGE + FOR))


def test_ethnicity_is_on_no_page_whatever_the_purpose(register: Area, an: User) -> None:
    for purpose in PURPOSES:
        for path in (PAGE, LIST):
            text = body(an, f"{path}?purpose={purpose}")
            assert "Mông" not in text, purpose
            assert "Dân tộc" not in text, purpose


@pytest.mark.parametrize("purpose", ["curious", "statutory", "language_need", "named_benefit"])
def test_another_word_is_refused_in_both_languages_and_nothing_is_read(
    register: Area, an: User, purpose: str
) -> None:
    for path in (PAGE, LIST, PAGE + "phieu.pdf"):
        told = body(an, f"{path}?purpose={purpose}", 403)

        assert "phải ghi mục đích" in told
        assert "needs a purpose" in told
    assert looks() == []


def test_the_slip_too_needs_a_purpose(register: Area, an: User) -> None:
    assert "phải ghi mục đích" in body(an, PAGE + "phieu.pdf", 403)
    assert looks() == []


def test_the_next_commune_learns_nothing(register: Area, pao: User) -> None:
    there = body(pao, PAGE + FOR, 404)
    nowhere = body(pao, "/ho/H9/" + FOR, 404)
    body(pao, PAGE + "phieu.pdf" + FOR, 404)
    body(pao, LIST + FOR, 404)

    assert plain(there).replace("H1", "H9") == plain(nowhere)
    assert looks() == []


@pytest.mark.parametrize("path", [PAGE, PAGE + "phieu.pdf", LIST])
def test_strangers_are_asked_to_sign_in(register: Area, path: str) -> None:
    answer = Client().get(path + FOR)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/tai-khoan/dang-nhap/")


@pytest.mark.parametrize("path", [PAGE, LIST, PAGE + "phieu.pdf"])
def test_no_copy_is_kept_on_the_way(register: Area, an: User, path: str) -> None:
    answer = signed_in(an).get(path + FOR)

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_households_of_a_village_stand_in_order_of_number(register: Area, an: User) -> None:
    text = body(an, LIST + FOR)
    told = plain(text)

    assert "H1 4 2025 Hộ nghèo Hộ cận nghèo 0" in told
    assert "H2 4 2025 Chưa đủ thông tin để xếp hạng Chưa đủ thông tin để xếp hạng 3" in told
    assert "H3 4 chưa có — — —" in told
    assert 'href="/ho/H1/?purpose=poverty_review"' in text
    assert ("households:H3", "poverty_review") in looks()


def test_a_long_village_comes_page_by_page_and_no_household_twice(
    register: Area, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoaban.record.reads.LIMIT", 2)
    monkeypatch.setattr("hoaban.web.pages.registered.LIMIT", 2)

    first = body(an, LIST + FOR)
    second = body(an, LIST + FOR + "&sau=H2")

    assert re.findall(r"/ho/(H\d)/\?", first) == ["H1", "H2"]
    assert "sau=H2" in first
    assert re.findall(r"/ho/(H\d)/\?", second) == ["H3"]
    assert "sau=" not in second
    assert "H1 4 2025 Hộ nghèo Hộ cận nghèo 0" in plain(first)


def test_a_village_without_households_says_so(places: dict[str, Area], an: User) -> None:
    assert "Không có hộ nào trong sổ bộ" in body(an, LIST + FOR)


def test_the_village_page_leads_to_its_households(board: None, an: User) -> None:
    assert f'href="{LIST}"' in body(an, "/ban/11/00001/0001/")


def test_a_key_of_any_letters_has_its_page(register: Area, an: User) -> None:
    make_household(register, "Hộ số 7 (cũ)")

    assert "Hộ số 7 (cũ)" in body(an, "/ho/Hộ số 7 (cũ)/" + FOR)


def test_a_ward_is_judged_by_its_own_line(
    register: Area, an: User, places: dict[str, Area]
) -> None:
    commune = places["11/00001/"]
    commune.facts = {**commune.facts, "rural": False, "unit": "phường"}
    commune.save()

    told = plain(body(an, PAGE + FOR))

    assert "thành thị" in told
    assert "không quá chuẩn 2.000.000 đồng/người/tháng" in told
