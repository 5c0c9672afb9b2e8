"""What of a plan may be shown to everybody: no cell of few households, no border village.

Pure. Points and passability inside border communes are published at commune level only until
the province clears them, so a work there loses its village and the reason that names it. A
work whose reason counts fewer households than the province's least number, or any number of
them in a village with a suppressed figure, loses both too: the cost beside the village, so
much a household, would tell the number again. Those who answer for
an area see its works whole.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from hoaban.base import scope
from hoaban.base.text import Text
from hoaban.web.figures import Row

LEAST = 10  # households; the province's `suppress.households_min` takes its place when known
BORDER = Text(
    "Xã biên giới: chi tiết cấp bản chưa công khai.",
    "A border commune: nothing below the commune is published yet.",
)
FEW = Text(
    "Số hộ ít nên không công khai bản và lý do.",
    "Too few households for the village and the reason to be published.",
)
_HOUSEHOLDS = re.compile(r"(?<![\d.,])(\d+)\s+(?:hộ|households?)\b")


def rows(
    found: Iterable[Row],
    *,
    border: Collection[str],
    hidden: Collection[str] = (),
    least: int = LEAST,
    own: str = "",
) -> list[Row]:
    """The rows as everybody may see them, in their order.

    ``border``: paths of border communes. ``hidden``: paths of villages that have a suppressed
    figure, where a count of households beside the village's total would tell it. ``own``: the
    path below which the reader may see everything; "" for a stranger.
    """
    return [
        row if own and scope.inside(_place(row), own) else _row(row, border, hidden, least)
        for row in found
    ]


def _place(row: Row) -> str:
    return row.village or row.commune


def _row(row: Row, border: Collection[str], hidden: Collection[str], least: int) -> Row:
    if row.village and row.commune in border:
        return replace(row, village="", village_name="", why=BORDER)
    counts = _HOUSEHOLDS.findall(row.why.vi + " " + row.why.en)
    if counts and (row.village in hidden or any(int(count) < least for count in counts)):
        return replace(row, village="", village_name="", why=FEW)
    return row
