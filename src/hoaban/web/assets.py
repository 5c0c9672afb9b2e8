"""What the built front end left behind: hashed names for pages, style text for the report."""

import json
import re
from functools import lru_cache
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"
ENTRY = "src/main.js"


def styles(dist: Path = DIST) -> list[str]:
    """Static paths of the style sheets (``dist/assets/…``); [] when nothing was built."""
    return [f"dist/{name}" for name in _entry(dist).get("css", [])]


def scripts(dist: Path = DIST) -> list[str]:
    """Static paths of the scripts; [] when nothing was built."""
    found = _entry(dist).get("file")
    return [f"dist/{found}"] if found else []


def style_text(dist: Path = DIST) -> str:
    """The style sheets' text without web fonts, so that a page can carry it and open offline.

    "" when nothing was built: the page is then plain, and complete.
    """
    text = "".join((dist.parent / path).read_text("utf-8") for path in styles(dist))
    return re.sub(r"@font-face\s*{[^}]*}", "", text)


def _entry(dist: Path) -> dict[str, list[str]]:
    return _manifest(dist / "manifest.json").get(ENTRY, {})


@lru_cache(maxsize=4)
def _manifest(file: Path) -> dict[str, dict[str, list[str]]]:
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}
