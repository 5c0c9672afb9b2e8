"""hoaban calibrate: what the timed walks of the newest snapshot say of the speeds."""

import argparse

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--at, --json."""
    parser.add_argument("--at", help="ngày / day, e.g. 2026-11-24")
    parser.add_argument("--json", action="store_true", help="một đối tượng JSON / one JSON object")


def run(given: argparse.Namespace) -> int:
    """Fit a factor to each means and season; print it and the speeds that would agree."""
    terminal.set_up()
    from hoaban.web import loop, summary

    with terminal.compiling(), terminal.step("hiệu chỉnh / calibrating"):
        found = loop.calibrate(on=terminal.day(given.at))
    if given.json:
        terminal.out_json(found)
    else:
        terminal.out(summary.of_calibration(found))
    return 0
