"""What works do to roads, closures and facilities: tables in, tables out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.measure.isolation import end_of, micro
from hoaban.plan.finders import repairs
from hoaban.plan.works import Effect
from hoaban.record.roads import PASSABLE, SPEEDS, RoadRules

FLAGS = ("grid_power", "mobile_4g")  # services that are a fact of the village itself
_OWN = ("surface", "drain", "ford", "bridge", "width_m", "susceptibility")


def roads(
    table: pa.Table, effects: Iterable[Effect], rules: RoadRules
) -> tuple[pa.Table, dict[str, tuple[float, bool]]]:
    """The roads after ``link`` effects; and for each road touched what becomes of its closures.

    That is the share of their days that stays, and whether a bridge is built. A road mended
    by several works keeps the best of each; untouched roads keep their own speeds.
    """
    place = {road: n for n, road in enumerate(table["id"].to_pylist())}
    changes: dict[tuple[tuple[str, Any], ...], set[int]] = {}
    for effect in effects:
        key = tuple(sorted(effect.given.items()))
        changes.setdefault(key, set()).update(place[r] for r in effect.on if r in place)
    touched = np.array(sorted(set().union(*changes.values())), np.int64)
    if not len(touched):
        return table, {}
    some = table.take(touched)
    after = repairs.state(some, [])
    share, bridge = np.ones(len(touched)), np.zeros(len(touched), bool)
    for key in sorted(changes, key=str):
        mask = np.isin(touched, list(changes[key]))
        better = repairs.state(_with(some, after), [dict(key)])
        for name in _OWN:
            after[name] = np.where(mask, better[name], after[name])
        share = np.where(mask, np.minimum(share, better["share"]), share)
        bridge |= mask & better["new_bridge"]
    own = {name: after[name] for name in _OWN}
    columns = own | repairs.passes(some, after, rules)
    stays = {
        road: (float(s), bool(b))
        for road, s, b in zip(some["id"].to_pylist(), share, bridge, strict=True)
    }
    return _put(table, touched, {n: columns[n] for n in (*_OWN, *PASSABLE, *SPEEDS)}), stays


def _with(table: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    for name in _OWN:
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(columns[name], table.schema.field(name).type))
    return table


def _put(table: pa.Table, rows: Any, columns: Mapping[str, Any]) -> pa.Table:
    """The table with some rows' values of some columns; nan in a number column is missing."""
    for name, values in columns.items():
        kind = table.schema.field(name).type
        whole = np.asarray(table[name].to_pylist(), dtype=object)
        plain = values.tolist()
        whole[rows] = [None if isinstance(v, float) and np.isnan(v) else v for v in plain]
        at = table.column_names.index(name)
        table = table.set_column(at, table.schema.field(name), pa.array(whole.tolist(), kind))
    return table


def closures(table: pa.Table, stays: Mapping[str, tuple[float, bool]], at: date) -> pa.Table:
    """The closures as they would have been on the mended roads.

    A closure of a bridge that is built anew is gone; any other lasts its share of the time.
    """
    names = ("started_at", "ended_at")
    started, ended = (
        table[n].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_pylist() for n in names
    )
    keep = np.ones(len(table), bool)
    shorter = list(ended)
    last = micro(end_of(at))
    rows = zip(table["road"].to_pylist(), table["kind"].to_pylist(), strict=True)
    for n, (road, kind) in enumerate(rows):
        share, bridge = stays.get(road, (1.0, False))
        if bridge and kind == "bridge":
            keep[n] = False
        elif share < 1.0 and started[n] is not None:
            until = last if ended[n] is None else ended[n]
            shorter[n] = started[n] + int((until - started[n]) * share)
    field = table.schema.field("ended_at")
    column = pa.array(shorter, pa.int64()).cast(pa.timestamp("us", "UTC")).cast(field.type)
    table = table.set_column(table.column_names.index("ended_at"), field, column)
    return table.filter(pa.array(keep))


def facilities(
    table: pa.Table, villages: pa.Table, effects: Iterable[Effect], at: date
) -> pa.Table:
    """The facilities after ``service`` effects, on a facility, a village or a commune.

    On a facility: it meets the standard and works. On a village or commune: one of the kind
    that stands there but fails is mended, else a new one opens (at the commune's seat).
    """
    rows = table.to_pylist()
    by_id = {row["id"]: row for row in rows}
    places = {row["id"]: row for row in villages.to_pylist()}
    seats = {row["area"]: row for row in rows if row["kind"] == "seat"}
    failing: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if _stands(row, at) and (row["functioning"] is False or row["standard_met"] is False):
            failing.setdefault((row["kind"], row["area"]), []).append(row)
    for effect in effects:
        kind = effect.given["kind"]
        for name in effect.on:
            place = places.get(name) or seats.get(name)
            area = place["area"] if place else name
            found = by_id.get(name) or next(iter(failing.get((kind, area), ())), None)
            if found is not None:
                found["functioning"] = True
                found["standard_met"] = effect.given.get("standard_met", found["standard_met"])
            elif place is not None:
                new = _opened(kind, place, effect.given, at)
                if by_id.setdefault(new["id"], new) is new:  # two works may bring the same
                    rows.append(new)
    return pa.Table.from_pylist(rows, schema=table.schema)


def _stands(row: Mapping[str, Any], at: date) -> bool:
    """Whether a facility can be mended: it is not closed for good, and its row holds."""
    ends = (row["closed"], row["valid_to"])
    return all(end is None or end > at for end in ends)


def _opened(
    kind: str, place: Mapping[str, Any], given: Mapping[str, Any], at: date
) -> dict[str, Any]:
    return {
        "id": f"plan:{kind}:{place['id']}",
        "area": place["area"],
        "origin": "assumed",
        "source": "plan",
        "valid_from": at,
        "kind": kind,
        **{name: place.get(name) for name in ("lon", "lat", "node")},
        "capacity": given.get("capacity"),
        "standard_met": given.get("standard_met", True),
        "functioning": True,
        "opened": at,
    }


def villages(table: pa.Table, effects: Iterable[Effect]) -> pa.Table:
    """The villages with the power or the signal that works have brought."""
    reached: dict[str, set[str]] = {}
    for effect in effects:
        reached.setdefault(effect.given["kind"], set()).update(effect.on)
    codes = table["id"].to_pylist()
    for flag in FLAGS:
        if flag in reached:
            rows = np.flatnonzero([code in reached[flag] for code in codes])
            table = _put(table, rows, {flag: np.ones(len(rows), bool)})
    return table


def stocked(table: pa.Table, effects: Iterable[Effect], at: date, until: date) -> pa.Table:
    """The four-on-the-spot plans with those that works approve and stock to a day."""
    rows = {row["area"]: row for row in table.to_pylist()}
    for effect in effects:
        for commune in effect.on:
            code = commune.rstrip("/").rsplit("/", 1)[-1]
            made = {"id": code, "area": commune, "origin": "assumed", "source": "plan"}
            row = rows.setdefault(commune, {**made, "valid_from": at})
            row["approved_on"] = min(row.get("approved_on") or at, at)
            row["stocked_until"] = max(row.get("stocked_until") or until, until)
    ordered = [rows[area] for area in sorted(rows)]
    return pa.Table.from_pylist(ordered, schema=table.schema)
