"""hoaban import KIND FILE: boundaries, a map of roads, grids, or rows of a list (CSV, XLSX)."""

import argparse
from pathlib import Path

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """KIND FILE [--all]."""
    kinds = "boundaries, roads, elevation, population, landcover"
    parser.add_argument("kind", help=f"{kinds}, hoặc tên sổ bộ / or a list's name")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--all",
        action="store_true",
        help="thay cả mạng đường, kể cả xã không có trong tệp / replace all roads, even "
        "where the file has none of a commune",
    )


def run(given: argparse.Namespace) -> int:
    """Import the whole file or nothing."""
    terminal.set_up()
    from hoaban.web import loading

    with terminal.step(f"nhập / importing {given.file.name}"):
        report = loading.import_file(
            given.kind, given.file, at=terminal.now(), replace_all=given.all
        )
    terminal.out(report)
    return 0
