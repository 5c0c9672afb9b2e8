"""What binds a village, and which chosen works of the plan would free it.

What binds is the measure's word (`hoaban.measure.bindings`); this says which programmes can
help with each kind of binding and looks them up among the plan's works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures, words

# Binding code -> the packs whose works can free it, the likeliest first.
HELP: dict[str, tuple[str, ...]] = {
    "isolated_foot": ("roads",),
    "isolated_motorbike": ("roads",),
    "isolated_car": ("roads",),
    "cut_off_days": ("roads", "road_closure"),
    "health_far": ("health_station", "outreach", "roads"),
    "school_primary_far": ("school", "roads"),
    "school_lower_far": ("school", "roads"),
    "school_upper_far": ("school", "roads"),
    "water_not_hygienic": ("water",),
    "water_not_standard": ("water",),
    "poverty": ("livelihood", "housing"),
    "no_speaker": ("staff_training",),
    "staff_untrained": ("staff_training",),
    "procedures_few": ("procedures", "telecom"),
    "no_power": ("power",),
    "no_4g": ("telecom",),
}
# Said instead of the households themselves where those are too few to be told.
POVERTY_HIDDEN = Text(
    "Tỷ lệ hộ nghèo cao hơn mục tiêu (số hộ ít nên ẩn).",
    "The poor rate is above the target (too few households to tell).",
)


@dataclass(frozen=True, slots=True)
class Binding:
    """One thing that holds a village back. ``offers`` names the programmes that could free it."""

    what: Text
    target: str
    shortfall: str
    chosen: list[figures.Row]
    offers: str


def of_village(
    binds: Sequence[Mapping[str, Any]],
    works: Sequence[figures.Row],
    path: str,
    *,
    poverty_hidden: bool,
) -> list[Binding]:
    """What binds a village, hardest first, each with the works chosen for it.

    ``works`` are the plan's works in the commune; one counts for a binding when its pack can
    free it and it stands in the village, or in the commune without naming a village.
    """
    here = [row for row in works if row.village in ("", path)]
    return [_binding(item, here, poverty_hidden) for item in binds]


def _binding(item: Mapping[str, Any], here: Sequence[figures.Row], poverty_hidden: bool) -> Binding:
    code, lack = str(item["code"]), float(item["shortfall"])
    packs = HELP.get(code, ())
    hidden = code == "poverty" and poverty_hidden
    return Binding(
        what=POVERTY_HIDDEN if hidden else Text(str(item["vi"]), str(item["en"])),
        target=str(item.get("target") or ""),
        shortfall="" if hidden or lack >= 1 else f"{number(100 * lack)}\u00a0%",
        chosen=[row for row in here if row.pack_id in packs],
        offers=", ".join(_small(words.label(words.PACKS, pack).vi) for pack in packs),
    )


def _small(label: str) -> str:
    """A label inside a sentence: its first letter small."""
    return label[:1].lower() + label[1:]
