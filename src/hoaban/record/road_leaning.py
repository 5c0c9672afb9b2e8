"""What rows of other lists do when roads and nodes that they name go out of force.

Synthetic rows that cannot do without go too. A row that people made is mended, and each such
edit leaves a `Change` with old and new. A closure moves to a new segment near by; where none is
near, it ends, and what it lay on is kept beside it as a row that ended.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.record.lists import ListSpec, Property
from hoaban.record.models import Change, Entity
from hoaban.record.road_files.tables import Made

NETWORK = ("roads", "paths", "road_nodes")
MOVE_M = 2_000.0  # a closure moves no farther, between the middles of segments; assumed
OTHER_CLASS_M = 300.0  # so much farther counts a segment of another class; assumed
_DEVICE = "import roads"

Gone = Mapping[str, Mapping[str, Entity]]  # list -> key -> row that goes out of force


class StillNeeded(Problem):
    vi = "Sổ bộ “{list}”, dòng “{key}” cần “{value}” của mạng đường sắp bị thay; hãy sửa dòng này."
    en = "List “{list}”, row “{key}” needs “{value}” of the roads that would go; mend this row."
    status = 409


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by whom; ``day`` is that of the province."""

    at: datetime
    day: date
    actor: User | None


@dataclass
class Freed:
    """``dropped``: synthetic rows gone by list; ``freed``: rows left without their node;
    ``moved``: references now to a new segment; ``ended``: keys of rows that could not move;
    ``held``: (list, key) of what rows that ended still name."""

    dropped: Counter[str] = field(default_factory=Counter)
    freed: int = 0
    moved: int = 0
    ended: list[str] = field(default_factory=list)
    held: set[tuple[str, str]] = field(default_factory=set)


def free(
    gone: Gone, made: Made, lists: Mapping[str, ListSpec], *, epsg: int, moment: Moment
) -> Freed:
    """Mend, end or drop every row of other lists that names something gone.

    Raises `StillNeeded` for a row that cannot do without.
    """
    done = Freed()
    leaning = _Leaning(gone, _Nearest(made, gone, epsg), moment, done)
    for spec in lists.values():
        items = [p for p in spec.properties.values() if p.list in NETWORK or p.type == "codes"]
        if spec.name not in NETWORK and items:
            leaning.settle(spec, items)
    return done


def delete(keys: list[Any]) -> None:
    """Rows by their uuids, within what one statement may carry."""
    for start in range(0, len(keys), 500):
        Entity.objects.filter(pk__in=keys[start : start + 500]).delete()


class _Nearest:
    """The new segment that takes the place of one that is gone."""

    def __init__(self, made: Made, gone: Gone, epsg: int) -> None:
        self.keys = made.roads["key"].to_pylist()
        self.classes = np.array(made.roads["class"].to_pylist(), dtype=np.str_)
        self.middle = made.middle
        self.tree = shapely.STRtree(shapely.points(made.middle))
        self.turn = Transformer.from_crs(4326, epsg, always_xy=True)
        self.gone = gone

    def to(self, road: str) -> str | None:
        """Its key; None where none lies within `MOVE_M`."""
        old = self.gone["roads"][road].data
        found = Entity.objects.filter(list="road_nodes", key__in=[old["from"], old["to"]])
        at = np.mean([(node.data["lon"], node.data["lat"]) for node in found], axis=0)
        place = np.array(self.turn.transform(*at))
        near = self.tree.query(shapely.Point(*place), predicate="dwithin", distance=MOVE_M)
        if not len(near):
            return None
        apart = np.hypot(*(self.middle[near] - place).T)
        apart += OTHER_CLASS_M * (self.classes[near] != old["class"])
        return str(self.keys[int(near[np.lexsort((near, apart))[0]])])


@dataclass(frozen=True)
class _Leaning:
    gone: Gone
    nearest: _Nearest
    moment: Moment
    done: Freed

    def settle(self, spec: ListSpec, items: list[Property]) -> None:
        """Every row of one list."""
        corrected = Change.objects.filter(entity__list=spec.name)
        changed = set(corrected.values_list("entity", flat=True))
        mended, told, dropped = [], [], []
        for row in Entity.objects.filter(list=spec.name).iterator():
            lost = [item for item in items if self._lost(item, row.data.get(item.name))]
            drawn = row.origin == "synthetic" and row.pk not in changed
            if drawn and not all(_spared(item) for item in lost):
                dropped.append(row.pk)
            elif lost and row.valid_to is not None and row.valid_to <= self.moment.day:
                self._hold(row, lost)
            elif lost:
                edits = self._mend(spec, row, lost)
                told += [] if drawn else [self._change(row, edits)]
                row.version += 1
                mended.append(row)
        Change.objects.bulk_create(told, batch_size=500)
        Entity.objects.bulk_update(mended, ["data", "version", "valid_to"], batch_size=500)
        delete(dropped)
        self.done.dropped[spec.name] += len(dropped)

    def _lost(self, item: Property, value: Any) -> list[tuple[str, str]]:
        """(list, key) of what a value names and is gone."""
        if item.type == "ref":
            return [(item.list, value)] if value in self.gone.get(item.list, {}) else []
        codes = (value or "").split(";")
        return [("roads", code) for code in codes if code in self.gone["roads"]]

    def _mend(self, spec: ListSpec, row: Entity, lost: list[Property]) -> dict[str, list[Any]]:
        """Change the row; returns old and new by property. Raises `StillNeeded`."""
        values = {item.name: self._in_place(spec, row, item) for item in lost}
        if any(values[item.name] is None and not item.missing for item in lost):
            self._hold(row, lost)
            self.done.ended.append(row.key)
            row.valid_to = self.moment.day
            return {"valid_to": [None, self.moment.day.isoformat()]}
        edits = {name: [row.data[name], value] for name, value in values.items()}
        row.data |= values
        self.done.freed += sum(map(_spared, lost))
        self.done.moved += sum(item.type == "ref" and not item.missing for item in lost)
        return edits

    def _in_place(self, spec: ListSpec, row: Entity, item: Property) -> Any:
        """The value to stand instead; None for none."""
        value = row.data[item.name]
        if item.type == "codes":
            rest = [code for code in value.split(";") if code not in self.gone["roads"]]
            return ";".join(rest) or None
        if item.missing:
            return None
        if item.list != "roads":
            raise StillNeeded(list=spec.name, key=row.key, value=value)
        return self.nearest.to(value)

    def _hold(self, row: Entity, lost: list[Property]) -> None:
        for item in lost:
            self.done.held.update(self._lost(item, row.data[item.name]))

    def _change(self, row: Entity, edits: dict[str, list[Any]]) -> Change:
        at = self.moment.at
        return Change(
            entity=row, base=row.version, trunk=row.version, fields=edits, captured_at=at,
            received_at=at, by=self.moment.actor, device=_DEVICE,
        )  # fmt: skip


def _spared(item: Property) -> bool:
    """Whether a synthetic row still stands without what this property named."""
    return item.missing and item.type == "ref"
