"""The places and the network of the small province, made once a seed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hoaban.record.province import Province, read_province
from hoaban.record.roads import RoadRules
from hoaban.record.synthetic import network, places, terrain

FOLDER = Path(__file__).parents[1] / "provinces" / "nho"


@dataclass(frozen=True)
class Small:
    province: Province
    spec: dict[str, Any]
    rules: RoadRules
    places: places.Places
    network: network.Network


@cache
def small(seed: int = 1) -> Small:
    province, spec = read_province(FOLDER), places.read_spec(FOLDER)
    rules = RoadRules.read(FOLDER / "roads.yaml")
    land = terrain.land(province, seed)
    where = places.build(province, spec, seed, places.household_counts(province), land)
    return Small(province, spec, rules, where, network.build(where, province, spec, rules, seed))
