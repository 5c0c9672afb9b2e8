"""That a verified year is settled to the đồng, on the page, in the table and at the terminal."""

import csv
import html
import io
import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hoaban.account.models import Agreement, Verification
from hoaban.account.payments import year_end
from hoaban.base.models import Area, User
from hoaban.measure.models import Measuring
from hoaban.web import cli
from hoaban.web.pages import reading
from tests.web import round_sample as year
from tests.web.conftest import signed_in
from tests.web.round_sample import People

PAGE, TABLE = "/quyet-toan/2027/", "/quyet-toan/2027/bang.csv"
POOL = 15_000_000_000
ROAD = "2027-00001/all_season_link/0001"


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    cache.clear()


@pytest.fixture
def who(places: dict[str, Area]) -> People:
    return year.people(places)


@pytest.fixture
def agreed(places: dict[str, Area], board: Measuring, who: People) -> dict[str, Agreement]:
    return year.agreed(places)


def shown(user: User, status: int = 200) -> str:
    """The page as plain text."""
    answer = signed_in(user).get(PAGE)
    assert answer.status_code == status
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def amount(said: str, name: str) -> int:
    found = re.search(re.escape(name) + r" ([\d.]+) đ", said)
    assert found is not None, name
    return int(found[1].replace(".", ""))


def over(who: People) -> None:
    """The whole year: one claim wrong, the other body agrees, days for the second look set."""
    year.verified(who, wrong=ROAD)
    year.post(who.nga, "lock_findings")
    year.draw(who.nga, "draw_counter", drawn="22 08")
    again = Verification.objects.get(stage="counter")
    claim = again.claim.key
    year.assign(who.nga, who.minh, [claim], "Thanh tra", stage="counter")
    year.find(who.minh, claim, "no" if claim == ROAD else "yes", stage="counter")
    year.post(who.nga, "look_again")


def test_a_year_is_settled_to_the_dong_once_it_is_verified(
    agreed: dict[str, Agreement], who: People
) -> None:
    over(who)
    said = shown(who.nga)

    names = ("Chi Paid", "season", "Help line", "agreements not checked")
    paid, held, aid, waiting = (amount(said, name) for name in names)
    assert paid + held + aid + waiting == amount(said, "Pool") == POOL
    parts = ("of it base", "of it equity", "of it performance")
    assert sum(amount(said, part) for part in parts) == paid
    assert waiting == 5_000_000_000
    assert held > 0  # the house stood in the pilot and must last a year
    assert "Tạm tính" not in said


def test_what_verification_took_is_told_with_both_ends(
    agreed: dict[str, Agreement], who: People
) -> None:
    over(who)
    said = shown(who.nga)

    declared, taken, earned = (amount(said, n) for n in ("As declared", "Taken", "Earned"))
    assert declared - taken == earned
    assert taken == 175_000_000  # the road's 25 points of 700 million in the pilot
    assert amount(said, "Lowest") <= earned <= amount(said, "Highest")
    assert "năm sau rút gấp đôi" in said


def test_until_verification_is_over_the_page_says_provisional_and_what_is_open(
    agreed: dict[str, Agreement], who: People
) -> None:
    assert "chưa khoá danh sách kết quả" in shown(who.nga)
    year.post(who.nga, "lock")
    year.draw(who.nga)
    assert "Tạm tính. Kiểm chứng chưa xong: 4 kết quả chưa kiểm chứng" in shown(who.nga)


def test_what_has_lasted_is_paid_and_what_is_gone_goes_to_the_help_line(
    agreed: dict[str, Agreement], who: People
) -> None:
    over(who)
    before = shown(who.nga)
    Verification.objects.filter(stage="again").update(due_on=timezone.localdate())
    pilot = "2027-00001/safe_house/0001"
    year.assign(who.nga, who.ha, [pilot], "Kiểm toán", stage="again")
    year.find(who.ha, pilot, "no", stage="again")
    after = shown(who.nga)

    held = amount(before, "season")
    assert amount(after, "season") == 0
    assert amount(after, "Help line") == amount(before, "Help line") + held
    assert amount(after, "Paid") == amount(before, "Paid")


def test_the_table_has_a_row_for_each_commune_in_whole_dong(
    agreed: dict[str, Agreement], who: People
) -> None:
    over(who)
    answer = signed_in(who.nga).get(TABLE)
    text = answer.content.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["commune"], row["name"], row["by"]) for row in rows] == [
        ("00001", "Xã Mường Một", "results"),
        ("00002", "Xã Mường Hai", "inputs"),
    ]
    for row in rows:
        assert all(row[name].isdecimal() for name in row if name.endswith("_vnd"))
        got, most = (
            sum(int(row[f"{name}_vnd"]) for name in names)
            for names in (
                ("paid", "held", "unearned"),
                ("base", "equity", "performance_max"),
            )
        )
        assert got == most == 5_000_000_000


def test_only_the_province_settles(agreed: dict[str, Agreement], who: People, an: User) -> None:
    for page in (PAGE, TABLE):
        assert Client().get(page).status_code == 302
        for somebody in (an, who.ha):
            assert signed_in(somebody).get(page).status_code == 403


def test_a_year_without_agreements_and_pools_that_differ_are_told_in_a_sentence(
    agreed: dict[str, Agreement], who: People
) -> None:
    for address in ("/quyet-toan/2030/", "/quyet-toan/99999999999999999999/"):
        nothing = signed_in(who.nga).get(address)
        assert nothing.status_code == 409
        assert "chưa có cam kết kết quả nào được tỉnh kiểm tra" in nothing.content.decode()

    one = agreed["00001"]
    one.data["pool_vnd"] = 7
    one.save()
    agreed["00002"].data["pool_vnd"] = 8
    agreed["00002"].save()
    assert "ghi các tổng vốn khác nhau (0, 7, 8)" in shown(who.nga, 409)
    assert signed_in(who.nga).get(TABLE).status_code == 409


def test_the_command_prints_the_same_sums(
    agreed: dict[str, Agreement], who: People, capsys: pytest.CaptureFixture[str]
) -> None:
    over(who)
    page = year_end.settled(2027, who.nga, reading.law(), timezone.localdate())

    assert cli.main(["settle", "--year", "2027", "--by", "nga", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["totals"] == page["totals"]
    assert said["unfinished"] == []
    assert cli.main(["settle", "--year", "2027", "--by", "nga"]) == 0
    lines = capsys.readouterr().out
    assert "Tổng vốn / Pool: 15.000.000.000 đ" in lines
    assert "TẠM TÍNH" not in lines


@pytest.mark.parametrize(
    ("name", "why"), [("ai", "Không có tài khoản"), ("an", "Việc này do cấp tỉnh thực hiện")]
)
def test_the_command_needs_an_account_of_the_province(
    agreed: dict[str, Agreement],
    an: User,
    capsys: pytest.CaptureFixture[str],
    name: str,
    why: str,
) -> None:
    assert cli.main(["settle", "--year", "2027", "--by", name]) == 2
    assert why in capsys.readouterr().err
