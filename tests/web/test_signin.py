"""That officials come in by the one door, with two factors where the province asks."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from hoaban.base.models import User
from tests.web.conftest import PASSWORD, signed_in

LOGIN = "/tai-khoan/dang-nhap/"
SET_UP = "/tai-khoan/xac-thuc/totp/activate/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Counts of failed tries do not pass from one test to the next."""
    cache.clear()


def test_the_right_password_opens_and_the_wrong_one_is_refused_in_both_languages(an: User) -> None:
    client = Client()

    wrong = client.post(LOGIN, {"login": "an", "password": "khong-phai"})
    right = client.post(LOGIN, {"login": "an", "password": PASSWORD})

    assert "Tên đăng nhập hoặc mật khẩu không đúng" in wrong.content.decode()
    assert "is not right" in wrong.content.decode()
    assert (right.status_code, right["Location"]) == (302, "/")


def test_too_many_wrong_passwords_are_stopped(an: User) -> None:
    client = Client()
    for _ in range(5):
        client.post(LOGIN, {"login": "an", "password": "khong-phai"})

    answer = client.post(LOGIN, {"login": "an", "password": PASSWORD})

    assert answer.status_code != 302
    assert "Thử quá nhiều lần" in answer.content.decode()


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves() -> None:
    client = Client()

    assert client.get("/tai-khoan/dang-ky/").status_code == 404
    assert client.get("/tai-khoan/signup/").status_code == 404
    assert "dang-ky" not in client.get(LOGIN).content.decode()


def test_where_two_factors_are_required_an_official_is_sent_to_set_them_up(
    an: User, settings: Settings
) -> None:
    settings.HOABAN_MFA_REQUIRED = True
    client = signed_in(an)

    answer = client.get("/xa/00001/")

    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_with_a_second_factor_the_pages_open(an: User, settings: Settings) -> None:
    settings.HOABAN_MFA_REQUIRED = True
    Authenticator.objects.create(
        user=an, type="totp", data={"secret": totp.generate_totp_secret()}
    )  # fmt: skip

    assert signed_in(an).get("/xa/00001/").status_code == 200


def test_the_public_pages_stay_open_to_strangers(db: None, settings: Settings) -> None:
    settings.HOABAN_MFA_REQUIRED = True

    assert Client().get("/").status_code == 200


def test_the_set_up_page_shows_the_code_in_our_own_words(an: User) -> None:
    client = Client()
    client.post(LOGIN, {"login": "an", "password": PASSWORD})
    asked = client.get(SET_UP)
    client.post(asked["Location"], {"password": PASSWORD})

    text = client.get(SET_UP).content.decode()

    assert "Cài xác thực hai bước" in text
    assert "6-digit code" in text
    assert "data:image/svg+xml" in text


def test_a_second_factor_is_asked_for_at_sign_in(an: User) -> None:
    Authenticator.objects.create(
        user=an, type="totp", data={"secret": totp.generate_totp_secret()}
    )  # fmt: skip
    client = Client()

    answer = client.post(LOGIN, {"login": "an", "password": PASSWORD}, follow=True)

    text = answer.content.decode()
    assert "Xác thực hai bước" in text
    assert client.get("/xa/00001/").status_code == 302


def test_signing_out_needs_the_button(an: User) -> None:
    client = signed_in(an)

    client.get("/tai-khoan/dang-xuat/")
    assert client.get("/xa/00001/").status_code == 200
    client.post("/tai-khoan/dang-xuat/")
    assert client.get("/xa/00001/").status_code == 302
