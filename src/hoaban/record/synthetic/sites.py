"""Where seats, old seats and villages stand: squares of ground inside each commune."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hoaban.base.problems import Problem
from hoaban.record.province import Province
from hoaban.record.synthetic import draws
from hoaban.record.synthetic.ways import Ways

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Pair = tuple[str, str]  # commune, old commune


class NoRoom(Problem):
    vi = "Xã {commune}: {villages} bản không đủ chỗ trên lưới {grid_m:.0f} m; hãy giảm grid_m."
    en = (
        "Commune {commune}: no room for {villages} villages on a {grid_m:.0f} m grid; lower grid_m."
    )


@dataclass(frozen=True, slots=True)
class Sites:
    """One item a village, commune by commune in the province's order, seats first."""

    commune: NDArray[np.str_]
    old_commune: NDArray[np.str_]
    square: Whole
    seats: dict[str, int]
    old_seats: dict[str, int]


def choose(
    province: Province,
    spec: Mapping[str, float],
    seed: int,
    ground: Ways,
    counts: Mapping[Pair, int],
) -> Sites:
    """A square for every seat, old seat and village; ``counts`` says how many villages each part
    of a commune has. The seat goes to the part with most villages, on low gentle ground near the
    commune's point; old seats stand apart from it; villages lie round the nearest of these."""
    points = _points(province, ground)
    rough = ground.slope / spec["steep"] + ground.hollow / spec["hollow_m"]
    anchors: dict[Pair, int] = {}
    seats: dict[str, int] = {}
    old_seats: dict[str, int] = {}
    for place, code in enumerate(ground.codes):
        own = np.flatnonzero(ground.commune == place)
        parts = sorted((pair for pair in counts if pair[0] == code), key=lambda p: (-counts[p], p))
        chosen = _anchors(ground, own, rough[own], points[code], len(parts))
        anchors |= dict(zip(parts, chosen, strict=True))
        seats[code] = chosen[0]
        old_seats |= {p[1]: c for p, c in zip(parts[1:], chosen[1:], strict=True)}
    parts_of = _parts(ground, anchors)
    rows: list[tuple[str, str, int]] = []
    for code in ground.codes:
        for pair in (pair for pair in anchors if pair[0] == code):
            own = np.flatnonzero(parts_of == list(anchors).index(pair))
            squares = _spread(
                ground,
                spec,
                seed,
                own=own,
                rough=rough[own],
                first=anchors[pair],
                count=counts[pair],
            )
            rows += [(code, pair[1], square) for square in squares]
    commune, old, square_ = zip(*rows, strict=True)
    return Sites(np.array(commune), np.array(old), np.array(square_), seats, old_seats)


def _points(province: Province, ground: Ways) -> dict[str, tuple[float, float]]:
    x, y = ground.metres([c.lon for c in province.communes], [c.lat for c in province.communes])
    return {c.code: (x[i], y[i]) for i, c in enumerate(province.communes)}


def _anchors(
    ground: Ways, own: Whole, rough: Floats, point: tuple[float, float], count: int
) -> list[int]:
    """The seat's square, then old seats as far from those before as good ground allows."""
    if len(own) < count:
        code = ground.codes[int(ground.commune[own[0]])] if len(own) else "—"
        raise NoRoom(commune=code, villages=count, grid_m=ground.size_m)
    x, y = ground.x[own], ground.y[own]
    reach = ground.size_m * np.sqrt(len(own) / np.pi)
    away = np.hypot(x - point[0], y - point[1]) / reach
    chosen = [int(np.argmin(rough + 3 * away**2))]
    apart = np.hypot(x - x[chosen[0]], y - y[chosen[0]]) / reach
    while len(chosen) < count:
        merit = np.where(apart > 0, rough - 6 * np.minimum(apart, 1.0) + away**4, np.inf)
        chosen.append(int(np.argmin(merit)))
        apart = np.minimum(apart, np.hypot(x - x[chosen[-1]], y - y[chosen[-1]]) / reach)
    return [int(own[one]) for one in chosen]


def _parts(ground: Ways, anchors: Mapping[Pair, int]) -> Whole:
    """Which anchor each square belongs to: the least way inside its commune."""
    squares = np.array(list(anchors.values()))
    _, _, source = ground.spread(squares, within=True)
    place = np.full(len(ground.x), -1, dtype=np.int64)
    place[squares] = np.arange(len(squares))
    found = np.where(source >= 0, place[source], -1)
    communes = ground.commune[squares]
    for square in np.flatnonzero(found < 0):  # a corner cut off from the rest of its commune
        own = np.flatnonzero(communes == ground.commune[square])
        far = np.hypot(ground.x[squares[own]] - ground.x[square],
                       ground.y[squares[own]] - ground.y[square])  # fmt: skip
        found[square] = own[np.argmin(far)]
    return found


def _spread(
    ground: Ways,
    spec: Mapping[str, float],
    seed: int,
    *,
    own: Whole,
    rough: Floats,
    first: int,
    count: int,
) -> list[int]:
    """``count`` squares, ``first`` among them: drawn by how good the ground is, some way apart."""
    if len(own) < count:
        commune = ground.codes[int(ground.commune[first])]
        raise NoRoom(commune=commune, villages=count, grid_m=ground.size_m)
    lot = draws.uniform(seed, "village site", ground.key[own]) + 2.0**-54
    order = own[np.argsort(rough - (-np.log(-np.log(lot))), kind="stable")]
    apart = min(spec["apart_m"], 0.8 * ground.size_m * float(np.sqrt(len(own) / count)))
    chosen = [first]
    while len(chosen) < count:
        for square in order.tolist():
            gaps = np.hypot(
                ground.x[chosen] - ground.x[square], ground.y[chosen] - ground.y[square]
            )
            if gaps.min() > max(apart, 1.0):
                chosen.append(square)
                if len(chosen) == count:
                    break
        apart /= 2
    return chosen
