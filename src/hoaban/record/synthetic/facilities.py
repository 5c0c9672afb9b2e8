"""Seats, stations, schools, markets, water and digital points, each at a node of the network.

One seat and one station a commune; an old seat and a satellite point at every old commune
without a seat today. The rest follows shares in ``synthetic.yaml``: nearer places first, with
chance. Draws belong to the square of ground and the kind.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.network import Network
from hoaban.record.synthetic.places import Places

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

NAMES = {
    "seat": "Trụ sở",
    "old_seat": "Trụ sở cũ",
    "station": "Trạm y tế",
    "satellite_point": "Điểm trạm y tế",
    "school_primary": "Trường tiểu học",
    "school_lower": "Trường trung học cơ sở",
    "school_upper": "Trường trung học phổ thông",
    "boarding": "Nhà bán trú",
    "market": "Chợ",
    "digital_point": "Điểm hỗ trợ số",
    "water_point": "Công trình nước",
}
_VILLAGE_SCHOOL = "Điểm trường"


class _Rows:
    """Facilities as they are listed: kind by kind, place by place."""

    def __init__(self, places: Places, province: Province, seed: int) -> None:
        self.places, self.province, self.seed = places, province, seed
        self.kind: list[str] = []
        self.square: list[int] = []
        self.path: list[str] = []
        self.label: list[str] = []
        self.parts: list[tuple[Floats, Flags, Flags]] = []  # capacity, standard, functioning

    def add(
        self,
        kind: str,
        squares: Sequence[int] | Whole,
        names: Sequence[tuple[str, str]],
        *,
        capacity: Floats | float = np.nan,
        standard: float = 1.0,
        functioning: float = 1.0,
        called: str = "",
    ) -> None:
        """Facilities of one kind. ``names``: (area path, name of the place) each; shares meet
        the standard and function, the nearest first with chance; capacity NaN: none stated."""
        at = np.asarray(squares, dtype=np.int64)
        ground = self.places.ways.key[at]
        lot = draws.normal(self.seed, f"{kind} standard", ground)
        rank = np.argsort(np.argsort(self.places.remote[at] + 0.3 * lot, kind="stable"))
        works = rank < round(functioning * len(at))
        size = draws.lognormal(self.seed, f"{kind} size", ground, capacity, 0.25)
        self.parts.append((np.round(size), rank < round(standard * len(at)), works))
        self.kind += [kind] * len(at)
        self.square += at.tolist()
        self.path += [path for path, _ in names]
        self.label += [f"{called or NAMES[kind]} {name}" for _, name in names]


def build(
    places: Places, network: Network, province: Province, spec: Mapping[str, Any], seed: int
) -> pa.Table:
    """The list ``facilities``. ``spec`` is what `places.read_spec` returns."""
    rules, rows = spec["facilities"], _Rows(places, province, seed)
    seats, olds = _seats(places, province), _old_seats(places, province)
    _offices(rows, rules, seats, olds)
    _schools(rows, rules, seats, olds)
    _in_villages(rows, rules, seats, olds)
    return _table(rows, network, rules)


Sites = tuple[list[int], list[tuple[str, str]]]  # squares; area path and name


def _seats(places: Places, province: Province) -> Sites:
    names = [(f"{province.code}/{c.code}/", c.name) for c in province.communes]
    return [places.seats[c.code] for c in province.communes], names


def _old_seats(places: Places, province: Province) -> Sites:
    names = {old.old_code: old.name for old in province.old_communes}
    codes = places.ways.codes
    squares = list(places.old_seats.values())
    found = [
        (f"{province.code}/{codes[int(places.ways.commune[square])]}/", names[old])
        for old, square in places.old_seats.items()
    ]
    return squares, found


def _some(rows: _Rows, kind: str, site: Sites, share: float) -> Sites:
    """A share of the sites, the nearest first with chance."""
    at = np.array(site[0], dtype=np.int64)
    lot = draws.normal(rows.seed, f"{kind} where", rows.places.ways.key[at])
    late = np.argsort(rows.places.remote[at] + 0.3 * lot, kind="stable")
    own = np.sort(late[: round(share * len(at))]).tolist()
    return [site[0][i] for i in own], [site[1][i] for i in own]


def _offices(rows: _Rows, rules: Mapping[str, Any], seats: Sites, olds: Sites) -> None:
    rows.add("seat", *seats)
    rows.add("old_seat", *olds)
    rows.add("station", *seats, **_of(rules["station"]))
    rows.add("satellite_point", *olds, **_of(rules["satellite_point"]))
    for site, share in ((seats, "seats"), (olds, "old_seats")):
        rows.add("market", *_some(rows, "market", site, float(rules["market"][share])))
        rows.add("digital_point", *site)


def _schools(rows: _Rows, rules: Mapping[str, Any], seats: Sites, olds: Sites) -> None:
    primary, lower, upper = (rules[f"school_{level}"] for level in ("primary", "lower", "upper"))
    for site in (seats, olds):
        rows.add("school_primary", *site, **_of(primary))
    second = _some(rows, "school_lower", olds, float(lower["old_seats"]))
    for site in (seats, second):
        rows.add("school_lower", *site, **_of(lower))
    rows.add("school_upper", *_some(rows, "school_upper", seats, upper["seats"]), **_of(upper))
    zone = {commune.code: commune.zone for commune in rows.province.communes}
    hard = [
        (square, name)
        for square, name in zip(seats[0] + second[0], seats[1] + second[1], strict=True)
        if zone[name[0].split("/")[1]] == "III"
    ]
    site = [square for square, _ in hard], [name for _, name in hard]
    boarding = rules["boarding"]
    rows.add("boarding", *_some(rows, "boarding", site, boarding["lower"]), **_of(boarding))


def _in_villages(rows: _Rows, rules: Mapping[str, Any], seats: Sites, olds: Sites) -> None:
    """Points in villages: small schools and help points away from seats, water schemes."""
    places = rows.places
    homes = dict(zip(places.square.tolist(), places.households.tolist(), strict=True))
    named = [(path, f"Bản {code}") for path, code in zip(places.path, places.code, strict=True)]
    away = ~np.isin(places.square, seats[0] + olds[0])
    own = np.flatnonzero(away).tolist()
    far = [int(places.square[i]) for i in own], [named[i] for i in own]
    primary, water = rules["school_primary"], rules["water_point"]
    rows.add(
        "school_primary",
        *_some(rows, "village school", far, primary["villages"]),
        capacity=float(primary["village_capacity"]),
        standard=float(primary["standard"]),
        called=_VILLAGE_SCHOOL,
    )
    points = _some(rows, "village point", far, float(rules["digital_point"]["villages"]))
    rows.add("digital_point", *points)
    own = np.flatnonzero(places.rural).tolist()
    rural = [int(places.square[i]) for i in own], [named[i] for i in own]
    schemes = _some(rows, "water scheme", rural, float(water["villages"]))
    rows.add(
        "water_point",
        *schemes,
        capacity=np.array([0.85 * homes[square] for square in schemes[0]]),
        standard=float(water["standard"]),
        functioning=float(water["functioning"]),
    )


class _Size(TypedDict):
    capacity: float
    standard: float


def _of(rules: Mapping[str, Any]) -> _Size:
    return {"capacity": float(rules["capacity"]), "standard": float(rules["standard"])}


def _table(rows: _Rows, network: Network, rules: Mapping[str, Any]) -> pa.Table:
    places, square = rows.places, np.array(rows.square, dtype=np.int64)
    capacity, standard, works = (np.concatenate(part) for part in zip(*rows.parts, strict=True))
    lon, lat = places.ways.lonlat(places.ways.x[square], places.ways.y[square])
    kinds = np.array(rows.kind)
    spans = np.array([rules.get(kind, {}).get("opened", rules["opened"]) for kind in rows.kind])
    year = draws.integers(
        rows.seed, "opened", (kinds, places.ways.key[square]), spans[:, 0], spans[:, 1] + 1
    )
    no_capacity = np.isnan(capacity)
    whole = np.where(no_capacity, 0, capacity).astype(np.int64)
    return columns.table(
        key=pa.array([f"F{number:05d}" for number in range(1, len(square) + 1)]),
        area=pa.array(rows.path),
        label=pa.array(rows.label),
        source=columns.drawn(rows.seed),
        valid_from=rows.province.valid_from,
        columns={
            "kind": pa.array(rows.kind),
            "lon": pa.array(np.round(lon, 6)),
            "lat": pa.array(np.round(lat, 6)),
            "node": pa.array([network.node_of[one] for one in rows.square]),
            "capacity": pa.array(whole, mask=no_capacity),
            "standard_met": pa.array(standard),
            "functioning": pa.array(works),
            "opened": pa.array((year - 1970).astype("datetime64[Y]").astype("datetime64[D]")),
            "closed": pa.nulls(len(square), pa.date32()),
        },
    )
