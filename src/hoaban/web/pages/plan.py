"""The plan as a table: every chosen work, by year, source, cost and why."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page

from hoaban.web import figures
from hoaban.web.pages import reading

ON_A_PAGE = 200


@gzip_page
def plan(request: HttpRequest) -> HttpResponse:
    """Public. ``?xa=PATH``, ``?nam=YEAR`` and ``?trang=N`` choose what is shown."""
    found = reading.board()
    content = {**reading.frame(found), "here": "plan"}
    if found is None or found.plan is None:
        return render(request, "empty.html", {**content, "measured": found is not None})
    commune, year = request.GET.get("xa", ""), request.GET.get("nam", "")
    every = reading.plan_rows(found, request.user)
    kept = reading.only(every, commune=commune, year=year)
    page = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("trang"))
    content |= {
        "plan": found.plan,
        "works": page.object_list,
        "page": page,
        "query": urlencode({"xa": commune, "nam": year}),
        "total": len(every),
        "kept": len(kept),
        "cost": sum(row.cost for row in kept),
        "programmes": figures.by_pack(every),
        "communes": sorted({(row.commune_name, row.commune) for row in every}),
        "years": sorted({str(row.year) for row in every}),
        "commune": commune,
        "year": year,
        "missing": figures.missing(found.plan),
    }
    return render(request, "plan.html", content)
