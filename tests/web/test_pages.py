"""That each page says what it must, to whom it may, and nothing else.

Mai heads the village Na Ư, An works for its commune Mường Một; Páo works for the next
commune, Mường Hai, and must see nothing of Mường Một.
"""

import re

import pytest
from django.test import Client

from hoaban.base.models import Area, User
from hoaban.measure.models import Measuring
from tests.web import sample
from tests.web.conftest import signed_in

VILLAGE = "/ban/11/00001/0001/"
PUBLIC = [
    "/",
    "/ke-hoach/",
    "/ke-hoach/cac-ban/",
    "/ke-hoach/so-sanh/",
    "/cam-ket/",
    "/di-lai/",
    "/ngoai-pham-vi/",
    "/tai-khoan/dang-nhap/",
]
INNER = [VILLAGE, "/xa/00001/", "/tai-khoan/xac-thuc/"]


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/ke-hoach/"])
def test_before_any_figures_a_page_says_which_command_to_run(path: str) -> None:
    text = body(Client(), path)

    assert "hoaban freeze" in text
    assert "hoaban measure" in text
    assert "python3 run.py demo" in text
    assert "Dữ liệu minh hoạ" not in text


def test_the_home_page_shows_five_targets_each_with_value_target_and_forecast(board: None) -> None:
    text = body(Client(), "/")

    assert re.findall(r'<span class="code">(T\d)</span>', text) == ["T1", "T2", "T3", "T4", "T5"]
    assert "17,78\u00a0%" in text
    assert "dưới 15\u00a0%" in text
    assert "14,32\u00a0%" in text
    assert text.count("sau kế hoạch: <b>") == 5


def test_every_figure_cites_its_snapshot_day_and_origin(board: None) -> None:
    text = body(Client(), "/")

    assert text.count("2026-11-24-0123456789ab") >= 8
    assert text.count("24/11/2026") >= 8
    assert text.count("minh hoạ") >= 8
    assert "chuẩn 2022-2026" in text.lower()


def test_a_plan_on_an_older_snapshot_is_said_to_be_one(board: Measuring) -> None:
    Measuring.objects.filter(pk=board.pk).update(
        targets={**sample.measured(), "snapshot": "2026-12-01-ffffffffffff"}
    )

    text = body(Client(), "/")

    assert "bản chốt cũ hơn, <code>2026-11-24-0123456789ab</code>" in text
    assert "2026-12-01-ffffffffffff" in text


def test_synthetic_data_is_labelled_on_every_page(board: None, an: User) -> None:
    client = signed_in(an)

    missing = [p for p in ["/", "/ke-hoach/", VILLAGE, "/xa/00001/"]
               if "Dữ liệu minh hoạ" not in body(client, p)]  # fmt: skip

    assert missing == []
    assert "Hình minh hoạ" in body(client, "/")


def test_the_map_has_a_link_a_title_and_a_row_for_each_commune(board: None) -> None:
    text = body(Client(), "/?muc-tieu=T2")

    assert re.findall(r'<a href="#xa-(\d+)"', text) == ["00001", "00002"]
    assert "<title>Xã Mường Hai: 40\u00a0%</title>" in text
    assert text.count('<tr id="xa-') == 2


def test_a_suppressed_commune_is_shown_as_hidden_never_as_zero(board: None) -> None:
    text = body(Client(), "/?muc-tieu=T1")

    assert "Tỷ lệ hộ nghèo, chuẩn 2022-2026" in text

    row = re.search(r'<tr id="xa-00002">.*?</tr>', text)
    assert row is not None
    assert "ẩn (số nhỏ)" in row[0]
    assert 'class="suppressed"' in text


def test_first_works_and_missing_money_are_on_the_home_page(board: None) -> None:
    text = body(Client(), "/")

    assert "Mở đường xe máy mùa mưa cho 420 người" in text
    assert "250 tỷ" in text
    assert "chưa tính được" in text


def test_the_plan_lists_all_works_and_filters_by_commune_and_year(board: None) -> None:
    def listed(query: str) -> str:
        text = body(Client(), f"/ke-hoach/{query}")
        return text[text.index('id="bang-ke-hoach"') :].partition("</table>")[0]

    assert listed("").count("Cứng hoá đường bản") == 13
    assert listed("?xa=11/00002/").count("Cứng hoá đường bản") == 1
    assert "Không có công trình nào" in listed("?nam=2031")


def test_a_border_village_is_on_the_public_plan_for_its_official_alone(
    board: None, places: dict[str, Area], an: User
) -> None:
    places["11/00001/"].facts["border"] = True
    places["11/00001/"].save()

    stranger = [body(Client(), path) for path in ("/", "/ke-hoach/")]
    official = body(signed_in(an), "/ke-hoach/")

    assert not any("Na Ư" in text for text in stranger)
    assert all("chi tiết cấp bản chưa công khai" in text for text in stranger)
    assert "Bản Na Ư" in official


@pytest.mark.parametrize("path", INNER)
def test_a_stranger_is_asked_to_sign_in(board: None, path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/tai-khoan/dang-nhap/")


def test_an_sees_her_village_what_binds_it_and_what_would_free_it(board: None, an: User) -> None:
    text = body(signed_in(an), VILLAGE)

    assert "Mùa mưa xe máy không về được trung tâm" in text
    assert "Đã chọn, 2026: Cứng hoá đường bản" in text
    assert "85 phút" in text
    assert "không có đường" in text
    assert "ẩn (số nhỏ)" in text
    assert "4 trong 20" not in text
    assert "Có thể gỡ bằng: sóng 4G" in text
    assert "Chuẩn 2027-2030" in text
    assert "Đợt dài nhất năm" in text
    assert "chỉ còn đi bộ được" in text
    assert "Gần đường bốn mùa" in text
    assert "Năng lực trạm y tế" in text


@pytest.mark.parametrize("path", [VILLAGE, "/xa/00001/"])
def test_pao_cannot_see_what_lies_outside_his_commune(board: None, pao: User, path: str) -> None:
    text = body(signed_in(pao), path, 404)

    assert "Na Ư" not in text
    assert "Không có trang này" in text


def test_a_village_head_sees_the_village_alone(board: None, places: dict[str, Area]) -> None:
    mai = User.objects.create_user(username="mai", area=places["11/00001/0001/"], role="village")

    assert "Bản Na Ư" in body(signed_in(mai), VILLAGE)
    assert "Không có trang này" in body(signed_in(mai), "/xa/00001/", 404)


def test_an_official_without_an_area_sees_no_commune(board: None) -> None:
    nobody = User.objects.create_user(username="khong")

    assert signed_in(nobody).get("/xa/00001/").status_code == 404


def test_every_page_is_vietnamese_with_english_beside_and_asks_no_other_host(
    board: None, an: User
) -> None:
    for path in [*PUBLIC, *INNER]:
        client = signed_in(an) if path in INNER else Client()
        text = body(client, path)
        addresses = re.findall(r'(?:src|href|action)="(\w+://[^"]*|//[^"]*)"', text)

        assert '<html lang="vi">' in text, path
        assert 'lang="en"' in text, path
        assert addresses == [], path
        assert not re.search(r'\sstyle="|<style|<script>|\son\w+="', text), path


def test_every_page_sends_a_strict_content_policy(board: None) -> None:
    for path in PUBLIC:
        policy = Client().get(path)["Content-Security-Policy"]

        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_home_page_stays_small(board: None) -> None:
    answer = Client(headers={"accept-encoding": "gzip"}).get("/")

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 20_000


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_both_languages() -> None:
    text = body(Client(), "/khong-co/", 404)

    assert "Không có trang này" in text
    assert "No such page" in text


@pytest.mark.django_db
def test_border_security_is_said_to_be_out_of_scope() -> None:
    text = body(Client(), "/ngoai-pham-vi/")

    assert "An ninh biên giới" in text
    assert "never profiles" in text
