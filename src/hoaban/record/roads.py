"""What may use a road and how fast: one rule for the register, imports and effects of works.

A mode passes a segment when the road is wide enough, not too steep for its surface, drains
and season, and any ford can be crossed. What carries a car carries a motorbike, and what
carries a motorbike carries people on foot, whatever the numbers in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, nearest, read_yaml

MODES = ("foot", "motorbike", "car")  # from the lightest to the heaviest
SEASONS = ("dry", "wet")
PASSABLE = tuple(f"passable_{mode}_{season}" for mode in MODES for season in SEASONS)
SPEEDS = tuple(f"speed_{mode}_{season}_kmh" for mode in MODES for season in SEASONS)


class UnknownSurface(Problem):
    vi = "Không có loại mặt đường “{surface}”; gần nhất là “{nearest}”. Hãy sửa lại."
    en = "There is no road surface “{surface}”; the nearest is “{nearest}”. Mend it."


class BadRule(Problem):
    vi = "Tệp {file}, mục {path}: “{value}” không hợp lệ; cần {needed}."
    en = "File {file}, at {path}: “{value}” does not fit; it must be {needed_en}."


@dataclass(frozen=True, slots=True)
class ModeRule:
    """What one mode needs. Arrays run over surfaces x seasons (dry, wet)."""

    speed_kmh: NDArray[np.float64]
    gradient_max: NDArray[np.float64]  # surfaces x seasons x (without drains, with drains)
    slowing: float
    width_m_min: float
    ford: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class RoadRules:
    """The province's roads.yaml: surfaces, and for each mode its speeds and limits."""

    surfaces: tuple[str, ...]
    modes: Mapping[str, ModeRule]

    @classmethod
    def read(cls, file: Path) -> "RoadRules":
        """From a roads.yaml. Unknown keys and numbers below 0 are problems that name the place."""
        given = read_yaml(file)
        check_keys(given, required=("surfaces", "modes"), file=file.name, path="/")
        check_keys(given["modes"], required=MODES, file=file.name, path="modes")
        surfaces = tuple(given["surfaces"])
        rules = {mode: _mode(given["modes"][mode], surfaces, file.name, mode) for mode in MODES}
        return cls(surfaces, rules)

    def surface_index(self, surface: ArrayLike) -> NDArray[np.int64]:
        """The position of each surface name in `surfaces`. Raises `UnknownSurface`."""
        names = np.atleast_1d(np.asarray(surface).astype(str))
        found = np.full(names.shape, -1, dtype=np.int64)
        for place, name in enumerate(self.surfaces):
            found[names == name] = place
        if (found < 0).any():
            strange = str(names[found < 0][0])
            raise UnknownSurface(surface=strange, nearest=nearest(strange, self.surfaces))
        return found


def passability(  # noqa: PLR0917 - the order of the segment's columns
    rules: RoadRules,
    surface: ArrayLike,
    drain: ArrayLike,
    ford: ArrayLike,
    bridge: ArrayLike,
    width_m: ArrayLike,
    gradient: ArrayLike,
) -> dict[str, NDArray[Any]]:
    """Twelve columns, one item a segment: `passable_{mode}_{season}` (bool) and
    `speed_{mode}_{season}_kmh` (float, NaN where the mode cannot pass).

    ``surface`` is text, ``drain``, ``ford`` and ``bridge`` are flags, ``width_m`` metres and
    ``gradient`` the rise over the length (its sign does not matter). A ford under a bridge is
    no ford. Every argument is an array of equal length or a single value for all.
    """
    kind = rules.surface_index(surface)
    kind, drained, wades, wide, steep = np.broadcast_arrays(
        kind,
        np.asarray(drain, dtype=bool).astype(np.int64),
        np.asarray(ford, dtype=bool) & ~np.asarray(bridge, dtype=bool),
        np.asarray(width_m, dtype=np.float64),
        np.abs(np.asarray(gradient, dtype=np.float64)),
    )
    columns: dict[str, NDArray[Any]] = {}
    for place, season in enumerate(SEASONS):
        lighter = np.ones(kind.shape, dtype=bool)
        for mode in MODES:
            rule = rules.modes[mode]
            passes = lighter & (wide >= rule.width_m_min)
            passes &= steep <= rule.gradient_max[kind, place, drained]
            if not rule.ford[place]:
                passes &= ~wades
            speed = rule.speed_kmh[kind, place] * np.exp(-rule.slowing * steep)
            columns[f"passable_{mode}_{season}"] = passes
            columns[f"speed_{mode}_{season}_kmh"] = np.where(passes, np.round(speed, 2), np.nan)
            lighter = passes
    return {name: columns[name] for name in (*PASSABLE, *SPEEDS)}


def _mode(given: Mapping[str, Any], surfaces: tuple[str, ...], file: str, mode: str) -> ModeRule:
    path = f"modes.{mode}"
    keys = ("speed_kmh", "slowing", "width_m_min", "ford", "gradient_max")
    check_keys(given, required=keys, file=file, path=path)
    check_keys(given["ford"], required=SEASONS, file=file, path=f"{path}.ford")
    for key in ("speed_kmh", "gradient_max"):
        check_keys(given[key], required=surfaces, file=file, path=f"{path}.{key}")
    speeds, limits = (
        [
            [_number(given[key][s][season], file, f"{path}.{key}.{s}", size) for season in SEASONS]
            for s in surfaces
        ]
        for key, size in (("speed_kmh", 1), ("gradient_max", 2))
    )
    return ModeRule(
        speed_kmh=np.array(speeds, dtype=np.float64),
        gradient_max=np.array(limits, dtype=np.float64),
        slowing=_number(given["slowing"], file, f"{path}.slowing"),
        width_m_min=_number(given["width_m_min"], file, f"{path}.width_m_min"),
        ford=(bool(given["ford"]["dry"]), bool(given["ford"]["wet"])),
    )


def _number(value: Any, file: str, path: str, size: int = 1) -> Any:
    """The number, or the list of `size` numbers, none below 0."""
    items = value if isinstance(value, list) else [value]
    good = all(isinstance(i, int | float) and not isinstance(i, bool) and i >= 0 for i in items)
    if len(items) != size or not good:
        needed = "số không âm" if size == 1 else f"{size} số không âm"
        needed_en = "a number of 0 or more" if size == 1 else f"{size} numbers of 0 or more"
        raise BadRule(file=file, path=path, value=value, needed=needed, needed_en=needed_en)
    return value
