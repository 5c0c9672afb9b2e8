"""A household for those who answer for it: the purpose first, both classes, every look kept."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from hoaban.base.models import Area, Event, User
from hoaban.record.models import Entity
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
    said = "rà soát hộ nghèo / poverty review"
    assert f'<option value="poverty_review" selected>{said}</option>' in text
    offered = re.findall(r'<option value="(\w+)"', text)
    assert offered == ["poverty_review", "casework", "correction"]
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
    assert "Tất cả 3 lần xem" in shown


def test_who_looked_counts_every_row_of_the_household_and_whole_lists(
    register: Area, an: User, places: dict[str, Area]
) -> None:
    def look(subject: str, where: str, purpose: str) -> None:
        Event.objects.create(
            name="record.read",
            at=datetime(2026, 1, 1, tzinfo=UTC),
            area=places[where],
            subject=subject,
            data={"purpose": purpose},
        )

    for name in ("people", "reinterviews", "scorecard_answers"):
        Entity.objects.create(
            list=name, key=f"{name}-1", area=register, origin="synthetic", data={"household": "H1"}
        )
    look("people:people-1", register.path, "named_benefit")
    look("reinterviews:reinterviews-1", register.path, "verification")
    look("scorecard_answers:scorecard_answers-1", register.path, "correction")
    look("reviews:*", "11/", "statutory")
    look("people:*", "11/00002/", "language_need")  # of the next commune
    look("reviews:H2-2025", register.path, "own_record")  # of another household

    told = plain(body(an, PAGE + FOR))
    shown = told[told.index("Ai đã xem") :]

    assert "Tất cả 7 lần xem" in shown
    for said in ("chế độ theo luật", "xác minh", "sửa số liệu", "thống kê theo luật"):
        assert said in shown
    assert "nhu cầu ngôn ngữ" not in shown
    assert "của mình" not in shown


def test_of_many_looks_the_newest_fifty_are_shown_and_all_are_counted(
    register: Area, an: User
) -> None:
    for _ in range(20):
        text = body(an, PAGE + FOR)

    shown = plain(text)[plain(text).index("Ai đã xem") :]
    assert "50 lần xem mới nhất trong tất cả 60 lần" in shown
    assert shown.count("an rà soát hộ nghèo") == 50


def test_members_are_neither_read_nor_logged(register: Area, an: User) -> None:
    Entity.objects.create(
        list="people", key="P1", area=register, origin="synthetic", data={"household": "H1"}
    )

    body(an, PAGE + FOR)

    assert [s for s, _ in looks()] == ["households:H1", "reviews:H1-2024", "reviews:H1-2025"]


def test_the_list_reads_only_the_reviews_it_shows(
    register: Area, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoaban.record.reads.LIMIT", 1)
    monkeypatch.setattr("hoaban.web.pages.registered.LIMIT", 1)
    make_review(register, "H1", 2026, completed_on=None)
    make_review(register, "H1", 2099)

    body(an, LIST + FOR)

    assert [s for s, _ in looks()] == ["households:H1", "reviews:H1-2025"]


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ("poor", ""),
        ("", ""),
        ("near_poor", "(hộ cận nghèo) khác kết quả tính theo chuẩn 2022–2026"),
    ],
)
def test_a_decision_that_differs_from_the_rule_of_its_day_is_marked(
    register: Area, an: User, decided: str, said: str
) -> None:
    one = Entity.objects.get(list="reviews", key="H1-2025")
    one.data = {**one.data, "decided": decided or None}
    one.save()

    told = plain(body(an, PAGE + FOR))

    assert ("differs from the result" in told) == bool(said)
    assert said in told


def test_a_decision_on_too_few_answers_says_so(register: Area, an: User) -> None:
    one = Entity.objects.get(list="reviews", key="H2-2025")
    one.data = {**one.data, "decided": "poor"}
    one.save()

    told = plain(body(an, "/ho/H2/" + FOR))

    assert "Chưa đủ câu trả lời để đối chiếu" in told
    assert "khác kết quả" not in told


def test_every_table_of_the_household_has_a_caption(register: Area, an: User) -> None:
    text = body(an, PAGE + FOR)

    assert text.count("<table") == text.count("<caption><span>") == 4


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


@pytest.mark.parametrize(
    "purpose",
    ["curious", "own_record", "verification", "statutory", "language_need", "named_benefit"],
)
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

    assert "H1 4 2025 Hộ nghèo Poor household Hộ cận nghèo Near-poor household 0" in told
    unsure = "Chưa đủ thông tin để xếp hạng Not enough is known to classify"
    assert f"H2 4 2025 {unsure} {unsure} 3" in told
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
    assert "H1 4 2025 Hộ nghèo Poor household Hộ cận nghèo Near-poor household 0" in plain(first)


def test_a_village_without_households_says_so(places: dict[str, Area], an: User) -> None:
    assert "Không có hộ nào trong sổ bộ" in body(an, LIST + FOR)


def test_the_village_page_leads_to_its_households(board: None, an: User) -> None:
    assert f'href="{LIST}"' in body(an, "/ban/11/00001/0001/")


def test_a_key_of_any_letters_has_its_page(register: Area, an: User) -> None:
    make_household(register, "Hộ số 7 (cũ)")

    assert "Hộ số 7 (cũ)" in body(an, "/ho/Hộ số 7 (cũ)/" + FOR)


@pytest.mark.parametrize("key", ["7/2025", "a/phieu.pdf", "100% ?#&+", "Hộ số 7"])
def test_the_list_leads_to_a_key_of_any_characters(register: Area, an: User, key: str) -> None:
    make_household(register, key)
    make_review(register, key, 2025, income_per_head_vnd=900_000)

    links = re.findall(r'href="(/ho/[^"]*)"', unescape(body(an, LIST + FOR)))
    address = next(a for a in links if a.startswith(reverse("household", args=[key])))
    text = body(an, address)
    paper = re.findall(r'href="(/ho/[^"]*phieu.pdf\?[^"]*)"', unescape(text))

    assert f"<h1>Hộ {escape(key)} " in text
    assert signed_in(an).get(paper[0])["Content-Type"] == "application/pdf"
    assert (f"households:{key}", "poverty_review") in looks()


def test_a_ward_is_judged_by_its_own_line(
    register: Area, an: User, places: dict[str, Area]
) -> None:
    commune = places["11/00001/"]
    commune.facts = {**commune.facts, "rural": False, "unit": "phường"}
    commune.save()

    told = plain(body(an, PAGE + FOR))

    assert "thành thị" in told
    assert "không quá chuẩn 2.000.000 đồng/người/tháng" in told
