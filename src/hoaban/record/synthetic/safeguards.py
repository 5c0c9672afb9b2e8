"""What is on record of the safeguards of works under way: land, consultation, grievances, hazard.

Assumed shares; an empty cell means that nothing is on record.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.draws import Whole
from hoaban.record.synthetic.households import Homes

LAND = ("not_needed", "given", "pending")
GRIEVANCE = ("village_head", "commune_office", "community_board", "hotline")
HAZARD = ("none", "landslide", "flood", "flash_flood", "erosion")
_EPOCH = date(1970, 1, 1)
_OFFICIAL = "vi"  # the language of a meeting that was not held in the village's own


def columns_of(
    seed: int, spec: Mapping[str, Any] | None, homes: Homes, village: Any, begun: Whole
) -> dict[str, Any]:
    """The five safeguard columns of the list ``works``, a row for each code in ``village``.

    ``spec`` is the section ``safeguards``: shares of ``consulted`` and ``in_language``, odds of
    ``land``, ``grievance`` and ``hazard``, whose rest to 1 is an empty cell; without it nothing
    is on record. ``begun`` (works,) the year in which each began: people were asked before it.
    Draws are keyed by the place of the work.
    """
    codes = village.to_pylist()
    number = np.arange(len(codes))
    from_day = (begun - _EPOCH.year).astype("datetime64[Y]").astype("datetime64[D]")
    before = (from_day - np.datetime64(_EPOCH, "D")).astype(np.int64)
    if spec is None:
        names = ("land_given", "consultation_language", "grievance_channel", "hazard")
        empty = {name: columns.same(None, len(codes)) for name in names}
        return empty | {"consultation_held_on": columns.days(_EPOCH, number, number >= 0)}
    held = draws.chance(seed, "work.consulted", number, spec["consulted"])
    own = draws.chance(seed, "work.in_language", number, spec["in_language"])
    first = {code: spoken[0] for code, spoken in zip(homes.code, homes.languages, strict=True)}
    spoken = [
        first.get(code or "", _OFFICIAL) if yes else _OFFICIAL
        for code, yes in zip(codes, own.tolist(), strict=True)
    ]
    ago = draws.integers(seed, "work.consulted_on", number, 30, 300)
    return {
        "land_given": columns.taken(LAND, _drawn(seed, "work.land", number, spec["land"])),
        "consultation_held_on": columns.days(_EPOCH, before - ago, ~held),
        "consultation_language": columns.taken(spoken, np.where(held, number, -1)),
        "grievance_channel": columns.taken(
            GRIEVANCE, _drawn(seed, "work.grievance", number, spec["grievance"])
        ),
        "hazard": columns.taken(HAZARD, _drawn(seed, "work.hazard", number, spec["hazard"])),
    }


def _drawn(seed: int, name: str, number: Whole, odds: list[float]) -> Whole:
    """The place of one option for each number; -1 for the rest of the odds to 1."""
    found = draws.choice(seed, name, number, [*odds, max(0.0, 1 - sum(odds))])
    return np.where(found < len(odds), found, -1).astype(np.int64)
