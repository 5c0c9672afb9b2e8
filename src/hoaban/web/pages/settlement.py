"""A year's settlement: what every commune is paid, what is held, and where the rest goes."""

import csv
import io
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from hoaban.account.models import Agreement
from hoaban.account.payments import year_end
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.web.pages import reading
from hoaban.web.pages.steps import Refused

COLUMNS = (
    "base_vnd",
    "equity_vnd",
    "performance_max_vnd",
    "performance_earned_vnd",
    "paid_vnd",
    "held_vnd",
    "unearned_vnd",
)
BOM = "\ufeff"
Json = dict[str, Any]


@login_required
@require_safe
@gzip_page
def settlement(request: HttpRequest, year: int) -> HttpResponse:
    """The province only. Provisional until the year's verification is over, and says so."""
    user = _province(request)
    content: Json = {**reading.frame(reading.board()), "here": "agreements", "year": year}
    try:
        said = _settled(year, user)
    except Problem as problem:
        why = Refused("settle", problem.text("vi"), problem.text("en"), problem.status)
        content |= {"refused": why}
        return render(request, "settlement.html", content, status=problem.status)
    content |= {"said": said, "rows": _rows(said, _links(year, user)), "sums": _sums(said)}
    return render(request, "settlement.html", content)


@login_required
@require_safe
def settlement_csv(request: HttpRequest, year: int) -> HttpResponse:
    """A row per commune as UTF-8 with a byte order mark, every amount in whole đồng."""
    said = _settled(year, _province(request))
    out = io.StringIO(BOM, newline="")
    out.seek(0, io.SEEK_END)
    rows = csv.writer(out)
    rows.writerow(["year", "commune", "name", "agreement", "by", *COLUMNS])
    for one in said["statements"]:
        code = one["commune"].split("/")[1]
        amounts = [one[column] for column in COLUMNS]
        rows.writerow([year, code, one["name"], one["agreement"], one["by"], *amounts])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="quyet-toan-{year}.csv"'
    return answer


def _province(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or user.role != "province":
        raise PermissionDenied
    return user


def _settled(year: int, user: User) -> Json:
    return year_end.settled(year, user, reading.law(), timezone.localdate())


def _links(year: int, user: User) -> dict[str, int]:
    """The number of each commune's agreement, by the commune's path."""
    rows = Agreement.objects.seen_by(user).filter(year=year)
    return dict(rows.values_list("area__path", "pk"))


def _rows(said: Json, links: dict[str, int]) -> list[Json]:
    """Each commune's statement with what verification takes of it."""
    effects = {one["agreement"]: one for one in said["effects"]}
    return [
        {**one, "link": links[one["commune"]], "effect": effects.get(one["agreement"])}
        for one in said["statements"]
    ]


def _sums(said: Json) -> dict[str, int]:
    """The foot of the table: each column added up."""
    return {name: sum(one[name] for one in said["statements"]) for name in COLUMNS}
