"""The poverty audit as the command turns it: the live register, read for the law's statistics.

Reads whole lists under the purpose ``statutory``, each leaving one event. What is found is
published beside the lists, and no class, score or rank reads it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.conf import settings

from hoaban.base.models import Area, User
from hoaban.measure import operations
from hoaban.measure.poverty import register
from hoaban.record import lists, reads
from hoaban.record.lists import ListSpec
from hoaban.web import loaded

PURPOSE = "statutory"


def audit(
    *, on: date, at: datetime, by: str | None = None, user: User | None = None
) -> dict[str, Any]:
    """The last review round completed by ``on``; ``by`` (`register.BY`) sorts it by group.

    ``user`` None is the command itself, which reads everywhere; else what lies in the user's
    area. Raises what `register.audit` raises.
    """
    here = loaded.current()
    declared = lists.read_lists(settings.PACKS)

    def read(name: str, *only: str, where: tuple[str, object] | None = None) -> pa.Table:
        return reads.bulk(declared[name], user=user, purpose=PURPOSE, at=at, only=only, where=where)

    zones = operations.holding(here.place.path, on).filter(kind="commune")
    known = dict(zones.values_list("path", "facts__zone"))
    found = register.audit(read, known, here.law, on=on, by=by)
    names = dict(Area.objects.filter(kind=by).values_list("path", "name"))
    _name(found, names, declared["reviews"])
    return {**found, "province": here.province.name.vi, "purpose": PURPOSE}


def _name(found: dict[str, Any], names: Mapping[str, str], reviews: ListSpec) -> None:
    """Beside a group's path its name, and beside an item what the register calls it."""
    decided = found["decided"] or {}
    for part in (decided.get("poor"), decided.get("multidimensional"), found["scorecard"]):
        for group in (part or {}).get("groups", ()):
            group["name"] = names.get(group["group"], group["group"])
    for item in (found["reinterviews"] or {}).get("items", ()):
        label = reviews.properties[item["item"]].label
        item["label"], item["label_en"] = label.vi, label.en
