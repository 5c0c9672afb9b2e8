"""hoaban freeze: database → snapshot; prints its name."""

import argparse

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_: argparse.Namespace) -> int:
    """Freeze and print the snapshot's name."""
    terminal.set_up()
    from hoaban.web import loop

    with terminal.step("chốt số liệu / freezing"):
        folder = loop.freeze()
    terminal.out(folder.name)
    return 0
