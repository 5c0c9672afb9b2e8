"""hoaban approve --by NAME: approve the newest plan; one case per chosen work opens."""

import argparse

from hoaban.base.problems import Problem
from hoaban.web.commands import terminal


class NoSuchUser(Problem):
    vi = "Không có tài khoản “{name}”; hãy tạo bằng hoaban user TÊN."
    en = "There is no account “{name}”; make one with hoaban user NAME."


def arguments(parser: argparse.ArgumentParser) -> None:
    """--by NAME [--plan ID]."""
    parser.add_argument("--by", required=True, help="tài khoản người phê duyệt / the approver")
    parser.add_argument("--plan", type=int, help="số kế hoạch / the plan's number")


def run(given: argparse.Namespace) -> int:
    """Approve, then hand the news on so that the cases are open."""
    terminal.set_up()
    from hoaban.base.models import User
    from hoaban.web import loop

    user = User.objects.filter(username=given.by).first()
    if user is None:
        raise NoSuchUser(name=given.by)
    terminal.out(loop.approve(plan=given.plan, user=user, at=terminal.now()))
    return 0
