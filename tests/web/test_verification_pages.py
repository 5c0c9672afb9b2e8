"""That a year is verified through its pages: lock, draw in public, send, find, look again.

Strangers read digests, draws and rates, and no claim; nobody but the province turns the round.
"""

import html
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hoaban.account.checks import verification
from hoaban.account.models import Agreement, Claim, Round, Verification
from hoaban.base.models import Area, Event, User, tell
from hoaban.measure.models import Measuring
from hoaban.web.pages import reading
from tests.web import round_sample as year
from tests.web.conftest import signed_in
from tests.web.round_sample import MINE, PAGE, People

ROAD, HOUSE = "2027-00001/all_season_link/0001", "2027-00001/safe_house/0001"


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """Forms are counted for a minute by account number, and numbers come again in tests."""
    cache.clear()


@pytest.fixture
def who(places: dict[str, Area]) -> People:
    return year.people(places)


@pytest.fixture
def agreed(places: dict[str, Area], board: Measuring, who: People) -> dict[str, Agreement]:
    return year.agreed(places)


@pytest.fixture
def drawn(agreed: dict[str, Agreement], who: People) -> Round:
    year.post(who.nga, "lock")
    year.draw(who.nga)
    return Round.objects.get()


def plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_the_province_locks_and_everybody_sees_the_digest(
    agreed: dict[str, Agreement], who: People
) -> None:
    before = plain(year.seen(signed_in(who.nga)))
    said = plain(year.post(who.nga, "lock"))

    kept = Round.objects.get()
    assert "2 cam kết đã kiểm tra; 1 cam kết chưa kiểm tra" in before
    assert f"Đã khoá 4 kết quả; mã băm {kept.digest}" in said
    assert kept.digest in year.seen(Client())


def test_a_second_lock_is_refused_with_the_time_of_the_first(
    agreed: dict[str, Agreement], who: People
) -> None:
    year.post(who.nga, "lock")
    again = plain(year.post(who.nga, "lock", status=409))

    at = timezone.localtime(Round.objects.get().locked_at)
    assert f"đã khoá lúc {at:%d/%m/%Y %H:%M:%S}" in again
    assert Event.objects.filter(name="account.locked").count() == 1


def test_a_string_known_before_the_lock_is_refused_and_nothing_is_written(
    agreed: dict[str, Agreement], who: People
) -> None:
    known = year.after()
    year.post(who.nga, "lock")
    fields = {"drawn": "041793", "published": "Xổ số", "known_at": known}
    text = year.post(who.nga, "draw", status=409, **fields)

    kept = Round.objects.get()
    assert "Số gieo phải được rút sau khi khoá" in text
    assert 'value="041793"' in text
    assert (kept.seed, kept.seed_text, kept.drawn_at) == ("", "", None)
    assert not Claim.objects.exclude(stratum="").exists()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("drawn", " ", "Chưa ghi số đã quay công khai"),
        ("published", " ", "Chưa ghi số đã quay công khai"),
        ("drawn", "1" * 121, "dài quá 120 ký tự"),
        ("known_at", "hôm qua", "không phải ngày giờ"),
        ("year", "hai", "không phải một năm"),
    ],
)
def test_a_draw_that_nobody_could_repeat_is_refused(
    agreed: dict[str, Agreement], who: People, field: str, value: str, why: str
) -> None:
    year.post(who.nga, "lock")
    fields = {"drawn": "041793", "published": "Xổ số", "known_at": year.after(), field: value}
    text = year.post(who.nga, "draw", status=400, **fields)

    assert why in text
    assert Round.objects.get().drawn_at is None


def test_anybody_makes_the_draw_again_from_what_the_page_shows(
    places: dict[str, Area], board: Measuring, who: People
) -> None:
    year.agreed(places, villages=25)
    year.post(who.nga, "lock")
    year.draw(who.nga)
    said = plain(year.seen(Client()))

    digest = re.search(r"Mã băm danh sách đã khoá .*? ([0-9a-f]{64})", said)
    drawn = re.search(r"Số đã quay công khai Drawn in public ([\d ]+?) Công bố", said)
    assert digest is not None
    assert drawn is not None
    claims = [
        verification.Claim(
            id=row.key,
            agreement=row.agreement.data["id"],
            promise=row.promise,
            commune=row.agreement.area.path,
            village=row.area.path,
            stake_vnd=row.stake_vnd,
        )
        for row in Claim.objects.select_related("agreement__area", "area")
    ]
    again = verification.sample(
        claims,
        seed=verification.public_seed(drawn[1], digest[1]),
        law=reading.law(),
        at=timezone.localdate(),
        digest=digest[1],
    )

    assert len(claims) == 100
    assert again.ids == year.drawn_claims()
    assert len(again.random) == 80
    assert f"{len(again.random)} ngẫu nhiên và {len(again.risk)} theo rủi ro, của 100" in said
    assert "Xổ số Điện Biên, kỳ 2027-12-15, 18:30" in said
    assert str(verification.public_seed(drawn[1], digest[1])) in said


def test_what_the_size_of_the_sample_follows_from_is_dated_and_cited(
    agreed: dict[str, Agreement], who: People
) -> None:
    year.post(who.nga, "lock")
    said = plain(year.seen(signed_in(who.nga)))

    assert "Sẽ rút 4 kết quả ngẫu nhiên và 0 theo rủi ro của 4" in said
    assert "Sai số mong muốn (±) Error wanted (±) 5 % 01/07/2025 test giả định" in said
    assert "Hệ số tin cậy z Normal quantile z 1,96" in said


def test_a_stranger_and_a_commune_see_rates_and_no_claim_nor_form(
    drawn: Round, who: People, an: User
) -> None:
    year.assign(who.nga, who.ha, year.drawn_claims(), "Kiểm toán")
    year.find(who.ha, ROAD, "no")

    for client in (Client(), signed_in(an), signed_in(who.ha)):
        text = year.seen(client)
        said = plain(text)
        assert "Tỷ lệ không đúng Error rate 100 %" in said
        assert "Khoảng tin cậy 95 %: 25 % – 100 %; 1 kết quả rút ngẫu nhiên" in said
        assert "Kiểm chứng trừ" in said
        assert 'name="step"' not in text
        for secret in (*year.drawn_claims(), "Bản Na Ư", "Kiểm toán", "nga"):
            assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", said), secret


@pytest.mark.parametrize("step", ["lock", "draw", "assign", "lock_findings", "look_again"])
def test_only_the_province_posts(
    agreed: dict[str, Agreement], who: People, an: User, step: str
) -> None:
    for somebody in (an, who.ha):
        assert signed_in(somebody).post(PAGE, {"step": step}).status_code == 403
    assert Client().post(PAGE, {"step": step}).status_code == 403
    assert not Round.objects.exists()


def test_a_form_without_its_token_is_refused(agreed: dict[str, Agreement], who: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(who.nga)
    assert client.post(PAGE, {"step": "lock", "year": "2027"}).status_code == 403
    assert not Round.objects.exists()


def test_claims_of_a_commune_are_sent_together_all_or_none(
    drawn: Round, who: People, places: dict[str, Area]
) -> None:
    every = year.drawn_claims()
    text = year.assign(who.nga, who.dua, every, "Kiểm toán", status=403)
    assert "thuộc chính xã này" in text
    assert not Verification.objects.exists()
    assert text.count(" checked>") == len(every)

    tell(
        "act.moved",
        at=timezone.now(),
        actor=who.minh,
        area=places["11/00002/"],
        subject="Case:1",
    )
    assert "đã tham gia thực hiện tại xã này" in year.assign(
        who.nga, who.minh, every, "Kiểm toán", status=403
    )
    assert not Verification.objects.exists()

    said = plain(year.assign(who.nga, who.minh, year.drawn_claims("00001"), "Kiểm toán"))
    assert "Đã giao 2 kết quả cho minh (Kiểm toán)" in said
    assert "Chưa giao 2 của 4" in said
    assert set(Verification.objects.values_list("verifier", flat=True)) == {who.minh.pk}


def test_assigning_needs_claims_a_verifier_in_the_list_and_a_body(
    drawn: Round, who: People, an: User
) -> None:
    assert "Chưa chọn kết quả nào" in year.assign(who.nga, who.ha, [], "x", status=400)
    assert "Không có người kiểm chứng" in year.assign(who.nga, an, [ROAD], "x", status=404)
    assert "Chưa ghi người kiểm chứng" in year.assign(who.nga, who.ha, [ROAD], " ", status=400)
    assert "dài quá 120 ký tự" in year.assign(who.nga, who.ha, [ROAD], "x" * 121, status=400)
    assert "Không có kết quả" in year.assign(who.nga, who.ha, ["x/y/z"], "x", status=404)
    assert not Verification.objects.exists()


def test_the_list_is_kept_to_a_commune_and_shows_who_was_sent(drawn: Round, who: People) -> None:
    client = signed_in(who.nga)
    one = client.get(PAGE, {"nam": "2027", "xa": "11/00002/"}).content.decode()
    assert one.count('name="claim"') == 2
    assert ROAD not in one

    year.assign(who.nga, who.ha, [ROAD], "Kiểm toán")
    sent = client.get(PAGE, {"nam": "2027", "loai": "da"}).content.decode()
    assert sent.count('name="claim"') == 1
    assert "ha – Kiểm toán" in sent


def test_the_page_asks_no_more_for_more_claims(
    places: dict[str, Area], board: Measuring, who: People
) -> None:
    year.agreed(places, villages=12)
    year.post(who.nga, "lock")
    year.draw(who.nga)
    client, counts = signed_in(who.nga), []
    for commune in ("11/00001/", ""):
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE, {"nam": "2027", "xa": commune})
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_verifier_sees_the_own_claims_with_what_to_look_at_and_records_once(
    drawn: Round, who: People
) -> None:
    year.assign(who.nga, who.ha, [ROAD], "Kiểm toán")
    text = signed_in(who.ha).get(MINE).content.decode()

    assert "Bản Na Ư, Xã Mường Một" in text
    assert "Người đi lại được quanh năm" in text
    assert "cả xã cam kết" in text
    assert text.count('type="radio"') == 2
    assert HOUSE not in text
    said = plain(year.find(who.ha, ROAD, "no"))
    assert "Đã ghi: Bản Na Ư – không đúng (BB-07)" in said
    kept = Verification.objects.get()
    assert (kept.upheld, kept.evidence) == (False, "BB-07")
    assert "đã có kết quả kiểm chứng" in year.find(who.ha, ROAD, "yes", status=409)


def test_a_finding_without_answer_or_evidence_or_of_somebody_else_is_refused(
    drawn: Round, who: People
) -> None:
    year.assign(who.nga, who.ha, [ROAD], "Kiểm toán")

    text = year.find(who.ha, ROAD, "yes", evidence=" ", status=400)
    assert "Chưa ghi số biên bản" in text
    assert 'value="yes" required checked' in text
    assert "đúng hay không đúng" in year.find(who.ha, ROAD, "", status=400)
    long = year.find(who.ha, ROAD, "yes", evidence="x" * 121, status=400)
    assert "dài quá 120 ký tự" in long
    assert "Không có kết quả" in year.find(who.minh, ROAD, "yes", status=404)
    assert Verification.objects.get().found_at is None


def test_only_verifiers_have_claims_of_their_own(
    agreed: dict[str, Agreement], who: People, an: User
) -> None:
    assert Client().get(MINE).status_code == 302
    assert signed_in(an).get(MINE).status_code == 403
    assert signed_in(who.nga).get(MINE).status_code == 403
    assert "Không có việc nào phải làm" in signed_in(who.ha).get(MINE).content.decode()


def test_the_other_body_looks_at_a_public_draw_of_the_locked_findings(
    agreed: dict[str, Agreement], who: People
) -> None:
    year.verified(who, wrong=ROAD)
    early = year.after()
    assert "Đã khoá kết quả kiểm chứng" in year.post(who.nga, "lock_findings")
    fields = {"drawn": "22", "published": "Xổ số", "known_at": early}
    assert "sau khi khoá" in year.post(who.nga, "draw_counter", status=409, **fields)
    assert "Đã rút 1 kết quả" in year.draw(who.nga, "draw_counter", drawn="22 08")
    (again,) = Verification.objects.filter(stage="counter")
    claim = again.claim.key

    for somebody, body in ((who.ha, "Thanh tra"), (who.minh, " kiểm  TOÁN")):
        same = year.assign(who.nga, somebody, [claim], body, stage="counter", status=403)
        assert "đối chứng phải do người của tổ chức khác" in same
    year.assign(who.nga, who.minh, [claim], "Thanh tra", stage="counter")
    first = Verification.objects.get(stage="first", claim__key=claim)
    year.find(who.minh, claim, "no" if first.upheld else "yes", stage="counter")

    said = plain(year.seen(signed_in(who.nga)))
    assert "Kiểm toán 4 1 1" in said
    assert "Tỷ lệ không đúng sau đối chứng" in said
    public = plain(year.seen(Client()))
    assert "22 08" in public
    assert "1 của 4 kết quả đã kiểm chứng" in public
    assert "Thanh tra" not in public


def test_findings_are_not_locked_while_one_is_open(drawn: Round, who: People) -> None:
    year.assign(who.nga, who.ha, [ROAD], "Kiểm toán")
    year.find(who.ha, ROAD, "yes")
    text = year.post(who.nga, "lock_findings", status=409)
    assert "còn 3 kết quả rút mẫu chưa kiểm chứng" in text


def test_what_must_last_waits_for_the_rains_and_is_then_looked_at(
    agreed: dict[str, Agreement], who: People
) -> None:
    year.verified(who, wrong=ROAD)
    assert "Đã đặt ngày xem lại cho 3 kết quả" in year.post(who.nga, "look_again")
    assert "Đã đặt ngày xem lại cho 0 kết quả" in year.post(who.nga, "look_again")
    day = Verification.objects.filter(stage="again").values_list("due_on", flat=True)[0]
    assert day is not None
    assert day >= timezone.localdate() + timedelta(days=365)
    year.assign(who.nga, who.ha, [HOUSE], "Kiểm toán", stage="again")
    assert "Chưa tới ngày" in signed_in(who.ha).get(MINE).content.decode()
    early = year.find(who.ha, HOUSE, "yes", stage="again", status=409)
    assert "chỉ được kiểm chứng lại từ ngày" in early

    Verification.objects.filter(stage="again").update(due_on=date(2026, 10, 1))
    said = plain(year.seen(signed_in(who.nga)))
    assert "3 đã tới hạn" in said
    assert "Bản Na Ư, Xã Mường Một: Nhà an toàn" in said
    year.find(who.ha, HOUSE, "no", stage="again")
    assert "2 đã tới hạn" in plain(year.seen(signed_in(who.nga)))


def test_a_commune_drawn_twice_is_named_because_the_draw_follows_from_it(
    agreed: dict[str, Agreement], who: People
) -> None:
    year.verified(who, wrong=ROAD)
    for one in agreed.values():
        one.pk, one.year = None, 2028
        one.data = {**one.data, "id": one.data["id"].replace("2027", "2028")}
        one.save()
    year.post(who.nga, "lock", year="2028")
    year.draw(who.nga, drawn="7", year="2028")

    said = plain(year.seen(Client(), 2028))
    assert Event.objects.filter(name="account.drawn").latest("pk").data["twice"] == ["11/00001/"]
    assert "Sample doubled after last year’s findings : Xã Mường Một" in said
    assert "Rút gấp đôi" not in year.seen(Client(), 2027)


def test_before_anything_is_checked_the_page_says_so(board: Measuring) -> None:
    assert "Chưa có cam kết nào được tỉnh kiểm tra" in year.seen(Client())


def test_the_list_of_agreements_leads_there(agreed: dict[str, Agreement], who: People) -> None:
    text = signed_in(who.nga).get("/cam-ket/").content.decode()
    assert f'href="{PAGE}"' in text
    assert 'href="/quyet-toan/2027/"' in text
    assert "/quyet-toan/" not in Client().get("/cam-ket/").content.decode()
