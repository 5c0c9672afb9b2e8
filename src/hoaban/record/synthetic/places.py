"""Villages of the demonstration: where they lie, how large, how remote, what is spoken.

Counts and totals are the published ones of the province folder; positions are drawn, on lower
and gentler ground first. Every figure that steers a draw stands in ``synthetic.yaml``, under
``places``. Draws belong to a village's code or to a square of ground.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hoaban.base.problems import Problem
from hoaban.base.reading import check_keys, read_yaml
from hoaban.record.province import Commune, Province
from hoaban.record.synthetic import columns, draws, terrain
from hoaban.record.synthetic.sites import Sites, choose
from hoaban.record.synthetic.terrain import Land
from hoaban.record.synthetic.ways import Ways, ways

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = NDArray[np.str_]

KEYS: dict[str, tuple[str, ...]] = {  # of `places`, and of the parts below it; () a bare value
    "grid_m": (),
    "villages": (),
    "households_min": (),
    "households_spread": (),
    "sites": ("steep", "hollow_m", "apart_m"),
    "remoteness": ("own_seat", "centre"),
    "special_difficulty": ("zone_III", "other"),
    "languages": ("unstated_share", "two_share", "leaning"),
    "without_grid_power": (),
    "without_mobile_4g": (),
    "network": (
        "national_km", "provincial_km", "loop_detour", "segment_m", "stream_squares",
        "river_squares", "second_ways", "second_detour", "path_share", "path_m_max",
        "unlike_share", "slope_scale", "susceptibility_spread", "without_road", "classes",
    ),
    "facilities": (
        "opened", "station", "satellite_point", "school_primary", "school_lower", "school_upper",
        "boarding", "market", "digital_point", "water_point",
    ),
    "closures": (
        "years", "storms", "storm_km", "storm_spread", "rate", "dry_rate", "surfaces",
        "undrained", "hours", "hours_spread", "passable_by",
    ),
}  # fmt: skip


class TooFewVillages(Problem):
    vi = "synthetic.yaml: {villages} bản không đủ cho {needed} xã cũ; hãy tăng số bản ({kind})."
    en = "synthetic.yaml: {villages} villages are too few for {needed} old communes ({kind}); add."


class TooFewHouseholds(Problem):
    vi = "Xã {commune}: {households} hộ không đủ cho {villages} bản, mỗi bản {least} hộ; sửa lại."
    en = "Commune {commune}: {households} households, {villages} villages of {least}; mend this."


@dataclass(frozen=True, slots=True)
class Places:
    """One item a village, by code. Units: degrees, metres, households."""

    code: Names
    commune: Names
    old_commune: Names
    path: Names  # area path, such as 11/03127/0042/
    square: Whole  # position in `ways`
    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    elevation_m: Floats
    households: Whole
    rural: Flags
    minority_area: Flags
    special_difficulty: Flags
    remoteness: Floats  # 0 nearest … 1 farthest, by rank
    languages: Names  # codes joined by ";", the main one first
    grid_power: Flags
    mobile_4g: Flags
    seat: Flags  # the village where the commune's seat stands
    ways: Ways
    remote: Floats  # the same for every square of `ways`
    seats: Mapping[str, int]  # commune -> square of its seat
    old_seats: Mapping[str, int]  # old commune without a seat today -> square of its old seat


def read_spec(folder: Path) -> dict[str, Any]:
    """The ``places`` part of a province's synthetic.yaml; missing and unknown keys refused."""
    file = folder / "synthetic.yaml"
    whole = read_yaml(file)
    check_keys(whole, required=("places",), optional=("people",), file=file.name, path="/")
    check(whole["places"])
    return dict(whole["places"])


def check(spec: Mapping[str, Any]) -> None:
    """Refuse missing and unknown keys of ``places`` and of its parts."""
    file = "synthetic.yaml"
    check_keys(spec, required=KEYS, file=file, path="places")
    for part, keys in KEYS.items():
        if keys:
            check_keys(spec[part], required=keys, file=file, path=f"places.{part}")


def household_counts(province: Province) -> dict[str, int]:
    """Households of each commune: the stated total of its kind, shared by census counts."""
    found: dict[str, int] = {}
    stated = {"phường": "households_wards", "xã": "households_communes"}
    for kind in sorted({commune.kind for commune in province.communes}):
        own = [commune for commune in province.communes if commune.kind == kind]
        weights = np.array([_census(province, commune) for commune in own])
        counts = share_out(province.total(stated[kind]), weights, np.zeros(len(own), np.int64))
        found |= {commune.code: int(n) for commune, n in zip(own, counts, strict=True)}
    return {commune.code: found[commune.code] for commune in province.communes}


def share_out(total: int, weights: Any, least: Any) -> Whole:
    """Whole numbers that sum to ``total``: ``least`` each, the rest by weight (largest
    remainder, ties to the first)."""
    weights = np.asarray(weights, dtype=np.float64)
    least = np.broadcast_to(np.asarray(least, dtype=np.int64), weights.shape)
    exact = (total - least.sum()) * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    short = total - int(least.sum()) - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:short]] += 1
    return np.asarray(whole + least, dtype=np.int64)


def build(
    province: Province,
    spec: Mapping[str, Any],
    seed: int,
    households_by_commune: Mapping[str, int],
    land: Land | None = None,
) -> Places:
    """All villages of a province. ``spec`` is what `read_spec` returns; ``land``
    what `terrain.land` returns, made here when not given."""
    check(spec)
    land = land or terrain.land(province, seed)
    ground = ways(land, tuple(c.code for c in province.communes), spec["grid_m"], seed)
    sites = choose(province, spec["sites"], seed, ground, _allot(province, spec))
    codes = np.array([f"{number:04d}" for number in range(1, len(sites.square) + 1)])
    homes = _households(
        province, spec, seed, counts=households_by_commune, sites=sites, codes=codes
    )
    remoteness = _remoteness(province, spec["remoteness"], ground, sites)
    remote = _rank(remoteness[sites.square])
    return Places(
        code=codes,
        households=homes,
        remoteness=remote,
        ways=ground,
        remote=remoteness,
        seats=sites.seats,
        old_seats=sites.old_seats,
        **_positions(ground, sites),
        **_standing(province, spec, seed, ground=ground, sites=sites, codes=codes, homes=homes,
                    remote=remote),
    )  # fmt: skip


def _positions(ground: Ways, sites: Sites) -> dict[str, Any]:
    """Where each village lies."""
    x, y = ground.x[sites.square], ground.y[sites.square]
    lon, lat = ground.lonlat(x, y)
    return {
        "commune": sites.commune,
        "old_commune": sites.old_commune,
        "square": sites.square,
        "lon": np.round(lon, 6),
        "lat": np.round(lat, 6),
        "x": x,
        "y": y,
        "elevation_m": ground.z[sites.square],
    }


def _standing(
    province: Province,
    spec: Mapping[str, Any],
    seed: int,
    *,
    ground: Ways,
    sites: Sites,
    codes: Names,
    homes: Whole,
    remote: Floats,
) -> dict[str, Any]:
    """What each village counts as, speaks and has."""
    known = {commune.code: commune for commune in province.communes}
    own = [known[code] for code in sites.commune.tolist()]
    rural = np.array([commune.rural for commune in own])
    minority = np.array([commune.kind != "phường" for commune in own])
    zone = np.array([commune.zone for commune in own])
    late = remote + 0.25 * draws.normal(seed, "village late", codes)
    height = ground.z[sites.square]
    spoken = _languages(
        province, spec["languages"], seed, codes=codes, homes=homes, rural=rural, height=height
    )
    return {
        "path": np.array(
            [f"{province.code}/{c.code}/{v}/" for c, v in zip(own, codes, strict=True)]
        ),
        "rural": rural,
        "minority_area": minority,
        "special_difficulty": _difficult(spec["special_difficulty"], zone, minority, remote),
        "languages": spoken,
        "grid_power": ~_last(late, homes, float(spec["without_grid_power"])),
        "mobile_4g": ~_last(late, np.ones(len(codes)), float(spec["without_mobile_4g"])),
        "seat": sites.square == np.array([sites.seats[commune.code] for commune in own]),
    }


def table(
    places: Places, nodes: NDArray[np.str_], people: Any, seed: int, province: Province
) -> pa.Table:
    """The list ``villages``. ``nodes`` and ``people``: one item a village."""
    named = ["Bản" if rural else "Tổ dân phố" for rural in places.rural]
    return columns.table(
        key=pa.array(places.code.tolist()),
        area=pa.array(places.path.tolist()),
        label=pa.array([f"{name} {code}" for name, code in zip(named, places.code, strict=True)]),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "lon": pa.array(places.lon),
            "lat": pa.array(places.lat),
            "households": pa.array(places.households),
            "people": pa.array(np.asarray(people, dtype=np.int64)),
            "languages": pa.array(places.languages.tolist()),
            "special_difficulty": pa.array(places.special_difficulty),
            "rural": pa.array(places.rural),
            "node": pa.array(nodes.tolist()),
            "old_commune": pa.array(places.old_commune.tolist()),
            "grid_power": pa.array(places.grid_power),
            "mobile_4g": pa.array(places.mobile_4g),
            "minority_area": pa.array(places.minority_area),
        },
    )


def _census(province: Province, commune: Commune) -> float:
    olds = [o for o in province.old_communes if o.new_code == commune.code]
    return sum(old.households_2019 * old.share for old in olds)


def _allot(province: Province, spec: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Villages of each (commune, old commune): at least one, the rest by census households."""
    found: dict[tuple[str, str], int] = {}
    for kind in sorted({commune.kind for commune in province.communes}):
        codes = {commune.code for commune in province.communes if commune.kind == kind}
        olds = [old for old in province.old_communes if old.new_code in codes]
        total = int(spec["villages"][kind])
        if total < len(olds):
            raise TooFewVillages(villages=total, needed=len(olds), kind=kind)
        weights = [old.households_2019 * old.share for old in olds]
        counts = share_out(total, weights, np.ones(len(olds), np.int64))
        pairs = [(old.new_code, old.old_code) for old in olds]
        found |= {pair: int(count) for pair, count in zip(pairs, counts, strict=True)}
    return found


def _households(
    province: Province,
    spec: Mapping[str, Any],
    seed: int,
    *,
    counts: Mapping[str, int],
    sites: Sites,
    codes: Names,
) -> Whole:
    """Households of each village: drawn round the share of its old commune."""
    census = {(o.new_code, o.old_code): o.households_2019 * o.share for o in province.old_communes}
    pairs = list(zip(sites.commune.tolist(), sites.old_commune.tolist(), strict=True))
    size = {pair: pairs.count(pair) for pair in set(pairs)}
    weight = np.array([census[pair] / size[pair] for pair in pairs])
    weight *= draws.lognormal(seed, "village size", codes, 1.0, spec["households_spread"])
    found, least = np.zeros(len(codes), np.int64), int(spec["households_min"])
    for commune in dict.fromkeys(sites.commune.tolist()):
        own = sites.commune == commune
        if counts[commune] < least * own.sum():
            raise TooFewHouseholds(
                commune=commune, households=counts[commune], villages=int(own.sum()), least=least
            )
        found[own] = share_out(counts[commune], weight[own], np.full(own.sum(), least))
    return found


def _remoteness(
    province: Province, shares: Mapping[str, float], ground: Ways, sites: Sites
) -> Floats:
    """Ranks of the way to the own seat and to the provincial centre, mixed; 0–1 a square."""
    own, _, _ = ground.spread(list(sites.seats.values()), within=True)
    far, _, _ = ground.spread([sites.seats[province.centre]])
    own = np.where(np.isfinite(own), own, own[np.isfinite(own)].max())
    return np.asarray(shares["own_seat"] * _rank(own) + shares["centre"] * _rank(far))


def _rank(values: Floats) -> Floats:
    """0 for the smallest … 1 for the largest."""
    places = np.empty(len(values))
    places[np.argsort(values, kind="stable")] = np.arange(len(values))
    return places / max(len(values) - 1, 1)


def _difficult(counts: Mapping[str, int], zone: Names, minority: Flags, remote: Floats) -> Flags:
    """The most remote villages of zone III and of the other zones, as many as are listed."""
    found = np.zeros(len(zone), dtype=bool)
    for third, count in ((True, counts["zone_III"]), (False, counts["other"])):
        able = np.flatnonzero(((zone == "III") == third) & minority)
        found[able[np.argsort(-remote[able], kind="stable")[: int(count)]]] = True
    return found


def _last(late: Floats, weight: Any, share: float) -> Flags:
    """The last villages to be reached, up to a share of the weight."""
    order = np.argsort(-late, kind="stable")
    run = np.cumsum(np.asarray(weight, dtype=np.float64)[order])
    found = np.zeros(len(late), dtype=bool)
    found[order] = run <= share * run[-1]
    return found


def _languages(
    province: Province,
    spec: Mapping[str, Any],
    seed: int,
    *,
    codes: Names,
    homes: Whole,
    rural: Flags,
    height: Floats,
) -> Names:
    """The languages of each village; over the province the shares of the main ones come out."""
    names = [language.code for language in province.languages]
    stated = [language.share for language in province.languages]
    share = np.array([spec["unstated_share"] if s is None else s for s in stated], np.float64)
    share /= share.sum()
    up = _rank(height)[:, None]
    even = {"urban": 1.0, "low": 1.0, "high": 1.0}
    lean = [{**even, **spec["leaning"].get(name, {})} for name in names]
    urban, low, high = (np.array([one[key] for one in lean]) for key in ("urban", "low", "high"))
    odds = np.where(rural[:, None], low * (1 - up) + high * up, urban)
    scale = share.copy()
    for _ in range(50):  # until households by main language have the stated shares
        chance = odds * scale / (odds * scale).sum(axis=1, keepdims=True)
        scale *= share / np.maximum(homes @ chance / homes.sum(), 1e-12)
    first = draws.choice(seed, "language", codes, chance)
    other = np.where(np.arange(len(names)) == first[:, None], 0.0, chance)
    second = draws.choice(seed, "second language", codes, other)
    two = draws.chance(seed, "two languages", codes, spec["two_share"]) & (second != first)
    return np.array(
        [
            names[a] + (f";{names[b]}" if t else "")
            for a, b, t in zip(first, second, two, strict=True)
        ]
    )
