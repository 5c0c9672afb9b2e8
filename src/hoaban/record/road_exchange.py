"""What gives way when a map of roads comes in, and what leaned on it.

The synthetic network goes, and that of an earlier map. A row that people corrected does not: it
stays in force where the new map has the same segment (the correction counts), else it is ended
with the nodes that nothing in force stands on; a later map that has it again brings it back.
Rows brought as a table are left alone, with their nodes. Villages and facilities whose node is
gone are left without one, so that measures attach them by their coordinates; synthetic closures
and works of roads that are gone go too; closures recorded by people move to a new segment near
by, or end (`hoaban.record.road_leaning`).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from hoaban.base.models import Area, Event
from hoaban.base.problems import Problem
from hoaban.record.lists import ListSpec
from hoaban.record.models import Change, Entity
from hoaban.record.road_files.tables import Made
from hoaban.record.road_leaning import NETWORK, Freed, Moment, delete, free

SUBJECT = "map:roads"  # of the event that tells an import
_LINKS = ("roads", "paths")
_NAMED = 8  # communes named; the rest are counted


class LeftBare(Problem):
    vi = (
        "Tệp này không có đường nào ở {count} xã mà bản đồ trước có: {communes}. Nếu đúng là thay "
        "cả mạng đường, hãy thêm --all."
    )
    en = (
        "This file has no road in {count} communes where the earlier map has some: {communes}. If "
        "it is meant to replace the whole network, add --all."
    )
    status = 409


@dataclass
class Done:
    """``replaced``: rows gone by list; ``ended``: rows of the old network that stay as ended;
    ``returned``: rows ended before and in force again; ``freed``: what happened elsewhere."""

    freed: Freed
    replaced: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    returned: int = 0


def make_way(
    made: Made,
    lists: Mapping[str, ListSpec],
    *,
    epsg: int,
    moment: Moment,
    replace_all: bool = False,
) -> Done:
    """Clear the register for the tables of ``made``; call inside a transaction.

    Raises `LeftBare` when a commune would lose the roads of an earlier map and get none, unless
    ``replace_all``; and `road_leaning.StillNeeded` for a row of another list that cannot do
    without what would go.
    """
    old = list(_of_maps())
    if not replace_all:
        _refuse_bare(made, old)
    parting = _Parting(made, old, moment.day)
    freed = free(parting.gone(), made, lists, epsg=epsg, moment=moment)
    parting.hold(freed.held)
    ended, back, going = parting.ended(), parting.returned(), parting.going
    _set_end(ended, moment.day)
    _set_end(back, None)
    replaced = freed.dropped + Counter(row.list for row in old if row.pk in going)
    delete(list(going))
    return Done(freed, replaced, len(ended), len(back))


def _of_maps() -> Iterator[Entity]:
    """Rows of the network that are synthetic or came with a map."""
    told = Event.objects.filter(name="record.imported", subject=SUBJECT)
    sources = {event.data["source"] for event in told}
    rows = Entity.objects.filter(Q(origin="synthetic") | Q(source__in=sources), list__in=NETWORK)
    return rows.iterator()


def _refuse_bare(made: Made, old: list[Entity]) -> None:
    had = {
        row.area_id
        for row in old
        if row.list == "roads" and row.origin != "synthetic" and row.valid_to is None
    }
    get = set(made.roads["area"].to_pylist())
    standing = Area.objects.filter(pk__in=had, valid_to=None).order_by("path")
    bare = [area.name for area in standing if area.path not in get]
    if bare:
        more = ", …" if bare[_NAMED:] else ""
        raise LeftBare(count=len(bare), communes=", ".join(bare[:_NAMED]) + more)


class _Parting:
    """Which rows of the old network go, which stay as ended, which are in force."""

    def __init__(self, made: Made, old: list[Entity], day: date) -> None:
        self.old = old
        self.new = {name: set(getattr(made, name)["key"].to_pylist()) for name in NETWORK}
        changes = Change.objects.filter(entity__list__in=NETWORK)
        changed = set(changes.values_list("entity", flat=True))
        self.going = {row.pk for row in old if row.pk not in changed}
        of_maps = {row.pk: row for row in old}
        standing: set[str] = set()  # nodes of links that stay as rows
        self.under: set[str] = set()  # nodes of links that stay in force
        links = Entity.objects.filter(list__in=_LINKS)
        for pk, until, *ends in links.values_list("pk", "valid_to", "data__from", "data__to"):
            if pk in self.going:
                continue
            standing.update(ends)
            mapped = of_maps.get(pk)
            in_force = until is None or until > day if mapped is None else self._present(mapped)
            self.under.update(ends if in_force else ())
        self._keep_nodes(standing)

    def gone(self) -> dict[str, dict[str, Entity]]:
        """What is in force no longer, by list and key."""
        found: dict[str, dict[str, Entity]] = {name: {} for name in NETWORK}
        for row in self.old:
            if not self._present(row):
                found[row.list][row.key] = row
        return found

    def hold(self, held: Collection[tuple[str, str]]) -> None:
        """Keep rows that something still names, with their nodes, as ended."""
        rows = [row for row in self.old if (row.list, row.key) in held]
        self.going -= {row.pk for row in rows}
        nodes = {row.data[end] for row in rows if row.list in _LINKS for end in ("from", "to")}
        self._keep_nodes(nodes)

    def ended(self) -> list[Any]:
        """Rows in force until now that stay as ended."""
        staying = (row for row in self.old if row.pk not in self.going and row.valid_to is None)
        return [row.pk for row in staying if not self._present(row)]

    def returned(self) -> list[Any]:
        """Rows that were ended and are in force again."""
        staying = (row for row in self.old if row.pk not in self.going and row.valid_to is not None)
        return [row.pk for row in staying if self._present(row)]

    def _present(self, row: Entity) -> bool:
        """Whether a key is in force from now on."""
        needed = row.list == "road_nodes" and row.key in self.under
        return needed or row.key in self.new[row.list]

    def _keep_nodes(self, keys: set[str]) -> None:
        self.going -= {row.pk for row in self.old if row.list == "road_nodes" and row.key in keys}


def _set_end(keys: list[Any], day: date | None) -> None:
    for start in range(0, len(keys), 500):  # within what one statement may carry
        Entity.objects.filter(pk__in=keys[start : start + 500]).update(valid_to=day)
