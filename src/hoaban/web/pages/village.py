"""A village for those who answer for it: what binds it, and which work would free it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from hoaban.base import scope
from hoaban.base.models import Area
from hoaban.web import figures
from hoaban.web.pages import bindings, facts, gaps, reading


class AreaPath:
    """An area's path in an address: ``11/03127/0042/``."""

    regex = r"(?:[0-9A-Za-z]+/){3}"

    def to_python(self, value: str) -> str:
        """The path as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The path as it stands."""
        return value


@login_required
def village(request: HttpRequest, path: str) -> HttpResponse:
    """Sign-in required; 404 outside the user's area, so that nobody learns what is there."""
    areas = Area.objects.seen_by(request.user).filter(valid_to=None)
    area = get_object_or_404(areas, kind="village", path=path)
    found = reading.board()
    names = reading.names()
    above = scope.parent(path)
    content = {
        **reading.frame(found),
        "area": area,
        "here": "village",
        "commune_name": names.get(above, above),
        "commune_code": above.rstrip("/").rsplit("/", 1)[-1],
    }
    if found is not None:
        content |= _content(found, area, names)
    return render(request, "village.html", content)


def _content(found: reading.Board, area: Area, names: dict[str, str]) -> dict[str, Any]:
    known = reading.facts_of(found.measuring, area)
    kept = reading.village_facts(found.measuring, area)
    row = kept.facts if kept else {}
    works = figures.rows({"chosen": reading.works_in(found, scope.parent(area.path))}, names)
    columns, lines = facts.minutes(row)
    return {
        "known": kept is not None,
        "bindings": bindings.of_village(
            kept.binds if kept else [],
            works,
            area.path,
            poverty_hidden=any(one.suppressed for one in known.of("poverty.poor")),
        ),
        "columns": columns,
        "minutes": lines,
        "isolation": facts.isolation(row),
        "by_other_means": facts.by_other_means(row),
        "services": [*facts.services(known), *facts.nearby(row), *facts.amenities(row)],
        "poverty": facts.poverty(known),
        "poverty_columns": facts.POVERTY.values(),
        "least": reading.least(found.measuring.at),
        "gaps": gaps.of_area(reading.gap_counts(found.measuring, area)),
    }
