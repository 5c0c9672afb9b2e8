"""The command `hoaban`: one door for people at a terminal.

Exit 0 on success; 2 with one plain sentence (Vietnamese, then English) for a user's
mistake; a traceback only for a bug. ``--json`` prints one object on stdout and nothing
else there; progress goes to stderr.
"""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from hoaban.base.problems import Problem

COMMANDS = {
    "load": "một thư mục tỉnh → cơ sở dữ liệu / a province folder → database",
    "check": "kiểm tra tỉnh và gói / check the province's facts and the packs",
    "import": "nhập ranh giới, đường, độ cao, sổ bộ / import boundaries, roads, grids, registers",
    "freeze": "chốt số liệu / database → snapshot",
    "measure": "đo năm mục tiêu / the five targets from the newest snapshot",
    "audit": "kiểm tra sai sót rà soát hộ nghèo / errors of the poverty review, never an input",
    "calibrate": "hiệu chỉnh tốc độ theo chuyến đi bấm giờ / speeds from timed walks",
    "plan": "chọn việc làm trước / measure, choose, agreements, sample, report",
    "approve": "phê duyệt kế hoạch / approve the newest plan: cases open",
    "settle": "quyết toán theo kết quả / a year's payments by verified results",
    "whatif": "nếu một cây cầu bị đóng / what changes if a bridge closes",
    "user": "cấp tài khoản / make an account, its password shown once",
    "serve": "mở trang / serve the centre",
    "work": "xử lý việc chờ / background worker",
}


_COLLECT = (50_000, 20, 100)  # a command holds millions of objects to its end: look seldom


class _Parser(argparse.ArgumentParser):
    """argparse, saying its refusals in both languages."""

    def error(self, message: str) -> NoReturn:
        """One line on stderr and exit 2."""
        self.exit(
            2, f"hoaban: lệnh chưa đúng ({message}); xem hoaban --help. / {message}; see --help.\n"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    if argv is None:
        gc.set_threshold(*_COLLECT)
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _Parser(prog="hoaban", description="Hoa Ban: ghi – đo – chọn – làm – trả lời.")
    rooms = parser.add_subparsers(dest="command", required=True, metavar="LỆNH")
    for name, text in COMMANDS.items():
        sub = rooms.add_parser(name, help=text, description=text)
        if words[:1] == [name]:
            _module(name).arguments(sub)
    given = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoaban.web.settings")
    try:
        return int(_module(given.command).run(given) or 0)
    except Problem as problem:
        sys.stderr.write(f"{problem.text('vi')}\n{problem.text('en')}\n")
        return 2
    except BrokenPipeError:
        return 0


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"hoaban.web.commands.{name.replace('import', 'imports')}")


if __name__ == "__main__":
    sys.exit(main())
