"""Poverty under the law, and as it is: both standards, who moved, what holds, where it leads.

Public; aggregates of the province and its communes only, with small cells hidden.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.measure.poverty.standards import standards
from hoaban.web import choropleth
from hoaban.web.pages import ahead, depths, gaps, reading, standing

DECADE = 2030  # the targets' last year: what a standard without an end is drawn to


@require_safe
@gzip_page
def poverty(request: HttpRequest) -> HttpResponse:
    """T1 with all its parts, from the newest measuring; says so where a part is not there."""
    found = reading.board()
    content = {**reading.frame(found), "here": "poverty"}
    if found is None:
        return render(request, "empty.html", content)
    target = found.measured["targets"]["T1"]
    content |= {
        "target": target,
        "parts": target["parts"],
        "method": target.get("method"),
        "origin": target.get("origin") or found.origin,
        "map": reading.drawn(found, "T1"),
        "linked": True,
        "hidden": choropleth.SUPPRESSED,
    }
    content |= _standing(found, target)
    content |= _depths(target["parts"], content["least"])
    content["landing"] = ahead.landing(
        target["parts"],
        _spans(),
        communes=reading.communes(),
        hidden=reading.few_poor(found.measuring),
        planned=_planned(found),
    )
    content["gaps"] = gaps.gaps(found.measured.get("entitlements"), reading.communes())
    return render(request, "poverty.html", content)


def _planned(found: reading.Board) -> dict[str, Any] | None:
    """T1's parts after the newest plan, if that was made from the snapshot that is shown."""
    plan = found.plan or {}
    if plan.get("snapshot") != found.measured.get("snapshot"):
        return None
    after: dict[str, Any] = ((plan.get("targets") or {}).get("after") or {}).get("T1") or {}
    return after.get("parts")


def _standing(found: reading.Board, target: dict[str, Any]) -> dict[str, Any]:
    parts, least = target["parts"], reading.least(found.measuring.at)
    return {
        "headlines": standing.headlines(parts, target.get("standard"), least),
        "both": standing.by_standard(parts, least),
        "bridge": standing.bridge(parts, least),
        "years": standing.years(parts, target.get("standard"), least),
        "change": standing.change(parts, least),
        "exits": standing.exits(parts, least),
        "paper": standing.paper(parts, reading.communes(), least),
        "least": least,
    }


def _depths(parts: dict[str, Any], least: int) -> dict[str, Any]:
    return {
        "measures": depths.measures(parts),
        "left_out": depths.left_out(parts, least),
        "depths": depths.depths(parts, least),
        "robustness": depths.robustness(parts),
        "cutoffs": depths.cutoffs(parts, least),
    }


def _spans() -> list[ahead.Span]:
    """Every standard and its years; of a new standard the years whose reviews it judges."""
    return [
        ahead.Span(rule.name, rule.valid_from.year, rule.valid_to.year if rule.valid_to else DECADE)
        for rule in standards(reading.law())
    ]
