"""hoaban settle --year YEAR --by NAME: the year's payments as they stand, in that name's view."""

import argparse
from typing import Any

from hoaban.base.money import number
from hoaban.web.commands import terminal
from hoaban.web.commands.approve import NoSuchUser

LINES = (
    ("pool_vnd", "Tổng vốn", "Pool"),
    ("paid_vnd", "Chi", "Paid"),
    ("base_vnd", "  trong đó phần cơ bản", "of it base"),
    ("equity_vnd", "  trong đó phần công bằng", "of it equity"),
    ("performance_vnd", "  trong đó phần kết quả", "of it performance"),
    ("held_vnd", "Giữ đến sau mùa mưa", "Held until after a wet season"),
    ("help_vnd", "Dòng hỗ trợ kỹ thuật", "Help line"),
    ("waiting_vnd", "Chờ: cam kết chưa kiểm tra", "Waiting: agreements not checked"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """--year YEAR --by NAME [--json]."""
    parser.add_argument("--year", type=int, required=True, help="năm của cam kết / budget year")
    parser.add_argument("--by", required=True, help="tài khoản của tỉnh / the province's account")
    parser.add_argument("--json", action="store_true", help="một đối tượng JSON / one JSON object")


def run(given: argparse.Namespace) -> int:
    """Settle in the name of a province account and print the sums, or everything as JSON."""
    terminal.set_up()
    from hoaban.account.payments import year_end
    from hoaban.base.models import User
    from hoaban.web.pages import reading

    user = User.objects.filter(username=given.by).first()
    if user is None:
        raise NoSuchUser(name=given.by)
    said = year_end.settled(given.year, user, reading.law(), terminal.day(None))
    if given.json:
        terminal.out_json(said)
    else:
        terminal.out("\n".join(_lines(said)))
    return 0


def _lines(said: dict[str, Any]) -> list[str]:
    lines = [f"{vi} / {en}: {number(said['totals'][name])} đ" for name, vi, en in LINES]
    lines += [f"TẠM TÍNH: {one['vi']} / provisional: {one['en']}" for one in said["unfinished"]]
    return lines
