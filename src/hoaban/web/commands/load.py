"""hoaban load PATH [--synthetic --seed N]: a province folder → database."""

import argparse
from pathlib import Path

from hoaban.base.problems import Problem
from hoaban.web.commands import terminal


class SeedMissing(Problem):
    vi = "Dữ liệu minh hoạ cần hạt giống; hãy thêm --seed, ví dụ --seed 1."
    en = "Synthetic data needs a seed; add one, for example --seed 1."


def arguments(parser: argparse.ArgumentParser) -> None:
    """PATH --synthetic --seed."""
    parser.add_argument("path", type=Path, help="provinces/dien_bien")
    parser.add_argument("--synthetic", action="store_true", help="thêm dữ liệu minh hoạ có nhãn")
    parser.add_argument("--seed", type=int)


def run(given: argparse.Namespace) -> int:
    """Load once; the same load again says so and changes nothing."""
    if given.synthetic and given.seed is None:
        raise SeedMissing
    terminal.set_up()
    from hoaban.web import loading

    with terminal.step(f"nạp / loading {given.path.name}"):
        report = loading.load(
            given.path, seed=given.seed if given.synthetic else None, at=terminal.now()
        )
    terminal.out(report)
    return 0
