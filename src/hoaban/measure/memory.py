"""Memory is asked for before the work, so that a run too large is refused and not killed."""

from collections.abc import Iterator
from pathlib import Path

from hoaban.base.problems import Problem

_GIB = 2**30
_SMALL = 2**25  # bytes that are not worth asking for
_ROOT = Path("/")
# Of a group's memory: the limit, what is used, and what of that is files that can be let go.
_V2 = ("memory.max", "memory.current", ("inactive_file", "active_file"))
_V1 = (
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    ("total_inactive_file", "total_active_file"),
)


class TooLarge(Problem):
    vi = (
        "Phép tính cần {needed} GB bộ nhớ, máy chỉ còn {free} GB; hãy chọn ô lưới lớn hơn, vùng "
        "nhỏ hơn, hoặc ít điểm và ít kịch bản hơn mỗi lần."
    )
    en = (
        "The run needs {needed} GB of memory and {free} GB are free; choose a larger cell, a "
        "smaller area, or fewer places and scenarios at a time."
    )
    status = 413


def free_bytes(root: Path = _ROOT) -> int | None:
    """Bytes that can be had without swapping; None where the system does not say (only Linux
    does).

    The least of what the machine has left and what each control group that the process is in
    (a container, a service) may still take. ``root`` is where ``proc`` and ``sys`` are.
    """
    return min(_known(root), default=None)


def ask(needed: int) -> None:
    """Raises `TooLarge` when ``needed`` bytes are known not to be free."""
    if needed < _SMALL:
        return
    free = free_bytes()
    if free is not None and needed > free:
        raise TooLarge(needed=f"{needed / _GIB:.1f}", free=f"{free / _GIB:.1f}")


def _known(root: Path) -> Iterator[int]:
    available = _fields(root / "proc/meminfo").get("MemAvailable:")
    if available is not None:
        yield available * 1024
    for line in _lines(root / "proc/self/cgroup"):
        number, kinds, path = line.split(":", 2)
        if number == "0" and not kinds:
            yield from _left(root / "sys/fs/cgroup", path, _V2)
        elif "memory" in kinds.split(","):
            yield from _left(root / "sys/fs/cgroup/memory", path, _V1)


def _left(top: Path, path: str, names: tuple[str, str, tuple[str, str]]) -> Iterator[int]:
    """What a group and those above it may still take. In a container ``path`` may be that of
    the host, which is not there; the group itself is then the top.
    """
    limit_name, used_name, files = names
    own = top / path.lstrip("/")
    for group in (own, *own.parents):
        if not group.is_relative_to(top):
            return
        limit, used = _number(group / limit_name), _number(group / used_name)
        if limit is not None:
            counts = _fields(group / "memory.stat")
            held = (used or 0) - sum(counts.get(name, 0) for name in files)
            yield max(limit - max(held, 0), 0)


def _number(file: Path) -> int | None:
    """The whole number in a file; None when it holds none, as where there is no limit."""
    text = "".join(_lines(file)).strip()
    return int(text) if text.isdecimal() else None


def _fields(file: Path) -> dict[str, int]:
    """The first number of each line by its first word."""
    words = [line.split() for line in _lines(file)]
    return {word[0]: int(word[1]) for word in words if len(word) > 1 and word[1].isdecimal()}


def _lines(file: Path) -> list[str]:
    """The lines of a file of the system; none when it cannot be read."""
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
