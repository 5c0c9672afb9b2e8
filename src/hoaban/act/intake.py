"""What the act stage does when news arrives from upstream."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from hoaban.act import operations
from hoaban.act.models import Case
from hoaban.base import packs, scope
from hoaban.base.models import Area, Event, tell
from hoaban.base.problems import Problem

COMMON_PACK = "works"  # whose steps a pack without an act.yaml of its own goes through


class NoSuchCommune(Problem):
    vi = "Công trình “{work}” thuộc xã “{commune}” chưa có trong danh mục; hãy nạp đơn vị trước."
    en = "Work “{work}” lies in commune “{commune}”, which is not loaded; load the areas first."
    status = 404


@transaction.atomic
def open_cases(event: Event, at: datetime) -> int:
    """One case for each work of an approved plan, in its commune; how many are new.

    Hears ``plan.approved``, whose data hold ``works``: a list of ``id, kind, pack, commune``
    (area path), ``village`` (area path or None), ``year``, ``cost_vnd`` and ``label``. A work
    gets no second case for the same year, nor while an earlier one is not finished, however
    often or by which plan it is told.
    """
    works: list[dict[str, Any]] = event.data.get("works", [])
    cases = list(Case.objects.filter(work__in={work["id"] for work in works}))
    known = {(case.work, case.year) for case in cases}
    unfinished = {
        case.work for case in cases if not operations.flow_of(case.pack).final(case.state)
    }
    areas = _communes(works)
    fresh = {
        (work["id"], work["year"]): _case(work, areas, event, at)
        for work in works
        if (work["id"], work["year"]) not in known and work["id"] not in unfinished
    }
    Case.objects.bulk_create(fresh.values())
    if fresh:
        tell("act.opened", at=at, actor=event.actor, area=event.area, subject=event, n=len(fresh))
    return len(fresh)


def _communes(works: list[dict[str, Any]]) -> Mapping[str, Area]:
    """The commune of every work by its path, in one read."""
    paths = {scope.commune_of(work["commune"]) for work in works}
    found = Area.objects.filter(path__in=paths, valid_to=None)
    return {area.path: area for area in found}


def _case(work: dict[str, Any], areas: Mapping[str, Area], event: Event, at: datetime) -> Case:
    path = scope.commune_of(work["commune"])
    if path not in areas:
        raise NoSuchCommune(work=work["id"], commune=path)
    known = packs.find(settings.PACKS)
    acts = work["pack"] in known and "act" in known[work["pack"]].stages
    pack = work["pack"] if acts else COMMON_PACK
    case = Case(
        pack=pack,
        version=known[pack].version,
        work=work["id"],
        work_kind=work["kind"],
        year=work["year"],
        plan=event.subject,
        area=areas[path],
        state=operations.flow_of(pack).first,
        opened_at=at,
        opened_by=event,
        data={key: work.get(key) for key in ("label", "village", "cost_vnd", "why", "pack")},
    )
    case.due_at = operations.due_at(case)
    return case
