"""A commune for those who answer for it: its figures, its works, its villages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from hoaban.base.models import Area
from hoaban.web import figures
from hoaban.web.pages import facts, gaps, reading


@login_required
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """Sign-in required; 404 outside the user's area, so that nobody learns what is there."""
    areas = Area.objects.seen_by(request.user).filter(valid_to=None)
    area = get_object_or_404(areas, kind="commune", code=code)
    found = reading.board()
    content = {**reading.frame(found), "area": area, "here": "commune"}
    content["villages"] = areas.filter(kind="village").within(area.path).order_by("name", "path")
    if found is not None:
        known = reading.facts_of(found.measuring, area)
        works = figures.rows({"chosen": reading.works_in(found, area.path)}, reading.names())
        content |= {
            "targets": facts.targets(known),
            "connection": facts.connection(known),
            "services": facts.services(known),
            "poverty": facts.poverty(known),
            "poverty_columns": facts.POVERTY.values(),
            "least": reading.least(found.measuring.at),
            "gaps": gaps.of_area(reading.gap_counts(found.measuring, area)),
            "works": works,
            "cost": sum(row.cost for row in works),
        }
    return render(request, "commune.html", content)
