"""A table with a line for each commune: figures in words, and the numbers that sort them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoaban.web import figures
from hoaban.web.pages import facts

NONE = "-1"  # what sorts a cell without a figure


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in words, with the number that sorts it (`NONE` without one)."""

    text: str
    sort: str

    @property
    def known(self) -> bool:
        """Whether there is a figure."""
        return self.sort != NONE


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune's line."""

    code: str
    name: str
    cells: list[Cell]


def lines(
    areas: Iterable[Any],
    found: Mapping[str, Mapping[str, Mapping[str, Any]]],
    names: Iterable[str],
) -> list[Commune]:
    """A line for each commune, in the order given; ``found`` by area path, then indicator.

    ``names``: the indicators, a column each.
    """
    columns = list(names)
    return [
        Commune(
            area.code,
            area.name,
            [cell(found.get(area.path, {}).get(name)) for name in columns],
        )
        for area in areas
    ]


def cell(row: Mapping[str, Any] | None) -> Cell:
    """A figure (``value, low, high, unit``) in words, with its range when it has one."""
    if row is None or row["value"] is None:
        return Cell(facts.UNKNOWN, NONE)
    value = float(row["value"])
    if row["unit"] == "share":
        return Cell(figures.share(value, 1), f"{value:.4f}")
    return Cell(facts.ranged(value, row["low"], row["high"]), f"{value:.4f}")
