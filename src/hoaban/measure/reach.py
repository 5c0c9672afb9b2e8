"""What the network gives every node: ways to the centre, cut-off days, minutes to services."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.base.problems import Problem
from hoaban.measure import access, isolation, network
from hoaban.measure.network import MODES, SEASONS, Flags, Floats, Ground, Ints
from hoaban.measure.place import Place
from hoaban.measure.tables import Tables

TABLES = ["areas", "road_nodes", "roads", "paths", "closures", "facilities"]


class NoCentre(Problem):
    vi = "Không tìm thấy trụ sở xã trung tâm {path} trên mạng đường; hãy bổ sung vào facilities."
    en = "The seat of the central commune {path} is not on the road network; add it to facilities."
    status = 404


@dataclass(frozen=True, eq=False)
class Seats:
    """The seats, old and new, (k,) each: facility id, area path, kind and node number (or -1)."""

    ids: list[str]
    areas: list[str]
    kinds: list[str]
    nodes: Ints


@dataclass(frozen=True, eq=False)
class Reach:
    """Every array is (nodes,); a mode and a season name the network it was found on.

    ``built[mode, season]`` a way to the centre as built; ``isolated[mode, season]`` no way
    with the closures of the day; ``days[mode]`` cut-off days of the last 365, nan at nodes
    nobody asked for; ``minutes[kind, mode, season]`` and ``kilometres[kind]`` to the nearest,
    inf where no way is, closures of the day left out.
    """

    ground: Ground
    seats: Seats
    centre: int
    built: dict[tuple[str, str], Flags]
    isolated: dict[tuple[str, str], Flags]
    days: dict[str, Floats]
    minutes: dict[tuple[str, str, str], Floats]
    kilometres: dict[str, Floats]


def survey(tables: Tables, place: Place, *, at: date, villages: pa.Array, season: str) -> Reach:
    """What the network gives on a day.

    ``villages`` are the villages' road nodes (ids, missing allowed): cut-off days are counted
    there and at the seats. School kilometres are walked in ``season``: where a crossing
    cannot be waded in the rains (dangerous terrain), it is not a way to school.
    """
    ground = network.lay(tables, at)
    seats = _seats(tables, ground, at)
    centre = _centre(seats, place)
    closures = isolation.read(tables, ground)
    moment = isolation.micro(isolation.end_of(at))
    asked = np.unique(np.concatenate([ground.numbers(villages), seats.nodes]))
    asked = asked[asked >= 0]
    goals = access.facilities(tables, ground, at)
    found = Reach(ground, seats, centre, {}, {}, {}, {}, {})
    for mode in MODES:
        as_built = {s: network.ways(tables, at, mode, s) for s in SEASONS}
        shut = closures.shut_at(moment, mode, len(ground.roads))
        found.days[mode] = np.full(len(ground.nodes), np.nan)
        found.days[mode][asked] = isolation.cut_off_days(
            as_built,
            closures,
            mode=mode,
            centre=centre,
            places=asked,
            at=at,
            wet_months=place.wet_months,
        )
        for name, ways in as_built.items():
            today = ways.without(shut)
            found.built[mode, name] = ways.reaching(centre)
            nearest = access.minutes(today, {**goals, "": np.array([centre])}, (*access.KINDS, ""))
            found.isolated[mode, name] = ~np.isfinite(nearest.pop(""))
            found.minutes.update({(kind, mode, name): m for kind, m in nearest.items()})
            if (mode, name) == ("foot", season):
                found.kilometres.update(access.kilometres(today, goals))
    return found


def _seats(tables: Tables, ground: Ground, at: date) -> Seats:
    table = tables.valid("facilities", at, ["id", "area", "kind", "node"])
    table = table.filter(pc.is_in(table["kind"], pa.array(["seat", "old_seat"])))
    table = table.sort_by("id")
    nodes = ground.numbers(table["node"], "facilities")
    ids, areas, kinds = (table[n].to_pylist() for n in ("id", "area", "kind"))
    return Seats(ids, areas, kinds, nodes)


def _centre(seats: Seats, place: Place) -> int:
    for area, kind, node in zip(seats.areas, seats.kinds, seats.nodes.tolist(), strict=True):
        if kind == "seat" and area.startswith(place.centre_path) and node >= 0:
            return int(node)
    raise NoCentre(path=place.centre_path)
