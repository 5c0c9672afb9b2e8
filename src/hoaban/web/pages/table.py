"""A table as a page shows it: named columns, named lines, and what sorts them."""

from dataclasses import dataclass, field

from hoaban.base.text import Text
from hoaban.web.pages.communes import Cell


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name (a Text or plain), an address for it or "", and a cell a column."""

    name: Text | str
    cells: list[Cell]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` names the lines, ``columns`` the cells. With an ``ident`` it can be sorted."""

    label: Text
    head: Text
    columns: list[Text]
    lines: list[Line] = field(default_factory=list)
    ident: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines)


def plain(text: str) -> Cell:
    """A cell that nothing sorts."""
    return Cell(text, "")
