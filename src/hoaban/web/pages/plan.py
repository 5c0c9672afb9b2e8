"""The plan: how it was chosen, what each budget would do, every work, and what was left out."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page

from hoaban.web import beside, budgetcurve, choosing, figures
from hoaban.web.pages import budget, reading

ON_A_PAGE = 200


@gzip_page
def plan(request: HttpRequest) -> HttpResponse:
    """Public. ``?xa=PATH``, ``?nam=YEAR`` and ``?trang=N`` choose what is shown."""
    found = reading.board()
    content = {**reading.frame(found), "here": "plan"}
    if found is None or found.plan is None:
        return render(request, "empty.html", {**content, "measured": found is not None})
    commune, year = request.GET.get("xa", ""), request.GET.get("nam", "")
    names, seen = reading.names(), reading.seen(found.measuring, request.user)
    every = seen.rows(figures.rows(found.plan, names))
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
        "communes": _communes(found.plan, names),
        "years": sorted({str(row.year) for row in every}),
        "commune": commune,
        "commune_name": names.get(commune, ""),
        "year": year,
        "missing": figures.missing(found.plan),
        "isolation": beside.isolation(found.plan),
        "unspent": figures.unspent(found.plan),
        "begun": figures.before(every),
        **_chosen_by(found.plan, names, seen, commune),
    }
    return render(request, "plan.html", content)


def _communes(plan: Any, names: dict[str, str]) -> list[tuple[str, str]]:
    """Names and paths of the communes that have a work, chosen or left out."""
    rows = [*plan["chosen"], *(plan.get("not_chosen") or [])]
    paths = {str(row["commune"]) for row in rows}
    return sorted((names.get(path, path), path) for path in paths)


def _chosen_by(
    plan: Any, names: dict[str, str], seen: choosing.Seen, commune: str
) -> dict[str, Any]:
    """Why these works: criteria, budgets, what a planner decided, what was left out."""
    return {
        "how": choosing.how(plan),
        "criteria": choosing.criteria(plan),
        "weights": choosing.weights(plan),
        "panels": budgetcurve.panels(plan),
        "budgets": budget.table(plan),
        "forced": choosing.forced(plan, names, seen),
        "limits": choosing.limits(plan, names),
        "principles": beside.principles(plan),
        "said": beside.said(plan),
        "reasons": choosing.reasons(plan),
        "not_chosen": choosing.not_chosen(plan, names, seen, commune=commune),
    }
