"""The gaps as one object for JSON, with what would tell on few households left out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hoaban.base import scope
from hoaban.measure.entitlement.conditions import Flags, Whole
from hoaban.measure.entitlement.gaps import (
    COLUMNS,
    METHOD,
    PERSONS,
    PURPOSE,
    Counted,
    Gaps,
    Group,
)
from hoaban.measure.figures import hidden, rolled_up

# The words of JSON for each benefit, where they differ from the columns'.
_WORDS = {"insurance": {"without": "without_card"}}
_ENTITLED, _WITHOUT = PERSONS.index("entitled"), PERSONS.index("without")
_HIDDEN_WITH = {"households": "without", "monthly_vnd": "without"}
_COUNTED_AS = {
    "vi": "Người thuộc cả hai chế độ trợ cấp hằng tháng chỉ tính thiếu ở mức cao hơn (bằng nhau: "
    "trợ cấp hưu trí xã hội); người đang hưởng một chế độ thì không tính là thiếu, dù mức đang "
    "hưởng có thể thấp hơn mức theo luật.",
    "en": "Who is entitled to both monthly benefits goes without the higher one alone (equal: the "
    "social pension); who receives one of them is not counted as a gap, even if it may be less "
    "than the law gives.",
}


def as_json(gaps: Gaps, top: str, *, least: int) -> dict[str, Any]:
    """Counts of the province (path ``top``) and its communes, ready for JSON.

    A count of fewer than ``least`` households is None, with what would give it away; households
    and money are withheld with the persons they belong to. ``not_counted`` says why a benefit is
    absent, ``counted_as`` what is counted as a gap.
    """
    communes = sorted({scope.commune_of(path) for path in gaps.villages})
    areas = [top, *communes]
    shown = {b: _shown(gaps, b, c, areas, least) for b, c in gaps.found.items()}
    return {
        "at": gaps.on.isoformat(),
        "purpose": PURPOSE,
        "source": "register",
        "origin": gaps.origin,
        "method": METHOD,
        "people": gaps.people,
        "expiring_days": gaps.expiring_days,
        "premium_vnd": gaps.premium_vnd,
        "not_counted": {b: {"vi": t.vi, "en": t.en} for b, t in gaps.not_counted.items()},
        "counted_as": dict(_COUNTED_AS),
        **{
            benefit: {
                **shown[benefit][top],
                "by_group": _by_group(benefit, counted.groups, shown[benefit][top], least),
                "not_checked": [
                    {**rule.as_json(), "needs": sorted(rule.needs)} for rule in counted.unchecked
                ],
            }
            for benefit, counted in gaps.found.items()
        },
        "communes": {path: {b: shown[b][path] for b in gaps.found} for path in communes},
    }


def _shown(
    gaps: Gaps, benefit: str, counted: Counted, areas: Sequence[str], least: int
) -> dict[str, dict[str, int | None]]:
    counts = rolled_up(gaps.villages, areas, counted.counts)
    homes = rolled_up(gaps.villages, areas, counted.homes)
    gone = {n: hidden(areas, homes[:, [k]], least) for k, n in enumerate(PERSONS)}
    gone["without"] |= hidden(areas, _served(homes[:, _ENTITLED], homes[:, _WITHOUT]), least)
    found: dict[str, dict[str, int | None]] = {}
    for i, path in enumerate(areas):
        row = dict(zip(COLUMNS, counts[i].tolist(), strict=True))
        shown = {
            _word(benefit, name): None if gone[_HIDDEN_WITH.get(name, name)][i] else row[name]
            for name in COLUMNS[1:]
            if benefit == "insurance" or name != "expiring"
        }
        if not counted.priced:
            shown["monthly_vnd"] = None
        found[path] = shown
    return found


def _served(entitled: Whole, without: Whole) -> Whole:
    """(areas, 2) households with somebody who goes without, and those that are served in full.

    Both shown, their difference would tell on the second.
    """
    return np.stack([without, np.maximum(entitled - without, 0)], axis=1)


def _by_group(
    benefit: str, groups: Sequence[Group], total: dict[str, int | None], least: int
) -> dict[str, Any]:
    """Persons by first group; a group is withheld as an area would be."""
    without = _word(benefit, "without")
    homes = [[g.entitled_households, g.without_households] for g in groups]
    gone = _withheld(np.array(homes, np.int64).reshape(-1, 2), least)
    gone |= [total["entitled"] is None, total[without] is None]
    return {
        group.rule.code: {
            "entitled": None if gone[i, 0] else group.entitled,
            without: None if gone[i, 1] else group.without,
            **{k: v for k, v in group.rule.as_json().items() if k != "code"},
        }
        for i, group in enumerate(groups)
    }


def _withheld(homes: Whole, least: int) -> Flags:
    """(groups, 2) which counts (entitled, without) are withheld: as children of one area."""
    paths = ["0/", *(f"0/{i}/" for i in range(len(homes)))]
    cells = np.vstack([homes.sum(axis=0, keepdims=True), homes])
    entitled, without = (hidden(paths, cells[:, [k]], least)[1:] for k in range(2))
    without |= hidden(paths, _served(cells[:, 0], cells[:, 1]), least)[1:]
    return np.stack([entitled, without], axis=1)


def _word(benefit: str, name: str) -> str:
    return _WORDS.get(benefit, {}).get(name, name)
