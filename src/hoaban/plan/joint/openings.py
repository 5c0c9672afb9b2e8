"""Where works open or mend a place of service: goals that villages may travel to.

The rules are those of `plan.on_ground.facilities`: a work on a facility raises it; on a village or
a commune it mends the first of its kind there that fails, or else opens a new one. What a work
brings never hangs on what others bring, and nothing is closed, so goals of works are joined.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from hoaban.measure import access
from hoaban.measure.network import Ground
from hoaban.measure.tables import Tables
from hoaban.plan.effects.applying import STOCKED
from hoaban.plan.effects.on_ground import FLAGS, facilities
from hoaban.plan.works import Effect, Work

Goals = Mapping[str, tuple[int, ...]]  # nodes by kind of `access.KINDS`


def goals(tables: Tables, ground: Ground, works: list[Work], at: date) -> dict[int, Goals]:
    """By work number: the nodes that become goals of each kind; works that bring none left out.

    Each opening is built into a table that holds only the facilities of its own area, so that
    some hundreds of works cost no more than one reading of the whole.
    """
    table, villages = tables.arrow("facilities"), tables.arrow("villages")
    by_area: dict[str, list[int]] = {}
    for row, area in enumerate(table["area"].to_pylist()):
        by_area.setdefault(area, []).append(row)
    by_id = {name: row for row, name in enumerate(table["id"].to_pylist())}
    homes = {name: row for row, name in enumerate(villages["id"].to_pylist())}
    areas = villages["area"].to_pylist()
    found: dict[int, dict[str, set[int]]] = {}
    for number, effect, name in _places(works):
        home = homes.get(name)
        area = areas[home] if home is not None else name
        rows = [by_id[name]] if name in by_id else by_area.get(area, [])
        here = table.take(pa.array(rows, pa.int64()))
        some = villages.take(pa.array([] if home is None else [home], pa.int64()))
        one = Effect(effect.kind, effect.given, (name,))
        before = _by_kind(tables, here, ground, at)
        for kind, nodes in _by_kind(tables, facilities(here, some, [one], at), ground, at).items():
            if more := nodes - before.get(kind, set()):
                found.setdefault(number, {}).setdefault(kind, set()).update(more)
    return {
        number: {kind: tuple(sorted(nodes)) for kind, nodes in kinds.items()}
        for number, kinds in found.items()
    }


def _places(works: list[Work]) -> Iterator[tuple[int, Effect, str]]:
    for number, work in enumerate(works):
        for effect in work.effects:
            if effect.kind == "service" and effect.given["kind"] not in (*FLAGS, STOCKED):
                yield from ((number, effect, name) for name in effect.on)


def _by_kind(tables: Tables, table: pa.Table, ground: Ground, at: date) -> dict[str, set[int]]:
    """The nodes of each kind that `measure.access` sees in a table of facilities."""
    seen: Any = access.facilities(tables.replace(facilities=table), ground, at)
    return {
        kind: {node for node in nodes.tolist() if node >= 0}
        for kind, nodes in seen.items()
        if kind in access.KINDS
    }
