"""hoaban plan: the main job – measure, choose, agreements, verification sample, report."""

import argparse
import time
from pathlib import Path

from hoaban.base import money
from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--budget --years --at --until-met --json --out."""
    parser.add_argument(
        "--budget", help="1200ty; bỏ trống = hạn mức của tỉnh / omitted = envelopes"
    )
    parser.add_argument("--years", default="2026-2030")
    parser.add_argument("--at", help="ngày / day")
    parser.add_argument("--until-met", action="store_true", help="còn thiếu bao nhiêu tiền")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="thư mục báo cáo / report folder")


def run(given: argparse.Namespace) -> int:
    """Plan, keep the plan, show it."""
    began = time.monotonic()
    budget = money.parse_vnd(given.budget) if given.budget else None
    terminal.set_up()
    from hoaban.web import loop, report, summary
    from hoaban.web.pages import reading

    with terminal.compiling(), terminal.step("lập kế hoạch / planning"):
        found = loop.plan(
            budget=budget, years=given.years, on=terminal.day(given.at), at=terminal.now()
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
