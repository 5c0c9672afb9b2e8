"""hoaban measure: the five targets and their parts, from the newest snapshot alone."""

import argparse
import time

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """--at, --cell, --engine, --json, --quiet."""
    parser.add_argument("--at", help="ngày / day, e.g. 2026-11-24")
    parser.add_argument(
        "--cell",
        type=float,
        metavar="METRES",
        help="lập bản đồ thời gian đi, ô rộng chừng này mét / draw the travel-time surfaces",
    )
    parser.add_argument(
        "--engine",
        default="duckdb",
        metavar="duckdb|spark",
        help="bộ máy tính toán / what counts over the tables; Spark on this machine, or on the "
        "cluster that HOABAN_SPARK_MASTER names",
    )
    parser.add_argument("--json", action="store_true", help="một đối tượng JSON / one JSON object")
    parser.add_argument("--quiet", action="store_true", help="không in bảng / print no table")


def run(given: argparse.Namespace) -> int:
    """Measure, keep the figures, show them."""
    began = time.monotonic()
    terminal.set_up()
    from hoaban.web import loop, summary

    with terminal.compiling(), terminal.step("đo / measuring"):
        found = loop.measure(
            on=terminal.day(given.at),
            at=terminal.now(),
            cell_m=given.cell,
            engine=given.engine,
            said=terminal.note,
        )
    found["seconds"] = round(time.monotonic() - began, 2)
    if given.json:
        terminal.out_json(found)
    elif not given.quiet:
        terminal.out(summary.of_measure(found))
    return 0
