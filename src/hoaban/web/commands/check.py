"""hoaban check province [FOLDER] · hoaban check packs: the facts, and the programmes."""

import argparse
from pathlib import Path

from hoaban.web.commands import terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """WHAT [FOLDER]."""
    parser.add_argument("what", choices=["province", "packs"])
    parser.add_argument("folder", nargs="?", type=Path)


def run(given: argparse.Namespace) -> int:
    """Say what was checked; exit 2 when something is wrong."""
    import django

    django.setup()
    from hoaban.web import loading

    if given.what == "packs":
        text, sound = loading.check_packs(given.folder)
    else:
        text, sound = loading.check_province_folder(given.folder)
    terminal.out(text)
    return 0 if sound else 2
