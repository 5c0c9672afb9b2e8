"""What timed walks say about the model's minutes, and the speeds that would agree with them.

A factor is reported over modelled minutes. In Rwanda 664 women reported 1.49 times what a model of
this kind gave (95 % CI 1.40-1.57; PMC7266844), so a province should time its own. The median of
the logarithms is taken, for some reports are an hour out or a decimal point; it is drawn towards
1 by a wide prior, the more so the fewer and the more scattered the walks are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import stdtrit

from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.measure import network
from hoaban.measure.network import Flags, Floats, Ints, floats
from hoaban.measure.tables import Tables
from hoaban.record.roads import SEASONS, RoadRules

LEAST = 5  # walks: below, nothing is said
PRIOR_SPREAD = float(np.log(2))  # of the logarithm: before any walk, 95 % within a quarter and 4
_ROUNDING = 0.1  # least spread of a report: people tell quarters of an hour
_MAD, _MEDIAN = 1.4826, 1.2533  # of a normal: spread over MAD; error of the median over the mean's
_Z = 1.96
_SLOWEST = 0.1  # km/h; speeds are written to one decimal
_HEADER = (
    "# Sửa roads.yaml xong phải nhập hoặc nạp lại đường: tốc độ nằm trong từng đoạn đường đã lưu.",
    "# After roads.yaml is changed, import or load the roads again: each road keeps its speeds.",
)


class BadMinutes(Problem):
    vi = "Chuyến đi {walk}: {minutes} phút không dùng được; phải lớn hơn 0, hãy hỏi lại và sửa."
    en = "Timed walk {walk}: {minutes} minutes cannot be used; it must be above 0, ask and mend."


@dataclass(frozen=True, eq=False)
class Walks:
    """Timed walks, (n,) each: minutes told, minutes of the model (inf where it knows no way)."""

    reported: Floats
    modelled: Floats
    mode: npt.NDArray[np.str_]
    season: npt.NDArray[np.str_]
    loaded: Flags


@dataclass(frozen=True, slots=True)
class Factor:
    """Reported over modelled minutes of one mode and season, with its 95 % interval.

    ``walks`` stood behind it; ``left_out`` are those the model has no way for. With fewer than
    `LEAST` walks nothing is said: the factor is 1, and ``enough`` is False.
    """

    mode: str
    season: str
    loaded: bool
    walks: int
    left_out: int
    factor: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether there are walks enough to say anything."""
        return self.walks >= LEAST

    @property
    def clear(self) -> bool:
        """Whether they say that the model is off: 1 is outside of the interval."""
        return self.enough and not self.low <= 1 <= self.high

    def text(self) -> Text:
        """The factor in a sentence."""
        if not self.enough:
            return Text(
                f"{self.walks} chuyến đi là quá ít (cần ít nhất {LEAST}): chưa nói được gì.",
                f"{self.walks} timed walks are too few ({LEAST} are needed): nothing can be said.",
            )
        span = f"{self.factor:.2f} ({self.low:.2f}–{self.high:.2f})"
        return Text(
            f"Thời gian kể bằng {span.replace('.', ',')} lần mô hình, theo {self.walks} chuyến đi.",
            f"Reported times are {span} times the model's, over {self.walks} walks.",
        )


@dataclass(frozen=True, slots=True)
class Speed:
    """A speed in roads.yaml and the one that would agree with the timed walks, km/h."""

    mode: str
    surface: str
    season: str
    before: float
    after: float


def read(tables: Tables, at: date) -> Walks:
    """The timed walks of the register that hold on a day, beside the minutes of the network.

    The network is the one of that day as built, closures left out: a walk on a day with a road
    closed does not belong into a calibration. A snapshot from before the list has no walks.
    """
    if "timed_walks" not in tables:
        none, words = np.empty(0), np.empty(0, np.str_)
        return Walks(none, none, words, words, np.empty(0, bool))
    columns = ["from_village", "to_facility", "mode", "season", "minutes", "load"]
    table = tables.valid("timed_walks", at, columns)
    ground = network.lay(tables, at)
    places = _nodes(tables, ground, "villages", table["from_village"], at)
    goals = _nodes(tables, ground, "facilities", table["to_facility"], at)
    mode, season = (np.array(table[n].to_pylist(), np.str_) for n in ("mode", "season"))
    modelled = np.full(table.num_rows, np.inf)
    for kind, time in sorted(set(zip(mode.tolist(), season.tolist(), strict=True))):
        here = np.flatnonzero((mode == kind) & (season == time))
        origin, row = np.unique(places[here], return_inverse=True)
        goal, column = np.unique(goals[here], return_inverse=True)
        found = network.ways(tables, at, kind, time).matrix(goal, origin)
        modelled[here] = found[row, column]
    loaded = network.flags(table["load"], False)
    return Walks(floats(table["minutes"]), modelled, mode, season, loaded)


def _nodes(tables: Tables, ground: network.Ground, name: str, codes: pa.Array, at: date) -> Ints:
    """The road nodes of villages or facilities; -1 for one that is gone or has none."""
    known = tables.valid(name, at, ["id", "node"])
    place = pc.index_in(codes, value_set=known["id"].combine_chunks())
    return ground.numbers(known["node"].combine_chunks().take(place), name)


def fit(walks: Walks) -> list[Factor]:
    """A factor for each mode and season that somebody timed, those with a load apart.

    Raises `BadMinutes` for a report that is no time: 0, less, or nothing.
    """
    bad = np.flatnonzero(~(np.isfinite(walks.reported) & (walks.reported > 0)))
    if len(bad):
        raise BadMinutes(walk=int(bad[0]) + 1, minutes=walks.reported[bad[0]])
    kinds = (walks.mode.tolist(), walks.season.tolist(), walks.loaded.tolist())
    found = []
    for mode, season, loaded in sorted(set(zip(*kinds, strict=True))):
        here = (walks.mode == mode) & (walks.season == season) & (walks.loaded == loaded)
        told, modelled = walks.reported[here], walks.modelled[here]
        usable = np.isfinite(modelled) & (modelled > 0)
        count = int(usable.sum())
        span = factor(told[usable], modelled[usable])
        found.append(Factor(mode, season, loaded, count, len(told) - count, *span))
    return found


def factor(reported: Floats, modelled: Floats) -> tuple[float, float, float]:
    """Reported over modelled minutes and its 95 % interval, from (n,) pairs above 0.

    The median of n logarithms of ratios, its error from their median absolute deviation (with
    Student's t, for few walks tell little of their own spread), and a normal prior about 1 with
    `PRIOR_SPREAD`. Fewer than `LEAST` walks leave the prior as it is.
    """
    centre, precision = 0.0, PRIOR_SPREAD**-2
    if len(reported) >= LEAST:
        ratios = np.log(reported / modelled)
        middle = float(np.median(ratios))
        spread = max(_MAD * float(np.median(np.abs(ratios - middle))), _ROUNDING)
        small = float(stdtrit(len(ratios) - 1, 0.975)) / _Z
        error = small * _MEDIAN * spread / np.sqrt(len(ratios))
        centre = middle * error**-2 / (error**-2 + precision)
        precision += error**-2
    half = _Z / np.sqrt(precision)
    low, best, high = np.exp([centre - half, centre, centre + half]).tolist()
    return best, low, high


def speeds(rules: RoadRules, factors: Iterable[Factor]) -> list[Speed]:
    """The speeds that agree with the factors; none where they say too little to change anything.

    Walks with a load are left out: roads.yaml holds the speed of people who carry none. Where
    nobody passes (a speed of 0) nothing is said; no speed is under 0.1 km/h, for 0 would shut
    the road.
    """
    found = []
    for said in factors:
        if said.loaded or not said.clear:
            continue
        column = rules.modes[said.mode].speed_kmh[:, SEASONS.index(said.season)]
        for surface, before in zip(rules.surfaces, column.tolist(), strict=True):
            if before > 0:
                after = max(round(before / said.factor, 1), _SLOWEST)
                found.append(Speed(said.mode, surface, said.season, before, after))
    return found


def as_yaml(found: Sequence[Speed]) -> str:
    """The speeds as they stand in roads.yaml, to be put in the place of those there.

    Its first lines say that the register's roads keep the speeds they were loaded with.
    """
    rows = [*_HEADER, "modes:"] if found else []
    for mode in dict.fromkeys(speed.mode for speed in found):
        rows += [f"  {mode}:", "    speed_kmh:"]
        mine = [speed for speed in found if speed.mode == mode]
        for surface in dict.fromkeys(speed.surface for speed in mine):
            said = ", ".join(f"{s.season}: {s.after}" for s in mine if s.surface == surface)
            rows.append(f"      {surface}: {{{said}}}")
    return "\n".join(rows)
