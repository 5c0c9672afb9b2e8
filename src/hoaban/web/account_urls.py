"""Addresses of signing in: only the doors we have, so that nothing else of allauth is open.

No sign-up, no e-mail or phone pages: accounts are given by `hoaban user`.
"""

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def closed(_request: HttpRequest) -> HttpResponse:
    """Nobody makes an account here."""
    raise Http404


urlpatterns = [
    path("dang-nhap/", views.login, name="account_login"),
    path("dang-xuat/", views.logout, name="account_logout"),
    path("tam-khoa/", views.account_inactive, name="account_inactive"),
    path("xac-nhan/", views.reauthenticate, name="account_reauthenticate"),
    path("mat-khau/", views.password_change, name="account_change_password"),
    path("dang-ky/", closed, name="account_signup"),
    path("xac-thuc/", include("allauth.mfa.urls")),
]
