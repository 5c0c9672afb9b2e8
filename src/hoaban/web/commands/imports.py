"""hoaban import KIND FILE: boundaries, a map of roads, grids, or rows of a list (CSV, XLSX)."""

import argparse
from pathlib import Path

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """KIND FILE."""
    kinds = "boundaries, roads, elevation, population, landcover"
    parser.add_argument("kind", help=f"{kinds}, hoặc tên sổ bộ / or a list's name")
    parser.add_argument("file", type=Path)


def run(given: argparse.Namespace) -> int:
    """Import the whole file or nothing."""
    terminal.set_up()
    from hoaban.web import loading

    with terminal.step(f"nhập / importing {given.file.name}"):
        report = loading.import_file(given.kind, given.file, at=terminal.now())
    terminal.out(report)
    return 0
