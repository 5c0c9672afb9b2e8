"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from hoaban.web.pages.absorption import absorption
from hoaban.web.pages.agreements import agreement, agreements
from hoaban.web.pages.commune import commune
from hoaban.web.pages.home import home
from hoaban.web.pages.household import Key, household, households, slip
from hoaban.web.pages.money import money, payments
from hoaban.web.pages.out_of_scope import out_of_scope
from hoaban.web.pages.plan import plan
from hoaban.web.pages.plans import compare, plans
from hoaban.web.pages.poverty import poverty
from hoaban.web.pages.settlement import settlement, settlement_csv
from hoaban.web.pages.travel import surface, travel
from hoaban.web.pages.verification import verification
from hoaban.web.pages.verification_mine import mine
from hoaban.web.pages.village import AreaPath, village

register_converter(AreaPath, "area")
register_converter(Key, "key")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("ke-hoach/", plan, name="plan"),
    path("ke-hoach/cac-ban/", plans, name="plans"),
    path("ke-hoach/so-sanh/", compare, name="compare"),
    path("ke-hoach/nguon-von/", money, name="money"),
    path("ke-hoach/nguon-von/chi-tiet.csv", payments, name="payments"),
    path("cam-ket/", agreements, name="agreements"),
    path("cam-ket/<int:pk>/", agreement, name="agreement"),
    path("kiem-chung/", verification, name="verification"),
    path("kiem-chung/viec-cua-toi/", mine, name="my_verifications"),
    path("quyet-toan/<int:year>/", settlement, name="settlement"),
    path("quyet-toan/<int:year>/bang.csv", settlement_csv, name="settlement_csv"),
    path("giai-ngan/", absorption, name="absorption"),
    path("ngheo/", poverty, name="poverty"),
    path("di-lai/", travel, name="travel"),
    path("di-lai/<slug:mode>/<slug:season>/<slug:kind>.png", surface, name="surface"),
    path("xa/<slug:code>/", commune, name="commune"),
    path("ban/<area:path>", village, name="village"),
    path("ban/<area:path>ho/", households, name="households"),
    path("ho/<key:key>/phieu.pdf", slip, name="slip"),
    path("ho/<key:key>/", household, name="household"),
    path("ngoai-pham-vi/", out_of_scope, name="out_of_scope"),
    path("tai-khoan/", include("hoaban.web.account_urls")),
]
handler403 = "hoaban.web.pages.faults.not_allowed"
handler404 = "hoaban.web.pages.faults.not_found"
