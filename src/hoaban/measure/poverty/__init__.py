"""T1: poverty under every national standard, and as it is.

The rule itself comes with the package; what counts over tables is read when it is first asked
for, so that a page about one household need not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hoaban.measure.poverty.classes import (
    AVERAGE,
    CANNOT,
    CLASSES,
    NEAR_POOR,
    NOT_POOR,
    POOR,
    Answers,
    Judged,
    judge,
)
from hoaban.measure.poverty.standards import (
    NoStandard,
    NoSuchStandard,
    Standard,
    in_force,
    named,
    standards,
)
from hoaban.record.answers import ANSWERS

if TYPE_CHECKING:
    from hoaban.measure.poverty.cells import rounds
    from hoaban.measure.poverty.counts import by_village, share
    from hoaban.measure.poverty.estimates import estimate
    from hoaban.measure.poverty.headline import target
    from hoaban.measure.poverty.movement import paper_exits, transitions

__all__ = [
    "ANSWERS",
    "AVERAGE",
    "CANNOT",
    "CLASSES",
    "NEAR_POOR",
    "NOT_POOR",
    "POOR",
    "Answers",
    "Judged",
    "NoStandard",
    "NoSuchStandard",
    "Standard",
    "by_village",
    "estimate",
    "in_force",
    "judge",
    "named",
    "paper_exits",
    "rounds",
    "share",
    "standards",
    "target",
    "transitions",
]
_LATER = {
    "by_village": "counts",
    "estimate": "estimates",
    "paper_exits": "movement",
    "rounds": "cells",
    "share": "counts",
    "target": "headline",
    "transitions": "movement",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
