"""What gives way when a map of roads comes in, and what leaned on it.

The synthetic network goes, and that of an earlier map. A row that people corrected does not: it
stays in force where the new map has the same segment (the correction counts), else it is ended
with the nodes it stands on. Rows brought as a table are left alone. Villages and facilities
whose node is gone are left without one, so that measures attach them by their coordinates;
synthetic closures and works of roads that are gone go too; closures recorded by people move to
the nearest new segment.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Q
from pyproj import Transformer

from hoaban.base.models import Event
from hoaban.base.problems import Problem
from hoaban.record.lists import ListSpec, Property
from hoaban.record.models import Change, Entity
from hoaban.record.road_files.tables import Made

SUBJECT = "map:roads"  # of the event that tells an import
_LINKS = ("roads", "paths")
NETWORK = (*_LINKS, "road_nodes")


class StillNeeded(Problem):
    vi = "Sổ bộ “{list}”, dòng “{key}” cần “{value}” của mạng đường sắp bị thay; hãy sửa dòng này."
    en = "List “{list}”, row “{key}” needs “{value}” of the roads that would go; mend this row."
    status = 409


@dataclass
class Done:
    """``replaced``: rows gone by list; ``freed``: rows left without their node; ``moved``: rows
    now on the nearest new segment; ``kept``: rows of the old network that had to stay."""

    replaced: Counter[str] = field(default_factory=Counter)
    freed: int = 0
    moved: int = 0
    kept: int = 0


def make_way(made: Made, lists: Mapping[str, ListSpec], *, epsg: int, day: date) -> Done:
    """Clear the register for the tables of ``made``; call inside a transaction.

    Raises `StillNeeded` for a row of another list that cannot do without what would go.
    """
    new = {name: set(getattr(made, name)["key"].to_pylist()) for name in NETWORK}
    old = list(_of_maps())
    changed = set(Change.objects.filter(entity__list__in=NETWORK).values_list("entity", flat=True))
    going = {row.pk for row in old if row.pk not in changed}
    stood_on = _stood_on(going)
    going -= {row.pk for row in old if row.list == "road_nodes" and row.key in stood_on}
    gone: dict[str, dict[str, Entity]] = {name: {} for name in NETWORK}
    for row in old:
        if row.pk in going and row.key not in new[row.list]:
            gone[row.list][row.key] = row
    done = Done()
    _free(_Leaning(gone, _Nearest(made, gone, epsg)), lists, done)
    lost = [row.pk for row in old if row.pk not in going and row.key not in new[row.list]]
    Entity.objects.filter(pk__in=lost, valid_to=None).update(valid_to=day)
    done.kept += len(lost)
    done.replaced.update(row.list for row in old if row.pk in going)
    _delete(list(going))
    return done


def _of_maps() -> Iterator[Entity]:
    """Rows of the network that are synthetic or came with a map."""
    told = Event.objects.filter(name="record.imported", subject=SUBJECT)
    sources = {event.data["source"] for event in told}
    rows = Entity.objects.filter(Q(origin="synthetic") | Q(source__in=sources), list__in=NETWORK)
    return rows.iterator()


def _stood_on(going: set[Any]) -> set[str]:
    """Keys of the nodes at which roads and paths that stay begin and end."""
    links = Entity.objects.filter(list__in=_LINKS).values_list("pk", "data__from", "data__to")
    return {node for pk, *ends in links.iterator() if pk not in going for node in ends}


def _delete(keys: list[Any]) -> None:
    for start in range(0, len(keys), 500):  # within what one statement may carry
        Entity.objects.filter(pk__in=keys[start : start + 500]).delete()


class _Nearest:
    """The new segment nearest to the middle of one that is gone."""

    def __init__(self, made: Made, gone: Mapping[str, Mapping[str, Entity]], epsg: int) -> None:
        self.keys = made.roads["key"].to_pylist()
        self.tree = shapely.STRtree(shapely.points(made.middle))
        self.turn = Transformer.from_crs(4326, epsg, always_xy=True)
        self.gone = gone

    def to(self, road: str) -> str:
        ends = [self.gone["roads"][road].data[end] for end in ("from", "to")]
        found = Entity.objects.filter(list="road_nodes", key__in=ends)
        at = np.mean([(node.data["lon"], node.data["lat"]) for node in found], axis=0)
        number = self.tree.nearest(shapely.Point(*self.turn.transform(*at)))
        return str(self.keys[int(number)])


@dataclass(frozen=True)
class _Leaning:
    """What rows of other lists do about a reference to something that is gone."""

    gone: Mapping[str, Mapping[str, Entity]]
    nearest: _Nearest

    def lost(self, item: Property, value: Any) -> list[str]:
        """Which codes of a value are gone."""
        if item.type == "ref":
            return [value] if value in self.gone.get(item.list, {}) else []
        return [code for code in (value or "").split(";") if code in self.gone["roads"]]

    def mended(self, spec: ListSpec, row: Entity, item: Property) -> Any:
        """The value in its place. Raises `StillNeeded`."""
        value = row.data[item.name]
        if item.type == "codes":
            rest = [code for code in value.split(";") if code not in self.gone["roads"]]
            return ";".join(rest) or None
        if item.missing:
            return None
        if item.list != "roads":
            raise StillNeeded(list=spec.name, key=row.key, value=value)
        return self.nearest.to(value)


def _free(leaning: _Leaning, lists: Mapping[str, ListSpec], done: Done) -> None:
    """Mend or drop every row of other lists that names something gone."""
    for spec in lists.values():
        items = [p for p in spec.properties.values() if p.list in NETWORK or p.type == "codes"]
        if spec.name in NETWORK or not items:
            continue
        corrected = Change.objects.filter(entity__list=spec.name)
        changed = set(corrected.values_list("entity", flat=True))
        mended, dropped = [], []
        for row in Entity.objects.filter(list=spec.name).iterator():
            lost = [item for item in items if leaning.lost(item, row.data.get(item.name))]
            drawn = row.origin == "synthetic" and row.pk not in changed
            if drawn and not all(_spared(item) for item in lost):
                dropped.append(row.pk)
            elif lost:
                mended.append(_mended(leaning, spec, row, lost, done))
        Entity.objects.bulk_update(mended, ["data", "version"], batch_size=500)
        _delete(dropped)
        done.replaced[spec.name] += len(dropped)


def _mended(
    leaning: _Leaning, spec: ListSpec, row: Entity, lost: list[Property], done: Done
) -> Entity:
    for item in lost:
        row.data[item.name] = leaning.mended(spec, row, item)
        done.freed += _spared(item)
        done.moved += item.type == "ref" and not item.missing
    row.version += 1
    return row


def _spared(item: Property) -> bool:
    """Whether a synthetic row still stands without what this property named."""
    return item.missing and item.type == "ref"
