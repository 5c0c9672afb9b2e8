"""Memory is asked for before the work, so that a run too large is refused and not killed."""

import os
from pathlib import Path

from hoaban.base.problems import Problem

_GIB = 2**30


class TooLarge(Problem):
    vi = (
        "Phép tính cần {needed} GB bộ nhớ, máy chỉ còn {free} GB; hãy chọn ô lưới lớn hơn hoặc "
        "vùng nhỏ hơn."
    )
    en = (
        "The run needs {needed} GB of memory and {free} GB are free; choose a larger cell or a "
        "smaller area."
    )
    status = 413


def free_bytes() -> int:
    """Bytes that can be had without swapping, as the system estimates them."""
    listing = Path("/proc/meminfo")
    if listing.exists():
        for line in listing.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def ask(needed: int) -> None:
    """Raises `TooLarge` when ``needed`` bytes are not free."""
    free = free_bytes()
    if needed > free:
        raise TooLarge(needed=f"{needed / _GIB:.1f}", free=f"{free / _GIB:.1f}")
