"""hoaban whatif --close ROAD: what changes, and why, if this road or bridge were closed."""

import argparse

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--close ROAD [--at] [--budget] [--json]."""
    parser.add_argument(
        "--close", required=True, metavar="ROAD", help="mã đoạn đường, ví dụ R00012"
    )
    parser.add_argument("--at", help="ngày / day")
    parser.add_argument("--budget", help="như hoaban plan / as in hoaban plan")
    parser.add_argument("--years", default="2026-2030")
    parser.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """Measure and plan with and without the road; list the differences."""
    from hoaban.base import money

    budget = money.parse_vnd(given.budget) if given.budget else None
    terminal.set_up()
    from hoaban.web import closing

    with terminal.compiling(), terminal.step(f"đóng thử / closing {given.close}"):
        found = closing.what_if_closed(
            given.close, on=terminal.day(given.at), budget=budget, years=given.years
        )
    if given.json:
        terminal.out_json(found)
    else:
        terminal.out(found["text"])
    return 0
