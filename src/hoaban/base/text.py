"""Text in the languages of the house: Vietnamese first, English second, NFC always."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


def nfc(text: str) -> str:
    """The same text in Unicode normal form C, without surrounding space."""
    return unicodedata.normalize("NFC", text).strip()


@dataclass(frozen=True, slots=True)
class Text:
    """One label in Vietnamese and English. Both are required and never empty."""

    vi: str
    en: str

    @classmethod
    def read(cls, value: Mapping[str, str]) -> "Text":
        """From ``{vi: …, en: …}`` as packs and laws write it."""
        return cls(nfc(value["vi"]), nfc(value["en"]))

    def __str__(self) -> str:
        return self.vi
