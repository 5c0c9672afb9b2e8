"""The plans that were kept, the newest first, and two of them side by side.

Public, as the plan's page is: both show aggregates, and single works as everybody may see them.
A list never opens a plan: what it shows of one is read by the database alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.act.workflow import LOCAL
from hoaban.plan.models import Plan
from hoaban.web import compared, figures
from hoaban.web.pages import comparing, reading

ON_A_PAGE = 20
LISTED = 100  # works of a table of differences


class Length(models.Func):
    """How many entries a JSON array has, counted by the database."""

    function = "JSON_ARRAY_LENGTH"
    output_field = models.IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's own name for it."""
        return self.as_sql(compiler, connection, function="jsonb_array_length", **more)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept plan in the list. ``when`` is local time (UTC+7)."""

    pk: int
    when: datetime
    years: str
    snapshot: str
    budget_vnd: int
    spent_vnd: int
    works: int
    method: str
    status: str
    approved_at: datetime | None
    approver: str

    @property
    def approved(self) -> bool:
        """Whether somebody answers for it."""
        return self.status == "approved"


def kept() -> Any:
    """What a list shows of every plan, the newest first: a set of dictionaries."""
    return Plan.objects.order_by("-pk").values(
        *("pk", "made_at", "years", "snapshot", "budget_vnd", "status", "approved_at"),
        "approved_by__username",
        spent=KeyTransform("spent_vnd", "result"),
        method=KeyTransform("method", "result"),
        works=Length(KeyTransform("chosen", "result")),
    )


def _kept(row: Mapping[str, Any], *, official: bool) -> Kept:
    """``official``: whether the reader is signed in and may see whose account approved."""
    approved_at = row["approved_at"]
    return Kept(
        pk=row["pk"],
        when=row["made_at"].astimezone(LOCAL),
        years=row["years"],
        snapshot=row["snapshot"],
        budget_vnd=row["budget_vnd"],
        spent_vnd=int(row["spent"] or 0),
        works=int(row["works"] or 0),
        method=str(row["method"] or ""),
        status=row["status"],
        approved_at=approved_at.astimezone(LOCAL) if approved_at else None,
        approver=(row["approved_by__username"] or "") if official else "",
    )


@require_safe
@gzip_page
def plans(request: HttpRequest) -> HttpResponse:
    """Public: every kept plan with its money, works and who approved it. ``?trang=N``."""
    page = Paginator(kept(), ON_A_PAGE).get_page(request.GET.get("trang"))
    official = request.user.is_authenticated
    content = {
        **reading.frame(reading.board()),
        "here": "plan",
        "page": page,
        "newest": Plan.objects.order_by("-pk").values_list("pk", flat=True).first(),
        "plans": [_kept(row, official=official) for row in page.object_list],
    }
    return render(request, "plans.html", content)


@require_safe
@gzip_page
def compare(request: HttpRequest) -> HttpResponse:
    """Public: plans ``?a=ID&b=ID`` side by side (the newest two unless named).

    ``?to=nguoi`` shades the maps by đồng for each person, ``?to=viec`` by number of works.
    """
    newest = list(Plan.objects.order_by("-pk").values("pk", "made_at", "budget_vnd")[:50])
    named = _named(request, [row["pk"] for row in newest])
    found = Plan.objects.select_related("area", "approved_by").in_bulk(named) if named else {}
    measure = request.GET.get("to", compared.PEOPLE)
    measure = measure if measure in compared.MEASURES else compared.PEOPLE
    content: dict[str, Any] = {
        **reading.frame(reading.board()),
        "here": "plan",
        "choices": [
            {**row, "when": row["made_at"].astimezone(LOCAL), "budget": row["budget_vnd"]}
            for row in newest
        ],
        "measures": compared.MEASURES.items(),
        "measure": measure,
        "a": named[0] if named else None,
        "b": named[1] if named else None,
    }
    missing = [pk for pk in named if pk not in found]
    if missing or not named:
        content["missing"] = missing
        return render(request, "compare.html", content, status=404 if missing else 200)
    pair = [found[pk] for pk in named]
    return render(request, "compare.html", content | _side_by_side(pair, measure, request.user))


def _named(request: HttpRequest, newest: Sequence[int]) -> tuple[int, int] | tuple[()]:
    """The two plans asked for; the newest as the second, the one before it as the first."""
    given = [request.GET.get(name, "") for name in ("a", "b")]
    if all(text.isdecimal() and len(text) < 10 for text in given):
        return int(given[0]), int(given[1])
    return (newest[1], newest[0]) if len(newest) > 1 else ()


def _side_by_side(pair: Sequence[Plan], measure: str, user: Any) -> dict[str, Any]:
    results = [plan.result for plan in pair]
    names = reading.names()
    found = reading.board()
    shown = [figures.rows(result, names) for result in results]
    if found is not None:
        seen = reading.seen(found.measuring, user)
        shown = [seen.rows(rows) for rows in shown]
    differ = compared.difference(shown[0], shown[1])
    places = [
        compared.Place(area.code, area.path, area.name, area.facts.get("population"))
        for area in reading.communes()
    ]
    given = compared.by_commune(results[0]), compared.by_commune(results[1])
    shapes, grown = reading.boundaries()
    said = compared.MEASURES[measure]
    drawn = compared.maps(
        places,
        given,
        shapes,
        measure=measure,
        titles=(f"{said.vi}, kế hoạch {pair[0].pk}", f"{said.vi}, kế hoạch {pair[1].pk}"),
    )
    return {
        "pair": pair,
        "heads": comparing.heads(pair),
        "targets": comparing.targets(results),
        "money": comparing.money(results),
        "packs": comparing.packs(shown),
        "differ": differ,
        "listed": LISTED,
        "lists": comparing.lists(pair, differ, LISTED),
        "moved": differ.moved[:LISTED],
        "maps": drawn,
        "said": said,
        "grown": grown,
        "communes": comparing.communes(places, given),
        "apart": len({plan.snapshot for plan in pair}) > 1,
        "synthetic": figures.is_synthetic(*(result.get("origin") for result in results)),
    }
