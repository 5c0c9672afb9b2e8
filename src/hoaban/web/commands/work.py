"""hoaban work: the worker that hands waiting events to those who hear them."""

import argparse
import time

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--once."""
    parser.add_argument("--once", action="store_true", help="làm hết việc chờ rồi thôi / drain")


def run(given: argparse.Namespace) -> int:
    """Handle what waits; with --once stop when nothing does."""
    terminal.set_up()
    from hoaban.base import events
    from hoaban.web.wiring import WIRING

    while True:
        handled = events.handle_next(WIRING, at=terminal.now())
        if handled:
            continue
        if given.once:
            return 0
        time.sleep(2)
