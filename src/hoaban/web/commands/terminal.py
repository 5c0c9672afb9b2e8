"""What commands share at a terminal: progress with seconds and memory, Django set up."""

import json
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.core.management import call_command

from hoaban.base.problems import Problem

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")


class NotADate(Problem):
    vi = "“{text}” không phải một ngày; hãy viết như 2026-11-24."
    en = "“{text}” is not a date; write it like 2026-11-24."


def set_up() -> None:
    """Django ready, tables up to date."""
    django.setup()
    call_command("migrate", verbosity=0)


def now() -> datetime:
    """This instant, aware UTC: only the doors say what time it is."""
    return datetime.now(UTC)


def day(text: str | None) -> date:
    """The day a person wrote, or today in Vietnam. Raises `NotADate`."""
    if not text:
        return datetime.now(HO_CHI_MINH).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADate(text=text) from None


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say on stderr what is being done, then how long it took and the peak memory so far."""
    began = time.monotonic()
    sys.stderr.write(f"{text} … ")
    sys.stderr.flush()
    try:
        yield
    except BaseException:
        sys.stderr.write("\n")
        raise
    sys.stderr.write(f"{time.monotonic() - began:.1f} s · {peak_mb()} MB\n")


_SAID: dict[str, int] = {}


def progress(what: str, share: float) -> None:
    """Say how far long work is, on a terminal only: a line that is written over, by tenths."""
    tenth = int(10 * share)
    if sys.stderr.isatty() and _SAID.get(what) != tenth:
        _SAID[what] = tenth
        sys.stderr.write(f"\r{what} {10 * tenth} % ")
        sys.stderr.flush()


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """While it lasts, the first Ctrl-C asks long work to stop; the second ends the command."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        note("\ndừng lại ở đây / stopping here …")
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def compiling() -> Iterator[None]:
    """Say after the work how long compiling kernels took, when some were compiled."""
    from hoaban.measure import compiled  # numba takes half a second that other commands need not

    with compiled.compiling() as spent:
        yield
    if spent.seconds >= 0.1:
        note(
            f"trong đó biên dịch một lần cho máy này / of it compiling, once for this machine: "
            f"{spent.seconds:.1f} s"
        )


def peak_mb() -> int:
    """Peak resident memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def note(text: str) -> None:
    """One line on stderr, beside the answer."""
    sys.stderr.write(f"{text}\n")


def out(text: str) -> None:
    """One text on stdout."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def out_json(value: Any) -> None:
    """One JSON object on stdout."""
    out(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
