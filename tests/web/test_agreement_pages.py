"""That agreements are public in totals once checked, and whole for those who answer for them.

Mường Một has a draft of the pilot, Mường Hai one in shadow that the province checked.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hoaban.account.models import Agreement, Claim, Round, Verification
from hoaban.base.models import Area, User, tell
from hoaban.measure.models import Measuring
from hoaban.plan.models import Plan
from tests.web.conftest import signed_in
from tests.web.test_pages import body

Promised = dict[str, Agreement]
ONE, TWO = "11/00001/", "11/00002/"
WHEN = datetime(2027, 12, 1, tzinfo=UTC)


@pytest.fixture
def boss(places: dict[str, Area]) -> User:
    return User.objects.create_user(username="nga", area=places["11/"], role="province")


def page(one: Agreement) -> str:
    return f"/cam-ket/{one.pk}/"


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_stranger_sees_totals_of_what_is_checked_and_no_draft(
    board: Measuring, promised: Promised
) -> None:
    text = body(Client(), "/cam-ket/")

    assert "Xã Mường Hai" in text
    assert "5 tỷ" in text
    assert "Xã Mường Một" not in text
    assert "/cam-ket/" + str(promised[TWO].pk) not in text
    assert "Dự thảo Draft : 1" in plain(text)


def test_an_official_sees_the_own_agreement_with_all_its_parts(
    board: Measuring, promised: Promised, an: User
) -> None:
    text = body(signed_in(an), "/cam-ket/")

    assert f'href="{page(promised[ONE])}"' in text
    assert f'href="{page(promised[TWO])}"' not in text
    row = plain(text[text.index("Xã Mường Một") :].partition("</tr>")[0])
    assert "Thí điểm" in row
    assert row.endswith("4 tỷ 700 triệu 300 triệu 5 tỷ 1/2")


@pytest.mark.django_db
def test_without_agreements_the_page_says_which_command_drafts_them() -> None:
    assert "Chưa có cam kết nào" in body(Client(), "/cam-ket/")


def test_the_years_can_be_chosen_and_nonsense_shows_the_newest(
    board: Measuring, promised: Promised
) -> None:
    Agreement.objects.filter(pk=promised[TWO].pk).update(year=2026)

    assert "Cam kết kết quả 2027" in body(Client(), "/cam-ket/")
    assert "Cam kết kết quả 2026" in body(Client(), "/cam-ket/?nam=2026")
    assert "Cam kết kết quả 2027" in body(Client(), "/cam-ket/?nam=x")


def test_the_list_asks_no_more_for_more_agreements(
    board: Measuring, promised: Promised, boss: User
) -> None:
    client = signed_in(boss)
    counts = []
    for year in (2028, 2029):
        with CaptureQueriesContext(connection) as found:
            body(client, "/cam-ket/")
        counts.append(len(found))
        for one in promised.values():
            one.pk, one.year = None, year
            one.save()

    assert counts[0] == counts[1]


def test_a_stranger_is_asked_to_sign_in_and_a_neighbour_finds_nothing(
    board: Measuring, promised: Promised, an: User, pao: User
) -> None:
    assert Client().get(page(promised[ONE])).status_code == 302
    assert signed_in(pao).get(page(promised[ONE])).status_code == 404
    assert signed_in(an).get(page(promised[ONE])).status_code == 200


def test_a_statement_tells_results_papers_and_what_is_missing(
    board: Measuring, promised: Promised, an: User
) -> None:
    said = plain(body(signed_in(an), page(promised[ONE])))

    assert "Khối lượng, chất lượng, thời gian đo được" in said
    assert said.count("chưa lập hồ sơ") == 1
    assert "12/2026" in said
    assert "Người đi lại được quanh năm People linked 25 50 % 75 % xã nâng 70 %" in said
    assert "Chưa có: tỉnh chưa kiểm tra cam kết này" in said
    assert "chưa khoá danh sách" in said


def test_a_hidden_baseline_has_no_number(board: Measuring, promised: Promised, an: User) -> None:
    text = body(signed_in(an), page(promised[ONE]))

    assert "ẩn (số nhỏ)" in text
    assert "12,3" not in text


def test_money_that_follows_inputs_is_paid_whole_to_the_dong(
    board: Measuring, promised: Promised, pao: User
) -> None:
    said = plain(body(signed_in(pao), page(promised[TWO])))

    assert "Chi theo dự toán đầu vào" in said
    assert "Chi đợt này: 5.000.000.000 đ" in said


def test_works_are_told_by_name_and_day_and_an_unknown_one_by_its_number(
    board: Measuring, promised: Promised, an: User
) -> None:
    plan = str(Plan.objects.order_by("-pk").values_list("pk", flat=True)[0])
    Agreement.objects.filter(pk=promised[ONE].pk).update(plan=plan)
    text = body(signed_in(an), page(promised[ONE]))

    assert "15/08/2027" in text
    assert "Bản Na Ư" in text
    assert "<code>concrete_road:0999</code>" in text


def verified(one: Agreement, places: dict[str, Area], boss: User) -> None:
    """Three claims of the village Na Ư: one upheld, one not, one not drawn."""
    locked = Round.objects.create(
        area=places["11/"], year=2027, digest="d", size=3, locked_at=WHEN, locked_by=boss
    )
    for n, upheld in enumerate((True, False, None)):
        claim = Claim.objects.create(
            round=locked,
            agreement=one,
            area=places["11/00001/0001/"],
            key=f"c{n}",
            promise="all_season_link",
            stake_vnd=1,
            stratum="random" if upheld is not None else "",
        )
        if upheld is not None:
            Verification.objects.create(
                claim=claim,
                area=claim.area,
                verifier=boss,
                assigned_at=WHEN,
                upheld=upheld,
                found_at=WHEN,
            )


def test_what_verifiers_found_is_counted_by_result(
    board: Measuring, promised: Promised, places: dict[str, Area], boss: User, an: User
) -> None:
    verified(promised[ONE], places, boss)

    said = plain(body(signed_in(an), page(promised[ONE])))

    assert "1 đúng trong 2 đã xem; rút 2 của 3" in said


def look_more(places: dict[str, Area], boss: User) -> None:
    """Another body agrees on the claim that stood, and its look after the rains is overdue."""
    claim = Claim.objects.get(key="c0")
    Verification.objects.create(
        claim=claim,
        area=claim.area,
        stage="counter",
        verifier=boss,
        assigned_at=WHEN,
        upheld=True,
        found_at=WHEN,
    )
    day = date(2025, 10, 1)
    Verification.objects.create(claim=claim, area=claim.area, stage="again", due_on=day)


def test_a_claim_looked_at_several_times_is_counted_once(
    board: Measuring, promised: Promised, places: dict[str, Area], boss: User, an: User
) -> None:
    verified(promised[ONE], places, boss)
    look_more(places, boss)

    said = plain(body(signed_in(an), page(promised[ONE])))

    assert "1 đúng trong 2 đã xem; rút 2 của 3" in said
    assert "Tới hạn xem lại" in said
    assert "Người đi lại được quanh năm 1 (từ 01/10/2025)" in said


def test_error_rates_with_their_intervals_and_what_they_take_are_told(
    board: Measuring, promised: Promised, places: dict[str, Area], boss: User, an: User
) -> None:
    one = promised[ONE]
    one.status, one.conditions = "checked", {"measurable": "1/2026", "cost_basis": "12/2026"}
    one.data["gates"] = {"accounts": "3/2027"}
    one.save()
    assert "Kiểm chứng thấy gì" not in body(signed_in(an), page(one))
    tell(
        "record.loaded",
        at=WHEN,
        actor=None,
        area=places["11/"],
        subject="11/",
        folder="tests/provinces/nho",
    )
    verified(one, places, boss)

    said = plain(body(signed_in(an), page(one)))

    assert "Kiểm chứng thấy gì" in said
    assert re.search(r"People linked 2 / 3 1 50 % 33,33 % – 66,67 %", said)
    assert re.search(r"Phần kết quả: khai được .+, kiểm chứng trừ .+, còn .+; ở hai đầu", said)
    assert "Tới hạn xem lại" not in said


def test_money_that_follows_results_waits_for_verification_and_then_adds_up(
    board: Measuring, promised: Promised, places: dict[str, Area], boss: User, an: User
) -> None:
    one = promised[ONE]
    one.status, one.conditions = "checked", {"measurable": "1/2026", "cost_basis": "12/2026"}
    one.data["gates"] = {"accounts": "3/2027"}
    one.save()
    assert "phần kết quả chờ kiểm chứng" in plain(body(signed_in(an), page(one)))
    tell(
        "record.loaded",
        at=WHEN,
        actor=None,
        area=places["11/"],
        subject="11/",
        folder="tests/provinces/nho",
    )
    verified(one, places, boss)

    said = plain(body(signed_in(an), page(one)))

    amount = r"([\d.]+) đ"
    names = ("Chi đợt này", "Giữ đến sau mùa mưa", "Chuyển dòng hỗ trợ kỹ thuật")
    found = [re.search(f"{name}: {amount}", said) for name in names]
    parts = [int(one[1].replace(".", "")) if one else 0 for one in found]
    assert sum(parts) == 5_000_000_000
    assert 4_300_000_000 <= parts[0] < 5_000_000_000
    assert "Chi theo kết quả đã kiểm chứng" in said
