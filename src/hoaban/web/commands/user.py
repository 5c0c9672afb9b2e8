"""hoaban user: an account with role and area; its random password is shown once."""

import argparse
import secrets

from hoaban.base.problems import Problem
from hoaban.web.commands import terminal

ROLES = ("province", "commune", "village", "verifier")
DEMO = "phantich"


class NoSuchArea(Problem):
    vi = "Không có đơn vị mã “{code}”; hãy nạp tỉnh trước hoặc kiểm tra mã."
    en = "There is no area with code “{code}”; load a province first, or check the code."


class NameTaken(Problem):
    vi = "Đã có tài khoản “{name}”; hãy chọn tên khác."
    en = "There is an account “{name}” already; choose another name."


class NameMissing(Problem):
    vi = "Thiếu tên tài khoản; hãy viết: hoaban user TÊN --role province --area 11."
    en = "The account's name is missing; write: hoaban user NAME --role province --area 11."


def arguments(parser: argparse.ArgumentParser) -> None:
    """NAME --role --area, or --demo."""
    parser.add_argument("name", nargs="?")
    parser.add_argument("--role", choices=ROLES, default="province")
    parser.add_argument("--area", help="mã tỉnh, xã hoặc đường dẫn / code or path")
    parser.add_argument("--demo", action="store_true", help="tài khoản xem thử / a demo account")


def run(given: argparse.Namespace) -> int:
    """Make the account and print its password, once."""
    terminal.set_up()
    name = DEMO if given.demo else given.name
    if not name:
        raise NameMissing
    from hoaban.base.models import User

    taken = User.objects.filter(username=name).first()
    if taken is not None and not given.demo:
        raise NameTaken(name=name)
    password = secrets.token_urlsafe(12)
    user = taken or User(username=name, role=given.role)
    user.area = _area(given.area)
    user.set_password(password)
    user.save()
    terminal.out(f"Tài khoản / account: {name}   mật khẩu / password: {password}")
    terminal.out("Mật khẩu chỉ hiện một lần này. / The password is shown this once.")
    return 0


def _area(code: str | None):  # type: ignore[no-untyped-def]
    from hoaban.base.models import Area

    found = (
        Area.objects.filter(kind="province").first()
        if not code
        else Area.objects.filter(path=code).first() or Area.objects.filter(code=code).first()
    )
    if found is None:
        raise NoSuchArea(code=code or "—")
    return found
