"""hoaban audit: whom decisions and scores miss or take in error; never an input to eligibility."""

import argparse
import time

from hoaban.web.commands import terminal
from hoaban.web.commands.approve import NoSuchUser


def arguments(parser: argparse.ArgumentParser) -> None:
    """--by, --at, --user, --json."""
    parser.add_argument(
        "--by",
        choices=("ethnicity", "zone", "village", "commune"),
        help="sai sót theo nhóm / errors by group; dân tộc chỉ đọc khi hỏi / ethnicity read only "
        "when asked for",
    )
    parser.add_argument("--at", help="ngày / day, e.g. 2026-11-24")
    parser.add_argument(
        "--user", help="đọc trong phạm vi tài khoản này / read in this account's area"
    )
    parser.add_argument("--json", action="store_true", help="một đối tượng JSON / one JSON object")


def run(given: argparse.Namespace) -> int:
    """Audit the last completed review round and show it."""
    began = time.monotonic()
    terminal.set_up()
    from hoaban.base.models import User
    from hoaban.web import audited, auditing

    user = None
    if given.user:
        user = User.objects.filter(username=given.user).first()
        if user is None:
            raise NoSuchUser(name=given.user)
    with terminal.step("kiểm tra / auditing"):
        found = auditing.audit(on=terminal.day(given.at), at=terminal.now(), by=given.by, user=user)
    found["seconds"] = round(time.monotonic() - began, 2)
    if given.json:
        terminal.out_json(found)
    else:
        terminal.out(audited.text(found))
    return 0
