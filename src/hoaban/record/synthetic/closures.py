"""A history of closed roads: storms strike neighbouring roads together, the dry season seldom.

A storm has a day, a place and a strength; a road near it closes the likelier the longer, steeper,
softer and less drained it is. Draws belong to a road and a year (and a storm of that year).
Nothing about lengths of closures is published; the medians and their wide spread are assumed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.network import Network

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Names = NDArray[np.str_]

KINDS = ("landslide", "flood", "bridge", "works")
HEAVIEST = ("none", "foot", "motorbike", "car")
_HOUR = 3_600_000_000  # microseconds
_DAY = 24 * _HOUR


def build(
    network: Network, province: Province, spec: Mapping[str, Any], seed: int, at: date
) -> pa.Table:
    """The list ``closures`` of the years up to the day ``at`` (excluded), in order of time.

    ``spec`` is what `places.read_spec` returns. Those not yet cleared on that day have no end.
    No two closures of one road overlap.
    """
    rules = spec["closures"]
    until = _micros(at)
    first = until - round(365.25 * int(rules["years"])) * _DAY
    roads = {name: _numpy(network.roads[name]) for name in _NEEDED}
    rows = [
        _strikes(network, province, rules, seed, roads=roads, year=year)
        for year in range(at.year - int(rules["years"]), at.year + 1)
    ]
    road, start, stormy = (np.concatenate(column) for column in zip(*rows, strict=True))
    kept = (start >= first) & (start < until)
    road, start, stormy = road[kept], start[kept], stormy[kept]
    key = (network.road_draw[road], start // _DAY)
    kind = _kind(roads, road, stormy, draws.uniform(seed, "closure kind", key))
    hours = np.array([float(rules["hours"][name]) for name in roads["class"][road]])
    hours = np.clip(draws.lognormal(seed, "closure", key, hours, rules["hours_spread"]), 1, 2400)
    end = start + np.round(hours * 4).astype(np.int64) * (_HOUR // 4)
    odds = np.array([rules["passable_by"][name] for name in KINDS], dtype=np.float64)
    heaviest = draws.choice(seed, "passable by", key, odds[kind])
    apart = _apart(road, start, end)
    order = apart[np.lexsort((road[apart], start[apart]))]
    return _table(network, province, seed, road=road[order], start=start[order], end=end[order],
                  kind=kind[order], heaviest=heaviest[order], until=until)  # fmt: skip


_NEEDED = ("class", "surface", "drain", "length_m", "susceptibility", "bridge", "ford")


def _strikes(
    network: Network,
    province: Province,
    rules: Mapping[str, Any],
    seed: int,
    *,
    roads: Mapping[str, NDArray[Any]],
    year: int,
) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """Roads closed in a year, when, and whether a storm did it."""
    km = roads["length_m"] / 1000
    soft = np.array([float(rules["surfaces"][name]) for name in roads["surface"]])
    weak = km * roads["susceptibility"] * soft * np.where(roads["drain"], 1.0, rules["undrained"])
    when, strength, x, y = _storms(network, province, rules, seed, year)
    number = np.arange(len(when))
    near = np.exp(
        -((network.road_x[:, None] - x) ** 2 + (network.road_y[:, None] - y) ** 2)
        / (2 * (1000 * float(rules["storm_km"])) ** 2)
    )
    key = (network.road_draw[:, None], year, number[None, :])
    likely = 1 - np.exp(-rules["rate"] * weak[:, None] * strength * near)
    road, storm = np.nonzero(draws.chance(seed, "storm closes", key, likely))
    after = 12 * draws.uniform(seed, "hours after", (network.road_draw[road], year, storm))
    quiet = np.flatnonzero(
        draws.chance(
            seed, "dry closes", (network.road_draw, year), 1 - np.exp(-rules["dry_rate"] * km)
        )
    )
    day = 365 * draws.uniform(seed, "dry day", (network.road_draw[quiet], year))
    start = np.r_[when[storm] + _quarter(after), _micros(date(year, 1, 1)) + _quarter(24 * day)]
    return np.r_[road, quiet], start, np.r_[np.ones(len(road), bool), np.zeros(len(quiet), bool)]


def _storms(
    network: Network, province: Province, rules: Mapping[str, Any], seed: int, year: int
) -> tuple[Whole, Floats, Floats, Floats]:
    """When (microseconds), how strong, and where the storms of a wet season are."""
    number = np.arange(int(rules["storms"]))
    days = np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    wet = days[np.isin(months, province.wet_months)]
    day = wet[draws.integers(seed, "storm day", (year, number), 0, len(wet))]
    hour = 24 * draws.uniform(seed, "storm hour", (year, number))
    strength = draws.lognormal(seed, "storm", (year, number), 1.0, rules["storm_spread"])
    places = []
    for name, at in (("storm east", network.road_x), ("storm north", network.road_y)):
        low, high = float(at.min()), float(at.max())
        places.append(low + (high - low) * draws.uniform(seed, name, (year, number)))
    when = day.astype("datetime64[us]").astype(np.int64) + _quarter(hour)
    return when, strength, places[0], places[1]


def _kind(
    roads: Mapping[str, NDArray[Any]], road: Whole, stormy: NDArray[np.bool_], lot: Floats
) -> Whole:
    """Landslides; floods at fords; now and then a bridge; works only in the quiet time."""
    kind = np.zeros(len(road), dtype=np.int64)
    kind[roads["ford"][road] & (lot < 0.6)] = 1
    kind[roads["bridge"][road] & (lot < 0.15)] = 2
    kind[~stormy & (lot > 0.5)] = 3
    return kind


def _apart(road: Whole, start: Whole, end: Whole) -> Whole:
    """The closures of each road that begin after the one before has ended."""
    kept: list[int] = []
    free: dict[int, int] = {}
    for place in np.lexsort((start, road)).tolist():
        if start[place] >= free.get(road[place], -1):
            kept.append(place)
            free[road[place]] = end[place] + _HOUR
    return np.array(kept, dtype=np.int64)


def _table(
    network: Network,
    province: Province,
    seed: int,
    *,
    road: Whole,
    start: Whole,
    end: Whole,
    kind: Whole,
    heaviest: Whole,
    until: int,
) -> pa.Table:
    instant = pa.timestamp("us", tz="UTC")
    found = columns.table(
        key=pa.array([f"C{number:05d}" for number in range(1, len(road) + 1)], pa.string()),
        area=network.roads["area"].combine_chunks().take(pa.array(road)),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "road": network.roads["key"].combine_chunks().take(pa.array(road)),
            "started_at": pa.array(start).cast(instant),
            "ended_at": pa.array(end, mask=end > until).cast(instant),
            "kind": columns.taken(KINDS, kind),
            "passable_by": columns.taken(HEAVIEST, heaviest),
        },
    )
    days = pa.array((start // _DAY).astype("datetime64[D]"))
    return found.set_column(found.column_names.index("valid_from"), "valid_from", days)


def _numpy(column: Any) -> NDArray[Any]:
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _micros(day: date) -> int:
    return int(np.datetime64(day, "us").astype(np.int64))


def _quarter(hours: Floats) -> Whole:
    """Microseconds, to a quarter of an hour."""
    return np.round(hours * 4).astype(np.int64) * (_HOUR // 4)
