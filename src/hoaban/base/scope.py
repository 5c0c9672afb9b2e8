"""Paths of areas and the range that holds everything below one of them.

A path is the codes of an area's ancestors and its own, each followed by ``/``:
``11/``, ``11/03127/``, ``11/03127/0042/``. Everything at or below ``p`` is the range from
``p`` up to, not including, ``p[:-1] + "0"``: ``0`` follows ``/`` in ASCII.
"""


def below(path: str) -> tuple[str, str]:
    """The half-open range (first, past) of paths at or below ``path``."""
    return path, path[:-1] + "0"


def inside(path: str, top: str) -> bool:
    """Whether ``path`` is ``top`` or lies below it."""
    first, past = below(top)
    return first <= path < past


def parent(path: str) -> str:
    """The path one level up; ``""`` for a province."""
    return path[: path.rstrip("/").rfind("/") + 1]


def commune_of(path: str) -> str:
    """The commune's path of a commune or village path: its first two codes."""
    return "/".join(path.split("/")[:2]) + "/"
