"""Works under way, the money by year, and four-on-the-spot plans of communes.

Works and plans are synthetic (assumed numbers); the money is the province's own envelopes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws, safeguards
from hoaban.record.synthetic.draws import Floats
from hoaban.record.synthetic.households import Homes

_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class _Around:
    """What a work can be put on."""

    province: Province
    homes: Homes
    roads: pa.Table


def works_table(
    seed: int, province: Province, homes: Homes, roads: pa.Table, people: Mapping[str, Any]
) -> pa.Table:
    """Works that were begun before the plan: roads and a few bridges, water, stations, boarding.

    ``people["works"]`` is by kind of work; a kind with ``on: roads`` takes real segments, one
    with ``on: villages`` villages, the remoter the likelier, one with ``on: communes`` communes.
    ``people["arrears"]`` (may be absent) is the same for works that are finished and not fully
    paid for; they come last. ``people["safeguards"]`` (may be absent) says what is on record.
    """
    around = _Around(province, homes, roads)
    rows = _rows(seed, people["works"], around, "work")
    begun = len(rows)
    rows += _rows(seed, people.get("arrears", {}), around, "work.arrears")
    text = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in ("pack", "work", "label", "area", "targets", "village")
    }
    cost = np.array([row["cost"] for row in rows], dtype=np.float64)
    progress = _progress(seed, cost, people["as_of"], begun)
    years = progress["start_year"].to_numpy()
    return columns.table(
        key=columns.numbered("W", np.arange(len(rows)) + 1, 4),
        area=text["area"],
        label=text["label"],
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            **{name: text[name] for name in ("pack", "work", "targets", "village")},
            **progress,
            "fund": _funds(seed, province, len(rows)),
            **safeguards.columns_of(seed, people.get("safeguards"), homes, text["village"], years),
        },
    )


def _rows(seed: int, kinds: Mapping[str, Any], around: _Around, draw: str) -> list[dict[str, Any]]:
    """Works of some kinds on their drawn places; ``draw`` keys the draws."""
    return [
        {"work": kind, "pack": one["pack"], "label": one["label"], **place}
        for kind, one in kinds.items()
        for place in _PLACES[one["on"]](seed, f"{draw}.{kind}", one, around)
    ]


def _progress(seed: int, cost: Floats, at: date, begun_works: int) -> dict[str, Any]:
    """When each work began, what it costs and has cost, and when it should be done.

    Works from place ``begun_works`` on are finished, and a part of their cost is still owed.
    """
    number = np.arange(len(cost))
    owed = number >= begun_works
    begun = draws.integers(seed, "work.begun", number, 0, 3)
    left = draws.integers(seed, "work.left", number, 0, 3)
    share = np.clip(0.15 + 0.2 * begun + 0.3 * draws.uniform(seed, "work.spent", number), 0, 0.9)
    share = np.where(owed, 0.5 + 0.4 * draws.uniform(seed, "work.paid", number), share)
    whole = np.round(cost / _MILLION).astype(np.int64) * _MILLION
    ago = 2 + draws.integers(seed, "work.ended", number, 0, 2)
    return {
        "status": columns.taken(["under_way", "finished"], owed.astype(np.int64)),
        "cost_vnd": pa.array(whole),
        "spent_vnd": pa.array(np.round(whole * share / _MILLION).astype(np.int64) * _MILLION),
        "start_year": pa.array(at.year - begun - np.where(owed, ago, 0)),
        "finish_year": pa.array(at.year + np.where(owed, 1 - ago, left)),
    }


def _funds(seed: int, province: Province, count: int) -> Any:
    """The source of each work's money, by the size of the province's investment envelopes."""
    found = [(e.source, e.amount_vnd) for e in province.envelopes if e.kind == "investment"]
    if not found:
        return columns.same(None, count)
    weights = np.array([amount for _, amount in found], dtype=np.float64)
    drawn = draws.choice(seed, "work.fund", np.arange(count), weights)
    return columns.taken([source for source, _ in found], drawn)


def _on_roads(
    seed: int, draw: str, one: Mapping[str, Any], around: _Around
) -> list[dict[str, Any]]:
    """The drawn segments among those whose columns hold one of the wanted values."""
    roads = around.roads
    fits = np.ones(len(roads), dtype=bool)
    for name, wanted in one.get("where", {}).items():
        fits &= pc.is_in(roads[name], pa.array(wanted, roads[name].type)).to_numpy()
    keys = np.array(roads["key"].to_pylist(), dtype=str)
    found = np.flatnonzero(fits)
    if not len(found):
        return []
    chosen = found[draws.order(seed, draw, keys[found])[: int(one["count"])]]
    km = roads["length_m"].to_numpy()[chosen] / 1000 if one.get("per_km") else np.ones(len(chosen))
    areas = roads["area"].to_pylist()
    return [
        {"area": areas[i], "targets": str(keys[i]), "cost": float(one["cost_vnd"]) * max(k, 0.1)}
        for i, k in zip(chosen.tolist(), km.tolist(), strict=True)
    ]


def _on_villages(
    seed: int, draw: str, one: Mapping[str, Any], around: _Around
) -> list[dict[str, Any]]:
    """Villages, the remoter the likelier; the cost may be a household's."""
    homes = around.homes
    mark = draws.uniform(seed, draw, homes.number) ** (1 / (0.05 + homes.remoteness))
    chosen = np.argsort(-mark, kind="stable")[: int(one["count"])]
    each = homes.households if one.get("per_household") else np.ones(len(homes.number))
    return [
        {
            "area": homes.path[i],
            "village": homes.code[i],
            "targets": homes.code[i],
            "cost": float(one["cost_vnd"]) * float(each[i]),
        }
        for i in chosen.tolist()
    ]


def _on_communes(
    seed: int, draw: str, one: Mapping[str, Any], around: _Around
) -> list[dict[str, Any]]:
    """Rural communes in a drawn order."""
    codes = [c.code for c in around.province.communes if c.rural]
    if not codes:
        return []
    order = draws.order(seed, draw, codes)[: int(one["count"])]
    return [
        {"area": f"{around.province.path}{codes[i]}/", "cost": float(one["cost_vnd"])}
        for i in order.tolist()
    ]


_PLACES = {"roads": _on_roads, "villages": _on_villages, "communes": _on_communes}


def money_table(province: Province) -> pa.Table:
    """The province's yearly envelopes as planned money, with their own sources."""
    rows = province.envelopes
    origin = ["assumed" if e.confidence == "assumed" else "compiled" for e in rows]

    def text(values: list[str]) -> Any:
        return pa.array(values, pa.string())

    return columns.table(
        key=text([f"M{e.year}-{e.source}-{e.kind}" for e in rows]),
        area=columns.same(province.path, len(rows)),
        label=text([e.label.vi for e in rows]),
        origin=text(origin),
        source=text([e.cite for e in rows]),
        valid_from=province.valid_from,
        columns={
            "year": pa.array([e.year for e in rows], pa.int64()),
            "fund": text([e.source for e in rows]),
            "kind": text([e.kind for e in rows]),
            "amount_vnd": pa.array([e.amount_vnd for e in rows], pa.int64()),
            "stage": columns.same("planned", len(rows)),
        },
    )


def plans_table(seed: int, province: Province, people: Mapping[str, Any]) -> pa.Table:
    """Approved four-on-the-spot plans; a stock past its date no longer counts."""
    spec, at = people["four_on_the_spot"], people["as_of"]
    codes = np.array([c.code for c in province.communes])
    codes = codes[draws.chance(seed, "spot.approved", codes, float(spec["approved"]))]
    stocked = draws.chance(seed, "spot.stocked", codes, float(spec["stocked"]))
    ahead = draws.integers(seed, "spot.until", codes, 60, 300)
    behind = draws.integers(seed, "spot.past", codes, 10, 120)
    ago = draws.integers(seed, "spot.on", codes, 120, max(121, (at - province.valid_from).days))
    return columns.table(
        key=pa.array(codes.tolist(), pa.string()),
        area=pa.array([f"{province.path}{code}/" for code in codes], pa.string()),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "approved_on": columns.days(at, -ago),
            "stocked_until": columns.days(at, np.where(stocked, ahead, -behind)),
        },
    )
