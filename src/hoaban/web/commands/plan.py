"""hoaban plan: the main job – measure, choose, agreements, verification sample, report."""

import argparse
import time
from pathlib import Path

from hoaban.base import money
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.web.commands import terminal

_DOING = "lập kế hoạch / planning"
_PAIRS = {
    "--force-in": "mã việc=lý do / work=reason",
    "--force-out": "mã việc=lý do / work=reason",
    "--least": "xã=tiền ít nhất / commune=10ty",
    "--most": "xã=tiền nhiều nhất / commune=10ty",
    "--weight": "tiêu chí=trọng số / criterion=0.5",
}


class NotAPair(Problem):
    vi = "“{text}” không đọc được; hãy viết như {example}."
    en = "“{text}” cannot be read; write it like {example}."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The money, the wishes, and where the answer goes."""
    parser.add_argument(
        "--budget", help="1200ty; bỏ trống = hạn mức của tỉnh / omitted = envelopes"
    )
    parser.add_argument("--years", default="2026-2030")
    parser.add_argument("--at", help="ngày / day")
    parser.add_argument("--until-met", action="store_true", help="còn thiếu bao nhiêu tiền")
    wish = parser.add_argument_group("nguyện vọng, công khai cùng kế hoạch / wishes, published")
    for name, told in _PAIRS.items():
        wish.add_argument(name, action="append", default=[], metavar="X=Y", help=told)
    wish.add_argument(
        "--draws", type=int, default=0, help="thử nhiều trọng số và giá / many weights and costs"
    )
    wish.add_argument(
        "--keep-more", type=float, default=0, metavar="PCT", help="tỉnh giữ lại thêm % thu của mình"
    )
    wish.add_argument(
        "--frontiers", action="store_true", help="công bằng, chia cắt: được mất / what they cost"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="thư mục báo cáo / report folder")


def run(given: argparse.Namespace) -> int:
    """Plan, keep the plan, show it. Ctrl-C ends the search; what is chosen by then is the plan."""
    began = time.monotonic()
    budget = money.parse_vnd(given.budget) if given.budget else None
    terminal.set_up()
    from hoaban.plan.wishes import Wishes
    from hoaban.web import loop, report, summary
    from hoaban.web.pages import reading

    forced = {name: (True, Text(why, why)) for name, why in _pairs(given.force_in)}
    forced |= {name: (False, Text(why, why)) for name, why in _pairs(given.force_out)}
    wishes = Wishes(
        forced=forced,
        least={name: money.parse_vnd(text) for name, text in _pairs(given.least)},
        most={name: money.parse_vnd(text) for name, text in _pairs(given.most)},
        weights={name: _number(text) for name, text in _pairs(given.weight)},
        draws=given.draws,
        keep_more=given.keep_more / 100,
        frontiers=given.frontiers,
    )
    with (
        terminal.compiling(),
        terminal.step("lập kế hoạch / planning"),
        terminal.stopping() as stop,
    ):
        found = loop.plan(
            budget=budget,
            years=given.years,
            on=terminal.day(given.at),
            at=terminal.now(),
            wishes=wishes,
            said=terminal.progress,
            stop=stop,
        )
    found["seconds"] = round(time.monotonic() - began, 2)
    found["peak_mb"] = terminal.peak_mb()
    if given.out:
        file = report.write(given.out, reading.for_report(found))
        terminal.note(f"báo cáo / report: {file}")
    shown = {**found, "names": reading.names()}
    if given.json:
        terminal.out_json(found)
    elif given.until_met:
        terminal.out(summary.of_missing(shown))
    else:
        terminal.out(summary.of_plan(shown))
    return 0


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    found = []
    for text in given:
        name, equal, value = text.partition("=")
        if not equal or not name.strip():
            raise NotAPair(text=text, example="link:0003=đã có vốn khác")
        found.append((name.strip(), value.strip()))
    return found


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise NotAPair(text=text, example="T3_joint=0.5") from None
