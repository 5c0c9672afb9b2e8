"""The reason slip: one household under both standards, as a PDF that can also be listened to.

All words come in the sheet (`pages.verdicts.sheet`); the template arranges them. Fonts are those
of the installed package, nothing is fetched. The PDF keeps PDF/UA-1.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATE = Path(__file__).parent / "slip.typ"


def pdf(sheet: Mapping[str, Any]) -> bytes:
    """The slip as a tagged PDF of A4 pages."""
    return _made(sheet, "pdf", pdf_standards=["ua-1"])[0]


def pictures(sheet: Mapping[str, Any], *, ppi: float = 100) -> list[bytes]:
    """The slip as PNG, one a page: what a reader sees."""
    return _made(sheet, "png", ppi=ppi)


def file_name(key: str) -> str:
    """``phieu-H000123.pdf``: letters, digits and dashes only."""
    return f"phieu-{re.sub('[^0-9A-Za-z-]+', '-', key)}.pdf"


def _made(sheet: Mapping[str, Any], kind: Literal["pdf", "png"], **more: Any) -> list[bytes]:
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        format=kind,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
        **more,
    )
    return made if isinstance(made, list) else [made]


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The package's fonts and no others, so that every machine prints the same."""
    folder = str(files("fontpkg_be_vietnam_pro") / "files")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
